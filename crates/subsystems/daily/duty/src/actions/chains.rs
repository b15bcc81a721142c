use std::collections::BTreeMap;

use journal::Entry;
use kernel::{Caller, FieldFault, Id, Text};

use super::{Duty, none_wrong, permit_change, sees};
use crate::{
    DutyError,
    model::{
        chain::{Chain, ChainDraft, ChainId, Target, looped},
        fact::{ChainChanged, ChainCreated, ChainRemoved, Told},
        permission::DUTY_READ,
    },
    store::{self, calls::CHAINS_MAX},
};

impl Duty {
    /// The chains that the caller sees.
    pub(crate) async fn chains(&self, caller: &Caller) -> Result<Vec<Chain>, DutyError> {
        let mut chains = store::calls::chains(self.db().reader()).await?;
        chains.retain(|chain| sees(caller, chain.draft.unit_id));
        Ok(chains)
    }

    /// The chain of that id, if the caller sees it.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn chain(&self, caller: &Caller, id: ChainId) -> Result<Chain, DutyError> {
        let found = self.chains(caller).await?.into_iter().find(|chain| chain.id == id);
        found.ok_or_else(|| no_chain(id))
    }

    /// Makes a chain. It calls nobody before it was simulated and enabled.
    ///
    /// Errors: [`DutyError::Invalid`], [`DutyError::Forbidden`], [`DutyError::Conflict`].
    pub(crate) async fn create_chain(
        &self,
        caller: &Caller,
        draft: ChainDraft,
    ) -> Result<Chain, DutyError> {
        let now = self.now();
        let id = Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref());
        self.checked_chain(caller, id, (&draft, None)).await?;
        let chain = Chain {
            id,
            draft,
            version: 1,
            simulated_version: 0,
            enabled: false,
            created_at: now,
            changed_at: now,
        };
        let mut tx = self.db().begin().await?;
        if store::calls::chains(tx.connection()).await?.len() >= CHAINS_MAX as usize {
            return Err(DutyError::conflict(
                "too-many-chains",
                format!("there are {CHAINS_MAX} chains already; remove one first"),
                format!("升级链已达上限 {CHAINS_MAX} 条，请先删除一条"),
            ));
        }
        store::calls::insert_chain(&mut tx, &chain).await?;
        let told = Told::<ChainCreated>::of(id, chain.draft.name.clone());
        journal::append(&mut tx, Entry::new(caller, now, &told).after(&chain.draft)).await?;
        tx.commit().await?;
        Ok(chain)
    }

    /// Changes version `version` of a chain. It is disabled until it was simulated again.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Invalid`].
    pub(crate) async fn change_chain(
        &self,
        caller: &Caller,
        (id, version): (ChainId, i64),
        draft: ChainDraft,
    ) -> Result<Chain, DutyError> {
        let before = self.chain(caller, id).await?;
        permit_change(caller, before.draft.unit_id, || no_chain(id))?;
        self.checked_chain(caller, id, (&draft, Some(&before.draft))).await?;
        let draft = draft.filled_from(&before.draft);
        let changed = Chain { draft, enabled: false, ..before };
        self.save_chain(caller, changed, version).await
    }

    /// Lets version `version` of a chain call people, or no longer.
    ///
    /// Errors: [`DutyError::Conflict`] for a version that was not simulated; as
    /// [`Self::change_chain`].
    pub(crate) async fn switch_chain(
        &self,
        caller: &Caller,
        (id, version): (ChainId, i64),
        enabled: bool,
    ) -> Result<Chain, DutyError> {
        let before = self.chain(caller, id).await?;
        permit_change(caller, before.draft.unit_id, || no_chain(id))?;
        if enabled && before.simulated_version != before.version {
            return Err(DutyError::conflict(
                "not-simulated",
                "simulate the chain as it is now first, and look whom it would call",
                "请先对当前版本进行模拟演练，确认通知对象后再启用",
            ));
        }
        self.save_chain(caller, Chain { enabled, ..before }, version).await
    }

    async fn save_chain(
        &self,
        caller: &Caller,
        changed: Chain,
        version: i64,
    ) -> Result<Chain, DutyError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let chains = store::calls::chains(tx.connection()).await?;
        let found = chains.into_iter().find(|chain| chain.id == changed.id);
        let before = found.ok_or_else(|| no_chain(changed.id))?;
        if before.version != version {
            return Err(DutyError::Stale);
        }
        // What is switched on or off is still what was simulated.
        let simulated = before.simulated_version == before.version;
        let same = before.draft == changed.draft && simulated;
        let chain = Chain {
            version: version + 1,
            simulated_version: if same { version + 1 } else { before.simulated_version },
            changed_at: now,
            ..changed
        };
        store::calls::update_chain(&mut tx, &chain).await?;
        let told = Told::<ChainChanged>::of(chain.id, chain.draft.name.clone())
            .with("enabled", chain.enabled);
        let entry = Entry::new(caller, now, &told).before(&before.draft).after(&chain.draft);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(chain)
    }

    /// Removes version `version` of a chain to which no other leads.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Conflict`].
    pub(crate) async fn remove_chain(
        &self,
        caller: &Caller,
        (id, version): (ChainId, i64),
    ) -> Result<(), DutyError> {
        let before = self.chain(caller, id).await?;
        permit_change(caller, before.draft.unit_id, || no_chain(id))?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let chains = store::calls::chains(tx.connection()).await?;
        let found = chains.iter().find(|chain| chain.id == id).ok_or_else(|| no_chain(id))?;
        if found.version != version {
            return Err(DutyError::Stale);
        }
        if let Some(other) = chains.iter().find(|other| other.draft.then_chain == Some(id)) {
            return Err(needed_by(caller, &other.draft));
        }
        store::calls::delete_chain(&mut tx, id).await?;
        let told = Told::<ChainRemoved>::of(id, before.draft.name.clone());
        journal::append(&mut tx, Entry::new(caller, now, &told).before(&before.draft)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Errors: [`DutyError::Invalid`] for what is not there for the caller, unless the chain named
    /// it before, and for chains that loop.
    async fn checked_chain(
        &self,
        caller: &Caller,
        id: ChainId,
        (draft, before): (&ChainDraft, Option<&ChainDraft>),
    ) -> Result<(), DutyError> {
        none_wrong(draft.faults())?;
        permit_change(caller, draft.unit_id, || {
            DutyError::not_found("unit", "单位", draft.unit_id)
        })?;
        let others = self.drafts().await?;
        let mut faults = Vec::new();
        let was_next = before.and_then(|before| before.then_chain);
        let known = |next: ChainId| {
            let seen = |other: &ChainDraft| sees(caller, other.unit_id) || was_next == Some(next);
            next == id || others.get(&next).is_some_and(seen)
        };
        if draft.then_chain.is_some_and(|next| !known(next)) {
            let found = draft.then_chain.map(|next| next.to_string()).unwrap_or_default();
            let expected = Text::new("another chain", "另一条升级链");
            faults.push(FieldFault::new("then_chain", found, expected));
        }
        let way = if faults.is_empty() { looped(id, draft, &others) } else { Vec::new() };
        if !way.is_empty() {
            // What is out of sight is on the way, and not named.
            let called = |one: &ChainId| match others.get(one) {
                _ if *one == id => draft.name.as_str(),
                Some(other) if sees(caller, other.unit_id) => other.name.as_str(),
                _ => "…",
            };
            let way: Vec<&str> = way.iter().map(called).collect();
            let expected = Text::new("chains that come to an end", "不形成循环的升级链");
            faults.push(FieldFault::new("then_chain", way.join(" → "), expected));
        }
        let named: Vec<&Target> = before.map(ChainDraft::targets).unwrap_or_default();
        for (at, step) in draft.steps.iter().enumerate() {
            for (number, target) in step.targets.iter().enumerate() {
                if !self.is_there(caller, target, named.contains(&target)).await? {
                    let field = format!("steps[{at}].targets[{number}]");
                    let expected = Text::new("somebody who is there", "存在的通知对象");
                    faults.push(FieldFault::new(field, "nobody", expected));
                }
            }
        }
        none_wrong(faults)
    }

    async fn is_there(
        &self,
        caller: &Caller,
        target: &Target,
        was_named: bool,
    ) -> Result<bool, DutyError> {
        let roster = match target {
            Target::Person { person_id } if was_named => return self.is_here(*person_id).await,
            Target::Person { person_id } => {
                return self.may_name(caller, DUTY_READ, *person_id).await;
            }
            Target::Post { post_id } => return self.has_post(caller, *post_id, was_named).await,
            Target::Position { roster_id, .. } | Target::Team { roster_id } => *roster_id,
        };
        match self.roster(caller, roster).await {
            Ok(roster) if roster.retired => Ok(false),
            Ok(roster) => Ok(match target {
                Target::Position { position, .. } => roster.draft.position(position).is_some(),
                _ => true,
            }),
            Err(DutyError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What all chains say.
    pub(crate) async fn drafts(&self) -> Result<BTreeMap<ChainId, ChainDraft>, DutyError> {
        let chains = store::calls::chains(self.db().reader()).await?;
        Ok(chains.into_iter().map(|chain| (chain.id, chain.draft)).collect())
    }
}

/// Another chain goes on with this one; what is out of sight is not named.
fn needed_by(caller: &Caller, other: &ChainDraft) -> DutyError {
    let (en, zh) = match sees(caller, other.unit_id) {
        true => (format!("“{}”", other.name), format!("“{}”", other.name)),
        false => ("a chain that you may not see".to_owned(), "您无权查看的升级链".to_owned()),
    };
    DutyError::conflict(
        "needed",
        format!("{en} goes on with this chain"),
        format!("{zh}引用了此升级链"),
    )
}

pub(super) fn no_chain(id: ChainId) -> DutyError {
    DutyError::not_found("chain", "升级链", id)
}
