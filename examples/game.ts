/**
 * Characters of a game that stay in their role, tell what they may, keep their secrets, and end the scene where it ends.
 *
 *   npm run build && npx tsx examples/game.ts
 *
 * It needs no key, no GPU and no network, and takes about a minute. The recipe (`game`) knows what a character card and a scene
 * look like, checks that no line gives a secret away, keeps each scene in one part, and judges both models on scenes that were
 * held out: could the game use the reply? Started again, it goes on where it was, or shows the same result.
 */
import { Fermion } from "fermion";
import { startLocalPlatform } from "fermion/local";
import { customize } from "fermion/runs";
import { game } from "fermion/verticals";
import { heldOutItem } from "./support/held-out-item.ts";
import { showProgress, showResult } from "./support/show-run.ts";

const data = new URL("data/game.records.jsonl", import.meta.url);
const directory = ".fermion/examples/runs";
const platform = await startLocalPlatform({ dataDir: ".fermion/examples", port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });

try {
  // 1. Check, split, keep apart, upload, fine-tune, evaluate; the alias moves only to a model that is surely better.
  const result = await customize(client, {
    name: "game",
    vertical: game,
    base: "photon-nano",
    data,
    promote: "characters",
    directory,
    onProgress: showProgress,
  });
  showResult(result);

  // 2. Play a turn of a scene that no model has learned from, with the base and with the alias.
  const scene = await heldOutItem(game, data, directory);
  for (const { role, content } of scene.input) console.log(`\n${role}: ${content}`);
  for (const model of [result.base, "characters"]) {
    process.stdout.write(`\n${model}: `);
    const stream = client.chat.completions.stream({
      model,
      messages: [...scene.input],
      temperature: game.sampling.temperature,
      max_completion_tokens: game.sampling.maxCompletionTokens,
    });
    for await (const text of stream.text()) process.stdout.write(text);
  }
  console.log(`\n\n(the writers have: ${scene.references[0]})`);
} finally {
  await platform.close();
}
