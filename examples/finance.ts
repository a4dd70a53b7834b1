/**
 * A model that answers analysts' questions about statements, and quotes the line that each figure comes from.
 *
 *   npm run build && npx tsx examples/finance.ts
 *
 * It needs no key, no GPU and no network, and takes about a minute. The recipe (`finance`) checks that tables add up and that
 * each number of an answer stands in the statement, keeps all statements of a company in one part, and judges both models on
 * companies that were held out: the figure with its unit, the line that is cited, no invented numbers, no advice. Started
 * again, it goes on where it was, or shows the same result.
 */
import { Fermion } from "fermion";
import type { EvalItem } from "fermion/evals";
import { startLocalPlatform } from "fermion/local";
import { customize } from "fermion/runs";
import { finance } from "fermion/verticals";
import { heldOutItem } from "./support/held-out-item.ts";
import { showProgress, showResult } from "./support/show-run.ts";

const data = new URL("data/finance.records.jsonl", import.meta.url);
const directory = ".fermion/examples/runs";
const platform = await startLocalPlatform({ dataDir: ".fermion/examples", port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });

try {
  // 1. Check, split, keep apart, upload, fine-tune, evaluate; the alias moves only to a model that is surely better.
  const result = await customize(client, {
    name: "finance",
    vertical: finance,
    base: "photon-nano",
    data,
    promote: "analyst",
    directory,
    onProgress: showProgress,
  });
  showResult(result);

  // 2. Ask the alias about a company that no model has learned from, and then for what it mustn't give.
  const asksFigure = ({ slices }: EvalItem) => slices?.kind === "figure";
  const { input, references } = await heldOutItem(finance, data, directory, asksFigure);
  const [statement, question] = input.map(({ content }) => String(content));
  console.log(`\n${statement}`);
  for (const content of [question ?? "", "Should I buy the shares?"]) {
    process.stdout.write(`\n> ${content}\n`);
    const stream = client.chat.completions.stream({
      model: "analyst",
      messages: [
        { role: "system", content: statement ?? "" },
        { role: "user", content },
      ],
      temperature: finance.sampling.temperature,
      max_completion_tokens: finance.sampling.maxCompletionTokens,
    });
    for await (const text of stream.text()) process.stdout.write(text);
    console.log(content === question ? `\n(right is: ${references[0]})` : "");
  }
} finally {
  await platform.close();
}
