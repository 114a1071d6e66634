import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { AuthClient } from "@guildhall/client";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { CHROMIUM, openBrowser } from "./harness/browser.js";
import { type Person, newAddress, newTeam, signUp } from "./harness/people.js";
import { PASSWORD, type Product, startProduct } from "./harness/product.js";
import { Site } from "./harness/site.js";

declare global {
  // Every page here has a client of this name.
  var client: AuthClient;
}

const options = { skip: CHROMIUM === undefined ? "no Chromium on this machine" : false };

let site: Site;
let product: Product;
let browser: Browser;
let context: BrowserContext;
let person: Person;
let team: string;

before(async () => {
  if (options.skip) return;
  site = await Site.open();
  product = await startProduct({ GUILDHALL_APPS: `guildhall=${site.url}` });
  // Under the name that the pages have: to a browser, localhost and 127.0.0.1 are different sites.
  site.api = product.api.replace("127.0.0.1", "localhost");
  browser = await openBrowser();
  person = await signUp(product);
  team = await newTeam(product, person);
});

after(async () => {
  await browser?.close();
  site?.close();
  await product?.stop();
});

afterEach(async () => {
  await context?.close();
});

/** A tab with a client of its own. */
async function tab(storage: "localStorage" | "cookie"): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${site.url}/empty`);
  await page.evaluate(
    async ({ module, apiBaseUrl, storage }) => {
      const { createAuthClient } = (await import(module)) as typeof import("@guildhall/client");
      globalThis.client = createAuthClient({ apiBaseUrl, storage, maxRetries: 0 });
      await client.ready();
    },
    { module: `${site.url}/dist/index.js`, apiBaseUrl: site.api, storage },
  );
  return page;
}

const signIn = (page: Page): Promise<unknown> =>
  page.evaluate((credentials) => client.auth.login(credentials), { email: person.email, password: PASSWORD });
const activeIn = (page: Page) => page.evaluate(() => client.auth.getClaims()?.active_org_id);
const untilSignedIn = (page: Page, isIt: boolean) =>
  page.waitForFunction((isIt) => client.auth.isAuthenticated() === isIt, isIt);
const codeOf = (page: Page, call: () => Promise<unknown>): Promise<string> =>
  page.evaluate(`(${String(call)})().then(() => "none", (error) => error.code)`);

/** Holds refreshes back until they are let go. */
async function holdRefreshes(): Promise<{ held: Promise<void>; letGo: () => Promise<void> }> {
  let seen: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (seen = resolve));
  const waiting: Route[] = [];
  let isOpen = false;
  await context.route("**/auth/refresh", async (route) => {
    if (isOpen) return route.continue();
    waiting.push(route);
    seen();
  });
  const letGo = async (): Promise<void> => {
    isOpen = true;
    await Promise.all(waiting.map((route) => route.continue()));
  };
  return { held, letGo };
}

for (const storage of ["localStorage", "cookie"] as const) {
  test(`two tabs share a session: ${storage}`, options, async () => {
    context = await browser.newContext();
    const [one, other] = [await tab(storage), await tab(storage)];
    await signIn(one);
    await untilSignedIn(other, true);
    assert.equal(await other.evaluate(async () => (await client.auth.whoami()).email), person.email);

    // Both at once, several times: the server takes crossing refreshes for what they are.
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([one, other].map((page) => page.evaluate(() => client.auth.refresh())));
    }
    for (const page of [one, other]) {
      assert.equal(await page.evaluate(async () => (await client.auth.getSession()).valid), true);
    }

    await one.evaluate((id) => client.auth.switchOrg(id), team);
    await other.waitForFunction((id) => client.auth.getClaims()?.active_org_id === id, team);
    await one.evaluate(() => client.auth.logout());
    await untilSignedIn(other, false);
    assert.equal(await other.evaluate(async () => (await client.auth.getSession()).valid), false);
  });

  test(`two tabs act for two organizations: ${storage}`, options, async () => {
    context = await browser.newContext();
    const [one, other] = [await tab(storage), await tab(storage)];
    await signIn(one);
    await untilSignedIn(other, true);
    const personal = await activeIn(one);

    await other.evaluate((id) => client.billing.getBalance({ organizationId: id }), team);
    const token = await other.evaluate((id) => client.auth.tokenFor(id), team);
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString()) as { active_org_id: string };
    assert.equal(claims.active_org_id, team);
    for (const page of [one, other]) {
      assert.equal(await page.evaluate(async () => (await client.auth.getSession()).active_org_id), personal);
    }
  });

  test(`signing out in one tab wins over another's refresh under way: ${storage}`, options, async () => {
    context = await browser.newContext();
    const [one, other] = [await tab(storage), await tab(storage)];
    await signIn(one);
    await untilSignedIn(other, true);
    const { held, letGo } = await holdRefreshes();
    const refreshing = codeOf(other, () => client.auth.refresh());
    await held;
    await one.evaluate(() => client.auth.logout());
    await letGo();

    assert.match(await refreshing, /^(SIGNED_OUT|TOKEN_\w+)$/);
    for (const page of [one, other, await tab(storage)]) {
      assert.equal(await page.evaluate(() => client.auth.isAuthenticated()), false);
    }
  });

  test(`signing out in the tab that refreshes wins too, and holds for new tabs: ${storage}`, options, async () => {
    context = await browser.newContext();
    const page = await tab(storage);
    await signIn(page);
    const { held, letGo } = await holdRefreshes();
    const refreshing = codeOf(page, () => client.auth.refresh());
    await held;
    const leaving = page.evaluate(() => client.auth.logout());
    await untilSignedIn(page, false);
    await letGo();
    await leaving;

    assert.equal(await refreshing, "SIGNED_OUT");
    assert.equal(await (await tab(storage)).evaluate(() => client.auth.isAuthenticated()), false);
  });

  test(`offline, calls fail and the session stays; back online, they work: ${storage}`, options, async () => {
    context = await browser.newContext();
    const page = await tab(storage);
    await signIn(page);
    await context.setOffline(true);
    assert.equal(await codeOf(page, () => client.auth.whoami()), "NETWORK_ERROR");
    assert.equal(await codeOf(page, () => client.auth.refresh()), "NETWORK_ERROR");
    assert.equal(await page.evaluate(() => client.auth.isAuthenticated()), true);
    await context.setOffline(false);
    // The browser's network may take a moment to notice.
    await page.waitForFunction(async () => await client.auth.whoami().then(Boolean, () => false));
    assert.equal(await page.evaluate(async () => (await client.auth.whoami()).email), person.email);
  });

  test(`a session is found again by a new page: ${storage}`, options, async () => {
    context = await browser.newContext();
    await signIn(await tab(storage));
    const page = await tab(storage);
    assert.equal(await page.evaluate(() => client.auth.getClaims()?.email), person.email);
  });
}

