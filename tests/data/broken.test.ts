import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ChatTokenizer } from "../../src/contract/chat-tokenizer.ts";
import { type CheckOptions, check, DataError, dataRules } from "../../src/data.ts";
import { loadChatTokenizer } from "../../src/platform/chat-tokenizer.ts";
import { BROKEN, type BrokenFile, brokenFiles, filesThere, written } from "./broken-files.ts";

const files = brokenFiles();
let base: ChatTokenizer;
beforeAll(async () => {
  base = await loadChatTokenizer();
});

/** That there are few rows is nearly always so here, and told where it is the point: there, the options have `rules`. */
function optionsOf({ name, options = {} }: BrokenFile): CheckOptions {
  const { tokenizer, validation, ...others } = options;
  return {
    rules: { "too-few-rows": "off" },
    ...others,
    ...(tokenizer === undefined ? {} : { tokenizer: base }),
    ...(validation === undefined ? {} : { validation: join(BROKEN, dirname(name), String(validation)) }),
  };
}

async function outcome(file: BrokenFile): Promise<Pick<BrokenFile, "findings" | "error">> {
  const path = join(BROKEN, file.name);
  try {
    const { findings, unlisted } = await check(path, optionsOf(file));
    expect(unlisted).toBe(0);
    for (const { place, message, remedy } of findings) {
      if (place.row !== undefined) expect(place.file).toBe(path);
      expect(message).toMatch(/\.$/);
      expect(remedy).not.toBe("");
    }
    return { findings: findings.map(written) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).toContain(path);
    const { code, line, byteOffset, field } = error;
    // Without what is undefined, as in the file.
    return JSON.parse(JSON.stringify({ error: { code, line, byteOffset, field } }));
  }
}

describe("what is found in files as users send them", () => {
  test.each(files)("$name: $about", async (file) => {
    const { findings, error } = file;
    expect(await outcome(file)).toEqual(error ? { error } : { findings });
  });
});

describe("the files", () => {
  test("are all there, and of all of them it is known what is found", () => {
    const validation = files.flatMap(({ name, options }) =>
      options?.validation === undefined ? [] : [`${dirname(name)}/${options.validation}`],
    );
    expect(filesThere().sort()).toEqual(
      [...new Set([...files.map(({ name }) => name), ...validation])].sort(),
    );
  });

  test("are more than 200 that are broken, besides some that only look it", () => {
    const broken = files.filter(({ findings, error }) => error !== undefined || findings?.length !== 0);
    expect(broken.length).toBeGreaterThan(200);
    expect(files.length).toBeGreaterThan(broken.length);
  });

  test("break every rule", () => {
    const found = new Set(
      files.flatMap(({ findings = [] }) => findings.map((finding) => finding.split(" ")[2])),
    );
    const row = new Set(
      files.flatMap(({ findings = [] }) => findings.map((finding) => finding.split(" ")[3])),
    );
    expect(dataRules.map(({ name }) => name).filter((rule) => !found.has(rule) && !row.has(rule))).toEqual(
      [],
    );
  });

  test("end with every error that what is in a file can end with", () => {
    const codes = new Set(files.flatMap(({ error }) => (error ? [error.code] : [])));
    expect([...codes].sort()).toEqual(
      ["damaged", "empty", "invalid_row", "too_large", "unknown_format", "unreadable"].sort(),
    );
  });
});
