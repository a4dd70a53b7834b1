import {
  type AliasHistory,
  AliasRefusal,
  promote,
  rollBack,
  shareWith,
} from "../../contract/alias-changes.ts";
import type { ModelAlias } from "../../contract/model-aliases.ts";
import { durableFile } from "../durable-file.ts";
import { isCode } from "../error-code.ts";
import { FileLockedError, lockFile } from "../file-lock.ts";
import { type NodeModules, nodeModules } from "../node-modules.ts";
import { type AliasBook, type AliasTargets, aliasesByHand, aliasText, parseAliases } from "./alias-book.ts";
import { ModelAliasError } from "./alias-errors.ts";
import type { AliasKeeper } from "./alias-keeper.ts";

/** Aliases of this client's own, for platforms that keep none. */
export interface OwnAliases extends AliasKeeper {
  /** What a name stands for; `undefined` if it is no alias. */
  find(name: string): Promise<ModelAlias | undefined>;
}

/** How long a file is trusted without being looked at, in milliseconds: an application sees a move within this time. */
const TRUSTED_FOR = 1_000;

/** How long a change waits for another one to be written, in milliseconds. */
const PATIENCE = 5_000;

/** What has given no sign of life for so long is taken for dead where it can't be asked, in milliseconds. */
const DEAD_AFTER = 60_000;

/** Aliases in a file, which the first promotion makes. Several processes may read and change it. */
export async function aliasFile(given: string | URL): Promise<OwnAliases> {
  const node = await nodeModules();
  const path = node.path.resolve(given instanceof URL ? node.url.fileURLToPath(given) : given);
  const file = await durableFile(path);
  let known: { readonly book: AliasBook; readonly mark: string; readonly at: number } | undefined;

  /** By size and time of change: a file that was put in its place by a rename has another inode. */
  const markOf = async () => {
    try {
      const { mtimeMs, size, ino } = await node.fs.promises.stat(path);
      return `${mtimeMs} ${size} ${ino}`;
    } catch (error) {
      if (isCode(error, "ENOENT")) {
        return "none";
      }
      throw unusable(path, error);
    }
  };

  const read = async (): Promise<AliasBook> => {
    const text = await file.read().catch((error: unknown) => {
      throw unusable(path, error);
    });
    return text === undefined ? new Map() : parseAliases(text, path);
  };

  const recent = async (): Promise<AliasBook> => {
    const now = performance.now();
    if (known && now - known.at < TRUSTED_FOR) {
      return known.book;
    }
    const mark = await markOf();
    const book = known?.mark === mark ? known.book : await read();
    known = { book, mark, at: now };
    return book;
  };

  /** Reads, changes and writes while nobody else does. */
  const change = async <Result>(work: (book: Map<string, AliasHistory>) => Result): Promise<Result> => {
    await node.fs.promises.mkdir(node.path.dirname(path), { recursive: true }).catch((error: unknown) => {
      throw unusable(path, error);
    });
    const release = await lockPatiently(node, path);
    try {
      const book = new Map(await read());
      const result = refusing(() => work(book));
      await file.write(aliasText(book)).catch((error: unknown) => {
        throw unusable(path, error);
      });
      known = undefined;
      return result;
    } finally {
      await release();
    }
  };

  const changeOne = (name: string, next: (before: AliasHistory | undefined) => AliasHistory) =>
    change((book) => {
      const after = next(book.get(name));
      book.set(name, after);
      return after.alias;
    });
  const now = () => Math.floor(Date.now() / 1000);

  return {
    ...readers(recent),
    promote: (name, params) => changeOne(name, (before) => promote(before, name, params, now())),
    rollback: (name, params) => changeOne(name, (before) => rollBack(before, name, params, now())),
    canary: (name, params) => changeOne(name, (before) => shareWith(before, name, params, now())),
    delete: (name) =>
      change((book) => {
        if (!book.delete(name)) {
          throw missing(name);
        }
        return { name, object: "model_alias", deleted: true };
      }),
  };
}

/** Aliases that were given to the client, and that only a new client changes. */
export function givenAliases(targets: AliasTargets): OwnAliases {
  const book = aliasesByHand(targets, "The client's option aliases");
  const refuse = async () => {
    throw new ModelAliasError(
      "These aliases were given to the client as an object, which nothing else would see changed. " +
        "Give the path of a file as `aliases`, or leave it out where the platform keeps them.",
      { code: "read_only" },
    );
  };
  return { ...readers(async () => book), promote: refuse, rollback: refuse, canary: refuse, delete: refuse };
}

function readers(read: () => Promise<AliasBook>) {
  const existing = async (name: string) => {
    const history = (await read()).get(name);
    if (!history) {
      throw missing(name);
    }
    return history;
  };
  return {
    find: async (name: string) => (await read()).get(name)?.alias,
    list: async () => [...(await read()).values()].map(({ alias }) => alias),
    retrieve: async (name: string) => (await existing(name)).alias,
    history: async (name: string) => (await existing(name)).changes.toReversed(),
  };
}

async function lockPatiently(node: NodeModules, path: string): Promise<() => Promise<void>> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await lockFile(node, `${path}.lock`, { deadAfter: DEAD_AFTER });
    } catch (error) {
      if (!(error instanceof FileLockedError)) {
        throw unusable(path, error);
      }
      if (performance.now() > until) {
        throw new ModelAliasError(
          `Another process (${error.holder.pid}) is changing the aliases in ${path}. If there is none, delete ${error.path}.`,
          { code: "in_use" },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Turns what the rules refuse into the client's own error. */
function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof AliasRefusal) {
      throw new ModelAliasError(error.message, { code: error.code, param: error.param });
    }
    throw error;
  }
}

function missing(name: string): ModelAliasError {
  return new ModelAliasError(`There is no alias "${name}". Promoting a model makes it.`, {
    code: "alias_not_found",
    param: "name",
  });
}

function unusable(path: string, cause: unknown): ModelAliasError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ModelAliasError(`The aliases in ${path} can't be read or written: ${reason}.`, {
    code: "unreadable",
    cause,
  });
}
