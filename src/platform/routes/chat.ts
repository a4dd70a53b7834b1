import { modelOf } from "../../contract/canary.ts";
import { chatCompletionCreateParamsSchema } from "../../contract/chat-params.ts";
import { notFound } from "../api-error.ts";
import { readJson } from "../http/body.ts";
import type { ModelCatalog } from "../models.ts";
import type { Platform } from "../platform.ts";
import { answerStream, answerWhole } from "../serving/chat-answer.ts";
import { readChatRequest } from "../serving/chat-request.ts";
import { EVENT_STREAM } from "./fine-tuning.ts";
import { type App, route } from "./route.ts";

/** So many models are named where one isn't found. */
const NAMED_MODELS = 5;

/** `/v1/chat/completions` */
export function chatRoutes(app: App, { models, store, inference, now }: Platform): void {
  const behindAlias = (name: string, params: Parameters<typeof modelOf>[1]) => {
    const alias = store.aliases.get(name);
    return alias && models.get(modelOf(alias, params));
  };

  route(app, "/v1/chat/completions", {
    POST: async ({ req }) => {
      const { value } = await readJson(req.raw, chatCompletionCreateParamsSchema);
      const request = readChatRequest(value);
      // A model's own name comes first: it was there before any alias could be.
      const model = models.get(request.model) ?? behindAlias(request.model, value);
      if (!model) throw notFound("model", request.model, "model", modelsHere(models));
      const answering = { request, model, inference, signal: req.raw.signal, created: now() };
      return request.stream
        ? new Response(await answerStream(answering), { headers: EVENT_STREAM })
        : Response.json(await answerWhole(answering));
    },
  });
}

function modelsHere(models: ModelCatalog): string {
  const ids = models.list().map(({ id }) => id);
  const more = ids.length > NAMED_MODELS ? ", …" : "";
  return `Models here: ${ids.slice(0, NAMED_MODELS).join(", ")}${more} (GET /v1/models has them all).`;
}
