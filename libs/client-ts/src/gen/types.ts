// Made by `npm run generate` from the server's OpenAPI document. Do not edit.

/** Nothing more to say. */
export type Accepted = Record<string, never>;

/** The answer and its grounds. */
export interface AccessAnswer {
  /** Whether the member may, at this moment. */
  allowed: boolean;
  /** What stands in the way; absent when allowed. */
  missing?: AccessObstacle;
  /** The roles that give the permission, also when something else stands in the way. */
  via: AccessGround[];
}

/** A role that gives a permission. */
export interface AccessGround {
  /** Code of the permission. */
  permission: string;
  /** Code of the role. */
  role: string;
}

/** `permission`: no role gives it. The others: what is suspended. */
export type AccessObstacle = "permission" | "membership_suspended" | "user_suspended" | "organization_suspended";

/** An access token beside the session's own. */
export interface AccessToken {
  access_token: string;
  expires_at: Instant;
  /** Seconds until it expires. */
  expires_in: number;
  token_type: TokenType;
}

/** The user to bring in. */
export interface AddMemberBody {
  /** At most 20 ids of roles, each once; absent or empty: `org_member`. */
  role_ids?: string[] | null;
  user_id: string;
}

/** Credits to take or to add. */
export interface AmountBody {
  /** In the smallest credit unit. */
  amount: number;
  /** What for: at most 500 characters. */
  note?: string | null;
  /** Stands for this request; it belongs to one organization and one operation. */
  request_uuid: string;
}

/** A server API key, without its secret. */
export interface ApiKey {
  created_at: Instant;
  /** The user who made it; absent when it was made at the operator's command line. */
  created_by?: string;
  /** When it ends by itself; absent when it does not. */
  expires_at?: Instant;
  id: string;
  /** To the minute or so; absent before the first use. */
  last_used_at?: Instant;
  name: string;
  revoked_at?: Instant;
  /** Sorted. */
  scopes: string[];
}

/** A page of keys, the newest first. */
export interface ApiKeys {
  api_keys: ApiKey[];
  /** Empty at the end. */
  next_page_token: string;
}

/** One thing that was done. */
export interface AuditEntry {
  /** For example `user.suspended`. */
  action: string;
  /** The id of a user, `operator` for the command line of the deployment, or `system`. */
  actor: string;
  actor_session_id?: string;
  created_at: Instant;
  /** What else is worth knowing; null when nothing is. */
  details: Record<string, unknown>;
  id: string;
  ip_address?: string;
  organization_id?: string;
  /** Why, in the actor's words. */
  reason?: string;
  /** Id of the request, as the `X-Request-Id` of its answer shows it. */
  request_id?: string;
  /** Which of them. */
  target_id: string;
  /** The kind of thing that it was done to, for example `user`. */
  target_kind: string;
  user_agent?: string;
}

/** A page of an audit log, the newest entry first. */
export interface AuditLog {
  entries: AuditEntry[];
  /** Empty at the end. */
  next_page_token: string;
}

/** What an organization has left. */
export interface Balance {
  /** In the smallest credit unit; negative while the organization owes some. */
  balance: number;
  /** What the units are called. */
  currency: string;
  /** How far below zero charges may take the balance. */
  overdraft_limit: number;
}

/** Proof that the caller may, and the choice. */
export interface ChangeBody {
  current_password: string;
  /**
   * At most 128 characters, and as many as the settings ask for (15 unless the operator decided otherwise); not
   * easy to guess.
   */
  new_password: string;
}

/** One thing to do to a subscription. */
export interface ChangeSubscriptionBody {
  action: SubscriptionAction;
  /**
   * For change and cancel. Absent, a change to a plan that is worth less waits for the end of the period; anything
   * else is done now.
   */
  at_period_end?: boolean | null;
  /** Code of a plan on offer: for grant and change. */
  plan_code?: string | null;
}

/** Where a plan is taken. */
export interface CheckoutUrl {
  /** Good for about an hour. */
  checkout_url: string;
}

/** The key to make. */
export interface CreateApiKeyBody {
  /** When it ends by itself: in the future, and at most ten years ahead; absent: it does not. */
  expires_at?: Instant | null;
  /** 1 to 100 characters. */
  name: string;
  /** 1 to 4 of `billing:charge`, `billing:deposit`, `billing:read` and `revocations:read`, each once. */
  scopes: string[];
}

