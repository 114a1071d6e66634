//! Keeps mails instead of sending them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use mail::{Cause, Mail, Mailer, SendError};

#[derive(Default)]
pub struct SentMails {
    mails: Mutex<Vec<Mail>>,
    pub is_down: AtomicBool,
}

impl SentMails {
    pub fn all(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

#[tonic::async_trait]
impl Mailer for SentMails {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(SendError::Transient(Cause::Unreachable));
        }
        self.mails.lock().unwrap().push(mail.clone());
        Ok(())
    }
}
