// Axios gives its adapters away below `unsafe/`, without types. Only the parts that are used here are declared.

declare module "axios/unsafe/adapters/http.js" {
  const adapter: false | ((config: object) => Promise<{ status: number; headers: object; data: unknown }>);
  export default adapter;
}

declare module "axios/unsafe/adapters/fetch.js" {
  export function getFetch(config: {
    env: { fetch: typeof globalThis.fetch | undefined };
  }): false | ((config: object) => Promise<{ status: number; headers: object; data: unknown }>);
}
