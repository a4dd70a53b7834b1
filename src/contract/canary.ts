/**
 * Where a user falls in the shares of an alias, from 0 to below 1: the same user always at the same place, so that whoever
 * has met the second model keeps it while its share grows. FNV-1a over UTF-16 code units, mixed as MurmurHash3 ends.
 *
 * @param alias - so that not the same users are the first of every alias
 * @param user - as the request names them
 */
export function canaryPlace(alias: string, user: string): number {
  let hash = 0x811c9dc5;
  const text = `${alias}\0${user}`;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** What of a request names its user, by the fields that the wire has for it. */
interface NamesUser {
  readonly safety_identifier?: string | null | undefined;
  readonly user?: string | null | undefined;
  readonly prompt_cache_key?: string | null | undefined;
}

interface Shared {
  readonly name: string;
  readonly model: string;
  readonly canary?: { readonly model: string; readonly share: number } | null | undefined;
}

/**
 * The model that answers a request under an alias. Requests that name no user are spread by `draw`, each by itself.
 *
 * @param draw - from 0 to below 1
 */
export function modelOf(alias: Shared, request: NamesUser, draw: () => number = Math.random): string {
  const { canary } = alias;
  if (!canary) {
    return alias.model;
  }
  const user = request.safety_identifier || request.user || request.prompt_cache_key;
  const place = user ? canaryPlace(alias.name, user) : draw();
  return place < canary.share ? canary.model : alias.model;
}
