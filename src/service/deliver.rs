//! The outbox: files appear in their folders, mails go out, and what became of each is noted.
//!
//! Files are safe to publish twice, so they are published in batches and noted together. A mail over SMTP is not:
//! that an attempt begins is stored before it does.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use super::trouble::{Kind, Trouble};
use super::{Moment, Service, retry};
use crate::intake::DONE_FOLDER;
use crate::ledger::{Answered, Attempt, Outgoing, ParcelKind, ParcelState};
use crate::mail::{Folder, Sent, Smtp, Transport};
use crate::publish;

/// Parcels that are noted together.
const BATCH: usize = 32;

/// Which parcels are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those whose pause is over.
    Due,
    /// All that wait: a person has started a pass and expects to see what works.
    All,
}

/// How mails go out.
pub enum Post {
    /// As files; safe to do twice.
    Folder(Folder),
    /// Over a server.
    Smtp(Box<Smtp>),
}

impl Post {
    fn transport(&mut self) -> &mut dyn Transport {
        match self {
            Self::Folder(folder) => folder,
            Self::Smtp(smtp) => &mut **smtp,
        }
    }

    fn pause(&self) -> Duration {
        match self {
            Self::Folder(_) => Duration::ZERO,
            Self::Smtp(smtp) => smtp.pause_between(),
        }
    }

    fn is_safe_to_repeat(&self) -> bool {
        matches!(self, Self::Folder(_))
    }
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_safe_to_repeat() {
            "Folder"
        } else {
            "Smtp"
        })
    }
}

impl Service {
    /// Sends what is to be sent. Mails go no faster than the configuration says: those that have to wait stay, and
    /// the answer is when the next one may go.
    ///
    /// # Errors
    /// Where the ledger does not answer. Trouble with a single parcel is noted and told by [`Service::end_pass`].
    pub fn deliver(&mut self, which: Which, now: Moment) -> Answered<Option<Duration>> {
        let now_s = now.at.as_second();
        let due = self
            .ledger
            .due(if which == Which::All { i64::MAX } else { now_s })?;
        let mut done: Vec<Attempt> = Vec::new();
        let mut folders = BTreeSet::new();
        for id in due {
            if self.tried.contains(&id) {
                continue;
            }
            let Some(outgoing) = self.ledger.parcel(id)? else {
                continue;
            };
            if outgoing.parcel.kind == ParcelKind::Mail {
                if now.elapsed < self.mail_rests_until {
                    continue;
                }
                if !self.post.is_safe_to_repeat() {
                    self.note(&mut done, &mut folders)?;
                    if now.elapsed < self.next_mail {
                        return Ok(Some(self.next_mail - now.elapsed));
                    }
                    self.tried.insert(id);
                    self.send(&outgoing, now)?;
                    continue;
                }
            }
            self.tried.insert(id);
            let sent = self.publish(&outgoing, &mut folders);
            self.watcher.step("published");
            self.complain(&outgoing, &sent);
            done.push(retry::after(&outgoing, sent, now_s));
            if done.len() >= BATCH {
                self.note(&mut done, &mut folders)?;
            }
        }
        self.note(&mut done, &mut folders)?;
        Ok(None)
    }

    /// Notes a batch once the names of its files are safe.
    fn note(&mut self, done: &mut Vec<Attempt>, folders: &mut BTreeSet<PathBuf>) -> Answered<()> {
        for folder in std::mem::take(folders) {
            if let Err(error) = publish::sync_folder(&folder) {
                // Nothing is noted: the same files are published again, which does no harm.
                self.troubles.push(Trouble {
                    kind: Kind::FileUnwritten,
                    about: folder.display().to_string(),
                    why: error.to_string(),
                });
                done.clear();
            }
        }
        if done.is_empty() {
            return Ok(());
        }
        self.watcher.step("synced");
        self.ledger.note(done)?;
        self.watcher.delivered(done.len());
        done.clear();
        self.watcher.step("noted");
        Ok(())
    }

    fn publish(&mut self, outgoing: &Outgoing, folders: &mut BTreeSet<PathBuf>) -> Sent {
        let parcel = &outgoing.parcel;
        let target = self.desk.output(&parcel.target);
        let folder = match parcel.kind {
            ParcelKind::Move => self.intake.inbox().to_owned(),
            _ => publish::folder_of(&target).to_owned(),
        };
        let done = match parcel.kind {
            ParcelKind::Result | ParcelKind::Accepted => publish::beside(&target, &parcel.body),
            ParcelKind::Move => self.move_away(&parcel.target, &parcel.body),
            ParcelKind::Mail => {
                let from = &self.desk.config.mail.from;
                let (to, id) = (&parcel.target, &parcel.message_id);
                return self.post.transport().send(from, to, id, &parcel.body);
            }
        };
        match done {
            Ok(file) => {
                folders.insert(publish::folder_of(&file).to_owned());
                Sent::Accepted
            }
            // The folder, not the file: the log has no names that applicants gave.
            Err(error) => Sent::Later(format!("{}: {error}", folder.display())),
        }
    }

