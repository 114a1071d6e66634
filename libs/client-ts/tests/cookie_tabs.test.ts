import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type AuthClient, createAuthClient } from "@guildhall/client";
import { FakeServer, accessToken, gate, granted, json, nothing, refusal } from "./harness/fake_server.js";
import { until } from "./harness/tabs.js";

// Two tabs whose session is in cookies, which neither of them sees: tokens that a script can hold are beside it.

const API = "https://guildhall.test/api/v1";
const CREDENTIALS = { email: "user-1@example.com", password: "secret" };

/** What signing in, refreshing and changing the password answer when the tokens are in cookies. */
function inCookies(): object {
  const { tokens: _tokens, ...rest } = granted() as { tokens: object };
  return { ...rest, expires_in: 300 };
}

interface World {
  of: FakeServer;
  one: AuthClient;
  other: AuthClient;
  /** Ends every token that was issued so far, as a change of the password does. */
  revoke: () => void;
}

/** One signs in, and the other takes the session over. */
async function signedIn(context: TestContext): Promise<World> {
  let [issued, revoked] = [0, 0];
  const number = (authorization: string): number => {
    const payload = authorization.split(".")[1];
    return Number((JSON.parse(Buffer.from(payload, "base64url").toString()) as { jti: string }).jti);
  };
  const of = new FakeServer()
    .on("GET /auth/session", () => json({ valid: false, error_code: "UNAUTHORIZED" }))
    .on("POST /auth/refresh", () => refusal(400, "VALIDATION_ERROR"))
    .on("POST /auth/login", () => json(inCookies()))
    .on("POST /auth/logout", () => nothing())
    .on("POST /auth/token", () => {
      const access_token = accessToken({ id: String((issued += 1)) });
      return json({ access_token, token_type: "Bearer", expires_in: 300, expires_at: "" });
    })
    .on("GET /auth/me", ({ headers }) =>
      number(headers.authorization) > revoked ? json({ id: "user-1" }) : refusal(401, "TOKEN_REVOKED"),
    );
  // Clients of one app and server are tabs of one browser.
  const appCode = context.name;
  const tab = (): AuthClient => {
    const client = createAuthClient({ apiBaseUrl: API, appCode, fetch: of.fetch, storage: "cookie", maxRetries: 0 });
    context.after(() => client.dispose());
    return client;
  };
  const [one, other] = [tab(), tab()];
  await Promise.all([one.ready(), other.ready()]);
  of.on("POST /auth/refresh", () => json(inCookies()));
  await one.auth.login(CREDENTIALS);
  await until(() => other.auth.isAuthenticated());
  return { of, one, other, revoke: () => (revoked = issued) };
}

/** Tells whether a tab has heard of a change since, which another made. */
function hearing(tab: AuthClient): () => boolean {
  let hasHeard = false;
  tab.auth.on("refreshed", () => (hasHeard = true));
  return () => hasHeard;
}

test("a password that one tab changes signs out neither it nor another tab that has a token", async (context) => {
  const { of, one, other, revoke } = await signedIn(context);
  of.on("POST /auth/password/change", () => {
    revoke();
    return json(inCookies());
  });
  await other.auth.whoami();
  const former = await other.auth.getAccessToken();
  const hasHeard = hearing(other);

  await one.account.changePassword("secret", "another");
  await until(hasHeard);

  assert.notEqual(await other.auth.getAccessToken(), former);
  for (const tab of [other, one]) assert.equal((await tab.auth.whoami()).id, "user-1");
  assert.deepEqual([one.auth.isAuthenticated(), other.auth.isAuthenticated()], [true, true]);
  assert.equal(of.to("GET /auth/me").length, 3);
});

test("a token beside the session that is refused as revoked is made anew, and the session goes on", async (context) => {
  const { of, one, other, revoke } = await signedIn(context);
  await other.auth.whoami();
  revoke();

  assert.equal((await other.auth.whoami()).id, "user-1");

  assert.deepEqual([of.to("POST /auth/token").length, of.to("GET /auth/me").length], [2, 3]);
  assert.deepEqual([one.auth.isAuthenticated(), other.auth.isAuthenticated()], [true, true]);
});

test("a token that is refused as revoked twice is not made anew for ever, and ends nothing", async (context) => {
  const { of, other } = await signedIn(context);
  of.on("GET /auth/me", () => refusal(401, "TOKEN_REVOKED"));
  await assert.rejects(other.auth.whoami(), { code: "TOKEN_REVOKED" });
  assert.deepEqual([of.to("POST /auth/token").length, of.to("GET /auth/me").length], [2, 2]);
  assert.equal(other.auth.isAuthenticated(), true);
});

test("a session that is refused a token as revoked is over, in every tab", async (context) => {
  const { of, one, other, revoke } = await signedIn(context);
  await other.auth.whoami();
  revoke();
  of.on("POST /auth/token", () => refusal(401, "TOKEN_REVOKED"));
  await assert.rejects(other.auth.whoami(), { code: "TOKEN_REVOKED" });
  assert.equal(other.auth.isAuthenticated(), false);
  await until(() => !one.auth.isAuthenticated());
});

test("rights that one tab fetches reach the tokens of the other", async (context) => {
  const { one, other } = await signedIn(context);
  const former = await other.auth.getAccessToken();
  assert.equal(await other.auth.getAccessToken(), former);
  const hasHeard = hearing(other);
  await one.auth.refresh();
  await until(hasHeard);
  assert.notEqual(await other.auth.getAccessToken(), former);
});

/** What the tabs of a test tell each other from now on. */
function listening(context: TestContext): string[] {
  const told: string[] = [];
  const channel = new BroadcastChannel(`guildhall:${context.name}:${API}`);
  channel.onmessage = ({ data }: { data: unknown }) => told.push((data as { kind: string }).kind);
  context.after(() => channel.close());
  return told;
}

/** A tab goes on with the session while the other signs out: its answer comes before it has heard of that. */
async function signingOutBesideRefresh({ of, one, other }: World): Promise<void> {
  const answer = gate<Response>();
  of.on("POST /auth/refresh", () => answer.opened);
  const before = of.to("POST /auth/refresh").length;
  const refreshing = other.auth.refresh().catch(() => undefined);
  await until(() => of.to("POST /auth/refresh").length > before);
  const leaving = one.auth.logout();
  while (one.auth.isAuthenticated()) await Promise.resolve();
  // Messages of other tabs come in turns of their own, so this one hears of nothing yet; and time goes on.
  const now = Date.now();
  while (Date.now() < now + 3);
  answer.open(json(inCookies()));
  await Promise.all([refreshing, leaving]);
}

test("a session that was signed out of is not brought back by another tab's refresh", async (context) => {
  const world = await signedIn(context);
  const { one, other } = world;
  const events: string[] = [];
  one.auth.onChange((event) => events.push(event));
  const told = listening(context);

  await signingOutBesideRefresh(world);
  // It went on with the session, and was told again.
  await until(() => String(told) === "signed-out,session,signed-out");
  await until(() => !other.auth.isAuthenticated());

  assert.deepEqual([one.auth.isAuthenticated(), other.auth.isAuthenticated()], [false, false]);
  assert.deepEqual(events, ["signed-out"]);
});
