import * as operations from "../gen/operations.js";
import type { CreatedInvitation, Session as SessionAnswer } from "../gen/types.js";
import type { SessionClaims } from "../session/claims.js";
import type { SessionListener } from "../session/listeners.js";
import { Session } from "../session/session.js";
import { withSession } from "../session/session_of.js";
import type { StorageChoice } from "../session/storage.js";
import type { CallOptions, Send } from "../transport/call.js";
import { GuildhallError } from "../transport/error.js";
import { type Paged, paged } from "../transport/paged.js";
import { Wire, type WireSettings } from "../transport/wire.js";
import { type Address, apiOf, siteOf } from "./address.js";
import { deleteAccount, deleteOrganization, leaveOrganization, switchOrganization } from "./session_changes.js";
import { SigningIn } from "./signing_in.js";
import * as views from "./views.js";

/** How to make a client in one flat list. */
export type ReauthClientOptions = Address &
  Omit<WireSettings, "baseUrl"> & {
    /** The app that tokens are made for; the server's default one unless given. */
    appCode?: string;
    /** How the session is kept; in cookies on a page, in memory elsewhere, unless given. */
    storage?: StorageChoice;
  };

/** Who signs in or up without the hosted page. */
export interface EmailAndPassword {
  /** The e-mail address of the account. */
  email: string;
  /** The password. */
  password: string;
}

/** What signing in and switching answer. */
export interface ActiveOrg {
  /** The id of the organization that the session acts for now. */
  activeOrgId: string;
  /** Whether the user owns it. */
  orgRole: views.OrgRole;
}

/** Where the browser goes, and comes back to. */
export interface CheckoutRequest {
  /** The code of a plan on offer. */
  planCode: string;
  /** The page itself unless given. */
  successUrl?: string;
  /** The page itself unless given. */
  cancelUrl?: string;
}

/** A client of one user, in one flat list of methods. The same calls as `createAuthClient` makes, in other words. */
export class ReauthClient {
  readonly #site: string;
  readonly #session: Session;
  readonly #send: Send;
  readonly #signingIn: SigningIn;

