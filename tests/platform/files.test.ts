import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { receiveForm } from "../../src/platform/http/multipart.ts";
import { createTestPlatform, errorOf, fileForm } from "./test-platform.ts";
import { trainingFile } from "./tiny-base.ts";

let platform: Awaited<ReturnType<typeof createTestPlatform>>;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

const sha256 = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");
const file = z.looseObject({ id: z.string(), bytes: z.number(), sha256: z.string(), filename: z.string() });
const uploaded = async (...args: Parameters<typeof platform.upload>) =>
  file.parse(await (await platform.upload(...args)).json());
const blobs = () =>
  readdirSync(join(platform.dataDir, "blobs"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );

describe("files", () => {
  test("come as they were sent, and go", async () => {
    const text = trainingFile(3);
    const made = await uploaded(text);
    expect(made).toMatchObject({
      object: "file",
      bytes: text.length,
      sha256: sha256(text),
      filename: "train.jsonl",
    });
    expect(await (await platform.get(`/v1/files/${made.id}`)).json()).toEqual(made);
    const content = await platform.get(`/v1/files/${made.id}/content`);
    expect(content.headers.get("content-length")).toBe(String(text.length));
    expect(await content.text()).toBe(text);
    expect(await (await platform.request("DELETE", `/v1/files/${made.id}`)).json()).toMatchObject({
      deleted: true,
    });
    await errorOf(await platform.get(`/v1/files/${made.id}`), 404);
    expect(blobs()).toEqual([]);
  });

  test("with the same bytes share a blob until the last is deleted", async () => {
    const [a, b] = [await uploaded("same"), await uploaded("same")];
    expect(blobs()).toHaveLength(1);
    await platform.request("DELETE", `/v1/files/${a.id}`);
    expect(await (await platform.get(`/v1/files/${b.id}/content`)).text()).toBe("same");
    await platform.request("DELETE", `/v1/files/${b.id}`);
    expect(blobs()).toEqual([]);
  });

  test("are listed by pages, order and purpose", async () => {
    const ids = [];
    for (const text of ["1", "2", "3"]) ids.push((await uploaded(text, { purpose: "evals" })).id);
    const list = async (query: string) =>
      z
        .object({ data: z.array(file), has_more: z.boolean(), first_id: z.string(), last_id: z.string() })
        .parse(await (await platform.get(`/v1/files?${query}`)).json());
    const page = await list("purpose=evals&limit=2");
    expect([page.data.map(({ id }) => id), page.has_more]).toEqual([[ids[2], ids[1]], true]);
    expect([page.first_id, page.last_id]).toEqual([ids[2], ids[1]]);
    const rest = await list(`purpose=evals&limit=2&after=${page.last_id}`);
    expect([rest.data.map(({ id }) => id), rest.has_more]).toEqual([[ids[0]], false]);
    expect((await list("purpose=evals&order=asc")).data.map(({ id }) => id)).toEqual(ids);
    expect((await list("purpose=fine-tune")).data).toEqual([]);
    expect(await errorOf(await platform.get("/v1/files?limit=0"), 400)).toMatchObject({ param: "limit" });
    expect(await errorOf(await platform.get("/v1/files?after=file-x"), 400)).toMatchObject({
      param: "after",
    });
    expect(await errorOf(await platform.get("/v1/files?nonsense=1"), 400)).toMatchObject({
      param: "nonsense",
    });
    for (const id of ids) await platform.request("DELETE", `/v1/files/${id}`);
  });

  test("expire when they were asked to", async () => {
    const made = await uploaded("x", {
      purpose: "user_data",
      "expires_after[anchor]": "created_at",
      "expires_after[seconds]": "3600",
    });
    expect(made).toMatchObject({ expires_at: platform.clock.now + 3600 });
    platform.clock.now += 3600;
    await errorOf(await platform.get(`/v1/files/${made.id}`), 404);
    platform.platform.library.expire();
    expect(blobs()).toEqual([]);
  });

  test("are refused with what is wrong", async () => {
    const error = async (response: Promise<Response>, status = 400) => await errorOf(await response, status);
    const send = (body: BodyInit, headers = {}) => platform.request("POST", "/v1/files", { body, headers });
    expect(await error(platform.upload("x", {}))).toMatchObject({ param: "purpose" });
    expect(await error(platform.upload("x", { purpose: "fine-tune-results" }))).toMatchObject({
      param: "purpose",
    });
    expect(await error(platform.upload("", { purpose: "evals" }))).toMatchObject({ code: "empty_file" });
    expect(await error(platform.upload("x", { purpose: "evals", colour: "red" }))).toMatchObject({
      param: "colour",
    });
    expect(
      await error(platform.upload("x", { purpose: "evals" }, { "x-content-sha256": sha256("y") })),
    ).toMatchObject({ code: "checksum_mismatch" });
    const twice = fileForm("x", { purpose: "evals" });
    twice.append("file", new File(["y"], "y"));
    expect(await error(send(twice))).toMatchObject({ param: "file" });
    const text = new FormData();
    text.set("purpose", "evals");
    text.set("file", "only a text");
    expect(await error(send(text))).toMatchObject({ param: "file" });
    await error(send("{}", { "content-type": "application/json" }), 415);
    await error(send("x", { "content-type": "multipart/form-data" }), 415);
    await error(send("x", { "content-type": "multipart/form-data; boundary=" }));
    for (const cut of [
      "x",
      "--b\r\n",
      '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nabc',
    ]) {
      await error(send(cut, { "content-type": "multipart/form-data; boundary=b" }));
    }
    await error(
      send("x", { "content-type": "multipart/form-data; boundary=b", "content-length": "600000000" }),
      413,
    );
    expect(blobs()).toEqual([]);
  });

  test.each([10_000, 100_000, 1_000_000])("are refused over the limit, though unannounced", async (limit) => {
    const form = fileForm(new Uint8Array(limit + 1), {});
    // Without a content-length, as a stream is sent: it is only found out on the way.
    const request = new Request("http://x", { method: "POST", body: form });
    const { blobs: received } = platform.platform;
    await expect(
      receiveForm(request, { field: "file", limit, remedy: "Send less.", blobs: received }),
    ).rejects.toMatchObject({
      status: 413,
      code: "file_too_large",
    });
    expect(blobs()).toEqual([]);
  });

  test("are closed again behind a HEAD", async () => {
    const made = await uploaded("x".repeat(200_000), { purpose: "evals" });
    const { library } = platform.platform;
    const opened: Readable[] = [];
    const content = vi.spyOn(library, "content").mockImplementation((row) => {
      const bytes = platform.platform.blobs.read(row.sha256);
      opened.push(bytes);
      return bytes;
    });
    const response = await platform.request("HEAD", `/v1/files/${made.id}/content`);
    content.mockRestore();
    expect(response.headers.get("content-length")).toBe("200000");
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
    await platform.request("DELETE", `/v1/files/${made.id}`);
  });

  test("take a hash that fits, and names in any script", async () => {
    const form = new FormData();
    form.set("purpose", "evals");
    form.set("file", new File(["x"], "Schäden – 保険.jsonl"));
    const response = await platform.request("POST", "/v1/files", {
      body: form,
      headers: { "x-content-sha256": sha256("x").toUpperCase() },
    });
    const made = file.parse(await response.json());
    expect(made.filename).toBe("Schäden – 保険.jsonl");
    const { headers } = await platform.get(`/v1/files/${made.id}/content`);
    expect(decodeURIComponent(headers.get("content-disposition") ?? "")).toContain(made.filename);
    await platform.request("DELETE", `/v1/files/${made.id}`);
  });

  test("are made once for an idempotency key, though each form has a boundary of its own", async () => {
    const header = { "idempotency-key": "once" };
    const [first, second] = await Promise.all(
      [1, 2].map(() => platform.upload("same", { purpose: "evals" }, header)),
    );
    expect(await second?.json()).toEqual(await first?.json());
    // Whichever arrived first.
    const replayed = [first, second].map((response) => response?.headers.get("idempotent-replayed"));
    expect(replayed.sort()).toEqual([null, "true"].sort());
    expect(await errorOf(await platform.upload("other", { purpose: "evals" }, header), 409)).toMatchObject({
      code: "idempotency_key_reused",
      type: "conflict_error",
    });
    platform.clock.now += 24 * 3600;
    expect((await platform.upload("other", { purpose: "evals" }, header)).status).toBe(200);
    await errorOf(
      await platform.upload("x", { purpose: "evals" }, { "idempotency-key": "x".repeat(256) }),
      400,
    );
  });
});

describe("uploads", () => {
  const upload = z.looseObject({ id: z.string(), status: z.string(), file: file.nullable() });
  const create = async (bytes: number, headers = {}) =>
    upload.parse(
      await (
        await platform.post(
          "/v1/uploads",
          { filename: "f.jsonl", purpose: "fine-tune", bytes, mime_type: "text/jsonl" },
          headers,
        )
      ).json(),
    );
  const sendPart = (id: string, text: string, headers = {}) => {
    const form = new FormData();
    form.set("data", new File([text], "part"));
    return platform.request("POST", `/v1/uploads/${id}/parts`, { body: form, headers });
  };
  const part = async (id: string, text: string) =>
    z.looseObject({ id: z.string() }).parse(await (await sendPart(id, text)).json()).id;

  test("become a file of their parts in the order that is named", async () => {
    const { id } = await create(9);
    const [c, a, b] = [await part(id, "ghi"), await part(id, "abc"), await part(id, "def")];
    const md5 = createHash("md5").update("abcdefghi").digest("hex");
    const complete = (part_ids: unknown, more = {}) =>
      platform.post(`/v1/uploads/${id}/complete`, { part_ids, ...more });
    expect(await errorOf(await complete([a, b]), 400)).toMatchObject({ param: "part_ids" });
    expect(await errorOf(await complete([a, b, b]), 400)).toMatchObject({ param: "part_ids" });
    expect(await errorOf(await complete([a, b, "part_x"]), 400)).toMatchObject({ param: "part_ids" });
    expect(await errorOf(await complete([a, b, c], { md5: "0".repeat(32) }), 400)).toMatchObject({
      param: "md5",
    });
    const done = upload.parse(await (await complete([a, b, c], { md5 })).json());
    expect(done).toMatchObject({ status: "completed", file: { bytes: 9, sha256: sha256("abcdefghi") } });
    expect(await (await platform.get(`/v1/files/${done.file?.id}/content`)).text()).toBe("abcdefghi");
    await errorOf(await complete([a, b, c]), 409);
    await errorOf(await sendPart(id, "x"), 409);
  });

  test("take no more than was announced, and nothing after an hour", async () => {
    const { id } = await create(3);
    expect(await errorOf(await sendPart(id, "four"), 400)).toMatchObject({ code: "upload_too_large" });
    const kept = await part(id, "abc");
    platform.clock.now += 3600;
    expect(await errorOf(await sendPart(id, "x"), 409)).toMatchObject({ code: "invalid_upload_state" });
    await errorOf(await platform.post(`/v1/uploads/${id}/complete`, { part_ids: [kept] }), 409);
    const before = blobs().length;
    platform.platform.library.expire();
    expect(blobs()).toHaveLength(before - 1);
  });

  test("can be cancelled, and repeated with a key", async () => {
    const header = { "idempotency-key": "upload" };
    const { id } = await create(3, header);
    expect((await create(3, header)).id).toBe(id);
    const [a, b] = [
      await sendPart(id, "abc", { "idempotency-key": "part" }),
      await sendPart(id, "abc", { "idempotency-key": "part" }),
    ];
    expect(await b.json()).toEqual(await a.json());
    const cancelled = await platform.post(`/v1/uploads/${id}/cancel`);
    expect(await cancelled.json()).toMatchObject({ status: "cancelled", file: null });
    await errorOf(await platform.post(`/v1/uploads/${id}/cancel`), 409);
    // The answer of the part stays what it was, though the upload takes no more.
    const replayed = await sendPart(id, "abc", { "idempotency-key": "part" });
    expect(replayed.headers.get("idempotent-replayed")).toBe("true");
    await errorOf(await sendPart(id, "abc", { "idempotency-key": "another part" }), 409);
  });

  test("that are cancelled while their parts are joined say so", async () => {
    const { id } = await create(3);
    const part_ids = [await part(id, "abc")];
    const { library } = platform.platform;
    const { join: joinParts } = library;
    const joining = vi.spyOn(library, "join").mockImplementation(async (hashes) => {
      await platform.post(`/v1/uploads/${id}/cancel`);
      return await joinParts(hashes);
    });
    const error = await errorOf(await platform.post(`/v1/uploads/${id}/complete`, { part_ids }), 409);
    joining.mockRestore();
    expect(error).toMatchObject({ code: "invalid_upload_state" });
    expect(platform.logged).toEqual([]);
  });

  test("are refused with what is wrong", async () => {
    const wanted = { filename: "f", purpose: "fine-tune", bytes: 1, mime_type: "text/plain" };
    for (const [param, value] of [
      ["bytes", 8 * 1024 ** 3 + 1],
      ["bytes", -1],
      ["bytes", "1"],
      ["bytes", 0],
      ["purpose", "x"],
      ["filename", ""],
    ] as const) {
      expect(
        await errorOf(await platform.post("/v1/uploads", { ...wanted, [param]: value }), 400),
      ).toMatchObject({ param });
    }
    await errorOf(await platform.post("/v1/uploads/upload_x/complete", { part_ids: ["a"] }), 404);
    await errorOf(await sendPart("upload_x", "x"), 404);
  });

  test("are completed once by many requests at the same time", async () => {
    const { id } = await create(3);
    const part_ids = [await part(id, "abc")];
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await platform.post(`/v1/uploads/${id}/complete`, { part_ids })).status),
    );
    expect(statuses.sort()).toEqual([200, 409, 409]);
  });
});
