//! People signed in on this machine. Source: utmp(5), sd-login(3).

use std::fs::File;
use std::io::Read;

use super::error::CollectError;
use super::reading::Reading;
use super::roots::{Roots, attribute, names, unreadable};

/// Bytes of one record: glibc keeps the record of 32-bit programs where both may run on one
/// machine (x86-64), and a longer one elsewhere.
const RECORD_BYTES: usize = if cfg!(target_arch = "aarch64") { 400 } else { 384 };
/// `ut_type` of a person's session.
const USER_PROCESS: i16 = 7;
/// Records read at most.
const RECORDS_MAX: usize = 16_384;

/// Adds `mainstay_users_logged_in`: sessions of people, by utmp, or by systemd-logind where the
/// distribution has given utmp up.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let sessions = match utmp_sessions(roots) {
        Err(CollectError::Absent { .. }) => logind_sessions(roots)?,
        other => other?,
    };
    out.push(Reading::plain("mainstay_users_logged_in", sessions as f64));
    Ok(())
}

fn utmp_sessions(roots: &Roots) -> Result<usize, CollectError> {
    let path = roots.root.join("run/utmp");
    let file = File::open(&path).map_err(|source| unreadable(&path, source))?;
    let mut bytes = Vec::new();
    file.take((RECORD_BYTES * RECORDS_MAX) as u64)
        .read_to_end(&mut bytes)
        .map_err(|source| unreadable(&path, source))?;
    // A record that is being written is short, and not a session yet.
    let records = bytes.as_chunks::<RECORD_BYTES>().0;
    Ok(records.iter().filter(|r| i16::from_ne_bytes([r[0], r[1]]) == USER_PROCESS).count())
}

fn logind_sessions(roots: &Roots) -> Result<usize, CollectError> {
    let folder = roots.root.join("run/systemd/sessions");
    let mut sessions = 0;
    for name in names(&folder)? {
        let text = attribute(&folder.join(name)).unwrap_or_default();
        let says = |line: &str| text.lines().any(|l| l == line);
        if says("CLASS=user") && !says("STATE=closing") {
            sessions += 1;
        }
    }
    Ok(sessions)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    fn record(kind: i16) -> Vec<u8> {
        let mut record = vec![0; RECORD_BYTES];
        record[..2].copy_from_slice(&kind.to_ne_bytes());
        record
    }

    #[test]
    fn peoples_records_are_counted_and_a_short_one_is_not() {
        let mut utmp = [record(2), record(USER_PROCESS), record(8), record(USER_PROCESS)].concat();
        utmp.extend(&record(USER_PROCESS)[..100]);
        let machine = Fixture::new().with("root/run/utmp", utmp);
        assert_eq!(machine.render(collect), "mainstay_users_logged_in 2\n");
        let empty = Fixture::new().with("root/run/utmp", "");
        assert_eq!(empty.render(collect), "mainstay_users_logged_in 0\n");
    }

    #[test]
    fn logind_stands_in_for_utmp() {
        let machine = Fixture::new()
            .with("root/run/systemd/sessions/1", "UID=1000\nCLASS=user\nSTATE=active\n")
            .with("root/run/systemd/sessions/2", "CLASS=user\nSTATE=closing\n")
            .with("root/run/systemd/sessions/c1", "CLASS=greeter\nSTATE=active\n")
            .with("root/run/systemd/sessions/1.ref", "");
        assert_eq!(machine.render(collect), "mainstay_users_logged_in 1\n");
        let none = Fixture::new().render(collect);
        assert_eq!(none, "find root/run/systemd/sessions: this machine has none\n");
    }
}
