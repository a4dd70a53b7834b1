import { describe, expect, test } from "vitest";
import type * as z from "zod/mini";
import { chatCompletionChunkSchema, chatCompletionSchema } from "../../src/contract/chat.ts";
import { chatCompletionCreateParamsSchema } from "../../src/contract/chat-params.ts";
import { fileCreateFieldsSchema, fileListParamsSchema } from "../../src/contract/file-params.ts";
import { fileObjectSchema } from "../../src/contract/files.ts";
import { fineTuningJobEventSchema, fineTuningJobSchema } from "../../src/contract/fine-tuning.ts";
import { jobCreateParamsSchema } from "../../src/contract/job-params.ts";
import { dpoRowSchema, supervisedRowSchema } from "../../src/contract/training-rows.ts";
import { uploadCreateParamsSchema } from "../../src/contract/upload-params.ts";
import { chunk, completion, event, file, job } from "../client/samples.ts";

/** Where a schema finds something wrong. */
function paths(schema: z.ZodMiniType, value: unknown): string[] {
  const result = schema.safeParse(value);
  return result.success
    ? []
    : result.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((key) => [...issue.path, key].join("."))
          : [issue.path.join(".")],
      );
}

describe("what servers send", () => {
  test.each([
    ["a job", fineTuningJobSchema, job],
    ["an event", fineTuningJobEventSchema, event(1)],
    ["a file", fileObjectSchema, file],
    ["a completion", chatCompletionSchema, completion],
    ["a chunk", chatCompletionChunkSchema, chunk({ content: "x" })],
  ])("%s keeps fields that nobody knows", (_, schema: z.ZodMiniType, value) => {
    const odd = { ...value, unknown_field: { deep: [1] } };
    expect(schema.parse(odd)).toEqual(odd);
  });

  test.each([
    ["null", null],
    ["an empty object", {}],
    ["an object", { code: "c", message: "m", param: null }],
    ["absent", undefined],
  ])("the error of a job may be %s", (_, error) => {
    expect(fineTuningJobSchema.parse({ ...job, error }).error).toEqual(error);
  });

  test("nulls for absent and absent for nulls", () => {
    const { fine_tuned_model, finished_at, validation_file, trained_tokens, error, ...rest } = job;
    const sparse = { ...rest, method: null, metadata: null, integrations: null, estimated_finish: null };
    expect(fineTuningJobSchema.parse(sparse)).toEqual(sparse);
    expect(fileObjectSchema.safeParse({ ...file, expires_at: null, status: null }).success).toBe(true);
    const choice = { index: 0, delta: { content: "x" } };
    expect(chatCompletionChunkSchema.safeParse({ ...chunk({}), choices: [choice] }).success).toBe(true);
  });

  test("statuses and reasons that nobody knows", () => {
    expect(fineTuningJobSchema.parse({ ...job, status: "cancel_requested" }).status).toBe("cancel_requested");
    expect(fileObjectSchema.parse({ ...file, purpose: "telepathy" }).purpose).toBe("telepathy");
  });

  test("what makes an object what it is has to be there", () => {
    const { id, ...anonymous } = job;
    expect(paths(fineTuningJobSchema, anonymous)).toEqual(["id"]);
    expect(paths(fineTuningJobSchema, { ...job, status: 5 })).toEqual(["status"]);
  });
});

describe("a new job", () => {
  const least = { model: "photon-nano", training_file: "file-1" };

  test.each([
    ["the least", {}],
    [
      "nulls for what is absent",
      { suffix: null, seed: null, metadata: null, validation_file: null, integrations: null },
    ],
    [
      "everything at its lower limit",
      {
        suffix: "x",
        seed: 0,
        metadata: { k: "" },
        hyperparameters: { n_epochs: 1, batch_size: 1, learning_rate_multiplier: 1e-9, max_steps: 1 },
      },
    ],
    [
      "everything at its upper limit",
      {
        suffix: "x".repeat(64),
        seed: 2 ** 31 - 1,
        metadata: Object.fromEntries(
          Array.from({ length: 16 }, (_, i) => [`${i}`.padEnd(64, "k"), "v".repeat(512)]),
        ),
        method: { type: "dpo", dpo: { hyperparameters: { beta: 2, n_epochs: 50, batch_size: 256 } } },
      },
    ],
    [
      "everything left to the platform",
      {
        method: {
          type: "supervised",
          supervised: {
            hyperparameters: { n_epochs: "auto", batch_size: "auto", learning_rate_multiplier: "auto" },
          },
        },
      },
    ],
  ])("takes %s", (_, fields) => {
    expect(paths(jobCreateParamsSchema, { ...least, ...fields })).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["suffix", { suffix: "" }],
    ["suffix", { suffix: "x".repeat(65) }],
    ["seed", { seed: -1 }],
    ["seed", { seed: 2 ** 31 }],
    ["seed", { seed: 1.5 }],
    ["metadata", { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [i, ""])) }],
    ["metadata.k", { metadata: { k: "v".repeat(513) } }],
    ["metadata.k", { metadata: { k: 1 } }],
    ["hyperparameters.n_epochs", { hyperparameters: { n_epochs: 0 } }],
    ["hyperparameters.n_epochs", { hyperparameters: { n_epochs: 51 } }],
    ["hyperparameters.n_epochs", { hyperparameters: { n_epochs: "many" } }],
    ["hyperparameters.batch_size", { hyperparameters: { batch_size: 257 } }],
    ["hyperparameters.learning_rate_multiplier", { hyperparameters: { learning_rate_multiplier: 0 } }],
    ["hyperparameters.epochs", { hyperparameters: { epochs: 3 } }],
    ["method.dpo.hyperparameters.beta", { method: { type: "dpo", dpo: { hyperparameters: { beta: 2.1 } } } }],
    ["method.dpo.hyperparameters.beta", { method: { type: "dpo", dpo: { hyperparameters: { beta: 0 } } } }],
    ["method.type", { method: { type: "osmosis" } }],
    ["sufix", { sufix: "claims" }],
    ["training_file", { training_file: undefined }],
  ])("refuses a wrong %s by its name", (path, fields) => {
    expect(paths(jobCreateParamsSchema, { ...least, ...fields })).toEqual([path]);
  });
});

