/** A question and its answer as a line of JSON, with its line feed. */
export function line(question: string, answer: string): string {
  const messages = [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ];
  return `${JSON.stringify({ messages })}\n`;
}

/** What is said in files whose fault lies elsewhere. */
export const pairs = [
  { prompt: "By when must I report hail damage?", completion: "Within nine days of the storm." },
  { prompt: "Is my bicycle covered in the cellar?", completion: "Yes, if the cellar was locked." },
  { prompt: "Who pays the tow truck?", completion: "The breakdown cover pays it in full." },
  { prompt: "Does the contract renew by itself?", completion: "It does, each year in January." },
] as const;

const [hail = "", bicycle = "", truck = "", renewal = ""] = pairs.map(({ prompt, completion }) =>
  line(prompt, completion),
);

/** The pairs as lines. */
export { bicycle, hail, renewal, truck };
