//! liandong (联动) checks applications for jointly funded science projects (厅地联动项目) and gives every workbook
//! back marked.
//!
//! Districts drop Excel workbooks into a shared folder. Each is read, checked against a catalogue of rules that
//! name their clause, its shares computed to the 分, and answered: the district's own workbook with the marks in
//! place, validated workbooks and a register for the bureau, mails for districts and reviewers.
//!
//! # The flow: one way, no turning back
//!
//! ```text
//!  folder ──> intake ──> ledger ──> assess ────────────────────────────> ledger ──> outbox ──> results, mail
//!  (shared)   settled?   received   read -> form -> rules -> share        assessed   files, SMTP  answered
//!             whole?     bytes       -> annotate -> notice                + parcels
//! ```
//!
//! * The **core** ([`assess`] and all it calls) is pure: bytes, edition, earlier facts and a date in; an
//!   [`assess::Assessment`] out. It names no disk, no network, no clock, and cannot fail: an unreadable file is a
//!   verdict. `tests/tidy.rs` holds this.
//! * The **shell** (intake, ledger, mail, service, cli) does everything that can fail for outside reasons. The
//!   service is a list of steps (`receive`, `assess`, `register`, `digest`, `deliver`, `alarm`), each safe to do
//!   twice; it reads no clock and waits for nothing: the moment comes in, and how long to wait comes out.
//! * Because the core is pure, the whole of it runs in a child process that has given up files, network, programs and
//!   memory without end ([`sandbox`]): the file and what is known of others in, the assessment and the marked copy out.
//!   Each worker keeps one warm. That it died over a file is a verdict on that file. Nothing else opens what a district
//!   sent: the child is asked too whether a container is whole, and for a verdict again.
//! * Workers assess; conclusions are stored in groups, by one worker at a time, while the others go on ([`service`], `pool`).
//!   A worker asks the ledger for the version before only when every earlier submission in hand is known to be another
//!   project or is stored (`turns`), so that the order of receipt decides, not the speed of a thread.
//! * What must go out is stored with the conclusion that it follows from, as rendered bytes. A file is published
//!   under its final name in one step, a mail has an identity that follows from what it answers and who gets it.
//! * Same bytes, edition, rules version and earlier facts give the same assessment and the same result bytes, so a
//!   verdict can be replayed years later under the policy of its day ([`replay`]): the ledger keeps the text of each
//!   edition and form once, by the hash of its content, and with each conclusion what else it rests on.
//!
//! # Words
//!
//! One word per thing, in code, ledger, mail and documentation: *submission* (a file received), *workbook* (its
//! cells), *form* (what it means), *edition* (a policy with its dates), *clause*, *rule*, *finding*, *share*,
//! *assessment* (all we concluded), *notice* (a mail to be sent), *register* (the bureau's workbook), *ledger*.
//!
//! # What a file is to the ledger
//!
//! A *submission* is a file with a content in a district's folder. Touched or renamed it is the same submission; the same
//! content in another file is a version of its own, which is answered and says so (P13), as is content that a later
//! version had replaced. The version before is the latest of the same project (unit's code and title), or one that was
//! sent back and lay at the same place, or the one whose marked copy this file is.
//!
//! # Lists of many projects
//!
//! A recommended list (推荐汇总表) is one submission of many rows. Its sheet is never held: [`read::xlsx::stream`] gives a row
//! at a time, [`form::summary`] makes an application of it of which only the list's columns are known, and the rules
//! that need no more look at it ([`assess::summary`]). The form's file names these rules; what holds for all rows is
//! judged once. The conclusion keeps counts and a bounded number of findings, and the marked copy is the district's own
//! sheet with its cells passed on as they come. Its rows are no projects of the register: an application is.
//!
//! # What is data
//!
//! Policies (`templates/policies/*.toml`), the form (`templates/forms/*.toml`) and mails (`templates/mail`) are
//! files. No policy number and no label of the form stands in the code.
//!
//! # The modules, in reading order

// -- words: depend on nothing of ours

/// Exact yuan; ratios; the only rounding; amounts in words.
pub mod money;

/// Sheet and cell as a spreadsheet writes them.
pub mod place;

/// Names and aliases to districts; never guesses.
pub mod district;

// -- core, in the order the data flows

/// What the bureau has settled: waivers, and what they settle.
pub mod waiver;

/// Editions: which one is in force, with its clauses, classes and numbers.
pub mod policy;

/// Bytes to a workbook; knows spreadsheets only.
pub mod read;

/// A workbook to an application; the layout is data.
pub mod form;

/// The catalogue, and the engine that runs it.
pub mod rules;

/// What the problem's text proves.
pub mod focus;

/// Who pays what, with the steps kept.
pub mod share;

/// The marked workbook.
pub mod annotate;

/// Mails from templates.
pub mod notice;

/// The bureau's workbook.
pub mod register;

/// The whole core in one place.
pub mod assess;

/// The verdict again, compared with what was stored.
pub mod replay;

// -- shell: everything that can fail for outside reasons

/// File to checked configuration.
pub mod config;

/// Which files of the inbox are new and whole.
pub mod intake;

/// Everything received, concluded, and to be sent.
pub mod ledger;

/// Mails: composed once, sent one recipient at a time.
pub mod mail;

/// Files that appear in full or not at all.
pub mod publish;

/// Files are read in processes that can do no harm.
pub mod sandbox;

/// One tick of the whole: intake, assessment, outbox.
pub mod service;

/// The command line.
pub mod cli;
