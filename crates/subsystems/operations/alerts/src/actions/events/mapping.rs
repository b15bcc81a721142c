use journal::Entry;
use kernel::Caller;

use super::super::{Alerts, permit, permit_everywhere};
use crate::{
    AlertsError,
    model::{
        event::{EventMapping, EventMappingChanged},
        permission::{ALERT_RULE_CHANGE, ALERT_RULE_READ},
    },
    store,
};

/// Under which name it is kept.
const NAME: &str = "event_mapping";

impl Alerts {
    /// How labels of other systems are read, and how often that was changed.
    ///
    /// Errors: [`AlertsError::Forbidden`].
    pub(crate) async fn event_mapping(
        &self,
        caller: &Caller,
    ) -> Result<(EventMapping, i64), AlertsError> {
        permit(caller, ALERT_RULE_READ)?;
        self.mapping().await
    }

    pub(super) async fn mapping(&self) -> Result<(EventMapping, i64), AlertsError> {
        let found = store::settings::find(self.db.reader(), NAME).await?;
        Ok(found.unwrap_or_default())
    }

    /// Says how labels of other systems are read from now on.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::Invalid`], [`AlertsError::Stale`].
    pub(crate) async fn change_event_mapping(
        &self,
        caller: &Caller,
        version: i64,
        content: EventMapping,
    ) -> Result<(EventMapping, i64), AlertsError> {
        permit_everywhere(caller, ALERT_RULE_CHANGE)?;
        let content = content.normal();
        let faults = content.faults();
        if !faults.is_empty() {
            return Err(AlertsError::Invalid(faults));
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let found = store::settings::find::<EventMapping>(tx.connection(), NAME).await?;
        let (before, current) = found.unwrap_or_default();
        if current != version {
            return Err(AlertsError::Stale { id: NAME.to_owned() });
        }
        store::settings::put(&mut tx, NAME, &content, version + 1, now).await?;
        let fact = EventMappingChanged { version: version + 1 };
        let entry = Entry::new(caller, now, &fact).before(&before).after(&content);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok((content, version + 1))
    }
}
