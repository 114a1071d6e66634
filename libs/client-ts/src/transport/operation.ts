import type { Call, CallOptions, Method, Send } from "./call.js";

/**
 * What is special about a route:
 * - `none`, `optional`, `key`: whose credentials it takes, where these aren't the session's.
 * - `bare`: it has no body, or when it reads, no query.
 * - `body`: it has one although it deletes.
 * - `active`: its answer depends on the organization that the caller acts for, which nothing in the request names.
 * - `orgs`: it changes which organizations the user belongs to, or how these look in a list of them.
 */
export type Trait = "none" | "optional" | "key" | "bare" | "body" | "active" | "orgs";

/** Calls one route: with the parts of its path, then its body or query where it has one, then what one call can decide. */
export type Operation<Given extends unknown[], Answer> = (
  send: Send,
  ...given: [...Given, options?: CallOptions]
) => Promise<Answer>;

/** Makes the function that calls a route; `{}` in the path stands for one part of it. */
export function operation<Given extends unknown[], Answer>(
  method: Method,
  template: string,
  ...traits: Trait[]
): Operation<Given, Answer> {
  const has = (trait: Trait): boolean => traits.includes(trait);
  const credentials = (["none", "optional", "key"] as const).find(has) ?? "session";
  return (send, ...given) => {
    const rest: unknown[] = given;
    const path = template.replace(/{}/g, () => encodeURIComponent(rest.shift() as string));
    const call: Call = { method, path, credentials, options: {} };
    if (method === "GET") {
      if (!has("bare")) call.query = rest.shift() as object | undefined;
    } else if (method === "DELETE" ? has("body") : !has("bare")) {
      call.body = rest.shift() ?? {};
    }
    call.ofActiveOrganization = has("active");
    call.changesOrganizations = has("orgs");
    call.options = (rest.shift() as CallOptions | undefined) ?? {};
    return send(call);
  };
}
