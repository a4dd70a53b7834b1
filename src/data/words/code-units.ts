/** The code units of a text at a time, in memory that is used again for the next. */
export interface CodeUnits {
  /** The units of the text that was read last, and one 0 at least behind them. May be another array after a read. */
  readonly units: Uint16Array;
  /** The same memory, two units at a time. */
  readonly pairs: Uint32Array;
  read(text: string): void;
}

const FEWEST = 1 << 13;
/** After a text with more units than these, the memory is given back. */
const KEPT = 1 << 20;

/** Looking at a string's units one by one takes three times as long as copying all of them into an array first. */
export function createCodeUnits(): CodeUnits {
  let bytes = Buffer.alloc(0);
  let units = new Uint16Array(0);
  let pairs = new Uint32Array(0);
  return {
    read(text) {
      const { length } = text;
      if (length + 2 > units.length || (units.length > KEPT && length < KEPT / 2)) {
        units = new Uint16Array(Math.max(FEWEST, 2 * Math.ceil((length + 2) / 2)));
        bytes = Buffer.from(units.buffer);
        pairs = new Uint32Array(units.buffer);
      }
      bytes.write(text, "utf16le");
      units[length] = 0;
      units[length + 1] = 0;
    },
    get units() {
      return units;
    },
    get pairs() {
      return pairs;
    },
  };
}
