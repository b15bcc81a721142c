use alerts::{RuleFileAlert, RuleFiles};
use recording::{Recording, ToldAlert};

/// Alerting rules of rule groups, whose alerts are ours.
pub(super) struct RuleGroups(pub(super) Recording);

impl RuleFiles for RuleGroups {
    fn alerts(&self) -> Vec<RuleFileAlert> {
        self.0.told_alerts().into_iter().map(told).collect()
    }
}

fn told(ToldAlert { labels, annotations, starts_at, ends_at }: ToldAlert) -> RuleFileAlert {
    RuleFileAlert { labels, annotations, starts_at, ends_at }
}
