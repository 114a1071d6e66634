import { type Address, apiOf, siteOf } from "../facade/address.js";
import * as views from "../facade/views.js";
import * as operations from "../gen/operations.js";
import type { ErrorCode } from "../gen/types.js";
import type { Call, CallOptions, Send } from "../transport/call.js";
import { GuildhallError } from "../transport/error.js";
import { type Paged, paged } from "../transport/paged.js";
import { Wire, type WireSettings } from "../transport/wire.js";
import type { AccessClaims } from "./claims.js";
import { type Authenticable, demandedPosition, tokenOf } from "./credentials.js";
import { KeyStore } from "./keys.js";
import { Refusal } from "./refusal.js";
import { type FeedState, RevocationFeed } from "./revocations/feed.js";
import { follow } from "./revocations/follow.js";
import { Verifier } from "./verifier.js";

/** How to make a client of a server. */
export type ServerClientOptions = Address &
  Omit<WireSettings, "baseUrl"> & {
    /** The only accepted issuer of tokens; the server's address unless given. */
    issuer?: string;
    /** The app, or apps, whose tokens are accepted; `guildhall`, the server's default one, unless given. */
    audience?: string | readonly string[];
    /** A server API key (`gh_sk_…`), for charging and for the revocation feed. Keep it on the server. */
    apiKey?: string;
    /**
     * Whether to follow the feed of ended sessions and narrowed rights, so that tokens die within a second instead of
     * at their end, minutes later. Needs an `apiKey` with the scope revocations:read. While the feed is cut off, tokens
     * that are older than a minute are refused with TOKEN_STALE, so that clients refresh and the server decides.
     */
    revocations?: boolean;
    /** Hears of each interruption of that feed, for logs. */
    onInterruption?: (reason: string) => void;
    /** How many verified tokens are remembered; 1,000 unless given. */
    cacheCapacity?: number;
    /**
     * Whether the server may be reached without TLS at an address that isn't this machine's own; false unless given.
     * Whoever stands between could then read the API key and hand out keys of his own, so say true only of a network
     * where nobody else is.
     */
    allowPlainHttp?: boolean;
  };

const READY_WITHIN_MS = 10_000;

/** The user behind a request. */
export interface AuthenticatedUser {
  /** The user's id. */
  id: string;
  /** The user's e-mail address. */
  email: string;
  /** The organization that the user acts for; null for none. */
  activeOrgId: string | null;
  /** Whether the user owns it; null for no organization. */
  orgRole: views.OrgRole | null;
  /** Codes of roles, of the platform and of the organization. */
  roles: readonly string[];
  /** Codes of what these roles permit, such as `org:members:remove`. */
  permissions: readonly string[];
  /** The organization's plan; null where the token doesn't tell, which isn't the same as having none. */
  subscription: views.OrgSubscription | null;
}

/** Who sent a request, or why that isn't known. */
export type Authentication =
  | {
      /** The token is right, as far as can be told here. */
      valid: true;
      /** Who sent it. */
      user: AuthenticatedUser;
      /** All that the token says. */
      claims: AccessClaims;
      /**
       * How the token came. A browser sends cookies with whatever any page makes it send, so of a request that changes
       * something with `cookie`, look at `Origin` too.
       */
      credential: "bearer" | "cookie";
      reason?: undefined;
    }
  | {
      valid: false;
      user: null;
      claims: null;
      credential?: undefined;
      /** `UNAUTHORIZED`, `TOKEN_EXPIRED`, `TOKEN_STALE` (refresh once), `TOKEN_REVOKED` (sign in again), … */
      reason: ErrorCode;
      /** One sentence that says what to do next. */
      message: string;
      /** The status of an HTTP answer: 401, or 400 or 503 where the reason says so. */
      status: number;
    };

/** Takes credits from an organization, or gives it some. */
export interface Amount {
  /** In the smallest credit unit, from 1. */
  amount: number;
  /** A UUID that names this very charge: the same again does nothing more and gets the first answer. */
  requestUuid: string;
  /** What it was for, for the ledger. */
  note?: string;
}

/** A charge or deposit that is in the ledger. */
export interface PostedAmount {
  /** The organization's balance after it, in the smallest credit unit. */
  newBalance: number;
  /** The entry of the ledger. */
  transaction: views.CreditTransaction;
}

/** What a server of yours does with Guildhall. */
export class ServerClient {
  readonly #keys: KeyStore;
  readonly #verifier: Verifier;
  readonly #feed: RevocationFeed | undefined;
  readonly #stop: () => void;
  readonly #send: Send;

