//! Names are text, whatever they say.

use super::*;

const HOSTILE: &str =
    "</title><script>alert('1')</script>\" onfocus=\"x\" autofocus='' {{ 7 * 7 }} <img src=x onerror=y>&amp;";
const HARMLESS: &str = "&lt;/title&gt;&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot; onfocus=&quot;x&quot;";

#[tokio::test]
async fn hostile_names_stay_text_on_every_page() {
    let api = house().await;
    api.stub.answers(PREVIEW, preview(HOSTILE, HOSTILE));
    api.stub.answers(PREVIEW_LINK, link_preview(HOSTILE));
    let hostile_user = identity::User { display_name: Some(HOSTILE.to_owned()), ..proven_user() };
    api.stub.answers(GET_ME, identity::GetMeResponse { user: Some(hostile_user) });
    let named = organizations::Organization { name: HOSTILE.to_owned(), ..organization() };
    let mine = organizations::MyOrganization { organization: Some(named.clone()), ..Default::default() };
    let list =
        organizations::ListMyOrganizationsResponse { organizations: vec![mine], next_page_token: "x".to_owned() };
    api.stub.answers(MY_ORGANIZATIONS, list);
    let found = organizations::GetOrganizationResponse { organization: Some(named) };
    api.stub.answers("organizations.v1.OrganizationService/GetOrganization", found);
    for page in [invitation(), join(), "/".to_owned(), format!("/joined/{}", crate::api::ORGANIZATION)] {
        let shown = open(&api, &page, &signed_in(&api)).await;
        shows(&shown, 200, &[HARMLESS, "{{ 7 * 7 }}"]);
        hides(&shown, &["<script", "<img", " onfocus=\"", "alert('"]);
    }
}

#[tokio::test]
async fn what_was_typed_stays_text_in_its_field() {
    let api = house().await;
    for (name, page) in [("sign-in", invitation()), ("sign-up", join()), ("sign-in", "/".to_owned())] {
        let fields = [("email", HOSTILE), ("name", HOSTILE)];
        let shown = post(&api, &action(&page, name), "", &fields).await;
        shows(&shown, 400, &[&format!("value=\"{HARMLESS}")]);
        hides(&shown, &["<script", "<img", " onfocus=\""]);
    }
    let shown = post(&api, &action("/", "forgot-password"), "", &[("email", HOSTILE)]).await;
    hides(&shown, &["<script", "<img", " onfocus=\""]);
}
