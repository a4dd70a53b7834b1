/** Values as the fields of a form. It has texts only: a record in it is written as `name[key]`, and what is absent not. */
export function formFields(values: object): Record<string, string> {
  const fields: Record<string, string> = {};
  const add = (name: string, value: unknown) => {
    if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        add(`${name}[${key}]`, item);
      }
    } else if (value !== undefined && value !== null) {
      fields[name] = String(value);
    }
  };
  for (const [name, value] of Object.entries(values)) {
    add(name, value);
  }
  return fields;
}
