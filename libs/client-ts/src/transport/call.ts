/** What the caller of a method can decide about its one call. */
export interface CallOptions {
  /** Gives the call up; it then fails with `ABORTED`. */
  signal?: AbortSignal;
  /** How many milliseconds one attempt may take; 30,000 unless the client was made with another number. */
  timeoutMs?: number;
  /** Of a POST: names this very request, so that repeating it does nothing twice. A random one unless given. */
  idempotencyKey?: string;
  /**
   * The organization to act for, when it isn't the session's active one: the call is made with a token for it, and the
   * session stays as it is.
   */
  organizationId?: string;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Whose credentials a call carries: nobody's, the session's (or none, where optional), or a server API key. */
export type Credentials = "none" | "optional" | "session" | "key";

/** One request to the API. */
export interface Call {
  method: Method;
  /** Below the base URL, such as `/me/orgs`. */
  path: string;
  credentials: Credentials;
  options: CallOptions;
  body?: unknown;
  query?: object | undefined;
  /** The answer depends on the organization that the caller acts for, which nothing in the request names. */
  ofActiveOrganization?: boolean;
  /** Which organizations the user belongs to, or how these look in a list of them, is something else afterwards. */
  changesOrganizations?: boolean;
  /** Whether it does nothing twice when its caller makes it again: it reads, or has an idempotency key of the caller. */
  isRepeatable?: boolean;
}

/** Makes a call and answers its body. Every operation goes through one. */
export type Send = <Answer>(call: Call) => Promise<Answer>;
