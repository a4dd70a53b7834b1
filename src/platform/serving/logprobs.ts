import type { TokenLogprob } from "../../contract/chat.ts";
import type { LogProbabilities, TokenProbability } from "../../engine/log-probabilities.ts";
import { createTokenPlaces } from "../../engine/token-places.ts";
import type { Tokenizer } from "../../engine/tokenizer.ts";

/** Gives the log-probabilities of an answer's tokens together with the text that they belong to. */
export interface LogprobStream {
  /** Takes a token of the answer. */
  push(logprobs: LogProbabilities): void;
  /** Takes the text that is sent now, and gives the log-probabilities that go with it. */
  release(text: string): TokenLogprob[];
}

/**
 * The rule: a token belongs to the character that its first byte is part of, and its log-probability is sent with this
 * character. So nothing is sent for text that is held back or that a stop string cut away; the tokens that make up one
 * character come together; a token of which only the beginning is sent comes with the beginning, and what follows of it
 * has none of its own. A token without bytes (an embedding may have more rows than the vocabulary has tokens) adds no
 * text, and has no place among the text's log-probabilities.
 */
export function createLogprobStream(tokenizer: Tokenizer): LogprobStream {
  const places = createTokenPlaces();
  const spellings = new Map([...tokenizer.specialTokens].map(([spelling, id]) => [id, spelling]));
  const toText = new TextDecoder("utf-8", { ignoreBOM: true });
  const held: { readonly place: number; readonly logprob: TokenLogprob }[] = [];
  let sent = 0;

  const described = ({ token, logprob }: TokenProbability) => {
    const bytes = tokenizer.bytesOf(token);
    if (bytes.length === 0) return { token: spellings.get(token) ?? "", logprob, bytes: null };
    return { token: toText.decode(bytes), logprob, bytes: [...bytes] };
  };

  return {
    push(logprobs) {
      const bytes = tokenizer.bytesOf(logprobs.token);
      if (bytes.length === 0) return;
      held.push({
        place: places.push(bytes),
        logprob: { ...described(logprobs), top_logprobs: logprobs.top.map(described) },
      });
    },
    release(text) {
      sent += text.length;
      const kept = held.findIndex(({ place }) => place >= sent);
      return held.splice(0, kept < 0 ? held.length : kept).map(({ logprob }) => logprob);
    },
  };
}
