import { type FakeClaims, MockServer, grant, noContent, refusal } from "@guildhall/client/testing";

interface Organization {
  id: string;
  name: string;
  is_personal: boolean;
  created_at: string;
}

/** A server that keeps organizations of one user, as far as pages need it. */
export class World {
  readonly server = new MockServer();
  readonly organizations: Organization[] = [organization("org-a", "First"), organization("org-b", "Second")];
  #active = "org-a";
  /** What the user may from the next token on. */
  permissions = ["org:read"];
  #tokens = 1;

  constructor() {
    this.server
      .on("GET /me/orgs", () => ({ organizations: this.organizations.map(entryOf), next_page_token: "" }))
      .on("POST /me/orgs", ({ body }) => this.#add((body as { name: string }).name))
      .on("PUT /orgs/{orgId}", ({ params, body }) => Object.assign(this.#of(params["orgId"]), body))
      .on("DELETE /orgs/{orgId}", ({ params }) => this.#lose(params["orgId"]))
      .on("DELETE /me/orgs/{orgId}", ({ params }) => this.#lose(params["orgId"]))
      .on("POST /me/invitations/{id}/accept", ({ params }) => this.#join(`By invitation ${params["id"]}`))
      .on("POST /invitations/accept", () => this.#join("By mail"))
      .on("POST /invite-links/{token}/join", () => this.#join("By link"))
      .on("POST /auth/logout", () => noContent())
      .on("POST /auth/login", () => this.#grant())
      .on("POST /auth/refresh", () => this.#grant())
      .on("POST /auth/switch-org", ({ body }) => {
        this.#active = (body as { organization_id: string }).organization_id;
        return this.#grant();
      });
  }

  /** How often the list was read. */
  get readings(): number {
    return this.server.to("GET /me/orgs").length;
  }

  /** Fails every reading of the list, until it is called with false. */
  fail(isBroken: boolean): void {
    this.server.on("GET /me/orgs", () =>
      isBroken
        ? refusal(500, "INTERNAL_ERROR", "It broke.")
        : { organizations: this.organizations.map(entryOf), next_page_token: "" },
    );
  }

  #add(name: string): Organization {
    const added = organization(`org-${this.organizations.length + 1}`, name);
    this.organizations.push(added);
    return added;
  }

  #join(name: string): object {
    const { id } = this.#add(name);
    return { org_id: id, organization_id: id, role: "member" };
  }

  #lose(id: string | undefined): undefined {
    this.organizations.splice(this.organizations.indexOf(this.#of(id)), 1);
    if (this.#active === id) this.#active = "org-a";
  }

  #of(id: string | undefined): Organization {
    return this.organizations.find((one) => one.id === id)!;
  }

  #grant(): object {
    const { id, name } = this.#of(this.#active);
    const claims: FakeClaims = { active_org_id: id, org_name: name, permissions: this.permissions };
    return grant({ ...claims, jti: String((this.#tokens += 1)) });
  }
}

function organization(id: string, name: string): Organization {
  return { id, name, is_personal: false, created_at: "2026-01-01T00:00:00Z" };
}

function entryOf(organization: Organization): object {
  return { organization, role: "owner", roles: [], status: "active", joined_at: organization.created_at };
}
