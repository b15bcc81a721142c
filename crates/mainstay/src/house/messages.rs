//! Secrets, attachments and messages: opened, wired to who signs in and to the register.

use std::{sync::Arc, time::Duration};

use access::Access;
use desk::DeskFiles;
use directory::{Directory, PersonId};
use http_kit::{Routes, outgoing::Outgoing as HttpOut};
use jobs::{Job, JobFuture, RunsOn, Status};
use kernel::{Caller, Fault, Text};
use notify::{AccountFuture, Accounts, Notify, NotifyParts};
use probe::guard::OutboundGuard;
use resources::{RESOURCE_CHANGE, ResourceId, Resources};
use vault::{AttachmentSubject, Done, KeySource, SubjectFuture, Vault, VaultError, VaultParts};

use super::{ground::Ground, photos::RoundPhotos};
use crate::config::{LiveSettings, Settings};

/// How long an identity provider may take for one answer, and how long that may be.
const PROVIDER_PATIENCE: Duration = Duration::from_secs(5);
const PROVIDER_BYTES_MAX: usize = 256 * 1024;
/// The variable by which master keys are given from outside.
const KEYS_VARIABLE: &str = "MAINSTAY_VAULT_KEYS";

/// Secrets, files, messages, and the settings that change while the server runs.
pub(super) struct Outgoing {
    pub(super) vault: Vault,
    pub(super) notify: Notify,
    pub(super) settings: LiveSettings,
    /// Who sees the files of tickets: the desk, once it is there.
    pub(super) desk_files: DeskFiles,
    pub(super) photos: Arc<RoundPhotos>,
}

impl Outgoing {
    /// Opens the vault where its keys are at hand, and what sends messages.
    ///
    /// Errors: the records fail. A locked vault is no reason to watch nothing: it says so in the
    /// log and by the API.
    pub(super) async fn open(
        ground: &Ground,
        directory: &Directory,
        access: &Access,
        resources: &Resources,
        guard: &Arc<OutboundGuard>,
    ) -> anyhow::Result<Self> {
        let desk_files = DeskFiles::default();
        let photos: Arc<RoundPhotos> = Arc::default();
        let vault = open_vault(ground, resources, (&desk_files, &photos))?;
        match vault.unlock().await {
            Ok(()) | Err(VaultError::Locked { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        access.learn_vault(vault.clone());
        let out = HttpOut::new(Arc::clone(guard), PROVIDER_PATIENCE, PROVIDER_BYTES_MAX);
        access.learn_outgoing(out);
        access.apply_address(ground.settings.server_url());
        let templates =
            [&alerts::TEMPLATES[..], duty::subsystem::TEMPLATES, desk::subsystem::TEMPLATES];
        let notify = Notify::new(NotifyParts {
            db: ground.db.clone(),
            clock: Arc::clone(&ground.clock),
            timer: Arc::clone(&ground.timer),
            ids: Arc::clone(&ground.ids),
            vault: vault.clone(),
            directory: directory.clone(),
            accounts: accounts(access),
            guard: Arc::clone(guard),
            templates: templates.concat(),
            settings: ground.settings.messages(),
        });
        notify.seed().await?;
        let (files, messages, reached) = (vault.clone(), notify.clone(), access.clone());
        let (samples, pace) = (Arc::clone(&ground.series), ground.pace.clone());
        let limits = Arc::clone(&ground.limits);
        let settings = LiveSettings::new(
            ground.db.clone(),
            Arc::clone(&ground.clock),
            access.clone(),
            Settings::clone(&ground.settings),
            vec![
                Box::new(move |settings| files.apply(settings.attachments())),
                Box::new(move |settings| messages.apply(settings.messages())),
                Box::new(move |settings| reached.apply_address(settings.server_url())),
                Box::new(move |settings| samples.tune(settings.tuning())),
                Box::new(move |settings| pace.apply(settings)),
                Box::new(move |settings| limits.set(settings.series_limits())),
            ],
        );
        Ok(Self { vault, notify, settings, desk_files, photos })
    }

    pub(super) fn routes(&self) -> Routes {
        vault::routes(self.vault.clone()).merge(notify::routes(self.notify.clone()))
    }

    pub(super) fn jobs(&self) -> Vec<Arc<dyn Job>> {
        let mut jobs = notify::jobs(&self.notify);
        jobs.push(Arc::new(Seal(self.vault.clone())));
        jobs.push(Arc::new(Scan(self.vault.clone())));
        jobs.push(Arc::new(Clear(self.vault.clone())));
        jobs.push(Arc::new(Move(self.vault.clone())));
        jobs
    }
}

fn open_vault(
    ground: &Ground,
    resources: &Resources,
    (desk_files, photos): (&DeskFiles, &Arc<RoundPhotos>),
) -> Result<Vault, VaultError> {
    let keys = match std::env::var(KEYS_VARIABLE) {
        Ok(keys) if !keys.is_empty() => KeySource::given(keys),
        _ => KeySource::File(ground.settings.vault_key_file()),
    };
    let mut subjects = desk_files.subjects();
    subjects.push(Arc::new(OfResource(resources.clone())));
    subjects.push(Arc::clone(photos) as _);
    let parts = VaultParts {
        db: ground.db.clone(),
        clock: Arc::clone(&ground.clock),
        ids: Arc::clone(&ground.ids),
        keys,
        files: ground.data.path().join("attachments"),
        settings: ground.settings.attachments(),
        subjects,
    };
    Vault::stored(parts, &ground.settings.storage())
}

/// Files attached to resources: who sees a resource sees them, who may change it changes them.
struct OfResource(Resources);

impl OfResource {
    async fn seen(&self, caller: &Caller, id: &str) -> Result<Option<ResourceId>, Fault> {
        let Ok(id) = id.parse::<ResourceId>() else { return Ok(None) };
        match self.0.get_seen(caller, id).await {
            Ok(_) => Ok(Some(id)),
            Err(resources::ResourcesError::ResourceNotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl AttachmentSubject for OfResource {
    fn kind(&self) -> &'static str {
        "resource"
    }

    fn may_read<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move { Ok(self.seen(caller, id).await?.is_some()) })
    }

    fn may_change<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move {
            let Some(id) = self.seen(caller, id).await? else { return Ok(false) };
            let place = self.0.place_of(id).await?;
            Ok(caller.may_at(RESOURCE_CHANGE, &place.as_place()))
        })
    }
}

/// Which user is which person, for those who tell people something.
pub(super) fn accounts(access: &Access) -> Arc<dyn Accounts> {
    Arc::new(Users(access.clone()))
}

/// Which user is which person.
struct Users(Access);

impl Accounts for Users {
    fn person_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, PersonId> {
        Box::pin(async move {
            let Ok(id) = user_id.parse() else { return Ok(None) };
            let user = self.0.user_with_id(id).await?;
            Ok(user.and_then(|user| user.person_id).and_then(|person| person.parse().ok()))
        })
    }

    fn user_of(&self, person_id: PersonId) -> AccountFuture<'_, String> {
        Box::pin(async move {
            let user = self.0.user_of_person(&person_id.to_string()).await?;
            Ok(user.map(|user| user.id.to_string()))
        })
    }

    fn name_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, String> {
        Box::pin(async move {
            let Ok(id) = user_id.parse() else { return Ok(None) };
            Ok(self.0.user_with_id(id).await?.map(|user| user.display_name))
        })
    }

    fn as_caller<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, Caller> {
        Box::pin(async move { Ok(self.0.author(user_id).await?) })
    }
}

/// Moves secrets to the current master key, and tells of those that expire.
struct Seal(Vault);

impl Job for Seal {
    fn name(&self) -> &'static str {
        "vault.seal"
    }

