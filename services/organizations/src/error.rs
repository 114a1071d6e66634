//! What a call of this service can end with, and the sentence and reason for each.

use sea_orm::DbErr;
use serde_json::json;
use service_kit::database::{in_words, is_unique_violation};
use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use crate::domain::denial::{BlockingOrganization, Denial, Withdrawal};
use crate::domain::permission::PermissionCode;

/// The service cannot start.
#[derive(Debug, thiserror::Error)]
#[error("the database of organizations cannot be opened or brought up to date")]
pub struct BuildError(#[from] DbErr);

/// A command of the operator is not carried out; nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// Nothing has the id or slug.
    #[error("there is no organization of this id or slug; `guildhall org list` tells which there are")]
    NoSuchOrganization,
    /// It goes with its user.
    #[error("a personal organization goes with its user; see `guildhall user suspend` and `guildhall user delete`")]
    Personal,
    /// The database did not do what it was told.
    #[error("the database of organizations cannot be used: {}", in_words(.0))]
    Database(#[from] DbErr),
    /// Something that never happens.
    #[error("{0}")]
    Broken(String),
}

impl From<Error> for OperatorError {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => Self::Database(error),
            Error::Denied(Denial::OrganizationNotFound) => Self::NoSuchOrganization,
            Error::Denied(Denial::PersonalOrganization) => Self::Personal,
            Error::Denied(other) => Self::Broken(format!("the rules of organizations are against it: {other:?}")),
        }
    }
}

/// Why a use case did not do what it was asked.
#[derive(Debug)]
pub enum Error {
    /// The rules are against it.
    Denied(Denial),
    /// The database did not do its part.
    Database(DbErr),
}

impl Error {
    /// The denial that a broken unique index stands for, after a statement that can break just one.
    pub fn denied_if_taken(error: DbErr, denial: Denial) -> Self {
        if is_unique_violation(&error) { Self::Denied(denial) } else { Self::Database(error) }
    }
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(denial) => refusal(denial).into(),
            Error::Database(error) => Refusal::from(error).into(),
        }
    }
}

