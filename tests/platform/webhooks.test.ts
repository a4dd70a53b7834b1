import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { createWebhookDelivery, RETRY_DELAYS } from "../../src/platform/webhooks/delivery.ts";
import { send } from "../../src/platform/webhooks/send.ts";
import { isSecret, newSecret } from "../../src/platform/webhooks/signing.ts";
import { createTargets } from "../../src/platform/webhooks/targets.ts";
import { createTestPlatform, errorOf } from "./test-platform.ts";
import { type ReceivedWebhook, webhookReceiver } from "./webhook-receiver.ts";

let platform: Awaited<ReturnType<typeof createTestPlatform>>;
beforeEach(async () => {
  platform = await createTestPlatform({ webhookHosts: ["hooks.example.com"] });
  // Signatures are made with the platform's clock, and others check them with the real one.
  platform.clock.now = Math.floor(Date.now() / 1_000);
});
afterEach(() => platform.close());

const endpointSchema = z.object({
  id: z.string().regex(/^whep_/),
  object: z.literal("webhook_endpoint"),
  created_at: z.number(),
  url: z.string(),
  description: z.string().nullable(),
  event_types: z.array(z.string()).nullable(),
  status: z.string(),
  secret: z.string().optional(),
});
const withSecret = endpointSchema.required({ secret: true });

async function register(url: string, more: object = {}, headers: Record<string, string> = {}) {
  const response = await platform.post("/v1/webhook_endpoints", { url, ...more }, headers);
  const body: unknown = await response.json();
  expect([response.status, body]).toEqual([200, expect.anything()]);
  return withSecret.parse(body);
}
const stored = async (id: string) =>
  endpointSchema.strict().parse(await (await platform.get(`/v1/webhook_endpoints/${id}`)).json());

/** A job that is cancelled; its id. */
async function cancelledJob(): Promise<string> {
  const file = z.object({ id: z.string() }).parse(await (await platform.upload("{}\n")).json());
  const created = await platform.post("/v1/fine_tuning/jobs", {
    model: "photon-nano",
    training_file: file.id,
  });
  const { id } = z.object({ id: z.string() }).parse(await created.json());
  expect((await platform.post(`/v1/fine_tuning/jobs/${id}/cancel`)).status).toBe(200);
  return id;
}

function delivery(timeoutMs = 5_000) {
  const { store, webhookTargets: targets, log, version } = platform.platform;
  const { clock } = platform;
  return createWebhookDelivery({
    store: store.webhooks,
    targets,
    version,
    now: () => clock.now,
    log,
    timeoutMs,
  });
}

/** What the reference implementation makes of a webhook. */
function verified({ body, headers }: ReceivedWebhook, secret: string) {
  const signed = z.record(z.string(), z.string()).parse({
    "webhook-id": headers["webhook-id"],
    "webhook-timestamp": headers["webhook-timestamp"],
    "webhook-signature": headers["webhook-signature"],
  });
  return new Webhook(secret).verify(body, signed);
}