test("a password that takes seconds to change in one tab signs no other out", options, async () => {
  context = await browser.newContext();
  const anybody = await signUp(product);
  const [one, other] = [await tab("localStorage"), await tab("localStorage")];
  await one.evaluate((credentials) => client.auth.login(credentials), { email: anybody.email, password: PASSWORD });
  await untilSignedIn(other, true);
  // The server has changed it, and its answer is still on its way when the other tab's call is refused.
  let letGo: () => void = () => undefined;
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  const isChanged = new Promise<void>((resolve) => {
    void context.route("**/auth/password/change", async (route) => {
      const response = await route.fetch();
      resolve();
      await isLetGo;
      await route.fulfill({ response });
    });
  });
  const changing = codeOf(one, () =>
    client.account.changePassword("a long phrase for tests", "another long phrase for tests"),
  );
  await isChanged;
  const refused = other.waitForResponse((response) => response.status() === 401);
  const asking = codeOf(other, () => client.auth.whoami());
  await refused;
  // Three times as long as a tab is waited for that tells nothing; this is about real time in a real browser.
  await other.waitForTimeout(1_500);
  assert.equal(await other.evaluate(() => client.auth.isAuthenticated()), true);
  letGo();
  assert.equal(await changing, "none");
  assert.equal(await asking, "none");
  for (const page of [one, other]) {
    assert.equal(await page.evaluate(async () => (await client.auth.getSession()).valid), true);
  }
});

test("a password changed in one tab signs out no other that has a token beside its cookies", options, async () => {
  context = await browser.newContext();
  const anybody = await signUp(product);
  const [one, other] = [await tab("cookie"), await tab("cookie")];
  await one.evaluate((credentials) => client.auth.login(credentials), { email: anybody.email, password: PASSWORD });
  await untilSignedIn(other, true);
  assert.equal(await other.evaluate(async () => (await client.auth.whoami()).email), anybody.email);
  const code = await codeOf(one, () =>
    client.account.changePassword("a long phrase for tests", "another long phrase for tests"),
  );
  assert.equal(code, "none");
  for (const page of [other, one]) {
    assert.equal(await page.evaluate(async () => (await client.auth.whoami()).email), anybody.email);
    assert.equal(await page.evaluate(() => client.auth.isAuthenticated()), true);
  }
});