fn refusal(denial: Denial) -> Refusal {
    use ErrorReason as Reason;
    let (reason, sentence) = match denial {
        Denial::PermissionMissing { required, held_roles } => {
            let sentence = format!("This needs the permission {required}; ask an owner for a role that has it.");
            return missing(sentence, required.as_str(), &held_roles);
        }
        Denial::OwnersOnly { held_roles } => {
            return missing("Only an owner of the organization may do this.".to_owned(), "org_owner", &held_roles);
        }
        Denial::SoleOwner(organizations) => return sole_owner(&organizations),
        Denial::OwnStatus => return invalid("user_id", "must name somebody else"),
        Denial::OwnTransfer => return invalid("new_owner_id", "must name somebody else"),
        Denial::UnusableSlug(problem) => return invalid("slug", &problem.to_string()),
        Denial::UnknownPermission => return invalid("permission", "is not a permission of the catalog"),
        Denial::NotAssignable(code) => {
            let sentence = format!("Custom roles may not hold {code}; choose among the assignable permissions.");
            return Refusal::new(Reason::PermissionNotAssignable, sentence).with("permission", code.as_str());
        }
        Denial::PermissionTaken(code) => {
            let sentence = format!("The permission {code} belongs to another service; choose another code.");
            return Refusal::new(Reason::Conflict, sentence).with("permission", code.as_str());
        }
        Denial::PermissionsHeld(codes) => return permissions_held(&codes),
        Denial::OrganizationNotFound => {
            (Reason::OrganizationNotFound, "There is no such organization, or none that you may see.")
        }
        Denial::MembershipSuspended => {
            (Reason::NotOrganizationMember, "Your membership of this organization is suspended; ask one of its owners.")
        }
        Denial::OrganizationSuspended => (
            Reason::OrganizationSuspended,
            "This organization is suspended; nobody can act for it until it is reactivated.",
        ),
        Denial::UserSuspended => (Reason::UserSuspended, "The account is suspended; it must be reactivated first."),
        Denial::AboveCaller => {
            (Reason::RoleAboveCaller, "The member or role holds a permission that you do not hold; ask an owner.")
        }
        Denial::PersonalOrganization => {
            (Reason::PersonalOrganization, "This cannot be done to a personal organization; create a team for it.")
        }
        Denial::LastOwner => (
            Reason::LastOwner,
            "The organization would be left without an active owner; make somebody else an owner first.",
        ),
        Denial::HasOtherMembers => {
            (Reason::OrganizationHasMembers, "Others still belong to this organization; remove them first.")
        }
        Denial::AlreadyAMember => (Reason::AlreadyAMember, "The user belongs to this organization already."),
        Denial::MemberNotFound => (Reason::MemberNotFound, "The user is not an active member of this organization."),
        Denial::RoleNotFound => (Reason::RoleNotFound, "One of the roles does not exist in this organization."),
        Denial::RoleExists => {
            (Reason::RoleAlreadyExists, "The organization has a role of this code already; choose another code.")
        }
        Denial::RoleInUse => (
            Reason::RoleInUse,
            "Members hold the role, or a pending invitation or link offers it; give them another role and revoke the offers first.",
        ),
        Denial::RoleIsBuiltIn => {
            (Reason::CannotModifySystemRole, "Built-in roles cannot be changed; create a role of your own instead.")
        }
        Denial::TooManyRoles => {
            (Reason::Conflict, "The organization has as many custom roles as it may have; delete one first.")
        }
        Denial::CatalogFull => (
            Reason::Conflict,
            "The codes of all registered permissions would not fit into a token; use fewer or shorter ones.",
        ),
        Denial::CatalogTooWordy => (
            Reason::Conflict,
            "The names and descriptions of all registered permissions may take 128 KiB together; use shorter ones.",
        ),
        Denial::CoreSlice => {
            (Reason::Forbidden, "The permissions of the core are the product's own; register under another name.")
        }
        Denial::NotOfTheBackOffice => {
            (Reason::Forbidden, "Only the back office may do this, and this account is not, or no longer, of it.")
        }
        Denial::SystemAdminsOnly => (Reason::Forbidden, "Only a system_admin may do this; ask one."),
        Denial::SlugTaken => (Reason::OrganizationSlugTaken, "Another organization has this slug; choose another."),
        Denial::IdTaken => (Reason::Conflict, "The id chosen for the organization is in use; choose another."),
        Denial::UserNotFound => (Reason::UserNotFound, "There is no such user."),
        Denial::OfferWithdrawn(why) => return withdrawn(why),
        Denial::OfferUsed => (Reason::InviteAlreadyUsed, "The invitation has been used already; ask for a new one."),
    };
    Refusal::new(reason, sentence)
}

fn invalid(field: &str, problem: &str) -> Refusal {
    Refusal::invalid(vec![(field.to_owned(), problem.to_owned())])
}

fn missing(sentence: String, required: &str, held_roles: &[String]) -> Refusal {
    Refusal::new(ErrorReason::InsufficientPermissions, sentence)
        .with("required_permission", required)
        .with("held_roles", held_roles.join(","))
}

fn withdrawn(why: Withdrawal) -> Refusal {
    let (cause, sentence) = match why {
        Withdrawal::Left => ("inviter_left", "Whoever made the offer has left the organization; ask for a new one."),
        Withdrawal::MayNotInvite => {
            ("inviter_lost_permission", "Whoever made the offer may no longer invite people; ask for a new one.")
        }
        Withdrawal::BeyondReach => {
            ("role_above_inviter", "The offer now holds more than whoever made it may grant; ask for a new one.")
        }
    };
    Refusal::new(ErrorReason::InviteRevoked, sentence).with("cause", cause)
}

fn permissions_held(codes: &[PermissionCode]) -> Refusal {
    let listed: Vec<&str> = codes.iter().map(PermissionCode::as_str).collect();
    let sentence = "Custom roles hold permissions that would go; register again with force to take them away.";
    Refusal::new(ErrorReason::Conflict, sentence).with("permissions", listed.join(","))
}

fn sole_owner(organizations: &[BlockingOrganization]) -> Refusal {
    let listed: Vec<_> = organizations
        .iter()
        .map(|organization| {
            json!({ "id": organization.id.to_string(), "name": organization.name, "slug": organization.slug })
        })
        .collect();
    let sentence = "The account is the only owner of organizations with other members; transfer or delete these first.";
    Refusal::new(ErrorReason::SoleOwner, sentence).with("organizations", serde_json::Value::from(listed).to_string())
}
