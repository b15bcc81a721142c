use std::sync::{Arc, PoisonError, RwLock};

use access::{Access, PROVIDER_CHANGE};
use db::{Db, DbError};
use journal::Entry;
use kernel::{Caller, Clock, Fact, Fault, FaultKind, Permission, Subject, Text};
use serde::Serialize;
use sqlx::Row as _;

use super::{KEYS, Setting, Settings, Source, keys::Effect};

/// Changing settings.
pub(crate) const SETTING_CHANGE: Permission = Permission("setting.change");
/// Saying how long the journal stays at hand: the audit administrator's, while they are separated.
pub(crate) const JOURNAL_RETAIN: Permission = Permission("journal.retain");
/// The setting that says it.
pub(crate) const RETENTION: &str = "journal.retention_days";
/// What an identity provider may give, beside what is set at each of them: whoever may say who
/// vouches for people says that too.
const OF_PROVIDERS: [&str; 2] = ["scim.accounts", "scim.posts"];

const ALL: &str = "
    SELECT key, value, changed_by
    FROM mainstay_setting -- all rows: one for each setting that was changed, of those that exist
    ORDER BY key";

const WRITE: &str = "
    INSERT INTO mainstay_setting (key, value, version, changed_at, changed_by)
    VALUES ($1, $2, 1, $3, $4)
    ON CONFLICT (key) DO UPDATE
    SET value = excluded.value, version = mainstay_setting.version + 1,
        changed_at = excluded.changed_at, changed_by = excluded.changed_by";

const DELETE: &str = "DELETE FROM mainstay_setting WHERE key = $1";

/// A setting was given another value, or set back to its default.
#[derive(Debug, Clone, Serialize)]
struct SettingChanged {
    key: &'static str,
}

impl Fact for SettingChanged {
    const VERB: &'static str = "setting.changed";

    fn subject(&self) -> Subject {
        Subject::new("setting", self.key, self.key)
    }
}

type Applier = Box<dyn Fn(&Settings) + Send + Sync>;

/// The settings as they hold, and how they change while the server runs.
#[derive(Clone)]
pub(crate) struct LiveSettings {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    /// Knows whether the three administrators are separated.
    access: Access,
    /// As the server was started with: what takes effect at a start only is as it was then.
    started: Settings,
    now: RwLock<Arc<Settings>>,
    appliers: Vec<Applier>,
}

/// Lays what the records say over the defaults, under everything else.
///
/// A value that does not fit any more is left out with a warning: the server starts all the same.
pub(crate) async fn with_stored(mut settings: Settings, db: &Db) -> Result<Settings, DbError> {
    for (key, value, by) in stored(db).await? {
        let Some(place) = KEYS.iter().position(|known| known.name == key) else {
            tracing::warn!("the stored setting `{key}` is not known any more and left out");
            continue;
        };
        match KEYS[place].shape.check(&value) {
            _ if KEYS[place].effect == Effect::Never => {}
            Ok(()) => settings = settings.with_stored(place, Some((value, by))),
            Err(expected) => {
                tracing::warn!("the stored setting `{key}` is left out: expected {}", expected.en);
            }
        }
    }
    Ok(settings)
}

