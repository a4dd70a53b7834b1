/** What is put in a value's place, given the name it stands under; undefined leaves it as it is. */
export type ValueChange = (text: string, name: string) => string | undefined;

const STRING_OR_NUMBER = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * JSON with strings and numbers replaced, and the rest of it as it was written: to parse it and to write it anew would
 * change numbers that are longer than a double. A number gives way to a string. Undefined if it isn't JSON.
 */
export function mapJsonText(json: string, change: ValueChange): string | undefined {
  try {
    JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  let name = "";
  return json.replace(STRING_OR_NUMBER, (whole, quoted: string | undefined, colon: string | undefined) => {
    if (quoted === undefined) {
      const changed = change(whole, name);
      return changed === undefined ? whole : JSON.stringify(changed);
    }
    const text: unknown = JSON.parse(quoted);
    if (typeof text !== "string") return whole;
    const changed = change(text, colon === undefined ? name : "");
    if (colon !== undefined) name = text;
    return `${changed === undefined ? quoted : JSON.stringify(changed)}${colon ?? ""}`;
  });
}
