import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

let project: string;
let tarball: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "fermion-package-"));
  await run("npm", ["pack", "--silent", "--pack-destination", project], { cwd: root });
  const packed = (await readdir(project)).find((name) => name.endsWith(".tgz"));
  tarball = join(project, packed ?? "");
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "empty", private: true }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--omit=optional", tarball], { cwd: project });
});

afterAll(() => rm(project, { recursive: true, force: true }));

/** Runs a program in the project, and gives its output however it ended. */
async function runFile(name: string, text: string): Promise<string> {
  await writeFile(join(project, name), text);
  return (await run(process.execPath, [name], { cwd: project })).stdout.trim();
}

describe("the packed package in an empty project", () => {
  test("installs the runtime dependencies and none of the platform's packages", async () => {
    const installed = await readdir(join(project, "node_modules"));
    expect(installed).toEqual(expect.arrayContaining(["eventsource-parser", "fermion", "zod"]));
    // The client has axios in it.
    for (const peer of ["axios", "hono", "libsql", "@hono", "@ai-sdk", "@opentelemetry"])
      expect(installed).not.toContain(peer);
  });

  test("carries the base model in at most 8 MB, and no tests", async () => {
    const model = join(project, "node_modules/fermion/models/photon-nano");
    const sizes = await Promise.all(
      (await readdir(model)).map(async (name) => (await stat(join(model, name))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(8_000_000);
    const folders = await readdir(join(project, "node_modules/fermion"));
    expect(folders.sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      "README.md",
      "dist",
      "docs",
      "examples",
      "models",
      "package.json",
    ]);
  });

  test("ESM: import { Fermion } from 'fermion'", async () => {
    const text = `import { Fermion, NotFoundError } from "fermion";
      const client = new Fermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: "key", maxRetries: 0 });
      console.log(typeof client.chat.completions.create, NotFoundError.name);`;
    expect(await runFile("esm.mjs", text)).toBe("function NotFoundError");
  });

  test("CommonJS: require('fermion')", async () => {
    const text = `const { Fermion, NotFoundError } = require("fermion");
      const client = new Fermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: "key", maxRetries: 0 });
      console.log(typeof client.chat.completions.create, NotFoundError.name);`;
    expect(await runFile("commonjs.cjs", text)).toBe("function NotFoundError");
  });

  test("its declarations check in strict mode, imported and required", async () => {
    const text = `import { Fermion } from "fermion";
      export const client = new Fermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: "key" });
      export async function ask(): Promise<string | null | undefined> {
        const answer = await client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "Hi" }] });
        return answer.choices[0]?.message.content;
      }`;
    await writeFile(join(project, "typed.mts"), text);
    await writeFile(join(project, "typed.cts"), text);
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const types = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
    const flags = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--skipLibCheck",
      "false",
    ];
    await run(process.execPath, [tsc, ...flags, ...types, "typed.mts", "typed.cts"], { cwd: project }).catch(
      (error: { stdout?: string }) => expect.fail(error.stdout),
    );
  });

  test("fermion/ai-sdk names the package that it lacks, and serves the AI SDK once it is installed", async () => {
    const text = `
      const fermion = createFermion(new Fermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: "key" }));
      fermion("m").doGenerate({ prompt: [] }).catch((error) => console.log(error.name + ": " + error.message));`;
    const esm = `import { Fermion } from "fermion"; import { createFermion } from "fermion/ai-sdk"; ${text}`;
    const commonjs = `const { Fermion } = require("fermion"); const { createFermion } = require("fermion/ai-sdk"); ${text}`;
    const missing = await runFile("ai-sdk.mjs", esm);
    expect(missing).toMatch(/^MissingPeerError: /);
    expect(await runFile("ai-sdk.cjs", commonjs)).toBe(missing);
    const peer = /npm install "(\S+)"/.exec(missing)?.[1] ?? "";
    await run("npm", ["install", "--no-audit", "--no-fund", peer], { cwd: project });
    expect(await runFile("ai-sdk.mjs", esm)).toMatch(/^AI_APICallError: /);
    expect(await runFile("ai-sdk.cjs", commonjs)).toMatch(/^AI_APICallError: /);

    // A client's class in one file of declarations must do for the other.
    const typed = `import type { LanguageModelV3, ProviderV3 } from "@ai-sdk/provider";
      import { Fermion } from "fermion";
      import { createFermion } from "fermion/ai-sdk";
      export const provider: ProviderV3 = createFermion(new Fermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: "key" }));
      export const model: LanguageModelV3 = createFermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: "key" })("m");`;
    await writeFile(join(project, "ai-sdk-typed.mts"), typed);
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const types = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck"];
    await run(process.execPath, [tsc, ...flags, ...types, "ai-sdk-typed.mts"], { cwd: project }).catch(
      (error: { stdout?: string }) => expect.fail(error.stdout),
    );
  });

  test("fermion local names the packages that it lacks, and runs once they are installed", async () => {
    const command = join(project, "node_modules/.bin/fermion");
    const failed: { stderr: string } = await run(command, ["local", "--json", "--port", "0"], {
      cwd: project,
    }).then(
      () => expect.fail("it started without its packages"),
      (error: { stderr: string }) => error,
    );
    const install = /npm install ((?:\S+@\S+ ?)+)/.exec(failed.stderr)?.[1] ?? "";
    const packages = install.trim().replaceAll(/["']/g, "").split(" ");
    expect(packages.map((name) => name.replace(/(.)@.*/, "$1")).sort()).toEqual([
      "@fastify/busboy",
      "@hono/node-server",
      "hono",
      "libsql",
    ]);
    await run("npm", ["install", "--no-audit", "--no-fund", ...packages], { cwd: project });

    const dataDir = join(project, "data");
    const child = spawn(command, ["local", "--json", "--port", "0", "--data-dir", dataDir], { cwd: project });
    try {
      const { base_url, api_key } = JSON.parse(await firstLine(child)) as {
        base_url: string;
        api_key: string;
      };
      const text = `import { Fermion } from "fermion";
        const client = new Fermion({ baseURL: ${JSON.stringify(base_url)}, apiKey: ${JSON.stringify(api_key)} });
        const answer = await client.chat.completions.create({
          model: "photon-nano", temperature: 0, messages: [{ role: "user", content: "Hello!" }] });
        console.log((answer.choices[0]?.message.content ?? "").length > 0);`;
      expect(await runFile("ask.mjs", text)).toBe("true");
    } finally {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
    }
  });

  test("CommonJS: require('fermion/local')", async () => {
    const text = `const { startLocalPlatform } = require("fermion/local");
      startLocalPlatform({ dataDir: "commonjs-data", port: 0 }).then(async (platform) => {
        console.log(platform.baseURL.startsWith("http://127.0.0.1:"));
        await platform.close();
      });`;
    expect(await runFile("local.cjs", text)).toBe("true");
  });

  test("its README is the repository's", async () => {
    const packed = await readFile(join(project, "node_modules/fermion/README.md"), "utf8");
    expect(packed).toBe(await readFile(join(root, "README.md"), "utf8"));
  });
});

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) done(text.slice(0, text.indexOf("\n")));
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once("exit", (code) => fail(new Error(`it ended with ${code}: ${text}`)));
  });
}
