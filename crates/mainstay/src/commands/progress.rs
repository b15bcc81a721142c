use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use kernel::Clock as _;

use crate::clock::SystemClock;

/// Between two lines that tell how far it is, on a terminal and elsewhere.
const TERMINAL: Duration = Duration::from_millis(250);
const ELSEWHERE: Duration = Duration::from_secs(10);

/// Tells on standard error how far a long command is.
#[derive(Debug)]
pub(super) struct Progress {
    clock: SystemClock,
    terminal: bool,
    told: Duration,
}

impl Progress {
    pub(super) fn new() -> Self {
        let clock = SystemClock::new();
        let told = clock.monotonic();
        Self { clock, terminal: io::stderr().is_terminal(), told }
    }

    /// Tells it, if it is time to.
    pub(super) fn tell(&mut self, said: impl FnOnce() -> String) {
        let now = self.clock.monotonic();
        let wait = if self.terminal { TERMINAL } else { ELSEWHERE };
        if now.saturating_sub(self.told) < wait {
            return;
        }
        self.told = now;
        if self.terminal {
            // To the beginning of the line, which is then cleared.
            eprint!("\r\u{1b}[2Kmainstay: {}", said());
        } else {
            eprintln!("mainstay: {}", said());
        }
    }

    /// Leaves the line free for what follows.
    pub(super) fn clear(&self) {
        if self.terminal {
            eprint!("\r\u{1b}[2K");
        }
    }
}
