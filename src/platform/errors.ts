/**
 * What keeps a local platform from starting. These classes are an entrance's own exports, so this module must import
 * none of the packages that only a running platform needs.
 */

/** The options that have a flag on the command line too. */
const flags: { readonly [Option in LocalPlatformOptionError["option"]]: string } = {
  dataDir: " (--data-dir)",
  port: " (--port)",
  apiKey: "",
  threads: "",
  allowedOrigins: " (--allow-origin)",
  webhookHosts: " (--webhook-host)",
  // The command line has --faults, which takes no list.
  faults: "",
};

/** An option of `startLocalPlatform` can't be used as it is. */
export class LocalPlatformOptionError extends Error {
  override readonly name = "LocalPlatformOptionError";
  /** The option at fault. */
  readonly option: "dataDir" | "port" | "apiKey" | "threads" | "allowedOrigins" | "webhookHosts" | "faults";

  /** @param what - what to give instead, such as "must be a whole number"; never the value of a key */
  constructor(option: LocalPlatformOptionError["option"], what: string) {
    const flag = flags[option];
    super(`The option \`${option}\`${flag} ${what}`);
    this.option = option;
  }
}

/** Another platform works with the data directory. */
export class DataDirInUseError extends Error {
  override readonly name = "DataDirInUseError";
  readonly dataDir: string;

  constructor(dataDir: string, holder: string) {
    super(
      `Another local platform${holder} uses ${dataDir}. ` +
        "End it first, or choose another directory with the option `dataDir` (--data-dir).",
    );
    this.dataDir = dataDir;
  }
}

/** The port that a platform was to listen on is taken. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  readonly port: number;

  constructor(port: number) {
    super(
      `Port ${port} on 127.0.0.1 is in use, perhaps by another local platform. ` +
        "Choose another with the option `port` (--port), or 0 for any that is free.",
    );
    this.port = port;
  }
}

/** A base model that the platform was started with isn't there, or can't be read. */
export class BaseModelError extends Error {
  override readonly name = "BaseModelError";
  readonly model: string;
  readonly directory: string;

  constructor(model: string, directory: string, reason: string) {
    super(`The base model "${model}" can't be loaded from ${directory}: ${reason}`);
    this.model = model;
    this.directory = directory;
  }
}
