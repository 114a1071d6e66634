import * as operations from "../gen/operations.js";
import type { MyOrganization, User } from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions, Send } from "../transport/call.js";
import { type Paged, paged } from "../transport/paged.js";

/** Every user. `backOffice.users`. */
export class UsersModule {
  readonly #send: Send;

  constructor(session: Session) {
    this.#send = session.send;
  }

  /** Every user, newest first. */
  list(query?: operations.ListUsersQuery, options?: CallOptions): Promise<Paged<User>> {
    return paged(query, (page) => operations.listUsers(this.#send, page, options));
  }

  /** One user, by id. */
  get(userId: string, options?: CallOptions): Promise<User> {
    return operations.getUser(this.#send, userId, options);
  }

  /** The organizations that a user belongs to. */
  listOrganizations(
    userId: string,
    query?: operations.PageQuery,
    options?: CallOptions,
  ): Promise<Paged<MyOrganization>> {
    return paged(query, (page) => operations.listUserOrganizations(this.#send, userId, page, options));
  }

  /** Replaces the roles that a user holds on the platform. Needs `system_admin`. */
  setRoles(userId: string, roleCodes: string[], options?: CallOptions): Promise<User> {
    return operations.setUserRoles(this.#send, userId, { role_codes: roleCodes }, options);
  }

  /** Ends every session of a user, who can't sign in until reactivated. */
  suspend(userId: string, reason?: string, options?: CallOptions): Promise<User> {
    return operations.suspendUser(this.#send, userId, { reason }, options);
  }

  /** Lets a suspended user sign in again. */
  reactivate(userId: string, reason?: string, options?: CallOptions): Promise<User> {
    return operations.reactivateUser(this.#send, userId, { reason }, options);
  }

  /** Ends every session of a user, who can sign in again at once. */
  revokeSessions(userId: string, reason?: string, options?: CallOptions): Promise<void> {
    return operations.revokeUserSessions(this.#send, userId, { reason }, options);
  }
}