    fn title(&self) -> Text {
        Text::new(
            "Secrets: move them to the current master key, tell of those that expire",
            "密钥凭据：迁移到当前主密钥并提醒即将到期",
        )
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let mut moved = Done::default();
            // A rotation is done in one run unless it is very large.
            for _ in 0..100 {
                let batch = self.0.rewrap().await?;
                moved.done += batch.done;
                (moved.left, moved.message) = (batch.left, batch.message);
                if batch.done == 0 {
                    break;
                }
            }
            let told = self.0.warn_expiring().await?;
            Ok(status(Done { done: moved.done + told.done, ..moved }))
        })
    }
}

/// Asks the scanner about attached files.
struct Scan(Vault);

impl Job for Scan {
    fn name(&self) -> &'static str {
        "vault.scan"
    }

    fn title(&self) -> Text {
        Text::new("Attachments: ask the virus scanner", "附件：病毒扫描")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(status(self.0.scan().await?)) })
    }

    /// Twenty files that all take as long as they may.
    fn time_limit(&self) -> Duration {
        Duration::from_secs(20 * 600)
    }
}

/// Removes attached files that nobody needs.
struct Clear(Vault);

impl Job for Clear {
    fn name(&self) -> &'static str {
        "vault.clear"
    }

    fn title(&self) -> Text {
        Text::new("Attachments: remove what nobody needs", "附件：清理不再需要的文件")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(600)
    }

    /// The files are on this server's disk.
    fn runs_on(&self) -> RunsOn {
        RunsOn::EveryServer
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(status(self.0.collect().await?)) })
    }
}

/// Moves attached files to where new ones go.
struct Move(Vault);

impl Job for Move {
    fn name(&self) -> &'static str {
        "vault.move"
    }

    fn title(&self) -> Text {
        Text::new("Attachments: move them to the storage that is set", "附件：迁移到所设的存储")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(30)
    }

    /// Those that are left may be on this server's disk.
    fn runs_on(&self) -> RunsOn {
        RunsOn::EveryServer
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(status(self.0.move_files().await?)) })
    }

    /// Two hundred large files over a slow line.
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3_600)
    }
}

fn status(done: Done) -> Status {
    Status { done: done.done, left: done.left, oldest_s: None, message: done.message }
}
