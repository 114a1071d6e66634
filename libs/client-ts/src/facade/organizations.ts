import * as operations from "../gen/operations.js";
import type {
  AccessAnswer,
  AuditEntry,
  CreateInvitationBody,
  CreateInviteLinkBody,
  CreateRoleBody,
} from "../gen/types.js";
import type { CreatedInvitation, CreatedInviteLink, Invitation, InvitationResult, InviteLink } from "../gen/types.js";
import type { CreateOrganizationBody, Member, MemberStatus, OrgRole, Organization, Permission } from "../gen/types.js";
import type { Role, UpdateOrganizationBody, UpdateRoleBody } from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions, Send } from "../transport/call.js";
import { isGuildhallError } from "../transport/error.js";
import { type Paged, paged } from "../transport/paged.js";
import { deleteOrganization } from "./session_changes.js";
import { type AuditFilter, LARGEST_PAGE } from "./audit_filter.js";
import { OrganizationsBackOffice } from "./organizations_back_office.js";

/** Who holds one of these may act on any organization. */
const PLATFORM_ROLES: readonly string[] = ["system_admin", "super_admin"];

/** An invitation to one address. */
export type NewInvitation = Omit<CreateInvitationBody, "email" | "emails"> & { email: string };
/** The same invitation to many addresses. */
export type NewInvitations = Omit<CreateInvitationBody, "email" | "emails"> & { emails: string[] };

/**
 * Organizations. `client.organizations`.
 *
 * What stands here acts as a member, by the permission that each route asks for; what is inherited from
 * `OrganizationsBackOffice` acts as an administrator of the platform, without membership. A few names serve both: they
 * act as a member, and for an administrator who isn't one, as that.
 */
export class OrganizationsModule extends OrganizationsBackOffice {
  readonly #session: Session;
  readonly #send: Send;

  constructor(session: Session) {
    super(session);
    this.#session = session;
    this.#send = session.send;
  }