impl LiveSettings {
    /// Settings that `appliers` are told of when they change.
    pub(crate) fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        access: Access,
        started: Settings,
        appliers: Vec<Applier>,
    ) -> Self {
        let now = RwLock::new(Arc::new(started.clone()));
        Self { inner: Arc::new(Inner { db, clock, access, started, now, appliers }) }
    }

    /// As they hold.
    pub(crate) fn now(&self) -> Arc<Settings> {
        Arc::clone(&self.inner.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What holds at present of a setting: one that takes effect at a start holds as it was then.
    pub(crate) fn in_effect(&self, place: usize) -> Setting {
        let settings = match KEYS[place].effect {
            Effect::AtOnce => self.now(),
            Effect::AtStart | Effect::Never => Arc::new(self.inner.started.clone()),
        };
        settings.all()[place].clone()
    }

    /// Gives a setting another value, or with `None` its default.
    ///
    /// Errors: a [`Fault`]: not allowed, no such setting, not to be changed here, given by file,
    /// environment or flag, or a value that does not fit; while the administrators are separated
    /// also one by which less of the audit would stay at hand.
    pub(crate) async fn change(
        &self,
        caller: &Caller,
        key: &str,
        value: Option<String>,
    ) -> Result<usize, Fault> {
        if !caller.may_everywhere(SETTING_CHANGE) {
            return Err(Fault::forbidden(SETTING_CHANGE));
        }
        let place = place_of(key)?;
        if OF_PROVIDERS.contains(&key) && !caller.may_everywhere(PROVIDER_CHANGE) {
            return Err(Fault::forbidden(PROVIDER_CHANGE));
        }
        if key == RETENTION && self.inner.access.is_separated().await? {
            let after = value.as_deref().unwrap_or(KEYS[place].default);
            if lowers(&self.given(place).await?, after) {
                return Err(auditors());
            }
        }
        self.give(caller, place, value).await
    }

    /// The value as the records say it: another server may have changed it.
    async fn given(&self, place: usize) -> Result<String, DbError> {
        let all = stored(&self.inner.db).await?.into_iter();
        let mut found = all.filter(|(key, ..)| key == KEYS[place].name).map(|(_, value, _)| value);
        Ok(found.next_back().unwrap_or_else(|| self.now().all()[place].value.clone()))
    }

    /// Says how long the journal stays at hand, as whoever audits wants it.
    ///
    /// Errors: as [`Self::change`].
    pub(crate) async fn retain(&self, caller: &Caller, days: u32) -> Result<usize, Fault> {
        if !caller.may_everywhere(JOURNAL_RETAIN) {
            return Err(Fault::forbidden(JOURNAL_RETAIN));
        }
        self.give(caller, place_of(RETENTION)?, Some(days.to_string())).await
    }

    async fn give(
        &self,
        caller: &Caller,
        place: usize,
        value: Option<String>,
    ) -> Result<usize, Fault> {
        let known = &KEYS[place];
        let before = self.now().all()[place].clone();
        changeable(place, &before)?;
        if let Some(value) = &value
            && let Err(expected) = known.shape.check(value)
        {
            return Err(Fault::invalid("value", value, expected));
        }
        let (now, by) = (self.inner.clock.now(), caller.actor.name.as_str());
        let mut tx = self.inner.db.begin().await?;
        let written = match &value {
            Some(value) => {
                sqlx::query(WRITE)
                    .bind(known.name)
                    .bind(value.as_str())
                    .bind(now.micros())
                    .bind(by)
                    .execute(tx.connection())
                    .await
            }
            None => sqlx::query(DELETE).bind(known.name).execute(tx.connection()).await,
        };
        written.map_err(DbError::from)?;
        let after = value.as_deref().unwrap_or(known.default);
        let fact = SettingChanged { key: known.name };
        let entry = Entry::new(caller, now, &fact).before(&before.value).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.take_effect(place, value.map(|value| (value, by.to_owned())));
        Ok(place)
    }

    fn take_effect(&self, place: usize, stored: Option<(String, String)>) {
        let next = Settings::clone(&self.now()).with_stored(place, stored);
        if KEYS[place].effect == Effect::AtOnce {
            for apply in &self.inner.appliers {
                apply(&next);
            }
        }
        *self.inner.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }
}

/// Whether `after` is less than `before`, as far as both are numbers.
fn lowers(before: &str, after: &str) -> bool {
    let number = |text: &str| text.trim().parse::<i64>().ok();
    matches!((number(before), number(after)), (Some(before), Some(after)) if after < before)
}

fn auditors() -> Fault {
    let text = Text::new(
        format!(
            "the administrators are separated, and less of the audit would stay at hand: the \
             audit administrator lowers `{RETENTION}` (PUT /api/v1/journal/retention)"
        ),
        format!(
            "已启用三员分立，缩短日志保留期须由审计管理员操作（PUT /api/v1/journal/retention），不能通过\
             “{RETENTION}”设置"
        ),
    );
    Fault::new(FaultKind::Forbidden, "auditors", text)
}

/// Where a setting is in the list of all.
pub(crate) fn place_of(key: &str) -> Result<usize, Fault> {
    let place = KEYS.iter().position(|known| known.name == key);
    place.ok_or_else(|| Fault::not_found(&Text::new("setting", "设置"), key))
}

/// Errors: who may not change it here, and why.
fn changeable(place: usize, held: &Setting) -> Result<(), Fault> {
    let key = KEYS[place].name;
    if KEYS[place].effect == Effect::Never {
        let text = Text::new(
            format!("`{key}` is given by the file, the environment or a flag only"),
            format!("“{key}”只能通过配置文件、环境变量或命令行参数设置"),
        );
        return Err(Fault::conflict("setting-fixed", text));
    }
    if matches!(held.source, Source::Default | Source::Database) {
        return Ok(());
    }
    let (source, origin) = (held.source.name(), &held.origin);
    let text = Text::new(
        format!("`{key}` is given by the {source} ({origin}), which wins; change it there"),
        format!("“{key}”由{origin}（{source}）设定，优先级更高，请在那里修改"),
    );
    Err(Fault::new(FaultKind::Conflict, "setting-pinned", text))
}

async fn stored(db: &Db) -> Result<Vec<(String, String, String)>, DbError> {
    let rows = sqlx::query(ALL).fetch_all(db.reader()).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("key")?, row.try_get("value")?, row.try_get("changed_by")?)))
        .collect()
}
