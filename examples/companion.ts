/**
 * A companion that recalls what a person has told it, knows what has changed since, and stays who it is.
 *
 *   npm run build && npx tsx examples/companion.ts
 *
 * It needs no key, no GPU and no network, and takes about a minute. The recipe (`companion`) knows what a persona and memories look
 * like, checks that no reply mixes them up or recalls what doesn't hold any more, keeps all dialogues of a person in one part,
 * and judges both models on people who were held out. Started again, it goes on where it was, or shows the same result.
 */
import { Fermion } from "fermion";
import { startLocalPlatform } from "fermion/local";
import { customize } from "fermion/runs";
import { companion } from "fermion/verticals";
import { heldOutItem } from "./support/held-out-item.ts";
import { showProgress, showResult } from "./support/show-run.ts";

const data = new URL("data/companion.records.jsonl", import.meta.url);
const directory = ".fermion/examples/runs";
const platform = await startLocalPlatform({ dataDir: ".fermion/examples", port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });

try {
  // 1. Check, split, keep apart, upload, fine-tune, evaluate; the alias moves only to a model that is surely better.
  const result = await customize(client, {
    name: "companion",
    vertical: companion,
    base: "photon-nano",
    data,
    promote: "juno",
    directory,
    onProgress: showProgress,
  });
  showResult(result);

  // 2. Answer a person of whom no model has learned, with the base and with the alias.
  const talk = await heldOutItem(companion, data, directory);
  for (const { role, content } of talk.input) console.log(`\n${role}: ${content}`);
  for (const model of [result.base, "juno"]) {
    process.stdout.write(`\n${model}: `);
    const stream = client.chat.completions.stream({
      model,
      messages: [...talk.input],
      temperature: companion.sampling.temperature,
      max_completion_tokens: companion.sampling.maxCompletionTokens,
    });
    for await (const text of stream.text()) process.stdout.write(text);
  }
  console.log(`\n\n(the author wrote: ${talk.references[0]})`);
} finally {
  await platform.close();
}
