//! What can be said of bringing series in and taking them out.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "\
Files are checked as a whole before anything is sent. Samples go by remote write, so the token's
user needs series.write over everything. What is sent again changes nothing.

Examples:
  mainstay import prometheus-blocks /var/lib/prometheus/metrics2 --token mst_…
  mainstay import openmetrics dump.om.txt --label site=east --dry-run
  mainstay import csv readings.csv --from 2026-01-01T00:00:00Z

Exit codes:
  0  everything is stored
  1  something is wrong with the files, or was refused: what, is on standard error
  2  wrong usage")]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    pub(crate) what: ImportWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportWhat {
    /// The blocks of a Prometheus server; nothing there is changed.
    PrometheusBlocks {
        /// Its data directory, or a snapshot of it, or one block.
        folder: PathBuf,
        /// Import what is whole although something is damaged.
        #[arg(long)]
        skip_damaged: bool,
        #[command(flatten)]
        into: ImportTo,
    },
    /// A file in the OpenMetrics text format 1.0, or in Prometheus' own.
    Openmetrics {
        /// The file; - for standard input.
        file: PathBuf,
        /// The time of samples without one: Unix seconds or RFC 3339.
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// Take what Prometheus' scraper does: families as they like, names in quotes.
        #[arg(long)]
        tolerant: bool,
        /// The file is in the Prometheus text format 0.0.4.
        #[arg(long)]
        prometheus_text: bool,
        #[command(flatten)]
        into: ImportTo,
    },
    /// A CSV file with the columns timestamp, value, __name__, and one for each label.
    Csv {
        /// The file; - for standard input.
        file: PathBuf,
        /// The metric's name where there is no column __name__.
        #[arg(long, value_name = "NAME")]
        metric: Option<String>,
        #[command(flatten)]
        into: ImportTo,
    },
}

/// Where samples go, and which.
#[derive(Debug, Args)]
pub(crate) struct ImportTo {
    /// A label for every series that has it not; may be repeated.
    #[arg(long = "label", value_name = "NAME=VALUE")]
    pub(crate) labels: Vec<String>,
    /// Only samples at or after this: Unix seconds or RFC 3339.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Only samples at or before this.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// Check the files, and send nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Address of the server.
    #[arg(long, env = "MAINSTAY_URL", default_value = "http://127.0.0.1:7780")]
    pub(crate) url: String,
    /// API token whose user holds series.write over everything.
    #[arg(
        long,
        env = "MAINSTAY_TOKEN",
        hide_env_values = true,
        required_unless_present = "dry_run"
    )]
    pub(crate) token: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mainstay export openmetrics --match 'up{job=\"node\"}' --from 2026-01-01T00:00:00Z > up.om.txt
  mainstay export csv --match node_load1 --match node_load5 --from 1767225600 --to 1767312000")]
pub(crate) struct ExportArgs {
    /// How to write.
    #[arg(value_enum)]
    pub(crate) format: ExportFormat,
    /// Which series: a selector such as up{job="node"}; may be repeated.
    #[arg(long = "match", value_name = "SELECTOR", required = true)]
    pub(crate) selectors: Vec<String>,
    /// Samples at or after this: Unix seconds or RFC 3339.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: String,
    /// Samples at or before this; now when not given.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// Address of the server.
    #[arg(long, env = "MAINSTAY_URL", default_value = "http://127.0.0.1:7780")]
    pub(crate) url: String,
    /// API token whose user holds series.read.
    #[arg(long, env = "MAINSTAY_TOKEN", hide_env_values = true)]
    pub(crate) token: String,
}

/// How series are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// OpenMetrics text 1.0.
    Openmetrics,
    /// A line for each sample.
    Csv,
}
