//! A mail server on the loopback that does what its script says.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a scripted server does instead of its usual answer.
#[derive(Clone, Copy)]
pub enum Act {
    Say(&'static [u8]),
    SayAndCut(&'static [u8]),
    Cut,
    Silence,
}

/// The line of the client (`DOT` after a mail, `HELLO` at the greeting) and what to do about it, once each.
pub type Script = Vec<(&'static str, Act)>;

/// A mail as the server got it; `connection` counts from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    pub connection: usize,
    pub from: String,
    pub to: String,
    pub data: Vec<u8>,
}

#[derive(Clone)]
pub struct Server {
    pub port: u16,
    script: Arc<Mutex<Script>>,
    got: Arc<Mutex<Vec<Got>>>,
    pub logins: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            script: Arc::new(Mutex::new(script)),
            got: Arc::default(),
            logins: Arc::default(),
        };
        let own = server.clone();
        std::thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                // A client that goes away in the middle is part of the tests.
                let _ = own.converse(connection, stream.unwrap());
            }
        });
        server
    }

    /// The scripted answer to `line`, or the usual one.
    fn act(&self, line: &str, usual: &'static [u8]) -> Act {
        let mut script = self.script.lock().unwrap();
        match script.iter().position(|(start, _)| line.starts_with(start)) {
            Some(place) => script.remove(place).1,
            None => Act::Say(usual),
        }
    }

    fn converse(&self, connection: usize, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut writer = stream;
        let (mut from, mut to, mut line) = (String::new(), String::new(), String::from("HELLO"));
        loop {
            let usual: &[u8] = match line.split([' ', ':']).next().unwrap_or_default() {
                "HELLO" => b"220 test ready\r\n",
                "EHLO" => b"250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n",
                "AUTH" => b"235 welcome\r\n",
                "DATA" => b"354 go on\r\n",
                "QUIT" => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            match self.act(&line, usual) {
                Act::Say(reply) => writer.write_all(reply)?,
                Act::SayAndCut(reply) => return writer.write_all(reply),
                Act::Cut => return Ok(()),
                Act::Silence => {
                    // Until the client gives up and closes.
                    while reader.read_line(&mut line)? > 0 {}
                    return Ok(());
                }
            }
            if line.starts_with("AUTH") {
                self.logins.lock().unwrap().push(line.clone());
            } else if let Some(path) = line.strip_prefix("MAIL FROM:") {
                path.clone_into(&mut from);
            } else if let Some(path) = line.strip_prefix("RCPT TO:") {
                path.clone_into(&mut to);
            } else if line == "DATA" {
                let data = data(&mut reader)?;
                self.got.lock().unwrap().push(Got {
                    connection,
                    from: from.clone(),
                    to: to.clone(),
                    data,
                });
                line = String::from("DOT");
                continue;
            }
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            line.truncate(line.trim_end().len());
        }
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

/// A mail up to its final dot, with the dots at the beginning of lines taken back.
fn data(reader: &mut impl std::io::BufRead) -> std::io::Result<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(data);
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
