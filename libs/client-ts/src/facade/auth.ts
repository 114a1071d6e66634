import * as operations from "../gen/operations.js";
import type { Me, Session as SessionAnswer, Switched, UpdateMeBody } from "../gen/types.js";
import type { SessionClaims } from "../session/claims.js";
import type { SessionEvent, SessionListener } from "../session/listeners.js";
import type { Session } from "../session/session.js";
import type { CallOptions } from "../transport/call.js";
import { switchOrganization } from "./session_changes.js";
import { SigningIn } from "./signing_in.js";

/** Signing in and out, and the session. `client.auth`. */
export class AuthModule extends SigningIn {
  readonly #session: Session;

  constructor(session: Session, appCode: string | undefined) {
    super(session, appCode);
    this.#session = session;
  }

  /**
   * Signs out, in all tabs. Here it holds at once, whatever is under way; it fails when the server can't be told, and
   * can then be called again.
   */
  logout(options?: CallOptions): Promise<void> {
    return this.#session.end(options);
  }

  /** Signs out everywhere: ends every session of the user. */
  logoutAll(options?: CallOptions): Promise<void> {
    return this.#session.ending((send) => operations.logoutEverywhere(send, options));
  }

  /** Fetches new tokens now, with the rights as they are. The client does so by itself before they end. */
  refresh(): Promise<void> {
    return this.#session.renew();
  }

  /** Makes another organization the active one, of this session in all tabs. */
  switchOrg(organizationId: string, options?: CallOptions): Promise<Switched> {
    return switchOrganization(this.#session, organizationId, options);
  }

  /** An access token for an organization, the session left as it is: two tabs, two organizations. */
  tokenFor(organizationId: string): Promise<string> {
    return this.#session.tokenFor(organizationId);
  }

  /** What the server says of the session. Always answers: `valid` is false when nobody is signed in. */
  async getSession(options?: CallOptions): Promise<SessionAnswer> {
    return this.#session.read(options);
  }

  /** The user, with roles and permissions. */
  whoami(options?: CallOptions): Promise<Me> {
    return operations.me(this.#session.send, options);
  }

  /** Changes the user's names. */
  updateMe(changes: UpdateMeBody, options?: CallOptions): Promise<Me> {
    return operations.updateMe(this.#session.send, changes, options);
  }

  /** Whether somebody is signed in, as far as is known here; call `ready()` first. */
  isAuthenticated(): boolean {
    return this.#session.held !== undefined;
  }

  /** What is known of the session without asking; null when nobody is signed in. Not verified: for showing. */
  getClaims(): SessionClaims | null {
    return this.#session.held?.claims ?? null;
  }

  /** Hears of every change of the session. Answers how to stop. */
  onChange(listener: SessionListener): () => void {
    return this.#session.keeper.listeners.add(listener);
  }

  /** Hears of one kind of change. Answers how to stop. */
  on(event: SessionEvent, listener: (claims: SessionClaims | null) => void): () => void {
    return this.onChange((happened, claims) => {
      if (happened === event) listener(claims);
    });
  }
}
