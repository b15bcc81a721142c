use std::{sync::Arc, time::Duration};

use probe::outcome::{CheckContext, State};
use tokio::task::JoinSet;

use super::Services;
use crate::{
    known::Confidence,
    model::{SeenService, cautious},
};

/// How long one trial may take.
const TRIAL_WAIT: Duration = Duration::from_secs(3);
/// Trials of one scan; further services get the check that presumes nothing.
const TRIALS_MAX: usize = 32;

impl Services {
    /// Tries the suggestions of services that are `new`, places in `seen`, where it is not certain
    /// what they are. A program has ports that do not speak its protocol (a forwarded port of the
    /// SSH server, the shutdown port of an application server): where the suggested check fails,
    /// a connection is asked for and no more, so that nobody is told of a false alarm.
    pub(super) async fn try_suggestions(
        &self,
        seen: &mut [SeenService],
        new: &[usize],
        ipv6_loopback: bool,
    ) {
        let mut trials = JoinSet::new();
        for at in new.iter().copied() {
            let service = &mut seen[at];
            let cautious = cautious(service, ipv6_loopback);
            let sure = service.confidence.is_none_or(|found| found == Confidence::Certain);
            let Some(suggested) = service.suggested_check.clone() else { continue };
            if sure || suggested.protocol == "process" || Some(&suggested) == cautious.as_ref() {
                continue;
            }
            service.suggested_check = cautious;
            let protocols = self.inner.parts.probe.protocols();
            let Ok(check) = protocols.parse(&suggested.protocol, &suggested.spec) else { continue };
            if trials.len() >= TRIALS_MAX {
                continue;
            }
            let context = CheckContext {
                timeout: TRIAL_WAIT,
                clock: Arc::clone(&self.inner.parts.clock),
                guard: Arc::clone(&self.inner.parts.guard),
            };
            trials.spawn(async move { (at, suggested, check.run(&context).await.state) });
        }
        while let Some(trial) = trials.join_next().await {
            if let Ok((at, suggested, State::Ok | State::Warning)) = trial {
                seen[at].suggested_check = Some(suggested);
            }
        }
    }
}
