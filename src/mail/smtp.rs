//! Mails over SMTP, command by command, so that it is known how far an attempt came (RFC 5321).
//!
//! One connection is used again for at most 50 mails. Port 465 is TLS, 587 requires STARTTLS, any other port is
//! plain text and only for a server on this machine. This file never waits between mails: [`Smtp::pause_between`]
//! tells the caller how long to.

use std::cell::Cell;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;

use super::classify::{Fault, Phase, classify};
use super::compose::address;
use super::{Sent, Transport};

/// Mails over one connection; Chinese providers close it at about this number.
const MAILS_A_CONNECTION: u32 = 50;

/// Longest password file, in bytes.
const PASSWORD_BYTES_MAX: u64 = 1024;

/// Bytes of a mail that are handed over at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// A mail server. The connection is opened with the first mail.
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    timeout: Duration,
    pause: Duration,
    connection: Option<Open>,
}

/// How the conversation is protected.
enum Security {
    /// TLS from the first byte.
    Tls(TlsParameters),
    /// STARTTLS, without which nothing is said.
    StartTls(TlsParameters),
    /// None; only to this machine.
    Plain,
}

/// A connection that is ready for a mail.
struct Open {
    line: SmtpConnection,
    mails: u32,
}

impl Smtp {
    /// Checks the settings and reads the password; connects to nothing. `root` is the folder of the configuration.
    ///
    /// # Errors
    /// Where the password file cannot be read, or others than its owner may read it; where a port other than 465
    /// or 587 is given for a server that is not this machine; where a number is 0.
    pub fn open(config: &crate::config::Smtp, root: &Path) -> anyhow::Result<Self> {
        ensure!(config.timeout_s > 0, "`timeout_s` must be 1 or more");
        ensure!(
            config.mails_per_minute > 0,
            "`mails_per_minute` must be 1 or more"
        );
        let credentials = match (&config.user, &config.password_file) {
            (None, None) => None,
            (Some(user), Some(file)) => {
                let file = root.join(file);
                let password = password(&file)
                    .with_context(|| format!("cannot use the password file {}", file.display()))?;
                Some(Credentials::new(user.clone(), password))
            }
            _ => anyhow::bail!("`user` and `password_file` go together: give both or neither"),
        };
        Ok(Self {
            host: config.host.clone(),
            port: config.port,
            security: security(&config.host, config.port)?,
            credentials,
            timeout: Duration::from_secs(config.timeout_s.into()),
            pause: Duration::from_secs(60) / config.mails_per_minute,
            connection: None,
        })
    }

    /// How long to wait between two mails, so that no more than `mails_per_minute` go out.
    #[must_use]
    pub const fn pause_between(&self) -> Duration {
        self.pause
    }

    /// The open connection if it still answers, otherwise a new one.
    fn connected(&mut self) -> Result<Open, Fault> {
        if let Some(mut open) = self.connection.take() {
            if open.mails >= MAILS_A_CONNECTION {
                // The server has the mails already; whether it says goodbye does not matter.
                let _ = open.line.quit();
            } else if open.line.test_connected() {
                return Ok(open);
            }
        }
        let line = self.connect()?;
        Ok(Open { line, mails: 0 })
    }

