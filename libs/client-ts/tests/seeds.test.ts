import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type AuthClient, type ReauthClient, createReauthClient } from "@guildhall/client";
import { createBackOffice } from "@guildhall/client/back-office";
import { createServerClient } from "@guildhall/client/server";
import { type Person, newAddress, newTeam, signInAdmin, signUp } from "./harness/people.js";
import { PASSWORD, type Product, startProduct } from "./harness/product.js";
import * as first from "./seeds/first_page.js";
import * as second from "./seeds/second_page.js";

let product: Product;
let owner: Person;
let colleague: Person;
const network = globalThis.fetch;
/** What stands on the pages, and what goes on the wire in its place. */
let written = new Map<string, string>();

before(async () => {
  product = await startProduct();
  owner = await signUp(product);
  colleague = await signUp(product);
});

beforeEach(() => {
  written = new Map([["…", PASSWORD]]);
  // The pages' servers are this product.
  globalThis.fetch = (input, init) => {
    let url = String(input).replace(/^https:\/\/(auth\.ryanweiss\.net|reauth\.yourdomain\.com)/, product.url);
    let body = init?.body;
    for (const [shown, meant] of written) {
      url = url.replace(encodeURIComponent(shown), meant);
      if (typeof body === "string") body = body.replaceAll(`"${shown}"`, `"${meant}"`);
    }
    return network(url, { ...init, body });
  };
});

after(async () => {
  globalThis.fetch = network;
  await product.stop();
});

/** A client of the second page's kind, signed in. */
async function flat(person: Person): Promise<ReauthClient> {
  const reauth = await second.create();
  await reauth.signIn({ email: person.email, password: PASSWORD });
  return reauth;
}

test("the first page signs in, and shows the organizations", async () => {
  const client = await first.start();
  const { id } = await client.organizations.create({ name: "Shown" });

  const { all, org, o2, mine } = await first.get(client, id);

  assert.ok(all.some((one) => one.id === id));
  assert.deepEqual([org.id, org.name, o2.id], [id, "Shown", id]);
  assert.equal(mine[0].organization.is_personal, true);
  assert.ok(mine.some(({ organization, role }) => organization.id === id && role === "owner"));
});

test("the first page creates, renames and deletes an organization", async () => {
  const client = await first.start();

  const org = await first.create(client);
  assert.deepEqual([org.name, org.slug, org.is_personal], ["Acme Auctions", "acme", false]);

  await first.update(client, org.id);
  await assert.rejects(client.organizations.adminGet(org.id), { code: "ORGANIZATION_NOT_FOUND", status: 404 });
});

test("the first page adds, suspends and removes a member", async () => {
  const client = await first.start();
  const { id } = await client.organizations.create({ name: "Members" });

  const members = await first.membership(client, id, colleague.id);

  assert.equal(members.length, 1);
  assert.equal((await client.organizations.listMembers(id)).length, 1);
});

test("the first page sets roles, and makes one", async () => {
  const client = await first.start();
  const { id } = await client.organizations.create({ name: "Roles" });
  await client.organizations.addMember(id, colleague.id);

  const { perms, role } = await first.roles(client, id, colleague.id);

  assert.ok(perms.some(({ code }) => code === "org:read"));
  assert.deepEqual(role.permissions.map(({ code }) => code).sort(), ["org:read", "org:update"]);
  const [member] = await client.organizations.listMembers(id, { role: "catalog-editor" });
  assert.equal(member.user_id, colleague.id);
});

test("the first page's calls work on an organization that the administrator isn't a member of", async () => {
  const client = await first.start();
  const id = await newTeam(product, owner, colleague);
  await assert.rejects(client.organizations.get(id), { code: "ORGANIZATION_NOT_FOUND" });

  await client.organizations.setMemberRoles(id, colleague.id, ["org_admin"]);
  await client.organizations.updateMemberStatus(id, colleague.id, "suspended");
  const member = (await client.organizations.adminListMembers(id)).find(({ user_id }) => user_id === colleague.id);
  assert.equal(member?.status, "suspended");
  assert.deepEqual(
    member?.roles.map(({ code }) => code),
    ["org_admin"],
  );
  await client.organizations.delete(id);
  await assert.rejects(client.organizations.adminGet(id), { code: "ORGANIZATION_NOT_FOUND" });
});

