//! One submission, from its bytes to everything that is to be stored and sent. The core does the work; this file
//! adds what belongs to this workspace: names of files, recipients, identities of mails.

use std::sync::Arc;

use anyhow::Context as _;
use sha2::Digest as _;

use crate::assess::{Assessment, Grounds, Keys, Rulebook, Verdict, sha256_hex};
use crate::config::Config;
use crate::ledger::{Conclusion, Found, Job, Parcel, ParcelKind};
use crate::mail::{Attachment, Draft, compose};
use crate::notice::{Notices, Texts, VerdictNotice};
use crate::sandbox::{Callbacks, Cause, Examined, Examiner, File};

use super::names;

/// Bytes of a workbook that still goes into a mail: 15 MiB are 20.5 MiB in base64, what most servers take.
const ATTACHMENT_BYTES_MAX: usize = 15 * 1024 * 1024;

/// What every worker shares.
#[derive(Debug)]
pub struct Desk {
    /// The configuration.
    pub config: Config,
    /// Editions, form, splits.
    pub rulebook: Rulebook,
    /// SHA-256 of the rulebook's recipe, hex.
    pub recipe: String,
    /// The mails.
    pub notices: Notices,
    /// The zone of all dates.
    pub zone: jiff::tz::TimeZone,
}

impl Desk {
    /// Assesses a submission; why reading it was stopped, where it was.
    ///
    /// # Errors
    /// Where the ledger does not answer, no process to read it can be started, or a result cannot be written, which is a
    /// fault of this program.
    pub fn assess(
        &self,
        job: &Job,
        look_up: &mut dyn FnMut(&Keys) -> anyhow::Result<Found>,
        examiner: &mut Examiner,
    ) -> anyhow::Result<(Conclusion, Option<Cause>)> {
        let context = job.context();
        let file = File {
            bytes: &job.bytes,
            context: &context,
            wants_copy: true,
        };
        let examined = self.wary(job, examiner, |examiner| {
            let callbacks = Callbacks {
                look_up,
                each_row: None,
            };
            examiner.examine(&self.rulebook, file, callbacks)
        })?;
        let Examined {
            assessment,
            found,
            marked,
            ..
        } = examined;
        let grounds = Grounds {
            recipe: self.recipe.clone(),
            earlier: found.earlier.clone(),
            stopped: examined
                .stop
                .map(|cause| cause.zh(&self.config.limits.for_file(job.bytes.len()))),
            marked: sha256_hex(&marked),
        };
        let ending = crate::annotate::ending(&marked);
        let result = names::result(&job.path, assessment.verdict, &job.number, ending);
        let parcels = self.parcels(job, &assessment, &found, (&result, marked.into()))?;
        let conclusion = Conclusion {
            id: job.id,
            assessment,
            keys: examined.keys,
            portrait: examined.portrait,
            previous: found.previous,
            version: found.version,
            result,
            parcels,
            grounds,
        };
        Ok((conclusion, examined.stop))
    }

    /// A file that was in hand when the program died is read in a process of its own, also where the others are not.
    fn wary<T>(
        &self,
        job: &Job,
        examiner: &mut Examiner,
        examine: impl FnOnce(&mut Examiner) -> T,
    ) -> T {
        match &self.config.program {
            Some(program) if job.tries > 0 && !examiner.is_apart() => {
                let limits = self.config.limits.clone();
                examine(&mut Examiner::apart(program.clone(), limits))
            }
            _ => examine(examiner),
        }
    }

    fn parcels(
        &self,
        job: &Job,
        assessment: &Assessment,
        found: &Found,
        (result, marked): (&str, Arc<[u8]>),
    ) -> anyhow::Result<Vec<Parcel>> {
        let file = |kind, target: String| Parcel {
            kind,
            target,
            message_id: String::new(),
            body: Arc::clone(&marked),
        };
        let mut parcels = vec![file(ParcelKind::Result, result.to_owned())];
        if assessment.verdict.is_accepted() {
            let district = assessment.district.as_deref().unwrap_or(names::NO_FOLDER);
            parcels.push(file(
                ParcelKind::Accepted,
                names::accepted(district, result),
            ));
        }
        let recipients = self.recipients(job, assessment);
        if !recipients.is_empty() {
            let is_attached = marked.len() <= ATTACHMENT_BYTES_MAX;
            let texts = self.texts(job, assessment, found, (result, is_attached))?;
            let ending = result.rsplit_once('.').map_or("xlsx", |(_, ending)| ending);
            for to in recipients {
                let attachment = is_attached.then(|| Attachment {
                    name: format!("{}.{ending}", job.number),
                    bytes: marked.to_vec(),
                });
                parcels.push(self.verdict_mail(job, found, &texts, (to, attachment))?);
            }
        }
        if self.config.after == crate::config::After::Move {
            parcels.push(Parcel {
                kind: ParcelKind::Move,
                target: job.path.clone(),
                message_id: String::new(),
                body: assessment.sha256.as_bytes().into(),
            });
        }
        Ok(parcels)
    }

