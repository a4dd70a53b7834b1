import { type FineTuningJob, fineTuningJobSchema } from "../contract/fine-tuning.ts";
import { RETENTION_HEADER } from "../contract/idempotency.ts";
import { APIError } from "./api-errors.ts";
import type { WithResponse } from "./api-promise.ts";
import { FermionError } from "./errors.ts";
import { JOB_MARKER } from "./job-marker.ts";
import type { RequestOptions } from "./options.ts";
import { listPages, type Page } from "./pagination.ts";
import type { Requester } from "./requester.ts";

/** What a look at the platform's jobs has shown. */
export interface Sighting {
  /** The job that bears the marker, in the answer it came in. */
  readonly found: WithResponse<FineTuningJob> | undefined;
  /** For how many seconds the platform honours idempotency keys; `undefined` if it doesn't say that it does. */
  readonly retention: number | undefined;
  /** The platform's time, in Unix seconds: `created_at` is of the same clock. */
  readonly now: number;
  /** The ids of jobs that may be the one, though they bear no marker: the platform may have dropped it. */
  readonly candidates: readonly string[];
}

interface LookUp {
  /** What the marker says. `undefined` if the job bears none. */
  readonly key: string | undefined;
  readonly trainingFile: unknown;
  readonly options: RequestOptions;
}

const PAGE = 100;
/** So many pages are read at most: the newest 500 jobs. */
const MAX_PAGES = 5;
/** How far `created_at` may lie before the time at which the request went out, in seconds. */
const CLOCK_MARGIN = 60;

/**
 * Looks for a job by its marker: by a filter, and where that finds nothing among the newest jobs, because not every
 * server has the filter, and some answer it from an index that lags.
 *
 * @param age - for how many seconds the job may have been there; `undefined`: any time, and then the newest have to do
 * @throws FermionError if it can't be told: the list can't be had, or is too long to be read to where the job must be
 */
export async function lookForJob(
  requester: Requester,
  { key, trainingFile, options }: LookUp,
  age: number | undefined,
): Promise<Sighting> {
  const list = (query: object) =>
    listPages(
      requester,
      { method: "GET", path: "/fine_tuning/jobs", query },
      async () => fineTuningJobSchema,
      options,
    ).withResponse();

  /** Other servers refuse a filter that they don't know, or a page of that size. */
  async function firstPage(queries: readonly object[]): Promise<WithResponse<Page<FineTuningJob>>> {
    const [query = {}, ...others] = queries;
    try {
      return await list(query);
    } catch (error) {
      if (others.length > 0 && error instanceof APIError && [400, 422].includes(error.status)) {
        return await firstPage(others);
      }
      throw error;
    }
  }

  const plain = [{ limit: PAGE }, {}];
  const filtered = key === undefined ? [] : [{ limit: PAGE, metadata: { [JOB_MARKER]: key } }];
  const first = await firstPage([...filtered, ...plain]);
  const { headers } = first.response;
  const now = (Date.parse(headers.get("date") ?? "") || Date.now()) / 1_000;
  const retention = Number.parseInt(headers.get(RETENTION_HEADER) ?? "", 10) || undefined;

  const bears = (job: FineTuningJob) => key !== undefined && job.metadata?.[JOB_MARKER] === key;
  const sighting = (jobs: readonly FineTuningJob[], candidates: readonly string[] = []): Sighting => {
    // The first that was made: someone may have copied its metadata, with the marker, to another.
    const job = jobs
      .filter(bears)
      .reduce<FineTuningJob | undefined>(
        (oldest, candidate) => (oldest && oldest.created_at <= candidate.created_at ? oldest : candidate),
        undefined,
      );
    return { found: job && { ...first, data: job }, retention, now, candidates };
  };

  const isFiltered = first.data.data.every(bears);
  if (first.data.data.some(bears) || retention !== undefined || (isFiltered && age === undefined)) {
    return sighting(first.data.data);
  }

  const since = age === undefined ? Number.NEGATIVE_INFINITY : now - age - CLOCK_MARGIN;
  const start = isFiltered && key !== undefined ? await firstPage(plain) : first;
  const jobs: FineTuningJob[] = [];
  let pages = 0;
  for await (const page of start.data.iterPages()) {
    jobs.push(...page.data);
    if (jobs.some(bears) || !page.hasNextPage() || isBehind(page.data, since)) {
      break;
    }
    if (++pages === MAX_PAGES) {
      if (age === undefined) {
        break;
      }
      throw new FermionError(
        `There are more jobs as new as this one than the ${jobs.length} that were read.`,
      );
    }
  }
  const mayBe = (job: FineTuningJob) =>
    job.created_at >= since &&
    job.training_file === trainingFile &&
    (key === undefined || Object.keys(job.metadata ?? {}).length === 0);
  return sighting(jobs, age === undefined ? [] : jobs.filter(mayBe).map(({ id }) => id));
}

/** Whether what comes behind this page is older than that. A list that doesn't begin with the newest never says so. */
function isBehind(jobs: readonly FineTuningJob[], since: number): boolean {
  const last = jobs.at(-1)?.created_at ?? 0;
  return (
    last < since &&
    jobs.every(({ created_at }, index) => created_at <= (jobs[index - 1]?.created_at ?? created_at))
  );
}
