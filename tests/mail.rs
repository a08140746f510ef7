//! Mail as a server and a folder get it: real SMTP conversations on the loopback with a scripted server.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use liandong::config;
use liandong::mail::{Attachment, Draft, Folder, Memory, Sent, Smtp, Transport, compose};

#[path = "support/smtp.rs"]
mod server;

use server::{Act, Script, Server};

/// The configuration that leads to a server of ours.
fn config(server: &Server) -> config::Smtp {
    smtp("127.0.0.1", server.port)
}

fn client(server: &Server) -> Smtp {
    Smtp::open(&config(server), Path::new(".")).unwrap()
}

fn smtp(host: &str, port: u16) -> config::Smtp {
    config::Smtp {
        host: host.to_owned(),
        port,
        user: None,
        password_file: None,
        timeout_s: 1,
        mails_per_minute: 10,
    }
}

fn draft() -> Draft {
    Draft {
        from: "科技局 <bureau@example.com>".to_owned(),
        to: "district@example.com".to_owned(),
        subject: "您申报的项目 LD2024-000123 需要修改三处,请改正后重新提交".to_owned(),
        text: "您好:\n.以点开头的一行\n".to_owned(),
        html: "<p>您好</p>\n".to_owned(),
        attachment: Some(Attachment {
            name: "LD2024-000123.xlsx".to_owned(),
            bytes: (0..=255).cycle().take(50_000).collect(),
        }),
        message_id: "a1b2c3@liandong.local".to_owned(),
        in_reply_to: Some("a0@liandong.local".to_owned()),
        date: "2024-05-06T01:02:03Z".parse().unwrap(),
    }
}

const FROM: &str = "bureau@example.com";
const TO: &str = "district@example.com";
const ID: &str = "a1b2c3@liandong.local";

fn send(client: &mut Smtp, to: &str) -> Sent {
    client.send(FROM, to, ID, &compose(&draft()).unwrap())
}

/// What one attempt with this script comes to.
fn outcome(script: Script) -> Sent {
    send(&mut client(&Server::start(script)), TO)
}

/// The value of a header, unfolded, with its RFC 2047 words decoded.
fn header(mail: &str, name: &str) -> String {
    let head = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let value = head
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}: ")))
        .unwrap_or_else(|| panic!("{name} in {head}"));
    let mut bytes = Vec::new();
    for word in value.split(' ') {
        match word
            .strip_prefix("=?utf-8?b?")
            .and_then(|rest| rest.strip_suffix("?="))
        {
            Some(encoded) => bytes.extend(base64(encoded)),
            None => bytes.extend(format!(" {word} ").bytes()),
        }
    }
    String::from_utf8(bytes).unwrap().trim().replace("  ", " ")
}

/// The bytes of a base64 text, line breaks ignored.
fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for letter in text.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else {
            continue;
        };
        bits = (bits << 6 | u32::try_from(value).unwrap()) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).unwrap());
        }
    }
    bytes
}

/// The body of the part whose head contains `mark`.
fn part<'a>(mail: &'a str, mark: &str) -> &'a str {
    let rest = &mail[mail
        .find(mark)
        .unwrap_or_else(|| panic!("{mark} in {mail}"))..];
    let body = rest.split_once("\r\n\r\n").unwrap().1;
    body.split("\r\n--").next().unwrap()
}

#[test]
fn a_mail_arrives_with_its_chinese_subject_texts_and_attachment() {
    let server = Server::start(vec![]);
    assert_eq!(send(&mut client(&server), TO), Sent::Accepted);
    let got = server.got();
    assert_eq!(got[0].from, "<bureau@example.com>");
    assert_eq!(got[0].to, "<district@example.com>");
    let mail = String::from_utf8(got[0].data.clone()).unwrap();
    assert!(mail.is_ascii());
    assert_eq!(header(&mail, "Subject"), draft().subject);
    assert_eq!(header(&mail, "From"), "科技局 <bureau@example.com>");
    assert_eq!(header(&mail, "To"), TO);
    assert_eq!(header(&mail, "Date"), "Mon, 06 May 2024 01:02:03 +0000");
    assert_eq!(header(&mail, "Message-ID"), "<a1b2c3@liandong.local>");
    assert_eq!(header(&mail, "In-Reply-To"), "<a0@liandong.local>");
    assert_eq!(header(&mail, "References"), "<a0@liandong.local>");
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&mail, "X-Auto-Response-Suppress"), "All");
    assert!(header(&mail, "Content-Type").starts_with("multipart/mixed"));
    let text = base64(part(&mail, "Content-Type: text/plain"));
    assert_eq!(
        String::from_utf8(text).unwrap(),
        "您好:\r\n.以点开头的一行\r\n"
    );
    let attached = part(&mail, "attachment; filename=\"LD2024-000123.xlsx\"");
    assert_eq!(base64(attached), draft().attachment.unwrap().bytes);
}

