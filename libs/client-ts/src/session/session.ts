import * as operations from "../gen/operations.js";
import type { Session as SessionAnswer } from "../gen/types.js";
import type { Call, Send } from "../transport/call.js";
import { GuildhallError, isGuildhallError } from "../transport/error.js";
import type { Answer, Wire } from "../transport/wire.js";
import { type Granted, type Held, heldOf, heldOfSession } from "./held.js";
import { Keeper } from "./keeper.js";
import { OrganizationTokens } from "./organization_tokens.js";
import { Positions } from "./positions.js";
import { changedOrganization, disposed, isOver, isRenewable, signedOut } from "./refusals.js";
import type { StorageChoice } from "./storage.js";
import { onWake } from "./wake.js";

/** So much of a token's life may be left when it is renewed beside a call. */
const RENEWED_AT = 0.2;
/** So long before its end a call waits for a new one. */
const TOO_LATE_MS = 5_000;

/** What was true when a call was made. */
interface Moment {
  generation: number;
  organizationId: string | undefined;
}

/**
 * The one stateful part: gives every call its token, renews tokens, and ends the session when the server says so.
 *
 * Whatever exchanges the refresh token does so alone, one after the other (`#alone`): two exchanges at once would leave
 * one of two pairs of tokens behind that the server has already replaced.
 */
export class Session {
  readonly keeper: Keeper;
  readonly #wire: Wire;
  #positions = new Positions();
  readonly #tokens: OrganizationTokens;
  /** The generation that positions and tokens belong to. */
  #ownedBy = 0;
  readonly #stopWaking: () => void;
  #loading: Promise<void> | undefined;
  #renewing: Promise<void> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #hintTakenOf: Held | undefined;
  /** The refresh token of a session that the server could not be told the end of. */
  #unended: string | undefined;
  #isDisposed = false;

