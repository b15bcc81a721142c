use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Fault, Page, Text};

use crate::{
    Alerts, AlertsError,
    model::permission::{ALERT_READ, ALERT_RULE_READ},
    store::{self, alerts::Owner},
};

/// Open alerts and rules that are looked through, the newest of each.
const LOOKED_THROUGH_MAX: u32 = 500;

impl SearchSource for Alerts {
    /// Open alerts by title or resource, and rules by name.
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        let found = async move {
            let wanted = text.to_lowercase();
            let mut hits = Vec::new();
            if caller.may(ALERT_READ) {
                hits.extend(find_alerts(self, caller, &wanted).await?);
            }
            if caller.may(ALERT_RULE_READ) {
                hits.extend(find_rules(self, caller, &wanted).await?);
            }
            hits.truncate(limit as usize);
            Ok::<_, AlertsError>(hits)
        };
        Box::pin(async { found.await.map_err(Fault::from) })
    }
}

async fn find_alerts(
    alerts: &Alerts,
    caller: &Caller,
    wanted: &str,
) -> Result<Vec<Hit>, AlertsError> {
    let (reader, sight) = (alerts.db.reader(), alerts.sight(caller).await?);
    let open = store::alerts::open(reader, Owner::All, LOOKED_THROUGH_MAX).await?;
    let seen = open.into_iter().filter(|alert| sight.sees_text(alert.resource_id.as_deref()));
    let found = seen.filter(|alert| {
        contains(&alert.title, wanted) || alert.resource_name.to_lowercase().contains(wanted)
    });
    let hits = found.map(|alert| Hit {
        r#type: "alert".to_owned(),
        id: alert.id.to_string(),
        title: alert.title,
        subtitle: Text::same(alert.resource_name),
    });
    Ok(hits.collect())
}

async fn find_rules(
    alerts: &Alerts,
    caller: &Caller,
    wanted: &str,
) -> Result<Vec<Hit>, AlertsError> {
    let page = Page { after: None, limit: LOOKED_THROUGH_MAX };
    let rules = alerts.rules(caller, &page).await?.items;
    let found = rules.into_iter().filter(|rule| contains(&rule.content.name, wanted));
    let hits = found.map(|rule| Hit {
        r#type: "rule".to_owned(),
        id: rule.id.to_string(),
        title: rule.content.name,
        subtitle: Text::default(),
    });
    Ok(hits.collect())
}

fn contains(text: &Text, wanted: &str) -> bool {
    text.en.to_lowercase().contains(wanted) || text.zh.to_lowercase().contains(wanted)
}
