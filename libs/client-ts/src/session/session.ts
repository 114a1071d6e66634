import * as operations from "../gen/operations.js";
import type { AccessToken, Session as SessionAnswer } from "../gen/types.js";
import type { Call, CallOptions, Send } from "../transport/call.js";
import type { Answer, Wire } from "../transport/wire.js";
import { Belongings } from "./belongings.js";
import { Calls } from "./calls.js";
import { claimsOf } from "./claims.js";
import { type Granted, type Held, heldOf, heldOfSession } from "./held.js";
import { Keeper } from "./keeper.js";
import { changedOrganization, isOver, signedOut } from "./refusals.js";
import { Renewal } from "./renewal.js";
import type { StorageChoice } from "./storage.js";
import { Turns } from "./turns.js";
import { onWake } from "./wake.js";

/** So many sessions are remembered that the server is still to be told the end of. */
const UNENDED = 10;

/**
 * The session as the facades see it: begins, changes and ends it, and makes calls with it.
 *
 * Whatever exchanges the refresh token does so alone (`Turns`). What is held is with the `Keeper`; `Calls` gives every
 * call its token; `Renewal` renews tokens, and judges whether refused ones mean the session's end.
 */
export class Session {
  readonly keeper: Keeper;
  readonly #belongings: Belongings;
  readonly #turns = new Turns();
  readonly #renewal: Renewal;
  readonly #calls: Calls;
  readonly #stopWaking: () => void;
  #loading: Promise<void> | undefined;
  /** Refresh tokens of sessions that the server could not be told the end of, the last one first. */
  #unended: string[] = [];

  constructor(wire: Wire, storage: StorageChoice, name: string) {
    this.keeper = new Keeper(storage, name);
    this.#belongings = new Belongings(this.keeper, (organizationId) => this.#issueToken(organizationId));
    this.#renewal = new Renewal(this.keeper, this.#belongings, this.#turns, this.send);
    this.#calls = new Calls(wire, this.keeper, this.#belongings, this.#renewal, () => this.ready());
    this.#stopWaking = onWake(() => void this.#wake());
  }

  get held(): Held | undefined {
    return this.keeper.held;
  }

  /** Makes a call with what it needs of the session, and answers its body. */
  readonly send = sendingBy((call) => this.exchange(call));

  exchange(call: Call): Promise<Answer> {
    return this.#calls.exchange(call);
  }

