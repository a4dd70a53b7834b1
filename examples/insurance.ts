/**
 * A model that decides insurance claims: from policies, claims and decisions to an alias that applications ask.
 *
 *   npm run build && npx tsx examples/insurance.ts
 *
 * It needs no key, no GPU and no network, and takes about a minute. The recipe (`insurance`) knows what a claim looks like,
 * checks that each decision cites a clause of its policy, keeps all claims of a policy in one part, and judges both models
 * on claims that were held out: outcome, clause and payout. Started again, it goes on where it was, or shows the same result.
 */
import { Fermion } from "fermion";
import { startLocalPlatform } from "fermion/local";
import { customize } from "fermion/runs";
import { insurance } from "fermion/verticals";
import { heldOutItem } from "./support/held-out-item.ts";
import { showProgress, showResult } from "./support/show-run.ts";

const data = new URL("data/insurance.records.jsonl", import.meta.url);
const directory = ".fermion/examples/runs";
const platform = await startLocalPlatform({ dataDir: ".fermion/examples", port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });

try {
  // 1. Check, split, keep apart, upload, fine-tune, evaluate; the alias moves only to a model that is surely better.
  const result = await customize(client, {
    name: "insurance",
    vertical: insurance,
    base: "photon-nano",
    data,
    promote: "claims-desk",
    directory,
    onProgress: showProgress,
  });
  showResult(result);

  // 2. Ask the alias about a claim that no model has learned from.
  const claim = await heldOutItem(insurance, data, directory);
  for (const { role, content } of claim.input) console.log(`\n${role}: ${content}`);
  process.stdout.write("\nclaims-desk: ");
  const stream = client.chat.completions.stream({
    model: "claims-desk",
    messages: [...claim.input],
    temperature: insurance.sampling.temperature,
    max_completion_tokens: insurance.sampling.maxCompletionTokens,
  });
  for await (const text of stream.text()) process.stdout.write(text);
  console.log(`\n(the adjuster wrote: ${claim.references[0]})`);
} finally {
  await platform.close();
}
