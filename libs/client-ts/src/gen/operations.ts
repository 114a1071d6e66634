// Made by `npm run generate` from the server's OpenAPI document. Do not edit.

import { operation } from "../transport/operation.js";
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
export const listApiKeys = /* @__PURE__ */ operation<[query?: PageQuery], ApiKeys>(
  "GET", "/admin/api-keys",
);

/** Makes a server API key, which this answer shows and nothing ever shows again. For the back office. */
export const createApiKey = /* @__PURE__ */ operation<[body: CreateApiKeyBody], NewApiKey>(
  "POST", "/admin/api-keys",
);

/** Ends a server API key: once this has answered, nothing is done by it any more. For the back office. */
export const revokeApiKey = /* @__PURE__ */ operation<[id: string], void>(
  "DELETE", "/admin/api-keys/{}",
);

/**
 * Lists what was done, the newest first, as one log of all services. With `Accept: application/x-ndjson` the
 * answer is all of it, one entry a line. For the back office.
 */
export const listAuditLog = /* @__PURE__ */ operation<[query?: ListAuditLogQuery], AuditLog>(
  "GET", "/admin/audit-log",
);

/** Lists what waits for somebody to look at it, the oldest first. For the back office. */
export const listQuarantine = /* @__PURE__ */ operation<[query?: PageQuery], Quarantine>(
  "GET", "/admin/billing/quarantine",
);

/**
 * Takes something off the list without heeding it, which the audit log tells. What is told of the same again does
 * not wait again until nothing was told of it for 90 days. For the back office.
 */
export const dismissEvent = /* @__PURE__ */ operation<[eventId: string], QuarantinedEvent>(
  "POST", "/admin/billing/quarantine/{}/dismiss", "bare",
);

/**
 * Heeds an event after all: what the provider says now is read and applied, and the event waits no longer.
 * CONFLICT while it still does not fit. For the back office.
 */
export const replayEvent = /* @__PURE__ */ operation<[eventId: string], QuarantinedEvent>(
  "POST", "/admin/billing/quarantine/{}/replay", "bare",
);

/** Lists organizations, the newest first. For the back office. */
export const listOrganizations = /* @__PURE__ */ operation<[query?: ListOrganizationsQuery], Organizations>(
  "GET", "/admin/organizations",
);

/** Creates a team organization for its owner. For the back office. */
export const createOrganizationFor = /* @__PURE__ */ operation<[body: CreateOrganizationForBody], Organization>(
  "POST", "/admin/organizations",
);

/** Reads any organization. For the back office. */
export const getAnyOrganization = /* @__PURE__ */ operation<[orgId: string], Organization>(
  "GET", "/admin/organizations/{}", "bare",
);

/** Changes the fields of any organization that are given. For the back office. */
export const updateAnyOrganization = /* @__PURE__ */ operation<[orgId: string, body: UpdateOrganizationBody], Organization>(
  "PUT", "/admin/organizations/{}", "orgs",
);

/** Deletes a team organization, whoever still belongs to it. Only a system administrator may. */
export const deleteAnyOrganization = /* @__PURE__ */ operation<[orgId: string], void>(
  "DELETE", "/admin/organizations/{}", "orgs",
);

/** Lists the members of any organization by the time of joining. For the back office. */
export const listAnyMembers = /* @__PURE__ */ operation<[orgId: string, query?: ListAnyMembersQuery], Members>(
  "GET", "/admin/organizations/{}/members",
);

/** Makes an existing user a member. For the back office. */
export const addMember = /* @__PURE__ */ operation<[orgId: string, body: AddMemberBody], Member>(
  "POST", "/admin/organizations/{}/members", "orgs",
);

/** Ends a membership. For the back office. */
export const removeAnyMember = /* @__PURE__ */ operation<[orgId: string, userId: string], void>(
  "DELETE", "/admin/organizations/{}/members/{}", "orgs",
);

/** Replaces the whole set of a member's roles, all or nothing. For the back office. */
export const setAnyMemberRoles = /* @__PURE__ */ operation<[orgId: string, userId: string, body: RolesBody], Member>(
  "PUT", "/admin/organizations/{}/members/{}/roles", "orgs",
);

