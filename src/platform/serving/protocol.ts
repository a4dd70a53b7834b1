import type { TokenLogprob } from "../../contract/chat.ts";
import type { DialogueMessage } from "../../engine/chat-template.ts";

/** One answer that the inference thread is asked for. */
export interface GenerationRequest {
  /** The directory of the model, by which the thread knows it. */
  readonly directory: string;
  readonly messages: readonly DialogueMessage[];
  /** As many as the context leaves room for, if it isn't said. */
  readonly maxTokens: number | null;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly stop: readonly string[];
  readonly frequencyPenalty: number;
  readonly presencePenalty: number;
  /** What is added to the logits of tokens, by their ids. */
  readonly logitBias: ReadonlyMap<number, number>;
  /** With how many alternatives each token's log-probability is given; `null`: none is given. */
  readonly topLogprobs: number | null;
}

/** A piece of an answer. */
export interface AnswerPiece {
  readonly text: string;
  /** Of the tokens that belong to this text, where they are asked for. */
  readonly logprobs?: readonly TokenLogprob[];
}

/** What the platform says to the inference thread. Both sides are of one build, so the types are enough. */
export type ToInference =
  | { readonly type: "generate"; readonly id: number; readonly request: GenerationRequest }
  /** Nobody wants the answer any more. */
  | { readonly type: "cancel"; readonly id: number }
  /** The model was deleted. */
  | { readonly type: "forget"; readonly directory: string };

/** What the inference thread says; all but `failed` in this order, `text` any number of times. */
export type FromInference =
  | { readonly type: "accepted"; readonly id: number; readonly promptTokens: number }
  | ({ readonly type: "text"; readonly id: number } & AnswerPiece)
  | {
      readonly type: "finished";
      readonly id: number;
      readonly reason: "stop" | "length";
      readonly completionTokens: number;
    }
  | {
      readonly type: "failed";
      readonly id: number;
      readonly message: string;
      /** The prompt leaves no room for an answer. */
      readonly tooLong?: { readonly promptTokens: number; readonly contextLength: number };
      /** The bias is for a token that the model's vocabulary doesn't have. */
      readonly unknownToken?: { readonly token: number; readonly vocabularySize: number };
    };
