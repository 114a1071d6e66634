import { randomName } from "../transport/random.js";
import { localStorageOf } from "./storage.js";

/**
 * Whether the server is still to be told of a sign-out. Until then the browser has the session's cookies, which scripts
 * can't take away, and no tab may use them. Kept for all tabs and for pages to come; it says nothing of the session. A
 * browser that keeps nothing for the page has no such memory, and only the tabs that are open know.
 */
export class OwedSignOut {
  readonly #key: string;

  constructor(name: string) {
    this.#key = `${name}:signed-out`;
  }

  /** Names the sign-out; undefined for none. */
  get mark(): string | undefined {
    return localStorageOf()?.getItem(this.#key) ?? undefined;
  }

  /** One that is owed already covers this one: the cookies are the same. */
  add(): void {
    try {
      if (this.mark === undefined) localStorageOf()?.setItem(this.#key, randomName());
    } catch {
      // There is no room.
    }
  }

  /** The server knows of this sign-out; or a sign-in has put other cookies in the place of all before. */
  settle(mark = this.mark): void {
    if (mark === this.mark) localStorageOf()?.removeItem(this.#key);
  }
}
