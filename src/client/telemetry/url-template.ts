/** The words that routes are made of. Everything else in a path is an id or a name. */
const WORDS = new Set([
  "aliases",
  "cancel",
  "chat",
  "checkpoints",
  "complete",
  "completions",
  "content",
  "events",
  "files",
  "fine_tuning",
  "healthz",
  "jobs",
  "models",
  "parts",
  "pause",
  "permissions",
  "resume",
  "rotate_secret",
  "uploads",
  "usage",
  "webhook_endpoints",
]);

/**
 * The route that a path belongs to: `/files/file-1/content` to `/files/{id}/content`. Spans are named by it, so there
 * must be few of them, whatever ids there are, and whatever routes come.
 */
export function urlTemplate(path: string): string {
  return path
    .split("/")
    .map((segment) => (segment === "" || WORDS.has(segment) ? segment : "{id}"))
    .join("/");
}
