import type { RuleHit, TextRuleName } from "./text-rules.ts";

/** How a key begins. Only where one does are its full shapes tried, so that text without keys is gone through once. */
const BEGINNINGS =
  /(?<![A-Za-z0-9_-])(?:A[KS]IA|AIza|GOCSPX-|gh[opurs]_|github_pat_|glpat-|[sr]k_|xox[abeprs]|xapp-|sk-|hf_|gsk_|fermion-local-|whsec_|SG\.|npm_|pypi-|eyJ|\d{8,10}:AA)|https:\/\/(?:hooks\.slack|discord(?:app)?\.com\/api\/webhooks)|(?:Account|SharedAccess)Key=/g;

/** Each is tried at one place alone, and every repetition has a bound. */
const SHAPES: readonly (readonly [TextRuleName, RegExp])[] = [
  ["secret-aws-key", /A[KS]IA[A-Z2-7]{16}(?![A-Za-z0-9])/y],
  ["secret-google-key", /AIza[\w-]{35}(?![\w-])|GOCSPX-[\w-]{28}(?![\w-])/y],
  ["secret-azure-key", /(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{42,88}={1,2}/y],
  [
    "secret-github-token",
    /gh[opurs]_[A-Za-z0-9]{36,255}(?!\w)|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?!\w)/y,
  ],
  ["secret-gitlab-token", /glpat-[\w-]{20,64}(?:\.[\w-]{2,32}){0,2}/y],
  ["secret-stripe-key", /[sr]k_(?:live|test)_[A-Za-z0-9]{16,128}(?!\w)/y],
  [
    "secret-slack-token",
    /(?:xox[abeprs]|xapp)-(?:[A-Za-z0-9]{1,64}-){1,5}[A-Za-z0-9]{12,128}|https:\/\/hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/]{20,120}/y,
  ],
  ["secret-discord-token", /https:\/\/discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,80}/y],
  ["secret-telegram-token", /\d{8,10}:AA[\w-]{32,34}(?![\w-])/y],
  [
    "secret-model-api-key",
    /sk-(?:ant-[a-z0-9]{2,8}-|proj-|svcacct-|admin-|or-v1-)[\w-]{32,240}|sk-[A-Za-z0-9]{32,64}(?![\w-])|hf_[A-Za-z]{34}(?!\w)|hf_[A-Za-z0-9]{34,40}(?!\w)|gsk_[A-Za-z0-9]{40,60}(?!\w)/y,
  ],
  ["secret-fermion-key", /fermion-local-[\w-]{32}/y],
  ["secret-webhook-key", /whsec_[A-Za-z0-9+/]{24,128}={0,2}/y],
  ["secret-sendgrid-key", /SG\.[\w-]{16,32}\.[\w-]{32,64}(?![\w-])/y],
  ["secret-package-token", /npm_[A-Za-z0-9]{36}(?!\w)|pypi-AgE[\w-]{40,240}/y],
  ["secret-jwt", /eyJ[\w-]{8,2000}\.eyJ[\w-]{8,8000}\.[\w-]{16,1400}/y],
];

/** What the makers of keys put into their examples. */
const EXAMPLE = /EXAMPLE|(?:x|X|0|\*|\.){8}|(.)\1{11}/;

export function findKeys(text: string, hits: RuleHit[]): void {
  BEGINNINGS.lastIndex = 0;
  for (let begins = BEGINNINGS.exec(text); begins !== null; begins = BEGINNINGS.exec(text)) {
    for (const [rule, shape] of SHAPES) {
      shape.lastIndex = begins.index;
      const found = shape.exec(text)?.[0];
      if (found === undefined) continue;
      if (!EXAMPLE.test(found)) {
        const named = /^(?:Account|SharedAccess)Key=/.exec(found)?.[0].length ?? 0;
        hits.push({ rule, start: begins.index + named, end: begins.index + found.length });
        BEGINNINGS.lastIndex = begins.index + found.length;
      }
      break;
    }
  }
}

const BLOCK_BEGINS = "-----BEGIN ";
const LONGEST_BLOCK = 16_384;

/** A block without its end, as in a text that was cut, goes to where its base64 ends. */
export function findPrivateKeys(text: string, hits: RuleHit[]): void {
  for (let start = text.indexOf(BLOCK_BEGINS); start >= 0; ) {
    const kind = /^-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/.exec(
      text.slice(start, start + 100),
    )?.[0];
    let end = start + BLOCK_BEGINS.length;
    if (kind !== undefined) {
      const rest = text.slice(start + kind.length, start + LONGEST_BLOCK);
      const closed = /-----END [A-Z0-9 ]{1,60}-----/.exec(rest);
      const body = closed
        ? closed.index + closed[0].length
        : (/^[\sA-Za-z0-9+/=\\:,-]*/.exec(rest)?.[0].length ?? 0);
      end = start + kind.length + body;
      if (body > 32) hits.push({ rule: "secret-private-key", start, end });
    }
    start = text.indexOf(BLOCK_BEGINS, end);
  }
}

/** A URL's authority has at most this many characters before its `@`. */
const LONGEST_CREDENTIALS = 256;

/** `scheme://name:password@host`, seen from its `@`. Templates such as `${PASSWORD}` are no passwords. */
export function findUrlPassword(text: string, at: number, hits: RuleHit[]): boolean {
  const before = text.slice(Math.max(0, at - LONGEST_CREDENTIALS), at);
  const credentials = /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:"'<>`]{0,100}:([^\s/@"'<>`]{3,120})$/i.exec(
    before,
  )?.[1];
  if (credentials === undefined || !/^[A-Za-z0-9[]/.test(text.slice(at + 1, at + 2))) return false;
  if (/^[${<[*x.]|\$\{|^(?:password|passwd|pass|pwd|secret|token|pw|changeme|your.*)$/i.test(credentials)) {
    return false;
  }
  hits.push({ rule: "secret-url-password", start: at - credentials.length, end: at });
  return true;
}
