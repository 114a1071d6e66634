//! One race: one of the two calls is held at some place, and the other begins there.

use std::sync::Arc;

use service_kit::refusal::reason_of;
use service_kit::request_scope::{DEFAULT_TIMEOUT, RequestScope};
use tonic::Status;
use uuid::Uuid;

use crate::entry::Entry;
use crate::house::House;
use crate::orders;
use crate::places::Place;
use crate::rival::Rival;
use crate::scene::{Cast, Scene};

#[derive(Clone, Copy, Debug)]
pub struct Contest {
    pub entry: Entry,
    pub rival: Rival,
}

/// Who begins, and when the other does.
#[derive(Clone, Debug)]
pub struct Start {
    pub leader: Side,
    /// Where the leader is when the other begins.
    pub place: Place,
    /// The leader goes on when the other has been answered, and not as soon as it has begun.
    pub waits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Guest,
    Rival,
}

impl Side {
    pub const fn other(self) -> Self {
        match self {
            Self::Guest => Self::Rival,
            Self::Rival => Self::Guest,
        }
    }
}

impl Contest {
    pub async fn scene(self, house: &House, cast: &Cast) -> Scene {
        Scene::set(house, cast, self.entry.needs_link(), self.rival.needs_owner_alone()).await
    }

    /// Calls as the request of this id.
    async fn attempt(self, side: Side, house: &House, scene: &Scene, request_id: &str) -> Result<(), Status> {
        let request = RequestScope { request_id: request_id.into(), ..RequestScope::begin(DEFAULT_TIMEOUT) };
        request
            .run(async {
                match side {
                    Side::Guest => self.entry.attempt(house, scene).await,
                    Side::Rival => self.rival.attempt(house, scene).await,
                }
            })
            .await
    }

    /// The places that one side passes when it is alone.
    pub async fn places(self, side: Side, house: &House, cast: &Cast) -> Vec<Place> {
        let scene = self.scene(house, cast).await;
        house.points.record();
        let request_id = Uuid::new_v4().to_string();
        self.attempt(side, house, &scene, &request_id).await.unwrap();
        crate::places::of(house.points.recorded(&request_id))
    }

    /// Runs the race; answers which of the outcomes it came to, and the scene that it left.
    pub async fn run(self, house: &Arc<House>, cast: &Cast, start: &Start, seed: u64) -> (usize, Scene) {
        let scene = self.scene(house, cast).await;
        let leading = Uuid::new_v4().to_string();
        let mut held = house.points.hold(&start.place.name, Some(&leading));
        let leader = self.spawn(start.leader, house, &scene, leading);
        assert!(held.arrived().await, "{self:?} {start:?}: the place is not passed");
        let mut follower = self.spawn(start.leader.other(), house, &scene, Uuid::new_v4().to_string());
        let early = if start.waits { Some((&mut follower).await.unwrap()) } else { None };
        held.release();
        let first = leader.await.unwrap();
        let second = match early {
            Some(answer) => answer,
            None => follower.await.unwrap(),
        };
        house.deliver().await;

        let (guest, rival) = match start.leader {
            Side::Guest => (first, second),
            Side::Rival => (second, first),
        };
        let state = scene.state(house).await;
        let found = (told(&guest), told(&rival), state.as_str());
        let allowed = orders::of(self.entry, self.rival);
        let outcome = allowed.iter().position(|outcome| *outcome == found);
        let outcome = outcome.unwrap_or_else(|| {
            panic!("seed {seed}, {self:?}, {start:?}: {found:?} is none of {allowed:?}: {guest:?} {rival:?}")
        });
        (outcome, scene)
    }

    fn spawn(
        self,
        side: Side,
        house: &Arc<House>,
        scene: &Scene,
        request_id: String,
    ) -> tokio::task::JoinHandle<Result<(), Status>> {
        let (house, scene) = (Arc::clone(house), scene.clone());
        tokio::spawn(async move { self.attempt(side, &house, &scene, &request_id).await })
    }
}

/// The answer as a client sees it.
pub fn told(answer: &Result<(), Status>) -> &'static str {
    match answer {
        Ok(()) => "ok",
        Err(status) => reason_of(status).map_or("a status without a reason", |reason| reason.code()),
    }
}
