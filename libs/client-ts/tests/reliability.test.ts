import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { type Paged, createAuthClient, createReauthClient } from "@guildhall/client";
import { createBackOffice } from "@guildhall/client/back-office";
import { createServerClient } from "@guildhall/client/server";
import { FakeServer, granted, json } from "./harness/fake_server.js";

const ADDRESS = { baseUrl: "https://guildhall.test" };
const CREDENTIALS = { email: "user-1@example.com", password: "secret" };

/** Every object that has methods which make calls, signed in. */
async function everything(server: FakeServer) {
  const { fetch } = server;
  const client = createAuthClient({ apiBaseUrl: ADDRESS.baseUrl, fetch });
  const flat = createReauthClient({ ...ADDRESS, fetch });
  const byKey = createServerClient({ ...ADDRESS, fetch, apiKey: "gh_sk_test" });
  const { auth, account, organizations, billing } = client;
  const backOffice = createBackOffice(client);
  await auth.login(CREDENTIALS);
  await flat.signIn(CREDENTIALS);
  server.seen.length = 0;
  return { auth, account, organizations, billing, backOffice, users: backOffice.users, flat, byKey };
}

/** The names of an object's methods, those of its class's parent included. */
function methodsOf(object: object): string[] {
  const own = Object.getPrototypeOf(object) as object;
  const parent = Object.getPrototypeOf(own) as object;
  return [own, ...(parent === Object.prototype ? [] : [parent])].flatMap((type) => Object.getOwnPropertyNames(type));
}

const signedIn = (): FakeServer => new FakeServer().on("POST /auth/login", () => json(granted()));

for (const minutes of [-10, 10]) {
  test(`a clock that is ${minutes} minutes off renews no token before its time, nor too late`, async (context) => {
    let now = Date.now();
    context.mock.method(Date, "now", () => now + minutes * 60_000);
    const server = signedIn()
      .on("POST /auth/refresh", () => json(granted({ id: "2" })))
      .on("GET /me/export", () => json({}));
    const client = createAuthClient({ apiBaseUrl: ADDRESS.baseUrl, fetch: server.fetch });
    await client.auth.login(CREDENTIALS);
    now += 200_000;
    await client.account.exportMyData();
    assert.equal(server.to("POST /auth/refresh").length, 0);
    now += 97_000;
    await client.account.exportMyData();
    assert.equal(server.to("POST /auth/refresh").length, 1);
    assert.notEqual(server.seen.at(-1)?.headers["authorization"], server.seen[1].headers["authorization"]);
  });
}

test("every list goes on: the next page, of the same list, with the same question", async () => {
  const server = signedIn().otherwise(({ query }) => {
    const isSecond = query.includes("page_token=more");
    const entry = { organization: {}, features: [], user: {} };
    // Whatever the answer calls its list: the client takes the array that is there.
    return json({ entries: isSecond ? [] : [entry], next_page_token: isSecond ? "" : "more" });
  });
  const { auth: _auth, ...modules } = await everything(server);
  const lists: Record<string, Promise<Paged<unknown>>> = {};
  const query = { page_size: 3 };
  for (const [module, object] of Object.entries(modules)) {
    for (const name of methodsOf(object)) {
      if (!/^(list|adminList|getMyOrgs|getPlans|getTransactions)/.test(name)) continue;
      const method = (object as unknown as Record<string, (...given: unknown[]) => Promise<Paged<unknown>>>)[name];
      // The query stands before the options, behind the ids.
      lists[`${module}.${name}`] = method.call(object, ...Array<string>(method.length - 2).fill("id"), query);
    }
  }
  for (const [name, list] of Object.entries(lists)) {
    const page = await list;
    assert.deepEqual([page.length, page.hasMore, page.nextPageToken], [1, true, "more"], name);
    server.seen.length = 0;
    const next = await page.next();
    const [{ query: asked }] = server.seen;
    assert.equal(asked, "?page_size=3&page_token=more", name);
    assert.deepEqual([next?.length, next?.hasMore, await next?.next()], [0, false, null], name);
    let count = 0;
    for await (const _ of page) count += 1;
    assert.equal(count, 1, name);
  }
  assert.equal(Object.keys(lists).length, 26);
});

/** Methods whose callers can't give them up: they are shared with others, or make no call. */
const SHARED = ["refresh", "tokenFor", "getAccessToken", "getToken"];
const WITHOUT_A_CALL = ["constructor", "isAuthenticated", "getClaims", "onChange", "on", "ready", "dispose"];
/** Those that go to a page, what a request says of itself, and sign-outs, which hold here in any case. */
const ELSEWHERE = [
  "auth.logout",
  "flat.logout",
  "flat.login",
  "flat.subscribe",
  "byKey.authenticate",
  "byKey.feedState",
];
/** What will do as an id, a text or a body. */
const GIVEN = Object.assign("given", { successUrl: "https://a.test/", cancelUrl: "https://a.test/" });
/** Where the options stand, where parameters have defaults, which a function's length leaves out. */
const OPTIONS_AT: Record<string, number> = {
  "flat.inviteToOrg": 3,
  "flat.createInviteLink": 2,
  "organizations.createInviteLink": 2,
};

test("every call can be given up before it is made, and is then not made", async () => {
  const server = signedIn();
  const modules = await everything(server);
  const aborted = { signal: AbortSignal.abort() };
  const given: string[] = [];
  for (const [module, object] of Object.entries(modules)) {
    for (const name of methodsOf(object)) {
      if ([...SHARED, ...WITHOUT_A_CALL].includes(name) || ELSEWHERE.includes(`${module}.${name}`)) continue;
      const method = (object as unknown as Record<string, (...given: unknown[]) => unknown>)[name];
      const place = OPTIONS_AT[`${module}.${name}`] ?? method.length - 1;
      const outcome = method.call(object, ...Array<unknown>(place).fill(GIVEN), aborted);
      const isStream = Symbol.asyncIterator in (outcome as object) && !(outcome instanceof Promise);
      const ending = isStream ? (outcome as AsyncGenerator<unknown>).next() : (outcome as Promise<unknown>);
      await assert.rejects(ending, { code: "ABORTED" }, `${module}.${name}`);
      given.push(name);
    }
  }
  assert.deepEqual(server.seen, []);
  assert.ok(given.length > 90, String(given.length));
});

test("a process with clients that were disposed of ends by itself", async () => {
  const script = `
    import { createAuthClient, createReauthClient } from "@guildhall/client";
    import { createServerClient } from "@guildhall/client/server";
    import { MockServer, grant } from "@guildhall/client/testing";
    const server = new MockServer().on("POST /auth/login", () => grant({})).on("GET /revocations", () => new Promise(() => {}));
    const items = new Map();
    const storage = {
      channel: "a channel",
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => items.set(key, value),
      removeItem: (key) => items.delete(key),
    };
    const { fetch } = server;
    const clients = [
      createAuthClient({ apiBaseUrl: "https://guildhall.test", fetch, storage }),
      createAuthClient({ apiBaseUrl: "https://guildhall.test", fetch }),
      createReauthClient({ baseUrl: "https://guildhall.test", fetch, storage: "cookie" }),
    ];
    for (const client of clients) await (client.auth?.login({ email: "a", password: "b" }) ?? client.ready().catch(() => {}));
    clients.push(createServerClient({ baseUrl: "https://guildhall.test", fetch, apiKey: "gh_sk_test", revocations: true }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const client of clients) client.dispose();
    console.log("disposed of");`;
  const run = promisify(execFile)("node", ["--input-type=module", "--eval", script], { timeout: 20_000 });
  assert.equal((await run).stdout, "disposed of\n");
});
