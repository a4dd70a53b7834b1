import type { ChatCompletionCreateParamsBase } from "../../contract/chat-params.ts";
import type { AliasTargets } from "./alias-book.ts";
import type { OwnAliases } from "./alias-file.ts";

/** Where a client's own aliases are: a file by its path, or the names and models themselves. */
export type AliasSource = string | URL | AliasTargets;

/** Aliases of the client's own, loaded when one is first asked for. */
export type LazyAliases = () => Promise<OwnAliases>;

/** Opens a client's own aliases once, whoever asks. */
export function ownAliases(source: AliasSource): LazyAliases {
  let opening: Promise<OwnAliases> | undefined;
  return () => {
    opening ??= import("./alias-file.ts").then(({ aliasFile, givenAliases }) =>
      typeof source === "string" || source instanceof URL ? aliasFile(source) : givenAliases(source),
    );
    return opening;
  };
}

/** The body of a request with the model in the place of its alias, where the client has aliases of its own. */
export async function withoutAlias<Body extends ChatCompletionCreateParamsBase>(
  body: Body,
  aliases: LazyAliases | undefined,
): Promise<Body> {
  const alias = await (await aliases?.())?.find(body.model);
  if (!alias) {
    return body;
  }
  const { modelOf } = await import("../../contract/canary.ts");
  return { ...body, model: modelOf(alias, body) };
}
