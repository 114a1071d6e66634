//! Every step by everybody in every state that steps lead to.

use std::collections::BTreeSet;

use self::model::exploration::explore;
use self::model::step::{Actor, Deed, Step, possible_states, steps};
use self::model::{Account, Life, OWNER, Person, State, World, user};
use crate::domain::change::MembershipChange;
use crate::domain::denial::Denial;
use crate::domain::effect::{Narrowed, Widened};
use crate::domain::member::MemberStatus;
use crate::domain::scene::Somebody;

mod model;

type Rule = (&'static str, fn(&World, &Step, &State) -> bool);

/// What holds of every permitted step, beside the state that it leads to.
const RULES: [Rule; 13] = [
    ("an owner in force remains", |_, _, after| after.is_in_somebodys_hands()),
    ("the last active owner goes only with a suspended account that nobody else depends on", |_, step, after| {
        let is_left_waiting = step.before.active_owners() > 0 && after.active_owners() == 0 && !after.has_ended();
        !is_left_waiting || step.is(&MembershipChange::StopCounting) && step.before.members() == 1
    }),
    (
        "an organization ends by its owner alone, by the back office, or with whoever leaves it to nobody",
        |_, step, after| {
            let before = &step.before;
            let is_last = before.members() == 1 && before.people[step.target].seat.is_some();
            before.has_ended()
                || !after.has_ended()
                || match step.change() {
                    Some(MembershipChange::EndOrganization) if step.actor == Actor::BackOffice => true,
                    Some(MembershipChange::EndOrganization) => is_last && before.people[step.target].is_active_owner(),
                    Some(MembershipChange::Depart) => is_last,
                    Some(MembershipChange::DepartHandingOver) => is_last || step.heir.is_none(),
                    _ => false,
                }
        },
    ),
    ("an organization that has ended stays ended", |_, step, after| {
        !step.before.has_ended() || after.has_ended() && after.members() == 0
    }),
    ("a personal organization stays its user's alone, and in use, until the account ends", |_, step, after| {
        let is_kept = after.people[0].is_owner_in_force() && after.members() == 1 && after.life == Life::Active;
        let has_gone = after.has_ended() && after.people[0].account == Account::Gone;
        !step.before.is_personal || is_kept || has_gone
    }),
    ("nobody gains what whoever acts did not hold", |world, step, after| {
        let limit = match (step.actor, step.change()) {
            (Actor::Person(number), _) => world.power(step.before.people[number]),
            (Actor::BackOffice, _) => u32::MAX,
            // Whoever goes gives what they held.
            (Actor::Nobody, Some(MembershipChange::DepartHandingOver)) => world.power(step.before.people[step.target]),
            (Actor::Nobody, _) => 0,
        };
        let gained = |(before, after): (&Person, &Person)| world.power(*after) & !world.power(*before);
        step.before.people.iter().zip(&after.people).map(gained).all(|gained| gained & !limit == 0)
    }),
    ("nobody touches whoever holds more", |world, step, after| match step.acting() {
        Some(actor) if after.people != step.before.people && !step.is(&MembershipChange::EndOrganization) => {
            world.rank(step.before.people[step.target]) & !world.power(actor) == 0
        }
        _ => true,
    }),
    (
        "nobody besides the target and whoever acts is changed, except by a handing over and by the end",
        |_, step, after| {
            (0..3).all(|number| {
                let is_touched = after.people[number] != step.before.people[number];
                let takes_part =
                    number == step.target || step.actor == Actor::Person(number) || step.heir == Some(number);
                !is_touched || takes_part || after.has_ended()
            })
        },
    ),
    ("only whoever can act does", |_, step, _| step.acting().is_none_or(Person::can_act)),
    ("members do nothing to a suspended organization and go all the same when their accounts end", |_, step, _| {
        step.before.life != Life::Suspended || step.acting().is_none()
    }),
    ("whoever loses a role, a status or a membership is named as narrowed", |_, step, after| {
        let usable = |person: Person| person.seat.filter(|seat| !seat.is_suspended).map_or(0, |seat| seat.roles);
        let loses = |number: &usize| usable(step.before.people[*number]) & !usable(after.people[*number]) != 0;
        let losers: Vec<usize> = (0..3).filter(loses).collect();
        match losers.as_slice() {
            _ if after.has_ended() || after.life != step.before.life => {
                step.narrowed == Narrowed::Everybody || step.before.has_ended() || after.life == Life::Active
            }
            [] => step.narrowed != Narrowed::Everybody || after.life == Life::Suspended,
            [loser] => step.narrowed == Narrowed::Member(user(*loser)),
            _ => false,
        }
    }),
    ("whoever gets roles beside those that they can use, and loses none, is named as widened", |_, step, after| {
        let usable = |person: Person| person.seat.filter(|seat| !seat.is_suspended).map_or(0, |seat| seat.roles);
        let (before, after) = (usable(step.before.people[step.target]), usable(after.people[step.target]));
        // What was not usable at all is in nobody's token.
        let is_told = before != 0 && after & !before != 0 && before & !after == 0 && step.heir.is_none();
        match step.widened {
            Widened::Member(widened) => widened == user(step.target) && (is_told || before == 0),
            Widened::Nobody => !is_told,
            Widened::Everybody => false,
        }
    }),
    ("ownership that is handed over finds one new owner", |_, step, after| match step.heir {
        Some(_) if !after.has_ended() => {
            let gone = step.before.people[step.target];
            let others = step.before.active_owners() - usize::from(gone.is_active_owner());
            let waits = usize::from(others == 0 && gone.is_owner_in_force());
            after.people[step.target].seat.is_none() && after.active_owners() == others + waits
        }
        _ => true,
    }),
];

/// What is never refused.
fn must_be_permitted(step: &Step) -> bool {
    let before = &step.before;
    let is_team_in_use = !before.is_personal && before.life == Life::Active;
    let target = before.people[step.target];
    match (&step.deed, step.acting()) {
        (Deed::Change(MembershipChange::DepartHandingOver), _) => true,
        (Deed::Change(MembershipChange::TakeOver), Some(actor)) => {
            is_team_in_use && actor.is_active_owner() && target.can_act() && step.actor != Actor::Person(step.target)
        }
        (Deed::Change(MembershipChange::Leave), Some(actor)) => {
            is_team_in_use && actor.can_act() && (!actor.is_active_owner() || before.active_owners() > 1)
        }
        _ => false,
    }
}

/// As what somebody acts, for the list of what is possible.
fn capacity(step: &Step) -> &'static str {
    match step.actor {
        Actor::Nobody => "the account",
        Actor::BackOffice => "the back office",
        Actor::Person(number) => match step.before.people[number].seat.map(|seat| seat.roles) {
            Some(roles) if roles & OWNER != 0 => "an owner",
            Some(0b00010) => "an admin",
            Some(0b00100) => "a manager",
            Some(0b01000) => "a member",
            Some(0b10000) => "a keeper",
            _ => "somebody else",
        },
    }
}

