import { DEFAULT_LORA, LORA_MODULES, type LoraConfig, loraParameterCount } from "./lora.ts";
import { type ModelConfig, parameterCount } from "./parameters.ts";

/** What a run learns: all weights of the model (`full`), or adapters beside frozen ones (`lora`). */
export type TrainingMethod =
  | { readonly type: "full" }
  /** What is left out is as in `DEFAULT_LORA`. */
  | ({ readonly type: "lora" } & Partial<LoraConfig>);

/** The adapters that a method learns; undefined when it learns the model itself. */
export function loraOf(method: TrainingMethod): LoraConfig | undefined {
  if (method.type === "full") return undefined;
  const { rank, alpha, targetModules } = { ...DEFAULT_LORA, ...method };
  return { rank, alpha, targetModules };
}

/** How many numbers a method learns. */
export function learnedCount(config: ModelConfig, method: TrainingMethod): number {
  const lora = loraOf(method);
  return lora ? loraParameterCount(config, lora) : parameterCount(config);
}

/** A method in words, the same for methods that learn the same. */
export function describeMethod(method: TrainingMethod): string {
  const lora = loraOf(method);
  if (!lora) return "full";
  const modules = LORA_MODULES.filter((name) => lora.targetModules.includes(name));
  return `lora of rank ${lora.rank} and alpha ${lora.alpha} on ${modules.join(", ")}`;
}
