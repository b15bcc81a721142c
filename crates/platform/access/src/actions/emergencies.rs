use std::time::Duration;

use db::Tx;
use kernel::{ActorKind, Caller, FieldFault, Id, Page, PageOf, Text, Time};

use super::{
    Access,
    grants::{From, check_scope, unknown_role},
    note, permit, permit_everywhere,
    rights::Basis,
    sessions::own_id,
};
use crate::{
    AccessError,
    model::{
        emergency::{
            Activation, ActivationId, Confirmed, Emergency, EmergencyId, HOURS_MAX, NewEmergency,
        },
        facts::{
            EmergencyActivated, EmergencyConfirmed, EmergencySealed, EmergencyWithdrawn,
            ScopeSnapshot,
        },
        grant::{GrantScope, Holder, HolderKind, NewGrant, checked_reason},
        permission::{
            EMERGENCY_CHANGE, EMERGENCY_READ, PROFILE_CHANGE, PROFILE_READ, REVIEW_CHANGE,
        },
        role::Extent,
        user::UserId,
    },
    store,
};

impl Access {
    /// Seals a role for a user, to be taken in an emergency.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`], also for who may not grant
    /// everywhere; [`AccessError::OutlastsOwn`], [`AccessError::LentRight`];
    /// [`AccessError::Invalid`], also for a role or a user whom there is not;
    /// [`AccessError::AllPowerful`], and [`AccessError::OwnGrant`] for a seal of one's own, while
    /// the administrators are separated; [`AccessError::DutiesExclude`].
    pub async fn seal(
        &self,
        caller: &Caller,
        wanted: &NewEmergency,
    ) -> Result<Emergency, AccessError> {
        permit_everywhere(caller, EMERGENCY_CHANGE)?;
        wanted.check()?;
        check_scope(&self.chart().await?, &wanted.scope)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        self.permit_seal(&mut tx, caller, wanted.user_id).await?;
        let role = store::roles::by_name(tx.connection(), &wanted.role).await?;
        let role = role.ok_or_else(|| unknown_role(&wanted.role))?;
        let separated = store::generation::separation(tx.connection()).await?.is_some();
        let extent = Extent::of(&wanted.scope, separated);
        if separated && role.is_all_powerful_over(extent) {
            return Err(AccessError::AllPowerful { role: role.name });
        }
        let user = store::users::by_id(tx.connection(), wanted.user_id).await?;
        let user = user.ok_or_else(|| {
            let expected = Text::new("the id of a user", "用户的编号");
            AccessError::Invalid(vec![FieldFault::new("user_id", wanted.user_id, expected)])
        })?;
        self.refuse_clashing_seal(&mut tx, &user, (&role, &wanted.scope), now).await?;
        let emergency = Emergency {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            user_id: user.id,
            user_name: user.name.as_str().to_owned(),
            role: role.name,
            scope: wanted.scope.clone(),
            hours_max: wanted.hours_max,
            reason: wanted.reason.trim().to_owned(),
            sealed_by: caller.actor.name.clone(),
            sealed_by_id: caller.user_id.as_deref().and_then(|id| id.parse().ok()),
            sealed_at: now,
            withdrawn_at: None,
        };
        store::emergencies::insert(tx.connection(), &emergency).await?;
        let fact = EmergencySealed {
            emergency_id: emergency.id.to_string(),
            user_id: emergency.user_id.to_string(),
            user_name: emergency.user_name.clone(),
            role: emergency.role.clone(),
            scope: ScopeSnapshot::from(&emergency.scope),
            hours_max: emergency.hours_max,
            reason: emergency.reason.clone(),
        };
        note(&mut tx, caller, now, &fact).await?;
        tx.commit().await?;
        Ok(emergency)
    }

