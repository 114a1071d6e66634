import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { newAddress } from "./harness/people.js";
import { PASSWORD, type Product, startProduct } from "./harness/product.js";

const run = promisify(execFile);

/** What the blocks take for granted: what the reader has of his own. */
const GIVEN = `
declare const email: string;
declare const password: string;
declare const apiKey: string;
declare const requestUuid: string;
declare const request: Request;
declare function show(text: string): void;
`;

/** A project of somebody else's, with this package as it would be published, and nothing else but React. */
let project: string;
let product: Product;

before(async () => {
  product = await startProduct();
  project = await mkdtemp(join(tmpdir(), "guildhall-newcomer-"));
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", project]);
  const modules = join(project, "node_modules");
  const own = join(modules, "@guildhall/client");
  await mkdir(own, { recursive: true });
  await run("tar", ["-xzf", join(project, stdout.trim()), "-C", own, "--strip-components=1"]);
  await mkdir(join(modules, "@types"));
  for (const name of [
    "react",
    "react-dom",
    "csstype",
    "@types/react",
    "@types/react-dom",
    "@types/node",
    "undici-types",
  ]) {
    await symlink(resolve("node_modules", name), join(modules, name));
  }
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "newcomer", type: "module", private: true }));
});

after(async () => {
  await product.stop();
  await rm(project, { recursive: true, force: true });
});

/** The blocks of the README in these languages. */
async function blocks(...languages: string[]): Promise<{ language: string; code: string }[]> {
  const text = await readFile("README.md", "utf8");
  const found = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return found.map(([, language, code]) => ({ language, code })).filter(({ language }) => languages.includes(language));
}

test("every block of the README is right as it stands, for a strict compiler and the packed package", async () => {
  const written = await blocks("ts", "tsx");
  assert.ok(written.length >= 6);
  for (const [index, { language, code }] of written.entries()) {
    await writeFile(join(project, `block_${index}.${language}`), code);
  }
  await writeFile(join(project, "given.d.ts"), GIVEN);
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    module: "NodeNext",
    target: "ES2022",
    jsx: "react-jsx",
    noEmit: true,
    skipLibCheck: false,
    types: ["node"],
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts", "*.tsx"] }));
  const compiler = resolve("node_modules/.bin/tsc");
  const { stdout } = await run(compiler, ["-p", "."], { cwd: project }).catch((error: { stdout: string }) => error);
  assert.equal(stdout, "");
});

test("the blocks that need nothing else run as they stand, one after the other", async () => {
  // The server of the first ones is this test's.
  const own = {
    '{ domain: "example.com" }': `{ baseUrl: "${product.url}" }`,
    "http://127.0.0.1:8080": product.url,
  };
  const email = newAddress("newcomer");
  const given = `const [email, password, show] = ["${email}", "${PASSWORD}", (text) => console.log(text)];\n`;
  const shown: string[] = [];
  for (const [index, { code }] of (await blocks("ts")).entries()) {
    const isAlone = code.includes("client/testing") || Object.keys(own).some((address) => code.includes(address));
    if (!isAlone) continue;
    // Without the one type that the README names, TypeScript is JavaScript.
    let plain = code.replace(" as { name: string }", "");
    for (const [address, here] of Object.entries(own)) plain = plain.replace(address, here);
    await writeFile(join(project, `block_${index}.mjs`), given + plain);
    shown.push((await run("node", [`block_${index}.mjs`], { cwd: project })).stdout.trim());
  }
  assert.equal(shown.length, 4);
  const leaving = "The organization would be left without an active owner; make somebody else an owner first.";
  assert.equal(shown[0], `${email}: owner\n${leaving}`);
});

test("the package is taken by import, by import() and by require, with each of its entries", async () => {
  const entries: [entry: string, name: string][] = [
    ["@guildhall/client", "createAuthClient"],
    ["@guildhall/client/server", "createServerClient"],
    ["@guildhall/client/back-office", "createBackOffice"],
    ["@guildhall/client/react", "useSession"],
    ["@guildhall/client/testing", "MockServer"],
  ];
  const { exports } = JSON.parse(await readFile("package.json", "utf8")) as { exports: Record<string, unknown> };
  const published = Object.keys(exports).filter((entry) => entry !== "./package.json");
  assert.deepEqual(entries.map(([entry]) => entry.replace("@guildhall/client", ".")).sort(), published.sort());
  const imports = entries.map(([entry, name]) => `import { ${name} } from "${entry}"; console.log(typeof ${name});`);
  await writeFile(join(project, "takes.mjs"), imports.join("\n"));
  const requires = entries.map(([entry, name]) => `console.log(typeof require("${entry}").${name});`);
  await writeFile(join(project, "takes.cjs"), requires.join("\n"));
  const later = entries.map(([entry, name]) => `import("${entry}").then((it) => console.log(typeof it.${name}));`);
  await writeFile(join(project, "takes_later.cjs"), later.join("\n"));
  for (const file of ["takes.mjs", "takes.cjs", "takes_later.cjs"]) {
    const { stdout } = await run("node", [file], { cwd: project });
    assert.deepEqual(stdout.trim().split("\n"), Array(entries.length).fill("function"), file);
  }
});

test("what is packed is what is meant to be: code, types, examples, and the README", async () => {
  const files = await readdir(join(project, "node_modules/@guildhall/client"));
  assert.deepEqual(files.sort(), ["LICENSE", "README.md", "dist", "examples", "package.json"]);
});
