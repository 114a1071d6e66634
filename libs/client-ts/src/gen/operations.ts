// Made by `npm run generate` from the server's OpenAPI document. Do not edit.

import type { CallOptions, Send } from "../transport/call.js";
import type {
  Accepted,
  AccessAnswer,
  AccessToken,
  AddMemberBody,
  AmountBody,
  ApiKeys,
  AuditLog,
  Balance,
  ChangeBody,
  ChangeSubscriptionBody,
  CheckoutUrl,
  CreateApiKeyBody,
  CreateInvitationBody,
  CreateInviteLinkBody,
  CreateOrganizationBody,
  CreateOrganizationForBody,
  CreateRoleBody,
  CreatedInvitation,
  CreatedInviteLink,
  DeleteAccountBody,
  EmailChangeBody,
  Export,
  InvitationResults,
  InvitationTokenBody,
  Invitations,
  InviteLink,
  InviteLinks,
  Joined,
  LoginBody,
  LogoutBody,
  MailedTokenBody,
  Me,
  Member,
  Members,
  MyOrganizations,
  NewApiKey,
  OpenPortalBody,
  Organization,
  OrganizationChoice,
  Organizations,
  Overdraft,
  OverdraftBody,
  PasswordChanged,
  Permissions,
  Plans,
  PlatformRolesBody,
  PortalUrl,
  Posted,
  Preview,
  Quarantine,
  QuarantinedEvent,
  ReasonBody,
  RefreshBody,
  RegisterBody,
  RegisterPermissionsBody,
  Registered,
  RegisteredPermissions,
  RegistrationMailed,
  ReplacePlansBody,
  ResendBody,
  ResetBody,
  ResetRequestBody,
  Role,
  RoleBody,
  Roles,
  RolesBody,
  Session,
  SessionList,
  SetInviteLinkActiveBody,
  SignedInUser,
  StartCheckoutBody,
  StatusBody,
  Subscription,
  Switched,
  Transactions,
  TransferOwnershipBody,
  UpdateMeBody,
  UpdateOrganizationBody,
  UpdateRoleBody,
  User,
  Users,
  VerifiedUser,
} from "./types.js";

/** Which part of a list. */
export interface PageQuery {
  /** How many entries at most, 1 to 200; 50 unless given. */
  page_size?: number;
  /** `next_page_token` of the page before. */
  page_token?: string;
}

/** What listAuditLog can be asked for. */
export interface ListAuditLogQuery {
  /** Only what they did: the UUID of a user, `operator` or `system`. */
  actor?: string;
  /** Only this action, for example `user.suspended`. */
  action?: string;
  /** Only at this instant or later. */
  since?: string;
  /** Only before this instant. */
  until?: string;
  /** Most entries of the page; 50 when absent. Only without `next_page_token` has the list come to its end. */
  page_size?: number;
  /** `next_page_token` of the previous answer; absent for the first page. */
  page_token?: string;
}

/** What listOrganizations can be asked for. */
export interface ListOrganizationsQuery {
  /** A part of a name or the beginning of a slug, in any case. */
  search?: string;
  /** `active` or `suspended`; absent: both. */
  status?: string;
  /** Most entries of the page; 50 when absent. Only without `next_page_token` has the list come to its end. */
  page_size?: number;
  /** `next_page_token` of the previous answer; absent for the first page. */
  page_token?: string;
}

/** What listAnyMembers can be asked for. */
export interface ListAnyMembersQuery {
  /** A part of the name to show or of the e-mail address, in any case. */
  search?: string;
  /** Only holders of the role with this code. */
  role?: string;
  /** `active` or `suspended` memberships; absent: both. */
  status?: string;
  /** Most entries of the page; 50 when absent. Only without `next_page_token` has the list come to its end. */
  page_size?: number;
  /** `next_page_token` of the previous answer; absent for the first page. */
  page_token?: string;
}

/** What listUsers can be asked for. */
export interface ListUsersQuery {
  /** The beginning of an e-mail address, or a part of a name, in any case. */
  search?: string;
  /** `active` or `suspended`; absent: both. */
  status?: string;
  /** Most entries of the page; 50 when absent. Only without `next_page_token` has the list come to its end. */
  page_size?: number;
  /** `next_page_token` of the previous answer; absent for the first page. */
  page_token?: string;
}