    /// Puts a dropped file into the sub-folder of files that are done, if it is still the one that was received.
    fn move_away(&self, path: &str, sha256: &[u8]) -> std::io::Result<PathBuf> {
        let file = self.intake.inbox().join(path);
        let folder = publish::folder_of(&file).join(DONE_FOLDER);
        match std::fs::read(&file) {
            Ok(bytes) if crate::assess::sha256_hex(&bytes).as_bytes() == sha256 => {}
            Ok(_) => return Ok(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(file),
            Err(error) => return Err(error),
        }
        std::fs::create_dir_all(&folder)?;
        let name = file.file_name().unwrap_or_default();
        for number in 1..=publish::NAMES_MAX {
            let target = publish::numbered(&folder.join(name), number);
            let flags = rustix::fs::RenameFlags::NOREPLACE;
            match rustix::fs::renameat_with(rustix::fs::CWD, &file, rustix::fs::CWD, &target, flags)
            {
                Ok(()) => return Ok(target),
                Err(rustix::io::Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(std::io::Error::from(std::io::ErrorKind::AlreadyExists))
    }

    /// Sends one mail over the server.
    fn send(&mut self, outgoing: &Outgoing, now: Moment) -> Answered<()> {
        let now_s = now.at.as_second();
        let begun = |state, note: &str, is_lost| Attempt {
            id: outgoing.id,
            state,
            next_s: now_s,
            is_lost,
            note: note.to_owned(),
        };
        let mut outgoing = outgoing.clone();
        if outgoing.state == ParcelState::Sending {
            // The program died in the middle: as if the server's answer had been lost.
            let lost = retry::after(
                &outgoing,
                Sent::Unknown("the program ended while sending".to_owned()),
                now_s,
            );
            let is_over = lost.state == ParcelState::NeedsAttention;
            self.ledger.note(&[lost])?;
            if is_over {
                return Ok(());
            }
            (outgoing.lost, outgoing.tries) = (outgoing.lost + 1, outgoing.tries + 1);
        }
        self.ledger
            .note(&[begun(ParcelState::Sending, "sending", false)])?;
        self.watcher.step("sending");
        let parcel = &outgoing.parcel;
        let from = &self.desk.config.mail.from;
        let sent =
            self.post
                .transport()
                .send(from, &parcel.target, &parcel.message_id, &parcel.body);
        self.next_mail = now.elapsed + self.post.pause();
        self.watcher.step("sent");
        self.complain(&outgoing, &sent);
        if matches!(sent, Sent::Stopped(_)) {
            // Every further mail would fail alike, and many logins in a row lock the account.
            self.mail_rests_until = now.elapsed + retry::STOPPED_FOR;
        }
        self.ledger.note(&[retry::after(&outgoing, sent, now_s)])?;
        self.watcher.delivered(1);
        self.watcher.step("noted");
        Ok(())
    }

    /// Tells of a parcel that did not go out. Addresses are not told: the parcel's id is enough.
    fn complain(&mut self, outgoing: &Outgoing, sent: &Sent) {
        let (Sent::Later(why) | Sent::Refused(why) | Sent::Stopped(why) | Sent::Unknown(why)) =
            sent
        else {
            return;
        };
        let is_mail = outgoing.parcel.kind == ParcelKind::Mail;
        let of = outgoing.number.as_deref().unwrap_or("digest or alarm");
        let kind = match (sent, is_mail) {
            (_, false) => Kind::FileUnwritten,
            (Sent::Stopped(_), true) => Kind::MailStopped,
            (Sent::Refused(_), true) => Kind::MailRefused,
            (_, true) => Kind::MailLater,
        };
        tracing::warn!(parcel = outgoing.id, ?kind, "not sent");
        let about = format!("parcel {} of {of}", outgoing.id);
        self.troubles.push(Trouble {
            kind,
            about,
            why: without_addresses(why),
        });
    }
}

/// A server's answer without addresses: the log has none, and the parcel's id finds them.
fn without_addresses(why: &str) -> String {
    let is_part = |c: char| !c.is_whitespace() && !"<>()[]\"',;:".contains(c);
    let mut told = String::new();
    for piece in why.split_inclusive(|c| !is_part(c)) {
        let word = piece.trim_end_matches(|c| !is_part(c));
        told += if word.contains('@') { "…" } else { word };
        told += &piece[word.len()..];
    }
    told
}

#[cfg(test)]
mod tests {
    use super::without_addresses;

    #[test]
    fn a_server_that_repeats_the_address_is_told_without_it() {
        for (answer, told) in [
            (
                "550 5.1.1 <li@example.org>: User unknown",
                "550 5.1.1 <…>: User unknown",
            ),
            ("收件人li@example.org，不存在", "…"),
            ("454 busy; ask a@b, c@d.", "454 busy; ask …, …"),
            ("421 closing", "421 closing"),
        ] {
            assert_eq!(without_addresses(answer), told);
        }
    }
}
