use directory::PersonId;
use kernel::{Caller, Text};

use super::{Duty, ground::note};
use crate::{
    DutyError,
    model::{
        fact::{QualificationGiven, QualificationRemoved, Told},
        permission::{DUTY_CHANGE, DUTY_READ},
    },
    store::{self, qualifications::Qualification},
};

const NAME_CHARS_MAX: usize = 100;

impl Duty {
    /// What people are qualified for, of those whom the caller sees.
    pub(crate) async fn qualifications(
        &self,
        caller: &Caller,
    ) -> Result<Vec<Qualification>, DutyError> {
        let mut shown = Vec::new();
        for one in store::qualifications::all(self.db().reader()).await? {
            if self.is_theirs(caller, DUTY_READ, one.person_id).await? {
                shown.push(one);
            }
        }
        Ok(shown)
    }

    /// Says what a person is qualified for, and until when.
    ///
    /// Errors: [`DutyError::Invalid`], [`DutyError::Forbidden`].
    pub(crate) async fn give_qualification(
        &self,
        caller: &Caller,
        one: Qualification,
    ) -> Result<Qualification, DutyError> {
        let fits = !one.name.trim().is_empty()
            && one.name.chars().count() <= NAME_CHARS_MAX
            && !one.name.contains(char::is_control);
        if !fits {
            let expected = Text::new("1 to 100 characters on one line", "1 至 100 个字符，单行");
            return Err(DutyError::field("name", &one.name, expected));
        }
        self.permit_person(caller, one.person_id).await?;
        self.somebody(caller, DUTY_READ, ("person_id", one.person_id)).await?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        store::qualifications::put(&mut tx, &one, (&caller.actor.name, now)).await?;
        let name = self.names(vec![one.person_id]).await?;
        let name = name.get(&one.person_id).cloned().unwrap_or_default();
        let told = Told::<QualificationGiven>::of(one.person_id, name)
            .with("qualification", &one.name)
            .with("until", one.until);
        note(&mut tx, (caller, now), told).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Takes a qualification away.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`].
    pub(crate) async fn remove_qualification(
        &self,
        caller: &Caller,
        (person, name): (PersonId, &str),
    ) -> Result<(), DutyError> {
        self.permit_person(caller, person).await?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        if !store::qualifications::delete(&mut tx, person, name).await? {
            return Err(DutyError::not_found("qualification", "资质", name));
        }
        let called = self.names(vec![person]).await?.remove(&person).unwrap_or_default();
        let told = Told::<QualificationRemoved>::of(person, called).with("qualification", name);
        note(&mut tx, (caller, now), told).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn permit_person(&self, caller: &Caller, person: PersonId) -> Result<(), DutyError> {
        if self.is_theirs(caller, DUTY_CHANGE, person).await? {
            return Ok(());
        }
        Err(match self.is_theirs(caller, DUTY_READ, person).await? {
            true => DutyError::Forbidden(DUTY_CHANGE),
            false => DutyError::not_found("person", "人员", person),
        })
    }
}