    /// Takes a sealed right away; an emergency that goes on is ended by ending its grant.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::EmergencyNotFound`].
    pub async fn withdraw(&self, caller: &Caller, id: EmergencyId) -> Result<(), AccessError> {
        permit_everywhere(caller, EMERGENCY_CHANGE)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let emergency = store::emergencies::by_id(tx.connection(), id).await?;
        let emergency = emergency.ok_or_else(|| not_found(id))?;
        if emergency.withdrawn_at.is_some() {
            return Ok(());
        }
        store::emergencies::withdraw(tx.connection(), id, now).await?;
        let (user_name, role) = (emergency.user_name, emergency.role);
        let fact = EmergencyWithdrawn { emergency_id: id.to_string(), user_name, role };
        note(&mut tx, caller, now, &fact).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A page of what is sealed.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`].
    pub async fn emergencies(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<Emergency>, AccessError> {
        permit_everywhere(caller, EMERGENCY_READ)?;
        Ok(store::emergencies::list(self.inner.db.reader(), page).await?)
    }

    /// What is sealed for the caller.
    ///
    /// Errors: [`AccessError::NotAPerson`].
    pub async fn own_emergencies(&self, caller: &Caller) -> Result<Vec<Emergency>, AccessError> {
        permit(caller, PROFILE_READ)?;
        Ok(store::emergencies::of_user(self.inner.db.reader(), own_id(caller)?).await?)
    }

    /// Breaks the seal of a right that lies ready for the caller: they have it from now on, for so
    /// many hours.
    ///
    /// Errors: [`AccessError::NotAPerson`] for programs; [`AccessError::EmergencyNotFound`], also
    /// for those of others; [`AccessError::Invalid`]; [`AccessError::EmergencyGoesOn`];
    /// [`AccessError::SecondDuty`], [`AccessError::DutiesExclude`], [`AccessError::AllPowerful`];
    /// [`AccessError::OwnGrant`] for what they sealed for themselves, while the administrators are
    /// separated.
    pub async fn activate(
        &self,
        caller: &Caller,
        id: EmergencyId,
        hours: u32,
        reason: &str,
    ) -> Result<Activation, AccessError> {
        permit(caller, PROFILE_CHANGE)?;
        if caller.actor.kind != ActorKind::Person {
            return Err(AccessError::NotAPerson);
        }
        let own = own_id(caller)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let emergency = store::emergencies::by_id(tx.connection(), id).await?;
        let emergency = emergency
            .filter(|one| one.user_id == own && one.withdrawn_at.is_none())
            .ok_or_else(|| not_found(id))?;
        let ends_at = emergency.ends_at(now, hours, reason)?;
        let running = store::emergencies::running_of_user(tx.connection(), own, now).await?;
        if running.iter().any(|one| one.emergency_id == id) {
            return Err(AccessError::EmergencyGoesOn);
        }
        let separated = store::generation::separation(tx.connection()).await?.is_some();
        if separated && emergency.is_sealed_by_its_user() {
            return Err(AccessError::OwnGrant);
        }
        let taking = (emergency.role.as_str(), &emergency.scope);
        self.refuse_second_duty(&mut tx, own, taking, now).await?;
        let wanted = NewGrant {
            holder: Holder { kind: HolderKind::User, id: own.to_string() },
            role: emergency.role.clone(),
            scope: emergency.scope.clone(),
            valid_from: None,
            valid_to: Some(ends_at),
            reason: reason.to_owned(),
        };
        let grant = self.add_grant(&mut tx, caller, now, &wanted, From::Emergency).await?;
        let activation = Activation {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            emergency_id: id,
            user_id: own,
            user_name: emergency.user_name,
            role: emergency.role,
            grant_id: grant.id,
            reason: reason.trim().to_owned(),
            begun_at: now,
            ends_at,
            confirmed: None,
        };
        store::emergencies::activate(tx.connection(), &activation).await?;
        let fact = EmergencyActivated {
            emergency_id: id.to_string(),
            activation_id: activation.id.to_string(),
            user_id: own.to_string(),
            user_name: activation.user_name.clone(),
            role: activation.role.clone(),
            reason: activation.reason.clone(),
            ends_at,
        };
        note(&mut tx, caller, now, &fact).await?;
        self.guard(&mut tx, caller, now).await?;
        tx.commit().await?;
        tracing::warn!(role = %activation.role, "an emergency began: a sealed role was taken");
        Ok(activation)
    }

    /// Refuses that who took a role of one duty in an emergency takes one of another in the next:
    /// what they did in the one they could hide or allow in the other. Somebody else looks first.
    ///
    /// Errors: [`AccessError::SecondDuty`].
    async fn refuse_second_duty(
        &self,
        tx: &mut Tx,
        user: UserId,
        (role, scope): (&str, &GrantScope),
        now: Time,
    ) -> Result<(), AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        let Some(duty) = basis.single_duty(role, scope) else { return Ok(()) };
        let since = now.minus(Duration::from_secs(u64::from(HOURS_MAX) * 3600));
        for taken in store::emergencies::taken_by(tx.connection(), user, since).await? {
            let other = basis.single_duty(&taken.role, &taken.scope);
            let Some(other) = other.filter(|other| *other != duty) else { continue };
            let from = taken.apart_from();
            // One that goes on is the guard's: that refusal names both ways.
            if taken.until <= now && from.is_none_or(|from| now < from) {
                return Err(AccessError::SecondDuty { role: taken.role, duty: other, from });
            }
        }
        Ok(())
    }

    /// A page of the times when seals were broken.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`].
    pub async fn activations(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<Activation>, AccessError> {
        permit_everywhere(caller, EMERGENCY_READ)?;
        Ok(store::emergencies::activations(self.inner.db.reader(), page).await?)
    }

    /// Says that somebody else has looked at an emergency, and what they found.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::EmergencyNotFound`],
    /// [`AccessError::OwnReview`], [`AccessError::AlreadyDecided`], [`AccessError::Invalid`]; as
    /// [`Self::permit_for_good`].
    pub async fn confirm_activation(
        &self,
        caller: &Caller,
        id: ActivationId,
        reason: &str,
    ) -> Result<Activation, AccessError> {
        permit_everywhere(caller, REVIEW_CHANGE)?;
        let reason = checked_reason(reason)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let activation = store::emergencies::activation(tx.connection(), id).await?;
        let activation =
            activation.ok_or_else(|| AccessError::EmergencyNotFound { id: id.to_string() })?;
        if caller.user_id.as_deref() == Some(activation.user_id.to_string().as_str()) {
            return Err(AccessError::OwnReview);
        }
        // Two who took a role in an emergency would else each say of the other that it was right.
        self.permit_for_good(caller, REVIEW_CHANGE).await?;
        if activation.confirmed.is_some() {
            return Err(AccessError::AlreadyDecided);
        }
        let by = caller.actor.name.clone();
        let confirmed = Confirmed { by, at: now, reason: reason.clone() };
        store::emergencies::confirm(tx.connection(), id, &confirmed).await?;
        let fact = EmergencyConfirmed {
            emergency_id: activation.emergency_id.to_string(),
            activation_id: id.to_string(),
            user_name: activation.user_name.clone(),
            role: activation.role.clone(),
            reason,
        };
        note(&mut tx, caller, now, &fact).await?;
        tx.commit().await?;
        Ok(Activation { confirmed: Some(confirmed), ..activation })
    }
}

fn not_found(id: EmergencyId) -> AccessError {
    AccessError::EmergencyNotFound { id: id.to_string() }
}
