import type { ChatCompletion } from "../contract/chat.ts";
import { FermionError } from "./errors.ts";
import type { OutputIssue } from "./output-schema.ts";

/** The answer ended at its greatest length, so its text is no whole object. Ask for more tokens, or for less text. */
export class LengthFinishReasonError extends FermionError {
  override readonly name = "LengthFinishReasonError";
  readonly completion: ChatCompletion;

  constructor(completion: ChatCompletion) {
    super(
      "The answer reached its greatest length before it was whole. Raise max_completion_tokens, or ask for less.",
    );
    this.completion = completion;
  }
}

/** The platform's content filter ended the answer, so its text is no whole object. */
export class ContentFilterFinishReasonError extends FermionError {
  override readonly name = "ContentFilterFinishReasonError";
  readonly completion: ChatCompletion;

  constructor(completion: ChatCompletion) {
    super("The platform's content filter ended the answer before it was whole.");
    this.completion = completion;
  }
}

/** The answer is whole, and isn't what the schema says: no JSON, or JSON of another shape. */
export class OutputMismatchError extends FermionError {
  override readonly name = "OutputMismatchError";
  /** What the model wrote. */
  readonly text: string;
  /** Where it differs from the schema. */
  readonly issues: readonly OutputIssue[];
  readonly completion: ChatCompletion;

  constructor(details: { text: string; issues: readonly OutputIssue[]; completion: ChatCompletion }) {
    const [first] = details.issues;
    const path = first?.path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
    super(
      `The answer doesn't fit its schema (${path || "the answer"}: ${first?.message}). It is in \`text\`.`,
    );
    this.text = details.text;
    this.issues = details.issues;
    this.completion = details.completion;
  }
}
