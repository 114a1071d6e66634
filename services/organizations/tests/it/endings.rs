use std::sync::Arc;

use contracts::organizations::v1::{EndedOrganization, ListEndedOrganizationsRequest};

use crate::world::{World, new_id, violated_fields};

fn beginning() -> (i64, String) {
    (-1, new_id())
}

async fn after(world: &World, (position, organization_id): &(i64, String), page_size: i32) -> Vec<EndedOrganization> {
    let request = ListEndedOrganizationsRequest {
        after_position: *position,
        after_organization_id: organization_id.clone(),
        page_size,
    };
    world.access().list_ended_organizations(request).await.unwrap().into_inner().endings
}

/// The whole record, read on page by page.
async fn record(world: &World, page_size: i32) -> Vec<EndedOrganization> {
    let (mut place, mut all) = (beginning(), Vec::new());
    loop {
        let page = after(world, &place, page_size).await;
        let Some(last) = page.last() else { return all };
        place = (last.position, last.organization_id.clone());
        all.extend(page);
    }
}

#[tokio::test]
async fn every_ending_is_recorded_once_in_the_order_of_positions() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let first = world.team(&alice).await;
    let second = world.team(&alice).await;
    assert!(record(&world, 50).await.is_empty());
    let position = world.delete(&alice, &second).await.unwrap();
    assert_eq!(record(&world, 50).await, [EndedOrganization { organization_id: second.clone(), position }]);

    // Whoever departs ends several at one position.
    let mut alone = vec![bob.personal.clone()];
    for _ in 0..3 {
        alone.push(world.team(&bob).await);
    }
    let departed = world.depart(&bob).await.unwrap();
    let last = world.delete(&alice, &first).await.unwrap();
    for page_size in [1, 2, 3, 50] {
        let record = record(&world, page_size).await;
        assert_eq!((record.len(), record[0].position, record[5].position), (6, position, last), "{page_size}");
        let mut ended: Vec<String> = record[1..5].iter().map(|ending| ending.organization_id.clone()).collect();
        assert!(record[1..5].iter().all(|ending| ending.position == departed));
        ended.sort();
        alone.sort();
        assert_eq!(ended, alone);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_on_while_organizations_end_misses_none() {
    let world = Arc::new(World::new().await);
    let mut teams = Vec::new();
    for _ in 0..24 {
        let owner = world.person("owner").await;
        let team = world.team(&owner).await;
        teams.push((owner, team));
    }
    let mut expected: Vec<String> = teams.iter().map(|(_, team)| team.clone()).collect();
    let deleting: Vec<_> = teams
        .into_iter()
        .map(|(owner, team)| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.delete(&owner, &team).await.unwrap() })
        })
        .collect();
    let (mut place, mut seen) = (beginning(), Vec::new());
    while seen.len() < expected.len() {
        for ending in after(&world, &place, 3).await {
            place = (ending.position, ending.organization_id.clone());
            seen.push(ending.organization_id);
        }
        tokio::task::yield_now().await;
    }
    for deletion in deleting {
        deletion.await.unwrap();
    }
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_named() {
    let world = World::new().await;
    let request =
        ListEndedOrganizationsRequest { after_position: -1, after_organization_id: "acme".to_owned(), page_size: 201 };
    let refused = world.access().list_ended_organizations(request).await.unwrap_err();
    assert_eq!(violated_fields(&refused), ["after_organization_id", "page_size"]);
}