fn exit(step: &Step) -> Option<&'static str> {
    Some(match step.change()? {
        MembershipChange::CeaseToBeOwner => "ceases to own",
        MembershipChange::HoldRoles(_) => "holds other roles",
        MembershipChange::HaveStatus(MemberStatus::Suspended) => "is suspended",
        MembershipChange::BeRemoved => "is removed",
        MembershipChange::Leave => "leaves",
        MembershipChange::TakeOver => "hands over",
        MembershipChange::Depart => "departs",
        MembershipChange::DepartHandingOver => "is evicted",
        MembershipChange::StopCounting => "stops counting",
        MembershipChange::EndOrganization => "ends it all",
        MembershipChange::BecomeOwner | MembershipChange::HaveStatus(MemberStatus::Active) => return None,
    })
}

fn check(world: &World, step: &Step) {
    match &step.outcome {
        Ok(after) => {
            for (rule, holds) in RULES {
                assert!(holds(world, step, after), "{rule}: {step:#?}");
            }
        }
        Err(denial) => {
            assert!(!must_be_permitted(step), "must not be refused: {step:#?}");
            let Some(actor) = step.acting().filter(|_| step.change().is_some()) else { return };
            match actor {
                Person { seat: None, .. } => assert_eq!(*denial, Denial::OrganizationNotFound, "{step:#?}"),
                Person { seat: Some(seat), .. } if seat.is_suspended => {
                    assert_eq!(*denial, Denial::MembershipSuspended, "{step:#?}");
                }
                _ if step.before.life == Life::Suspended => {
                    assert_eq!(*denial, Denial::OrganizationSuspended, "{step:#?}");
                }
                Person { account: Account::Suspended, .. } => assert_eq!(*denial, Denial::UserSuspended, "{step:#?}"),
                _ => {}
            }
        }
    }
}

