import type { FileCreateFields } from "../contract/file-params.ts";

/** The fields of the form that creates a file. A form has texts only; a record in it is written as `name[key]`. */
export function fileFormFields({ purpose, expires_after }: FileCreateFields): Record<string, string> {
  return {
    purpose,
    ...(expires_after && {
      "expires_after[anchor]": expires_after.anchor,
      "expires_after[seconds]": String(expires_after.seconds),
    }),
  };
}
