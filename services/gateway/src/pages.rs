//! Pages for people: what mailed and shared links open, and what they need on the way: signing in, making an account,
//! proving an address, choosing a password. Plain HTML that works without a script; they hold no rule and no state, and
//! are no part of the API that the document describes.
//!
//! Reading a page changes nothing, whoever follows its link. What acts is a form, and every form is posted below
//! `/api/v1/auth`, because browsers send the cookies that renew a session and that make a device known there alone. The
//! answer to a form that was taken leads to a page, so reloading repeats nothing.

mod account_forms;
mod answers;
mod done;
mod dress;
mod files;
mod form;
mod form_proof;
mod home;
mod joined;
mod mailed_links;
mod manual_billing;
mod offer;
mod page;
mod passwords;
mod place;
mod session;
mod show;
mod sign_in;
mod sign_up;
mod snag;
mod visit;
mod visitor;
mod void_offer;
mod words;

use axum::handler::Handler;
use axum::routing::{get, post};
use axum::{Extension, Router};

use crate::gateway::Gateway;
use place::Kind;

pub(crate) use dress::dress;

/// Where forms are posted: the path of their page behind this.
const ACTIONS: &str = "/api/v1/auth/pages";

/// Every page and every form. `dress` goes around them.
pub(crate) fn routes() -> Router<Gateway> {
    Router::new()
        .route("/", get(show::show).layer(Extension(Kind::Home)))
        .route("/invitations/{token}", get(show::show).layer(Extension(Kind::Invitation)))
        .route("/join/{token}", get(show::show).layer(Extension(Kind::Join)))
        .route("/joined/{id}", get(joined::show))
        .route("/verify-email", get(mailed_links::ask_to_verify))
        .route("/confirm-email", get(mailed_links::ask_to_confirm))
        .route("/reset-password", get(passwords::ask_for_new))
        .route("/forgot-password", get(passwords::ask_for_address))
        .route("/done/email-confirmed", get(mailed_links::verified))
        .route("/done/{what}", get(done::show))
        .route("/pages/{file}", get(files::show))
        .nest(ACTIONS, forms())
}

/// The pages of the built-in billing provider, where development needs them.
pub(crate) fn dev_routes() -> Router<Gateway> {
    let forms = Router::new()
        .route("/dev/checkout", post(manual_billing::confirm))
        .route("/dev/billing/cancel", post(manual_billing::act).layer(Extension(manual_billing::Act::Cancel)))
        .route("/dev/billing/reactivate", post(manual_billing::act).layer(Extension(manual_billing::Act::Reactivate)));
    Router::new()
        .route("/dev/checkout", get(manual_billing::checkout))
        .route("/dev/billing", get(manual_billing::portal))
        .nest(ACTIONS, forms)
}

fn forms() -> Router<Gateway> {
    let offers = account_forms().route("/sign-up", acts(sign_up::sign_up));
    let invitation = offers.clone().route("/accept", acts(answers::accept)).route("/decline", acts(answers::decline));
    let join = offers.route("/join", acts(answers::join));
    Router::new()
        .merge(account_forms().layer(Extension(Kind::Home)))
        .nest("/invitations/{token}", invitation.layer(Extension(Kind::Invitation)))
        .nest("/join/{token}", join.layer(Extension(Kind::Join)))
        .merge(
            Router::new()
                .route("/verify-email", acts(mailed_links::verify))
                .route("/confirm-email", acts(mailed_links::confirm))
                .route("/reset-password", acts(passwords::reset))
                .route("/forgot-password", acts(passwords::mail_link))
                .layer(Extension(Kind::Home)),
        )
}

/// What every page with a sign-in on it needs.
fn account_forms() -> Router<Gateway> {
    Router::new()
        .route("/sign-in", acts(sign_in::sign_in))
        .route("/sign-out", acts(session::sign_out))
        .route("/continue", acts(session::go_on))
        .route("/send-again", acts(session::send_again))
}

/// A form's address: whoever opens it as a page, such as by the browser's history, is led to the page of the form.
fn acts<T: 'static>(handler: impl Handler<T, Gateway>) -> axum::routing::MethodRouter<Gateway> {
    post(handler).get(show::lead_back)
}