/** Whom to invite, to what: exactly one of `email` and `emails`. */
export interface CreateInvitationBody {
  email?: string | null;
  /** 1 to 50 addresses, each with a result of its own. */
  emails?: string[] | null;
  /** At least an hour and at most 30 days ahead; absent: in seven days. */
  expires_at?: Instant | null;
  /** `owner` adds org_owner to the roles. */
  role?: OrgRole | null;
  /** At most 20; absent or empty: the role org_member. */
  role_ids?: string[] | null;
}

/** What the link gives, and for how long. */
export interface CreateInviteLinkBody {
  /** At most a year ahead; absent: never. */
  expires_at?: Instant | null;
  /** 1 to 10,000; absent: any number. */
  max_uses?: number | null;
  /** A link never makes owners. */
  role?: OrgRole | null;
  /** At most 20; absent or empty: the role org_member. */
  role_ids?: string[] | null;
}

/** The organization to create. */
export interface CreateOrganizationBody {
  /** 1 to 100 characters. */
  name: string;
  /** `[a-z0-9-]`, 2 to 40 characters; absent: made from the name. */
  slug?: string | null;
}

/** The team organization to create. */
export interface CreateOrganizationForBody {
  /** 1 to 100 characters. */
  name: string;
  /** User id of the owner; absent: the caller. */
  owner_id?: string | null;
  /** `[a-z0-9-]`, 2 to 40 characters; absent: made from the name. */
  slug?: string | null;
}

/** The role to make. */
export interface CreateRoleBody {
  /** `[a-z0-9_-]`, 2 to 50 characters; it stays for ever. */
  code: string;
  /** At most 500 characters. */
  description?: string | null;
  /** 1 to 100 characters. */
  name: string;
  /** Codes of assignable permissions that the caller holds, each once. */
  permission_codes: string[];
}

/** An invitation just made or sent again, with its secret token, which is shown here and in the mail only. */
export interface CreatedInvitation extends Invitation {
  token: string;
}

/** A link just made, with its secret token and the URL to share, both shown here only. */
export interface CreatedInviteLink extends InviteLink {
  token: string;
  url: string;
}

/** The tokens of a session; with `session: "cookie"` they are in cookies and only their end is told. */
export interface Credentials {
  /** Of a session in cookies: when the access token expires. */
  expires_at?: Instant;
  /** Of a session in cookies: seconds until the access token expires. */
  expires_in?: number;
  tokens?: Tokens;
}

/** Proof that the caller means it. */
export interface DeleteAccountBody {
  /** The word `DELETE`. */
  confirmation: string;
  password: string;
}

/** The new address, and proof that the caller may. */
export interface EmailChangeBody {
  current_password: string;
  new_email: string;
}

/** Why one entry was refused: what the error envelope says of a whole request. */
export interface EntryError {
  code: ErrorCode;
  details: ErrorDetails;
  message: string;
}

/** Why the request was refused. */
export interface ErrorBody {
  code: ErrorCode;
  details: ErrorDetails;
  /** One sentence that a person can act on; branch on `code` instead. */
  message: string;
  /** Quote it when you report a problem. */
  request_id: string;
  /** The HTTP status again. */
  status: number;
}

/**
 * Codes with their HTTP status: UNAUTHORIZED 401, INVALID_CREDENTIALS 401, TOKEN_EXPIRED 401, TOKEN_INVALID 401,
 * TOKEN_REVOKED 401, TOKEN_STALE 401, EMAIL_NOT_VERIFIED 403, FORBIDDEN 403, INSUFFICIENT_PERMISSIONS 403,
 * NOT_ORGANIZATION_MEMBER 403, USER_NOT_FOUND 404, USER_ALREADY_EXISTS 409, USER_SUSPENDED 403, WEAK_PASSWORD 400,
 * ORGANIZATION_NOT_FOUND 404, ORGANIZATION_SLUG_TAKEN 409, ORGANIZATION_SUSPENDED 403, PERSONAL_ORGANIZATION 409,
 * LAST_OWNER 409, SOLE_OWNER 409, ORGANIZATION_HAS_MEMBERS 409, ALREADY_A_MEMBER 409, MEMBER_NOT_FOUND 404,
 * ROLE_NOT_FOUND 404, ROLE_ALREADY_EXISTS 409, ROLE_IN_USE 409, CANNOT_MODIFY_SYSTEM_ROLE 409,
 * PERMISSION_NOT_ASSIGNABLE 403, ROLE_ABOVE_CALLER 403, INVITE_NOT_FOUND 404, INVITE_EXPIRED 410,
 * INVITE_ALREADY_USED 409, INVITE_REVOKED 410, INVITE_EMAIL_MISMATCH 403, INVITE_LINK_EXHAUSTED 410, LINK_INVALID
 * 400, SIGNATURE_INVALID 400, INSUFFICIENT_BALANCE 402, PLAN_NOT_FOUND 404, BILLING_NOT_CONFIGURED 409,
 * IDEMPOTENCY_CONFLICT 409, VALIDATION_ERROR 400, NOT_FOUND 404, CONFLICT 409, RATE_LIMITED 429, PAYLOAD_TOO_LARGE
 * 413, SERVICE_UNAVAILABLE 503, DEADLINE_EXCEEDED 504, INTERNAL_ERROR 500, METHOD_NOT_ALLOWED 405,
 * UNSUPPORTED_MEDIA_TYPE 415, HEADERS_TOO_LARGE 431.
 */
