import type { ErrorCode, ErrorDetails } from "../gen/types.js";
import type { Call } from "./call.js";
import { GuildhallError } from "./error.js";
import { randomName } from "./random.js";
import { aborted, pauseBefore, retryAfter, wait } from "./retrying.js";

export interface WireSettings {
  /** Where the API is, `/api/v1` included. */
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
  response: Response;
  /** Its JSON; undefined where there is none, or something else was asked for. */
  body: unknown;
  /** With which its caller can give it up while it is read. */
  signal: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;

/** Carries calls to the server and their answers back. Knows nothing of sessions. */
export class Wire {
  readonly #settings: WireSettings;
  readonly #baseUrl: string;

  constructor(settings: WireSettings) {
    this.#settings = settings;
    this.#baseUrl = settings.baseUrl.replace(/\/+$/, "");
  }

  get baseUrl(): string {
    return this.#baseUrl;
  }

  /** Makes the call, again where that is safe. An idempotency key is chosen once for all attempts. */
  async exchange(call: Call, attachment: Attachment): Promise<Answer> {
    demandWholePath(call.path);
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
    const { signal } = call.options;
    if (signal?.aborted) throw aborted();
    const controller = new AbortController();
    const giveUp = (): void => controller.abort();
    signal?.addEventListener("abort", giveUp, { once: true });
    const milliseconds = call.options.timeoutMs ?? this.#settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    let isTooLate = false;
    const timer = setTimeout(() => {
      isTooLate = true;
      controller.abort();
    }, milliseconds);
    const requestId = randomName();
    const { isRepeatable } = call;
    try {
      const init = requestOf(call, attachment, requestId, controller.signal);
      const send = this.#settings.fetch ?? globalThis.fetch;
      const response = await send(this.#baseUrl + call.path + queryOf(call.query), init);
      if (!response.ok) throw await refusal(response, requestId);
      // A stream is read by whoever asked for it, for as long as that takes.
      return { response, body: call.accept === undefined ? await jsonOf(response, requestId) : undefined, signal };
    } catch (error) {
      if (error instanceof GuildhallError) throw error;
      if (signal?.aborted) throw aborted();
      const parts = { requestId, isRepeatable, cause: error };
      if (isTooLate) {
        const late = `No answer came within ${milliseconds / 1000} s`;
        throw new GuildhallError("TIMEOUT", `${late}; look whether it took effect before trying again.`, parts);
      }
      throw new GuildhallError(
        "NETWORK_ERROR",
        "The server can't be reached; check its address and the connection, and try again.",
        parts,
      );
    } finally {
      clearTimeout(timer);
      // A stream can be given up for as long as it is read.
      if (call.accept === undefined) signal?.removeEventListener("abort", giveUp);
    }
  }
}

/** The request of a call. What its caller gave and no request can hold is the caller's mistake, not the network's. */
function requestOf(call: Call, attachment: Attachment, requestId: string, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { accept: call.accept ?? "application/json", "x-request-id": requestId };
  if (attachment.token !== undefined) headers["authorization"] = `Bearer ${attachment.token}`;
  if (attachment.minimumPosition !== undefined) headers["guildhall-min-position"] = attachment.minimumPosition;
  const { idempotencyKey } = call.options;
  if (call.method === "POST" && idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  // Nothing redirects here; whatever does must not get the token.
  const init: RequestInit = { method: call.method, headers, signal, redirect: "manual" };
  if (call.body !== undefined) headers["content-type"] = "application/json";
  try {
    new Headers(headers);
    if (call.body !== undefined) init.body = JSON.stringify(call.body);
  } catch (cause) {
    const message = "A value of this call fits no request; give JSON values, and keys in ASCII.";
    throw new GuildhallError("VALIDATION_ERROR", message, { requestId, cause });
  }
  // Only browsers have cookies, and some other runtimes refuse the word.
  if (typeof document !== "undefined") init.credentials = attachment.cookies ? "include" : "omit";
  return init;
}

/** An id that is empty or made of dots would make another path, and so another call, of this one. */
function demandWholePath(path: string): void {
  if (!/\/\.{0,2}(\/|$)/.test(path)) return;
  const message = "An id or token of this call is none; give the one that the server answered.";
  throw new GuildhallError("VALIDATION_ERROR", message, { details: { fields: [{ field: "path", message }] } });
}

function queryOf(query: object = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

async function jsonOf(response: Response, requestId: string): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unexpected(response, requestId, cause);
  }
}

/** The envelope of a refusal, as an error. */
async function refusal(response: Response, sentId: string): Promise<GuildhallError> {
  const retryAfterMs = retryAfter(response.headers.get("retry-after"));
  const text = await response.text();
  const envelope = envelopeOf(text);
  const requestId = envelope?.request_id ?? response.headers.get("x-request-id") ?? sentId;
  const parts = { status: response.status, requestId, retryAfterMs };
  if (envelope !== undefined) {
    return new GuildhallError(envelope.code, envelope.message, { ...parts, details: envelope.details });
  }
  // What stands before the server answers in its own words when the server is away.
  if ([502, 503, 504].includes(response.status)) {
    const message = "The server is away; try again in a moment.";
    return new GuildhallError("SERVICE_UNAVAILABLE", message, parts);
  }
  return unexpected(response, requestId);
}

function unexpected(response: Response, requestId: string, cause?: unknown): GuildhallError {
  const { status } = response;
  const message = `The answer (status ${status}) is no Guildhall server's; check the address.`;
  return new GuildhallError("UNEXPECTED_ANSWER", message, { status, requestId, cause });
}

interface Envelope {
  code: ErrorCode;
  message: string;
  details?: ErrorDetails;
  request_id?: string;
}

function envelopeOf(text: string): Envelope | undefined {
  try {
    const { error } = JSON.parse(text) as { error: Envelope };
    return typeof error.code === "string" && typeof error.message === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}