/** What listOrganizationAuditLog can be asked for. */
export interface ListOrganizationAuditLogQuery {
  /** Only what they did: the UUID of a user, `operator` or `system`. */
  actor?: string;
  /** Only this action, for example `user.suspended`. */
  action?: string;
  /** Only at this instant or later. */
  since?: string;
  /** Only before this instant. */
  until?: string;
  /** Most entries of the page; 50 when absent. Only without `next_page_token` has the list come to its end. */
  page_size?: number;
  /** `next_page_token` of the previous answer; absent for the first page. */
  page_token?: string;
}

/** What listInvitations can be asked for. */
export interface ListInvitationsQuery {
  /** `pending` (when absent), `accepted`, `declined`, `revoked` or `expired`. */
  status?: string;
  /** Most entries of the page; 50 when absent. Only without `next_page_token` has the list come to its end. */
  page_size?: number;
  /** `next_page_token` of the previous answer; absent for the first page. */
  page_token?: string;
}

/** What listMembers can be asked for. */
export interface ListMembersQuery {
  /** A part of the name to show or of the e-mail address, in any case. */
  search?: string;
  /** Only holders of the role with this code. */
  role?: string;
  /** `active` or `suspended` memberships; absent: both. */
  status?: string;
  /** Most entries of the page; 50 when absent. Only without `next_page_token` has the list come to its end. */
  page_size?: number;
  /** `next_page_token` of the previous answer; absent for the first page. */
  page_token?: string;
}

/** What explainAccess can be asked for. */
export interface ExplainAccessQuery {
  /** Code of a permission of the catalog, for example `org:members:invite`. */
  permission: string;
}

/** Lists server API keys, the newest first, those that have ended included. For the back office. */
export function listApiKeys(
  send: Send,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<ApiKeys> {
  return send("GET", "/admin/api-keys", "session", options, { query });
}

/** Makes a server API key, which this answer shows and nothing ever shows again. For the back office. */
export function createApiKey(
  send: Send,
  body: CreateApiKeyBody,
  options?: CallOptions,
): Promise<NewApiKey> {
  return send("POST", "/admin/api-keys", "session", options, { body });
}

/** Ends a server API key: once this has answered, nothing is done by it any more. For the back office. */
export function revokeApiKey(
  send: Send,
  id: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/admin/api-keys/${encodeURIComponent(id)}`, "session", options);
}

/**
 * Lists what was done, the newest first, as one log of all services. With `Accept: application/x-ndjson` the
 * answer is all of it, one entry a line. For the back office.
 */
export function listAuditLog(
  send: Send,
  query: ListAuditLogQuery = {},
  options?: CallOptions,
): Promise<AuditLog> {
  return send("GET", "/admin/audit-log", "session", options, { query });
}

/** Lists what waits for somebody to look at it, the oldest first. For the back office. */
export function listQuarantine(
  send: Send,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<Quarantine> {
  return send("GET", "/admin/billing/quarantine", "session", options, { query });
}

/**
 * Takes something off the list without heeding it, which the audit log tells. What is told of the same again does
 * not wait again until nothing was told of it for 90 days. For the back office.
 */
export function dismissEvent(
  send: Send,
  eventId: string,
  options?: CallOptions,
): Promise<QuarantinedEvent> {
  return send("POST", `/admin/billing/quarantine/${encodeURIComponent(eventId)}/dismiss`, "session", options);
}

/**
 * Heeds an event after all: what the provider says now is read and applied, and the event waits no longer.
 * CONFLICT while it still does not fit. For the back office.
 */
export function replayEvent(
  send: Send,
  eventId: string,
  options?: CallOptions,
): Promise<QuarantinedEvent> {
  return send("POST", `/admin/billing/quarantine/${encodeURIComponent(eventId)}/replay`, "session", options);
}

/** Lists organizations, the newest first. For the back office. */
export function listOrganizations(
  send: Send,
  query: ListOrganizationsQuery = {},
  options?: CallOptions,
): Promise<Organizations> {
  return send("GET", "/admin/organizations", "session", options, { query });
}

/** Creates a team organization for its owner. For the back office. */
export function createOrganizationFor(
  send: Send,
  body: CreateOrganizationForBody,
  options?: CallOptions,
): Promise<Organization> {
  return send("POST", "/admin/organizations", "session", options, { body });
}

/** Reads any organization. For the back office. */
export function getAnyOrganization(
  send: Send,
  orgId: string,
  options?: CallOptions,
): Promise<Organization> {
  return send("GET", `/admin/organizations/${encodeURIComponent(orgId)}`, "session", options);
}

/** Changes the fields of any organization that are given. For the back office. */
export function updateAnyOrganization(
  send: Send,
  orgId: string,
  body: UpdateOrganizationBody,
  options?: CallOptions,
): Promise<Organization> {
  return send("PUT", `/admin/organizations/${encodeURIComponent(orgId)}`, "session", options, { body });
}

/** Deletes a team organization, whoever still belongs to it. Only a system administrator may. */
export function deleteAnyOrganization(
  send: Send,
  orgId: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/admin/organizations/${encodeURIComponent(orgId)}`, "session", options);
}

