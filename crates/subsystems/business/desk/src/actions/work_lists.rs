use kernel::{Caller, FieldFault, Id, Text};
use serde_json::{Map, Value};

use super::{Desk, none_wrong, own_user};
use crate::{
    DeskError,
    store::{
        self,
        work_lists::{LISTS_MAX, WorkList, WorkListId},
    },
};

const NAME_CHARS_MAX: usize = 100;
const PARAMETERS_MAX: usize = 30;
const VALUE_CHARS_MAX: usize = 200;

impl Desk {
    /// The work lists that the caller saved.
    ///
    /// Errors: [`DeskError::Fault`] for who is no user.
    pub(crate) async fn work_lists(&self, caller: &Caller) -> Result<Vec<WorkList>, DeskError> {
        Ok(store::work_lists::of_user(self.db().reader(), own_user(caller)?).await?)
    }

    /// Saves a work list for the caller.
    ///
    /// Errors: [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn save_work_list(
        &self,
        caller: &Caller,
        name: String,
        query: Map<String, Value>,
    ) -> Result<WorkList, DeskError> {
        let user = own_user(caller)?;
        none_wrong(faults(&name, &query))?;
        let mut tx = self.db().begin().await?;
        let saved = store::work_lists::of_user(tx.connection(), user).await?;
        if saved.len() >= LISTS_MAX as usize {
            return Err(DeskError::conflict(
                "too-many",
                format!("you have {LISTS_MAX} lists already; remove one first"),
                format!("已保存 {LISTS_MAX} 个工作列表，请先删除"),
            ));
        }
        let id = Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref());
        let list = WorkList { id, name, query };
        store::work_lists::save(&mut tx, (user, self.now()), &list).await?;
        // no fact: which lists somebody looks at changes nothing for anybody else.
        tx.commit().await?;
        Ok(list)
    }

    /// Removes a work list of the caller.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn remove_work_list(
        &self,
        caller: &Caller,
        id: WorkListId,
    ) -> Result<(), DeskError> {
        let user = own_user(caller)?;
        let mut tx = self.db().begin().await?;
        if !store::work_lists::remove(&mut tx, user, id).await? {
            return Err(DeskError::not_found("work list", "工作列表", id));
        }
        // no fact: which lists somebody looks at changes nothing for anybody else.
        tx.commit().await?;
        Ok(())
    }
}

fn faults(name: &str, query: &Map<String, Value>) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let count = name.trim().chars().count();
    if !(1..=NAME_CHARS_MAX).contains(&count) || name.contains(char::is_control) {
        let expected = Text::new("1 to 100 characters on one line", "1 至 100 个字符，单行");
        faults.push(FieldFault::new("name", name, expected));
    }
    if query.len() > PARAMETERS_MAX {
        let expected = Text::new("at most 30 parameters", "最多 30 个参数");
        faults.push(FieldFault::new("query", query.len(), expected));
    }
    for (key, value) in query {
        let fits = value.as_str().is_some_and(|text| text.chars().count() <= VALUE_CHARS_MAX);
        if !fits || key.len() > VALUE_CHARS_MAX {
            let expected = Text::new("text of at most 200 characters", "最多 200 个字符的文本");
            faults.push(FieldFault::new(format!("query.{key}"), value, expected));
        }
    }
    faults
}
