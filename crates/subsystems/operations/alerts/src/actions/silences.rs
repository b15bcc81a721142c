use db::Tx;
use kernel::{Caller, Id, Permission};

use super::{Alerts, Occasion, SILENCES_MAX, apply::append, permit};
use crate::{
    AlertsError,
    model::{
        alert::Alert,
        house_fact::{SilenceChanged, SilenceCreated},
        permission::{ALERT_READ, ALERT_SILENCE},
        silence::{Silence, SilenceDraft, SilenceId},
    },
    store,
};

/// Silences that have ended and are shown, the last.
const ENDED_MAX: u32 = 200;

impl Alerts {
    /// The silences that last or are to come, and then those that ended, as far as the caller sees
    /// what they are about.
    pub(crate) async fn silences(&self, caller: &Caller) -> Result<Vec<Silence>, AlertsError> {
        let (now, reader) = (self.clock.now(), self.db.reader());
        let sight = self.sight(caller).await?;
        let mut found = store::silences::lasting(reader, now, SILENCES_MAX).await?;
        found.extend(store::silences::ended(reader, now, ENDED_MAX).await?);
        found.retain(|silence| sight.sees_text(silence.content.resource_id.as_deref()));
        Ok(found)
    }

    /// The silence of that id, if the caller sees what it is about.
    ///
    /// Errors: [`AlertsError::SilenceNotFound`].
    pub(crate) async fn silence_seen(
        &self,
        caller: &Caller,
        id: SilenceId,
    ) -> Result<Silence, AlertsError> {
        let found = store::silences::find(self.db.reader(), id).await?;
        let missing = || AlertsError::SilenceNotFound { id: id.to_string() };
        let silence = found.ok_or_else(missing)?;
        self.permit_silence(caller, ALERT_READ, &silence.content).await.map_err(|_| missing())?;
        Ok(silence)
    }

