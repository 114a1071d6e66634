import * as operations from "../gen/operations.js";
import type { CreateOrganizationBody, Export, Invitation, Joined, MyOrganization, Organization } from "../gen/types.js";
import type { Preview, SessionEntry, User } from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions, Send } from "../transport/call.js";
import { type Paged, paged } from "../transport/paged.js";
import { deleteAccount, leaveOrganization } from "./session_changes.js";

/** What concerns the user alone. `client.account`. */
export class AccountModule {
  readonly #session: Session;
  readonly #send: Send;

  constructor(session: Session) {
    this.#session = session;
    this.#send = session.send;
  }

  /** The organizations that the user belongs to, the personal one first. */
  getMyOrgs(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<MyOrganization>> {
    return paged(query, (page) => operations.listMyOrganizations(this.#send, page, options));
  }

  /** Makes a team organization; the user becomes its owner. */
  createOrg(organization: CreateOrganizationBody, options?: CallOptions): Promise<Organization> {
    return operations.createOrganization(this.#send, organization, options);
  }

  /** Ends the user's own membership. When the organization was the active one, the personal one is from then on. */
  leaveOrg(organizationId: string, options?: CallOptions): Promise<void> {
    return leaveOrganization(this.#session, organizationId, options);
  }

  /** The invitations to the user's proven address that wait for an answer. */
  listMyInvitations(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<Invitation>> {
    return paged(query, (page) => operations.listMyInvitations(this.#send, page, options));
  }

  /** Accepts an invitation by its id. */
  acceptInvitation(invitationId: string, options?: CallOptions): Promise<Joined> {
    return operations.acceptMyInvitation(this.#send, invitationId, options);
  }

  /** Declines an invitation by its id. */
  declineInvitation(invitationId: string, options?: CallOptions): Promise<void> {
    return operations.declineMyInvitation(this.#send, invitationId, options);
  }

  /** Shows what an invitation is for to whoever holds the token from its mail. */
  previewInvitation(token: string, options?: CallOptions): Promise<Preview> {
    return operations.previewInvitation(this.#send, token, options);
  }

  /** Accepts an invitation by the token from its mail. */
  acceptInvitationToken(token: string, options?: CallOptions): Promise<Joined> {
    return operations.acceptInvitation(this.#send, { token }, options);
  }

  /** Declines an invitation by the token from its mail. */
  declineInvitationToken(token: string, options?: CallOptions): Promise<void> {
    return operations.declineInvitation(this.#send, { token }, options);
  }

  /** Shows what a link is for to whoever holds its token. */
  previewInviteLink(token: string, options?: CallOptions): Promise<Preview> {
    return operations.previewInviteLink(this.#send, token, options);
  }

  /** Joins an organization by the token of a link. */
  joinViaLink(token: string, options?: CallOptions): Promise<Joined> {
    return operations.joinByInviteLink(this.#send, token, options);
  }

  /** Proves the user's address with the token from the mail. */
  async verifyEmail(token: string, options?: CallOptions): Promise<User> {
    return (await operations.verifyEmail(this.#send, { token }, options)).user;
  }

  /** Mails another verification link. Answers alike for every address. */
  async resendVerification(email: string, options?: CallOptions): Promise<void> {
    await operations.resendVerification(this.#send, { email }, options);
  }

  /** Asks to have another address; a mail to it proves that it is the user's. */
  async requestEmailChange(newEmail: string, currentPassword: string, options?: CallOptions): Promise<void> {
    const body = { new_email: newEmail, current_password: currentPassword };
    await operations.requestEmailChange(this.#send, body, options);
  }

  /** Takes the new address over with the token from its mail. */
  async confirmEmailChange(token: string, options?: CallOptions): Promise<User> {
    return (await operations.confirmEmailChange(this.#send, { token }, options)).user;
  }

  /** Mails a link for a new password. Answers alike for every address. */
  async requestPasswordReset(email: string, options?: CallOptions): Promise<void> {
    await operations.requestPasswordReset(this.#send, { email }, options);
  }

  /** Sets a new password with the token from the mail, and ends every session. */
  async resetPassword(token: string, newPassword: string, options?: CallOptions): Promise<void> {
    await operations.resetPassword(this.#send, { token, new_password: newPassword }, options);
  }

  /** Changes the password and ends every other session; this one goes on with new tokens. */
  async changePassword(currentPassword: string, newPassword: string, options?: CallOptions): Promise<void> {
    const body = { current_password: currentPassword, new_password: newPassword };
    await this.#session.exchanging((send) => operations.changePassword(send, body, options));
  }

  /** Where the user is signed in. */
  listSessions(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<SessionEntry>> {
    return paged(query, (page) => operations.listSessions(this.#send, page, options));
  }

  /** Ends one of the user's sessions. */
  endSession(sessionId: string, options?: CallOptions): Promise<void> {
    return operations.endSession(this.#send, sessionId, options);
  }

  /** All that is stored of the user. */
  exportMyData(options?: CallOptions): Promise<Export> {
    return operations.exportMyData(this.#send, options);
  }

  /**
   * Deletes the account for good, and signs out. Refused with SOLE_OWNER while organizations would be left without an
   * owner.
   */
  deleteMyAccount(password: string, options?: CallOptions): Promise<void> {
    return deleteAccount(this.#session, password, options);
  }
}
