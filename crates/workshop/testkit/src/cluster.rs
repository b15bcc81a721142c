use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use jobs::{Timer, TokioTimer};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// Tries to reach a server that starts, and the pause between two.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// A PostgreSQL server of the test's own, for what must be stopped and started. It ends with the
/// test, also when that is killed.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    dir: TempDir,
    owner: String,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a server that runs; `None` where PostgreSQL is not installed (never so where `CI` is
    /// set).
    ///
    /// # Panics
    /// When the server does not start: the test cannot run.
    pub async fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL is not installed");
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        };
        let dir = tempfile::Builder::new().prefix("mainstay-cluster").tempdir_in("/tmp");
        let dir = dir.expect("a temporary directory can be made");
        // PostgreSQL refuses to run as root.
        let owner = if output("id", &["-u"]) == "0" { "postgres" } else { "" }.to_owned();
        let mut cluster = Self { programs, dir, owner, server: None };
        if !cluster.owner.is_empty() {
            output("chown", &[&cluster.owner, &cluster.path().to_string_lossy()]);
        }
        let data = cluster.path().join("data");
        let made = cluster
            .command("initdb")
            .arg("-D")
            .arg(&data)
            .args(["-U", "mainstay", "-A", "trust", "--encoding", "UTF8", "--locale", "C"])
            .arg("--no-sync")
            .stdout(Stdio::null())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "initdb failed");
        cluster.resume().await;
        Some(cluster)
    }

    /// The URL of its database `postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://mainstay@localhost/postgres?host={}", self.path().display())
    }

    /// Starts it again.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn resume(&mut self) {
        let data = self.path().join("data");
        let settings = [
            "listen_addresses=".to_owned(),
            format!("unix_socket_directories={}", self.path().display()),
            "fsync=off".to_owned(),
            "max_connections=50".to_owned(),
        ];
        let mut command = self.command("postgres");
        command.arg("-D").arg(data);
        for setting in &settings {
            command.args(["-c", setting]);
        }
        let log = self.path().join("server.log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(log.expect("the log can be written"));
        self.server = Some(command.spawn().expect("postgres can be started"));
        for _ in 0..TRIES {
            if let Ok(connection) = PgConnection::connect(&self.url()).await {
                drop(connection);
                return;
            }
            TokioTimer.sleep(PAUSE).await;
        }
        panic!("PostgreSQL did not start");
    }

    /// Stops it at once, as a power cut would.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        output("kill", &["-QUIT", &server.id().to_string()]);
        if let Err(error) = server.wait() {
            eprintln!("failed to wait for PostgreSQL: {error}");
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A program of PostgreSQL, as the server's user, that ends when the test does.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.current_dir(self.path()).args(["--pdeathsig", "QUIT"]);
        if !self.owner.is_empty() {
            command.args(["--reuid", &self.owner, "--regid", &self.owner, "--clear-groups"]);
        }
        command.arg("--").arg(self.programs.join(program));
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The folder of the newest PostgreSQL.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|path| path.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

fn output(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    let output = output.unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
