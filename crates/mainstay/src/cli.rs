//! The command line: what can be said and how it is explained.

mod series;
mod transfer;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use series::{SeriesArgs, SeriesVerb};
pub(crate) use transfer::{ExportArgs, ExportFormat, ImportArgs, ImportTo, ImportWhat};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed: the reason is on standard error
  2  wrong usage or settings (`check` follows the Nagios plugin API instead:
     0 ok, 1 warning, 2 critical, 3 unknown)";

const EXAMPLES: &str = "\
Examples:
  mainstay serve --data ./data
  mainstay check http https://example.org/ --set warning=0.5 --set critical=2
  mainstay query 'node_load1' --url http://127.0.0.1:7780 --token mst_… -o json
  mainstay journal --verb alert. --limit 20

Exit codes:
  0  done
  1  failed: the reason is on standard error
  2  wrong usage or settings";

/// Watches an organisation's information systems, and everything that keeps them running.
#[derive(Debug, Parser)]
#[command(name = "mainstay", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Starts the server: web UI, API, and the watching of this machine.
    Serve(SettingsArgs),
    /// Runs one check now and answers as a Nagios plugin does.
    Check(CheckArgs),
    /// Lists and shows resources of a running server.
    Resource(ResourceArgs),
    /// Reads the journal of a running server: who did what, when.
    Journal(JournalArgs),
    /// Asks a running server for series by PromQL.
    Query(QueryArgs),
    /// Deletes samples of a running server, and takes snapshots of its store.
    Series(SeriesArgs),
    /// Brings samples from files into a running server.
    Import(ImportArgs),
    /// Writes samples of a running server to standard output.
    Export(ExportArgs),
    /// Runs unit tests of rules, in the format of `promtool test rules`.
    TestRules(RulesArgs),
    /// Checks rule files as Prometheus has them.
    CheckRules(RulesArgs),
    /// Shows every setting, its value and where that came from.
    Config(ConfigArgs),
    /// Looks whether this machine and these settings can run the server.
    Doctor(SettingsArgs),
    /// Sets up users and tokens in a data directory, also before the first start.
    Admin(AdminArgs),
    /// Verifies the journal: finds rows that were edited, removed, inserted, reordered or cut off.
    /// Or the samples: finds files that are damaged or missing.
    Verify(VerifyArgs),
    /// Moves all records to another database: from SQLite to PostgreSQL or back.
    MigrateStore(MigrateStoreArgs),
}

/// Settings given as flags; they win over the environment and the file.
#[derive(Debug, Args, Clone)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct SettingsArgs {
    /// TOML file with settings.
    #[arg(long, value_name = "FILE", env = "MAINSTAY_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Directory that keeps everything (setting `data`).
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<String>,
    /// Address and port to listen on (setting `listen`).
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
    /// Serve Prometheus' API without sign-in too, on an address of loopback (setting
    /// `series.listen`).
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) series_listen: Option<String>,
    /// Any other setting, such as `--set log.level=debug`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mainstay check ping 192.0.2.1 --set count=5
  mainstay check tcp 127.0.0.1:22 --set expect=SSH-
  mainstay check http https://example.org/ --set status=200-299 --set contains=Welcome
  mainstay check dns example.org --set record=MX
  mainstay check process nginx
  mainstay check systemd_unit ssh.service

`mainstay check PROTOCOL --help-spec` prints every option of a protocol as JSON Schema.

Exit codes: 0 ok, 1 warning, 2 critical, 3 unknown (wrong usage, too)")]
pub(crate) struct CheckArgs {
    /// ping, tcp, http, dns, process or systemd_unit.
    pub(crate) protocol: String,
    /// What to check: a host, HOST:PORT, a URL, a name or a unit.
    #[arg(required_unless_present = "help_spec")]
    pub(crate) target: Option<String>,
    /// An option of the protocol: `--set KEY=VALUE`; values that are JSON are read as JSON.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Give up after so many seconds.
    #[arg(short, long, default_value_t = 10.0)]
    pub(crate) timeout: f64,
    /// Print the options of the protocol as JSON Schema.
    #[arg(long)]
    pub(crate) help_spec: bool,
}

/// How to reach a running server.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// Address of the server.
    #[arg(long, env = "MAINSTAY_URL", default_value = "http://127.0.0.1:7780")]
    pub(crate) url: String,
    /// API token (`mainstay admin token` makes one).
    #[arg(long, env = "MAINSTAY_TOKEN", hide_env_values = true)]
    pub(crate) token: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args, Clone, Copy)]
