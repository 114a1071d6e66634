import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuthClient, type AuthClientOptions, createAuthClient, isGuildhallError } from "@guildhall/client";
import { FakeServer, bearer, gate, granted, json, nothing, refusal } from "./harness/fake_server.js";

const CREDENTIALS = { email: "user-1@example.com", password: "secret" };

async function signedIn(server: FakeServer, options: Partial<AuthClientOptions> = {}): Promise<AuthClient> {
  const client = createAuthClient({ apiBaseUrl: "https://guildhall.test/api/v1", fetch: server.fetch, ...options });
  await client.auth.login(CREDENTIALS);
  return client;
}

/** Logs in with token 1, of so many seconds; each refresh counts on. */
function issuing(lifetime = 300): FakeServer {
  let count = 1;
  return new FakeServer()
    .on("POST /auth/login", () => json(granted({}, lifetime)))
    .on("POST /auth/refresh", () => json(granted({ id: String((count += 1)) })))
    .on("POST /auth/logout", () => nothing())
    .on("GET /auth/me", () => json({ id: "user-1" }));
}

test("nobody is signed in at first, and a call that needs somebody says so without a request", async () => {
  const server = new FakeServer();
  const client = createAuthClient({ apiBaseUrl: "https://guildhall.test/api/v1", fetch: server.fetch });
  await client.ready();
  assert.deepEqual([client.auth.isAuthenticated(), client.auth.getClaims()], [false, null]);
  assert.equal(await client.auth.getAccessToken(), null);
  await assert.rejects(client.auth.whoami(), { code: "UNAUTHORIZED" });
  assert.equal(server.seen.length, 0);
});

test("many calls with an expired token make one refresh, and all go out with the new one", async () => {
  const server = issuing();
  server.on("GET /auth/me", ({ headers }) =>
    headers.authorization === bearer({ id: "1" }) ? refusal(401, "TOKEN_EXPIRED") : json({ id: "user-1" }),
  );
  const client = await signedIn(server);

  const users = await Promise.all(Array.from({ length: 20 }, () => client.auth.whoami()));

  assert.equal(users.length, 20);
  assert.equal(server.to("POST /auth/refresh").length, 1);
  assert.deepEqual(server.to("POST /auth/refresh")[0].body, { refresh_token: "refresh-1" });
});

test("a token that is about to end is renewed before the call", async () => {
  const server = issuing(4);
  const client = await signedIn(server);
  server.on("POST /auth/refresh", () => json(granted({ id: "2" })));
  await new Promise((resolve) => setTimeout(resolve, 2_050));

  await client.auth.whoami();

  assert.equal(server.to("GET /auth/me")[0].headers.authorization, bearer({ id: "2" }));
});

test("a stale token is refreshed once, and the call is made again under its own idempotency key", async () => {
  const server = issuing().on("POST /me/orgs", ({ headers }) =>
    headers.authorization === bearer({ id: "1" }) ? refusal(401, "TOKEN_STALE") : json({ id: "o1" }),
  );
  const client = await signedIn(server);

  await client.organizations.create({ name: "A" });

  const [first, second, ...more] = server.to("POST /me/orgs");
  assert.equal(more.length, 0);
  assert.equal(second.headers["idempotency-key"], first.headers["idempotency-key"]);
});

test("a token that is stale again after the refresh is not refreshed for ever", async () => {
  const server = issuing().on("GET /auth/me", () => refusal(401, "TOKEN_STALE"));
  const client = await signedIn(server);
  await assert.rejects(client.auth.whoami(), { code: "TOKEN_STALE", requestId: "request-of-a-test" });
  assert.equal(server.to("POST /auth/refresh").length, 1);
  assert.equal(client.auth.isAuthenticated(), true);
});

test("a revoked token signs out, and says so once", async () => {
  const server = issuing().on("GET /auth/me", () => refusal(401, "TOKEN_REVOKED"));
  const client = await signedIn(server);
  const events: string[] = [];
  client.auth.onChange((event) => events.push(event));
  await assert.rejects(client.auth.whoami(), { code: "TOKEN_REVOKED" });
  assert.equal(client.auth.isAuthenticated(), false);
  assert.deepEqual([events, server.to("POST /auth/refresh").length], [["signed-out"], 0]);
});

