import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Libsql from "libsql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Fermion, toFile } from "../../src/index.ts";
import {
  BaseModelError,
  DataDirInUseError,
  LocalPlatformOptionError,
  PortInUseError,
  startLocalPlatform,
} from "../../src/local.ts";
import { temporaryDirectory } from "./test-platform.ts";
import { trainingFile, writeTinyBase } from "./tiny-base.ts";

const directory = temporaryDirectory();
const base = join(directory.path, "base");
beforeAll(() => writeTinyBase(base));
afterAll(directory.remove);

test("a platform starts beside files that a file manager left, and tidies up folders that jobs left", async () => {
  const dataDir = join(directory.path, "untidy");
  const models = join(dataDir, "models");
  mkdirSync(join(models, "ftjob-killed", "step-50"), { recursive: true });
  mkdirSync(join(models, "ftjob-deleted"));
  writeFileSync(join(models, ".DS_Store"), "");
  const platform = await startLocalPlatform({ dataDir, port: 0, bases: { "photon-nano": base } });
  await platform.close();
  expect(readdirSync(models)).toEqual([".DS_Store"]);
});

test("a platform survives that what has expired can't be taken away", async () => {
  const dataDir = join(directory.path, "expiring");
  const logged: string[] = [];
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const platform = await startLocalPlatform({
      dataDir,
      port: 0,
      bases: { "photon-nano": base },
      log: (message) => logged.push(message),
    });
    const database = new Libsql(join(dataDir, "platform.db"));
    database.exec("DROP TABLE idempotency_keys");
    database.close();
    vi.advanceTimersByTime(10 * 60_000);
    vi.useRealTimers();
    expect(logged).toEqual([expect.stringContaining("idempotency_keys")]);
    await platform.close();
  } finally {
    vi.useRealTimers();
  }
});

test("many may follow jobs at once, and nobody is told of a leak", async () => {
  const dataDir = join(directory.path, "followed");
  const platform = await startLocalPlatform({ dataDir, port: 0, bases: { "photon-nano": base } });
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  try {
    const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
    const file = toFile(trainingFile(10), "f.jsonl");
    const { id: training_file } = await client.files.create({ file, purpose: "fine-tune" });
    const { id } = await client.fineTuning.jobs.create({ model: "photon-nano", training_file });
    // At rest, its streams stay open.
    await client.fineTuning.jobs.pause(id);
    const url = `${platform.baseURL}/fine_tuning/jobs/${id}/events?stream=true`;
    const headers = { authorization: `Bearer ${platform.apiKey}` };
    const streams = await Promise.all(Array.from({ length: 12 }, () => fetch(url, { headers })));
    await Promise.all(streams.map(({ body }) => body?.cancel()));
    expect(warnings).toEqual([]);
  } finally {
    process.off("warning", onWarning);
    await platform.close();
  }
});

describe("an option that can't be used is named, with what to give", () => {
  const dataDir = join(directory.path, "options");
  test.each<[string, object]>([
    ["dataDir", { dataDir: "" }],
    ["dataDir", { dataDir: " " }],
    ["dataDir", { dataDir: undefined }],
    ["threads", { threads: 0 }],
    ["threads", { threads: 1.5 }],
    ["threads", { threads: Number.NaN }],
    ["apiKey", { apiKey: "" }],
    ["apiKey", { apiKey: "s3cret k3y" }],
    ["port", { port: -1 }],
    ["port", { port: 65_536 }],
    ["port", { port: 1.5 }],
    ["allowedOrigins", { allowedOrigins: "http://localhost:5173" }],
    ["allowedOrigins", { allowedOrigins: null }],
    ["allowedOrigins", { allowedOrigins: ["*"] }],
    ["allowedOrigins", { allowedOrigins: ["localhost:5173"] }],
    ["allowedOrigins", { allowedOrigins: ["http://localhost:5173/"] }],
    ["allowedOrigins", { allowedOrigins: ["http://localhost:5173", "http://a.example:80"] }],
    ["webhookHosts", { webhookHosts: "hooks.example.com" }],
    ["webhookHosts", { webhookHosts: ["https://hooks.example.com"] }],
    ["webhookHosts", { webhookHosts: ["hooks.example.com:443"] }],
    ["webhookHosts", { webhookHosts: ["*.example.com"] }],
    ["webhookHosts", { webhookHosts: ["10.0.0.5", "Hooks.example.com"] }],
  ])("%s in %j", async (option, wrong) => {
    // As JavaScript can call it: the types would refuse some of these.
    const options = Object.assign({ dataDir, port: 0 }, wrong);
    const error = await startLocalPlatform(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LocalPlatformOptionError);
    expect(error).toMatchObject({ option, message: expect.stringContaining(`\`${option}\``) });
    expect(String(error)).not.toContain("s3cret");
  });

  test("no options at all", async () => {
    const error: unknown = await Reflect.apply(startLocalPlatform, undefined, []).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ option: "dataDir" });
  });

  test("a data directory that is a file, or lies in one", async () => {
    const file = join(directory.path, "file");
    writeFileSync(file, "");
    for (const path of [file, join(file, "inside")]) {
      await expect(startLocalPlatform({ dataDir: path, port: 0 })).rejects.toMatchObject({
        name: "LocalPlatformOptionError",
        option: "dataDir",
        message: expect.stringContaining(path),
      });
    }
    await expect(startLocalPlatform({ dataDir: file })).rejects.toThrow("is a file");
  });
});

test("what keeps a platform from starting is an error that the entrance exports", async () => {
  const options = { dataDir: join(directory.path, "used"), port: 0, bases: { "photon-nano": base } };
  const platform = await startLocalPlatform(options);
  try {
    const inUse = await startLocalPlatform(options).catch((thrown: unknown) => thrown);
    expect(inUse).toBeInstanceOf(DataDirInUseError);
    expect(String(inUse)).toContain("--data-dir");
    const other = { ...options, dataDir: join(directory.path, "other") };
    const port = Number(new URL(platform.baseURL).port);
    await expect(startLocalPlatform({ ...other, port })).rejects.toBeInstanceOf(PortInUseError);
    await expect(
      startLocalPlatform({ ...other, bases: { x: join(directory.path, "nowhere") } }),
    ).rejects.toBeInstanceOf(BaseModelError);
  } finally {
    await platform.close();
  }
});
