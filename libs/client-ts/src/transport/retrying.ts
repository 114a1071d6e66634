import type { Call } from "./call.js";
import { GuildhallError } from "./error.js";

/** A server that asks to wait for longer than this gets no second attempt: the caller should decide. */
const LONGEST_WAIT_MS = 10_000;
const FIRST_PAUSE_MS = 200;

/**
 * How many milliseconds to wait before the next attempt, or undefined where another one could do harm or no good.
 *
 * An answer that says when to come again means that nothing was done. Without an answer, nobody knows: what only reads,
 * sets a value or carries an idempotency key may be repeated; a DELETE may not, as its success would look like a
 * failure.
 */
export function pauseBefore(error: unknown, call: Call, attempt: number): number | undefined {
  const { code, retryAfterMs } = error as GuildhallError;
  if (retryAfterMs !== undefined) return retryAfterMs <= LONGEST_WAIT_MS ? spread(retryAfterMs, attempt) : undefined;
  const isLostOnTheWay = code === "NETWORK_ERROR" || code === "SERVICE_UNAVAILABLE";
  if (!isLostOnTheWay || call.method === "DELETE") return undefined;
  return spread(0, attempt);
}

/** Doubles with each attempt, and differs by chance, so that a crowd doesn't come back at once. */
function spread(least: number, attempt: number): number {
  const whole = FIRST_PAUSE_MS * 2 ** attempt;
  return least + whole / 2 + (Math.random() * whole) / 2;
}

/** Waits, unless the caller gives up meanwhile. */
export function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

export function aborted(): GuildhallError {
  return new GuildhallError("ABORTED", "The call was given up by its caller.");
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const wanted = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wanted) ? undefined : Math.max(0, wanted);
}
