import type { ErrorCode, ErrorDetails } from "../gen/types.js";
import type { Call } from "./call.js";
import { GuildhallError } from "./error.js";
import { randomName } from "./random.js";
import { aborted, pauseBefore, retryAfter, wait } from "./retrying.js";

export interface WireSettings {
  /** Where the API is, `/api/v1` included, without a slash at its end. */
  baseUrl: string;
  /** In the place of the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /** How many milliseconds one attempt may take; 30,000 unless given. */
  timeoutMs?: number | undefined;
  /** How often a call that failed on its way is made again; 2 unless given. */
  maxRetries?: number | undefined;
}

/** What goes with a call beside what its caller said. */
export interface Attachment {
  /** The bearer token; without one, cookies count where the browser sends them. */
  token?: string | undefined;
  /** Whether the browser is to send and keep cookies. */
  cookies?: boolean;
  /** A change that the server must know of before it believes a token. */
  minimumPosition?: string | undefined;
}

/** What came back. */
export interface Answer {
  headers: Headers;
  /** Its JSON; undefined where there is none. */
  body: unknown;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;

/** Carries calls to the server and their answers back. Knows nothing of sessions. */
export class Wire {
  readonly #settings: WireSettings;

  constructor(settings: WireSettings) {
    this.#settings = settings;
  }

  /** Makes the call, again where that is safe. An idempotency key is chosen once for all attempts. */
  async exchange(call: Call, attachment: Attachment): Promise<Answer> {
    call.isRepeatable ??= call.method === "GET" || call.options.idempotencyKey !== undefined;
    if (call.method === "POST") {
      call.options = { ...call.options, idempotencyKey: call.options.idempotencyKey ?? randomName() };
    }
    const retries = this.#settings.maxRetries ?? DEFAULT_RETRIES;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(call, attachment);
      } catch (error) {
        const pause = attempt < retries ? pauseBefore(error, call, attempt) : undefined;
        if (pause === undefined) throw error;
        await wait(pause, call.options.signal);
      }
    }
  }

  async #attempt(call: Call, attachment: Attachment): Promise<Answer> {
    const { signal, timeoutMs } = call.options;
    if (signal?.aborted) throw aborted();
    const controller = new AbortController();
    const giveUp = (): void => controller.abort();
    signal?.addEventListener("abort", giveUp, { once: true });
    const milliseconds = timeoutMs ?? this.#settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const timer = setTimeout(giveUp, milliseconds);
    const requestId = randomName();
    try {
      const init = requestOf(call, attachment, controller.signal, requestId);
      const send = this.#settings.fetch ?? globalThis.fetch;
      const response = await send(this.#settings.baseUrl + call.path + queryOf(call.query), init);
      return { headers: response.headers, body: await bodyOf(response, requestId) };
    } catch (cause) {
      if (cause instanceof GuildhallError) throw cause;
      if (signal?.aborted) throw aborted();
      const [code, message] = controller.signal.aborted
        ? ([
            "TIMEOUT",
            `No answer came within ${milliseconds / 1000} s; look whether it took effect before trying again.`,
          ] as const)
        : ([
            "NETWORK_ERROR",
            "The server can't be reached; check its address and the connection, and try again.",
          ] as const);
      throw new GuildhallError(code, message, { requestId, isRepeatable: call.isRepeatable, cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    }
  }
}

/** The request of a call. What its caller gave and no request can hold is the caller's mistake, not the network's. */
function requestOf(call: Call, attachment: Attachment, signal: AbortSignal, requestId: string): RequestInit {
  const { method, body, options } = call;
  const { token, cookies, minimumPosition } = attachment;
  const headers = given({
    accept: "application/json",
    "x-request-id": requestId,
    authorization: token && `Bearer ${token}`,
    "guildhall-min-position": minimumPosition,
    "idempotency-key": method === "POST" ? options.idempotencyKey : undefined,
    "content-type": body === undefined ? undefined : "application/json",
  });
  // Nothing redirects here; whatever does must not get the token.
  const init: RequestInit = { method, signal, redirect: "manual" };
  try {
    // An id that is empty or made of dots would make another path, and so another call, of this one.
    if (/\/\.{0,2}(\/|$)/.test(call.path)) throw new TypeError("a part of the path is missing");
    init.headers = new Headers(headers);
    init.body = JSON.stringify(body);
  } catch (cause) {
    const message = "A value of this call fits no request; give ids as they were answered, and values that are JSON.";
    throw new GuildhallError("VALIDATION_ERROR", message, { requestId, cause });
  }
  // Only browsers have cookies, and some other runtimes refuse the word.
  if (typeof document !== "undefined") init.credentials = cookies ? "include" : "omit";
  return init;
}

function queryOf(query: object = {}): string {
  const parameters = String(new URLSearchParams(given(query)));
  return parameters && `?${parameters}`;
}

/** What an object holds, without what is absent. */
function given(fields: object): [name: string, value: string][] {
  return Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
}

/** The envelope of a refusal. */
interface Envelope {
  code: ErrorCode;
  message: string;
  details?: ErrorDetails;
  request_id?: string;
}

/** The JSON of an answer; fails where it is a refusal, or not the server's. */
async function bodyOf(response: Response, sentId: string): Promise<unknown> {
  const { headers, ok, status } = response;
  const json = jsonOf(await response.text());
  if (ok && (json !== undefined || status === 204)) return json;
  const { code, message, details, request_id } = (json as { error?: Partial<Envelope> } | null)?.error ?? {};
  const requestId = request_id ?? headers.get("x-request-id") ?? sentId;
  const parts = { status, requestId, details, retryAfterMs: retryAfter(headers.get("retry-after")) };
  if (typeof code === "string" && typeof message === "string") throw new GuildhallError(code, message, parts);
  // What stands before the server answers in its own words when the server is away.
  if ([502, 503, 504].includes(status)) {
    throw new GuildhallError("SERVICE_UNAVAILABLE", "The server is away; try again in a moment.", parts);
  }
  const strange = `The answer (status ${status}) is no Guildhall server's; check the address.`;
  throw new GuildhallError("UNEXPECTED_ANSWER", strange, { status, requestId });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
