import type { Credentials, OrgRole, Organization, Session, Subscription, Tokens, User } from "../gen/types.js";
import { type SessionClaims, claimsOf } from "./claims.js";

/** A session as it is held, kept in a storage and told to other tabs. */
export interface Held {
  /** Of this layout. */
  version: 1;
  /** Tokens, unless the browser has them in cookies. */
  accessToken?: string;
  refreshToken?: string;
  claims: SessionClaims;
  /** The id of the session in whose place this one came, as after a change of the password. */
  replaces?: string;
  /** When the access token ends and how long it lives, in milliseconds by this machine's clock. */
  expiresAt: number;
  lifetimeMs: number;
  /** Grows with every change, over all tabs: of two, the greater one is the later one. */
  stamp: number;
  /** When the session began, like a stamp: a sign-out since then ends it, however often it was renewed. */
  begun: number;
}

/** What signing in, refreshing, switching and changing a password answer. */
export interface Granted extends Credentials {
  user?: User;
  organization?: Organization;
  active_org_id?: string;
  org_role?: OrgRole;
  roles?: string[];
  permissions?: string[];
  subscription?: Subscription;
}

/** The session that an answer grants, or undefined where it grants none. */
export function heldOf(granted: Granted, before: Held | undefined): Held | undefined {
  if (granted.tokens) return ofTokens(granted.tokens, before);
  if (granted.expires_in === undefined) return undefined;
  const { user, organization } = granted;
  const former = before?.claims;
  const organizationId = organization?.id ?? granted.active_org_id ?? former?.active_org_id;
  // What is known of one organization says nothing of another.
  const same = organizationId === former?.active_org_id ? former : undefined;
  const id = user?.id ?? former?.sub ?? "";
  const roles = granted.roles ?? former?.roles ?? user?.roles ?? [];
  const claims: SessionClaims = {
    sub: id,
    uid: id,
    email: user?.email ?? former?.email ?? "",
    email_verified: user?.email_verified ?? former?.email_verified,
    active_org_id: organizationId,
    org_name: organization?.name ?? same?.org_name,
    org_slug: organization?.slug ?? same?.org_slug,
    is_personal_org: organization?.is_personal ?? same?.is_personal_org,
    org_role: granted.org_role ?? (roles.includes("org_owner") ? "owner" : "member"),
    roles,
    permissions: granted.permissions ?? former?.permissions ?? [],
    subscription: granted.subscription ?? same?.subscription,
  };
  return stamped({ version: 1, claims, ...lifeOf(granted.expires_in) }, before);
}

function ofTokens(tokens: Tokens, before: Held | undefined): Held | undefined {
  const claims = claimsOf(tokens.access_token);
  if (claims === undefined) return undefined;
  const { access_token: accessToken, refresh_token: refreshToken } = tokens;
  return stamped({ version: 1, accessToken, refreshToken, claims, ...lifeOf(tokens.expires_in) }, before);
}

/** The session that a page found in its cookies. When it ends isn't told; a refused call will tell. */
export function heldOfSession(session: Session): Held | undefined {
  const user = { id: session.end_user_id, email: session.email } as User;
  return heldOf({ ...session, user, expires_in: 60 } as Granted, undefined);
}

/** Counted from the answer's arrival, as this machine's clock may differ from the server's. */
function lifeOf(seconds: number): Pick<Held, "expiresAt" | "lifetimeMs"> {
  return { expiresAt: Date.now() + seconds * 1000, lifetimeMs: seconds * 1000 };
}

function stamped(held: Omit<Held, "stamp" | "begun">, before: Held | undefined): Held {
  const stamp = Math.max(Date.now(), (before?.stamp ?? 0) + 1);
  if (before?.claims.sub !== held.claims.sub) return { ...held, stamp, begun: stamp };
  const replaces = before.claims.sid === held.claims.sid ? before.replaces : before.claims.sid;
  return { ...held, replaces, stamp, begun: before.begun };
}

/**
 * Whether two are states of one session: of one sign-in, not merely of one user. A change of the password gives the
 * session another id.
 */
export function isSameSession(one: Held | undefined, other: Held | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [id, otherId] = [one.claims.sid, other.claims.sid];
  if (one.claims.sub !== other.claims.sub) return false;
  return id === otherId || (!!id && other.replaces === id) || (!!otherId && one.replaces === otherId);
}

/** Whether a state is of the session that was signed out of, however late its tokens came. */
export function isOverBy(signedOut: Held | undefined, held: Held | undefined): boolean {
  return !!held && held.begun <= (signedOut?.stamp ?? 0) && isSameSession(held, signedOut);
}

/** Reads what a storage or another tab holds; whatever isn't a session of this layout counts as none. */
export function parseHeld(text: string | null | undefined): Held | undefined {
  try {
    const held = JSON.parse(text!) as Partial<Held> | null;
    const isWhole =
      held?.version === 1 && typeof held.stamp === "number" && typeof held.expiresAt === "number" && !!held.claims?.sub;
    return isWhole ? (held as Held) : undefined;
  } catch {
    return undefined;
  }
}
