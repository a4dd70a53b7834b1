import type { ServerResponse } from "node:http";
import { sse } from "./wire-server.ts";

export const job = {
  id: "ftjob-1",
  object: "fine_tuning.job",
  created_at: 1_700_000_000,
  finished_at: null,
  fine_tuned_model: null,
  hyperparameters: { n_epochs: "auto", batch_size: "auto", learning_rate_multiplier: "auto" },
  model: "photon-nano",
  organization_id: "org-local",
  result_files: [],
  status: "queued",
  trained_tokens: null,
  training_file: "file-1",
  validation_file: null,
  seed: 1,
  error: null,
};

export const file = {
  id: "file-1",
  object: "file",
  bytes: 5,
  created_at: 1_700_000_000,
  filename: "claims.jsonl",
  purpose: "fine-tune",
  status: "processed",
};

export const completion = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "photon-nano",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "Within 9 days.", refusal: null },
      finish_reason: "stop",
      logprobs: null,
    },
  ],
  usage: { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 },
};

export function chunk(delta: Record<string, unknown>, finish: string | null = null, index = 0) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "photon-nano",
    choices: [{ index, delta, finish_reason: finish, logprobs: null }],
  };
}

export const usageChunk = {
  ...chunk({}),
  choices: [],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};

/** The events of a whole answer that says `Hello`. */
export const wholeAnswer = [
  sse(chunk({ role: "assistant", content: "" })),
  sse(chunk({ content: "Hel" })),
  sse(chunk({ content: "lo" })),
  sse(chunk({}, "stop")),
  sse(usageChunk),
  sse("[DONE]"),
];

export function event(n: number, data?: Record<string, unknown>) {
  return {
    id: `ftevent-${n}`,
    object: "fine_tuning.job.event",
    created_at: 1_700_000_000 + n,
    level: "info",
    message: `event ${n}`,
    type: data ? "metrics" : "message",
    ...(data ? { data } : {}),
  };
}

/** Cuts the connection without a proper end. */
export function cut(response: ServerResponse): void {
  response.socket?.destroy();
}
