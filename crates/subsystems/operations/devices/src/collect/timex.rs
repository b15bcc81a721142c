//! How well the kernel's clock is kept in step. Source: adjtimex(2).
//!
//! The call has no safe wrapper in `rustix` or `nix`; `rtime-clock` (MIT, a few dozen lines around
//! `libc`) has one, and a read with `modes = 0` changes nothing and needs no privilege.

use rtime_clock::adjtime::{Timex, adjtimex};

use super::error::CollectError;
use super::reading::Reading;

/// adjtimex(2) returns this where the clock is not synchronised.
const TIME_ERROR: i32 = 5;
/// Bit of `status`: offset, jitter and time are in nanoseconds and not in microseconds.
const STA_NANO: i32 = 0x2000;
/// Units of the frequency fields: parts per million, 16 bits after the point.
const PPM16_PER_ONE: f64 = 65_536.0 * 1e6;
const MICROSECONDS: f64 = 1e6;

/// Adds `node_timex_*`: offset, maximum and estimated error in seconds, synchronisation and more.
pub(crate) fn collect(out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let mut timex = Timex::new();
    let state = adjtimex(&mut timex)
        .map_err(|source| CollectError::Unreadable { path: "adjtimex(2)".into(), source })?;
    let t = &timex.0;
    let per_second = if t.status & STA_NANO == 0 { MICROSECONDS } else { 1e9 };
    let in_step = if state == TIME_ERROR { 0.0 } else { 1.0 };
    let readings = [
        ("node_timex_sync_status", in_step),
        ("node_timex_offset_seconds", t.offset as f64 / per_second),
        ("node_timex_frequency_adjustment_ratio", 1.0 + t.freq as f64 / PPM16_PER_ONE),
        ("node_timex_maxerror_seconds", t.maxerror as f64 / MICROSECONDS),
        ("node_timex_estimated_error_seconds", t.esterror as f64 / MICROSECONDS),
        ("node_timex_status", f64::from(t.status)),
        ("node_timex_loop_time_constant", t.constant as f64),
        ("node_timex_tick_seconds", t.tick as f64 / MICROSECONDS),
        ("node_timex_pps_frequency_hertz", t.ppsfreq as f64 / PPM16_PER_ONE),
        ("node_timex_pps_jitter_seconds", t.jitter as f64 / per_second),
        ("node_timex_pps_shift_seconds", f64::from(t.shift)),
        ("node_timex_pps_stability_hertz", t.stabil as f64 / PPM16_PER_ONE),
        ("node_timex_pps_jitter_total", t.jitcnt as f64),
        ("node_timex_pps_calibration_total", t.calcnt as f64),
        ("node_timex_pps_error_total", t.errcnt as f64),
        ("node_timex_pps_stability_exceeded_total", t.stbcnt as f64),
        ("node_timex_tai_offset_seconds", f64::from(t.tai)),
    ];
    out.extend(readings.map(|(metric, value)| Reading::plain(metric, value)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_of_this_machine_is_read_within_reason() {
        let mut out = Vec::new();
        collect(&mut out).unwrap();
        let value = |name: &str| out.iter().find(|r| r.metric == name).unwrap().value;
        assert!((0.009..=0.011).contains(&value("node_timex_tick_seconds")));
        assert!((0.999..=1.001).contains(&value("node_timex_frequency_adjustment_ratio")));
        assert!(value("node_timex_offset_seconds").abs() <= 0.5);
        assert!([0.0, 1.0].contains(&value("node_timex_sync_status")));
    }
}
