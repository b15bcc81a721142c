use std::{path::Path, process::Stdio, time::Duration};

use journal::Entry;
use kernel::{Caller, Text};
use tokio::{io::AsyncReadExt, process::Command};

use super::Done;
use crate::{Content, Vault, VaultError, Verdict, facts::ContentRefused, store};

/// Files scanned in one run.
const BATCH: u32 = 20;
/// How often the scanner is asked before a file counts as not to be judged.
const ATTEMPTS_MAX: i64 = 5;
/// How long the scanner is left alone with a file after it failed: so long times the attempts.
const RETRY: Duration = Duration::from_secs(60);
/// What is kept of the scanner's words.
const NOTE_BYTES_MAX: u64 = 2_000;

impl Vault {
    /// Asks the scanner about files that wait for it: a batch. Without a scanner nothing is asked;
    /// what waited for one stays withheld.
    pub async fn scan(&self) -> Result<Done, VaultError> {
        let db = &self.inner.db;
        let settings = self.settings();
        let Some(command) = settings.scan_command else {
            let left = u64::try_from(store::contents::pending(db.reader()).await?).unwrap_or(0);
            let message = (left > 0).then(|| {
                Text::new(
                    "files wait for a scanner, and none is set (attachments.scan_command)",
                    "有文件等待病毒扫描，但未设置扫描程序（attachments.scan_command）",
                )
            });
            return Ok(Done { left, message, ..Done::default() });
        };
        let mut done = 0;
        for content in store::contents::to_scan(db.reader(), self.now(), BATCH).await? {
            let name = self.inner.ids.uuid(self.now()).to_string();
            let named = self.inner.files.named(&name, &content.digest, content.size_bytes).await;
            let (verdict, note) = match named {
                Ok(file) => ask(&command, file.path(), settings.scan_timeout).await,
                Err(VaultError::ContentLost { said, .. }) => (Verdict::Failed, said),
                // A store that does not answer says nothing of the file.
                Err(error) => return Err(error),
            };
            self.judge(&content, verdict, note).await?;
            done += 1;
        }
        let left = store::contents::pending(db.reader()).await?;
        Ok(Done { done, left: u64::try_from(left).unwrap_or(0), message: None })
    }

    async fn judge(
        &self,
        content: &Content,
        verdict: Verdict,
        note: String,
    ) -> Result<(), VaultError> {
        let now = self.now();
        let again = verdict == Verdict::Failed && content.scan_attempts + 1 < ATTEMPTS_MAX;
        let verdict = if again { Verdict::Pending } else { verdict };
        let attempts = u32::try_from(content.scan_attempts + 1).unwrap_or(1);
        let due_at = now.plus(RETRY * attempts);
        let mut tx = self.inner.db.begin().await?;
        store::contents::judge(&mut tx, &content.digest, verdict, &note, due_at).await?;
        if matches!(verdict, Verdict::Infected | Verdict::Failed) {
            let digest = content.digest.clone();
            let fact = ContentRefused { digest, verdict: verdict.name(), note };
            let caller = Caller::system("vault");
            journal::append(&mut tx, Entry::new(&caller, now, &fact)).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Runs the scanner on a file: an argument list, no shell, none of our environment.
async fn ask(command: &[String], file: &Path, timeout: Duration) -> (Verdict, String) {
    let Some((program, arguments)) = command.split_first() else {
        return (Verdict::Failed, "no program is named".to_owned());
    };
    let path = file.display().to_string();
    let mut scanner = Command::new(program);
    let named = arguments.iter().any(|argument| argument.contains("{file}"));
    scanner.args(arguments.iter().map(|argument| argument.replace("{file}", &path)));
    if !named {
        scanner.arg(&path);
    }
    scanner
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    match tokio::time::timeout(timeout, run(scanner)).await {
        Err(_) => (Verdict::Failed, format!("no answer within {} s", timeout.as_secs())),
        Ok(Err(error)) => (Verdict::Failed, format!("{program}: {error}")),
        Ok(Ok((code, said))) => (judged(code), plain(&said, &path)),
    }
}

async fn run(mut scanner: Command) -> std::io::Result<(Option<i32>, Vec<u8>)> {
    let mut child = scanner.spawn()?;
    let mut said = Vec::new();
    if let Some(output) = child.stdout.take() {
        let mut kept = output.take(NOTE_BYTES_MAX);
        kept.read_to_end(&mut said).await?;
        // The rest is read and dropped: a scanner that talks much is not held up.
        tokio::io::copy(&mut kept.into_inner(), &mut tokio::io::sink()).await?;
    }
    Ok((child.wait().await?.code(), said))
}

fn judged(code: Option<i32>) -> Verdict {
    match code {
        Some(0) => Verdict::Clean,
        Some(1) => Verdict::Infected,
        _ => Verdict::Failed,
    }
}

/// The scanner's words on one line, without our paths.
fn plain(said: &[u8], path: &str) -> String {
    let said = String::from_utf8_lossy(said).replace(path, "file");
    let clean: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.trim().to_owned()
}
