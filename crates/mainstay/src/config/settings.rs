mod series;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use db::{DataDir, Location, PostgresUrl};
use prometheus::{PrometheusSettings, QueryLimits};
use scim::ScimSettings;
use vault::{AddressStyle, S3Secret, S3Settings, StorageKind, StorageSettings};

use super::KEYS;

/// Where a value came from; later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Default,
    /// Given by the API, kept in the records.
    Database,
    File,
    Environment,
    Flag,
}

impl Source {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Database => "database",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Flag => "flag",
        }
    }
}

/// One setting as it holds, with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) key: &'static str,
    /// As it may be shown.
    pub(crate) value: String,
    pub(crate) source: Source,
    /// The file, the variable or the flag.
    pub(crate) origin: String,
    /// The URL of a database with its password, where the setting is one.
    pub(super) database: Option<PostgresUrl>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// All settings, checked: one [`Setting`] for every key of [`KEYS`], in its order.
#[derive(Debug, Clone)]
pub(crate) struct Settings(Vec<Setting>);

impl Settings {
    pub(super) fn new(settings: Vec<Setting>) -> Self {
        debug_assert_eq!(settings.len(), KEYS.len());
        Self(settings)
    }

    pub(crate) fn all(&self) -> &[Setting] {
        &self.0
    }

    /// The same with what the records say of the setting at `place`: the value and who gave it, or
    /// that nobody did. What file, environment and flags say stays.
    pub(super) fn with_stored(mut self, place: usize, stored: Option<(String, String)>) -> Self {
        let setting = &mut self.0[place];
        if matches!(setting.source, Source::Default | Source::Database) {
            let (value, origin, source) = match stored {
                Some((value, origin)) => (value, origin, Source::Database),
                None => (KEYS[place].default.to_owned(), String::new(), Source::Default),
            };
            (setting.value, setting.origin, setting.source) = (value, origin, source);
        }
        self
    }

    fn text(&self, key: &str) -> &str {
        let setting = self.0.iter().find(|setting| setting.key == key);
        &setting.expect("`new` was given every key").value
    }

    fn number(&self, key: &str) -> u64 {
        self.text(key).parse().expect("`load` checked that it is a number not below zero")
    }

    fn switch(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        Some(self.text(key)).filter(|text| !text.is_empty()).map(PathBuf::from)
    }

    pub(crate) fn data(&self) -> PathBuf {
        PathBuf::from(self.text("data"))
    }

    /// The PostgreSQL database; without one the records are in the data directory.
    pub(crate) fn database(&self) -> Option<&PostgresUrl> {
        self.0.iter().find_map(|setting| setting.database.as_ref())
    }

    /// Where the records are.
    pub(crate) fn location(&self, data: &DataDir) -> Location {
        match self.database() {
            Some(url) => Location::Postgres(url.clone()),
            None => Location::Sqlite(data.records()),
        }
    }

    pub(crate) fn listen(&self) -> SocketAddr {
        self.text("listen").parse().expect("`load` checked that it is an address")
    }

    /// The certificate chain's and the key's file.
    pub(crate) fn tls(&self) -> Option<(PathBuf, PathBuf)> {
        self.path("tls.certificate").zip(self.path("tls.key"))
    }

    pub(crate) fn log_level(&self) -> &str {
        self.text("log.level")
    }

    pub(crate) fn log_format(&self) -> LogFormat {
        if self.text("log.format") == "json" { LogFormat::Json } else { LogFormat::Text }
    }

    pub(crate) fn session_idle(&self) -> Duration {
        Duration::from_secs(self.number("session.idle_minutes") * 60)
    }

    pub(crate) fn session_absolute(&self) -> Duration {
        Duration::from_secs(self.number("session.absolute_hours") * 3600)
    }

    /// Where series are served without sign-in.
    pub(crate) fn series_listen(&self) -> Option<SocketAddr> {
        // `load` checked that it is an address, or empty.
        self.text("series.listen").parse().ok()
    }

