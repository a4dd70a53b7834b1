/** An event as the standard dispatches it. */
export interface ReferenceEvent {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

/** What a stream means. */
export interface ReferenceReading {
  readonly events: readonly ReferenceEvent[];
  /** The event source's last event id after the last blank line. */
  readonly lastEventId: string;
  readonly reconnectionTime: number | undefined;
}

/**
 * Reads a whole event stream by the letter of the WHATWG standard ("9.2.5 Parsing an event stream" and "9.2.6
 * Interpreting an event stream"), sentence by sentence and without a thought for speed. Nothing is shared with the
 * decoder that is compared with it.
 */
export function readEventStream(bytes: Uint8Array): ReferenceReading {
  // "Streams must be decoded using the UTF-8 decode algorithm", which strips one byte order mark.
  const text = utf8Decode(bytes);

  const events: ReferenceEvent[] = [];
  let data = "";
  let eventType = "";
  let idBuffer = "";
  let lastEventId = "";
  let reconnectionTime: number | undefined;

  for (const line of lines(text)) {
    if (line === "") {
      // "If the line is empty (a blank line): Dispatch the event, as defined below."
      dispatch();
    } else if (line.startsWith(":")) {
      // "If the line starts with a U+003A COLON character (:): Ignore the line."
    } else if (line.includes(":")) {
      // "Collect the characters on the line before the first colon, and let field be that string. Collect the characters
      // after it, and let value be that string. If value starts with a space, remove it from value."
      const colon = line.indexOf(":");
      const value = line.slice(colon + 1);
      process(line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value);
    } else {
      // "Otherwise: Process the field using the whole line as the field name, and the empty string as the value."
      process(line, "");
    }
  }
  // "Once the end of the file is reached, any pending data must be discarded."
  return { events, lastEventId, reconnectionTime };

  function process(field: string, value: string): void {
    if (field === "event") {
      eventType = value;
    } else if (field === "data") {
      data += value;
      data += "\n";
    } else if (field === "id") {
      if (!value.includes("\0")) {
        idBuffer = value;
      }
    } else if (field === "retry") {
      if (value !== "" && [...value].every((digit) => "0123456789".includes(digit))) {
        reconnectionTime = Number(value);
      }
    }
    // "Otherwise: The field is ignored."
  }

  function dispatch(): void {
    // 1. "Set the last event ID string of the event source to the value of the last event ID buffer. The buffer does not
    // get reset."
    lastEventId = idBuffer;
    // 2. "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and
    // return."
    if (data === "") {
      eventType = "";
      return;
    }
    // 3. "If the data buffer's last character is a U+000A LINE FEED character, then remove the last character."
    if (data.endsWith("\n")) {
      data = data.slice(0, -1);
    }
    // 4.–8. The event's type is "message", or the event type buffer if that isn't empty.
    events.push({ type: eventType === "" ? "message" : eventType, data, lastEventId });
    data = "";
    eventType = "";
  }
}

function utf8Decode(bytes: Uint8Array): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(hasMark ? bytes.subarray(3) : bytes);
}

/** The lines that have an end: CR LF, LF or CR. What follows the last of them is no line yet. */
function lines(text: string): string[] {
  const found: string[] = [];
  let line = "";
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === "\r" || character === "\n") {
      found.push(line);
      line = "";
      if (character === "\r" && text.charAt(i + 1) === "\n") {
        i++;
      }
    } else {
      line += character;
    }
  }
  return found;
}