describe("an endpoint", () => {
  const url = "http://127.0.0.1:9/hook?team=1";

  test("is made with a secret that is shown once, read, listed and deleted", async () => {
    const first = await register(url);
    expect(first).toMatchObject({ url, description: null, event_types: null, status: "enabled" });
    expect(isSecret(first.secret)).toBe(true);
    const event_types = ["fine_tuning.job.failed"];
    const second = await register("http://localhost:9/", { event_types, description: "alarms" });
    expect(second).toMatchObject({ event_types, description: "alarms" });
    expect(second.secret).not.toBe(first.secret);

    const { secret: _, ...shown } = second;
    expect(await stored(second.id)).toEqual(shown);
    const page = await (await platform.get("/v1/webhook_endpoints?limit=1")).json();
    expect(page).toEqual({ object: "list", data: [shown], has_more: true });
    const rest = await (await platform.get(`/v1/webhook_endpoints?after=${second.id}`)).json();
    expect(rest).toMatchObject({ data: [{ id: first.id }], has_more: false });

    const deleted = await platform.request("DELETE", `/v1/webhook_endpoints/${first.id}`);
    expect(await deleted.json()).toEqual({ id: first.id, object: "webhook_endpoint", deleted: true });
    const gone = await platform.get(`/v1/webhook_endpoints/${first.id}`);
    expect((await errorOf(gone, 404)).code).toBe("webhook_endpoint_not_found");
  });

  test("takes a secret of the caller's own, and refuses what is none", async () => {
    const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    expect((await register(url, { secret })).secret).toBe(secret);
    for (const wrong of [
      "",
      "whsec_",
      "whsec_c2hvcnQ=",
      secret.slice(6),
      `${secret}!`,
      `whsec_${"A".repeat(100)}`,
    ]) {
      const response = await platform.post("/v1/webhook_endpoints", { url, secret: wrong });
      expect(await errorOf(response, 400)).toMatchObject({ param: "secret" });
    }
  });

  test.each([
    ["http://example.com/hook", /--webhook-host/],
    ["http://10.0.0.1/hook", /--webhook-host/],
    ["http://169.254.169.254/latest", /--webhook-host/],
    ["http://0.0.0.0:9/", /--webhook-host/],
    ["http://localhost.example.com/", /--webhook-host/],
    ["http://[::ffff:10.0.0.1]/", /--webhook-host/],
    ["http://a:b@127.0.0.1/", /password/],
    ["http://127.0.0.1/#part", /fragment/],
    ["ftp://127.0.0.1/", /http/],
    ["127.0.0.1:9", /http/],
  ])("can't be at %s", async (wrong, why) => {
    const error = await errorOf(await platform.post("/v1/webhook_endpoints", { url: wrong }), 400);
    expect(error).toMatchObject({ param: "url", code: "webhook_url_not_allowed" });
    expect(String(error.message)).toMatch(why);
  });

  test.each([
    "http://localhost:3000/",
    "https://127.8.9.1/",
    "http://[::1]:9/",
    "http://0x7f.1/",
    "https://hooks.example.com:8443/x",
    "http://HOOKS.example.com",
  ])("can be at %s", async (right) => {
    expect((await register(right)).url).toBe(right);
  });

  test("takes no unknown event and no empty choice", async () => {
    for (const event_types of [[], ["fine_tuning.job.begun"], "all"]) {
      await errorOf(await platform.post("/v1/webhook_endpoints", { url, event_types }), 400);
    }
  });

  test("is made once per idempotency key, and changes its secret once per key", async () => {
    const headers = { "idempotency-key": "k1" };
    const made = await register(url, {}, headers);
    expect(await register(url, {}, headers)).toEqual(made);
    const turn = () =>
      platform.request("POST", `/v1/webhook_endpoints/${made.id}/rotate_secret`, {
        headers: { "idempotency-key": "k2" },
      });
    const turned = withSecret.parse(await (await turn()).json());
    expect(turned.secret).not.toBe(made.secret);
    const again = await turn();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(withSecret.parse(await again.json())).toEqual(turned);
    await errorOf(await platform.post("/v1/webhook_endpoints/whep_none/rotate_secret"), 404);
  });

  test("is one of a hundred at most", async () => {
    for (let count = 0; count < 100; count++) await register(url);
    const error = await errorOf(await platform.post("/v1/webhook_endpoints", { url }), 400);
    expect(error.code).toBe("too_many_webhook_endpoints");
  });
});

