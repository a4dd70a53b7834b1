import type { ClientOptions } from "./options.ts";
import { createRequester } from "./requester.ts";
import { resolveOptions } from "./resolve-options.ts";
import { Chat } from "./resources/chat.ts";
import { Files } from "./resources/files.ts";
import { FineTuning } from "./resources/fine-tuning.ts";
import { Models } from "./resources/models.ts";
import { Uploads } from "./resources/uploads.ts";
import { Webhooks } from "./resources/webhooks.ts";
import type { Middleware } from "./transport/middleware.ts";

/**
 * A client of a model-customization platform: a hosted one, any server with the same wire shapes, or the local one.
 *
 * It holds no connection open by itself and needs no closing; one per process is enough, and several don't disturb one
 * another. The key is in no property of it, and in none of its errors.
 *
 * @throws ConfigurationError if there is no base URL or no key; the message names every way to give them
 *
 * @example
 * ```ts
 * import { Fermion } from "fermion";
 *
 * const client = new Fermion({ baseURL: "http://127.0.0.1:4242/v1", apiKey: "…" });
 * const file = await client.files.create({ file: { path: "claims.jsonl" }, purpose: "fine-tune" });
 * const job = await client.fineTuning.jobs.create({ model: "photon-nano", training_file: file.id });
 * const { fine_tuned_model } = await client.fineTuning.jobs.wait(job.id);
 * ```
 */
export class Fermion {
  /** Where the platform's API begins, without a slash at the end. */
  readonly baseURL: string;
  readonly files: Files;
  readonly uploads: Uploads;
  readonly fineTuning: FineTuning;
  readonly models: Models;
  readonly chat: Chat;
  readonly webhooks: Webhooks;
  readonly #middleware: Middleware[];

  constructor(options: ClientOptions = {}) {
    const config = resolveOptions(options);
    const requester = createRequester(config);
    this.baseURL = config.baseURL;
    this.files = new Files(requester);
    this.uploads = new Uploads(requester);
    this.fineTuning = new FineTuning(requester);
    this.models = new Models(requester);
    this.chat = new Chat(requester);
    this.webhooks = new Webhooks(requester);
    this.#middleware = config.middleware;
  }

  /**
   * Puts something between the client and the network, inside of what is there already. It sees each try of every call
   * from now on.
   *
   * @example
   * ```ts
   * client.use(async (request, next) => {
   *   const started = performance.now();
   *   const response = await next(request);
   *   console.log(request.method, request.url, response.status, performance.now() - started);
   *   return response;
   * });
   * ```
   */
  use(middleware: Middleware): this {
    this.#middleware.push(middleware);
    return this;
  }
}
