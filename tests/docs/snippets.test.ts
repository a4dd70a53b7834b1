import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const pages = ["README.md", ...readdirSync(join(root, "docs/how-to")).map((name) => `docs/how-to/${name}`)];

/** What blocks take for given, because the text around them or an earlier block has it. */
const preamble = `
  import type { ChatCompletionMessageParam, ChatCompletionStream, FileObject, FineTuningJob } from "fermion";
  import type { WebhookEndpointWithSecret } from "fermion";
  import type { IncomingHttpHeaders } from "node:http";

  interface ExpressRequest { body: Buffer; headers: IncomingHttpHeaders }
  interface ExpressResponse { sendStatus(status: number): void }

  declare global {
    // The first block of each page imports it.
    const Fermion: typeof import("fermion").Fermion;
    const client: import("fermion").Fermion;
    const endpoint: WebhookEndpointWithSecret;
    const file: FileObject;
    const id: string;
    const job: FineTuningJob;
    const picked: File;
    const messages: ChatCompletionMessageParam[];
    const signal: AbortSignal;
    const stream: ChatCompletionStream;
    const app: { post(path: string, ...handlers: ((request: ExpressRequest, response: ExpressResponse) => unknown)[]): void };
    const express: { raw(options: { type: string }): () => void };
    function deploy(key: string, job: string): Promise<void>;
    function alarm(key: string, job: string): Promise<void>;
  }
`;
// It is no dependency of this package; only its constructor and start() are used.
const notInstalled = `declare module "@opentelemetry/sdk-node" { export class NodeSDK { start(): void } }`;

/** The `ts` blocks of the pages, each as a module of its own, moved down to the line at which it stands in its page. */
const blocks = new Map(
  pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return [...text.matchAll(/^( *)```ts\n(.*?)^ *```$/gms)].map((match) => {
      const line = text.slice(0, match.index).split("\n").length;
      return [join(root, `${page}.${line}.ts`), `${"\n".repeat(line)}${match[2]}\nexport {};\n`] as const;
    });
  }),
);
const given = join(root, "docs/given.ts");
const ambient = join(root, "docs/not-installed.d.ts");
const texts = new Map([...blocks, [given, preamble], [ambient, notInstalled]]);

function problems(files: ReadonlyMap<string, string>): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    {
      allowJs: false,
      // In place of the package that is built, so that the sources as they are now are what is checked.
      paths: {
        fermion: [join(root, "src/index.ts")],
        "fermion/data": [join(root, "src/data.ts")],
        "fermion/local": [join(root, "src/local.ts")],
        "fermion/evals": [join(root, "src/evals.ts")],
        "fermion/runs": [join(root, "src/runs.ts")],
        "fermion/verticals": [join(root, "src/verticals.ts")],
        "fermion/ai-sdk": [join(root, "src/ai-sdk.ts")],
      },
    },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => expect.fail(String(problem.messageText)) },
  );
  if (!config) throw new Error("tsconfig.json can't be read");
  const host = ts.createCompilerHost(config.options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, rest[0]);
  };
  const program = ts.createProgram([...files.keys()], config.options, host);
  return [...files.keys()].flatMap((name) => {
    const source = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start }) => {
        const line = source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line + 1 : 0;
        const page = relative(root, name).replace(/\.\d+\.ts$/, "");
        return `${page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
      },
    );
  });
}

// Some 4 seconds of one idle core, which may be busy.
test("the code in README and in the how-to guides compiles against the sources", { timeout: 180_000 }, () => {
  expect(blocks.size).toBeGreaterThan(20);
  // A block that can't compile, so that a check that sees nothing is noticed.
  const wrong = join(root, "wrong.md.1.ts");
  const found = problems(
    new Map([...texts, [wrong, "await client.fineTuning.jobs.begin(id);\nexport {};\n"]]),
  );
  expect(found.filter((problem) => problem.startsWith("wrong.md"))).toHaveLength(1);
  expect(found.filter((problem) => !problem.startsWith("wrong.md"))).toEqual([]);
});
