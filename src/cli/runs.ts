import { Command, InvalidArgumentError } from "commander";

interface RunsCommandOptions {
  directory: string;
  json?: true;
}

/** `fermion runs`: what runs there are, what became of them, and in which a record was. */
export function runsCommand(): Command {
  const command = new Command("runs").description("look at the runs of customize()");
  const withOptions = (sub: Command) =>
    sub
      .option("--directory <directory>", "where the runs are kept", ".fermion")
      .option("--json", "print JSON instead of text");
  command.addCommand(
    withOptions(new Command("list").description("list the runs, and how far they are")).action(list),
  );
  command.addCommand(
    withOptions(
      new Command("show")
        .description("show a version of a run: its steps, its model, its scores")
        .argument("<name>")
        .argument("[version]", "the newest unless it is said", wholeNumber),
    ).action(show),
  );
  command.addCommand(
    withOptions(
      new Command("diff")
        .description("what two versions of a run differ in")
        .argument("<name>")
        .argument("<a>", "a version", wholeNumber)
        .argument("<b>", "another version", wholeNumber),
    ).action(diff),
  );
  command.addCommand(
    withOptions(
      new Command("lineage").description("which models have seen a record").argument("<record-id>"),
    ).action(records),
  );
  return command;
}

async function list({ directory, json }: RunsCommandOptions): Promise<void> {
  const { runs } = await import("fermion/runs");
  const found = await runs.list({ directory });
  const lines = found.map(({ name, state, next, versions, model }) =>
    [name, next ? `${state}, at ${next}` : state, `${versions} versions`, model ?? "no model yet"].join("\t"),
  );
  print(json, found, lines.length > 0 ? lines : [`There are no runs in ${directory}.`]);
}

async function show(name: string, version: number | undefined, options: RunsCommandOptions): Promise<void> {
  const { runs } = await import("fermion/runs");
  const found = await runs.show(name, version, { directory: options.directory });
  const { inputs, steps, changes } = found;
  const verdict = steps.evaluate?.outputs.verdict;
  const lines = [
    `${name}, version ${found.version}, from ${inputs.base}, begun ${new Date(found.startedAt).toISOString()}`,
    ...changes.map(({ what, before, now }) => `  changed: ${what}: ${before} → ${now}`),
    ...Object.entries(steps).flatMap(([step, done]) =>
      done ? [`  ${step}: done in ${((done.finishedAt - done.startedAt) / 1_000).toFixed(1)} s`] : [],
    ),
    ...(steps["fine-tune"] ? [`  model: ${steps["fine-tune"].outputs.model}`] : []),
    ...(verdict
      ? [
          `  ${verdict.scorer}: ${verdict.passed ? "better than the base" : "not surely better than the base"} ` +
            `(${number(verdict.difference)}, from ${number(verdict.interval?.[0])} to ${number(verdict.interval?.[1])})`,
          ...verdict.reasons.map((reason) => `    ${reason}`),
        ]
      : []),
  ];
  print(options.json, found, lines);
}

async function diff(name: string, a: number, b: number, options: RunsCommandOptions): Promise<void> {
  const { runs } = await import("fermion/runs");
  const found = await runs.diff(name, a, b, { directory: options.directory });
  const { inputs, records, hyperparameters, scores, losses, weights } = found;
  const last = (points: (typeof losses)["a"]) => points?.at(-1)?.train_loss;
  const lines = [
    ...inputs.map(({ what, before, now }) => `${what}: ${before} → ${now}`),
    `records: ${records.added.length} added, ${records.removed.length} removed, ${records.changed.length} changed, ` +
      `${records.moved.length} moved to another part, ${records.unchanged} unchanged`,
    ...listed("+", records.added),
    ...listed("-", records.removed),
    ...listed("~", records.changed),
    ...Object.entries(hyperparameters).map(([key, pair]) => `${key}: ${String(pair.a)} → ${String(pair.b)}`),
    `last loss: ${number(last(losses.a))} → ${number(last(losses.b))}`,
    ...Object.entries(scores).map(([scorer, pair]) => `${scorer}: ${number(pair.a)} → ${number(pair.b)}`),
    `weights: ${weights}`,
  ];
  print(options.json, found, lines);
}

async function records(recordId: string, { directory, json }: RunsCommandOptions): Promise<void> {
  const { lineage } = await import("fermion/runs");
  const uses = await lineage(recordId, { directory });
  const lines = uses.map(({ run, version, part, model }) =>
    [`${run}, version ${version}`, part, model ?? "no model yet"].join("\t"),
  );
  print(json, uses, lines.length > 0 ? lines : [`No run in ${directory} has had the record ${recordId}.`]);
}

function print(json: true | undefined, value: unknown, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${lines.join("\n")}\n`);
}

/** So many ids are listed; `--json` has all. */
const MOST_LISTED = 20;

function listed(sign: string, ids: readonly string[]): string[] {
  const lines = ids.slice(0, MOST_LISTED).map((id) => `  ${sign} ${id}`);
  return ids.length > MOST_LISTED ? [...lines, `  ${sign} and ${ids.length - MOST_LISTED} more`] : lines;
}

function number(value: number | null | undefined): string {
  return value === null || value === undefined ? "unknown" : value.toFixed(3);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new InvalidArgumentError("A version is a whole number from 1.");
  }
  return Number(text);
}
