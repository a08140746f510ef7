//! What goes to people who did not send anything: the register to the bureau, the digest to reviewers, alarms to
//! the operator.

use std::collections::BTreeMap;

use super::{Kind, Moment, Service, Trouble};
use crate::intake::Waiting;
use crate::ledger::{Answered, Concluded, Parcel};
use crate::notice::{self, Digest, DigestItem, Failure, FailureLine};
use crate::register::{self, Register};

/// Path of the register below the output folder.
pub const REGISTER: &str = "register/厅地联动项目登记表.xlsx";

/// Remembered: the revision of what stands, and the one that the register shows.
const REVISION: &str = "revision";
const REGISTERED: &str = "registered";

impl Service {
    /// Writes the register if anything stands that it does not show; whether it was written. Trouble is told by
    /// [`Service::end_pass`].
    ///
    /// # Errors
    /// Where the ledger does not answer.
    pub fn register(&mut self, now: Moment) -> Answered<bool> {
        let Some(revision) = self.ledger.recall(REVISION)? else {
            return Ok(false);
        };
        let file = self.desk.output(REGISTER);
        if self.ledger.recall(REGISTERED)?.as_ref() == Some(&revision) && file.exists() {
            return Ok(false);
        }
        let standing = self.ledger.standing()?;
        let made_at = self.desk.zone.to_datetime(now.at);
        let written = register_of(standing, &self.desk, made_at)
            .map_err(|error| error.to_string())
            .and_then(|bytes| {
                crate::publish::replace(&file, &bytes).map_err(|error| error.to_string())
            });
        match written {
            Ok(()) => {
                self.ledger.remember(REGISTERED, &revision)?;
                Ok(true)
            }
            Err(why) => {
                self.troubles.push(Trouble {
                    kind: Kind::NoRegister,
                    about: file.display().to_string(),
                    why,
                });
                Ok(false)
            }
        }
    }

    /// Puts a digest for the reviewers into the outbox, if there is anything that none has told.
    ///
    /// # Errors
    /// Where the ledger does not answer, or a mail cannot be written.
    pub fn digest(&mut self, waiting: &[Waiting], now: Moment) -> anyhow::Result<()> {
        let reviewers = self.desk.config.mail.reviewers.clone();
        let untold = self.ledger.untold()?;
        if untold.is_empty() || reviewers.is_empty() {
            return Ok(());
        }
        let local = |at| self.desk.zone.to_datetime(at);
        let since = self
            .ledger
            .recall(LAST_DIGEST)?
            .and_then(|text| text.parse().ok());
        let whys: Vec<String> = waiting
            .iter()
            .map(|waiting| waiting.why.to_string())
            .collect();
        let waiting = waiting.iter().zip(&whys);
        let texts = self.desk.notices.digest(&Digest {
            since,
            until: local(now.at),
            items: untold.iter().map(|item| self.item(item)).collect(),
            waiting: waiting
                .map(|(waiting, why)| notice::Waiting {
                    file: &waiting.path,
                    since: local(waiting.since),
                    why,
                })
                .collect(),
            register_path: Some(REGISTER),
        })?;
        let numbers: Vec<String> = untold.iter().map(|item| item.number.clone()).collect();
        let told = crate::assess::sha256_hex(numbers.join(" ").as_bytes());
        let about = format!("{} {told}", local(now.at).date());
        let parcels = self.mails("digest", &about, &texts, (&reviewers, now))?;
        self.watcher.step("digest");
        self.ledger.post(&parcels, &numbers)?;
        self.ledger
            .remember(LAST_DIGEST, &local(now.at).to_string())?;
        Ok(())
    }

    fn item<'a>(&'a self, item: &'a Concluded) -> DigestItem<'a> {
        let district = item.assessment.district.as_deref();
        DigestItem {
            id: &item.number,
            version: item.version,
            received_at: item.received_at,
            assessment: &item.assessment,
            previous: item.previous,
            district_name: district.and_then(|id| self.desk.district_name(id)),
            result_path: &item.result,
        }
    }

    /// Puts an alarm for the operator into the outbox: each kind of trouble about the same thing once a day.
    ///
    /// # Errors
    /// Where the ledger does not answer, or a mail cannot be written.
    pub fn alarm(&mut self, now: Moment) -> anyhow::Result<()> {
        let operator = self.desk.config.mail.operator.clone();
        let at = self.desk.zone.to_datetime(now.at);
        let mut lines = BTreeMap::new();
        for trouble in self
            .troubles
            .iter()
            .filter(|trouble| trouble.kind != Kind::MailLater)
        {
            lines.insert((trouble.kind, &trouble.about), trouble);
        }
        if lines.is_empty() || operator.is_empty() {
            return Ok(());
        }
        let about: Vec<String> = lines.keys().map(|key| format!("{key:?}")).collect();
        let about = format!(
            "{} {}",
            at.date(),
            crate::assess::sha256_hex(about.join(" ").as_bytes())
        );
        let subjects: Vec<String> = lines
            .values()
            .map(|trouble| format!("{}（{}）", trouble.kind.zh().0, trouble.about))
            .collect();
        let told = lines.values().zip(&subjects);
        let what = told.map(|(trouble, subject)| FailureLine {
            subject,
            why: &trouble.why,
            remedy: trouble.kind.zh().1,
        });
        let texts = self.desk.notices.failure(&Failure {
            at,
            what: what.collect(),
        })?;
        let parcels = self.mails("alarm", &about, &texts, (&operator, now))?;
        Ok(self.ledger.post(&parcels, &[])?)
    }

    fn mails(
        &self,
        kind: &str,
        about: &str,
        texts: &notice::Texts,
        (recipients, now): (&[String], Moment),
    ) -> anyhow::Result<Vec<Parcel>> {
        let mail = |to: &String| {
            let id = self.desk.message_id(kind, about, to);
            self.desk.mail(texts, to, (id, None), (None, now.at))
        };
        recipients.iter().map(mail).collect()
    }
}

/// Remembered: when the last digest was made, local time.
const LAST_DIGEST: &str = "digest";

/// The register of everything that stands.
///
/// # Errors
/// Where the workbook cannot be made.
pub fn register_of(
    standing: Vec<Concluded>,
    desk: &super::desk::Desk,
    made_at: jiff::civil::DateTime,
) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let rows: Vec<register::Row> = standing
        .into_iter()
        .filter(Concluded::is_project)
        .map(|concluded| register::Row {
            id: concluded.number,
            received_at: concluded.received_at,
            version: concluded.version,
            result: Some(concluded.result),
            assessment: concluded.assessment,
        })
        .collect();
    register::write(&Register {
        rows: &rows,
        policies: &desk.rulebook.policies,
        made_at,
    })
}
