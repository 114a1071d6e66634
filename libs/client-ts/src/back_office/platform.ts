import * as operations from "../gen/operations.js";
import type {
  ApiKey,
  AuditEntry,
  ChangeSubscriptionBody,
  CreateApiKeyBody,
  NewApiKey,
  Overdraft,
} from "../gen/types.js";
import type {
  Plan,
  QuarantinedEvent,
  RegisterPermissionsBody,
  RegisteredPermissions,
  Subscription,
} from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions, Send } from "../transport/call.js";
import { type Paged, paged } from "../transport/paged.js";
import { type AuditFilter, LARGEST_PAGE } from "../facade/audit_filter.js";
import { UsersModule } from "./users.js";

/** What concerns the whole platform, for its administrators. Organizations are with `client.organizations`. */
export class BackOffice {
  /** Every user. */
  readonly users: UsersModule;
  readonly #send: Send;

  constructor(session: Session) {
    this.users = new UsersModule(session);
    this.#send = session.send;
  }

  /** Replaces a service's slice of the catalog of permissions. Needs `system_admin`. */
  registerPermissions(slice: RegisterPermissionsBody, options?: CallOptions): Promise<RegisteredPermissions> {
    return operations.registerPermissions(this.#send, slice, options);
  }

  /** What was done in all services, newest first. */
  listAuditLog(query?: operations.ListAuditLogQuery, options?: CallOptions): Promise<Paged<AuditEntry>> {
    return paged(query, (page) => operations.listAuditLog(this.#send, page, options));
  }

  /** All entries, one after the other, for exports. */
  async *exportAuditLog(filter?: AuditFilter, options?: CallOptions): AsyncGenerator<AuditEntry> {
    yield* await this.listAuditLog({ ...filter, page_size: LARGEST_PAGE }, options);
  }

  /** The plans on offer, by display order. */
  listPlans(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<Plan>> {
    return paged(query, (page) => operations.listOfferedPlans(this.#send, page, options));
  }

  /** Puts these plans in the place of all that are on offer. */
  async replacePlans(plans: Plan[], options?: CallOptions): Promise<Plan[]> {
    return (await operations.replacePlans(this.#send, { plans }, options)).plans;
  }

  /** The server API keys, without their secrets. */
  listApiKeys(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<ApiKey>> {
    return paged(query, (page) => operations.listApiKeys(this.#send, page, options));
  }

  /** Makes a server API key, whose secret is in this answer alone. */
  createApiKey(key: CreateApiKeyBody, options?: CallOptions): Promise<NewApiKey> {
    return operations.createApiKey(this.#send, key, options);
  }

  /** Makes a server API key useless for good. */
  revokeApiKey(keyId: string, options?: CallOptions): Promise<void> {
    return operations.revokeApiKey(this.#send, keyId, options);
  }

  /** Grants, changes or ends an organization's subscription without its owner paying for it. */
  changeSubscription(
    organizationId: string,
    change: ChangeSubscriptionBody,
    options?: CallOptions,
  ): Promise<Subscription> {
    return operations.changeSubscription(this.#send, organizationId, change, options);
  }

  /** How far below zero charges may take an organization's balance, in the smallest credit unit. */
  setOverdraft(organizationId: string, limit: number, options?: CallOptions): Promise<Overdraft> {
    return operations.setOverdraft(this.#send, organizationId, { limit }, options);
  }

  /** The billing provider's events that fitted nothing. */
  listQuarantine(query?: operations.PageQuery, options?: CallOptions): Promise<Paged<QuarantinedEvent>> {
    return paged(query, (page) => operations.listQuarantine(this.#send, page, options));
  }

  /** Takes in such an event again. */
  replayEvent(eventId: string, options?: CallOptions): Promise<QuarantinedEvent> {
    return operations.replayEvent(this.#send, eventId, options);
  }

  /** Takes such an event off the list without heeding it. */
  dismissEvent(eventId: string, options?: CallOptions): Promise<QuarantinedEvent> {
    return operations.dismissEvent(this.#send, eventId, options);
  }
}
