import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CheckOptions, check, htmlReport, textReport } from "../../../src/data.ts";
import { languageTexts } from "../texts/language-texts.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fermion-languages-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A sentence of a language, another for each number. */
function sentence(language: string, number: number): string {
  const all = languageTexts[language] ?? [];
  const long = all.filter((text) => text.length > 45);
  const texts = long.length > 1 ? long : all;
  return texts[number % texts.length] ?? "";
}

function dialogue(question: string, answer: string) {
  return {
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
  };
}

const rowIn = (language: string, number: number) =>
  dialogue(`Question ${number}: what now?`, sentence(language, number));
const rowsIn = (language: string, count: number) =>
  Array.from({ length: count }, (_, number) => rowIn(language, number));

/** What is found of this rule, and the shares of the languages. */
async function languagesOf(rows: readonly object[], options: CheckOptions = {}) {
  const report = await check(rows, { ...options, nearDuplicates: false });
  return {
    report,
    found: report.findings.filter(({ rule }) => rule === "language-mix"),
    languages: report.distributions.languages,
  };
}

describe("a few rows in another language", () => {
  test("are found with their places, their texts and both languages", async () => {
    const rows = [...rowsIn("en", 60), rowIn("de", 0), ...rowsIn("en", 20), rowIn("fr", 1)];
    const { found, languages } = await languagesOf(rows);
    expect(found.map(({ place, path, message, severity }) => [place.row, path, message, severity])).toEqual([
      [61, "$.messages[1].content", "The answer is in German (de), and most are in English (en).", "info"],
      [82, "$.messages[1].content", "The answer is in French (fr), and most are in English (en).", "info"],
    ]);
    expect(languages).toEqual({
      sampled: 82,
      shares: [
        { value: "en", count: 80 },
        { value: "de", count: 1 },
        { value: "fr", count: 1 },
      ],
    });
  });

  test("are found after all that is found in rows, and counted", async () => {
    const broken = { messages: [{ role: "user", content: "Who?" }] };
    const { report } = await languagesOf([rowIn("ru", 0), ...rowsIn("en", 60), broken]);
    expect(report.findings.at(-1)?.rule).toBe("language-mix");
    expect(report.counts.find(({ rule }) => rule === "language-mix")).toMatchObject({
      severity: "info",
      count: 1,
    });
  });

  test("are found by line in a file", async () => {
    const file = join(directory, "mixed.jsonl");
    const rows = [...rowsIn("es", 40), rowIn("en", 0), ...rowsIn("es", 40)];
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const { findings } = await check(file, { nearDuplicates: false });
    const [found] = findings.filter(({ rule }) => rule === "language-mix");
    expect(found?.place).toMatchObject({ file, line: 41 });
  });

  test("can be turned off, or be an error", async () => {
    const rows = [...rowsIn("en", 60), rowIn("de", 0)];
    expect((await languagesOf(rows, { rules: { "language-mix": "off" } })).found).toEqual([]);
    const { report, found } = await languagesOf(rows, { rules: { "language-mix": "error" } });
    expect([report.ok, found[0]?.severity]).toEqual([false, "error"]);
  });

  test("are found in the answers to prefer, where they stand", async () => {
    const pair = (language: string, number: number) => ({
      input: { messages: [{ role: "user", content: `Question ${number}?` }] },
      preferred_output: [{ role: "assistant", content: sentence(language, number) }],
      non_preferred_output: [{ role: "assistant", content: sentence("it", number) }],
    });
    const rows = [...Array.from({ length: 60 }, (_, number) => pair("en", number)), pair("nl", 3)];
    const { found } = await languagesOf(rows, { method: "dpo" });
    expect(found.map(({ place, path }) => [place.row, path])).toEqual([
      [61, "$.preferred_output[0].content"],
    ]);
  });
});

