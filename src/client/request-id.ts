/** Names a request in the logs of the platform that answered it, by whichever header platforms use for that. */
export function requestIdOf(headers: Headers): string | undefined {
  return (
    headers.get("x-request-id") ?? headers.get("request-id") ?? headers.get("apim-request-id") ?? undefined
  );
}
