import assert from "node:assert/strict";
import { IncomingMessage, createServer } from "node:http";
import { type AddressInfo, Socket, connect } from "node:net";
import { before, test } from "node:test";
import { ACCESS_COOKIE, type Authenticable, type Authentication } from "@guildhall/client/server";
import { ISSUER, Issuer, TEAM, USER, claimsOf, now, verifying } from "./harness/issuer.js";

let issuer: Issuer;
let jwks: string;

before(async () => {
  issuer = await Issuer.make();
  jwks = await issuer.jwks();
});

const asked = (token: string): Authenticable => ({ authorization: `Bearer ${token}` });

async function authenticate(token: string, options = {}): Promise<Authentication> {
  return verifying(jwks, options).authenticate(asked(token));
}

async function refuses(token: string, reason: string, message: RegExp): Promise<void> {
  const result = await authenticate(token);
  assert.deepEqual([result.valid, result.user, result.claims, result.reason], [false, null, null, reason]);
  assert.match(result.valid ? "" : result.message, message);
}

test("a right token says who asks, for which organization, with which rights and plan", async () => {
  const result = await authenticate(await issuer.token());
  assert.ok(result.valid);
  assert.deepEqual(result.user, {
    id: USER,
    email: "alice@example.com",
    activeOrgId: TEAM,
    orgRole: "member",
    roles: ["seller"],
    permissions: ["org:read"],
    subscription: {
      status: "active",
      planCode: "pro",
      planName: null,
      currentPeriodEnd: null,
      cancelAtPeriodEnd: false,
      trialEndsAt: null,
    },
  });
  assert.equal(result.claims.iss, ISSUER);
});

test("what is given out can't be changed for the next one", async () => {
  const result = await authenticate(await issuer.token());
  assert.ok(result.valid);
  assert.throws(() => (result.claims.permissions as string[]).push("org:update"), TypeError);
});

test("requests come in every shape that servers have them in", async () => {
  const token = await issuer.token();
  const bearer = `Bearer ${token}`;
  const incoming = new IncomingMessage(new Socket());
  incoming.headers = { authorization: bearer };
  const cookie = `theme=dark; ${ACCESS_COOKIE}=${token}`;
  const requests: Authenticable[] = [
    new Request("https://shop.example/", { headers: { authorization: bearer } }),
    new Headers({ authorization: bearer }),
    new Headers({ authorization: `bEaReR ${token}` }),
    incoming,
    { headers: { authorization: bearer } },
    { Authorization: bearer },
    { authorization: [bearer] },
    { cookie },
    { headers: new Headers({ cookie }) },
    incomingWith({ cookie }),
    withGet({ authorization: bearer }, undefined),
    withGet({ cookie }, undefined),
    withGet({ cookie }, ""),
    { get: (name: string) => (name === "cookie" ? cookie : "") } as unknown as Headers,
    { authorization: [undefined] as unknown as string[], cookie },
  ];
  const server = verifying(jwks);
  for (const request of requests) assert.equal((await server.authenticate(request)).valid, true);
});

/** Made by an adapter, which has nothing but the headers. */
function incomingWith(headers: IncomingMessage["headers"]): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { headers });
}

/** As Express and Koa have it. */
function withGet(headers: Record<string, string>, missing: string | undefined): Authenticable {
  const get = (name: string): string | undefined => headers[name.toLowerCase()] ?? missing;
  return { headers, get } as Authenticable;
}

test("without credentials nobody asks, and other schemes are not ours", async () => {
  const server = verifying(jwks);
  for (const request of [{}, new Headers(), { cookie: "theme=dark" }, { cookie: `x${ACCESS_COOKIE}=a` }]) {
    assert.equal((await server.authenticate(request)).reason, "UNAUTHORIZED");
  }
  const basic = await server.authenticate({ authorization: "Basic YTpi" });
  assert.deepEqual([basic.reason, basic.valid ? 0 : basic.status], ["UNAUTHORIZED", 401]);
});

