/**
 * The school grade that a text asks of its reader, by Flesch and Kincaid: 0.39 words a sentence + 11.8 syllables a word
 * − 15.59, at least 0 (Kincaid et al., _Derivation of New Readability Formulas_, 1975). For English; syllables are
 * counted as groups of vowels, without a silent e. Undefined for a text without a word.
 */
export function readingGrade(text: string): number | undefined {
  // Digits are read by all grades, and formulas have no syllables.
  const words = text.match(/[\p{L}'’]+/gu)?.filter((word) => /\p{L}/u.test(word)) ?? [];
  if (words.length === 0) return undefined;
  const sentences = text.split(/[.!?;:]+(?:\s|$)/).filter((sentence) => /\p{L}/u.test(sentence)).length;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  return Math.max(
    0,
    0.39 * (words.length / Math.max(1, sentences)) + 11.8 * (syllables / words.length) - 15.59,
  );
}

function syllablesOf(word: string): number {
  const plain = word.toLowerCase().replace(/[^a-z]/g, "");
  const groups = plain
    .replace(/(?:[^laeiouy]es|[^aeioudt]ed|[^laeiouy]e)$/, (end) => end.charAt(0))
    .match(/[aeiouy]+/g);
  return Math.max(1, groups?.length ?? 0);
}
