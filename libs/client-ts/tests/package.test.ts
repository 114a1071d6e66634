import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { type Product, startProduct } from "./harness/product.js";
import { signUp } from "./harness/people.js";

const run = promisify(execFile);
let product: Product;

before(async () => {
  product = await startProduct();
});

after(() => product.stop());

async function filesOf(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

test("what was made from the server's document is what it says now", async () => {
  const { stderr } = await run("node", ["scripts/generate.mjs", "--check", `${product.url}/openapi.json`]);
  assert.equal(stderr, "");
});

test("no public type is any", async () => {
  for (const file of await filesOf("dist", ".d.ts")) {
    const code = (await readFile(file, "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
    assert.doesNotMatch(code, /\bany\b/, file);
  }
});

test("the facades only name things: what is sent, and how, is decided below them", async () => {
  for (const file of await filesOf("src/facade", ".ts")) {
    assert.doesNotMatch(await readFile(file, "utf8"), /\bfetch\(|new URL\(|setTimeout|JSON\./, file);
  }
});

test("nothing here depends on Node, and nothing happens when it is imported", async () => {
  for (const file of await filesOf("src", ".ts")) {
    const code = await readFile(file, "utf8");
    assert.doesNotMatch(code, /from "node:|\bprocess\.|\bBuffer\b|\bconsole\b|\brequire\(/, file);
  }
  const { dependencies } = JSON.parse(await readFile("package.json", "utf8")) as { dependencies?: object };
  assert.equal(dependencies, undefined);
});

test("no file is longer than a person wants to read", async () => {
  const files = [...(await filesOf("src", ".ts")), ...(await filesOf("tests", ".ts"))];
  for (const file of files.filter((name) => !name.includes("gen/"))) {
    const lines = (await readFile(file, "utf8")).split("\n").length - 1;
    assert.ok(lines <= 400, `${file} has ${lines} lines`);
  }
});

test("the server of the examples lets in whoever is signed in, and nobody else", async (context) => {
  const child = execFile("node", ["examples/server/server.mjs"], {
    env: { ...process.env, GUILDHALL_URL: product.url, PORT: "0" },
  });
  context.after(() => child.kill());
  const address = await new Promise<string>((resolve) =>
    child.stdout?.once("data", (line: string) => resolve(line.trim())),
  );
  const { client } = await signUp(product);
  const refused = await fetch(address);
  assert.deepEqual(
    [refused.status, ((await refused.json()) as { error: { code: string } }).error.code],
    [401, "UNAUTHORIZED"],
  );
  const allowed = await fetch(address, { headers: { authorization: `Bearer ${await client.auth.getAccessToken()}` } });
  const { organization } = (await allowed.json()) as { organization: string };
  assert.deepEqual([allowed.status, organization], [200, client.auth.getClaims()?.active_org_id]);
});
