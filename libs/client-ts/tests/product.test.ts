import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAuthClient, isGuildhallError } from "@guildhall/client";
import { createBackOffice } from "@guildhall/client/back-office";
import { createServerClient } from "@guildhall/client/server";
import { type Person, newAddress, newTeam, signInAdmin, signUp } from "./harness/people.js";
import { PASSWORD, type Product, startProduct } from "./harness/product.js";

let product: Product;
let owner: Person;

before(async () => {
  product = await startProduct();
  owner = await signUp(product);
});

after(() => product.stop());

test("a refusal of the server comes as an error with its code, details and request", async () => {
  const error: unknown = await owner.client.organizations.create({ name: "" }).catch((caught: unknown) => caught);
  assert.ok(isGuildhallError(error, "VALIDATION_ERROR"));
  assert.deepEqual([error.status, error.details.fields?.[0].field, error.retryable], [400, "name", false]);
  assert.match(error.requestId ?? "", /^[0-9a-f]{32}$/);

  const stranger = await signUp(product);
  const team = await newTeam(product, owner);
  await assert.rejects(stranger.client.organizations.get(team), { code: "ORGANIZATION_NOT_FOUND", status: 404 });
});

test("the same request under the same key is carried out once", async () => {
  const key = `key-${newAddress()}`;
  const make = (name: string) => owner.client.organizations.create({ name }, { idempotencyKey: key });
  const [one, again] = [await make("Once"), await make("Once")];
  assert.equal(one.id, again.id);
  await assert.rejects(make("Twice"), { code: "IDEMPOTENCY_CONFLICT" });
});

test("lists go on over pages", async () => {
  const person = await signUp(product);
  for (const name of ["A", "B", "C", "D"]) await person.client.organizations.create({ name });
  const first = await person.client.account.getMyOrgs({ page_size: 2 });
  assert.deepEqual([first.length, first.hasMore], [2, true]);
  const names: string[] = [];
  for await (const { organization } of first) names.push(organization.name);
  assert.deepEqual([names.length, new Set(names).size], [5, 5]);
});

test("a session goes on after its refresh, and is over after the sign-out", async () => {
  const { client } = await signUp(product);
  const before = await client.auth.getAccessToken();
  await client.auth.refresh();
  const later = await client.auth.getAccessToken();
  assert.notEqual(before, later);
  assert.equal((await client.account.listSessions()).length, 1);
  await client.auth.logout();
  await assert.rejects(client.auth.whoami(), { code: "UNAUTHORIZED" });
  assert.equal((await client.auth.getSession()).valid, false);
});

test("changing the password goes on with new tokens, and ends other sessions at their next refresh", async () => {
  const { client, email } = await signUp(product);
  const other = createAuthClient({ apiBaseUrl: product.api });
  await other.auth.login({ email, password: PASSWORD });
  await client.account.changePassword(PASSWORD, `${PASSWORD}, changed`);
  assert.equal((await client.auth.whoami()).email, email);
  await client.auth.refresh();
  await assert.rejects(other.auth.refresh(), { status: 401 });
  assert.equal(other.auth.isAuthenticated(), false);
});

test("leaving or deleting the active organization goes on in the personal one", async () => {
  const { client, id } = await signUp(product);
  const team = await newTeam(product, owner, { ...owner, id });
  await client.auth.switchOrg(team);
  await client.account.leaveOrg(team);
  assert.equal(client.auth.getClaims()?.is_personal_org, true);
  const own = await client.organizations.create({ name: "Own" });
  await client.auth.switchOrg(own.id);
  await client.organizations.delete(own.id);
  assert.equal(client.auth.getClaims()?.is_personal_org, true);
});

test("two organizations at once: a token for another one leaves the session as it is", async () => {
  const { client } = await signUp(product);
  const team = await client.organizations.create({ name: "Second" });
  const session = await client.auth.getSession();
  const other = await client.billing.getSubscription({ organizationId: team.id });
  assert.equal(other.status, "none");
  const asTeam = await createServerClient({ baseUrl: product.url }).authenticate({
    authorization: `Bearer ${await client.auth.tokenFor(team.id)}`,
  });
  assert.equal(asTeam.user?.activeOrgId, team.id);
  assert.equal((await client.auth.getSession()).active_org_id, session.active_org_id);
});

