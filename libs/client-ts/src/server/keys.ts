import { decode } from "./compact.js";
import { parseObject } from "./strict_json.js";

const MAXIMUM_KEYS = 64;
const MAXIMUM_KEY_ID_LENGTH = 128;
const PUBLIC_KEY_BYTES = 32;
/** Keys are published long before they sign, so a set this old is still good; it is fetched anew beside a request. */
const FETCHED_AFTER_MS = 5 * 60_000;
/** A set this old is fetched anew first: the key may be one that was withdrawn. */
const AWAITED_AFTER_MS = 3_600_000;
/** A set this old is no longer believed. */
const REFUSED_AFTER_MS = 24 * 3_600_000;
/** Anybody can name a key that doesn't exist. */
const FETCHED_AT_MOST_EVERY_MS = 10_000;
/** Nobody can be authenticated before there is a set; but a server that is down is not helped by being asked all the time. */
const FIRST_FETCHED_AT_MOST_EVERY_MS = 500;

type Keys = ReadonlyMap<string, CryptoKey>;

/**
 * The issuer's keys by their ids: fetched when they are first needed, when they grow old, and when a token names an
 * unknown one.
 */
export class KeyStore {
  readonly #fetchSet: () => Promise<string>;
  /** Whether somebody brings every new set by itself: then one that is fetched could only be an older one. */
  readonly #isSupplied: () => boolean;
  #keys: Keys | undefined;
  #text: string | undefined;
  #triedAt = -Infinity;
  #fetchedAt = -Infinity;
  #fetching: Promise<void> | undefined;
  #offered = 0;
  #taken = 0;
  /** Counts the sets: what was verified with another one must be verified again. */
  generation = 0;

  constructor(fetchSet: () => Promise<string>, isSupplied: () => boolean = () => false) {
    this.#fetchSet = fetchSet;
    this.#isSupplied = isSupplied;
  }

  /** The key with this id; null when there is none, undefined when no set could be fetched, or none for a day. */
  async find(keyId: string): Promise<CryptoKey | null | undefined> {
    if (this.#keys !== undefined && this.#isSupplied()) return this.#keys.get(keyId) ?? null;
    if (this.#keys?.has(keyId)) await this.#refresh();
    else await this.#fetch();
    return (await this.isLoaded()) ? (this.#keys?.get(keyId) ?? null) : undefined;
  }

  /** Whether there is a set that may be used, fetched now if there was none. */
  async isLoaded(): Promise<boolean> {
    if (this.#keys === undefined) await this.#fetch();
    return this.#keys !== undefined && (this.#isSupplied() || this.#age <= REFUSED_AFTER_MS);
  }

  get #age(): number {
    return Date.now() - this.#fetchedAt;
  }

  /** Fetches a set that grew old, beside the request where it isn't too old for that. */
  async #refresh(): Promise<void> {
    if (this.#age <= FETCHED_AFTER_MS) return;
    const fetching = this.#fetch();
    if (this.#age > AWAITED_AFTER_MS) await fetching;
  }

  /**
   * Puts the keys of this JWKS in the place of all before. A set that can't be read leaves those in use as they are.
   */
  async replace(jwks: string): Promise<boolean> {
    this.#offered += 1;
    const turn = this.#offered;
    const keys = jwks === this.#text ? this.#keys : await keysOf(jwks);
    if (keys === undefined) return false;
    // Reading takes time: a later set may be in use already.
    if (turn < this.#taken) return true;
    this.#taken = turn;
    this.#fetchedAt = Date.now();
    if (keys === this.#keys) return true;
    this.#keys = keys;
    this.#text = jwks;
    this.generation += 1;
    return true;
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchOnce(): Promise<void> {
    const pause = this.#keys === undefined ? FIRST_FETCHED_AT_MOST_EVERY_MS : FETCHED_AT_MOST_EVERY_MS;
    // A clock that was set back must not stop this for as long.
    if (Math.abs(Date.now() - this.#triedAt) < pause) return;
    this.#triedAt = Date.now();
    try {
      await this.replace(await this.#fetchSet());
    } catch {
      // The keys at hand go on; without any, the caller says that none are loaded.
    }
  }
}

/** Reads a JSON Web Key Set (RFC 7517) with Ed25519 keys (RFC 8037). One key that can't be right refuses the set. */
async function keysOf(jwks: string): Promise<Keys | undefined> {
  const set = parseObject(jwks)?.["keys"];
  if (!Array.isArray(set) || set.length > MAXIMUM_KEYS) return undefined;
  const published = set as Record<string, unknown>[];
  const isPrivate = (key: Record<string, unknown>): boolean => ["d", "p", "q", "k", "priv"].some((name) => name in key);
  if (published.some((key) => typeof key !== "object" || key === null || isPrivate(key))) return undefined;
  const names = published.map((key) => key["kid"]).filter((kid) => kid !== undefined);
  if (new Set(names).size !== names.length) return undefined;

  const keys = new Map<string, CryptoKey>();
  for (const key of published.filter(isEd25519ForSignatures)) {
    const { kid, x } = key;
    if (typeof kid !== "string" || kid === "" || kid.length > MAXIMUM_KEY_ID_LENGTH) return undefined;
    const bytes = typeof x === "string" ? decode(x) : undefined;
    if (bytes?.length !== PUBLIC_KEY_BYTES) return undefined;
    try {
      keys.set(kid, await crypto.subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]));
    } catch {
      return undefined;
    }
  }
  return keys;
}

function isEd25519ForSignatures(key: Record<string, unknown>): boolean {
  const operations = key["key_ops"];
  return (
    key["kty"] === "OKP" &&
    key["crv"] === "Ed25519" &&
    (key["alg"] === undefined || key["alg"] === "EdDSA") &&
    (key["use"] === undefined || key["use"] === "sig") &&
    (operations === undefined || (Array.isArray(operations) && operations.includes("verify")))
  );
}