#[test]
fn lines_that_begin_with_a_dot_arrive_as_they_were() {
    let server = Server::start(vec![]);
    let bytes = b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\nend\r\n";
    assert_eq!(client(&server).send(FROM, TO, ID, bytes), Sent::Accepted);
    assert!(server.got()[0].data.starts_with(bytes));
}

#[test]
fn two_mails_use_one_connection() {
    let server = Server::start(vec![]);
    let mut client = client(&server);
    assert_eq!(send(&mut client, TO), Sent::Accepted);
    assert_eq!(send(&mut client, "b@example.com"), Sent::Accepted);
    let got = server.got();
    assert_eq!(got[1].to, "<b@example.com>");
    assert_eq!((got[0].connection, got[1].connection), (0, 0));
}

#[test]
fn the_fifty_first_mail_opens_a_new_connection() {
    let server = Server::start(vec![]);
    let mut client = client(&server);
    for _ in 0..51 {
        assert_eq!(client.send(FROM, TO, ID, b"x\r\n"), Sent::Accepted);
    }
    let got = server.got();
    assert_eq!((got[49].connection, got[50].connection), (0, 1));
}

#[test]
fn a_connection_that_died_between_two_mails_is_opened_again() {
    let server = Server::start(vec![("NOOP", Act::Cut)]);
    let mut client = client(&server);
    assert_eq!(send(&mut client, TO), Sent::Accepted);
    assert_eq!(send(&mut client, TO), Sent::Accepted);
    assert_eq!(server.got()[1].connection, 1);
}

#[test]
fn a_refused_recipient_is_refused_and_the_next_mail_goes_through() {
    let server = Server::start(vec![("RCPT", Act::Say(b"550 User not found\r\n"))]);
    let mut client = client(&server);
    let refused = send(&mut client, "nobody@example.com");
    assert_eq!(
        refused,
        Sent::Refused("naming the recipient: 550 User not found".to_owned())
    );
    assert_eq!(send(&mut client, TO), Sent::Accepted);
    let got = server.got();
    assert_eq!((got.len(), got[0].connection), (1, 0));
}

#[test]
fn a_temporary_reply_is_later() {
    for place in ["HELLO", "MAIL", "RCPT", "DATA", "DOT"] {
        let sent = outcome(vec![(place, Act::Say(b"451 come back\r\n"))]);
        assert!(matches!(sent, Sent::Later(_)), "{place}: {sent:?}");
    }
    let sent = outcome(vec![("RCPT", Act::Say(b"550 Ip frequency limited\r\n"))]);
    assert!(matches!(sent, Sent::Later(_)), "{sent:?}");
}

#[test]
fn a_mail_refused_after_the_final_dot_is_refused() {
    let sent = outcome(vec![("DOT", Act::Say(b"554 DT:SPM\r\n"))]);
    assert!(matches!(sent, Sent::Refused(_)), "{sent:?}");
}

#[test]
fn a_cut_before_the_final_dot_is_later_and_after_it_unknown() {
    for place in ["HELLO", "EHLO", "MAIL", "RCPT", "DATA"] {
        let sent = outcome(vec![(place, Act::Cut)]);
        assert!(matches!(sent, Sent::Later(_)), "{place}: {sent:?}");
    }
    let sent = outcome(vec![("DOT", Act::Cut)]);
    assert!(matches!(sent, Sent::Unknown(_)), "{sent:?}");
}

#[test]
fn a_cut_in_the_middle_of_a_mail_is_later() {
    // More than both sides' buffers hold, so that the client is still writing when the connection ends.
    let long = b"a line of a long mail\r\n".repeat(2_000_000);
    let server = Server::start(vec![("DATA", Act::SayAndCut(b"354 go on\r\n"))]);
    let sent = client(&server).send(FROM, TO, ID, &long);
    assert!(matches!(sent, Sent::Later(_)), "{sent:?}");
}

