import * as operations from "../gen/operations.js";
import type {
  LoginBody,
  Me,
  RegisterBody,
  Registered,
  RegistrationMailed,
  Session as SessionAnswer,
} from "../gen/types.js";
import type { SignedInUser, Switched, UpdateMeBody } from "../gen/types.js";
import type { SessionClaims } from "../session/claims.js";
import type { SessionEvent, SessionListener } from "../session/listeners.js";
import type { Session } from "../session/session.js";
import type { CallOptions } from "../transport/call.js";

/** What this client adds to sign-ins by itself. */
type Added = "app_code" | "device_token" | "session";

/** Signing in and out, and the session. `client.auth`. */
export class AuthModule {
  readonly #session: Session;
  readonly #appCode: string | undefined;
  /** Shows the server that this device has signed in before; kept for as long as the client. */
  #deviceToken: string | undefined;

  constructor(session: Session, appCode: string | undefined) {
    this.#session = session;
    this.#appCode = appCode;
  }

  /**
   * Makes an account with its personal organization and signs it in. Where the server doesn't tell whether an address
   * has an account, it signs nobody in, and a mail tells how to go on: then the answer has no `user`.
   */
  async register(account: Omit<RegisterBody, Added>, options?: CallOptions): Promise<Registered | RegistrationMailed> {
    const body = { ...account, ...this.#added() };
    const answer = await this.#session.begin((send) => operations.register(send, body, options));
    if ("user" in answer) this.#deviceToken = answer.device_token ?? this.#deviceToken;
    return answer;
  }

  /** Signs in with e-mail address and password. */
  async login(credentials: Omit<LoginBody, Added>, options?: CallOptions): Promise<SignedInUser> {
    const body = { ...credentials, ...this.#added(), device_token: this.#deviceToken };
    const answer = await this.#session.begin((send) => operations.login(send, body, options));
    this.#deviceToken = answer.device_token ?? this.#deviceToken;
    return answer;
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
    return this.#session.exchanging((send) =>
      operations.switchOrganization(send, { organization_id: organizationId }, options),
    );
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

  /** An access token that is good for a while, for calling other services; null when nobody is signed in. */
  async getAccessToken(): Promise<string | null> {
    const token = await this.#session.token();
    if (token !== undefined) return token;
    // Cookies hold the session's own; one beside it can be had.
    const organizationId = this.#session.held?.claims.active_org_id;
    return organizationId === undefined ? null : this.#session.tokenFor(organizationId);
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

  #added(): Pick<LoginBody, "app_code" | "session"> {
    const mode = this.#session.keeper.isInCookies ? ({ session: "cookie" } as const) : {};
    return this.#appCode === undefined ? mode : { app_code: this.#appCode, ...mode };
  }
}
