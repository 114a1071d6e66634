import { createServerClient, type ServerClient, type ServerClientOptions } from "@guildhall/client/server";

export const ISSUER = "https://guildhall.test";
export const USER = "01a224e4-e3b5-73ef-b067-5afad31a6e31";
export const SESSION = "01a224e4-e449-76fc-961c-2c7b5e51102a";
export const TEAM = "01a224e4-e3b5-7493-8665-a5c5a3569fef";

const encode = (text: string): string => Buffer.from(text).toString("base64url");

/** Somebody who signs tokens, rightly or not. */
export class Issuer {
  readonly keyId: string;
  readonly #pair: CryptoKeyPair;

  private constructor(keyId: string, pair: CryptoKeyPair) {
    this.keyId = keyId;
    this.#pair = pair;
  }

  static async make(keyId = "key-1"): Promise<Issuer> {
    const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"])) as CryptoKeyPair;
    return new Issuer(keyId, pair);
  }

  /** The public half, as a JWKS shows it. */
  async jwk(): Promise<Record<string, unknown>> {
    const { kty, crv, x } = await crypto.subtle.exportKey("jwk", this.#pair.publicKey);
    return { kty, crv, x, kid: this.keyId, alg: "EdDSA", use: "sig" };
  }

  async jwks(): Promise<string> {
    return JSON.stringify({ keys: [await this.jwk()] });
  }

  /** A token of these claims, under this header. */
  async token(changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
    const claims = Object.fromEntries(
      Object.entries({ ...claimsOf(), ...changes }).filter(([, value]) => value !== undefined),
    );
    return this.sign(
      JSON.stringify({ alg: "EdDSA", typ: "at+jwt", kid: this.keyId, ...header }),
      JSON.stringify(claims),
    );
  }

  /** Signs these very texts. */
  async sign(header: string, payload: string): Promise<string> {
    const signed = `${encode(header)}.${encode(payload)}`;
    const signature = await crypto.subtle.sign({ name: "Ed25519" }, this.#pair.privateKey, Buffer.from(signed));
    return `${signed}.${Buffer.from(signature).toString("base64url")}`;
  }
}

export function now(): number {
  return Math.floor(Date.now() / 1000);
}

export function claimsOf(): Record<string, unknown> {
  return {
    iss: ISSUER,
    aud: "guildhall",
    sub: USER,
    sid: SESSION,
    jti: "01a224e4-e449-7ca6-9489-be18c3e94672",
    iat: now(),
    exp: now() + 300,
    uid: USER,
    email: "alice@example.com",
    email_verified: true,
    active_org_id: TEAM,
    org_slug: "acme",
    org_name: "Acme",
    is_personal_org: false,
    org_role: "member",
    roles: ["seller"],
    permissions: ["org:read"],
    subscription: { status: "active", plan_code: "pro", cancel_at_period_end: false },
    app_code: "guildhall",
    token_type: "access",
    asof: { i: 10, o: 20, b: 30, e: "epoch-1" },
  };
}

/** A server client whose keys come from here. */
export function verifying(jwks: string | (() => string), options: Partial<ServerClientOptions> = {}): ServerClient {
  const fetch: typeof globalThis.fetch = async () => new Response(typeof jwks === "string" ? jwks : jwks());
  return createServerClient({ baseUrl: ISSUER, fetch, ...options } as ServerClientOptions);
}