/** Lists the members of any organization by the time of joining. For the back office. */
export function listAnyMembers(
  send: Send,
  orgId: string,
  query: ListAnyMembersQuery = {},
  options?: CallOptions,
): Promise<Members> {
  return send("GET", `/admin/organizations/${encodeURIComponent(orgId)}/members`, "session", options, { query });
}

/** Makes an existing user a member. For the back office. */
export function addMember(
  send: Send,
  orgId: string,
  body: AddMemberBody,
  options?: CallOptions,
): Promise<Member> {
  return send("POST", `/admin/organizations/${encodeURIComponent(orgId)}/members`, "session", options, { body });
}

/** Ends a membership. For the back office. */
export function removeAnyMember(
  send: Send,
  orgId: string,
  userId: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/admin/organizations/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}`, "session", options);
}

/** Replaces the whole set of a member's roles, all or nothing. For the back office. */
export function setAnyMemberRoles(
  send: Send,
  orgId: string,
  userId: string,
  body: RolesBody,
  options?: CallOptions,
): Promise<Member> {
  return send("PUT", `/admin/organizations/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}/roles`, "session", options, { body });
}

/** Suspends or reactivates a membership. For the back office. */
export function setAnyMemberStatus(
  send: Send,
  orgId: string,
  userId: string,
  body: StatusBody,
  options?: CallOptions,
): Promise<Member> {
  return send("PUT", `/admin/organizations/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}/status`, "session", options, { body });
}

/** Says how far below zero charges may take an organization's balance. For the back office. */
export function setOverdraft(
  send: Send,
  orgId: string,
  body: OverdraftBody,
  options?: CallOptions,
): Promise<Overdraft> {
  return send("PUT", `/admin/organizations/${encodeURIComponent(orgId)}/overdraft`, "session", options, { body });
}

/** Takes a suspended organization back into use. For the back office. */
export function reactivateOrganization(
  send: Send,
  orgId: string,
  body: ReasonBody = {},
  options?: CallOptions,
): Promise<Organization> {
  return send("POST", `/admin/organizations/${encodeURIComponent(orgId)}/reactivate`, "session", options, { body });
}

/** Does one thing to an organization's subscription. For the back office. */
export function changeSubscription(
  send: Send,
  orgId: string,
  body: ChangeSubscriptionBody,
  options?: CallOptions,
): Promise<Subscription> {
  return send("POST", `/admin/organizations/${encodeURIComponent(orgId)}/subscription`, "session", options, { body });
}

/** Blocks a team organization: nobody can act for it. For the back office. */
export function suspendOrganization(
  send: Send,
  orgId: string,
  body: ReasonBody = {},
  options?: CallOptions,
): Promise<Organization> {
  return send("POST", `/admin/organizations/${encodeURIComponent(orgId)}/suspend`, "session", options, { body });
}

/**
 * Makes a service's slice of the catalog what the body says. Repeating it changes nothing. Only a system
 * administrator may.
 */
export function registerPermissions(
  send: Send,
  body: RegisterPermissionsBody,
  options?: CallOptions,
): Promise<RegisteredPermissions> {
  return send("POST", "/admin/permissions/register", "session", options, { body });
}

/** Lists the plans on offer, by display order. For the back office. */
export function listOfferedPlans(
  send: Send,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<Plans> {
  return send("GET", "/admin/plans", "session", options, { query });
}

/**
 * Makes the given plans the whole offer. Subscribers keep the terms that they took. Repeating it changes nothing.
 * For the back office.
 */
export function replacePlans(
  send: Send,
  body: ReplacePlansBody,
  options?: CallOptions,
): Promise<Plans> {
  return send("PUT", "/admin/plans", "session", options, { body });
}

/** Lists accounts, the newest first. For the back office. */
export function listUsers(
  send: Send,
  query: ListUsersQuery = {},
  options?: CallOptions,
): Promise<Users> {
  return send("GET", "/admin/users", "session", options, { query });
}

/** Reads an account. For the back office. */
export function getUser(
  send: Send,
  id: string,
  options?: CallOptions,
): Promise<User> {
  return send("GET", `/admin/users/${encodeURIComponent(id)}`, "session", options);
}

/** Lists the organizations that a user belongs to, the personal one first. For the back office. */
export function listUserOrganizations(
  send: Send,
  id: string,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<MyOrganizations> {
  return send("GET", `/admin/users/${encodeURIComponent(id)}/organizations`, "session", options, { query });
}

/** Takes a suspended account back into use; its sessions stay ended. */
export function reactivateUser(
  send: Send,
  id: string,
  body: ReasonBody = {},
  options?: CallOptions,
): Promise<User> {
  return send("POST", `/admin/users/${encodeURIComponent(id)}/reactivate`, "session", options, { body });
}

/** Ends every session of an account. */
export function revokeUserSessions(
  send: Send,
  id: string,
  body: ReasonBody = {},
  options?: CallOptions,
): Promise<void> {
  return send("POST", `/admin/users/${encodeURIComponent(id)}/revoke-sessions`, "session", options, { body });
}

/** Replaces the whole set of an account's platform roles, all or nothing. Only a system administrator may. */
export function setUserRoles(
  send: Send,
  id: string,
  body: PlatformRolesBody,
  options?: CallOptions,
): Promise<User> {
  return send("PUT", `/admin/users/${encodeURIComponent(id)}/roles`, "session", options, { body });
}

/** Blocks an account and ends its sessions. SOLE_OWNER names the organizations that need another owner first. */
export function suspendUser(
  send: Send,
  id: string,
  body: ReasonBody = {},
  options?: CallOptions,
): Promise<User> {
  return send("POST", `/admin/users/${encodeURIComponent(id)}/suspend`, "session", options, { body });
}

/** Mails a link to another address, which becomes the account's when the link is followed. */
export function requestEmailChange(
  send: Send,
  body: EmailChangeBody,
  options?: CallOptions,
): Promise<Accepted> {
  return send("POST", "/auth/email/change", "session", options, { body });
}

/**
 * Makes the address that the token was mailed to the account's own and ends every session but the one that asked.
 * Where an account has the address without having proven it, the caller must be signed in to the account that
 * asked.
 */
export function confirmEmailChange(
  send: Send,
  body: MailedTokenBody,
  options?: CallOptions,
): Promise<VerifiedUser> {
  return send("POST", "/auth/email/confirm", "optional", options, { body });
}

/** Signs in with e-mail address and password. */
export function login(
  send: Send,
  body: LoginBody,
  options?: CallOptions,
): Promise<SignedInUser> {
  return send("POST", "/auth/login", "none", options, { body });
}

/**
 * Ends the session of a refresh token. An unknown token is answered alike. A session in cookies needs no body, and
 * its cookies are taken back.
 */
export function logout(
  send: Send,
  body: LogoutBody = {},
  options?: CallOptions,
): Promise<void> {
  return send("POST", "/auth/logout", "none", options, { body });
}

/** Ends every session of the caller. */
export function logoutEverywhere(
  send: Send,
  options?: CallOptions,
): Promise<void> {
  return send("POST", "/auth/logout/all", "session", options);
}

/** Reads the caller's account, and what the token says of the active organization. */
export function me(
  send: Send,
  options?: CallOptions,
): Promise<Me> {
  return send("GET", "/auth/me", "session", options, { ofActiveOrganization: true });
}

/** Changes the caller's names. */
export function updateMe(
  send: Send,
  body: UpdateMeBody,
  options?: CallOptions,
): Promise<Me> {
  return send("PATCH", "/auth/me", "session", options, { body, ofActiveOrganization: true });
}

/**
 * Changes the caller's password, ends every session and forgets every device; the caller goes on with the tokens
 * answered, in cookies if the former ones were. A session in cookies takes this by its cookies alone, else
 * FORBIDDEN.
 */
export function changePassword(
  send: Send,
  body: ChangeBody,
  options?: CallOptions,
): Promise<PasswordChanged> {
  return send("POST", "/auth/password/change", "session", options, { body });
}

/** Sets a new password by the token that was mailed and ends every session of the account. */
export function resetPassword(
  send: Send,
  body: ResetBody,
  options?: CallOptions,
): Promise<Accepted> {
  return send("POST", "/auth/password/reset", "none", options, { body });
}

/** Mails a link that sets a new password if the address has an account; answers alike whatever the address. */
export function requestPasswordReset(
  send: Send,
  body: ResetRequestBody,
  options?: CallOptions,
): Promise<Accepted> {
  return send("POST", "/auth/password/reset-request", "none", options, { body });
}

/**
 * Exchanges a refresh token for a new pair, reading memberships anew. A refused call uses nothing up. A session in
 * cookies needs no body, gets new cookies, and is refreshed by cookie alone (else FORBIDDEN).
 */
export function refresh(
  send: Send,
  body: RefreshBody = {},
  options?: CallOptions,
): Promise<SignedInUser> {
  return send("POST", "/auth/refresh", "none", options, { body });
}

/**
 * Makes an account with its personal organization and signs it in. After SERVICE_UNAVAILABLE the same request
 * completes the same account. Where sign-up does not tell whether an address has an account, every sign-up is
 * answered with 202 alike, and the rest is in the mail.
 */
export function register(
  send: Send,
  body: RegisterBody,
  options?: CallOptions,
): Promise<Registered | RegistrationMailed> {
  return send("POST", "/auth/register", "none", options, { body });
}

/** Says what the presented token says. Always 200: `valid` is false without a valid token. */
export function session(
  send: Send,
  options?: CallOptions,
): Promise<Session> {
  return send("GET", "/auth/session", "optional", options, { ofActiveOrganization: true });
}

/** Lists the caller's living sessions, newest first. */
export function listSessions(
  send: Send,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<SessionList> {
  return send("GET", "/auth/sessions", "session", options, { query });
}

/** Ends one of the caller's sessions. NOT_FOUND for one that is not alive or somebody else's. */
export function endSession(
  send: Send,
  id: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/auth/sessions/${encodeURIComponent(id)}`, "session", options);
}

