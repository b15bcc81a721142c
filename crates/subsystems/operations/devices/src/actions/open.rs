use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use kernel::{Caller, Fault};
use resources::{FoundResource, Standing};
use serde_json::{Map, Value};
use tokio::{sync::watch, task};

use super::host::{Host, HostParts, Inner, Progress, Seen};
use super::watcher::Watcher;
use crate::collect::{Collector, HostAttributes, Roots};
use crate::error::DevicesError;
use crate::model::{Moment, identity, name, register_attributes};
use crate::store::SeriesWriter;

/// The kind of resource a host is.
const KIND: &str = "host";
/// How often it is looked at what the machine is.
const ATTRIBUTES_EVERY: Duration = Duration::from_secs(3600);

impl Host {
    /// Finds the machine in the register, by its machine-id, or puts it there, and makes ready to
    /// watch it.
    ///
    /// Errors: the register cannot be read or written.
    pub async fn open(parts: HostParts) -> Result<Self, Fault> {
        let caller = Caller::system("discovery");
        let found = read_attributes(parts.roots.clone()).await?;
        let (identity, name) = (identity(&found), name(&found));
        let known =
            parts.resources.by_identity(KIND, &identity).await.map_err(DevicesError::from)?;
        let attributes = register_attributes(&found, known.as_ref().map(|known| &known.attributes));
        let resource = FoundResource {
            kind: KIND.to_owned(),
            identity: identity.clone(),
            name: name.clone(),
            description: String::new(),
            attributes: attributes.clone(),
        };
        let resource = parts.resources.upsert_by_identity(&caller, &resource).await;
        let resource_id = resource.map_err(DevicesError::from)?.resource().id;
        // The one that was found first, even if it has turned out to be another since: when that
        // is undone, it stands for itself again.
        let standing = Standing::of(known.map_or(resource_id, |known| known.id));
        let resource_id = parts.resources.follow(&standing).await.map_err(DevicesError::from)?;
        let (clock, series) = (Arc::clone(&parts.clock), Arc::clone(&parts.series));
        let now = Moment { wall: clock.now(), monotonic: clock.monotonic() };
        let collector = {
            let clock = Arc::clone(&clock);
            Collector::new(parts.roots.clone(), Box::new(move || clock.monotonic()))
        };
        let watcher = Watcher::new(
            collector,
            SeriesWriter::new(series, resource_id.to_string(), name.clone()),
            now,
        );
        let seen = Seen {
            glance: None,
            attributes: Arc::new(attributes),
            attributes_at: now.monotonic,
            jumps: VecDeque::new(),
            failing: Vec::new(),
            store_failing: false,
            refusing: false,
        };
        Ok(Self(Arc::new(Inner {
            parts,
            caller,
            standing,
            identity,
            name,
            watcher: Arc::new(Mutex::new(watcher)),
            seen: Mutex::new(seen),
            progress: watch::channel(Progress::default()).0,
        })))
    }

    /// Looks again at what the machine is, once an hour, and tells the register what changed.
    pub(super) async fn refresh_attributes(&self) {
        let now = self.0.parts.clock.monotonic();
        if now.saturating_sub(self.seen().attributes_at) < ATTRIBUTES_EVERY {
            return;
        }
        self.seen().attributes_at = now;
        if let Err(error) = self.tell_register().await {
            tracing::warn!("failed to refresh what this machine is; next try in an hour: {error}");
        }
    }

    async fn tell_register(&self) -> Result<(), DevicesError> {
        let inner = &self.0;
        let found = read_attributes(inner.parts.roots.clone()).await?;
        let attributes: Map<String, Value> = register_attributes(&found, Some(&self.attributes()));
        if attributes == *self.attributes() {
            return Ok(());
        }
        let resource = FoundResource {
            kind: KIND.to_owned(),
            identity: inner.identity.clone(),
            name: name(&found),
            description: String::new(),
            attributes: attributes.clone(),
        };
        inner.parts.resources.upsert_by_identity(&inner.caller, &resource).await?;
        self.seen().attributes = Arc::new(attributes);
        Ok(())
    }
}

/// Off the async threads, as it reads some hundred files.
pub(super) async fn read_attributes(roots: Roots) -> Result<HostAttributes, DevicesError> {
    let read = move || Collector::new(roots, Box::new(|| Duration::ZERO)).attributes();
    let read = task::spawn_blocking(read).await;
    read.map_err(|error| DevicesError::ReadingBroken { reason: error.to_string() })
}
