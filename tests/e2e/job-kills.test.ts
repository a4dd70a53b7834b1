import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { createRandom } from "../../src/engine/random.ts";
import { Fermion } from "../../src/index.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile, writeTinyBase } from "../platform/tiny-base.ts";
import { platformAtFixedAddress } from "./fixed-address.ts";
import { trainersOf } from "./trainers.ts";

/** One job whose trainer or platform is killed again and again, and a client that follows it through all of that. */
const KILLS = Number(process.env.JOB_KILLS ?? "100");
const ROWS = 400;
/** It has to last until all kills are done, and trains on while a client finds its way back. A batch is a row. */
const EPOCHS = Math.min(50, 8 + Math.ceil(KILLS / 2));
const STEPS = ROWS * EPOCHS;
const MOST_STEPS_BETWEEN = 50;

const random = createRandom(5);
const directory = temporaryDirectory();
const base = join(directory.path, "base");
beforeAll(() => writeTinyBase(base));
afterAll(directory.remove);

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function startJob(client: Fermion): Promise<string> {
  const [training_file, validation_file] = await Promise.all(
    [ROWS, 12].map(async (rows) => {
      const file = new File([trainingFile(rows)], "rows.jsonl");
      return (await client.files.create({ file, purpose: "fine-tune" })).id;
    }),
  );
  const { id } = await client.fineTuning.jobs.create({
    model: "photon-nano",
    training_file: training_file ?? "",
    validation_file,
    seed: 3,
    hyperparameters: { n_epochs: EPOCHS, batch_size: 1, learning_rate_multiplier: 2 },
  });
  return id;
}

/** The hash of the weights that a job came to, and the ids of all its events, the oldest first. */
async function outcome(client: Fermion, id: string) {
  const job = await client.fineTuning.jobs.wait(id);
  expect(job).toMatchObject({ status: "succeeded", error: null });
  const files = z
    .array(z.object({ name: z.string(), sha256: z.string() }))
    .parse(Object(await client.models.retrieve(job.fine_tuned_model ?? "")).files);
  const events: string[] = [];
  for await (const event of client.fineTuning.jobs.listEvents(id, null)) events.unshift(event.id);
  return { weights: files.find(({ name }) => name === "model.safetensors")?.sha256, events };
}

test.skipIf(process.platform !== "linux")(
  `a job whose trainer or platform is killed ${KILLS} times ends with the same weights, and each event is seen once`,
  { timeout: 120_000 + KILLS * 15_000 },
  async () => {
    const platform = await platformAtFixedAddress(join(directory.path, "data"), base);
    const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey, maxRetries: 8 });
    try {
      const undisturbed = await outcome(client, await startJob(client));
      expect(undisturbed.weights).toMatch(/^[0-9a-f]{64}$/);

      const id = await startJob(client);
      const steps: number[] = [];
      const events: string[] = [];
      const kills = { trainer: 0, platform: 0 };
      const killed = () => kills.trainer + kills.platform;
      let ended = false;

      /** After some steps, or some time, which may be in the middle of a start. */
      const moment = async () => {
        const [most, milliseconds] =
          random.below(2) === 0
            ? [1 + random.below(MOST_STEPS_BETWEEN), 600]
            : [MOST_STEPS_BETWEEN, random.below(900)];
        const [goal, time] = [steps.length + most, performance.now() + milliseconds];
        while (!ended && steps.length < goal && performance.now() < time) await pause(2);
      };
      const kill = async () => {
        let [atStep, inARow] = [-1, 0];
        while (killed() < KILLS && !ended) {
          await moment();
          const trainers = trainersOf(platform.pid);
          if (steps.length !== atStep) [atStep, inARow] = [steps.length, 0];
          // One that crashes four times without a step between lets its job fail, as it should.
          if (killed() === 0 || (killed() > 1 && random.below(2) === 0 && inARow < 2)) {
            if (trainers.length === 0) continue;
            for (const trainer of trainers) process.kill(trainer, "SIGKILL");
            inARow++;
            kills.trainer++;
          } else {
            await platform.restart();
            kills.platform++;
          }
        }
      };
      const follow = async () => {
        for await (const update of client.fineTuning.jobs.follow(id)) {
          if (update.type === "status") continue;
          events.push(update.event.id);
          if (update.type === "metrics") steps.push(update.metrics.step);
        }
      };
      await Promise.all([
        kill(),
        follow().finally(() => {
          ended = true;
        }),
      ]);

      expect(killed(), JSON.stringify(kills)).toBe(KILLS);
      expect(Math.min(kills.trainer, kills.platform)).toBeGreaterThan(0);
      expect(steps).toEqual(Array.from({ length: STEPS }, (_, index) => index + 1));
      const disturbed = await outcome(client, id);
      expect(disturbed.weights).toBe(undisturbed.weights);
      expect(events).toEqual(disturbed.events);
      expect(new Set(events).size).toBe(events.length);
    } finally {
      await platform.close();
    }
  },
);
