use kernel::{ActorKind, Caller};

use super::{Access, guard::refuse_new, keepers::Keepers, note, permit_everywhere, rights::Basis};
use crate::{
    AccessError,
    model::{
        facts::{SeparationBegun, SeparationEnded},
        grant::checked_reason,
        permission::{SEPARATION_CHANGE, SEPARATION_READ},
        separation::conflicts,
    },
    store::{self, generation::Separation},
};

impl Access {
    /// Whether the three administrators are separated, and since when.
    ///
    /// Errors: [`AccessError::Forbidden`].
    pub async fn separation(&self, caller: &Caller) -> Result<Option<Separation>, AccessError> {
        permit_everywhere(caller, SEPARATION_READ)?;
        Ok(store::generation::separation(self.inner.db.reader()).await?)
    }

    /// Whether the three administrators are separated: for other parts of the house, in their own
    /// right.
    ///
    /// Errors: the records do not answer.
    pub async fn is_separated(&self) -> Result<bool, AccessError> {
        Ok(store::generation::separation(self.inner.db.reader()).await?.is_some())
    }

    /// Separates the three administrators: roles that unite their duties can neither be granted
    /// nor used from now on, and the grants of such roles end with this.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::AlreadySeparated`];
    /// [`AccessError::DutiesExclude`] naming who would have two duties then;
    /// [`AccessError::DutiesVacant`] unless three people keep the three duties:
    /// everywhere, in full and for good, and nobody else's word lets them in;
    /// [`AccessError::LastAdministrator`] when none of them could give rights.
    pub async fn separate(&self, caller: &Caller, reason: &str) -> Result<Separation, AccessError> {
        permit_everywhere(caller, SEPARATION_CHANGE)?;
        let reason = checked_reason(reason)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        if store::generation::separation(tx.connection()).await?.is_some() {
            return Err(AccessError::AlreadySeparated);
        }
        // As it will be: what a post gives now counts no more then.
        let basis = Basis { separated: true, ..Basis::load(tx.connection()).await? };
        let claims = self.duty_claims(tx.connection(), &basis, now).await?;
        // What is no duty yet becomes one: who rules the whole house runs the system.
        refuse_new(conflicts(&claims), &self.claims_before(now).await?)?;
        // Whoever could do everything could also have prepared an account for somebody.
        self.come_alone(&mut tx, caller, now, (&claims, &[])).await?;
        // Nobody has two of them: three duties that are kept are kept by three people.
        let missing = self.vacant_duties(&mut tx, &basis, now).await?;
        if !missing.is_empty() {
            return Err(AccessError::DutiesVacant { missing });
        }
        let ending = self.all_powerful(tx.connection(), &basis, now).await?;
        for grant in &ending {
            self.end_only(&mut tx, caller, now, grant, "the administrators were separated").await?;
        }
        let switched_by = caller.actor.name.clone();
        let separation = Separation { since: now, switched_by, reason: reason.clone() };
        store::generation::separate(tx.connection(), &separation).await?;
        note(&mut tx, caller, now, &SeparationBegun { reason, grants_ended: ending.len() }).await?;
        let before = Keepers { gives_rights: true, ..Keepers::default() };
        self.keep_the_house(&mut tx, &before, "security administration", now).await?;
        self.guard(&mut tx, caller, now).await?;
        tx.commit().await?;
        Ok(separation)
    }

    /// Separates them no more: only from the machine's own command line.
    ///
    /// Errors: [`AccessError::OnlyAtTheConsole`], [`AccessError::Invalid`]. Where they are not
    /// separated, nothing changes.
    pub async fn end_separation(&self, caller: &Caller, reason: &str) -> Result<(), AccessError> {
        if caller.actor.kind != ActorKind::Console {
            return Err(AccessError::OnlyAtTheConsole);
        }
        let reason = checked_reason(reason)?;
        let mut tx = self.inner.db.begin().await?;
        if store::generation::separation(tx.connection()).await?.is_none() {
            return Ok(());
        }
        store::generation::unite(tx.connection()).await?;
        note(&mut tx, caller, self.now(), &SeparationEnded { reason }).await?;
        store::generation::bump(tx.connection()).await?;
        tx.commit().await?;
        Ok(())
    }
}
