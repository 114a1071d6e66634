/** Where a session is kept between pages and restarts. `localStorage` is one; so is anything with these methods. */
export interface SessionStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
  /**
   * Where several tabs share this storage: the name of the BroadcastChannel on which they tell each other of changes.
   * Leave it out on a server, where other clients of the process belong to other users.
   */
  readonly channel?: string;
}

/**
 * How a session is kept:
 * - `memory`: until the page or process ends.
 * - `localStorage`: in the browser, shared by all tabs. Any script of the page can read it, so prefer cookies where the
 *   page may use them.
 * - `cookie`: the server keeps the tokens in cookies that no script can read. For pages of the server's own site.
 * - a `SessionStorage` of your own.
 */
export type StorageChoice = "memory" | "localStorage" | "cookie" | SessionStorage;

/** The browser's own storage, where there is one. Where a browser forbids it, even to look at it fails. */
export function localStorageOf(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
