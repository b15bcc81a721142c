use db::Tx;
use kernel::{Caller, FieldFault, Page, PageOf, Permission, Text};

use super::{Alerts, Occasion, apply::append, permit};
use crate::{
    AlertsError,
    model::{
        alert::{Acknowledgement, Alert, AlertFilter, AlertId, AlertState, CloseReason},
        fact::{AlertAcknowledged, AlertUnacknowledged},
        permission::{ALERT_ACKNOWLEDGE, ALERT_CLOSE, ALERT_READ},
    },
    store,
};

/// The longest comment, in characters.
const COMMENT_MAX: usize = 1000;

impl Alerts {
    /// The alert of that id. Errors: [`AlertsError::AlertNotFound`].
    pub async fn alert(&self, id: AlertId) -> Result<Alert, AlertsError> {
        let found = store::alerts::find(self.db.reader(), id).await?;
        found.ok_or_else(|| AlertsError::AlertNotFound { id: id.to_string() })
    }

    /// The alert of that id, if the caller may see it.
    ///
    /// Errors: [`AlertsError::AlertNotFound`], also when it is outside of their scope.
    pub async fn alert_seen(&self, caller: &Caller, id: AlertId) -> Result<Alert, AlertsError> {
        let found = self.alert(id).await?;
        self.permit_over(caller, ALERT_READ, &found).await?;
        Ok(found)
    }

    /// The alerts that match and that the caller may see, newest first.
    pub async fn alerts(
        &self,
        caller: &Caller,
        filter: &AlertFilter,
        page: &Page,
    ) -> Result<PageOf<Alert>, AlertsError> {
        let scope = caller.scope(ALERT_READ);
        Ok(store::alerts::list(&self.db, &scope, filter, page).await?)
    }

    /// Says that `caller` cares for an open alert; a second time replaces who and why.
    ///
    /// Errors: [`AlertsError::Invalid`], [`AlertsError::Forbidden`],
    /// [`AlertsError::AlertNotFound`], [`AlertsError::AlertClosed`].
    pub async fn acknowledge(
        &self,
        caller: &Caller,
        id: AlertId,
        comment: Option<String>,
    ) -> Result<Alert, AlertsError> {
        permit(caller, ALERT_ACKNOWLEDGE)?;
        let comment = checked(comment)?;
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let mut alert = self.open_alert(&mut tx, caller, ALERT_ACKNOWLEDGE, id).await?;
        let by = caller.actor.name.clone();
        alert.acknowledged = Some(Acknowledgement { by, at: occasion.at, comment });
        alert.updated_at = occasion.at;
        alert.version += 1;
        store::alerts_write::update(&mut tx, &alert).await?;
        append(&mut tx, occasion, &AlertAcknowledged::of(&alert)).await?;
        tx.commit().await?;
        Ok(alert)
    }

    /// Takes an acknowledgement back; does nothing when there is none.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::AlertNotFound`],
    /// [`AlertsError::AlertClosed`].
    pub async fn unacknowledge(&self, caller: &Caller, id: AlertId) -> Result<Alert, AlertsError> {
        permit(caller, ALERT_ACKNOWLEDGE)?;
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let mut alert = self.open_alert(&mut tx, caller, ALERT_ACKNOWLEDGE, id).await?;
        if alert.acknowledged.take().is_none() {
            return Ok(alert);
        }
        alert.updated_at = occasion.at;
        alert.version += 1;
        store::alerts_write::update(&mut tx, &alert).await?;
        append(&mut tx, occasion, &AlertUnacknowledged::of(&alert)).await?;
        tx.commit().await?;
        Ok(alert)
    }

    /// Ends an open alert by hand; its subject is let alone until it has been fine once.
    ///
    /// Errors: [`AlertsError::Invalid`] without a comment, [`AlertsError::Forbidden`],
    /// [`AlertsError::AlertNotFound`], [`AlertsError::AlertClosed`].
    pub async fn close(
        &self,
        caller: &Caller,
        id: AlertId,
        comment: String,
    ) -> Result<Alert, AlertsError> {
        permit(caller, ALERT_CLOSE)?;
        let Some(comment) = checked(Some(comment))? else {
            let expected = Text::new("why it is closed", "关闭的原因");
            return Err(AlertsError::Invalid(vec![FieldFault::new("comment", "", expected)]));
        };
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let alert = self.open_alert(&mut tx, caller, ALERT_CLOSE, id).await?;
        let person = CloseReason::ClosedByPerson;
        let alert = self.end(&mut tx, occasion, alert, person, Some(comment)).await?;
        tx.commit().await?;
        Ok(alert)
    }

    /// The alert, if it is open and the caller may do that to it.
    async fn open_alert(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        permission: Permission,
        id: AlertId,
    ) -> Result<Alert, AlertsError> {
        let found = store::alerts::find(tx.connection(), id).await?;
        let alert = found.ok_or_else(|| AlertsError::AlertNotFound { id: id.to_string() })?;
        self.permit_over(caller, permission, &alert).await?;
        match alert.state {
            AlertState::Open => Ok(alert),
            AlertState::Closed => Err(AlertsError::AlertClosed { id: id.to_string() }),
        }
    }
}

/// A comment without its margins; none when nothing is left.
pub(super) fn checked(comment: Option<String>) -> Result<Option<String>, AlertsError> {
    let Some(comment) = comment else { return Ok(None) };
    let comment = comment.trim();
    if comment.chars().count() > COMMENT_MAX || comment.contains('\0') {
        let expected = Text::new(
            format!("at most {COMMENT_MAX} characters of text"),
            format!("不超过 {COMMENT_MAX} 个字符的文字"),
        );
        return Err(AlertsError::Invalid(vec![FieldFault::new("comment", comment, expected)]));
    }
    Ok((!comment.is_empty()).then(|| comment.to_owned()))
}
