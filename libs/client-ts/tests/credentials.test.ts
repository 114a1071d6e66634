import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type AuthClient, type SessionStorage, createAuthClient } from "@guildhall/client";
import { FakeServer, accessToken, bearer, gate, granted, json, nothing, refusal } from "./harness/fake_server.js";
import { SharedStorage, bound, until } from "./harness/tabs.js";

const CREDENTIALS = { email: "user-1@example.com", password: "secret" };

function client(of: FakeServer, storage: SessionStorage | "memory" | "cookie" = "memory"): AuthClient {
  return createAuthClient({ apiBaseUrl: "https://guildhall.test/api/v1", fetch: of.fetch, storage, maxRetries: 0 });
}

/** Signs user 1 in at first, and user 2 after that. */
function server(): FakeServer {
  let count = 0;
  const second = { user: "user-2", session: "session-2", id: "9" };
  return new FakeServer()
    .on("POST /auth/login", () => json(granted((count += 1) === 1 ? {} : second)))
    .on("POST /auth/logout", () => nothing())
    .on("GET /auth/me", ({ headers }) =>
      headers.authorization === bearer() ? refusal(401, "TOKEN_REVOKED") : json({ id: "user" }),
    );
}

test("a tab that learns of the end of its session leaves a newer one alone, and takes it over", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const one = client(of, storage);
  await one.auth.login(CREDENTIALS);
  const deaf = client(of, bound(storage));
  await deaf.ready();
  await one.auth.logout();
  await one.auth.login({ email: "user-2@example.com", password: "secret" });

  await assert.rejects(deaf.auth.whoami(), { code: "TOKEN_REVOKED" });

  assert.equal(storage.items.size, 1);
  assert.equal(deaf.auth.getClaims()?.sub, "user-2");
  assert.equal((await deaf.auth.whoami()).id, "user");
  one.dispose();
});

test("signing out in a tab that knows only an older session removes no newer one", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const one = client(of, storage);
  await one.auth.login(CREDENTIALS);
  const deaf = client(of, bound(storage));
  await deaf.ready();
  await one.auth.logout();
  await one.auth.login({ email: "user-2@example.com", password: "secret" });

  await deaf.auth.logout();

  assert.deepEqual([deaf.auth.isAuthenticated(), storage.items.size], [false, 1]);
  one.dispose();
});

test("what is left in the storage of a session that was signed out of brings it back in no tab", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const one = client(of, storage);
  await one.auth.login(CREDENTIALS);
  const written = [...storage.items];
  await one.auth.logout();
  // By a tab that renewed it at the same moment.
  for (const [key, value] of written) storage.setItem(key, value);

  await assert.rejects(one.auth.refresh(), { code: "SIGNED_OUT" });

  assert.deepEqual([one.auth.isAuthenticated(), storage.items.size, of.to("POST /auth/refresh").length], [false, 0, 0]);
  one.dispose();
});

/** The server ends the session when the password changes, and answers with the new one when the gate opens. */
function changing(code: string): { of: FakeServer; answer: ReturnType<typeof gate<Response>> } {
  const answer = gate<Response>();
  let isChanged = false;
  const of = server()
    .on("POST /auth/password/change", () => {
      isChanged = true;
      return answer.opened;
    })
    .on("GET /auth/me", ({ headers }) =>
      isChanged && headers.authorization === bearer() ? refusal(401, code) : json({ id: "user-1" }),
    )
    .on("POST /auth/refresh", ({ body }) =>
      (body as { refresh_token: string }).refresh_token === "refresh-1"
        ? refusal(401, "TOKEN_INVALID")
        : json(granted({ session: "session-2", id: "3" })),
    );
  return { of, answer };
}