test("a session in cookies is nowhere that a script could read it", options, async () => {
  context = await browser.newContext();
  const page = await tab("cookie");
  await signIn(page);
  const readable = await page.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage })]);
  assert.deepEqual(readable, ["", "{}"]);
  const cookies = await context.cookies();
  assert.ok(cookies.length >= 2 && cookies.every(({ httpOnly, secure }) => httpOnly && secure));
});

test(
  "a sign-out that can't be told holds in new tabs, and is told when the browser is back online",
  options,
  async () => {
    context = await browser.newContext();
    const [one, other] = [await tab("cookie"), await tab("cookie")];
    await signIn(one);
    await untilSignedIn(other, true);
    await context.route("**/auth/logout", (route) => route.abort());
    assert.equal(await codeOf(one, () => client.auth.logout()), "NETWORK_ERROR");
    await untilSignedIn(other, false);
    assert.equal(await (await tab("cookie")).evaluate(() => client.auth.isAuthenticated()), false);
    const ofSession = async (): Promise<string[]> =>
      (await context.cookies()).map(({ name }) => name).filter((name) => name.startsWith("__Host-"));
    assert.ok((await ofSession()).length >= 2);

    await context.unroute("**/auth/logout");
    await context.setOffline(true);
    await context.setOffline(false);
    await one.waitForFunction(() => localStorage.length === 0);
    assert.deepEqual(await ofSession(), []);
    await signIn(one);
    assert.equal(await (await tab("cookie")).evaluate(() => client.auth.isAuthenticated()), true);
  },
);

test("a tab that is opened while another signs out finds nobody signed in", options, async () => {
  context = await browser.newContext();
  const one = await tab("cookie");
  await signIn(one);
  let letGo: () => void = () => undefined;
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  await context.route("**/auth/logout", async (route) => {
    await isLetGo;
    await route.continue();
  });
  const leaving = codeOf(one, () => client.auth.logout());
  await untilSignedIn(one, false);
  const other = await tab("cookie");
  assert.equal(await other.evaluate(() => client.auth.isAuthenticated()), false);
  letGo();
  assert.equal(await leaving, "none");
  await other.waitForFunction(() => localStorage.length === 0);
});

test("whoever signs up in cookie mode knows at once what they may do", options, async () => {
  context = await browser.newContext();
  const page = await tab("cookie");
  const account = { email: newAddress("cookie"), password: PASSWORD };
  await page.evaluate((account) => client.auth.register(account), account);
  const claims = await page.evaluate(() => client.auth.getClaims());
  assert.deepEqual([claims?.org_role, claims?.permissions.includes("org:update")], ["owner", true]);
});

test("a session whose access cookie is gone is found by its refresh cookie", options, async () => {
  context = await browser.newContext();
  await signIn(await tab("cookie"));
  await context.clearCookies({ name: "__Host-guildhall_access" });
  const page = await tab("cookie");
  assert.equal(await page.evaluate(() => client.auth.getClaims()?.email), person.email);
});

test("the plain page signs in, switches and signs out", options, async () => {
  context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.url}/examples/plain-page/index.html`);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill("not the password at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page
    .getByRole("alert")
    .filter({ hasText: /password/i })
    .waitFor();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(person.email).first().waitFor();
  await page.getByRole("button", { name: "A team", pressed: false }).click();
  await page.getByRole("button", { name: "A team", pressed: true }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("E-mail").waitFor();
});

test("the React switcher draws the session, and what becomes of it in another tab", options, async () => {
  context = await browser.newContext();
  const problems: string[] = [];
  context.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  const page = await context.newPage();
  await page.goto(`${site.url}/switcher`);
  await page.getByText("Sign in first.").waitFor();
  await signIn(page);
  await page.getByText(`Signed in as ${person.email}`).waitFor();
  await page.getByRole("button", { name: "Invite a colleague" }).waitFor();
  await page.getByLabel("Organization").selectOption({ label: "A team" });
  await page.waitForFunction((id) => client.auth.getClaims()?.active_org_id === id, team);
  await page.evaluate(() => client.organizations.create({ name: "Made just now" }));
  await page.getByRole("option", { name: "Made just now" }).waitFor({ state: "attached" });
  const second = await context.newPage();
  await second.goto(`${site.url}/switcher`);
  await second.getByRole("option", { name: "A team", selected: true }).waitFor({ state: "attached" });
  await second.evaluate(() => client.organizations.create({ name: "Made in another tab" }));
  await page.getByRole("option", { name: "Made in another tab" }).waitFor({ state: "attached" });
  await second.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("Sign in first.").waitFor();
  assert.deepEqual(problems, []);
});
