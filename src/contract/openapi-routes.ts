import type * as z from "zod/mini";
import { cursorParamsSchema } from "./cursor-params.ts";
import { fileListParamsSchema } from "./file-params.ts";
import { jobEventsParamsSchema, jobListParamsSchema } from "./job-params.ts";
import type { Component } from "./openapi-components.ts";

/** One operation of the platform. Paths are those under the base URL, which ends in `/v1`, unless `root` is set. */
export interface Route {
  readonly method: "get" | "post" | "delete";
  readonly path: string;
  readonly operationId: string;
  readonly tag: "Files" | "Uploads" | "Fine-tuning" | "Models" | "Chat" | "Webhooks" | "Platform";
  readonly summary: string;
  readonly query?: z.ZodMiniObject;
  /** The JSON body, or the multipart form; a form's bytes are in the field `binary`. */
  readonly body?: { readonly component?: Component; readonly binary?: string };
  /** A component as JSON, or bytes. */
  readonly answer: Component | "bytes" | "document";
  /** What the events of an answer in `text/event-stream` carry, where the operation can answer so. */
  readonly events?: { readonly component: Component; readonly description: string };
  /** The statuses of its errors, besides those that every operation has. */
  readonly errors?: readonly number[];
  /** It makes something, so a key makes its repetition harmless. */
  readonly idempotent?: boolean;
  /** Outside `/v1`, and answered without a key. */
  readonly root?: boolean;
}

