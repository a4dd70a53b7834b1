import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Fermion } from "../../src/index.ts";
import { customize } from "../../src/runs.ts";
import { deadlineRecords, deadlines } from "../runs/deadlines.ts";

/**
 * Customizes a model, and ends itself at a moment: `run-child DIRECTORY NAME BASE_URL API_KEY [WHAT NUMBER SIDE]`. WHAT is
 * `rename` (a file is put into its place), `append` (an answer is stored) or `request`; SIDE is `before` or `after`.
 */
const [directory = "", name = "", baseURL = "", apiKey = "", what, number, side] = process.argv.slice(2);
const counts = { rename: 0, append: 0, request: 0 };

async function counted<T>(kind: keyof typeof counts, work: () => Promise<T>): Promise<T> {
  const isIt = ++counts[kind] === Number(number) && kind === what;
  if (isIt && side === "before") {
    process.kill(process.pid, "SIGKILL");
  }
  const result = await work();
  if (isIt) {
    process.kill(process.pid, "SIGKILL");
  }
  return result;
}

const { rename, open } = fs.promises;
fs.promises.rename = (from, to) => counted("rename", () => rename(from, to));
fs.promises.open = async (...where) => {
  const file = await open(...where);
  const append = file.appendFile.bind(file);
  file.appendFile = (...content) => counted("append", () => append(...content));
  return file;
};
syncBuiltinESMExports();

const client = new Fermion({ baseURL, apiKey });
client.use((request, next) => counted("request", () => next(request)));
const result = await customize(client, {
  name,
  vertical: deadlines,
  base: "photon-nano",
  data: deadlineRecords(120),
  directory,
  evaluate: { basis: "strict" },
  promote: `${name}-desk`,
});
process.stdout.write(JSON.stringify({ result, counts }));