export type ErrorCode =
  | "UNAUTHORIZED"
  | "INVALID_CREDENTIALS"
  | "TOKEN_EXPIRED"
  | "TOKEN_INVALID"
  | "TOKEN_REVOKED"
  | "TOKEN_STALE"
  | "EMAIL_NOT_VERIFIED"
  | "FORBIDDEN"
  | "INSUFFICIENT_PERMISSIONS"
  | "NOT_ORGANIZATION_MEMBER"
  | "USER_NOT_FOUND"
  | "USER_ALREADY_EXISTS"
  | "USER_SUSPENDED"
  | "WEAK_PASSWORD"
  | "ORGANIZATION_NOT_FOUND"
  | "ORGANIZATION_SLUG_TAKEN"
  | "ORGANIZATION_SUSPENDED"
  | "PERSONAL_ORGANIZATION"
  | "LAST_OWNER"
  | "SOLE_OWNER"
  | "ORGANIZATION_HAS_MEMBERS"
  | "ALREADY_A_MEMBER"
  | "MEMBER_NOT_FOUND"
  | "ROLE_NOT_FOUND"
  | "ROLE_ALREADY_EXISTS"
  | "ROLE_IN_USE"
  | "CANNOT_MODIFY_SYSTEM_ROLE"
  | "PERMISSION_NOT_ASSIGNABLE"
  | "ROLE_ABOVE_CALLER"
  | "INVITE_NOT_FOUND"
  | "INVITE_EXPIRED"
  | "INVITE_ALREADY_USED"
  | "INVITE_REVOKED"
  | "INVITE_EMAIL_MISMATCH"
  | "INVITE_LINK_EXHAUSTED"
  | "LINK_INVALID"
  | "SIGNATURE_INVALID"
  | "INSUFFICIENT_BALANCE"
  | "PLAN_NOT_FOUND"
  | "BILLING_NOT_CONFIGURED"
  | "IDEMPOTENCY_CONFLICT"
  | "VALIDATION_ERROR"
  | "NOT_FOUND"
  | "CONFLICT"
  | "RATE_LIMITED"
  | "PAYLOAD_TOO_LARGE"
  | "SERVICE_UNAVAILABLE"
  | "DEADLINE_EXCEEDED"
  | "INTERNAL_ERROR"
  | "METHOD_NOT_ALLOWED"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "HEADERS_TOO_LARGE";

/** What programs can read of a refusal; more may be added. */
export interface ErrorDetails {
  /**
   * With INVITE_REVOKED: why the invitation or link is void. `withdrawn`, `superseded`, `inviter_left`,
   * `inviter_lost_permission`, `role_gone`, `role_above_inviter`, `organization_gone`, or for a link `turned_off`.
   * Absent where that was never kept.
   */
  cause?: string;
  /** With VALIDATION_ERROR: each part that is not acceptable. */
  fields?: FieldError[];
  /** With INSUFFICIENT_PERMISSIONS: codes of the roles that the caller holds. */
  held_roles?: string[];
  /** With INVITE_EMAIL_MISMATCH: the address that it was sent to, masked. */
  invited_email?: string;
  /** With SOLE_OWNER: the organizations that need another owner first. */
  organizations?: unknown[];
  /** With PERMISSION_NOT_ASSIGNABLE, and with CONFLICT where another service has it. */
  permission?: string;
  /** With CONFLICT: what custom roles hold and a registration would take away. */
  permissions?: string[];
  /** With INSUFFICIENT_PERMISSIONS. */
  required_permission?: string;
  /** In a result of one entry, where a header says it of a whole request: how many seconds to wait before a retry. */
  retry_after?: number;
}