test("the same calls of somebody who is neither member nor administrator end where they began", async () => {
  const id = await newTeam(product, owner);
  const { client } = await signUp(product);
  await assert.rejects(client.organizations.delete(id), { code: "ORGANIZATION_NOT_FOUND" });
  await assert.rejects(client.organizations.setMemberRoles(id, owner.id, ["org_member"]), {
    code: "ORGANIZATION_NOT_FOUND",
  });
});

test("the first page invites, withdraws, and accepts from the invitee's own session", async () => {
  const client: AuthClient = owner.client;
  const id = await newTeam(product, owner);
  const [role] = (await client.organizations.listRoles(id)).filter(({ code }) => code === "org_member");

  await first.invite(client, id, role.id);
  assert.equal((await client.organizations.listInvitations(id))[0].email, "teammate@example.com");
  await first.revoke(client, id);
  assert.equal((await client.organizations.listInvitations(id)).length, 0);

  const invitee = await signUp(product);
  await client.organizations.createInvitation(id, { email: invitee.email });
  await first.accept(invitee.client);
  assert.equal(invitee.client.auth.getClaims()?.active_org_id, id);
});

test("the second page creates, lists, switches, and shows the session of the new organization", async () => {
  const reauth = await flat(owner);

  const org = await second.createOrg(reauth);
  assert.deepEqual(org, { id: org.id, name: "Acme Corp", isPersonal: false, createdAt: org.createdAt });
  assert.match(org.createdAt, /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.ok((await second.listOrgs(reauth)).some(({ isPersonal }) => isPersonal));
  written.set("org-uuid", org.id);

  const result = await second.switchOrg(reauth);
  assert.deepEqual([result.activeOrgId, result.orgRole, result.subscription?.status], [org.id, "owner", "none"]);
  assert.ok(result.subscription && "planCode" in result.subscription && "planName" in result.subscription);

  const session = await second.getSession(reauth);
  assert.deepEqual([session.active_org_id, session.org_role], [org.id, "owner"]);
  assert.equal(session.subscription?.status, "none");

  await second.updateOrg(reauth);
  assert.ok((await reauth.listOrgs()).some(({ id, name }) => id === org.id && name === "New Name"));
  await second.deleteOrg(reauth);
  assert.ok(!(await reauth.listOrgs()).some(({ id }) => id === org.id));
});

test("the second page looks after members", async () => {
  const reauth = await flat(owner);
  const id = await newTeam(product, owner, colleague);
  written.set("org-uuid", id).set("user-uuid", colleague.id);

  const members = await second.listOrgMembers(reauth);
  const member = members.find(({ endUserId }) => endUserId === colleague.id);
  assert.deepEqual(Object.keys(member ?? {}), ["id", "orgId", "endUserId", "role", "joinedAt"]);
  assert.deepEqual([member?.orgId, member?.role], [id, "member"]);

  await second.updateMemberRole(reauth);
  const roles = (await reauth.listOrgMembers(id)).map(({ role }) => role);
  assert.deepEqual(roles, ["owner", "owner"]);

  await second.removeOrgMember(reauth);
  assert.equal((await reauth.listOrgMembers(id)).length, 1);
});

test("the second page invites by mail", async () => {
  const reauth = await flat(owner);
  const id = await newTeam(product, owner);
  written.set("org-uuid", id);

  const invite = await second.inviteToOrg(reauth);
  const shown = ["id", "orgId", "email", "token", "role", "status", "expiresAt", "createdAt"];
  assert.deepEqual(Object.keys(invite), shown);
  assert.deepEqual([invite.orgId, invite.email, invite.status], [id, "user@example.com", "pending"]);
  written.set("invite-uuid", invite.id);
  assert.deepEqual(
    (await second.listPendingInvites(reauth)).map((one) => one.id),
    [invite.id],
  );
  await second.revokeInvite(reauth);
  assert.equal((await reauth.listPendingInvites(id)).length, 0);

  const { token } = await reauth.inviteToOrg(id, colleague.email, "member");
  written.set("invite-token", token ?? "");
  assert.deepEqual(await second.acceptInvite(await flat(colleague)), { orgId: id, role: "member" });
});

test("the second page invites by link", async () => {
  const reauth = await flat(owner);
  const id = await newTeam(product, owner);
  written.set("org-uuid", id);

  const link = await second.createInviteLink(reauth);
  assert.deepEqual(Object.keys(link), ["id", "orgId", "token", "role", "isActive", "expiresAt", "createdAt"]);
  assert.deepEqual([link.orgId, link.role, link.isActive], [id, "member", true]);
  assert.deepEqual(
    (await second.listInviteLinks(reauth)).map((one) => one.id),
    [link.id],
  );

  written.set("link-token", link.token ?? "");
  await second.joinViaLink(await flat(colleague));
  assert.equal((await reauth.listOrgMembers(id)).length, 2);

  written.set("link-uuid", link.id);
  await second.revokeInviteLink(reauth);
  const late = await flat(await signUp(product));
  await assert.rejects(late.joinViaLink(link.token ?? ""), { code: "INVITE_REVOKED", status: 410 });
});

test("the second page's guards hold: a sole owner can't leave, a personal organization can't be deleted", async () => {
  const person = await signUp(product);
  const reauth = await flat(person);
  const id = await newTeam(product, person, colleague);
  const [personal] = await reauth.listOrgs();

  await assert.rejects(reauth.leaveOrg(id), { code: "LAST_OWNER" });
  await assert.rejects(reauth.deleteOrg(personal.id), { code: "PERSONAL_ORGANIZATION" });
  await assert.rejects(reauth.deleteAccount(PASSWORD), { code: "SOLE_OWNER" });
  await reauth.removeOrgMember(id, colleague.id);
  await reauth.deleteAccount(PASSWORD);
  assert.equal((await reauth.getSession()).valid, false);
});

test("the second page's data follows the active organization", async () => {
  const backOffice = createBackOffice(await signInAdmin(product));
  const pro = { code: "pro", name: "Pro", price_cents: 4900, currency: "usd", credits_amount: 70, display_order: 1 };
  await backOffice.replacePlans([
    { ...pro, plan_type: "self_service", interval: "monthly", interval_count: 1, trial_days: 0, features: [] },
  ]);
  const reauth = await flat(owner);
  const id = await newTeam(product, owner);
  await backOffice.changeSubscription(id, { action: "grant", plan_code: "pro" });

  assert.deepEqual(
    (await reauth.getPlans()).map(({ code, priceCents }) => [code, priceCents]),
    [["pro", 4900]],
  );
  assert.equal((await reauth.getSubscription()).status, "none");
  const { subscription } = await reauth.switchOrg(id);
  assert.deepEqual([subscription?.status, subscription?.planCode, subscription?.planName], ["active", "pro", "Pro"]);
  assert.equal((await reauth.getSubscription()).planCode, "pro");
  assert.equal((await reauth.getBalance()).balance, 70);
  assert.deepEqual(
    (await reauth.getTransactions()).map(({ amountDelta }) => amountDelta),
    [70],
  );
  const { url } = await reauth.openBillingPortal(`${product.url}/`);
  assert.match(url, /^http/);
});

test("the second page's server half reads the organization from the token, with no call", async () => {
  const reauth = createReauthClient({ baseUrl: product.url });
  await reauth.signUp({ email: newAddress(), password: PASSWORD });
  const { id } = await reauth.createOrg("Served");
  await reauth.switchOrg(id);
  const headers = { authorization: `Bearer ${await reauth.getToken()}` };
  const server = createServerClient({ baseUrl: product.url });
  await second.authenticate(server, new Request("https://shop.example/", { headers }));

  globalThis.fetch = () => assert.fail("the network was used");
  const result = await second.authenticate(server, new Request("https://shop.example/", { headers }));

  assert.deepEqual([result.valid, result.user?.activeOrgId, result.user?.orgRole], [true, id, "owner"]);
});
