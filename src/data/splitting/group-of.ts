import { DataError } from "../errors.ts";

/** By what records are split. */
export interface SplitKeys<T> {
  /**
   * What must not be torn apart: the customer, scene or document of a record.
   *
   * @default `record.group`
   */
  readonly group?: (record: T) => string | undefined;
  /**
   * What the parts keep the shares of, such as a difficulty. A group has the stratum that most of its records have.
   *
   * @default `record.stratum`
   */
  readonly stratum?: (record: T) => string | undefined;
}

/** Reads the keys of a record, the `number`th from 1. */
export function splitKeys<T extends object>({
  group = (record) => ("group" in record && typeof record.group === "string" ? record.group : undefined),
  stratum = (record) =>
    "stratum" in record && typeof record.stratum === "string" ? record.stratum : undefined,
}: SplitKeys<T>): (record: T, number: number) => { group: string; stratum: string | undefined } {
  return (record, number) => {
    const name = group(record);
    if (name === undefined || name === "") throw withoutGroup(record, number);
    return { group: name, stratum: stratum(record) };
  };
}

function withoutGroup(record: object, number: number): DataError {
  const place = placeOf(record);
  const where = place ? `row ${place.row} of ${place.file}` : `record ${number}`;
  return new DataError(
    `No group is known of ${where}, so a split might tear apart what belongs together. Give each record a \`group\`, or the option \`group\`: \`(record) => record.id\` where each stands by itself.`,
    { code: "invalid_row", field: "group", ...(place && { file: place.file, line: place.line }) },
  );
}

/** The place of a record that was read from a file. */
function placeOf(record: object): { file: string; row: number; line: number | undefined } | undefined {
  const place = "place" in record ? record.place : undefined;
  if (typeof place !== "object" || place === null || !("file" in place) || !("row" in place))
    return undefined;
  const { file, row } = place;
  if (typeof file !== "string" || typeof row !== "number") return undefined;
  return { file, row, line: "line" in place && typeof place.line === "number" ? place.line : undefined };
}