/** Suspends or reactivates a membership. For the back office. */
export const setAnyMemberStatus = /* @__PURE__ */ operation<[orgId: string, userId: string, body: StatusBody], Member>(
  "PUT", "/admin/organizations/{}/members/{}/status", "orgs",
);

/** Says how far below zero charges may take an organization's balance. For the back office. */
export const setOverdraft = /* @__PURE__ */ operation<[orgId: string, body: OverdraftBody], Overdraft>(
  "PUT", "/admin/organizations/{}/overdraft",
);

/** Takes a suspended organization back into use. For the back office. */
export const reactivateOrganization = /* @__PURE__ */ operation<[orgId: string, body?: ReasonBody], Organization>(
  "POST", "/admin/organizations/{}/reactivate", "orgs",
);

/** Does one thing to an organization's subscription. For the back office. */
export const changeSubscription = /* @__PURE__ */ operation<[orgId: string, body: ChangeSubscriptionBody], Subscription>(
  "POST", "/admin/organizations/{}/subscription",
);

/** Blocks a team organization: nobody can act for it. For the back office. */
export const suspendOrganization = /* @__PURE__ */ operation<[orgId: string, body?: ReasonBody], Organization>(
  "POST", "/admin/organizations/{}/suspend", "orgs",
);

/**
 * Makes a service's slice of the catalog what the body says. Repeating it changes nothing. Only a system
 * administrator may.
 */
export const registerPermissions = /* @__PURE__ */ operation<[body: RegisterPermissionsBody], RegisteredPermissions>(
  "POST", "/admin/permissions/register",
);

/** Lists the plans on offer, by display order. For the back office. */
export const listOfferedPlans = /* @__PURE__ */ operation<[query?: PageQuery], Plans>(
  "GET", "/admin/plans",
);

/**
 * Makes the given plans the whole offer. Subscribers keep the terms that they took. Repeating it changes nothing.
 * For the back office.
 */
export const replacePlans = /* @__PURE__ */ operation<[body: ReplacePlansBody], Plans>(
  "PUT", "/admin/plans",
);

/** Lists accounts, the newest first. For the back office. */
export const listUsers = /* @__PURE__ */ operation<[query?: ListUsersQuery], Users>(
  "GET", "/admin/users",
);

/** Reads an account. For the back office. */
export const getUser = /* @__PURE__ */ operation<[id: string], User>(
  "GET", "/admin/users/{}", "bare",
);

/** Lists the organizations that a user belongs to, the personal one first. For the back office. */
export const listUserOrganizations = /* @__PURE__ */ operation<[id: string, query?: PageQuery], MyOrganizations>(
  "GET", "/admin/users/{}/organizations",
);

/** Takes a suspended account back into use; its sessions stay ended. */
export const reactivateUser = /* @__PURE__ */ operation<[id: string, body?: ReasonBody], User>(
  "POST", "/admin/users/{}/reactivate",
);

/** Ends every session of an account. */
export const revokeUserSessions = /* @__PURE__ */ operation<[id: string, body?: ReasonBody], void>(
  "POST", "/admin/users/{}/revoke-sessions",
);

/** Replaces the whole set of an account's platform roles, all or nothing. Only a system administrator may. */
export const setUserRoles = /* @__PURE__ */ operation<[id: string, body: PlatformRolesBody], User>(
  "PUT", "/admin/users/{}/roles",
);

/** Blocks an account and ends its sessions. SOLE_OWNER names the organizations that need another owner first. */
export const suspendUser = /* @__PURE__ */ operation<[id: string, body?: ReasonBody], User>(
  "POST", "/admin/users/{}/suspend",
);

/** Mails a link to another address, which becomes the account's when the link is followed. */
export const requestEmailChange = /* @__PURE__ */ operation<[body: EmailChangeBody], Accepted>(
  "POST", "/auth/email/change",
);

/**
 * Makes the address that the token was mailed to the account's own and ends every session but the one that asked.
 * Where an account has the address without having proven it, the caller must be signed in to the account that
 * asked.
 */
