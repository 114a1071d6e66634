import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuthClient, type SessionStorage, createAuthClient } from "@guildhall/client";
import { FakeServer, bearer, gate, granted, json, nothing, refusal } from "./harness/fake_server.js";
import { SharedStorage, bound, until } from "./harness/tabs.js";

function server(): FakeServer {
  let count = 1;
  return new FakeServer()
    .on("POST /auth/login", () => json(granted()))
    .on("POST /auth/refresh", () => json(granted({ id: String((count += 1)) })))
    .on("POST /auth/logout", () => nothing())
    .on("GET /auth/me", () => json({ id: "user-1" }));
}

function tab(of: FakeServer, storage: SessionStorage): AuthClient {
  return createAuthClient({ apiBaseUrl: "https://guildhall.test/api/v1", fetch: of.fetch, storage });
}

/** A change that the server refuses, from a tab of its own. */
async function tabRefused(of: FakeServer, storage: SessionStorage): Promise<void> {
  of.on("DELETE /me/orgs/o2", () => refusal(409, "LAST_OWNER"));
  const client = tab(of, storage);
  await client.ready();
  await client.account.leaveOrg("o2").finally(() => client.dispose());
}

const CREDENTIALS = { email: "user-1@example.com", password: "secret" };

test("a session outlives the tab that began it", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  await tab(of, storage).auth.login(CREDENTIALS);
  const later = tab(of, storage);
  await later.ready();
  assert.equal(later.auth.getClaims()?.sub, "user-1");
  assert.equal(await later.auth.getAccessToken(), bearer().slice("Bearer ".length));
});

test("what one tab does, the others know: signing in, refreshing, signing out", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const [one, other] = [tab(of, storage), tab(of, storage)];
  await Promise.all([one.ready(), other.ready()]);
  const events: string[] = [];
  other.auth.onChange((event) => events.push(event));

  await one.auth.login(CREDENTIALS);
  await until(() => other.auth.isAuthenticated());
  await one.auth.refresh();
  await until(() => events.includes("refreshed"));
  await other.auth.whoami();
  assert.equal(of.to("GET /auth/me").at(-1)?.headers.authorization, bearer({ id: "2" }));
  await one.auth.logout();
  await until(() => !other.auth.isAuthenticated());
  assert.deepEqual(events, ["signed-in", "refreshed", "signed-out"]);
  one.dispose();
  other.dispose();
});

test("every tab hears of what changes the user's organizations, and of nothing else by that name", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server().otherwise({ id: "one", user: {}, members: [], next_page_token: "" });
  const [one, other] = [tab(of, storage), tab(of, storage)];
  await Promise.all([one.ready(), other.ready()]);
  await one.auth.login(CREDENTIALS);
  await until(() => other.auth.isAuthenticated());
  const heard: string[][] = [[], []];
  [one, other].forEach((client, index) => client.auth.onChange((event) => heard[index].push(event)));
  const { account, organizations } = one;
  const changes = [
    () => organizations.create({ name: "A" }),
    () => organizations.update("o1", { name: "B" }),
    () => organizations.delete("o1"),
    () => organizations.transferOwnership("o1", "u1"),
    () => organizations.updateMemberRole("o1", "u1", "owner"),
    () => organizations.setMemberRoles("o1", "u1", []),
    () => organizations.adminUpdate("o1", { name: "C" }),
    () => organizations.suspend("o1"),
    () => account.leaveOrg("o1"),
    () => account.acceptInvitation("i1"),
    () => account.acceptInvitationToken("t1"),
    () => account.joinViaLink("t1"),
    () => account.verifyEmail("t1"),
  ];
  for (const change of changes) await change();
  await organizations.listMembers("o1");
  await organizations.createInvitation("o1", { email: "a@b.example" });
  await account.declineInvitation("i1");
  await organizations.createRole("o1", { code: "seller", name: "Seller", permission_codes: [] });
  await one.auth.refresh();
  await until(() => heard.every((events) => events.at(-1) === "refreshed"));

  for (const events of heard) {
    assert.deepEqual(events, [...changes.map(() => "organizations-changed"), "refreshed"]);
  }
  await assert.rejects(tabRefused(of, storage), { code: "LAST_OWNER" });
  assert.equal(heard[1].at(-1), "refreshed");
  one.dispose();
  other.dispose();
});