  /** Permission: org:read. */
  get(organizationId: string, options?: CallOptions): Promise<Organization> {
    return operations.getOrganization(this.#send, organizationId, options);
  }

  /** Makes a team organization; the user becomes its owner. */
  create(organization: CreateOrganizationBody, options?: CallOptions): Promise<Organization> {
    return operations.createOrganization(this.#send, organization, options);
  }

  /** Changes the given fields. Permission: org:update. */
  update(organizationId: string, changes: UpdateOrganizationBody, options?: CallOptions): Promise<Organization> {
    return operations.updateOrganization(this.#send, organizationId, changes, options);
  }

  /**
   * Deletes it for good; owners only, and not while other members remain. An administrator of the platform who isn't a
   * member deletes it as `adminDelete` does.
   */
  delete(organizationId: string, options?: CallOptions): Promise<void> {
    return this.#orAsAdministrator(
      () => deleteOrganization(this.#session, organizationId, options),
      () => this.adminDelete(organizationId, options),
    );
  }

  /** Makes another member the owner in the place of the caller; owners only. */
  transferOwnership(organizationId: string, newOwnerId: string, options?: CallOptions): Promise<Organization> {
    return operations.transferOwnership(this.#send, organizationId, { new_owner_id: newOwnerId }, options);
  }

  /** Permission: org:members:read. */
  listMembers(
    organizationId: string,
    query?: operations.ListMembersQuery,
    options?: CallOptions,
  ): Promise<Paged<Member>> {
    return paged(query, (page) => operations.listMembers(this.#send, organizationId, page, options));
  }

  /** Permission: org:members:remove. */
  removeMember(organizationId: string, userId: string, options?: CallOptions): Promise<void> {
    return operations.removeMember(this.#send, organizationId, userId, options);
  }

  /**
   * Suspends or reactivates a membership. Permission: org:members:update. For an administrator of the platform who isn't
   * a member, the same as `adminUpdateMemberStatus`.
   */
  updateMemberStatus(
    organizationId: string,
    userId: string,
    status: MemberStatus,
    options?: CallOptions,
  ): Promise<Member> {
    return this.#orAsAdministrator(
      () => operations.setMemberStatus(this.#send, organizationId, userId, { status }, options),
      () => this.adminUpdateMemberStatus(organizationId, userId, status, options),
    );
  }

  /** Makes a member an owner or takes that away, other roles left as they are; owners only. */
  updateMemberRole(organizationId: string, userId: string, role: OrgRole, options?: CallOptions): Promise<Member> {
    return operations.setMemberRole(this.#send, organizationId, userId, { role }, options);
  }

  /**
   * Replaces the roles of a member by those with these codes. Permission: org:members:update. For an administrator of
   * the platform who isn't a member, the same as `adminSetMemberRoles`.
   */
  setMemberRoles(organizationId: string, userId: string, roleCodes: string[], options?: CallOptions): Promise<Member> {
    return this.#orAsAdministrator(
      () => operations.setMemberRoles(this.#send, organizationId, userId, { role_codes: roleCodes }, options),
      () => this.adminSetMemberRoles(organizationId, userId, roleCodes, options),
    );
  }

  /** Whether a member may do something, and by which role. Permission: org:members:read; of oneself: always. */
  explainAccess(
    organizationId: string,
    userId: string,
    permission: string,
    options?: CallOptions,
  ): Promise<AccessAnswer> {
    return operations.explainAccess(this.#send, organizationId, userId, { permission }, options);
  }

  /** The built-in roles and the organization's own. Permission: org:roles:read. */
  listRoles(organizationId: string, query?: operations.PageQuery, options?: CallOptions): Promise<Paged<Role>> {
    return paged(query, (page) => operations.listRoles(this.#send, organizationId, page, options));
  }

  /** Permission: org:roles:read. */
  getRole(organizationId: string, roleId: string, options?: CallOptions): Promise<Role> {
    return operations.getRole(this.#send, organizationId, roleId, options);
  }

  /** Permission: org:roles:create. */
  createRole(organizationId: string, role: CreateRoleBody, options?: CallOptions): Promise<Role> {
    return operations.createRole(this.#send, organizationId, role, options);
  }

  /** Permission: org:roles:update. */
  updateRole(organizationId: string, roleId: string, changes: UpdateRoleBody, options?: CallOptions): Promise<Role> {
    return operations.updateRole(this.#send, organizationId, roleId, changes, options);
  }

  /** Permission: org:roles:delete. */
  deleteRole(organizationId: string, roleId: string, options?: CallOptions): Promise<void> {
    return operations.deleteRole(this.#send, organizationId, roleId, options);
  }

  /** What a role of the organization's own may hold. Permission: org:roles:read. */
  listAssignablePermissions(
    organizationId: string,
    query?: operations.PageQuery,
    options?: CallOptions,
  ): Promise<Paged<Permission>> {
    return paged(query, (page) => operations.listAssignablePermissions(this.#send, organizationId, page, options));
  }

  /** Invites an address; the mail is sent by the server. Permission: org:members:invite. */
  createInvitation(
    organizationId: string,
    invitation: NewInvitation,
    options?: CallOptions,
  ): Promise<CreatedInvitation> {
    const inviting = operations.createInvitation(this.#send, organizationId, invitation, options);
    // One address is answered with one invitation.
    return inviting as Promise<CreatedInvitation>;
  }

  /** Invites up to 50 addresses, each with a result of its own, in their order. Permission: org:members:invite. */
  async createInvitations(
    organizationId: string,
    invitations: NewInvitations,
    options?: CallOptions,
  ): Promise<InvitationResult[]> {
    const answer = await operations.createInvitation(this.#send, organizationId, invitations, options);
    return "results" in answer ? answer.results : [];
  }

  /** The pending invitations, or those of another status. Permission: org:members:read. */
  listInvitations(
    organizationId: string,
    query?: operations.ListInvitationsQuery,
    options?: CallOptions,
  ): Promise<Paged<Invitation>> {
    return paged(query, (page) => operations.listInvitations(this.#send, organizationId, page, options));
  }

  /** Permission: org:members:invite. */
  revokeInvitation(organizationId: string, invitationId: string, options?: CallOptions): Promise<void> {
    return operations.revokeInvitation(this.#send, organizationId, invitationId, options);
  }

  /** Sends it again, with a new token. Permission: org:members:invite. */
  resendInvitation(organizationId: string, invitationId: string, options?: CallOptions): Promise<CreatedInvitation> {
    return operations.resendInvitation(this.#send, organizationId, invitationId, options);
  }

  /** Permission: org:members:invite. */
  createInviteLink(
    organizationId: string,
    link: CreateInviteLinkBody = {},
    options?: CallOptions,
  ): Promise<CreatedInviteLink> {
    return operations.createInviteLink(this.#send, organizationId, link, options);
  }

  /** Permission: org:members:invite. */
  listInviteLinks(
    organizationId: string,
    query?: operations.PageQuery,
    options?: CallOptions,
  ): Promise<Paged<InviteLink>> {
    return paged(query, (page) => operations.listInviteLinks(this.#send, organizationId, page, options));
  }

  /** Turns a link off or on again. Permission: org:members:invite. */
  setInviteLinkActive(
    organizationId: string,
    linkId: string,
    isActive: boolean,
    options?: CallOptions,
  ): Promise<InviteLink> {
    return operations.setInviteLinkActive(this.#send, organizationId, linkId, { is_active: isActive }, options);
  }

  /** Permission: org:members:invite. */
  revokeInviteLink(organizationId: string, linkId: string, options?: CallOptions): Promise<void> {
    return operations.revokeInviteLink(this.#send, organizationId, linkId, options);
  }

  /** What was done in the organization, newest first. Permission: org:audit:read. */
  listAuditLog(
    organizationId: string,
    query?: operations.ListOrganizationAuditLogQuery,
    options?: CallOptions,
  ): Promise<Paged<AuditEntry>> {
    return paged(query, (page) => operations.listOrganizationAuditLog(this.#send, organizationId, page, options));
  }

  /** All entries, one after the other, for exports. Permission: org:audit:read. */
  async *exportAuditLog(
    organizationId: string,
    filter?: AuditFilter,
    options?: CallOptions,
  ): AsyncGenerator<AuditEntry> {
    yield* await this.listAuditLog(organizationId, { ...filter, page_size: LARGEST_PAGE }, options);
  }

  /** To a stranger, an organization doesn't exist; to an administrator of the platform, all do. */
  async #orAsAdministrator<Answered>(
    asMember: () => Promise<Answered>,
    asAdministrator: () => Promise<Answered>,
  ): Promise<Answered> {
    try {
      return await asMember();
    } catch (error) {
      const roles = this.#session.held?.claims.roles ?? [];
      const isAdministrator = PLATFORM_ROLES.some((role) => roles.includes(role));
      if (!isGuildhallError(error, "ORGANIZATION_NOT_FOUND") || !isAdministrator) throw error;
      return asAdministrator();
    }
  }
}
