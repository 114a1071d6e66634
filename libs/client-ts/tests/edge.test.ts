import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";
import { newAddress } from "./harness/people.js";
import { PASSWORD, type Product, startProduct } from "./harness/product.js";

let product: Product;

before(async () => {
  product = await startProduct();
});

after(() => product.stop());

test("where there is neither Node nor a page, people sign in and requests are authenticated", async () => {
  const contents = `
    import { createAuthClient } from "./dist/index.js";
    import { createServerClient } from "./dist/server/index.js";
    globalThis.run = async (url, email, password) => {
      const client = createAuthClient({ apiBaseUrl: url + "/api/v1" });
      await client.auth.register({ email, password });
      const mine = await client.account.getMyOrgs();
      const headers = { authorization: "Bearer " + (await client.auth.getAccessToken()) };
      const request = new Request("https://shop.example/", { headers });
      const { user } = await createServerClient({ baseUrl: url }).authenticate(request);
      return [mine.length, user.email, user.orgRole].join();
    };`;
  const options = {
    bundle: true,
    write: false,
    format: "iife",
    stdin: { contents, resolveDir: process.cwd() },
  } as const;
  const { outputFiles } = await build(options);
  const vm = new EdgeVM();
  vm.evaluate(outputFiles[0].text);
  const email = newAddress("edge");

  const told: unknown = await vm.evaluate(`run(${[product.url, email, PASSWORD].map((text) => JSON.stringify(text))})`);

  assert.equal(told, `1,${email},owner`);
});
