//! Why an invitation or link no longer counts, in words for whoever holds it.

/// What happened, and what to do next. Causes that are not known yet get the general words.
pub(super) fn words(cause: Option<&str>) -> (&'static str, &'static str) {
    match cause.unwrap_or_default() {
        "withdrawn" => ("It was withdrawn.", "If you did not expect that, ask whoever invited you."),
        "superseded" => ("A newer invitation was sent in its place.", "Open the newest mail and follow its link."),
        "inviter_left" => (
            "Whoever invited you is no longer a member of the organization.",
            "Ask somebody else there for a new invitation.",
        ),
        "inviter_lost_permission" => {
            ("Whoever invited you may no longer invite people.", "Ask somebody else there for a new invitation.")
        }
        "role_gone" => ("The role that it offers no longer exists.", "Ask for a new invitation with a role that does."),
        "role_above_inviter" => (
            "The role that it offers has become more than whoever invited you may give.",
            "Ask an owner of the organization for a new invitation.",
        ),
        "organization_gone" => ("The organization no longer exists.", ""),
        "turned_off" => {
            ("The link is turned off at the moment.", "Ask whoever gave it to you; it can be turned on again.")
        }
        _ => ("It was withdrawn, replaced, or may no longer be given.", "Ask for a new one."),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::words;

    #[test]
    fn every_cause_has_words_of_its_own_and_so_has_one_that_nobody_knows() {
        let causes = [
            "withdrawn",
            "superseded",
            "inviter_left",
            "inviter_lost_permission",
            "role_gone",
            "role_above_inviter",
            "organization_gone",
            "turned_off",
        ];
        let told: BTreeSet<_> = causes.iter().map(|cause| words(Some(cause)).0).chain([words(None).0]).collect();
        assert_eq!(told.len(), causes.len() + 1);
        assert_eq!(words(Some("eaten_by_a_dog")), words(None));
    }
}
