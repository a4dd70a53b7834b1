import { cors } from "hono/cors";

/** What a page may read besides the body: without this list, a browser shows it next to no header. */
const EXPOSED = [
  "x-request-id",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "idempotent-replayed",
  "content-disposition",
  ...["limit", "remaining", "reset"].flatMap((what) => [
    `x-ratelimit-${what}-requests`,
    `x-ratelimit-${what}-tokens`,
  ]),
];

/** How long a browser need not ask again, in seconds. */
const REMEMBERED_SECONDS = 600;

/**
 * Lets the pages of these origins call the platform from a browser: answers what it asks before a request (without a
 * key, which it doesn't send then), and says with every answer whether the page may read it.
 *
 * Whichever headers the page asks for are allowed, because clients have many of their own and none of them opens a door
 * here. Cookies are not: the platform has none.
 */
export function allowOrigins(origins: readonly string[]) {
  return cors({
    origin: [...origins],
    allowMethods: ["GET", "HEAD", "POST", "DELETE"],
    exposeHeaders: EXPOSED,
    maxAge: REMEMBERED_SECONDS,
  });
}
