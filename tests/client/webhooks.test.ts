import { inspect } from "node:util";
import OpenAI from "openai";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  ConfigurationError,
  Fermion,
  signWebhook,
  unwrapWebhook,
  verifyWebhook,
  type WebhookEvent,
  WebhookVerificationError,
} from "../../src/index.ts";
import { json, rejection, wireServer } from "./wire-server.ts";

const secret = (text: string) => `whsec_${Buffer.from(text.padEnd(24, "·")).toString("base64")}`;
const NEW = secret("the new secret");
const OLD = secret("the old secret");
const OTHER = secret("somebody else's");
const event = {
  id: "evt_1",
  object: "event",
  type: "fine_tuning.job.succeeded",
  created_at: 1_700_000_000,
  data: { id: "ftjob-1" },
};
const at = (seconds: number) => new Date(Date.now() + seconds * 1_000);
const client = (options: object = {}) =>
  new Fermion({ baseURL: "http://127.0.0.1:1/v1", apiKey: "key", ...options });

/** What verifying rejects with. */
async function refusal(promise: Promise<unknown>): Promise<WebhookVerificationError> {
  const error = await rejection(promise);
  if (!(error instanceof WebhookVerificationError)) throw error;
  return error;
}

describe("a webhook that is signed", () => {
  test("is the event that was signed, whichever form body and headers have", async () => {
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    const bytes = new TextEncoder().encode(body);
    const shouting = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    for (const raw of [body, bytes, Buffer.from(body), bytes.buffer]) {
      for (const given of [headers, new Headers(headers), shouting]) {
        expect(await unwrapWebhook(raw, given, { secrets: NEW })).toEqual(event);
      }
    }
  });

  test("keeps characters of every length, and a view into a larger buffer", async () => {
    const told = { ...event, data: { id: "ftjob-1", note: "für 日本 \u{1F600}" } };
    const { body, headers } = await signWebhook(told, { secrets: NEW });
    const large = Buffer.concat([Buffer.from("before"), Buffer.from(body), Buffer.from("behind")]);
    const view = large.subarray(6, large.length - 6);
    expect(await unwrapWebhook(view, headers, { secrets: NEW })).toEqual(told);
  });

  test("is read and made by the reference implementation just so", async () => {
    const ours = await signWebhook(event, { secrets: NEW });
    expect(new Webhook(NEW).verify(ours.body, ours.headers)).toEqual(event);

    const body = JSON.stringify(event);
    const when = new Date();
    const theirs = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(when.getTime() / 1_000)),
      "webhook-signature": new Webhook(NEW).sign("msg_1", when, body),
    };
    expect(await unwrapWebhook(body, theirs, { secrets: NEW })).toEqual(event);
  });

  test("is read by the official client of the same wire", async () => {
    const openai = new OpenAI({ apiKey: "key", webhookSecret: NEW });
    const { body, headers } = await signWebhook(event, { secrets: [OTHER, NEW] });
    expect(await openai.webhooks.unwrap(body, headers)).toEqual(event);
  });

  test.each([
    ["the receiver knows the new secret and the old one", [NEW, OLD], [OLD]],
    ["the platform signs with both", [OLD], [NEW, OLD]],
    ["both are in the middle of it", [NEW, OLD], [OTHER, OLD]],
  ])("is taken while its secret is changed: %s", async (_, known, signing) => {
    const { body, headers } = await signWebhook(event, { secrets: signing });
    expect(await unwrapWebhook(body, headers, { secrets: known })).toEqual(event);
  });

  test("is taken beside signatures of other versions, and parted by commas, as a Headers object joins them", async () => {
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    const right = headers["webhook-signature"];
    for (const list of [`v1a,AAAA ${right}`, `v1,AAAA, ${right}`, `v2,AAAA  ${right} v1,`]) {
      await verifyWebhook(body, { ...headers, "webhook-signature": list }, { secrets: NEW });
    }
  });

  test("is taken within the tolerance, before now and behind it", async () => {
    for (const seconds of [-290, 290]) {
      const { body, headers } = await signWebhook(event, { secrets: NEW, timestamp: at(seconds) });
      await verifyWebhook(body, headers, { secrets: NEW });
    }
    const { body, headers } = await signWebhook(event, { secrets: NEW, timestamp: at(-3_000) });
    await verifyWebhook(body, headers, { secrets: NEW, tolerance: 3_600_000 });
  });

  test("passes with a type that isn't known here, and with fields that aren't", async () => {
    const unknown = { ...event, type: "model.ready", data: { model: "m" }, extra: [1] };
    const { body, headers } = await signWebhook(unknown, { secrets: NEW });
    const taken = await unwrapWebhook(body, headers, { secrets: NEW });
    expect(taken).toEqual(unknown);
    const type: string = taken.type;
    expect(type).toBe("model.ready");
  });

  test("has a type that says what is in it", () => {
    // For the compiler: comparing with a known type leaves that event alone.
    const jobOf = (told: WebhookEvent): string => {
      switch (told.type) {
        case "fine_tuning.job.succeeded":
        case "fine_tuning.job.failed":
        case "fine_tuning.job.cancelled":
          return told.data.id;
        default: {
          const { data }: { data: Record<string, unknown> } = told;
          return String(data.id);
        }
      }
    };
    expect(jobOf({ ...event, type: "fine_tuning.job.failed" })).toBe("ftjob-1");
  });
});

