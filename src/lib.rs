//! liandong (联动) checks applications for jointly funded science projects and gives every workbook back marked.
//!
//! # The flow: one way, no turning back
//!
//! ```text
//!  folder ──> intake ──> ledger ──> assess ─────────────────────────────────> ledger ──> outbox ──> results, mail
//!  (shared)   settled?   received   read -> form -> check (rules) -> share     assessed   files, SMTP  answered
//!             hash                  -> annotate -> notice                      + outbox
//! ```

// -- words: depend on nothing of ours

pub mod money;

pub mod place;

pub mod district;

// -- core, in the order the data flows

pub mod policy;

pub mod read;

pub mod form;

pub mod rules;

pub mod focus;

pub mod share;

pub mod assess;

pub mod annotate;

pub mod register;

pub mod notice;

// -- shell: everything that can fail for outside reasons

pub mod config;

pub mod cli;

pub mod mail;
