//! Everybody who calls, and what they call about.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;

use super::house::House;
use super::line::Line;
use super::outcome::Outcome;
use super::request::send;
use crate::harness::{Api, Person, Product, Rpc, Team, eventually};

/// The columns of the table that name a caller.
pub const CALLERS: [&str; 10] = [
    "nobody",
    "stranger",
    "elsewhere",
    "suspended",
    "member",
    "manager",
    "admin",
    "owner",
    "super_admin",
    "system_admin",
];
/// Those who belong to the organization.
pub const INSIDE: [&str; 5] = ["suspended", "member", "manager", "admin", "owner"];
/// Those who do not: one without any organization in common, and a member of another.
pub const OUTSIDE: [&str; 2] = ["stranger", "elsewhere"];
/// Those with a platform role, who do not belong to it either.
pub const BACK_OFFICE: [&str; 2] = ["super_admin", "system_admin"];

/// Things that end with what is asked, so that everybody who might be allowed gets one of their own.
const ENDINGS: [&str; 6] = [
    "DELETE /orgs/{orgId}",
    "OrganizationService/DeleteOrganization",
    "DELETE /admin/organizations/{orgId}",
    "OrganizationAdministrationService/DeleteAnyOrganization",
    "POST /admin/organizations/{orgId}/suspend",
    "OrganizationAdministrationService/SuspendOrganization",
];

pub struct Cast {
    people: BTreeMap<&'static str, Person>,
    /// An ordinary member to whom things are done.
    pub subject: Person,
    /// Belongs to nothing, for whoever may bring somebody in.
    pub newcomer: Person,
    pub team: Team,
    /// The team, and what is in it.
    pub house: House,
    /// Of `elsewhere`, to which nobody else here belongs.
    pub foreign: House,
    api: Api,
    rpc: Rpc,
}

impl Cast {
    pub async fn gathered(product: &Product) -> Self {
        let (api, rpc) = (product.api(), product.rpc());
        let names: Vec<_> = CALLERS.into_iter().skip(1).chain(["subject", "newcomer"]).collect();
        let accounts = join_all(names.iter().map(|name| Person::verified(&api, name))).await;
        let mut people: BTreeMap<_, _> = names.into_iter().zip(accounts).collect();
        let [subject, newcomer] = ["subject", "newcomer"].map(|name| people.remove(name).expect("an account"));

        let owner = &people["owner"];
        let team = Team::of(owner).await;
        let house = House::furnished(owner, &team, &subject.user_id).await;
        let elsewhere = &people["elsewhere"];
        let other = Team::of(elsewhere).await;
        let foreign = House::furnished(elsewhere, &other, &elsewhere.user_id).await;

        let mut cast = Self { people, subject, newcomer, team, house, foreign, api, rpc };
        cast.come_in(&cast.subject).await;
        for name in INSIDE.into_iter().filter(|name| *name != "owner") {
            cast.take_place(name).await;
        }
        let suspension = cast.team.path(&format!("/members/{}/status", cast.person("suspended").user_id));
        cast.person("owner").put(&suspension, json!({ "status": "suspended" })).await.expect(200);
        // Tokens for the team are refused from now on, and no others are given.
        let suspended = cast.people.get_mut("suspended").expect("a caller");
        suspended.refresh(json!({})).await;
        cast.act("owner").await;
        let elsewhere = cast.people.get_mut("elsewhere").expect("a caller");
        elsewhere.act_for(&other.id).await;
        for name in BACK_OFFICE {
            product.make_administrator(cast.people.get_mut(name).expect("a caller"), name).await;
        }
        for name in BACK_OFFICE {
            // The command grants at once, and organizations hears of it a moment later.
            eventually("the back office opens", async || {
                let answer = cast.person(name).get("/admin/organizations").await;
                (answer.status == 200).then_some(())
            })
            .await;
        }
        cast
    }

    pub fn person(&self, name: &str) -> &Person {
        &self.people[name]
    }

    /// Lets somebody in who is not inside.
    pub async fn come_in(&self, person: &Person) {
        self.team.admit(self.person("owner"), &[person]).await;
    }

    /// Lets a caller in who is not inside, gives the role of that name, and tokens for the team.
    pub async fn take_place(&mut self, name: &str) {
        self.come_in(self.person(name)).await;
        if let "manager" | "admin" = name {
            let path = self.team.path(&format!("/members/{}/roles", self.person(name).user_id));
            let roles = json!({ "role_codes": [format!("org_{name}")] });
            self.person("owner").put(&path, roles).await.expect(200);
        }
        self.act(name).await;
    }

    /// Takes tokens for the team.
    pub async fn act(&mut self, name: &str) {
        let person = self.people.get_mut(name).expect("a caller");
        person.act_for(&self.team.id).await;
    }

    /// What this caller is to ask about: the team, unless that would be its end.
    pub async fn house_for(&self, line: &Line, caller: &str) -> House {
        let house = self.house.clone();
        let name = line.name.as_str();
        if ENDINGS.contains(&name) && ["owner", "super_admin", "system_admin"].contains(&caller) {
            return house.under(&Team::of(self.person("owner")).await.id);
        }
        let user = match name {
            _ if name.contains("(one's own)") => self.people.get(caller).map(|person| &person.user_id),
            _ if name.contains("(the owner") => Some(&self.person("owner").user_id),
            "POST /admin/organizations/{orgId}/members" | "MembershipAdministrationService/AddExistingUser" => {
                Some(&self.newcomer.user_id)
            }
            _ => None,
        };
        House { user: user.cloned().unwrap_or(house.user), ..house }
    }

    pub async fn call(&self, line: &Line, caller: &str, house: &House) -> Outcome {
        send(line, &self.rpc, &self.api, self.people.get(caller), house).await
    }
}
