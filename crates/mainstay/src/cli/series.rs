//! What can be said of the samples of a running server as a whole.

use clap::{Args, Subcommand};

use super::ServerArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mainstay series delete --match '{job=\"old\"}' --dry-run
  mainstay series delete --match 'up{job=\"a\"}' --from 2026-01-01T00:00:00Z --to 1767312000
  mainstay series snapshot

What is deleted is gone for good, unless a snapshot has it.")]
pub(crate) struct SeriesArgs {
    #[command(subcommand)]
    pub(crate) verb: SeriesVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SeriesVerb {
    /// Deletes samples of the series that match (series.delete and series.read over everything).
    Delete {
        /// Which series: a selector such as up{job="node"}; may be repeated.
        #[arg(long = "match", value_name = "SELECTOR", required = true)]
        selectors: Vec<String>,
        /// Only samples at or after this: Unix seconds or RFC 3339.
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// Only samples at or before this.
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
        /// Say how many series match, and delete nothing.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Takes a snapshot of the store while it runs (series.snapshot over everything).
    Snapshot {
        /// Leave out the newest hours, which are in memory.
        #[arg(long)]
        skip_head: bool,
        #[command(flatten)]
        server: ServerArgs,
    },
}
