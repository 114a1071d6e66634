import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuthClient, createReauthClient } from "@guildhall/client";
import { createServerClient } from "@guildhall/client/server";
import { MockServer, accessToken, createTestIssuer, fakeSession, grant, refusal } from "@guildhall/client/testing";

const ORGANIZATION = { id: "o1", name: "Acme", is_personal: false, created_at: "2026-01-01T00:00:00Z" };

test("a client with a fake session is signed in, without a call, in both styles", async () => {
  const server = new MockServer();
  const options = {
    fetch: server.fetch,
    storage: fakeSession({ email: "ann@example.com", permissions: ["org:update"] }),
  };
  const client = createAuthClient({ apiBaseUrl: "https://guildhall.test", ...options });
  const reauth = createReauthClient({ baseUrl: "https://guildhall.test", ...options });
  for (const one of [client, reauth]) await one.ready();
  assert.deepEqual(client.auth.getClaims()?.permissions, ["org:update"]);
  assert.equal(reauth.getClaims()?.email, "ann@example.com");
  assert.equal(server.seen.length, 0);
});

test("routes are answered by what was said of them, the exact one first", async () => {
  const server = new MockServer()
    .on("GET /orgs/{orgId}", ({ params }) => ({ ...ORGANIZATION, id: params["orgId"] }))
    .on("GET /orgs/o2", { ...ORGANIZATION, name: "Exact" })
    .on("PUT /orgs/{orgId}", ({ body }) => ({ ...ORGANIZATION, ...(body as object) }))
    .on("DELETE /orgs/{orgId}/members/{userId}", undefined);
  const client = createAuthClient({
    apiBaseUrl: "https://guildhall.test",
    fetch: server.fetch,
    storage: fakeSession(),
  });

  assert.equal((await client.organizations.get("o1")).id, "o1");
  assert.equal((await client.organizations.get("o2")).name, "Exact");
  assert.equal((await client.organizations.update("o1", { name: "New" })).name, "New");
  await client.organizations.removeMember("o1", "u1");

  const [removal] = server.to("DELETE /orgs/{orgId}/members/{userId}");
  assert.deepEqual(removal?.params, { orgId: "o1", userId: "u1" });
  assert.equal(removal?.headers["authorization"], `Bearer ${accessToken()}`);
  assert.equal(server.seen.length, 4);
});

test("a route that nothing was said of is refused by its name", async () => {
  const client = createAuthClient({
    apiBaseUrl: "https://guildhall.test",
    fetch: new MockServer().fetch,
    storage: fakeSession(),
  });
  await assert.rejects(client.auth.whoami(), { code: "NOT_FOUND", message: /GET \/auth\/me has no answer here/ });
});

test("refusals, lost connections, sign-ins and new tokens can be played", async () => {
  const server = new MockServer()
    .on("POST /auth/login", grant({ sub: "user-7" }))
    .on("POST /auth/refresh", grant({ sub: "user-7", jti: "2", permissions: ["org:read", "org:update"] }))
    .on("GET /auth/me", ({ headers }) =>
      headers["authorization"] === `Bearer ${accessToken({ sub: "user-7" })}`
        ? refusal(401, "TOKEN_STALE")
        : { id: "user-7" },
    )
    .on("DELETE /me/orgs/o1", refusal(409, "LAST_OWNER", "Make somebody an owner first."))
    .on("GET /billing/plans", () => {
      throw new TypeError("connection reset");
    });
  const client = createAuthClient({ apiBaseUrl: "https://guildhall.test", fetch: server.fetch, maxRetries: 0 });
  await client.auth.login({ email: "user-7@example.com", password: "secret" });
  assert.equal((await client.auth.whoami()).id, "user-7");
  assert.deepEqual(client.auth.getClaims()?.permissions, ["org:read", "org:update"]);
  for (let round = 0; round < 2; round += 1) {
    await assert.rejects(client.account.leaveOrg("o1"), { code: "LAST_OWNER", status: 409 });
  }
  await assert.rejects(client.billing.listPlans(), { code: "NETWORK_ERROR" });
});

test("a server's own code is tested with tokens that it accepts, and none that another made", async () => {
  const issuer = await createTestIssuer();
  const guildhall = createServerClient({ baseUrl: issuer.url, fetch: issuer.fetch, apiKey: "gh_sk_test" });
  const authorization = `Bearer ${await issuer.token({ permissions: ["orders:write"], org_role: "member", roles: [] })}`;
  const { user } = await guildhall.authenticate({ authorization });
  assert.deepEqual([user?.permissions, user?.orgRole, user?.email], [["orders:write"], "member", "user@example.com"]);

  const other = await createTestIssuer();
  const foreign = await guildhall.authenticate({ authorization: `Bearer ${await other.token()}` });
  assert.deepEqual([foreign.valid, foreign.reason], [false, "TOKEN_INVALID"]);
  const unsigned = await guildhall.authenticate({ authorization: `Bearer ${accessToken()}` });
  assert.equal(unsigned.valid, false);

  issuer.server.on("GET /billing/orgs/{orgId}/balance", { balance: 5, currency: "credits", overdraft_limit: 0 });
  assert.equal((await guildhall.getBalance("o1")).balance, 5);
});
