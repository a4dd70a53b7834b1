import * as z from "zod/mini";
import { listPageSchema } from "./lists.ts";
import { openEnum } from "./open-enum.ts";

/** What a platform tells a webhook. */
export const webhookEventTypes = [
  "fine_tuning.job.succeeded",
  "fine_tuning.job.failed",
  "fine_tuning.job.cancelled",
] as const;

/** What a webhook can be told. */
export type WebhookEventType = (typeof webhookEventTypes)[number];

function jobEventSchema<const Type extends WebhookEventType>(type: Type) {
  return z.looseObject({
    /** `evt_…`; the same in each repetition, so it tells whether an event has been seen. */
    id: z.string(),
    object: z.nullish(openEnum(["event"])),
    type: z.literal(type),
    /** Unix seconds. */
    created_at: z.number(),
    /** What it is about. */
    data: z.looseObject({
      /** The id of the job. */
      id: z.string(),
    }),
  });
}

export const jobSucceededEventSchema = jobEventSchema("fine_tuning.job.succeeded");
export const jobFailedEventSchema = jobEventSchema("fine_tuning.job.failed");
export const jobCancelledEventSchema = jobEventSchema("fine_tuning.job.cancelled");

/** The webhook event of a job that made its model; `data.id` is the job. */
export interface FineTuningJobSucceededWebhookEvent extends z.infer<typeof jobSucceededEventSchema> {}

/** The webhook event of a job that failed; `data.id` is the job, whose `error` says why. */
export interface FineTuningJobFailedWebhookEvent extends z.infer<typeof jobFailedEventSchema> {}

/** The webhook event of a job that was cancelled; `data.id` is the job. */
export interface FineTuningJobCancelledWebhookEvent extends z.infer<typeof jobCancelledEventSchema> {}

/** The events whose `data` is known. */
export const knownWebhookEventSchema = z.discriminatedUnion("type", [
  jobSucceededEventSchema,
  jobFailedEventSchema,
  jobCancelledEventSchema,
]);

/** What all events have in common, those that are not known here among them. */
export const webhookEventSchema = z.looseObject({
  id: z.string(),
  object: z.nullish(openEnum(["event"])),
  type: z.string(),
  /** Unix seconds. */
  created_at: z.number(),
  data: z.looseObject({}),
});

const endpointShape = {
  /** `whep_…` */
  id: z.string(),
  object: z.nullish(openEnum(["webhook_endpoint"])),
  /** Unix seconds. */
  created_at: z.number(),
  /** Where events are sent. */
  url: z.string(),
  description: z.nullish(z.string()),
  /** Which events are sent; null for all. */
  event_types: z.nullish(z.array(openEnum(webhookEventTypes))),
  /** `disabled` once the receiver has answered 410: nothing is sent any more. */
  status: z.nullish(openEnum(["enabled", "disabled"])),
};

/** A receiver of events. */
export const webhookEndpointSchema = z.looseObject(endpointShape);

/** A receiver of events. */
export interface WebhookEndpoint extends z.infer<typeof webhookEndpointSchema> {}

/** A receiver of events with its secret, which is shown when it is made and never again. */
export const webhookEndpointWithSecretSchema = z.looseObject({
  ...endpointShape,
  /** `whsec_` and base64: what the receiver checks signatures with. */
  secret: z.string(),
});

/** A receiver of events with its secret, which is shown when it is made and never again. */
export interface WebhookEndpointWithSecret extends z.infer<typeof webhookEndpointWithSecretSchema> {}

export const webhookEndpointListSchema = listPageSchema(webhookEndpointSchema);

/** What deleting a receiver answers. */
export const webhookEndpointDeletedSchema = z.looseObject({
  id: z.string(),
  object: z.nullish(openEnum(["webhook_endpoint"])),
  deleted: z.boolean(),
});

/** What deleting a receiver answers. */
export interface WebhookEndpointDeleted extends z.infer<typeof webhookEndpointDeletedSchema> {}

/** How a receiver is registered. */
export const webhookEndpointCreateParamsSchema = z.strictObject({
  /** http or https. The local platform takes hosts of the machine itself, and those it was started to allow. */
  url: z.string().check(z.minLength(1), z.maxLength(2_048)),
  /** Which events to send; all, if it is left out. */
  event_types: z.nullish(z.array(z.enum(webhookEventTypes)).check(z.minLength(1))),
  description: z.nullish(z.string().check(z.maxLength(512))),
  /** `whsec_` and the base64 of 24 to 64 bytes; one is made, if it is left out. */
  secret: z.nullish(z.string()),
});

/** How a receiver is registered. */
export interface WebhookEndpointCreateParams extends z.input<typeof webhookEndpointCreateParamsSchema> {}
