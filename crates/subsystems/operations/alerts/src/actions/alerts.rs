use db::Tx;
use kernel::{Caller, FieldFault, Page, PageOf, Text};

use super::{Alerts, Occasion, apply::append, permit};
use crate::{
    AlertsError,
    model::{
        alert::{Acknowledgement, Alert, AlertFilter, AlertId, AlertState, CloseReason},
        fact::{AlertAcknowledged, AlertUnacknowledged},
        permission::{ALERT_ACKNOWLEDGE, ALERT_CLOSE},
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

    /// The alerts that match, newest first.
    pub async fn alerts(
        &self,
        filter: &AlertFilter,
        page: &Page,
    ) -> Result<PageOf<Alert>, AlertsError> {
        Ok(store::alerts::list(&self.db, filter, page).await?)
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
        let mut alert = open_alert(&mut tx, id).await?;
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
        let mut alert = open_alert(&mut tx, id).await?;
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
        let alert = open_alert(&mut tx, id).await?;
        let person = CloseReason::ClosedByPerson;
        let alert = self.end(&mut tx, occasion, alert, person, Some(comment)).await?;
        tx.commit().await?;
        Ok(alert)
    }
}

async fn open_alert(tx: &mut Tx, id: AlertId) -> Result<Alert, AlertsError> {
    match store::alerts::find(tx.connection(), id).await? {
        None => Err(AlertsError::AlertNotFound { id: id.to_string() }),
        Some(alert) if alert.state == AlertState::Closed => {
            Err(AlertsError::AlertClosed { id: id.to_string() })
        }
        Some(alert) => Ok(alert),
    }
}

/// A comment without its margins; none when nothing is left.
fn checked(comment: Option<String>) -> Result<Option<String>, AlertsError> {
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