/**
 * Changes the session's active organization and gives a new pair of tokens, in cookies to a caller by cookie. A
 * session in cookies takes this by its cookies alone, else FORBIDDEN.
 */
export function switchOrganization(
  send: Send,
  body: OrganizationChoice,
  options?: CallOptions,
): Promise<Switched> {
  return send("POST", "/auth/switch-org", "session", options, { body });
}

/**
 * Gives an access token for another organization and leaves the session as it is. A session in cookies takes this
 * by its cookies alone, else FORBIDDEN.
 */
export function issueToken(
  send: Send,
  body: OrganizationChoice,
  options?: CallOptions,
): Promise<AccessToken> {
  return send("POST", "/auth/token", "session", options, { body });
}

/** Proves an e-mail address by the token that was mailed to it. */
export function verifyEmail(
  send: Send,
  body: MailedTokenBody,
  options?: CallOptions,
): Promise<VerifiedUser> {
  return send("POST", "/auth/verify-email", "none", options, { body });
}

/** Mails a new verification token if there is reason to; answers alike whatever the address. */
export function resendVerification(
  send: Send,
  body: ResendBody,
  options?: CallOptions,
): Promise<Accepted> {
  return send("POST", "/auth/verify-email/resend", "none", options, { body });
}

/** Reads the active organization's balance. Permission: org:billing:read. */
export function getBalance(
  send: Send,
  options?: CallOptions,
): Promise<Balance> {
  return send("GET", "/billing/balance", "session", options, { ofActiveOrganization: true });
}

