import type * as z from "zod/mini";
import { listPageSchema } from "../contract/lists.ts";
import { APIPromise, type WithResponse } from "./api-promise.ts";
import { UnexpectedResponseError } from "./errors.ts";
import type { RequestOptions } from "./options.ts";
import type { ApiCall, Requester } from "./requester.ts";

interface PageData<Item> {
  readonly data: Item[];
  readonly has_more?: boolean | null | undefined;
  readonly first_id?: string | null | undefined;
  readonly last_id?: string | null | undefined;
}

/**
 * A page of a list. Iterating over it goes on to the pages behind it.
 *
 * @example
 * ```ts
 * const page = await client.files.list({ limit: 100 });
 * console.log(page.data.length, page.hasNextPage());
 * ```
 */
export class Page<Item extends { id: string }> implements AsyncIterable<Item> {
  /** The items of this page alone. */
  readonly data: Item[];
  /** Whether there are more behind this page. */
  readonly has_more: boolean;
  readonly first_id: string | undefined;
  readonly last_id: string | undefined;
  readonly #load: (after: string) => APIPromise<Page<Item>>;

  /** @internal */
  constructor(page: PageData<Item>, load: (after: string) => APIPromise<Page<Item>>) {
    this.data = page.data;
    this.has_more = page.has_more ?? false;
    this.first_id = page.first_id ?? page.data[0]?.id;
    this.last_id = page.last_id ?? page.data.at(-1)?.id;
    this.#load = load;
  }

  hasNextPage(): boolean {
    return this.has_more && this.last_id !== undefined;
  }

  /**
   * The page behind this one.
   *
   * @throws RangeError if there is none; ask `hasNextPage()` before
   */
  getNextPage(): APIPromise<Page<Item>> {
    if (!this.has_more || this.last_id === undefined) {
      throw new RangeError("This is the last page. Ask hasNextPage() before getNextPage().");
    }
    return this.#load(this.last_id);
  }

  /** This page and all behind it. */
  async *iterPages(): AsyncGenerator<Page<Item>, void, undefined> {
    let page: Page<Item> = this;
    yield page;
    while (page.hasNextPage()) {
      page = await page.getNextPage();
      yield page;
    }
  }

  /** The items of this page and of all behind it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.iterPages()) {
      yield* page.data;
    }
  }
}

/**
 * A promise of the first page, and an iterable of all items of all pages.
 *
 * @example
 * ```ts
 * for await (const job of client.fineTuning.jobs.list()) {
 *   console.log(job.id, job.status);
 * }
 * ```
 */
export class PagePromise<Item extends { id: string }>
  extends APIPromise<Page<Item>>
  implements AsyncIterable<Item>
{
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    yield* await this;
  }
}

/** Asks for the first page, and knows how to ask for the next. */
export function listPages<Item extends { id: string }>(
  requester: Requester,
  call: ApiCall,
  item: z.ZodMiniType<Item>,
  options: RequestOptions = {},
): PagePromise<Item> {
  const schema = listPageSchema(item);

  async function load(query: object | undefined): Promise<WithResponse<Page<Item>>> {
    const loaded = await requester.json({ ...call, query }, schema, options).withResponse();
    const page = new Page(loaded.data, (after) => new APIPromise(load({ ...call.query, after })));
    const after = query && "after" in query ? query.after : undefined;
    // A server that doesn't know `after` gives the same page again and again.
    if (page.hasNextPage() && page.last_id === after) {
      throw new UnexpectedResponseError(
        `The list ${call.path} never ends: the page behind ${String(after)} ends with it again. ` +
          "The server doesn't seem to know the parameter `after`.",
        { status: loaded.response.status, requestId: loaded.requestId, bodyStart: "" },
      );
    }
    return { ...loaded, data: page };
  }

  return new PagePromise(load(call.query));
}
