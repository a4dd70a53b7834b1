export type { ChatClient, ChatStream } from "./ai-sdk/chat-client.ts";
export { MissingPeerError } from "./ai-sdk/peer.ts";
export { createFermion, type FermionProvider } from "./ai-sdk/provider.ts";
