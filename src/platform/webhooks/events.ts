import type { WebhookEventType } from "../../contract/webhooks.ts";
import { newId } from "../ids.ts";
import type { NewWebhookEvent } from "../store/webhooks.ts";

/** What receivers are told of a job that has ended. The event's id is the `webhook-id` too, in each try. */
export function jobEndedEvent(
  jobId: string,
  status: "succeeded" | "failed" | "cancelled",
  created_at: number,
): NewWebhookEvent {
  const id = newId("evt_");
  const type: WebhookEventType = `fine_tuning.job.${status}`;
  return { id, type, body: JSON.stringify({ id, object: "event", type, created_at, data: { id: jobId } }) };
}
