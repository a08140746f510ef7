#!/usr/bin/env python3
"""Kills `liandong run` at every kind of system call that changes a disk, or lets the call find the disk full; then a
plain run must finish the work: everything answered once, nothing twice, nothing half.

kill_sweep.py BINARY SAMPLES [POINTS]

SAMPLES is an inbox with a folder a district, or a workspace with an `inbox`. POINTS is how many calls of a kind are tried at the most,
20 by default. Needs strace; as root it also fills a small file system of its own. Ends with 1 on any fault.
"""

import concurrent.futures
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile

WORKBOOKS = 6
TIMEOUT_S = 60
KILLS = ["fsync,fdatasync", "rename,renameat,renameat2,link,linkat", "pwrite64", "write", "openat", "unlink", "mkdir"]
FULL = ["pwrite64", "write", "fsync,fdatasync", "fallocate"]
TMPFS_KIB = [40, 120, 300, 500, 900, 1500]
FOLDERS = ["results", "accepted", "mail", "register"]


class Sweep:
    def __init__(self, binary, samples, points, root):
        self.binary, self.points, self.root = binary, points, root
        found = sorted(samples.rglob("*.xlsx"), key=lambda file: file.parent.name)
        step = max(1, len(found) // WORKBOOKS)
        self.samples = [(file, file.relative_to(samples)) for file in found[::step][:WORKBOOKS]]
        self.faults, self.counts, self.hits = [], {}, {}
        self.plain = None

    def workspace(self, name, output="."):
        folder = self.root / name
        for file, below in self.samples:
            target = folder / "inbox" / below
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        mails = "".join(f'{id} = ["a@example.org", "b@example.org"]\n' for id in sorted({below.parts[0] for _, below in self.samples}))
        (folder / "liandong.toml").write_text(
            f'settle_s = 0\nworkers = 2\noutput = "{output}"\n[mail]\nreviewers = ["r@example.org"]\n'
            f"[mail.districts]\n{mails}"
        )
        return folder

    def run(self, folder, *strace):
        command = [*strace, self.binary, "run", "-c", folder / "liandong.toml"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
        return done.returncode, done.stderr

    def strace(self, folder, calls, inject=None):
        # All threads, but not the processes that read files: tests/sandbox.rs ends those.
        options = ["strace", "-f", "-b", "execve", "-qq", "-o", folder / "strace", "-e", f"trace={calls}"]
        return [*options, *(["-e", f"inject={calls}:{inject}"] if inject else [])]

    def points_of(self, calls):
        """How often a thread makes these calls in an undisturbed run, thinned."""
        folder = self.workspace("count-" + calls.replace(",", "-"))
        self.run(folder, *self.strace(folder, calls))
        by_thread = {}
        for line in (folder / "strace").read_text(errors="replace").splitlines():
            thread, call = line.split(maxsplit=1)
            if call.split("(")[0] in calls.split(","):
                by_thread[thread] = by_thread.get(thread, 0) + 1
        most = max(by_thread.values(), default=0)
        step = max(1, -(-most // self.points))
        return range(1, most + 1, step)

    def fault(self, where, what):
        self.faults.append(f"{where}: {what}")

    def finish(self, where, folder, output="."):
        """A plain run, then everything must be as after an undisturbed one."""
        code, stderr = self.run(folder)
        if code not in (0, 1) or stderr:
            self.fault(where, f"the run afterwards ended with {code}: {stderr}")
        out = folder / output
        names = sorted(str(file.relative_to(out)) for name in FOLDERS for file in (out / name).rglob("*") if file.is_file())
        if names != self.plain and self.plain is not None:
            self.fault(where, f"other files: {sorted(set(names) ^ set(self.plain))}")
        for name in names:
            if name.endswith(".xlsx") and zipfile.ZipFile(out / name).testzip():
                self.fault(where, f"{name} is damaged")
        db = sqlite3.connect(out / "ledger.db")
        if db.execute("PRAGMA integrity_check").fetchone() != ("ok",) or db.execute("PRAGMA foreign_key_check").fetchone():
            self.fault(where, "the ledger is damaged")
        states = dict(db.execute("SELECT state, count(*) FROM submission GROUP BY state"))
        if states != {"answered": len(self.samples)}:
            self.fault(where, f"submissions are {states}")
        twice = "SELECT submission, kind, target, count(*) FROM outbox GROUP BY 1, 2, 3 HAVING count(*) > 1 OR max(state) <> 'done'"
        for row in db.execute(twice):
            self.fault(where, f"parcel {row}")
        for kind, target, message, body in db.execute(
            "SELECT kind, target, message_id, bytes FROM outbox JOIN blob ON blob.id = outbox.body"
        ):
            file = out / (f"mail/{message.split('@')[0]}.eml" if kind == "mail" else target)
            if not file.exists() or file.read_bytes() != body:
                self.fault(where, f"{file} is not what was to go out")
        db.close()
        return names

    def one(self, calls, inject, number):
        where = f"{calls} {inject}"
        folder = self.workspace(f"{calls.split(',')[0]}-{number}-{inject.split(':')[0].replace('=', '-')}-{inject[-1] == '+'}")
        try:
            # Not with --seccomp-bpf: strace 6.1 then lets the call pass without the signal.
            code, stderr = self.run(folder, *self.strace(folder, calls, inject))
            log = (folder / "strace").read_text(errors="replace")
            is_hit = code in (-9, 137) if inject.startswith("signal") else "(INJECTED)" in log
            self.hits.setdefault(f"{calls} {inject.split(':')[0]}", []).append(is_hit)
            if inject.startswith("error"):
                # Where every write fails from here on, so do those on standard error.
                is_mute = calls == "write" and inject.endswith("+")
                self.judge_error(where, code, stderr or "liandong: " * is_mute)
            self.finish(where, folder)
        except subprocess.TimeoutExpired as hung:
            self.fault(where, f"no end after {TIMEOUT_S} s: {hung.cmd[-4:]}")
        except (sqlite3.Error, zipfile.BadZipFile) as error:
            self.fault(where, repr(error))
        shutil.rmtree(folder)

    def judge_error(self, where, code, stderr):
        lines = stderr.splitlines()
        if code not in (0, 1, 3) or code == 3 and not lines:
            self.fault(where, f"ended with {code}: {stderr}")
        if any(not line.startswith("liandong: ") or "a fault" in line for line in lines):
            self.fault(where, f"said {stderr}")

    def full_disk(self, size_kib):
        where = f"tmpfs of {size_kib} KiB"
        folder = self.workspace(f"full-{size_kib}", output="out")
        out = folder / "out"
        out.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", out], check=True)
        try:
            code, stderr = self.run(folder)
            self.judge_error(where, code, stderr)
            subprocess.run(["mount", "-o", "remount,size=64m", out], check=True)
            self.finish(where, folder, "out")
        except (subprocess.TimeoutExpired, sqlite3.Error, zipfile.BadZipFile) as error:
            self.fault(where, repr(error))
        finally:
            subprocess.run(["umount", out], check=True)

    def sweep(self):
        self.plain = self.finish("undisturbed", self.workspace("plain"))
        jobs = []
        for calls in dict.fromkeys(KILLS + FULL):
            for number in self.points_of(calls):
                if calls in KILLS:
                    jobs.append((calls, f"signal=SIGKILL:when={number}", number))
                if calls in FULL:
                    jobs.append((calls, f"error=ENOSPC:when={number}", number))
                    if number % 3 == 0:
                        jobs.append((calls, f"error=ENOSPC:when={number}+", number))
        for _, inject, _ in jobs:
            kind = inject.split(":")[0]
            self.counts[kind] = self.counts.get(kind, 0) + 1
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda job: self.one(*job), jobs))
        if os.geteuid() == 0:
            for size_kib in TMPFS_KIB:
                self.full_disk(size_kib)
            self.counts["full disks"] = len(TMPFS_KIB)
        for kind, hits in self.hits.items():
            # The last call of a kind may be missing in one run or another, not most of them.
            if sum(hits) * 2 < len(hits):
                self.fault(kind, f"only {sum(hits)} of {len(hits)} were hit")
        self.counts["hit"] = sum(map(sum, self.hits.values()))
        for fault in self.faults:
            print(fault, file=sys.stderr)
        counts = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        print(f"kill sweep: {counts}; {len(self.plain)} files each time; {len(self.faults)} faults")
        return bool(self.faults)


def main():
    binary, samples = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    samples = samples / "inbox" if (samples / "inbox").is_dir() else samples
    points = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    with tempfile.TemporaryDirectory(prefix="kill-sweep-") as root:
        return Sweep(binary, samples, points, pathlib.Path(root)).sweep()


if __name__ == "__main__":
    sys.exit(main())
