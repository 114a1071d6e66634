import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ACCESS_COOKIE, type Authenticable, createServerClient } from "@guildhall/client/server";
import { ISSUER, Issuer, verifying } from "./harness/issuer.js";

let issuer: Issuer;
let jwks: string;

before(async () => {
  issuer = await Issuer.make();
  jwks = await issuer.jwks();
});

const asked = (token: string): Authenticable => ({ authorization: `Bearer ${token}` });

test("how the token came is told, so that cookies can be looked at more closely", async () => {
  const token = await issuer.token();
  const server = verifying(jwks);
  assert.equal((await server.authenticate(asked(token))).credential, "bearer");
  assert.equal((await server.authenticate({ cookie: `${ACCESS_COOKIE}=${token}` })).credential, "cookie");
  assert.equal((await server.authenticate({})).credential, undefined);
});

test("keys that are an hour old are fetched before they count, and after a day without news none do", async (context) => {
  const start = Date.now();
  let clock = start;
  context.mock.method(Date, "now", () => clock);
  let published = jwks;
  const server = verifying(() => {
    if (published === "") throw new Error("unreachable");
    return published;
  });
  const reason = async (): Promise<string | undefined> =>
    (await server.authenticate(asked(await issuer.token()))).reason;
  assert.equal(await reason(), undefined);
  published = "";
  clock = start + 2 * 3_600_000;
  assert.equal(await reason(), undefined);
  clock = start + 25 * 3_600_000;
  assert.equal(await reason(), "SERVICE_UNAVAILABLE");
  published = jwks;
  clock += 11_000;
  assert.equal(await reason(), undefined);
  published = JSON.stringify({ keys: [] });
  clock += 2 * 3_600_000;
  assert.equal(await reason(), "TOKEN_INVALID");
});

test("a client is ready with its keys, and says when they can't be had", async () => {
  await verifying(jwks).ready();
  await assert.rejects(verifying("no keys").ready(), { code: "SERVICE_UNAVAILABLE" });
});

test("plain HTTP is for this machine alone, unless somebody says otherwise", () => {
  const near = ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", "http://a.localhost", ISSUER];
  for (const baseUrl of near) createServerClient({ baseUrl });
  for (const baseUrl of ["http://accounts.example.com", "http://127.0.0.1.example.com", "accounts.example.com", "/"]) {
    assert.throws(() => createServerClient({ baseUrl }), { code: "VALIDATION_ERROR" });
  }
  createServerClient({ baseUrl: "http://guildhall:8080", allowPlainHttp: true });
});

test("a server that has no keys yet is asked for them twice a second at most, however many ask", async () => {
  let fetches = 0;
  const server = verifying(() => {
    fetches += 1;
    throw new TypeError("offline");
  });
  const token = await issuer.token();
  const began = Date.now();
  for (let round = 0; round < 20; round += 1) {
    assert.equal((await server.authenticate(asked(token))).reason, "SERVICE_UNAVAILABLE");
  }
  const most = 1 + Math.floor((Date.now() - began) / 500);
  assert.ok(fetches >= 1 && fetches <= most, `${fetches} fetches, ${most} at most`);
});
