//! What people do with members and roles.

use std::time::Duration;

use contracts::organizations::v1 as proto;

use super::{Answer, Person, World, offer};

impl World {
    /// Brings a user into a team with these roles.
    pub async fn join(&self, organization_id: &str, by: &Person, user: &Person, role_codes: &[&str]) -> proto::Member {
        self.clock.advance(Duration::from_millis(1));
        let offer = offer(organization_id, by, user, role_codes);
        self.add(offer).await.unwrap().member.unwrap()
    }

    pub async fn add(&self, offer: proto::AddMemberRequest) -> Answer<proto::AddMemberResponse> {
        Ok(self.access().add_member(offer).await?.into_inner())
    }

    /// Asks whether the offer stands that this joining rests on.
    pub async fn check(&self, joining: &proto::AddMemberRequest) -> Answer<()> {
        let message = proto::CheckOfferRequest {
            organization_id: joining.organization_id.clone(),
            grant: joining.grant.clone(),
            granted_by: joining.granted_by.clone(),
        };
        self.access().check_offer(message).await.map(|_| ())
    }

    pub async fn set_role(
        &self,
        by: &Person,
        organization_id: &str,
        user: &Person,
        role: proto::OrgRole,
    ) -> Answer<(proto::Member, i64)> {
        let message = proto::SetMemberRoleRequest {
            organization_id: organization_id.to_owned(),
            user_id: user.id.clone(),
            role: role.into(),
        };
        let answer = self.memberships().set_member_role(self.by(by, message)).await?.into_inner();
        Ok((answer.member.unwrap(), answer.position))
    }

    pub async fn set_roles(
        &self,
        by: &Person,
        organization_id: &str,
        user: &Person,
        role_codes: &[&str],
    ) -> Answer<(proto::Member, i64)> {
        let message = proto::SetMemberRolesRequest {
            organization_id: organization_id.to_owned(),
            user_id: user.id.clone(),
            role_codes: role_codes.iter().map(ToString::to_string).collect(),
        };
        let answer = self.memberships().set_member_roles(self.by(by, message)).await?.into_inner();
        Ok((answer.member.unwrap(), answer.position))
    }

    pub async fn set_status(
        &self,
        by: &Person,
        organization_id: &str,
        user: &Person,
        status: proto::MemberStatus,
    ) -> Answer<(proto::Member, i64)> {
        let message = proto::SetMemberStatusRequest {
            organization_id: organization_id.to_owned(),
            user_id: user.id.clone(),
            status: status.into(),
        };
        let answer = self.memberships().set_member_status(self.by(by, message)).await?.into_inner();
        Ok((answer.member.unwrap(), answer.position))
    }

    pub async fn remove(&self, by: &Person, organization_id: &str, user: &Person) -> Answer<i64> {
        let message =
            proto::RemoveMemberRequest { organization_id: organization_id.to_owned(), user_id: user.id.clone() };
        Ok(self.memberships().remove_member(self.by(by, message)).await?.into_inner().position)
    }

    pub async fn leave(&self, by: &Person, organization_id: &str) -> Answer<i64> {
        let message = proto::LeaveOrganizationRequest { organization_id: organization_id.to_owned() };
        Ok(self.memberships().leave_organization(self.by(by, message)).await?.into_inner().position)
    }

    pub async fn members(&self, by: &Person, organization_id: &str) -> Answer<Vec<proto::Member>> {
        let message = proto::ListMembersRequest { organization_id: organization_id.to_owned(), ..Default::default() };
        Ok(self.memberships().list_members(self.by(by, message)).await?.into_inner().members)
    }

    pub async fn create_role(
        &self,
        by: &Person,
        organization_id: &str,
        code: &str,
        permission_codes: &[&str],
    ) -> Answer<proto::Role> {
        let message = proto::CreateRoleRequest {
            organization_id: organization_id.to_owned(),
            code: code.to_owned(),
            name: code.to_owned(),
            description: None,
            permission_codes: permission_codes.iter().map(ToString::to_string).collect(),
        };
        Ok(self.roles().create_role(self.by(by, message)).await?.into_inner().role.unwrap())
    }

    pub async fn update_role(
        &self,
        by: &Person,
        role: &proto::Role,
        permission_codes: &[&str],
    ) -> Answer<(proto::Role, i64)> {
        let codes = permission_codes.iter().map(ToString::to_string).collect();
        let message = proto::UpdateRoleRequest {
            organization_id: role.organization_id.clone().unwrap(),
            role_id: role.id.clone(),
            permissions: Some(proto::PermissionSet { codes }),
            ..Default::default()
        };
        let answer = self.roles().update_role(self.by(by, message)).await?.into_inner();
        Ok((answer.role.unwrap(), answer.position))
    }

    pub async fn delete_role(&self, by: &Person, organization_id: &str, role_id: &str) -> Answer<()> {
        let message =
            proto::DeleteRoleRequest { organization_id: organization_id.to_owned(), role_id: role_id.to_owned() };
        self.roles().delete_role(self.by(by, message)).await.map(|_| ())
    }
}
