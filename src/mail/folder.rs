//! Mails as `.eml` files in a folder: nothing to set up, and any mail program opens them.
//!
//! A file is there in full or not at all, also after a crash.

use std::path::PathBuf;

use super::{Sent, Transport};
use crate::publish::{self, Published};

/// A folder that takes mails as `LOCAL.eml`, named by the local part of the Message-ID.
#[derive(Debug, Clone)]
pub struct Folder {
    dir: PathBuf,
}

impl Folder {
    /// The folder `dir`; it is made with the first mail.
    #[must_use]
    pub const fn new(dir: PathBuf) -> Self {
        Self { dir }
    }
}

impl Transport for Folder {
    /// Writes the file. A file that is there with the same bytes is accepted, with other bytes refused; trouble of
    /// the disk is `Later`.
    fn send(&mut self, _from: &str, _to: &str, message_id: &str, bytes: &[u8]) -> Sent {
        let Some(name) = file_name(message_id) else {
            return Sent::Refused("the Message-ID does not make a file name".to_owned());
        };
        let published = publish::once(&self.dir.join(name), bytes);
        match published.and_then(|done| publish::sync_folder(&self.dir).map(|()| done)) {
            Ok(Published::New | Published::Same) => Sent::Accepted,
            Ok(Published::Taken) => Sent::Refused("another mail has this Message-ID".to_owned()),
            Err(error) => Sent::Later(format!("writing {}: {error}", self.dir.display())),
        }
    }
}

/// `a1b2@host` gives `a1b2.eml`; `None` where the local part could leave the folder or hide in it.
fn file_name(message_id: &str) -> Option<String> {
    let local = message_id.split('@').next()?;
    let safe = !local.is_empty()
        && local.len() <= 200
        && !local.starts_with('.')
        && local
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || ".-_+=".contains(letter));
    safe.then(|| format!("{local}.eml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_never_leaves_the_folder() {
        assert_eq!(file_name("a1@h").as_deref(), Some("a1.eml"));
        for bad in ["", "@h", "../x@h", "a/b@h", ".hidden@h", "a\0@h", "名@h"] {
            assert_eq!(file_name(bad), None, "{bad}");
        }
    }
}
