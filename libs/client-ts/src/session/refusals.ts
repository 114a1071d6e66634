import { GuildhallError } from "../transport/error.js";

/** The session ended while something was under way for it. */
export function signedOut(cause?: unknown): GuildhallError {
  return new GuildhallError("SIGNED_OUT", "The session ended meanwhile; sign in again.", { cause });
}

/** Nobody is signed in. */
export function unauthorized(): GuildhallError {
  return new GuildhallError("UNAUTHORIZED", "Sign in first.", { status: 401 });
}

export function changedOrganization(): GuildhallError {
  const message = "Another organization is active now; call again if that one is meant.";
  return new GuildhallError("ORGANIZATION_CHANGED", message);
}

/** A call that changes the session itself was to be made beside it. */
export function onlyForSession(): GuildhallError {
  return new GuildhallError("VALIDATION_ERROR", "Leave organizationId out: this changes the session.");
}

export function disposed(): GuildhallError {
  return new GuildhallError("DISPOSED", "This client was disposed of; make a new one.");
}

/**
 * Whether another access token may be accepted where this one was refused. A browser drops an access cookie that has
 * expired, so the server sees none.
 */
export function isRenewable(error: unknown, isInCookies: boolean): boolean {
  const { code } = error as GuildhallError;
  return code === "TOKEN_EXPIRED" || code === "TOKEN_STALE" || (isInCookies && code === "UNAUTHORIZED");
}

/** Whether a refused refresh means that the session is over, rather than that the server is away. */
export function isOver(error: unknown, isInCookies: boolean): boolean {
  const { code, status } = error as GuildhallError;
  // Of a session in cookies, no refresh cookie came with the call.
  return status === 401 || code === "USER_SUSPENDED" || (isInCookies && code === "VALIDATION_ERROR");
}
