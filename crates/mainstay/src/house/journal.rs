use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use access::Access;
use http_kit::{JournalKeeping, Pause};
use jobs::{Job, JobFuture, Status, Timer};
use journal::{
    AnchorSettings, Anchors, Archiver, EarlierPlace, ElsewhereFuture, Neighbour, Neighbours,
    NeighboursFuture, PlaceAt, PlaceOf, Places, PlacesFuture, Sealer, SealerParts, SyslogAddress,
    ThenFuture, TokensFuture,
};
use kernel::{Caller, Fault, Page, Text, Time};
use resources::{ResourceId, Resources};

use super::ground::Ground;
use crate::config::Settings;

/// Relations of one resource that are followed.
const RELATIONS_MAX: u32 = 200;
/// Resources found around one at most.
const NEIGHBOURS_MAX: usize = 400;

/// What keeps the journal: seals, anchors, archives.
#[derive(Debug, Clone)]
pub(super) struct Keeping {
    pub(super) sealer: Sealer,
    anchors: Anchors,
    archiver: Archiver,
    host: String,
}

/// Who listens to a live stream is asked again after so long: whoever may not any more is to hear
/// nothing after 5 s.
const LISTENING: Duration = Duration::from_secs(3);

/// The pause between two looks at who listens to a live stream.
pub(super) fn listening(timer: &Arc<dyn Timer>) -> Pause {
    let timer = Arc::clone(timer);
    Arc::new(move || timer.sleep(LISTENING))
}

/// The folder of the journal's keys.
pub(crate) fn keys_folder(settings: &Settings) -> PathBuf {
    settings.journal_path("keys").unwrap_or_else(|| settings.data().join("keys"))
}

/// The folder of the journal's archives.
pub(crate) fn archive_folder(settings: &Settings) -> PathBuf {
    settings.journal_path("archive").unwrap_or_else(|| settings.data().join("archive"))
}

impl Keeping {
    /// Errors: a setting names an address that makes no sense.
    pub(super) fn open(ground: &Ground) -> anyhow::Result<Self> {
        let settings = &ground.settings;
        let sealer = Sealer::new(SealerParts {
            db: ground.db.clone(),
            clock: Arc::clone(&ground.clock),
            ids: Arc::clone(&ground.ids),
            keys: keys_folder(settings),
        });
        let host = host_name(Path::new("/proc/sys/kernel/hostname"));
        let anchors = anchor_settings(settings, host.clone())?;
        let archiver = Archiver {
            sealer: sealer.clone(),
            folder: archive_folder(settings),
            retention: settings.journal_retention(),
            anchored: anchors.anchored(),
        };
        Ok(Self { anchors: Anchors::new(sealer.clone(), anchors), sealer, archiver, host })
    }

    pub(super) fn jobs(&self) -> Vec<Arc<dyn Job>> {
        vec![
            Arc::new(Seal(self.sealer.clone())),
            Arc::new(Anchor(self.anchors.clone())),
            Arc::new(Archive(self.archiver.clone())),
        ]
    }

    pub(super) fn routes_state(&self, ground: &Ground) -> JournalKeeping {
        JournalKeeping {
            sealer: self.sealer.clone(),
            anchors: self.anchors.clone(),
            clock: Arc::clone(&ground.clock),
            host: self.host.clone(),
        }
    }
}

fn anchor_settings(settings: &Settings, host: String) -> anyhow::Result<AnchorSettings> {
    let syslog = |key: &'static str, setting: &'static str| {
        let text = settings.journal_path(key).map(|path| path.display().to_string());
        text.map(|text| SyslogAddress::parse(setting, &text)).transpose()
    };
    let http = settings.journal_path("anchor.http").map(|path| path.display().to_string());
    Ok(AnchorSettings {
        file: settings.journal_path("anchor.file"),
        syslog: syslog("anchor.syslog", "journal.anchor.syslog")?,
        http: http.map(|url| journal::parse_url("journal.anchor.http", &url)).transpose()?,
        http_token: settings.journal_path("anchor.http_token"),
        authority: settings.journal_path("anchor.authority"),
        forward: syslog("forward.syslog", "journal.forward.syslog")?,
        host,
    })
}

fn host_name(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

/// Seals rows every few seconds.
struct Seal(Sealer);

impl Job for Seal {
    fn name(&self) -> &'static str {
        "journal-seal"
    }

    fn title(&self) -> Text {
        Text::new("Journal: seal new rows", "日志：封存新记录")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            let sealed = self.0.seal().await?;
            Ok(Status { done: sealed.rows, left: sealed.left, ..Status::default() })
        })
    }
}