    /// What of written samples is taken, and how much a query may take.
    pub(crate) fn prometheus(&self) -> PrometheusSettings {
        let size = |key: &str| usize::try_from(self.number(key)).unwrap_or(usize::MAX);
        PrometheusSettings {
            write_bytes_max: size("series.write_mib_max").saturating_mul(1024 * 1024),
            labels_max: size("series.labels_max"),
            ahead: Duration::from_secs(self.number("series.ahead_s")),
            query: QueryLimits {
                timeout: Duration::from_secs(self.number("series.query_timeout_s")),
                concurrency_max: size("series.query_concurrency_max"),
                series_max: size("series.query_series_max"),
                samples_max: self.number("series.query_samples_max"),
                bytes_max: size("series.query_memory_mib_max").saturating_mul(1024 * 1024),
            },
            answers_bytes_max: size("series.query_answers_mib_max").saturating_mul(1024 * 1024),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    pub(crate) fn watch_host(&self) -> bool {
        self.switch("host.watch")
    }

    pub(crate) fn host_interval(&self) -> Duration {
        Duration::from_secs(self.number("host.interval_s"))
    }

    pub(crate) fn discovery_automatic(&self) -> bool {
        self.switch("discovery.automatic")
    }

    pub(crate) fn discovery_interval(&self) -> Duration {
        Duration::from_secs(self.number("discovery.interval_s"))
    }

    pub(crate) fn checks_concurrency(&self) -> usize {
        usize::try_from(self.number("checks.concurrency_max")).unwrap_or(usize::MAX)
    }

    pub(crate) fn outbound_loopback(&self) -> bool {
        self.switch("outbound.loopback")
    }

    pub(crate) fn outbound_private(&self) -> bool {
        self.switch("outbound.private")
    }

    /// The setting `journal.…` of that name, when it is set.
    pub(crate) fn journal_path(&self, name: &str) -> Option<PathBuf> {
        self.path(&format!("journal.{name}"))
    }

    pub(crate) fn journal_retention(&self) -> Duration {
        Duration::from_secs(self.number("journal.retention_days") * 24 * 3600)
    }

    /// The address under which people reach the web UI.
    pub(crate) fn server_url(&self) -> Option<String> {
        Some(self.text("server.url").to_owned()).filter(|url| !url.is_empty())
    }

    /// What identity providers bring besides people.
    pub(crate) fn scim(&self, https: bool) -> ScimSettings {
        let (accounts, posts) = (self.switch("scim.accounts"), self.switch("scim.posts"));
        ScimSettings { accounts, posts, https }
    }

    pub(crate) fn vault_key_file(&self) -> PathBuf {
        self.path("vault.key_file").unwrap_or_else(|| self.data().join("keys/vault.keys"))
    }

    pub(crate) fn attachments(&self) -> vault::AttachmentSettings {
        let days = self.number("attachments.retention_days");
        vault::AttachmentSettings {
            size_bytes_max: self.number("attachments.size_mib_max") * 1024 * 1024,
            retention: (days > 0).then(|| Duration::from_secs(days * 86_400)),
            // `load` checked that it reads.
            scan_command: serde_json::from_str(self.text("attachments.scan_command")).ok(),
            scan_timeout: Duration::from_secs(self.number("attachments.scan_timeout_s")),
        }
    }

    /// Where attached files are kept.
    pub(crate) fn storage(&self) -> StorageSettings {
        let kind = match self.text("attachments.storage") {
            "s3" => StorageKind::S3,
            _ => StorageKind::Disk,
        };
        StorageSettings { kind, s3: self.bucket() }
    }

    /// The bucket, where one is named.
    fn bucket(&self) -> Option<S3Settings> {
        let text = |name: &str| self.text(&format!("attachments.s3.{name}")).to_owned();
        let given = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
        let style = match self.switch("attachments.s3.path_style") {
            true => AddressStyle::Path,
            false => AddressStyle::VirtualHost,
        };
        // `load` checked that a bucket has one of the two.
        let secret = match given("secret") {
            Some(name) => S3Secret::Vault(name),
            None => S3Secret::File(text("secret_key_file").into()),
        };
        Some(S3Settings {
            endpoint: given("endpoint"),
            bucket: given("bucket")?,
            region: text("region"),
            prefix: text("prefix"),
            style,
            access_key: text("access_key"),
            secret,
            authority: self.path("attachments.s3.authority"),
        })
    }

    pub(crate) fn messages(&self) -> notify::NotifySettings {
        notify::NotifySettings {
            base_url: self.server_url(),
            zone: Some(self.text("notify.zone").to_owned()).filter(|zone| !zone.is_empty()),
            retention: Duration::from_secs(self.number("notify.retention_days") * 86_400),
            ..notify::NotifySettings::default()
        }
    }

    pub(crate) fn outbound_allow(&self) -> impl Iterator<Item = &str> {
        self.text("outbound.allow").split(',').map(str::trim).filter(|network| !network.is_empty())
    }
}
