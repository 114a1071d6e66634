import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type AuthClient, createAuthClient } from "@guildhall/client";
import { FakeServer, bearer, gate, granted, json, refusal } from "./harness/fake_server.js";
import { SharedStorage } from "./harness/tabs.js";

// Time stands still here unless a test lets it pass: what is tested is who waits for whom, and for how long.

const CREDENTIALS = { email: "user-1@example.com", password: "secret" };

interface Tabs {
  of: FakeServer;
  one: AuthClient;
  other: AuthClient;
  /** The server's answer to the change of the password. */
  answer: (response: Response) => void;
  changed: Promise<void>;
  /** A call of the other tab, which was refused with TOKEN_REVOKED. */
  asking: Promise<unknown>;
  /** Lets so many milliseconds pass, in steps. */
  pass: (milliseconds: number) => Promise<void>;
  /** Opens another one. */
  tab: () => AuthClient;
}

/** Waits for something that needs no time. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; !isTrue(); turn += 1) {
    assert.ok(turn < 100_000, "it did not happen");
    await new Promise(setImmediate);
  }
}

/** Two tabs of one session, one of which is changing the password while the other's call is refused. */
async function changing(context: TestContext): Promise<Tabs> {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
  const { opened, open } = gate<Response>();
  let isChanged = false;
  const of = new FakeServer()
    .on("POST /auth/login", () => json(granted()))
    .on("POST /auth/password/change", () => {
      isChanged = true;
      return opened;
    })
    .on("POST /auth/refresh", () => refusal(401, "TOKEN_REVOKED"))
    .on("GET /auth/me", ({ headers }) =>
      isChanged && headers.authorization === bearer() ? refusal(401, "TOKEN_REVOKED") : json({ id: "user-1" }),
    );
  const storage = new SharedStorage(context.name);
  const tab = (): AuthClient => {
    const client = createAuthClient({ apiBaseUrl: "https://guildhall.test", fetch: of.fetch, storage, maxRetries: 0 });
    context.after(() => client.dispose());
    return client;
  };
  const [one, other] = [tab(), tab()];
  await Promise.all([one.ready(), other.ready()]);
  await one.auth.login(CREDENTIALS);
  await until(() => other.auth.isAuthenticated());
  const changed = one.account.changePassword("secret", "another");
  await until(() => of.to("POST /auth/password/change").length === 1);
  const asking = other.auth.whoami();
  // Each is awaited later, some after it has failed.
  for (const promise of [changed, asking]) promise.catch(() => undefined);
  await until(() => of.to("GET /auth/me").length === 1);
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 50) {
      context.mock.timers.tick(50);
      await new Promise(setImmediate);
    }
  };
  return { of, one, other, answer: open, changed, asking, pass, tab };
}

test("a change of the password that takes long signs no other tab out", async (context) => {
  const { of, one, other, answer, changed, asking, pass } = await changing(context);

  await pass(20_000);
  assert.deepEqual([one.auth.isAuthenticated(), other.auth.isAuthenticated()], [true, true]);
  answer(json(granted({ session: "session-2", id: "2" })));
  await changed;
  await until(() => other.auth.getClaims()?.sid === "session-2");
  await pass(100);

  assert.deepEqual(await asking, { id: "user-1" });
  assert.equal(of.to("GET /auth/me").at(-1)?.headers.authorization, bearer({ session: "session-2", id: "2" }));
  assert.equal(of.to("POST /auth/refresh").length, 0);
});

test("a refresh that another tab makes while the password is changed waits for the new session too", async (context) => {
  const { other, answer, changed, pass } = await changing(context);
  const refreshing = other.auth.refresh();
  refreshing.catch(() => undefined);

  await pass(5_000);
  answer(json(granted({ session: "session-2", id: "2" })));
  await changed;
  await until(() => other.auth.getClaims()?.sid === "session-2");
  await pass(100);

  await refreshing;
  assert.equal(other.auth.getClaims()?.sid, "session-2");
});

test("once a change of the password has failed, nobody waits for it any longer", async (context) => {
  const { one, other, answer, changed, asking, pass } = await changing(context);
  await pass(2_000);
  assert.equal(other.auth.isAuthenticated(), true);

  answer(refusal(400, "INVALID_CREDENTIALS"));
  await assert.rejects(changed, { code: "INVALID_CREDENTIALS" });
  await new Promise(setImmediate);
  await pass(600);

  await assert.rejects(asking, { code: "TOKEN_REVOKED" });
  assert.equal(other.auth.isAuthenticated(), false);
  await until(() => !one.auth.isAuthenticated());
});

test("a tab that is opened while another changes the password waits as the others do", async (context) => {
  const { of, answer, changed, pass, tab } = await changing(context);
  await pass(5_000);
  const late = tab();
  await late.ready();
  const asking = late.auth.whoami();
  await until(() => of.to("GET /auth/me").length === 2);
  await pass(5_000);
  assert.equal(late.auth.isAuthenticated(), true);
  answer(json(granted({ session: "session-2", id: "2" })));
  await changed;
  await until(() => late.auth.getClaims()?.sid === "session-2");
  await pass(100);
  assert.deepEqual(await asking, { id: "user-1" });
});

test("a tab that is closed while it changes the password keeps the others waiting for seconds only", async (context) => {
  const { one, other, asking, pass } = await changing(context);
  await pass(5_000);
  one.dispose();
  await pass(2_000);
  assert.equal(other.auth.isAuthenticated(), true);
  await pass(1_000);
  await assert.rejects(asking, { code: "TOKEN_REVOKED" });
  assert.equal(other.auth.isAuthenticated(), false);
});
