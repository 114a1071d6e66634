import * as operations from "../gen/operations.js";
import type { AddMemberBody, CreateOrganizationForBody, Member, MemberStatus, Organization } from "../gen/types.js";
import type { UpdateOrganizationBody } from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions, Send } from "../transport/call.js";
import { type Paged, paged } from "../transport/paged.js";

/** Any organization, for administrators of the platform (`system_admin`, `super_admin`); no membership needed. */
export class OrganizationsBackOffice {
  readonly #send: Send;

  constructor(session: Session) {
    this.#send = session.send;
  }

  /** Every organization, newest first. */
  list(query?: operations.ListOrganizationsQuery, options?: CallOptions): Promise<Paged<Organization>> {
    return paged(query, (page) => operations.listOrganizations(this.#send, page, options));
  }

  /** Any organization, by id. */
  adminGet(organizationId: string, options?: CallOptions): Promise<Organization> {
    return operations.getAnyOrganization(this.#send, organizationId, options);
  }

  /** Makes an organization, for its owner where one is named. */
  adminCreate(organization: CreateOrganizationForBody, options?: CallOptions): Promise<Organization> {
    return operations.createOrganizationFor(this.#send, organization, options);
  }

  /** Changes the given fields of any organization. */
  adminUpdate(organizationId: string, changes: UpdateOrganizationBody, options?: CallOptions): Promise<Organization> {
    return operations.updateAnyOrganization(this.#send, organizationId, changes, options);
  }

  /** Needs `system_admin`. */
  adminDelete(organizationId: string, options?: CallOptions): Promise<void> {
    return operations.deleteAnyOrganization(this.#send, organizationId, options);
  }

  /** Nobody can act for a suspended organization. */
  suspend(organizationId: string, reason?: string, options?: CallOptions): Promise<Organization> {
    return operations.suspendOrganization(this.#send, organizationId, { reason }, options);
  }

  /** Ends a suspension. */
  reactivate(organizationId: string, reason?: string, options?: CallOptions): Promise<Organization> {
    return operations.reactivateOrganization(this.#send, organizationId, { reason }, options);
  }

  /** The members of any organization. */
  adminListMembers(
    organizationId: string,
    query?: operations.ListAnyMembersQuery,
    options?: CallOptions,
  ): Promise<Paged<Member>> {
    return paged(query, (page) => operations.listAnyMembers(this.#send, organizationId, page, options));
  }

  /** Makes an existing user a member, with the role org_member unless other roles are named. */
  addMember(
    organizationId: string,
    userId: string,
    roleIds?: AddMemberBody["role_ids"],
    options?: CallOptions,
  ): Promise<Member> {
    return operations.addMember(this.#send, organizationId, { user_id: userId, role_ids: roleIds }, options);
  }

  /** Ends a membership in any organization. */
  adminRemoveMember(organizationId: string, userId: string, options?: CallOptions): Promise<void> {
    return operations.removeAnyMember(this.#send, organizationId, userId, options);
  }

  /** Suspends or reactivates a membership in any organization. */
  adminUpdateMemberStatus(
    organizationId: string,
    userId: string,
    status: MemberStatus,
    options?: CallOptions,
  ): Promise<Member> {
    return operations.setAnyMemberStatus(this.#send, organizationId, userId, { status }, options);
  }

  /** Replaces the roles of a member of any organization by those with these codes. */
  adminSetMemberRoles(
    organizationId: string,
    userId: string,
    roleCodes: string[],
    options?: CallOptions,
  ): Promise<Member> {
    return operations.setAnyMemberRoles(this.#send, organizationId, userId, { role_codes: roleCodes }, options);
  }
}