/** What every refused request answers. */
export interface ErrorEnvelope {
  error: ErrorBody;
}

/** All that the product keeps of a user. Secrets are kept as hashes and left out. */
export interface Export {
  /**
   * What the audit logs tell of what the user did: in the back office and to accounts first, then in organizations
   * and with invitations, each newest first.
   */
  actions: AuditEntry[];
  /** Sent to the proven address, whatever became of them, newest first. */
  invitations_received: Invitation[];
  /** Newest first. */
  invitations_sent: Invitation[];
  /** Newest first. */
  invite_links: InviteLink[];
  organizations: MyOrganization[];
  /** The address that the account is about to have, once it is proven. */
  pending_email?: string;
  /** Newest first, ended ones too as long as they are kept. */
  sessions: SessionRecord[];
  user: User;
}

export type FeatureType = "boolean" | "numeric";

/** One part of a request that is not acceptable. */
export interface FieldError {
  /** JSON path in the body, or name of a parameter. */
  field: string;
  message: string;
}

/** RFC 3339 in UTC. */
export type Instant = string;

/** An offer of membership sent to an e-mail address. */
export interface Invitation {
  accepted_at?: Instant;
  created_at: Instant;
  email: string;
  expires_at: Instant;
  id: string;
  /** Who invited, or sent it again last. */
  invited_by: string;
  /**
   * How far its newest mail is, for those who may list the organization's invitations. Absent when nothing had to
   * be sent any more, and in what invited persons see.
   */
  mail?: MailDelivery;
  organization_id: string;
  /** When the invitation was made or last sent again. */
  organization_name: string;
  role: OrgRole;
  role_ids: string[];
  status: InvitationStatus;
}

/** An invitation, or why there is none. */
export interface InvitationResult {
  /** As it was given. */
  email: string;
  error?: EntryError;
  invitation?: CreatedInvitation;
}

/** One result for each address, in the order of the request. */
export interface InvitationResults {
  results: InvitationResult[];
}

export type InvitationStatus = "pending" | "accepted" | "declined" | "revoked" | "expired";

/** The secret token from the mail. */
export interface InvitationTokenBody {
  token: string;
}

/** A page of invitations, newest first. */
export interface Invitations {
  invitations: Invitation[];
  /** Empty at the end. */
  next_page_token: string;
}

/** A link that lets people join an organization. */
export interface InviteLink {
  created_at: Instant;
  created_by: string;
  /** Absent: never. */
  expires_at?: Instant;
  id: string;
  /** False while it is turned off, and once it was revoked. */
  is_active: boolean;
  /** True once it is off for good. */
  is_revoked: boolean;
  /** Absent: any number. */
  max_uses?: number;
  organization_id: string;
  role: OrgRole;
  role_ids: string[];
  uses: number;
}

/** A page of links, newest first. */
export interface InviteLinks {
  invite_links: InviteLink[];
  /** Empty at the end. */
  next_page_token: string;
}

/** The organization that the caller belongs to now. */
export interface Joined {
  /** The same as `organization.id`. */
  org_id: string;
  organization: Organization;
  role: OrgRole;
}

/** Who signs in. */
export interface LoginBody {
  /** The app that the tokens are for; absent: the default one. */
  app_code?: string | null;
  /**
   * `device_token` of an earlier answer on this device: while somebody else guesses passwords, a known device is
   * not made to wait.
   */
  device_token?: string | null;
  email: string;
  /** The organization to act for; absent: the personal one. */
  organization_id?: string | null;
  password: string;
  /** True: the session lasts longer, 90 days instead of 30 unless the operator decided otherwise. */
  remember_me?: boolean | null;
  /** `cookie`: a browser keeps the tokens, and no script sees them. */
  session?: SessionMode | null;
}

/** The session to end. */
export interface LogoutBody {
  /** Absent: the one in the cookie. */
  refresh_token?: string | null;
}

/** How far the newest mail of an invitation is. It is tried for 24 hours; a refusal for good ends that at once. */
export interface MailDelivery {
  /** How many tries have failed. */
  attempts: number;
  /** When it was given up. The invitation can still be answered, and be sent again. */
  failed_at?: Instant;
  /** What became of the last try while it waits for the next one. */
  last_error?: MailProblem;
  /** Why it was given up. */
  reason?: MailProblem;
  /** When a mail server took it. */
  sent_at?: Instant;
  status: MailStatus;
}

