import type { ChatCompletionMessageParam } from "../contract/chat-params.ts";
import {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  ConfigurationError,
  type Fermion,
  FermionError,
  NotFoundError,
  PermissionDeniedError,
  StreamError,
} from "../index.ts";
import type { RequestFailure } from "./result.ts";
import type { EvalAnswer, Suite } from "./suite.ts";

/** An answer, or why there is none. */
export type Asked =
  | { readonly status: "answered"; readonly answer: EvalAnswer }
  | { readonly status: "failed"; readonly failure: RequestFailure };

/**
 * Asks a model, by streaming, so that the time to the first token is known. An answer that breaks off is asked for again,
 * `retries` times; what fails before it begins has been retried by the client.
 *
 * @throws AuthenticationError, PermissionDeniedError, NotFoundError, ConfigurationError: no item would get an answer
 * @throws APIUserAbortError
 */
export async function askModel(
  client: Fermion,
  model: string,
  input: readonly ChatCompletionMessageParam[],
  options: { readonly sampling: Suite["sampling"]; readonly retries: number; readonly signal: AbortSignal },
): Promise<Asked> {
  const { sampling, retries, signal } = options;
  for (let left = retries; ; left--) {
    try {
      return { status: "answered", answer: await answerOf(client, model, input, sampling, signal) };
    } catch (error) {
      if (!(error instanceof FermionError) || error instanceof APIUserAbortError || concernsAllItems(error)) {
        throw error;
      }
      if (!(error instanceof StreamError && error.isRetryable && left > 0)) {
        return { status: "failed", failure: failureOf(error) };
      }
    }
  }
}

async function answerOf(
  client: Fermion,
  model: string,
  input: readonly ChatCompletionMessageParam[],
  sampling: Suite["sampling"],
  signal: AbortSignal,
): Promise<EvalAnswer> {
  const stream = client.chat.completions.stream(
    {
      model,
      messages: [...input],
      temperature: sampling.temperature,
      max_completion_tokens: sampling.maxCompletionTokens,
    },
    { signal },
  );
  const { choices, usage } = await stream.finalCompletion();
  const { total, firstToken } = stream.timing;
  const [choice] = choices;
  return {
    // A platform may say that it refuses where others say the text of it.
    text: choice?.message.content || choice?.message.refusal || "",
    finishReason: choice?.finish_reason ?? null,
    latency: total ?? 0,
    timeToFirstToken: firstToken,
    usage: usage
      ? { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens }
      : undefined,
  };
}

/** Not one question is at fault, but the key, the model or the client. */
function concernsAllItems(error: FermionError): boolean {
  return [AuthenticationError, PermissionDeniedError, NotFoundError, ConfigurationError].some(
    (kind) => error instanceof kind,
  );
}

function failureOf(error: FermionError): RequestFailure {
  const { name: kind, message } = error;
  return error instanceof APIError ? { kind, message, status: error.status } : { kind, message };
}
