//! Waivers that nobody needs: expired, or settling nothing.

use jiff::civil::Date;

use crate::ledger::{Answered, Ledger};
use crate::waiver::Waiver;

/// What is to be said of the waivers of a configuration, a line each; the ledger is asked only where there are any.
///
/// # Errors
/// Where the ledger does not answer.
pub fn idle(waivers: &[Waiver], ledger: &mut dyn Ledger, today: Date) -> Answered<Vec<String>> {
    if waivers.is_empty() {
        return Ok(Vec::new());
    }
    let used = ledger.waivers()?;
    let told = waivers.iter().filter_map(|waiver| {
        let (name, is_used) = (waiver.in_short(), used.contains(waiver));
        if waiver.until < today {
            Some(format!("waiver {name} has expired: remove it, or have it decided anew"))
        } else if waiver.from <= today && !is_used {
            Some(format!(
                "waiver {name} settles nothing so far: see whether rule, project and days are as meant"
            ))
        } else {
            None
        }
    });
    Ok(told.collect())
}