test("a refused refresh signs out; one that could not be made does not", async () => {
  const server = issuing();
  const client = await signedIn(server, { maxRetries: 0 });
  server.on("POST /auth/refresh", () => Promise.reject(new TypeError("offline")));
  await assert.rejects(client.auth.refresh(), { code: "NETWORK_ERROR", retryable: true });
  assert.equal(client.auth.isAuthenticated(), true);
  server.on("POST /auth/refresh", () => refusal(503, "SERVICE_UNAVAILABLE", "later", { "retry-after": "60" }));
  await assert.rejects(client.auth.refresh(), { code: "SERVICE_UNAVAILABLE", retryAfterMs: 60_000 });
  assert.equal(client.auth.isAuthenticated(), true);

  server.on("POST /auth/refresh", () => refusal(401, "TOKEN_INVALID"));
  await assert.rejects(client.auth.refresh(), { code: "TOKEN_INVALID" });
  assert.equal(client.auth.isAuthenticated(), false);
});

test("signing out wins over a refresh that is under way", async () => {
  const server = issuing();
  const client = await signedIn(server);
  const answer = gate<Response>();
  server.on("POST /auth/refresh", () => answer.opened);
  const refreshing = client.auth.refresh();
  const refused = assert.rejects(refreshing, { code: "SIGNED_OUT" });
  while (server.to("POST /auth/refresh").length === 0) await new Promise(setImmediate);

  const leaving = client.auth.logout();
  await new Promise(setImmediate);
  assert.equal(client.auth.isAuthenticated(), false);
  assert.equal(server.to("POST /auth/logout").length, 0);
  answer.open(json(granted({ id: "2" })));
  await leaving;
  await refused;

  assert.deepEqual([client.auth.isAuthenticated(), await client.auth.getAccessToken()], [false, null]);
  assert.deepEqual(server.to("POST /auth/logout")[0].body, { refresh_token: "refresh-1" });
});

test("a call that waits for its refresh when somebody else signs in is not made for that one", async () => {
  const server = issuing();
  server.on("GET /auth/me", () => refusal(401, "TOKEN_EXPIRED"));
  const client = await signedIn(server);
  const answer = gate<Response>();
  server.on("POST /auth/refresh", () => answer.opened);
  const asking = assert.rejects(client.auth.whoami(), { code: "SIGNED_OUT" });
  while (server.to("POST /auth/refresh").length === 0) await new Promise(setImmediate);
  void client.auth.logout();
  server.on("POST /auth/login", () => json(granted({ user: "user-2", session: "session-2", id: "9" })));
  const signingIn = client.auth.login({ email: "user-2@example.com", password: "secret" });
  answer.open(json(granted({ id: "2" })));

  await asking;
  await signingIn;

  assert.equal(server.to("GET /auth/me").length, 1);
  assert.equal(client.auth.getClaims()?.sub, "user-2");
});

test("a call for one organization is never made again for another", async () => {
  const server = issuing();
  server.on("GET /billing/balance", () => refusal(401, "TOKEN_STALE"));
  server.on("POST /auth/refresh", () => json(granted({ organization: "org-b", id: "2" })));
  const client = await signedIn(server);

  await assert.rejects(client.billing.getBalance(), { code: "ORGANIZATION_CHANGED", retryable: false });

  assert.deepEqual(
    server.to("GET /billing/balance").map(({ headers }) => headers.authorization),
    [bearer()],
  );
});

test("a call that names its organization in the path goes on after the active one changed", async () => {
  const server = issuing();
  server.on("GET /orgs/org-a", ({ headers }) =>
    headers.authorization === bearer({ id: "1" }) ? refusal(401, "TOKEN_STALE") : json({ id: "org-a" }),
  );
  server.on("POST /auth/refresh", () => json(granted({ organization: "org-b", id: "2" })));
  const client = await signedIn(server);
  assert.equal((await client.organizations.get("org-a")).id, "org-a");
});

test("a call for an organization that isn't the active one goes with a token of its own, made once", async () => {
  const token = { access_token: "token-for-b", token_type: "Bearer", expires_in: 300, expires_at: "" };
  const server = issuing()
    .on("POST /auth/token", () => json(token))
    .on("GET /billing/balance", () => json({ balance: 1, currency: "credits", overdraft_limit: 0 }));
  const client = await signedIn(server);

  const balances = [1, 2, 3].map(() => client.billing.getBalance({ organizationId: "org-b" }));
  await Promise.all([...balances, client.billing.getBalance()]);

  assert.equal(server.to("POST /auth/token").length, 1);
  assert.deepEqual(server.to("POST /auth/token")[0].body, { organization_id: "org-b" });
  const tokens = server.to("GET /billing/balance").map(({ headers }) => headers.authorization);
  assert.deepEqual(tokens.sort(), [...Array(3).fill("Bearer token-for-b"), bearer()].sort());
  assert.equal(client.auth.getClaims()?.active_org_id, "org-a");
});