describe("a chat completion", () => {
  const least = { model: "m", messages: [{ role: "user", content: "x" }] };

  test("takes every role, text in parts, and the answer of an earlier request as it came", () => {
    const messages = [
      { role: "system", content: "x" },
      { role: "developer", content: [{ type: "text", text: "x" }] },
      { role: "user", content: "x", name: "Ann" },
      {
        role: "assistant",
        content: null,
        refusal: null,
        annotations: [],
        reasoning_content: "Hm",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", content: "x", tool_call_id: "call_1" },
    ];
    expect(paths(chatCompletionCreateParamsSchema, { ...least, messages })).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["messages", { messages: [] }],
    ["messages.0.role", { messages: [{ role: "bot", content: "x" }] }],
    ["messages.0.content", { messages: [{ role: "user" }] }],
    ["messages.0.tool_call_id", { messages: [{ role: "tool", content: "x" }] }],
    ["temperature", { temperature: 2.1 }],
    ["top_p", { top_p: -0.1 }],
    ["n", { n: 0 }],
    ["max_tokens", { max_tokens: 0 }],
    ["stop", { stop: ["a", "b", "c", "d", "e"] }],
    ["top_logprobs", { top_logprobs: 21 }],
    ["stream_options.include_everything", { stream_options: { include_everything: true } }],
    ["temprature", { temprature: 1 }],
  ])("refuses a wrong %s by its name", (path, fields) => {
    expect(paths(chatCompletionCreateParamsSchema, { ...least, ...fields })).toEqual([path]);
  });
});

test("what a form or a query carries as text is taken as the number it is", () => {
  const expiry = (seconds: unknown) => ({
    purpose: "fine-tune",
    expires_after: { anchor: "created_at", seconds },
  });
  expect(fileCreateFieldsSchema.parse(expiry("3600")).expires_after?.seconds).toBe(3_600);
  expect(paths(fileCreateFieldsSchema, expiry("3599"))).toEqual(["expires_after.seconds"]);
  expect(fileListParamsSchema.parse({ limit: "20" }).limit).toBe(20);
  expect(paths(fileListParamsSchema, { limit: "many" })).toEqual(["limit"]);
  const upload = { filename: "a", purpose: "fine-tune", bytes: 8 * 1024 ** 3 + 1, mime_type: "text/plain" };
  expect(paths(uploadCreateParamsSchema, upload)).toEqual(["bytes"]);
});

describe("a training row", () => {
  const user = { role: "user", content: "x" };
  const answer = { role: "assistant", content: "y" };

  test.each([
    ["a dialogue", { messages: [{ role: "system", content: "s" }, user, answer] }],
    ["weights", { messages: [user, { ...answer, weight: 0 }, user, { ...answer, weight: 1 }] }],
    [
      "a call of a tool",
      {
        messages: [
          user,
          {
            role: "assistant",
            tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
          },
          { role: "tool", tool_call_id: "1", content: "z" },
          answer,
        ],
        tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
      },
    ],
  ])("may be %s", (_, row) => {
    expect(paths(supervisedRowSchema, row)).toEqual([]);
  });

  test.each<[string, string, unknown]>([
    ["no messages", "messages", { messages: [] }],
    ["nobody who answers", "messages", { messages: [user] }],
    ["an answer that says nothing", "messages", { messages: [user, { ...answer, content: "" }] }],
    ["answers that aren't learned", "messages", { messages: [user, { ...answer, weight: 0 }] }],
    ["a wrong role", "messages.0.role", { messages: [{ role: "human", content: "x" }, answer] }],
    ["a wrong weight", "messages.1.weight", { messages: [user, { ...answer, weight: 2 }, answer] }],
    ["a field that would be left out", "comment", { messages: [user, answer], comment: "x" }],
  ])("with %s is refused", (_, path, row) => {
    expect(paths(supervisedRowSchema, row)).toEqual([path]);
  });

  test("of preferences has one answer to prefer and one to avoid", () => {
    const row = { input: { messages: [user] }, preferred_output: [answer], non_preferred_output: [answer] };
    expect(paths(dpoRowSchema, row)).toEqual([]);
    expect(paths(dpoRowSchema, { ...row, preferred_output: [] })).toEqual(["preferred_output"]);
    expect(paths(dpoRowSchema, { ...row, non_preferred_output: [user] })).toEqual([
      "non_preferred_output.0.role",
    ]);
  });
});
