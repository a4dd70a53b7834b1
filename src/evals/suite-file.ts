import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import * as nodePath from "node:path";
import * as z from "zod";
import { replaceFile } from "../client/replace-file.ts";
import { canonicalJson } from "./canonical-json.ts";
import { defineSuite, hashSuite } from "./define-suite.ts";
import { EvaluationError } from "./errors.ts";
import type { EvalItem, Scorer, Suite } from "./suite.ts";

/** The shape of the file; its items are looked at by {@link defineSuite}. */
const fileSchema = z.object({
  name: z.string(),
  hash: z.string(),
  primary: z.string(),
  sampling: z.object({ temperature: z.number(), maxCompletionTokens: z.number() }),
  scorers: z.array(z.object({ name: z.string(), options: z.unknown() })),
  items: z.array(z.custom<EvalItem>((item) => typeof item === "object" && item !== null)),
});

/**
 * Writes a suite to a file, to be kept under version control: JSON with an item on each line. The scorers are in it by name
 * and options; what they do is code. The file is there whole or not at all.
 *
 * @throws EvaluationError `unwritable`
 *
 * @example
 * ```ts
 * await writeSuite("evals/deadlines.json", suite);
 * ```
 */
export async function writeSuite(path: string, suite: Suite): Promise<void> {
  const { name, hash, primary, sampling, scorers, items } = suite;
  const described = scorers.map((scorer) => ({ name: scorer.name, options: scorer.options ?? null }));
  const fields = Object.entries({ name, hash, primary, sampling, scorers: described });
  const head = fields.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join("");
  const rows = items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  try {
    await mkdir(nodePath.dirname(path), { recursive: true });
    const text = `{\n${head}  "items": [\n${rows}\n  ]\n}\n`;
    // For others to read as well, and without a lock: two that write it at once mustn't write into one file.
    const how = { temporary: `${path}.${randomUUID()}`, mode: 0o666 };
    await replaceFile({ fs, path: nodePath }, path, text, how);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The suite ${name} can't be written to ${path}: ${reason}`;
    throw new EvaluationError(message, { code: "unwritable", file: path, cause });
  }
}

/**
 * Reads a suite that {@link writeSuite} wrote, and verifies that it is still the same: that nobody changed the file, and that
 * the scorers have the options that they had.
 *
 * @throws EvaluationError `changed_suite` if it isn't: results of it couldn't be compared with earlier ones; `unreadable` if the
 *   file is missing or no suite
 *
 * @example
 * ```ts
 * const suite = await readSuite("evals/deadlines.json", { scorers: [containedFacts()] });
 * ```
 */
export async function readSuite(
  path: string,
  options: { readonly scorers: readonly Scorer[] },
): Promise<Suite> {
  const file = await readSuiteFile(path);
  const changed = (message: string) =>
    new EvaluationError(`${path}: ${message}`, { code: "changed_suite", file: path });
  if (hashSuite(file) !== file.hash) {
    throw changed(
      "the suite was changed since it was written, so its results can't be compared with earlier ones. Restore the file, or write the suite anew.",
    );
  }
  const suite = defineSuite({ ...file, scorers: options.scorers });
  if (suite.hash !== file.hash) {
    throw changed(
      `the suite was written with other scorers (${changedScorers(file.scorers, suite.scorers)}), so its results can't be compared with earlier ones. Give the scorers it was written with, or write it anew.`,
    );
  }
  return suite;
}

async function readSuiteFile(path: string): Promise<z.infer<typeof fileSchema>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError
        ? z.prettifyError(cause)
        : cause instanceof Error
          ? cause.message
          : String(cause);
    const message = `${path} can't be read as a suite that writeSuite wrote: ${reason}`;
    throw new EvaluationError(message, { code: "unreadable", file: path, cause });
  }
}

function changedScorers(
  written: readonly { readonly name: string; readonly options?: unknown }[],
  given: readonly Scorer[],
): string {
  const names = new Set([...written, ...given].map(({ name }) => name));
  const optionsIn = (
    list: readonly { readonly name: string; readonly options?: unknown }[],
    name: string,
  ) => {
    const found = list.find((scorer) => scorer.name === name);
    return found && canonicalJson(found.options ?? null);
  };
  const differing = [...names].filter((name) => optionsIn(written, name) !== optionsIn(given, name));
  return differing.length > 0 ? differing.join(", ") : "in another order";
}
