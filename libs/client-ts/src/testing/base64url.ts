/** Bytes as base64url without padding, as tokens are written. */
export function base64url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** A value as base64url of its JSON. */
export function encoded(value: unknown): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}
