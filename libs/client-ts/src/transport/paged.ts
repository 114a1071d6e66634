import type { PageQuery } from "../gen/operations.js";

/** The page of a list: an array of its entries, from which the rest can be reached. */
export interface Paged<Entry> extends Array<Entry> {
  /** Names the next page; empty at the end. */
  readonly nextPageToken: string;
  /** Whether there is a next page. */
  readonly hasMore: boolean;
  /** Fetches the next page, of the same size; null at the end. */
  next(): Promise<Paged<Entry> | null>;
  /** Goes through this page and all that follow, fetching them on the way. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Entry>;
}

/** An answer that holds a page under this name. */
type Page<Name extends string, Entry> = { [Key in Name]: Entry[] } & { next_page_token: string };

/** Fetches a page and makes it an array that goes on. */
export async function paged<Name extends string, Entry, Query extends PageQuery, Shown = Entry>(
  name: Name,
  query: Query | undefined,
  fetchPage: (query: Query) => Promise<Page<Name, Entry>>,
  show: (entry: Entry) => Shown = (entry) => entry as unknown as Shown,
): Promise<Paged<Shown>> {
  const asked = query ?? ({} as Query);
  const page = await fetchPage(asked);
  const nextPageToken = page.next_page_token;
  const hasMore = nextPageToken !== "";
  const following = async (): Promise<Paged<Shown> | null> =>
    hasMore ? paged(name, { ...asked, page_token: nextPageToken }, fetchPage, show) : null;

  const entries = page[name].map(show);
  // Not enumerable, so that the array looks, compares and prints like any other.
  return Object.defineProperties(entries, {
    nextPageToken: { value: nextPageToken },
    hasMore: { value: hasMore },
    next: { value: following },
    [Symbol.asyncIterator]: {
      value: async function* (): AsyncGenerator<Shown> {
        // Copies, whose own iteration doesn't go on.
        yield* [...entries];
        for (let more = await following(); more !== null; more = await more.next()) yield* [...more];
      },
    },
  }) as unknown as Paged<Shown>;
}