test("switching and refreshing never cross: each exchange has the tokens of the one before", async () => {
  const server = issuing();
  const answer = gate<Response>();
  server.on("POST /auth/refresh", () => answer.opened);
  server.on("POST /auth/switch-org", () => {
    const { tokens } = granted({ organization: "org-b", id: "3" }) as { tokens: object };
    return json({ tokens, active_org_id: "org-b", org_role: "owner", roles: [], permissions: [] });
  });
  const client = await signedIn(server);
  const refreshing = client.auth.refresh();
  const switching = client.auth.switchOrg("org-b");
  while (server.to("POST /auth/refresh").length === 0) await new Promise(setImmediate);
  assert.equal(server.to("POST /auth/switch-org").length, 0);
  answer.open(json(granted({ id: "2" })));
  await Promise.all([refreshing, switching]);

  assert.equal(server.to("POST /auth/switch-org")[0].headers.authorization, bearer({ id: "2" }));
  assert.equal(client.auth.getClaims()?.active_org_id, "org-b");
});

test("a switch whose token is stale refreshes and switches, without waiting for itself", async () => {
  const server = issuing();
  server.on("POST /auth/switch-org", ({ headers }) => {
    if (headers.authorization === bearer({ id: "1" })) return refusal(401, "TOKEN_STALE");
    const { tokens } = granted({ organization: "org-b", id: "3" }) as { tokens: object };
    return json({ tokens, active_org_id: "org-b", org_role: "owner", roles: [], permissions: [] });
  });
  const client = await signedIn(server);
  await client.auth.switchOrg("org-b");
  assert.equal(client.auth.getClaims()?.active_org_id, "org-b");
});

test("the position of a change goes along until a token knows it", async () => {
  const server = issuing()
    .on("DELETE /orgs/o1/members/u1", () => nothing({ "guildhall-position": "o:12" }))
    .on("DELETE /orgs/o1/members/u2", () => nothing({ "guildhall-position": "o:11" }))
    .on("DELETE /auth/sessions/s1", () => nothing({ "guildhall-position": "i:3" }));
  const client = await signedIn(server);
  const demanded = async () => {
    await client.auth.whoami();
    return server.to("GET /auth/me").at(-1)?.headers["guildhall-min-position"];
  };
  assert.equal(await demanded(), undefined);
  await client.organizations.removeMember("o1", "u1");
  assert.equal(await demanded(), "o:12");
  await client.organizations.removeMember("o1", "u2");
  assert.equal(await demanded(), "o:12");
  await client.account.endSession("s1");
  assert.equal(await demanded(), "i:3");
  await client.auth.refresh();
  assert.equal(await demanded(), undefined);
});

test("a hint that rights have grown refreshes beside the call, once for each token", async () => {
  const server = issuing();
  server.on("GET /auth/me", () => json({ id: "user-1" }, { "guildhall-refresh-hint": "rights" }));
  const client = await signedIn(server);
  const refreshed = new Promise((resolve) => client.auth.on("refreshed", resolve));
  server.on("POST /auth/refresh", () => json(granted({ id: "2" })));
  await Promise.all([client.auth.whoami(), client.auth.whoami()]);
  await refreshed;
  assert.equal(server.to("POST /auth/refresh").length, 1);
});

test("a hint that comes late, for a token that has been replaced meanwhile, is no news", async () => {
  const server = issuing();
  const hint = { "guildhall-refresh-hint": "rights" };
  const [late, later] = [gate<Response>(), gate<Response>()];
  server.on("GET /orgs/o1", () => late.opened).on("GET /orgs/o2", () => later.opened);
  const client = await signedIn(server);
  const asking = ["o1", "o2"].map((id) => client.organizations.get(id));
  while (server.seen.length < 3) await new Promise(setImmediate);
  const refreshed = new Promise((resolve) => client.auth.on("refreshed", resolve));
  late.open(json({ id: "o1" }, hint));
  await refreshed;
  // For the token that the hint was taken of, and below for one that was replaced without a hint.
  later.open(json({ id: "o2" }, hint));
  await Promise.all(asking);
  await client.auth.whoami();
  assert.equal(server.to("POST /auth/refresh").length, 1);

  const last = gate<Response>();
  server.on("GET /orgs/o3", () => last.opened);
  const askingAgain = client.organizations.get("o3");
  while (server.to("GET /orgs/o3").length === 0) await new Promise(setImmediate);
  await client.auth.refresh();
  last.open(json({ id: "o3" }, hint));
  await askingAgain;
  await client.auth.whoami();
  assert.equal(server.to("POST /auth/refresh").length, 2);
});

