//! What a server's answer, or its silence, means for the mail: by phase, code and text.
//!
//! The library's own flags are not used: a reset, a bad certificate and a time-out set none of them.

use super::Sent;

/// How far an attempt had come when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// TCP, on port 465 TLS, the greeting and EHLO.
    Connect,
    /// STARTTLS and the EHLO after it.
    Tls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA and the mail up to, not including, the final dot.
    Data,
    /// The final dot and its answer.
    Dot,
}

/// A failure: where, the reply's code if one could be read, and the text of the reply or of the error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// How far the attempt had come.
    pub(super) phase: Phase,
    /// The code of the reply (RFC 5321 §4.2.1); `None` without a reply that could be read.
    pub(super) code: Option<u16>,
    /// What the server or the system said.
    pub(super) text: String,
}

/// Longest reason that is kept, in characters.
const REASON_CHARS_MAX: usize = 300;

/// Words of a 5xx reply that asks to come back later, as Chinese providers give it.
const BUSY: &[&str] = &[
    "frequency limit",
    "frequently",
    "too many",
    "rate limit",
    "system busy",
    "system is busy",
    "try again later",
    "频率",
    "频繁",
    "繁忙",
    "稍后再试",
];

/// Words of a 535 reply that names the password among the causes. Trying on would lock the account.
const PASSWORD: &[&str] = &["password", "authorization code", "密码", "授权码"];

/// Words of a failed TLS handshake where the other side could not prove who it is.
const CERTIFICATE: &[&str] = &["certificate", "unknownissuer", "notvalidforname"];

/// What the fault means. Every fault has a meaning, and none means to retry for ever: that limit is the caller's.
pub(super) fn classify(fault: &Fault) -> Sent {
    let text = fault.text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let reason = reason(fault);
    match (fault.code, fault.phase) {
        (Some(400..=499), _) => Sent::Later(reason),
        (Some(535), _) if says(BUSY) && !says(PASSWORD) => Sent::Later(reason),
        (Some(530 | 534 | 535), _) => Sent::Stopped(reason),
        (Some(_), _) if says(BUSY) => Sent::Later(reason),
        // No recipient was named yet, so the server refuses this machine, the account or the sender.
        (Some(_), Phase::Connect | Phase::Tls | Phase::Auth | Phase::Mail) => Sent::Stopped(reason),
        (Some(_), Phase::Rcpt | Phase::Data | Phase::Dot) => Sent::Refused(reason),
        (None, Phase::Connect | Phase::Tls) if says(CERTIFICATE) => Sent::Stopped(reason),
        (None, Phase::Dot) => Sent::Unknown(reason),
        (None, _) => Sent::Later(reason),
    }
}

