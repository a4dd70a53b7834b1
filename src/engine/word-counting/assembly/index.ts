/**
 * Adds up the tokens of a text's words, those that are known already: 64 UTF-16 units at a time become masks of a bit for
 * each, from the masks follows where words begin (the pattern of `pre-tokenizer.ts`), and a word is known by a hash.
 * Nearly all that a loop over single units costs is the wrong guesses of the processor where a word ends.
 *
 * Memory: the kind of each unit beyond ASCII, the table of words, the text. ../word-counter.ts has the same places.
 */
const KINDS: usize = 0x1_0000;
const SLOTS: usize = 0x2_0000;
const MASK: u32 = (1 << 17) - 1;
const TEXT: usize = 0x12_0000;

const PROBES: i32 = 4;
/** At most so many UTF-16 units, which are 120 bytes, and so 120 tokens, which a byte can count. */
const LONGEST: i32 = 40;

/** As in `pre-tokenizer.ts`. 0 is half a pair, or a unit that nobody has asked for yet. */
const LETTER: u32 = 1;
const NUMBER: u32 = 2;
const SPACE: u32 = 3;

/** Of 64 units, the last are only looked ahead at: a contraction reaches three units further than its apostrophe. */
const STEP: i32 = 60;
const AHEAD: i32 = 3;

/** Tokens of the words that were known. */
let total: i32 = 0;
/** Where the word ends that counting has stopped at; 0 where only the rule itself can say it. */
let stoppedEnd: i32 = 0;
/** The hash of that word. */
let stoppedHash: u64 = 0;

export function totalTokens(): i32 {
  return total;
}

export function unknownEnd(): i32 {
  return stoppedEnd;
}

export function reset(): void {
  total = 0;
}

/** Keeps how many tokens the word has that counting has stopped at. */
export function remember(tokens: i32): void {
  const first = slotOf(stoppedHash);
  let slot = first;
  for (let probe = 0; probe < PROBES; probe++) {
    slot = (first + probe) & MASK;
    if (load<u64>(SLOTS + (slot << 3)) == 0) break;
  }
  // Where all are taken, the last of them goes.
  store<u64>(SLOTS + (slot << 3), (stoppedHash << 8) | tokens);
}

// @ts-ignore: decorator
@inline
function slotOf(hash: u64): u32 {
  return <u32>(hash >> 40) & MASK;
}

// @ts-ignore: decorator
@inline
function unit(index: i32): u32 {
  return load<u16>(TEXT + (<usize>index << 1));
}

/** Eight units that stay and eight that don't: read from the right place, as many stay as a word has. */
const STAYING = memory.data<u64>([~(<u64>0), ~(<u64>0), 0, 0]);

/** Of up to 40 units; 56 bits of it are kept. */
// @ts-ignore: decorator
@inline
function hashOf(start: i32, length: i32): u64 {
  let at = TEXT + (<usize>start << 1);
  let hash: u64 = <u64>length;
  while (length > 8) {
    hash = (hash ^ load<u64>(at)) * 0x9e3779b97f4a7c15;
    hash = (hash ^ (hash >> 32) ^ load<u64>(at, 8)) * 0xc2b2ae3d27d4eb4f;
    hash ^= hash >> 32;
    at += 16;
    length -= 8;
  }
  // No loop for these: where it ends would be guessed wrong as often as not.
  const staying = STAYING + 16 - (<usize>length << 1);
  hash = (hash ^ (load<u64>(at) & load<u64>(staying))) * 0x9e3779b97f4a7c15;
  hash = (hash ^ (hash >> 32) ^ (load<u64>(at, 8) & load<u64>(staying, 8))) * 0xc2b2ae3d27d4eb4f;
  return hash ^ (hash >> 32);
}

