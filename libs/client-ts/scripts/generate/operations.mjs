// One row for each route of the document, which makes the function that calls it.
import { NOTICE, comment, referenced, typeOf } from "./types.mjs";

const BASE = "/api/v1";
/** Not called by users of a client: the keys, the document itself, the feed that is followed, and what Stripe calls. */
const LEFT_OUT = new Set(["signing_keys", "openapi", "revocations", "receive_stripe_event"]);
/** Their answers depend on the organization that the caller acts for, which no part of the request names. */
const OF_ACTIVE_ORGANIZATION = /^\/(billing\/(?!plans|orgs)|auth\/(session|me)$)/;
/**
 * What changes which organizations the user belongs to, or what a list of them shows: their names, whether they are
 * suspended, the user's own roles in them.
 */
const CHANGES_ORGANIZATIONS = new RegExp(
  "^(POST /me/orgs|DELETE /me/orgs/{}|POST /auth/verify-email|POST /me/invitations/{}/accept" +
    "|POST /invitations/accept|POST /invite-links/{}/join|(PUT|DELETE) (/admin/organizations|/orgs)/{}" +
    "|(POST|PUT|DELETE) (/admin/organizations|/orgs)/{}/(suspend|reactivate|transfer-ownership|members.*)" +
    "|(PUT|DELETE) /orgs/{}/roles/{})$",
);

/** Words that TypeScript keeps for itself. */
const RENAMED = { export: "export_my_data" };

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(`_${name}`);
const functionName = ({ operationId }) => camel(RENAMED[operationId] ?? operationId);

function* operations(document) {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      yield { path, method: method.toUpperCase(), operation };
    }
  }
}

/** Whose credentials a call carries. */
function credentials(operation) {
  const schemes = operation.security?.map((scheme) => Object.keys(scheme)[0]);
  if (schemes === undefined) return "session";
  if (schemes.includes("server_key")) return "key";
  return schemes.includes("bearer") ? "optional" : "none";
}

function bodyOf(operation) {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  if (schema === undefined) return undefined;
  const type = typeOf(schema, false);
  return { type, isOptional: schema.oneOf !== undefined };
}

function answerOf(operation) {
  const answers = Object.entries(operation.responses).filter(([status]) => status !== "default");
  const schemas = answers.map(([, answer]) => answer.content?.["application/json"]?.schema);
  return schemas.map((schema) => (schema?.$ref ? referenced(schema.$ref) : "void")).join(" | ");
}

function queryType(operation) {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  if (parameters.length === 0) return undefined;
  const fields = parameters.map(({ name, required, schema, description }) => {
    const type = schema.$ref ? referenced(schema.$ref) : typeOf(schema, false);
    return `${comment(description, "  ")}  ${name}${required ? "" : "?"}: ${type};\n`;
  });
  const isPaged = parameters.every(({ name }) => name === "page_size" || name === "page_token");
  return { isPaged, text: fields.join(""), isOptional: parameters.every(({ required }) => !required) };
}

/** Lists are found in their answers by this. */
function demandOneArray(document, name, answer) {
  const fields = Object.values(document.components.schemas[answer]?.properties ?? {});
  const arrays = fields.filter(({ type }) => [type].flat().includes("array"));
  if (arrays.length !== 1) throw new Error(`${name} is paged, and ${answer} has ${arrays.length} arrays`);
}

/** The text of src/gen/operations.ts. */
export function operationsFile(document) {
  const queries = [];
  const functions = [];
  const named = new Set();
  for (const { path, method, operation } of operations(document)) {
    if (LEFT_OUT.has(operation.operationId)) continue;
    if (!path.startsWith(BASE)) throw new Error(`${path} is not under ${BASE}`);
    const name = functionName(operation);
    const route = path.slice(BASE.length);
    const parameters = [...route.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const body = bodyOf(operation);
    const query = queryType(operation);
    const queryName = query?.isPaged ? "PageQuery" : `${pascal(operation.operationId)}Query`;
    if (query && !query.isPaged) {
      queries.push(`${comment(`What ${name} can be asked for.`)}export interface ${queryName} {\n${query.text}}\n`);
    }
    const answer = answerOf(operation);
    if (operation.parameters?.some((parameter) => parameter.name === "page_token"))
      demandOneArray(document, name, answer);
    for (const type of `${answer} ${body?.type ?? ""} ${query?.text ?? ""}`.matchAll(/\b[A-Z]\w+/g)) {
      if (document.components.schemas[type[0]]) named.add(type[0]);
    }

    const given = [
      ...parameters.map((parameter) => `${parameter}: string`),
      ...(body ? [`body${body.isOptional ? "?" : ""}: ${body.type}`] : []),
      ...(query ? [`query${query.isOptional ? "?" : ""}: ${queryName}`] : []),
    ];
    const template = route.replace(/\{\w+\}/g, "{}");
    const credential = credentials(operation);
    const traits = [
      ...(credential === "session" ? [] : [credential]),
      ...(method === "DELETE" ? (body ? ["body"] : []) : body || query ? [] : ["bare"]),
      ...(OF_ACTIVE_ORGANIZATION.test(route) ? ["active"] : []),
      ...(CHANGES_ORGANIZATIONS.test(`${method} ${template}`) ? ["orgs"] : []),
    ];
    const described = [operation.summary, operation.description].filter(Boolean).join("\n\n");
    const row = [method, template, ...traits].map((part) => JSON.stringify(part)).join(", ");
    functions.push(
      `${comment(described)}export const ${name} = /* @__PURE__ */ operation<[${given.join(", ")}], ${answer}>(\n` +
        `  ${row},\n);\n`,
    );
  }
  const paged =
    `${comment("Which part of a list.")}export interface PageQuery {\n` +
    `${comment("How many entries at most, 1 to 200; 50 unless given.", "  ")}  page_size?: number;\n` +
    `${comment("`next_page_token` of the page before.", "  ")}  page_token?: string;\n}\n`;
  const imports =
    `import { operation } from "../transport/operation.js";\n` +
    `import type {\n${[...named]
      .sort()
      .map((type) => `  ${type},\n`)
      .join("")}} from "./types.js";\n`;
  return `${NOTICE}\n${imports}\n${paged}\n${queries.join("\n")}\n${functions.join("\n")}`;
}

/** The text of tests/gen/routes.ts. */
export function routesFile(document) {
  const lines = [...operations(document)].map(({ path, method, operation }) => {
    const name = functionName(operation);
    return `  { method: "${method}", path: "${path}", operation: "${name}", credentials: "${credentials(operation)}" },\n`;
  });
  return `${NOTICE}\n/** Every route of the document. */\nexport const ROUTES = [\n${lines.join("")}] as const;\n`;
}