describe("when a job has ended", () => {
  test("each endpoint that wants to know is told, signed with its own secret, and once", async () => {
    await using receiver = await webhookReceiver();
    const all = await register(`${receiver.url}/all`);
    const some = await register(`${receiver.url}/some`, {
      event_types: ["fine_tuning.job.cancelled", "fine_tuning.job.failed"],
    });
    await register(`${receiver.url}/others`, { event_types: ["fine_tuning.job.succeeded"] });
    const jobId = await cancelledJob();
    const sending = delivery();
    await sending.deliverDue();
    await sending.deliverDue();

    const { received } = receiver;
    expect(received.map(({ path }) => path).sort()).toEqual(["/all", "/some"]);
    for (const webhook of received) {
      expect(verified(webhook, webhook.path === "/all" ? all.secret : some.secret)).toEqual({
        id: webhook.headers["webhook-id"],
        object: "event",
        type: "fine_tuning.job.cancelled",
        created_at: platform.clock.now,
        data: { id: jobId },
      });
      expect(webhook.headers).toMatchObject({
        "content-type": "application/json",
        "user-agent": "fermion-local/0.0.0",
      });
    }
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(platform.logged).toEqual([]);
    await sending.close();
  });

  test("what a job's end is called follows from how it ended", async () => {
    await using receiver = await webhookReceiver();
    await register(receiver.url);
    const jobId = await cancelledJob();
    platform.platform.lifecycle.failed(jobId, { code: "x", message: "It broke.", param: null });
    const sending = delivery();
    await sending.deliverDue();
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual([
      "fine_tuning.job.cancelled",
      "fine_tuning.job.failed",
    ]);
    await sending.close();
  });

  test("and that can't be recorded, no endpoint is told", async () => {
    await using receiver = await webhookReceiver();
    await register(receiver.url);
    const { store } = platform.platform;
    expect(() =>
      store.transaction(() => {
        store.webhooks.enqueue({ id: "evt_1", type: "fine_tuning.job.failed", body: "{}" });
        throw new Error("the disk is full");
      }),
    ).toThrow("full");
    expect(store.webhooks.due()).toEqual([]);
  });

  test("during a change of its secret, the endpoint's old one signs too, for a day", async () => {
    await using receiver = await webhookReceiver();
    const { id, secret: old } = await register(receiver.url);
    const response = await platform.post(`/v1/webhook_endpoints/${id}/rotate_secret`);
    const { secret } = withSecret.parse(await response.json());
    const sending = delivery();
    await cancelledJob();
    await sending.deliverDue();
    const [during] = receiver.received;
    if (!during) throw new Error("nothing came");
    expect(String(during.headers["webhook-signature"]).split(" ")).toHaveLength(2);
    expect(verified(during, old)).toEqual(verified(during, secret));

    platform.clock.now += 24 * 60 * 60;
    await cancelledJob();
    await sending.deliverDue();
    expect(String(receiver.received[1]?.headers["webhook-signature"]).split(" ")).toHaveLength(1);
    await sending.close();
  });
});

describe("a webhook that isn't taken", () => {
  test.each([302, 400, 500])(
    "but answered by %i is sent again by the schedule, under the same id",
    async (status) => {
      await using receiver = await webhookReceiver((index) => (index < 2 ? status : 200));
      const { secret } = await register(receiver.url);
      await cancelledJob();
      const sending = delivery();
      await sending.deliverDue();
      platform.clock.now += 4;
      await sending.deliverDue();
      expect(receiver.received).toHaveLength(1);
      platform.clock.now += 1;
      await sending.deliverDue();
      expect(receiver.received).toHaveLength(2);
      platform.clock.now += 5 * 60;
      await sending.deliverDue();
      platform.clock.now += 10 * 24 * 60 * 60;
      await sending.deliverDue();

      // No redirect was followed.
      expect(receiver.received.map(({ path }) => path)).toEqual(["/", "/", "/"]);
      const [first, , third] = receiver.received;
      expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect(third?.body).toBe(first?.body);
      expect(Number(third?.headers["webhook-timestamp"])).toBe(
        Number(first?.headers["webhook-timestamp"]) + 305,
      );
      expect(first && verified(first, secret)).toMatchObject({ type: "fine_tuning.job.cancelled" });
      expect(platform.logged).toEqual([
        expect.stringMatching(new RegExp(`sent again in 5 s: it was answered by ${status}`)),
        expect.stringMatching(/sent again in 300 s/),
      ]);
      await sending.close();
    },
  );

  test("is given up after the last try, and said so", async () => {
    await using receiver = await webhookReceiver(() => 503);
    await register(`${receiver.url}/?token=s3cret`);
    await cancelledJob();
    const sending = delivery();
    await sending.deliverDue();
    for (const delay of RETRY_DELAYS) {
      platform.clock.now += delay;
      await sending.deliverDue();
    }
    expect(receiver.received).toHaveLength(RETRY_DELAYS.length + 1);
    expect(platform.platform.store.webhooks.due()).toEqual([]);
    expect(platform.logged.at(-1)).toContain("given up after 10 tries");
    expect(platform.logged.join()).not.toContain("s3cret");
    await sending.close();
  });

  test("because nobody listens or answers keeps nothing from others", async () => {
    await using silent = await webhookReceiver(() => "silence");
    await using other = await webhookReceiver();
    const closed = await webhookReceiver();
    await closed[Symbol.asyncDispose]();
    await register(closed.url);
    await register(silent.url);
    await register(other.url);
    await cancelledJob();
    await cancelledJob();
    const sending = delivery(60_000);
    sending.wake();
    await other.has(2);
    expect(silent.received).toHaveLength(1);
    // And closing waits for no answer.
    await sending.close();
    expect(platform.logged.join()).toContain("ECONNREFUSED");
  });

  test("in time is broken off", async () => {
    await using silent = await webhookReceiver(() => "silence");
    await register(silent.url);
    await cancelledJob();
    const sending = delivery(50);
    await sending.deliverDue();
    expect(platform.logged).toEqual([expect.stringContaining("no answer within 0.05 s")]);
    await sending.close();
  });

  test("because the platform closed is sent by the next one, and counts as not tried", async () => {
    await using receiver = await webhookReceiver((index) => (index === 0 ? "silence" : 200));
    await register(receiver.url);
    await cancelledJob();
    const first = delivery();
    first.wake();
    await receiver.has(1);
    await first.close();
    const second = delivery();
    await second.deliverDue();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]?.headers["webhook-id"]).toBe(receiver.received[0]?.headers["webhook-id"]);
    expect(platform.logged).toEqual([]);
    await second.close();
  });

  test("but answered by 410 disables the endpoint, with all that was still to be sent", async () => {
    await using receiver = await webhookReceiver(() => 410);
    const { id } = await register(receiver.url);
    await cancelledJob();
    await cancelledJob();
    const sending = delivery();
    await sending.deliverDue();
    await cancelledJob();
    await sending.deliverDue();
    expect(receiver.received).toHaveLength(1);
    expect(await stored(id)).toMatchObject({ status: "disabled" });
    await sending.close();
  });

  test("of an endpoint that was deleted is not sent again", async () => {
    await using receiver = await webhookReceiver(() => 500);
    const { id } = await register(receiver.url);
    await cancelledJob();
    const sending = delivery();
    await sending.deliverDue();
    await platform.request("DELETE", `/v1/webhook_endpoints/${id}`);
    platform.clock.now += 60;
    await sending.deliverDue();
    expect(receiver.received).toHaveLength(1);
    expect(platform.platform.store.webhooks.due()).toEqual([]);
    await sending.close();
  });
});