    fn connect(&self) -> Result<SmtpConnection, Fault> {
        let hello = ClientId::default();
        let tls = match &self.security {
            Security::Tls(parameters) => Some(parameters),
            Security::StartTls(_) | Security::Plain => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut line = SmtpConnection::connect(server, Some(self.timeout), &hello, tls, None)
            .map_err(at(Phase::Connect))?;
        if let Security::StartTls(parameters) = &self.security {
            if !line.can_starttls() {
                return Err(incapable(Phase::Tls, 530, "the server offers no STARTTLS"));
            }
            line.starttls(parameters, &hello).map_err(at(Phase::Tls))?;
        }
        if let Some(credentials) = &self.credentials {
            const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
            if line.server_info().get_auth_mechanism(&MECHANISMS).is_none() {
                let text = "the server offers neither AUTH PLAIN nor AUTH LOGIN";
                return Err(incapable(Phase::Auth, 534, text));
            }
            line.auth(&MECHANISMS, credentials)
                .map_err(at(Phase::Auth))?;
        }
        Ok(line)
    }

    fn attempt(&mut self, from: Address, to: Address, bytes: &[u8]) -> Result<(), Fault> {
        let mut open = self.connected()?;
        let result = transfer(&mut open.line, from, to, bytes);
        open.mails += 1;
        // After a reply with a code the conversation is in step; after anything else it is not.
        let in_step = match &result {
            Ok(()) => true,
            Err(fault) => fault.code.is_some() && open.line.command(Rset).is_ok(),
        };
        if in_step {
            self.connection = Some(open);
        }
        result
    }
}

impl Transport for Smtp {
    fn send(&mut self, from: &str, to: &str, _message_id: &str, bytes: &[u8]) -> Sent {
        let Some(sender) = address(from) else {
            return Sent::Stopped("the sender is not an address".to_owned());
        };
        let Some(recipient) = address(to) else {
            return Sent::Refused("the recipient is not an address".to_owned());
        };
        match self.attempt(sender, recipient, bytes) {
            Ok(()) => Sent::Accepted,
            Err(fault) => classify(&fault),
        }
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        if let Some(mut open) = self.connection.take() {
            // Every mail has its answer already; a lost goodbye changes nothing.
            let _ = open.line.quit();
        }
    }
}

/// One mail over a connection that is ready.
fn transfer(
    line: &mut SmtpConnection,
    from: Address,
    to: Address,
    bytes: &[u8],
) -> Result<(), Fault> {
    line.command(Mail::new(Some(from), Vec::new()))
        .map_err(at(Phase::Mail))?;
    line.command(Rcpt::new(to, Vec::new()))
        .map_err(at(Phase::Rcpt))?;
    line.command(Data).map_err(at(Phase::Data))?;
    // The library writes the final dot when it has asked for a chunk beyond the last: until then every failure is
    // one before the dot, and the server cannot have accepted the mail.
    let phase = Cell::new(Phase::Data);
    let mut chunks = bytes.chunks(CHUNK_BYTES);
    let content = std::iter::from_fn(|| {
        let chunk = chunks.next();
        if chunk.is_none() {
            phase.set(Phase::Dot);
        }
        chunk
    });
    line.message_iter(content)
        .map(drop)
        .map_err(|error| at(phase.get())(error))
}

/// A failure of the library at a phase.
fn at(phase: Phase) -> impl Fn(Error) -> Fault {
    move |error| Fault {
        phase,
        code: error.status().map(u16::from),
        text: std::error::Error::source(&error)
            .map_or_else(|| error.to_string(), |e| e.to_string()),
    }
}

/// A server that lacks what is required, as the reply it would have given (RFC 4954 §6).
fn incapable(phase: Phase, code: u16, text: &str) -> Fault {
    Fault {
        phase,
        code: Some(code),
        text: text.to_owned(),
    }
}

fn security(host: &str, port: u16) -> anyhow::Result<Security> {
    let tls = || {
        TlsParameters::new(host.to_owned())
            .with_context(|| format!("cannot prepare TLS for `{host}`"))
    };
    match port {
        465 => Ok(Security::Tls(tls()?)),
        587 => Ok(Security::StartTls(tls()?)),
        _ if ["localhost", "127.0.0.1", "::1"].contains(&host) => Ok(Security::Plain),
        _ => anyhow::bail!(
            "port {port} of `{host}` would be plain text, which is only for this machine: use 465 (TLS) or 587 (STARTTLS)"
        ),
    }
}

/// The first line of a file that only its owner can read.
fn password(file: &Path) -> anyhow::Result<String> {
    let handle = std::fs::File::open(file)?;
    let mode = handle.metadata()?.mode();
    ensure!(
        mode & 0o077 == 0,
        "others can read it (mode {:o}): run `chmod 600` on it",
        mode & 0o777
    );
    let mut text = String::new();
    handle.take(PASSWORD_BYTES_MAX).read_to_string(&mut text)?;
    let first = text.lines().next().unwrap_or_default();
    ensure!(!first.is_empty(), "it has no password in its first line");
    Ok(first.to_owned())
}
