import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuthClient, type ReauthClient, createAuthClient, createReauthClient } from "@guildhall/client";
import { FakeServer, type Seen, granted, json } from "./harness/fake_server.js";

/** One call in both styles, and the request that comes of it. */
type Row = [request: string, modular: (client: AuthClient) => unknown, flat: (client: ReauthClient) => unknown];

/** What both styles call alike, by the method of the flat one. */
const ROWS: Record<string, Row> = {
  signUp: [
    'POST /auth/register {"email":"a@b.example","password":"secret"}',
    (c) => c.auth.register({ email: "a@b.example", password: "secret" }),
    (c) => c.signUp({ email: "a@b.example", password: "secret" }),
  ],
  signIn: [
    'POST /auth/login {"email":"a@b.example","password":"secret"}',
    (c) => c.auth.login({ email: "a@b.example", password: "secret" }),
    (c) => c.signIn({ email: "a@b.example", password: "secret" }),
  ],
  logout: ['POST /auth/logout {"refresh_token":"refresh-1"}', (c) => c.auth.logout(), (c) => c.logout()],
  deleteAccount: [
    'DELETE /me/account {"password":"secret","confirmation":"DELETE"}',
    (c) => c.account.deleteMyAccount("secret"),
    (c) => c.deleteAccount("secret"),
  ],
  getSession: ["GET /auth/session", (c) => c.auth.getSession(), (c) => c.getSession()],
  refresh: ['POST /auth/refresh {"refresh_token":"refresh-1"}', (c) => c.auth.refresh(), (c) => c.refresh()],
  createOrg: ['POST /me/orgs {"name":"A"}', (c) => c.organizations.create({ name: "A" }), (c) => c.createOrg("A")],
  listOrgs: [
    "GET /me/orgs?page_size=7",
    (c) => c.account.getMyOrgs({ page_size: 7 }),
    (c) => c.listOrgs({ page_size: 7 }),
  ],
  updateOrg: [
    'PUT /orgs/o%2F1 {"name":"B"}',
    (c) => c.organizations.update("o/1", { name: "B" }),
    (c) => c.updateOrg("o/1", "B"),
  ],
  deleteOrg: ["DELETE /orgs/o1", (c) => c.organizations.delete("o1"), (c) => c.deleteOrg("o1")],
  leaveOrg: ["DELETE /me/orgs/o1", (c) => c.account.leaveOrg("o1"), (c) => c.leaveOrg("o1")],
  switchOrg: [
    'POST /auth/switch-org {"organization_id":"o1"}',
    (c) => c.auth.switchOrg("o1"),
    (c) => c.switchOrg("o1"),
  ],
  listOrgMembers: [
    "GET /orgs/o1/members?search=ann+%26+co",
    (c) => c.organizations.listMembers("o1", { search: "ann & co" }),
    (c) => c.listOrgMembers("o1", { search: "ann & co" }),
  ],
  updateMemberRole: [
    'PUT /orgs/o1/members/u1/role {"role":"owner"}',
    (c) => c.organizations.updateMemberRole("o1", "u1", "owner"),
    (c) => c.updateMemberRole("o1", "u1", "owner"),
  ],
  removeOrgMember: [
    "DELETE /orgs/o1/members/u1",
    (c) => c.organizations.removeMember("o1", "u1"),
    (c) => c.removeOrgMember("o1", "u1"),
  ],
  inviteToOrg: [
    'POST /orgs/o1/invitations {"email":"a@b.example","role":"member"}',
    (c) => c.organizations.createInvitation("o1", { email: "a@b.example", role: "member" }),
    (c) => c.inviteToOrg("o1", "a@b.example", "member"),
  ],
  listPendingInvites: [
    "GET /orgs/o1/invitations",
    (c) => c.organizations.listInvitations("o1"),
    (c) => c.listPendingInvites("o1"),
  ],
  revokeInvite: [
    "DELETE /orgs/o1/invitations/i1",
    (c) => c.organizations.revokeInvitation("o1", "i1"),
    (c) => c.revokeInvite("o1", "i1"),
  ],
  acceptInvite: [
    'POST /invitations/accept {"token":"t1"}',
    (c) => c.account.acceptInvitationToken("t1"),
    (c) => c.acceptInvite("t1"),
  ],
  createInviteLink: [
    'POST /orgs/o1/invite-links {"role":"member"}',
    (c) => c.organizations.createInviteLink("o1", { role: "member" }),
    (c) => c.createInviteLink("o1", "member"),
  ],
  listInviteLinks: [
    "GET /orgs/o1/invite-links",
    (c) => c.organizations.listInviteLinks("o1"),
    (c) => c.listInviteLinks("o1"),
  ],
  revokeInviteLink: [
    "DELETE /orgs/o1/invite-links/l1",
    (c) => c.organizations.revokeInviteLink("o1", "l1"),
    (c) => c.revokeInviteLink("o1", "l1"),
  ],
  joinViaLink: ["POST /invite-links/t1/join", (c) => c.account.joinViaLink("t1"), (c) => c.joinViaLink("t1")],
  getPlans: ["GET /billing/plans", (c) => c.billing.listPlans(), (c) => c.getPlans()],
  getSubscription: ["GET /billing/subscription", (c) => c.billing.getSubscription(), (c) => c.getSubscription()],
  getBalance: ["GET /billing/balance", (c) => c.billing.getBalance(), (c) => c.getBalance()],
  getTransactions: ["GET /billing/transactions", (c) => c.billing.listTransactions(), (c) => c.getTransactions()],
  createCheckout: [
    'POST /billing/checkout {"plan_code":"pro","success_url":"https://a.b/s","cancel_url":"https://a.b/c"}',
    (c) => c.billing.startCheckout({ plan_code: "pro", success_url: "https://a.b/s", cancel_url: "https://a.b/c" }),
    (c) => c.createCheckout({ planCode: "pro", successUrl: "https://a.b/s", cancelUrl: "https://a.b/c" }),
  ],
  openBillingPortal: [
    'POST /billing/portal {"return_url":"https://a.b/r"}',
    (c) => c.billing.openPortal("https://a.b/r"),
    (c) => c.openBillingPortal("https://a.b/r"),
  ],
};

