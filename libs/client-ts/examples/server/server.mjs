// A server of your own that lets in whoever Guildhall knows. `authenticate` takes the request of Express, Fastify
// (`request.raw`) and Node alike; this one uses Node's alone, with middleware as Express has it.
//
//   GUILDHALL_URL=http://127.0.0.1:8080 node examples/server/server.mjs
import { createServer } from "node:http";
import { createServerClient } from "@guildhall/client/server";

// Where browsers reach this server.
const ownOrigin = process.env.PUBLIC_ORIGIN ?? "http://127.0.0.1:3000";

const guildhall = createServerClient({
  baseUrl: process.env.GUILDHALL_URL ?? "http://127.0.0.1:8080",
  // With an API key of the scope revocations:read, tokens die within a second instead of at their end:
  // apiKey: process.env.GUILDHALL_API_KEY,
  // revocations: true,
});

/** Puts the user into the request, or answers why there is none. */
async function signedIn(request, response, next) {
  const result = await guildhall.authenticate(request);
  if (!result.valid) {
    return answer(response, result.status, { error: { code: result.reason, message: result.message } });
  }
  // Browsers send cookies with what other sites' pages make them send too; those of this site alone may change things.
  const isChange = request.method !== "GET" && request.method !== "HEAD";
  if (result.credential === "cookie" && isChange && request.headers.origin !== ownOrigin) {
    const message = "Make this request from a page of this site, or with a bearer token.";
    return answer(response, 403, { error: { code: "FORBIDDEN", message } });
  }
  request.user = result.user;
  next();
}

/** Lets through whoever holds a permission in the active organization. */
function allowed(permission) {
  return (request, response, next) => {
    if (request.user.permissions.includes(permission)) return next();
    const message = `This needs the permission ${permission}; ask an owner of the organization for a role that has it.`;
    answer(response, 403, { error: { code: "INSUFFICIENT_PERMISSIONS", message } });
  };
}

const routes = {
  "GET /orders": [
    signedIn,
    allowed("org:read"),
    (request, response) => answer(response, 200, { organization: request.user.activeOrgId, orders: [] }),
  ],
};

createServer((request, response) => {
  const steps = routes[`${request.method} ${request.url}`] ?? [(_, missing) => answer(missing, 404, {})];
  const next = (step) => steps[step]?.(request, response, () => next(step + 1));
  next(0);
}).listen(Number(process.env.PORT ?? 3000), "127.0.0.1", function () {
  console.log(`http://127.0.0.1:${this.address().port}/orders`);
});

function answer(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