export const routes: readonly Route[] = [
  {
    method: "post",
    path: "/files",
    operationId: "createFile",
    tag: "Files",
    summary: "Send a file of up to 512 MB.",
    body: { component: "FileCreateFields", binary: "file" },
    answer: "File",
    errors: [400, 409, 413, 415],
    idempotent: true,
  },
  {
    method: "get",
    path: "/files",
    operationId: "listFiles",
    tag: "Files",
    summary: "List files, the newest first.",
    query: fileListParamsSchema,
    answer: "FileList",
    errors: [400],
  },
  {
    method: "get",
    path: "/files/{file_id}",
    operationId: "retrieveFile",
    tag: "Files",
    summary: "What is known about a file.",
    answer: "File",
    errors: [404],
  },
  {
    method: "delete",
    path: "/files/{file_id}",
    operationId: "deleteFile",
    tag: "Files",
    summary: "Delete a file.",
    answer: "FileDeleted",
    errors: [404],
  },
  {
    method: "get",
    path: "/files/{file_id}/content",
    operationId: "downloadFile",
    tag: "Files",
    summary: "The bytes of a file.",
    answer: "bytes",
    errors: [404],
  },
  {
    method: "post",
    path: "/uploads",
    operationId: "createUpload",
    tag: "Uploads",
    summary: "Begin a file of up to 8 GB that arrives in parts.",
    body: { component: "UploadCreateParams" },
    answer: "Upload",
    errors: [400, 409, 413, 415],
    idempotent: true,
  },
  {
    method: "post",
    path: "/uploads/{upload_id}/parts",
    operationId: "addUploadPart",
    tag: "Uploads",
    summary: "Send a part of up to 64 MB. Parts may be sent in any order, and at the same time.",
    body: { binary: "data" },
    answer: "UploadPart",
    errors: [400, 404, 409, 413, 415],
    idempotent: true,
  },
  {
    method: "post",
    path: "/uploads/{upload_id}/complete",
    operationId: "completeUpload",
    tag: "Uploads",
    summary: "Make a file of the parts, in the order that is given.",
    body: { component: "UploadCompleteParams" },
    answer: "Upload",
    errors: [400, 404, 409, 413, 415],
    idempotent: true,
  },
  {
    method: "post",
    path: "/uploads/{upload_id}/cancel",
    operationId: "cancelUpload",
    tag: "Uploads",
    summary: "Give an upload up; no part can be added any more.",
    answer: "Upload",
    errors: [400, 404, 409],
  },
  {
    method: "post",
    path: "/fine_tuning/jobs",
    operationId: "createFineTuningJob",
    tag: "Fine-tuning",
    summary: "Begin to make a model of one's own.",
    body: { component: "JobCreateParams" },
    answer: "FineTuningJob",
    errors: [400, 404, 409, 413, 415],
    idempotent: true,
  },
  {
    method: "get",
    path: "/fine_tuning/jobs",
    operationId: "listPaginatedFineTuningJobs",
    tag: "Fine-tuning",
    summary: "List jobs, the newest first; 20 a page unless `limit` says otherwise.",
    query: jobListParamsSchema,
    answer: "FineTuningJobList",
    errors: [400],
  },
  {
    method: "get",
    path: "/fine_tuning/jobs/{fine_tuning_job_id}",
    operationId: "retrieveFineTuningJob",
    tag: "Fine-tuning",
    summary: "How a job is doing.",
    answer: "FineTuningJob",
    errors: [404],
  },
  ...(["cancel", "pause", "resume"] as const).map(
    (verb): Route => ({
      method: "post",
      path: `/fine_tuning/jobs/{fine_tuning_job_id}/${verb}`,
      operationId: `${verb}FineTuningJob`,
      tag: "Fine-tuning",
      summary: { cancel: "End a job.", pause: "Let a job rest.", resume: "Let a paused job go on." }[verb],
      answer: "FineTuningJob",
      errors: [400, 404, 409],
    }),
  ),
  {
    method: "get",
    path: "/fine_tuning/jobs/{fine_tuning_job_id}/events",
    operationId: "listFineTuningEvents",
    tag: "Fine-tuning",
    summary:
      "What a job had to say: the newest first in pages of 20, or as it happens, oldest first, with `stream=true`.",
    query: jobEventsParamsSchema,
    answer: "FineTuningJobEventList",
    events: {
      component: "FineTuningJobEvent",
      description:
        "With `stream=true`. Each event has its sequence as `id:` and the event object as `data:`; a request with " +
        "`Last-Event-ID` goes on behind it. `event: status` carries the job object on each change of its status, and " +
        "`event: done` ends the stream.",
    },
    errors: [400, 404],
  },
  {
    method: "get",
    path: "/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints",
    operationId: "listFineTuningJobCheckpoints",
    tag: "Fine-tuning",
    summary: "List the checkpoints of a job, the newest first; 10 a page unless `limit` says otherwise.",
    query: cursorParamsSchema,
    answer: "FineTuningJobCheckpointList",
    errors: [400, 404],
  },
  {
    method: "get",
    path: "/models",
    operationId: "listModels",
    tag: "Models",
    summary: "List every model that answers.",
    answer: "ModelList",
  },
  {
    method: "get",
    path: "/models/{model}",
    operationId: "retrieveModel",
    tag: "Models",
    summary: "What is known about a model.",
    answer: "Model",
    errors: [404],
  },
  {
    method: "delete",
    path: "/models/{model}",
    operationId: "deleteModel",
    tag: "Models",
    summary: "Delete a model that was tuned here.",
    answer: "ModelDeleted",
    errors: [403, 404, 409],
  },
  {
    method: "get",
    path: "/models/{model}/files/{name}",
    operationId: "downloadModelFile",
    tag: "Models",
    summary: "The bytes of a file that a model consists of.",
    answer: "bytes",
    errors: [404],
  },
  {
    method: "get",
    path: "/model_aliases",
    operationId: "listModelAliases",
    tag: "Models",
    summary: "List the names that stand for models, by name.",
    answer: "ModelAliasList",
  },
  {
    method: "get",
    path: "/model_aliases/{name}",
    operationId: "retrieveModelAlias",
    tag: "Models",
    summary: "Which model a name stands for.",
    answer: "ModelAlias",
    errors: [404],
  },
  {
    method: "delete",
    path: "/model_aliases/{name}",
    operationId: "deleteModelAlias",
    tag: "Models",
    summary: "Delete a name with its history. Its models stay.",
    answer: "ModelAliasDeleted",
    errors: [404],
  },
  {
    method: "get",
    path: "/model_aliases/{name}/history",
    operationId: "listModelAliasChanges",
    tag: "Models",
    summary: "All changes of a name, the newest first, with the evaluations that they rest on.",
    answer: "ModelAliasChangeList",
    errors: [404],
  },
  {
    method: "post",
    path: "/model_aliases/{name}/promote",
    operationId: "promoteModelAlias",
    tag: "Models",
    summary:
      "Move a name to a model that passed its evaluation, or by force. Makes the name if it isn't there.",
    body: { component: "AliasPromoteParams" },
    answer: "ModelAlias",
    errors: [400, 404, 409, 413, 415],
  },
  {
    method: "post",
    path: "/model_aliases/{name}/rollback",
    operationId: "rollBackModelAlias",
    tag: "Models",
    summary: "Move a name back to a model that it stood for before.",
    body: { component: "AliasRollbackParams" },
    answer: "ModelAlias",
    errors: [400, 404, 409, 413, 415],
  },
  {
    method: "post",
    path: "/model_aliases/{name}/canary",
    operationId: "setModelAliasCanary",
    tag: "Models",
    summary: "Give a second model a share of the users, or end it with a share of 0.",
    body: { component: "AliasCanaryParams" },
    answer: "ModelAlias",
    errors: [400, 404, 409, 413, 415],
  },
  {
    method: "post",
    path: "/chat/completions",
    operationId: "createChatCompletion",
    tag: "Chat",
    summary: "Let a model continue a dialogue.",
    body: { component: "ChatCompletionCreateParams" },
    answer: "ChatCompletion",
    events: {
      component: "ChatCompletionChunk",
      description:
        "With `stream: true`. Each `data:` is a chunk, the last one `[DONE]`. An error in mid-stream is a chunk with " +
        "nothing but `error`, and no `[DONE]` follows.",
    },
    errors: [400, 404, 413, 415],
  },
  {
    method: "post",
    path: "/webhook_endpoints",
    operationId: "createWebhookEndpoint",
    tag: "Webhooks",
    summary: "Register a receiver of events. Its secret is in this answer and in no later one.",
    body: { component: "WebhookEndpointCreateParams" },
    answer: "WebhookEndpointWithSecret",
    errors: [400, 409, 413, 415],
    idempotent: true,
  },
  {
    method: "get",
    path: "/webhook_endpoints",
    operationId: "listWebhookEndpoints",
    tag: "Webhooks",
    summary: "List receivers, the newest first; 20 a page unless `limit` says otherwise.",
    query: cursorParamsSchema,
    answer: "WebhookEndpointList",
    errors: [400],
  },
  {
    method: "get",
    path: "/webhook_endpoints/{webhook_endpoint_id}",
    operationId: "retrieveWebhookEndpoint",
    tag: "Webhooks",
    summary: "What is known about a receiver.",
    answer: "WebhookEndpoint",
    errors: [404],
  },
  {
    method: "delete",
    path: "/webhook_endpoints/{webhook_endpoint_id}",
    operationId: "deleteWebhookEndpoint",
    tag: "Webhooks",
    summary: "Delete a receiver, with what was still to be sent to it.",
    answer: "WebhookEndpointDeleted",
    errors: [404],
  },
  {
    method: "post",
    path: "/webhook_endpoints/{webhook_endpoint_id}/rotate_secret",
    operationId: "rotateWebhookEndpointSecret",
    tag: "Webhooks",
    summary: "Give a receiver a new secret. For 24 hours the old one signs too.",
    answer: "WebhookEndpointWithSecret",
    errors: [400, 404, 409],
    idempotent: true,
  },
  {
    method: "get",
    path: "/healthz",
    operationId: "health",
    tag: "Platform",
    summary: "Whether the platform is up.",
    answer: "Health",
    root: true,
  },
  {
    method: "get",
    path: "/openapi.json",
    operationId: "openApiDocument",
    tag: "Platform",
    summary: "This document.",
    answer: "document",
    root: true,
  },
];
