/** Where the server is: `domain` names its site (`https://reauth.<domain>`), `baseUrl` any other address. */
export type Address = { domain: string; baseUrl?: undefined } | { baseUrl: string; domain?: undefined };

const API = "/api/v1";

/** The server's address, without a path. */
export function siteOf({ baseUrl, domain }: Address): string {
  return baseUrl === undefined ? `https://reauth.${domain}` : baseUrl.replace(/(\/api\/v1)?\/*$/, "");
}

/** Where its API is. */
export function apiOf(address: Address): string {
  return siteOf(address) + API;
}