/// One line for a person: phase, code, text.
fn reason(fault: &Fault) -> String {
    let phase = match fault.phase {
        Phase::Connect => "connecting",
        Phase::Tls => "starting TLS",
        Phase::Auth => "logging in",
        Phase::Mail => "naming the sender",
        Phase::Rcpt => "naming the recipient",
        Phase::Data => "sending the mail",
        Phase::Dot => "after the mail",
    };
    let code = fault
        .code
        .map(|code| format!(" {code}"))
        .unwrap_or_default();
    let text: String = fault
        .text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    format!("{phase}:{code} {}", text.trim())
        .chars()
        .take(REASON_CHARS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Phase, code (0: none), text, and the meaning.
    const TABLE: &[(Phase, u16, &str, &str)] = &[
        (
            Phase::Connect,
            0,
            "Connection refused (os error 111)",
            "later",
        ),
        (
            Phase::Connect,
            0,
            "failed to lookup address information",
            "later",
        ),
        (
            Phase::Connect,
            0,
            "Resource temporarily unavailable (os error 11)",
            "later",
        ),
        (
            Phase::Connect,
            0,
            "invalid peer certificate: UnknownIssuer",
            "stopped",
        ),
        (
            Phase::Connect,
            0,
            "invalid peer certificate: Expired",
            "stopped",
        ),
        (Phase::Connect, 421, "Too many connections", "later"),
        (Phase::Connect, 550, "Connection frequency limited", "later"),
        (Phase::Connect, 554, "your address is blocked", "stopped"),
        (
            Phase::Tls,
            0,
            "invalid peer certificate: NotValidForName",
            "stopped",
        ),
        (
            Phase::Tls,
            0,
            "Connection reset by peer (os error 104)",
            "later",
        ),
        (Phase::Tls, 454, "TLS not available", "later"),
        (
            Phase::Auth,
            454,
            "Temporary authentication failure",
            "later",
        ),
        (
            Phase::Auth,
            535,
            "Error: authentication failed, system busy",
            "later",
        ),
        (Phase::Auth, 535, "系统繁忙,请稍后再试", "later"),
        (Phase::Auth, 535, "Error: authentication failed", "stopped"),
        (
            Phase::Auth,
            535,
            "password is incorrect, login frequency limited, or system is busy",
            "stopped",
        ),
        (Phase::Auth, 535, "密码错误或系统繁忙", "stopped"),
        (
            Phase::Auth,
            530,
            "Must issue a STARTTLS command first",
            "stopped",
        ),
        (Phase::Auth, 534, "mechanism too weak", "stopped"),
        (Phase::Auth, 503, "bad sequence", "stopped"),
        (
            Phase::Auth,
            0,
            "stream did not contain valid UTF-8",
            "later",
        ),
        (Phase::Mail, 530, "Authentication required", "stopped"),
        (Phase::Mail, 550, "Ip frequency limited", "later"),
        (
            Phase::Mail,
            553,
            "Mail from must equal authorized user",
            "stopped",
        ),
        (Phase::Mail, 451, "greylisted", "later"),
        (Phase::Rcpt, 450, "mailbox busy", "later"),
        (Phase::Rcpt, 550, "User not found", "refused"),
        (Phase::Rcpt, 550, "Domain frequency limited", "later"),
        (Phase::Rcpt, 550, "发送频率过高", "later"),
        (Phase::Rcpt, 553, "mailbox name not allowed", "refused"),
        (
            Phase::Rcpt,
            0,
            "Connection reset by peer (os error 104)",
            "later",
        ),
        (
            Phase::Rcpt,
            0,
            "stream did not contain valid UTF-8",
            "later",
        ),
        (Phase::Data, 554, "no valid recipients", "refused"),
        (Phase::Data, 0, "Broken pipe (os error 32)", "later"),
        (Phase::Dot, 451, "local error", "later"),
        (Phase::Dot, 552, "message exceeds size", "refused"),
        (Phase::Dot, 554, "DT:SPM", "refused"),
        (Phase::Dot, 550, "sending too frequently", "later"),
        (
            Phase::Dot,
            0,
            "Connection reset by peer (os error 104)",
            "unknown",
        ),
        (Phase::Dot, 0, "incomplete response", "unknown"),
        (
            Phase::Dot,
            0,
            "Resource temporarily unavailable (os error 11)",
            "unknown",
        ),
        (
            Phase::Dot,
            0,
            "stream did not contain valid UTF-8",
            "unknown",
        ),
    ];

    #[test]
    fn every_line_of_the_table_has_its_meaning() {
        for &(phase, code, text, meaning) in TABLE {
            let fault = Fault {
                phase,
                code: (code > 0).then_some(code),
                text: text.to_owned(),
            };
            let found = match classify(&fault) {
                Sent::Accepted => "accepted",
                Sent::Later(_) => "later",
                Sent::Refused(_) => "refused",
                Sent::Stopped(_) => "stopped",
                Sent::Unknown(_) => "unknown",
            };
            assert_eq!(found, meaning, "{phase:?} {code} {text}");
        }
    }

    #[test]
    fn a_reason_is_one_short_line() {
        let fault = Fault {
            phase: Phase::Rcpt,
            code: Some(550),
            text: "User not found\r\n".repeat(100),
        };
        let Sent::Refused(reason) = classify(&fault) else {
            panic!("refused");
        };
        assert!(reason.starts_with("naming the recipient: 550 User not found"));
        assert!(!reason.contains('\n') && reason.chars().count() <= 300);
    }
}
