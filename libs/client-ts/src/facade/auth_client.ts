import { Session } from "../session/session.js";
import { withSession } from "../session/session_of.js";
import type { StorageChoice } from "../session/storage.js";
import { Wire, type WireSettings } from "../transport/wire.js";
import { apiOf } from "./address.js";
import { AccountModule } from "./account.js";
import { AuthModule } from "./auth.js";
import { BillingModule } from "./billing.js";
import { OrganizationsModule } from "./organizations.js";

/** How to make a client in modules. */
export interface AuthClientOptions extends Omit<WireSettings, "baseUrl"> {
  /** Where the API is, such as `https://auth.example.com/api/v1`; the path may be left out. */
  apiBaseUrl: string;
  /** The app that tokens are made for; the server's default one unless given. */
  appCode?: string;
  /** How the session is kept; in memory unless given. */
  storage?: StorageChoice;
}

/**
 * A client of one user, in modules. Records are as the server sends them. What administrators of the platform do beside
 * organizations is in `@guildhall/client/back-office`.
 */
export interface AuthClient {
  /** Signing in and out, and the session. */
  readonly auth: AuthModule;
  /** What concerns the user alone. */
  readonly account: AccountModule;
  /** Organizations, their members, roles and invitations. */
  readonly organizations: OrganizationsModule;
  /** Plans, the subscription and the credits of the active organization. */
  readonly billing: BillingModule;
  /** Resolves when it is known whether somebody is signed in. */
  ready(): Promise<void>;
  /** Stops everything that this client does by itself. It can't be used any more; the session stays. */
  dispose(): void;
}

/** Makes a client of one user, in modules. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const { apiBaseUrl, appCode, storage = "memory" } = options;
  const baseUrl = apiOf({ baseUrl: apiBaseUrl });
  const session = new Session(new Wire({ ...options, baseUrl }), storage, `guildhall:${appCode ?? ""}:${baseUrl}`);
  const client: AuthClient = {
    auth: new AuthModule(session, appCode),
    account: new AccountModule(session),
    organizations: new OrganizationsModule(session),
    billing: new BillingModule(session),
    ready: () => session.ready(),
    dispose: () => session.dispose(),
  };
  return withSession(client, session);
}
