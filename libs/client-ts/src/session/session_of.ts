import type { Session } from "./session.js";

const SESSIONS = new WeakMap<object, Session>();

/** Lets the other entries of this package find the session of a client. Answers the client. */
export function withSession<Client extends object>(client: Client, session: Session): Client {
  SESSIONS.set(client, session);
  return client;
}

/** The session of a client that this package made. */
export function sessionOf(client: object): Session {
  const session = SESSIONS.get(client);
  if (session === undefined) throw new TypeError("Give a client of createAuthClient or createReauthClient itself.");
  return session;
}
