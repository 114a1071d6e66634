// The calls of the second page that this package has to run, each block as it stands there. Where the page has placeholders such as
// 'org-uuid', the harness puts the real ids on the wire.
import { type ReauthClient, createReauthClient } from "@guildhall/client";
import type { ServerClient } from "@guildhall/client/server";

export async function create() {
  const reauth = createReauthClient({ domain: 'yourdomain.com' });
  return reauth;
}

export async function createOrg(reauth: ReauthClient) {
  const org = await reauth.createOrg('Acme Corp');
  return org;
}

export async function listOrgs(reauth: ReauthClient) {
  const orgs = await reauth.listOrgs();
  return orgs;
}

export async function switchOrg(reauth: ReauthClient) {
  const result = await reauth.switchOrg('org-uuid');
  return result;
}

export async function getSession(reauth: ReauthClient) {
  const session = await reauth.getSession();
  session.active_org_id;
  session.org_role;
  session.subscription;
  return session;
}

export async function listOrgMembers(reauth: ReauthClient) {
  const members = await reauth.listOrgMembers('org-uuid');
  return members;
}

export async function updateMemberRole(reauth: ReauthClient) {
  await reauth.updateMemberRole('org-uuid', 'user-uuid', 'owner');
}

export async function removeOrgMember(reauth: ReauthClient) {
  await reauth.removeOrgMember('org-uuid', 'user-uuid');
}

export async function inviteToOrg(reauth: ReauthClient) {
  const invite = await reauth.inviteToOrg('org-uuid', 'user@example.com', 'member');
  return invite;
}

export async function listPendingInvites(reauth: ReauthClient) {
  const pending = await reauth.listPendingInvites('org-uuid');
  return pending;
}

export async function revokeInvite(reauth: ReauthClient) {
  await reauth.revokeInvite('org-uuid', 'invite-uuid');
}

export async function acceptInvite(reauth: ReauthClient) {
  const { orgId, role } = await reauth.acceptInvite('invite-token');
  return { orgId, role };
}

export async function createInviteLink(reauth: ReauthClient) {
  const link = await reauth.createInviteLink('org-uuid', 'member');
  return link;
}

export async function listInviteLinks(reauth: ReauthClient) {
  const links = await reauth.listInviteLinks('org-uuid');
  return links;
}

export async function revokeInviteLink(reauth: ReauthClient) {
  await reauth.revokeInviteLink('org-uuid', 'link-uuid');
}

export async function joinViaLink(reauth: ReauthClient) {
  await reauth.joinViaLink('link-token');
}

export async function updateOrg(reauth: ReauthClient) {
  await reauth.updateOrg('org-uuid', 'New Name');
}

export async function deleteOrg(reauth: ReauthClient) {
  await reauth.deleteOrg('org-uuid');
}

export async function authenticate(reauth: ServerClient, request: Request) {
  const result = await reauth.authenticate(request);
  if (result.valid && result.user) {
    result.user.activeOrgId;
    result.user.orgRole;
  }
  return result;
}
