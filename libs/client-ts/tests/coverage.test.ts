import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuthClient } from "@guildhall/client";
import { createBackOffice } from "@guildhall/client/back-office";
import { createServerClient } from "@guildhall/client/server";
import { ROUTES } from "./gen/routes.js";
import { FakeServer, granted, json } from "./harness/fake_server.js";

/** Routes that no method calls, and why. */
const NOT_CALLED: Record<string, string> = {
  "GET /openapi.json": "describes the API, and this package was made from it",
  "GET /api/v1/revocations": "followed by createServerClient({ revocations: true }), not called",
  "POST /api/v1/webhooks/stripe": "called by Stripe",
};

/** Methods that a client calls by itself or that make no call. */
const WITHOUT_A_CALL = new Set(["constructor", "isAuthenticated", "getClaims", "onChange", "on", "tokenFor"]);

function methodsOf(module: object): string[] {
  const names = new Set<string>();
  for (
    let type: object = Object.getPrototypeOf(module);
    type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    for (const name of Object.getOwnPropertyNames(type)) names.add(name);
  }
  return [...names].filter((name) => !WITHOUT_A_CALL.has(name));
}

async function callWithAnything(module: object, name: string): Promise<void> {
  const method = (module as Record<string, (...given: unknown[]) => unknown>)[name];
  const outcome = method.call(module, "one", "two", "three");
  const stream = outcome as AsyncIterable<unknown>;
  if (typeof stream[Symbol.asyncIterator] === "function") for await (const _ of stream) break;
  else await outcome;
}

test("every route of the document has a method, or a reason why not", async () => {
  const lists = ["organizations", "members", "invitations", "invite_links", "plans", "transactions", "users", "roles"];
  const others = ["permissions", "entries", "sessions", "api_keys", "events", "results"];
  const everything = {
    ...granted(),
    ...Object.fromEntries([...lists, ...others].map((list) => [list, []])),
    next_page_token: "",
    valid: true,
    transaction: {},
    user: { id: "user-1", email: "a@b.example" },
  };
  const server = new FakeServer().otherwise(() => json(everything));
  const client = createAuthClient({ apiBaseUrl: "https://guildhall.test/api/v1", fetch: server.fetch });
  const signIn = () => client.auth.login({ email: "a@b.example", password: "secret" });
  const backOffice = createBackOffice(client);
  const modules = [client.auth, client.account, client.organizations, client.billing, backOffice, backOffice.users];
  for (const module of modules) {
    for (const name of methodsOf(module)) {
      if (!client.auth.isAuthenticated()) await signIn();
      await callWithAnything(module, name);
    }
  }
  await signIn();
  await client.auth.tokenFor("another");
  const byKey = createServerClient({ baseUrl: "https://guildhall.test", fetch: server.fetch, apiKey: "gh_sk_test" });
  for (const name of ["charge", "deposit", "getBalance", "getTransactions", "getSubscription"]) {
    await callWithAnything(byKey, name);
  }
  await byKey.authenticate({ authorization: `Bearer ${tokenOfUnknownKey()}` });

  const called = new Set(server.seen.map(({ method, path }) => `${method} ${path}`));
  const isCalled = ({ method, path }: { method: string; path: string }): boolean => {
    const pattern = new RegExp(`^${method} ${path.replace(/^\/api\/v1/, "").replace(/\{\w+\}/g, "[^/]+")}$`);
    return [...called].some((call) => pattern.test(call));
  };
  const missing = ROUTES.filter((route) => !isCalled(route)).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(
    missing.filter((route) => !(route in NOT_CALLED)),
    [],
  );
  const documented = new Set(ROUTES.map(({ method, path }): string => `${method} ${path}`));
  assert.deepEqual(
    missing.sort(),
    Object.keys(NOT_CALLED)
      .filter((route) => documented.has(route))
      .sort(),
  );
});

function tokenOfUnknownKey(): string {
  const header = Buffer.from('{"alg":"EdDSA","typ":"at+jwt","kid":"unknown"}').toString("base64url");
  return `${header}.e30.${"A".repeat(86)}`;
}
