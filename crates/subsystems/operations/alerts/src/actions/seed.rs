use std::collections::HashMap;

use kernel::Caller;

use super::{Alerts, Occasion, checks::RULES_MAX};
use crate::{
    AlertsError,
    model::{rule::Rule, shipped},
    store,
};

impl Alerts {
    /// Makes sure that the rules that come with the product are there: at every start. One that a
    /// person changed is left as it is; the others become what this release says. Returns how many
    /// were written.
    pub async fn seed(&self) -> Result<u64, AlertsError> {
        let caller = Caller::system("alerts");
        let occasion = Occasion::new(&caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let rules = store::rules::after(tx.connection(), "", RULES_MAX).await?;
        let mut known: HashMap<String, Rule> =
            rules.into_iter().filter_map(|rule| Some((rule.key.clone()?, rule))).collect();
        let mut written = 0;
        for shipped in shipped::all() {
            let content = shipped.content();
            match known.remove(shipped.key) {
                None => {
                    let key = Some(shipped.key.to_owned());
                    self.insert_rule(&mut tx, occasion, key, content).await?;
                }
                Some(rule) if rule.edited || rule.content == content => continue,
                Some(rule) => {
                    self.update_rule(&mut tx, occasion, rule, content, false).await?;
                }
            }
            written += 1;
        }
        if written > 0 {
            tx.commit().await?;
        }
        Ok(written)
    }
}
