import { register } from "node:module";
import { Fermion } from "../../src/client/fermion.ts";
import { completion } from "./samples.ts";

/** Makes one call, and prints what of OpenTelemetry is loaded for it: `absent`, `registered` or `unresolvable`. */
const mode = process.argv[2];
const hooks = `
  import { writeSync } from "node:fs";
  export async function resolve(specifier, context, next) {
    const isPackage = specifier === "@opentelemetry/api";
    if (isPackage || specifier.includes("call-telemetry")) writeSync(1, specifier + "\\n");
    if (isPackage && ${mode === "unresolvable"}) throw new Error("it isn't there");
    return next(specifier, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
if (mode !== "absent") Reflect.set(globalThis, Symbol.for("opentelemetry.js.api.1"), { version: "1.9.0" });

const client = new Fermion({
  baseURL: "http://127.0.0.1:9/v1",
  apiKey: "key",
  fetch: async () => Response.json(completion),
});
const answer = await client.chat.completions.create({
  model: "m",
  messages: [{ role: "user", content: "By when?" }],
});
console.log(answer.choices[0]?.message.content);
