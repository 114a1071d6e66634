//! Identity: who has which address.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use contracts::identity::v1::user_service_server::UserService;
use contracts::identity::v1::{GetUsersRequest, GetUsersResponse, User};
use tonic::{Request, Response, Status};
use uuid::Uuid;

#[derive(Clone, Default)]
pub struct Users {
    pub known: Arc<Mutex<HashMap<Uuid, User>>>,
    pub is_down: Arc<AtomicBool>,
    /// How many calls were made.
    pub asked: Arc<AtomicUsize>,
}

impl Users {
    pub fn change(&self, id: Uuid, change: impl FnOnce(&mut User)) {
        change(self.known.lock().unwrap().get_mut(&id).expect("a known user"));
    }
}

#[tonic::async_trait]
impl UserService for Users {
    async fn get_users(&self, request: Request<GetUsersRequest>) -> Result<Response<GetUsersResponse>, Status> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.is_down.load(Ordering::SeqCst) {
            return Err(Status::unavailable("down"));
        }
        let known = self.known.lock().unwrap();
        let ids = request.into_inner().user_ids;
        let users = ids.iter().filter_map(|id| known.get(&id.parse().unwrap())).cloned().collect();
        Ok(Response::new(GetUsersResponse { users }))
    }
}
