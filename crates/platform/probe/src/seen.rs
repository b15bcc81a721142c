//! Series as far as a caller may see them, for everybody who answers with series: those of the
//! caller's resources, and what was measured of a resource before it turned out to be another as
//! that one's.

mod merged;
mod standpoint;

use std::collections::{BTreeSet, HashMap};

use kernel::{Caller, Fault, Permission};
use resources::{Resources, Sight};
use tsdb::{Labels, MatchOp, Matcher, Selector, Series};

use self::merged::{joined, renamed};
pub use self::standpoint::Standpoint;
use crate::{Probe, model::ResourceId};

/// Reading series.
pub const SERIES_READ: Permission = Permission("series.read");

/// The label that names the resource a series is about.
pub const RESOURCE_LABEL: &str = "resource";
/// So many resources are written into a selector.
const NARROWED_MAX: usize = 500;

/// What a caller may see of the series: ask the store with a selector that has gone through
/// [`SeenSeries::widened`], and show of what it answers what comes back from here.
#[derive(Debug, Clone)]
pub struct SeenSeries {
    resources: Resources,
    sight: Sight,
}

impl Probe {
    /// What of the series the caller may see now. Errors: database faults.
    pub async fn seen_series(&self, caller: &Caller) -> Result<SeenSeries, Fault> {
        let sight = self.sight(caller, SERIES_READ).await?;
        Ok(SeenSeries { resources: self.inner.resources.clone(), sight })
    }
}

impl SeenSeries {
    /// The selector to ask the store with. One of a single resource also selects the series of
    /// those that turned out to be it.
    ///
    /// Errors: database faults.
    pub async fn widened(&self, selector: Selector) -> Result<Selector, Fault> {
        let of_one =
            |matcher: &&Matcher| matcher.name() == RESOURCE_LABEL && matcher.op() == MatchOp::Equal;
        let named = selector.matchers().iter().find(of_one);
        let id = named.and_then(|matcher| matcher.value().parse::<ResourceId>().ok());
        let Some(id) = id.filter(|id| self.sight.sees(*id)) else {
            return Ok(narrowed(selector, &self.sight));
        };
        let ids = self.resources.ids_of(id).await?;
        if ids.len() < 2 {
            return Ok(selector);
        }
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let others = selector.matchers().iter().filter(|matcher| !of_one(matcher)).cloned();
        // An id is hexadecimal digits and hyphens: none of them has a meaning in a pattern.
        let matcher = Matcher::new(RESOURCE_LABEL, MatchOp::Regex, ids.join("|"));
        let matchers = others.chain(matcher).collect();
        Ok(Selector::new(matchers).unwrap_or(selector))
    }

    /// Those of the store's series that may be shown, under the resources that theirs turned out
    /// to be. Where both have the same series it is one; of two values of one moment the one of
    /// the other counts.
    ///
    /// Errors: database faults.
    pub async fn shown(&self, series: Vec<Series>) -> Result<Vec<Series>, Fault> {
        let kept = self.kept_of(series.iter().map(|series| &series.labels)).await?;
        let mut series = if kept.is_empty() { series } else { joined(series, &kept) };
        series.retain(|series| self.sees(&series.labels));
        Ok(series)
    }

    /// Those of the store's labels that may be shown, likewise.
    ///
    /// Errors: database faults.
    pub async fn shown_labels(&self, labels: Vec<Labels>) -> Result<Vec<Labels>, Fault> {
        let kept = self.kept_of(labels.iter()).await?;
        let mut labels = labels;
        if !kept.is_empty() {
            let renamed: BTreeSet<Labels> = labels
                .into_iter()
                .map(|labels| renamed(&labels, &kept).unwrap_or(labels))
                .collect();
            labels = renamed.into_iter().collect();
        }
        labels.retain(|labels| self.sees(labels));
        Ok(labels)
    }

    /// Under which labels each of the store's series may be shown; none where it may not.
    /// `None` for all of them: each as it is. Several may be shown under the same labels: parts of
    /// one series, of which those that bear them in the store come first.
    ///
    /// Errors: database faults.
    pub async fn shown_as(&self, labels: &[Labels]) -> Result<Option<Vec<Option<Labels>>>, Fault> {
        let kept = self.kept_of(labels.iter()).await?;
        if kept.is_empty() && self.sees_everything() {
            return Ok(None);
        }
        let shown = labels.iter().map(|labels| {
            let labels = renamed(labels, &kept).unwrap_or_else(|| labels.clone());
            self.sees(&labels).then_some(labels)
        });
        Ok(Some(shown.collect()))
    }

    /// Whether the caller sees all series: those without the label of resources then are shown as
    /// they are.
    #[must_use]
    pub fn sees_everything(&self) -> bool {
        matches!(self.sight, Sight::Everything)
    }

    fn sees(&self, labels: &Labels) -> bool {
        self.sight.sees_text(labels.get(RESOURCE_LABEL))
    }

    /// Which of the resources that are named there turned out to be which others.
    async fn kept_of(
        &self,
        labels: impl Iterator<Item = &Labels>,
    ) -> Result<HashMap<ResourceId, ResourceId>, Fault> {
        let ids: BTreeSet<&str> = labels.filter_map(|labels| labels.get(RESOURCE_LABEL)).collect();
        let ids: Vec<ResourceId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(self.resources.kept_of(&ids).await?)
    }
}

/// The selector with the few resources that the caller may see written into it, so that those of
/// others do not count towards the limits. Where they are many it stays as it is.
fn narrowed(selector: Selector, sight: &Sight) -> Selector {
    let Sight::Only(ids) = sight else { return selector };
    if ids.is_empty() || ids.len() > NARROWED_MAX {
        return selector;
    }
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut matchers = selector.matchers().to_vec();
    // An id is hexadecimal digits and hyphens: none of them has a meaning in a pattern.
    matchers.extend(Matcher::new(RESOURCE_LABEL, MatchOp::Regex, ids.join("|")));
    Selector::new(matchers).unwrap_or(selector)
}
