import type { ListAuditLogQuery, PageQuery } from "../gen/operations.js";

/** Which entries of an audit log. */
export type AuditFilter = Omit<ListAuditLogQuery, keyof PageQuery>;

/** As many entries as the server puts on a page, for whoever reads all of them. */
export const LARGEST_PAGE = 200;
