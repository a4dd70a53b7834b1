import { createHash } from "node:crypto";
import { ApiError, invalidRequest } from "../api-error.ts";
import type { Store } from "../store/store.ts";

/** A request that makes something, and what has to be the same for it to be a repetition. */
export interface Creation {
  readonly request: Request;
  /** Hashes and values that tell this body from every other. */
  readonly parts: readonly string[];
  /**
   * Does whatever takes time, and gives the function that makes the thing and returns its object. That function runs in
   * one transaction with the record of the key: either both are there after a crash, or neither.
   */
  prepare(): Promise<() => object> | (() => object);
}

/** Answers requests that make something, each key once. */
export type AnswerOnce = (creation: Creation) => Promise<Response>;

/** Honours `Idempotency-Key`: for 24 hours the same key and body give the same answer, and another body 409. */
export function createAnswerOnce(store: Store): AnswerOnce {
  // Requests with the same key wait for each other: the second finds the answer of the first.
  const running = new Map<string, Promise<unknown>>();

  const answer = async ({ request, parts, prepare }: Creation, key: string | undefined) => {
    if (key === undefined) {
      const make = await prepare();
      return Response.json(store.transaction(make));
    }
    const fingerprint = createHash("sha256")
      .update(JSON.stringify([request.method, new URL(request.url).pathname, ...parts]))
      .digest("hex");
    const known = store.idempotency.get(key);
    if (known) {
      if (known.fingerprint !== fingerprint) throw reused(key);
      return new Response(known.body, {
        headers: { "content-type": "application/json", "idempotent-replayed": "true" },
      });
    }
    const make = await prepare();
    const body = store.transaction(() => {
      const text = JSON.stringify(make());
      store.idempotency.put(key, { fingerprint, body: text });
      return text;
    });
    return new Response(body, { headers: { "content-type": "application/json" } });
  };

  return async (creation) => {
    const key = keyOf(creation);
    if (key === undefined) return await answer(creation, undefined);
    const before = running.get(key);
    const mine = (async () => {
      await before?.catch(() => {
        // Told to the request that it belongs to.
      });
      return await answer(creation, key);
    })();
    running.set(key, mine);
    try {
      return await mine;
    } finally {
      if (running.get(key) === mine) running.delete(key);
    }
  };
}

function keyOf({ request }: Creation): string | undefined {
  const key = request.headers.get("idempotency-key") ?? undefined;
  if (key !== undefined && !/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw invalidRequest("An Idempotency-Key has 1 to 255 printable ASCII characters.", {
      param: "Idempotency-Key",
    });
  }
  return key;
}

function reused(key: string): ApiError {
  return new ApiError(
    "conflict_error",
    `The idempotency key "${key}" was used for another request. Use a new key for a new request.`,
    { code: "idempotency_key_reused", param: "Idempotency-Key" },
  );
}
