import type { SessionClaims } from "../session/claims.js";
import { encoded } from "./base64url.js";

/** What a session of a test says; whatever isn't given is as with the owner of a team. */
export type FakeClaims = Partial<SessionClaims> & {
  /** Tells tokens of one session apart. */
  jti?: string;
};

/** What a token lives and how it is told apart. */
export interface FakeGrant {
  /** Seconds; 300 unless given. */
  expiresIn?: number;
  /** `refresh-1` unless given. */
  refreshToken?: string;
}

const OWNER: FakeClaims = {
  sub: "user-1",
  sid: "session-1",
  jti: "1",
  email: "user-1@example.com",
  email_verified: true,
  active_org_id: "org-a",
  org_name: "A team",
  org_slug: "a-team",
  is_personal_org: false,
  org_role: "owner",
  roles: ["org_owner"],
  permissions: ["org:read"],
};

/** All claims of a session of a test. */
export function claimsWith(changes: FakeClaims = {}): SessionClaims {
  const claims = { ...OWNER, ...changes };
  return { uid: claims.sub, ...claims } as SessionClaims;
}

/** An access token that reads like one of the server's and that nobody signed: a client shows it, no server takes it. */
export function accessToken(claims: FakeClaims = {}): string {
  return `${encoded({ alg: "EdDSA", typ: "at+jwt" })}.${encoded(claimsWith(claims))}.signature`;
}

/** What signing in, refreshing, switching and changing the password answer: a session with these claims. */
export function grant(
  claims: FakeClaims = {},
  { expiresIn = 300, refreshToken = "refresh-1" }: FakeGrant = {},
): object {
  const {
    sub,
    email,
    email_verified,
    active_org_id,
    org_name,
    org_slug,
    is_personal_org,
    org_role,
    roles,
    permissions,
  } = claimsWith(claims);
  return {
    user: { id: sub, email, email_verified, roles: [] },
    organization: { id: active_org_id, name: org_name, slug: org_slug, is_personal: is_personal_org },
    active_org_id,
    org_role,
    roles,
    permissions,
    tokens: {
      access_token: accessToken(claims),
      refresh_token: refreshToken,
      token_type: "Bearer",
      expires_in: expiresIn,
      expires_at: new Date(Date.now() + expiresIn * 1000).toISOString(),
    },
  };
}
