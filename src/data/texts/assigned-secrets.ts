import type { RuleHit } from "./text-rules.ts";

/** What stands between a name and the secret that is given to it, and that secret. */
const ASSIGNMENT =
  /(?:[_-]?(?:id|value|key)|\s{1,2}(?:key|token|value))?["'`\]]{0,2}\s{0,3}(?:=>|:=|[:=]{1,2}|：|\b(?:is|ist|lautet|es|est|è|é)\b)\s{0,3}(?:["'`]|bearer\s)?([^\s"'`,;<>]{6,256})/iy;

/** How far back the whole name goes. */
const LONGEST_NAME = 48;

/** Names whose values people choose, which are shorter than what programs make. */
const CHOSEN =
  /(?:passw|passc|passp|passwort|kennwort|passe|pwd|contraseña|senha|wachtwoord|hasło|пароль|lösenord|şifre|parola)\w*$/i;
/** A key is named by what it is for: `key = …` alone is any key of any object. */
const KEY =
  /(?:api|access|secret|private|auth|encryption|signing|account|client|master|service|deploy|shared)[ _-]?key$/i;
const MADE = /(?:secret|token)$|(?:apikey|secretkey|accesskey)$/i;

/** What stands where a secret will be, or where it is read from. */
const PLACEHOLDER =
  /^[${<[(*%{]|\$\{|\{\{|your|my[_-]|example|placeholder|changeme|change[_-]me|redacted|dummy|sample|xxxx|\*\*\*|\.\.\.|…|<|>|^(?:process|os|env|config|settings|secrets|self|this|vault)\b[.[]|\($|\w\(|^https?:|^\/|^[\w-]+\.(?:com|org|net|io)\b/i;

/** A secret after its name: `api_key = …`, `"password": "…"`, `Passwort: …`. */
export function findAssignedSecret(text: string, wordEnd: number, hits: RuleHit[]): void {
  ASSIGNMENT.lastIndex = wordEnd;
  const match = ASSIGNMENT.exec(text);
  const given = match?.[1];
  if (match === null || given === undefined) return;
  const name = text.slice(Math.max(0, wordEnd - LONGEST_NAME), wordEnd);
  // A sentence goes on behind a password, and its point isn't part of it.
  const value = given.replace(/(?:[.)\]}]|\\n)+$/, "");
  if (PLACEHOLDER.test(value)) return;
  const chosen = CHOSEN.test(name);
  if (!chosen && !KEY.test(name) && !MADE.test(name)) return;
  if (!(chosen ? looksChosen(value) : looksMade(value))) return;
  const start = match.index + match[0].length - given.length;
  const isAws = /aws/i.test(name) && /^[A-Za-z0-9+/]{40}$/.test(value);
  hits.push({ rule: isAws ? "secret-aws-key" : "secret-assigned", start, end: start + value.length });
}

/** Three kinds of characters, or two with enough variety: `practice` and `2024-03-18` are words and dates. */
function looksChosen(value: string): boolean {
  if (value.length < 7 || value.length > 128) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  if (!/[\p{L}]/u.test(value)) return false;
  return kinds >= 3 || (kinds === 2 && /\d/.test(value) && entropy(value) >= 2.75);
}

/** Letters and digits mixed, as a random generator gives them. */
function looksMade(value: string): boolean {
  if (value.length < 16) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return entropy(value) >= (/^[0-9a-f]+$/i.test(value) ? 2.9 : 3.4);
}

/** Shannon's entropy of the characters, in bits. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
