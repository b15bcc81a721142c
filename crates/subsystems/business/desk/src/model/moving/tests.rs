use kernel::{Fault, Id};
use proptest::prelude::*;

use super::*;
use crate::DeskError;
use crate::model::{
    priority::Level,
    shipped,
    ticket::{Channel, Content, Kept, Requester},
};

const NOW: Time = Time::from_seconds(1_000_000);

fn id<K>(number: u8) -> Id<K> {
    format!("01890a5d-ac96-774b-bcce-b302099a80{number:02x}").parse().unwrap()
}

/// A ticket of the type of enquiries in that state.
pub(crate) fn ticket(state: &str, phase: Phase) -> Ticket {
    Ticket {
        id: id(1),
        number: "ENQ-1".to_owned(),
        type_key: "enquiry".to_owned(),
        content: Content {
            subject: "x".to_owned(),
            text: String::new(),
            requester: Requester::default(),
            region_id: None,
            resources: Vec::new(),
            impact: Level::Low,
            urgency: Level::Low,
            fields: serde_json::Map::new(),
        },
        channel: Channel::Phone,
        unit_id: id(2),
        state: state.to_owned(),
        phase,
        priority: 5,
        assignee: Assignee::Nobody,
        source_key: None,
        policy: None,
        opened_by: String::new(),
        opened_at: Time::from_seconds(0),
        changed_at: Time::from_seconds(0),
        responded_at: None,
        resolved_at: None,
        closed_at: None,
        answered_by: Some("hou".to_owned()),
        due_at: None,
        next_at: None,
        response: Kept::default(),
        resolution: Kept::default(),
        reopened: 0,
        supervised: false,
        lacking: 0,
        warned: Vec::new(),
        version: 1,
    }
}

fn hop(number: u32, kind: HopKind, given_by: Option<u8>) -> Hop {
    Hop {
        number,
        kind,
        unit_id: id(2),
        given_by: given_by.map(id),
        begun_at: Time::from_seconds(0),
        ended: None,
        text: String::new(),
        answer: String::new(),
    }
}

fn moved(
    ticket: &Ticket,
    transition: &str,
    hops: &[Hop],
    order: &MoveOrder,
    mover: Mover<'_>,
) -> Result<Moved, Refusal> {
    let draft = shipped::types(None).into_iter().find(|one| one.key == "enquiry").unwrap();
    let way = draft.transition(transition).unwrap();
    decide(ticket, (&draft, way), hops, order, (mover, Some(NOW), NOW))
}

fn said(text: &str) -> MoveOrder {
    MoveOrder { text: text.to_owned(), ..MoveOrder::default() }
}

#[test]
fn dispatch_and_return_pass_the_ticket_on_and_back() {
    let first = [hop(1, HopKind::Lead, None)];
    let accepted = ticket("accepted", Phase::New);
    let none = Mover::default();
    let refused = moved(&accepted, "dispatch", &first, &said(""), none).unwrap_err();
    assert!(matches!(&refused, Refusal::Invalid(faults) if faults[0].field == "unit_id"));
    let order = MoveOrder { unit_id: Some(id(9)), ..said("theirs") };
    let sent = moved(&accepted, "dispatch", &first, &order, none).unwrap();
    assert_eq!(sent.ticket.unit_id, id(9));
    assert_eq!(sent.ended.unwrap().ended, Some((NOW, HopEnd::HandedOver)));
    let begun = sent.begun.unwrap();
    assert_eq!((begun.number, begun.given_by), (2, Some(id(2))));
    let silent =
        moved(&sent.ticket, "return", std::slice::from_ref(&begun), &said(" "), none).unwrap_err();
    assert!(matches!(&silent, Refusal::Invalid(faults) if faults[0].field == "text"));
    let back = moved(&sent.ticket, "return", &[begun], &said("not ours"), none).unwrap();
    assert_eq!((back.ticket.unit_id, back.ticket.state.as_str()), (id(2), "returned"));
    assert_eq!(back.begun.unwrap().given_by, Some(id(9)));
    let handling = ticket("handling", Phase::Active);
    let nobody = moved(&handling, "return", &first, &said("x"), none).unwrap_err();
    assert_eq!(nobody, Refusal::NoSender);
}

