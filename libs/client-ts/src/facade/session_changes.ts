import * as operations from "../gen/operations.js";
import type { Switched } from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions } from "../transport/call.js";

// What gives the session another active organization, or may take that one or the session itself away. Both styles call
// these.

/** Makes another organization the active one. */
export function switchOrganization(session: Session, organizationId: string, options?: CallOptions): Promise<Switched> {
  const body = { organization_id: organizationId };
  return session.exchanging((send) => operations.switchOrganization(send, body, options));
}

/** Ends the user's own membership; the session goes on in the personal organization where this was the active one. */
export function leaveOrganization(session: Session, organizationId: string, options?: CallOptions): Promise<void> {
  return losing(session, organizationId, () => operations.leaveOrganization(session.send, organizationId, options));
}

/** Deletes an organization; the session goes on in the personal one where this was the active one. */
export function deleteOrganization(session: Session, organizationId: string, options?: CallOptions): Promise<void> {
  return losing(session, organizationId, () => operations.deleteOrganization(session.send, organizationId, options));
}

/** Deletes the account, and the session with it. */
export function deleteAccount(session: Session, password: string, options?: CallOptions): Promise<void> {
  return session.ending((send) => operations.deleteAccount(send, { password, confirmation: "DELETE" }, options));
}

async function losing(session: Session, organizationId: string, work: () => Promise<void>): Promise<void> {
  const isActive = session.held?.claims.active_org_id === organizationId;
  await work();
  // It is done, also where the new tokens can't be had now; the next call will need them.
  if (isActive) await session.renew().catch(() => undefined);
}
