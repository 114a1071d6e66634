import type { ErrorCode, ErrorDetails } from "../gen/types.js";

/** A request as the server would see it. */
export interface SeenRequest {
  /** In capitals. */
  method: string;
  /** Below `/api/v1`. */
  path: string;
  /** What stands for the `{names}` of the route that answers. */
  params: Record<string, string>;
  /** The query with its `?`; empty for none. */
  query: string;
  /** By names in small letters. */
  headers: Record<string, string>;
  /** Its JSON; undefined for none. */
  body: unknown;
}

/** What answers: a `Response`, or something that is sent as JSON; undefined for an answer without content. */
export type MockAnswer = object | undefined;

/** Answers a request. One that throws or rejects is a connection that breaks. */
export type MockHandler = (request: SeenRequest) => MockAnswer | Promise<MockAnswer>;

interface Route {
  pattern: RegExp;
  handler: MockHandler;
}

/**
 * A server that is a function: give its `fetch` to a client of either style or to `createServerClient`, and say what it
 * answers. A route without an answer is refused with NOT_FOUND, and the message names it.
 */
export class MockServer {
  /** Everything that came in, in its order. */
  readonly seen: SeenRequest[] = [];
  readonly #routes = new Map<string, Route>();
  #otherwise: MockHandler = ({ method, path }) =>
    refusal(404, "NOT_FOUND", `${method} ${path} has no answer here; give it one with on().`);

  /**
   * Says what answers a route from now on: a handler, or the answer itself. `route` is a method and a path below
   * `/api/v1`, such as `DELETE /orgs/{orgId}/members/{userId}`. A route that names the very path answers before one
   * with names in braces does.
   */
  on(route: string, answering: MockHandler | MockAnswer): this {
    this.#routes.set(route, { pattern: patternOf(route), handler: handlerOf(answering) });
    return this;
  }

  /** Says what answers every route that has no answer of its own. */
  otherwise(answering: MockHandler | MockAnswer): this {
    this.#otherwise = handlerOf(answering);
    return this;
  }

  /** What came to a route. */
  to(route: string): SeenRequest[] {
    const pattern = patternOf(route);
    return this.seen.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  }

  /** What the client calls in the place of the network. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = await requestOf(input, init);
    const answering = this.#answer(request);
    const signal = init?.signal;
    if (!signal) return answering;
    signal.throwIfAborted();
    // Whoever gives the call up doesn't wait for a handler.
    answering.catch(() => undefined);
    return Promise.race([answering, whenAborted(signal)]);
  };

  async #answer(request: SeenRequest): Promise<Response> {
    this.seen.push(request);
    const called = `${request.method} ${request.path}`;
    const found = this.#routes.get(called) ?? [...this.#routes.values()].find(({ pattern }) => pattern.test(called));
    request.params = { ...found?.pattern.exec(called)?.groups };
    const answered = await (found?.handler ?? this.#otherwise)(request);
    if (answered instanceof Response) return answered;
    return answered === undefined ? noContent() : answer(answered);
  }
}

/** JSON with a status and headers. */
export function answer(body: unknown, headers: Record<string, string> = {}, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

/** An answer without content. */
export function noContent(headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 204, headers });
}

/** A refusal as the server words it. */
export function refusal(
  status: number,
  code: ErrorCode,
  message: string = code,
  headers: Record<string, string> = {},
  details: ErrorDetails = {},
): Response {
  return answer({ error: { code, message, status, details, request_id: "request-of-a-test" } }, headers, status);
}

function handlerOf(answering: MockHandler | MockAnswer): MockHandler {
  if (typeof answering === "function") return answering as MockHandler;
  // Its body can be read once, and the answer is given more often.
  return () => (answering instanceof Response ? answering.clone() : answering);
}

function patternOf(route: string): RegExp {
  const escaped = route.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}

async function requestOf(...[input, init]: Parameters<typeof fetch>): Promise<SeenRequest> {
  const url = new URL(input instanceof Request ? input.url : String(input));
  const text = typeof init?.body === "string" ? init.body : undefined;
  return {
    method: init?.method ?? "GET",
    path: url.pathname.replace(/^\/api\/v1(?=\/)/, ""),
    params: {},
    query: url.search,
    headers: Object.fromEntries(new Headers(init?.headers)),
    body: text === undefined ? undefined : (JSON.parse(text) as unknown),
  };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new DOMException("The call was given up.", "AbortError"));
    signal.addEventListener("abort", end, { once: true });
  });
}
