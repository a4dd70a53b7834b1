import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestPlatform, errorOf } from "./test-platform.ts";

let platform: Awaited<ReturnType<typeof createTestPlatform>>;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

async function sent(filename: string): Promise<unknown> {
  const body = [
    "--b",
    'Content-Disposition: form-data; name="purpose"',
    "",
    "user_data",
    "--b",
    `Content-Disposition: form-data; name="file"; filename="${filename}"`,
    "",
    "x",
    "--b--",
    "",
  ].join("\r\n");
  const headers = { "content-type": "multipart/form-data; boundary=b" };
  const response = await platform.request("POST", "/v1/files", { body, headers });
  const file: unknown = await response.json();
  return typeof file === "object" && file !== null && "filename" in file ? file.filename : file;
}

test.each([
  ["as HTML spells quotes and line ends", "a%22b%0D%0Ac.jsonl", 'a"b\r\nc.jsonl'],
  ["with a folder, of which only the name stays", "../folder/a.jsonl", "a.jsonl"],
  ["with a backslash, which is part of a name", "a\\b.jsonl", "a\\b.jsonl"],
  ["outside ASCII", "日本語 ü.jsonl", "日本語 ü.jsonl"],
  ["with a percent sign of its own", "100%.jsonl", "100%.jsonl"],
])("the name of a file arrives %s", async (_, spelled, name) => {
  expect(await sent(spelled)).toBe(name);
});

test("a part that is too large is told to be cut smaller, and not to become an upload", async () => {
  const created = await platform.post("/v1/uploads", {
    filename: "a.jsonl",
    purpose: "user_data",
    bytes: 100_000_000,
    mime_type: "text/jsonl",
  });
  const upload: unknown = await created.json();
  const id = typeof upload === "object" && upload !== null && "id" in upload ? String(upload.id) : "";
  const response = await platform.request("POST", `/v1/uploads/${id}/parts`, {
    body: "x",
    headers: { "content-type": "multipart/form-data; boundary=b", "content-length": "90000000" },
  });
  const { message } = await errorOf(response, 413);
  expect(message).toContain("smaller parts");
});
