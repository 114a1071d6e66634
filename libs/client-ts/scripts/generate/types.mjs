// The shapes of the document as TypeScript, named as there, with its comments.

export const NOTICE = "// Made by `npm run generate` from the server's OpenAPI document. Do not edit.\n";

/** The name of a schema that a reference leads to. */
export function referenced(reference) {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** A doc comment, or nothing. */
export function comment(text, indent = "") {
  if (!text) return "";
  const lines = wrapped(text.trim().replaceAll("*/", "* /"), 112 - indent.length);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line ? ` ${line}` : ""}\n`).join("")}${indent} */\n`;
}

function wrapped(text, width) {
  return text.split(/\n{2,}/).flatMap((paragraph, index) => {
    const lines = index > 0 ? ["", ""] : [""];
    for (const word of paragraph.split(/\s+/)) {
      const line = lines.at(-1);
      if (line && line.length + 1 + word.length > width) lines.push(word);
      else lines[lines.length - 1] = line ? `${line} ${word}` : word;
    }
    return lines;
  });
}

/** What answers hold: there, an absent field is left out and never null. */
function shapesOfAnswers(document) {
  const found = new Set();
  const visit = (schema) => {
    if (Array.isArray(schema)) return schema.forEach(visit);
    if (schema === null || typeof schema !== "object") return;
    if (typeof schema.$ref === "string") {
      const name = referenced(schema.$ref);
      if (found.has(name)) return;
      found.add(name);
      visit(document.components.schemas[name]);
    }
    Object.values(schema).forEach(visit);
  };
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item)) visit(operation.responses);
  }
  return found;
}

/** The TypeScript type of a schema; `nullable` says whether null is kept. */
export function typeOf(schema, nullable) {
  const kept = (type) => type !== "null" || nullable;
  if (schema.$ref) return referenced(schema.$ref);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.oneOf)
    return unique(schema.oneOf.map((one) => typeOf(one, nullable)).filter((type) => type !== "" && kept(type)));
  const types = [schema.type ?? "unknown"].flat().filter(kept);
  return unique(types.map((type) => plainType(type, schema, nullable)));
}

function unique(types) {
  return [...new Set(types)].join(" | ");
}

function plainType(type, schema, nullable) {
  switch (type) {
    case "integer":
    case "number":
      return "number";
    case "array": {
      const element = typeOf(schema.items ?? {}, nullable);
      return element.includes("|") ? `(${element})[]` : `${element}[]`;
    }
    case "object":
      return "Record<string, unknown>";
    default:
      return type;
  }
}

function fields(schema, nullable) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {})
    .map(([name, field]) => {
      const described = field.description ?? field.oneOf?.find((one) => one.description)?.description;
      const mark = required.has(name) ? "" : "?";
      return `${comment(described, "  ")}  ${name}${mark}: ${typeOf(field, nullable)};\n`;
    })
    .join("");
}

function declaration(name, schema, nullable) {
  const described = comment(schema.description ?? schema.allOf?.find((part) => part.description)?.description);
  if (schema.allOf) {
    const parents = schema.allOf.filter((part) => part.$ref).map((part) => referenced(part.$ref));
    const own = schema.allOf
      .filter((part) => !part.$ref)
      .map((part) => fields(part, nullable))
      .join("");
    return `${described}export interface ${name} extends ${parents.join(", ")} {\n${own}}\n`;
  }
  if (schema.type === "object" && schema.properties) {
    return `${described}export interface ${name} {\n${fields(schema, nullable)}}\n`;
  }
  if (schema.type === "object") return `${described}export type ${name} = Record<string, never>;\n`;
  if (schema.enum?.length > 8) {
    const values = schema.enum.map((value) => `\n  | ${JSON.stringify(value)}`).join("");
    return `${described}export type ${name} =${values};\n`;
  }
  return `${described}export type ${name} = ${typeOf(schema, nullable)};\n`;
}

/** The text of src/gen/types.ts. */
export function typesFile(document) {
  const ofAnswers = shapesOfAnswers(document);
  const shapes = Object.entries(document.components.schemas).map(([name, schema]) =>
    declaration(name, schema, !ofAnswers.has(name)),
  );
  return `${NOTICE}\n${shapes.join("\n")}`;
}
