import type { ErrorCode } from "../gen/types.js";

/**
 * Why a request isn't believed: a code to branch on, and one sentence that says what to do next. It never repeats the
 * token.
 */
export class Refusal {
  readonly reason: ErrorCode;
  readonly message: string;

  constructor(reason: ErrorCode, message: string) {
    this.reason = reason;
    this.message = message;
  }

  /** The status of an HTTP answer. */
  get status(): number {
    if (this.reason === "SERVICE_UNAVAILABLE") return 503;
    return this.reason === "VALIDATION_ERROR" ? 400 : 401;
  }
}

const invalid = (message: string): Refusal => new Refusal("TOKEN_INVALID", message);

// One for each check, in the order in which a token passes them.
export const NO_CREDENTIALS = new Refusal(
  "UNAUTHORIZED",
  "Sign in and send the access token as a bearer token or cookie.",
);
export const NOT_BEARER = new Refusal("UNAUTHORIZED", "Send the access token with the Bearer scheme.");
export const DOUBLED_CREDENTIALS = invalid("Send the access token once, in one header or one cookie.");
export const POSITION_REFUSED = new Refusal(
  "VALIDATION_ERROR",
  "Send Guildhall-Min-Position once, exactly as Guildhall-Position was answered.",
);
export const KEYS_NOT_LOADED = new Refusal(
  "SERVICE_UNAVAILABLE",
  "The signing keys aren't loaded yet; try again in a moment.",
);
export const TOO_LARGE = invalid("The access token is too long; sign in again.");
export const MALFORMED = invalid("The access token is malformed; send it exactly as it was issued.");
export const HEADER_REFUSED = invalid("This isn't an access token of this system; sign in again.");
export const UNKNOWN_KEY = invalid("The access token was signed with a key that isn't in use; sign in again.");
export const BAD_SIGNATURE = invalid("The access token's signature is wrong; sign in again.");
export const CLAIMS_REFUSED = invalid("The access token's claims are incomplete or malformed; sign in again.");
export const WRONG_ISSUER = invalid("The access token comes from another issuer; sign in here.");
export const WRONG_AUDIENCE = invalid("The access token was issued for another application; sign in to this one.");
export const WRONG_TOKEN_TYPE = invalid("This isn't an access token; send the access token instead.");
export const EXPIRED = new Refusal("TOKEN_EXPIRED", "The access token has expired; refresh it and try again.");
export const NOT_YET_VALID = invalid("The access token isn't valid yet; check the clocks and try again.");
export const ISSUED_IN_FUTURE = invalid("The access token was issued in the future; check the clocks and try again.");
export const LIFETIME_REFUSED = invalid("The access token's lifetime isn't acceptable; sign in again.");
export const CONTRADICTORY_CLAIMS = invalid("The access token contradicts itself; sign in again.");
export const STALE = new Refusal("TOKEN_STALE", "The access token is out of date; refresh it once and try again.");
export const REVOKED = new Refusal("TOKEN_REVOKED", "The session has ended; sign in again.");