/**
 * `no_such_mailbox`: the mail server says that the address has none. `refused`: it does not take this mail.
 * `unreachable`: it could not be reached or used. `internal`: the fault is the product's own.
 */
export type MailProblem = "no_such_mailbox" | "refused" | "unreachable" | "internal";

export type MailStatus = "queued" | "sent" | "failed";

/** The secret token from a mail. */
export interface MailedTokenBody {
  token: string;
}

/** A user with what the presented token says; `roles` are the token's. */
export interface Me extends User {
  active_org_id?: string;
  org_role?: OrgRole;
  /** Codes of the permissions held in the active organization. */
  permissions: string[];
  /** The same as `id`. */
  user_id: string;
}

/** A user's membership of an organization. */
export interface Member {
  /** Of the membership. */
  id: string;
  joined_at: Instant;
  organization_id: string;
  role: OrgRole;
  roles: Role[];
  status: MemberStatus;
  user: MemberProfile;
  user_id: string;
}

/** What fellow members see of a user. */
export interface MemberProfile {
  display_name?: string;
  email: string;
  id: string;
}

/** Whether a membership gives any right. */
export type MemberStatus = "active" | "suspended";

/** A page of members, by the time of joining. */
export interface Members {
  members: Member[];
  /** Empty at the end. */
  next_page_token: string;
}

/** One organization that the caller belongs to. */
export interface MyOrganization {
  joined_at: Instant;
  organization: Organization;
  role: OrgRole;
  roles: Role[];
  /** Of the membership. */
  status: MemberStatus;
}

/** The caller's organizations, the personal one first. */
export interface MyOrganizations {
  /** Empty at the end. */
  next_page_token: string;
  organizations: MyOrganization[];
}

/** A key just made. */
export interface NewApiKey {
  created_at: Instant;
  /** When it ends by itself; absent when it does not. */
  expires_at?: Instant;
  id: string;
  /** The key itself, here and never again. */
  key: string;
  name: string;
  /** Sorted. */
  scopes: string[];
}

/** Where to go after looking after the subscription. */
export interface OpenPortalBody {
  /** On an allowed origin. */
  return_url: string;
}

/** `owner` holds the role org_owner, `member` does not. */
export type OrgRole = "owner" | "member";

/** An organization: personal or a team. */
export interface Organization {
  address?: string;
  city?: string;
  contact_email?: string;
  contact_phone?: string;
  country?: string;
  created_at: Instant;
  description?: string;
  id: string;
  is_personal: boolean;
  logo_url?: string;
  /** Whatever the organization keeps here. */
  metadata: Record<string, unknown>;
  name: string;
  /** The user who has been an owner for the longest time. */
  owner_id: string;
  postal_code?: string;
  slug: string;
  state?: string;
  status: OrganizationStatus;
  updated_at: Instant;
  website?: string;
}

/** An organization to act for. */
export interface OrganizationChoice {
  organization_id: string;
}

export type OrganizationStatus = "active" | "suspended";

/** A page of organizations, the newest first. */
export interface Organizations {
  /** Empty at the end. */
  next_page_token: string;
  organizations: Organization[];
}

/** How far below zero charges may take the balance. */
export interface Overdraft {
  /** Balance as it stands. */
  balance: number;
  /** In the smallest credit unit. */
  limit: number;
}

/** How far below zero charges may take the balance. */
export interface OverdraftBody {
  /** In the smallest credit unit; 0: not at all. */
  limit: number;
}

/** With what the caller goes on. */
export interface PasswordChanged extends Credentials {
  /**
   * For sign-ins, in the place of the one so far: shows that the device has signed in before. Good for a year and
   * as long as the password stays; of a session in cookies in a cookie.
   */
  device_token?: string;
}

/** One thing that a role can allow. */
export interface Permission {
  action: string;
  category: string;
  /** For example `org:members:invite`. */
  code: string;
  description?: string;
  name: string;
  /** Whether a custom role may hold it. */
  org_assignable: boolean;
  resource: string;
}

/** One permission as a service defines it. */
export interface PermissionDefinition {
  /** Group to show it under; absent: the name of the service. */
  category?: string | null;
  /** `resource:action`, for example `catalog:items:publish`. */
  code: string;
  /** At most 500 characters. */
  description?: string | null;
  /** 1 to 100 characters. */
  name: string;
  /** Whether a custom role may hold it. */
  org_assignable: boolean;
}

