import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createBackOffice } from "@guildhall/client/back-office";
import { type ServerClient, createServerClient } from "@guildhall/client/server";
import { ROUTES } from "./gen/routes.js";
import { type Person, newTeam, signInAdmin, signUp } from "./harness/people.js";
import { type Product, startProduct } from "./harness/product.js";

const isServed = ROUTES.some(({ path }) => (path as string) === "/api/v1/revocations");
const options = { skip: isServed ? false : "this server has no feed" };

/** What the feed promises. */
const WITHIN_MS = 1_000;

let product: Product;
let server: ServerClient;
let owner: Person;
let colleague: Person;
let team: string;

before(async () => {
  if (options.skip) return;
  product = await startProduct();
  const { key } = await createBackOffice(await signInAdmin(product)).createApiKey({
    name: "shop",
    scopes: ["revocations:read"],
  });
  server = createServerClient({ baseUrl: product.url, apiKey: key, revocations: true });
  owner = await signUp(product);
  colleague = await signUp(product);
  team = await newTeam(product, owner, colleague);
  await until(() => server.feedState === "fresh", 10_000);
});

after(async () => {
  server?.dispose();
  await product?.stop();
});

async function until(isTrue: () => boolean | Promise<boolean>, milliseconds = WITHIN_MS): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await isTrue())) {
    assert.ok(Date.now() < deadline, `it did not happen within ${milliseconds} ms`);
    await pause(2);
  }
}

const reasonOf = async (token: string | null): Promise<string | undefined> =>
  (await server.authenticate({ authorization: `Bearer ${token}` })).reason;

test("a member who is removed is refused within a second, and a refresh goes on elsewhere", options, async () => {
  await colleague.client.auth.switchOrg(team);
  const token = await colleague.client.auth.getAccessToken();
  assert.equal(await reasonOf(token), undefined);

  await owner.client.organizations.removeMember(team, colleague.id);
  await until(async () => (await reasonOf(token)) === "TOKEN_STALE");

  // The gateway refuses the old token too; the client refreshes, and a call that isn't about the team goes through.
  await colleague.client.account.getMyOrgs();
  assert.equal(await reasonOf(await colleague.client.auth.getAccessToken()), undefined);
  assert.notEqual(colleague.client.auth.getClaims()?.active_org_id, team);
});

test("a call for the organization that was lost is not made for the personal one", options, async () => {
  const person = await signUp(product);
  const other = await newTeam(product, owner, person);
  await person.client.auth.switchOrg(other);
  await owner.client.organizations.removeMember(other, person.id);
  const asking = async (): Promise<string> =>
    person.client.billing.getBalance().then(
      () => "answered",
      (error: { code: string }) => error.code,
    );
  await until(async () => (await asking()) === "ORGANIZATION_CHANGED");
});

test("a session that has ended is refused as revoked, and the client of it signs out", options, async () => {
  const person = await signUp(product);
  const token = await person.client.auth.getAccessToken();
  const backOffice = createBackOffice(await signInAdmin(product));
  assert.equal(await reasonOf(token), undefined);
  await backOffice.users.revokeSessions(person.id);
  await until(async () => (await reasonOf(token)) === "TOKEN_REVOKED");
  await until(async () => {
    await person.client.auth.whoami().catch(() => undefined);
    return !person.client.auth.isAuthenticated();
  });
});

test("whoever takes something away finds it gone at once", options, async () => {
  const person = await signUp(product);
  const own = await newTeam(product, owner, person);
  await person.client.auth.switchOrg(own);
  const token = await person.client.auth.getAccessToken();
  const { response, position } = await removal(own, person.id);
  assert.equal(response.status, 204);
  const result = await server.authenticate({
    authorization: `Bearer ${token}`,
    "guildhall-min-position": position,
  });
  assert.equal(result.reason, "TOKEN_STALE");
});

/** As the client does it, with the answer's headers. */
async function removal(organization: string, user: string): Promise<{ response: Response; position: string }> {
  const authorization = `Bearer ${await owner.client.auth.getAccessToken()}`;
  const url = `${product.api}/orgs/${organization}/members/${user}`;
  const response = await fetch(url, { method: "DELETE", headers: { authorization } });
  return { response, position: response.headers.get("guildhall-position") ?? "" };
}
