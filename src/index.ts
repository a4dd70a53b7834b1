export type { AliasTarget, AliasTargets } from "./client/aliases/alias-book.ts";
export { ModelAliasError, type ModelAliasErrorCode } from "./client/aliases/alias-errors.ts";
export type { AliasSource } from "./client/aliases/own-aliases.ts";
export {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from "./client/api-errors.ts";
export type { APIPromise, ResponseInfo, WithResponse } from "./client/api-promise.ts";
export type { ChatStreamEvents, ChatStreamListener } from "./client/chat-events.ts";
export type { FromReadableStreamOptions } from "./client/chat-lines.ts";
export { ChatCompletionStream } from "./client/chat-stream.ts";
export type { Drift } from "./client/drift.ts";
export {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  ConfigurationError,
  FermionError,
  FileSourceError,
  type FileSourceErrorCode,
  InvalidParameterError,
  UnexpectedResponseError,
  UploadStateError,
  type UploadStateErrorCode,
} from "./client/errors.ts";
export { Fermion, Fermion as default } from "./client/fermion.ts";
export type { FollowOptions } from "./client/follow.ts";
export type { JobCreateOptions } from "./client/job-creation.ts";
export {
  FineTuningJobCancelledError,
  FineTuningJobError,
  FineTuningJobFailedError,
  FineTuningJobTimeoutError,
  JobCreationUncertainError,
} from "./client/job-errors.ts";
export type {
  JobEventUpdate,
  JobMetricsUpdate,
  JobStatusUpdate,
  JobUpdate,
} from "./client/job-progress.ts";
export type { Logger, LogLevel } from "./client/logger.ts";
export type { StreamBody } from "./client/multipart.ts";
export type { ClientOptions, RequestOptions, UploadRequestOptions } from "./client/options.ts";
export {
  ContentFilterFinishReasonError,
  LengthFinishReasonError,
  OutputMismatchError,
} from "./client/output-errors.ts";
export type {
  ChatCompletionParseParams,
  DeepPartial,
  NamedOutput,
  OutputFormat,
  OutputIssue,
  OutputSchema,
  ParsedChatCompletion,
  ParsedChatCompletionChoice,
  ParsedChatCompletionMessage,
} from "./client/output-schema.ts";
export type { Page, PageOptions, PagePromise } from "./client/pagination.ts";
export type { ParsedChatCompletionStream } from "./client/parsed-chat-stream.ts";
export type { RateLimit, RateLimits } from "./client/rate-limits.ts";
export type { Chat, ChatCompletionStreamParams, Completions } from "./client/resources/chat.ts";
export type { FileCreateParams, Files, FileWaitOptions } from "./client/resources/files.ts";
export type { Checkpoints, FineTuning, Jobs } from "./client/resources/fine-tuning.ts";
export type { ModelAliases, Models } from "./client/resources/models.ts";
export type { PartCreateParams, Parts, Uploads } from "./client/resources/uploads.ts";
export type { WebhookEndpoints, Webhooks } from "./client/resources/webhooks.ts";
export type { RetryNotice } from "./client/retry.ts";
export {
  type SignableWebhook,
  type SignedWebhook,
  type SignWebhookOptions,
  signWebhook,
} from "./client/sign-webhook.ts";
export {
  StreamError,
  StreamFailedError,
  StreamRefusedError,
  StreamStalledError,
  StreamTruncatedError,
} from "./client/stream-errors.ts";
export type { StreamTiming } from "./client/stream-timing.ts";
export type {
  OpenTelemetryAPI,
  TelemetryAttributes,
  TelemetryHistogram,
  TelemetryMeter,
  TelemetrySpan,
  TelemetryValue,
} from "./client/telemetry/api.ts";
export type { Middleware } from "./client/transport/middleware.ts";
export type { Transport, TransportRequest, TransportResponse } from "./client/transport/transport.ts";
export {
  type UnknownWebhookEvent,
  type UnknownWebhookEventType,
  type UnwrapWebhookOptions,
  unwrapWebhook,
  verifyWebhook,
  type WebhookBody,
  type WebhookEvent,
  type WebhookHeaders,
  type WebhookVerifyOptions,
} from "./client/unwrap-webhook.ts";
export type { FileUploadParams, UploadSource, UploadStateStore } from "./client/upload/options.ts";
export type { UploadProgress } from "./client/upload-progress.ts";
export {
  type FileContent,
  type FilePath,
  type NamedFile,
  toFile,
  type Uploadable,
} from "./client/uploadable.ts";
export type { SucceededFineTuningJob, WaitOptions } from "./client/wait.ts";
export { type WebhookRejection, WebhookVerificationError } from "./client/webhook-errors.ts";
export type { WebhookSecrets } from "./client/webhook-secrets.ts";
export type {
  ChatCompletion,
  ChatCompletionChoice,
  ChatCompletionChunk,
  ChatCompletionDelta,
  ChatCompletionMessage,
  ChatLogprobs,
  CompletionUsage,
  TokenLogprob,
} from "./contract/chat.ts";
export type {
  ChatCompletionCreateParams,
  ChatCompletionCreateParamsBase,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  TextPart,
} from "./contract/chat-params.ts";
export type { FunctionTool } from "./contract/chat-tools.ts";
export type { CursorParams } from "./contract/cursor-params.ts";
export type { ErrorEnvelope, ErrorObject } from "./contract/errors.ts";
export type { ExpiresAfter, FileCreateFields, FileListParams } from "./contract/file-params.ts";
export type { FileDeleted, FileObject } from "./contract/files.ts";
export type {
  FineTuningJob,
  FineTuningJobCheckpoint,
  FineTuningJobError as FineTuningJobErrorObject,
  FineTuningJobEvent,
  FineTuningMethod,
  FineTuningMetrics,
  Hyperparameters,
} from "./contract/fine-tuning.ts";
export type { Health } from "./contract/health.ts";
export type {
  DpoHyperparameters,
  MethodParams,
  ReinforcementHyperparameters,
  SupervisedHyperparameters,
} from "./contract/hyperparameters.ts";
export type { JobCreateParams, JobListParams } from "./contract/job-params.ts";
export type { Metadata } from "./contract/metadata.ts";
export type {
  AliasCanaryParams,
  AliasPromoteParams,
  AliasRollbackParams,
} from "./contract/model-alias-params.ts";
export type {
  ModelAlias,
  ModelAliasChange,
  ModelAliasDeleted,
  PromotionEvidence,
} from "./contract/model-aliases.ts";
export type { Model, ModelDeleted, ModelFile } from "./contract/models.ts";
export type { ToolCall, ToolCallDelta } from "./contract/tool-calls.ts";
export type { DpoRow, SupervisedRow } from "./contract/training-rows.ts";
export type { UploadCompleteParams, UploadCreateParams } from "./contract/upload-params.ts";
export type { Upload, UploadPart } from "./contract/uploads.ts";
export type {
  FineTuningJobCancelledWebhookEvent,
  FineTuningJobFailedWebhookEvent,
  FineTuningJobSucceededWebhookEvent,
  WebhookEndpoint,
  WebhookEndpointCreateParams,
  WebhookEndpointDeleted,
  WebhookEndpointWithSecret,
  WebhookEventType,
} from "./contract/webhooks.ts";
