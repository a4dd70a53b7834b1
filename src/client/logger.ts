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

/** Passes on what the level lets through. */
export function leveled(logger: Logger, level: LogLevel): Logger {
  const nothing = () => undefined;
  const at = (name: Exclude<LogLevel, "off">): Logger["error"] =>
    LOG_LEVELS.indexOf(name) <= LOG_LEVELS.indexOf(level)
      ? (message, details) => (details ? logger[name](message, details) : logger[name](message))
      : nothing;
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}
