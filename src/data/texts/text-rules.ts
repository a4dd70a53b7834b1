import type { Severity, TextMatch } from "../findings.ts";

interface TextRule {
  readonly severity: Severity;
  /** What it finds, as it completes "There is … in the text." */
  readonly finds: string;
  readonly remedy: string;
}

const REVOKE = "Take it out, and revoke it where it is used: who has seen the data may have it.";
const REDACT = "Redact it, or leave the row out: a model can repeat what it was trained on.";

const secret = (finds: string): TextRule => ({ severity: "error", finds, remedy: REVOKE });
const personal = (finds: string): TextRule => ({ severity: "warning", finds, remedy: REDACT });

const RULES = {
  "secret-aws-key": secret("a key of Amazon Web Services"),
  "secret-google-key": secret("a key of Google"),
  "secret-azure-key": secret("an account key of Azure"),
  "secret-github-token": secret("a token of GitHub"),
  "secret-gitlab-token": secret("a token of GitLab"),
  "secret-stripe-key": secret("a secret key of Stripe"),
  "secret-slack-token": secret("a token or webhook of Slack"),
  "secret-discord-token": secret("a webhook of Discord"),
  "secret-telegram-token": secret("a bot token of Telegram"),
  "secret-model-api-key": secret("a key of a model provider"),
  "secret-fermion-key": secret("a key of a Fermion platform"),
  "secret-webhook-key": secret("a secret that signs webhooks"),
  "secret-sendgrid-key": secret("a key of SendGrid"),
  "secret-package-token": secret("a token of a package registry"),
  "secret-jwt": secret("a JSON web token"),
  "secret-private-key": secret("a private key"),
  "secret-url-password": secret("a password within a URL"),
  "secret-assigned": secret("a password, key or token that is given after its name"),
  "personal-iban": personal("an IBAN"),
  "personal-card": personal("the number of a payment card"),
  "personal-us-ssn": personal("a social security number (United States)"),
  "personal-uk-nino": personal("a national insurance number (United Kingdom)"),
  "personal-uk-nhs": personal("an NHS number (United Kingdom)"),
  "personal-de-tax-id": personal("a Steuer-ID (Germany)"),
  "personal-de-social-security": personal("a Versicherungsnummer (Germany)"),
  "personal-fr-nir": personal("a NIR (France)"),
  "personal-es-dni": personal("a DNI or NIE (Spain)"),
  "personal-it-codice-fiscale": personal("a codice fiscale (Italy)"),
  "personal-nl-bsn": personal("a BSN (Netherlands)"),
  "personal-pl-pesel": personal("a PESEL (Poland)"),
  "personal-se-personnummer": personal("a personnummer (Sweden)"),
  "personal-br-cpf": personal("a CPF (Brazil)"),
  "personal-br-cnpj": personal("a CNPJ (Brazil)"),
  "personal-in-aadhaar": personal("an Aadhaar number (India)"),
  "personal-cn-resident-id": personal("a resident identity number (China)"),
  "personal-ca-sin": personal("a social insurance number (Canada)"),
  "personal-au-tfn": personal("a tax file number (Australia)"),
  "personal-au-medicare": personal("a Medicare number (Australia)"),
  "personal-email": personal("an e-mail address"),
  "personal-ip": personal("a public IP address"),
  "personal-phone": personal("a phone number"),
  "prompt-injection": {
    severity: "warning",
    finds: "what looks like an attempt to take over a model's instructions",
    remedy: "Read the row: leave it out, unless it is there to teach the model to refuse.",
  },
} as const satisfies Readonly<Record<string, TextRule>>;

/** The rules that look at texts. Secrets begin with `secret-`, personal data with `personal-`. */
export type TextRuleName = keyof typeof RULES;

/** All of them, in the order in which one goes before another where both match. */
export const TEXT_RULES: readonly TextRuleName[] = Object.keys(RULES).filter(isTextRule);

/** Whether a name is that of a rule for texts. */
export function isTextRule(name: string): name is TextRuleName {
  return Object.hasOwn(RULES, name);
}

/** Which of the rules has matched, and where. */
export interface RuleHit {
  readonly rule: TextRuleName;
  readonly start: number;
  readonly end: number;
}

export function toMatch({ rule, start, end }: RuleHit): TextMatch {
  const { severity, finds, remedy } = RULES[rule];
  return { rule, severity, start, end, message: `There is ${finds} in the text.`, remedy };
}
