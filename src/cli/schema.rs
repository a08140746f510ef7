//! `liandong schema`: the JSON Schema of one assessment.

use super::Exit;
use crate::assess::Assessment;

/// Runs `schema`.
///
/// # Errors
/// Where standard output cannot be written.
pub fn run() -> anyhow::Result<Exit> {
    let schema = schemars::schema_for!(Assessment);
    super::say(&serde_json::to_string_pretty(&schema)?)?;
    Ok(Exit::Fine)
}