test("a tab that finds another's newer tokens in the storage takes them in the place of a refresh", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const one = tab(of, storage);
  await one.auth.login(CREDENTIALS);
  // Hears nothing of the others, as a tab that the browser has frozen.
  const deaf = tab(of, bound(storage));
  await deaf.ready();
  await one.auth.refresh();

  await deaf.auth.refresh();

  assert.equal(of.to("POST /auth/refresh").length, 1);
  assert.equal(await deaf.auth.getAccessToken(), bearer({ id: "2" }).slice("Bearer ".length));
  one.dispose();
});

test("a refresh that is asked for before the storage was looked at sends the token that lies there", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  await tab(of, storage).auth.login(CREDENTIALS);
  const later = tab(of, bound(storage));
  await later.auth.refresh();
  assert.deepEqual(of.to("POST /auth/refresh")[0].body, { refresh_token: "refresh-1" });
  assert.equal(await later.auth.getAccessToken(), bearer({ id: "2" }).slice("Bearer ".length));
});

test("a refresh that comes back after another tab signed out is thrown away", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const one = tab(of, storage);
  await one.auth.login(CREDENTIALS);
  const deaf = tab(of, bound(storage));
  await deaf.ready();
  const answer = gate<Response>();
  of.on("POST /auth/refresh", () => answer.opened);
  const refused = assert.rejects(deaf.auth.refresh(), { code: "SIGNED_OUT" });
  await until(() => of.to("POST /auth/refresh").length === 1);
  await one.auth.logout();
  answer.open(json(granted({ id: "2" })));
  await refused;
  assert.deepEqual([deaf.auth.isAuthenticated(), storage.items.size], [false, 0]);
  one.dispose();
});

test("a refresh refused for a token that another tab has replaced takes that tab's", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const one = tab(of, storage);
  await one.auth.login(CREDENTIALS);
  const deaf = tab(of, bound(storage));
  await deaf.ready();
  const answer = gate<Response>();
  let calls = 0;
  of.on("POST /auth/refresh", () => ((calls += 1) === 1 ? answer.opened : json(granted({ id: "2" }))));
  const refreshing = deaf.auth.refresh();
  await until(() => calls === 1);
  await one.auth.refresh();
  answer.open(refusal(401, "TOKEN_INVALID"));
  await refreshing;
  assert.equal(await deaf.auth.getAccessToken(), bearer({ id: "2" }).slice("Bearer ".length));
  one.dispose();
});

test("another user who signed in elsewhere doesn't get the calls of the one before", async (context) => {
  const storage = new SharedStorage(context.name);
  const of = server();
  const [one, other] = [tab(of, storage), tab(of, storage)];
  await one.auth.login(CREDENTIALS);
  await until(() => other.auth.isAuthenticated());
  const answer = gate<Response>();
  of.on("GET /auth/me", () => answer.opened);
  const asking = assert.rejects(one.auth.whoami(), { code: "SIGNED_OUT" });
  await until(() => of.to("GET /auth/me").length === 1);
  of.on("POST /auth/login", () => json(granted({ user: "user-2", session: "session-2", id: "9" })));
  await other.auth.login({ email: "user-2@example.com", password: "secret" });
  await until(() => one.auth.getClaims()?.sub === "user-2");
  answer.open(refusal(401, "TOKEN_STALE"));
  await asking;
  assert.equal(of.to("GET /auth/me").length, 1);
  one.dispose();
  other.dispose();
});

test("a storage that holds something else is taken as empty", async () => {
  for (const text of ["", "null", "[]", "{}", '{"version":2}', "no JSON"]) {
    const client = tab(server(), { getItem: () => text, setItem: () => undefined, removeItem: () => undefined });
    await client.ready();
    assert.equal(client.auth.isAuthenticated(), false, text);
  }
});

test("a storage that takes nothing costs the next page its session, and this one nothing", async () => {
  const full = (): never => {
    throw new Error("full");
  };
  for (const setItem of [full, () => Promise.reject(new Error("full"))]) {
    const client = tab(server(), { getItem: () => null, setItem, removeItem: setItem });
    await client.auth.login(CREDENTIALS);
    await client.auth.refresh();
    assert.equal((await client.auth.whoami()).id, "user-1");
    await client.auth.logout();
    assert.equal(client.auth.isAuthenticated(), false);
  }
});
