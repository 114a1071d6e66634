import assert from "node:assert/strict";
import { type TestContext, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { AuthClient } from "@guildhall/client";
import { FakeBrowser } from "./harness/fake_browser.js";
import { gate, json } from "./harness/fake_server.js";
import { until } from "./harness/tabs.js";

// Whoever signs out is signed out in every tab of the browser, also where the server couldn't be told so: it has the
// cookies in its keeping, and they are good until it is told.

let browser: FakeBrowser;

beforeEach(() => {
  browser = new FakeBrowser();
});

function opened(context: TestContext, storage: "cookie" | "localStorage" = "cookie"): AuthClient {
  const tab = browser.tab(context.name, storage);
  context.after(() => tab.dispose());
  return tab;
}

async function signedIn(context: TestContext, storage: "cookie" | "localStorage" = "cookie"): Promise<AuthClient> {
  const tab = opened(context, storage);
  await tab.auth.login({ email: "ann", password: "secret" });
  return tab;
}

/** Signs out of a server that can't be reached. */
async function signOutOffline(tab: AuthClient): Promise<void> {
  browser.isOnline = false;
  await assert.rejects(tab.auth.logout(), { code: "NETWORK_ERROR" });
}

/** A new tab, of which it is known whether somebody is signed in. */
async function ready(context: TestContext): Promise<AuthClient> {
  const tab = opened(context);
  await tab.ready();
  return tab;
}

test("a tab that is opened while a sign-out is under way finds nobody signed in", async (context) => {
  const one = await signedIn(context);
  const told = gate();
  browser.server.on("POST /auth/logout", async () => {
    await told.opened;
    return browser.end();
  });
  const leaving = one.auth.logout();

  const other = await ready(context);

  assert.equal(other.auth.isAuthenticated(), false);
  told.open();
  await leaving;
  await until(() => browser.stored.size === 0);
  assert.equal((await ready(context)).auth.isAuthenticated(), false);
});

test("a sign-out that the server could not be told holds in new tabs, and is told when one is opened", async (context) => {
  await signOutOffline(await signedIn(context));
  assert.equal(browser.cookie, "ann");

  const other = await ready(context);
  assert.equal(other.auth.isAuthenticated(), false);
  await assert.rejects(other.auth.whoami(), { code: "UNAUTHORIZED" });

  browser.isOnline = true;
  browser.withCookies = [];
  const third = await ready(context);
  await until(() => browser.cookie === undefined);
  assert.deepEqual(browser.withCookies, ["POST /auth/logout"]);
  await until(() => browser.stored.size === 0);
  assert.equal(third.auth.isAuthenticated(), false);
});

test("a sign-out that the server could not be told is told by itself when the browser is back online", async (context) => {
  const one = await signedIn(context);
  await signOutOffline(one);
  browser.comeBack();
  await until(() => browser.cookie === undefined && browser.stored.size === 0);

  browser.withCookies = [];
  browser.comeBack();
  await one.auth.login({ email: "ben", password: "secret" });
  assert.deepEqual(browser.withCookies, ["POST /auth/login"]);
});

test("the same goes for a session in a storage: its refresh token is told once", async (context) => {
  const one = await signedIn(context, "localStorage");
  const tells = (): unknown[] => browser.server.to("POST /auth/logout").map(({ body }) => body);
  await signOutOffline(one);
  assert.deepEqual(tells(), []);
  browser.comeBack();
  await until(() => tells().length === 1);
  browser.comeBack();
  await one.auth.login({ email: "ben", password: "secret" });
  assert.deepEqual(tells(), [{ refresh_token: "refresh-1" }]);
});

test("signing in after such a sign-out counts, here and in tabs to come", async (context) => {
  const one = await signedIn(context);
  await signOutOffline(one);
  browser.isOnline = true;

  browser.withCookies = [];
  await one.auth.login({ email: "ben", password: "secret" });

  // The session that was signed out of is ended with its own cookies, before there are others.
  assert.deepEqual(browser.withCookies, ["POST /auth/logout", "POST /auth/login"]);
  assert.deepEqual([...browser.stored], []);
  const other = await ready(context);
  browser.comeBack();
  assert.equal((await other.auth.whoami()).id, "ben");
  assert.deepEqual([one.auth.getClaims()?.sub, other.auth.getClaims()?.sub], ["ben", "ben"]);
  assert.equal(browser.cookie, "ben");
});

test("signing in counts also while the server can't be told of the sign-out before", async (context) => {
  const one = await signedIn(context);
  browser.server.on("POST /auth/logout", () => Promise.reject(new TypeError("lost")));
  await assert.rejects(one.auth.logout(), { code: "NETWORK_ERROR" });
  await one.auth.login({ email: "ben", password: "secret" });
  assert.deepEqual([...browser.stored], []);
  assert.equal((await ready(context)).auth.getClaims()?.sub, "ben");
});

test("the server's own page is not opened with a session that was signed out of", async (context) => {
  await signOutOffline(await signedIn(context));
  browser.isOnline = true;
  const opened: string[] = [];
  const location = { assign: (address: string) => opened.push(`${address} ${browser.cookie}`) };
  Object.assign(globalThis, { location });
  context.after(() => Object.assign(globalThis, { location: undefined }));
  const reauth = browser.flatTab(context.name);
  context.after(() => reauth.dispose());
  reauth.login();
  await until(() => opened.length > 0);
  assert.deepEqual(opened, ["https://guildhall.test/ undefined"]);
});

test("a page that looks for its cookies while somebody signs out elsewhere begins with nobody", async (context) => {
  const one = await signedIn(context);
  const found = gate<Response>();
  browser.server.on("GET /auth/session", () => found.opened);
  const other = opened(context);
  const looking = other.ready();
  await until(() => browser.server.to("GET /auth/session").length === 2);
  await signOutOffline(one);
  found.open(json({ valid: true, end_user_id: "ann", email: "ann", roles: [], permissions: [] }));
  await looking;
  assert.equal(other.auth.isAuthenticated(), false);
});

test("a page that is left at once has signed its user out all the same", async (context) => {
  await signedIn(context);
  const leaving = opened(context);
  const never = gate<Response>();
  browser.server.on("GET /auth/session", () => never.opened);
  leaving.auth.logout().catch(() => undefined);
  assert.equal(browser.stored.size, 1);
  assert.equal((await ready(context)).auth.isAuthenticated(), false);
});

test("a tab that heard nothing is signed out when it is looked at again", async (context) => {
  const channels = globalThis.BroadcastChannel;
  Object.assign(globalThis, { BroadcastChannel: undefined });
  context.after(() => Object.assign(globalThis, { BroadcastChannel: channels }));
  const one = await signedIn(context);
  const other = await ready(context);
  assert.equal(other.auth.isAuthenticated(), true);
  await signOutOffline(one);
  await pause(1);
  assert.equal(other.auth.isAuthenticated(), true);
  document.dispatchEvent(new Event("visibilitychange"));
  await until(() => !other.auth.isAuthenticated());
});

test("where a page may keep nothing, its tabs know of a sign-out as long as they are open", async (context) => {
  const forbidden = { value: undefined, configurable: true };
  for (const property of [forbidden, { get: () => assert.fail("forbidden"), configurable: true }]) {
    browser = new FakeBrowser();
    Object.defineProperty(globalThis, "localStorage", property);
    const one = await signedIn(context);
    await signOutOffline(one);
    browser.isOnline = true;
    await assert.rejects(one.auth.whoami(), { code: "UNAUTHORIZED" });
    await one.auth.logout();
    assert.equal(browser.cookie, undefined);
  }
});

test("a storage that is full costs new tabs the news, and nothing else", async (context) => {
  browser.localStorage = {
    getItem: () => null,
    removeItem: () => undefined,
    setItem: () => assert.fail("full"),
  };
  const one = await signedIn(context);
  await one.auth.logout();
  assert.deepEqual([one.auth.isAuthenticated(), browser.cookie], [false, undefined]);
});
