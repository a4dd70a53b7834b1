/**
 * Makes text of bytes that come in pieces, cut anywhere. A byte order mark at the beginning is taken away.
 *
 * `TextDecoder` is several times as fast on whole texts as on pieces, so it is told that a piece is whole wherever one
 * ends with a character: with ASCII, as nearly all pieces of a stream of events do.
 *
 * The mark is taken away here: when it comes in two pieces, the decoder of Node 24 and 26 takes a second one with it.
 */
export function createUtf8Decoder(): (bytes: Uint8Array) => string {
  const whole = new TextDecoder("utf-8", { ignoreBOM: true });
  const pieces = new TextDecoder("utf-8", { ignoreBOM: true });
  let isCut = false;
  let isBeginning = true;
  return (bytes) => {
    const last = bytes.at(-1);
    if (last === undefined) {
      return "";
    }
    const wasCut = isCut;
    isCut = last > 0x7f;
    const text = wasCut || isCut ? pieces.decode(bytes, { stream: true }) : whole.decode(bytes);
    if (!isBeginning || text === "") {
      return text;
    }
    isBeginning = false;
    return text.startsWith("\uFEFF") ? text.slice(1) : text;
  };
}