/** What a custom role may hold, by code. */
export interface Permissions {
  /** Empty at the end. */
  next_page_token: string;
  permissions: Permission[];
}

/** An offer that an organization can subscribe to. */
export interface Plan {
  code: string;
  /** Where to ask, for a plan of type sales. */
  contact_url?: string;
  /** Credits granted per period. */
  credits_amount: number;
  /** ISO 4217 code in lower case. */
  currency: string;
  description?: string;
  display_order: number;
  features: PlanFeature[];
  interval: PlanInterval;
  /** Months or years per interval. */
  interval_count: number;
  name: string;
  plan_type: PlanType;
  /** Per interval, in the smallest unit of the currency. */
  price_cents: number;
  trial_days: number;
}

/** One thing that a plan includes. */
export interface PlanFeature {
  code: string;
  feature_type: FeatureType;
  name: string;
  numeric_value?: number;
  unit_label?: string;
}

export type PlanInterval = "monthly" | "yearly" | "custom";

export type PlanType = "self_service" | "sales";

/** The plans by display order. */
export interface Plans {
  /** Empty at the end. */
  next_page_token: string;
  plans: Plan[];
}

/** The whole set of platform roles to hold. */
export interface PlatformRolesBody {
  /** `system_admin`, `super_admin`, both or none. */
  role_codes: string[];
}

/** Where a subscription is looked after. */
export interface PortalUrl {
  /** Good for a quarter of an hour or so. */
  url: string;
}

/** A charge or deposit that is in the ledger. */
export interface Posted {
  /** Balance after it. */
  new_balance: number;
  transaction: Transaction;
}

/** What an invitation or link is for. */
export interface Preview {
  /** Absent: never. */
  expires_at?: Instant;
  /** Empty when the inviter has no display name. */
  inviter_name: string;
  /** When the invitation was made or last sent again, or the link made. */
  organization_name: string;
  role: OrgRole;
}

/** A page of what waits. */
export interface Quarantine {
  events: QuarantinedEvent[];
  /** For the next page; empty at the end. */
  next_page_token: string;
}

/** Why something waits. */
export type QuarantineReason = "unknown_customer" | "organization_mismatch" | "wrong_mode" | "unknown_price" | "second_subscription" | "customer_missing" | "organization_gone" | "left_running";

/** Something that waits for somebody to look at it. */
export interface QuarantinedEvent {
  /** The provider's id of the customer. */
  customer_id?: string;
  /**
   * Names it: the reason and what it is about. Everything that is told of one customer for one reason is one
   * entry.
   */
  event_id: string;
  /** Whether real money moves. */
  is_live: boolean;
  /** When it came last. */
  last_received_at: Instant;
  /** When it happened first. */
  occurred_at: Instant;
  /** What the event says whose it is; it need not be true. */
  organization_id?: string;
  reason: QuarantineReason;
  /** When it came first. */
  received_at: Instant;
  /** The provider's id of the latest event that told it; absent for what was found while reading. */
  stripe_event_id?: string;
  /** How often it was told, the first time included. */
  times: number;
  /** What happened first, in the provider's words. */
  type: string;
}

/** Why it is done. */
export interface ReasonBody {
  /** For the audit log: one line, at most 500 characters. */
  reason?: string | null;
}

/** The refresh token to exchange. */
export interface RefreshBody {
  /** Another app to make the token for; absent: the session's. */
  app_code?: string | null;
  /** The organization to act for from now on; absent: as before. */
  organization_id?: string | null;
  /** Absent: the one in the cookie. */
  refresh_token?: string | null;
}

/** The account to make. */
export interface RegisterBody {
  /** The app that the tokens are for; absent: the default one. */
  app_code?: string | null;
  display_name?: string | null;
  email: string;
  first_name?: string | null;
  /**
   * The token of an invitation to this address, which is accepted once the address is proven by its own mail, or
   * of a link.
   */
  invite_token?: string | null;
  last_name?: string | null;
  /**
   * At most 128 characters, and as many as the settings ask for (15 unless the operator decided otherwise); not
   * easy to guess.
   */
  password: string;
  /** `cookie`: a browser keeps the tokens, and no script sees them. */
  session?: SessionMode | null;
}

