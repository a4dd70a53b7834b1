import { expect, test } from "vitest";
import { UnexpectedResponseError } from "../../src/client/errors.ts";
import { file, job } from "./samples.ts";
import { json, rejection, type Script, wireServer } from "./wire-server.ts";

const ids = ["a", "b", "c", "d", "e"];

const pages: Script = (response, { url }) => {
  const query = new URL(url, "http://x").searchParams;
  const limit = Number(query.get("limit") ?? 2);
  const start = ids.indexOf(query.get("after") ?? "") + 1;
  const data = ids.slice(start, start + limit).map((id) => ({ ...job, ...file, id }));
  json(response, 200, { object: "list", data, has_more: start + limit < ids.length });
};

test("iterating over a list goes through all pages, with the query on each", async () => {
  await using server = await wireServer(pages);
  const seen: string[] = [];
  for await (const { id } of server.client().files.list({ purpose: "fine-tune", limit: 3 })) {
    seen.push(id);
  }
  expect(seen).toEqual(ids);
  expect(server.requests.map(({ url }) => url)).toEqual([
    "/v1/files?purpose=fine-tune&limit=3",
    "/v1/files?purpose=fine-tune&limit=3&after=c",
  ]);
});

test("awaiting a list gives a page, which knows the next", async () => {
  await using server = await wireServer(pages);
  const { data: first, requestId } = await server.client().fineTuning.jobs.list().withResponse();
  expect(requestId).toBe("req_1");
  expect(first.data.map(({ id }) => id)).toEqual(["a", "b"]);
  expect([first.has_more, first.hasNextPage(), first.last_id]).toEqual([true, true, "b"]);
  const last = await (await first.getNextPage()).getNextPage();
  expect(last.data.map(({ id }) => id)).toEqual(["e"]);
  expect(last.hasNextPage()).toBe(false);
  expect(() => last.getNextPage()).toThrow(RangeError);
});

test("a list that comes whole, without has_more, ends by itself", async () => {
  const model = { id: "photon-nano", object: "model", created: 1, owned_by: "fermion" };
  await using server = await wireServer((response) => json(response, 200, { object: "list", data: [model] }));
  const models = [];
  for await (const item of server.client().models.list()) {
    models.push(item);
  }
  expect(models).toEqual([model]);
});

test("a server that gives the same page for ever is an error, not an endless loop", async () => {
  await using server = await wireServer((response) =>
    json(response, 200, { object: "list", data: [file], has_more: true }),
  );
  const error = await rejection(
    (async () => {
      for await (const _ of server.client().files.list()) {
        // on and on
      }
    })(),
  );
  expect(error).toBeInstanceOf(UnexpectedResponseError);
  expect(server.requests).toHaveLength(2);
});

test("a filter by metadata is spelled as query strings spell records", async () => {
  await using server = await wireServer(pages);
  const { jobs } = server.client().fineTuning;
  await jobs.list({ metadata: { team: "claims & co" } });
  await jobs.list({ metadata: null });
  expect(server.requests.map(({ url }) => url)).toEqual([
    "/v1/fine_tuning/jobs?metadata%5Bteam%5D=claims+%26+co",
    "/v1/fine_tuning/jobs?metadata=null",
  ]);
});