    /// Keeps alerts quiet. Without a resource it is about the whole house.
    ///
    /// Errors: [`AlertsError::Invalid`], [`AlertsError::Forbidden`],
    /// [`AlertsError::TooManySilences`].
    pub(crate) async fn create_silence(
        &self,
        caller: &Caller,
        content: SilenceDraft,
    ) -> Result<Silence, AlertsError> {
        permit(caller, ALERT_SILENCE)?;
        let content = valid(content)?;
        self.permit_silence(caller, ALERT_SILENCE, &content).await?;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let known = store::silences::lasting(tx.connection(), now, SILENCES_MAX).await?;
        if known.len() >= SILENCES_MAX as usize {
            return Err(AlertsError::TooManySilences { limit: SILENCES_MAX });
        }
        let silence = Silence {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            content,
            owner: caller.actor.name.clone(),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        store::silences::put(&mut tx, &silence).await?;
        let fact = SilenceCreated { id: silence.id.to_string(), name: name_of(&silence) };
        append(&mut tx, Occasion::new(caller, now), &fact).await?;
        tx.commit().await?;
        Ok(silence)
    }

    /// Changes a silence as a whole; one that ends now is over.
    ///
    /// Errors: [`AlertsError::Invalid`], [`AlertsError::Forbidden`],
    /// [`AlertsError::SilenceNotFound`], [`AlertsError::Stale`].
    pub(crate) async fn change_silence(
        &self,
        caller: &Caller,
        (id, version): (SilenceId, i64),
        content: SilenceDraft,
    ) -> Result<Silence, AlertsError> {
        permit(caller, ALERT_SILENCE)?;
        let content = valid(content)?;
        self.permit_silence(caller, ALERT_SILENCE, &content).await?;
        self.replace(caller, (id, version), |_| content).await
    }

    /// Ends a silence now.
    ///
    /// Errors: as [`Alerts::change_silence`].
    pub(crate) async fn end_silence(
        &self,
        caller: &Caller,
        (id, version): (SilenceId, i64),
    ) -> Result<Silence, AlertsError> {
        permit(caller, ALERT_SILENCE)?;
        let now = self.clock.now();
        self.replace(caller, (id, version), |before| SilenceDraft {
            starts_at: before.starts_at.min(now),
            ends_at: before.ends_at.min(now),
            ..before.clone()
        })
        .await
    }

    /// The open alerts that a silence would keep quiet now if it counted, as far as the caller
    /// sees them, and how many there are.
    ///
    /// Errors: [`AlertsError::Invalid`], [`AlertsError::Forbidden`] for a resource that they do not
    /// see: what rests on it is not theirs to ask.
    pub(crate) async fn preview_silence(
        &self,
        caller: &Caller,
        content: SilenceDraft,
        limit: usize,
    ) -> Result<(Vec<Alert>, usize), AlertsError> {
        let content = valid(content)?;
        if content.resource_id.is_some() {
            self.permit_silence(caller, ALERT_READ, &content).await?;
        }
        let stage = self.stage(self.clock.now()).await?;
        let sight = self.sight(caller).await?;
        let mut found: Vec<Alert> = stage
            .alerts
            .values()
            .filter(|alert| alert.closed_at.is_none())
            .filter(|alert| sight.sees_text(alert.resource_id.as_deref()))
            .filter(|alert| content.covers(alert, &stage.scene.graph))
            .cloned()
            .collect();
        found.sort_by_key(|alert| std::cmp::Reverse((alert.severity, alert.id)));
        let count = found.len();
        found.truncate(limit);
        Ok((found, count))
    }

    async fn replace(
        &self,
        caller: &Caller,
        (id, version): (SilenceId, i64),
        change: impl FnOnce(&SilenceDraft) -> SilenceDraft,
    ) -> Result<Silence, AlertsError> {
        let mut tx = self.db.begin().await?;
        let before = current(&mut tx, id).await?;
        let missing = || AlertsError::SilenceNotFound { id: id.to_string() };
        self.permit_silence(caller, ALERT_READ, &before.content).await.map_err(|_| missing())?;
        self.permit_silence(caller, ALERT_SILENCE, &before.content).await?;
        if before.version != version {
            return Err(AlertsError::Stale { id: id.to_string() });
        }
        let now = self.clock.now();
        let after = Silence {
            content: change(&before.content),
            updated_at: now,
            version: version + 1,
            ..before.clone()
        };
        store::silences::put(&mut tx, &after).await?;
        let fact = SilenceChanged { id: id.to_string(), name: name_of(&after) };
        let entry = journal::Entry::new(caller, now, &fact);
        let entry = entry.before(&before.content).after(&after.content);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Whether the caller may do that over what a silence is about: its resource, with what rests
    /// on it wherever that is, or the whole house.
    async fn permit_silence(
        &self,
        caller: &Caller,
        permission: Permission,
        content: &SilenceDraft,
    ) -> Result<(), AlertsError> {
        if caller.may_everywhere(permission) {
            return Ok(());
        }
        let sight = self.resources.sight(&caller.scope(permission)).await?;
        // What rests on a resource may be elsewhere: to keep that quiet it takes the whole house.
        let beyond = content.neighbourhood && permission == ALERT_SILENCE;
        match sight.sees_text(content.resource_id.as_deref()) && !beyond {
            true => Ok(()),
            false => Err(AlertsError::Forbidden(permission)),
        }
    }
}

fn valid(content: SilenceDraft) -> Result<SilenceDraft, AlertsError> {
    let faults = content.faults();
    if faults.is_empty() { Ok(content) } else { Err(AlertsError::Invalid(faults)) }
}

async fn current(tx: &mut Tx, id: SilenceId) -> Result<Silence, AlertsError> {
    let found = store::silences::find(tx.connection(), id).await?;
    found.ok_or_else(|| AlertsError::SilenceNotFound { id: id.to_string() })
}

/// What people call a silence: the beginning of its reason.
fn name_of(silence: &Silence) -> String {
    silence.content.reason.trim().chars().take(80).collect()
}
