/** A random name, 128 bits in hexadecimal. `crypto.randomUUID` is missing on pages without HTTPS; this isn't. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
