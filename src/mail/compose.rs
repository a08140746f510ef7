//! A draft to the bytes of a mail (RFC 5322 and MIME). Pure: the same draft gives the same bytes.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};

/// Longest subject or display name, in characters; the rest is cut. Clients show about 60.
const HEADER_CHARS_MAX: usize = 200;

/// The media type of `.xlsx`, as registered with IANA.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// That of `.xlsm`.
const XLSM: &str = "application/vnd.ms-excel.sheet.macroEnabled.12";

/// A mail to compose. Texts are already rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The sender: `a@example.com`, or with a name: `科技局 <a@example.com>`.
    pub from: String,
    /// The one recipient, in the same form.
    pub to: String,
    /// The subject; line breaks and control characters become spaces, at most 200 characters stay.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
    /// A workbook that goes with it.
    pub attachment: Option<Attachment>,
    /// The Message-ID without angle brackets: `LOCAL@HOST`, of ASCII letters, digits and `. _ - + =`.
    pub message_id: String,
    /// The Message-ID of the mail that this one continues, so that clients show them together.
    pub in_reply_to: Option<String>,
    /// When it was written.
    pub date: jiff::Timestamp,
}

/// A workbook (`.xlsx`) that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its file name, ASCII (`LD2024-000123.xlsx`), as old clients show no other; other characters become `_`.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// An address or Message-ID that no mail can carry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}`: `{given}` is not {expected}")]
pub struct BadAddress {
    /// Where it stands: `from`, `to`, `message_id`, `in_reply_to`.
    pub field: &'static str,
    /// What stands there, without control characters.
    pub given: String,
    /// What should stand there.
    pub expected: &'static str,
}

/// The bytes of the mail (RFC 5322, lines end in CRLF, all ASCII). The same draft gives the same bytes: nothing is
/// taken from the clock or from chance, and the MIME boundaries follow from the Message-ID.
///
/// # Errors
/// Where `from` or `to` is not one address of ASCII characters, or a Message-ID has not the form `LOCAL@HOST`.
pub fn compose(draft: &Draft) -> Result<Vec<u8>, BadAddress> {
    let id = message_id("message_id", &draft.message_id)?;
    let mut builder = Message::builder()
        .from(mailbox("from", &draft.from)?)
        .to(mailbox("to", &draft.to)?)
        .subject(clean(&draft.subject))
        .date(UNIX_EPOCH + Duration::from_secs(draft.date.as_second().max(0).unsigned_abs()))
        .raw_header(header("Message-ID", format!("<{id}>")));
    if let Some(earlier) = &draft.in_reply_to {
        let earlier = format!("<{}>", message_id("in_reply_to", earlier)?);
        builder = builder
            .raw_header(header("In-Reply-To", earlier.clone()))
            .raw_header(header("References", earlier));
    }
    let message = builder
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", "All".to_owned()))
        .multipart(body(draft, id))
        .map_err(|_| BadAddress {
            field: "to",
            given: clean(&draft.to),
            expected: "an address",
        })?;
    Ok(message.formatted())
}

/// The address within `given`, which may have a display name. `None` where there is none, more than one, or one
/// that is not ASCII (few servers take those, RFC 6531).
pub(super) fn address(given: &str) -> Option<Address> {
    let bare = split(given).1;
    let ascii = bare.chars().all(|letter| letter.is_ascii_graphic());
    ascii.then(|| bare.parse().ok()).flatten()
}

/// Display name and address: `科技局 <a@b.cn>` gives `科技局` and `a@b.cn`.
fn split(given: &str) -> (&str, &str) {
    match given
        .trim()
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'))
    {
        Some((name, address)) => (name.trim().trim_matches('"'), address.trim()),
        None => ("", given.trim()),
    }
}