#[test]
fn wherever_steps_lead_in_a_team_every_rule_holds_and_every_exit_is_open_to_somebody() {
    let world = World::new();
    let mut seen = BTreeSet::new();
    let explored = explore(&world, State::new(false), |step| {
        check(&world, step);
        let is_of_owner = step.before.people[step.target].is_owner_in_force();
        if let (Ok(after), Some(exit)) = (&step.outcome, exit(step))
            && *after != step.before
        {
            seen.insert((exit, capacity(step), is_of_owner));
        }
    });
    println!("team: {} states, {} steps, {} permitted", explored.states.len(), explored.steps, explored.permitted);
    assert!(explored.steps > 1_900_000 && explored.permitted > 500_000, "too little was tried");
    let of_owners = |exit| -> Vec<&str> {
        seen.iter().filter(|(seen, _, of_owner)| *seen == exit && *of_owner).map(|(_, by, _)| *by).collect()
    };
    let of_others = |exit| -> Vec<&str> {
        seen.iter().filter(|(seen, _, of_owner)| *seen == exit && !*of_owner).map(|(_, by, _)| *by).collect()
    };
    let owners_and_office = ["an owner", "the back office"];
    for exit in ["ceases to own", "holds other roles", "is suspended", "is removed"] {
        assert_eq!(of_owners(exit), owners_and_office, "{exit}");
    }
    let with_update = ["a keeper", "a manager", "an admin", "an owner", "the back office"];
    assert_eq!(of_others("is suspended"), with_update);
    assert_eq!(of_others("holds other roles"), with_update);
    assert_eq!(of_others("is removed"), ["a keeper", "an admin", "an owner", "the back office"]);
    // The membership of an owner can be suspended, which takes no owner away when the role goes.
    assert_eq!(of_others("ceases to own"), owners_and_office);
    assert_eq!(of_owners("leaves"), ["an owner"]);
    assert_eq!(of_others("leaves"), ["a keeper", "a manager", "a member", "an admin"]);
    assert_eq!((of_owners("hands over"), of_others("hands over")), (vec!["an owner"], vec!["an owner"]));
    for exit in ["departs", "is evicted", "stops counting"] {
        assert_eq!((of_owners(exit), of_others(exit)), (vec!["the account"], vec!["the account"]), "{exit}");
    }
    assert!(of_owners("ends it all").contains(&"an owner") && of_owners("ends it all").contains(&"the back office"));

    // No state that the rules allow is out of reach, so the rules were asked in all of them.
    let unreached: Vec<State> = possible_states().filter(|state| !explored.states.contains(state)).collect();
    assert!(unreached.is_empty(), "{} such as {:?}", unreached.len(), unreached[0]);
}

#[test]
fn wherever_steps_lead_in_a_personal_organization_every_rule_holds() {
    let world = World::new();
    let mut ended_by = BTreeSet::new();
    let explored = explore(&world, State::new(true), |step| {
        check(&world, step);
        if step.outcome.as_ref().is_ok_and(|after| after.has_ended() && !step.before.has_ended()) {
            ended_by.insert(exit(step));
        }
    });
    println!("personal: {} states, {} steps", explored.states.len(), explored.steps);
    assert_eq!(ended_by, BTreeSet::from([Some("departs"), Some("is evicted")]));
}

#[test]
fn two_verdicts_on_one_scene_could_leave_no_owner_which_is_why_the_second_is_judged_again() {
    let world = World::new();
    let owner = State::new(false).people[0];
    let state = State { people: [owner, owner, Person::OUTSIDE], ..State::new(false) };
    let leave = |number| {
        let actor = Somebody::User(world.member(&state, number));
        world.scene(&state, actor, number, None).judge(&MembershipChange::Leave).unwrap()
    };
    let after_one = world.written(state, &leave(0).effects);
    assert!(!world.written(after_one, &leave(1).effects).is_in_somebodys_hands());
    let again = steps(&world, after_one).into_iter().find(|step| step.is(&MembershipChange::Leave) && step.target == 1);
    assert_eq!(again.unwrap().outcome, Err(Denial::LastOwner));
}
