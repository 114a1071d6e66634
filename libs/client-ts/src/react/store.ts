import type { SessionClaims } from "../session/claims.js";
import type { Source } from "./source.js";
import { type View, Watched, errorOf } from "./watched.js";

/** The user's organizations, and whether they are being read right now. */
export interface ListView<Entry> extends View<readonly Entry[]> {
  readonly isReading: boolean;
}

/** What stands in for everything that only a browser can know: nobody is signed in on a server. */
export const UNKNOWN_SESSION: View<SessionClaims | null> = { data: null, isPending: true, error: null };
export const UNKNOWN_LIST: ListView<never> = { data: [], isPending: true, error: null, isReading: false };

/**
 * What all components below one client share: the session, and one list of organizations, which is read when somebody
 * looks at it and again whenever the client tells that it may be something else.
 */
export class Store<Entry> {
  readonly session: Watched<View<SessionClaims | null>>;
  readonly list: Watched<ListView<Entry>>;
  readonly #source: Source<Entry>;
  #isFollowing = false;
  /** Whose organizations the list holds. */
  #owner: string | undefined;
  /** What the session told of its organization when they were read; another organization, name or role is news. */
  #told = "";
  #isStale = true;
  #reading: Promise<void> | undefined;

  constructor(source: Source<Entry>) {
    this.#source = source;
    const claims = source.claims();
    this.session = new Watched({ data: claims, isPending: claims === null, error: null }, () => this.#follow());
    this.list = new Watched<ListView<Entry>>(UNKNOWN_LIST, () => {
      this.#follow();
      if (this.#isStale) void this.#read();
    });
  }

  /** Asks the server again who is signed in and what they may. */
  readonly refetchSession = async (): Promise<void> => {
    await this.#findOut();
    if (this.#source.claims() === null || this.session.view().error !== null) return;
    try {
      await this.#source.refresh();
    } catch (error) {
      this.session.set({ ...this.session.view(), error: errorOf(error) });
    }
  };

  /** Reads the list again. */
  readonly refetchList = (): Promise<void> => {
    this.#isStale = true;
    return this.#read();
  };

  readonly switchTo = async (organizationId: string): Promise<void> => {
    await this.#source.switchTo(organizationId);
  };

  readonly idOf = (entry: Entry): string => this.#source.idOf(entry);

  /** Follows the client from the first watcher on: not while something is drawn, nor on a server. */
  #follow(): void {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    this.#source.onChange((event) => {
      this.#showSession(false, null);
      if (event === "organizations-changed") this.#isStale = true;
      this.#showList();
    });
    void this.#findOut();
  }

  async #findOut(): Promise<void> {
    try {
      await this.#source.ready();
      this.#showSession(false, null);
    } catch (error) {
      this.#showSession(false, errorOf(error));
    }
    this.#showList();
  }

  #showSession(isPending: boolean, error: Error | null): void {
    this.session.set({ data: this.#source.claims(), isPending, error });
  }

  /** Lets go of what belongs to another user, and reads what may have changed, if somebody looks at it. */
  #showList(): void {
    const claims = this.#source.claims();
    if (this.#owner !== claims?.sub) {
      this.#owner = claims?.sub;
      this.list.set({ ...UNKNOWN_LIST, isPending: claims !== null });
    }
    const told = JSON.stringify([claims?.sub, claims?.active_org_id, claims?.org_name, claims?.roles]);
    if (told !== this.#told) this.#isStale = true;
    this.#told = told;
    if (this.#isStale && this.list.isWatched) void this.#read();
  }

  #read(): Promise<void> {
    this.#reading ??= this.#readWhileStale();
    return this.#reading;
  }

  /** A change that comes while the list is read has it read once more; what failed is read again on occasion. */
  async #readWhileStale(): Promise<void> {
    await this.#source.ready().catch(() => undefined);
    let hasFailed = false;
    while (this.#isStale && !hasFailed) {
      this.#isStale = false;
      const owner = this.#source.claims()?.sub;
      if (owner === undefined) {
        this.#showNobody();
        break;
      }
      this.list.set({ ...this.list.view(), isReading: true });
      try {
        const data: Entry[] = [];
        for await (const entry of await this.#source.list()) data.push(entry);
        if (owner === this.#owner) this.list.set({ data, isPending: false, error: null, isReading: false });
      } catch (error) {
        if (owner !== this.#owner) continue;
        this.list.set({ ...this.list.view(), isPending: false, error: errorOf(error), isReading: false });
        hasFailed = !this.#isStale;
      }
    }
    this.#isStale ||= hasFailed;
    this.#reading = undefined;
  }

  #showNobody(): void {
    const { isPending, error } = this.session.view();
    this.list.set({ ...UNKNOWN_LIST, isPending, error });
  }
}