describe("a webhook that can't be trusted is refused, with the reason", () => {
  const options = { secrets: NEW };

  test("another secret, another body, another id, another time", async () => {
    const { body, headers } = await signWebhook(event, options);
    const later = String(Number(headers["webhook-timestamp"]) + 1);
    for (const attempt of [
      () => unwrapWebhook(body, headers, { secrets: OTHER }),
      () => unwrapWebhook(body, headers, { secrets: [OTHER, OLD] }),
      () => unwrapWebhook(body.replace("ftjob-1", "ftjob-2"), headers, options),
      () => unwrapWebhook(`${body}\n`, headers, options),
      () => unwrapWebhook(body, { ...headers, "webhook-id": "evt_2" }, options),
      () => unwrapWebhook(body, { ...headers, "webhook-timestamp": later }, options),
      () => unwrapWebhook(body, { ...headers, "webhook-signature": "v1,AAAA" }, options),
      () =>
        unwrapWebhook(
          body,
          { ...headers, "webhook-signature": headers["webhook-signature"].slice(0, -2) },
          options,
        ),
      () =>
        unwrapWebhook(
          body,
          { ...headers, "webhook-signature": headers["webhook-signature"].replace("v1,", "v1a,v1") },
          options,
        ),
    ]) {
      expect((await refusal(attempt())).reason).toMatch(/^(signature_mismatch|malformed_header)$/);
    }
    expect((await refusal(unwrapWebhook(body, headers, { secrets: OTHER }))).reason).toBe(
      "signature_mismatch",
    );
  });

  test("too old, or of a time that hasn't come", async () => {
    const old = await signWebhook(event, { ...options, timestamp: at(-310) });
    expect(await refusal(unwrapWebhook(old.body, old.headers, options))).toMatchObject({
      reason: "timestamp_too_old",
      message: expect.stringMatching(/31\d s ago, and 300 s/),
    });
    const early = await signWebhook(event, { ...options, timestamp: at(310) });
    expect((await refusal(unwrapWebhook(early.body, early.headers, options))).reason).toBe(
      "timestamp_too_new",
    );
    const recent = await signWebhook(event, { ...options, timestamp: at(-5) });
    const strict = { ...options, tolerance: 1_000 };
    expect((await refusal(unwrapWebhook(recent.body, recent.headers, strict))).reason).toBe(
      "timestamp_too_old",
    );
  });

  test.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("without %s", async (name) => {
    const { body, headers } = await signWebhook(event, options);
    for (const value of [undefined, "", []]) {
      expect(await refusal(unwrapWebhook(body, { ...headers, [name]: value }, options))).toMatchObject({
        reason: "missing_header",
        header: name,
        message: expect.stringContaining(name),
      });
    }
  });

  test.each([
    ["webhook-timestamp", "yesterday"],
    ["webhook-timestamp", "1e9"],
    ["webhook-timestamp", "-5"],
    ["webhook-signature", "AAAA"],
    ["webhook-signature", "v2,AAAA"],
  ])("with the %s %s", async (header, value) => {
    const { body, headers } = await signWebhook(event, options);
    expect(await refusal(unwrapWebhook(body, { ...headers, [header]: value }, options))).toMatchObject({
      reason: "malformed_header",
      header,
    });
  });

  test.each([
    ["no JSON", "hello"],
    ["nothing", ""],
    ["no object", "[1]"],
    ["no event", '{"id":"evt_1"}'],
    ["a known type without its data", JSON.stringify({ ...event, data: {} })],
  ])("signed rightly, and %s", async (_, body) => {
    const signed = await signWebhook(body, options);
    expect((await refusal(unwrapWebhook(signed.body, signed.headers, options))).reason).toBe(
      "malformed_body",
    );
    await verifyWebhook(signed.body, signed.headers, options);
  });
});

