//! Who keeps the house: what must never be nobody's, looked at before and after a change.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use kernel::{Caller, Time};
use sqlx::AnyConnection;

use super::{
    Access,
    guard::{Reach, names_of},
    permit_everywhere,
    rights::Basis,
};
use crate::{
    AccessError,
    model::{
        grant::{GrantScope, HolderKind, Origin},
        keeper::{DutyHolder, DutyLine, Shortfall, lacking, shortfall},
        permission::{SEPARATION_CHANGE, SEPARATION_READ},
        role::{Duty, Extent, Role},
        user::User,
    },
    store,
};

/// What somebody keeps who is enabled and can sign in.
#[derive(Debug, Clone, Default)]
pub(super) struct Keepers {
    /// Somebody can give rights, for good and not through a post.
    pub(super) gives_rights: bool,
    /// While the administrators are separated: the duties that somebody keeps.
    pub(super) duties: BTreeSet<Duty>,
}

/// What was found of who keeps the house.
struct Kept {
    gives_rights: bool,
    holders: Vec<DutyHolder>,
}

impl Keepers {
    /// What nobody keeps any more: a duty, or giving rights at all.
    pub(super) fn gone_since(&self, before: &Self) -> Option<Option<Duty>> {
        let duty = before.duties.difference(&self.duties).next();
        let nobody = before.gives_rights && !self.gives_rights;
        duty.map(|duty| Some(*duty)).or(nobody.then_some(None))
    }
}

impl Access {
    /// Who has one of the three duties now, as it counts while the administrators are separated,
    /// and who of them keeps it; by duty, those who keep it first.
    ///
    /// Errors: [`AccessError::Forbidden`].
    pub async fn duty_holders(&self, caller: &Caller) -> Result<Vec<DutyHolder>, AccessError> {
        if !caller.may_everywhere(SEPARATION_CHANGE) {
            permit_everywhere(caller, SEPARATION_READ)?;
        }
        let mut reader = self.inner.db.reader().acquire().await?;
        let basis = Basis { separated: true, ..Basis::load(&mut reader).await? };
        let mut holders = self.kept(&mut reader, &basis, self.now()).await?.holders;
        let order = |one: &DutyHolder| (one.duty, one.shortfall.is_some(), one.user_name.clone());
        holders.sort_by_key(order);
        Ok(holders)
    }

    /// Who keeps the house: everywhere, as somebody granted it and for good, and able to sign in.
    pub(super) async fn keepers(&self, tx: &mut Tx, now: Time) -> Result<Keepers, AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        let Kept { gives_rights, holders } = self.kept(tx.connection(), &basis, now).await?;
        Ok(Keepers { gives_rights, duties: kept_duties(&holders) })
    }

    /// The duties that nobody would keep if the administrators were separated.
    pub(super) async fn vacant_duties(
        &self,
        tx: &mut Tx,
        basis: &Basis,
        now: Time,
    ) -> Result<Vec<Duty>, AccessError> {
        let kept = kept_duties(&self.kept(tx.connection(), basis, now).await?.holders);
        Ok(Duty::ALL.into_iter().filter(|duty| !kept.contains(duty)).collect())
    }

    /// Refuses the change in `tx` if it leaves nobody who could give rights, or, while the
    /// administrators are separated, nobody who keeps one of the duties, where there was somebody
    /// before it (`before`).
    ///
    /// Errors: [`AccessError::LastAdministrator`], [`AccessError::LastOfDuty`], with the name of
    /// who is touched; [`AccessError::DutiesExclude`] when it is because two duties meet.
    pub(super) async fn keep_the_house(
        &self,
        tx: &mut Tx,
        before: &Keepers,
        name: &str,
        now: Time,
    ) -> Result<(), AccessError> {
        let Some(gone) = self.keepers(tx, now).await?.gone_since(before) else { return Ok(()) };
        // Whoever comes to a second duty keeps none: then that is what is wrong.
        self.refuse_conflicts(tx, now).await?;
        let name = name.to_owned();
        Err(match gone {
            None => AccessError::LastAdministrator { name },
            Some(duty) => AccessError::LastOfDuty { name, duty },
        })
    }

    async fn kept(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        now: Time,
    ) -> Result<Kept, AccessError> {
        let apart = |role: &Role| basis.separated && !role.duties_over(Extent::House).is_empty();
        let names = names_of(basis, |role| role.keeps_the_house() || apart(role));
        let dialect = self.inner.db.dialect();
        let mut grants = store::grants::of_roles(connection, dialect, &names, now).await?;
        // Whoever fills posts is not one of those who give duties.
        grants.retain(|grant| {
            let none = grant.holder.kind == HolderKind::Post || basis.is_all_powerful(grant);
            grant.is_in_force(now) && !(basis.separated && none)
        });
        let chart = self.chart().await?;
        let mut reached = self.reach(connection, basis, &chart, &grants, now).await?;
        let is_now = |one: &Reach<'_>| one.from <= now && one.to.is_none_or(|to| now < to);
        reached.retain(|one| !one.user.disabled && is_now(one));
        let others = match basis.separated {
            true => {
                let ids: BTreeSet<String> =
                    reached.iter().map(|one| one.user.id.to_string()).collect();
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                store::identities::vouched_for(connection, dialect, &ids).await?
            }
            false => BTreeSet::new(),
        };
        let gives_rights = reached.iter().any(|reach| {
            let role = basis.roles.get(&reach.grant.role);
            role.is_some_and(|role| role.keeps_the_house() && keeps(&line(reach, role)))
                && reach.grant.holder.kind != HolderKind::Post
                && !others.contains(&reach.user.id.to_string())
        });
        let holders = if basis.separated { holders(&reached, basis, &others) } else { Vec::new() };
        Ok(Kept { gives_rights, holders })
    }
}

