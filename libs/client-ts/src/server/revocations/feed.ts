import type { AccessClaims } from "../claims.js";
import { REVOKED, type Refusal, STALE } from "../refusal.js";
import { type FeedMessage, type PositionsMessage, type Service, raised, reach } from "./message.js";
import { Table } from "./table.js";

/** How much the knowledge is worth: at most a second old, at most five, or less. */
export type FeedState = "fresh" | "lagging" | "blind";

/** Why a subscription has to begin anew. What is known stays in use. */
export class Resubscribe extends Error {}

const DEFAULT_CAPACITY = 100_000;
const MAXIMUM_LIFETIME_SECONDS = 3600;
/** How long a change is kept beyond a token's lifetime: twice the leeway, and what a message may be under way. */
const SLACK_SECONDS = 120;
/** How old a token may be of which nothing is known for sure. */
const BELIEVED_BLINDLY_SECONDS = 60;
const FRESH_MS = 1_000;
const LAGGING_MS = 5_000;
const SWEPT_EVERY_MS = 30_000;
const LONGEST_WAIT_MS = 500;
/** More changes than come in that time: what is demanded beyond is not waited for. */
const FURTHEST_AHEAD = 10_000;

/** The changes that a verifier knows of, and what its knowledge is worth. */
export class RevocationFeed {
  readonly #table: Table;
  readonly #onKeys: (jwks: string) => void;
  readonly #waiting = new Set<() => void>();
  #stage: "lost" | "following" | { epoch: string; part: number; through: PositionsMessage } = "lost";
  #positions: PositionsMessage = { i: 0, o: 0, b: 0 };
  #knownUntil = -Infinity;
  #lifetimeSeconds = MAXIMUM_LIFETIME_SECONDS;
  /** From when on a whole lifetime is covered. */
  #coveredFrom = -Infinity;
  #sweptAt = -Infinity;

  constructor(onKeys: (jwks: string) => void, capacity = DEFAULT_CAPACITY) {
    this.#table = new Table(capacity);
    this.#onKeys = onKeys;
  }

  get state(): FeedState {
    const lag = performance.now() - this.#knownUntil;
    if (lag <= FRESH_MS) return "fresh";
    return lag <= LAGGING_MS ? "lagging" : "blind";
  }

