import type { ErrorCode, ErrorDetails } from "../gen/types.js";

/**
 * Why a call failed without an answer that says so:
 * - `NETWORK_ERROR`: the server wasn't reached, or the connection broke.
 * - `TIMEOUT`: no answer came in time. The call may have taken effect; reading tells.
 * - `ABORTED`: the caller gave it up.
 * - `SIGNED_OUT`: the session ended while the call was under way.
 * - `ORGANIZATION_CHANGED`: the active organization is another one than when the call was made; it was not made for
 *   that one.
 * - `UNEXPECTED_ANSWER`: what answered isn't a Guildhall server, or something between altered the answer.
 * - `DISPOSED`: the client was disposed of.
 */
export type ClientCode =
  "NETWORK_ERROR" | "TIMEOUT" | "ABORTED" | "SIGNED_OUT" | "ORGANIZATION_CHANGED" | "UNEXPECTED_ANSWER" | "DISPOSED";

/** Every code that a `GuildhallError` can carry: the server's reasons, and those of this client. */
export type GuildhallErrorCode = ErrorCode | ClientCode;

/** What else an error is made of. */
export interface GuildhallErrorParts {
  /** The HTTP status of the answer; 0 unless given. */
  status?: number;
  /** What else programs can read of it. */
  details?: ErrorDetails;
  /** Names the request in the server's log. */
  requestId?: string | undefined;
  /** How long the server asks to wait before trying again, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Whether the call does nothing twice when it is made again, whatever became of it. */
  isRepeatable?: boolean | undefined;
  /** What was thrown underneath. */
  cause?: unknown;
}

/** Marks our errors, so that two copies of this package in one program know each other's. */
const BRAND = Symbol.for("guildhall.error");
/** Nothing was done. */
const RETRYABLE: readonly string[] = ["RATE_LIMITED", "SERVICE_UNAVAILABLE"];
/** Nobody knows what was done. */
const UNDECIDED: readonly string[] = ["NETWORK_ERROR", "TIMEOUT", "DEADLINE_EXCEEDED"];

/** The one class of errors that this package throws. Branch on `code`; `message` is one sentence for people. */
export class GuildhallError extends Error {
  override readonly name = "GuildhallError";
  /** Which failure this is. */
  declare readonly code: GuildhallErrorCode;
  /** The HTTP status of the answer; 0 where there was none. */
  declare readonly status: number;
  /** What else programs can read of a refusal. */
  declare readonly details: ErrorDetails;
  /** Names the request in the server's log; quote it when you report a problem. */
  declare readonly requestId: string | undefined;
  /** How long the server asks to wait before trying again, in milliseconds. */
  declare readonly retryAfterMs: number | undefined;
  /**
   * Whether the same call may succeed later, without anything being changed, and does no harm if it was carried out
   * this time: where that isn't known, only what reads or was given an idempotency key may be made again.
   */
  declare readonly retryable: boolean;
  /** @internal */
  readonly [BRAND] = true;

  /** `message` is one sentence for people, which says what to do next. */
  constructor(code: GuildhallErrorCode, message: string, parts: GuildhallErrorParts = {}) {
    const { status = 0, details = {}, requestId, retryAfterMs, isRepeatable, cause } = parts;
    super(message, cause === undefined ? undefined : { cause });
    const isHarmless = RETRYABLE.includes(code) || (UNDECIDED.includes(code) && isRepeatable === true);
    const retryable = isHarmless || retryAfterMs !== undefined;
    Object.assign(this, { code, status, details, requestId, retryAfterMs, retryable });
  }
}

/** Whether something caught is a `GuildhallError`, and, where a code is given, one with that code. */
export function isGuildhallError<Code extends GuildhallErrorCode = GuildhallErrorCode>(
  error: unknown,
  code?: Code,
): error is GuildhallError & { readonly code: Code } {
  if (typeof error !== "object" || error === null || !(BRAND in error)) return false;
  return code === undefined || (error as GuildhallError).code === code;
}