describe("what the receiver has set up wrongly is told apart from that", () => {
  test("a body that was parsed already is refused with the mend", async () => {
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    for (const parsed of [JSON.parse(body), undefined, null]) {
      const error = await rejection(unwrapWebhook(parsed, headers, { secrets: NEW }));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(String(error)).toContain("express.raw(");
    }
  });

  test.each([
    ["none", undefined],
    ["an empty one", ""],
    ["an empty list", []],
    ["one without its beginning", "c2VjcmV0IHNlY3JldCBzZWNyZXQ="],
    ["one that was cut off", "whsec_c2Vjc"],
    ["one that is no base64", "whsec_s3cret!"],
    ["a number", 5],
    ["a bad one among good ones", [NEW, "whsec_s3cret!"]],
  ])("secrets: %s", async (_, secrets) => {
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    const options = Object.assign({ secrets: "" }, { secrets });
    const error = await rejection(unwrapWebhook(body, headers, options));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(inspect(error)).not.toContain("s3cret");
    expect(inspect(error)).not.toContain("c2Vjc");
    await expect(signWebhook(event, options)).rejects.toBeInstanceOf(ConfigurationError);
  });

  test.each([0, -1, Number.NaN, "300"])("a tolerance of %s", async (given) => {
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    const options = Object.assign({ secrets: NEW, tolerance: 1 }, { tolerance: given });
    await expect(unwrapWebhook(body, headers, options)).rejects.toThrow(/tolerance must be .* milliseconds/);
  });

  test("a runtime without crypto.subtle", async () => {
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    vi.stubGlobal("crypto", {});
    try {
      await expect(unwrapWebhook(body, headers, { secrets: NEW })).rejects.toThrow(/https/);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe("the client", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("takes its own secret, or the call's", async () => {
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    const { webhooks } = client({ webhookSecret: [OLD, NEW] });
    expect(await webhooks.unwrap(body, headers)).toEqual(event);
    await webhooks.verifySignature(body, headers);
    expect((await refusal(webhooks.unwrap(body, headers, OTHER))).reason).toBe("signature_mismatch");
    expect((await refusal(webhooks.verifySignature(body, headers, [OTHER]))).reason).toBe(
      "signature_mismatch",
    );
    expect(await client().webhooks.unwrap(body, headers, NEW)).toEqual(event);
    await expect(client().webhooks.unwrap(body, headers)).rejects.toThrow("FERMION_WEBHOOK_SECRET");
  });

  test("takes the environment's secrets, parted by spaces", async () => {
    vi.stubEnv("FERMION_WEBHOOK_SECRET", `${OLD} ${NEW}`);
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    expect(await client().webhooks.unwrap(body, headers)).toEqual(event);
  });

  test("refuses a secret that is none when it is made, and seconds where milliseconds belong", async () => {
    expect(() => client({ webhookSecret: "s3cret" })).toThrow(ConfigurationError);
    expect(() => client({ webhookSecret: "s3cret" })).not.toThrow("s3cret");
    const { body, headers } = await signWebhook(event, { secrets: NEW });
    const { webhooks } = client({ webhookSecret: NEW });
    const call = Reflect.apply(webhooks.unwrap, webhooks, [body, headers, null, 300]);
    await expect(call).rejects.toThrow("{ tolerance: 300_000 }");
  });

  test("shows its secret nowhere", async () => {
    const made = client({ webhookSecret: NEW });
    const { body, headers } = await signWebhook(event, { secrets: OLD });
    const error = await rejection(made.webhooks.unwrap(body, headers));
    for (const shown of [
      inspect(made, { depth: 9, showHidden: true }),
      inspect(error),
      JSON.stringify(made),
    ]) {
      expect(shown).not.toContain(NEW.slice(6));
    }
  });

  test("makes, reads, lists, deletes endpoints and changes their secrets, once per call", async () => {
    const endpoint = {
      id: "whep_1",
      object: "webhook_endpoint",
      created_at: 1,
      url: "http://127.0.0.1:9/hook",
      event_types: null,
      status: "enabled",
    };
    await using server = await wireServer((response, { method, url }, index) => {
      if (index === 0) response.destroy();
      else if (method === "POST") json(response, 200, { ...endpoint, secret: NEW });
      else if (method === "DELETE") json(response, 200, { id: "whep_1", deleted: true });
      else if (url.endsWith("whep_1")) json(response, 200, endpoint);
      else json(response, 200, { object: "list", data: [endpoint], has_more: false });
    });
    const { endpoints } = server.client().webhooks;
    const made = await endpoints.create({ url: endpoint.url, event_types: ["fine_tuning.job.failed"] });
    expect(made.secret).toBe(NEW);
    const keys = server.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual([expect.any(String), keys[0]]);
    expect(await endpoints.retrieve("whep_1")).toEqual(endpoint);
    for await (const listed of endpoints.list({ limit: 5 })) expect(listed).toEqual(endpoint);
    expect((await endpoints.rotateSecret("whep_1")).secret).toBe(NEW);
    expect(await endpoints.delete("whep_1")).toMatchObject({ deleted: true });
    expect(server.requests.slice(1).map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST /v1/webhook_endpoints",
      "GET /v1/webhook_endpoints/whep_1",
      "GET /v1/webhook_endpoints?limit=5",
      "POST /v1/webhook_endpoints/whep_1/rotate_secret",
      "DELETE /v1/webhook_endpoints/whep_1",
    ]);
    expect(server.requests.at(-2)?.headers["idempotency-key"]).toEqual(expect.any(String));
  });
});
