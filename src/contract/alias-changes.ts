import type { AliasCanaryParams, AliasPromoteParams, AliasRollbackParams } from "./model-alias-params.ts";
import type { ModelAlias, ModelAliasChange } from "./model-aliases.ts";

/**
 * The rules by which aliases are moved, the same on a platform and in a file: each function takes what is there and gives
 * what should be there, and why not where it must not be.
 */

/** An alias with all that has happened to it, the oldest change first. */
export interface AliasHistory {
  readonly alias: ModelAlias;
  readonly changes: readonly ModelAliasChange[];
}

/** Why an alias can't be changed so. */
export class AliasRefusal extends Error {
  override readonly name = "AliasRefusal";
  /** For programs. */
  readonly code:
    | "alias_not_found"
    | "alias_version_conflict"
    | "evaluation_required"
    | "evaluation_not_passed"
    | "evaluation_of_other_model"
    | "invalid_alias_name"
    | "nothing_to_roll_back";
  /** The parameter at fault. */
  readonly param: string;

  constructor(code: AliasRefusal["code"], param: string, message: string) {
    super(message);
    this.code = code;
    this.param = param;
  }
}

/**
 * Whether applications may use a name: it must be none that models have, and fit into a path.
 *
 * @throws AliasRefusal
 */
export function checkAliasName(name: string): void {
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) {
    throw new AliasRefusal(
      "invalid_alias_name",
      "name",
      'An alias has 1 to 64 letters, digits, "_", "-" or "." and begins with a letter or digit, such as "claims".',
    );
  }
}

/** Moves an alias to a model, or makes it. A canary ends with it. The model that it has already changes nothing. */
export function promote(
  before: AliasHistory | undefined,
  name: string,
  params: AliasPromoteParams,
  now: number,
): AliasHistory {
  checkAliasName(name);
  checkVersion(before, params.expected_version);
  if (before && before.alias.model === params.model && !before.alias.canary) {
    return before;
  }
  return changed(before, name, now, {
    type: "promoted",
    model: params.model,
    canary: null,
    ...groundsOf(params),
    reason: params.reason ?? null,
  });
}

/** Moves an alias back to a model that it had. A canary ends with it. */
export function rollBack(
  before: AliasHistory | undefined,
  name: string,
  params: AliasRollbackParams,
  now: number,
): AliasHistory {
  const history = existing(before, name);
  checkVersion(before, params.expected_version);
  const target =
    params.version === undefined
      ? lastOther(history)
      : history.changes.find((change) => change.version === params.version);
  if (!target) {
    throw new AliasRefusal(
      "nothing_to_roll_back",
      "version",
      params.version === undefined
        ? `"${name}" has had no other model before.`
        : `"${name}" has no version ${params.version}; its history has 1 to ${history.alias.version}.`,
    );
  }
  return changed(history, name, now, {
    type: "rolled_back",
    model: target.model,
    canary: null,
    restored_version: target.restored_version ?? target.version,
    reason: params.reason ?? null,
  });
}

/** Gives a second model a share of the users, changes the share, or ends it with a share of 0. */
export function shareWith(
  before: AliasHistory | undefined,
  name: string,
  params: AliasCanaryParams,
  now: number,
): AliasHistory {
  const history = existing(before, name);
  checkVersion(before, params.expected_version);
  const { model, canary } = history.alias;
  if (params.share === 0) {
    if (!canary) {
      return history;
    }
    return changed(history, name, now, {
      type: "canary_ended",
      model,
      canary: null,
      reason: params.reason ?? null,
    });
  }
  if (canary?.model === params.model && canary.share === params.share) {
    return history;
  }
  // A model that has its share already was judged when it got it.
  const grounds = canary?.model === params.model ? {} : groundsOf(params);
  return changed(history, name, now, {
    type: "canary_started",
    model,
    canary: { model: params.model, share: params.share },
    ...grounds,
    reason: params.reason ?? null,
  });
}

type Changed = Pick<
  ModelAliasChange,
  "type" | "model" | "canary" | "evaluation" | "forced" | "reason" | "restored_version"
>;

function changed(before: AliasHistory | undefined, name: string, now: number, change: Changed): AliasHistory {
  const version = (before?.alias.version ?? 0) + 1;
  const alias: ModelAlias = {
    name,
    object: "model_alias",
    model: change.model,
    canary: change.canary ?? null,
    version,
    created_at: before?.alias.created_at ?? now,
    updated_at: now,
  };
  const made: ModelAliasChange = {
    ...change,
    object: "model_alias.change",
    alias: name,
    version,
    created_at: now,
  };
  return { alias, changes: [...(before?.changes ?? []), made] };
}

function existing(history: AliasHistory | undefined, name: string): AliasHistory {
  if (!history) {
    throw new AliasRefusal(
      "alias_not_found",
      "name",
      `There is no alias "${name}". Promoting a model makes it.`,
    );
  }
  return history;
}

function checkVersion(history: AliasHistory | undefined, expected: number | undefined): void {
  const version = history?.alias.version ?? 0;
  if (expected !== undefined && expected !== version) {
    throw new AliasRefusal(
      "alias_version_conflict",
      "expected_version",
      `The alias has version ${version}, not ${expected}: somebody else has changed it. Look at its history first.`,
    );
  }
}

function groundsOf({ model, evaluation, force }: AliasPromoteParams | AliasCanaryParams) {
  if (evaluation && evaluation.model !== model) {
    throw new AliasRefusal(
      "evaluation_of_other_model",
      "evaluation.model",
      `The evaluation judged another model, "${evaluation.model}".`,
    );
  }
  if (!force && !evaluation) {
    throw new AliasRefusal(
      "evaluation_required",
      "evaluation",
      "An alias is moved by a passed evaluation: give it as `evaluation`. Without one, `force: true` moves it, and the history says so.",
    );
  }
  if (!force && !evaluation?.passed) {
    throw new AliasRefusal(
      "evaluation_not_passed",
      "evaluation.passed",
      "The evaluation was not passed, so the alias stays where it is. `force: true` moves it all the same, and the history says so.",
    );
  }
  return { evaluation: evaluation ?? null, forced: !evaluation?.passed };
}

/** The last change before the present one that left another model; what was rolled back counts as what it restored. */
function lastOther({ alias, changes }: AliasHistory): ModelAliasChange | undefined {
  const current = changes.at(-1);
  const from = current?.restored_version ?? current?.version ?? 0;
  return changes.findLast((change) => change.version < from && change.model !== alias.model);
}
