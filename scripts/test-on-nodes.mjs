/**
 * Runs the tests on other versions of Node, one after the other, and ends with a line for each:
 *
 *   npm run test:nodes [-- --nodes 22,24,26] [-- --report FOLDER] [-- tests/client …]
 *
 * The versions come from the registry, where Node is the package `node`; npm keeps them in its cache. `--report` leaves
 * vitest's JSON report of each in the folder, as `node-VERSION.json`. It needs what `npm run build` makes.
 *
 * Everything that `npm test` runs is run, but for tests/chaos, unless it is named: connections that break at random say
 * more about the client than about the Node below it, and take the longest.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { nodes: { type: "string", default: "22,24,26" }, report: { type: "string" } },
  allowPositionals: true,
});
const root = fileURLToPath(new URL("..", import.meta.url));
if (!existsSync(join(root, "dist/index.js"))) {
  console.error("There is no dist/index.js, which some tests load. Make it with `npm run build`.");
  process.exit(2);
}
const reports = values.report ? resolve(values.report) : mkdtempSync(join(tmpdir(), "fermion-nodes-"));

const lines = [];
let failed = false;
for (const version of values.nodes.split(",")) {
  const report = join(reports, `node-${version}.json`);
  const started = performance.now();
  const { name, ok } = testOn(version, report);
  const seconds = Math.round((performance.now() - started) / 1000);
  const { passed = "none", skipped = 0, failures = "unknown" } = counts(report);
  lines.push(
    `${name}: ${passed} passed, ${failures} failed, ${skipped} skipped in ${seconds} s${ok ? "" : " – NOT ok"}`,
  );
  failed ||= !ok;
}
if (!values.report) rmSync(reports, { recursive: true });
console.log(`\n${lines.join("\n")}`);
process.exit(failed ? 1 : 0);

/** @param {string} version @param {string} report */
function testOn(version, report) {
  const found = spawnSync(
    "npm",
    [
      "exec",
      "--yes",
      `--package=node@${version}`,
      "--",
      "node",
      "-p",
      "process.execPath + ' ' + process.version",
    ],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], shell: process.platform === "win32" },
  );
  const [binary, name] = found.stdout?.trim().split(" ") ?? [];
  // npm would give this very Node if its own weren't there.
  if (found.status !== 0 || !binary || !name?.startsWith(`v${version}`)) {
    console.error(`There is no Node ${version} to be had: npm ended with ${found.error ?? found.status}.`);
    return { name: `Node ${version}`, ok: false };
  }
  console.log(`\nNode ${name}`);
  // Tests start processes by `process.execPath`, so all of them are of this version.
  const args = [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...(positionals.length > 0 ? positionals : allButChaos()),
  ];
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(binary, [vitest, ...args], { cwd: root, stdio: "inherit" });
  return { name: `Node ${name}`, ok: status === 0 };
}

/** The projects exclude files of their own, and vitest's option --exclude isn't added to those. */
function allButChaos() {
  const names = readdirSync(join(root, "tests"));
  return names.filter((name) => name !== "chaos").map((name) => `tests/${name}`);
}

/** @param {string} report */
function counts(report) {
  if (!existsSync(report)) return {};
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
  return { passed: numPassedTests, failures: numFailedTests, skipped: numPendingTests };
}
