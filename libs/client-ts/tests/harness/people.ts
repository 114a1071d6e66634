import { type AuthClient, type AuthClientOptions, createAuthClient } from "@guildhall/client";
import { ADMIN, PASSWORD, type Product } from "./product.js";

/** Somebody who is signed in. */
export interface Person {
  id: string;
  email: string;
  client: AuthClient;
}

let count = 0;

/** An address that nobody has yet. */
export function newAddress(name = "person"): string {
  count += 1;
  return `${name}-${process.pid}-${count}@example.com`;
}

/** An account with a proven address, signed in. */
export async function signUp(product: Product, options: Partial<AuthClientOptions> = {}): Promise<Person> {
  const email = newAddress();
  const client = createAuthClient({ apiBaseUrl: product.api, ...options });
  const answer = await client.auth.register({ email, password: PASSWORD });
  if (!("user" in answer)) throw new Error("signing up signed nobody in");
  await client.account.verifyEmail(await product.mailed(email, /verify-email\?token=([\w-]+)/));
  return { id: answer.user.id, email, client };
}

/** The platform's administrator. */
export async function signInAdmin(product: Product, options: Partial<AuthClientOptions> = {}): Promise<AuthClient> {
  const client = createAuthClient({ apiBaseUrl: product.api, ...options });
  await client.auth.login(ADMIN);
  return client;
}

/** A team of the owner's with these members. */
export async function newTeam(product: Product, owner: Person, ...members: Person[]): Promise<string> {
  const { id } = await owner.client.organizations.create({ name: "A team" });
  const admin = await signInAdmin(product);
  for (const member of members) await admin.organizations.addMember(id, member.id);
  return id;
}
