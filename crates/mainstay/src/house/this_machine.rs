use devices::Host;
use kernel::Caller;
use prometheus::{Collectors, Target, TargetsFuture};

/// The machine that the server watches, as something that samples are collected from.
pub(super) struct ThisMachine(pub(super) Host);

impl Collectors for ThisMachine {
    fn seen_by<'a>(&'a self, caller: &'a Caller) -> TargetsFuture<'a> {
        Box::pin(async move {
            let host = &self.0;
            let resource_id = host.follow().await?;
            if !host.is_seen_by(caller).await? {
                return Ok(Vec::new());
            }
            let progress = *host.progress().borrow();
            let failed = "the reading broke off, or its samples could not be stored; the server's \
                          log says why";
            Ok(vec![Target {
                pool: "host".to_owned(),
                address: host.name().to_owned(),
                labels: vec![
                    ("instance", host.name().to_owned()),
                    ("job", "node".to_owned()),
                    ("resource", resource_id.to_string()),
                ],
                enabled: true,
                healthy: progress.last_at.map(|_| !progress.last_failed),
                last_error: if progress.last_failed { failed } else { "" }.to_owned(),
                last_at: progress.last_at,
                last_took: progress.last_took,
                interval: host.interval(),
                timeout: host.interval(),
            }])
        })
    }
}