test("a sign-out that the server could not be told holds here, and can be told again", async () => {
  const server = issuing();
  const client = await signedIn(server, { maxRetries: 0 });
  server.on("POST /auth/logout", () => Promise.reject(new TypeError("offline")));
  await assert.rejects(client.auth.logout(), { code: "NETWORK_ERROR" });
  assert.equal(client.auth.isAuthenticated(), false);
  server.on("POST /auth/logout", () => nothing());
  await client.auth.logout();
  assert.deepEqual(server.to("POST /auth/logout").at(-1)?.body, { refresh_token: "refresh-1" });
});

test("every sign-out that the server could not be told is told with the next one, each once", async () => {
  const server = issuing();
  const client = await signedIn(server, { maxRetries: 0 });
  server.on("POST /auth/logout", () => Promise.reject(new TypeError("offline")));
  for (let session = 1; session <= 12; session += 1) {
    if (session > 1) await client.auth.login(CREDENTIALS);
    await assert.rejects(client.auth.logout(), { code: "NETWORK_ERROR" });
    const id = String(session + 1);
    server.on("POST /auth/login", () => json(granted({ session: `session-${id}`, id })));
  }
  const before = server.to("POST /auth/logout").length;
  server.on("POST /auth/logout", () => nothing());
  await client.auth.login(CREDENTIALS);
  await client.auth.logout({ idempotencyKey: "key" });
  await client.auth.logout();

  const told = server.to("POST /auth/logout").slice(before);
  // The last one first, and no more than ten: who is offline for longer has other means to end sessions.
  const tokens = told.map(({ body }) => (body as { refresh_token: string }).refresh_token);
  assert.deepEqual(
    tokens,
    [13, 12, 11, 10, 9, 8, 7, 6, 5, 4].map((id) => `refresh-${id}`),
  );
  // A key names one request.
  const keys = told.map(({ headers }) => headers["idempotency-key"]);
  assert.deepEqual([keys[0], new Set(keys).size], ["key", 10]);
});

test("ending all sessions of one user, or the account, ends none that another began meanwhile", async () => {
  const endings: [string, (client: AuthClient) => Promise<void>][] = [
    ["POST /auth/logout/all", (client) => client.auth.logoutAll()],
    ["DELETE /me/account", (client) => client.account.deleteMyAccount("secret")],
  ];
  for (const [route, end] of endings) {
    const server = issuing();
    const client = await signedIn(server);
    const answer = gate<Response>();
    server.on(route, () => answer.opened);
    const ending = end(client);
    while (server.to(route).length === 0) await new Promise(setImmediate);
    server.on("POST /auth/login", () => json(granted({ user: "user-2", session: "session-2", id: "9" })));
    await client.auth.login({ email: "user-2@example.com", password: "secret" });
    answer.open(nothing());
    await ending;
    assert.equal(client.auth.getClaims()?.sub, "user-2", route);

    server.on(route, () => nothing());
    await end(client);
    assert.equal(client.auth.isAuthenticated(), false, route);
  }
});

test("a client that was disposed of makes no call and tells nobody", async () => {
  const server = issuing();
  const client = await signedIn(server);
  client.dispose();
  const before = server.seen.length;
  await assert.rejects(client.auth.whoami(), { code: "DISPOSED" });
  await assert.rejects(client.auth.getAccessToken(), { code: "DISPOSED" });
  assert.equal(server.seen.length, before);
});

test("errors are told apart by their code", async () => {
  const server = issuing().on("DELETE /me/orgs/o1", () => refusal(409, "LAST_OWNER", "Make somebody an owner first."));
  const client = await signedIn(server);
  const error: unknown = await client.account.leaveOrg("o1").catch((caught: unknown) => caught);
  assert.ok(isGuildhallError(error, "LAST_OWNER"));
  assert.deepEqual(
    [error.status, error.message, error.requestId, error.retryable, error instanceof Error],
    [409, "Make somebody an owner first.", "request-of-a-test", false, true],
  );
  assert.equal(isGuildhallError(error, "SOLE_OWNER"), false);
  assert.equal(isGuildhallError(new Error("another")), false);
});