for (const code of ["TOKEN_REVOKED", "TOKEN_STALE"]) {
  test(`changing the password signs nobody out whose other call is answered ${code} meanwhile`, async () => {
    const { of, answer } = changing(code);
    const only = client(of);
    await only.auth.login(CREDENTIALS);
    const events: string[] = [];
    only.auth.onChange((event) => events.push(event));
    const changed = only.account.changePassword("secret", "another");
    await until(() => of.to("POST /auth/password/change").length === 1);
    const asking = only.auth.whoami();
    await until(() => of.to("GET /auth/me").length === 1);
    answer.open(json(granted({ session: "session-2", id: "2" })));

    await changed;
    assert.equal((await asking).id, "user-1");
    assert.equal(only.auth.getClaims()?.sid, "session-2");
    assert.ok(!events.includes("signed-out"), events.join());
  });

  test(`changing the password in one tab leaves another signed in that is answered ${code}`, async (context) => {
    const storage = new SharedStorage(context.name);
    const { of, answer } = changing(code);
    const [one, other] = [client(of, storage), client(of, storage)];
    await Promise.all([one.ready(), other.ready()]);
    await one.auth.login(CREDENTIALS);
    await until(() => other.auth.isAuthenticated());
    const changed = one.account.changePassword("secret", "another");
    await until(() => of.to("POST /auth/password/change").length === 1);
    const asking = other.auth.whoami();
    await until(() => of.to("GET /auth/me").length === 1);
    await pause(20);
    answer.open(json(granted({ session: "session-2", id: "2" })));

    await changed;
    assert.equal((await asking).id, "user-1");
    assert.deepEqual([one.auth.isAuthenticated(), other.auth.isAuthenticated()], [true, true]);
    assert.equal(other.auth.getClaims()?.sid, "session-2");
    one.dispose();
    other.dispose();
  });
}

test("a call that changes the session can't be made for another organization, and keeps nothing waiting", async () => {
  const of = server().on("POST /auth/refresh", () => json(granted({ id: "2" })));
  of.on("POST /auth/login", () => json(granted({}, 0)));
  const only = client(of);
  await only.auth.login(CREDENTIALS);
  await assert.rejects(only.auth.switchOrg("org-b", { organizationId: "org-b" }), { code: "VALIDATION_ERROR" });
  await only.auth.login(CREDENTIALS);
});

test("a call that names the active organization is made for that one after another became active", async () => {
  const issued = { access_token: "token-for-a", token_type: "Bearer", expires_in: 300, expires_at: "" };
  const of = server()
    .on("GET /billing/balance", ({ headers }) =>
      headers.authorization === bearer() ? refusal(401, "TOKEN_STALE") : json({ balance: 1 }),
    )
    .on("POST /auth/refresh", () => json(granted({ organization: "org-b", id: "2" })))
    .on("POST /auth/token", () => json(issued));
  const only = client(of);
  await only.auth.login(CREDENTIALS);

  await only.billing.getBalance({ organizationId: "org-a" });

  assert.equal(of.to("GET /billing/balance").at(-1)?.headers.authorization, "Bearer token-for-a");
});

test("a late refusal of a token that has been replaced doesn't make yet another one", async () => {
  let count = 0;
  const late = gate<Response>();
  const of = server().on("POST /auth/token", () =>
    json({ access_token: `token-${(count += 1)}`, token_type: "Bearer", expires_in: 300, expires_at: "" }),
  );
  let asked = 0;
  of.on("GET /billing/balance", ({ headers }) => {
    if (headers.authorization !== "Bearer token-1") return json({ balance: 1 });
    return (asked += 1) === 1 ? refusal(401, "TOKEN_STALE") : late.opened;
  });
  const only = client(of);
  await only.auth.login(CREDENTIALS);
  const balances = [1, 2].map(() => only.billing.getBalance({ organizationId: "org-b" }));
  await balances[0];
  late.open(refusal(401, "TOKEN_STALE"));
  await balances[1];
  assert.equal(of.to("POST /auth/token").length, 2);
});

// What follows is about pages whose tokens are in cookies.

function inCookies(user = "user-1", organization = "org-a"): object {
  const { tokens: _tokens, ...rest } = granted({ user, organization }) as Record<string, unknown>;
  return { ...rest, expires_in: 300 };
}

/** The server of a page: what its cookies hold is kept here. */
function serverOfPage(jar: { user: string; organization: string }): FakeServer {
  return server()
    .on("GET /auth/session", () => json({ valid: false, error_code: "UNAUTHORIZED", roles: [], permissions: [] }))
    .on("POST /auth/refresh", () => refusal(401, "UNAUTHORIZED"))
    .on("POST /auth/login", () => json(inCookies()))
    .on("POST /auth/token", ({ body }) => {
      const organization = (body as { organization_id: string }).organization_id;
      const token = accessToken({ user: jar.user, organization });
      return json({ access_token: token, token_type: "Bearer", expires_in: 300, expires_at: "" });
    })
    .on("POST /billing/checkout", () => json({ checkout_url: "https://pay.test" }));
}

const CHECKOUT = { plan_code: "pro", success_url: "https://a.test", cancel_url: "https://a.test" };

