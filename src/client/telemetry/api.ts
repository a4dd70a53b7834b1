/** A value that a span or a measurement is described with. */
export type TelemetryValue = string | number | boolean | string[];

/** What a span or a measurement is described with. */
export type TelemetryAttributes = Record<string, TelemetryValue>;

/** A span, as far as the client uses one. */
export interface TelemetrySpan {
  setAttributes(attributes: TelemetryAttributes): unknown;
  addEvent(name: string, attributes: TelemetryAttributes): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** What distributions are recorded with. */
export interface TelemetryHistogram {
  record(value: number, attributes: TelemetryAttributes, context: unknown): void;
}

/** What histograms are made by. */
export interface TelemetryMeter {
  createHistogram(
    name: string,
    options: { description: string; unit: string; advice: { explicitBucketBoundaries: number[] } },
  ): TelemetryHistogram;
}

/**
 * The package `@opentelemetry/api`, as far as the client uses it. It is described by its shape, so that the types of
 * this client can be read where that package isn't installed.
 */
export interface OpenTelemetryAPI {
  readonly context: {
    active(): unknown;
    with<Result>(context: unknown, run: () => Result): Result;
  };
  readonly trace: {
    getTracer(name: string): {
      startSpan(
        name: string,
        options: { kind: number; attributes: TelemetryAttributes },
        context: unknown,
      ): TelemetrySpan;
    };
    setSpan(context: unknown, span: TelemetrySpan): unknown;
  };
  readonly propagation: {
    inject(context: unknown, carrier: Record<string, string>): void;
  };
  readonly metrics: {
    getMeter(name: string): TelemetryMeter;
  };
}

/** Whether it is that package, whatever its version. */
export function isOpenTelemetryAPI(value: unknown): value is OpenTelemetryAPI {
  return (
    typeof value === "object" &&
    value !== null &&
    ["context", "trace", "propagation", "metrics"].every((name) => name in value)
  );
}
