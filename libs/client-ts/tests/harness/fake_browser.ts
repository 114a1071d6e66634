import { type AuthClient, type ReauthClient, createAuthClient, createReauthClient } from "@guildhall/client";
import { FakeServer, accessToken, granted, json, nothing, refusal } from "./fake_server.js";

const API = "https://guildhall.test/api/v1";

/**
 * A browser as far as sessions in cookies need one: cookies that no script sees, a storage that pages share, and news of
 * the page being online again. There is one for each test file, as it stands in for what a page has as globals.
 */
export class FakeBrowser {
  readonly server: FakeServer;
  readonly stored = new Map<string, string>();
  /** Whose session the cookies are of. */
  cookie: string | undefined;
  /** Whether the server can be reached. */
  isOnline = true;
  /** The calls that cookies went with. */
  withCookies: string[] = [];
  readonly #page = new EventTarget();

  constructor() {
    this.server = new FakeServer()
      .on("POST /auth/login", ({ body }) => {
        const { email, session } = body as { email: string; session?: "cookie" };
        if (session !== "cookie") return json(granted({ user: email }));
        this.cookie = email;
        return json(this.#granted());
      })
      .on("GET /auth/session", () => json(this.#session()))
      .on("POST /auth/refresh", () => (this.cookie ? json(this.#granted()) : refusal(400, "VALIDATION_ERROR")))
      .on("POST /auth/logout", ({ body }) =>
        (body as { refresh_token?: string }).refresh_token === undefined ? this.end() : nothing(),
      )
      .on("POST /auth/token", () => {
        const access_token = accessToken({ user: this.cookie ?? "" });
        return json({ access_token, token_type: "Bearer", expires_in: 300, expires_at: "" });
      })
      .on("GET /auth/me", () => (this.cookie ? json({ id: this.cookie }) : refusal(401, "UNAUTHORIZED")));
    Object.assign(globalThis, {
      document: Object.assign(new EventTarget(), { visibilityState: "visible" }),
      addEventListener: this.#page.addEventListener.bind(this.#page),
      removeEventListener: this.#page.removeEventListener.bind(this.#page),
    });
    this.localStorage = {
      getItem: (key: string) => this.stored.get(key) ?? null,
      setItem: (key: string, value: string) => this.stored.set(key, value),
      removeItem: (key: string) => this.stored.delete(key),
    };
  }

  set localStorage(value: object) {
    Object.defineProperty(globalThis, "localStorage", { value, configurable: true });
  }

  /** The end of the session at the server, which takes the cookies back. */
  end(): Response {
    if (this.cookie === undefined) return refusal(400, "VALIDATION_ERROR");
    this.cookie = undefined;
    return nothing();
  }

  /** A page with a client. Those of one app hear each other. */
  tab(appCode: string, storage: "cookie" | "localStorage" = "cookie"): AuthClient {
    return createAuthClient({ apiBaseUrl: API, appCode, storage, fetch: this.#fetch, maxRetries: 0 });
  }

  /** The same with a client of the flat style. */
  flatTab(appCode: string): ReauthClient {
    return createReauthClient({ baseUrl: API, appCode, fetch: this.#fetch, maxRetries: 0 });
  }

  /** The browser tells its pages that it is online again, and it is. */
  comeBack(): void {
    this.isOnline = true;
    this.#page.dispatchEvent(new Event("online"));
  }

  readonly #fetch: typeof fetch = (input, init) => {
    if (!this.isOnline) return Promise.reject(new TypeError("offline"));
    const called = `${init?.method} ${String(input).slice(API.length)}`;
    if (init?.credentials === "include") this.withCookies.push(called);
    return this.server.fetch(input, init);
  };

  #granted(): object {
    const { tokens: _tokens, ...rest } = granted({ user: this.cookie ?? "" }) as Record<string, unknown>;
    return { ...rest, expires_in: 300 };
  }

  #session(): object {
    const nobody = { valid: false, error_code: "UNAUTHORIZED", roles: [], permissions: [] };
    if (this.cookie === undefined) return nobody;
    return { ...nobody, valid: true, end_user_id: this.cookie, email: this.cookie, active_org_id: "org-a" };
  }
}