  constructor(options: ServerClientOptions) {
    const { apiKey, fetch: given, timeoutMs, maxRetries } = options;
    const site = siteOf(options);
    if (!options.allowPlainHttp) demandPrivacy(site);
    const fetchNow: typeof fetch = (...call) => (given ?? globalThis.fetch)(...call);
    const wire = new Wire({ baseUrl: apiOf(options), fetch: given, timeoutMs, maxRetries });
    this.#send = sendingWith(wire, apiKey);
    let hasKeysOfFeed = false;
    const fetchKeys = async (): Promise<string> => {
      const signal = AbortSignal.timeout(timeoutMs ?? 5_000);
      const response = await fetchNow(`${site}/.well-known/jwks.json`, { signal, redirect: "manual" });
      if (!response.ok) throw new Error(`the keys were answered with status ${response.status}`);
      return response.text();
    };
    const keys = new KeyStore(fetchKeys, () => hasKeysOfFeed && this.#feed?.state !== "blind");
    this.#keys = keys;
    this.#stop = () => undefined;
    if (options.revocations) {
      this.#feed = new RevocationFeed((jwks) => {
        void keys.replace(jwks).then((isTaken) => (hasKeysOfFeed ||= isTaken));
      });
      const source = { url: `${apiOf(options)}/revocations`, apiKey: demandKey(apiKey), fetch: fetchNow };
      this.#stop = follow(this.#feed, { ...source, onInterruption: options.onInterruption });
    }
    this.#verifier = new Verifier({
      issuer: options.issuer ?? site,
      audiences: [options.audience ?? "guildhall"].flat(),
      keys,
      feed: this.#feed,
      cacheCapacity: options.cacheCapacity ?? 1_000,
      now: () => Math.floor(Date.now() / 1000),
    });
  }

  /**
   * Resolves when requests can be authenticated: the keys are here, and the feed, where one is followed, has told what
   * ended. Fails with SERVICE_UNAVAILABLE when that isn't so within ten seconds; ask again.
   */
  async ready(): Promise<void> {
    const [hasKeys, isFollowing] = await Promise.all([
      this.#keys.isLoaded(),
      this.#feed?.whenFollowing(READY_WITHIN_MS) ?? true,
    ]);
    if (hasKeys && isFollowing) return;
    const missing = hasKeys ? "revocation feed" : "keys";
    const message = `The server's ${missing} can't be reached; check its address and that it runs, and try again.`;
    throw new GuildhallError("SERVICE_UNAVAILABLE", message);
  }

  /** What the revocation feed's knowledge is worth now; null when none is followed. */
  get feedState(): FeedState | null {
    return this.#feed?.state ?? null;
  }

  /**
   * Says who sent a request: by its bearer token, else by the session cookie. Verified here, with the published keys;
   * the network is used only to fetch those, now and then. Never throws for what a request holds.
   */
  async authenticate(request: Authenticable): Promise<Authentication> {
    const presented = tokenOf(request);
    if (presented instanceof Refusal) return refused(presented);
    const { token, credential } = presented;
    const position = demandedPosition(request);
    if (position instanceof Refusal) return refused(position);
    const claims = await (position ? this.#verifier.verifyAfter(token, position) : this.#verifier.verify(token));
    return claims instanceof Refusal ? refused(claims) : { valid: true, user: userOf(claims), claims, credential };
  }

  /** Takes credits; refused with INSUFFICIENT_BALANCE where they are missing. Scope: billing:charge. */
  async charge(orgId: string, amount: Amount, options?: CallOptions): Promise<PostedAmount> {
    return postedOf(await operations.charge(this.#send, orgId, bodyOf(amount), options));
  }

  /** Gives credits. Scope: billing:deposit. */
  async deposit(orgId: string, amount: Amount, options?: CallOptions): Promise<PostedAmount> {
    return postedOf(await operations.deposit(this.#send, orgId, bodyOf(amount), options));
  }

  /** Scope: billing:read. */
  async getBalance(orgId: string, options?: CallOptions): Promise<views.CreditBalance> {
    return views.balanceOf(await operations.getAnyBalance(this.#send, orgId, options));
  }

  /** The ledger of an organization, newest first. Scope: billing:read. */
  getTransactions(
    orgId: string,
    query?: operations.PageQuery,
    options?: CallOptions,
  ): Promise<Paged<views.CreditTransaction>> {
    const fetchPage = (page: operations.PageQuery) => operations.listAnyTransactions(this.#send, orgId, page, options);
    return paged(query, fetchPage, views.transactionOf);
  }

  /** Scope: billing:read. */
  async getSubscription(orgId: string, options?: CallOptions): Promise<views.OrgSubscription> {
    return views.subscriptionOf(await operations.getAnySubscription(this.#send, orgId, options));
  }

  /** Stops following the revocation feed. */
  dispose(): void {
    this.#stop();
  }
}

/** Makes what a server of yours needs: it tells who sends requests, and charges credits. Make one and keep it. */
export function createServerClient(options: ServerClientOptions): ServerClient {
  return new ServerClient(options);
}

function sendingWith(wire: Wire, apiKey: string | undefined): Send {
  return async <Body>(call: Call) => {
    const token = demandKey(apiKey);
    return (await wire.exchange(call, { token })).body as Body;
  };
}

/** Keys and API keys go over no line that others can read or write, unless somebody says that there are none. */
function demandPrivacy(site: string): void {
  const url = URL.canParse(site) ? new URL(site) : undefined;
  const isLocal = url !== undefined && /^(localhost|(.*\.)localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLocal)) return;
  const message = "Give the server's address with https://, or say allowPlainHttp where nobody stands between.";
  throw new GuildhallError("VALIDATION_ERROR", message);
}

function demandKey(apiKey: string | undefined): string {
  if (apiKey !== undefined && apiKey !== "") return apiKey;
  throw new GuildhallError("UNAUTHORIZED", "Give this client an apiKey; this needs one.", { status: 401 });
}

function refused({ reason, message, status }: Refusal): Authentication {
  return { valid: false, user: null, claims: null, reason, message, status };
}

function userOf(claims: AccessClaims): AuthenticatedUser {
  return {
    id: claims.sub,
    email: claims.email,
    activeOrgId: claims.active_org_id ?? null,
    orgRole: claims.org_role ?? null,
    roles: claims.roles,
    permissions: claims.permissions,
    subscription: claims.subscription ? views.subscriptionOf(claims.subscription) : null,
  };
}

function bodyOf({ amount, requestUuid, note }: Amount): Parameters<typeof operations.charge>[2] {
  return { amount, request_uuid: requestUuid, note };
}

function postedOf(posted: Awaited<ReturnType<typeof operations.charge>>): PostedAmount {
  return { newBalance: posted.new_balance, transaction: views.transactionOf(posted.transaction) };
}
