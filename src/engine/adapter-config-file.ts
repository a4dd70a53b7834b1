import { checkLoraConfig, LORA_MODULES, type LoraConfig, type LoraModule } from "./lora.ts";
import { ModelFilesError } from "./model-config-file.ts";

/** Adapters' description, as PEFT names it. */
export const ADAPTER_CONFIG = "adapter_config.json";

/** What `adapter_config.json` says. */
export interface AdapterConfig {
  readonly lora: LoraConfig;
  /** The base's name or path; undefined when the file names none. */
  readonly baseModel: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const PLAIN = "Use plain LoRA adapters of linear layers, all of one rank.";

/** What would make adapters something else than W + alpha / rank · B · A; `undefined` is a field that may be absent. */
const REQUIRED: readonly (readonly [field: string, allowed: readonly unknown[]])[] = [
  ["peft_type", ["LORA"]],
  ["task_type", ["CAUSAL_LM", null, undefined]],
  ["bias", ["none", undefined]],
  ["fan_in_fan_out", [false, undefined]],
  ["use_dora", [false, undefined]],
  ["use_rslora", [false, undefined]],
  ["lora_bias", [false, undefined]],
  ["use_qalora", [false, undefined]],
  ["use_bdlora", [false, null, undefined]],
  // Other beginnings (pissa, olora, …) take a part out of the base's own weights.
  ["init_lora_weights", [true, false, "gaussian", null, undefined]],
  ["layers_to_transform", [null, undefined]],
  ["layer_replication", [null, undefined]],
];

/** Fields that must be absent or hold nothing. */
const EMPTY = [
  "alora_invocation_tokens",
  "alpha_pattern",
  "arrow_config",
  "kasa_config",
  "megatron_config",
  "modules_to_save",
  "monteclora_config",
  "rank_pattern",
  "velora_config",
  "exclude_modules",
  "target_parameters",
  "trainable_token_indices",
] as const;

/** The content of `adapter_config.json`, complete enough for PEFT and vLLM. */
export function adapterConfigJson({ lora, baseModel }: AdapterConfig): Fields {
  const { rank, alpha, targetModules } = lora;
  return {
    alpha_pattern: {},
    base_model_name_or_path: baseModel ?? null,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_to_transform: null,
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: "LORA",
    r: rank,
    rank_pattern: {},
    target_modules: LORA_MODULES.filter((name) => targetModules.includes(name)),
    task_type: "CAUSAL_LM",
    use_dora: false,
    use_rslora: false,
  };
}

/**
 * Reads a parsed `adapter_config.json`.
 *
 * @throws ModelFilesError when the adapters are none that this engine computes exactly
 */
export function readAdapterConfig(json: unknown): AdapterConfig {
  if (!isFields(json)) throw new ModelFilesError(ADAPTER_CONFIG, undefined, "must hold an object", PLAIN);
  for (const [field, allowed] of REQUIRED) {
    if (allowed.includes(json[field])) continue;
    throw problem(field, `must be ${show(allowed[0])}, got ${show(json[field])}`);
  }
  for (const field of EMPTY) {
    if (!isEmpty(json[field])) throw problem(field, `must be empty, got ${show(json[field])}`);
  }
  const { r: rank, lora_alpha: alpha, target_modules: modules, base_model_name_or_path: base } = json;
  if (typeof rank !== "number") throw problem("r", `must be a number, got ${show(rank)}`);
  if (typeof alpha !== "number") throw problem("lora_alpha", `must be a number, got ${show(alpha)}`);
  const lora = { rank, alpha, targetModules: readModules(modules) };
  try {
    checkLoraConfig(lora);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ModelFilesError(ADAPTER_CONFIG, undefined, `cannot be computed: ${cause.message}`, PLAIN, {
      cause,
    });
  }
  return { lora, baseModel: typeof base === "string" && base !== "" ? base : undefined };
}

function problem(field: string, what: string): ModelFilesError {
  return new ModelFilesError(ADAPTER_CONFIG, field, what, PLAIN);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0)
  );
}

function readModules(names: unknown): readonly LoraModule[] {
  const known = `some of ${LORA_MODULES.join(", ")}`;
  if (!Array.isArray(names))
    throw problem("target_modules", `must be a list of ${known}, got ${show(names)}`);
  return names.map((name: unknown) => {
    const module = LORA_MODULES.find((candidate) => candidate === name);
    if (module === undefined) throw problem("target_modules", `must name ${known}, got ${show(name)}`);
    return module;
  });
}

/** A value for a message; a list or an object may be of any size and depth. */
function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