/// Tells places outside.
struct Anchor(Anchors);

impl Job for Anchor {
    fn name(&self) -> &'static str {
        "journal-anchor"
    }

    fn title(&self) -> Text {
        Text::new("Journal: tell anchors, forward facts", "日志：外部锚定与转发")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            let told = self.0.settle().await?;
            let left = told.failures.len() as u64;
            let failures = told.failures.join("; ");
            let message = (left > 0)
                .then(|| Text::new(format!("failing: {failures}"), format!("失败：{failures}")));
            Ok(Status { done: told.done, left, message, ..Status::default() })
        })
    }
}

/// Moves old rows to files.
struct Archive(Archiver);

impl Job for Archive {
    fn name(&self) -> &'static str {
        "journal-archive"
    }

    fn title(&self) -> Text {
        Text::new("Journal: archive old rows", "日志：归档旧记录")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(3600)
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            let archived = self.0.archive().await?;
            Ok(Status { done: archived.rows, ..Status::default() })
        })
    }
}

/// The register and the users, as the journal asks them; users are asked of where they are known.
pub(super) struct Register {
    pub(super) resources: Resources,
    pub(super) users: Option<Access>,
}

impl Places for Register {
    fn places_of(&self, resource_ids: Vec<String>) -> PlacesFuture<'_> {
        Box::pin(async move {
            // What does not read as an id is in no register.
            let ids: Vec<ResourceId> =
                resource_ids.iter().filter_map(|id| id.parse().ok()).collect();
            let places = self.resources.places_of(&ids).await?;
            let mut earlier = self.resources.earlier_places(&ids).await?;
            let place = |(id, place): (ResourceId, resources::ResourcePlace)| {
                let earlier = earlier.remove(&id).unwrap_or_default().into_iter();
                let earlier = earlier.map(|earlier| EarlierPlace {
                    until: earlier.until.micros(),
                    was: earlier.was,
                });
                let (unit_id, region_id) = (place.unit_id, place.region_id);
                (id.to_string(), PlaceOf { unit_id, region_id, earlier: earlier.collect() })
            };
            Ok(places.into_iter().map(place).collect::<HashMap<_, _>>())
        })
    }

    fn places_then(&self, moments: Vec<PlaceAt>) -> ThenFuture<'_> {
        Box::pin(async move {
            let asked = moments.iter().map(|PlaceAt { unit_id, region_id, at }| {
                (unit_id.clone(), region_id.clone(), Time::from_micros(*at))
            });
            let found = self.resources.lineages(asked).await?;
            Ok(moments.into_iter().zip(found).collect())
        })
    }

    fn tokens_of<'a>(&'a self, user_id: &'a str) -> TokensFuture<'a> {
        Box::pin(async move {
            match &self.users {
                Some(access) => Ok(access.tokens_ever_of(user_id).await?),
                None => Ok(Vec::new()),
            }
        })
    }

    fn actors_called<'a>(&'a self, caller: &'a Caller, name: &'a str) -> TokensFuture<'a> {
        Box::pin(async move {
            match &self.users {
                Some(access) => Ok(access.actors_called(caller, name).await?),
                None => Ok(Vec::new()),
            }
        })
    }

    fn any_elsewhere<'a>(
        &'a self,
        units: &'a BTreeSet<String>,
        regions: &'a BTreeSet<String>,
    ) -> ElsewhereFuture<'a> {
        Box::pin(async move { Ok(self.resources.any_elsewhere(units, regions).await?) })
    }
}

impl Neighbours for Register {
    fn neighbours<'a>(
        &'a self,
        caller: &'a Caller,
        resource_id: &'a str,
        depth: u32,
    ) -> NeighboursFuture<'a> {
        Box::pin(async move {
            let expected = Text::new("a UUID", "UUID 格式的编号");
            let start: ResourceId =
                resource_id.parse().map_err(|_| Fault::invalid("id", resource_id, expected))?;
            let mut found = Vec::new();
            let mut seen = HashSet::from([start]);
            let mut open = VecDeque::from([(start, 0)]);
            while let Some((id, distance)) = open.pop_front() {
                found.push(Neighbour { resource_id: id.to_string(), distance });
                if distance >= depth || seen.len() >= NEIGHBOURS_MAX {
                    if distance == 0 {
                        self.resources.get_seen(caller, id).await?;
                    }
                    continue;
                }
                let page = Page { after: None, limit: RELATIONS_MAX };
                for relation in self.resources.relations_of(caller, id, &page).await?.items {
                    if seen.insert(relation.other.id) {
                        open.push_back((relation.other.id, distance + 1));
                    }
                }
            }
            Ok(found)
        })
    }
}
