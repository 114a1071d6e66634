export { createServerClient } from "./server_client.js";
export type {
  Amount,
  AuthenticatedUser,
  Authentication,
  PostedAmount,
  ServerClient,
  ServerClientOptions,
} from "./server_client.js";
export { ACCESS_COOKIE } from "./credentials.js";
export type { Authenticable, HeaderRecord } from "./credentials.js";
export type { AccessClaims, AsOf } from "./claims.js";
export type { FeedState } from "./revocations/feed.js";

export type { Address } from "../facade/address.js";
export type { CreditBalance, CreditTransaction, OrgSubscription } from "../facade/views.js";
export { GuildhallError, isGuildhallError } from "../transport/error.js";
export type { ClientCode, GuildhallErrorCode } from "../transport/error.js";
export type { CallOptions } from "../transport/call.js";
export type { Paged } from "../transport/paged.js";
