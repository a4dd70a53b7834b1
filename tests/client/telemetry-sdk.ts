import { AsyncLocalStorage } from "node:async_hooks";
import * as api from "@opentelemetry/api";
import {
  AggregationTemporality,
  type HistogramMetricData,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** An SDK of OpenTelemetry that an application has registered, and what it was told. */
export interface TelemetrySDK {
  spans(): ReadableSpan[];
  /** The histograms by name. */
  metrics(): Promise<Map<string, HistogramMetricData>>;
  /** Forgets what it was told until now. */
  reset(): Promise<void>;
  shutdown(): Promise<void>;
}

const active = new AsyncLocalStorage<api.Context>();

const contextManager: api.ContextManager = {
  active: () => active.getStore() ?? api.ROOT_CONTEXT,
  with: (context, run, thisArg, ...args) => active.run(context, () => run.apply(thisArg, args)),
  bind: (_, target) => target,
  enable: () => contextManager,
  disable: () => contextManager,
};

/** W3C Trace Context, as far as a client needs it. */
const propagator: api.TextMapPropagator = {
  inject(context, carrier, setter) {
    const span = api.trace.getSpanContext(context);
    if (span) setter.set(carrier, "traceparent", `00-${span.traceId}-${span.spanId}-01`);
  },
  extract: (context) => context,
  fields: () => ["traceparent"],
};

/** Registers an SDK as an application does at its start. */
export function registerTelemetrySDK(): TelemetrySDK {
  const spans = new InMemorySpanExporter();
  const metrics = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  api.context.setGlobalContextManager(contextManager);
  api.propagation.setGlobalPropagator(propagator);
  api.trace.setGlobalTracerProvider(tracers);
  api.metrics.setGlobalMeterProvider(meters);
  return {
    spans: () => spans.getFinishedSpans(),
    async metrics() {
      await meters.forceFlush();
      const found = metrics
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap((scope) => scope.metrics)
        .filter(
          (metric): metric is HistogramMetricData =>
            metric.dataPoints.length > 0 && "advice" in metric.descriptor,
        );
      return new Map(found.map((metric) => [metric.descriptor.name, metric]));
    },
    async reset() {
      await meters.forceFlush();
      spans.reset();
      metrics.reset();
    },
    async shutdown() {
      await meters.shutdown();
      await tracers.shutdown();
      for (const part of [api.trace, api.metrics, api.context, api.propagation]) part.disable();
    },
  };
}