test("who was promoted hears of it with the next calls, refreshes once, and may", async () => {
  let refreshes = 0;
  const counted: typeof fetch = (input, init) => {
    if (String(input).endsWith("/auth/refresh")) refreshes += 1;
    return fetch(input, init);
  };
  const member = await signUp(product, { fetch: counted });
  const team = await newTeam(product, owner, member);
  await member.client.auth.switchOrg(team);
  assert.equal(member.client.auth.getClaims()?.permissions.includes("org:update"), false);
  let isRefreshed = false;
  member.client.auth.on("refreshed", () => (isRefreshed = true));
  refreshes = 0;

  await owner.client.organizations.updateMemberRole(team, member.id, "owner");
  // The hint comes with the first answer after the gateway has heard of the promotion.
  const deadline = Date.now() + 20_000;
  while (!isRefreshed && Date.now() < deadline) await member.client.auth.whoami();

  const claims = member.client.auth.getClaims();
  assert.deepEqual([claims?.org_role, claims?.permissions.includes("org:update")], ["owner", true]);
  assert.equal((await member.client.organizations.update(team, { name: "Mine too" })).name, "Mine too");
  await member.client.auth.whoami();
  assert.equal(refreshes, 1);
});

test("an organization's audit log is listed, and exported as a stream", async () => {
  const team = await newTeam(product, owner);
  await owner.client.organizations.update(team, { name: "Renamed" });
  const listed = await owner.client.organizations.listAuditLog(team);
  const exported: string[] = [];
  for await (const { id } of owner.client.organizations.exportAuditLog(team)) exported.push(id);
  assert.ok(listed.length >= 2);
  assert.deepEqual(exported.sort(), listed.map(({ id }) => id).sort());
});

test("many addresses are invited at once, each with its own result", async () => {
  const team = await newTeam(product, owner);
  const results = await owner.client.organizations.createInvitations(team, { emails: [newAddress(), owner.email] });
  assert.deepEqual(
    results.map(({ error }) => error?.code),
    [undefined, "ALREADY_A_MEMBER"],
  );
});

test("a server charges and deposits with its key, once for each request", async () => {
  const { key } = await createBackOffice(await signInAdmin(product)).createApiKey({
    name: "shop",
    scopes: ["billing:read", "billing:charge", "billing:deposit"],
  });
  const server = createServerClient({ baseUrl: product.url, apiKey: key });
  const team = await newTeam(product, owner);
  const [deposited, charged] = [crypto.randomUUID(), crypto.randomUUID()];

  assert.equal((await server.deposit(team, { amount: 100, requestUuid: deposited })).newBalance, 100);
  const posted = await server.charge(team, { amount: 30, requestUuid: charged, note: "one thing" });
  assert.deepEqual(
    [posted.newBalance, posted.transaction.amountDelta, posted.transaction.note],
    [70, -30, "one thing"],
  );
  assert.equal((await server.charge(team, { amount: 30, requestUuid: charged, note: "one thing" })).newBalance, 70);
  assert.equal((await server.getBalance(team)).balance, 70);
  assert.deepEqual(
    (await server.getTransactions(team)).map(({ requestUuid }) => requestUuid),
    [charged, deposited],
  );
  assert.equal((await server.getSubscription(team)).status, "none");
  const tooMuch = server.charge(team, { amount: 71, requestUuid: crypto.randomUUID() });
  await assert.rejects(tooMuch, { code: "INSUFFICIENT_BALANCE", status: 402 });
  await assert.rejects(createServerClient({ baseUrl: product.url }).getBalance(team), { code: "UNAUTHORIZED" });
});

test("tokens of the product are verified locally, of the app that they are for alone", async () => {
  const desk = await signUp(product, { appCode: "auth-client-demo" });
  const authorization = `Bearer ${await desk.client.auth.getAccessToken()}`;
  const refused = await createServerClient({ baseUrl: product.url }).authenticate({ authorization });
  assert.equal(refused.reason, "TOKEN_INVALID");
  const server = createServerClient({ baseUrl: product.url, audience: "auth-client-demo" });
  const { user } = await server.authenticate({ authorization });
  assert.deepEqual([user?.id, user?.email, user?.orgRole], [desk.id, desk.email, "owner"]);
});

test("signing out everywhere ends the other sessions too", async () => {
  const { client, email } = await signUp(product);
  const other = createAuthClient({ apiBaseUrl: product.api });
  await other.auth.login({ email, password: PASSWORD });
  await client.auth.logoutAll();
  assert.equal(client.auth.isAuthenticated(), false);
  await assert.rejects(other.auth.refresh(), { status: 401 });
});
