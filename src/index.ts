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
export type { ChatCompletionStream, StreamTiming } from "./client/chat-stream.ts";
export { InvalidParameterError } from "./client/check-params.ts";
export {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  ConfigurationError,
  FermionError,
  FileSourceError,
  UnexpectedResponseError,
} from "./client/errors.ts";
export { Fermion, Fermion as default } from "./client/fermion.ts";
export {
  type FileContent,
  type FilePath,
  type NamedFile,
  toFile,
  type Uploadable,
} from "./client/file-source.ts";
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
export type { ClientOptions, RequestOptions, UploadRequestOptions } from "./client/options.ts";
export type { Page, PageOptions, PagePromise } from "./client/pagination.ts";
export type { Chat, ChatCompletionStreamParams, Completions } from "./client/resources/chat.ts";
export type { FileCreateParams, Files, FileWaitOptions } from "./client/resources/files.ts";
export type { Checkpoints, FineTuning, Jobs } from "./client/resources/fine-tuning.ts";
export type { Models } from "./client/resources/models.ts";
export type { PartCreateParams, Parts, Uploads } from "./client/resources/uploads.ts";
export type { RetryNotice } from "./client/retry.ts";
export {
  StreamError,
  StreamFailedError,
  StreamRefusedError,
  StreamStalledError,
  StreamTruncatedError,
} from "./client/stream-errors.ts";
export type { UploadProgress } from "./client/upload-progress.ts";
export type { SucceededFineTuningJob, WaitOptions } from "./client/wait.ts";
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
export type { FunctionTool, ToolCall, ToolCallDelta } from "./contract/chat-tools.ts";
export type { ErrorEnvelope, ErrorObject } from "./contract/errors.ts";
export type {
  ExpiresAfter,
  FileCreateFields,
  FileDeleted,
  FileListParams,
  FileObject,
} from "./contract/files.ts";
export type {
  FineTuningJob,
  FineTuningJobCheckpoint,
  FineTuningJobError as FineTuningJobErrorObject,
  FineTuningJobEvent,
  FineTuningMethod,
  FineTuningMetrics,
  JobCreateParams,
  JobListParams,
} from "./contract/fine-tuning.ts";
export type { Health } from "./contract/health.ts";
export type {
  DpoHyperparameters,
  Hyperparameters,
  MethodParams,
  ReinforcementHyperparameters,
  SupervisedHyperparameters,
} from "./contract/hyperparameters.ts";
export type { CursorParams } from "./contract/lists.ts";
export type { Metadata } from "./contract/metadata.ts";
export type { Model, ModelDeleted, ModelFile } from "./contract/models.ts";
export type { DpoRow, SupervisedRow } from "./contract/training-rows.ts";
export type { Upload, UploadCompleteParams, UploadCreateParams, UploadPart } from "./contract/uploads.ts";
