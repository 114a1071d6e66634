import type { AccessToken } from "../gen/types.js";
import type { Keeper } from "./keeper.js";
import { OrganizationTokens } from "./organization_tokens.js";
import { Positions } from "./positions.js";

/** What one session has gathered, and what is of no use to the next one. */
export class Belongings {
  readonly #keeper: Keeper;
  readonly #tokens: OrganizationTokens;
  #positions = new Positions();
  /** The generation, and the session in it, that all this belongs to. */
  #owner = "0";
  #taken = 0;

  constructor(keeper: Keeper, issueToken: (organizationId: string) => Promise<AccessToken>) {
    this.#keeper = keeper;
    this.#tokens = new OrganizationTokens(issueToken);
  }

  /**
   * Tokens for organizations beside the active one. What another tab has done since they were made may have ended them,
   * as a change of the password does, or given the user other rights.
   */
  get tokens(): OrganizationTokens {
    const { taken } = this.#keeper;
    if (this.#taken !== taken) this.#tokens.clear();
    this.#taken = taken;
    return this.#ofPresent().#tokens;
  }

  /** Of the changes that this client has made. */
  get positions(): Positions {
    return this.#ofPresent().#positions;
  }

  /** What belongs to a former session is no longer of use; another tab may have begun this one. */
  #ofPresent(): this {
    const owner = `${this.#keeper.generation} ${this.#keeper.held?.claims.sid ?? ""}`;
    if (this.#owner !== owner) {
      this.#owner = owner;
      this.#tokens.clear();
      this.#positions = new Positions();
    }
    return this;
  }
}
