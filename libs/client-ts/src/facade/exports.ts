import type { AuditEntry } from "../gen/types.js";
import type { Session } from "../session/session.js";
import type { CallOptions } from "../transport/call.js";
import { jsonLinesOf } from "../transport/lines.js";

/** Which entries of an audit log. */
export interface AuditFilter {
  /** Only what they did: the UUID of a user, `operator` or `system`. */
  actor?: string;
  /** Only this action, for example `user.suspended`. */
  action?: string;
  /** Only at this instant or later. */
  since?: string;
  /** Only before this instant. */
  until?: string;
}

/** Reads an audit log as one stream of all its entries. */
export async function* exportLog(
  session: Session,
  path: string,
  query: AuditFilter = {},
  options: CallOptions = {},
): AsyncGenerator<AuditEntry> {
  const accept = "application/x-ndjson";
  const call = { method: "GET", path, credentials: "session", options, query, accept } as const;
  yield* jsonLinesOf<AuditEntry>(await session.exchange({ ...call }));
}
