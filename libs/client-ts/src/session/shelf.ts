import { type Held, isSameSession, parseHeld } from "./held.js";
import type { SessionStorage } from "./storage.js";

/**
 * The session's place in a storage. What is done to it is done one after the other, as a storage that takes its time
 * may otherwise end up with what was written first; and at once where the storage answers at once, as a page may be
 * about to close. A storage that is full or forbidden costs the next page its session, and this one nothing.
 */
export class Shelf {
  readonly #storage: SessionStorage;
  readonly #key: string;
  /** What is still being done, while something is. */
  #pending: Promise<void> | undefined;
  /** Whether the storage took what it was last given. */
  #isStored = true;

  constructor(storage: SessionStorage, key: string) {
    this.#storage = storage;
    this.#key = key;
  }

  /** What lies there after all that was done so far; `otherwise` where the storage doesn't work. */
  async read(otherwise: () => Held | undefined): Promise<Held | undefined> {
    while (this.#pending !== undefined) await this.#pending;
    if (!this.#isStored) return otherwise();
    try {
      return parseHeld(await this.#storage.getItem(this.#key));
    } catch {
      return otherwise();
    }
  }

  write(held: Held): void {
    this.#inTurn(() => this.#storage.setItem(this.#key, JSON.stringify(held)));
  }

  /** Takes this session away, and no other: another tab may have begun one that this one hasn't heard of. */
  remove(held: Held): void {
    const removeIfSame = (text: string | null): unknown =>
      isSameSession(parseHeld(text) ?? held, held) ? this.#storage.removeItem(this.#key) : undefined;
    this.#inTurn(() => {
      const stored = this.#storage.getItem(this.#key);
      return stored instanceof Promise ? stored.then(removeIfSame) : removeIfSame(stored);
    });
  }

  #inTurn(work: () => unknown): void {
    if (this.#pending !== undefined) return this.#follow(this.#pending.then(work));
    try {
      const done = work();
      if (done instanceof Promise) this.#follow(done);
      else this.#isStored = true;
    } catch {
      this.#isStored = false;
    }
  }

  #follow(done: Promise<unknown>): void {
    const end = (isStored: boolean): void => {
      this.#isStored = isStored;
      if (this.#pending === pending) this.#pending = undefined;
    };
    const pending = done.then(
      () => end(true),
      () => end(false),
    );
    this.#pending = pending;
  }
}
