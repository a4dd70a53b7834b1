/**
 * Makes text of bytes that come in pieces, cut anywhere. A byte order mark at the beginning is taken away.
 *
 * `TextDecoder` is several times as fast on whole texts as on pieces, so it is told that a piece is whole wherever one
 * ends with a character: with ASCII, as nearly all pieces of a stream of events do.
 */
export function createUtf8Decoder(): (bytes: Uint8Array) => string {
  const whole = new TextDecoder("utf-8", { ignoreBOM: true });
  const pieces = new TextDecoder();
  // The first piece goes the slow way, because of the mark.
  let isCut = true;
  return (bytes) => {
    const last = bytes.at(-1);
    if (last === undefined) {
      return "";
    }
    const wasCut = isCut;
    isCut = last > 0x7f;
    return wasCut || isCut ? pieces.decode(bytes, { stream: true }) : whole.decode(bytes);
  };
}