fn mailbox(field: &'static str, given: &str) -> Result<Mailbox, BadAddress> {
    let address = address(given).ok_or_else(|| BadAddress {
        field,
        given: clean(given),
        expected: "an address such as name@example.com",
    })?;
    let name = clean(split(given).0);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// Checks a Message-ID (RFC 5322 §3.6.4, and narrower: what is also safe in a file name).
fn message_id<'a>(field: &'static str, given: &'a str) -> Result<&'a str, BadAddress> {
    let sound = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || ".-_+=".contains(letter))
    };
    match given.split_once('@') {
        Some((local, host)) if sound(local) && sound(host) => Ok(given),
        _ => Err(BadAddress {
            field,
            given: clean(given),
            expected: "of the form LOCAL@HOST",
        }),
    }
}

/// A header whose value is known to be short and ASCII, written as it stands.
fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str(name),
        value.clone(),
        value,
    )
}

/// One line for a header: control and direction characters and line breaks become single spaces. A line break in a
/// display name would otherwise end the program inside the mail library.
fn clean(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|letter| if breaks_a_line(letter) { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(HEADER_CHARS_MAX).collect()
}

fn breaks_a_line(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn body(draft: &Draft, id: &str) -> MultiPart {
    let seed: String = Sha256::digest(id.as_bytes())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let texts = MultiPart::alternative()
        .boundary(format!("texts-{seed}"))
        .singlepart(SinglePart::plain(crlf(&draft.text)))
        .singlepart(SinglePart::html(crlf(&draft.html)));
    match &draft.attachment {
        None => texts,
        Some(attachment) => MultiPart::mixed()
            .boundary(format!("parts-{seed}"))
            .multipart(texts)
            .singlepart(attached(attachment)),
    }
}

fn attached(attachment: &Attachment) -> SinglePart {
    let name: String = attachment
        .name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || ".-_".contains(letter) {
                letter
            } else {
                '_'
            }
        })
        .collect();
    let media_type = if name.ends_with(".xlsm") { XLSM } else { XLSX };
    let content_type = ContentType::parse(media_type).unwrap_or(ContentType::TEXT_PLAIN);
    let content =
        Body::new_with_encoding(attachment.bytes.clone(), ContentTransferEncoding::Base64);
    // Base64 takes any bytes, so the second arm, where the library chooses, is never entered.
    let content = content.unwrap_or_else(Body::new);
    lettre::message::Attachment::new(name).body(content, content_type)
}

/// Lines end in CRLF, however they ended before.
fn crlf(text: &str) -> String {
    let mut lines = text.lines().collect::<Vec<_>>().join("\r\n");
    lines.push_str("\r\n");
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_with_and_without_a_name() {
        for (given, name, found) in [
            ("a@b.cn", "", "a@b.cn"),
            ("  a@b.cn ", "", "a@b.cn"),
            ("<a@b.cn>", "", "a@b.cn"),
            ("科技局 <a@b.cn>", "科技局", "a@b.cn"),
            ("\"A, B\" <a@b.cn>", "A, B", "a@b.cn"),
        ] {
            assert_eq!(split(given).0, name, "{given}");
            assert_eq!(address(given).unwrap().to_string(), found, "{given}");
        }
    }

    #[test]
    fn what_is_not_one_ascii_address_is_none() {
        for given in [
            "",
            "a",
            "a@",
            "@b",
            "a@b.cn, c@d.cn",
            "a@b.cn\r\nBcc: c@d.cn",
            "张@b.cn",
            "a b@c.cn",
        ] {
            assert_eq!(address(given), None, "{given}");
        }
    }

    #[test]
    fn a_header_text_becomes_one_line() {
        assert_eq!(
            clean("科技局\r\nBcc: x@y\u{0}\u{202E}尾"),
            "科技局 Bcc: x@y 尾"
        );
        assert_eq!(clean(&"长".repeat(201)).chars().count(), 200);
    }

    #[test]
    fn a_message_id_has_two_parts_of_safe_characters() {
        assert!(message_id("message_id", "a1.b-2_c@liandong.local").is_ok());
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a/b@c",
            "a@b>\r\nX: y",
            "a b@c",
        ] {
            assert!(message_id("message_id", bad).is_err(), "{bad}");
        }
    }
}
