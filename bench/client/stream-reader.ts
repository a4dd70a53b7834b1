import { createParser } from "eventsource-parser";
import { Fermion } from "fermion";
import OpenAI from "openai";

// One reader of the streaming benchmark, in a process of its own. It warms up first: what is measured is a process that
// has streamed before, and not how soon its code is compiled.

const WARM_UP = { streams: 3, chunks: 20_000 };

/** Counts the chunks of a stream, and the characters in them, so that nothing can be left out. */
type Read = (baseURL: string, count: number) => Promise<{ chunks: number; characters: number }>;

const messages = [{ role: "user" as const, content: "Tell me everything." }];

const readers: Readonly<Record<string, Read>> = {
  async fermion(baseURL, count) {
    const client = new Fermion({ baseURL, apiKey: "none" });
    return counted(await client.chat.completions.create({ model: "m", messages, seed: count, stream: true }));
  },
  async openai(baseURL, count) {
    const client = new OpenAI({ baseURL, apiKey: "none" });
    return counted(await client.chat.completions.create({ model: "m", messages, seed: count, stream: true }));
  },
  async floor(baseURL, count) {
    const response = await fetch(`${baseURL}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "m", messages, seed: count, stream: true }),
    });
    let chunks = 0;
    let characters = 0;
    const parser = createParser({
      onEvent({ data }) {
        if (data !== "[DONE]") {
          chunks++;
          characters += JSON.parse(data).choices[0]?.delta.content?.length ?? 0;
        }
      },
    });
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      parser.feed(decoder.decode(bytes, { stream: true }));
    }
    return { chunks, characters };
  },
};

/** Reads as an application does: chunk by chunk. */
async function counted(
  stream: AsyncIterable<{ choices: { delta: { content?: string | null | undefined } }[] }>,
): ReturnType<Read> {
  let chunks = 0;
  let characters = 0;
  for await (const chunk of stream) {
    chunks++;
    characters += chunk.choices[0]?.delta.content?.length ?? 0;
  }
  return { chunks, characters };
}

const [name = "", baseURL = "", count = ""] = process.argv.slice(2);
const read = readers[name];
if (!read) {
  throw new Error(`There is no reader ${name}.`);
}
for (let i = 0; i < WARM_UP.streams; i++) {
  await read(baseURL, WARM_UP.chunks);
}
const cpu = process.cpuUsage();
const started = performance.now();
const { chunks, characters } = await read(baseURL, Number(count));
const seconds = (performance.now() - started) / 1_000;
const { user, system } = process.cpuUsage(cpu);
process.send?.({ chunks, characters, seconds, cpuSeconds: (user + system) / 1e6 }, () => process.exit());
