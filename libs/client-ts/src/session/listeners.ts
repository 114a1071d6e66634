import type { SessionClaims } from "./claims.js";

/**
 * What happened to the session, or to what it shows:
 * - `signed-in`: there is one where there was none, or another one, or it was found at the start.
 * - `refreshed`: its tokens, and perhaps its rights, are new ones.
 * - `switched`: it acts for another organization.
 * - `signed-out`: it is over, by this client, another tab or the server.
 * - `organizations-changed`: a call of this client, in whichever tab, made or deleted an organization, changed one, or
 *   gave or took the user's place or roles in one; read lists of organizations again.
 */
export type SessionEvent = "signed-in" | "refreshed" | "switched" | "signed-out" | "organizations-changed";

/** Hears of one change; `claims` are those of the session after it, null after its end. */
export type SessionListener = (event: SessionEvent, claims: SessionClaims | null) => void;

export class Listeners {
  readonly #listeners = new Set<SessionListener>();

  /** Answers how to stop listening. */
  add(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Each is called in a turn of its own: a listener may call the client, and one that throws stops no other. */
  tell(event: SessionEvent, claims: SessionClaims | null): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener(event, claims);
      });
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
