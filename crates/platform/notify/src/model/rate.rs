use std::{collections::VecDeque, time::Duration};

/// How many were sent in the last minute: at no moment more than the limit within 60 s.
#[derive(Debug, Default)]
pub(crate) struct Window {
    sent: VecDeque<Duration>,
}

const MINUTE: Duration = Duration::from_secs(60);

impl Window {
    /// How many may be sent at `now`, at most `wanted`; they count as sent.
    pub(crate) fn take(&mut self, now: Duration, limit: u32, wanted: usize) -> usize {
        while self.sent.front().is_some_and(|sent| now.saturating_sub(*sent) >= MINUTE) {
            self.sent.pop_front();
        }
        let room = (limit as usize).saturating_sub(self.sent.len());
        let taken = room.min(wanted);
        self.sent.extend(std::iter::repeat_n(now, taken));
        taken
    }

    /// Gives back what was taken and not sent.
    pub(crate) fn give_back(&mut self, count: usize) {
        self.sent.truncate(self.sent.len().saturating_sub(count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_has_more_than_the_limit() {
        let mut window = Window::default();
        let at = Duration::from_secs;
        assert_eq!(window.take(at(100), 20, 15), 15);
        assert_eq!(window.take(at(130), 20, 15), 5);
        assert_eq!(window.take(at(159), 20, 15), 0);
        assert_eq!(window.take(at(160), 20, 50), 15);
        assert_eq!(window.take(at(161), 20, 50), 0);
        window.give_back(3);
        assert_eq!(window.take(at(161), 20, 50), 3);
    }
}