export const confirmEmailChange = /* @__PURE__ */ operation<[body: MailedTokenBody], VerifiedUser>(
  "POST", "/auth/email/confirm", "optional",
);

/** Signs in with e-mail address and password. */
export const login = /* @__PURE__ */ operation<[body: LoginBody], SignedInUser>(
  "POST", "/auth/login", "none",
);

/**
 * Ends the session of a refresh token. An unknown token is answered alike. A session in cookies needs no body, and
 * its cookies are taken back.
 */
export const logout = /* @__PURE__ */ operation<[body?: LogoutBody], void>(
  "POST", "/auth/logout", "none",
);

/** Ends every session of the caller. */
export const logoutEverywhere = /* @__PURE__ */ operation<[], void>(
  "POST", "/auth/logout/all", "bare",
);

/** Reads the caller's account, and what the token says of the active organization. */
export const me = /* @__PURE__ */ operation<[], Me>(
  "GET", "/auth/me", "bare", "active",
);

/** Changes the caller's names. */
export const updateMe = /* @__PURE__ */ operation<[body: UpdateMeBody], Me>(
  "PATCH", "/auth/me", "active",
);

/**
 * Changes the caller's password, ends every session and forgets every device; the caller goes on with the tokens
 * answered, in cookies if the former ones were. A session in cookies takes this by its cookies alone, else
 * FORBIDDEN.
 */
export const changePassword = /* @__PURE__ */ operation<[body: ChangeBody], PasswordChanged>(
  "POST", "/auth/password/change",
);

/** Sets a new password by the token that was mailed and ends every session of the account. */
export const resetPassword = /* @__PURE__ */ operation<[body: ResetBody], Accepted>(
  "POST", "/auth/password/reset", "none",
);

/** Mails a link that sets a new password if the address has an account; answers alike whatever the address. */
export const requestPasswordReset = /* @__PURE__ */ operation<[body: ResetRequestBody], Accepted>(
  "POST", "/auth/password/reset-request", "none",
);

/**
 * Exchanges a refresh token for a new pair, reading memberships anew. A refused call uses nothing up. A session in
 * cookies needs no body, gets new cookies, and is refreshed by cookie alone (else FORBIDDEN).
 */
export const refresh = /* @__PURE__ */ operation<[body?: RefreshBody], SignedInUser>(
  "POST", "/auth/refresh", "none",
);

/**
 * Makes an account with its personal organization and signs it in. After SERVICE_UNAVAILABLE the same request
 * completes the same account. Where sign-up does not tell whether an address has an account, every sign-up is
 * answered with 202 alike, and the rest is in the mail.
 */
export const register = /* @__PURE__ */ operation<[body: RegisterBody], Registered | RegistrationMailed>(
  "POST", "/auth/register", "none",
);

/** Says what the presented token says. Always 200: `valid` is false without a valid token. */
export const session = /* @__PURE__ */ operation<[], Session>(
  "GET", "/auth/session", "optional", "bare", "active",
);

/** Lists the caller's living sessions, newest first. */
export const listSessions = /* @__PURE__ */ operation<[query?: PageQuery], SessionList>(
  "GET", "/auth/sessions",
);

/** Ends one of the caller's sessions. NOT_FOUND for one that is not alive or somebody else's. */
export const endSession = /* @__PURE__ */ operation<[id: string], void>(
  "DELETE", "/auth/sessions/{}",
);

/**
 * Changes the session's active organization and gives a new pair of tokens, in cookies to a caller by cookie. A
 * session in cookies takes this by its cookies alone, else FORBIDDEN.
 */
export const switchOrganization = /* @__PURE__ */ operation<[body: OrganizationChoice], Switched>(
  "POST", "/auth/switch-org",
);

/**
 * Gives an access token for another organization and leaves the session as it is. A session in cookies takes this
 * by its cookies alone, else FORBIDDEN.
 */
export const issueToken = /* @__PURE__ */ operation<[body: OrganizationChoice], AccessToken>(
  "POST", "/auth/token",
);

/** Proves an e-mail address by the token that was mailed to it. */
export const verifyEmail = /* @__PURE__ */ operation<[body: MailedTokenBody], VerifiedUser>(
  "POST", "/auth/verify-email", "none", "orgs",
);