/** A service's whole slice of the catalog. */
export interface RegisterPermissionsBody {
  /** Prunes, or makes unassignable, also what custom roles hold: it is taken from them. */
  force?: boolean | null;
  /** Everything that it defines, at most 100; what is missing is pruned. */
  permissions: PermissionDefinition[];
  /** Name of the service: `[a-z0-9-]`, 2 to 40 characters. */
  service: string;
}

/** An account just made, signed in and acting for its personal organization. */
export interface Registered extends Credentials {
  /**
   * For sign-ins: shows that the device has signed in before. Good for a year and as long as the password stays;
   * with `session: "cookie"` in a cookie.
   */
  device_token?: string;
  organization: Organization;
  user: User;
  /** True: a mail with a verification link is on its way. */
  verification_email_sent: boolean;
}

/** What a registration changed. */
export interface RegisteredPermissions {
  /** Codes that are new. */
  added: string[];
  /** Codes whose definition changed. */
  changed: string[];
  /** The service's slice of the catalog as it stands, by code. */
  permissions: Permission[];
  /** Codes that are gone. */
  pruned: string[];
}

/** What every sign-up is answered with where the answer does not tell whether an address has an account. */
export interface RegistrationMailed {
  /** A mail is on its way, with a verification link if an account was made. */
  verification_email_sent: boolean;
}

/** The whole offer. */
export interface ReplacePlansBody {
  /** At most 100, each code once. Plans that are left out are offered no more. */
  plans: Plan[];
}

/** The address to mail again. */
export interface ResendBody {
  email: string;
}

/** The secret token from the mail, and the choice. */
export interface ResetBody {
  /**
   * At most 128 characters, and as many as the settings ask for (15 unless the operator decided otherwise); not
   * easy to guess.
   */
  new_password: string;
  token: string;
}

/** The address to mail a link to. */
export interface ResetRequestBody {
  email: string;
}

/** A named set of permissions that members can hold. */
export interface Role {
  code: string;
  created_at: Instant;
  description?: string;
  id: string;
  /** Always true: roles of the platform are not shown as roles of an organization. */
  is_org_role: boolean;
  name: string;
  /** The organization that made it; absent for built-in roles. */
  organization_id?: string;
  permissions: Permission[];
  type: RoleType;
  updated_at: Instant;
}

/** The coarse role to give. */
export interface RoleBody {
  role: OrgRole;
}

export type RoleType = "system" | "custom";

/** The built-in roles and the organization's own. */
export interface Roles {
  /** Empty at the end. */
  next_page_token: string;
  roles: Role[];
}

/** The whole set of roles to hold. */
export interface RolesBody {
  /** 1 to 20 codes of organization roles, each once. */
  role_codes: string[];
}

/** What the presented token says; with `valid` false, why it says nothing. */
export interface Session {
  active_org_id?: string;
  email?: string;
  end_user_id?: string;
  /** What to do, when the token is not valid. */
  error?: string;
  /** Code of the error, when the token is not valid. */
  error_code?: string;
  org_role?: OrgRole;
  /** Codes of the permissions held in the active organization. */
  permissions: string[];
  /** Codes of platform roles and of the roles held in the active organization. */
  roles: string[];
  subscription?: Subscription;
  valid: boolean;
}

/** A sign-in on one device. */
export interface SessionEntry {
  created_at: Instant;
  id: string;
  /** From where it signed in. */
  ip_address?: string;
  /** True for the session that asks. */
  is_current: boolean;
  /** When its tokens were last renewed. */
  last_activity_at: Instant;
  /** As the device said of itself. */
  user_agent?: string;
}

/** A page of sessions. */
export interface SessionList {
  /** For the next page; empty at the end. */
  next_page_token: string;
  sessions: SessionEntry[];
}

/** Where a session's tokens are kept, if not by the client itself. */
export type SessionMode = "cookie";

/** A session as it is kept. */
export interface SessionRecord {
  active_organization_id: string;
  app_code: string;
  created_at: Instant;
  ended_at?: Instant;
  expires_at: Instant;
  id: string;
  in_cookies: boolean;
  ip_address?: string;
  is_remembered: boolean;
  last_activity_at: Instant;
  user_agent?: string;
}

/** Whether the link lets people in. */
export interface SetInviteLinkActiveBody {
  is_active: boolean;
}

