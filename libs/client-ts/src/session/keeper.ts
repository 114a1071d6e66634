import { type Held, isOverBy, isSameSession } from "./held.js";
import { Listeners } from "./listeners.js";
import { OwedSignOut } from "./owed.js";
import { disposed, signedOut } from "./refusals.js";
import { Shelf } from "./shelf.js";
import { type StorageChoice, localStorageOf } from "./storage.js";
import { type TabNews, Tabs } from "./tabs.js";

/** So often a tab tells that its call for other credentials is under way, for tabs that were opened since. */
const TOLD_EVERY_MS = 200;
/** So long after it told so last it is waited for: browsers let hidden tabs do anything once a second only. */
const EXCHANGED_WITHIN_MS = 2_500;

/**
 * Holds the session's state: in memory, in its storage, and in step with the other tabs. Everything that changes it
 * goes through here, and everything that took time first looks whether it still may (`generation`).
 */
export class Keeper {
  readonly isInCookies: boolean;
  readonly listeners = new Listeners();
  /** Whether others may hold the same session: other tabs, other pages, or the next one. */
  readonly isShared: boolean;
  /** Grows whenever another tab's state is taken over: its credentials, and the rights in them, may be others. */
  taken = 0;
  /** In cookie mode: the sign-out that the server is still to be told of. */
  readonly owed: OwedSignOut | undefined;
  /** Where the session lies for other tabs and pages, unless it is in cookies or nowhere. */
  readonly #shelf: Shelf | undefined;
  readonly #tabs: Tabs;
  #held: Held | undefined;
  #generation = 0;
  #isSignedOut = false;
  /** What was signed out of last, stamped with that moment: what another tab told before is over. */
  #ended: Held | undefined;
  #exchangedElsewhereUntil = 0;
  #isClosed = false;

  constructor(choice: StorageChoice, name: string) {
    this.isInCookies = choice === "cookie";
    this.isShared = choice !== "memory";
    this.owed = this.isInCookies ? new OwedSignOut(name) : undefined;
    const given = typeof choice === "object" ? choice : undefined;
    const storage = choice === "localStorage" ? localStorageOf() : given;
    this.#shelf = storage && new Shelf(storage, name);
    // Without a page's storage, other clients of this process may belong to other users.
    const channel = given ? given.channel : storage || this.owed ? name : undefined;
    this.#tabs = new Tabs(channel, (kind, told) => this.#hear(kind, told));
  }

  get held(): Held | undefined {
    return this.#held;
  }

  /** Changes whenever somebody signs in or out: what was begun in one generation must not end in another. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Whether somebody signed out here and nobody has signed in since. The browser may still have the cookies, where the
   * server couldn't be told.
   */
  get isSignedOut(): boolean {
    return this.#isSignedOut;
  }

  /** Whether a call of another tab may be about to give this session other credentials. */
  get isExchangedElsewhere(): boolean {
    return Date.now() < this.#exchangedElsewhereUntil;
  }