/** Mails a new verification token if there is reason to; answers alike whatever the address. */
export const resendVerification = /* @__PURE__ */ operation<[body: ResendBody], Accepted>(
  "POST", "/auth/verify-email/resend", "none",
);

/** Reads the active organization's balance. Permission: org:billing:read. */
export const getBalance = /* @__PURE__ */ operation<[], Balance>(
  "GET", "/billing/balance", "bare", "active",
);

/** Begins to take a plan for the active organization. Permission: org:billing:manage. */
export const startCheckout = /* @__PURE__ */ operation<[body: StartCheckoutBody], CheckoutUrl>(
  "POST", "/billing/checkout", "active",
);

/** Reads the balance of any organization. Scope: billing:read. */
export const getAnyBalance = /* @__PURE__ */ operation<[orgId: string], Balance>(
  "GET", "/billing/orgs/{}/balance", "key", "bare",
);

/** Takes credits. The same request gets the same answer. Scope: billing:charge. */
export const charge = /* @__PURE__ */ operation<[orgId: string, body: AmountBody], Posted>(
  "POST", "/billing/orgs/{}/charge", "key",
);

/** Adds credits. The same request gets the same answer. Scope: billing:deposit. */
export const deposit = /* @__PURE__ */ operation<[orgId: string, body: AmountBody], Posted>(
  "POST", "/billing/orgs/{}/deposit", "key",
);

/** Reads the subscription of any organization. Scope: billing:read. */
export const getAnySubscription = /* @__PURE__ */ operation<[orgId: string], Subscription>(
  "GET", "/billing/orgs/{}/subscription", "key", "bare",
);

/** Lists the ledger of any organization, newest first. Scope: billing:read. */
export const listAnyTransactions = /* @__PURE__ */ operation<[orgId: string, query?: PageQuery], Transactions>(
  "GET", "/billing/orgs/{}/transactions", "key",
);

/** Lists the plans on offer. */
export const listPlans = /* @__PURE__ */ operation<[query?: PageQuery], Plans>(
  "GET", "/billing/plans", "none",
);

/** Opens the place where the active organization's subscription is looked after. Permission: org:billing:manage. */
export const openPortal = /* @__PURE__ */ operation<[body: OpenPortalBody], PortalUrl>(
  "POST", "/billing/portal", "active",
);

/** Reads the active organization's subscription. Permission: org:billing:read. */
export const getSubscription = /* @__PURE__ */ operation<[], Subscription>(
  "GET", "/billing/subscription", "bare", "active",
);

/** Lists the active organization's ledger, newest first. Permission: org:billing:read. */
export const listTransactions = /* @__PURE__ */ operation<[query?: PageQuery], Transactions>(
  "GET", "/billing/transactions", "active",
);

/** Accepts an invitation by the token from its mail. Repeating it is safe. */
export const acceptInvitation = /* @__PURE__ */ operation<[body: InvitationTokenBody], Joined>(
  "POST", "/invitations/accept", "orgs",
);

/** Declines an invitation by the token from its mail. Repeating it is safe. */
export const declineInvitation = /* @__PURE__ */ operation<[body: InvitationTokenBody], void>(
  "POST", "/invitations/decline",
);

/** Shows what an invitation is for to whoever holds its token. */
export const previewInvitation = /* @__PURE__ */ operation<[token: string], Preview>(
  "GET", "/invitations/{}", "none", "bare",
);

/** Shows what a link is for to whoever holds its token. */
export const previewInviteLink = /* @__PURE__ */ operation<[token: string], Preview>(
  "GET", "/invite-links/{}", "none", "bare",
);

/** Makes the caller a member. Repeating it is safe. */
export const joinByInviteLink = /* @__PURE__ */ operation<[token: string], Joined>(
  "POST", "/invite-links/{}/join", "bare", "orgs",
);

/**
 * Deletes the caller's account, personal organization and memberships. SOLE_OWNER names the organizations that
 * need another owner first.
 */
export const deleteAccount = /* @__PURE__ */ operation<[body: DeleteAccountBody], void>(
  "DELETE", "/me/account", "body",
);