/** Tokens of the word; 0 if it isn't known. */
// @ts-ignore: decorator
@inline
function tokensOf(hash: u64): i32 {
  let slot = slotOf(hash);
  const kept = hash & 0x00ff_ffff_ffff_ffff;
  for (let probe = 0; probe < PROBES; probe++) {
    const known = load<u64>(SLOTS + (slot << 3));
    if (known >> 8 == kept) return <i32>(known & 0xff);
    if (known == 0) return 0;
    slot = (slot + 1) & MASK;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function bytesAt(at: usize): v128 {
  return v128.narrow<i16>(v128.load(at), v128.load(at, 16));
}

// @ts-ignore: decorator
@inline
function within(bytes: v128, first: u8, count: u8): u64 {
  return <u64>(<u32>v128.bitmask<i8>(v128.lt<u8>(v128.sub<u8>(bytes, v128.splat<u8>(first)), v128.splat<u8>(count))));
}

// @ts-ignore: decorator
@inline
function equal(bytes: v128, byte: u8): u64 {
  return <u64>(<u32>v128.bitmask<i8>(v128.eq<u8>(bytes, v128.splat<u8>(byte))));
}

/** A bit for each of 16 units that is no ASCII. */
// @ts-ignore: decorator
@inline
function wideAt(at: usize): u64 {
  const most = v128.splat<u16>(0x7f);
  const wide = v128.narrow<i16>(v128.gt<u16>(v128.load(at), most), v128.gt<u16>(v128.load(at, 16), most));
  return <u64>(<u32>v128.bitmask<i8>(wide));
}

/**
 * Counts from the word that begins at `start` to the end of the text, and returns where that is; or stops at a word that it
 * can't count, and returns where it begins.
 */
export function count(start: i32, length: i32, splitDigits: bool): i32 {
  let wordStart = start;
  let lettersBefore: u64 = 0;
  let numbersBefore: u64 = 0;
  let spacesBefore: u64 = 0;
  let blanksBefore: u64 = 0;
  let othersBefore: u64 = 0;
  // Where a contraction has ended a word, or gone on with one, behind the units that were looked at.
  let forced: u64 = 0;
  let joined: u64 = 0;
  stoppedEnd = 0;

  for (let base = start; base < length; base += STEP) {
    const at = TEXT + (<usize>base << 1);
    let letters: u64 = 0;
    let numbers: u64 = 0;
    let spaces: u64 = 0;
    let blanks: u64 = 0;
    let apostrophes: u64 = 0;
    for (let group: u64 = 0; group < 64; group += 16) {
      const bytes = bytesAt(at + (<usize>group << 1));
      letters |= within(v128.or(bytes, v128.splat<u8>(0x20)), 0x61, 26) << group;
      numbers |= within(bytes, 0x30, 10) << group;
      blanks |= equal(bytes, 0x20) << group;
      spaces |= within(bytes, 9, 5) << group;
      apostrophes |= equal(bytes, 0x27) << group;
    }
    spaces |= blanks;
    const left = length - base;
    const valid: u64 = left < 64 ? ((<u64>1) << left) - 1 : ~(<u64>0);
    let limit = left < STEP ? left : STEP;
    let unclear: u64 = 0;
    let wide =
      (wideAt(at) | (wideAt(at + 32) << 16) | (wideAt(at + 64) << 32) | (wideAt(at + 96) << 48)) & valid;
    for (; wide != 0; wide &= wide - 1) {
      const kind = load<u8>(KINDS + unit(base + <i32>ctz(wide)));
      const bit = wide & (0 - wide);
      if (kind == LETTER) letters |= bit;
      else if (kind == NUMBER) numbers |= bit;
      else if (kind == SPACE) spaces |= bit;
      else if (kind == 0) unclear |= bit;
    }
    letters &= valid;
    numbers &= valid;
    spaces &= valid;
    blanks &= valid;
    const others = valid & ~(letters | numbers | spaces);
    if (unclear != 0) limit = min(limit, <i32>ctz(unclear) - AHEAD);

    // Two neighbours are of one word if they are of one kind; a blank is of the word behind it; and the last space before
    // a word stands alone, or is that blank.
    const inWords = letters | others | (splitDigits ? 0 : numbers);
    let same = (letters & ((letters << 1) | lettersBefore)) | (others & ((others << 1) | othersBefore));
    if (!splitDigits) same |= numbers & ((numbers << 1) | numbersBefore);
    same |= inWords & ((blanks << 1) | blanksBefore);
    same |= spaces & ((spaces << 1) | spacesBefore) & ~(inWords >> 1);
    let starts = (valid & ~(same | joined)) | (forced & valid);

    forced = 0;
    joined = 0;
    if (limit > 0) {
      const committed: u64 = ((<u64>1) << limit) - 1;
      for (let marks = apostrophes & starts & committed; marks != 0; marks &= marks - 1) {
        const index = <i32>ctz(marks);
        const ending = contraction(base + index, length);
        if (ending == 0) continue;
        const inside: u64 = (((<u64>1) << ending) - 2) << index;
        const behind: u64 = ((<u64>1) << (index + ending)) & valid;
        starts = (starts & ~inside) | behind;
        marks |= behind & apostrophes & committed;
        joined |= inside >> STEP;
        forced |= behind >> STEP;
      }
      for (let marks = starts & committed; marks != 0; marks &= marks - 1) {
        const end = base + <i32>ctz(marks);
        if (end == wordStart) continue;
        if (!add(wordStart, end)) return wordStart;
        wordStart = end;
      }
    }
    if (unclear != 0) {
      stoppedEnd = 0;
      return wordStart;
    }
    const last = STEP - 1;
    lettersBefore = (letters >> last) & 1;
    numbersBefore = (numbers >> last) & 1;
    spacesBefore = (spaces >> last) & 1;
    blanksBefore = (blanks >> last) & 1;
    othersBefore = (others >> last) & 1;
  }
  return wordStart < length && !add(wordStart, length) ? wordStart : length;
}

// @ts-ignore: decorator
@inline
function add(start: i32, end: i32): bool {
  const length = end - start;
  if (length <= LONGEST) {
    const hash = hashOf(start, length);
    const tokens = tokensOf(hash);
    if (tokens != 0) {
      total += tokens;
      return true;
    }
    stoppedHash = hash;
  }
  stoppedEnd = end;
  return false;
}

/** How long the contraction is that begins with the apostrophe at `at`: 's, 't, 're, 've, 'm, 'll or 'd; 0 if none does. */
function contraction(at: i32, length: i32): i32 {
  if (at + 1 >= length) return 0;
  const first = unit(at + 1);
  if (first == 0x73 || first == 0x74 || first == 0x6d || first == 0x64) return 2;
  if (at + 2 >= length) return 0;
  const second = unit(at + 2);
  if ((first == 0x72 || first == 0x76) && second == 0x65) return 3;
  return first == 0x6c && second == 0x6c ? 3 : 0;
}
