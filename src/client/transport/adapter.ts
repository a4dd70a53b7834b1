/** What an adapter of axios takes: a request in the words of axios. */
export interface AdapterRequest {
  readonly method: string;
  readonly url: string;
  /** `false` keeps a header out that axios would add by itself. */
  readonly headers: Readonly<Record<string, string | false>>;
  readonly data?: unknown;
  readonly signal: AbortSignal;
}

/** Sends a request by one of axios' adapters. The body of the answer is a stream of the runtime that it runs on. */
export type Adapter = (
  request: AdapterRequest,
) => Promise<{ readonly status: number; readonly headers: object; readonly data: unknown }>;

/**
 * What every request has in common:
 *
 * - `maxRedirects: 0`: with its redirect support, axios keeps uploads in memory whole, and turns a POST into a GET.
 * - `timeout: 0`: axios' own is an idle timer in one adapter and a deadline in the other. The caller has its own.
 */
export const COMMON = {
  responseType: "stream",
  maxRedirects: 0,
  timeout: 0,
  maxContentLength: -1,
  maxBodyLength: -1,
} as const;
