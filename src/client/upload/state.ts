import * as z from "zod/mini";
import { UploadStateError } from "../errors.ts";
import { parsedJSON } from "../parsed-json.ts";
import type { UploadStateStore } from "./options.ts";

const stateSchema = z.object({
  version: z.literal(1),
  /** The idempotency key of the upload's creation: known before the upload is. */
  key: z.string(),
  /** Milliseconds, by this machine's clock. */
  begun: z.number(),
  bytes: z.number(),
  partSize: z.number(),
  /** Of all the content, from the hashes of its parts. */
  fingerprint: z.string(),
  upload: z.optional(
    z.object({
      id: z.string(),
      /** Seconds, by the platform's clock. */
      created_at: z.number(),
      /** How long the platform keeps it, in seconds. */
      lifetime: z.number(),
    }),
  ),
  /** The ids of the parts that the platform has confirmed, by their index. */
  parts: z.record(z.string(), z.string()),
  /** All parts were there, and the platform was asked to make the file. */
  completing: z.boolean(),
});

/** What is known of an upload that may be gone on with. */
export type UploadState = z.infer<typeof stateSchema>;

/** The kept state of one upload. */
export interface StateKeeper {
  load(): Promise<UploadState | undefined>;
  /** Saves what the state is when its turn comes: one is written at a time. */
  save(state: UploadState): Promise<void>;
  remove(): Promise<void>;
}

/** Keeps a state in a store. @param place - what the errors call it */
export function createStateKeeper(store: UploadStateStore, key: string, place: string): StateKeeper {
  let last: Promise<void> = Promise.resolve();
  const attempt = async <Result>(
    code: "unreadable" | "unwritable",
    work: () => PromiseLike<Result> | Result,
  ) => {
    try {
      return await work();
    } catch (cause) {
      const what = code === "unreadable" ? "read out of" : "kept in";
      throw new UploadStateError(
        `The state of the upload couldn't be ${what} ${place}: ${cause instanceof Error ? cause.message : String(cause)}. ` +
          "Give another place as resume: { load, save, remove }, or upload without resume.",
        { code, cause },
      );
    }
  };
  return {
    async load() {
      const text = await attempt("unreadable", () => store.load(key));
      return text == null ? undefined : parsed(text, place);
    },
    save(state) {
      last = last
        .catch(() => {
          // Told to the call that it belongs to.
        })
        .then(() => attempt("unwritable", () => store.save(key, JSON.stringify(state))));
      return last;
    },
    remove: () => attempt("unwritable", () => store.remove(key)),
  };
}

function parsed(text: string, place: string): UploadState {
  const result = stateSchema.safeParse(parsedJSON(text));
  if (!result.success) {
    throw new UploadStateError(
      `What is kept in ${place} is no state of an upload. Delete it to start over.`,
      { code: "unreadable" },
    );
  }
  return result.data;
}
