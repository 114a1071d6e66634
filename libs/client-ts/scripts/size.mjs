// How much of this package a page loads: each entry bundled alone, minified and compressed, against its budget in
// bytes.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const BUDGETS = [
  ["createAuthClient", `export { createAuthClient } from "./dist/index.js"`, 10_000],
  ["createReauthClient", `export { createReauthClient } from "./dist/index.js"`, 9_500],
  ["isGuildhallError", `export { isGuildhallError } from "./dist/index.js"`, 1_000],
  ["server", `export * from "./dist/server/index.js"`, 10_000],
  ["back-office", `export * from "./dist/back_office/index.js"`, 2_500],
  ["react", `export * from "./dist/react/index.js"`, 2_000],
  ["testing", `export * from "./dist/testing/index.js"`, 3_000],
];

const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
for (const { default: path } of Object.values(exports).filter((entry) => typeof entry === "object")) {
  if (!BUDGETS.some(([, contents]) => contents.includes(path))) throw new Error(`${path} has no budget`);
}

let isOver = false;
for (const [name, contents, budget] of BUDGETS) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: "." },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    external: ["react"],
  });
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  isOver ||= size > budget;
  console.log(`${size > budget ? "OVER " : "     "}${name.padEnd(20)} ${String(size).padStart(6)} of ${budget} bytes`);
}
process.exit(isOver ? 1 : 0);
