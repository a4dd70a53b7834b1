import { ConfigurationError } from "./errors.ts";

/** A path of which each value is one part: a model's name may contain anything. */
export function path(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return strings.reduce((whole, text, index) => {
    const value = values[index - 1];
    // An empty id would lead to the list of all things. Without the types, `undefined` gets here too.
    if (value === undefined || value === null || value === "") {
      throw new ConfigurationError(
        `The id is ${value === "" ? "empty" : value}: the call would go to another path. Was it read from something that has none?`,
      );
    }
    // A name of dots would lead to another path.
    if (value === "." || value === "..") {
      throw new ConfigurationError(
        `${JSON.stringify(value)} can't be an id: the call would go to another path.`,
      );
    }
    // Colons may stand in a path, and the names of tuned models are full of them.
    return whole + encodeURIComponent(value).replaceAll("%3A", ":") + text;
  });
}

/** The whole URL. A record in the query is written as `name[key]=value`, `null` as the word. */
export function requestURL(baseURL: string, path: string, query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        parameters.append(`${name}[${key}]`, String(item));
      }
    } else if (value !== undefined) {
      parameters.append(name, String(value));
    }
  }
  const text = parameters.toString();
  return `${baseURL}${path}${text && `?${text}`}`;
}
