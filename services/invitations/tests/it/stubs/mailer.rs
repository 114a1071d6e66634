//! Keeps mails instead of sending them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use mail::{Cause, Mail, Mailer, SendError};

#[derive(Default)]
pub struct SentMails {
    mails: Mutex<Vec<Mail>>,
    pub is_down: AtomicBool,
    /// What the mail server says from now on instead of taking mails: a reply, and whether it is for good.
    pub refusal: Mutex<Option<(&'static str, bool)>>,
    /// How many mails it has heard of.
    pub tries: AtomicUsize,
}

impl SentMails {
    pub fn all(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

#[tonic::async_trait]
impl Mailer for SentMails {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        if self.is_down.load(Ordering::SeqCst) {
            return Err(SendError::Transient(Cause::Unreachable));
        }
        if let Some((reply, is_for_good)) = *self.refusal.lock().unwrap() {
            let cause = Cause::Refused { reply: reply.to_owned() };
            return Err(if is_for_good { SendError::Permanent(cause) } else { SendError::Transient(cause) });
        }
        self.mails.lock().unwrap().push(mail.clone());
        Ok(())
    }
}
