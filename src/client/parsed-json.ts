/** The text as JSON; `undefined` if it is none. */
export function parsedJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is as wrong as JSON of another shape; who asks sees the difference in what the schema says.
    return undefined;
  }
}