test("a bad bearer never falls back to a cookie, and what comes twice is refused", async () => {
  const token = await issuer.token();
  const cookie = `${ACCESS_COOKIE}=${token}`;
  const server = verifying(jwks);
  const refused: Authenticable[] = [
    { authorization: "Bearer no", cookie },
    { authorization: "Basic no", cookie },
    { authorization: [`Bearer ${token}`, `Bearer ${token}`] },
    new Headers([
      ["authorization", `Bearer ${token}`],
      ["authorization", `Bearer ${token}`],
    ]),
    { cookie: `${cookie}; ${cookie}` },
    { cookie: [cookie, cookie] },
  ];
  for (const request of refused) assert.equal((await server.authenticate(request)).valid, false);
});

test("a doubled header is refused over the wire too, where Node shows the first alone", async () => {
  const token = await issuer.token();
  const server = verifying(jwks);
  const http = createServer((request, response) => {
    void server.authenticate(request).then(({ valid, reason }) => response.end(JSON.stringify({ valid, reason })));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const answerTo = (headers: string[]): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      let answer = "";
      socket.on("data", (chunk) => (answer += chunk.toString()));
      socket.on("close", () => resolve(answer));
      socket.write(["GET / HTTP/1.1", "host: a", "connection: close", ...headers, "", ""].join("\r\n"));
    });
  const header = `authorization: Bearer ${token}`;
  assert.match(await answerTo([header]), /"valid":true/);
  assert.match(await answerTo([header, header]), /"valid":false,"reason":"TOKEN_INVALID"/);
  http.close();
  http.closeAllConnections();
});

test("too long a token is refused before it is looked at", () =>
  refuses("a".repeat(8193), "TOKEN_INVALID", /too long/));

test("a token is three canonical base64url parts", async () => {
  const token = await issuer.token();
  const [header, payload, signature] = token.split(".");
  const wrong = [
    "",
    "a",
    "a.b",
    ".".repeat(8000),
    `${token}.`,
    `${token}.a`,
    `${header}.${payload}.${signature.slice(0, -1)}`,
    `${header}.${payload}.${signature}=`,
    `${header}=.${payload}.${signature}`,
    `${header}.${payload} .${signature}`,
    // The last letter holds four bits that must be zero.
    `${header}.${payload}.${signature.slice(0, -1)}${nextLetter(signature.at(-1) ?? "")}`,
    `${header}.${payload.replaceAll("_", "/")}+.${signature}`,
  ];
  for (const one of wrong) await refuses(one, "TOKEN_INVALID", /malformed/);
});

function nextLetter(letter: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return letters[letters.indexOf(letter) + 1];
}

