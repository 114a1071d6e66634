import { HEADER_REFUSED, MALFORMED, type Refusal, TOO_LARGE } from "./refusal.js";
import { parseObject } from "./strict_json.js";

const MAXIMUM_TOKEN_LENGTH = 8 * 1024;
const MAXIMUM_KEY_ID_BYTES = 128;
/** 64 bytes of Ed25519 signature in base64url. */
const SIGNATURE_CHARACTERS = 86;

/** A token in its parts, of which nothing is believed yet. */
export interface CompactToken {
  /** The exact received bytes that the signature is over. */
  signed: Uint8Array<ArrayBuffer>;
  keyId: string;
  payload: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

/** Refuses what is too long before anything looks at it. */
export function checkSize(token: string): Refusal | undefined {
  return token.length > MAXIMUM_TOKEN_LENGTH ? TOO_LARGE : undefined;
}

/** Cuts and decodes (RFC 7515, section 7.1), and takes the header by an allow-list. */
export function takeApart(token: string): CompactToken | Refusal {
  const [header, payload, signature, ...more] = token.split(".");
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return MALFORMED;
  if (signature.length !== SIGNATURE_CHARACTERS) return MALFORMED;
  const decoded = { header: decode(header), payload: decode(payload), signature: decode(signature) };
  if (!decoded.header || !decoded.payload || !decoded.signature) return MALFORMED;
  const keyId = keyIdOf(decoded.header);
  if (keyId === undefined) return HEADER_REFUSED;
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  return { signed, keyId, payload: decoded.payload, signature: decoded.signature };
}

/**
 * Exactly `alg`, `typ` and `kid`: any other member (`crit`, `jwk`, `jku`, `x5u`, …) and any doubled one refuses the
 * token.
 */
function keyIdOf(header: Uint8Array): string | undefined {
  const { alg, typ, kid, ...others } = parseObject(textOf(header) ?? "") ?? {};
  if (alg !== "EdDSA" || typ !== "at+jwt" || typeof kid !== "string" || Object.keys(others).length > 0)
    return undefined;
  const { length } = new TextEncoder().encode(kid);
  return length >= 1 && length <= MAXIMUM_KEY_ID_BYTES ? kid : undefined;
}

/** Base64url without padding, in its only canonical spelling (no stray trailing bits); undefined for anything else. */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const isCanonical = btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") === text;
  return isCanonical ? Uint8Array.from(binary, (byte) => byte.charCodeAt(0)) : undefined;
}

/** UTF-8 as text; undefined where it isn't UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