/** Those that make no call of their own, and why. */
const WITHOUT_A_CALL: Record<string, string> = {
  ready: "reads the storage",
  login: "goes to a page",
  subscribe: "createCheckout, and goes to a page",
  getClaims: "tells what is at hand",
  getToken: "gives out the token at hand",
  onChange: "listens",
  dispose: "stops",
};

/** An answer that every method can read something from. */
function everything(): object {
  const lists = ["organizations", "members", "invitations", "invite_links", "plans", "transactions"];
  // A list is the array of its answer, so the empty ones come first.
  return { ...Object.fromEntries(lists.map((list) => [list, []])), ...granted(), next_page_token: "", valid: true };
}

async function requestsOf(make: (fetch: typeof globalThis.fetch) => { signIn(): Promise<unknown>; call(): unknown }) {
  const server = new FakeServer().otherwise(() => json(everything()));
  const { signIn, call } = make(server.fetch);
  await signIn();
  server.seen.length = 0;
  await call();
  return server.seen.map(withoutNames);
}

/** The request as one line, its body in the order in which it was sent. */
function lineOf({ method, path, query, body }: Seen): string {
  return [`${method} ${path}${query}`, ...(body === undefined ? [] : [JSON.stringify(body)])].join(" ");
}

/** Ids of requests and idempotency keys are random, and have to be there. */
function withoutNames(request: Seen): Seen {
  const { "x-request-id": requestId, "idempotency-key": key, ...headers } = request.headers;
  assert.match(requestId, /^[0-9a-f]{32}$/);
  assert.equal(/^[0-9a-f]{32}$/.test(key ?? ""), request.method === "POST");
  return { ...request, headers };
}

for (const [name, [request, modular, flat]] of Object.entries(ROWS)) {
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
    assert.deepEqual(inModules.map(lineOf), [request]);
    assert.deepEqual(inOneList.map(lineOf), [request]);
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
