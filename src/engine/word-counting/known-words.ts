import { readFileSync } from "node:fs";
import { unitKind } from "../pre-tokenizer.ts";

/** A text whose words are counted, as far as they are known; see `assembly/index.ts`. */
export interface KnownWords {
  /** Takes a text in, and counts from 0. */
  begin(text: string): void;
  /**
   * Adds up the tokens of known words from the word that begins at `start` on. Returns where the first one begins that
   * isn't known, or the text's length.
   */
  count(start: number): number;
  /** Where the word ends that counting has stopped at; 0 where only `wordEnd` can say it. */
  readonly unknownEnd: number;
  /** Keeps how many tokens the word has that counting has stopped at. A long one isn't kept. */
  remember(tokens: number): void;
  readonly tokens: number;
}

interface Exports {
  count(start: number, length: number, splitDigits: number): number;
  unknownEnd(): number;
  remember(tokens: number): void;
  reset(): void;
  totalTokens(): number;
}

const PAGE = 65_536;
const KINDS = 0x1_0000;
const TEXT = 0x12_0000;
/** The kernel looks so many units ahead, and a little further. */
const AHEAD = 128;
const FIRST_UNITS = 1 << 14;
/** Memory can't be given back alone, so behind a huge text all is begun anew. */
const MOST_UNITS = 1 << 21;

let compiled: WebAssembly.Module | undefined;

/** @param splitDigits - whether every number character is a word of its own */
export function createKnownWords(splitDigits: boolean): KnownWords {
  let memory = start();
  let text = "";

  function start() {
    compiled ??= new WebAssembly.Module(readFileSync(new URL("./word-counting.wasm", import.meta.url)));
    const own = new WebAssembly.Memory({ initial: pagesFor(FIRST_UNITS) });
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: own, abort } });
    if (!isExports(exports)) throw new Error("word-counting.wasm is another one: run npm run build:kernels");
    return { memory: own, exports, ...views(own) };
  }

  const makeRoom = (units: number) => {
    if (units < memory.units.length) return;
    memory.memory.grow(pagesFor(2 * units) - memory.memory.buffer.byteLength / PAGE);
    memory = { ...memory, ...views(memory.memory) };
  };

  /** Asks for the kinds of units that nobody has asked for yet, among those that the kernel has looked at. */
  const learnKinds = (from: number) => {
    const { kinds, units } = memory;
    for (let index = from; index < from + AHEAD && index < text.length; index++) {
      const unit = units[index] ?? 0;
      if (kinds[unit] === 0) kinds[unit] = unitKind(unit);
    }
  };

  return {
    begin(next) {
      if (memory.units.length > MOST_UNITS && next.length < MOST_UNITS / 4) memory = start();
      text = next;
      makeRoom(text.length + AHEAD);
      memory.bytes.write(text, "utf16le");
      memory.exports.reset();
    },
    count(from) {
      const stopped = memory.exports.count(from, text.length, splitDigits ? 1 : 0);
      if (stopped < text.length && memory.exports.unknownEnd() === 0) learnKinds(stopped);
      return stopped;
    },
    get unknownEnd() {
      return memory.exports.unknownEnd();
    },
    remember: (tokens) => memory.exports.remember(tokens),
    get tokens() {
      return memory.exports.totalTokens();
    },
  };
}

const pagesFor = (units: number) => Math.ceil((TEXT + 2 * units) / PAGE);

function views(memory: WebAssembly.Memory) {
  const bytes = Buffer.from(memory.buffer, TEXT);
  return {
    kinds: new Uint8Array(memory.buffer, KINDS, 1 << 16),
    bytes,
    units: new Uint16Array(memory.buffer, TEXT, bytes.length / 2),
  };
}

function isExports(exports: object): exports is Exports {
  return ["count", "unknownEnd", "remember", "reset", "totalTokens"].every((name) => name in exports);
}

function abort(): never {
  throw new Error("The kernel that counts words has failed.");
}