test("a page acts for the organization that it shows, whatever its cookies act for by now", async () => {
  const jar = { user: "user-1", organization: "org-a" };
  const of = serverOfPage(jar);
  const page = client(of, "cookie");
  await page.auth.login(CREDENTIALS);
  jar.organization = "org-b";

  await page.billing.startCheckout(CHECKOUT);

  const [{ headers }] = of.to("POST /billing/checkout");
  assert.equal(headers.authorization, bearer({ user: "user-1", organization: "org-a" }));
  page.dispose();
});

test("a page does nothing for another user whose cookies it has by now", async () => {
  const jar = { user: "user-1", organization: "org-a" };
  const of = serverOfPage(jar);
  const page = client(of, "cookie");
  await page.auth.login(CREDENTIALS);
  jar.user = "user-2";

  await assert.rejects(page.billing.startCheckout(CHECKOUT), { code: "SIGNED_OUT" });

  assert.equal(of.to("POST /billing/checkout").length, 0);
  assert.equal(page.auth.isAuthenticated(), false);
  page.dispose();
});

test("after a sign-out that the server could not be told, cookies bring nobody back", async () => {
  const of = serverOfPage({ user: "user-1", organization: "org-a" });
  of.on("POST /auth/logout", () => Promise.reject(new TypeError("offline")));
  of.on("POST /auth/refresh", () => json(inCookies()));
  const page = client(of, "cookie");
  await page.auth.login(CREDENTIALS);
  await assert.rejects(page.auth.logout(), { code: "NETWORK_ERROR" });
  const before = of.seen.length;

  await assert.rejects(page.auth.whoami(), { code: "UNAUTHORIZED" });
  await assert.rejects(page.auth.refresh(), { code: "UNAUTHORIZED" });

  assert.deepEqual([of.seen.length, page.auth.isAuthenticated()], [before, false]);
  of.on("POST /auth/logout", () => nothing());
  await page.auth.logout();
  await page.auth.login(CREDENTIALS);
  of.on("GET /auth/me", () => json({ id: "user-1" }));
  assert.equal((await page.auth.whoami()).id, "user-1");
  page.dispose();
});

test("signing in while a page looks for its cookies waits for what it finds, and then counts alone", async () => {
  const of = serverOfPage({ user: "user-1", organization: "org-a" });
  const found = gate<Response>();
  of.on("POST /auth/refresh", () => found.opened);
  of.on("POST /auth/login", () => json(inCookies("user-2")));
  const page = client(of, "cookie");
  const looking = page.ready();
  await until(() => of.to("POST /auth/refresh").length === 1);
  const signingIn = page.auth.login(CREDENTIALS);
  await pause(10);
  assert.equal(of.to("POST /auth/login").length, 0);
  found.open(json(inCookies("user-1")));
  await Promise.all([looking, signingIn]);
  assert.equal(page.auth.getClaims()?.sub, "user-2");
  page.dispose();
});

// And this, about storages.

test("a storage that takes its time ends up with what was done last", async () => {
  const items = new Map<string, string>();
  const slow: SessionStorage = {
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => {
      await pause(20);
      items.set(key, value);
    },
    removeItem: async (key) => void items.delete(key),
  };
  const of = server().on("POST /auth/refresh", () => json(granted({ id: "2" })));
  const only = client(of, slow);
  await only.auth.login(CREDENTIALS);
  await only.auth.refresh();
  assert.equal(only.auth.isAuthenticated(), true);
  await only.auth.logout();
  await pause(60);
  assert.equal(items.size, 0);
});

test("a storage that is forbidden is none: the client begins with nobody, and keeps who signs in", async () => {
  const forbidden = (): never => {
    throw new DOMException("denied", "SecurityError");
  };
  const of = server().on("GET /auth/me", () => json({ id: "user-1" }));
  const only = client(of, { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
  await only.ready();
  await assert.rejects(only.auth.whoami(), { code: "UNAUTHORIZED" });
  await only.auth.login(CREDENTIALS);
  assert.equal((await only.auth.whoami()).id, "user-1");
});

test("tokens that come after the client was disposed of are kept for the next page", async (context) => {
  const storage = new SharedStorage(context.name);
  const answer = gate<Response>();
  const of = server().on("POST /auth/refresh", () => answer.opened);
  const only = client(of, storage);
  await only.auth.login(CREDENTIALS);
  const refreshing = only.auth.refresh();
  await until(() => of.to("POST /auth/refresh").length === 1);
  only.dispose();
  answer.open(json(granted({ id: "2" })));
  await refreshing;
  await assert.rejects(only.auth.whoami(), { code: "DISPOSED" });
  const next = client(of, bound(storage));
  assert.equal(await next.auth.getAccessToken(), accessToken({ id: "2" }));
});
