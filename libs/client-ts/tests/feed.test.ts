import assert from "node:assert/strict";
import { before, mock, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type ServerClient, createServerClient } from "@guildhall/client/server";
import { ISSUER, Issuer, SESSION, TEAM, USER, now } from "./harness/issuer.js";

let issuer: Issuer;

before(async () => {
  issuer = await Issuer.make();
});

const KNOWN = { i: 10, o: 20, b: 30 };

/** A gateway's half of the feed. */
class FakeFeed {
  readonly subscriptions: Headers[] = [];
  readonly client: ServerClient;
  readonly interruptions: string[] = [];
  isOpen = false;
  #out: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(jwks: string) {
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (String(input).endsWith("jwks.json")) return new Response(jwks);
      this.subscriptions.push(new Headers(init?.headers));
      const body = new ReadableStream<Uint8Array>({ start: (out) => void (this.#out = out) });
      this.isOpen = true;
      init?.signal?.addEventListener("abort", () => {
        this.isOpen = false;
        this.#out?.error(new Error("aborted"));
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    };
    this.client = createServerClient({
      baseUrl: ISSUER,
      fetch,
      apiKey: "gh_sk_test",
      revocations: true,
      onInterruption: (reason) => this.interruptions.push(reason),
    });
  }

  send(message: object, id?: string): this {
    const lines = [
      ...(id === undefined ? [] : [`id: ${id}`]),
      `event: any`,
      `data: ${JSON.stringify(message)}`,
      "",
      "",
    ];
    this.#out?.enqueue(new TextEncoder().encode(lines.join("\n")));
    return this;
  }

  close(): void {
    this.#out?.close();
  }

  snapshot(events: object[] = [], epoch = "epoch-1", through = KNOWN): this {
    const whole = { part: 0, is_last: true, through, token_lifetime_seconds: 300, events };
    return this.send({ type: "snapshot", epoch, ...whole }).heartbeat(through, epoch);
  }

  heartbeat(positions = KNOWN, epoch = "epoch-1", silence = 0, elapsed?: number): this {
    return this.send({ type: "heartbeat", epoch, positions, silence_ms: silence, elapsed_ms: elapsed });
  }

  async reason(token: string): Promise<string | undefined> {
    return (await this.client.authenticate({ authorization: `Bearer ${token}` })).reason;
  }
}

/** The same by turns alone, where the time is a test's own. */
async function untilTurns(isTrue: () => boolean): Promise<void> {
  for (let turns = 0; !isTrue(); turns += 1) {
    assert.ok(turns < 10_000, "it did not happen");
    await new Promise(setImmediate);
  }
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await isTrue())) {
    assert.ok(Date.now() < deadline, "it did not happen within five seconds");
    await pause(2);
  }
}

async function following(events: object[] = []): Promise<FakeFeed> {
  const feed = new FakeFeed(await issuer.jwks());
  await until(() => feed.subscriptions.length === 1);
  feed.snapshot(events);
  await until(() => feed.client.feedState === "fresh");
  return feed;
}

/** A token that is older than what a blind verifier believes. */
const old = (changes = {}) => issuer.token({ iat: now() - 120, exp: now() + 180, ...changes });

test("a verifier that has heard nothing believes a minute, and one that follows believes the rest", async () => {
  const feed = new FakeFeed(await issuer.jwks());
  await until(() => feed.subscriptions.length === 1);
  assert.equal(feed.subscriptions[0].get("authorization"), "Bearer gh_sk_test");
  assert.equal(feed.client.feedState, "blind");
  assert.equal(await feed.reason(await issuer.token()), undefined);
  assert.equal(await feed.reason(await old()), "TOKEN_STALE");
  feed.snapshot();
  await until(() => feed.client.feedState === "fresh");
  assert.equal(await feed.reason(await old()), undefined);
  feed.client.dispose();
});

const of = { user_id: USER, organization_id: TEAM };
const changes: [name: string, event: object, reason: string][] = [
  ["the end of its session", { service: "i", position: 11, kind: "session", session_id: SESSION }, "TOKEN_REVOKED"],
  ["the end of its user", { service: "i", position: 11, kind: "user", user_id: USER, ended: true }, "TOKEN_REVOKED"],
  ["a change of its user", { service: "i", position: 11, kind: "user", user_id: USER }, "TOKEN_STALE"],
  ["a user who left all", { service: "o", position: 21, kind: "user", user_id: USER }, "TOKEN_STALE"],
  ["a change of its membership", { service: "o", position: 21, kind: "membership", ...of }, "TOKEN_STALE"],
  ["its organization", { service: "o", position: 21, kind: "organization", ...of }, "TOKEN_STALE"],
  ["a role that it holds", { service: "o", position: 21, kind: "role", ...of, role_code: "seller" }, "TOKEN_STALE"],
  ["its plan", { service: "b", position: 31, kind: "entitlement", ...of }, "TOKEN_STALE"],
  ["everybody", { service: "o", position: 21, kind: "all" }, "TOKEN_STALE"],
  ["what isn't known here", { service: "o", position: 21, kind: "a later kind" }, "TOKEN_STALE"],
];
for (const [name, event, reason] of changes) {
  test(`a change of ${name} refuses the tokens before it, and none that knows it`, async () => {
    const feed = await following();
    const token = await old();
    assert.equal(await feed.reason(token), undefined);
    const through = { ...KNOWN, [(event as { service: string }).service]: (event as { position: number }).position };
    feed.send({ type: "batch", epoch: "epoch-1", after: KNOWN, through, events: [event] });
    await until(async () => (await feed.reason(token)) === reason);
    assert.equal(await feed.reason(await old({ asof: { ...through, e: "epoch-1" } })), undefined);
    feed.client.dispose();
  });
}

test("changes that concern others refuse nothing", async () => {
  const other = "01a224e4-0000-7493-8665-a5c5a3569fef";
  const feed = await following([
    { service: "i", position: 9, kind: "session", session_id: SESSION },
    { service: "i", position: 11, kind: "session", session_id: other },
    { service: "o", position: 21, kind: "membership", user_id: other, organization_id: TEAM },
    { service: "o", position: 21, kind: "membership", user_id: USER, organization_id: other },
    { service: "o", position: 21, kind: "role", organization_id: TEAM, role_code: "buyer" },
    { service: "b", position: 31, kind: "entitlement", organization_id: other },
  ]);
  assert.equal(await feed.reason(await old()), undefined);
  feed.client.dispose();
});

test("a token that tells no plan is not concerned by one", async () => {
  const feed = await following([{ service: "b", position: 31, kind: "entitlement", organization_id: TEAM }]);
  assert.equal(await feed.reason(await old({ subscription: undefined })), undefined);
  assert.equal(await feed.reason(await old()), "TOKEN_STALE");
  feed.client.dispose();
});

test("a lost message is noticed, and the feed begins anew from where it was", async () => {
  const feed = await following();
  feed.send({ type: "heartbeat", epoch: "epoch-1", positions: KNOWN }, "resume-here");
  feed.heartbeat({ ...KNOWN, o: 21 });
  await until(() => feed.subscriptions.length === 2);
  assert.deepEqual(feed.interruptions, ["changes are missing"]);
  assert.equal(feed.subscriptions[1].get("last-event-id"), "resume-here");
  feed.client.dispose();
});

test("a stream that is closed, or holds nonsense, is begun anew", async () => {
  const feed = await following();
  feed.close();
  await until(() => feed.subscriptions.length === 2);
  feed.send("nonsense" as unknown as object).send({ type: "batch" });
  await until(() => feed.subscriptions.length === 3);
  assert.equal(feed.interruptions.length, 2);
  feed.client.dispose();
});

test("a sender that itself hears nothing doesn't pass for fresh", async () => {
  const feed = new FakeFeed(await issuer.jwks());
  await until(() => feed.subscriptions.length === 1);
  feed.send({
    type: "snapshot",
    epoch: "epoch-1",
    part: 0,
    is_last: true,
    through: KNOWN,
    token_lifetime_seconds: 300,
    events: [],
  });
  feed.heartbeat(KNOWN, "epoch-1", 3_000);
  await until(() => feed.client.feedState === "lagging");
  assert.equal(await feed.reason(await old()), undefined);
  feed.client.dispose();
});

test("a token of an epoch before is judged by what both epochs tell, and an old one is refreshed", async () => {
  const feed = await following();
  const [young, aged] = [await issuer.token(), await old()];
  feed.send({ type: "heartbeat", epoch: "epoch-2", positions: KNOWN });
  await until(() => feed.subscriptions.length === 2);
  feed.snapshot([], "epoch-2", { i: 1, o: 1, b: 1 });
  await until(async () => (await feed.reason(aged)) === "TOKEN_STALE");
  assert.equal(await feed.reason(young), undefined);
  assert.equal(await feed.reason(await old({ asof: { i: 1, o: 1, b: 1, e: "epoch-2" } })), undefined);
  const ended = { service: "i", position: 2, kind: "session", session_id: SESSION };
  const [after, through] = [
    { i: 1, o: 1, b: 1 },
    { i: 2, o: 1, b: 1 },
  ];
  feed.send({ type: "batch", epoch: "epoch-2", after, through, events: [ended] });
  await until(async () => (await feed.reason(young)) === "TOKEN_REVOKED");
  feed.client.dispose();
});

test("a session that ended in an epoch before doesn't live again in a later one", async () => {
  const feed = await following([{ service: "i", position: 11, kind: "session", session_id: SESSION }]);
  feed.send({ type: "heartbeat", epoch: "epoch-2", positions: KNOWN });
  await until(() => feed.subscriptions.length === 2);
  feed.snapshot([], "epoch-2", { i: 1, o: 1, b: 1 });
  const token = await issuer.token({ asof: { i: 1, o: 1, b: 1, e: "epoch-2" } });
  const other = await old({ asof: { i: 1, o: 1, b: 1, e: "epoch-2" }, sid: TEAM });
  await until(async () => (await feed.reason(other)) === undefined);
  assert.equal(await feed.reason(token), "TOKEN_REVOKED");
  feed.client.dispose();
});

test("keys come with the feed", async () => {
  const feed = await following();
  const next = await Issuer.make("key-2");
  feed.send({ type: "keys", jwks: await next.jwks() });
  await until(async () => (await feed.reason(await next.token())) === undefined);
  assert.equal(await feed.reason(await issuer.token()), "TOKEN_INVALID");
  feed.client.dispose();
});

test("a demanded position is waited for, half a second at most", async () => {
  const feed = await following();
  const authorization = `Bearer ${await issuer.token()}`;
  const asking = feed.client.authenticate({ authorization, "guildhall-min-position": "o:21" });
  const removed = { service: "o", position: 21, kind: "membership", ...of };
  feed.send({ type: "batch", epoch: "epoch-1", after: KNOWN, through: { ...KNOWN, o: 21 }, events: [removed] });
  assert.equal((await asking).reason, "TOKEN_STALE");
  const began = performance.now();
  const never = await feed.client.authenticate({
    authorization: `Bearer ${await issuer.token({ asof: { i: 10, o: 21, b: 30, e: "epoch-1" } })}`,
    "guildhall-min-position": "i:99",
  });
  const took = performance.now() - began;
  assert.equal(never.reason, "TOKEN_STALE");
  assert.ok(took >= 450 && took < 2_000, `${took} ms`);
  feed.client.dispose();
});

/** Asks with a token, and for no less than a position; answers why not, and how long that took. */
async function demanded(feed: FakeFeed, token: string, position: string): Promise<[string | undefined, number]> {
  const began = performance.now();
  const asked = { authorization: `Bearer ${token}`, "guildhall-min-position": position };
  const { reason } = await feed.client.authenticate(asked);
  return [reason, performance.now() - began];
}

test("with a position, a token of an epoch that has gone is stale at once, whatever it knows", async () => {
  const feed = await following();
  const former = await issuer.token();
  feed.send({ type: "heartbeat", epoch: "epoch-2", positions: KNOWN });
  await until(() => feed.subscriptions.length === 2);
  feed.snapshot([], "epoch-2", { i: 90, o: 90, b: 90 });
  const token = await issuer.token({ asof: { i: 90, o: 90, b: 90, e: "epoch-2" } });
  await until(async () => (await demanded(feed, token, "o:90"))[0] === undefined);
  assert.equal(await feed.reason(former), undefined);
  for (const position of ["o:20", "o:50", "o:99"]) {
    const [reason, took] = await demanded(feed, former, position);
    assert.equal(reason, "TOKEN_STALE", position);
    assert.ok(took < 400, `${took} ms`);
  }
  feed.client.dispose();
});

test("whoever waits for a position hears at once that its epoch has gone, and isn't told by the next one's", async () => {
  const feed = await following();
  const asking = demanded(feed, await issuer.token(), "o:50");
  feed.send({ type: "heartbeat", epoch: "epoch-2", positions: KNOWN });
  await until(() => feed.subscriptions.length === 2);
  feed.snapshot([], "epoch-2", { i: 90, o: 90, b: 90 });
  const [reason, took] = await asking;
  assert.equal(reason, "TOKEN_STALE");
  assert.ok(took < 450, `${took} ms`);
  feed.client.dispose();
});

test("what one epoch told is no answer for a token of one that wasn't heard of yet", async () => {
  const feed = await following();
  const token = await issuer.token({ asof: { i: 1, o: 1, b: 1, e: "epoch-2" } });
  const [reason, took] = await demanded(feed, token, "o:20");
  assert.equal(reason, "TOKEN_STALE");
  assert.ok(took >= 450, `${took} ms`);
  feed.client.dispose();
});

test("a position that is more than ten thousand changes away isn't waited for", async () => {
  const feed = await following();
  const [reason, took] = await demanded(feed, await issuer.token(), "o:10021");
  assert.equal(reason, "TOKEN_STALE");
  assert.ok(took < 400, `${took} ms`);
  feed.client.dispose();
});

test("following needs an API key", () => {
  assert.throws(() => createServerClient({ baseUrl: ISSUER, revocations: true }), { code: "UNAUTHORIZED" });
});

test("what lay in buffers for long doesn't pass for fresh, and no sender can tell of the future", async () => {
  const feed = new FakeFeed(await issuer.jwks());
  await until(() => feed.subscriptions.length === 1);
  const whole = { part: 0, is_last: true, through: KNOWN, token_lifetime_seconds: 300, events: [] };
  feed.send({ type: "snapshot", epoch: "epoch-1", ...whole });
  await pause(1_300);
  feed.heartbeat(KNOWN, "epoch-1", 0, 0);
  await until(() => feed.client.feedState !== "blind");
  assert.equal(feed.client.feedState, "lagging");
  feed.heartbeat(KNOWN, "epoch-1", 0, 3_600_000);
  await until(() => feed.client.feedState === "fresh");
  await pause(1_100);
  assert.equal(feed.client.feedState, "lagging");
  feed.client.dispose();
});

test("a subscription is begun anew after about an hour, which is no interruption", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const feed = new FakeFeed(await issuer.jwks());
    await untilTurns(() => feed.subscriptions.length === 1);
    feed.snapshot();
    let seconds = 0;
    for (; feed.subscriptions.length === 1 && seconds < 3_700; seconds += 1) {
      if (feed.isOpen) feed.heartbeat();
      await new Promise(setImmediate);
      mock.timers.tick(1_000);
      await new Promise(setImmediate);
    }
    assert.ok(seconds >= 3_200 && seconds <= 3_605, `after ${seconds} seconds`);
    assert.deepEqual(feed.interruptions, []);
    feed.client.dispose();
  } finally {
    mock.timers.reset();
  }
});

test("a logger that throws doesn't end the following", async () => {
  let subscriptions = 0;
  const fetch: typeof globalThis.fetch = async () => {
    subscriptions += 1;
    return new Response("", { status: 500 });
  };
  const onInterruption = (): never => {
    throw new Error("the logger is broken");
  };
  const client = createServerClient({
    baseUrl: ISSUER,
    fetch,
    apiKey: "gh_sk_test",
    revocations: true,
    onInterruption,
  });
  await until(() => subscriptions >= 2);
  client.dispose();
});

test("a client is ready when it has keys and follows", async () => {
  const feed = new FakeFeed(await issuer.jwks());
  let isReady = false;
  const ready = feed.client.ready().then(() => (isReady = true));
  await until(() => feed.subscriptions.length === 1);
  await pause(10);
  assert.equal(isReady, false);
  feed.snapshot();
  await ready;
  feed.client.dispose();
});
