import type { AuthClient } from "../facade/auth_client.js";
import type { ReauthClient } from "../facade/reauth_client.js";
import { sessionOf } from "../session/session_of.js";
import { BackOffice } from "./platform.js";

export type { BackOffice } from "./platform.js";
export type { UsersModule } from "./users.js";

/**
 * What administrators of the platform do, with the session of a client of either style. An entry of its own, as the
 * pages of everybody else need none of it.
 */
export function createBackOffice(client: AuthClient | ReauthClient): BackOffice {
  return new BackOffice(sessionOf(client));
}
