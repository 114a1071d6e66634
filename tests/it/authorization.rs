//! Who may call what about an organization: `authorization/table.txt`, cell by cell.

mod cast;
mod house;
mod line;
mod outcome;
mod request;
mod restore;
mod table;

use cast::{BACK_OFFICE, CALLERS, Cast, INSIDE, OUTSIDE};
use futures_util::future::join_all;
use house::House;
use line::Line;
use outcome::Outcome;
use table::{COLUMNS, Table};

use crate::harness::{Person, Product, Team, offer_plans, random_id};

/// What a line without an organization's id has in the columns about other ids.
const NO_ID: &str = "-";

#[tokio::test]
async fn everybody_may_do_what_the_table_of_authorization_says_and_nothing_else() {
    let product = Product::shared().await;
    let lines = Line::all(&product.api()).await;
    offer_plans(&product.rpc()).await;
    let mut cast = Cast::gathered(product).await;
    let mut found = Table::default();
    for line in &lines {
        let mut cells = Vec::new();
        for caller in CALLERS {
            let house = cast.house_for(line, caller).await;
            let outcome = cast.call(line, caller, &house).await;
            cells.push(outcome.class.clone());
            if outcome.class == "ok" {
                restore::after(&mut cast, line, caller).await;
            }
        }
        cells.extend(elsewhere(&cast, line).await);
        found.add(&line.name, cells);
    }
    found.must_be_the_committed_one();
    for line in lines.iter().filter(|line| !line.is_for_nobody_here()) {
        let cells = found.cells(&line.name);
        assert!(
            cells.iter().any(|cell| cell == "ok"),
            "{line}: a request that nobody may make shows nothing: {cells:?}"
        );
    }
}

/// The columns about ids that are not the callers': of a foreign organization, and of none.
async fn elsewhere(cast: &Cast, line: &Line) -> [String; COLUMNS.len() - CALLERS.len()] {
    if !line.is_about_an_organization() {
        return [NO_ID; COLUMNS.len() - CALLERS.len()].map(str::to_owned);
    }
    let of_the_team = OUTSIDE.map(|caller| alike(cast, line, caller, &cast.house));
    let of_another = INSIDE.map(|caller| alike(cast, line, caller, &cast.foreign));
    let outcomes = join_all(of_the_team.into_iter().chain(of_another)).await;
    assert!(
        outcomes.iter().all(|outcome| *outcome == outcomes[0]),
        "{line}: an organization that is not theirs does not look the same to all: {outcomes:#?}"
    );
    let [of_super, of_system] = BACK_OFFICE;
    let nowhere = cast.house.under(&random_id());
    // Where their office gives no right, these two are strangers like others.
    if !line.is_of_the_back_office() {
        join_all(BACK_OFFICE.map(|caller| alike(cast, line, caller, &cast.foreign))).await;
    }
    [
        outcomes[0].class.clone(),
        cast.call(line, of_super, &nowhere).await.class,
        cast.call(line, of_system, &nowhere).await.class,
    ]
}

/// The one answer for this house, which is not the caller's, and for the same under an id of nothing.
async fn alike(cast: &Cast, line: &Line, caller: &str, house: &House) -> Outcome {
    let foreign = cast.call(line, caller, house).await;
    let nothing = cast.call(line, caller, &house.under(&random_id())).await;
    assert_eq!(foreign, nothing, "{line}: {caller} can tell a foreign organization from one that does not exist");
    foreign
}

#[tokio::test]
async fn whatever_belongs_to_another_organization_looks_like_nothing_in_ones_own() {
    let product = Product::shared().await;
    let (api, rpc) = (product.api(), product.rpc());
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let (hers, his) = tokio::join!(Team::of(&alice), Team::of(&bob));
    let foreign = House::furnished(&bob, &his, &bob.user_id).await;
    let mut reached = 0;
    for line in Line::all(&api).await {
        if !line.is_of_something_inside() || line.is_of_the_back_office() {
            continue;
        }
        let theirs = request::send(&line, &rpc, &api, Some(&alice), &foreign.under(&hers.id)).await;
        let nothing = request::send(&line, &rpc, &api, Some(&alice), &House::of_nothing(&hers.id)).await;
        assert!(theirs.class.ends_with("_NOT_FOUND"), "{line}: {theirs:?}");
        assert_eq!(theirs, nothing, "{line}: what is another organization's can be told from nothing");
        reached += 1;
    }
    assert!(reached >= 20, "only {reached} lines are about something inside an organization");
    assert_eq!(his.owners(&bob).await, std::slice::from_ref(&bob.user_id), "nothing has changed");
}
