/**
 * Packs the n-grams of eld's smallest database into `src/data/texts/language-grams.ts`, which is 200 KB, is unpacked in
 * milliseconds and takes 2 MB of memory, where eld itself takes 950 KB, 350 ms and 29 MB for each thread:
 *
 *   npx tsx scripts/pack-language-grams.ts
 *
 * Languages that have a script of their own are left out; they are told by it.
 */
import { writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

const LANGUAGES =
  "az ca cs da de en es et eu fi fr hr hu is it lt lv ms nl no pl pt ro sk sl sq sv tl tr vi yo " +
  "be bg ru sr uk ar fa ku ur hi mr";

type Scores = Readonly<Record<string, number>>;

// No entrance of the package gives these.
const eld = new URL("../node_modules/eld/src/", import.meta.url);
const { dictionary }: { dictionary: (string | undefined)[] } = await import(`${eld}dictionary.js`);
const { ngramsData }: { ngramsData: { languages: Record<string, string>; ngrams: Record<string, Scores> } } =
  await import(`${eld}ngrams/extrasmall.js`);

/** As `src/data/texts/gram-table.ts` has them, which can't be imported before there are grams. */
const BEGINS_WORD = 1;
const ENDS_WORD = 2;

const languages = LANGUAGES.split(" ");
const given = ngramsData.languages;
const byteOf = new Map<string, number>();
// eld writes a byte that is no ASCII as another character, so that its keys are texts.
dictionary.forEach((character, byte) => {
  if (byte >= 0x80 && character !== undefined && character !== " ") byteOf.set(character, byte);
});

function gramOf(key: string, scores: Scores) {
  const begins = key.startsWith(" ");
  const ends = key.endsWith(" ");
  let bytes = 0;
  for (const character of key.slice(begins ? 1 : 0, ends ? -1 : undefined)) {
    bytes = bytes * 256 + (byteOf.get(character) ?? character.charCodeAt(0));
  }
  return {
    where: (begins ? BEGINS_WORD : 0) + (ends ? ENDS_WORD : 0),
    bytes,
    scores: Object.entries(scores)
      .map(([index, score]) => ({ language: languages.indexOf(given[index] ?? ""), score }))
      .filter(({ language }) => language >= 0)
      .sort((a, b) => a.language - b.language),
  };
}

const grams = Object.entries(ngramsData.ngrams)
  .map(([key, scores]) => gramOf(key, scores))
  .filter(({ scores }) => scores.length > 0)
  .sort((a, b) => a.where - b.where || a.bytes - b.bytes);

// Values of one kind stand together, which makes them a fifth smaller when they are compressed.
const steps: number[] = [];
const firsts = [0, 0, 0, 0];
let before: ReturnType<typeof gramOf> | undefined;
for (const gram of grams) {
  firsts[gram.where] = (firsts[gram.where] ?? 0) + 1;
  let step = gram.bytes - (before?.where === gram.where ? before.bytes : 0);
  for (; step >= 128; step = Math.floor(step / 128)) steps.push((step % 128) + 128);
  steps.push(step);
  before = gram;
}
const scores = grams.flatMap((gram) => gram.scores);
const packed = Buffer.concat([
  Buffer.from(new Uint32Array([...firsts, scores.length]).buffer),
  Buffer.from(grams.map((gram) => gram.scores.length)),
  Buffer.from(scores.map(({ language }) => language)),
  Buffer.from(scores.map(({ score }) => score)),
  Buffer.from(steps),
]);
const text = deflateRawSync(packed, { level: 9 }).toString("base64");
writeFileSync(
  new URL("../src/data/texts/language-grams.ts", import.meta.url),
  `// Made by scripts/pack-language-grams.ts out of the n-grams of eld 2.1.0 (Copyright 2023 Nito T.M., Apache License 2.0).

/** The languages that the grams tell apart, by their ISO 639-1 codes. */
export const gramLanguages: readonly string[] =
  "${LANGUAGES}".split(
    " ",
  );

/** The grams, their languages and scores; \`gram-table.ts\` says how they are packed. */
export const packedGrams =
  "${text}";
`,
);
console.log(`${grams.length} grams, ${scores.length} scores, ${text.length} characters`);
