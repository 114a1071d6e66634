import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const read = (name: string): Promise<string> => readFile(new URL(`../../tests/seeds/${name}`, import.meta.url), "utf8");

/** The statements of some code, without comments and blanks. */
function statementsOf(code: string): string[] {
  const bare = code.replace(/(^|\s)\/\/.*$/gm, "$1").replace(/\s+/g, "");
  const statements = bare.split(";").map((statement) => statement.replace(/^}+/, "").replace(",}", "}"));
  return [...new Set(statements.filter((statement) => statement !== ""))].sort();
}

for (const page of ["first_page", "second_page"]) {
  test(`what runs of ${page} is what stands on it, statement by statement`, async () => {
    const run = (await read(`${page}.ts`))
      // What makes functions of the blocks.
      .replace(/^(import|export) .*$/gm, "")
      .replace(/^ {2}return .*$/gm, "");

    const shown = statementsOf(await read(`${page}.txt`));

    assert.deepEqual(statementsOf(run), shown);
    assert.ok(shown.length > 15);
  });
}
