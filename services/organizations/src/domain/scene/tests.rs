//! Every change by everybody to everybody, in every small organization.

use service_kit::Timestamp;
use uuid::Uuid;

use super::*;
use crate::domain::organization::OrganizationStatus;
use crate::domain::slug::Slug;

const PEOPLE: [u128; 3] = [1, 2, 3];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Absent,
    Owner,
    SuspendedOwner,
    OwnerWithSuspendedAccount,
    Admin,
    Manager,
    Member,
}

const STATES: [State; 7] = [
    State::Absent,
    State::Owner,
    State::SuspendedOwner,
    State::OwnerWithSuspendedAccount,
    State::Admin,
    State::Manager,
    State::Member,
];

fn changes() -> Vec<MembershipChange> {
    let hold = |codes: &[&str]| MembershipChange::HoldRoles(codes.iter().map(ToString::to_string).collect());
    vec![
        MembershipChange::BecomeOwner,
        MembershipChange::CeaseToBeOwner,
        hold(&["org_owner", "seller"]),
        hold(&["org_admin"]),
        hold(&["org_member", "buyer"]),
        MembershipChange::HaveStatus(MemberStatus::Active),
        MembershipChange::HaveStatus(MemberStatus::Suspended),
        MembershipChange::BeRemoved,
        MembershipChange::Leave,
        MembershipChange::TakeOver,
        MembershipChange::Depart,
        MembershipChange::DepartHandingOver,
        MembershipChange::EndOrganization,
    ]
}

fn user(number: u128) -> UserId {
    Uuid::from_u128(number).into()
}

fn organization(personal_user_id: Option<UserId>) -> Organization {
    let slug = Slug::parse("acme").unwrap();
    let now = Timestamp::from_millis(0);
    Organization::new(Uuid::from_u128(9).into(), "Acme".to_owned(), slug, personal_user_id, now)
}

fn member(number: u128, state: State) -> Option<Member> {
    let role = match state {
        State::Absent => return None,
        State::Owner | State::SuspendedOwner | State::OwnerWithSuspendedAccount => "org_owner",
        State::Admin => "org_admin",
        State::Manager => "org_manager",
        State::Member => "org_member",
    };
    Some(Member {
        id: Uuid::from_u128(100 + number).into(),
        organization_id: organization(None).id,
        user_id: user(number),
        status: if state == State::SuspendedOwner { MemberStatus::Suspended } else { MemberStatus::Active },
        roles: Roles::by_codes([role], &RoleBook::default()).unwrap(),
        joined: Timestamp::from_millis(0),
        email: String::new(),
        display_name: None,
        has_active_account: state != State::OwnerWithSuspendedAccount,
    })
}

fn active_owners(members: &[Member]) -> Vec<UserId> {
    let is_active = |member: &&Member| member.is_owner_in_force() && member.has_active_account;
    members.iter().filter(is_active).map(|member| member.user_id).collect()
}

fn can_act(member: &Member) -> bool {
    member.status == MemberStatus::Active && member.has_active_account
}

/// Nobody asks for these: they follow from the end of an account.
fn is_departure(change: &MembershipChange) -> bool {
    matches!(change, MembershipChange::Depart | MembershipChange::DepartHandingOver)
}

fn scene(organization: Organization, members: &[Member], actor: u128, target: u128) -> Scene {
    let find = |number| members.iter().find(|member| member.user_id == user(number)).cloned();
    Scene {
        organization,
        actor: Somebody::User(find(actor)),
        target: find(target),
        active_owners: active_owners(members),
        has_other_members: members.iter().any(|member| member.user_id != user(target)),
        heir: members.iter().find(|member| member.user_id != user(target) && can_act(member)).cloned(),
        book: RoleBook::default(),
    }
}

/// The members after the effects; `None` when the organization has ended.
fn after(mut members: Vec<Member>, effects: &[Effect]) -> Option<Vec<Member>> {
    for effect in effects {
        match effect {
            Effect::EndOrganization => return None,
            Effect::EndMembership(gone) => members.retain(|member| member.user_id != *gone),
            Effect::HoldRoles(who, roles) => {
                members.iter_mut().filter(|member| member.user_id == *who).for_each(|member| {
                    member.roles = roles.clone();
                });
            }
            Effect::HaveStatus(who, status) => {
                members.iter_mut().filter(|member| member.user_id == *who).for_each(|member| {
                    member.status = *status;
                });
            }
        }
    }
    Some(members)
}

/// Calls `check` with everything that can happen: members before, actor, target, change, verdict.
fn everything(mut check: impl FnMut(&[Member], u128, u128, &MembershipChange, Result<Verdict, Denial>)) {
    let changes = changes();
    for number in 0..STATES.len().pow(3) {
        let states = [STATES[number % 7], STATES[number / 7 % 7], STATES[number / 49]];
        let members: Vec<Member> = PEOPLE.iter().zip(states).filter_map(|(who, state)| member(*who, state)).collect();
        if active_owners(&members).is_empty() {
            continue;
        }
        for actor in PEOPLE {
            for target in PEOPLE {
                for change in &changes {
                    let is_about_oneself = is_departure(change)
                        || matches!(change, MembershipChange::Leave | MembershipChange::EndOrganization);
                    if is_about_oneself && actor != target {
                        continue;
                    }
                    let verdict = scene(organization(None), &members, actor, target).judge(change);
                    check(&members, actor, target, change, verdict);
                }
            }
        }
    }
}

