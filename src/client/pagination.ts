import type * as z from "zod/mini";
import { APIPromise, type WithResponse } from "./api-promise.ts";
import { ConfigurationError, UnexpectedResponseError } from "./errors.ts";
import type { RequestOptions } from "./options.ts";
import type { ApiCall, Requester } from "./requester.ts";

interface PageData<Item> {
  readonly data: Item[];
  readonly has_more?: boolean | null | undefined;
  readonly first_id?: string | null | undefined;
  readonly last_id?: string | null | undefined;
}

/** How a list is fetched, beside what the server is asked for. */
export interface PageOptions {
  /**
   * How many items to fetch with each request while iterating, 1–10,000. It changes nothing in what comes.
   * @default 100 where a `limit` is above that, else as many as the server gives by itself
   */
  pageSize?: number | undefined;
}

/** The most that a page can have on the wire. */
const MAX_PAGE = 10_000;
/** The most that each server gives in one page. */
const SAFE_PAGE = 100;

/** What a list is asked for; what else is in it goes to the server as it is. */
interface ListQuery extends PageOptions {
  readonly limit?: number | string | undefined;
}

/** How the pages of one list are asked for. */
interface PageLoader<Item extends { id: string }> {
  /** How many items iterating gives in total. */
  readonly total: number;
  /** The page behind an id; `left` is how many items are still wanted of it and of those behind it. */
  load(after: string, left?: number): APIPromise<Page<Item>>;
}

/**
 * A page of a list. Iterating over it goes on to the pages behind it, up to the `limit` of the list in total.
 *
 * @example
 * ```ts
 * let page = await client.files.list({ limit: 100 });
 * console.log(page.data.length);
 * while (page.hasNextPage()) {
 *   page = await page.getNextPage();
 *   console.log(page.data.length);
 * }
 * ```
 */
export class Page<Item extends { id: string }> implements AsyncIterable<Item> {
  /** The items of this page alone. */
  readonly data: Item[];
  /** Whether there are more behind this page. */
  readonly has_more: boolean;
  readonly first_id: string | undefined;
  readonly last_id: string | undefined;
  readonly #loader: PageLoader<Item>;

  /** @internal */
  constructor(page: PageData<Item>, loader: PageLoader<Item>) {
    this.data = page.data;
    this.has_more = page.has_more ?? false;
    this.first_id = page.first_id ?? page.data[0]?.id;
    this.last_id = page.last_id ?? page.data.at(-1)?.id;
    this.#loader = loader;
  }

  hasNextPage(): boolean {
    return this.has_more && this.last_id !== undefined;
  }

  /**
   * The page behind this one, of the same size.
   *
   * @throws RangeError if there is none; ask `hasNextPage()` before
   */
  getNextPage(): APIPromise<Page<Item>> {
    return this.#next();
  }

  /** This page and all behind it, however many items the list was limited to: with pages, `limit` is their size. */
  async *iterPages(): AsyncGenerator<Page<Item>, void, undefined> {
    let page: Page<Item> = this;
    yield page;
    while (page.hasNextPage()) {
      page = await page.getNextPage();
      yield page;
    }
  }