/** Begins to take a plan for the active organization. Permission: org:billing:manage. */
export function startCheckout(
  send: Send,
  body: StartCheckoutBody,
  options?: CallOptions,
): Promise<CheckoutUrl> {
  return send("POST", "/billing/checkout", "session", options, { body, ofActiveOrganization: true });
}

/** Reads the balance of any organization. Scope: billing:read. */
export function getAnyBalance(
  send: Send,
  orgId: string,
  options?: CallOptions,
): Promise<Balance> {
  return send("GET", `/billing/orgs/${encodeURIComponent(orgId)}/balance`, "key", options);
}

/** Takes credits. The same request gets the same answer. Scope: billing:charge. */
export function charge(
  send: Send,
  orgId: string,
  body: AmountBody,
  options?: CallOptions,
): Promise<Posted> {
  return send("POST", `/billing/orgs/${encodeURIComponent(orgId)}/charge`, "key", options, { body });
}

/** Adds credits. The same request gets the same answer. Scope: billing:deposit. */
export function deposit(
  send: Send,
  orgId: string,
  body: AmountBody,
  options?: CallOptions,
): Promise<Posted> {
  return send("POST", `/billing/orgs/${encodeURIComponent(orgId)}/deposit`, "key", options, { body });
}

/** Reads the subscription of any organization. Scope: billing:read. */
export function getAnySubscription(
  send: Send,
  orgId: string,
  options?: CallOptions,
): Promise<Subscription> {
  return send("GET", `/billing/orgs/${encodeURIComponent(orgId)}/subscription`, "key", options);
}

