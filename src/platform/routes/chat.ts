import { chatCompletionCreateParamsSchema } from "../../contract/chat-params.ts";
import { notFound } from "../api-error.ts";
import { readJson } from "../http/body.ts";
import type { Platform } from "../platform.ts";
import { answerStream, answerWhole } from "../serving/chat-answer.ts";
import { readChatRequest } from "../serving/chat-request.ts";
import { EVENT_STREAM } from "./fine-tuning.ts";
import { type App, route } from "./route.ts";

/** `/v1/chat/completions` */
export function chatRoutes(app: App, { models, inference, now }: Platform): void {
  route(app, "/v1/chat/completions", {
    POST: async ({ req }) => {
      const { value } = await readJson(req.raw, chatCompletionCreateParamsSchema);
      const request = readChatRequest(value);
      const model = models.get(request.model);
      if (!model) throw notFound("model", request.model);
      const answering = { request, model, inference, signal: req.raw.signal, created: now() };
      return request.stream
        ? new Response(await answerStream(answering), { headers: EVENT_STREAM })
        : Response.json(await answerWhole(answering));
    },
  });
}
