import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { createAuthClient, createReauthClient } from "@guildhall/client";
import { GuildhallProvider, useOrganizations, useOrgs, useSession } from "@guildhall/client/react";
import { fakeSession } from "@guildhall/client/testing";
import type { Browser, Page } from "playwright-core";
import { CHROMIUM, openBrowser } from "./harness/browser.js";
import { Site } from "./harness/site.js";
import type {} from "./pages/hooks.js";
import { Flat, Modules } from "./pages/shown.js";

const options = { skip: CHROMIUM === undefined ? "no Chromium on this machine" : false };

let site: Site;
let browser: Browser;
let page: Page;

before(async () => {
  if (options.skip) return;
  site = await Site.open();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  site?.close();
});

afterEach(async () => {
  await page?.close();
});

async function open(): Promise<void> {
  page = await browser.newPage();
  await page.goto(`${site.url}/hooks`);
  await page.waitForFunction(() => "hooks" in globalThis);
}

const shows = (id: string, text: string): Promise<unknown> =>
  page.waitForFunction(([id, text]) => document.querySelector(`#${id}`)?.textContent === text, [id, text] as const);
const readings = (): Promise<number> => page.evaluate(() => hooks.world.readings);
/** As the test's code, whose `client` and `reauth` are the page's. */
const act = (work: (page: typeof hooks) => unknown): Promise<unknown> =>
  page.evaluate(`Promise.resolve((${String(work)})(hooks)).then(() => undefined)`);

test("all hooks show the session and one list that is read once, also when all is mounted twice", options, async () => {
  await open();
  await act((page) => page.draw("modules"));
  await shows("session", "user-1@example.com");
  await shows("permission", "false");
  await shows("list", "First,Second");
  await shows("again", "true");
  await shows("active", "First");
  assert.equal(await readings(), 1);
});

test("the list follows what is done through the client", options, async () => {
  await open();
  await act((page) => page.draw("modules"));
  await shows("list", "First,Second");
  await act((page) => page.client.organizations.create({ name: "Third" }));
  await shows("list", "First,Second,Third");
  await act((page) => page.client.organizations.update("org-b", { name: "Renamed" }));
  await shows("list", "First,Renamed,Third");
  await act((page) => page.client.organizations.delete("org-3"));
  await shows("list", "First,Renamed");
  await act((page) => page.client.account.acceptInvitation("one"));
  await shows("list", "First,Renamed,By invitation one");
  await act((page) => page.client.account.leaveOrg("org-3"));
  await shows("list", "First,Renamed");
  await act((page) => page.client.account.acceptInvitationToken("token"));
  await shows("list", "First,Renamed,By mail");
  await act((page) => page.client.account.joinViaLink("token"));
  await shows("list", "First,Renamed,By mail,By link");
  assert.equal(await readings(), 8);
  await page.click("#switch");
  await shows("active", "Renamed");
});

test("leaving the active organization shows the one that the session goes on in", options, async () => {
  await open();
  await act((page) => page.draw("modules"));
  await shows("list", "First,Second");
  await page.click("#switch");
  await shows("active", "Second");
  await act((page) => page.client.account.leaveOrg("org-b"));
  await shows("active", "First");
  await shows("list", "First");
});

test("a list that can't be read says so, keeps what it had, and is read again when asked", options, async () => {
  await open();
  await act((page) => page.draw("modules"));
  await shows("list", "First,Second");
  await act((page) => page.world.fail(true));
  await page.click("#refetch-list");
  await shows("list", "First,Second (It broke.)");
  await act((page) => page.world.fail(false));
  await page.click("#refetch-list");
  await shows("list", "First,Second");
});

test("a session that is fetched again shows what the user may by now", options, async () => {
  await open();
  await act((page) => page.draw("modules"));
  await shows("permission", "false");
  await act((page) => (page.world.permissions = ["org:read", "org:update"]));
  await page.click("#refetch-session");
  await shows("permission", "true");
});

test("signing out empties all, and signing in fills it again", options, async () => {
  await open();
  await act((page) => page.draw("modules"));
  await shows("list", "First,Second");
  await act((page) => page.client.auth.logout());
  await shows("session", "nobody");
  await shows("list", "");
  await shows("active", "none");
  await act((page) => page.client.auth.login({ email: "user-1@example.com", password: "secret" }));
  await shows("list", "First,Second");
});

test("the flat style has the same, with its own records", options, async () => {
  await open();
  await act((page) => page.draw("flat"));
  await shows("list", "First,Second");
  await shows("active", "First");
  await act((page) => page.reauth.createOrg("Third"));
  await shows("list", "First,Second,Third");
  await act((page) => page.reauth.updateOrg("org-b", "Renamed"));
  await shows("list", "First,Renamed,Third");
  await act((page) => page.reauth.deleteOrg("org-3"));
  await shows("list", "First,Renamed");
  await act((page) => page.reauth.acceptInvite("token"));
  await shows("list", "First,Renamed,By mail");
  await page.click("#switch");
  await shows("active", "Renamed");
  assert.equal(await page.evaluate(() => hooks.reauth.getClaims()?.active_org_id), "org-b");
});

for (const [style, drawn] of [
  ["modules", Modules],
  ["flat", Flat],
] as const) {
  test(`what a server draws fits what the page begins with: ${style}`, options, async () => {
    const storage = fakeSession();
    const client =
      style === "flat"
        ? createReauthClient({ baseUrl: "https://guildhall.test", storage })
        : createAuthClient({ apiBaseUrl: "https://guildhall.test", storage });
    await client.ready();
    const text = renderToString(createElement(GuildhallProvider, { client }, createElement(drawn)));
    assert.match(text, /id="list">pending/);
    await open();
    await page.evaluate(([style, text]) => hooks.draw(style, text), [style, text] as const);
    await shows("list", "First,Second");
    assert.deepEqual(await page.evaluate(() => hooks.problems), []);
  });
}

test("a hook says what is missing around it, and which one is meant for the other style", () => {
  const client = createAuthClient({ apiBaseUrl: "https://guildhall.test" });
  const reauth = createReauthClient({ baseUrl: "https://guildhall.test" });
  const drawnWith = (hook: () => unknown, provided?: typeof client | typeof reauth) => () => {
    const Component = (): null => (hook(), null);
    const inner = createElement(Component);
    return renderToString(provided ? createElement(GuildhallProvider, { client: provided }, inner) : inner);
  };
  assert.throws(drawnWith(useSession), /Put a GuildhallProvider around/);
  assert.throws(drawnWith(useOrgs, client), /call useGuildhall instead/);
  assert.throws(drawnWith(useOrganizations, reauth), /call useReauth instead/);
});
