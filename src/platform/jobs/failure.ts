/** Why a job can't be done, where trying again would not help. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

const codes: Readonly<Record<string, string>> = {
  TrainingDivergedError: "training_diverged",
  EngineMemoryError: "out_of_memory",
  ModelConfigError: "model_unusable",
  SafetensorsError: "model_unusable",
  TokenizerFormatError: "model_unusable",
  MissingSpecialTokenError: "model_unusable",
  ModelFilesError: "model_unusable",
};

/** The failure that an error of the engine or the file system stands for; undefined for one that nobody foresaw. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && (error.code === "ENOSPC" || error.code === "SQLITE_FULL")) {
    return {
      code: "disk_full",
      message: "The disk of the platform is full: make room, then create the job again.",
      param: null,
    };
  }
  const code = codes[error.name];
  if (code === undefined) return undefined;
  const param = code === "training_diverged" ? "hyperparameters" : code === "model_unusable" ? "model" : null;
  return { code, message: error.message, param };
}