pub(crate) struct OutputArgs {
    /// How to print.
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Table,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mainstay resource list --kind host
  mainstay resource list --search web -o json
  mainstay resource show 0190f3c1-…")]
pub(crate) struct ResourceArgs {
    #[command(subcommand)]
    pub(crate) verb: ResourceVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ResourceVerb {
    /// Lists resources.
    List {
        /// Only of this kind.
        #[arg(long)]
        kind: Option<String>,
        /// Only with this in their name.
        #[arg(long)]
        search: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Shows one resource with its relations.
    Show {
        /// Its id.
        id: String,
        #[command(flatten)]
        server: ServerArgs,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
The server may run meanwhile; nothing is changed. Without --anchors it is not known whether somebody
who holds the keys has written the whole log anew.

Examples:
  mainstay verify --data ./data
  mainstay verify --data ./data --anchors /mnt/other/journal.anchors -o json
  mainstay verify --data ./data --anchors /var/log/mainstay-audit.log --archive /mnt/archive
  mainstay verify --data ./data --public-key
  mainstay verify --data ./data --series

Exit codes:
  0  everything holds
  1  something was found, or the journal or the samples cannot be read
  2  wrong usage or settings")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Read every byte of the samples instead of the journal, and name each damaged file.
    #[arg(long, conflicts_with_all = [
        "url", "keys", "anchors", "witness", "witness_token", "archive", "trust", "public_key",
    ])]
    pub(crate) series: bool,
    /// The records on PostgreSQL, instead of those that the settings name.
    #[arg(long, value_name = "postgres://…")]
    pub(crate) url: Option<String>,
    /// Folder of the keys (setting `journal.keys`).
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<std::path::PathBuf>,
    /// File of an anchor: its own file, or that of the syslog server.
    #[arg(long, value_name = "FILE")]
    pub(crate) anchors: Option<std::path::PathBuf>,
    /// A Mainstay server that is a witness of this journal: what it remembers is compared.
    #[arg(long, value_name = "URL", requires = "witness_token")]
    pub(crate) witness: Option<String>,
    /// File with an API token of the witness whose user holds journal.read.
    #[arg(long, value_name = "FILE")]
    pub(crate) witness_token: Option<std::path::PathBuf>,
    /// Folder of the archives (setting `journal.archive`).
    #[arg(long, value_name = "DIR")]
    pub(crate) archive: Option<std::path::PathBuf>,
    /// A public key that must be one of the journal's.
    #[arg(long, value_name = "KEY")]
    pub(crate) trust: Option<String>,
    /// Print the public key, and nothing else.
    #[arg(long)]
    pub(crate) public_key: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JournalVerb {
    /// Takes facts out, oldest first, one a line, to standard output.
    Export {
        /// jsonl, cef or syslog.
        #[arg(long, default_value = "jsonl")]
        format: String,
        /// A verb, or all of a noun by its prefix with the dot: `alert.`.
        #[arg(long)]
        verb: Option<String>,
        /// The id of the resource concerned.
        #[arg(long)]
        resource: Option<String>,
        /// The id of the actor.
        #[arg(long)]
        actor: Option<String>,
        /// At or after (RFC 3339).
        #[arg(long)]
        from: Option<String>,
        /// Before (RFC 3339).
        #[arg(long)]
        to: Option<String>,
        /// Facts after this number.
        #[arg(long)]
        after: Option<i64>,
        /// Address of the server.
        #[arg(long, env = "MAINSTAY_URL", default_value = "http://127.0.0.1:7780")]
        url: String,
        /// API token whose user holds journal.export.
        #[arg(long, env = "MAINSTAY_TOKEN", hide_env_values = true)]
        token: String,
    },
}

#[derive(Debug, Args)]
#[command(
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  mainstay journal --limit 20
  mainstay journal --verb check.state_changed --from 2026-01-31T00:00:00Z -o json
  mainstay journal export --format cef --from 2026-01-01T00:00:00Z > january.cef"
)]
pub(crate) struct JournalArgs {
    #[command(subcommand)]
    pub(crate) export: Option<JournalVerb>,
    /// A verb, or all of a noun by its prefix with the dot: `alert.`.
    #[arg(long)]
    pub(crate) verb: Option<String>,
    /// The id of the resource concerned.
    #[arg(long)]
    pub(crate) resource: Option<String>,
    /// The id of the actor.
    #[arg(long)]
    pub(crate) actor: Option<String>,
    /// At or after (RFC 3339).
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// Before (RFC 3339).
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// At most so many, newest first.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// Address of the server.
    #[arg(long, env = "MAINSTAY_URL", default_value = "http://127.0.0.1:7780")]
    pub(crate) url: String,
    /// API token (`mainstay admin token` makes one).
    #[arg(long, env = "MAINSTAY_TOKEN", hide_env_values = true, required = true)]
    pub(crate) token: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mainstay query node_load1
  mainstay query 'node_filesystem_avail_bytes{mountpoint=~\"/|/var\"}' -o json
  mainstay query 'sum by (mode) (rate(node_cpu_seconds_total[5m]))' --range 1h --step 15s -o spark
  mainstay query 'up == 0' --time 2026-01-31T12:00:00Z -o csv")]
pub(crate) struct QueryArgs {
    /// PromQL: a metric name, a selector with matchers, or any expression.
    pub(crate) expr: String,
    /// The moment that is asked for, or the end of the range: Unix seconds or RFC 3339; now.
    #[arg(long, value_name = "TIME")]
    pub(crate) time: Option<String>,
    /// Values over so much time, such as 1h, instead of those of one moment.
    #[arg(long, value_name = "DURATION")]
    pub(crate) range: Option<String>,
    /// Time between two values, such as 15s; for about 240 of them when not given.
    #[arg(long, value_name = "DURATION", requires = "range")]
    pub(crate) step: Option<String>,
    /// How to print.
    #[arg(short, long, value_enum, default_value_t = QueryOutput::Table)]
    pub(crate) output: QueryOutput,
    /// Address of the server.
    #[arg(long, env = "MAINSTAY_URL", default_value = "http://127.0.0.1:7780")]
    pub(crate) url: String,
    /// API token (`mainstay admin token` makes one).
    #[arg(long, env = "MAINSTAY_TOKEN", hide_env_values = true)]
    pub(crate) token: String,
}

/// How values of series are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueryOutput {
    Table,
    Json,
    /// A line for each point.
    Csv,
    /// A line of bars for each series of a range.
    Spark,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mainstay test-rules tests/*.yml
  mainstay check-rules rules.yml

Exit codes:
  0  everything holds
  1  something does not: what, is on standard error
  2  wrong usage")]
pub(crate) struct RulesArgs {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The server must not be running on the same data directory; with `database.url` it may.

Examples:
  mainstay admin create --data ./data --name ada --password-stdin < password.txt
  mainstay admin token --data ./data --user ada | tail -n 1")]
pub(crate) struct AdminArgs {
    #[command(subcommand)]
    pub(crate) verb: AdminVerb,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Both are a data directory or postgres://USER:PASSWORD@HOST:PORT/DATABASE. No server may run on
either of them. The target must be empty; a copy that was cut off goes on where it was. Samples
stay in their data directory.

Examples:
  mainstay migrate-store --from ./data --to postgres://mainstay@db.example/mainstay
  mainstay migrate-store --from \"$DATABASE_URL\" --to ./data

PGPASSWORD gives the password where the URL has none.")]
pub(crate) struct MigrateStoreArgs {
    /// Where the records are now; nothing there is changed.
    #[arg(long, value_name = "URL|DIR")]
    pub(crate) from: String,
    /// Where they shall be.
    #[arg(long, value_name = "URL|DIR")]
    pub(crate) to: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminVerb {
    /// Creates a user.
    Create {
        #[command(flatten)]
        settings: SettingsArgs,
        /// The name to sign in with.
        #[arg(long)]
        name: String,
        /// The role to grant over everything: administrator, viewer, operator, one of the three
        /// administrators (system-, security-, audit-administrator), or one of your own.
        #[arg(long, default_value = "administrator")]
        role: String,
        /// Read the password from the first line of standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Makes an API token of a user and prints it as the last line.
    Token {
        #[command(flatten)]
        settings: SettingsArgs,
        /// Whose token.
        #[arg(long)]
        user: String,
        /// What it is called.
        #[arg(long, default_value = "command line")]
        name: String,
        /// Days until it expires.
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
    /// Grants a role over everything to a user, as when the last administrator is gone.
    Grant {
        #[command(flatten)]
        settings: SettingsArgs,
        /// To whom.
        #[arg(long)]
        user: String,
        /// Which role.
        #[arg(long)]
        role: String,
        /// Why; it is kept with the grant.
        #[arg(long, default_value = "granted on the command line")]
        reason: String,
    },
    /// The separation of the system, security and audit administrators.
    Separation {
        #[command(subcommand)]
        verb: SeparationVerb,
    },
    /// Sets a new password and signs the user out everywhere.
    Password {
        #[command(flatten)]
        settings: SettingsArgs,
        /// Whose password.
        #[arg(long)]
        name: String,
        /// Read the password from the first line of standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SeparationVerb {
    /// Switches it off; it is switched on in the UI or by the API.
    Off {
        #[command(flatten)]
        settings: SettingsArgs,
        /// Why; it is journalled.
        #[arg(long)]
        reason: String,
    },
}
