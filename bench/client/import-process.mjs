/**
 * What an application's start costs: loads one package, streams one chat, and prints both times in milliseconds.
 *
 *   node import-process.mjs fermion|openai|floor BASE_URL
 */
const [reader, baseURL] = process.argv.slice(2);
const apiKey = "key";
/** @type {{ model: string, messages: { role: "user", content: string }[], stream: true }} */
const params = { model: "m", messages: [{ role: "user", content: "Hi" }], stream: true };

let text = "";
/** @param {{ choices: { delta: { content?: string | null | undefined } }[] }} chunk */
const take = (chunk) => {
  text += chunk.choices[0]?.delta.content ?? "";
};

const start = performance.now();
let imported = start;
if (reader === "fermion") {
  const { Fermion } = await import("fermion");
  imported = performance.now();
  const client = new Fermion({ baseURL, apiKey });
  for await (const chunk of await client.chat.completions.create(params)) take(chunk);
} else if (reader === "openai") {
  const { OpenAI } = await import("openai");
  imported = performance.now();
  const client = new OpenAI({ baseURL, apiKey });
  for await (const chunk of await client.chat.completions.create(params)) take(chunk);
} else {
  const { EventSourceParserStream } = await import("eventsource-parser/stream");
  imported = performance.now();
  const { body } = await fetch(`${baseURL}/chat/completions`, {
    method: "POST",
    body: JSON.stringify(params),
  });
  const events = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { data } of events ?? []) if (data !== "[DONE]") take(JSON.parse(data));
}
const streamed = performance.now();
console.log(JSON.stringify({ imported: imported - start, first: streamed - imported, text }));