#[test]
fn a_silent_server_ends_by_the_time_out() {
    let sent = outcome(vec![("HELLO", Act::Silence)]);
    assert!(matches!(sent, Sent::Later(_)), "{sent:?}");
    let sent = outcome(vec![("DOT", Act::Silence)]);
    assert!(matches!(sent, Sent::Unknown(_)), "{sent:?}");
}

#[test]
fn a_reply_in_gbk_is_later_before_the_final_dot_and_unknown_after_it() {
    const REPLY: Act = Act::Say(b"550 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda\r\n");
    let sent = outcome(vec![("RCPT", REPLY)]);
    assert!(matches!(sent, Sent::Later(_)), "{sent:?}");
    let sent = outcome(vec![("DOT", REPLY)]);
    assert!(matches!(sent, Sent::Unknown(_)), "{sent:?}");
}

#[test]
fn a_server_that_is_not_there_is_later() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let mut client = Smtp::open(&smtp("127.0.0.1", port), Path::new(".")).unwrap();
    let sent = send(&mut client, TO);
    assert!(matches!(sent, Sent::Later(_)), "{sent:?}");
}

/// A configuration with an account whose password file has this mode.
fn with_account(server: &Server, dir: &Path, mode: u32) -> config::Smtp {
    let file = dir.join("password");
    std::fs::write(&file, "geheim\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    config::Smtp {
        user: Some("bureau".to_owned()),
        password_file: Some("password".into()),
        ..config(server)
    }
}

#[test]
fn the_account_logs_in_once_a_connection() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(vec![]);
    let mut client = Smtp::open(&with_account(&server, dir.path(), 0o600), dir.path()).unwrap();
    assert_eq!(send(&mut client, TO), Sent::Accepted);
    assert_eq!(send(&mut client, TO), Sent::Accepted);
    let logins = server.logins.lock().unwrap().clone();
    assert_eq!(logins.len(), 1);
    let secret = logins[0].strip_prefix("AUTH PLAIN ").unwrap();
    assert_eq!(base64(secret), b"\0bureau\0geheim");
}

#[test]
fn a_wrong_password_stops_and_a_busy_system_does_not() {
    let dir = tempfile::tempdir().unwrap();
    for (reply, stopped) in [
        (&b"535 Error: authentication failed\r\n"[..], true),
        (b"535 Error: authentication failed, system busy\r\n", false),
    ] {
        let server = Server::start(vec![("AUTH", Act::Say(reply))]);
        let config = with_account(&server, dir.path(), 0o600);
        let sent = send(&mut Smtp::open(&config, dir.path()).unwrap(), TO);
        assert_eq!(matches!(sent, Sent::Stopped(_)), stopped, "{sent:?}");
        assert_eq!(matches!(sent, Sent::Later(_)), !stopped, "{sent:?}");
        assert!(server.got().is_empty());
    }
}

#[test]
fn an_account_without_a_way_to_log_in_stops() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(vec![("EHLO", Act::Say(b"250 test\r\n"))]);
    let config = with_account(&server, dir.path(), 0o600);
    let sent = send(&mut Smtp::open(&config, dir.path()).unwrap(), TO);
    assert!(matches!(sent, Sent::Stopped(_)), "{sent:?}");
}

#[test]
fn a_password_that_others_can_read_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(vec![]);
    for mode in [0o640, 0o604] {
        let config = with_account(&server, dir.path(), mode);
        let error = Smtp::open(&config, dir.path()).err().unwrap();
        assert!(format!("{error:#}").contains("chmod 600"), "{error:#}");
    }
}

#[test]
fn plain_text_is_only_for_this_machine() {
    for host in ["localhost", "127.0.0.1", "::1"] {
        assert!(Smtp::open(&smtp(host, 25), Path::new(".")).is_ok());
    }
    for host in ["mail.example.com", "127.0.0.1.example.com"] {
        let error = Smtp::open(&smtp(host, 25), Path::new(".")).err().unwrap();
        assert!(error.to_string().contains("use 465 (TLS)"), "{error}");
    }
}