/** Lists the ledger of any organization, newest first. Scope: billing:read. */
export function listAnyTransactions(
  send: Send,
  orgId: string,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<Transactions> {
  return send("GET", `/billing/orgs/${encodeURIComponent(orgId)}/transactions`, "key", options, { query });
}

/** Lists the plans on offer. */
export function listPlans(
  send: Send,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<Plans> {
  return send("GET", "/billing/plans", "none", options, { query });
}

/** Opens the place where the active organization's subscription is looked after. Permission: org:billing:manage. */
export function openPortal(
  send: Send,
  body: OpenPortalBody,
  options?: CallOptions,
): Promise<PortalUrl> {
  return send("POST", "/billing/portal", "session", options, { body, ofActiveOrganization: true });
}

/** Reads the active organization's subscription. Permission: org:billing:read. */
export function getSubscription(
  send: Send,
  options?: CallOptions,
): Promise<Subscription> {
  return send("GET", "/billing/subscription", "session", options, { ofActiveOrganization: true });
}

/** Lists the active organization's ledger, newest first. Permission: org:billing:read. */
export function listTransactions(
  send: Send,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<Transactions> {
  return send("GET", "/billing/transactions", "session", options, { query, ofActiveOrganization: true });
}

/** Accepts an invitation by the token from its mail. Repeating it is safe. */
export function acceptInvitation(
  send: Send,
  body: InvitationTokenBody,
  options?: CallOptions,
): Promise<Joined> {
  return send("POST", "/invitations/accept", "session", options, { body });
}

/** Declines an invitation by the token from its mail. Repeating it is safe. */
export function declineInvitation(
  send: Send,
  body: InvitationTokenBody,
  options?: CallOptions,
): Promise<void> {
  return send("POST", "/invitations/decline", "session", options, { body });
}

/** Shows what an invitation is for to whoever holds its token. */
export function previewInvitation(
  send: Send,
  token: string,
  options?: CallOptions,
): Promise<Preview> {
  return send("GET", `/invitations/${encodeURIComponent(token)}`, "none", options);
}

/** Shows what a link is for to whoever holds its token. */
export function previewInviteLink(
  send: Send,
  token: string,
  options?: CallOptions,
): Promise<Preview> {
  return send("GET", `/invite-links/${encodeURIComponent(token)}`, "none", options);
}

/** Makes the caller a member. Repeating it is safe. */
export function joinByInviteLink(
  send: Send,
  token: string,
  options?: CallOptions,
): Promise<Joined> {
  return send("POST", `/invite-links/${encodeURIComponent(token)}/join`, "session", options);
}

/**
 * Deletes the caller's account, personal organization and memberships. SOLE_OWNER names the organizations that
 * need another owner first.
 */
export function deleteAccount(
  send: Send,
  body: DeleteAccountBody,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", "/me/account", "session", options, { body });
}

/**
 * Answers all that the product keeps of the caller: account, sessions, memberships, invitations, links, and what
 * the audit logs tell of what the caller did.
 */
export function exportMyData(
  send: Send,
  options?: CallOptions,
): Promise<Export> {
  return send("GET", "/me/export", "session", options);
}

/** Lists the caller's pending invitations, newest first. */
export function listMyInvitations(
  send: Send,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<Invitations> {
  return send("GET", "/me/invitations", "session", options, { query });
}

/** Accepts an invitation by id. Repeating it is safe. */
export function acceptMyInvitation(
  send: Send,
  id: string,
  options?: CallOptions,
): Promise<Joined> {
  return send("POST", `/me/invitations/${encodeURIComponent(id)}/accept`, "session", options);
}

/** Declines an invitation by id. */
export function declineMyInvitation(
  send: Send,
  id: string,
  options?: CallOptions,
): Promise<void> {
  return send("POST", `/me/invitations/${encodeURIComponent(id)}/decline`, "session", options);
}

/** Lists the caller's organizations, the personal one first. */
export function listMyOrganizations(
  send: Send,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<MyOrganizations> {
  return send("GET", "/me/orgs", "session", options, { query });
}

/** Creates a team organization; the caller becomes its owner. */
export function createOrganization(
  send: Send,
  body: CreateOrganizationBody,
  options?: CallOptions,
): Promise<Organization> {
  return send("POST", "/me/orgs", "session", options, { body });
}

/** Ends the caller's own membership. */
export function leaveOrganization(
  send: Send,
  orgId: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/me/orgs/${encodeURIComponent(orgId)}`, "session", options);
}

/** Reads an organization. Permission: org:read. */
export function getOrganization(
  send: Send,
  orgId: string,
  options?: CallOptions,
): Promise<Organization> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}`, "session", options);
}

/** Changes the fields that are given. Permission: org:update. */
export function updateOrganization(
  send: Send,
  orgId: string,
  body: UpdateOrganizationBody,
  options?: CallOptions,
): Promise<Organization> {
  return send("PUT", `/orgs/${encodeURIComponent(orgId)}`, "session", options, { body });
}

/** Deletes a team organization that nobody else belongs to. Only an owner may. */
export function deleteOrganization(
  send: Send,
  orgId: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/orgs/${encodeURIComponent(orgId)}`, "session", options);
}

/**
 * Lists what was done in an organization and with its invitations and links, the newest first. With `Accept:
 * application/x-ndjson` the answer is all of it, one entry a line. Permission: org:audit:read.
 */
export function listOrganizationAuditLog(
  send: Send,
  orgId: string,
  query: ListOrganizationAuditLogQuery = {},
  options?: CallOptions,
): Promise<AuditLog> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}/audit-log`, "session", options, { query });
}

/** Lists an organization's invitations, newest first. Permission: org:members:read. */
export function listInvitations(
  send: Send,
  orgId: string,
  query: ListInvitationsQuery = {},
  options?: CallOptions,
): Promise<Invitations> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}/invitations`, "session", options, { query });
}

/**
 * Invites an address, or up to 50. A pending invitation of the same address is superseded. Permission:
 * org:members:invite.
 *
 * With `emails`, what concerns the whole request refuses it whole, and what concerns one address is that entry's
 * error.
 */
export function createInvitation(
  send: Send,
  orgId: string,
  body: CreateInvitationBody,
  options?: CallOptions,
): Promise<InvitationResults | CreatedInvitation> {
  return send("POST", `/orgs/${encodeURIComponent(orgId)}/invitations`, "session", options, { body });
}

/** Withdraws a pending invitation. Permission: org:members:invite. */
export function revokeInvitation(
  send: Send,
  orgId: string,
  id: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/orgs/${encodeURIComponent(orgId)}/invitations/${encodeURIComponent(id)}`, "session", options);
}

