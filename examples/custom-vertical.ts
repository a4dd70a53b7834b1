/**
 * A vertical of one's own: the support desk of an energy supplier, which makes a ticket of each message. Run it with
 * `npm run build && npx tsx examples/custom-vertical.ts`; it needs no key, no GPU and no network, and takes about a minute.
 * docs/how-to/define-a-vertical.md goes through it.
 */
import { Fermion } from "fermion";
import { exactMatch, type Scorer, scored } from "fermion/evals";
import { startLocalPlatform } from "fermion/local";
import { customize } from "fermion/runs";
import { defineVertical } from "fermion/verticals";
import { z } from "zod";
import { showProgress, showResult } from "./support/show-run.ts";

const queue = z.enum(["billing", "moving", "reading", "tariff", "grid"]);
const ticket = z.object({ queue, urgent: z.boolean(), meter: z.string().nullable() });
const schema = z.object({ id: z.string(), customer: z.string(), message: z.string(), ticket });

const asked = (message: string) => [
  { role: "system" as const, content: "Energy desk. Answer as JSON: queue, urgent, meter." },
  { role: "user" as const, content: message },
];
const told = (ticket: object) => ({ role: "assistant" as const, content: JSON.stringify(ticket) });
const mend = { severity: "error" as const, remedy: "Read the message again, and correct the ticket." };
const strange = { ...mend, rule: "other-meter", path: "$.ticket.meter", message: "No such meter is named." };
/** Whether a crew is sent where somebody may come to harm. */
const danger: Scorer = {
  name: "danger-seen",
  options: {},
  appliesTo: ({ references }) => references.some((ticket) => ticket.includes('"urgent":true')),
  score: ({ text }) => scored(text.includes('"urgent":true') ? 1 : 0),
};

const energyDesk = defineVertical({
  name: "energy-desk",
  description: "Makes tickets of what customers of an energy supplier write.",
  schema,
  id: ({ id }) => id,
  group: ({ customer }) => customer, // Of a customer, all is learned or nothing.
  check: ({ message, ticket: { meter } }) => (message.includes(meter ?? "") ? [] : [strange]),
  dialogues: ({ message, ticket }) => [{ messages: [...asked(message), told(ticket)] }],
  items: ({ id, message, ticket }) => [{ id, input: asked(message), references: [told(ticket).content] }],
  scorers: [exactMatch({ name: "ticket", caseSensitive: true, punctuation: true }), danger],
  primary: "ticket",
  hyperparameters: { n_epochs: 8, batch_size: 4 },
});

const platform = await startLocalPlatform({ dataDir: ".fermion/examples", port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
try {
  const data = new URL("data/energy.records.jsonl", import.meta.url);
  const where = { directory: ".fermion/examples/runs", onProgress: showProgress };
  const run = { name: "custom-vertical", base: "photon-nano", data, promote: "energy-desk" };
  showResult(await customize(client, { ...run, ...where, vertical: energyDesk }));
  const messages = asked("Meter number M7304. The socket in the kitchen is smoking!");
  const { choices } = await client.chat.completions.create({ model: run.promote, temperature: 0, messages });
  console.log(`\n${messages[1]?.content}\n${choices[0]?.message.content}`);
} finally {
  await platform.close();
}
