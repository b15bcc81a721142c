use kernel::{Caller, FieldFault, Text};

use super::{Desk, Occasion, Row, none_wrong};
use crate::{
    DeskError,
    model::{
        fact::{Told, TypeChanged, TypeCreated},
        ticket_type::{TicketType, TypeDraft},
    },
    store::{self, types::TYPES_MAX},
};

impl Desk {
    /// All kinds of tickets, by their keys.
    pub(crate) async fn types(&self) -> Result<Vec<TicketType>, DeskError> {
        Ok(store::types::all(self.db().reader()).await?)
    }

    /// The kind of that key.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn ticket_type(&self, key: &str) -> Result<TicketType, DeskError> {
        let found = store::types::find(self.db().reader(), key).await?;
        found.ok_or_else(|| no_type(key))
    }

    /// Makes a kind of ticket.
    ///
    /// Errors: [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn create_type(
        &self,
        caller: &Caller,
        draft: TypeDraft,
    ) -> Result<TicketType, DeskError> {
        none_wrong(draft.faults())?;
        none_wrong(self.unknown_of_type(&draft).await?)?;
        let mut tx = self.db().begin().await?;
        let all = store::types::all(tx.connection()).await?;
        if all.iter().any(|one| one.draft.key == draft.key) {
            let expected = Text::new("a key that no other type has", "不与其他类型重复的标识");
            return Err(DeskError::field("key", draft.key, expected));
        }
        if all.len() >= TYPES_MAX as usize {
            return Err(DeskError::conflict(
                "too-many",
                format!("there are {TYPES_MAX} types already"),
                format!("工单类型已达上限 {TYPES_MAX} 个"),
            ));
        }
        none_wrong(prefix_taken(&all, &draft))?;
        let occasion = Occasion::new(caller, self.now());
        let one = self.insert_type(&mut tx, occasion, draft).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Writes a kind of ticket in which nothing is wrong.
    pub(super) async fn insert_type(
        &self,
        tx: &mut db::Tx,
        occasion: Occasion<'_>,
        draft: TypeDraft,
    ) -> Result<TicketType, DeskError> {
        let one = TicketType { draft, version: 1, changed_at: occasion.now };
        store::types::put(tx, &one).await?;
        let told = Told::<TypeCreated>::of(&one.draft.key, one.draft.name.en.clone());
        let row = Row::new(occasion.caller, occasion.now, &told).after(&one.draft);
        journal::append(tx, row).await?;
        Ok(one)
    }

    /// Changes version `version` of a kind of ticket. States that tickets are in stay.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Stale`], [`DeskError::Invalid`].
    pub(crate) async fn change_type(
        &self,
        caller: &Caller,
        (key, version): (&str, i64),
        draft: TypeDraft,
    ) -> Result<TicketType, DeskError> {
        let mut faults = draft.faults();
        if draft.key != key {
            let expected = Text::new("the key that it has", "与原标识一致");
            faults.push(FieldFault::new("key", &draft.key, expected));
        }
        none_wrong(faults)?;
        none_wrong(self.unknown_of_type(&draft).await?)?;
        let mut tx = self.db().begin().await?;
        let found = store::types::find(tx.connection(), key).await?;
        let before = found.ok_or_else(|| no_type(key))?;
        if before.version != version {
            return Err(DeskError::Stale);
        }
        let draft = draft.filled_from(&before.draft);
        if before.draft == draft {
            return Ok(before);
        }
        none_wrong(prefix_taken(&store::types::all(tx.connection()).await?, &draft))?;
        let used = store::types::states_in_use(&mut tx, key).await?;
        if let Some(state) = used.iter().find(|state| draft.state(state).is_none()) {
            let expected = Text::new(
                format!("the state `{state}` too: tickets are in it"),
                format!("保留状态“{state}”：仍有工单处于该状态"),
            );
            return Err(DeskError::field("states", draft.states.len(), expected));
        }
        let changed = TicketType { draft, version: version + 1, changed_at: self.now() };
        store::types::put(&mut tx, &changed).await?;
        let told = Told::<TypeChanged>::of(key, changed.draft.name.en.clone());
        let row = Row::new(caller, changed.changed_at, &told);
        journal::append(&mut tx, row.before(&before.draft).after(&changed.draft)).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// What is wrong with the service level and the unit that a type names.
    async fn unknown_of_type(&self, draft: &TypeDraft) -> Result<Vec<FieldFault>, DeskError> {
        let mut faults = Vec::new();
        if let Some(id) = draft.policy_id {
            let found = store::policies::find(self.db().reader(), id).await?;
            if found.is_none_or(|policy| policy.retired) {
                let expected = Text::new("a service level that is in use", "使用中的服务级别");
                faults.push(FieldFault::new("policy_id", id, expected));
            }
        }
        if let Some(rule) = &draft.incidents {
            let unit = self.absent_unit(rule.unit_id).await?;
            faults.extend(
                unit.map(|fault| FieldFault { field: "incidents.unit_id".to_owned(), ..fault }),
            );
        }
        if let Some(form) = &draft.public {
            let own = [("public.unit_id".to_owned(), form.unit_id)].into_iter();
            let others = form.categories.iter().enumerate().filter_map(|(at, one)| {
                Some((format!("public.categories[{at}].unit_id"), one.unit_id?))
            });
            for (field, unit) in own.chain(others) {
                let unit = self.absent_unit(unit).await?;
                faults.extend(unit.map(|fault| FieldFault { field, ..fault }));
            }
        }
        Ok(faults)
    }
}

fn prefix_taken(all: &[TicketType], draft: &TypeDraft) -> Vec<FieldFault> {
    let others = all.iter().filter(|one| one.draft.key != draft.key);
    let taken = others.filter(|one| one.draft.prefix == draft.prefix).count() > 0;
    let expected = || Text::new("a prefix that no other type has", "不与其他类型重复的前缀");
    let fault = taken.then(|| FieldFault::new("prefix", &draft.prefix, expected()));
    fault.into_iter().collect()
}

fn no_type(key: &str) -> DeskError {
    DeskError::not_found("ticket type", "工单类型", key)
}
