/** Where the client logs to: `console` is one, and so are the loggers of pino, winston and the like. */
export interface Logger {
  error(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  info(message: string, details?: object): void;
  debug(message: string, details?: object): void;
}

/**
 * What is logged: `warn` tells of answers that differ from the contract, `info` also of repetitions, `debug` also of
 * every request and answer, with headers and the beginning of JSON bodies. No level ever shows a key.
 */
export type LogLevel = "off" | "error" | "warn" | "info" | "debug";

export const LOG_LEVELS = ["off", "error", "warn", "info", "debug"] as const satisfies readonly LogLevel[];

/** What the client logs by. What `debug` tells is made only where the level lets it through: it is told for every try. */
export interface LeveledLogger {
  warn(message: string): void;
  info(message: string): void;
  debug(message: () => string, details: () => object): void;
}

/** Passes on what the level lets through. */
export function leveled(logger: Logger, level: LogLevel): LeveledLogger {
  const isOn = (name: LogLevel) => LOG_LEVELS.indexOf(name) <= LOG_LEVELS.indexOf(level);
  const nothing = () => undefined;
  return {
    warn: isOn("warn") ? (message) => logger.warn(message) : nothing,
    info: isOn("info") ? (message) => logger.info(message) : nothing,
    debug: isOn("debug") ? (message, details) => logger.debug(message(), details()) : nothing,
  };
}
