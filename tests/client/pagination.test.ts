import { describe, expect, test } from "vitest";
import { ConfigurationError, UnexpectedResponseError } from "../../src/client/errors.ts";
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

async function collect(items: AsyncIterable<{ id: string }>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { id } of items) {
    seen.push(id);
  }
  return seen;
}

test("iterating over a list goes through all pages, with the query on each", async () => {
  await using server = await wireServer(pages);
  expect(await collect(server.client().files.list({ purpose: "fine-tune", pageSize: 3 }))).toEqual(ids);
  expect(server.requests.map(({ url }) => url)).toEqual([
    "/v1/files?purpose=fine-tune&limit=3",
    "/v1/files?purpose=fine-tune&limit=3&after=c",
  ]);
});

describe("`limit`", () => {
  /** A list of 600 jobs, of which a page has 20 by itself and never more than 100. */
  const long: Script = (response, { url }) => {
    const query = new URL(url, "http://x").searchParams;
    const size = Math.min(100, Number(query.get("limit") ?? 20));
    const start = Number(query.get("after") ?? 0);
    const data = Array.from({ length: Math.min(size, 600 - start) }, (_, i) => `${start + i + 1}`);
    const has_more = start + size < 600;
    json(response, 200, { object: "list", data: data.map((id) => ({ ...job, id })), has_more });
  };
  const asked = (requests: readonly { url: string }[]) =>
    requests.map(({ url }) => new URL(url, "http://x").searchParams.get("limit"));

  test.each([
    [{ limit: 250 }, 250, ["100", "100", "50"]],
    [{ limit: "250" }, 250, ["100", "100", "50"]],
    [{ limit: 7 }, 7, ["7"]],
    [{ limit: 7, pageSize: 3 }, 7, ["3", "3", "1"]],
    [{ limit: 20_000 }, 600, Array<string>(6).fill("100")],
    [{ pageSize: 100 }, 600, Array<string>(6).fill("100")],
  ])("of %j is how many come in total: %i", async (query, count, limits) => {
    await using server = await wireServer(long);
    const seen = await collect(server.client().fineTuning.jobs.list(query));
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => `${i + 1}`));
    expect(asked(server.requests)).toEqual(limits);
    expect(server.requests.some(({ url }) => url.includes("pageSize"))).toBe(false);
  });

  test("is the size of a page for who goes by pages, and the total again when a page is iterated over", async () => {
    await using server = await wireServer(long);
    const first = await server.client().fineTuning.jobs.list({ limit: 30 });
    expect(first.data).toHaveLength(30);
    expect((await first.getNextPage()).data[0]?.id).toBe("31");
    expect(asked(server.requests)).toEqual(["30", "30"]);
    expect(await collect(first)).toHaveLength(30);
    let sum = 0;
    for await (const page of first.iterPages()) {
      sum += page.data.length;
    }
    expect(sum).toBe(600);
  });

  test("above what the server gives in one page is filled from several when the page is iterated over", async () => {
    await using server = await wireServer(long);
    const page = await server.client().fineTuning.jobs.list({ limit: 130 });
    expect(page.data).toHaveLength(100);
    expect(await collect(page)).toHaveLength(130);
    expect(asked(server.requests)).toEqual(["130", "30"]);
  });

  test.each([
    [{ limit: 0 }, "limit must be a whole number from 1, not 0"],
    [{ limit: -3 }, "limit must be a whole number from 1, not -3"],
    [{ limit: Number.NaN }, "limit must be a whole number from 1, not NaN"],
    [{ limit: 2.5 }, "limit must be a whole number from 1, not 2.5"],
    [{ limit: "many" }, 'limit must be a whole number from 1, not "many"'],
    [{ limit: 10_001 }, "Iterate over the list instead"],
    [{ pageSize: 0 }, "pageSize must be a whole number from 1, not 0"],
    [{ pageSize: 10_001 }, "a page has at most 10000 items"],
  ])("%j is refused before anything is sent", async (query, message) => {
    await using server = await wireServer(long);
    const error = await rejection(server.client().fineTuning.jobs.list(query));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain(message);
    expect(server.requests).toEqual([]);
  });
});

test("a list is asked for when it is used, and its first page once however often that is", async () => {
  await using server = await wireServer(pages);
  const list = server.client().fineTuning.jobs.list();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(server.requests).toEqual([]);
  const [first, { data }] = await Promise.all([list, list.withResponse()]);
  expect(data).toBe(first);
  expect(await collect(list)).toEqual(ids);
  expect(server.requests).toHaveLength(3);
});

test("a loop that is left asks for no further page", async () => {
  await using server = await wireServer(pages);
  for await (const { id } of server.client().fineTuning.jobs.list()) {
    if (id === "b") {
      break;
    }
  }
  expect(server.requests).toHaveLength(1);
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
