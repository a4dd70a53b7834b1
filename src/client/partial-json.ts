/** Reads JSON that is still being written. */
export interface PartialJson {
  push(text: string): void;
  /**
   * The value as far as it is certain: strings may still grow, lists and objects may still get more. Numbers, `true`,
   * `false` and `null` are there once they are whole, and a field once its value has begun. `undefined` as long as there
   * is nothing, and if the text is no JSON. Each call makes a new value.
   */
  value(): unknown;
}

/** What may come next inside the innermost bracket. */
type State = "value" | "key" | "colon" | "after" | "string" | "keyString" | "scalar";

/**
 * Follows the structure of the text, character by character and each only once, so that it knows at any time where the
 * text can be cut and which brackets would close it. The value itself is JSON.parse's work.
 */
export function createPartialJson(): PartialJson {
  let text = "";
  let position = 0;
  let state: State = "value";
  /** What closes the brackets that are open, innermost first. */
  let closing = "";
  /** Up to here the text is certain: with `closing` behind it, it is JSON. */
  let certain = 0;
  /** Where the last escapes in strings begin, the latest first. */
  let escapes: readonly [number, number] = [-1, -1];

  /** A value has ended in front of `end`. */
  function ended(end: number): void {
    state = "after";
    certain = end;
  }

  function step(character: string): void {
    switch (state) {
      case "string":
      case "keyString":
        if (character === "\\") {
          // The escaped character can't end the string. Its digits, if it has any, are like letters.
          escapes = [position, escapes[0]];
          position++;
        } else if (character === '"') {
          if (state === "string") {
            ended(position + 1);
          } else {
            state = "colon";
          }
        }
        return;
      case "scalar":
        if (!/[\s,\]}]/.test(character)) {
          return;
        }
        ended(position);
        break;
    }
    if (/\s/.test(character)) {
      return;
    }
    if (character === "{" || character === "[") {
      closing = (character === "{" ? "}" : "]") + closing;
      state = character === "{" ? "key" : "value";
      certain = position + 1;
    } else if (character === "}" || character === "]") {
      closing = closing.slice(1);
      ended(position + 1);
    } else if (character === ",") {
      state = closing.startsWith("}") ? "key" : "value";
    } else if (character === ":") {
      state = "value";
    } else if (character === '"') {
      state = state === "key" ? "keyString" : "string";
    } else {
      state = "scalar";
    }
  }

  /** The text without what may be a part of a character only: half an escape, or half a surrogate pair. */
  function wholeCharacters(): string {
    const [last, previous] = escapes;
    const length = text.startsWith("u", last + 1) ? 6 : 2;
    const end = last >= 0 && last + length > text.length ? last : text.length;
    const before = end === last ? previous : last;
    if (before >= 0 && before + 6 === end && /^\\ud[89ab]/i.test(text.slice(before, end))) {
      return text.slice(0, before);
    }
    return text.slice(0, /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end - 1 : end);
  }

  return {
    push(more) {
      text += more;
      for (; position < text.length; position++) {
        step(text.charAt(position));
      }
    },
    value() {
      const open = state === "string" ? `${wholeCharacters()}"` : text.slice(0, certain);
      try {
        // A number at the top has no end but that of the text.
        return JSON.parse(state === "scalar" && closing === "" ? text : open + closing);
      } catch {
        return undefined;
      }
    },
  };
}
