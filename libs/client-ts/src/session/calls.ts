import type { Call } from "../transport/call.js";
import { isGuildhallError } from "../transport/error.js";
import type { Answer, Wire } from "../transport/wire.js";
import type { Belongings } from "./belongings.js";
import type { Held } from "./held.js";
import type { Keeper } from "./keeper.js";
import { changedOrganization, isRenewable, onlyForSession, unauthorized } from "./refusals.js";
import type { Renewal } from "./renewal.js";

/** What was true when a call was made. */
interface Moment {
  generation: number;
  organizationId: string | undefined;
}

/**
 * Makes calls for the session: each with a token that is good for a while, again with a new one where the server wants
 * that, and never for another user or organization than it was made for.
 */
export class Calls {
  readonly #wire: Wire;
  readonly #keeper: Keeper;
  readonly #belongings: Belongings;
  readonly #renewal: Renewal;
  readonly #ready: () => Promise<void>;
  #hintTakenOf: Held | undefined;

  /** `ready` resolves when it is known whether somebody is signed in. */
  constructor(wire: Wire, keeper: Keeper, belongings: Belongings, renewal: Renewal, ready: () => Promise<void>) {
    this.#wire = wire;
    this.#keeper = keeper;
    this.#belongings = belongings;
    this.#renewal = renewal;
    this.#ready = ready;
  }

  /** `isAlone`: in a turn of its own, for which whatever takes another turn would wait for ever. */
  async exchange(call: Call, isAlone = false): Promise<Answer> {
    const keeper = this.#keeper;
    const renewal = this.#renewal;
    const renew = (): Promise<void> => (isAlone ? renewal.renewInTurn() : renewal.renew());
    keeper.demandOpen();
    if (call.credentials === "none") return this.carry(call);
    await this.#ready();
    const { organizationId, signal } = call.options;
    if (keeper.held === undefined && (!keeper.isInCookies || keeper.isSignedOut)) {
      if (call.credentials === "optional") return this.carry(call);
      throw unauthorized();
    }
    if (isAlone && organizationId !== undefined) throw onlyForSession();
    const moment = this.#moment();
    const beside = this.#organizationBeside(call);
    if (beside === undefined) {
      await renewal.freshen(renew);
      this.#demandSame(moment, call);
      if (this.#organizationBeside(call) !== undefined) return this.exchange(call, isAlone);
    }
    for (let isRepeated = false; ; isRepeated = true) {
      const used = keeper.held;
      const making = beside === undefined ? undefined : this.#belongings.tokens.of(beside);
      const token = making === undefined ? used?.accessToken : await making;
      keeper.demand(moment.generation);
      try {
        return await this.carry(call, token);
      } catch (error) {
        const isRevoked = isGuildhallError(error, "TOKEN_REVOKED");
        if (!isRevoked && !isRenewable(error, keeper.isInCookies && making === undefined)) throw error;
        if (making !== undefined) {
          // Made anew with the session's own credentials: only where these are refused is the session over.
          this.#belongings.tokens.forget(making);
          if (isRepeated) throw error;
          keeper.demand(moment.generation);
          continue;
        }
        if (isRevoked && !(await renewal.isReplaced(used, moment.generation, isAlone, signal))) throw error;
        if (isRepeated) throw error;
        if (!isRevoked && keeper.held === used) await renew();
        this.#demandSame(moment, call);
        if (this.#organizationBeside(call) !== undefined) return this.exchange(call, isAlone);
      }
    }
  }

  /** Carries a call with these credentials, and heeds what its answer tells of the session. */
  async carry(call: Call, token?: string): Promise<Answer> {
    const keeper = this.#keeper;
    const isOfSession = call.credentials === "session" || call.credentials === "optional";
    const cookies = keeper.isInCookies && token === undefined && !(isOfSession && keeper.isSignedOut);
    const { positions } = this.#belongings;
    const { held } = keeper;
    const minimumPosition = isOfSession ? positions.demanded : undefined;
    const answer = await this.#wire.exchange(call, { token, cookies, minimumPosition });
    const { headers } = answer;
    // Of the session that the call was made for, which may be over by now.
    positions.note(headers.get("guildhall-position"));
    if (call.changesOrganizations) keeper.organizationsChanged();
    // What comes late for a token that has been replaced meanwhile is no news, and neither is the same a second time.
    const isNews = held !== undefined && held === keeper.held && held !== this.#hintTakenOf;
    if (isNews && headers.has("guildhall-refresh-hint")) {
      this.#hintTakenOf = held;
      this.#belongings.tokens.clear();
      this.#renewal.beside();
    }
    return answer;
  }

  /** The organization that a call needs a token of its own for. */
  #organizationBeside({ options, credentials, ofActiveOrganization }: Call): string | undefined {
    const keeper = this.#keeper;
    const active = keeper.held?.claims.active_org_id;
    if (options.organizationId !== undefined && options.organizationId !== active) return options.organizationId;
    // Cookies follow whichever page signed in or switched last, and not every one of those can tell this page.
    return keeper.isInCookies && credentials === "session" && ofActiveOrganization ? active : undefined;
  }

  #moment(): Moment {
    const { generation, held } = this.#keeper;
    return { generation, organizationId: held?.claims.active_org_id };
  }

  /** A call goes out for whom, and for which organization, it was made; else not at all. */
  #demandSame(moment: Moment, call: Call): void {
    const keeper = this.#keeper;
    keeper.demandOpen();
    keeper.demand(moment.generation);
    if (!call.ofActiveOrganization || call.options.organizationId !== undefined) return;
    if (moment.organizationId !== keeper.held?.claims.active_org_id) throw changedOrganization();
  }
}
