import * as operations from "../gen/operations.js";
import type { AccessToken, Session as SessionAnswer } from "../gen/types.js";
import type { Call, Send } from "../transport/call.js";
import { isGuildhallError } from "../transport/error.js";
import { randomName } from "../transport/random.js";
import { wait } from "../transport/retrying.js";
import type { Answer, Wire } from "../transport/wire.js";
import { claimsOf } from "./claims.js";
import { type Granted, type Held, heldOf, heldOfSession } from "./held.js";
import { Keeper } from "./keeper.js";
import { OrganizationTokens } from "./organization_tokens.js";
import { Positions } from "./positions.js";
import { changedOrganization, disposed, isOver, isRenewable, onlyForSession, signedOut } from "./refusals.js";
import { unauthorized } from "./refusals.js";
import type { StorageChoice } from "./storage.js";
import { onWake } from "./wake.js";

/** So much of a token's life may be left when it is renewed beside a call. */
const RENEWED_AT = 0.2;
/** So long before its end a call waits for a new one. */
const TOO_LATE_MS = 5_000;
/** So long another tab or page may take to tell of the credentials that came in the place of refused ones. */
const NEWS_WITHIN_MS = 500;

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
  /** The generation, and the session in it, that positions and tokens belong to. */
  #ownedBy = "0";
  readonly #stopWaking: () => void;
  #loading: Promise<void> | undefined;
  #renewing: Promise<void> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** Ends when no call is under way that gives the session other credentials. */
  #exchanging: Promise<unknown> = Promise.resolve();
  #hintTakenOf: Held | undefined;
  /** The refresh token of a session that the server could not be told the end of. */
  #unended: string | undefined;
  #isDisposed = false;

  constructor(wire: Wire, storage: StorageChoice, name: string) {
    this.#wire = wire;
    this.keeper = new Keeper(storage, name);
    this.#tokens = new OrganizationTokens((id) => this.#issueToken(id));
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
    // Looking for cookies may renew them, which must not happen beside this.
    if (this.keeper.isInCookies) await this.ready().catch(() => undefined);
    const answer = await this.#alone(() => signIn(this.send));
    this.#demandAlive();
    const held = heldOf(answer as Granted, undefined);
    if (held !== undefined) this.keeper.begin(held);
    return answer;
  }

  /** Makes a call that gives the session other tokens. */
  exchanging<Answered extends Granted>(work: (send: Send) => Promise<Answered>): Promise<Answered> {
    const exchanging = this.#alone(async () => {
      await this.ready();
      const { generation } = this.keeper;
      const known = this.#positions.snapshot;
      // The renewal in a turn of its own would wait for this one.
      const send: Send = async <Body>(...[method, path, credentials, options = {}, parts = {}]: Parameters<Send>) => {
        const call = { method, path, credentials, options, ...parts };
        return (await this.#exchange(call, true)).body as Body;
      };
      const answer = await work(send);
      if (generation !== this.keeper.generation) throw signedOut();
      const held = heldOf(answer, this.held);
      if (held === undefined) return answer;
      if (!(await this.keeper.renew(held, generation))) throw signedOut();
      this.#positions.forget(known);
      this.#tokens.clear();
      return answer;
    });
    this.#exchanging = exchanging.catch(() => undefined);
    return exchanging;
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
    this.keeper.signOut();
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
    await this.ready();
    const [moment, used] = [this.#moment(), this.held];
    const answer = await operations.session(this.send, options);
    if (answer.valid || used === undefined) return answer;
    if (answer.error_code === "TOKEN_EXPIRED" || answer.error_code === "TOKEN_STALE") await this.renew();
    else if (answer.error_code !== "TOKEN_REVOKED" || !(await this.#isReplaced(moment, used))) return answer;
    return operations.session(this.send, options);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#stopWaking();
    this.keeper.close();
  }

  exchange(call: Call): Promise<Answer> {
    return this.#exchange(call, false);
  }

  /** `isAlone`: in a turn of its own, for which whatever takes another turn would wait for ever. */
  async #exchange(call: Call, isAlone: boolean): Promise<Answer> {
    const renew = (): Promise<void> => (isAlone ? this.#renew() : this.renew());
    this.#demandAlive();
    if (call.credentials === "none") return this.#carry(call);
    await this.ready();
    const { organizationId } = call.options;
    if (this.held === undefined && (!this.keeper.isInCookies || this.keeper.isSignedOut)) {
      if (call.credentials === "optional") return this.#carry(call);
      throw unauthorized();
    }
    if (isAlone && organizationId !== undefined) throw onlyForSession();
    const beside = this.#organizationBeside(call);
    if (beside !== undefined) return this.#exchangeFor(beside, call);
    const moment = this.#moment();
    await this.#freshen(renew);
    this.#demandSame(moment, call);
    if (this.#organizationBeside(call) !== undefined) return this.#exchange(call, isAlone);
    const used = this.held;
    try {
      return await this.#carry(call, used?.accessToken);
    } catch (error) {
      if (isGuildhallError(error, "TOKEN_REVOKED")) {
        if (!(await this.#isReplaced(moment, used, isAlone, call.options.signal))) throw error;
      } else {
        if (!isRenewable(error, this.keeper.isInCookies)) throw error;
        if (this.held === used) await renew();
      }
      this.#demandSame(moment, call);
      if (this.#organizationBeside(call) !== undefined) return this.#exchange(call, isAlone);
    }
    const renewed = this.held;
    try {
      return await this.#carry(call, renewed?.accessToken);
    } catch (error) {
      if (isGuildhallError(error, "TOKEN_REVOKED")) await this.#isReplaced(moment, renewed, isAlone);
      throw error;
    }
  }

  /** The organization that a call needs a token of its own for. */
  #organizationBeside({ options, credentials, ofActiveOrganization }: Call): string | undefined {
    const active = this.held?.claims.active_org_id;
    if (options.organizationId !== undefined && options.organizationId !== active) return options.organizationId;
    // Cookies follow whichever page signed in or switched last, and not every one of those can tell this page.
    return this.keeper.isInCookies && credentials === "session" && ofActiveOrganization ? active : undefined;
  }

  /** With a token for an organization that isn't the active one. */
  async #exchangeFor(organizationId: string, call: Call): Promise<Answer> {
    const moment = this.#moment();
    this.#own();
    for (let isRepeated = false; ; isRepeated = true) {
      const used = this.held;
      const making = this.#tokens.of(organizationId);
      const token = await making;
      if (moment.generation !== this.keeper.generation) throw signedOut();
      try {
        return await this.#carry(call, token);
      } catch (error) {
        const isRevoked = isGuildhallError(error, "TOKEN_REVOKED");
        if (!isRevoked && !isRenewable(error, false)) throw error;
        this.#tokens.forget(organizationId, making);
        const isReplaced = isRevoked && (await this.#isReplaced(moment, used, false, call.options.signal));
        if (isRepeated || (isRevoked && !isReplaced)) throw error;
        this.#own();
      }
    }
  }

  async #carry(call: Call, token?: string): Promise<Answer> {
    const isOfSession = call.credentials === "session" || call.credentials === "optional";
    const cookies = this.keeper.isInCookies && token === undefined && !(isOfSession && this.keeper.isSignedOut);
    this.#own();
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
    if (this.keeper.isInCookies && this.keeper.isSignedOut) throw unauthorized();
    if (!(await this.keeper.catchUp())) throw signedOut();
    // Another tab was faster.
    if (before !== undefined && this.held !== before) return;
    const { generation } = this.keeper;
    const known = this.#positions.snapshot;
    let granted: Granted;
    try {
      const body = this.keeper.isInCookies ? {} : { refresh_token: before?.refreshToken };
      granted = await operations.refresh(this.send, body, { idempotencyKey: randomName() });
    } catch (error) {
      if (!isOver(error, this.keeper.isInCookies)) throw error;
      if (generation !== this.keeper.generation) throw signedOut(error);
      // Refused for a token that another tab has replaced meanwhile: then that tab's is the session.
      if (before !== undefined && (await this.#hasNews(before, generation))) return;
      if (generation === this.keeper.generation) this.ended();
      throw error;
    }
    const held = heldOf(granted, this.held);
    if (held === undefined || !(await this.keeper.renew(held, generation))) throw signedOut();
    this.#positions.forget(known);
  }

  /** Cookies may be another user's by now, whom nothing here may act for. */
  async #issueToken(organizationId: string): Promise<AccessToken> {
    const [moment, user] = [this.#moment(), this.held?.claims.sub];
    const issued = await operations.issueToken(this.send, { organization_id: organizationId });
    const claims = this.keeper.isInCookies && user ? claimsOf(issued.access_token) : undefined;
    if (claims === undefined) return issued;
    if (claims.sub !== user) {
      if (moment.generation === this.keeper.generation) this.ended();
      throw signedOut();
    }
    if (claims.active_org_id !== organizationId) throw changedOrganization();
    return issued;
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
    if (!call.ofActiveOrganization || call.options.organizationId !== undefined) return;
    if (moment.organizationId !== this.held?.claims.active_org_id) throw changedOrganization();
  }

  /**
   * Judges TOKEN_REVOKED: a change of the password, here or in another tab, ends what was signed in with the former
   * one, and the credentials that the session goes on with may be here only a moment later. Answers whether they are;
   * otherwise the session is over.
   */
  async #isReplaced(moment: Moment, used: Held | undefined, isAlone = false, signal?: AbortSignal): Promise<boolean> {
    if (!isAlone) await this.#exchanging;
    if (await this.#hasNews(used, moment.generation, signal)) return true;
    if (moment.generation === this.keeper.generation) this.ended();
    return false;
  }

  /** Whether the same session has other credentials than those that were refused, by this tab or another. */
  async #hasNews(used: Held | undefined, generation: number, signal?: AbortSignal): Promise<boolean> {
    const isUsed = (): boolean => this.held === used && generation === this.keeper.generation;
    if (isUsed()) await this.keeper.catchUp();
    if (isUsed() && this.keeper.isShared) {
      await wait(NEWS_WITHIN_MS, signal);
      if (isUsed()) await this.keeper.catchUp();
    }
    return generation === this.keeper.generation && this.held !== used;
  }

  /** What belongs to a former session is no longer of use; another tab may have begun this one. */
  #own(): void {
    const owner = `${this.keeper.generation} ${this.held?.claims.sid ?? ""}`;
    if (this.#ownedBy === owner) return;
    this.#ownedBy = owner;
    this.#tokens.clear();
    this.#positions = new Positions();
  }

  #demandAlive(): void {
    if (this.#isDisposed) throw disposed();
  }
}