describe("where a name leads is looked at when the connection is made", () => {
  const { signal } = new AbortController();
  const outgoing = (url: string) => ({ url, headers: {}, body: "{}" });

  test("localhost is this machine", async () => {
    await using receiver = await webhookReceiver();
    const status = await send(outgoing(`http://localhost:${receiver.port}/`), createTargets([]), signal);
    expect(status).toBe(204);
  });

  test("a name that leads to where nothing may be sent gets no connection", async () => {
    await using receiver = await webhookReceiver();
    const url = `http://localhost:${receiver.port}/`;
    // As if its address had changed since it was registered.
    const moved = { ...createTargets([]), allowsAddress: () => false };
    await expect(send(outgoing(url), moved, signal)).rejects.toThrow(
      /localhost is .*127\.0\.0\.1.* nothing may be sent/,
    );
    expect(receiver.received).toEqual([]);
  });

  test("an endpoint of an earlier start, whose host isn't allowed any more, gets nothing", async () => {
    await expect(send(outgoing("http://10.1.2.3/"), createTargets([]), signal)).rejects.toThrow(
      "--webhook-host",
    );
  });

  test("addresses", () => {
    const targets = createTargets(["hooks.example.com", "10.0.0.5", "169.254.1.1"]);
    for (const [host, address, allowed] of [
      ["localhost", "127.0.0.1", true],
      ["localhost", "::1", true],
      ["localhost", "10.0.0.5", false],
      ["[::1]", "::1", true],
      ["hooks.example.com", "93.184.215.14", true],
      ["hooks.example.com", "10.9.9.9", true],
      ["hooks.example.com", "127.0.0.1", true],
      ["hooks.example.com", "169.254.169.254", false],
      ["hooks.example.com", "::ffff:169.254.169.254", false],
      ["hooks.example.com", "fe80::1", false],
      ["hooks.example.com", "0.0.0.0", false],
      ["10.0.0.5", "10.0.0.5", true],
      ["169.254.1.1", "169.254.1.1", true],
      ["other.example.com", "93.184.215.14", false],
    ] as const) {
      expect([host, address, targets.allowsAddress(host, address)]).toEqual([host, address, allowed]);
    }
  });
});

test("a new secret is one, and another each time", () => {
  expect(isSecret(newSecret())).toBe(true);
  expect(newSecret()).not.toBe(newSecret());
});
