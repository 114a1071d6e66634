import * as operations from "../gen/operations.js";
import type { LoginBody, RegisterBody, Registered, RegistrationMailed, SignedInUser } from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions } from "../transport/call.js";

/** What this client adds to sign-ins by itself. */
type Added = "app_code" | "device_token" | "session";

/** How people sign up and in. Both styles have it. */
export class SigningIn {
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

  /** An access token that is good for a while, for calling other services; null when nobody is signed in. */
  async getAccessToken(): Promise<string | null> {
    const token = await this.#session.token();
    if (token !== undefined) return token;
    // Cookies hold the session's own; one beside it can be had.
    const organizationId = this.#session.held?.claims.active_org_id;
    return organizationId === undefined ? null : this.#session.tokenFor(organizationId);
  }

  #added(): Pick<LoginBody, "app_code" | "session"> {
    return { app_code: this.#appCode, session: this.#session.keeper.isInCookies ? "cookie" : undefined };
  }
}