  /**
   * Resolves when it is known whether somebody is signed in. Fails when a page with cookies can't find out; ask again.
   */
  ready(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Makes a call that signs somebody in, and begins the session that it grants, if it grants one. */
  async begin<Answered extends object>(signIn: (send: Send) => Promise<Answered>): Promise<Answered> {
    // Looking for cookies may renew them, which must not happen beside this.
    if (this.keeper.isInCookies) await this.ready().catch(() => undefined);
    const answer = await this.#turns.take(async () => {
      // With the cookies that the answer replaces, and before another tab could take the new ones for them.
      if (this.keeper.owed) await this.#settle();
      return signIn(this.send);
    });
    this.keeper.demandOpen();
    const granted: Granted = answer;
    const held = heldOf(granted, undefined);
    if (held === undefined) return answer;
    this.keeper.begin(held);
    // Signing up answers no rights, and nobody can read them from cookies.
    if (this.keeper.isInCookies && !granted.permissions) await this.renew().catch(() => undefined);
    return answer;
  }

  /** Makes a call that gives the session other tokens. */
  exchanging<Answered extends Granted>(work: (send: Send) => Promise<Answered>): Promise<Answered> {
    const exchanging = this.#turns.take(async () => {
      await this.#opened();
      return this.keeper.exchanging(() => this.#exchange(work));
    });
    this.#renewal.exchanging = exchanging.catch(() => undefined);
    return exchanging;
  }

  /** Renews the tokens now. Whoever asks while that is under way gets the same. */
  renew(): Promise<void> {
    return this.#renewal.renew();
  }

  /**
   * Ends the session here at once, and at the server when what is under way has ended. When the server can't be told,
   * it fails; another call tries again, with this session and with those before it, and so does the client by itself
   * when the page is looked at again or is back online.
   */
  async end(options?: CallOptions): Promise<void> {
    // Cookies tell a script nothing that would have to be waited for, and the page may be about to close.
    if (this.keeper.isInCookies) this.keeper.signOut();
    await this.ready().catch(() => undefined);
    const ended = this.held?.refreshToken;
    this.keeper.signOut();
    if (ended) this.#unended = [ended, ...this.#unended].slice(0, UNENDED);
    // A renewal under way may have replaced the token meanwhile; its answer is discarded, and the server knows both.
    await this.#turns.take(() => this.#tellEnds(options));
  }

  /** Makes a call that ends the session at the server; one that began meanwhile goes on. */
  async ending(work: (send: Send) => Promise<void>): Promise<void> {
    await this.#opened();
    const { generation } = this.keeper;
    await work(this.send);
    this.keeper.end(generation);
  }

  /** The session's access token, good for a while; undefined where cookies hold it. */
  async token(): Promise<string | undefined> {
    await this.#opened();
    await this.#renewal.freshen();
    return this.held?.accessToken;
  }

  /** An access token that a script can hold, of a session in cookies too. */
  async tokenFor(organizationId: string): Promise<string> {
    await this.#opened();
    return this.#belongings.tokens.of(organizationId);
  }

  /** Asks the server what the session is, with new tokens where those at hand are too old. */
  async read(options?: CallOptions): Promise<SessionAnswer> {
    await this.#opened();
    const { generation, held: used } = this.keeper;
    const answer = await operations.session(this.send, options);
    if (answer.valid || used === undefined) return answer;
    if (answer.error_code === "TOKEN_EXPIRED" || answer.error_code === "TOKEN_STALE") await this.renew();
    else if (answer.error_code !== "TOKEN_REVOKED" || !(await this.#renewal.isReplaced(used, generation)))
      return answer;
    return operations.session(this.send, options);
  }

  dispose(): void {
    this.#stopWaking();
    this.keeper.close();
  }

  /** The page is looked at again, or is back online. */
  async #wake(): Promise<void> {
    await this.keeper.catchUp();
    this.#renewal.besideWhenDue();
    await this.settle();
  }

  /** Tells the server of the sign-outs that it couldn't be told of. A failure shows when somebody signs out again. */
  settle(): Promise<void> {
    return this.#turns.take(() => this.#settle());
  }

  async #settle(): Promise<void> {
    // Another tab may have told it meanwhile, or somebody signed in.
    const isOwed = this.#unended.length > 0 || this.keeper.owed?.mark !== undefined;
    if (isOwed) await this.#tellEnds().catch(() => undefined);
  }

  /** Tells the server of each session that was signed out of. One that it doesn't know has ended. */
  async #tellEnds(options?: CallOptions): Promise<void> {
    const { keeper } = this;
    const mark = keeper.owed?.mark;
    const isOwed = keeper.isSignedOut || mark !== undefined;
    const unended = keeper.isInCookies ? (isOwed ? [undefined] : []) : this.#unended;
    for (const refresh_token of unended) {
      try {
        await operations.logout(this.send, { refresh_token }, options);
      } catch (error) {
        if (!isOver(error, keeper.isInCookies)) throw error;
      }
      // The caller's key names one request.
      options = { ...options, idempotencyKey: undefined };
    }
    // Whoever added another one meanwhile has the next turn.
    if (this.#unended === unended) this.#unended = [];
    if (mark !== undefined) keeper.owed?.settle(mark);
  }

  /** What uses the session needs an open client that knows it. */
  async #opened(): Promise<void> {
    this.keeper.demandOpen();
    await this.ready();
  }

  async #load(): Promise<void> {
    await this.keeper.catchUp();
    if (this.keeper.isSignedOut) void this.settle();
    else if (this.keeper.isInCookies) await this.#findCookies();
  }

  async #exchange<Answered extends Granted>(work: (send: Send) => Promise<Answered>): Promise<Answered> {
    const { generation } = this.keeper;
    const known = this.#belongings.positions.snapshot;
    // The renewal in a turn of its own would wait for this one.
    const answer = await work(sendingBy((call) => this.#calls.exchange(call, true)));
    this.keeper.demand(generation);
    const held = heldOf(answer, this.held);
    if (held === undefined) return answer;
    if (!(await this.keeper.renew(held, generation))) throw signedOut();
    this.#belongings.positions.forget(known);
    this.#belongings.tokens.clear();
    return answer;
  }

  /** Cookies may be another user's by now, whom nothing here may act for. */
  async #issueToken(organizationId: string): Promise<AccessToken> {
    const { generation, held } = this.keeper;
    const user = held?.claims.sub;
    const issued = await operations.issueToken(this.send, { organization_id: organizationId });
    const claims = this.keeper.isInCookies && user ? claimsOf(issued.access_token) : undefined;
    if (claims === undefined) return issued;
    if (claims.sub !== user) {
      this.keeper.end(generation);
      throw signedOut();
    }
    if (claims.active_org_id !== organizationId) throw changedOrganization();
    return issued;
  }

  /** Looks for a session in cookies, which scripts can't see: the access token's, else the refresh token's. */
  async #findCookies(): Promise<void> {
    const { generation } = this.keeper;
    const askedAt = Date.now();
    // Anything else would first wait for what is found here.
    const answer = await operations.session(sendingBy((call) => this.#calls.carry(call)));
    let held = answer.valid ? heldOfSession(answer) : undefined;
    if (held === undefined && answer.error_code !== "TOKEN_REVOKED") {
      try {
        held = heldOf(await operations.refresh(this.send, {}), undefined);
      } catch (error) {
        if (!isOver(error, true)) throw error;
      }
    }
    await this.keeper.catchUp();
    const isNews = generation === this.keeper.generation && this.held === undefined && !this.keeper.isSignedOut;
    if (held !== undefined && isNews) this.keeper.begin(held, askedAt);
  }
}

function sendingBy(exchange: (call: Call) => Promise<Answer>): Send {
  return async <Body>(call: Call) => (await exchange(call)).body as Body;
}
