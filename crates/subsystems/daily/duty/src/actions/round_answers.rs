use std::collections::BTreeSet;

use journal::Entry;
use kernel::{Caller, FieldFault, Text};

use super::{
    Duty, none_wrong,
    rounds::{no_round, out_of_time},
};
use crate::{
    DutyError,
    model::{
        fact::Told,
        inspection_fact::RoundAnswered,
        round::{Answer, Found, FoundTicket, RoundId, RoundState},
    },
    store::{self, found::FOUND_MAX},
};

impl Duty {
    /// Keeps what was found at an item; what a phone says again is kept once. A second answer to
    /// an item corrects the first.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Invalid`],
    /// [`DutyError::Conflict`].
    pub(crate) async fn answer_round(
        &self,
        caller: &Caller,
        id: RoundId,
        answer: Answer,
    ) -> Result<Found, DutyError> {
        let (round, person) = self.round_to_do(caller, id).await?;
        let Some(item) = round.plan.item(&answer.item) else {
            let expected = Text::new("the key of an item of the round", "本次巡检项目的标识");
            return Err(DutyError::field("item", answer.item, expected));
        };
        let abnormal = answer.judged(item).map_err(DutyError::Invalid)?;
        none_wrong(self.strange_photos(caller, id, &answer.photos).await?)?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = store::found::of_round(tx.connection(), id).await?;
        if let Some(same) = before.iter().find(|one| one.client_id == answer.client_id) {
            return said_again(same, &answer);
        }
        let newest = store::rounds::find(tx.connection(), id).await?;
        let newest = newest.ok_or_else(|| no_round(id))?;
        if newest.state != RoundState::Started || now >= newest.closes_at() {
            return Err(out_of_time(&newest));
        }
        if before.len() >= FOUND_MAX as usize {
            return Err(too_many());
        }
        let found_at = answer.found_at.unwrap_or(now);
        // A phone's clock may be off: what it says stays within the round and the past.
        let found_at = found_at.max(newest.started_at.unwrap_or(now)).min(now);
        let ticket = match abnormal && round.plan.ticket_type.is_some() {
            true => FoundTicket::Owed,
            false => FoundTicket::None,
        };
        let one = Found {
            round_id: id,
            number: 1 + before.last().map_or(0, |one| one.number),
            item: answer.item,
            client_id: answer.client_id,
            value: answer.value,
            abnormal,
            note: answer.note,
            photos: answer.photos,
            person_id: person,
            found_at,
            received_at: now,
            ticket,
        };
        store::found::insert(&mut tx, &newest, &one).await?;
        let told = Told::<RoundAnswered>::of(id, newest.plan.name.clone())
            .with("item", &one.item)
            .with("value", &one.value)
            .with("abnormal", one.abnormal)
            .with("person_id", person);
        journal::append(&mut tx, Entry::new(caller, now, &told)).await?;
        tx.commit().await?;
        if one.ticket == FoundTicket::Owed {
            // What fails now is tried again by the clock.
            if let Err(error) = self.open_ticket(&one).await {
                tracing::warn!(round = %id, "failed to open a ticket for round {id}: {error}");
            }
        }
        let all = store::found::of_round(self.db().reader(), id).await?;
        Ok(all.into_iter().find(|found| found.number == one.number).unwrap_or(one))
    }

    /// What is wrong with photos: each is a picture that is attached to this round.
    async fn strange_photos(
        &self,
        caller: &Caller,
        id: RoundId,
        photos: &[String],
    ) -> Result<Vec<FieldFault>, DutyError> {
        let (mut faults, mut seen) = (Vec::new(), BTreeSet::new());
        for (at, photo) in photos.iter().enumerate() {
            let field = format!("photos[{at}]");
            let attached = match (&self.means, photo.parse()) {
                (Some(means), Ok(photo)) => means.vault.attachment(caller, photo).await.ok(),
                _ => None,
            };
            let here = attached.filter(|one| one.subject_id == id.to_string());
            match here {
                Some(one) if !one.content.media_type.starts_with("image/") => {
                    let expected = Text::new("a picture", "图片文件");
                    faults.push(FieldFault::new(field, one.content.media_type, expected));
                }
                Some(_) if seen.insert(photo) => {}
                _ => {
                    let expected = Text::new(
                        "the id of a picture that is attached to this round, once",
                        "本次巡检已上传图片的编号，不能重复",
                    );
                    faults.push(FieldFault::new(field, photo, expected));
                }
            }
        }
        Ok(faults)
    }
}

/// Errors: [`DutyError::Conflict`] where the phone's name stands for something else.
fn said_again(same: &Found, answer: &Answer) -> Result<Found, DutyError> {
    let (value, note) = (same.value == answer.value, same.note == answer.note);
    if same.item == answer.item && value && note && same.photos == answer.photos {
        return Ok(same.clone());
    }
    Err(DutyError::conflict(
        "said-otherwise",
        "another answer has this `client_id` already",
        "该 client_id 已用于另一条填报",
    ))
}

fn too_many() -> DutyError {
    DutyError::conflict(
        "too-many-answers",
        format!("the round has {FOUND_MAX} answers already"),
        format!("本次巡检的填报已达上限 {FOUND_MAX} 条"),
    )
}
