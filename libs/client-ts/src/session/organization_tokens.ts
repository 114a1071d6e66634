import type { AccessToken } from "../gen/types.js";

/** A token is made anew when less than this share of its life is left. */
const RENEWED_AT = 0.2;

interface Kept {
  token: Promise<string>;
  /** Until when it is given out, in milliseconds; for ever while it is being made. */
  until: number;
}

/** Access tokens for organizations beside the active one, each made once and kept until it is about to end. */
export class OrganizationTokens {
  readonly #issue: (organizationId: string) => Promise<AccessToken>;
  readonly #kept = new Map<string, Kept>();

  constructor(issue: (organizationId: string) => Promise<AccessToken>) {
    this.#issue = issue;
  }

  /** Everybody who asks while one is being made gets the same. */
  of(organizationId: string): Promise<string> {
    const kept = this.#kept.get(organizationId);
    if (kept !== undefined && Date.now() < kept.until) return kept.token;
    const making = this.#issue(organizationId).then(({ access_token, expires_in }) => {
      made.until = Date.now() + expires_in * 1000 * (1 - RENEWED_AT);
      return access_token;
    });
    const made: Kept = { token: making, until: Infinity };
    this.#kept.set(organizationId, made);
    making.catch(() => this.forget(making));
    return making;
  }

  /** Gives up a token that was refused; one that was made since stays. */
  forget(refused: Promise<string>): void {
    for (const [organizationId, { token }] of this.#kept) {
      if (token === refused) this.#kept.delete(organizationId);
    }
  }

  clear(): void {
    this.#kept.clear();
  }
}
