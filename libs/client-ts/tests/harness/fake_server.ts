import {
  MockServer,
  type SeenRequest,
  accessToken as tokenWith,
  answer,
  grant,
  noContent,
} from "@guildhall/client/testing";
import { refusal as refusalOf } from "@guildhall/client/testing";
import type { ErrorCode } from "@guildhall/client";

export { MockServer as FakeServer };
export type Seen = SeenRequest;

export const json = answer;
export const nothing = noContent;

/** Codes that the server doesn't have are refused alike. */
export function refusal(status: number, code: string, message = code, headers: Record<string, string> = {}): Response {
  return refusalOf(status, code as ErrorCode, message, headers);
}

/** A promise and its end, for answers that wait to be told. */
export function gate<Value = void>(): { opened: Promise<Value>; open: (value: Value) => void } {
  let open: (value: Value) => void = () => undefined;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export interface TokenOf {
  user?: string;
  session?: string;
  organization?: string;
  /** Tells tokens apart. */
  id?: string;
}

const claimsOf = ({ user = "user-1", session = "session-1", organization = "org-a", id = "1" }: TokenOf) => ({
  sub: user,
  sid: session,
  jti: id,
  email: `${user}@example.com`,
  active_org_id: organization,
});

export function accessToken(token: TokenOf = {}): string {
  return tokenWith(claimsOf(token));
}

/** What signing in and refreshing answer. */
export function granted(token: TokenOf = {}, expiresIn = 300): object {
  return grant(claimsOf(token), { expiresIn, refreshToken: `refresh-${token.id ?? "1"}` });
}

/** The `Authorization` that goes with such a token. */
export function bearer(token: TokenOf = {}): string {
  return `Bearer ${accessToken(token)}`;
}
