import { failureOf } from "./failure.ts";
import { type FromTrainer, type Task, toTrainer } from "./protocol.ts";
import { type Channel, train } from "./train.ts";
import { validateFiles } from "./validate-files.ts";

/** The program of the process that reads files and trains. It ends after one task, and with its platform. */

let stopped = false;
const flushed: (() => void)[] = [];

const send = (message: FromTrainer) => {
  process.send?.(message);
};

const channel: Channel = {
  send,
  flush: () =>
    new Promise((resolve) => {
      flushed.push(resolve);
      send({ type: "flush" });
    }),
  stopRequested: () => stopped,
};

// The platform is gone, killed perhaps: a new one may already start a trainer of its own for this job.
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches every process of a terminal. It is the platform's to handle: it asks for a stop.
process.on("SIGINT", () => {});

process.on("message", (value) => {
  const message = toTrainer.parse(value);
  switch (message.type) {
    case "task":
      void perform(message.task);
      break;
    case "flushed":
      flushed.shift()?.();
      break;
    case "stop":
      stopped = true;
      break;
  }
});
send({ type: "ready" });

async function perform(task: Task): Promise<void> {
  try {
    if (task.type === "validate") send(await validateFiles(task));
    else await train(task, channel);
  } catch (error) {
    const failure = failureOf(error);
    if (failure) send({ type: "failed", ...failure });
    else {
      console.error(error);
      process.exitCode = 1;
    }
  }
  // What was sent must arrive before the line is cut.
  await channel.flush();
  process.exit();
}
