import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A `guildhall dev` of a test's own. */
export interface Product {
  /** Its address, without a path. */
  url: string;
  /** Where its API is. */
  api: string;
  /** The first mail to this address whose text matches; what the pattern captures. */
  mailed(address: string, pattern: RegExp): Promise<string>;
  stop(): Promise<void>;
}

export const PASSWORD = "a long phrase for tests";
export const ADMIN = { email: "admin@ryanweiss.net", password: PASSWORD };
export const APPS = ["guildhall", "auth-client-demo"] as const;

const binary =
  process.env["TEST_GUILDHALL"] ?? join(process.env["CARGO_TARGET_DIR"] ?? "../../target", "debug/guildhall");

export async function startProduct(settings: Record<string, string> = {}): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), "guildhall-client-"));
  const product = spawn(binary, ["dev"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      GUILDHALL_DATA_DIR: folder,
      GUILDHALL_LOG: "error",
      GUILDHALL_DEMO: "off",
      GUILDHALL_SQLITE_DURABLE: "off",
      GUILDHALL_RATE_LIMITS: "off",
      GUILDHALL_PASSWORD_MEMORY_KIB: "8192",
      GUILDHALL_HTTP_LISTEN: "127.0.0.1:0",
      GUILDHALL_GRPC_LISTEN: "127.0.0.1:0",
      GUILDHALL_OPS_LISTEN: "127.0.0.1:0",
      GUILDHALL_APPS: APPS.join(","),
      GUILDHALL_ADMIN_EMAIL: ADMIN.email,
      GUILDHALL_ADMIN_PASSWORD: ADMIN.password,
      ...settings,
    },
  });
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => product.once("exit", resolve));
    if (product.exitCode === null && product.kill("SIGTERM")) await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await readyAt(product);
    return { url, api: `${url}/api/v1`, mailed: (address, pattern) => mailed(url, address, pattern), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readyAt(product: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    product.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const ready = said.split("\n").find((line) => line.includes('"event":"ready"'));
      if (ready !== undefined) resolve((JSON.parse(ready) as { http: string }).http);
    });
    product.once("error", (cause) => reject(new Error(`${binary} can't be started; build it first`, { cause })));
    product.once("exit", () => reject(new Error(`${binary} ended before it was ready`)));
  });
}

interface Mail {
  to: string;
  text: string;
}

async function mailed(url: string, address: string, pattern: RegExp): Promise<string> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const mails = (await (await fetch(`${url}/dev/mail.json`)).json()) as Mail[];
    const found = mails.filter(({ to }) => to === address).map(({ text }) => pattern.exec(text)?.[1]);
    const first = found.find((captured) => captured !== undefined);
    if (first !== undefined) return first;
    if (Date.now() > deadline) throw new Error(`no mail to ${address} matches ${pattern}`);
    await pause(20);
  }
}
