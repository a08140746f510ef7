//! Mail: a draft becomes bytes once, and the bytes go to one recipient at a time.
//!
//! The bytes are made before the first attempt and kept by the caller, so that a retry sends the same mail with
//! the same Message-ID. Three transports take them: [`Smtp`] a mail server, [`Folder`] a folder of `.eml` files
//! (nothing to set up), [`Memory`] a list for tests. What became of an attempt is a [`Sent`]; when to try again is
//! the caller's to decide.
//!
//! Not here: texts of mails, the outbox, the order and the times of retries.

mod classify;
mod compose;
mod folder;
mod smtp;

pub use compose::{Attachment, BadAddress, Draft, compose};
pub use folder::Folder;
pub use smtp::Smtp;

/// What became of one attempt. The text is the reason, one line, at most 300 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The other side has taken the mail over.
    Accepted,
    /// Not sent; the same mail may be accepted later.
    Later(String),
    /// Not sent; this mail never reaches this recipient.
    Refused(String),
    /// Not sent, and no other mail will be: the account, the sender or the certificate is at fault. A person must
    /// look; until then nothing more should be tried.
    Stopped(String),
    /// The mail was sent in full, and the answer was lost: it may have arrived or not.
    Unknown(String),
}

/// A way for a mail to go out. One recipient an attempt, so that one refused address never fails another's mail.
pub trait Transport {
    /// Tries once to deliver `bytes`, as [`compose`] made them. `from` and `to` are addresses, with or without a
    /// display name; `message_id` is without angle brackets.
    fn send(&mut self, from: &str, to: &str, message_id: &str, bytes: &[u8]) -> Sent;
}

/// Accepts every mail and keeps it, in order: sender, recipient, bytes. For tests.
#[derive(Debug, Default)]
pub struct Memory {
    /// What was sent.
    pub sent: Vec<(String, String, Vec<u8>)>,
}

impl Transport for Memory {
    fn send(&mut self, from: &str, to: &str, _message_id: &str, bytes: &[u8]) -> Sent {
        self.sent
            .push((from.to_owned(), to.to_owned(), bytes.to_vec()));
        Sent::Accepted
    }
}
