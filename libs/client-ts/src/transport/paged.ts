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

/** An answer that holds a page: one array, and what names the next page. */
interface Page {
  next_page_token: string;
}

/** What the array of such an answer holds. */
type EntryOf<Answered> = {
  [Name in keyof Answered]: Answered[Name] extends (infer Entry)[] ? Entry : never;
}[keyof Answered];

/** Fetches a page and makes it an array that goes on. */
export async function paged<Answered extends Page, Query extends PageQuery, Shown = EntryOf<Answered>>(
  query: Query | undefined,
  fetchPage: (query: Query) => Promise<Answered>,
  show: (entry: EntryOf<Answered>) => Shown = (entry) => entry as unknown as Shown,
): Promise<Paged<Shown>> {
  const asked = query ?? ({} as Query);
  const page = await fetchPage(asked);
  const nextPageToken = page.next_page_token;
  const hasMore = nextPageToken !== "";
  const following = async (): Promise<Paged<Shown> | null> =>
    hasMore ? paged({ ...asked, page_token: nextPageToken }, fetchPage, show) : null;

  const entries = (Object.values(page).find(Array.isArray) as EntryOf<Answered>[]).map(show);
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