/**
 * Sends a pending or expired invitation again, as the caller's: with a new token, for as long as before.
 * Permission: org:members:invite.
 */
export function resendInvitation(
  send: Send,
  orgId: string,
  id: string,
  options?: CallOptions,
): Promise<CreatedInvitation> {
  return send("POST", `/orgs/${encodeURIComponent(orgId)}/invitations/${encodeURIComponent(id)}/resend`, "session", options);
}

/** Lists an organization's links, newest first. Permission: org:members:invite. */
export function listInviteLinks(
  send: Send,
  orgId: string,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<InviteLinks> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}/invite-links`, "session", options, { query });
}

/** Makes a link. Permission: org:members:invite. */
export function createInviteLink(
  send: Send,
  orgId: string,
  body: CreateInviteLinkBody,
  options?: CallOptions,
): Promise<CreatedInviteLink> {
  return send("POST", `/orgs/${encodeURIComponent(orgId)}/invite-links`, "session", options, { body });
}

/** Turns a link off, or on again unless it was revoked. Permission: org:members:invite. */
export function setInviteLinkActive(
  send: Send,
  orgId: string,
  id: string,
  body: SetInviteLinkActiveBody,
  options?: CallOptions,
): Promise<InviteLink> {
  return send("PUT", `/orgs/${encodeURIComponent(orgId)}/invite-links/${encodeURIComponent(id)}`, "session", options, { body });
}

/** Turns a link off for good. Permission: org:members:invite. */
export function revokeInviteLink(
  send: Send,
  orgId: string,
  id: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/orgs/${encodeURIComponent(orgId)}/invite-links/${encodeURIComponent(id)}`, "session", options);
}

