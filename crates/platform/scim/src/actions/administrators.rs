//! While the administrators are separated, no provider touches one of them, or what makes
//! somebody one.

use access::{AdministratorsGroups, GroupId, NamedMember, UserId};
use db::Tx;
use directory::PersonId;
use kernel::Caller;

use crate::{Scim, ScimError};

impl Scim {
    /// Errors: [`ScimError::Administrator`] when the account, or that of the person, is one of the
    /// separated administrators'.
    pub(super) async fn refuse_administrator(
        &self,
        tx: &mut Tx,
        account: Option<UserId>,
        person: Option<PersonId>,
    ) -> Result<(), ScimError> {
        let access = &self.parts.access;
        let mut accounts: Vec<UserId> = account.into_iter().collect();
        if let Some(person) = person {
            let user = access.user_being(tx, &person.to_string()).await?;
            accounts.extend(user.map(|user| user.id));
        }
        for account in accounts {
            if access.is_separated_administrator(tx, account).await? {
                return Err(ScimError::Administrator);
            }
        }
        Ok(())
    }

    /// Lets members come and go.
    ///
    /// Errors: those of access; [`ScimError::DutyGroup`], [`ScimError::Administrator`].
    pub(super) async fn change_members(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        group: GroupId,
        (come, go): (&[NamedMember], &[NamedMember]),
    ) -> Result<(), ScimError> {
        if come.is_empty() && go.is_empty() {
            return Ok(());
        }
        let adds = !come.is_empty();
        let before = self.before_members_change(tx, caller, group, adds).await?;
        let access = &self.parts.access;
        access.change_provisioned_members(tx, caller, group, (come, go)).await?;
        self.administrators_stay(tx, &before).await
    }

    /// Removes the group, and with it the membership of everybody in it.
    ///
    /// Errors: as [`Self::change_members`].
    pub(super) async fn remove_members_all(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        group: GroupId,
    ) -> Result<(), ScimError> {
        let before = self.before_members_change(tx, caller, group, false).await?;
        self.parts.access.remove_provisioned_group(tx, caller, group).await?;
        self.administrators_stay(tx, &before).await
    }

    async fn before_members_change(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        group: GroupId,
        adds: bool,
    ) -> Result<AdministratorsGroups, ScimError> {
        let access = &self.parts.access;
        if !access.may_provision_members(tx, caller, group, adds).await? {
            return Err(ScimError::DutyGroup);
        }
        Ok(access.administrators_groups(tx).await?)
    }

    async fn administrators_stay(
        &self,
        tx: &mut Tx,
        before: &AdministratorsGroups,
    ) -> Result<(), ScimError> {
        if self.parts.access.administrators_groups(tx).await? == *before {
            Ok(())
        } else {
            Err(ScimError::Administrator)
        }
    }
}