  constructor(options: ReauthClientOptions) {
    const { appCode, storage } = options;
    this.#site = siteOf(options);
    const baseUrl = apiOf(options);
    const choice = storage ?? (typeof document === "undefined" ? "memory" : "cookie");
    this.#session = new Session(new Wire({ ...options, baseUrl }), choice, `guildhall:${appCode ?? ""}:${baseUrl}`);
    this.#send = this.#session.send;
    this.#signingIn = new SigningIn(this.#session, appCode);
    withSession(this, this.#session);
  }

  /** Resolves when it is known whether somebody is signed in. */
  ready(): Promise<void> {
    return this.#session.ready();
  }

  /** Goes to the server's own page, where people sign in. */
  login(): void {
    const page = here();
    // Who signs in there must not find the session of a sign-out that is still to be told.
    void this.#session.settle().then(() => page.assign(`${this.#site}/`));
  }

  /** Makes an account and signs it in. False where the server only sends a mail that tells how to go on. */
  async signUp(account: EmailAndPassword, options?: CallOptions): Promise<boolean> {
    return "user" in (await this.#signingIn.register(account, options));
  }

  /** Signs in. */
  async signIn(credentials: EmailAndPassword, options?: CallOptions): Promise<ActiveOrg> {
    const { organization, roles } = await this.#signingIn.login(credentials, options);
    return { activeOrgId: organization.id, orgRole: roles.includes("org_owner") ? "owner" : "member" };
  }

  /** Signs out, in all tabs. */
  logout(options?: CallOptions): Promise<void> {
    return this.#session.end(options);
  }

  /** Deletes the account for good. Refused while organizations with other members would be left without an owner. */
  deleteAccount(password: string, options?: CallOptions): Promise<void> {
    return deleteAccount(this.#session, password, options);
  }

  /** What the server says of the session; `valid` is false when nobody is signed in. */
  getSession(options?: CallOptions): Promise<SessionAnswer> {
    return this.#session.read(options);
  }

  /** An access token that is good for a while; null when nobody is signed in. */
  getToken(): Promise<string | null> {
    return this.#signingIn.getAccessToken();
  }

  /** What is known of the session without asking; null when nobody is signed in. Not verified: for showing. */
  getClaims(): SessionClaims | null {
    return this.#session.held?.claims ?? null;
  }

  /** Fetches new tokens now. The client does so by itself before they end. */
  refresh(): Promise<void> {
    return this.#session.renew();
  }

  /** Hears of every change of the session. Answers how to stop. */
  onChange(listener: SessionListener): () => void {
    return this.#session.keeper.listeners.add(listener);
  }

  /** Makes a team organization; the user becomes its owner. */
  async createOrg(name: string, options?: CallOptions): Promise<views.Org> {
    return views.orgOf(await operations.createOrganization(this.#send, { name }, options));
  }

  /** The organizations that the user belongs to, the personal one first. */
  listOrgs(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<views.Org>> {
    const fetchPage = (page: operations.PageQuery) => operations.listMyOrganizations(this.#send, page, options);
    return paged(query, fetchPage, ({ organization }) => views.orgOf(organization));
  }

  /** Renames an organization. Permission: org:update. */
  async updateOrg(orgId: string, name: string, options?: CallOptions): Promise<views.Org> {
    return views.orgOf(await operations.updateOrganization(this.#send, orgId, { name }, options));
  }

  /** Deletes an organization for good; owners only, and not while other members remain. */
  deleteOrg(orgId: string, options?: CallOptions): Promise<void> {
    return deleteOrganization(this.#session, orgId, options);
  }

  /** Ends the user's own membership. Refused with LAST_OWNER where no owner would be left. */
  leaveOrg(orgId: string, options?: CallOptions): Promise<void> {
    return leaveOrganization(this.#session, orgId, options);
  }

  /** Makes another organization the active one. */
  async switchOrg(
    orgId: string,
    options?: CallOptions,
  ): Promise<ActiveOrg & { subscription: views.OrgSubscription | null }> {
    const answer = await switchOrganization(this.#session, orgId, options);
    const subscription = answer.subscription ? views.subscriptionOf(answer.subscription) : null;
    return { activeOrgId: answer.active_org_id, orgRole: answer.org_role, subscription };
  }

  /** The members of an organization. Permission: org:members:read. */
  listOrgMembers(
    orgId: string,
    query?: operations.ListMembersQuery,
    options?: CallOptions,
  ): Promise<Paged<views.OrgMember>> {
    const fetchPage = (page: operations.ListMembersQuery) => operations.listMembers(this.#send, orgId, page, options);
    return paged(query, fetchPage, views.memberOf);
  }

  /** Makes a member an owner or takes that away; other roles stay. */
  async updateMemberRole(
    orgId: string,
    userId: string,
    role: views.OrgRole,
    options?: CallOptions,
  ): Promise<views.OrgMember> {
    return views.memberOf(await operations.setMemberRole(this.#send, orgId, userId, { role }, options));
  }

  /** Ends the membership of somebody. Permission: org:members:remove. */
  removeOrgMember(orgId: string, userId: string, options?: CallOptions): Promise<void> {
    return operations.removeMember(this.#send, orgId, userId, options);
  }

  /** Invites an address; the mail is sent by the server. Permission: org:members:invite. */
  async inviteToOrg(
    orgId: string,
    email: string,
    role: views.OrgRole = "member",
    options?: CallOptions,
  ): Promise<views.OrgInvite> {
    const invited = await operations.createInvitation(this.#send, orgId, { email, role }, options);
    // One address is answered with one invitation.
    return views.inviteOf(invited as CreatedInvitation);
  }

  /** The invitations that wait for an answer. Permission: org:members:read. */
  listPendingInvites(
    orgId: string,
    query?: operations.PageQuery,
    options?: CallOptions,
  ): Promise<Paged<views.OrgInvite>> {
    const fetchPage = (page: operations.PageQuery) => operations.listInvitations(this.#send, orgId, page, options);
    return paged(query, fetchPage, views.inviteOf);
  }

  /** Withdraws an invitation. Permission: org:members:invite. */
  revokeInvite(orgId: string, inviteId: string, options?: CallOptions): Promise<void> {
    return operations.revokeInvitation(this.#send, orgId, inviteId, options);
  }

  /** Accepts an invitation by the token from its mail. */
  async acceptInvite(token: string, options?: CallOptions): Promise<{ orgId: string; role: views.OrgRole }> {
    const { org_id: orgId, role } = await operations.acceptInvitation(this.#send, { token }, options);
    return { orgId, role };
  }

  /** Makes a link by which anybody who has it can join. Permission: org:members:invite. */
  async createInviteLink(
    orgId: string,
    role: views.OrgRole = "member",
    options?: CallOptions,
  ): Promise<views.OrgInviteLink> {
    return views.linkOf(await operations.createInviteLink(this.#send, orgId, { role }, options));
  }

  /** The organization's links, without their secrets. Permission: org:members:invite. */
  listInviteLinks(
    orgId: string,
    query?: operations.PageQuery,
    options?: CallOptions,
  ): Promise<Paged<views.OrgInviteLink>> {
    const fetchPage = (page: operations.PageQuery) => operations.listInviteLinks(this.#send, orgId, page, options);
    return paged(query, fetchPage, views.linkOf);
  }

  /** Makes a link useless for good. Permission: org:members:invite. */
  revokeInviteLink(orgId: string, linkId: string, options?: CallOptions): Promise<void> {
    return operations.revokeInviteLink(this.#send, orgId, linkId, options);
  }

  /** Joins an organization by the token of a link. */
  async joinViaLink(token: string, options?: CallOptions): Promise<{ orgId: string; role: views.OrgRole }> {
    const { org_id: orgId, role } = await operations.joinByInviteLink(this.#send, token, options);
    return { orgId, role };
  }

  /** The plans on offer. */
  getPlans(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<views.OfferedPlan>> {
    const fetchPage = (page: operations.PageQuery) => operations.listPlans(this.#send, page, options);
    return paged(query, fetchPage, views.planOf);
  }

  /** The active organization's subscription. */
  async getSubscription(options?: CallOptions): Promise<views.OrgSubscription> {
    return views.subscriptionOf(await operations.getSubscription(this.#send, options));
  }

  /** The active organization's credits. */
  async getBalance(options?: CallOptions): Promise<views.CreditBalance> {
    return views.balanceOf(await operations.getBalance(this.#send, options));
  }

  /** The active organization's ledger, newest first. */
  getTransactions(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<views.CreditTransaction>> {
    const fetchPage = (page: operations.PageQuery) => operations.listTransactions(this.#send, page, options);
    return paged(query, fetchPage, views.transactionOf);
  }

  /** Answers where a plan is taken, without going there. */
  async createCheckout(request: CheckoutRequest, options?: CallOptions): Promise<{ checkoutUrl: string }> {
    const checkout = {
      plan_code: request.planCode,
      success_url: request.successUrl ?? here().href,
      cancel_url: request.cancelUrl ?? here().href,
    };
    return { checkoutUrl: (await operations.startCheckout(this.#send, checkout, options)).checkout_url };
  }

  /** Takes a plan: goes where that is done. */
  async subscribe(planCode: string, options?: CallOptions): Promise<void> {
    here().assign((await this.createCheckout({ planCode }, options)).checkoutUrl);
  }

  /** Goes where the subscription is looked after; on a server, answers where that is. */
  async openBillingPortal(returnUrl?: string, options?: CallOptions): Promise<{ url: string }> {
    const body = { return_url: returnUrl ?? here().href };
    const { url } = await operations.openPortal(this.#send, body, options);
    if (typeof location !== "undefined") location.assign(url);
    return { url };
  }

  /** Stops everything that this client does by itself. It can't be used any more; the session stays. */
  dispose(): void {
    this.#session.dispose();
  }
}

/** Makes a client of one user, in one flat list of methods. */
export function createReauthClient(options: ReauthClientOptions): ReauthClient {
  return new ReauthClient(options);
}

/** Where the browser is. */
function here(): Location {
  if (typeof location !== "undefined") return location;
  const message = "There is no page here; say the addresses that people come back to.";
  throw new GuildhallError("VALIDATION_ERROR", message);
}
