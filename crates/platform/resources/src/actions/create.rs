use db::Tx;
use kernel::{Caller, Cause, FieldFault, Id, Text, Time};

use super::{
    check::{check_references, tags_in},
    since::begun,
};
use crate::{
    NewResource, Resource, Resources, ResourcesError, model,
    register::{kinds_in, permit},
};

impl Resources {
    /// Puts a new resource into the register.
    ///
    /// Errors: [`ResourcesError::NotAllowed`]; `OutOfScope` for a place, unit or region that the
    /// caller does not hold, now or since it is dated back to; `WrongInput`.
    pub async fn create(
        &self,
        caller: &Caller,
        new: &NewResource,
    ) -> Result<Resource, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let resource = self.create_in(&mut tx, caller, Cause::default(), new).await?;
        tx.commit().await?;
        Ok(resource)
    }

    /// The same as part of a larger change.
    ///
    /// Errors: as [`Self::create`]; the change must then not be committed.
    pub async fn create_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        new: &NewResource,
    ) -> Result<Resource, ResourcesError> {
        permit(caller)?;
        let kinds = kinds_in(tx).await?;
        let kind = kinds.find(&new.kind)?;
        let now = self.clock.now();
        let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
        let valid_from = since("valid_from", new.valid_from, now)?;
        if kind.retired {
            let expected = Text::new("a kind in use", "未停用的类型");
            return Err(FieldFault::new("kind", &kind.name, expected).into());
        }
        let mut resource = model::made(new, kind, id, now)?;
        self.permit_move(caller, None, &resource).await?;
        if valid_from < now {
            let life = [begun(&resource, valid_from)];
            self.permit_since(caller, &life, ("valid_from", valid_from)).await?;
            self.permit_move_from(caller, None, &resource, valid_from).await?;
        }
        self.check_places(tx, caller, (None, &resource), valid_from).await?;
        check_references(tx, caller, &kinds, kind, (None, &resource.attributes)).await?;
        resource.tags = tags_in(tx, self.dialect(), &resource.tags, now).await?;
        self.save_new(tx, caller, cause, &resource, valid_from).await?;
        self.tell_apart(tx, caller, cause, kind, (None, &resource), new.source).await?;
        Ok(resource)
    }
}

/// Since when it is so, as `field` says: not later than now.
pub(super) fn since(
    field: &'static str,
    moment: Option<Time>,
    now: Time,
) -> Result<Time, FieldFault> {
    match moment {
        Some(later) if later > now => {
            let expected = Text::new("a time that is not in the future", "不晚于当前的时间");
            Err(FieldFault::new(field, later, expected))
        }
        Some(earlier) if earlier.micros() < 0 => {
            let expected = Text::new("1970 or later", "1970 年及以后的时间");
            Err(FieldFault::new(field, earlier, expected))
        }
        given => Ok(given.unwrap_or(now)),
    }
}
