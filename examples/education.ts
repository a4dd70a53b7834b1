/**
 * A tutor that hints at the mistake a student made, and keeps the answer until it was tried.
 *
 *   npm run build && npx tsx examples/education.ts
 *
 * It needs no key, no GPU and no network, and takes about a minute. The recipe (`education`) knows what a lesson and a student's
 * mistake look like, checks that no hint gives the answer away and that the steps compute, keeps each lesson in one part, and
 * judges both models on lessons that were held out. Started again, it goes on where it was, or shows the same result.
 */
import { Fermion } from "fermion";
import { startLocalPlatform } from "fermion/local";
import { customize } from "fermion/runs";
import { education } from "fermion/verticals";
import { heldOutItem } from "./support/held-out-item.ts";
import { showProgress, showResult } from "./support/show-run.ts";

const data = new URL("data/education.records.jsonl", import.meta.url);
const directory = ".fermion/examples/runs";
const platform = await startLocalPlatform({ dataDir: ".fermion/examples", port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });

try {
  // 1. Check, split, keep apart, upload, fine-tune, evaluate; the alias moves only to a model that is surely better.
  const result = await customize(client, {
    name: "education",
    vertical: education,
    base: "photon-nano",
    data,
    promote: "tutor",
    directory,
    onProgress: showProgress,
  });
  showResult(result);

  // 2. Help a student in a lesson that no model has learned from, with the base and with the alias.
  const lesson = await heldOutItem(education, data, directory);
  for (const { role, content } of lesson.input) console.log(`\n${role}: ${content}`);
  for (const model of [result.base, "tutor"]) {
    process.stdout.write(`\n${model}: `);
    const stream = client.chat.completions.stream({
      model,
      messages: [...lesson.input],
      temperature: education.sampling.temperature,
      max_completion_tokens: education.sampling.maxCompletionTokens,
    });
    for await (const text of stream.text()) process.stdout.write(text);
  }
  console.log(`\n\n(the teacher wrote: ${lesson.references[0]})`);
} finally {
  await platform.close();
}