  /** The items of this page and of those behind it, up to the `limit` of the list. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    let left = this.#loader.total;
    for (let page: Page<Item> = this; ; page = await page.#next(left)) {
      const wanted = page.data.slice(0, left);
      yield* wanted;
      left -= wanted.length;
      if (left <= 0 || !page.hasNextPage()) {
        return;
      }
    }
  }

  #next(left?: number): APIPromise<Page<Item>> {
    if (!this.has_more || this.last_id === undefined) {
      throw new RangeError("This is the last page. Ask hasNextPage() before getNextPage().");
    }
    return this.#loader.load(this.last_id, left);
  }
}

/**
 * A list that is still to be asked for. Awaited it is the first page; iterated over it is all items of all pages, or as
 * many as `limit` says. It is asked for once it is awaited or iterated over.
 *
 * @example
 * ```ts
 * for await (const job of client.fineTuning.jobs.list({ limit: 250 })) {
 *   console.log(job.id, job.status);
 * }
 * ```
 */
export class PagePromise<Item extends { id: string }>
  extends APIPromise<Page<Item>>
  implements AsyncIterable<Item>
{
  readonly #begin: (left?: number) => void;
  readonly #total: number;

  /**
   * @param first - asks for the first page; `left` is how many items are wanted in total, if they are iterated over
   * @internal
   */
  constructor(first: (left?: number) => Promise<WithResponse<Page<Item>>>, total: number) {
    let begin: ((left?: number) => void) | undefined;
    super(
      new Promise((resolve) => {
        begin = (left) => resolve(first(left));
      }),
    );
    this.#begin = (left) => {
      begin?.(left);
      begin = undefined;
    };
    this.#total = total;
  }

  override withResponse(): Promise<WithResponse<Page<Item>>> {
    this.#begin();
    return super.withResponse();
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and `await` asks for this.
  override then<Fulfilled = Page<Item>, Rejected = never>(
    onFulfilled?: ((data: Page<Item>) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#begin();
    return super.then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    this.#begin(this.#total);
    yield* await this;
  }
}

/**
 * A list of which the first page, and those behind it, are asked for as they are wanted.
 *
 * `limit` is the size of a page on the wire, and so it is for who goes from page to page. Who iterates over items means
 * by it how many; they are fetched in pages that every server gives.
 */
export function listPages<Item extends { id: string }>(
  requester: Requester,
  call: Omit<ApiCall, "query"> & { readonly query?: ListQuery | undefined },
  item: () => Promise<z.ZodMiniType<Item>>,
  options: RequestOptions = {},
): PagePromise<Item> {
  const schema = async () => {
    const { listPageSchema } = await import("../contract/lists.ts");
    return listPageSchema(await item());
  };
  const { pageSize, limit, ...query } = call.query ?? {};
  const total = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);

  /** How many to ask for at once. Without a word from the caller, that is the server's own choice. */
  function size(left: number | undefined): number | undefined {
    if (left === undefined) {
      return limit === undefined ? pageSize : Math.min(total, pageSize ?? total);
    }
    return limit === undefined ? pageSize : Math.min(left, pageSize ?? SAFE_PAGE);
  }

  async function load(
    after: string | undefined,
    left: number | undefined,
  ): Promise<WithResponse<Page<Item>>> {
    checkWhole("pageSize", pageSize, MAX_PAGE);
    checkWhole("limit", limit, left === undefined && pageSize === undefined ? MAX_PAGE : undefined);
    const asked = { ...query, limit: size(left), ...(after === undefined ? {} : { after }) };
    const loaded = await requester.json({ ...call, query: asked }, schema, options).withResponse();
    const page = new Page(loaded.data, { total, load: (id, wanted) => new APIPromise(load(id, wanted)) });
    // A server that doesn't know `after` gives the same page again and again.
    if (after !== undefined && page.hasNextPage() && page.last_id === after) {
      throw new UnexpectedResponseError(
        `The list ${call.path} never ends: the page behind ${after} ends with it again. ` +
          "The server doesn't seem to know the parameter `after`.",
        { status: loaded.response.status, requestId: loaded.requestId, bodyStart: "" },
      );
    }
    return { ...loaded, data: page };
  }

  return new PagePromise((left) => load(undefined, left), total);
}

function checkWhole(name: string, value: number | string | undefined, most: number | undefined): void {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  if (number === undefined) {
    return;
  }
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 1) {
    throw new ConfigurationError(
      `${name} must be a whole number from 1, not ${typeof value === "string" ? JSON.stringify(value) : value}.`,
    );
  }
  if (most !== undefined && number > most) {
    throw new ConfigurationError(
      `${name} is ${number}, and a page has at most ${most} items.${
        name === "limit" ? " Iterate over the list instead: then `limit` is how many come in total." : ""
      }`,
    );
  }
}
