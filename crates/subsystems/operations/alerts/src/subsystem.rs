//! The door plate: what the roof hangs up.

use std::sync::Arc;

use http_kit::Routes;
use jobs::Job;
use journal::Reaction;

use crate::{
    Alerts, api,
    jobs::{EvaluateRules, ForgetAlerts},
    reactions::FollowFacts,
};

impl Alerts {
    /// The routes of alerts and rules.
    #[must_use]
    pub fn routes(&self) -> Routes {
        api::alerts::routes(self.clone()).merge(api::rules::routes(self.clone()))
    }

    /// What is done by the clock.
    #[must_use]
    pub fn jobs(&self) -> Vec<Arc<dyn Job>> {
        vec![Arc::new(EvaluateRules(self.clone())), Arc::new(ForgetAlerts(self.clone()))]
    }

    /// What is done when a fact of another arrives.
    #[must_use]
    pub fn reactions(&self) -> Vec<Box<dyn Reaction>> {
        vec![Box::new(FollowFacts(self.clone()))]
    }
}
