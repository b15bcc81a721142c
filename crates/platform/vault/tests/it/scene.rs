use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use kernel::{Caller, Page, Time};
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, SeededIds, TemporaryDb};
use vault::{AttachmentSettings, AttachmentSubject, KeySource, SubjectFuture, Vault, VaultParts};

/// A machine room with one rack that everybody sees and only administrators change, and one that
/// nobody sees.
pub(crate) struct Racks;

impl AttachmentSubject for Racks {
    fn kind(&self) -> &'static str {
        "rack"
    }

    fn may_read<'a>(&'a self, _: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move { Ok(id == "r1") })
    }

    fn may_change<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move { Ok(id == "r1" && caller.may(kernel::Permission("rack.change"))) })
    }
}

pub(crate) struct Scene {
    pub(crate) vault: Vault,
    pub(crate) client: Client,
    pub(crate) clock: ManualClock,
    pub(crate) records: TemporaryDb,
    pub(crate) dir: tempfile::TempDir,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(AttachmentSettings::default()).await
    }

    pub(crate) async fn with(settings: AttachmentSettings) -> Self {
        let records = testkit::temporary_db(&[journal::MIGRATIONS, vault::MIGRATIONS]).await;
        let dir = tempfile::tempdir().unwrap();
        // The clock of the day near the real one: files carry the time the system gave them.
        let clock = ManualClock::at(Time::from_micros(
            i64::try_from(
                dir.path()
                    .metadata()
                    .unwrap()
                    .modified()
                    .unwrap()
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap()
                    .as_micros(),
            )
            .unwrap(),
        ));
        let vault = open(&records, dir.path(), &clock, settings, 1);
        vault.unlock().await.unwrap();
        let client = client(&vault, &clock);
        Self { vault, client, clock, records, dir }
    }

    /// The same records and files, as another process opens them.
    pub(crate) fn reopened(&self, seed: u64) -> Vault {
        open(&self.records, self.dir.path(), &self.clock, AttachmentSettings::default(), seed)
    }

    pub(crate) fn reopened_with(&self, keys: KeySource) -> Vault {
        Vault::new(VaultParts {
            db: self.records.db.clone(),
            clock: Arc::new(self.clock.clone()),
            ids: Arc::new(SeededIds::new(60)),
            keys,
            files: self.dir.path().join("attachments"),
            settings: AttachmentSettings::default(),
            subjects: Vec::new(),
        })
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.dir.path().join("keys/vault.keys")
    }

    pub(crate) async fn keep(&self, name: &str, value: &str) -> Value {
        let body = json!({ "name": name, "kind": "password", "value": value });
        let answer = self.client.post("/api/v1/secrets", body).await;
        assert_eq!(answer.status, 201, "{:?}", answer.json);
        answer.json
    }

    pub(crate) async fn facts(&self, verb: &str) -> Vec<journal::Row> {
        let verb = (!verb.is_empty()).then(|| verb.to_owned());
        let filter = journal::Filter { verb, ..journal::Filter::default() };
        let page = Page { after: None, limit: 500 };
        let mut rows = journal::list(&self.records.db, &filter, page).await.unwrap().items;
        rows.reverse();
        rows
    }
}

fn open(
    records: &TemporaryDb,
    dir: &Path,
    clock: &ManualClock,
    settings: AttachmentSettings,
    seed: u64,
) -> Vault {
    Vault::new(VaultParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SeededIds::new(seed)),
        keys: KeySource::File(dir.join("keys/vault.keys")),
        files: dir.join("attachments"),
        settings,
        subjects: vec![Arc::new(Racks)],
    })
}

pub(crate) fn client(vault: &Vault, clock: &ManualClock) -> Client {
    let ids = Arc::new(SeededIds::new(99));
    Client::of_routes(vault::routes(vault.clone()), Arc::new(clock.clone()), ids)
}

/// The status and the stable code of a refusal.
pub(crate) fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.json["code"].as_str().unwrap_or_default())
}

/// Every byte below `path`, as text.
pub(crate) fn bytes_below(path: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&bytes_below(&path));
        } else {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
    all
}
