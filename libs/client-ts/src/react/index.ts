import {
  createContext,
  createElement,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { ReactElement, ReactNode } from "react";
import type { AuthClient } from "../facade/auth_client.js";
import type { MyOrganization } from "../gen/types.js";
import type { SessionClaims } from "../session/claims.js";

const ClientContext = createContext<AuthClient | undefined>(undefined);

/** Gives the client to the hooks below it. Make the client outside of components, once. */
export function GuildhallProvider({ client, children }: { client: AuthClient; children?: ReactNode }): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client that the provider holds. */
export function useGuildhall(): AuthClient {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error("Put a GuildhallProvider around this component.");
  return client;
}

/** The session as a component sees it. */
export interface SessionView {
  /** Whether it isn't known yet if somebody is signed in. */
  isPending: boolean;
  /** Who is signed in; null for nobody. */
  claims: SessionClaims | null;
  /** Why it couldn't be found out. */
  error: unknown;
}

/** Who is signed in, for which organization; the component is drawn anew whenever that changes, in whichever tab. */
export function useSession(): SessionView {
  const client = useGuildhall();
  const subscribe = useCallback((changed: () => void) => client.auth.onChange(changed), [client]);
  // On a server nobody is signed in, and the first drawing in the browser has to agree with it.
  const claims = useSyncExternalStore(
    subscribe,
    () => client.auth.getClaims(),
    () => null,
  );
  const [state, setState] = useState<{ isPending: boolean; error: unknown }>({ isPending: true, error: undefined });
  useEffect(() => {
    let isCurrent = true;
    const settle = (error?: unknown): void => {
      if (isCurrent) setState({ isPending: false, error });
    };
    client.ready().then(() => settle(), settle);
    return () => {
      isCurrent = false;
    };
  }, [client]);
  return useMemo(
    () => ({ claims, isPending: state.isPending && claims === null, error: state.error }),
    [claims, state],
  );
}

/** The user's organizations as a component sees them. */
export interface OrganizationsView {
  isPending: boolean;
  /** All of them, the personal one first; empty while nobody is signed in. */
  organizations: readonly MyOrganization[];
  /** The id of the active one. */
  activeId: string | null;
  error: unknown;
  /** Makes another one the active one. */
  switchTo(organizationId: string): Promise<void>;
  /** Reads the list again, as after an invitation was accepted. */
  reload(): void;
}

const NONE: readonly MyOrganization[] = [];

/** The organizations that the user belongs to: all that a switcher needs. */
export function useOrganizations(): OrganizationsView {
  const client = useGuildhall();
  const { claims, isPending: isSessionPending } = useSession();
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState<{ of: string; organizations: readonly MyOrganization[]; error: unknown }>();
  const user = claims?.sub ?? null;
  const activeId = claims?.active_org_id ?? null;
  useEffect(() => {
    if (user === null) return;
    const reading = new AbortController();
    const read = async (): Promise<MyOrganization[]> => {
      const all: MyOrganization[] = [];
      for await (const one of await client.account.getMyOrgs({ page_size: 200 }, { signal: reading.signal }))
        all.push(one);
      return all;
    };
    read().then(
      (organizations) => setLoaded({ of: user, organizations, error: undefined }),
      (error: unknown) => {
        if (!reading.signal.aborted) setLoaded({ of: user, organizations: NONE, error });
      },
    );
    return () => reading.abort();
  }, [client, user, round]);
  const own = loaded?.of === user ? loaded : undefined;
  const switchTo = useCallback(
    async (organizationId: string) => void (await client.auth.switchOrg(organizationId)),
    [client],
  );
  const reload = useCallback(() => setRound((count) => count + 1), []);
  return {
    isPending: user === null ? isSessionPending : own === undefined,
    organizations: own?.organizations ?? NONE,
    activeId,
    error: own?.error,
    switchTo,
    reload,
  };
}

/**
 * Whether the user may do this in the active organization, such as `org:members:invite`. For showing; the server
 * decides.
 */
export function usePermission(permission: string): boolean {
  return useSession().claims?.permissions.includes(permission) ?? false;
}