#[test]
fn settings_of_zero_and_half_an_account_are_refused() {
    let zero_timeout = config::Smtp {
        timeout_s: 0,
        ..smtp("localhost", 25)
    };
    let zero_mails = config::Smtp {
        mails_per_minute: 0,
        ..smtp("localhost", 25)
    };
    let half = config::Smtp {
        user: Some("bureau".to_owned()),
        ..smtp("localhost", 25)
    };
    for config in [zero_timeout, zero_mails, half] {
        assert!(Smtp::open(&config, Path::new(".")).is_err(), "{config:?}");
    }
}

#[test]
fn the_pause_keeps_to_the_mails_a_minute() {
    let client = Smtp::open(&smtp("localhost", 25), Path::new(".")).unwrap();
    assert_eq!(client.pause_between(), Duration::from_secs(6));
}

#[test]
fn the_same_draft_gives_the_same_bytes() {
    let bytes = compose(&draft()).unwrap();
    assert_eq!(bytes, compose(&draft()).unwrap());
    let other = Draft {
        message_id: "other@liandong.local".to_owned(),
        ..draft()
    };
    assert_ne!(bytes, compose(&other).unwrap());
}

#[test]
fn every_line_of_a_mail_ends_in_crlf_and_is_short_enough() {
    let long = Draft {
        text: "x".repeat(5_000),
        html: "长".repeat(5_000),
        ..draft()
    };
    let bytes = compose(&long).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.ends_with("\r\n"));
    for line in text.split_terminator("\r\n") {
        // RFC 5322 §2.1.1: 998 characters without the CRLF.
        assert!(!line.contains(['\r', '\n']) && line.len() <= 998, "{line}");
    }
}

#[test]
fn a_line_break_in_a_name_or_subject_becomes_a_space() {
    let broken = Draft {
        from: "科技局\r\nBcc: x@example.com <bureau@example.com>".to_owned(),
        to: "Dis\ntrict\u{7} <district@example.com>".to_owned(),
        subject: "第一行\n第二行\r\nBcc: x@example.com".to_owned(),
        ..draft()
    };
    let mail = String::from_utf8(compose(&broken).unwrap()).unwrap();
    assert!(!mail.contains("\r\nBcc"), "{mail}");
    assert!(header(&mail, "To").contains("Dis trict"), "{mail}");
    assert!(header(&mail, "Subject").starts_with("第一行 第二行"));
}

#[test]
fn a_bad_address_is_an_error_that_says_which() {
    let bad = Draft {
        to: "a@example.com, b@example.com".to_owned(),
        ..draft()
    };
    assert_eq!(
        compose(&bad).unwrap_err().to_string(),
        "`to`: `a@example.com, b@example.com` is not an address such as name@example.com"
    );
    let bad = Draft {
        message_id: "../x".to_owned(),
        ..draft()
    };
    assert_eq!(compose(&bad).unwrap_err().field, "message_id");
}

#[test]
fn a_mail_without_an_attachment_has_the_two_texts_only() {
    let plain = Draft {
        attachment: None,
        in_reply_to: None,
        ..draft()
    };
    let mail = String::from_utf8(compose(&plain).unwrap()).unwrap();
    assert!(header(&mail, "Content-Type").starts_with("multipart/alternative"));
    assert!(!mail.contains("In-Reply-To") && !mail.contains("attachment"));
}

/// The names in a folder, sorted.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_folder_takes_a_mail_once_and_leaves_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let mails = dir.path().join("mail");
    let mut folder = Folder::new(mails.clone());
    let bytes = compose(&draft()).unwrap();
    assert_eq!(folder.send(FROM, TO, ID, &bytes), Sent::Accepted);
    assert_eq!(folder.send(FROM, TO, ID, &bytes), Sent::Accepted);
    assert_eq!(std::fs::read(mails.join("a1b2c3.eml")).unwrap(), bytes);
    assert!(matches!(
        folder.send(FROM, TO, ID, b"other"),
        Sent::Refused(_)
    ));
    assert_eq!(std::fs::read(mails.join("a1b2c3.eml")).unwrap(), bytes);
    assert_eq!(names(&mails), ["a1b2c3.eml"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_later() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let sent = Folder::new(file).send(FROM, TO, ID, b"x");
    assert!(matches!(sent, Sent::Later(_)), "{sent:?}");
}

#[test]
fn memory_keeps_what_was_sent() {
    let mut memory = Memory::default();
    assert_eq!(memory.send(FROM, TO, ID, b"x"), Sent::Accepted);
    assert_eq!(
        memory.sent,
        [(FROM.to_owned(), TO.to_owned(), b"x".to_vec())]
    );
}