#[test]
fn no_change_leaves_an_organization_without_an_active_owner() {
    everything(|members, actor, target, change, verdict| {
        let Ok(verdict) = verdict else { return };
        if let Some(members_after) = after(members.to_vec(), &verdict.effects) {
            assert!(!active_owners(&members_after).is_empty(), "{change:?} by {actor} to {target} of {members:?}");
        }
    });
}

#[test]
fn an_organization_ends_only_with_its_last_member() {
    everything(|members, _, target, change, verdict| {
        if verdict.is_ok_and(|verdict| verdict.effects.contains(&Effect::EndOrganization)) {
            let is_left_to_nobody = *change == MembershipChange::DepartHandingOver
                && !members.iter().any(|member| member.user_id != user(target) && can_act(member));
            assert!(members.len() == 1 || is_left_to_nobody, "{change:?} of {members:?}");
        }
    });
}

#[test]
fn whoever_hands_over_is_never_in_the_way_and_one_heir_takes_over() {
    everything(|members, _, target, change, verdict| {
        if *change != MembershipChange::DepartHandingOver {
            return;
        }
        let verdict = verdict.unwrap();
        let Some(members_after) = after(members.to_vec(), &verdict.effects) else { return };
        assert!(!members_after.iter().any(|member| member.user_id == user(target)));
        let owners_before = active_owners(members).iter().filter(|owner| **owner != user(target)).count();
        assert_eq!(active_owners(&members_after).len(), owners_before.max(1), "{members:?} without {target}");
    });
}

#[test]
fn nobody_gives_what_they_do_not_hold_nor_touches_whoever_holds_more() {
    everything(|members, actor, target, change, verdict| {
        let (Ok(verdict), false) = (verdict, is_departure(change)) else { return };
        let find = |members: &[Member], who| members.iter().find(|member| member.user_id == user(who)).cloned();
        let actor_before = find(members, actor).unwrap();
        for effect in &verdict.effects {
            if let Effect::HoldRoles(_, roles) = effect {
                assert!(roles.are_within(&actor_before.roles), "{change:?} by {actor_before:?} to {target}");
            }
        }
        if let (false, Some(target)) = (verdict.effects.is_empty(), find(members, target)) {
            assert!(target.roles.are_within(&actor_before.roles), "{change:?} by {actor_before:?} to {target:?}");
        }
    });
}

#[test]
fn whoever_loses_a_role_a_status_or_a_membership_is_named_as_narrowed() {
    everything(|members, _, _, change, verdict| {
        let Ok(verdict) = verdict else { return };
        let Some(members_after) = after(members.to_vec(), &verdict.effects) else {
            return assert_eq!(verdict.narrowed, Narrowed::Everybody);
        };
        let usable = |members: &[Member], who: UserId| {
            let member = members.iter().find(|member| member.user_id == who && member.status == MemberStatus::Active);
            member.map(|member| member.roles.clone()).unwrap_or_default()
        };
        let losers: Vec<UserId> = members
            .iter()
            .map(|member| member.user_id)
            .filter(|who| usable(&members_after, *who).lack_some_of(&usable(members, *who)))
            .collect();
        match losers.as_slice() {
            [loser] => assert_eq!(verdict.narrowed, Narrowed::Member(*loser), "{change:?} of {members:?}"),
            // Whoever was suspended already had nothing to lose, and naming them does no harm.
            [] => assert_ne!(verdict.narrowed, Narrowed::Everybody, "{change:?} of {members:?}"),
            _ => panic!("{change:?} of {members:?} takes from {losers:?}"),
        }
    });
}

#[test]
fn strangers_and_suspended_members_can_do_nothing() {
    everything(|members, actor, target, change, verdict| {
        if is_departure(change) {
            return;
        }
        match members.iter().find(|member| member.user_id == user(actor)) {
            None => assert_eq!(verdict, Err(Denial::OrganizationNotFound), "{change:?} to {target}"),
            Some(actor) if actor.status == MemberStatus::Suspended => {
                assert_eq!(verdict, Err(Denial::MembershipSuspended), "{change:?} to {target}");
            }
            Some(actor) if !actor.has_active_account => {
                assert_eq!(verdict, Err(Denial::UserSuspended), "{change:?} to {target}");
            }
            Some(_) => {}
        }
    });
}

#[test]
fn a_suspended_organization_lets_its_members_depart_and_nothing_else() {
    let members = [member(1, State::Owner).unwrap(), member(2, State::Member).unwrap()];
    for change in changes() {
        let suspended = Organization { status: OrganizationStatus::Suspended, ..organization(None) };
        let verdict = scene(suspended, &members, 2, 2).judge(&change);
        match change {
            departure if is_departure(&departure) => {
                assert_eq!(verdict, Ok(Verdict::end_of_membership(user(2))));
            }
            _ => assert_eq!(verdict, Err(Denial::OrganizationSuspended), "{change:?}"),
        }
    }
}

#[test]
fn a_personal_organization_keeps_its_user_until_the_account_ends() {
    let members = [member(1, State::Owner).unwrap()];
    for change in changes() {
        let verdict = scene(organization(Some(user(1))), &members, 1, 1).judge(&change);
        match change {
            MembershipChange::Depart | MembershipChange::DepartHandingOver => {
                assert_eq!(verdict, Ok(Verdict::end_of_organization()));
            }
            MembershipChange::BecomeOwner => assert_eq!(verdict, Ok(Verdict::nothing())),
            MembershipChange::HoldRoles(codes) if codes.contains(&"org_owner".to_owned()) => assert!(verdict.is_ok()),
            MembershipChange::HaveStatus(MemberStatus::Active) => assert_eq!(verdict, Err(Denial::OwnStatus)),
            _ => assert_eq!(verdict, Err(Denial::PersonalOrganization), "{change:?}"),
        }
    }
}
