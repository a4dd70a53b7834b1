import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Fermion } from "../../src/index.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile, writeTinyBase } from "../platform/tiny-base.ts";
import { platformAtFixedAddress } from "./fixed-address.ts";

/** A client that holds on to a platform that is killed, and comes back behind the same address. */
vi.setConfig({ testTimeout: 180_000 });

const directory = temporaryDirectory();
const base = join(directory.path, "base");
beforeAll(() => writeTinyBase(base));
afterAll(directory.remove);

test("a job is created once and followed to its end through kill -9 of its platform", async () => {
  const platform = await platformAtFixedAddress(join(directory.path, "data"), base);
  try {
    const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey, maxRetries: 8 });
    const { id: training_file } = await client.files.create({
      file: new File([trainingFile(40)], "train.jsonl"),
      purpose: "fine-tune",
    });
    const hyperparameters = { n_epochs: 10, batch_size: 2 };
    const params = { model: "photon-nano", training_file, seed: 3, hyperparameters };
    // Killed while the request is on its way; nobody knows how far it got.
    const creating = client.fineTuning.jobs.create(params);
    await new Promise((resolve) => setTimeout(resolve, 3));
    await platform.restart();
    const job = await creating;

    const events: string[] = [];
    const steps: number[] = [];
    let kills = 0;
    for await (const update of client.fineTuning.jobs.follow(job.id)) {
      if (update.type === "status") continue;
      events.push(update.event.id);
      if (update.type !== "metrics") continue;
      steps.push(update.metrics.step);
      if (update.metrics.step >= 40 + 60 * kills && kills < 2) {
        kills++;
        await platform.restart();
      }
    }
    expect(kills).toBe(2);
    expect(steps).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    const recorded: string[] = [];
    for await (const { id } of client.fineTuning.jobs.listEvents(job.id, null)) recorded.unshift(id);
    expect(events).toEqual(recorded);
    expect((await client.fineTuning.jobs.wait(job.id)).fine_tuned_model).toContain("photon-nano");

    const jobs: string[] = [];
    for await (const { id } of client.fineTuning.jobs.list()) jobs.push(id);
    expect(jobs).toEqual([job.id]);
  } finally {
    await platform.close();
  }
});
