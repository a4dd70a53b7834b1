import * as z from "zod/mini";
import {
  chatCompletionChunkSchema,
  chatCompletionMessageSchema,
  chatCompletionSchema,
  completionUsageSchema,
} from "./chat.ts";
import { chatCompletionCreateParamsSchema } from "./chat-params.ts";
import { errorEnvelopeSchema, errorObjectSchema } from "./errors.ts";
import { fileCreateFieldsSchema } from "./file-params.ts";
import { fileDeletedSchema, fileListSchema, fileObjectSchema } from "./files.ts";
import {
  fineTuningJobCheckpointListSchema,
  fineTuningJobCheckpointSchema,
  fineTuningJobEventListSchema,
  fineTuningJobEventSchema,
  fineTuningJobListSchema,
  fineTuningJobSchema,
  fineTuningMetricsSchema,
  hyperparametersSchema,
} from "./fine-tuning.ts";
import { healthSchema } from "./health.ts";
import { jobCreateParamsSchema } from "./job-params.ts";
import {
  aliasCanaryParamsSchema,
  aliasPromoteParamsSchema,
  aliasRollbackParamsSchema,
} from "./model-alias-params.ts";
import {
  modelAliasChangeListSchema,
  modelAliasChangeSchema,
  modelAliasDeletedSchema,
  modelAliasListSchema,
  modelAliasSchema,
  promotionEvidenceSchema,
} from "./model-aliases.ts";
import { modelDeletedSchema, modelFileSchema, modelListSchema, modelSchema } from "./models.ts";
import { knownValues } from "./open-enum.ts";
import { dpoRowSchema, supervisedRowSchema } from "./training-rows.ts";
import { uploadCompleteParamsSchema, uploadCreateParamsSchema } from "./upload-params.ts";
import { uploadPartSchema, uploadSchema } from "./uploads.ts";
import {
  webhookEndpointCreateParamsSchema,
  webhookEndpointDeletedSchema,
  webhookEndpointListSchema,
  webhookEndpointSchema,
  webhookEndpointWithSecretSchema,
  webhookEventSchema,
} from "./webhooks.ts";

/** Every object on the wire, under its name in the OpenAPI document. */
const components = {
  File: fileObjectSchema,
  FileList: fileListSchema,
  FileDeleted: fileDeletedSchema,
  FileCreateFields: fileCreateFieldsSchema,
  Upload: uploadSchema,
  UploadPart: uploadPartSchema,
  UploadCreateParams: uploadCreateParamsSchema,
  UploadCompleteParams: uploadCompleteParamsSchema,
  FineTuningJob: fineTuningJobSchema,
  FineTuningJobList: fineTuningJobListSchema,
  FineTuningJobEvent: fineTuningJobEventSchema,
  FineTuningJobEventList: fineTuningJobEventListSchema,
  FineTuningJobCheckpoint: fineTuningJobCheckpointSchema,
  FineTuningJobCheckpointList: fineTuningJobCheckpointListSchema,
  FineTuningMetrics: fineTuningMetricsSchema,
  Hyperparameters: hyperparametersSchema,
  JobCreateParams: jobCreateParamsSchema,
  SupervisedRow: supervisedRowSchema,
  DpoRow: dpoRowSchema,
  Model: modelSchema,
  ModelFile: modelFileSchema,
  ModelList: modelListSchema,
  ModelDeleted: modelDeletedSchema,
  ModelAlias: modelAliasSchema,
  ModelAliasList: modelAliasListSchema,
  ModelAliasDeleted: modelAliasDeletedSchema,
  ModelAliasChange: modelAliasChangeSchema,
  ModelAliasChangeList: modelAliasChangeListSchema,
  AliasPromoteParams: aliasPromoteParamsSchema,
  AliasRollbackParams: aliasRollbackParamsSchema,
  AliasCanaryParams: aliasCanaryParamsSchema,
  PromotionEvidence: promotionEvidenceSchema,
  ChatCompletion: chatCompletionSchema,
  ChatCompletionChunk: chatCompletionChunkSchema,
  ChatCompletionMessage: chatCompletionMessageSchema,
  ChatCompletionCreateParams: chatCompletionCreateParamsSchema,
  CompletionUsage: completionUsageSchema,
  WebhookEndpoint: webhookEndpointSchema,
  WebhookEndpointWithSecret: webhookEndpointWithSecretSchema,
  WebhookEndpointList: webhookEndpointListSchema,
  WebhookEndpointDeleted: webhookEndpointDeletedSchema,
  WebhookEndpointCreateParams: webhookEndpointCreateParamsSchema,
  WebhookEvent: webhookEventSchema,
  Error: errorObjectSchema,
  ErrorEnvelope: errorEnvelopeSchema,
  Health: healthSchema,
} satisfies Record<string, z.ZodMiniType>;

/** Says which values of an open enum are known, though every string is taken. */
const options = {
  io: "input",
  override({ zodSchema, jsonSchema }) {
    const known = knownValues(zodSchema);
    if (known) {
      delete jsonSchema.type;
      jsonSchema.anyOf = [{ type: "string", enum: [...known] }, { type: "string" }];
    }
  },
} satisfies z.core.ToJSONSchemaParams;

/** The name of an object on the wire. */
export type Component = keyof typeof components;

export type JsonSchema = Record<string, unknown>;

/** The reference to a component. */
export function reference(component: Component): JsonSchema {
  return { $ref: componentUri(component) };
}

/** All components as JSON schemas that refer to one another. */
export function componentSchemas(): Record<string, JsonSchema> {
  // A registry of this document's own: the names mean nothing outside it, so zod's global one stays clean.
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) {
    registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, { ...options, uri: componentUri });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutIdentity(schema)]));
}

/** One schema as a JSON schema of its own. */
export function inlineSchema(schema: z.core.$ZodType): JsonSchema {
  return withoutIdentity(z.toJSONSchema(schema, options));
}

function componentUri(id: string): string {
  return `#/components/schemas/${id}`;
}

// Inside a document, `$id` would move the root that references count from.
function withoutIdentity({ $schema, $id, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