  /**
   * Takes in a message; throws `Resubscribe` when it doesn't fit what is known. `subscribedAt` is when the subscription
   * was asked for, by `performance.now()`.
   */
  apply(message: FeedMessage, subscribedAt: number): void {
    try {
      this.#take(message, subscribedAt);
    } catch (error) {
      this.#stage = "lost";
      throw error;
    }
    for (const look of this.#waiting) look();
  }

  /** Whether a token that is right in itself may still be believed. */
  check(claims: AccessClaims, now: number): Refusal | undefined {
    const { verdict, isOfPresentEpoch } = this.#table.judge(claims);
    if (verdict === "revoked") return REVOKED;
    if (verdict === "stale") return STALE;
    const isSure = isOfPresentEpoch && this.state !== "blind";
    const oldest = isSure ? this.#oldestCovered() : BELIEVED_BLINDLY_SECONDS;
    return now - claims.iat > oldest ? STALE : undefined;
  }

  /** Whether the token's numbers are of an epoch that has gone, in which nothing comes any more. */
  isOfFormerEpoch(claims: AccessClaims): boolean {
    return this.#table.isPresent(claims.asof.e) === false;
  }

  /**
   * Waits until a change in the token's epoch and all before it are known; answers whether they are, after half a second
   * at most, and at once where that epoch has gone or the change is too far away.
   */
  async waitFor(claims: AccessClaims, service: Service, number: number): Promise<boolean> {
    if (number - this.#positions[service] > FURTHEST_AHEAD) return false;
    const isKnown = (): boolean | undefined => {
      const isPresent = this.#table.isPresent(claims.asof.e);
      // Numbers of other epochs say nothing of this one's changes.
      return isPresent && this.#positions[service] < number ? undefined : isPresent;
    };
    return this.#whenever(isKnown, LONGEST_WAIT_MS);
  }

  /** Waits until what is known is worth something; answers whether it is, after so many milliseconds at most. */
  whenFollowing(longestMs: number): Promise<boolean> {
    return this.#whenever(() => this.state !== "blind" || undefined, longestMs);
  }

  /** Looks again with each message, until there is something to see; what isn't seen in time counts as false. */
  #whenever(see: () => boolean | undefined, longestMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (seen = false): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(seen);
      };
      const look = (): void => {
        const seen = see();
        if (seen !== undefined) end(seen);
      };
      const timer = setTimeout(end, longestMs);
      this.#waiting.add(look);
      look();
    });
  }

  #take(message: FeedMessage, subscribedAt: number): void {
    switch (message.type) {
      case "snapshot":
        return this.#snapshot(message);
      case "batch":
        this.#demandFollowing(message.epoch);
        if (!reach(this.#positions, message.after)) throw new Resubscribe("changes are missing");
        this.#record(message.events, message.epoch);
        this.#positions = raised(this.#positions, message.through);
        return;
      case "heartbeat":
        this.#demandFollowing(message.epoch);
        if (!reach(this.#positions, message.positions)) throw new Resubscribe("changes are missing");
        if (reach(message.positions, this.#positions)) this.#noteSignOfLife(message, subscribedAt);
        return this.#sweep();
      case "keys":
        return this.#onKeys(message.jwks);
      default:
        // A type that a later version adds; batches and heartbeats still tell whether something is missing.
        return undefined;
    }
  }

  #snapshot(message: Extract<FeedMessage, { type: "snapshot" }>): void {
    const { epoch, part, through } = message;
    if (part !== 0) {
      const expected = typeof this.#stage === "object" ? this.#stage : undefined;
      const fits = expected?.epoch === epoch && expected.part === part;
      const isSame = fits && reach(expected.through, through) && reach(through, expected.through);
      if (!isSame) throw new Resubscribe("a part of the snapshot is missing");
    }
    this.#setLifetime(message.token_lifetime_seconds);
    if (!this.#table.prepare(epoch)) throw new Resubscribe("the sender is in an epoch that went");
    this.#record(message.events, epoch);
    if (!message.is_last) {
      this.#stage = { epoch, part: part + 1, through };
      return;
    }
    // From a replica that lags, it may know less than is known here, which is kept.
    this.#positions = epoch === this.#table.presentEpoch ? raised(this.#positions, through) : through;
    this.#table.begin(epoch);
    this.#stage = "following";
  }

  #demandFollowing(epoch: string): void {
    if (this.#stage !== "following") throw new Resubscribe("the snapshot isn't complete");
    if (epoch !== this.#table.presentEpoch) throw new Resubscribe("another epoch has begun");
  }

  #record(events: Extract<FeedMessage, { type: "batch" }>["events"], epoch: string): void {
    const expires = performance.now() + (this.#lifetimeSeconds + SLACK_SECONDS) * 1000;
    for (const event of events) this.#table.record(event, epoch, expires);
  }

  /**
   * A longer lifetime than before isn't covered at once: what was told under the shorter one may be forgotten already.
   */
  #setLifetime(seconds: number): void {
    const lifetime = Math.min(Math.max(seconds, 1), MAXIMUM_LIFETIME_SECONDS);
    if (this.#table.presentEpoch !== undefined && lifetime > this.#lifetimeSeconds) {
      const coveredFrom = performance.now() + (lifetime - this.#lifetimeSeconds) * 1000;
      this.#coveredFrom = Math.max(this.#coveredFrom, coveredFrom);
    }
    this.#lifetimeSeconds = lifetime;
  }

  /** The age in seconds up to which every change that may concern a token is still known. */
  #oldestCovered(): number {
    const stillMissing = Math.max(0, this.#coveredFrom - performance.now()) / 1000;
    return this.#lifetimeSeconds + SLACK_SECONDS / 2 - stillMissing;
  }

  /**
   * Everything is known up to when this was sent, apart from what the sender itself had not heard. It may have lain in
   * buffers since: the sender counts from the subscription, which began after it was asked for.
   */
  #noteSignOfLife({ silence_ms = 0, elapsed_ms }: { silence_ms?: number; elapsed_ms?: number }, asked: number): void {
    const now = performance.now();
    const sentAt = elapsed_ms === undefined ? now : Math.min(asked + elapsed_ms, now);
    this.#knownUntil = Math.max(this.#knownUntil, sentAt - silence_ms);
  }

  #sweep(): void {
    const now = performance.now();
    if (now - this.#sweptAt < SWEPT_EVERY_MS) return;
    this.#sweptAt = now;
    this.#table.sweep(now);
  }
}
