export { createAuthClient } from "./facade/auth_client.js";
export type { AuthClient, AuthClientOptions } from "./facade/auth_client.js";
export type { AccountModule } from "./facade/account.js";
export type { Address } from "./facade/address.js";
export type { AuthModule } from "./facade/auth.js";
export type { BillingModule } from "./facade/billing.js";
export type { AuditFilter } from "./facade/audit_filter.js";
export type { NewInvitation, NewInvitations, OrganizationsModule } from "./facade/organizations.js";

export { createReauthClient } from "./facade/reauth_client.js";
export type {
  ActiveOrg,
  CheckoutRequest,
  EmailAndPassword,
  ReauthClient,
  ReauthClientOptions,
} from "./facade/reauth_client.js";
export type {
  CreditBalance,
  CreditTransaction,
  OfferedPlan,
  Org,
  OrgInvite,
  OrgInviteLink,
  OrgMember,
  OrgSubscription,
} from "./facade/views.js";

export { GuildhallError, isGuildhallError } from "./transport/error.js";
export type { ClientCode, GuildhallErrorCode } from "./transport/error.js";
export type { CallOptions } from "./transport/call.js";
export type { Paged } from "./transport/paged.js";
export type { SessionClaims } from "./session/claims.js";
export type { SessionEvent, SessionListener } from "./session/listeners.js";
export type { SessionStorage, StorageChoice } from "./session/storage.js";

export type * from "./gen/types.js";
export type { PageQuery } from "./gen/operations.js";