fn kept_duties(holders: &[DutyHolder]) -> BTreeSet<Duty> {
    holders.iter().filter(|one| one.shortfall.is_none()).map(|one| one.duty).collect()
}

fn line<'r>(reach: &Reach<'_>, role: &'r Role) -> DutyLine<'r> {
    DutyLine {
        role,
        everywhere: reach.grant.scope == GrantScope::Everything,
        granted: matches!(reach.grant.origin, Origin::Granted | Origin::Migrated),
        lasts: reach.to.is_none(),
    }
}

fn keeps(line: &DutyLine<'_>) -> bool {
    line.everywhere && line.granted && line.lasts
}

/// Everybody whom a role with a duty reaches; `others` are those whom another's word lets in.
fn holders(reached: &[Reach<'_>], basis: &Basis, others: &BTreeSet<String>) -> Vec<DutyHolder> {
    type Found<'f> = (&'f User, BTreeMap<Duty, Vec<DutyLine<'f>>>);
    let mut found: BTreeMap<String, Found<'_>> = BTreeMap::new();
    for reach in reached {
        let Some(role) = basis.roles.get(&reach.grant.role) else { continue };
        let Some(duty) = basis.single_duty(&role.name, &reach.grant.scope) else { continue };
        let of_user = found.entry(reach.user.id.to_string());
        let (_, lines) = of_user.or_insert_with(|| (&reach.user, BTreeMap::new()));
        lines.entry(duty).or_default().push(line(reach, role));
    }
    let mut all = Vec::new();
    for (id, (user, mut duties)) in found {
        // What makes a duty only over the whole house is withheld from who has another.
        if duties.len() > 1 {
            let stands = |line: &DutyLine<'_>| line.role.single_duty_over(Extent::Part).is_some();
            duties.values_mut().for_each(|lines| lines.retain(stands));
            duties.retain(|_, lines| !lines.is_empty());
        }
        let two = (duties.len() > 1).then_some(Shortfall::Conflicting);
        for (duty, lines) in duties {
            let vouched_for = others.contains(&id).then_some(Shortfall::VouchedFor);
            all.push(DutyHolder {
                user_id: user.id,
                user_name: user.name.as_str().to_owned(),
                display_name: user.display_name.clone(),
                duty,
                roles: lines.iter().map(|line| line.role.name.clone()).collect(),
                shortfall: two.or_else(|| shortfall(duty, &lines)).or(vouched_for),
                lacks: lacking(duty, &lines),
            });
        }
    }
    all
}