describe("nothing is found", () => {
  test("in data of one language, whose shares are told all the same", async () => {
    const { found, languages } = await languagesOf(rowsIn("ja", 30));
    expect(found).toEqual([]);
    expect(languages).toEqual({ sampled: 30, shares: [{ value: "ja", count: 30 }] });
  });

  test("in data of two languages", async () => {
    const { found } = await languagesOf([...rowsIn("en", 60), ...rowsIn("de", 50)]);
    expect(found).toEqual([]);
  });

  test("where a tenth of the rows is in a second language", async () => {
    expect((await languagesOf([...rowsIn("en", 90), ...rowsIn("pl", 10)])).found).toEqual([]);
  });

  test("where answers are translations into many languages, each of which has a small share", async () => {
    const rows = Object.keys(languageTexts).flatMap((language) => rowsIn(language, 3));
    expect((await languagesOf(rows)).found).toEqual([]);
  });

  test("where prompts are in other languages than answers", async () => {
    const rows = Array.from({ length: 60 }, (_, number) =>
      dialogue(sentence(number === 7 ? "de" : "fr", number), sentence("en", number)),
    );
    expect((await languagesOf(rows)).found).toEqual([]);
  });

  test("about answers that are too short, code, or data", async () => {
    const answers = ["OK", "ja", "nein, danke", '{"entscheidung":"abgelehnt","betrag":120}', "12,50 €"];
    const rows = [
      ...rowsIn("en", 60),
      ...answers.map((answer, number) => dialogue(`Und ${number}?`, answer)),
    ];
    const { found, languages } = await languagesOf(rows);
    expect(found).toEqual([]);
    expect(languages.sampled).toBe(60);
  });

  test("about a row that may be in the language of most", async () => {
    // Norwegian that may be Danish by its words.
    const { found, languages } = await languagesOf([
      ...rowsIn("no", 60),
      dialogue("Hvor meget?", "Selvrisikoen er 3000 kroner for hver skade."),
    ]);
    expect(found).toEqual([]);
    expect(languages.shares[0]).toEqual({ value: "no", count: 61 });
  });

  test("about answers that are not learned", async () => {
    const row = {
      messages: [
        { role: "user", content: "Hallo!" },
        { role: "assistant", content: sentence("de", 0), weight: 0 },
        { role: "user", content: "Hello again!" },
        { role: "assistant", content: "Good to see you here, how can I help you today?" },
      ],
    };
    const { found, languages } = await languagesOf([...rowsIn("en", 60), row]);
    expect(found).toEqual([]);
    expect(languages.shares).toEqual([{ value: "en", count: 61 }]);
  });

  test("about answers that are short one by one, and told by all of a dialogue", async () => {
    const short = {
      messages: [
        "Hi!",
        "How are you today?",
        "And now?",
        "I went down to the river.",
        "And then?",
        "There was nobody there.",
      ].map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content })),
    };
    const { found, languages } = await languagesOf([...rowsIn("en", 40), short]);
    expect(found).toEqual([]);
    expect(languages.sampled).toBe(41);
  });

  test("about the validation data", async () => {
    const { found } = await languagesOf(rowsIn("en", 60), {
      validation: [...rowsIn("sv", 30), rowIn("tr", 0)],
    });
    expect(found).toEqual([]);
  });
});

describe("a large file", () => {
  const lines = () => {
    const padding = "It is long, and it goes on and on about nothing much at all. ".repeat(20);
    return Array.from({ length: 6000 }, (_, number) => {
      const language = number % 200 === 100 ? "de" : "en";
      return `${JSON.stringify(dialogue(`${number} ${padding}`, sentence(language, number)))}\n`;
    }).join("");
  };

  test("is looked at by a sample, which is the same on any number of threads", async () => {
    const file = join(directory, "large.jsonl");
    await writeFile(file, lines());
    const reports = [];
    for (const threads of [0, 1, 2]) reports.push(await check(file, { threads, nearDuplicates: false }));
    const [alone, one, two] = reports.map(({ distributions, findings }) => ({
      languages: distributions.languages,
      found: findings.filter(({ rule }) => rule === "language-mix"),
    }));
    expect(one).toEqual(alone);
    expect(two).toEqual(alone);
    // Of 7.8 MB, one row in four.
    expect(alone?.languages.sampled).toBeGreaterThan(1200);
    expect(alone?.languages.sampled).toBeLessThan(1800);
    expect(alone?.found.length).toBeGreaterThan(0);
    expect(alone?.found.every(({ message }) => message.endsWith(" One row in 4 was looked at."))).toBe(true);
  });
});

test("reports tell the languages, and small shares as what they are", async () => {
  const { report } = await languagesOf([...rowsIn("en", 250), rowIn("de", 0)]);
  expect(textReport(report)).toMatch(/^languages {3}en > 99 %, de < 1 %$/m);
  expect(htmlReport(report)).toContain("Languages");
});
