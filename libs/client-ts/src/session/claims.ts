import type { OrgRole, Subscription } from "../gen/types.js";

/** What is known of a session without asking: the claims of its access token, or the same as answers told it. */
export interface SessionClaims {
  /** The user. */
  sub: string;
  /** The same as `sub`. */
  uid: string;
  /** The session; not told to a page whose tokens are in cookies. */
  sid?: string;
  /** The user's e-mail address. */
  email: string;
  /** Whether the user has shown to hold that address; not told to a page that found its session in cookies. */
  email_verified?: boolean;
  /** The organization that the session acts for. */
  active_org_id?: string;
  /** That organization's name in addresses. */
  org_slug?: string;
  /** That organization's name. */
  org_name?: string;
  /** Whether it is the user's own. */
  is_personal_org?: boolean;
  /** Whether the user owns it. */
  org_role?: OrgRole;
  /** Codes of roles, of the platform and of the organization. */
  roles: string[];
  /** Codes of what these roles permit. */
  permissions: string[];
  /** The organization's plan; absent where it isn't known, which isn't the same as having none. */
  subscription?: Subscription;
  /** When the token was made, in Unix seconds. */
  iat?: number;
  /** When it ends, in Unix seconds by the server's clock. */
  exp?: number;
  /** Who made the token. */
  iss?: string;
  /** The app that it was made for. */
  aud?: string;
  /** The same as `aud`. */
  app_code?: string;
}

/**
 * Reads the claims of our own access token, for showing them. Nothing is verified here: whoever must rely on them asks
 * `authenticate` of `@guildhall/client/server`.
 */
export function claimsOf(accessToken: string): SessionClaims | undefined {
  try {
    const payload = accessToken.split(".")[1]!;
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, "+").replace(/_/g, "/")), (byte) => byte.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as SessionClaims;
  } catch {
    return undefined;
  }
}
