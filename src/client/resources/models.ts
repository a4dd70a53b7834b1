import type {
  AliasCanaryParams,
  AliasPromoteParams,
  AliasRollbackParams,
} from "../../contract/model-alias-params.ts";
import type { ModelAlias, ModelAliasChange, ModelAliasDeleted } from "../../contract/model-aliases.ts";
import type { Model, ModelDeleted } from "../../contract/models.ts";
import type { AliasKeeper } from "../aliases/alias-keeper.ts";
import type { APIPromise } from "../api-promise.ts";
import type { RequestOptions } from "../options.ts";
import { listPages, type PagePromise } from "../pagination.ts";
import type { Requester } from "../requester.ts";
import { path } from "../url.ts";

const contract = () => import("../../contract/models.ts");
const modelDeleted = async () => (await contract()).modelDeletedSchema;
const modelObject = async () => (await contract()).modelSchema;

type KeeperOf = () => Promise<AliasKeeper>;

/** The names that applications use in place of models' own: kept by the platform, or where the client's `aliases` says. */
export class ModelAliases {
  readonly #keeper: KeeperOf;
  readonly #models: Models;

  /** @internal */
  constructor(keeper: KeeperOf, models: Models) {
    this.#keeper = keeper;
    this.#models = models;
  }

  /** Every alias. */
  async list(options?: RequestOptions): Promise<ModelAlias[]> {
    return await (await this.#keeper()).list(options);
  }

  /** Which model an alias stands for. */
  async retrieve(name: string, options?: RequestOptions): Promise<ModelAlias> {
    return await (await this.#keeper()).retrieve(name, options);
  }

  /** All changes of an alias, the newest first, with the evaluations that they rest on. */
  async history(name: string, options?: RequestOptions): Promise<ModelAliasChange[]> {
    return await (await this.#keeper()).history(name, options);
  }

  /**
   * Lets a second model answer a share of the users: always the same ones, told apart by the request's
   * `safety_identifier`, `user` or `prompt_cache_key`. Requests that name no user are spread by chance. A larger share keeps
   * those who were in it already; a share of 0 ends it, and so does a promotion.
   *
   * @throws BadRequestError, or ModelAliasError where the client keeps its own aliases, without a passed evaluation or
   * `force`; `code` says which
   *
   * @example
   * ```ts
   * await client.models.aliases.canary("claims", { model: newer, share: 0.1, evaluation });
   * await client.models.promote("claims", newer, { evaluation });
   * ```
   */
  async canary(name: string, params: AliasCanaryParams, options?: RequestOptions): Promise<ModelAlias> {
    const keeper = await this.#keeper();
    if (params.share > 0) {
      await this.#models.mustExist(params.model, options);
    }
    return await keeper.canary(name, params, options);
  }

  /** Deletes an alias with its history. Its models stay. */
  async delete(name: string, options?: RequestOptions): Promise<ModelAliasDeleted> {
    return await (await this.#keeper()).delete(name, options);
  }
}

/** The models that answer: those that came with the platform, and those that were tuned on it. */
export class Models {
  /** The names that stand for models. */
  readonly aliases: ModelAliases;
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
    this.aliases = new ModelAliases(() => this.#keeper(), this);
  }

  /** Lists every model that answers. Awaited it is a page; iterated over, all models. */
  list(options?: RequestOptions): PagePromise<Model> {
    return listPages(this.#requester, { method: "GET", path: "/models" }, modelObject, options);
  }

  /** What is known about a model. */
  retrieve(model: string, options?: RequestOptions): APIPromise<Model> {
    return this.#requester.json({ method: "GET", path: path`/models/${model}` }, modelObject, options);
  }

  /** Deletes a model that was tuned on the platform. */
  delete(model: string, options?: RequestOptions): APIPromise<ModelDeleted> {
    return this.#requester.json({ method: "DELETE", path: path`/models/${model}` }, modelDeleted, options);
  }

  /**
   * The bytes of a file that a model consists of, as a response of `fetch`, on platforms that give models away. What
   * files there are, `retrieve` says.
   *
   * @example
   * ```ts
   * const { fine_tuned_model } = await client.fineTuning.jobs.wait(job.id);
   * const weights = await client.models.content(fine_tuned_model, "model.safetensors");
   * await fs.promises.writeFile("model.safetensors", Buffer.from(await weights.arrayBuffer()));
   * ```
   */
  content(model: string, name: string, options?: RequestOptions): APIPromise<Response> {
    return this.#requester.bytes({ method: "GET", path: path`/models/${model}/files/${name}` }, options);
  }

  /**
   * Moves a name that applications use to a model, or makes it: from then on requests with `model: alias` get that model.
   * It takes an evaluation that the model passed, or `force`. A canary ends with it.
   *
   * The name is kept by the platform; where the client was given `aliases: path`, in that file.
   *
   * @param alias - 1 to 64 letters, digits, `_`, `-` or `.`
   * @throws NotFoundError if there is no such model
   * @throws BadRequestError, or ModelAliasError where the client keeps its own aliases, if nothing was moved; `code` says
   * why: `evaluation_required`, `evaluation_not_passed`, `evaluation_of_other_model`
   *
   * @example
   * ```ts
   * await client.models.promote("claims", fine_tuned_model, { evaluation });
   * await client.chat.completions.create({ model: "claims", messages });
   * ```
   */
  async promote(
    alias: string,
    model: string,
    params?: Omit<AliasPromoteParams, "model">,
    options?: RequestOptions,
  ): Promise<ModelAlias> {
    const keeper = await this.#keeper();
    await this.mustExist(model, options);
    return await keeper.promote(alias, { ...params, model }, options);
  }

  /**
   * Moves a name back to the last other model that it stood for, or to that of a `version`. A canary ends with it.
   *
   * @throws BadRequestError, or ModelAliasError where the client keeps its own aliases, if it has had no such model
   *
   * @example
   * ```ts
   * const { model } = await client.models.rollback("claims", { reason: "too many false approvals" });
   * ```
   */
  async rollback(alias: string, params?: AliasRollbackParams, options?: RequestOptions): Promise<ModelAlias> {
    return await (await this.#keeper()).rollback(alias, params ?? {}, options);
  }

  /**
   * Asks whether a name in a file would lead anywhere; a platform that keeps its aliases looks itself.
   *
   * @internal
   */
  async mustExist(model: string, options?: RequestOptions): Promise<void> {
    if (this.#requester.config.aliases) {
      await this.retrieve(model, options);
    }
  }

  async #keeper(): Promise<AliasKeeper> {
    const own = await this.#requester.config.aliases?.();
    return own ?? (await import("../aliases/platform-aliases.ts")).platformAliases(this.#requester);
  }
}
