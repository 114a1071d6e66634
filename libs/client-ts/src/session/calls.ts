import type { Call } from "../transport/call.js";
import { isGuildhallError } from "../transport/error.js";
import type { Answer, Wire } from "../transport/wire.js";
import type { Belongings } from "./belongings.js";
import type { Held } from "./held.js";
import type { Keeper } from "./keeper.js";
import { changedOrganization, isRenewable, onlyForSession, unauthorized } from "./refusals.js";
import type { Renewal } from "./renewal.js";

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
    const { generation } = keeper;
    const active = this.#active;
    for (let isRepeated = false; ; isRepeated = true) {
      if (!isRepeated && this.#organizationBeside(call) === undefined) await renewal.freshen(renew);
      keeper.demandOpen();
      keeper.demand(generation);
      // It goes out for the organization that it was made for, else not at all.
      if (call.ofActiveOrganization && organizationId === undefined && active !== this.#active) {
        throw changedOrganization();
      }
      const used = keeper.held;
      const beside = this.#organizationBeside(call);
      const making = beside === undefined ? undefined : this.#belongings.tokens.of(beside);
      const token = making === undefined ? used?.accessToken : await making;
      keeper.demand(generation);
      try {
        return await this.carry(call, token);
      } catch (error) {
        const isRevoked = isGuildhallError(error, "TOKEN_REVOKED");
        if (!isRevoked && !isRenewable(error, keeper.isInCookies && making === undefined)) throw error;
        // Made anew with the session's own credentials: only where these are refused is the session over.
        if (making !== undefined) this.#belongings.tokens.forget(making);
        else if (isRevoked && !(await renewal.isReplaced(used, generation, isAlone, signal))) throw error;
        if (isRepeated) throw error;
        if (making === undefined && !isRevoked && keeper.held === used) await renew();
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
    const active = this.#active;
    if (options.organizationId !== undefined && options.organizationId !== active) return options.organizationId;
    // Cookies follow whichever page signed in or switched last, and not every one of those can tell this page.
    return keeper.isInCookies && credentials === "session" && ofActiveOrganization ? active : undefined;
  }

  get #active(): string | undefined {
    return this.#keeper.held?.claims.active_org_id;
  }
}