/** Lists members by the time of joining. Permission: org:members:read. */
export function listMembers(
  send: Send,
  orgId: string,
  query: ListMembersQuery = {},
  options?: CallOptions,
): Promise<Members> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}/members`, "session", options, { query });
}

/** Ends somebody else's membership. Permission: org:members:remove. */
export function removeMember(
  send: Send,
  orgId: string,
  userId: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/orgs/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}`, "session", options);
}

/**
 * Tells whether a member has a permission, by which roles, and what stands in the way. Permission:
 * org:members:read; none for oneself.
 */
export function explainAccess(
  send: Send,
  orgId: string,
  userId: string,
  query: ExplainAccessQuery,
  options?: CallOptions,
): Promise<AccessAnswer> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}/access`, "session", options, { query });
}

/** Makes a member an owner or an ordinary member; other roles stay. Only an owner may. */
export function setMemberRole(
  send: Send,
  orgId: string,
  userId: string,
  body: RoleBody,
  options?: CallOptions,
): Promise<Member> {
  return send("PUT", `/orgs/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}/role`, "session", options, { body });
}

/** Replaces the whole set of a member's roles, all or nothing. Permission: org:members:update. */
export function setMemberRoles(
  send: Send,
  orgId: string,
  userId: string,
  body: RolesBody,
  options?: CallOptions,
): Promise<Member> {
  return send("PUT", `/orgs/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}/roles`, "session", options, { body });
}

/** Suspends or reactivates a membership. Permission: org:members:update. */
export function setMemberStatus(
  send: Send,
  orgId: string,
  userId: string,
  body: StatusBody,
  options?: CallOptions,
): Promise<Member> {
  return send("PUT", `/orgs/${encodeURIComponent(orgId)}/members/${encodeURIComponent(userId)}/status`, "session", options, { body });
}

/** Lists what a custom role may hold, by code. Permission: org:roles:read. */
export function listAssignablePermissions(
  send: Send,
  orgId: string,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<Permissions> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}/permissions/assignable`, "session", options, { query });
}

/** Lists the built-in roles and the organization's own. Permission: org:roles:read. */
export function listRoles(
  send: Send,
  orgId: string,
  query: PageQuery = {},
  options?: CallOptions,
): Promise<Roles> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}/roles`, "session", options, { query });
}

/** Makes a custom role. Nobody makes one that holds what the caller does not. Permission: org:roles:create. */
export function createRole(
  send: Send,
  orgId: string,
  body: CreateRoleBody,
  options?: CallOptions,
): Promise<Role> {
  return send("POST", `/orgs/${encodeURIComponent(orgId)}/roles`, "session", options, { body });
}

/** Reads a role, built in or the organization's own. Permission: org:roles:read. */
export function getRole(
  send: Send,
  orgId: string,
  roleId: string,
  options?: CallOptions,
): Promise<Role> {
  return send("GET", `/orgs/${encodeURIComponent(orgId)}/roles/${encodeURIComponent(roleId)}`, "session", options);
}

/** Changes the fields of a custom role that are given. Permission: org:roles:update. */
export function updateRole(
  send: Send,
  orgId: string,
  roleId: string,
  body: UpdateRoleBody,
  options?: CallOptions,
): Promise<Role> {
  return send("PUT", `/orgs/${encodeURIComponent(orgId)}/roles/${encodeURIComponent(roleId)}`, "session", options, { body });
}

/** Deletes a custom role that nobody holds and nothing offers. Permission: org:roles:delete. */
export function deleteRole(
  send: Send,
  orgId: string,
  roleId: string,
  options?: CallOptions,
): Promise<void> {
  return send("DELETE", `/orgs/${encodeURIComponent(orgId)}/roles/${encodeURIComponent(roleId)}`, "session", options);
}

/** Makes another member an owner and the caller an ordinary member, in one step. Only an owner may. */
export function transferOwnership(
  send: Send,
  orgId: string,
  body: TransferOwnershipBody,
  options?: CallOptions,
): Promise<Organization> {
  return send("POST", `/orgs/${encodeURIComponent(orgId)}/transfer-ownership`, "session", options, { body });
}
