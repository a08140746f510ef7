//! When to try again: after 1, 5, 15 and 60 minutes, then hourly, for 72 hours; then a person must look.

use std::time::Duration;

use crate::ledger::{Attempt, Outgoing, ParcelState};
use crate::mail::Sent;

const PAUSES_S: [i64; 4] = [60, 300, 900, 3600];
const HOURLY_S: i64 = 3600;
/// How long all mail rests where the account, the sender or the server's certificate is at fault.
pub(super) const STOPPED_FOR: Duration = Duration::from_secs(3600);
const GIVE_UP_AFTER_S: i64 = 72 * 3600;
/// Attempts of unknown outcome: servers do not tell two copies of a mail apart, so a second one is the last.
const LOST_MAX: u32 = 2;

/// What an attempt came to, and when the next one is.
#[must_use]
pub fn after(outgoing: &Outgoing, sent: Sent, now_s: i64) -> Attempt {
    let tried = usize::try_from(outgoing.tries).unwrap_or(usize::MAX);
    let pause_s = PAUSES_S.get(tried).copied().unwrap_or(HOURLY_S);
    let attempt = |state, pause_s, is_lost, note| Attempt {
        id: outgoing.id,
        state,
        next_s: now_s.saturating_add(pause_s),
        is_lost,
        note,
    };
    let is_old = now_s.saturating_sub(outgoing.created_s) >= GIVE_UP_AFTER_S;
    match sent {
        Sent::Accepted => attempt(ParcelState::Done, 0, false, String::new()),
        Sent::Refused(why) => attempt(ParcelState::NeedsAttention, 0, false, why),
        Sent::Unknown(why) if outgoing.lost + 1 >= LOST_MAX => {
            attempt(ParcelState::NeedsAttention, 0, true, why)
        }
        Sent::Unknown(why) => attempt(ParcelState::Waiting, pause_s, true, why),
        Sent::Later(why) | Sent::Stopped(why) if is_old => {
            attempt(ParcelState::NeedsAttention, 0, false, why)
        }
        Sent::Later(why) => attempt(ParcelState::Waiting, pause_s, false, why),
        Sent::Stopped(why) => attempt(ParcelState::Waiting, HOURLY_S, false, why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Parcel, ParcelKind};

    fn outgoing(tries: u32, lost: u32) -> Outgoing {
        let parcel = Parcel {
            kind: ParcelKind::Mail,
            target: String::new(),
            message_id: String::new(),
            body: Vec::new().into(),
        };
        Outgoing {
            id: 1,
            number: None,
            parcel,
            state: ParcelState::Sending,
            tries,
            lost,
            created_s: 0,
            next_s: 0,
            note: String::new(),
        }
    }

    fn later() -> Sent {
        Sent::Later("busy".to_owned())
    }

    #[test]
    fn pauses_grow_and_end() {
        let next: Vec<i64> = (0..6)
            .map(|tries| after(&outgoing(tries, 0), later(), 0).next_s)
            .collect();
        assert_eq!(next, [60, 300, 900, 3600, 3600, 3600]);
        let just_before = after(&outgoing(9, 0), later(), GIVE_UP_AFTER_S - 1);
        assert_eq!(just_before.state, ParcelState::Waiting);
        let after_three_days = after(&outgoing(9, 0), later(), GIVE_UP_AFTER_S);
        assert_eq!(after_three_days.state, ParcelState::NeedsAttention);
    }

    #[test]
    fn a_mail_of_unknown_fate_is_sent_once_more_and_no_more() {
        let lost = || Sent::Unknown("reset".to_owned());
        let first = after(&outgoing(0, 0), lost(), 0);
        assert_eq!((first.state, first.is_lost), (ParcelState::Waiting, true));
        assert_eq!(
            after(&outgoing(1, 1), lost(), 0).state,
            ParcelState::NeedsAttention
        );
    }
}
