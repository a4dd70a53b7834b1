/** What reading refuses, so that no input can fill the memory or go on for ever. */
export interface ReadLimits {
  /**
   * The longest row, in bytes: a line of JSONL, an element of a JSON array, a record of a CSV.
   *
   * @default 8 MiB
   */
  readonly maxRowBytes?: number;
  /**
   * How many bytes one compressed byte may become. It counts once a file has given 64 MiB, because little things may
   * well be made of repetitions.
   *
   * @default 250
   */
  readonly maxExpansion?: number;
  /**
   * How many bytes of a file are read, after decompression.
   *
   * @default no limit
   */
  readonly maxBytes?: number;
  /**
   * The largest row group of a Parquet file, in bytes after decompression: a row group is in memory while it is read.
   *
   * @default 256 MiB
   */
  readonly maxRowGroupBytes?: number;
}

/** {@link ReadLimits}, with nothing left open. */
export type ResolvedLimits = Required<ReadLimits>;

const MIB = 1024 * 1024;

/** So much may come out of any compressed file before its expansion counts. */
export const UNCOUNTED_EXPANSION = 64 * MIB;

export function resolveLimits(limits: ReadLimits = {}): ResolvedLimits {
  return {
    maxRowBytes: limits.maxRowBytes ?? 8 * MIB,
    maxExpansion: limits.maxExpansion ?? 250,
    maxBytes: limits.maxBytes ?? Number.POSITIVE_INFINITY,
    maxRowGroupBytes: limits.maxRowGroupBytes ?? 256 * MIB,
  };
}

/** A number of bytes as people say it. */
export function inBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < MIB ? `${round(bytes / 1024)} KiB` : `${round(bytes / MIB)} MiB`;
}

const round = (value: number) => Math.round(value * 10) / 10;
