/** Where the server is: `domain` names its site (`https://reauth.<domain>`), `baseUrl` any other address. */
export type Address = { domain: string; baseUrl?: undefined } | { baseUrl: string; domain?: undefined };

const API = "/api/v1";

/** The server's address, without a path. */
export function siteOf(address: Address): string {
  if (address.baseUrl === undefined) return `https://reauth.${address.domain}`;
  const url = address.baseUrl.replace(/\/+$/, "");
  return url.endsWith(API) ? url.slice(0, -API.length) : url;
}

/** Where its API is. */
export function apiOf(address: Address): string {
  return siteOf(address) + API;
}
