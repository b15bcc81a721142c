//! The whole of what a plugin prints.

use std::fmt;

use super::figure::{Figure, FigureFault, parse_figures};
use super::state::State;

/// The most bytes of a plugin's output that are read; the rest is cut off.
pub const OUTPUT_BYTES_MAX: usize = 64 * 1024;
/// The most lines of a plugin's output that are read.
pub const LINES_MAX: usize = 1000;
/// The most figures that are read from one output.
pub const FIGURES_MAX: usize = 1000;

/// What a plugin said, without the exit code's meaning being repeated in the text.
///
/// On the wire:
/// ```text
/// STATE - summary | 'label'=value[UOM];warn;crit;min;max …
/// further text
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PluginOutput {
    /// The answer, on the wire the exit code.
    pub state: State,
    /// One line that says what is the matter.
    pub summary: String,
    /// Further lines.
    pub long_text: Vec<String>,
    /// The figures of all lines in their order.
    pub figures: Vec<Figure>,
}

impl PluginOutput {
    /// Reads the standard output of a plugin that ended with `exit_code`.
    ///
    /// Never fails: bytes that are not UTF-8 are replaced, what exceeds the limits of this module
    /// is cut off, figures that cannot be read are returned beside the output.
    #[must_use]
    pub fn parse(stdout: &[u8], exit_code: i32) -> (Self, Vec<FigureFault>) {
        let state = State::from_exit_code(exit_code);
        let text = String::from_utf8_lossy(&stdout[..stdout.len().min(OUTPUT_BYTES_MAX)]);
        let mut lines = text.lines().take(LINES_MAX);
        let first = lines.next().unwrap_or("");
        let (summary, mut perfdata) = match first.split_once('|') {
            Some((summary, perfdata)) => (summary, perfdata.to_owned()),
            None => (first, String::new()),
        };
        // The first bar in the long text ends it: whatever follows is performance data.
        let mut long_text = Vec::new();
        let mut text_ended = false;
        for line in lines {
            let more = if text_ended {
                line
            } else if let Some((text, more)) = line.split_once('|') {
                text_ended = true;
                if !text.trim().is_empty() {
                    long_text.push(text.trim_end().to_owned());
                }
                more
            } else {
                long_text.push(line.trim_end().to_owned());
                continue;
            };
            perfdata.push(' ');
            perfdata.push_str(more);
        }
        let (figures, faults) = parse_figures(&perfdata);
        let summary = without_state(summary.trim(), state).to_owned();
        (Self { state, summary, long_text, figures }, faults)
    }
}

/// Takes `CRITICAL - ` off the text where it only repeats the exit code.
fn without_state(summary: &str, state: State) -> &str {
    match summary.strip_prefix(state.word()).and_then(|rest| rest.strip_prefix(" -")) {
        Some(rest) if rest.is_empty() || rest.starts_with(' ') => rest.trim_start(),
        _ => summary,
    }
}

impl fmt::Display for PluginOutput {
    /// Writes the output without a line end. A bar or line end inside the summary, which the format
    /// cannot carry, becomes `¦` or a space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} - {}", self.state.word(), plain(&self.summary))?;
        for (nth, figure) in self.figures.iter().enumerate() {
            f.write_str(if nth == 0 { " | " } else { " " })?;
            figure.fmt(f)?;
        }
        for line in self.long_text.iter().take(LINES_MAX - 1) {
            write!(f, "\n{}", plain(line))?;
        }
        Ok(())
    }
}

fn plain(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| match c {
            '|' => '¦',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::{LINES_MAX, OUTPUT_BYTES_MAX, PluginOutput};
    use crate::nagios::{Figure, State, Threshold};

    #[test]
    fn the_documented_example_of_several_lines_is_read() {
        let text = b"DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968\n\
            / 15272 MB (77%);\n/boot 68 MB (69%);\n\
            /var/log 819 MB (84%); | /boot=68MB;88;93;0;98\n/home=69357MB;253404;253409;0;253414\n";
        let (output, faults) = PluginOutput::parse(text, 0);
        assert!(faults.is_empty());
        assert_eq!(output.state, State::Ok);
        assert_eq!(output.summary, "DISK OK - free space: / 3326 MB (56%);");
        assert_eq!(output.long_text.len(), 3);
        let labels: Vec<_> = output.figures.iter().map(|f| f.label.as_str()).collect();
        assert_eq!(labels, ["/", "/boot", "/home"]);
    }

    #[test]
    fn output_is_written_as_the_guidelines_say() {
        let output = PluginOutput {
            state: State::Critical,
            summary: "slow | very\nslow".into(),
            long_text: vec!["more".into()],
            figures: vec![
                Figure::new("round trip", 0.5, "s")
                    .with_thresholds(Some("0.2".parse().unwrap()), Some("~:0.4".parse().unwrap()))
                    .with_bounds(Some(0.0), None),
                Figure::new("loss", 0.0, "%"),
            ],
        };
        expect![[r#"
            CRITICAL - slow ¦ very slow | 'round trip'=0.5s;0.2;~:0.4;0 loss=0%
            more"#]]
        .assert_eq(&output.to_string());
    }

    #[test]
    fn silence_and_signals_are_an_unknown_state() {
        let (output, _) = PluginOutput::parse(b"", 137);
        assert_eq!(output, PluginOutput { state: State::Unknown, ..PluginOutput::default() });
    }

    #[test]
    fn endless_output_is_cut() {
        let (output, _) = PluginOutput::parse(&b"x\n".repeat(OUTPUT_BYTES_MAX), 0);
        assert_eq!(output.long_text.len(), LINES_MAX - 1);
    }

    fn figure() -> impl Strategy<Value = Figure> {
        let range = proptest::option::of((0.0..1e6_f64).prop_map(Threshold::above));
        let bound = proptest::option::of(-1e9..1e9_f64);
        ("[^\\p{C}]{1,20}", -1e15..1e15_f64, "(|s|%|B|c|ms|KB)", range.clone(), range, bound)
            .prop_map(|(label, value, unit, warn, crit, min)| {
                Figure::new(label, value, unit).with_thresholds(warn, crit).with_bounds(min, None)
            })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            code in 0..4_i32,
            summary in "[a-zA-Z0-9 中文%.,:-]{0,60}",
            long_text in proptest::collection::vec("[a-z0-9:=']{1,20}", 0..5),
            figures in proptest::collection::vec(figure(), 0..6),
        ) {
            let written = PluginOutput {
                state: State::from_exit_code(code),
                summary: summary.trim().to_owned(),
                long_text: long_text.iter().map(|line| line.trim().to_owned()).collect(),
                figures,
            };
            let (read, faults) = PluginOutput::parse(written.to_string().as_bytes(), code);
            prop_assert!(faults.is_empty(), "{faults:?}");
            prop_assert_eq!(read, written);
        }

        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..400), code: i32,
        ) {
            let (output, _) = PluginOutput::parse(&bytes, code);
            let _ = output.to_string();
        }

        #[test]
        fn any_perfdata_like_text_is_read_without_panic(text in "[|='a-z0-9.;:@~eEU+ \n-]{0,200}") {
            let (output, _) = PluginOutput::parse(text.as_bytes(), 0);
            let again = PluginOutput::parse(output.to_string().as_bytes(), 0).0;
            prop_assert_eq!(again.figures.len(), output.figures.len());
        }
    }
}