/**
 * Answers all that the product keeps of the caller: account, sessions, memberships, invitations, links, and what
 * the audit logs tell of what the caller did.
 */
export const exportMyData = /* @__PURE__ */ operation<[], Export>(
  "GET", "/me/export", "bare",
);

/** Lists the caller's pending invitations, newest first. */
export const listMyInvitations = /* @__PURE__ */ operation<[query?: PageQuery], Invitations>(
  "GET", "/me/invitations",
);

/** Accepts an invitation by id. Repeating it is safe. */
export const acceptMyInvitation = /* @__PURE__ */ operation<[id: string], Joined>(
  "POST", "/me/invitations/{}/accept", "bare", "orgs",
);

/** Declines an invitation by id. */
export const declineMyInvitation = /* @__PURE__ */ operation<[id: string], void>(
  "POST", "/me/invitations/{}/decline", "bare",
);

/** Lists the caller's organizations, the personal one first. */
export const listMyOrganizations = /* @__PURE__ */ operation<[query?: PageQuery], MyOrganizations>(
  "GET", "/me/orgs",
);

/** Creates a team organization; the caller becomes its owner. */
export const createOrganization = /* @__PURE__ */ operation<[body: CreateOrganizationBody], Organization>(
  "POST", "/me/orgs", "orgs",
);

/** Ends the caller's own membership. */
export const leaveOrganization = /* @__PURE__ */ operation<[orgId: string], void>(
  "DELETE", "/me/orgs/{}", "orgs",
);

/** Reads an organization. Permission: org:read. */
export const getOrganization = /* @__PURE__ */ operation<[orgId: string], Organization>(
  "GET", "/orgs/{}", "bare",
);

/** Changes the fields that are given. Permission: org:update. */
export const updateOrganization = /* @__PURE__ */ operation<[orgId: string, body: UpdateOrganizationBody], Organization>(
  "PUT", "/orgs/{}", "orgs",
);

/** Deletes a team organization that nobody else belongs to. Only an owner may. */
export const deleteOrganization = /* @__PURE__ */ operation<[orgId: string], void>(
  "DELETE", "/orgs/{}", "orgs",
);

/**
 * Lists what was done in an organization and with its invitations and links, the newest first. With `Accept:
 * application/x-ndjson` the answer is all of it, one entry a line. Permission: org:audit:read.
 */
export const listOrganizationAuditLog = /* @__PURE__ */ operation<[orgId: string, query?: ListOrganizationAuditLogQuery], AuditLog>(
  "GET", "/orgs/{}/audit-log",
);

/** Lists an organization's invitations, newest first. Permission: org:members:read. */
export const listInvitations = /* @__PURE__ */ operation<[orgId: string, query?: ListInvitationsQuery], Invitations>(
  "GET", "/orgs/{}/invitations",
);

/**
 * Invites an address, or up to 50. A pending invitation of the same address is superseded. Permission:
 * org:members:invite.
 *
 * With `emails`, what concerns the whole request refuses it whole, and what concerns one address is that entry's
 * error.
 */
export const createInvitation = /* @__PURE__ */ operation<[orgId: string, body: CreateInvitationBody], InvitationResults | CreatedInvitation>(
  "POST", "/orgs/{}/invitations",
);

/** Withdraws a pending invitation. Permission: org:members:invite. */
export const revokeInvitation = /* @__PURE__ */ operation<[orgId: string, id: string], void>(
  "DELETE", "/orgs/{}/invitations/{}",
);

/**
 * Sends a pending or expired invitation again, as the caller's: with a new token, for as long as before.
 * Permission: org:members:invite.
 */
export const resendInvitation = /* @__PURE__ */ operation<[orgId: string, id: string], CreatedInvitation>(
  "POST", "/orgs/{}/invitations/{}/resend", "bare",
);

/** Lists an organization's links, newest first. Permission: org:members:invite. */
export const listInviteLinks = /* @__PURE__ */ operation<[orgId: string, query?: PageQuery], InviteLinks>(
  "GET", "/orgs/{}/invite-links",
);

