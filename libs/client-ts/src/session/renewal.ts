import * as operations from "../gen/operations.js";
import type { Send } from "../transport/call.js";
import { randomName } from "../transport/random.js";
import { wait } from "../transport/retrying.js";
import type { Belongings } from "./belongings.js";
import { type Granted, type Held, heldOf } from "./held.js";
import type { Keeper } from "./keeper.js";
import { isOver, signedOut, unauthorized } from "./refusals.js";
import type { Turns } from "./turns.js";

/** So much of a token's life may be left when it is renewed beside a call. */
const RENEWED_AT = 0.2;
/** So long before its end a call waits for a new one. */
const TOO_LATE_MS = 5_000;
/** So long another tab or page may take to tell of the credentials that came in the place of refused ones. */
const NEWS_WITHIN_MS = 500;
const LOOKED_EVERY_MS = 50;

/** Renews the session's tokens: once for all who ask meanwhile, and before they end. Judges what was refused. */
export class Renewal {
  readonly #keeper: Keeper;
  readonly #belongings: Belongings;
  readonly #turns: Turns;
  readonly #send: Send;
  #renewing: Promise<void> | undefined;
  /** Ends when no call of this tab is under way that gives the session other credentials. */
  exchanging: Promise<unknown> = Promise.resolve();

  constructor(keeper: Keeper, belongings: Belongings, turns: Turns, send: Send) {
    this.#keeper = keeper;
    this.#belongings = belongings;
    this.#turns = turns;
    this.#send = send;
  }

  /** Renews the tokens now. Whoever asks while that is under way gets the same. */
  renew(): Promise<void> {
    this.#renewing ??= this.#turns
      .take(() => this.renewInTurn())
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  /** The same for whoever has a turn, and would wait for ever for another one. */
  async renewInTurn(): Promise<void> {
    const keeper = this.#keeper;
    const known = keeper.held;
    if (keeper.isInCookies && keeper.isSignedOut) throw unauthorized();
    if (!(await keeper.catchUp())) throw signedOut();
    const { generation, held: before } = keeper;
    // Another tab was faster.
    if (known !== undefined && before !== known) return;
    const positions = this.#belongings.positions.snapshot;
    let granted: Granted;
    try {
      const body = keeper.isInCookies ? {} : { refresh_token: before?.refreshToken };
      granted = await operations.refresh(this.#send, body, { idempotencyKey: randomName() });
    } catch (error) {
      if (!isOver(error, keeper.isInCookies)) throw error;
      keeper.demand(generation, error);
      // Refused for a token that another tab has replaced meanwhile: then that tab's is the session.
      if (before !== undefined && (await this.#hasNews(before, generation))) return;
      keeper.end(generation);
      throw error;
    }
    const held = heldOf(granted, keeper.held);
    if (held === undefined || !(await keeper.renew(held, generation))) throw signedOut();
    this.#belongings.positions.forget(positions);
  }

  /** Waits for new tokens where the present ones are about to end, and else fetches them beside the call. */
  async freshen(renew = () => this.renew()): Promise<void> {
    const { held } = this.#keeper;
    if (held === undefined) return;
    if (Date.now() >= held.expiresAt - Math.min(TOO_LATE_MS, held.lifetimeMs / 2)) await renew();
    else this.besideWhenDue();
  }

  /** A failure shows when a call needs the tokens. */
  beside(): void {
    this.renew().catch(() => undefined);
  }

  /** Fetches new tokens where little is left of the present ones' life. */
  besideWhenDue(): void {
    const { held } = this.#keeper;
    if (held !== undefined && Date.now() >= held.expiresAt - held.lifetimeMs * RENEWED_AT) this.beside();
  }

  /**
   * Judges TOKEN_REVOKED: a change of the password, here or in another tab, ends what was signed in with the former
   * one, and the credentials that the session goes on with may be here only a moment later. Answers whether they are;
   * otherwise the session is over. `isAlone`: within an exchange, whose end this doesn't wait for.
   */
  async isReplaced(
    used: Held | undefined,
    generation: number,
    isAlone = false,
    signal?: AbortSignal,
  ): Promise<boolean> {
    if (!isAlone) await this.exchanging;
    if (await this.#hasNews(used, generation, signal)) return true;
    this.#keeper.end(generation);
    return false;
  }

  /**
   * Whether the same session has other credentials than those that were refused, by this tab or another. One that has
   * told that its call for them is under way is waited for until that ends.
   */
  async #hasNews(used: Held | undefined, generation: number, signal?: AbortSignal): Promise<boolean> {
    const keeper = this.#keeper;
    const isUsed = (): boolean => keeper.held === used && generation === keeper.generation;
    if (isUsed()) await keeper.catchUp();
    if (isUsed() && keeper.isShared) {
      const until = Date.now() + NEWS_WITHIN_MS;
      while (isUsed() && (Date.now() < until || keeper.isExchangedElsewhere)) await wait(LOOKED_EVERY_MS, signal);
      if (isUsed()) await keeper.catchUp();
    }
    return generation === keeper.generation && keeper.held !== used;
  }
}
