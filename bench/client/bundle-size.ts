import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import * as z from "zod";
import { ANSWER, chatServer } from "./chat-server.ts";
import type { Comparison } from "./comparison.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = fileURLToPath(new URL("bundle-process.mjs", import.meta.url));

/** "Create a client and stream a chat", with each. */
const setups = {
  fermion: `import { Fermion } from "fermion";
    const create = (baseURL) => new Fermion({ baseURL, apiKey: "key" });`,
  openai: `import { OpenAI } from "openai";
    const create = (baseURL) => new OpenAI({ baseURL, apiKey: "key", dangerouslyAllowBrowser: true });`,
  floor: `import { EventSourceParserStream } from "eventsource-parser/stream";
    const create = (baseURL) => ({ chat: { completions: { create: async (params) => {
      const init = { method: "POST", body: JSON.stringify(params), headers: { authorization: "Bearer key" } };
      const { body } = await fetch(baseURL + "/chat/completions", init);
      const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      return (async function* () {
        const reader = events.getReader();
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          if (next.value.data !== "[DONE]") yield JSON.parse(next.value.data);
        }
      })();
    } } } });`,
} as const;

const program = `export async function program(baseURL) {
  let text = "";
  const messages = [{ role: "user", content: "Hi" }];
  const stream = await create(baseURL).chat.completions.create({ model: "m", messages, stream: true });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}`;

/** Stands at the beginning of every file, and is taken off before its size is taken. */
const PROBE = "globalThis.bundleLoaded?.(import.meta.url);";

const ranSchema = z.object({ loaded: z.array(z.string()), text: z.literal(ANSWER) });

/**
 * How large a program for browsers is that creates a client and streams a chat, as esbuild makes it of the built
 * package: minified, in chunks, each file as `gzip -9` packs it. The program is run to see which chunks it loads.
 */
export async function bundleSizeBench(): Promise<Comparison[]> {
  await using server = await chatServer();
  const fermion = await sizes(setups.fermion, server.baseURL);
  const openai = await sizes(setups.openai, server.baseURL);
  const floor = await sizes(setups.floor, server.baseURL);
  return [
    {
      name: "browser bundle of a streamed chat: what it loads",
      ...{ unit: "bytes gzipped", ours: fermion.loaded, openai: openai.loaded, floor: floor.loaded },
      target: "≤ openai",
      reached: fermion.loaded <= openai.loaded,
    },
    {
      name: "… and with the chunks that it doesn't load",
      ...{ unit: "bytes gzipped", ours: fermion.all, openai: openai.all, floor: floor.all },
      target: "",
      reached: undefined,
    },
  ];
}

async function sizes(setup: string, baseURL: string): Promise<{ loaded: number; all: number }> {
  const outdir = mkdtempSync(join(tmpdir(), "fermion-bundle-"));
  try {
    const { outputFiles } = await build({
      stdin: { contents: `${setup}\n${program}`, resolveDir: root, sourcefile: "program.js" },
      bundle: true,
      minify: true,
      splitting: true,
      write: false,
      outdir,
      entryNames: "program",
      outExtension: { ".js": ".mjs" },
      format: "esm",
      platform: "browser",
      target: "es2022",
      banner: { js: PROBE },
      logLevel: "error",
    });
    for (const { path, contents } of outputFiles) {
      writeFileSync(path, contents);
    }
    const loaded = await loadedFiles(pathToFileURL(join(outdir, "program.mjs")).href, baseURL);
    const packed = outputFiles.map(({ path, text }) => {
      if (!text.startsWith(`${PROBE}\n`)) {
        throw new Error(`${basename(path)} doesn't begin with what tells of its loading.`);
      }
      const size = gzipSync(text.slice(PROBE.length + 1), { level: 9 }).length;
      return { size, counts: loaded.has(basename(path)) };
    });
    const sum = (files: typeof packed) => files.reduce((total, { size }) => total + size, 0);
    return { loaded: sum(packed.filter(({ counts }) => counts)), all: sum(packed) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Runs the program. Its names are enough: all files of a bundle lie in one folder. */
async function loadedFiles(entry: string, baseURL: string): Promise<Set<string>> {
  const child = spawn(process.execPath, [script, entry, baseURL], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const piece of child.stdout.setEncoding("utf8")) {
    output += piece;
  }
  return new Set(ranSchema.parse(JSON.parse(output)).loaded.map((url) => basename(new URL(url).pathname)));
}
