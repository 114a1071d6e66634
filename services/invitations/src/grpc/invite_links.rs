//! `InviteLinkService`.

use contracts::invitations::v1::invite_link_service_server::InviteLinkService;
use contracts::invitations::v1::{
    CreateInviteLinkRequest, CreateInviteLinkResponse, JoinViaInviteLinkRequest, JoinViaInviteLinkResponse,
    ListInviteLinksRequest, ListInviteLinksResponse, PreviewInviteLinkRequest, PreviewInviteLinkResponse,
    RevokeInviteLinkRequest, RevokeInviteLinkResponse, SetInviteLinkActiveRequest, SetInviteLinkActiveResponse,
};
use service_kit::CallOrigin;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases;
use crate::wire;

pub struct InviteLinks(pub Context);

#[tonic::async_trait]
impl InviteLinkService for InviteLinks {
    async fn create_invite_link(
        &self,
        request: Request<CreateInviteLinkRequest>,
    ) -> Result<Response<CreateInviteLinkResponse>, Status> {
        let caller = caller(&request)?;
        let command = wire::create_invite_link(&request.into_inner(), self.0.clock.now())?;
        let created = use_cases::create_invite_link(&self.0, &caller, command).await?;
        Ok(Response::new(created.into()))
    }

    async fn list_invite_links(
        &self,
        request: Request<ListInviteLinksRequest>,
    ) -> Result<Response<ListInviteLinksResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let organization = wire::id("organization_id", &request.organization_id)?;
        let scope = format!("invite-links/{organization}");
        let page = self.0.page_tokens.parse(&scope, request.page_size, &request.page_token)?;
        let page = use_cases::list_invite_links(&self.0, caller.user_id, organization, &scope, page).await?;
        let invite_links = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListInviteLinksResponse { invite_links, next_page_token: page.next_page_token }))
    }

    async fn set_invite_link_active(
        &self,
        request: Request<SetInviteLinkActiveRequest>,
    ) -> Result<Response<SetInviteLinkActiveResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let (organization, id) =
            wire::id_in_organization(&request.organization_id, "invite_link_id", &request.invite_link_id)?;
        let link = if request.is_active {
            use_cases::turn_invite_link_on(&self.0, &caller, organization, id).await?
        } else {
            use_cases::turn_invite_link_off(&self.0, &caller, organization, id).await?
        };
        Ok(Response::new(SetInviteLinkActiveResponse { invite_link: Some(link.into()) }))
    }

    async fn revoke_invite_link(
        &self,
        request: Request<RevokeInviteLinkRequest>,
    ) -> Result<Response<RevokeInviteLinkResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let (organization, id) =
            wire::id_in_organization(&request.organization_id, "invite_link_id", &request.invite_link_id)?;
        use_cases::revoke_invite_link(&self.0, &caller, organization, id).await?;
        Ok(Response::new(RevokeInviteLinkResponse {}))
    }

    async fn preview_invite_link(
        &self,
        request: Request<PreviewInviteLinkRequest>,
    ) -> Result<Response<PreviewInviteLinkResponse>, Status> {
        let token = wire::token(&request.get_ref().token)?;
        let previewing = use_cases::preview_invite_link(&self.0, &token);
        let preview = use_cases::count_try(&self.0, CallOrigin::of(&request).ip(), previewing).await?;
        Ok(Response::new(preview.into()))
    }

    async fn join_via_invite_link(
        &self,
        request: Request<JoinViaInviteLinkRequest>,
    ) -> Result<Response<JoinViaInviteLinkResponse>, Status> {
        let caller = caller(&request)?;
        let token = wire::token(&request.get_ref().token)?;
        let joining = use_cases::join_via_invite_link(&self.0, &caller, &token);
        let admission = use_cases::count_try(&self.0, caller.origin.ip(), joining).await?;
        let role = wire::role(admission.role).into();
        Ok(Response::new(JoinViaInviteLinkResponse { organization: admission.organization, role }))
    }
}
