import { describe, expect, test } from "vitest";
import { check } from "../../../src/data.ts";

/** Rows that are answered with labels, each as often as is said. */
function labelled(counts: Readonly<Record<string, number>>) {
  let number = 0;
  return Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, () => ({
      messages: [
        { role: "user", content: `Ticket ${number++}: what is it about?` },
        { role: "assistant", content: label },
      ],
    })),
  );
}

async function imbalanceOf(counts: Readonly<Record<string, number>>) {
  const { findings, distributions } = await check(labelled(counts), { nearDuplicates: false });
  const messages = findings.filter(({ rule }) => rule === "label-imbalance").map(({ message }) => message);
  return { messages, labels: distributions.labels };
}

describe("labels", () => {
  test("of which some are ten times rarer than the commonest are found", async () => {
    const { messages } = await imbalanceOf({ billing: 300, bug: 40, legal: 5 });
    expect(messages).toEqual([
      "Of 3 answers, the commonest comes 300 times and the rarest 5; 1 comes less than a tenth as often as the commonest.",
    ]);
  });

  test("that are a tenth as often are not found, and are counted", async () => {
    const { messages, labels } = await imbalanceOf({ billing: 200, bug: 20 });
    expect(messages).toEqual([]);
    expect(labels).toEqual([
      { value: "billing", count: 200 },
      { value: "bug", count: 20 },
    ]);
  });

  test("that are rare for their spelling are told as such, and not quoted", async () => {
    const { messages } = await imbalanceOf({ Approved: 200, declined: 150, approved: 8, "Approved.": 4 });
    expect(messages[0]).toMatch(/ 2 of them differ from another only in case or punctuation\.$/);
    expect(messages[0]).not.toMatch(/approved|declined/i);
  });

  test("are none where each row is answered in its own way", async () => {
    const counts = Object.fromEntries(Array.from({ length: 60 }, (_, number) => [`answer ${number}`, 1]));
    expect(await imbalanceOf(counts)).toEqual({ messages: [], labels: undefined });
  });
});

describe("conflicting answers", () => {
  const row = (question: string, answer: string) => ({
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
  });

  test("are found at each later row, with the first", async () => {
    const rows = [
      row("Refund?", "yes"),
      row("Return?", "yes"),
      row("Refund?", "no"),
      row("Refund?", "no, never"),
    ];
    const { findings } = await check(rows, { nearDuplicates: false });
    const found = findings.filter(({ rule }) => rule === "conflicting-answers");
    expect(found.map(({ place, related }) => [place.row, related?.[0]?.row])).toEqual([
      [3, 1],
      [4, 1],
    ]);
  });

  test("are no conflict where the rows agree, or another turn or system message comes before", async () => {
    const other = { messages: [{ role: "system", content: "Be strict." }, ...row("Refund?", "no").messages] };
    const { counts } = await check([row("Refund?", "yes"), row("Refund?", "yes"), other], {
      nearDuplicates: false,
    });
    expect(counts.map(({ rule }) => rule)).not.toContain("conflicting-answers");
  });
});
