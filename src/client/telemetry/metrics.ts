import type { OpenTelemetryAPI, TelemetryHistogram, TelemetryMeter } from "./api.ts";

/** The metrics of a client by the GenAI conventions. */
export interface ChatMetrics {
  readonly duration: TelemetryHistogram;
  readonly tokens: TelemetryHistogram;
  readonly timeToFirstChunk: TelemetryHistogram;
  readonly timePerOutputChunk: TelemetryHistogram;
}

// The conventions give these limits: those that an SDK has by itself are meant for milliseconds.
const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokens = Array.from({ length: 14 }, (_, power) => 4 ** power);

const made = new WeakMap<TelemetryMeter, ChatMetrics>();

/** The metrics that are registered now. An application may register them after it has made its client. */
export function chatMetrics({ metrics }: OpenTelemetryAPI): ChatMetrics {
  const meter = metrics.getMeter("fermion");
  let instruments = made.get(meter);
  if (!instruments) {
    const histogram = (name: string, unit: string, limits: number[], description: string) =>
      meter.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries: limits } });
    instruments = {
      duration: histogram("gen_ai.client.operation.duration", "s", seconds, "How long a call took."),
      tokens: histogram(
        "gen_ai.client.token.usage",
        "{token}",
        tokens,
        "How many tokens went in or came out.",
      ),
      timeToFirstChunk: histogram(
        "gen_ai.client.operation.time_to_first_chunk",
        "s",
        seconds,
        "How long a stream took until its first chunk.",
      ),
      timePerOutputChunk: histogram(
        "gen_ai.client.operation.time_per_output_chunk",
        "s",
        seconds,
        "How long each further chunk of a stream took.",
      ),
    };
    made.set(meter, instruments);
  }
  return instruments;
}
