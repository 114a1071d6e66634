import type { AuthClient } from "../facade/auth_client.js";
import type { ReauthClient } from "../facade/reauth_client.js";
import type { Org } from "../facade/views.js";
import type { MyOrganization } from "../gen/types.js";
import type { SessionClaims } from "../session/claims.js";
import type { SessionListener } from "../session/listeners.js";
import type { Paged } from "../transport/paged.js";

/** A client of either style. */
export type Client = AuthClient | ReauthClient;

/** What the hooks need of a client, in whichever style; `Entry` is its record of an organization. */
export interface Source<Entry> {
  ready(): Promise<void>;
  refresh(): Promise<void>;
  claims(): SessionClaims | null;
  onChange(listener: SessionListener): () => void;
  /** The first page of the user's organizations. */
  list(): Promise<Paged<Entry>>;
  switchTo(organizationId: string): Promise<unknown>;
  idOf(entry: Entry): string;
}

/** As many as the server gives at once. */
const WHOLE_PAGE = { page_size: 200 };

export function isFlat(client: Client): client is ReauthClient {
  return !("auth" in client);
}

export function sourceOf(client: Client): Source<MyOrganization> | Source<Org> {
  return isFlat(client) ? ofFlat(client) : ofModules(client);
}

function ofModules(client: AuthClient): Source<MyOrganization> {
  const { auth, account } = client;
  return {
    ready: () => client.ready(),
    refresh: () => auth.refresh(),
    claims: () => auth.getClaims(),
    onChange: (listener) => auth.onChange(listener),
    list: () => account.getMyOrgs(WHOLE_PAGE),
    switchTo: (organizationId) => auth.switchOrg(organizationId),
    idOf: ({ organization }) => organization.id,
  };
}

function ofFlat(client: ReauthClient): Source<Org> {
  return {
    ready: () => client.ready(),
    refresh: () => client.refresh(),
    claims: () => client.getClaims(),
    onChange: (listener) => client.onChange(listener),
    list: () => client.listOrgs(WHOLE_PAGE),
    switchTo: (organizationId) => client.switchOrg(organizationId),
    idOf: ({ id }) => id,
  };
}
