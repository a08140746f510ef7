//! What the process that reads files gives up before it sees the first: memory and computing time without end,
//! files, network, other programs. There is no way back.
//!
//! Three layers, so that one that a machine lacks is not missed: limits of the process (no new file descriptor,
//! memory), Landlock (files, ports, signals to others), seccomp (an allow-list of what computing takes). A call that
//! is not allowed fails with `EPERM` instead of ending the process, so that a system library that tries one more
//! thing than ours is no outage. What could not be put in place is told, not passed over.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _,
    RulesetStatus, Scope,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

/// Descriptors that the process keeps: standard input, output and error.
pub const DESCRIPTORS: u64 = 3;
const MIB: u64 = 1024 * 1024;

/// Gives everything up. The process must not have a second thread yet. Each line says what could not be put in place.
#[must_use]
pub fn lock_down(memory_mib: u64) -> Vec<String> {
    let layers = [
        ("the limit on memory", lower(Resource::As, memory_mib * MIB)),
        ("the limit on dumps", lower(Resource::Core, 0)),
        ("Landlock", landlock()),
        // Landlock takes a descriptor of its own.
        (
            "the limit on descriptors",
            lower(Resource::Nofile, DESCRIPTORS),
        ),
        ("seccomp", seccomp()),
    ];
    let missing = layers.into_iter().filter_map(|(layer, done)| {
        let why = done.err()?;
        Some(format!("{layer}: {why}"))
    });
    missing.collect()
}

/// The limit on computing time, as it was set last.
#[derive(Debug, Default)]
pub struct Clock {
    /// In seconds from the start of the process.
    limit: Option<u64>,
}

impl Clock {
    /// From here on the process may compute for so many seconds more; then the system ends it with `SIGXCPU`.
    ///
    /// # Errors
    /// Where a lower limit was set from outside.
    pub fn allow(&mut self, seconds: u64) -> std::io::Result<()> {
        let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
        let used = u64::try_from(used).unwrap_or_default();
        // What it has used is rounded up to whole seconds: for most files the limit stays where it is.
        let most = used + 1 + seconds;
        if self.limit == Some(most) {
            return Ok(());
        }
        let maximum = getrlimit(Resource::Cpu).maximum;
        let limit = Rlimit {
            current: Some(maximum.map_or(most, |maximum| maximum.min(most))),
            maximum,
        };
        setrlimit(Resource::Cpu, limit)?;
        self.limit = Some(most);
        Ok(())
    }
}

/// Lowers a limit for good; one that is lower already stays.
fn lower(resource: Resource, most: u64) -> Result<(), String> {
    let least = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    let limits = getrlimit(resource);
    let limit = Rlimit {
        current: least(limits.current),
        maximum: least(limits.maximum),
    };
    setrlimit(resource, limit).map_err(|error| error.to_string())
}

/// Without any file, port, abstract socket or signal to others, as far as this kernel knows them.
fn landlock() -> Result<(), String> {
    let asked = ABI::V6;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(asked))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(asked)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(asked)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(|error| error.to_string())?;
    match status.ruleset {
        RulesetStatus::FullyEnforced => Ok(()),
        RulesetStatus::PartiallyEnforced => Err("this kernel knows a part of it".to_owned()),
        RulesetStatus::NotEnforced => Err("this kernel does not have it".to_owned()),
    }
}

/// Calls that computing takes, whatever their arguments.
const CALLS: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
];

/// What an argument must be: its number from 0, how it is compared, with what.
type Condition = (u8, SeccompCmpOp, u64);

/// Only the calls above, and some with these arguments: input is read, output and error are written, memory is not made
/// executable, a thread is no process, a signal goes to itself, of limits only computing time is set.
fn seccomp() -> Result<(), String> {
    let own = u64::from(std::process::id());
    let value = |number: i32| u64::try_from(number).unwrap_or_default();
    let executable = value(libc::PROT_EXEC);
    let thread = value(libc::CLONE_THREAD);
    let with: [(i64, &[Condition]); 9] = [
        (libc::SYS_read, &[(0, SeccompCmpOp::Eq, 0)]),
        (libc::SYS_readv, &[(0, SeccompCmpOp::Eq, 0)]),
        (libc::SYS_write, &[(0, SeccompCmpOp::Le, 2)]),
        (libc::SYS_writev, &[(0, SeccompCmpOp::Le, 2)]),
        (
            libc::SYS_mmap,
            &[(2, SeccompCmpOp::MaskedEq(executable), 0)],
        ),
        (
            libc::SYS_mprotect,
            &[(2, SeccompCmpOp::MaskedEq(executable), 0)],
        ),
        (
            libc::SYS_clone,
            &[(0, SeccompCmpOp::MaskedEq(thread), thread)],
        ),
        (libc::SYS_tgkill, &[(0, SeccompCmpOp::Eq, own)]),
        (
            libc::SYS_prlimit64,
            &[
                (0, SeccompCmpOp::Eq, 0),
                (1, SeccompCmpOp::Eq, u64::from(libc::RLIMIT_CPU)),
            ],
        ),
    ];
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        CALLS.iter().map(|call| (*call, Vec::new())).collect();
    for (call, conditions) in with {
        rules.insert(call, vec![rule(conditions)?]);
    }
    // The flags of `clone3` lie in memory, where no filter looks: it is as if it did not exist, and the system's
    // library falls back on `clone`.
    let without = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    let refused = |number: i32| SeccompAction::Errno(u32::try_from(number).unwrap_or_default());
    filter(without, SeccompAction::Allow, refused(libc::ENOSYS))?;
    filter(rules, refused(libc::EPERM), SeccompAction::Allow)
}

fn rule(conditions: &[Condition]) -> Result<SeccompRule, String> {
    let conditions = conditions.iter().map(|(argument, operator, value)| {
        let length = SeccompCmpArgLen::Dword;
        SeccompCondition::new(*argument, length, operator.clone(), *value)
    });
    let conditions: Result<Vec<_>, _> = conditions.collect();
    conditions
        .and_then(SeccompRule::new)
        .map_err(|error| error.to_string())
}

fn filter(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    others: SeccompAction,
    these: SeccompAction,
) -> Result<(), String> {
    let machine: TargetArch = std::env::consts::ARCH
        .try_into()
        .map_err(|_| format!("not known for {}", std::env::consts::ARCH))?;
    let program: Result<BpfProgram, _> =
        SeccompFilter::new(rules, others, these, machine).and_then(TryInto::try_into);
    let program = program.map_err(|error| error.to_string())?;
    seccompiler::apply_filter(&program).map_err(|error| error.to_string())
}
