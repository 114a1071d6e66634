import { type AccessClaims, contradictThemselves, parseClaims } from "./claims.js";
import { checkSize, takeApart } from "./compact.js";
import type { KeyStore } from "./keys.js";
import * as refusals from "./refusal.js";
import { Refusal } from "./refusal.js";
import type { RevocationFeed } from "./revocations/feed.js";

const LEEWAY_SECONDS = 30;
const MAXIMUM_LIFETIME_SECONDS = 3600;

export interface VerifierSettings {
  /** The only accepted `iss`, compared letter by letter. */
  issuer: string;
  /** The accepted `aud`. */
  audiences: readonly string[];
  keys: KeyStore;
  /** What is known of changes since a token was made; without it, a token is good until it ends. */
  feed?: RevocationFeed | undefined;
  /** How many verified tokens are remembered. */
  cacheCapacity: number;
  /** The present time in Unix seconds. */
  now: () => number;
}

/** Verifies access tokens by the issuer's keys alone, with no call for each token. */
export class Verifier {
  readonly #settings: VerifierSettings;
  /** The oldest first. */
  readonly #verified = new Map<string, AccessClaims>();
  #verifiedWith = -1;

  constructor(settings: VerifierSettings) {
    this.#settings = settings;
  }

  /**
   * Says what a token says, or the first check that it failed. In this order: size; three canonical base64url parts; a
   * header of `alg: EdDSA`, `typ: at+jwt`, `kid` and nothing else; a key with that id; the signature over the received
   * bytes; claims complete, of the right types, none doubled; `iss`, `aud`, `token_type`; `exp`, `nbf`, `iat` with 30
   * seconds of leeway, the lifetime at most an hour; no contradictions; and at last, where changes are followed,
   * whether its session ended or its rights changed. A token that passed is remembered until the keys change: when it
   * comes again, only its expiry and what follows is checked.
   */
  async verify(token: string): Promise<AccessClaims | Refusal> {
    const tooLarge = checkSize(token);
    if (tooLarge) return tooLarge;
    const remembered = this.#remembered(token);
    const claims = remembered ?? (await this.#verifyAnew(token));
    if (claims instanceof Refusal) return claims;
    const now = this.#settings.now();
    if (now >= claims.exp + LEEWAY_SECONDS) return refusals.EXPIRED;
    return this.#settings.feed?.check(claims, now) ?? claims;
  }

  /**
   * Like `verify`, but only by what is known with this change and all before it; waits for that half a second at most.
   * Numbers of different epochs can't be compared, so a token of one that has gone is stale at once.
   */
  async verifyAfter(
    token: string,
    position: { service: "i" | "o" | "b"; number: number },
  ): Promise<AccessClaims | Refusal> {
    const { service, number } = position;
    const { feed } = this.#settings;
    const claims = await this.verify(token);
    if (claims instanceof Refusal) return claims;
    if (feed?.isOfFormerEpoch(claims)) return refusals.STALE;
    if (claims.asof[service] >= number) return claims;
    return (await feed?.waitFor(claims, service, number)) ? this.verify(token) : refusals.STALE;
  }

  async #verifyAnew(token: string): Promise<AccessClaims | Refusal> {
    const compact = takeApart(token);
    if (compact instanceof Refusal) return compact;
    const { keys } = this.#settings;
    const key = await keys.find(compact.keyId);
    const { generation } = keys;
    if (key === undefined) return refusals.KEYS_NOT_LOADED;
    if (key === null) return refusals.UNKNOWN_KEY;
    const isRight = await crypto.subtle.verify({ name: "Ed25519" }, key, compact.signature, compact.signed);
    if (!isRight) return refusals.BAD_SIGNATURE;
    const claims = parseClaims(compact.payload);
    if (claims === undefined) return refusals.CLAIMS_REFUSED;
    const refused = this.#checkClaims(claims);
    if (refused !== undefined) return refused;
    this.#remember(token, claims, generation);
    return claims;
  }

  #checkClaims(claims: AccessClaims): Refusal | undefined {
    const { issuer, audiences, now } = this.#settings;
    if (claims.iss !== issuer) return refusals.WRONG_ISSUER;
    if (!audiences.includes(claims.aud)) return refusals.WRONG_AUDIENCE;
    if (claims.token_type !== "access") return refusals.WRONG_TOKEN_TYPE;
    const latestStart = now() + LEEWAY_SECONDS;
    if (now() >= claims.exp + LEEWAY_SECONDS) return refusals.EXPIRED;
    if (claims.nbf !== undefined && claims.nbf > latestStart) return refusals.NOT_YET_VALID;
    if (claims.iat > latestStart) return refusals.ISSUED_IN_FUTURE;
    const lifetime = claims.exp - claims.iat;
    if (lifetime < 1 || lifetime > MAXIMUM_LIFETIME_SECONDS) return refusals.LIFETIME_REFUSED;
    return contradictThemselves(claims) ? refusals.CONTRADICTORY_CLAIMS : undefined;
  }

  #remembered(token: string): AccessClaims | undefined {
    if (this.#verifiedWith === this.#settings.keys.generation) return this.#verified.get(token);
    this.#verified.clear();
    this.#verifiedWith = this.#settings.keys.generation;
    return undefined;
  }

  #remember(token: string, claims: AccessClaims, generation: number): void {
    // Keys that came while the signature was checked were not asked.
    if (generation !== this.#settings.keys.generation || generation !== this.#verifiedWith) return;
    this.#verified.set(token, claims);
    if (this.#verified.size <= this.#settings.cacheCapacity) return;
    const [oldest] = this.#verified.keys();
    if (oldest !== undefined) this.#verified.delete(oldest);
  }
}
