// A page whose components show all that the hooks answer, above a client of either style and a server that is a
// function. The test drives it from outside.
import { StrictMode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { createAuthClient, createReauthClient } from "@guildhall/client";
import { GuildhallProvider } from "@guildhall/client/react";
import { fakeSession } from "@guildhall/client/testing";
import { Flat, Modules } from "./shown.js";
import { World } from "./world.js";

const world = new World();
const options = { fetch: world.server.fetch, maxRetries: 0, storage: fakeSession({ org_name: "First" }) };
const client = createAuthClient({ apiBaseUrl: "https://guildhall.test/api/v1", ...options });
const reauth = createReauthClient({ baseUrl: "https://guildhall.test", ...options });
const problems: string[] = [];

const page = {
    world,
    client,
    reauth,
    problems,
    /** Draws one style, or goes on with what the server has drawn. */
    draw(style: "modules" | "flat", drawn?: string): void {
        const root = document.querySelector("#root")!;
        const tree = (
            <StrictMode>
                <GuildhallProvider client={style === "flat" ? reauth : client}>
                    {style === "flat" ? <Flat /> : <Modules />}
                </GuildhallProvider>
            </StrictMode>
        );
        if (drawn === undefined) return createRoot(root).render(tree);
        root.innerHTML = drawn;
        hydrateRoot(root, tree, { onRecoverableError: (error) => problems.push(String(error)) });
    },
};

declare global {
    // The page, for the test that drives it.
    var hooks: typeof page;
}
globalThis.hooks = page;