test("a header is exactly alg, typ and kid", async () => {
  const payload = JSON.stringify(claimsOf());
  const headers = [
    { alg: "none" },
    { alg: "HS256" },
    { alg: "eddsa" },
    { typ: "JWT" },
    { typ: undefined },
    { kid: "" },
    { kid: "k".repeat(129) },
    { kid: 1 },
    { kid: undefined },
    { crit: ["exp"] },
    { jwk: await issuer.jwk() },
    { jku: "https://evil.example/keys" },
    { x5u: "https://evil.example/certificate" },
  ];
  for (const header of headers) await refuses(await issuer.token({}, header), "TOKEN_INVALID", /isn't an access token/);
  const texts = [
    "[]",
    "null",
    "no JSON",
    `{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"key-1"}`,
    `{"alg":"EdDSA","typ":"at+jwt","kid":"evil","k\\u0069d":"key-1"}`,
  ];
  for (const text of texts) await refuses(await issuer.sign(text, payload), "TOKEN_INVALID", /isn't an access token/);
});

test("a token of a key that isn't published is refused", async () => {
  const other = await Issuer.make("key-2");
  await refuses(await other.token(), "TOKEN_INVALID", /key that isn't in use/);
});

test("a token that somebody else signed, or changed, is refused", async () => {
  const other = await Issuer.make();
  await refuses(await other.token(), "TOKEN_INVALID", /signature is wrong/);
  const [header, , signature] = (await issuer.token()).split(".");
  const promoted = Buffer.from(JSON.stringify({ ...claimsOf(), org_role: "owner" })).toString("base64url");
  await refuses(`${header}.${promoted}.${signature}`, "TOKEN_INVALID", /signature is wrong/);
});

test("every claim has to be there, once, and of its type", async () => {
  const optional = ["subscription", "active_org_id", "org_slug", "org_name", "is_personal_org", "org_role"];
  for (const name of Object.keys(claimsOf()).filter((name) => !optional.includes(name))) {
    await refuses(await issuer.token({ [name]: undefined }), "TOKEN_INVALID", /incomplete or malformed/);
  }
  for (const name of Object.keys(claimsOf())) {
    for (const wrong of [null, {}, 1.5, ["roles", "permissions"].includes(name) ? "owner" : ["x"]]) {
      await refuses(await issuer.token({ [name]: wrong }), "TOKEN_INVALID", /incomplete or malformed/);
    }
  }
  const wrong = [
    { sub: "alice" },
    { roles: [1] },
    { org_role: "admin" },
    { nbf: null },
    { imp_uid: "x" },
    { asof: { i: 1, o: 1, b: 1 } },
    { asof: { i: "1", o: 1, b: 1, e: "e" } },
    { subscription: { status: "active" } },
    { subscription: { status: "active", cancel_at_period_end: false, plan_code: null } },
  ];
  for (const claims of wrong) await refuses(await issuer.token(claims), "TOKEN_INVALID", /incomplete or malformed/);
  const header = '{"alg":"EdDSA","typ":"at+jwt","kid":"key-1"}';
  const doubled = JSON.stringify(claimsOf()).replace("{", `{"org_role":"owner",`);
  await refuses(await issuer.sign(header, doubled), "TOKEN_INVALID", /incomplete or malformed/);
  const deep = JSON.stringify({ ...claimsOf(), more: 1 }).replace(`"more":1`, `"more":[{"a":1,"\\u0061":2}]`);
  await refuses(await issuer.sign(header, deep), "TOKEN_INVALID", /incomplete or malformed/);
});

test("a claim that isn't known here is let be", async () => {
  assert.equal((await authenticate(await issuer.token({ later: { a: [1, "}", ":"] } }))).valid, true);
});

test("another issuer's, another app's and other kinds of tokens are refused", async () => {
  await refuses(await issuer.token({ iss: `${ISSUER}/` }), "TOKEN_INVALID", /another issuer/);
  await refuses(await issuer.token({ aud: "desk", app_code: "desk" }), "TOKEN_INVALID", /another application/);
  await refuses(await issuer.token({ token_type: "refresh" }), "TOKEN_INVALID", /isn't an access token/);
  const desk = await issuer.token({ aud: "desk", app_code: "desk" });
  assert.equal((await authenticate(desk, { audience: ["guildhall", "desk"] })).valid, true);
  const elsewhere = await issuer.token({ iss: "https://login.example" });
  assert.equal((await authenticate(elsewhere, { issuer: "https://login.example" })).valid, true);
});

test("times count with half a minute of leeway, and no longer", async () => {
  const at = (iat: number, exp: number, more = {}) => issuer.token({ iat: now() + iat, exp: now() + exp, ...more });
  await refuses(await at(-400, -31), "TOKEN_EXPIRED", /has expired/);
  assert.equal((await authenticate(await at(-400, -25))).valid, true);
  await refuses(await at(35, 300), "TOKEN_INVALID", /issued in the future/);
  assert.equal((await authenticate(await at(25, 300))).valid, true);
  await refuses(await at(0, 300, { nbf: now() + 35 }), "TOKEN_INVALID", /isn't valid yet/);
  assert.equal((await authenticate(await at(0, 300, { nbf: now() + 25 }))).valid, true);
  await refuses(await at(0, 3601), "TOKEN_INVALID", /lifetime/);
  await refuses(await at(20, 20), "TOKEN_INVALID", /lifetime/);
});

test("claims that contradict each other are refused", async () => {
  for (const claims of [{ uid: TEAM }, { app_code: "desk" }, { org_slug: undefined }, { active_org_id: undefined }]) {
    await refuses(await issuer.token(claims), "TOKEN_INVALID", /contradicts itself/);
  }
  const none = { active_org_id: undefined, org_slug: undefined, org_name: undefined, is_personal_org: undefined };
  const result = await authenticate(await issuer.token({ ...none, org_role: undefined, subscription: undefined }));
  assert.deepEqual([result.user?.activeOrgId, result.user?.orgRole, result.user?.subscription], [null, null, null]);
});

test("the end of a token counts also when it was seen before", async (context) => {
  const server = verifying(jwks);
  const token = await issuer.token({ iat: now() - 10, exp: now() + 1 });
  assert.equal((await server.authenticate(asked(token))).valid, true);
  const later = Date.now() + 32_000;
  context.mock.method(Date, "now", () => later);
  assert.equal((await server.authenticate(asked(token))).reason, "TOKEN_EXPIRED");
});

test("keys are fetched once, and again for an unknown one, but not for every nonsense", async () => {
  let fetched = 0;
  let published = jwks;
  const server = verifying(() => {
    fetched += 1;
    return published;
  });
  const token = asked(await issuer.token());
  await Promise.all([server.authenticate(token), server.authenticate(token), server.authenticate(token)]);
  assert.equal(fetched, 1);
  const next = await Issuer.make("key-2");
  published = JSON.stringify({ keys: [await issuer.jwk(), await next.jwk()] });
  for (let round = 0; round < 5; round += 1) {
    assert.equal((await server.authenticate(asked(await next.token()))).reason, "TOKEN_INVALID");
  }
  assert.equal(fetched, 1);
});

test("an unknown key is looked for when the last look is long enough ago", async (context) => {
  const next = await Issuer.make("key-2");
  let published = jwks;
  const server = verifying(() => published);
  assert.equal((await server.authenticate(asked(await issuer.token()))).valid, true);
  published = await next.jwks();
  const later = Date.now() + 11_000;
  context.mock.method(Date, "now", () => later);
  assert.equal((await server.authenticate(asked(await next.token()))).valid, true);
  // Its key is gone, though the token was seen before.
  assert.equal((await server.authenticate(asked(await issuer.token()))).reason, "TOKEN_INVALID");
});

test("without keys nothing is judged, and a set that can't be right is not taken", async () => {
  const jwk = await issuer.jwk();
  const { x, ...withoutX } = jwk;
  const sets = [
    "no JSON",
    "[]",
    "{}",
    JSON.stringify({ keys: [{ ...jwk, d: "private" }] }),
    JSON.stringify({ keys: [jwk, jwk] }),
    JSON.stringify({ keys: [{ ...jwk, kid: undefined }] }),
    JSON.stringify({ keys: [{ ...withoutX, x: `${String(x)}AA` }] }),
    JSON.stringify({ keys: Array.from({ length: 65 }, (_, index) => ({ ...jwk, kid: `key-${index}` })) }),
    `{"keys":[],"keys":[${JSON.stringify(jwk)}]}`,
  ];
  for (const set of sets) {
    const result = await verifying(set).authenticate(asked(await issuer.token()));
    assert.deepEqual([result.reason, result.valid ? 0 : result.status], ["SERVICE_UNAVAILABLE", 503], set);
  }
  const away = verifying(() => {
    throw new TypeError("offline");
  });
  assert.equal((await away.authenticate(asked(await issuer.token()))).reason, "SERVICE_UNAVAILABLE");
});

test("keys of other kinds and uses are passed over", async () => {
  const others = [
    { kty: "RSA", kid: "rsa" },
    { ...(await issuer.jwk()), kid: "encrypts", use: "enc" },
  ];
  const set = JSON.stringify({ keys: [...others, await issuer.jwk()] });
  assert.equal((await verifying(set).authenticate(asked(await issuer.token()))).valid, true);
});

test("a demanded position is honoured: a token that knows it is taken, and another is stale", async () => {
  const server = verifying(jwks);
  const authorization = `Bearer ${await issuer.token()}`;
  const asking = (position: string | string[]) =>
    server.authenticate({ authorization, "guildhall-min-position": position });
  assert.equal((await asking("o:20")).valid, true);
  assert.equal((await asking("o:21")).reason, "TOKEN_STALE");
  for (const wrong of ["20", "x:1", "o:", "o:-1", ["o:1", "o:1"]]) {
    const result = await asking(wrong);
    assert.deepEqual([result.reason, result.valid ? 0 : result.status], ["VALIDATION_ERROR", 400]);
  }
});
