import type { OrgRole, Subscription } from "../gen/types.js";
import { textOf } from "./compact.js";
import { parseObject } from "./strict_json.js";

/** The positions of the services' changes that a token has seen, and the epoch in which they count. */
export interface AsOf {
  /** Of the identity service: users and sessions. */
  i: number;
  /** Of the organizations service: memberships and roles. */
  o: number;
  /** Of the billing service: plans. */
  b: number;
  /** The epoch. */
  e: string;
}

/** What a verified access token says. An optional claim is absent when it has nothing to say. */
export interface AccessClaims {
  /** Who made the token. */
  iss: string;
  /** The app that it was made for. */
  aud: string;
  /** The user's id, a UUID. */
  sub: string;
  /** The session's id, a UUID. */
  sid: string;
  /** The token's own id, a UUID. */
  jti: string;
  /** When it was made, in Unix seconds. */
  iat: number;
  /** When it ends, in Unix seconds. */
  exp: number;
  /** From when on it counts, in Unix seconds. */
  nbf?: number;
  /** The same as `sub`. */
  uid: string;
  /** The user's e-mail address. */
  email: string;
  /** Whether the user has shown to hold that address. */
  email_verified: boolean;
  /** The organization that the user acts for, a UUID. */
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
  /** Absent when the issuer couldn't learn it, which isn't the same as having none. */
  subscription?: Subscription;
  /** The same as `aud`. */
  app_code: string;
  /** Always `access`. */
  token_type: string;
  /** What the token knows of. */
  asof: AsOf;
  /** The administrator who acts as this user, when one does. */
  imp_uid?: string;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isTruth: Check = (value) => typeof value === "boolean";
const isWhole: Check = (value) => Number.isSafeInteger(value);
const isId: Check = (value) => typeof value === "string" && ID.test(value);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isOrgRole: Check = (value) => value === "owner" || value === "member";
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const objectOf =
  (required: Record<string, Check>, optional: Record<string, Check> = {}): Check =>
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const members = value as Record<string, unknown>;
    const isThere = Object.entries(required).every(([name, check]) => check(members[name]));
    // Null isn't absent.
    return isThere && Object.entries(optional).every(([name, check]) => !(name in members) || check(members[name]));
  };

const isSubscription = objectOf(
  { status: isText, cancel_at_period_end: isTruth },
  { plan_code: isText, plan_name: isText, current_period_end: isText, trial_ends_at: isText },
);

const isClaims = objectOf(
  {
    iss: isText,
    aud: isText,
    sub: isId,
    sid: isId,
    jti: isId,
    iat: isWhole,
    exp: isWhole,
    uid: isId,
    email: isText,
    email_verified: isTruth,
    roles: isTexts,
    permissions: isTexts,
    app_code: isText,
    token_type: isText,
    asof: objectOf({ i: isWhole, o: isWhole, b: isWhole, e: isText }),
  },
  {
    nbf: isWhole,
    active_org_id: isId,
    org_slug: isText,
    org_name: isText,
    is_personal_org: isTruth,
    org_role: isOrgRole,
    subscription: isSubscription,
    imp_uid: isId,
  },
);

/**
 * Reads the claims of a payload whose signature is right; undefined when one is missing, doubled or of the wrong type.
 */
export function parseClaims(payload: Uint8Array): AccessClaims | undefined {
  const claims = parseObject(textOf(payload) ?? "");
  return isClaims(claims) ? (frozen(claims) as unknown as AccessClaims) : undefined;
}

/** Claims are remembered, and so given out more than once: nobody may change them. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** Whether claims contradict each other: a user or app told twice, or an organization told by halves. */
export function contradictThemselves(claims: AccessClaims): boolean {
  if (claims.uid !== claims.sub || claims.app_code !== claims.aud) return true;
  const organization = ["active_org_id", "org_slug", "org_name", "is_personal_org", "org_role"];
  const told = organization.filter((name) => name in claims).length;
  return told !== 0 && told !== organization.length;
}
