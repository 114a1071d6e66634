import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { inspect } from "node:util";
import { type AuthClient, GuildhallError, createAuthClient, createReauthClient } from "@guildhall/client";
import { createServerClient } from "@guildhall/client/server";
import { FakeServer, accessToken, granted, json, nothing, refusal } from "./harness/fake_server.js";
import { SharedStorage, until } from "./harness/tabs.js";

// What others could send or read: other scripts on a channel, answers with strange members, logs.

const API = "https://guildhall.test/api/v1";
const CREDENTIALS = { email: "user-1@example.com", password: "secret" };

function client(of: FakeServer, storage?: SharedStorage): AuthClient {
  return createAuthClient({ apiBaseUrl: API, fetch: of.fetch, ...(storage && { storage }) });
}

function server(): FakeServer {
  return new FakeServer()
    .on("POST /auth/login", () => json(granted()))
    .on("POST /auth/logout", () => nothing())
    .on("GET /auth/me", () => json({ id: "user-1" }));
}

/** A channel as another script of the origin has it. */
function channelOf(context: TestContext, storage: SharedStorage): (message: unknown) => void {
  const channel = new BroadcastChannel(storage.channel);
  context.after(() => channel.close());
  return (message) => channel.postMessage(message);
}

test("messages that no tab of ours sends change nothing, and break nothing", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const one = client(of, storage);
  context.after(() => one.dispose());
  await one.auth.login(CREDENTIALS);
  const events: string[] = [];
  one.auth.onChange((event) => events.push(event));
  const tell = channelOf(context, storage);
  const other = JSON.parse([...storage.items.values()][0]) as Record<string, unknown>;
  const later = JSON.stringify({ ...other, claims: { sub: "somebody-else" }, stamp: Date.now() + 60_000 });
  const strange = [null, 7, "session", [], {}, { kind: "session" }, { kind: "session", held: "{}" }, { held: later }];
  for (const message of strange) tell(message);
  tell({ kind: "session", held: other });
  tell({ kind: "session", held: later.replace('"version":1', '"version":2') });
  tell({ kind: "a later kind", held: later });
  // Messages come in their order.
  tell({ kind: "organizations" });
  await until(() => events.length > 0);
  assert.deepEqual(events, ["organizations-changed"]);
  assert.equal(one.auth.getClaims()?.sub, "user-1");
});

test("what is printed of a client, or of what it throws, shows no token, key or password", async () => {
  const of = server().on("GET /auth/me", () => refusal(403, "FORBIDDEN"));
  const modular = client(of);
  await modular.auth.login(CREDENTIALS);
  const flat = createReauthClient({ baseUrl: "https://guildhall.test", fetch: of.fetch });
  await flat.signIn(CREDENTIALS);
  const byKey = createServerClient({ baseUrl: "https://guildhall.test", fetch: of.fetch, apiKey: "gh_sk_secret" });
  const refused: unknown = await modular.auth.whoami().catch((error: unknown) => error);
  const lost = createAuthClient({ apiBaseUrl: API, maxRetries: 0, fetch: () => Promise.reject(new TypeError("lost")) });
  const unreached: unknown = await lost.auth.login(CREDENTIALS).catch((error: unknown) => error);
  assert.ok(refused instanceof GuildhallError && unreached instanceof GuildhallError);
  for (const thing of [modular, modular.auth, modular.organizations, flat, byKey, refused, unreached]) {
    const printed = inspect(thing, { depth: 20, showHidden: true }) + JSON.stringify(thing);
    for (const secret of [accessToken(), "refresh-1", "gh_sk_secret", CREDENTIALS.password]) {
      assert.ok(!printed.includes(secret), printed);
    }
  }
});

test("members of an answer that are named like a prototype change no other object", async (context) => {
  const text = (value: object): string => JSON.stringify(value).replace("{", '{"__proto__":{"polluted":true},');
  const strange = (value: object, status = 200) => new Response(text(value), { status });
  const of = new FakeServer()
    .on("POST /auth/login", () => strange(granted()))
    .on("GET /me/orgs", () => strange({ organizations: [{ organization: {} }], next_page_token: "" }))
    .on("GET /auth/me", () => strange({ error: { code: "FORBIDDEN", message: "No.", details: {} } }, 403));
  const storage = new SharedStorage(context.name);
  const one = client(of, storage);
  await one.auth.login(CREDENTIALS);
  await one.account.getMyOrgs();
  await assert.rejects(one.auth.whoami(), { code: "FORBIDDEN" });
  one.dispose();
  for (const [key, value] of storage.items) storage.setItem(key, value.replace("{", '{"__proto__":{"polluted":true},'));
  const next = client(of, storage);
  await next.ready();
  next.dispose();
  for (const thing of [{}, one, next, next.auth.getClaims()]) {
    assert.equal((thing as { polluted?: boolean }).polluted, undefined);
  }
});

test("a token goes to the server alone, whatever an answer or an id says", async () => {
  const seen: [address: string, redirect: RequestRedirect | undefined][] = [];
  const of = server();
  const fetch: typeof globalThis.fetch = (input, init) => {
    seen.push([String(input), init?.redirect]);
    if (String(input).endsWith("/auth/login")) return of.fetch(input, init);
    return Promise.resolve(new Response(null, { status: 302, headers: { location: "https://evil.test/" } }));
  };
  const one = createAuthClient({ apiBaseUrl: API, fetch, maxRetries: 0 });
  await one.auth.login(CREDENTIALS);
  for (const id of ["https://evil.test", "//evil.test", "\\\\evil.test", "@evil.test", "../../x", "a?b#c"]) {
    await assert.rejects(one.organizations.get(id), { code: "UNEXPECTED_ANSWER" });
  }
  assert.equal(seen.length, 7);
  for (const [address, redirect] of seen) {
    assert.deepEqual([new URL(address).origin, redirect], ["https://guildhall.test", "manual"]);
    assert.match(new URL(address).pathname, /^\/api\/v1\/(auth\/login|orgs\/[^/]+)$/);
  }
});