  constructor(wire: Wire, storage: StorageChoice, name: string) {
    this.#wire = wire;
    this.keeper = new Keeper(storage, name);
    this.#tokens = new OrganizationTokens((id) => operations.issueToken(this.send, { organization_id: id }));
    this.#stopWaking = onWake(() => {
      if (this.#isDue()) this.#renewBeside();
    });
  }

  get held(): Held | undefined {
    return this.keeper.held;
  }

  /** Makes a call with what it needs of the session, and answers its body. */
  readonly send: Send = async <Body>(...[method, path, credentials, options = {}, parts = {}]: Parameters<Send>) =>
    (await this.exchange({ method, path, credentials, options, ...parts })).body as Body;

  /**
   * Resolves when it is known whether somebody is signed in. Fails when a page with cookies can't find out; ask again.
   */
  ready(): Promise<void> {
    this.#loading ??= (this.keeper.isInCookies ? this.#findCookies() : this.keeper.load()).catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Makes a call that signs somebody in, and begins the session that it grants, if it grants one. */
  async begin<Answered extends object>(signIn: (send: Send) => Promise<Answered>): Promise<Answered> {
    const answer = await this.#alone(() => signIn(this.send));
    this.#demandAlive();
    const held = heldOf(answer as Granted, undefined);
    if (held !== undefined) this.keeper.begin(held);
    return answer;
  }

  /** Makes a call that gives the session other tokens. */
  exchanging<Answered extends Granted>(work: (send: Send) => Promise<Answered>): Promise<Answered> {
    return this.#alone(async () => {
      await this.ready();
      const { generation } = this.keeper;
      const known = this.#positions.snapshot;
      // The renewal in a turn of its own would wait for this one.
      const send: Send = async <Body>(...[method, path, credentials, options = {}, parts = {}]: Parameters<Send>) => {
        const call = { method, path, credentials, options, ...parts };
        return (await this.#exchange(call, () => this.#renew())).body as Body;
      };
      const answer = await work(send);
      if (generation !== this.keeper.generation) throw signedOut();
      const held = heldOf(answer, this.held);
      if (held === undefined) return answer;
      // Of another session from here on where credentials changed: then there is nothing to be in step with.
      if (held.claims.sid !== this.held?.claims.sid) this.keeper.begin(held);
      else if (!(await this.keeper.renew(held, generation))) throw signedOut();
      this.#positions.forget(known);
      this.#tokens.clear();
      return answer;
    });
  }

  /** Renews the tokens now. Whoever asks while that is under way gets the same. */
  renew(): Promise<void> {
    this.#renewing ??= this.#alone(() => this.#renew()).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /**
   * Ends the session here at once, and at the server when what is under way has ended. When the server can't be told,
   * it fails, and another call tries again.
   */
  async end(tellServer: (send: Send, refreshToken: string | undefined) => Promise<void>): Promise<void> {
    await this.ready().catch(() => undefined);
    const held = this.held;
    this.keeper.end();
    const refreshToken = held?.refreshToken ?? this.#unended;
    if (refreshToken === undefined && !this.keeper.isInCookies) return;
    this.#unended = refreshToken;
    // A renewal under way may have replaced the token meanwhile; its answer is discarded, and the server knows both.
    await this.#alone(() => tellServer(this.send, refreshToken));
    this.#unended = undefined;
  }

  /** The session is over, as an answer of the server said. */
  ended(): void {
    this.keeper.end();
  }

  /** The access token for an organization, by itself the active one; undefined where cookies hold it. */
  async token(organizationId?: string): Promise<string | undefined> {
    this.#demandAlive();
    await this.ready();
    if (this.held === undefined) return undefined;
    const isActive = organizationId === undefined || organizationId === this.held.claims.active_org_id;
    if (!isActive) return this.tokenFor(organizationId);
    await this.#freshen();
    return this.held?.accessToken;
  }

  /** An access token that a script can hold, of a session in cookies too. */
  async tokenFor(organizationId: string): Promise<string> {
    this.#demandAlive();
    await this.ready();
    this.#own();
    return this.#tokens.of(organizationId);
  }

  /** Asks the server what the session is, with new tokens where those at hand are too old. */
  async read(options?: Parameters<typeof operations.session>[1]): Promise<SessionAnswer> {
    const answer = await operations.session(this.send, options);
    if (answer.valid) return answer;
    if (answer.error_code === "TOKEN_REVOKED") this.ended();
    const isWorthARenewal = answer.error_code === "TOKEN_EXPIRED" || answer.error_code === "TOKEN_STALE";
    if (!isWorthARenewal || this.held === undefined) return answer;
    await this.renew();
    return operations.session(this.send, options);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#stopWaking();
    this.keeper.close();
  }

  exchange(call: Call): Promise<Answer> {
    return this.#exchange(call, () => this.renew());
  }

  async #exchange(call: Call, renew: () => Promise<void>): Promise<Answer> {
    this.#demandAlive();
    if (call.credentials === "none") return this.#carry(call);
    await this.ready();
    const { organizationId } = call.options;
    if (organizationId !== undefined && organizationId !== this.held?.claims.active_org_id) {
      return this.#exchangeFor(organizationId, call);
    }
    if (this.held === undefined && !this.keeper.isInCookies) {
      if (call.credentials === "optional") return this.#carry(call);
      throw new GuildhallError({ code: "UNAUTHORIZED", message: "Sign in first.", status: 401 });
    }
    const moment = this.#moment();
    await this.#freshen(renew);
    this.#demandSame(moment, call);
    const used = this.held;
    try {
      return await this.#carry(call, used?.accessToken);
    } catch (error) {
      this.#endIfOver(error, moment);
      if (!isRenewable(error, this.keeper.isInCookies)) throw error;
      if (this.held === used) await renew();
      this.#demandSame(moment, call);
    }
    return this.#carry(call, this.held?.accessToken).catch((error: unknown) => {
      this.#endIfOver(error, moment);
      throw error;
    });
  }

  /** With a token for an organization that isn't the active one. */
  async #exchangeFor(organizationId: string, call: Call): Promise<Answer> {
    const moment = this.#moment();
    this.#own();
    for (let isRepeated = false; ; isRepeated = true) {
      const token = await this.#tokens.of(organizationId);
      if (moment.generation !== this.keeper.generation) throw signedOut();
      try {
        return await this.#carry(call, token);
      } catch (error) {
        this.#endIfOver(error, moment);
        this.#tokens.forget(organizationId);
        if (isRepeated || !isRenewable(error, false)) throw error;
      }
    }
  }

  async #carry(call: Call, token?: string): Promise<Answer> {
    const cookies = this.keeper.isInCookies && token === undefined;
    this.#own();
    const isOfSession = call.credentials === "session" || call.credentials === "optional";
    const minimumPosition = isOfSession ? this.#positions.demanded : undefined;
    const answer = await this.#wire.exchange(call, { token, cookies, minimumPosition });
    const { headers } = answer.response;
    this.#positions.note(headers.get("guildhall-position"));
    if (headers.has("guildhall-refresh-hint") && this.held !== undefined && this.#hintTakenOf !== this.held) {
      this.#hintTakenOf = this.held;
      this.#tokens.clear();
      this.#renewBeside();
    }
    return answer;
  }

  async #renew(): Promise<void> {
    const before = this.held;
    if (!(await this.keeper.catchUp())) throw signedOut();
    // Another tab was faster.
    if (before !== undefined && this.held !== before) return;
    const { generation } = this.keeper;
    const known = this.#positions.snapshot;
    let granted: Granted;
    try {
      const body = this.keeper.isInCookies ? {} : { refresh_token: before?.refreshToken };
      granted = await operations.refresh(this.send, body);
    } catch (error) {
      if (!isOver(error, this.keeper.isInCookies)) throw error;
      if (generation !== this.keeper.generation) throw signedOut(error);
      // Refused for a token that another tab has replaced meanwhile: then that tab's is the session.
      if (before !== undefined && (await this.keeper.catchUp()) && this.held !== before) return;
      if (generation === this.keeper.generation) this.ended();
      throw error;
    }
    const held = heldOf(granted, this.held);
    if (held === undefined || !(await this.keeper.renew(held, generation))) throw signedOut();
    this.#positions.forget(known);
  }

  /** Looks for a session in cookies, which scripts can't see: the access token's, else the refresh token's. */
  async #findCookies(): Promise<void> {
    const { generation } = this.keeper;
    const call = { method: "GET", path: "/auth/session", credentials: "optional", options: {} } as const;
    const answer = (await this.#carry({ ...call })).body as SessionAnswer;
    let held = answer.valid ? heldOfSession(answer, undefined) : undefined;
    if (held === undefined && answer.error_code !== "TOKEN_REVOKED") {
      try {
        held = heldOf(await operations.refresh(this.send, {}), undefined);
      } catch (error) {
        if (!isOver(error, true)) throw error;
      }
    }
    if (held !== undefined && generation === this.keeper.generation && this.held === undefined) this.keeper.begin(held);
  }

  /** Waits for new tokens where the present ones are about to end, and else fetches them beside the call. */
  async #freshen(renew = () => this.renew()): Promise<void> {
    const held = this.held;
    if (held === undefined) return;
    if (Date.now() >= held.expiresAt - Math.min(TOO_LATE_MS, held.lifetimeMs / 2)) await renew();
    else if (this.#isDue()) this.#renewBeside();
  }

  #isDue(): boolean {
    const held = this.held;
    return held !== undefined && Date.now() >= held.expiresAt - held.lifetimeMs * RENEWED_AT;
  }

  /** A failure shows when a call needs the tokens. */
  #renewBeside(): void {
    this.renew().catch(() => undefined);
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  #moment(): Moment {
    return { generation: this.keeper.generation, organizationId: this.held?.claims.active_org_id };
  }

  /** A call goes out for whom, and for which organization, it was made; else not at all. */
  #demandSame(moment: Moment, call: Call): void {
    this.#demandAlive();
    if (moment.generation !== this.keeper.generation) throw signedOut();
    const isAnother = moment.organizationId !== this.held?.claims.active_org_id;
    if (call.ofActiveOrganization && isAnother) throw changedOrganization();
  }

  #endIfOver(error: unknown, moment: Moment): void {
    if (isGuildhallError(error, "TOKEN_REVOKED") && moment.generation === this.keeper.generation) this.ended();
  }

  /** What belongs to a former session is no longer of use; another tab may have begun this one. */
  #own(): void {
    if (this.#ownedBy === this.keeper.generation) return;
    this.#ownedBy = this.keeper.generation;
    this.#tokens.clear();
    this.#positions = new Positions();
  }

  #demandAlive(): void {
    if (this.#isDisposed) throw disposed();
  }
}
