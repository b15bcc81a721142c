use journal::Entry;
use kernel::{Caller, Fault};

use super::{
    CHECK_CHANGE, WatchedCheck, check_settings, name_taken, no_such_check, own_machine, permit,
    permit_protocol, permit_target,
};
use crate::{
    Probe,
    facts::CheckChanged,
    model::{CheckDefinition, CheckId, CheckPatch},
    store,
};

impl Probe {
    /// Changes the check's version `version`; it runs at once with its new settings, and keeps its
    /// state until then. A patch that changes nothing leaves the version as it is.
    ///
    /// Errors: not found; `stale-version`; every field that is wrong; `check-exists`.
    pub async fn change(
        &self,
        caller: &Caller,
        id: CheckId,
        version: i64,
        patch: CheckPatch,
    ) -> Result<WatchedCheck, Fault> {
        permit(caller, CHECK_CHANGE)?;
        let mut tx = self.inner.db.begin().await?;
        let before = store::read_for_change(&mut tx, id).await?;
        let before = before.ok_or_else(|| no_such_check(id))?;
        self.permit_over(caller, CHECK_CHANGE, id, before.resource_id).await?;
        if before.version != version {
            return Err(Fault::stale());
        }
        let settings = patch.applied_to(&before.settings);
        if settings == before.settings {
            drop(tx);
            return self.check(id).await;
        }
        let as_before = (&settings.protocol, &settings.spec)
            == (&before.settings.protocol, &before.settings.spec);
        if !as_before {
            permit_protocol(caller, CHECK_CHANGE, &settings.protocol, self.protocols())?;
        }
        let target = check_settings(&settings, self.protocols())?;
        // Whoever says what it asks answers for where that leads.
        let own_machine =
            if as_before { before.own_machine } else { own_machine(caller, CHECK_CHANGE) };
        if !as_before {
            permit_target(own_machine, CHECK_CHANGE, &target)?;
        }
        if store::name_is_taken(&mut tx, before.resource_id, &settings.name, id).await? {
            return Err(name_taken(&settings.name));
        }
        let now = self.inner.clock.now();
        let fact = CheckChanged {
            check_id: id.to_string(),
            check_name: settings.name.clone(),
            resource_id: before.resource_id.to_string(),
            enabled: settings.enabled,
        };
        let after = CheckDefinition {
            settings,
            own_machine,
            version: version + 1,
            updated_at: now,
            ..before.clone()
        };
        store::update(&mut tx, &after).await?;
        let entry = Entry::new(caller, now, &fact).before(&before.settings).after(&after.settings);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.check(id).await
    }
}
