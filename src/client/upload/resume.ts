import { type FileObject, fileObjectSchema } from "../../contract/files.ts";
import { APIError } from "../api-errors.ts";
import { FileSourceError } from "../errors.ts";
import { nodeModules } from "../node-modules.ts";
import { listPages } from "../pagination.ts";
import { randomId } from "../random-id.ts";
import type { UploadStateStore } from "./options.ts";
import {
  beginUpload,
  cancelUpload,
  completeUpload,
  explained,
  hashedParts,
  type Part,
  sendParts,
} from "./parts.ts";
import { createStateKeeper, type StateKeeper, type UploadState } from "./state.ts";
import { lockState, stateFile } from "./state-file.ts";
import type { Job } from "./upload-file.ts";

/** What a platform that doesn't say it gives an upload, in seconds. */
const LIFETIME = 3_600;

/** Sends a file in parts, and goes on where an earlier call was cut off. */
export async function uploadResumably(job: Job, resume: true | UploadStateStore): Promise<FileObject> {
  const { keeper, place, release } = await openState(job, resume);
  try {
    const known = await current(keeper);
    if (known && known.bytes !== job.content.size) {
      throw changed(job, place, `it had ${known.bytes} bytes and has ${job.content.size}`);
    }
    const partSize = known?.partSize ?? job.plan.partSize;
    const md5 = job.hashes.md5();
    const parts: Part[] = [];
    const reading = { hashes: job.hashes, md5, signal: job.options.signal };
    for await (const part of hashedParts(job.content, partSize, reading)) {
      parts.push(part);
    }
    await job.content.unchanged();
    const whole = md5.digest();
    const fingerprint = await job.hashes.text([whole, ...parts.map(({ sha256 }) => sha256)].join());
    if (known && known.fingerprint !== fingerprint) {
      throw changed(job, place, "it has the same size and other bytes");
    }
    const fresh = (key = `fermion-${randomId()}`): UploadState => ({
      version: 1,
      key,
      begun: Date.now(),
      bytes: job.content.size,
      partSize,
      fingerprint,
      parts: {},
      completing: false,
    });

    const state = known ?? fresh(job.params.idempotencyKey);
    try {
      return await goOn(job, keeper, state, parts, whole);
    } catch (error) {
      if (!known?.upload || !isGone(error)) {
        throw await kept(error, job, keeper, state);
      }
      // What had been begun isn't there any more. Unless it was completed just before the earlier call ended:
      const made = known.completing ? await madeBefore(job, known) : undefined;
      if (made) {
        await keeper.remove();
        return made;
      }
    }
    const again = fresh();
    try {
      return await goOn(job, keeper, again, parts, whole);
    } catch (error) {
      throw await kept(error, job, keeper, again);
    }
  } finally {
    await release();
  }
}

/** Does what is left to do. The state is saved before each step that must not be done twice, and after each part. */
async function goOn(
  job: Job,
  keeper: StateKeeper,
  state: UploadState,
  parts: readonly Part[],
  md5: string,
): Promise<FileObject> {
  const isMissing = ({ index }: Part) => state.parts[index] === undefined;
  const there = parts.filter((part) => !isMissing(part));
  const meter = job.meter({
    parts: parts.length,
    before: {
      parts: there.length,
      bytes: there.reduce((sum, { start, end }) => sum + end - start, 0),
    },
  });
  if (!state.upload) {
    await keeper.save(state);
    const { id, created_at, expires_at } = await beginUpload(job, state.key, job.params.extraBody);
    const lifetime = Number(expires_at) - created_at;
    // A platform may leave out either, whatever the contract says.
    state.upload = {
      id,
      created_at: Number.isFinite(created_at) ? created_at : 0,
      lifetime: lifetime > 0 ? lifetime : LIFETIME,
    };
    await keeper.save(state);
  }
  const { id } = state.upload;
  const missing = (async function* () {
    yield* parts.filter(isMissing);
  })();
  await sendParts(job, id, missing, meter, async ({ index }, partId) => {
    state.parts[index] = partId;
    await keeper.save(state);
  });
  await job.content.unchanged();
  state.completing = true;
  await keeper.save(state);
  const ids = parts.flatMap(({ index }) => state.parts[index] ?? []);
  const file = await completeUpload(job, id, ids, md5);
  await keeper.remove();
  meter.finished();
  return file;
}

async function openState(job: Job, resume: true | UploadStateStore) {
  const { requester, source, plan, hashes } = job;
  const destination = [requester.config.baseURL, plan.purpose, plan.filename];
  if (resume !== true || source.path === undefined) {
    const key = `fermion-upload-${await hashes.text(JSON.stringify([...destination, source.path ?? ""]))}`;
    const store = resume === true ? undefined : resume;
    if (!store) {
      throw new TypeError("a source without a path was let through without a store");
    }
    const place = `the given store under ${key}`;
    return { keeper: createStateKeeper(store, key, place), place, release: async () => undefined };
  }
  const { path } = await nodeModules();
  const name = path.basename(source.path);
  const mark = (await hashes.text(JSON.stringify([...destination, name]))).slice(0, 12);
  // The name is cut, because a file's may be as long as any may be.
  const place = path.join(
    path.dirname(source.path),
    `.${[...name].slice(0, 40).join("")}.${mark}.fermion-upload.json`,
  );
  const release = await lockState(`${place}.lock`);
  return { keeper: createStateKeeper(await stateFile(place), "", place), place, release };
}

/** The state of an upload that the platform may still have, or may have completed. */
async function current(keeper: StateKeeper): Promise<UploadState | undefined> {
  const state = await keeper.load();
  const lifetime = (state?.upload?.lifetime ?? LIFETIME) * 1_000;
  // By this machine's clock alone, so that it doesn't matter if the platform's differs.
  return state && !state.completing && Date.now() - state.begun > lifetime ? undefined : state;
}

/** Whether the platform has no such upload any more. Hosts differ in how they say so. */
function isGone(error: unknown): boolean {
  return error instanceof APIError && !error.isRetryable && [400, 404, 409, 410].includes(error.status);
}

/** Whether a later call may succeed with what has been sent. If it may not, nothing of it is kept. */
async function kept(failure: unknown, job: Job, keeper: StateKeeper, state: UploadState): Promise<unknown> {
  const error = await explained(failure, job.content);
  const isFinal =
    (error instanceof FileSourceError && error.code === "changed") ||
    (error instanceof APIError && !error.isRetryable && error.status !== 401 && error.status !== 403);
  if (isFinal) {
    if (state.upload) {
      await cancelUpload(job, state.upload.id);
    }
    await keeper.remove();
  }
  return error;
}

/** The file of an upload that was completed, from a platform that doesn't answer the same request again. */
async function madeBefore({ requester, plan, options }: Job, state: UploadState) {
  const since = state.upload?.created_at ?? 0;
  const query = { purpose: plan.purpose, order: "desc", limit: 100 };
  const { data } = await listPages(
    requester,
    { method: "GET", path: "/files", query },
    async () => fileObjectSchema,
    options,
  );
  return data.find(
    ({ filename, bytes, created_at }) =>
      filename === plan.filename && bytes === state.bytes && created_at >= since,
  );
}

function changed(job: Job, place: string, how: string): FileSourceError {
  return new FileSourceError(
    `${job.source.path ?? job.source.name} has changed since its upload was begun: ${how}. ` +
      `Restore it to go on. To start over, delete what is kept in ${place}, or upload it without resume.`,
    { code: "changed" },
  );
}
