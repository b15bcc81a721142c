//! One process, from `/proc/<pid>/stat`. Source: proc_pid_stat(5).

use super::error::CollectError;

/// Bit of `flags`: a thread of the kernel. Source: the kernel's include/linux/sched.h.
const PF_KTHREAD: u64 = 0x0020_0000;

/// What we need to know of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProcessStat<'a> {
    /// Name of the command, at most 15 bytes (64 for threads of the kernel).
    pub(crate) comm: &'a str,
    /// `R` running, `S` sleeping, `D` waiting for a disk, `Z` zombie …
    pub(crate) state: char,
    /// A thread of the kernel.
    pub(crate) kernel: bool,
    /// Time on a processor, in ticks, in user and kernel mode.
    pub(crate) cpu_ticks: u64,
    /// Number of threads.
    pub(crate) threads: u64,
    /// Start after boot, in ticks; with the pid, it names a process for ever.
    pub(crate) started_ticks: u64,
    /// Resident memory in pages.
    pub(crate) resident_pages: u64,
}

impl<'a> ProcessStat<'a> {
    /// Reads the file's text. Errors: [`CollectError::Malformed`].
    pub(crate) fn parse(text: &'a str) -> Result<Self, CollectError> {
        let wrong = || CollectError::malformed("pid/stat", text, "a process");
        // A command may be called anything, also `a) R (b`: the last parenthesis ends it.
        let (head, rest) = text.rsplit_once(')').ok_or_else(wrong)?;
        let (_, comm) = head.split_once('(').ok_or_else(wrong)?;
        let mut words = rest.split_ascii_whitespace();
        let state = words.next().and_then(|word| word.chars().next()).ok_or_else(wrong)?;
        // Fields are numbered from 1 in the manual; the state is the third.
        let mut at = 3;
        let mut field = |wanted: usize| -> Result<u64, CollectError> {
            let word = words.nth(wanted - at - 1).ok_or_else(wrong)?;
            at = wanted;
            // A few (the terminal's process group) may be negative; none of those we want.
            word.parse().map_err(|_| wrong())
        };
        let flags = field(9)?;
        let user_ticks = field(14)?;
        let kernel_ticks = field(15)?;
        Ok(Self {
            comm,
            state,
            kernel: flags & PF_KTHREAD != 0,
            cpu_ticks: user_ticks.saturating_add(kernel_ticks),
            threads: field(20)?,
            started_ticks: field(22)?,
            resident_pages: field(24)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "1 (process_api) S 0 0 0 0 -1 4194560 33095 4962822 0 477 64 292 19049 \
        3065 10 -10 13 0 24 44806144 3574 18446744073709551615 1 1 0 0 0 0 0 4096 1256 0 0 0 \
        17 1 0 0 0\n";

    #[test]
    fn captured_line_is_read() {
        let stat = ProcessStat::parse(LINE).unwrap();
        assert_eq!(stat.comm, "process_api");
        assert_eq!((stat.state, stat.kernel), ('S', false));
        assert_eq!((stat.cpu_ticks, stat.threads), (64 + 292, 13));
        assert_eq!((stat.started_ticks, stat.resident_pages), (24, 3574));
    }

    #[test]
    fn command_may_hold_parentheses_spaces_and_line_feeds() {
        let text = LINE.replace("process_api", "a) R (b\n c");
        assert_eq!(ProcessStat::parse(&text).unwrap().comm, "a) R (b\n c");
    }

    #[test]
    fn truncated_lines_are_refused_and_never_panic() {
        let end = LINE.find("3574").unwrap();
        for cut in 0..end {
            assert!(ProcessStat::parse(&LINE[..cut]).is_err(), "{}", &LINE[..cut]);
        }
    }
}
