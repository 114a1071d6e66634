//! What refusals say, and what becomes of those of other services.

use service_kit::refusal::{MOST_VIOLATIONS, pass_on, pass_on_to_user, reason_of};
use service_kit::{ErrorReason, Refusal};
use tonic::Status;
use tonic_types::StatusExt;

#[test]
fn a_refusal_tells_no_more_violations_than_headers_can_carry() {
    let violations = (0..5_000).map(|index| (format!("plans[{index}].name"), "must not be empty".to_owned()));
    let status = Status::from(Refusal::invalid(violations.collect()));
    let details = status.get_error_details();
    assert_eq!(details.bad_request().unwrap().field_violations.len(), MOST_VIOLATIONS);
    assert!(status.message().contains("5000"), "{}", status.message());
}

#[test]
fn a_service_that_was_not_believed_does_not_blame_the_user() {
    for reason in [ErrorReason::Forbidden, ErrorReason::Unauthorized] {
        let refused = Status::from(Refusal::new(reason, "Only services of this deployment may make this call."));
        assert_eq!(reason_of(&pass_on(refused.clone())), Some(reason));
        let passed_on = pass_on_to_user(refused);
        assert_eq!(reason_of(&passed_on), Some(ErrorReason::InternalError));
        assert!(!passed_on.message().contains("services"), "{}", passed_on.message());
    }
}

#[test]
fn what_another_service_refused_for_the_users_sake_is_passed_on_as_it_is() {
    let refused = Status::from(Refusal::new(ErrorReason::LastOwner, "Make somebody else an owner first."));
    assert_eq!(reason_of(&pass_on_to_user(refused)), Some(ErrorReason::LastOwner));
}
