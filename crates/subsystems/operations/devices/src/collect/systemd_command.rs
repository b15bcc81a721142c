//! Asking systemd by `systemctl`.
//!
//! The program and not D-Bus: two calls a minute need no bus client with its dozens of crates, and
//! `systemctl` speaks to systemd's private socket where no bus runs.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::error::CollectError;
use super::roots::Roots;

/// How long `systemctl` may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// Bytes of its answer; ten thousand units fit.
const ANSWER_BYTES_MAX: u64 = 2 << 20;

/// Runs `systemctl` with these arguments, without a shell, and returns what it prints.
///
/// Errors: [`CollectError::ProgramFailed`] if it cannot start, or says no;
/// [`CollectError::TimedOut`] after three seconds; it is then stopped.
pub(crate) fn systemctl(roots: &Roots, arguments: &[&str]) -> Result<String, CollectError> {
    within(ANSWER_LIMIT, roots, arguments)
}

fn within(limit: Duration, roots: &Roots, arguments: &[&str]) -> Result<String, CollectError> {
    let program = program(roots);
    let failed = |reason: String| CollectError::ProgramFailed {
        program: program.display().to_string(),
        reason,
    };
    let mut child = Command::new(&program)
        .args(arguments)
        .env("LC_ALL", "C")
        .env("SYSTEMD_PAGER", "")
        .env("SYSTEMD_COLORS", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let Some(answer) = answer(&mut child, limit) else {
        stop(&mut child);
        return Err(CollectError::TimedOut { what: "systemctl".into(), limit });
    };
    // Its output has ended, so it is about to end itself; a program that does not is stopped.
    stop_unless_ending(&mut child);
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if status.success() { Ok(answer) } else { Err(failed(status.to_string())) }
}

fn program(roots: &Roots) -> PathBuf {
    let usual: &Path = Path::new("usr/bin/systemctl");
    let old = roots.root.join("bin/systemctl");
    let path = roots.root.join(usual);
    if path.exists() || !old.exists() { path } else { old }
}

/// Its whole output; `None` if it does not end in time.
fn answer(child: &mut Child, limit: Duration) -> Option<String> {
    let output = child.stdout.take()?;
    let (answering, answers) = channel();
    thread::Builder::new()
        .name("systemctl".into())
        .spawn(move || {
            let mut bytes = Vec::new();
            let read = output.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes);
            // Whoever waited has gone if this fails; then nobody needs the answer.
            let _ = answering.send(read.map(|_| bytes));
        })
        .ok()?;
    let bytes = answers.recv_timeout(limit).ok()?.ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Killing one that has ended already fails, which is as good.
fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn stop_unless_ending(child: &mut Child) {
    let (tick, ticks) = channel::<()>();
    for _ in 0..50 {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        // Nobody ever sends: this waits, and holds no processor.
        let _ = ticks.recv_timeout(Duration::from_millis(2));
    }
    drop(tick);
    stop(child);
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::fixture::Fixture;
    use super::*;

    fn machine(script: &str) -> Fixture {
        let path = "root/bin/systemctl";
        let machine = Fixture::new().with(path, format!("#!/bin/sh\n{script}\n"));
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(machine.path(path), executable).unwrap();
        machine
    }

    #[test]
    fn program_that_does_not_answer_is_stopped() {
        let machine = machine("exec sleep 600");
        let error =
            within(Duration::from_millis(50), &machine.roots(), &["list-units"]).unwrap_err();
        assert!(matches!(error, CollectError::TimedOut { .. }), "{error}");
    }

    #[test]
    fn program_that_ends_its_output_and_stays_is_stopped() {
        let machine = machine("echo a; exec >&-; exec sleep 600");
        let error = systemctl(&machine.roots(), &["list-units"]).unwrap_err();
        assert!(matches!(error, CollectError::ProgramFailed { .. }), "{error}");
    }

    #[test]
    fn arguments_are_passed_as_they_are() {
        let machine = machine("printf '%s|' \"$@\"");
        let answer = systemctl(&machine.roots(), &["show", "--", "$(id) a"]).unwrap();
        assert_eq!(answer, "show|--|$(id) a|");
    }
}
