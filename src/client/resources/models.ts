import type { Model, ModelDeleted } from "../../contract/models.ts";
import type { APIPromise } from "../api-promise.ts";
import type { RequestOptions } from "../options.ts";
import { listPages, type PagePromise } from "../pagination.ts";
import type { Requester } from "../requester.ts";
import { path } from "../url.ts";

const contract = () => import("../../contract/models.ts");
const modelDeleted = async () => (await contract()).modelDeletedSchema;
const modelObject = async () => (await contract()).modelSchema;

/** The models that answer: those that came with the platform, and those that were tuned on it. */
export class Models {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
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
}
