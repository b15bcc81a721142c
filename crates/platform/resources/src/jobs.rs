use std::{sync::Arc, time::Duration};

use jobs::{Job, JobFuture, Status};
use kernel::{Fault, Text};

use crate::{Authors, Resources};

/// How long a change that was told ahead of time may be late.
const DUE_EVERY: Duration = Duration::from_secs(30);
/// How often resources are looked at whose kind's rules are new.
const IDENTIFY_EVERY: Duration = Duration::from_secs(20);

/// The register's periodic jobs; `authors` knows who may still do what they told ahead of time.
#[must_use]
pub fn jobs(resources: &Resources, authors: Arc<dyn Authors>) -> Vec<Arc<dyn Job>> {
    vec![
        Arc::new(ComeDue(resources.clone(), authors)),
        Arc::new(Identify(resources.clone())),
        Arc::new(Fold(resources.clone())),
    ]
}

/// How often resources are looked at that filters cannot compare yet.
const FOLD_EVERY: Duration = Duration::from_secs(10);

/// Lets the register of today follow what was told ahead of time.
struct ComeDue(Resources, Arc<dyn Authors>);

/// Lets what resources can be told by follow the rules of their kinds.
struct Identify(Resources);

/// Writes what filters compare of resources that were saved before.
struct Fold(Resources);

impl Job for ComeDue {
    fn name(&self) -> &'static str {
        "resources.due"
    }

    fn title(&self) -> Text {
        Text::new("Let changes told ahead of time come true", "使预定的资源变更按时生效")
    }

    fn interval(&self) -> Duration {
        DUE_EVERY
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            let (done, left) = self.0.come_due(self.1.as_ref()).await.map_err(Fault::from)?;
            Ok(Status { done, left, ..Status::default() })
        })
    }
}

impl Job for Identify {
    fn name(&self) -> &'static str {
        "resources.identify"
    }

    fn title(&self) -> Text {
        Text::new("Look for resources that are one", "核对可能重复的资源")
    }

    fn interval(&self) -> Duration {
        IDENTIFY_EVERY
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            let (done, left) = self.0.identify_next().await.map_err(Fault::from)?;
            Ok(Status { done, left, ..Status::default() })
        })
    }
}

impl Job for Fold {
    fn name(&self) -> &'static str {
        "resources.fold"
    }

    fn title(&self) -> Text {
        Text::new("Prepare older resources for filters", "为既有资源补建筛选索引")
    }

    fn interval(&self) -> Duration {
        FOLD_EVERY
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            let (done, left) = self.0.refold().await.map_err(Fault::from)?;
            Ok(Status { done, left, ..Status::default() })
        })
    }
}
