// The calls of the first page that this package has to run, each block as it stands there; the harness signs the right people in and
// puts the real password where the page shows none.
import { type AuthClient, createAuthClient } from "@guildhall/client";

export async function start(): Promise<AuthClient> {
  const client = createAuthClient({ apiBaseUrl: 'https://auth.ryanweiss.net/api/v1', appCode: 'auth-client-demo',});
  await client.ready();
  await client.auth.login({ email: 'admin@ryanweiss.net', password: '…' });
  return client;
}

export async function get(client: AuthClient, orgId: string) {
  const all = await client.organizations.list();
  const org = await client.organizations.get(orgId);
  const o2 = await client.organizations.adminGet(orgId);
  const mine = await client.account.getMyOrgs();
  return { all, org, o2, mine };
}

export async function create(client: AuthClient) {
  const org = await client.organizations.create({ name: 'Acme Auctions', slug: 'acme' });
  return org;
}

export async function update(client: AuthClient, orgId: string) {
  await client.organizations.update(orgId, { name: 'Acme Inc.' });
  await client.organizations.adminUpdate(orgId, { name: 'Acme Inc.' });
  await client.organizations.delete(orgId);
}

export async function membership(client: AuthClient, orgId: string, userId: string) {
  const members = await client.organizations.adminListMembers(orgId);
  await client.organizations.addMember(orgId, userId);
  await client.organizations.updateMemberStatus(orgId, userId, 'suspended');
  await client.organizations.adminRemoveMember(orgId, userId);
  return members;
}

export async function roles(client: AuthClient, orgId: string, userId: string) {
  await client.organizations.setMemberRoles(orgId, userId, ['org_admin']);
  await client.organizations.setMemberRoles(orgId, userId, ['org_manager', 'seller']);
  const perms = await client.organizations.listAssignablePermissions(orgId);
  const role = await client.organizations.createRole(orgId, { code: 'catalog-editor', name: 'Catalog Editor', permission_codes: ['org:read', 'org:update'],});
  await client.organizations.setMemberRoles(orgId, userId, ['catalog-editor']);
  return { perms, role };
}

export async function invite(client: AuthClient, orgId: string, roleId: string) {
  await client.organizations.createInvitation(orgId, { email: 'teammate@example.com', role_ids: [roleId],});
}

export async function revoke(client: AuthClient, orgId: string) {
  const pending = await client.organizations.listInvitations(orgId);
  await client.organizations.revokeInvitation(orgId, pending[0].id);
}

export async function accept(client: AuthClient) {
  const invites = await client.account.listMyInvitations();
  await client.account.acceptInvitation(invites[0].id);
  await client.auth.switchOrg(invites[0].organization_id);
}
