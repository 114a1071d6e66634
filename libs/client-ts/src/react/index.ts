"use client";
import { createContext, createElement, useContext, useMemo, useSyncExternalStore } from "react";
import type { ReactElement, ReactNode } from "react";
import type { AuthClient } from "../facade/auth_client.js";
import type { ReauthClient } from "../facade/reauth_client.js";
import type { Org } from "../facade/views.js";
import type { MyOrganization } from "../gen/types.js";
import type { SessionClaims } from "../session/claims.js";
import { type Client, type Source, isFlat, sourceOf } from "./source.js";
import { type ListView, Store, UNKNOWN_LIST, UNKNOWN_SESSION } from "./store.js";
import type { View } from "./watched.js";

export type { View } from "./watched.js";

/** What a hook answers. */
export interface Result<Data> extends View<Data> {
  /** Asks the server again; resolves when `data` or `error` is what it said. */
  refetch: () => Promise<void>;
}

/** What a switcher of organizations needs. */
export interface OrganizationsResult<Entry> extends Result<readonly Entry[]> {
  /** The id of the active organization; null while nobody is signed in. */
  activeId: string | null;
  /** Makes another organization the active one. */
  switchTo: (organizationId: string) => Promise<void>;
}

/** A client, and what is shared by all components below it. */
interface Provided {
  client: Client;
  store: Store<unknown>;
}

const ClientContext = createContext<Provided | undefined>(undefined);
const STORES = new WeakMap<Client, Store<unknown>>();

/** Gives the client, of either style, to the hooks below it. Make the client outside of components, once. */
export function GuildhallProvider({ client, children }: { client: Client; children?: ReactNode }): ReactElement {
  const value = useMemo(() => ({ client, store: storeOf(client) }), [client]);
  return createElement(ClientContext.Provider, { value }, children);
}

/** The client that the provider holds, when `createAuthClient` made it. */
export function useGuildhall(): AuthClient {
  const { client } = useProvided();
  if (isFlat(client)) throw new Error("The provider's client is one of createReauthClient: call useReauth instead.");
  return client;
}

/** The client that the provider holds, when `createReauthClient` made it. */
export function useReauth(): ReauthClient {
  const { client } = useProvided();
  if (!isFlat(client)) throw new Error("The provider's client is one of createAuthClient: call useGuildhall instead.");
  return client;
}

/**
 * Who is signed in, for which organization; null for nobody. The component is drawn anew whenever that changes, in
 * whichever tab. `refetch` fetches new tokens, with the rights as they are.
 */
export function useSession(): Result<SessionClaims | null> {
  const { store } = useProvided();
  const view = useSyncExternalStore(store.session.watch, store.session.view, () => UNKNOWN_SESSION);
  return useMemo(() => ({ ...view, refetch: store.refetchSession }), [view, store]);
}

/**
 * The organizations that the user belongs to, the personal one first: all that a switcher needs. Read once for all
 * components, and again whenever the client changes something about them, in whichever tab.
 */
export function useOrganizations(): OrganizationsResult<MyOrganization> {
  useGuildhall();
  return useList<MyOrganization>();
}

/** The active organization, as it stands in the list of the user's own; null for none. */
export function useOrganization(): Result<MyOrganization | null> {
  useGuildhall();
  return useActive<MyOrganization>();
}

/** `useOrganizations` for a client of `createReauthClient`, with its records. */
export function useOrgs(): OrganizationsResult<Org> {
  useReauth();
  return useList<Org>();
}

/** `useOrganization` for a client of `createReauthClient`, with its records. */
export function useOrg(): Result<Org | null> {
  useReauth();
  return useActive<Org>();
}

/**
 * Whether the user may do this in the active organization, such as `org:members:invite`. For showing; the server
 * decides.
 */
export function usePermission(permission: string): Result<boolean> {
  const { data, isPending, error, refetch } = useSession();
  const isHeld = data?.permissions.includes(permission) ?? false;
  return useMemo(() => ({ data: isHeld, isPending, error, refetch }), [isHeld, isPending, error, refetch]);
}

function useProvided(): Provided {
  const provided = useContext(ClientContext);
  if (provided === undefined) throw new Error("Put a GuildhallProvider around this component.");
  return provided;
}

function useListView<Entry>(): { view: ListView<Entry>; store: Store<Entry> } {
  // Which records it holds follows from the style of the client, which whoever calls this has looked at.
  const store = useProvided().store as Store<Entry>;
  return { view: useSyncExternalStore(store.list.watch, store.list.view, () => UNKNOWN_LIST), store };
}

function useList<Entry>(): OrganizationsResult<Entry> {
  const { view, store } = useListView<Entry>();
  const activeId = useSession().data?.active_org_id ?? null;
  return useMemo(() => {
    const { isReading: _, ...shown } = view;
    return { ...shown, activeId, switchTo: store.switchTo, refetch: store.refetchList };
  }, [view, activeId, store]);
}

function useActive<Entry>(): Result<Entry | null> {
  const { view, store } = useListView<Entry>();
  const session = useSession();
  const activeId = session.data?.active_org_id;
  return useMemo(() => {
    const data = view.data.find((entry) => store.idOf(entry) === activeId) ?? null;
    // One that was just made may be the active one before the list that has it is here.
    const isPending = view.isPending || (data === null && activeId !== undefined && view.isReading);
    return { data, isPending, error: view.error, refetch: store.refetchList };
  }, [view, activeId, store]);
}

function storeOf(client: Client): Store<unknown> {
  let store = STORES.get(client);
  if (store === undefined) {
    store = new Store(sourceOf(client) as Source<unknown>);
    STORES.set(client, store);
  }
  return store;
}
