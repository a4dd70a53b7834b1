/** The peer, with the versions that it was made for. */
const PEER = "@ai-sdk/provider";
const RANGE = "^3.0.0";

/** What the peer gives at run time: above all its classes of errors. */
export type ProviderPackage = typeof import("@ai-sdk/provider");

/** The package `@ai-sdk/provider` is missing, which only this entrance needs. */
export class MissingPeerError extends Error {
  override readonly name = "MissingPeerError";
  /** The package that is missing, as `name@range`. */
  readonly missing = `${PEER}@${RANGE}`;

  constructor() {
    super(
      `fermion/ai-sdk needs ${PEER}, which fermion doesn't install by itself. The package ai brings a copy, but some ` +
        `package managers keep that to ai alone. Install it with:\n\n  npm install "${PEER}@${RANGE}"\n`,
    );
  }
}

/**
 * Loaded with the first call and not above, so that the entrance can be imported, and can say what is missing, without
 * the peer.
 */
export async function loadProviderPackage(): Promise<ProviderPackage> {
  try {
    return await import("@ai-sdk/provider");
  } catch (error) {
    // One that is there and broken is another problem, and its own message says more.
    throw isMissing(error) ? new MissingPeerError() : error;
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) {
    return false;
  }
  const codes: readonly unknown[] = ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"];
  return codes.includes(error.code) && error.message.includes(PEER);
}
