import { type Held, isSameSession, parseHeld } from "./held.js";
import { Listeners } from "./listeners.js";
import { type StorageChoice, type SessionStorage, storageOf } from "./storage.js";
import { Tabs } from "./tabs.js";

/**
 * Holds the session's state: in memory, in its storage, and in step with the other tabs. Everything that changes it
 * goes through here, and everything that took time first looks whether it still may (`generation`).
 */
export class Keeper {
  readonly isInCookies: boolean;
  readonly listeners = new Listeners();
  readonly #key: string;
  readonly #storage: SessionStorage;
  readonly #tabs: Tabs;
  #held: Held | undefined;
  /** Whether the storage took what it was last given. */
  #isStored = true;
  #generation = 0;
  /** When somebody signed out last: what another tab told before is over. */
  #endedAt = 0;

  constructor(choice: StorageChoice, name: string) {
    this.isInCookies = choice === "cookie";
    this.#key = name;
    this.#storage = storageOf(choice, name);
    const channel = this.isInCookies ? name : this.#storage.channel;
    this.#tabs = new Tabs(channel, {
      onSession: (held) => this.#adoptFromTab(held),
      onSignedOut: (held) => {
        this.#endedAt = Math.max(this.#endedAt, held.stamp);
        if (this.#held !== undefined && isSameSession(this.#held, held) && this.#held.stamp <= held.stamp) this.#end();
      },
    });
  }

  get held(): Held | undefined {
    return this.#held;
  }

  /** Changes whenever somebody signs in or out: what was begun in one generation must not end in another. */
  get generation(): number {
    return this.#generation;
  }

  /** Reads the storage at the start, unless somebody signed in meanwhile. */
  async load(): Promise<void> {
    const generation = this.#generation;
    const stored = await this.#stored();
    if (stored !== undefined && generation === this.#generation && this.#held === undefined) this.#set(stored);
  }

  /**
   * Looks at the storage again: takes over what another tab has put there since. Answers whether the session still is
   * the one that was held.
   */
  async catchUp(): Promise<boolean> {
    if (this.isInCookies) return true;
    const generation = this.#generation;
    const stored = await this.#stored();
    if (generation !== this.#generation) return false;
    if (stored === undefined) {
      if (this.#held !== undefined) this.#end();
      return false;
    }
    if (this.#held === undefined || stored.stamp > this.#held.stamp) this.#set(stored);
    return generation === this.#generation;
  }

  /** Somebody signed in. */
  begin(held: Held): void {
    this.#generation += 1;
    this.#held = undefined;
    this.#keep(held);
  }

  /**
   * The same session has new tokens. Discarded when it ended meanwhile, here or in another tab: a sign-out wins over a
   * refresh that was under way.
   */
  async renew(held: Held, generation: number): Promise<boolean> {
    if (generation !== this.#generation || !(await this.#isStillStored())) return false;
    if (generation !== this.#generation) return false;
    this.#keep(held);
    return true;
  }

  /** The session is over, here and in the other tabs. */
  end(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#endedAt = Math.max(Date.now(), held.stamp);
    this.#end();
    this.#write(() => this.#storage.removeItem(this.#key));
    this.#tabs.tellSignedOut(held);
  }

  close(): void {
    this.#tabs.close();
    this.listeners.clear();
  }

  async #isStillStored(): Promise<boolean> {
    if (this.isInCookies) return true;
    const stored = await this.#stored();
    if (stored === undefined) {
      if (this.#held !== undefined) this.#end();
      return false;
    }
    if (!isSameSession(stored, this.#held)) {
      this.#set(stored);
      return false;
    }
    return true;
  }

  async #stored(): Promise<Held | undefined> {
    if (this.isInCookies) return undefined;
    if (!this.#isStored) return this.#held;
    return parseHeld(await this.#storage.getItem(this.#key));
  }

  #keep(held: Held): void {
    this.#set(held);
    if (!this.isInCookies) this.#write(() => this.#storage.setItem(this.#key, JSON.stringify(held)));
    this.#tabs.tellSession(held);
  }

  /** A storage that is full or forbidden costs the next page its session, and this one nothing. */
  #write(change: () => unknown): void {
    try {
      Promise.resolve(change()).then(
        () => (this.#isStored = true),
        () => (this.#isStored = false),
      );
    } catch {
      this.#isStored = false;
    }
  }

  /** The later of two states is the right one, whichever tab made it. */
  #adoptFromTab(held: Held): void {
    if (held.stamp > (this.#held?.stamp ?? this.#endedAt)) this.#set(held);
  }

  #set(held: Held): void {
    const before = this.#held;
    this.#held = held;
    if (!isSameSession(before, held)) {
      if (before !== undefined) this.#generation += 1;
      this.listeners.tell("signed-in", held.claims);
    } else {
      const isSwitched = before?.claims.active_org_id !== held.claims.active_org_id;
      this.listeners.tell(isSwitched ? "switched" : "refreshed", held.claims);
    }
  }

  #end(): void {
    this.#held = undefined;
    this.#generation += 1;
    this.listeners.tell("signed-out", null);
  }
}