  demandOpen(): void {
    if (this.#isClosed) throw disposed();
  }

  /** What was begun in that generation must not go on in another one. */
  demand(generation: number, cause?: unknown): void {
    if (generation !== this.#generation) throw signedOut(cause);
  }

  /**
   * Looks at what the tabs share, at first or again: takes over what another tab has put into the storage since.
   * Answers whether the session still is the one that was held.
   */
  async catchUp(): Promise<boolean> {
    const generation = this.#generation;
    if (this.owed?.mark !== undefined) this.signOut();
    if (this.#shelf !== undefined) {
      let stored = await this.#shelf.read(() => this.#held);
      if (generation !== this.#generation) return false;
      if (stored !== undefined && isOverBy(this.#ended, stored)) {
        // Of a tab that went on with it before it heard of the end.
        this.#tellEnd(stored, this.#endedAt);
        stored = this.#held;
      }
      if (stored === undefined) this.#end();
      else if (stored.stamp > (this.#held?.stamp ?? 0)) this.#take(stored);
    }
    return generation === this.#generation && (this.isInCookies || this.#held !== undefined);
  }

  /** Somebody signed in; or else was found to be, by an answer that was asked for at that moment. */
  begin(granted: Held, foundAt?: number): void {
    const stamp = Math.max(granted.stamp, this.#endedAt + 1);
    const held = { ...granted, stamp, begun: foundAt ?? stamp };
    if (isOverBy(this.#ended, held)) return;
    if (foundAt === undefined) this.owed?.settle();
    this.#generation += 1;
    this.#held = undefined;
    this.#keep(held);
  }

  /**
   * The same session has new tokens. Discarded when it ended meanwhile, here or in another tab: a sign-out wins over a
   * refresh that was under way.
   */
  async renew(held: Held, generation: number): Promise<boolean> {
    if (generation !== this.#generation || !(await this.catchUp())) return false;
    this.#keep(held);
    return true;
  }

  /** The user is signed out: no cookie may bring the session back, here or in another tab. */
  signOut(): void {
    this.owed?.add();
    this.end();
    this.#isSignedOut = true;
  }

  /** The session is over, here and in the other tabs; where it was of that generation, no other one's is. */
  end(generation = this.#generation): void {
    const held = this.#held;
    if (held === undefined || generation !== this.#generation) return;
    this.#end();
    this.#tellEnd(held, Math.max(Date.now(), held.stamp));
  }

  /** A call that gives the session other credentials is under way: what it replaces may be refused meanwhile. */
  async exchanging<Result>(work: () => Promise<Result>): Promise<Result> {
    const tell = (): void => this.#tabs.tell("exchanging");
    tell();
    const telling = setInterval(tell, TOLD_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(telling);
      this.#tabs.tell("exchanged");
    }
  }

  /** The user belongs to other organizations than before, or they look different. */
  organizationsChanged(): void {
    this.#tellOrganizations();
    this.#tabs.tell("organizations");
  }

  close(): void {
    this.#isClosed = true;
    this.#tabs.close();
    this.listeners.clear();
  }

  #keep(held: Held): void {
    this.#set(held);
    this.#shelf?.write(held);
    this.#tabs.tell("session", held);
  }

  #hear(kind: TabNews, told: Held | undefined): void {
    if (kind === "organizations") this.#tellOrganizations();
    else if (kind === "exchanging") this.#exchangedElsewhereUntil = Date.now() + EXCHANGED_WITHIN_MS;
    else if (kind === "exchanged") this.#exchangedElsewhereUntil = 0;
    else if (told === undefined) return;
    else if (kind === "signed-out") this.#heedSignOut(told);
    // What a later version of this package tells.
    else if (kind !== "session") return;
    // A tab that went on with it before it heard of the end.
    else if (isOverBy(this.#ended, told)) this.#tellEnd(told, this.#endedAt);
    // The later of two states is the right one, whichever tab made it.
    else if (told.stamp > (this.#held?.stamp ?? this.#endedAt)) this.#take(told);
  }

  #heedSignOut(told: Held): void {
    if (told.stamp > this.#endedAt) this.#ended = told;
    if (isOverBy(told, this.#held)) {
      this.#end();
      this.#isSignedOut = true;
    }
  }

  get #endedAt(): number {
    return this.#ended?.stamp ?? 0;
  }

  /** Without tokens, of which only the end matters. */
  #tellEnd(held: Held, stamp: number): void {
    this.#ended = { ...held, accessToken: undefined, refreshToken: undefined, stamp };
    this.#shelf?.remove(held);
    this.#tabs.tell("signed-out", this.#ended);
  }

  #tellOrganizations(): void {
    if (this.#held !== undefined) this.listeners.tell("organizations-changed", this.#held.claims);
  }

  #take(held: Held): void {
    this.taken += 1;
    this.#set(held);
  }

  #set(held: Held): void {
    const before = this.#held;
    this.#held = held;
    this.#isSignedOut = false;
    if (!isSameSession(before, held)) {
      if (before !== undefined) this.#generation += 1;
      this.listeners.tell("signed-in", held.claims);
    } else {
      const isSwitched = before?.claims.active_org_id !== held.claims.active_org_id;
      this.listeners.tell(isSwitched ? "switched" : "refreshed", held.claims);
    }
  }

  #end(): void {
    if (this.#held === undefined) return;
    this.#held = undefined;
    this.#generation += 1;
    this.listeners.tell("signed-out", null);
  }
}
