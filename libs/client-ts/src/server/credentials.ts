import { DOUBLED_CREDENTIALS, NO_CREDENTIALS, NOT_BEARER, POSITION_REFUSED, type Refusal } from "./refusal.js";

/** The name of the cookie that browsers carry the access token in. */
export const ACCESS_COOKIE = "__Host-guildhall_access";

/** Headers by name, as Node has them or as a plain object. */
export type HeaderRecord = Record<string, string | readonly string[] | undefined>;

/**
 * Who asks: a `Request`, `Headers`, Node's `IncomingMessage` (and so the request of Express, Fastify's `raw` and the
 * like), anything else with such `headers`, or the headers themselves as an object.
 */
export type Authenticable = Headers | { headers: Headers | HeaderRecord } | HeaderRecord;

/** A token, and how it came. */
export interface Presented {
  token: string;
  credential: "bearer" | "cookie";
}

/**
 * The token of a request: the bearer if there is an `Authorization` header, else the cookie. A bad header never falls
 * back to the cookie, and what comes twice is refused, since two readers could choose differently.
 */
export function tokenOf(request: Authenticable): Presented | Refusal {
  const [authorization, ...others] = valuesOf(request, "authorization");
  if (others.length > 0) return DOUBLED_CREDENTIALS;
  const credential = authorization === undefined ? "cookie" : "bearer";
  const token = authorization === undefined ? cookieOf(request) : bearerOf(authorization);
  return typeof token === "string" ? { token, credential } : token;
}

/** The `Guildhall-Min-Position` of a request, if it has one. */
export function demandedPosition(
  request: Authenticable,
): { service: "i" | "o" | "b"; number: number } | Refusal | undefined {
  const [demanded, ...others] = valuesOf(request, "guildhall-min-position");
  if (demanded === undefined) return undefined;
  const [, service, digits] = /^([iob]):(\d+)$/.exec(demanded.trim()) ?? [];
  const number = Number(digits);
  if (others.length > 0 || service === undefined || !Number.isSafeInteger(number)) return POSITION_REFUSED;
  return { service: service as "i" | "o" | "b", number };
}

/** RFC 6750, section 2.1; the scheme's case doesn't matter. */
function bearerOf(authorization: string): string | Refusal {
  const [scheme = "", ...rest] = authorization.split(" ");
  return scheme.toLowerCase() === "bearer" ? rest.join(" ").trim() : NOT_BEARER;
}

/** Names are compared letter by letter (RFC 6265): one that merely looks like ours isn't ours. */
function cookieOf(request: Authenticable): string | Refusal {
  const pairs = valuesOf(request, "cookie").flatMap((header) => header.split(";"));
  const found = pairs
    .map((pair) => (pair.startsWith(" ") ? pair.slice(1) : pair))
    .filter((pair) => pair.startsWith(`${ACCESS_COOKIE}=`));
  const [first, ...others] = found;
  if (first === undefined) return NO_CREDENTIALS;
  return others.length > 0 ? DOUBLED_CREDENTIALS : first.slice(ACCESS_COOKIE.length + 1);
}

/**
 * Every value of a header. What makes requests of its own, as adapters of serverless platforms do, fills in `headers`
 * alone. `Headers` joins several with a comma, which no token holds, so that those are refused too.
 */
function valuesOf(request: Authenticable, name: string): readonly string[] {
  // Node drops a second Authorization header from `headers` without a word, but not from here.
  const distinct = (request as { headersDistinct?: Record<string, string[] | undefined> }).headersDistinct;
  const doubled = distinct?.[name];
  if (doubled !== undefined && doubled.length > 1) return doubled;
  const headers = headersOf(request);
  if (isHeaders(headers)) {
    const value: string | null | undefined = headers.get(name);
    // Some have the empty text for a header that isn't there.
    const isMissing = typeof value !== "string" || (value === "" && headers.has?.(name) !== true);
    return isMissing ? [] : [value];
  }
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value ?? [])
    .filter((value) => typeof value === "string");
}

function headersOf(request: Authenticable): Headers | HeaderRecord {
  // First, since the requests of Express and Koa have a `get` of their own.
  const inner = (request as { headers?: unknown }).headers;
  return typeof inner === "object" && inner !== null && !Array.isArray(inner)
    ? (inner as Headers | HeaderRecord)
    : (request as HeaderRecord);
}

function isHeaders(headers: unknown): headers is Headers {
  return typeof (headers as Headers).get === "function";
}
