import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuthClient, createReauthClient } from "@guildhall/client";
import { FakeServer, granted, json, nothing, refusal } from "./harness/fake_server.js";

const EMPTY = { plans: [], next_page_token: "" };

function client(server: FakeServer, options: { timeoutMs?: number; maxRetries?: number } = {}) {
  return createAuthClient({ apiBaseUrl: "https://guildhall.test/api/v1/", fetch: server.fetch, ...options });
}

/** Answers with each of these in turn. */
function inTurn(...answers: (() => Response | Promise<Response>)[]): () => Response | Promise<Response> {
  return () => (answers.shift() ?? (() => refusal(500, "INTERNAL_ERROR")))();
}

const lost = (): Promise<Response> => Promise.reject(new TypeError("connection reset"));

test("what was lost on its way is asked again, under one idempotency key", async () => {
  const server = new FakeServer()
    .on(
      "GET /billing/plans",
      inTurn(lost, lost, () => json(EMPTY)),
    )
    .on(
      "POST /auth/login",
      inTurn(lost, () => json(granted())),
    );
  await client(server).billing.listPlans();
  assert.equal(server.to("GET /billing/plans").length, 3);
  await client(server).auth.login({ email: "a@b.example", password: "secret" });
  const keys = server.to("POST /auth/login").map(({ headers }) => headers["idempotency-key"]);
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
});

test("a DELETE that was lost on its way is not made again, since its success would look like a failure", async () => {
  const server = new FakeServer().on("POST /auth/login", () => json(granted())).on("DELETE /orgs/o1/members/u1", lost);
  const signedIn = client(server);
  await signedIn.auth.login({ email: "a@b.example", password: "secret" });
  await assert.rejects(signedIn.organizations.removeMember("o1", "u1"), { code: "NETWORK_ERROR", retryable: false });
  assert.equal(server.to("DELETE /orgs/o1/members/u1").length, 1);
});

test("a server that says when to come again is asked again then, whatever the method", async () => {
  const later = (): Response => refusal(503, "SERVICE_UNAVAILABLE", "later", { "retry-after": "1" });
  const server = new FakeServer()
    .on("POST /auth/login", () => json(granted()))
    .on(
      "DELETE /orgs/o1/members/u1",
      inTurn(later, () => nothing()),
    );
  const signedIn = client(server);
  await signedIn.auth.login({ email: "a@b.example", password: "secret" });
  const began = Date.now();
  await signedIn.organizations.removeMember("o1", "u1");
  assert.ok(Date.now() - began >= 1_000);
});

test("a server that asks to wait for long isn't waited for", async () => {
  const server = new FakeServer().on("GET /billing/plans", () =>
    refusal(429, "RATE_LIMITED", "Wait a minute.", { "retry-after": "60" }),
  );
  await assert.rejects(client(server).billing.listPlans(), { code: "RATE_LIMITED", retryAfterMs: 60_000 });
  assert.equal(server.seen.length, 1);
});

test("a refusal is not asked again", async () => {
  const server = new FakeServer().on("GET /billing/plans", () => refusal(500, "INTERNAL_ERROR"));
  await assert.rejects(client(server).billing.listPlans(), { code: "INTERNAL_ERROR", status: 500, retryable: false });
  assert.equal(server.seen.length, 1);
});

test("a call takes no longer than it may, and can be given up", async () => {
  const server = new FakeServer().on("GET /billing/plans", () => new Promise(() => undefined));
  await assert.rejects(client(server).billing.listPlans({}, { timeoutMs: 20 }), { code: "TIMEOUT", status: 0 });
  await assert.rejects(client(server, { timeoutMs: 20 }).billing.listPlans(), { code: "TIMEOUT" });
  const controller = new AbortController();
  const asking = client(server).billing.listPlans({}, { signal: controller.signal });
  controller.abort();
  await assert.rejects(asking, { code: "ABORTED", retryable: false });
  await assert.rejects(client(server).billing.listPlans({}, { signal: controller.signal }), { code: "ABORTED" });
});

