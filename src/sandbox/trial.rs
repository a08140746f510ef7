//! Whether the lock holds on this machine: gives everything up as a child does, then tries to get each thing back.

use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, setrlimit};
use serde::{Deserialize, Serialize};

use super::lockdown::{DESCRIPTORS, lock_down};
use super::{Limits, PROGRAM};

/// One thing that a child must not be able to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// What was tried.
    pub what: String,
    /// Why it failed; `null` where it did not.
    pub refused: Option<String>,
}

/// What became of all of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Trial {
    /// What could not be given up, a line each.
    pub missing: Vec<String>,
    /// What was tried afterwards.
    pub attempts: Vec<Attempt>,
}

/// Locks this process down, for good, and tries.
#[must_use]
pub fn run(limits: &Limits) -> Trial {
    let folder = std::env::temp_dir();
    let written = folder.join(format!("liandong-trial-{}", std::process::id()));
    let here = Ipv4Addr::LOCALHOST;
    let parent = rustix::process::getppid().unwrap_or(Pid::INIT);
    let missing = lock_down(limits.memory_mib);
    let memory_bytes = usize::try_from(limits.memory_mib * 1024 * 1024).unwrap_or(usize::MAX);
    let attempts = vec![
        tried("read a file", std::fs::read(PROGRAM)),
        tried("list a folder", std::fs::read_dir(&folder)),
        tried("write a file", std::fs::write(&written, b"")),
        tried("remove a file", std::fs::remove_file(PROGRAM)),
        tried("make a folder", std::fs::create_dir(&written)),
        tried("see a file's dates", std::fs::metadata(PROGRAM)),
        tried("listen on a port", TcpListener::bind((here, 0))),
        tried("call a port", TcpStream::connect((here, 80))),
        tried("send a datagram", UdpSocket::bind((here, 0))),
        tried("listen on a socket", UnixListener::bind(&written)),
        tried("call a socket", UnixStream::connect("/run/systemd/notify")),
        tried(
            "start a program",
            Command::new(PROGRAM).arg("--version").output(),
        ),
        tried("signal another process", kill_process(parent, Signal::CONT)),
        tried(
            "take all memory",
            Vec::<u8>::new().try_reserve_exact(memory_bytes),
        ),
        tried("lift a limit", lift()),
    ];
    Trial { missing, attempts }
}

fn tried<T, E: std::fmt::Display>(what: &'static str, result: Result<T, E>) -> Attempt {
    let refused = result.err().map(|error| error.to_string());
    let what = what.to_owned();
    Attempt { what, refused }
}

/// The limit on descriptors.
fn lift() -> std::io::Result<()> {
    let limit = Rlimit {
        current: Some(DESCRIPTORS + 1),
        maximum: None,
    };
    Ok(setrlimit(Resource::Nofile, limit)?)
}
