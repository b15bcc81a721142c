use std::fmt::Write as _;

use super::{
    Stretch,
    found::{Cell, Found, Series},
};
use crate::commands::print::harmless;

/// From low to high.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// So many bars a line has.
const WIDTH: usize = 60;

/// A line of bars for each series, with what is lowest, highest and last.
pub(super) fn lines(found: &Found, stretch: Stretch) -> String {
    let mut text = String::new();
    for series in &found.series {
        let (min, max) = bounds(series);
        let last = series.points.iter().rev().find_map(|(_, cell)| finite(cell));
        let [min, max, last] = [min, max, last.unwrap_or(f64::NAN)].map(number);
        let (bars, name) = (bars(series, stretch), harmless(&series.name()));
        // Writing to a string never fails.
        let _ = writeln!(text, "{bars}  min {min}  max {max}  last {last}  {name}");
    }
    text
}

/// The lowest and the highest number; not a number where there is none.
pub(super) fn bounds(series: &Series) -> (f64, f64) {
    let numbers = series.points.iter().filter_map(|(_, cell)| finite(cell));
    // Of a number and what is none the number stays.
    numbers.fold((f64::NAN, f64::NAN), |(min, max), number| (min.min(number), max.max(number)))
}

/// A number as the query language writes it.
pub(super) fn number(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    number.to_string()
}

fn finite(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(*number).filter(|number| number.is_finite()),
        Cell::Text(_) | Cell::Histogram(_) => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar has eight heights")]
fn bars(series: &Series, stretch: Stretch) -> String {
    let length = (stretch.to_ms.saturating_sub(stretch.from_ms)).max(1) as f64;
    let mut sums = [(0.0, 0.0); WIDTH];
    for (at_ms, cell) in &series.points {
        if let Some(number) = finite(cell) {
            let part = at_ms.saturating_sub(stretch.from_ms) as f64 / length;
            let place = (part * WIDTH as f64) as usize;
            let (sum, count) = &mut sums[place.min(WIDTH - 1)];
            (*sum, *count) = (*sum + number, *count + 1.0);
        }
    }
    let (min, max) = bounds(series);
    let bar = |(sum, count): (f64, f64)| {
        if count == 0.0 {
            return ' ';
        }
        let height = if max > min { (sum / count - min) / (max - min) } else { 0.0 };
        let height = (height * BARS.len() as f64) as usize;
        BARS[height.min(BARS.len() - 1)]
    };
    sums.into_iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn bars_rise_with_the_numbers_and_gaps_stay_empty() {
        let stretch = Stretch { from_ms: 0, to_ms: 60_000 };
        let mut points: Vec<(i64, Cell)> =
            (0..30_i32).map(|at| (i64::from(at) * 1_000, Cell::Number(f64::from(at)))).collect();
        points.push((60_000, Cell::Number(f64::INFINITY)));
        points.push((60_001, Cell::Number(29.0)));
        let series = Series { labels: BTreeMap::new(), points };
        assert_eq!(bounds(&series), (0.0, 29.0));
        let line = lines(&Found { series: vec![series] }, stretch);
        let bars: Vec<char> = line.chars().take(WIDTH).collect();
        assert_eq!((bars[0], bars[15], bars[29], bars[40]), ('▁', '▅', '█', ' '));
        assert_eq!(bars[59], '█');
        assert!(line.ends_with("  min 0  max 29  last 29  {}\n"), "{line}");
    }
}
