import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuthClient, type ReauthClient, createAuthClient, createReauthClient } from "@guildhall/client";
import { FakeServer, type Seen, granted, json } from "./harness/fake_server.js";

/** What both styles call alike: the method of the flat one, and the same call in both. */
const ROWS: Record<string, [modular: (client: AuthClient) => unknown, flat: (client: ReauthClient) => unknown]> = {
  signUp: [
    (c) => c.auth.register({ email: "a@b.example", password: "secret" }),
    (c) => c.signUp({ email: "a@b.example", password: "secret" }),
  ],
  signIn: [
    (c) => c.auth.login({ email: "a@b.example", password: "secret" }),
    (c) => c.signIn({ email: "a@b.example", password: "secret" }),
  ],
  logout: [(c) => c.auth.logout(), (c) => c.logout()],
  deleteAccount: [(c) => c.account.deleteMyAccount("secret"), (c) => c.deleteAccount("secret")],
  getSession: [(c) => c.auth.getSession(), (c) => c.getSession()],
  refresh: [(c) => c.auth.refresh(), (c) => c.refresh()],
  createOrg: [(c) => c.organizations.create({ name: "A" }), (c) => c.createOrg("A")],
  listOrgs: [(c) => c.account.getMyOrgs({ page_size: 7 }), (c) => c.listOrgs({ page_size: 7 })],
  updateOrg: [(c) => c.organizations.update("o/1", { name: "B" }), (c) => c.updateOrg("o/1", "B")],
  deleteOrg: [(c) => c.organizations.delete("o1"), (c) => c.deleteOrg("o1")],
  leaveOrg: [(c) => c.account.leaveOrg("o1"), (c) => c.leaveOrg("o1")],
  switchOrg: [(c) => c.auth.switchOrg("o1"), (c) => c.switchOrg("o1")],
  listOrgMembers: [
    (c) => c.organizations.listMembers("o1", { search: "ann & co" }),
    (c) => c.listOrgMembers("o1", { search: "ann & co" }),
  ],
  updateMemberRole: [
    (c) => c.organizations.updateMemberRole("o1", "u1", "owner"),
    (c) => c.updateMemberRole("o1", "u1", "owner"),
  ],
  removeOrgMember: [(c) => c.organizations.removeMember("o1", "u1"), (c) => c.removeOrgMember("o1", "u1")],
  inviteToOrg: [
    (c) => c.organizations.createInvitation("o1", { email: "a@b.example", role: "member" }),
    (c) => c.inviteToOrg("o1", "a@b.example", "member"),
  ],
  listPendingInvites: [(c) => c.organizations.listInvitations("o1"), (c) => c.listPendingInvites("o1")],
  revokeInvite: [(c) => c.organizations.revokeInvitation("o1", "i1"), (c) => c.revokeInvite("o1", "i1")],
  acceptInvite: [(c) => c.account.acceptInvitationToken("t1"), (c) => c.acceptInvite("t1")],
  createInviteLink: [
    (c) => c.organizations.createInviteLink("o1", { role: "member" }),
    (c) => c.createInviteLink("o1", "member"),
  ],
  listInviteLinks: [(c) => c.organizations.listInviteLinks("o1"), (c) => c.listInviteLinks("o1")],
  revokeInviteLink: [(c) => c.organizations.revokeInviteLink("o1", "l1"), (c) => c.revokeInviteLink("o1", "l1")],
  joinViaLink: [(c) => c.account.joinViaLink("t1"), (c) => c.joinViaLink("t1")],
  getPlans: [(c) => c.billing.listPlans(), (c) => c.getPlans()],
  getSubscription: [(c) => c.billing.getSubscription(), (c) => c.getSubscription()],
  getBalance: [(c) => c.billing.getBalance(), (c) => c.getBalance()],
  getTransactions: [(c) => c.billing.listTransactions(), (c) => c.getTransactions()],
  createCheckout: [
    (c) => c.billing.startCheckout({ plan_code: "pro", success_url: "https://a.b/s", cancel_url: "https://a.b/c" }),
    (c) => c.createCheckout({ planCode: "pro", successUrl: "https://a.b/s", cancelUrl: "https://a.b/c" }),
  ],
  openBillingPortal: [(c) => c.billing.openPortal("https://a.b/r"), (c) => c.openBillingPortal("https://a.b/r")],
};

/** Those that make no call of their own, and why. */
const WITHOUT_A_CALL: Record<string, string> = {
  ready: "reads the storage",
  login: "goes to a page",
  subscribe: "createCheckout, and goes to a page",
  getToken: "gives out the token at hand",
  onChange: "listens",
  dispose: "stops",
};

/** An answer that every method can read something from. */
function everything(): object {
  const lists = ["organizations", "members", "invitations", "invite_links", "plans", "transactions"];
  return { ...granted(), ...Object.fromEntries(lists.map((list) => [list, []])), next_page_token: "", valid: true };
}

async function requestsOf(make: (fetch: typeof globalThis.fetch) => { signIn(): Promise<unknown>; call(): unknown }) {
  const server = new FakeServer(() => json(everything()));
  const { signIn, call } = make(server.fetch);
  await signIn();
  server.seen.length = 0;
  await call();
  return server.seen.map(withoutNames);
}

/** Ids of requests and idempotency keys are random, and have to be there. */
function withoutNames(request: Seen): Seen {
  const { "x-request-id": requestId, "idempotency-key": key, ...headers } = request.headers;
  assert.match(requestId, /^[0-9a-f]{32}$/);
  assert.equal(/^[0-9a-f]{32}$/.test(key ?? ""), request.method === "POST");
  return { ...request, headers };
}

for (const [name, [modular, flat]] of Object.entries(ROWS)) {
  test(`${name} sends the same request in both styles`, async () => {
    const credentials = { email: "a@b.example", password: "secret" };
    const inModules = await requestsOf((fetch) => {
      const client = createAuthClient({ apiBaseUrl: "https://guildhall.test/api/v1", fetch });
      return { signIn: () => client.auth.login(credentials), call: () => modular(client) };
    });
    const inOneList = await requestsOf((fetch) => {
      const client = createReauthClient({ baseUrl: "https://guildhall.test", fetch });
      return { signIn: () => client.signIn(credentials), call: () => flat(client) };
    });
    assert.equal(inModules.length > 0, true);
    assert.deepEqual(inOneList, inModules);
  });
}

test("every method of the flat style is compared, or makes no call", () => {
  const client = createReauthClient({ domain: "guildhall.test" });
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(client)).filter((name) => name !== "constructor");
  assert.deepEqual(methods.sort(), [...Object.keys(ROWS), ...Object.keys(WITHOUT_A_CALL)].sort());
});

test("a domain leads to its own server, and a base URL may hold the path of the API or not", async () => {
  const urls: string[] = [];
  const fetch: typeof globalThis.fetch = async (input) => {
    urls.push(String(input));
    return json({ plans: [], next_page_token: "" });
  };
  const addresses = [{ domain: "shop.test" }, { baseUrl: "https://g.test/" }, { baseUrl: "https://g.test/api/v1" }];
  for (const address of addresses) await createReauthClient({ ...(address as { domain: string }), fetch }).getPlans();
  assert.deepEqual(urls, [
    "https://reauth.shop.test/api/v1/billing/plans",
    "https://g.test/api/v1/billing/plans",
    "https://g.test/api/v1/billing/plans",
  ]);
});