#[test]
fn refusal_calls_the_ways_that_there_are_by_their_names() {
    let draft = shipped::types(None).into_iter().find(|one| one.key == "enquiry").unwrap();
    let accepted = ticket("accepted", Phase::New);
    let refused = moved(&accepted, "approve", &[], &said("x"), Mover::default()).unwrap_err();
    let text = Fault::from(DeskError::from(refused)).text;
    let names: Vec<_> = ways(&accepted, &draft, &[]).map(|way| &way.name).collect();
    assert!(names.len() > 1);
    assert!(names.iter().all(|name| text.en.contains(&name.en) && text.zh.contains(&name.zh)));
    assert!(!text.zh.contains("dispatch"), "{}", text.zh);
    let nowhere = Fault::from(DeskError::from(Refusal::NoWay { ways: Vec::new() })).text;
    assert_eq!(nowhere.en, "no way leads on from its state");
}

#[test]
fn return_has_a_deadline() {
    let draft = shipped::types(None).into_iter().find(|one| one.key == "enquiry").unwrap();
    let way = draft.transition("return").unwrap();
    let hops = [hop(2, HopKind::Lead, Some(7))];
    let until = NOW.minus(std::time::Duration::from_secs(1));
    let given = (Mover::default(), Some(until), NOW);
    let late = decide(&ticket("handling", Phase::Active), (&draft, way), &hops, &said("x"), given);
    assert_eq!(late.unwrap_err(), Refusal::TooLateToReturn { until });
}

#[test]
fn one_merged_answer_waits_for_all_who_help() {
    let hops = [hop(1, HopKind::Lead, None), hop(2, HopKind::Assist, Some(2))];
    let handling = ticket("handling", Phase::Active);
    let early = moved(&handling, "answer", &hops, &said("x"), Mover::default()).unwrap_err();
    assert_eq!(early, Refusal::AssistsOpen { open: 1 });
    let mover = Mover { user_id: Some("li"), in_charge: true };
    let answered = moved(&handling, "answer", &hops[..1], &said("x"), mover).unwrap();
    assert!(!answered.public, "nobody has approved it");
    assert_eq!(answered.ticket.answered_by.as_deref(), Some("li"));
}

#[test]
fn who_answered_or_is_in_charge_neither_approves_nor_calls_back() {
    let answered = ticket("answered", Phase::Active);
    for mover in [
        Mover { user_id: Some("hou"), in_charge: false },
        Mover { user_id: Some("li"), in_charge: true },
    ] {
        let refused = moved(&answered, "approve", &[], &said("x"), mover).unwrap_err();
        assert_eq!(refused, Refusal::ByAnother);
    }
    let mover = Mover { user_id: Some("li"), in_charge: false };
    let approved = moved(&answered, "approve", &[], &said("x"), mover).unwrap();
    assert!(approved.public);
    assert_eq!(approved.ticket.answered_by.as_deref(), Some("hou"));
    let resolved = Ticket { resolved_at: Some(NOW), ..ticket("approved", Phase::Resolved) };
    let again = moved(&resolved, "dissatisfied", &[], &said("no"), mover).unwrap();
    assert_eq!((again.ticket.reopened, again.ticket.resolved_at), (1, None));
}

proptest! {
    /// Whatever is ordered, a ticket only goes where its type has a way, and open and over always
    /// agree with their times.
    #[test]
    fn only_ways_of_the_type_are_gone(
        kind in 0_usize..5, ways in proptest::collection::vec(0_usize..20, 0..30),
    ) {
        let draft = shipped::types(None).remove(kind);
        let mut now = ticket(&draft.first, draft.state(&draft.first).unwrap().phase);
        let hops = [hop(1, HopKind::Lead, Some(7))];
        for way in ways {
            let Some(way) = draft.transitions.get(way) else { continue };
            let unit_id = (way.effect == Effect::Dispatch).then(|| id(9));
            let order = MoveOrder { unit_id, ..said("x") };
            let allowed = way.from.contains(&now.state);
            match decide(&now, (&draft, way), &hops, &order, (Mover::default(), None, NOW)) {
                Ok(moved) => {
                    prop_assert!(allowed);
                    prop_assert_eq!(&moved.ticket.state, &way.to);
                    now = moved.ticket;
                }
                Err(refusal) => {
                    prop_assert!(!allowed, "{:?}", refusal);
                    let no_way = matches!(refusal, Refusal::NoWay { .. });
                    prop_assert!(no_way);
                }
            }
            prop_assert_eq!(now.phase.is_open(), now.resolved_at.is_none());
            prop_assert_eq!(now.phase == Phase::Closed, now.closed_at.is_some());
        }
    }
}
