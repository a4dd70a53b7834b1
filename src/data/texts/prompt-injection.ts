import type { RuleHit } from "./text-rules.ts";

/**
 * Narrow on purpose: a verb of disregarding, at most a few words, and the instructions that were given before. "Please
 * ignore my previous e-mail" is what customers write.
 */
const PHRASES_IN_WORDS: readonly RegExp[] = [
  // English
  /\b(?:ignore|disregard|forget|override|bypass)\s+(?:(?:all|any|every|each|of|the|your|my|our|these|those|and)\s+){0,4}(?:previous|prior|above|preceding|earlier|initial|original|existing|former|system|safety)\s+(?:(?:system|safety|user|and|or|given)\s+){0,2}(?:instructions?|prompts?|directives?|guidelines|rules|programming|messages?\s+and\s+instructions)\b(?!\s+(?:for|in|on|of|about)\s+(?:the|my|your)\b)/gi,
  /\b(?:ignore|disregard|forget)\s+(?:all\s+)?(?:the\s+)?(?:instructions?|prompts?|rules|guidelines)\s+(?:above|before\s+this|you\s+(?:were|have\s+been)\s+given|given\s+(?:to\s+you|above|before))/gi,
  /\bforget\s+(?:everything|all)\s+(?:(?:that\s+)?you\s+(?:were|have\s+been|know|was)|(?:above|before))\s*(?:told|taught|given|instructed)?(?:\s+(?:before|previously|above|so\s+far))?/gi,
  /\b(?:do\s+not|don't|stop|never)\s+(?:follow(?:ing)?|obey(?:ing)?|listen(?:ing)?\s+to)\s+(?:any\s+of\s+)?(?:your|the|any|all)\s+(?:previous|prior|above|original|earlier|system)\s+(?:instructions?|prompts?|rules|guidelines)/gi,
  /\b(?:reveal|print|show|output|repeat|display|leak|tell)\s+(?:me\s+)?(?:your|the)\s+(?:full\s+|entire\s+|hidden\s+|secret\s+|initial\s+|exact\s+|original\s+)*(?:system\s+prompt|system\s+message|(?:initial|hidden|system)\s+instructions)(?!\s+(?:when|during|on|that\s+appears))/gi,
  /\byou\s+are\s+now\s+(?:in\s+)?(?:an?\s+)?(?:developer\s+mode|god\s+mode|jailbroken|DAN\b|unrestricted|unfiltered)/gi,
  /\b(?:enable|enter|activate)\s+(?:developer|jailbreak|DAN|god)\s+mode\s*(?:,|and|with)\s*(?:no|ignore|without|answer)/gi,
  // German
  /(?<!\p{L})(?:ignorier|vergiss|missacht|vergess)\p{L}*\s+(?:(?:sie|bitte|alle|all|die|deine|deinen|ihre|den|jegliche)\s+){0,4}(?:vorherigen|bisherigen|vorigen|obigen|früheren|vorangegangenen|vorhergehenden|ursprünglichen)\s+(?:anweisungen|instruktionen|befehle|vorgaben|regeln|prompts?)/giu,
  // French
  /(?<!\p{L})(?:ignor|oubli)(?:e|es|ez|er)\s+(?:(?:toutes?|tous|les|tes|vos|des)\s+){0,3}(?:instructions|consignes|directives|règles)\s+(?:précédentes|antérieures|ci-dessus|initiales|données|d'origine)/giu,
  // Spanish, Portuguese, Italian
  /(?<!\p{L})(?:ignor|olvid|esquec|esqueç|dimentic|desconsider)\p{L}{1,3}\s+(?:(?:todas?|todos|tutte|tutti|las|los|as|os|le|tus|sus|suas|tue)\s+){0,3}(?:instrucciones|órdenes|reglas|instruções|regras|istruzioni|regole)\s+(?:anteriores|previas|precedenti|iniciales|iniciais|iniziali|de\s+arriba|acima)/giu,
  /(?<!\p{L})(?:ignor|dimentic)\p{L}{1,3}\s+(?:(?:tutte|le|tue|todas|as|las)\s+){0,3}(?:precedenti|anteriores|previas)\s+(?:istruzioni|instruções|instrucciones)/giu,
  // Dutch, Swedish
  /(?<!\p{L})(?:negeer|vergeet)\s+(?:(?:alle|al|de|je|uw|jouw)\s+){0,3}(?:voorgaande|vorige|eerdere|bovenstaande)\s+(?:instructies|opdrachten|regels)/giu,
  /(?<!\p{L})(?:ignorera|glöm)\s+(?:(?:alla|de|dina)\s+){0,3}(?:tidigare|föregående)\s+(?:instruktioner|regler)/giu,
  // Polish, Russian, Turkish
  /(?<!\p{L})(?:zignoruj|ignoruj|zapomnij|pomiń)\s+(?:o\s+)?(?:(?:wszystkie|wszystkich|swoje|twoje)\s+){0,2}(?:poprzednie|poprzednich|wcześniejsze|powyższe)\s+(?:instrukcje|instrukcjach|polecenia|reguły)/giu,
  /(?<!\p{L})(?:за)?(?:проигнорируй|игнорируй|игнорировать|забудь)(?:те)?\s+(?:(?:все|всё|про|о|твои|свои)\s+){0,3}(?:предыдущие|прежние|прошлые|вышеуказанные)\s+(?:инструкции|указания|правила)/giu,
  /(?<!\p{L})(?:önceki|yukarıdaki)\s+(?:(?:tüm|bütün)\s+)?(?:talimatları|yönergeleri|komutları|kuralları)\s+(?:yok\s+say|unut|görmezden\s+gel)/giu,
  // What chat templates put between turns: in a text, it opens a turn that nobody took.
  /<\|(?:im_start|start_header_id)\|>\s?(?:system|assistant|user)/g,
];

/** Chinese, Japanese and Korean. */
const PHRASES_IN_IDEOGRAPHS: readonly RegExp[] = [
  /(?:忽略|无视|無視|忘记|忘掉|不要理会)(?:你)?(?:所有|全部|一切)?(?:的)?(?:之前|以上|上面|先前|此前|前面)(?:的)?(?:所有|全部|一切)?(?:的)?(?:指令|指示|提示|规则|說明|说明|设定)/g,
  /(?:これまで|以前|上記|前|先)の(?:すべての|全ての|全)?(?:指示|命令|プロンプト|ルール)を(?:すべて|全て|全部)?(?:無視して|無視し|忘れて)/g,
  /(?:이전|위|앞)(?:의)?\s*(?:모든\s*)?(?:지시|지침|명령|프롬프트)(?:사항)?(?:를|을|들을)?\s*(?:모두\s*)?(?:무시하고|무시해|무시하세요|잊어)/g,
];

/**
 * What each of the phrases in words has in it. One look for these goes before the many for the phrases, because most texts
 * that bid to show or to forget something do so of other things. A point stands for an s or a k, which are other letters too
 * where a phrase has the flag u.
 */
const OBJECTS =
  /in.tru|truzion|prompt|directive|guideline|rules|programming|message|forget|(?:developer|jailbreak|dan|god)\s+mode|jailbroken|\bdan\b|unrestricted|unfiltered|anwei.ung|befehle|vorgaben|regel|con.igne|règle|órdene|regla|regra|regole|opdracht|regle|poleceni|reguły|инструкци|указани|правила|talimat|yönerge|.omutlar|.urallar|<\|/i;

/** @param inWords - whether the writing has spaces between words */
export function findInjections(text: string, inWords: boolean, hits: RuleHit[]): void {
  if (inWords && !OBJECTS.test(text)) return;
  for (const phrase of inWords ? PHRASES_IN_WORDS : PHRASES_IN_IDEOGRAPHS) {
    for (const match of text.matchAll(phrase)) {
      hits.push({ rule: "prompt-injection", start: match.index, end: match.index + match[0].length });
    }
  }
}
