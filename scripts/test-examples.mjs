/**
 * Runs the examples of the verticals as a newcomer would, one after the other, and ends with a line for each:
 *
 *   npm run test:examples [-- --report FOLDER] [-- insurance finance …]
 *
 * Each trains and judges a model on the local platform in a fresh folder. It passes if it ends well, says that the custom model
 * beats the base with an interval above 0, and has fewer than 60 lines. The first is run a second time, and has to show the
 * same result without training again. `--report` leaves the results in the folder as `examples.json`, in the form that
 * vitest's reports have. It needs what `npm run build` makes.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ALL = ["insurance", "finance", "sales", "game", "education", "companion", "custom-vertical"];
/** A newcomer reads each in one go. */
const MOST_LINES = 59;
/** They take about a minute; whatever takes so long hangs. */
const MOST_MINUTES = 20;
const RESULT =
  /^(?<line>(?<name>[\w-]+): \S+ base -?[\d.]+, custom -?[\d.]+, difference -?[\d.]+ \((?<low>-?[\d.]+) to -?[\d.]+\))$/m;

const { values, positionals } = parseArgs({
  options: { report: { type: "string" } },
  allowPositionals: true,
});
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fermion-examples-"));
const names = positionals.length > 0 ? positionals : ALL;
/** @type {{ title: string, problems: string[], seconds: number }[]} */
const tests = [];
try {
  for (const name of names) {
    const first = await test(name, name, (output) => provesGain(name, output));
    if (name !== names[0]) continue;
    await test(`${name} again`, name, (output) => [
      ...provesGain(name, output),
      ...(/^version 1: finished$/m.test(output) ? [] : ["It didn't say that version 1 is finished."]),
      ...(/^(?:upload|fine-tune|evaluate): done$|^ {2}step \d+/m.test(output) ? ["It trained again."] : []),
      ...(resultLine(output) === resultLine(first) ? [] : ["Its result is another."]),
    ]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const { title, problems, seconds } of tests) {
  const outcome = problems.length === 0 ? "ok" : `NOT ok. ${problems.join(" ")}`;
  console.log(`${title}: ${outcome} (${seconds.toFixed(0)} s)`);
}
const failed = tests.filter(({ problems }) => problems.length > 0).length;
const report = {
  numPassedTests: tests.length - failed,
  numFailedTests: failed,
  testResults: tests.map(({ title, problems }) => ({
    name: `examples/${title}`,
    assertionResults: [
      { fullName: title, status: problems.length === 0 ? "passed" : "failed", failureMessages: problems },
    ],
  })),
};
if (values.report) writeFileSync(join(values.report, "examples.json"), JSON.stringify(report));
process.exit(failed === 0 ? 0 : 1);

/**
 * Runs an example, looks at what it printed, and gives that back.
 *
 * @param {string} title @param {string} name @param {(output: string) => string[]} judge
 */
async function test(title, name, judge) {
  console.log(`\n── ${title}`);
  const script = join(root, "examples", `${name}.ts`);
  const started = performance.now();
  const { output, problems } = existsSync(script)
    ? await run(script)
    : { output: "", problems: [`There is no examples/${name}.ts.`] };
  if (problems.length === 0) problems.push(...judge(output), ...tooLong(script));
  tests.push({ title, problems, seconds: (performance.now() - started) / 1000 });
  return output;
}

/** @param {string} script @returns {Promise<{ output: string, problems: string[] }>} */
async function run(script) {
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
  const child = spawn(process.execPath, [tsx, script], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: MOST_MINUTES * 60_000,
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    process.stdout.write(text);
  });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (...ended) => resolve(ended));
  });
  return { output, problems: code === 0 ? [] : [`It ended with ${signal ?? code}.`] };
}

/** @param {string} name @param {string} output */
function provesGain(name, output) {
  const found = RESULT.exec(output)?.groups;
  if (found?.name !== name) return [`It printed no line "${name}: … difference …".`];
  return Number(found.low) > 0 ? [] : ["The interval of the difference doesn't exclude 0."];
}

/** @param {string} output */
function resultLine(output) {
  return RESULT.exec(output)?.groups?.line;
}

/** @param {string} script */
function tooLong(script) {
  const lines = readFileSync(script, "utf8").trimEnd().split("\n").length;
  return lines <= MOST_LINES ? [] : [`It has ${lines} lines; ${MOST_LINES} may be.`];
}
