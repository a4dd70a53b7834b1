/**
 * A model that listens to sales calls: it fills in the CRM with the customer's words as evidence, and coaches the rep.
 *
 *   npm run build && npx tsx examples/sales.ts
 *
 * It needs no key, no GPU and no network, and takes about a minute. The recipe (`sales`) checks notes and coaching against the
 * transcript and the playbook (prices, disclosures, banned claims), keeps all calls of an account in one part, and judges both
 * models on accounts that were held out, field by field. Started again, it goes on where it was, or shows the same result.
 */
import { Fermion } from "fermion";
import { startLocalPlatform } from "fermion/local";
import { customize } from "fermion/runs";
import { sales } from "fermion/verticals";
import { heldOutItem } from "./support/held-out-item.ts";
import { showProgress, showResult } from "./support/show-run.ts";

const data = new URL("data/sales.records.jsonl", import.meta.url);
const directory = ".fermion/examples/runs";
const platform = await startLocalPlatform({ dataDir: ".fermion/examples", port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });

try {
  // 1. Check, split, keep apart, upload, fine-tune, evaluate; the alias moves only to a model that is surely better.
  const result = await customize(client, {
    name: "sales",
    vertical: sales,
    base: "photon-nano",
    data,
    promote: "call-notes",
    directory,
    onProgress: showProgress,
  });
  showResult(result);

  // 2. Ask the alias about a call with an account that no model has learned from.
  const call = await heldOutItem(sales, data, directory);
  for (const { content } of call.input) console.log(`\n${content}`);
  process.stdout.write("\ncall-notes: ");
  const stream = client.chat.completions.stream({
    model: "call-notes",
    messages: [...call.input],
    temperature: sales.sampling.temperature,
    max_completion_tokens: sales.sampling.maxCompletionTokens,
  });
  for await (const text of stream.text()) process.stdout.write(text);
  console.log(`\n(the team wrote: ${call.references[0]})`);
} finally {
  await platform.close();
}
