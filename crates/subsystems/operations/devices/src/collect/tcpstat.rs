//! TCP connections by state, from `/proc/net/tcp` and `tcp6`. Source: proc_pid_net(5), the
//! kernel's include/net/tcp_states.h.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::error::CollectError;
use super::parse::hex;
use super::reading::Reading;
use super::roots::{Roots, unreadable};

/// The states in the kernel's numbering, from 1.
const STATES: [&str; 11] = [
    "established",
    "syn_sent",
    "syn_recv",
    "fin_wait1",
    "fin_wait2",
    "time_wait",
    "close",
    "close_wait",
    "last_ack",
    "listen",
    "closing",
];
const LISTEN: usize = 10;
/// The kernel takes some microseconds a line, so a machine with this many sockets is read each
/// time, one with twice as many each second time, and so on: the cost per second stays the same.
const SOCKETS_EACH_TIME: usize = 10_000;
/// About 400,000 sockets; beyond, the kernel alone would take seconds.
const BYTES_MAX: usize = 64 << 20;

/// The connections' collector, with its rhythm.
pub(crate) struct TcpStates {
    resting: usize,
}

#[derive(Default)]
struct Sums {
    states: [usize; STATES.len()],
    rx_queued_bytes: u64,
    tx_queued_bytes: u64,
}

impl TcpStates {
    /// Reads the first time.
    pub(crate) fn new() -> Self {
        Self { resting: 0 }
    }

    /// Counts one reading of the machine; true if this collector takes part in it.
    pub(crate) fn due(&mut self) -> bool {
        let due = self.resting == 0;
        self.resting = self.resting.saturating_sub(1);
        due
    }

    /// Adds `node_tcp_connection_states{state}`, also for the states that nobody is in.
    pub(crate) fn collect(
        &mut self,
        roots: &Roots,
        out: &mut Vec<Reading>,
    ) -> Result<(), CollectError> {
        let mut sums = Sums::default();
        sums.add("net/tcp", &text(&roots.proc.join("net/tcp"))?)?;
        match text(&roots.proc.join("net/tcp6")) {
            Ok(text) => sums.add("net/tcp6", &text)?,
            Err(CollectError::Absent { .. }) => {} // IPv6 is switched off
            Err(error) => return Err(error),
        }
        self.resting = sums.states.iter().sum::<usize>() / SOCKETS_EACH_TIME;
        let mut push = |state: &str, value: f64| {
            out.push(Reading::labelled("node_tcp_connection_states", "state", state, value));
        };
        for (state, count) in STATES.iter().zip(sums.states) {
            push(state, count as f64);
        }
        push("rx_queued_bytes", sums.rx_queued_bytes as f64);
        push("tx_queued_bytes", sums.tx_queued_bytes as f64);
        Ok(())
    }
}

/// Reads the file without asking once more for its end.
///
/// Each read walks all of the kernel's table of connections from where the last one stopped, and
/// the walk is what this collector costs, be the table empty or not. The kernel fills a page with
/// lines before it answers, so an answer of less than half a page is the last one.
fn text(path: &Path) -> Result<String, CollectError> {
    const HALF_PAGE: usize = 2048;
    let mut file = File::open(path).map_err(|source| unreadable(path, source))?;
    let mut bytes = Vec::new();
    let mut buffer = [0u8; 16_384];
    loop {
        let length = file.read(&mut buffer).map_err(|source| unreadable(path, source))?;
        bytes.extend_from_slice(&buffer[..length]);
        if bytes.len() > BYTES_MAX {
            return Err(CollectError::TooLong { path: path.to_owned(), bytes_max: BYTES_MAX });
        }
        if length < HALF_PAGE {
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

impl Sums {
    fn add(&mut self, file: &'static str, text: &str) -> Result<(), CollectError> {
        for line in text.lines().skip(1) {
            // Number, local address, remote address, state, queues.
            let mut words = line.split_ascii_whitespace().skip(3);
            let (Some(state), Some((tx, rx))) =
                (words.next(), words.next().and_then(|queues| queues.split_once(':')))
            else {
                return Err(CollectError::malformed(file, line, "a state and two queues"));
            };
            let state = hex(file, state)? as usize;
            // A state that a later kernel invents belongs to none of ours.
            let Some(count) = state.checked_sub(1).and_then(|at| self.states.get_mut(at)) else {
                continue;
            };
            *count += 1;
            // The queues of a listening socket hold connections and not bytes.
            if state != LISTEN {
                self.tx_queued_bytes += hex(file, tx)?;
                self.rx_queued_bytes += hex(file, rx)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    fn line(state: &str, queues: &str) -> String {
        format!(
            "   0: 0100007F:07E8 00000000:0000 {state} {queues} 00:00000000 00000000 0 0 1151\n"
        )
    }

    fn collect(text: &str) -> String {
        let machine = Fixture::new().with("proc/net/tcp", format!("  sl  head\n{text}"));
        machine.render(|roots, out| TcpStates::new().collect(roots, out))
    }

    #[test]
    fn states_and_queues_are_counted_and_a_listening_socket_queues_no_bytes() {
        let text = [
            line("01", "00000010:00000001"),
            line("01", "00000001:00000002"),
            line("0A", "00001000:00000080"),
            line("0F", "00000001:00000001"),
        ]
        .concat();
        let rendered = collect(&text);
        assert_eq!(rendered.lines().count(), 13);
        for (state, value) in [
            ("established", 2),
            ("listen", 1),
            ("time_wait", 0),
            ("tx_queued_bytes", 17),
            ("rx_queued_bytes", 3),
        ] {
            let expected = format!("node_tcp_connection_states{{state=\"{state}\"}} {value}\n");
            assert!(rendered.contains(&expected), "{expected}{rendered}");
        }
    }

    #[test]
    fn captured_file_has_one_listener() {
        let machine = Fixture::new().with("proc/net/tcp", include_str!("captured/net_tcp.txt"));
        let rendered = machine.render(|roots, out| TcpStates::new().collect(roots, out));
        assert!(rendered.contains("{state=\"listen\"} 1\n"), "{rendered}");
    }

    #[test]
    fn truncated_line_is_refused() {
        let rendered = collect("   0: 0100007F:07E8 00000000:0000 0A");
        assert!(rendered.starts_with("understand net/tcp"), "{rendered}");
    }

    #[test]
    fn many_sockets_are_read_more_rarely() {
        let many = line("06", "0:0").repeat(25_000);
        let machine = Fixture::new().with("proc/net/tcp", format!("head\n{many}"));
        let mut states = TcpStates::new();
        let mut read = 0;
        for _ in 0..9 {
            if states.due() {
                read += 1;
                machine.render(|roots, out| states.collect(roots, out));
            }
        }
        assert_eq!(read, 3);
    }
}