    /// Who is told: the district whose folder the file was dropped into, else the one that the form names.
    fn recipients(&self, job: &Job, assessment: &Assessment) -> &[String] {
        let district = job.folder.as_ref().or(assessment.district.as_ref());
        let addresses = district.and_then(|id| self.config.mail.districts.get(id));
        addresses.map_or(&[], Vec::as_slice)
    }

    fn texts(
        &self,
        job: &Job,
        assessment: &Assessment,
        found: &Found,
        (result, is_attached): (&str, bool),
    ) -> anyhow::Result<Texts> {
        let edition = assessment.edition.as_deref();
        let edition = edition.and_then(|id| self.rulebook.policies.edition(id));
        let district = assessment.district.as_deref().or(job.folder.as_deref());
        let notice = VerdictNotice {
            id: &job.number,
            version: found.version,
            received_at: job.received_at,
            assessment,
            earlier: &found.earlier,
            district_name: district.and_then(|id| self.district_name(id)),
            edition: edition.map(|edition| &**edition),
            result_path: result,
            is_attached,
            contact: self.config.mail.contact.as_deref(),
        };
        // A text of the operator's may fail on what no example showed: the district is told all the same.
        let texts = self.notices.verdict(&notice).or_else(|error| {
            tracing::error!(%error, "a mail template failed, the built-in one is used");
            Notices::builtin().verdict(&notice)
        });
        texts.context("the notice cannot be written")
    }

    /// The official name of a district.
    #[must_use]
    pub fn district_name(&self, id: &str) -> Option<&str> {
        let districts = self
            .rulebook
            .policies
            .editions()
            .flat_map(|edition| &edition.districts);
        districts
            .into_iter()
            .find(|district| district.id == id)
            .map(|district| district.name.as_str())
    }

    fn verdict_mail(
        &self,
        job: &Job,
        found: &Found,
        texts: &Texts,
        (to, attachment): (&String, Option<Attachment>),
    ) -> anyhow::Result<Parcel> {
        let before = found.earlier.previous.as_ref();
        let in_reply_to = before.map(|before| self.message_id("verdict", &before.id, to));
        let message_id = self.message_id("verdict", &job.number, to);
        let date = self.zone.to_timestamp(job.received_at)?;
        self.mail(texts, to, (message_id, in_reply_to), (attachment, date))
    }

    /// A mail as a parcel.
    ///
    /// # Errors
    /// Where an address of the configuration is none.
    pub fn mail(
        &self,
        texts: &Texts,
        to: &str,
        (message_id, in_reply_to): (String, Option<String>),
        (attachment, date): (Option<Attachment>, jiff::Timestamp),
    ) -> anyhow::Result<Parcel> {
        let bytes = compose(&Draft {
            from: self.config.mail.from.clone(),
            to: to.to_owned(),
            subject: texts.subject.clone(),
            text: texts.text.clone(),
            html: texts.html.clone(),
            attachment,
            message_id: message_id.clone(),
            in_reply_to,
            date,
        })?;
        Ok(Parcel {
            kind: ParcelKind::Mail,
            target: to.to_owned(),
            message_id,
            body: bytes.into(),
        })
    }

    /// The identity of a mail (RFC 5322 §3.6.4): the same kind, subject matter and recipient give the same one.
    #[must_use]
    pub fn message_id(&self, kind: &str, about: &str, to: &str) -> String {
        let digest = sha2::Sha256::digest(format!("{kind}\n{about}\n{to}"));
        let short: String = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let name: String = about
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .take(16)
            .collect();
        let from = self.config.mail.from.trim_end_matches('>');
        let host = from.rsplit_once('@').map_or("localhost", |(_, host)| host);
        format!("{name}.{kind}.{short}@{host}")
    }

    /// Where a path of the output folder lies on this machine.
    #[must_use]
    pub fn output(&self, path: &str) -> std::path::PathBuf {
        self.config.output_path(path)
    }
}

/// What people see of an assessment in one line of a terminal: the gravest first.
#[must_use]
pub fn in_short(assessment: &Assessment) -> String {
    use crate::rules::Severity;
    let count = |severity| assessment.count(severity);
    let told = [
        (count(Severity::Block), "to correct"),
        (count(Severity::Explain), "to explain"),
        (count(Severity::Advice) + count(Severity::Note), "to know"),
    ];
    let told: Vec<String> = told
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    match (assessment.verdict, told.is_empty()) {
        (Verdict::Accepted, true) => "nothing to object".to_owned(),
        _ => told.join(", "),
    }
}
