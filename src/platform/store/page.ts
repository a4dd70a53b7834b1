/** A part of a list, and whether there is more behind it. */
export interface Page<Item> {
  readonly data: Item[];
  readonly hasMore: boolean;
}

/** Where a page begins and how long it is. */
export interface PageQuery {
  /** The id of the last item of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The cursor of a page is no item of the list. */
export class UnknownCursorError extends Error {
  override readonly name = "UnknownCursorError";
  readonly after: string;

  constructor(after: string) {
    super(`There is nothing with the id "${after}" in this list.`);
    this.after = after;
  }
}

/** Cuts rows, of which one more than the limit was asked for, into a page. */
export function cutPage<Item>(rows: Item[], limit: number): Page<Item> {
  return { data: rows.slice(0, limit), hasMore: rows.length > limit };
}

/**
 * The position behind which a page begins.
 *
 * @param find - gives the position of an id, and undefined for an unknown one
 * @throws UnknownCursorError
 */
export function cursorPosition(
  after: string | undefined,
  start: number,
  find: (id: string) => number | undefined,
): number {
  if (after === undefined) return start;
  const position = find(after);
  if (position === undefined) throw new UnknownCursorError(after);
  return position;
}
