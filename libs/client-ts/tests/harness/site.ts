import { readFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { build } from "esbuild";

const TYPES: Record<string, string> = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8" };

/** Pages that are drawn by React, by their path. */
const PAGES: Record<string, string> = {
  "/switcher": "examples/react-switcher/switcher.jsx",
  "/hooks": "tests/pages/hooks.tsx",
};

/** Serves this package's folder to a browser; where its examples name the server's usual address, the real one. */
export class Site {
  readonly url: string;
  /** Where the server is, as a page is to call it. */
  api = "";
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Site> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const site = new Site(server);
    server.on("request", (request, response) => {
      site.#page(new URL(request.url ?? "/", site.url).pathname).then(
        ([type, text]) => response.writeHead(200, { "content-type": TYPES[type] }).end(text),
        () => response.writeHead(404).end(),
      );
    });
    return site;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #page(path: string): Promise<[type: string, text: string]> {
    if (path === "/empty") return ["html", "<!doctype html><title>A page</title>"];
    const drawn = PAGES[path.replace(/\.js$/, "")];
    if (drawn !== undefined) {
      if (path.endsWith(".js")) return ["js", this.#here(await bundled(drawn))];
      if (path === "/switcher") return ["html", await readFile("examples/react-switcher/index.html", "utf8")];
      return ["html", `<!doctype html><div id="root"></div><script type="module" src="${path}.js"></script>`];
    }
    const file = join(process.cwd(), normalize(path));
    return [path.endsWith(".html") ? "html" : "js", this.#here(await readFile(file, "utf8"))];
  }

  #here(text: string): string {
    return text.replaceAll("http://localhost:8080/api/v1", this.api);
  }
}

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' },
  });
  return outputFiles[0].text;
}