test("a pause before another attempt can be given up too", async () => {
  const server = new FakeServer().on("GET /billing/plans", () =>
    refusal(503, "SERVICE_UNAVAILABLE", "later", { "retry-after": "9" }),
  );
  const controller = new AbortController();
  const asking = client(server).billing.listPlans({}, { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  const began = Date.now();
  await assert.rejects(asking, { code: "ABORTED" });
  assert.ok(Date.now() - began < 2_000);
});

test("whatever isn't a Guildhall server is told from one", async () => {
  const page = (status: number): Response => new Response("<html>", { status });
  const server = new FakeServer().on(
    "GET /billing/plans",
    inTurn(
      () => page(200),
      () => page(404),
    ),
  );
  for (const status of [200, 404]) {
    await assert.rejects(client(server).billing.listPlans(), { code: "UNEXPECTED_ANSWER", status });
  }
  const moved = new FakeServer().on("GET /billing/plans", () => new Response(null, { status: 302 }));
  await assert.rejects(client(moved).billing.listPlans(), { code: "UNEXPECTED_ANSWER", status: 302 });
  const proxy = new FakeServer().on("GET /billing/plans", () => page(502));
  await assert.rejects(client(proxy, { maxRetries: 0 }).billing.listPlans(), { code: "SERVICE_UNAVAILABLE" });
});

test("an id that would make another path of the call is refused before anything is sent", async () => {
  const server = new FakeServer().on("POST /auth/login", () => json(granted()));
  const flat = createReauthClient({ baseUrl: "https://guildhall.test", fetch: server.fetch });
  await flat.signIn({ email: "a@b.example", password: "secret" });
  server.seen.length = 0;
  for (const id of ["", ".", ".."]) {
    await assert.rejects(flat.listOrgMembers(id), { code: "VALIDATION_ERROR" });
  }
  assert.equal(server.seen.length, 0);
  await assert.rejects(flat.listOrgMembers("a/../b?c#d"));
  assert.equal(server.seen[0].path, "/orgs/a%2F..%2Fb%3Fc%23d/members");
});

test("a list is an array that goes on, in pages of the size that was asked for", async () => {
  const page = (codes: string[], next: string): Response =>
    json({ plans: codes.map((code) => ({ code, features: [] })), next_page_token: next });
  const server = new FakeServer().on("GET /billing/plans", ({ query }) =>
    query.includes("page_token=second") ? page(["c"], "") : page(["a", "b"], "second"),
  );
  const plans = await client(server).billing.listPlans({ page_size: 2 });
  assert.deepEqual([Array.isArray(plans), plans.length, plans.hasMore], [true, 2, true]);
  assert.equal(JSON.stringify(plans.map(({ code }) => code)), '["a","b"]');

  const rest = await plans.next();
  assert.deepEqual([rest?.map(({ code }) => code), rest?.hasMore, await rest?.next()], [["c"], false, null]);
  const all: string[] = [];
  for await (const { code } of plans) all.push(code);
  assert.deepEqual(all, ["a", "b", "c"]);
  assert.ok(server.seen.every(({ query }) => query.includes("page_size=2")));

  const flat = createReauthClient({ baseUrl: "https://guildhall.test", fetch: server.fetch });
  const offered: string[] = [];
  for await (const { code } of await flat.getPlans()) offered.push(code);
  assert.deepEqual(offered, ["a", "b", "c"]);
});

test("no token stands in an address", async () => {
  const server = new FakeServer().otherwise(() => json({ ...granted(), organizations: [], next_page_token: "" }));
  const signedIn = client(server);
  await signedIn.auth.login({ email: "a@b.example", password: "secret" });
  await signedIn.account.getMyOrgs();
  await signedIn.auth.refresh();
  await signedIn.account.resetPassword("mailed-secret", "another");
  for (const { path, query } of server.seen) assert.doesNotMatch(path + query, /refresh-1|signature|mailed-secret/);
});

test("only what does nothing twice is called retryable where nobody knows what was done", async () => {
  const never = (): Promise<Response> => new Promise(() => undefined);
  const server = new FakeServer().on("POST /auth/login", () => json(granted()));
  const signedIn = client(server, { maxRetries: 0, timeoutMs: 20 });
  await signedIn.auth.login({ email: "a@b.example", password: "secret" });
  for (const [answer, code] of [[lost, "NETWORK_ERROR"] as const, [never, "TIMEOUT"] as const]) {
    server.on("POST /me/orgs", answer).on("GET /me/orgs", answer);
    await assert.rejects(signedIn.account.createOrg({ name: "A" }), { code, retryable: false });
    const named = signedIn.account.createOrg({ name: "A" }, { idempotencyKey: "my-own-key" });
    await assert.rejects(named, { code, retryable: true });
    await assert.rejects(signedIn.account.getMyOrgs(), { code, retryable: true });
  }
});

test("what fits no request is called a mistake of the call, and isn't tried again", async () => {
  const server = new FakeServer().on("POST /auth/login", () => json(granted()));
  const signedIn = client(server);
  await signedIn.auth.login({ email: "a@b.example", password: "secret" });
  const before = server.seen.length;
  const name = 10n as unknown as string;
  await assert.rejects(signedIn.account.createOrg({ name }), { code: "VALIDATION_ERROR", retryable: false });
  const keyed = signedIn.account.createOrg({ name: "A" }, { idempotencyKey: "gh_☃" });
  await assert.rejects(keyed, { code: "VALIDATION_ERROR" });
  assert.equal(server.seen.length, before);
});

test("the path of the API may be left out of its address", async () => {
  for (const apiBaseUrl of ["https://guildhall.test", "https://guildhall.test/", "https://guildhall.test/api/v1/"]) {
    const seen: string[] = [];
    const fetch = async (url: unknown): Promise<Response> => {
      seen.push(String(url));
      return json(EMPTY);
    };
    await createAuthClient({ apiBaseUrl, fetch: fetch as typeof globalThis.fetch }).billing.listPlans();
    assert.deepEqual(seen, ["https://guildhall.test/api/v1/billing/plans"]);
  }
});

test("an export goes through all pages, as large as can be had, and ends with ABORTED when it is given up", async () => {
  const pages: Record<string, object> = {
    "?actor=u1&page_size=200": { entries: [{ id: "1" }, { id: "2" }], next_page_token: "more" },
    "?actor=u1&page_size=200&page_token=more": { entries: [{ id: "3" }], next_page_token: "" },
  };
  const server = new FakeServer()
    .on("POST /auth/login", () => json(granted()))
    .on("GET /orgs/o1/audit-log", ({ query }) => json(pages[query]));
  const signedIn = client(server);
  await signedIn.auth.login({ email: "a@b.example", password: "secret" });
  const { organizations } = signedIn;
  const exported: string[] = [];
  for await (const { id } of organizations.exportAuditLog("o1", { actor: "u1" })) exported.push(id);
  assert.deepEqual(exported, ["1", "2", "3"]);

  const controller = new AbortController();
  const { signal } = controller;
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { id } of organizations.exportAuditLog("o1", { actor: "u1" }, { signal })) {
      seen.push(id);
      controller.abort();
    }
  })();
  await assert.rejects(reading, { code: "ABORTED" });
  assert.deepEqual(seen, ["1", "2"]);
});
