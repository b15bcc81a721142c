//! What Nagios, Icinga and their thousands of plugins speak: one line of text with figures behind a
//! bar, further lines of text, and an exit code.
//!
//! Source: Monitoring Plugins Development Guidelines; Nagios Core 4, "Nagios Plugin API".

mod figure;
mod output;
mod state;
mod threshold;

pub use figure::{Figure, FigureFault, parse_figures};
pub use output::{FIGURES_MAX, LINES_MAX, OUTPUT_BYTES_MAX, PluginOutput};
pub use state::State;
pub use threshold::{Threshold, ThresholdFault};
