use std::{collections::HashMap, time::Duration};

use alerts::{Look, Lookout, LookoutFuture};
use kernel::{Caller, Page, Time};
use probe::{CheckFilter, Probe, WatchedCheck};
use resources::ResourceId;

/// How long somebody is not told of an incident, at most, while what it rests on is asked: as long
/// as a check that fails may need to be sure.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Resources that are looked at for one question.
const RESOURCES_MAX: usize = 200;
/// Checks of a resource that are looked at.
const CHECKS_MAX: u32 = 50;

/// How the checks of resources stand.
pub(super) struct Watchers(pub(super) Probe);

impl Lookout for Watchers {
    fn look<'a>(&'a self, ids: &'a [ResourceId], since: Time) -> LookoutFuture<'a> {
        Box::pin(async move {
            let caller = Caller::system("alerts");
            let mut looks = HashMap::new();
            for id in ids.iter().take(RESOURCES_MAX) {
                let filter = CheckFilter { resource_id: Some(*id), ..CheckFilter::default() };
                let page = Page { after: None, limit: CHECKS_MAX };
                let checks = self.0.checks(&caller, &filter, &page).await?.items;
                let watched = checks.iter().filter(|check| check.definition.settings.enabled);
                let stood: Vec<(&WatchedCheck, Look)> =
                    watched.map(|check| (check, look_of(check, since))).collect();
                for (check, _) in stood.iter().filter(|(_, look)| *look == Look::Unsure) {
                    self.ask_again(check);
                }
                let worst = stood.iter().map(|(_, look)| *look).max_by_key(|look| rank(*look));
                looks.extend(worst.map(|look| (*id, look)));
            }
            Ok(looks)
        })
    }
}

impl Watchers {
    /// Has a check run now. One that is disabled or runs elsewhere is not waited for any longer
    /// than patience lasts.
    fn ask_again(&self, check: &WatchedCheck) {
        let (probe, id) = (self.0.clone(), check.definition.id);
        tokio::spawn(async move {
            if let Err(fault) = probe.run_now(&Caller::system("alerts"), id).await {
                tracing::debug!("failed to ask again before telling people: {}", fault.text.en);
            }
        });
    }
}

fn look_of(check: &WatchedCheck, since: Time) -> Look {
    let standing = &check.status.standing;
    let asked = check.status.last_run.as_ref().is_some_and(|run| run.at >= since);
    let sure = standing.state == standing.hard_state;
    match (asked && sure, standing.hard_state.is_problem()) {
        (_, true) => Look::Ill,
        (true, false) => Look::Well,
        (false, false) => Look::Unsure,
    }
}

const fn rank(look: Look) -> u8 {
    match look {
        Look::Well => 0,
        Look::Unsure => 1,
        Look::Ill => 2,
    }
}
