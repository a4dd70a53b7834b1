/**
 * The languages that have a script of their own, and the scripts that several share, in the order of Unicode. Where
 * two languages of one script can't be told apart here, it is named for the one that more people write.
 */
const RANGES: readonly (readonly [first: number, last: number, script: Script])[] = [
  [0x41, 0x24f, "Latin"],
  [0x370, 0x3ff, "el"],
  [0x400, 0x52f, "Cyrillic"],
  [0x531, 0x587, "hy"],
  [0x5d0, 0x5f2, "he"],
  [0x620, 0x6ff, "Arabic"],
  [0x750, 0x77f, "Arabic"],
  [0x904, 0x97f, "Devanagari"],
  [0x985, 0x9fe, "bn"],
  [0xa05, 0xa76, "pa"],
  [0xa85, 0xaff, "gu"],
  [0xb05, 0xb77, "or"],
  [0xb83, 0xbff, "ta"],
  [0xc05, 0xc7f, "te"],
  [0xc85, 0xcff, "kn"],
  [0xd05, 0xd7f, "ml"],
  [0xd85, 0xdff, "si"],
  [0xe01, 0xe5b, "th"],
  [0xe81, 0xedf, "lo"],
  [0x1000, 0x109f, "my"],
  [0x10a0, 0x10ff, "ka"],
  [0x1100, 0x11ff, "ko"],
  [0x1200, 0x137f, "am"],
  [0x1780, 0x17ff, "km"],
  [0x1e00, 0x1eff, "Latin"],
  [0x1f00, 0x1fff, "el"],
  [0x3041, 0x30ff, "ja"],
  [0x3400, 0x4dbf, "zh"],
  [0x4e00, 0x9fff, "zh"],
  [0xac00, 0xd7af, "ko"],
];

/** An ISO 639-1 code where the script says the language, and the script's name elsewhere. */
export type Script = SharedScript | OwnScript;
export type SharedScript = "Latin" | "Cyrillic" | "Arabic" | "Devanagari";
type OwnScript =
  | "am"
  | "bn"
  | "el"
  | "gu"
  | "he"
  | "hy"
  | "ja"
  | "ka"
  | "km"
  | "kn"
  | "ko"
  | "lo"
  | "ml"
  | "my"
  | "or"
  | "pa"
  | "si"
  | "ta"
  | "te"
  | "th"
  | "zh";

/** The script that most letters of a text are of. */
export interface MainScript {
  readonly script: Script;
  /** Letters of this script. */
  readonly letters: number;
  /** Of all letters. */
  readonly share: number;
}

/** Of Japanese, so many signs are kana at least; a Chinese text may quote some. */
const LEAST_KANA = 0.15;
/** A sign of Chinese or Japanese says about as much as two letters elsewhere. */
const SIGN_WEIGHT = 2;

/** Counts the letters of each script; undefined for a text without letters. */
export function mainScript(text: string): MainScript | undefined {
  const counts = new Map<Script, number>();
  let total = 0;
  let known = RANGES[0];
  let run = 0;
  const close = () => {
    if (known && run > 0) counts.set(known[2], (counts.get(known[2]) ?? 0) + run);
    total += run;
    run = 0;
  };
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x41 || (unit > 0x5a && unit < 0x61) || (unit > 0x7a && unit < 0xc0)) continue;
    if (!known || unit < known[0] || unit > known[1]) {
      const range = rangeOf(unit);
      if (!range) continue;
      close();
      known = range;
    }
    run++;
  }
  close();
  const kana = counts.get("ja") ?? 0;
  const han = counts.get("zh") ?? 0;
  if (kana > 0 || han > 0) {
    const isJapanese = kana >= LEAST_KANA * (kana + han);
    counts.delete(isJapanese ? "zh" : "ja");
    counts.set(isJapanese ? "ja" : "zh", SIGN_WEIGHT * (kana + han));
    total += (SIGN_WEIGHT - 1) * (kana + han);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most && { script: most[0], letters: most[1], share: most[1] / total };
}

function rangeOf(unit: number): (typeof RANGES)[number] | undefined {
  let low = 0;
  let high = RANGES.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (unit > (RANGES[middle]?.[1] ?? 0)) low = middle + 1;
    else high = middle;
  }
  const range = RANGES[low];
  return range && unit >= range[0] && unit <= range[1] ? range : undefined;
}
