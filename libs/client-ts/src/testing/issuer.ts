import { base64url, encoded } from "./base64url.js";
import { MockServer } from "./mock_server.js";
import type { FakeClaims } from "./tokens.js";

/** Whose tokens a test makes. */
export interface TestIssuerOptions {
  /** The server's address, which is the tokens' `iss`; `https://guildhall.test` unless given. */
  url?: string;
  /** The code of the app that tokens are for; `guildhall` unless given. */
  audience?: string;
}

/** Signs tokens that `authenticate` of a server client accepts, when that client is made with `url` and `fetch`. */
export interface TestIssuer {
  /** Give it to `createServerClient` as `baseUrl`. */
  readonly url: string;
  /** Give it to `createServerClient`: it answers with the keys, and with what `server` is told to. */
  readonly fetch: typeof fetch;
  /** What answers; say here what your server's other calls get. */
  readonly server: MockServer;
  /** A token for five minutes; whatever isn't given is as with the owner of a team. Ids have to be UUIDs. */
  token(claims?: FakeClaims): Promise<string>;
}

const KEY_ID = "key-of-a-test";
const LIFETIME_SECONDS = 300;
const USER = "01a224e4-e3b5-73ef-b067-5afad31a6e31";

/** Makes a pair of keys, and what signs tokens with it. */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const { url = "https://guildhall.test", audience = "guildhall" } = options;
  const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"])) as CryptoKeyPair;
  const { kty, crv, x } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const keys = [{ kty, crv, x, kid: KEY_ID, alg: "EdDSA", use: "sig" }];
  const server = new MockServer().on("GET /.well-known/jwks.json", { keys });

  const token = async (changes: FakeClaims = {}): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { ...owner(), iss: url, aud: audience, app_code: audience, iat: now, exp: now + LIFETIME_SECONDS };
    const header = { alg: "EdDSA", typ: "at+jwt", kid: KEY_ID };
    const changed = { ...claims, ...changes, uid: changes.sub ?? claims.sub };
    const signed = `${encoded(header)}.${encoded(changed)}`;
    const bytes = new TextEncoder().encode(signed);
    const signature = await crypto.subtle.sign({ name: "Ed25519" }, pair.privateKey, bytes);
    return `${signed}.${base64url(new Uint8Array(signature))}`;
  };
  return { url, fetch: server.fetch, server, token };
}

function owner(): Record<string, unknown> & { sub: string } {
  return {
    sub: USER,
    sid: "01a224e4-e449-76fc-961c-2c7b5e51102a",
    jti: crypto.randomUUID(),
    email: "user@example.com",
    email_verified: true,
    active_org_id: "01a224e4-e3b5-7493-8665-a5c5a3569fef",
    org_slug: "a-team",
    org_name: "A team",
    is_personal_org: false,
    org_role: "owner",
    roles: ["org_owner"],
    permissions: ["org:read"],
    token_type: "access",
    asof: { i: 1, o: 1, b: 1, e: "epoch-of-a-test" },
  };
}
