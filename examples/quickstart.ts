/**
 * From domain dialogues to a model that knows them: upload, fine-tune, watch, ask, stream. Run it with
 * `npm run quickstart`; it needs no key, no GPU and no network.
 */
import { createReadStream, readFileSync, rmSync } from "node:fs";
import { Fermion, type FineTuningMetrics } from "fermion";
import { startLocalPlatform } from "fermion/local";
import { z } from "zod";

const questionSchema = z.object({
  set: z.enum(["held-out", "hard"]),
  question: z.string(),
  answer: z.array(z.string()),
});
type Question = z.infer<typeof questionSchema>;

const data = new URL("./data/", import.meta.url);
const dataDir = ".fermion/quickstart";
// Each run begins anew; a job that an earlier run left unfinished would go on first.
rmSync(dataDir, { recursive: true, force: true });
const platform = await startLocalPlatform({ dataDir, port: 0 });
const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
const base = "photon-nano";
let validLoss = "-";

try {
  // 1. Upload the insurer's dialogues.
  const upload = (name: string) =>
    client.files.create(
      { file: createReadStream(new URL(name, data)), purpose: "fine-tune" },
      { onProgress: ({ bytes, total }) => draw(`${name}: ${bytes} of ${total ?? "?"} bytes`) },
    );
  const training = await upload("claims.train.jsonl");
  const validation = await upload("claims.validation.jsonl");
  draw(`uploaded ${training.filename} and ${validation.filename}\n`);

  // 2. Start the fine-tune, and watch it.
  const { id } = await client.fineTuning.jobs.create({
    model: base,
    training_file: training.id,
    validation_file: validation.id,
    suffix: "claims",
    seed: 7,
  });
  const started = performance.now();
  for await (const update of client.fineTuning.jobs.follow(id)) {
    if (update.type === "status") draw(`${id}: ${update.job.status}`);
    else if (update.type === "metrics") draw(progress(update.metrics, update.eta));
  }
  const { fine_tuned_model: custom } = await client.fineTuning.jobs.wait(id);
  draw(`fine-tuned in ${((performance.now() - started) / 1000).toFixed(0)} s: ${custom}\n\n`);

  // 3. Ask the base and the custom model what neither has seen in these words.
  const questions = readFileSync(new URL("claims.questions.jsonl", data), "utf8")
    .trim()
    .split("\n")
    .map((line) => questionSchema.parse(JSON.parse(line)));
  for (const set of ["held-out", "hard"] as const) {
    const asked = questions.filter((question) => question.set === set);
    const scores = [await score(base, asked), await score(custom, asked)];
    const note = set === "hard" ? "  (words that no row has)" : "";
    console.log(
      `${set} questions right:  ${base} ${scores[0]}  custom ${scores[1]}  of ${asked.length}${note}`,
    );
  }

  // 4. Stream an answer.
  const question = "Somebody took my bicycle last night. What is the most you pay?";
  process.stdout.write(`\n> ${question}\n`);
  const stream = client.chat.completions.stream({
    model: custom,
    temperature: 0,
    messages: [{ role: "user", content: question }],
  });
  for await (const text of stream.text()) process.stdout.write(text);
  console.log(`\n(${stream.usage?.completion_tokens ?? "?"} tokens)`);
} finally {
  await platform.close();
}

/** How many answers contain the fact that a right one must contain. */
async function score(model: string, questions: readonly Question[]): Promise<number> {
  let right = 0;
  for (const { question, answer } of questions) {
    const { choices } = await client.chat.completions.create({
      model,
      temperature: 0,
      max_completion_tokens: 60,
      messages: [{ role: "user", content: question }],
    });
    const said = choices[0]?.message.content?.toLowerCase() ?? "";
    if (answer.some((fact) => said.includes(fact.toLowerCase()))) right++;
  }
  return right;
}

function progress(metrics: FineTuningMetrics, eta: number | undefined): string {
  const { step, total_steps, train_loss, full_valid_loss } = metrics;
  validLoss = full_valid_loss?.toFixed(3) ?? validLoss;
  const left = eta === undefined ? "" : `, ${eta} s left`;
  const line = `step ${step}/${total_steps}  loss ${train_loss?.toFixed(3)}  validation loss ${validLoss}${left}`;
  // A log needs no line for each step.
  return process.stdout.isTTY || step % 50 !== 0 ? line : `${line}\n`;
}

/** Draws a line over the one before; where output is no terminal, only finished lines are worth keeping. */
function draw(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
  else if (line.endsWith("\n")) process.stdout.write(line);
}
