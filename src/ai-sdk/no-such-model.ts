/**
 * Says that there are only language models here. `NoSuchModelError.isInstance` of `@ai-sdk/provider` knows it by its
 * marks, which are the same in every copy of that package. It isn't made from that package's own class, because it has
 * to be thrown at once, and the package is loaded with the first call.
 */
export class NoSuchModelKindError extends Error {
  override readonly name = "AI_NoSuchModelError";
  readonly modelId: string;
  readonly modelType: "embeddingModel" | "imageModel";

  constructor(modelId: string, modelType: "embeddingModel" | "imageModel") {
    super(
      `The platforms that Fermion is for serve language models, so there is no ${modelType} ${JSON.stringify(modelId)}. ` +
        "Use another provider for it.",
    );
    for (const mark of ["vercel.ai.error", "vercel.ai.error.AI_NoSuchModelError"]) {
      Object.defineProperty(this, Symbol.for(mark), { value: true });
    }
    this.modelId = modelId;
    this.modelType = modelType;
  }
}