/** Makes a link. Permission: org:members:invite. */
export const createInviteLink = /* @__PURE__ */ operation<[orgId: string, body: CreateInviteLinkBody], CreatedInviteLink>(
  "POST", "/orgs/{}/invite-links",
);

/** Turns a link off, or on again unless it was revoked. Permission: org:members:invite. */
export const setInviteLinkActive = /* @__PURE__ */ operation<[orgId: string, id: string, body: SetInviteLinkActiveBody], InviteLink>(
  "PUT", "/orgs/{}/invite-links/{}",
);

/** Turns a link off for good. Permission: org:members:invite. */
export const revokeInviteLink = /* @__PURE__ */ operation<[orgId: string, id: string], void>(
  "DELETE", "/orgs/{}/invite-links/{}",
);

/** Lists members by the time of joining. Permission: org:members:read. */
export const listMembers = /* @__PURE__ */ operation<[orgId: string, query?: ListMembersQuery], Members>(
  "GET", "/orgs/{}/members",
);

/** Ends somebody else's membership. Permission: org:members:remove. */
export const removeMember = /* @__PURE__ */ operation<[orgId: string, userId: string], void>(
  "DELETE", "/orgs/{}/members/{}", "orgs",
);

/**
 * Tells whether a member has a permission, by which roles, and what stands in the way. Permission:
 * org:members:read; none for oneself.
 */
export const explainAccess = /* @__PURE__ */ operation<[orgId: string, userId: string, query: ExplainAccessQuery], AccessAnswer>(
  "GET", "/orgs/{}/members/{}/access",
);

/** Makes a member an owner or an ordinary member; other roles stay. Only an owner may. */
export const setMemberRole = /* @__PURE__ */ operation<[orgId: string, userId: string, body: RoleBody], Member>(
  "PUT", "/orgs/{}/members/{}/role", "orgs",
);

/** Replaces the whole set of a member's roles, all or nothing. Permission: org:members:update. */
export const setMemberRoles = /* @__PURE__ */ operation<[orgId: string, userId: string, body: RolesBody], Member>(
  "PUT", "/orgs/{}/members/{}/roles", "orgs",
);

/** Suspends or reactivates a membership. Permission: org:members:update. */
export const setMemberStatus = /* @__PURE__ */ operation<[orgId: string, userId: string, body: StatusBody], Member>(
  "PUT", "/orgs/{}/members/{}/status", "orgs",
);

/** Lists what a custom role may hold, by code. Permission: org:roles:read. */
export const listAssignablePermissions = /* @__PURE__ */ operation<[orgId: string, query?: PageQuery], Permissions>(
  "GET", "/orgs/{}/permissions/assignable",
);

/** Lists the built-in roles and the organization's own. Permission: org:roles:read. */
export const listRoles = /* @__PURE__ */ operation<[orgId: string, query?: PageQuery], Roles>(
  "GET", "/orgs/{}/roles",
);

/** Makes a custom role. Nobody makes one that holds what the caller does not. Permission: org:roles:create. */
export const createRole = /* @__PURE__ */ operation<[orgId: string, body: CreateRoleBody], Role>(
  "POST", "/orgs/{}/roles",
);

/** Reads a role, built in or the organization's own. Permission: org:roles:read. */
export const getRole = /* @__PURE__ */ operation<[orgId: string, roleId: string], Role>(
  "GET", "/orgs/{}/roles/{}", "bare",
);

/** Changes the fields of a custom role that are given. Permission: org:roles:update. */
export const updateRole = /* @__PURE__ */ operation<[orgId: string, roleId: string, body: UpdateRoleBody], Role>(
  "PUT", "/orgs/{}/roles/{}", "orgs",
);

/** Deletes a custom role that nobody holds and nothing offers. Permission: org:roles:delete. */
export const deleteRole = /* @__PURE__ */ operation<[orgId: string, roleId: string], void>(
  "DELETE", "/orgs/{}/roles/{}", "orgs",
);

/** Makes another member an owner and the caller an ordinary member, in one step. Only an owner may. */
export const transferOwnership = /* @__PURE__ */ operation<[orgId: string, body: TransferOwnershipBody], Organization>(
  "POST", "/orgs/{}/transfer-ownership", "orgs",
);