/** Signed in, acting for this organization. */
export interface SignedInUser extends Credentials {
  /**
   * For sign-ins: shows that the device has signed in before. Good for a year and as long as the password stays;
   * absent after a refresh, and with `session: "cookie"` in a cookie.
   */
  device_token?: string;
  organization: Organization;
  /** Codes of the permissions held in the organization. */
  permissions: string[];
  /** Codes of platform roles and of the roles held in the organization. */
  roles: string[];
  user: User;
}

/** The plan to take, and where to go afterwards. */
export interface StartCheckoutBody {
  /** Where somebody goes who does not buy, on an allowed origin. */
  cancel_url: string;
  /** Code of a plan that is taken by checkout. */
  plan_code: string;
  /** Where the buyer goes afterwards, on an allowed origin. */
  success_url: string;
}

/** The status to give. */
export interface StatusBody {
  status: MemberStatus;
}

/** What an organization is subscribed to. */
export interface Subscription {
  /** True when it ends with the running period. */
  cancel_at_period_end: boolean;
  current_period_end?: string;
  plan_code?: string;
  plan_name?: string;
  status: SubscriptionStatus;
  trial_ends_at?: string;
}

/** What can be done to a subscription. */
export type SubscriptionAction = "grant" | "change" | "cancel" | "reactivate" | "mark_past_due" | "mark_paid";

/** Where a subscription stands. */
export type SubscriptionStatus = "none" | "trialing" | "active" | "past_due" | "canceled" | "unpaid" | "incomplete";

/** Acting for another organization now. */
export interface Switched extends Credentials {
  active_org_id: string;
  org_role: OrgRole;
  /** Codes of the permissions held in the organization. */
  permissions: string[];
  /** Codes of platform roles and of the roles held in the organization. */
  roles: string[];
  /** Absent when it could not be learnt. */
  subscription?: Subscription;
}

export type TokenType = "Bearer";

/** A pair of tokens. */
export interface Tokens {
  access_token: string;
  expires_at: Instant;
  /** Seconds until the access token expires. */
  expires_in: number;
  /** Opaque; each is good for one refresh. */
  refresh_token: string;
  token_type: TokenType;
}

/** One entry of the ledger. */
export interface Transaction {
  /** Added (positive) or taken (negative), in the smallest credit unit. */
  amount_delta: number;
  balance_after: number;
  created_at: Instant;
  id: string;
  note?: string;
  reason: string;
  request_uuid: string;
}

/** A page of the ledger, newest first. */
export interface Transactions {
  /** Empty at the end. */
  next_page_token: string;
  transactions: Transaction[];
}

/** The new owner. */
export interface TransferOwnershipBody {
  /** User id of an active member other than the caller. */
  new_owner_id: string;
}

/** The names to change; absent ones are left as they are, null and empty ones are removed. */
export interface UpdateMeBody {
  /** At most 100 characters. */
  display_name?: string | null;
  /** At most 100 characters. */
  first_name?: string | null;
  /** At most 100 characters. */
  last_name?: string | null;
}

/** The fields to change; absent ones are left as they are, null and empty ones are cleared. */
export interface UpdateOrganizationBody {
  address?: string | null;
  city?: string | null;
  contact_email?: string | null;
  contact_phone?: string | null;
  country?: string | null;
  description?: string | null;
  logo_url?: string | null;
  /** Replaces what was there as a whole. */
  metadata?: Record<string, unknown> | null;
  name?: string | null;
  postal_code?: string | null;
  slug?: string | null;
  state?: string | null;
  website?: string | null;
}

/** The fields to change; absent ones are left as they are. The code stays. */
export interface UpdateRoleBody {
  /** At most 500 characters; null and empty clear it. */
  description?: string | null;
  /** 1 to 100 characters. */
  name?: string | null;
  /** The whole set to hold: codes of assignable permissions, each once. */
  permission_codes?: string[] | null;
}

/** A person's account. */
export interface User {
  created_at: Instant;
  display_name?: string;
  email: string;
  /** Whether somebody has proven to read that address's mail. */
  email_verified: boolean;
  first_name?: string;
  id: string;
  last_login_at?: Instant;
  last_name?: string;
  /** Codes of roles. */
  roles: string[];
  status: UserStatus;
  updated_at: Instant;
}

export type UserStatus = "active" | "suspended";

/** A page of accounts, the newest first. */
export interface Users {
  /** Empty at the end. */
  next_page_token: string;
  users: User[];
}

/** The account whose address is proven now. */
export interface VerifiedUser {
  user: User;
}

/** The event was taken. */
export interface WebhookReceived {
  /** Always true: what is not taken is refused. */
  received: boolean;
}
