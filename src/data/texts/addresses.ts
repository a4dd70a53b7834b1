import type { RuleHit } from "./text-rules.ts";
import type { DigitRun } from "./text-signals.ts";

const LOCAL_PART = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u00c0-\u024f-]{1,64}$/;
const DOMAIN =
  /^(?:[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f-]{0,61}[A-Za-z0-9\u00c0-\u024f])?\.){1,8}[A-Za-z]{2,24}/;

/** RFC 2606 and RFC 6761: nobody can have an address there. */
const RESERVED_DOMAIN =
  /(?:^|\.)(?:example|test|invalid|localhost|local|internal|example\.(?:com|net|org|edu))$/i;
/** `logo@2x.png` names a file, and `no-reply` nobody. */
const FILE =
  /\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|s?css|js|mjs|ts|tsx|jsx|json|ya?ml|html?|map|md|txt|pdf|zip)$/i;
const NOBODY = /^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|git)$/i;

/** An e-mail address, seen from its `@`. */
export function findEmail(text: string, at: number, hits: RuleHit[]): void {
  const domain = DOMAIN.exec(text.slice(at + 1, at + 256))?.[0];
  if (domain === undefined) return;
  const before = LOCAL_PART.exec(text.slice(Math.max(0, at - 64), at))?.[0];
  // Quotes and marks of a sentence may stand before an address, and can't begin one.
  const local = before
    ?.replace(/^[^A-Za-z0-9_\u00c0-\u024f+]+/, "")
    .replace(/^.*[=:?&|{}`/](?=[^=:?&|{}`/]*$)/, "");
  if (!local || local.endsWith(".") || local.includes("..")) return;
  if (RESERVED_DOMAIN.test(domain) || FILE.test(domain) || NOBODY.test(local)) return;
  const start = at - local.length;
  if (/\b(?:ssh|scp|rsync|sftp)(?:\s+-\S+)*\s+$/.test(text.slice(Math.max(0, start - 24), start))) return;
  hits.push({ rule: "personal-email", start, end: at + 1 + domain.length });
}

/** Words near numbers with dots that make them an address, and words that make them a version. */
const ADDRESS_WORD =
  /\b(?:ip|ipv4|addr(?:ess)?|adresse|dirección|indirizzo|login|logged|log-?in|signed|host|client|server|remote|peer|port|connect\w*|request\w*|visitor|from|von)\b|[_-]ip\b|地址/i;
const VERSION_WORD =
  /(?:\b(?:v|ver|version|versión|firmware|release|build|section|chapter|clause|paragraph|oid|chrome|firefox|safari|edge|driver|sdk|kernel|update|patch|§)|[/v])[\s:=#]{0,3}$/i;

/** A public IPv4 address; those for documentation (RFC 5737), private and special networks (RFC 6890) are nobody's. */
export function findIpv4(text: string, run: DigitRun, hits: RuleHit[]): void {
  for (const match of text
    .slice(run.start, run.end)
    .matchAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)/g)) {
    const octets = match[0].split(".");
    const start = run.start + match.index;
    const end = start + match[0].length;
    if (octets.some((octet) => Number(octet) > 255 || (octet.length > 1 && octet.startsWith("0")))) continue;
    if (isSpecial(octets.map(Number))) continue;
    const before = text.slice(Math.max(0, start - 40), start);
    if (/[A-Za-z]$/.test(before) || VERSION_WORD.test(before)) continue;
    const likely = octets.filter((octet) => octet.length > 1).length >= 3;
    if (likely || ADDRESS_WORD.test(before)) hits.push({ rule: "personal-ip", start, end });
  }
}

function isSpecial([a = 0, b = 0, c = 0, d = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if ((a === 169 && b === 254) || (a === 172 && b >= 16 && b < 32) || (a === 100 && b >= 64 && b < 128))
    return true;
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99))) return true;
  if ((a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) || (a === 203 && b === 0 && c === 113))
    return true;
  // Resolvers that everybody uses.
  return [
    [8, 8, 8, 8],
    [8, 8, 4, 4],
    [1, 1, 1, 1],
    [1, 0, 0, 1],
    [9, 9, 9, 9],
  ].some((known) => known[0] === a && known[1] === b && known[2] === c && known[3] === d);
}

/** A global unicast address (2000::/3) outside what RFC 3849 keeps for documentation. */
export function findIpv6(text: string, hits: RuleHit[]): void {
  for (const match of text.matchAll(/(?<![\w:.])[23][0-9a-f]{3}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi)) {
    const groups = match[0].split(":");
    const shortened = match[0].split("::").length - 1;
    if (shortened > 1 || match[0].includes(":::") || (shortened === 0 && groups.length !== 8)) continue;
    if (/^2001:0?db8(?::|$)/i.test(match[0]) || match[0].endsWith("::") || groups.length < 4) continue;
    hits.push({ rule: "personal-ip", start: match.index, end: match.index + match[0].length });
  }
}
