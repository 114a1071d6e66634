// Makes src/gen and the tests' list of routes from the server's OpenAPI document.
//
//   npm run generate -- http://127.0.0.1:8080/openapi.json      (or a file)
//   npm run generate -- --check http://127.0.0.1:8080/openapi.json
//
// With --check nothing is written, and the command fails when what is there is not what would be written.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { operationsFile, routesFile } from "./generate/operations.mjs";
import { typesFile } from "./generate/types.mjs";

const isCheck = process.argv.includes("--check");
const source = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
if (source === undefined) {
  console.error("Say where the OpenAPI document is: an http:// URL or a file.");
  process.exit(2);
}

const text = /^https?:/.test(source) ? await (await fetch(source)).text() : readFileSync(source, "utf8");
const document = JSON.parse(text);

const files = {
  "src/gen/types.ts": typesFile(document),
  "src/gen/operations.ts": operationsFile(document),
  "tests/gen/routes.ts": routesFile(document),
};
const outdated = [];
for (const [name, content] of Object.entries(files)) {
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
  if (!isCheck) {
    writeFileSync(path, content);
  } else if (readFileSync(path, "utf8") !== content) {
    outdated.push(name);
  }
}
if (outdated.length > 0) {
  console.error(`Not what the document says: ${outdated.join(", ")}. Run: npm run generate -- ${source}`);
  process.exit(1);
}
