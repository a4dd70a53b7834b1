import { createReadStream } from "node:fs";
import { readModel } from "../../engine/model-files.ts";
import type { FileReport, FromTrainer, ValidateTask } from "./protocol.ts";
import { readTrainingFile } from "./training-file.ts";

/** Reads the files of a job as training will read them, and reports what is wrong with them. */
export async function validateFiles(task: ValidateTask): Promise<FromTrainer> {
  const { config, tokenizer } = await readModel(task.model);
  const report = async (path: string): Promise<FileReport> => {
    const { examples, ...found } = await readTrainingFile(createReadStream(path), {
      tokenizer,
      contextLength: config.contextLength,
    });
    return {
      ...found,
      badLines: [...found.badLines],
      badLineGroups: found.badLineGroups.map((group) => ({ ...group, lines: [...group.lines] })),
      cutLines: [...found.cutLines],
      rows: examples.length,
      tokens: examples.reduce((sum, { tokens }) => sum + tokens.length, 0),
    };
  };
  return {
    type: "validated",
    contextLength: config.contextLength,
    training: await report(task.trainingPath),
    validation: task.validationPath === null ? null : await report(task.validationPath),
  };
}
