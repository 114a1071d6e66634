/** A request as a server would see it. */
export interface Seen {
  method: string;
  /** Below `/api/v1`. */
  path: string;
  query: string;
  headers: Record<string, string>;
  body: unknown;
}

export type Handler = (request: Seen) => Response | Promise<Response>;

/** A `fetch` that is answered here, by route. */
export class FakeServer {
  readonly seen: Seen[] = [];
  readonly #handlers = new Map<string, Handler>();
  readonly #fallback: Handler;

  constructor(fallback: Handler = ({ method, path }) => refusal(404, "NOT_FOUND", `${method} ${path}`)) {
    this.#fallback = fallback;
  }

  on(route: string, handler: Handler): this {
    this.#handlers.set(route, handler);
    return this;
  }

  /** What came to a route. */
  to(route: string): Seen[] {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === route);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    const body = typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    const headers = Object.fromEntries(new Headers(init?.headers));
    const path = url.pathname.replace(/^\/api\/v1/, "");
    const request = { method: init?.method ?? "GET", path, query: url.search, headers, body };
    this.seen.push(request);
    const answering = Promise.resolve((this.#handlers.get(`${request.method} ${path}`) ?? this.#fallback)(request));
    const { signal } = init ?? {};
    if (!signal) return answering;
    signal.throwIfAborted();
    return Promise.race([
      answering,
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")), { once: true });
      }),
    ]);
  };
}

export function json(body: unknown, headers: Record<string, string> = {}, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

export function nothing(headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 204, headers });
}

export function refusal(status: number, code: string, message = code, headers: Record<string, string> = {}): Response {
  return json({ error: { code, message, status, details: {}, request_id: "request-of-a-test" } }, headers, status);
}

/** A promise and its end, for answers that wait to be told. */
export function gate<Value = void>(): { opened: Promise<Value>; open: (value: Value) => void } {
  let open: (value: Value) => void = () => undefined;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export interface TokenOf {
  user?: string;
  session?: string;
  organization?: string;
  /** Tells tokens apart. */
  id?: string;
}

/** A token that reads like one of the server's and that nobody signed. */
export function accessToken({
  user = "user-1",
  session = "session-1",
  organization = "org-a",
  id = "1",
}: TokenOf = {}): string {
  const claims = { sub: user, uid: user, sid: session, jti: id, email: `${user}@example.com` };
  const rights = { active_org_id: organization, org_role: "owner", roles: ["org_owner"], permissions: ["org:read"] };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encode({ alg: "EdDSA" })}.${encode({ ...claims, ...rights })}.signature`;
}

/** What signing in and refreshing answer. */
export function granted(token: TokenOf = {}, expiresIn = 300): object {
  const { user = "user-1", organization = "org-a", id = "1" } = token;
  return {
    user: { id: user, email: `${user}@example.com`, roles: [] },
    organization: { id: organization },
    roles: ["org_owner"],
    permissions: ["org:read"],
    tokens: {
      access_token: accessToken(token),
      refresh_token: `refresh-${id}`,
      token_type: "Bearer",
      expires_in: expiresIn,
      expires_at: new Date(Date.now() + expiresIn * 1000).toISOString(),
    },
  };
}

/** The `Authorization` that goes with such a token. */
export function bearer(token: TokenOf = {}): string {
  return `Bearer ${accessToken(token)}`;
}
