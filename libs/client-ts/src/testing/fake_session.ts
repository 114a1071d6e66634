import { type Granted, heldOf } from "../session/held.js";
import type { SessionStorage } from "../session/storage.js";
import { type FakeClaims, type FakeGrant, grant } from "./tokens.js";

/**
 * A storage that holds a session already: a client of either style that is made with it is signed in, with these
 * claims, as soon as its `ready()` resolves, and makes no call for that.
 */
export function fakeSession(claims: FakeClaims = {}, life?: FakeGrant): SessionStorage {
  let stored: string | null = JSON.stringify(heldOf(grant(claims, life) as Granted, undefined));
  return {
    getItem: () => stored,
    setItem: (_, value) => {
      stored = value;
    },
    removeItem: () => {
      stored = null;
    },
  };
}
