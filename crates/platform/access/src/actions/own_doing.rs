//! Who comes to one of the three duties while they are separated comes to it alone: what somebody
//! else may have begun in their name ends at that moment.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{Caller, Time};

use super::{Access, sessions, users::revoke_token};
use crate::{
    AccessError,
    model::{
        separation::DutyClaim,
        user::{EndReason, User, UserId},
    },
    store::{
        self, own,
        own::Begun::{Passkey, Session, Token},
        passkeys, second_factors,
    },
};

impl Access {
    /// Ends what others may have begun in the name of those of `claims` who were none of `before`.
    pub(super) async fn come_alone(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        (claims, before): (&[DutyClaim], &[DutyClaim]),
    ) -> Result<(), AccessError> {
        let of = |claims: &[DutyClaim]| -> BTreeSet<String> {
            claims.iter().map(|claim| claim.user_id.clone()).collect()
        };
        for id in of(claims).difference(&of(before)) {
            let Ok(id) = id.parse::<UserId>() else { continue };
            if let Some(user) = store::users::by_id(tx.connection(), id).await? {
                self.end_others_doing(tx, caller, now, &user).await?;
            }
        }
        Ok(())
    }

    /// Ends the sessions, tokens and passkeys of `user` of which it is not known that they alone
    /// began them. A sign-in that waits for its second step begins anew.
    pub(super) async fn end_others_doing(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: &User,
    ) -> Result<(), AccessError> {
        second_factors::stop_all_waiting(tx.connection(), user.id).await?;
        for session in store::sessions::of_user(tx.connection(), user.id).await? {
            if !own::is_own(tx.connection(), Session(session.id)).await? {
                sessions::end(tx, caller, now, user, &session, EndReason::DutyGiven).await?;
            }
        }
        for token in store::tokens::live_of_user(tx.connection(), user.id, now).await? {
            if !own::is_own(tx.connection(), Token(token.id)).await? {
                revoke_token(tx, caller, now, user, &token, false).await?;
            }
        }
        let mut others = Vec::new();
        for passkey in passkeys::of_user(tx.connection(), user.id).await? {
            if !own::is_own(tx.connection(), Passkey(passkey.id)).await? {
                others.push(passkey);
            }
        }
        let others: Vec<_> = others.iter().collect();
        if others.is_empty() {
            return Ok(());
        }
        self.remove_passkeys(tx, caller, user, &others, true).await
    }
}
