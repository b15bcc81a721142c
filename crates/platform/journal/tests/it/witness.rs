use std::time::Duration;

use journal::{Checkpoint, Contradiction, JournalError, KeyEntry, VerifyOptions, Witness, Wrong};
use kernel::{Actor, ActorKind, Caller, Grant, Page};

use crate::keeper::{Kept, found, kept, sealer};

/// A server that tells a witness, and the witness.
async fn both() -> (Kept, Kept, Witness) {
    let (told, other) = (kept().await, kept().await);
    let witness = Witness::new(sealer(other.db(), &other.clock, other.keys.clone(), 77));
    (told, other, witness)
}

fn sender(name: &str) -> Caller {
    let actor = Actor { kind: ActorKind::Person, id: format!("id-{name}"), name: name.to_owned() };
    Caller { actor, grant: Grant::Everything, source: "10.0.0.7".into(), ..Caller::system("test") }
}

async fn keys_of(kept: &Kept) -> Vec<KeyEntry> {
    let mut tx = kept.db().begin().await.unwrap();
    let rows = sqlx::query_as::<_, (i64, String, String, String, i64, i64, String, String)>(
        "SELECT number, id, public_key, previous_id, from_seal, since, signature,
         previous_signature FROM journal_key ORDER BY number",
    );
    let rows = rows.fetch_all(tx.connection()).await.unwrap();
    let entry = |(number, id, public_key, previous_id, from_seal, since, one, two)| KeyEntry {
        number,
        id,
        public_key,
        previous_id,
        from_seal,
        since,
        signature: one,
        previous_signature: two,
    };
    rows.into_iter().map(entry).collect()
}

/// The newest checkpoint as it is told.
async fn newest(kept: &Kept) -> String {
    let head = std::fs::read_to_string(kept.keys.join("journal.head")).unwrap();
    Checkpoint::find(&head).unwrap().to_string()
}

async fn tell(kept: &Kept, witness: &Witness, name: &str) -> Result<bool, JournalError> {
    let (line, keys) = (newest(kept).await, keys_of(kept).await);
    witness.take(&sender(name), &line, &keys).await.map(|receipt| receipt.known)
}

fn contradiction(told: Result<bool, JournalError>) -> Contradiction {
    match told {
        Err(JournalError::Contradicted { kind, .. }) => kind,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn checkpoints_are_kept_with_when_and_from_whom_and_known_ones_are_no_news() {
    let (told, other, witness) = both().await;
    told.write_and_sign(5).await;
    assert!(!tell(&told, &witness, "north").await.unwrap());
    assert!(tell(&told, &witness, "north").await.unwrap(), "told twice");
    told.clock.advance(Duration::from_secs(61));
    other.clock.advance(Duration::from_secs(61));
    told.write_and_sign(5).await;
    assert!(!tell(&told, &witness, "north").await.unwrap());
    let reader = sender("auditor");
    let journals = witness.journals(&reader).await.unwrap();
    let journal = &journals[0];
    assert_eq!((journals.len(), journal.sender.as_str()), (1, "north"));
    assert_eq!(journal.newest.as_ref().unwrap().seq, 10);
    let page = Page { after: None, limit: 1 };
    let first = witness.checkpoints(&reader, &journal.journal, &page).await.unwrap();
    assert_eq!((first.items.len(), first.next.as_deref()), (1, Some("1")));
    assert_eq!(first.items[0].source, "10.0.0.7");
    let page = Page { after: first.next, limit: 50 };
    let second = witness.checkpoints(&reader, &journal.journal, &page).await.unwrap();
    assert!(second.items[0].received_at > first.items[0].received_at);
    assert_eq!(other.verbs("journal.").await, ["journal.witness_began"]);
    // The log is compared with what the witness remembers.
    let witnessed = vec![first.items[0].checkpoint.clone(), second.items[0].checkpoint.clone()];
    let options = VerifyOptions { witnessed: witnessed.clone(), ..told.options() };
    let report = told.verify_with(&options).await;
    assert!(report.holds && report.anchored.unwrap().last_seq == 10, "{report:?}");
    told.change(
        "DELETE FROM journal_row WHERE seq > 5; DELETE FROM journal_seal WHERE last_seq > 5;
         DELETE FROM journal_checkpoint WHERE number > 1; UPDATE journal_counter SET seq = 5;",
    )
    .await;
    let head = witnessed[0].to_string();
    std::fs::write(told.keys.join("journal.head"), head).unwrap();
    assert!(told.verify().await.holds, "nothing inside tells");
    assert_eq!(found(&told.verify_with(&options).await), [(Wrong::Cut, 6, 10)]);
}

#[tokio::test]
async fn journal_that_was_set_back_and_written_anew_is_refused_and_a_fact_once() {
    let (told, other, witness) = both().await;
    told.write_and_sign(5).await;
    tell(&told, &witness, "north").await.unwrap();
    let first = newest(&told).await;
    told.clock.advance(Duration::from_secs(61));
    told.write_and_sign(5).await;
    tell(&told, &witness, "north").await.unwrap();
    told.change(
        "DELETE FROM journal_row WHERE seq > 5; DELETE FROM journal_seal WHERE last_seq > 5;
         DELETE FROM journal_checkpoint WHERE number > 1; UPDATE journal_counter SET seq = 5;",
    )
    .await;
    std::fs::write(told.keys.join("journal.head"), first).unwrap();
    assert!(tell(&told, &witness, "north").await.unwrap(), "what is known is no contradiction");
    // Another keeper: the one that ran knows more than the records.
    let again = sealer(told.db(), &told.clock, told.keys.clone(), 9);
    told.clock.advance(Duration::from_secs(61));
    told.write(3).await;
    again.checkpoint().await.unwrap();
    for _ in 0..3 {
        assert_eq!(contradiction(tell(&told, &witness, "north").await), Contradiction::Fork);
    }
    let facts = other.verbs("journal.").await;
    assert_eq!(facts, ["journal.witness_began", "journal.witness_contradicted"]);
    let journal = witness.journals(&sender("auditor")).await.unwrap().remove(0);
    assert_eq!(journal.contradiction.as_deref(), Some("fork"));
    assert_eq!(journal.newest.unwrap().seq, 10, "what was known stays");
    // It was restored from a backup, and somebody says so.
    let wrong = witness.begin_anew(&sender("auditor"), &journal.journal, " ").await;
    assert!(matches!(wrong, Err(JournalError::WrongInput(field)) if field.field == "reason"));
    witness.begin_anew(&sender("auditor"), &journal.journal, "restored").await.unwrap();
    assert!(!tell(&told, &witness, "north").await.unwrap());
    assert_eq!(other.verbs("journal.witness_begun_anew").await.len(), 1);
    let journal = witness.journals(&sender("auditor")).await.unwrap().remove(0);
    assert_eq!((journal.epoch, journal.contradiction), (2, None));
}

#[tokio::test]
async fn left_out_checkpoints_and_another_journal_of_one_sender_are_facts() {
    let (told, other, witness) = both().await;
    told.write_and_sign(2).await;
    tell(&told, &witness, "north").await.unwrap();
    for _ in 0..3 {
        told.clock.advance(Duration::from_secs(61));
        told.write_and_sign(2).await;
    }
    tell(&told, &witness, "north").await.unwrap();
    let stranger = kept().await;
    let keeper = sealer(stranger.db(), &stranger.clock, stranger.keys.clone(), 500);
    stranger.write(2).await;
    keeper.checkpoint().await.unwrap();
    tell(&stranger, &witness, "north").await.unwrap();
    let facts = other.verbs("journal.").await;
    assert_eq!(facts, ["journal.witness_began", "journal.witness_gap", "journal.witness_began"]);
}

#[tokio::test]
async fn keys_follow_one_another_and_nothing_else_is_taken() {
    let (told, _other, witness) = both().await;
    told.write_and_sign(2).await;
    tell(&told, &witness, "north").await.unwrap();
    told.clock.advance(Duration::from_secs(61));
    told.sealer.change_key(&Caller::console()).await.unwrap();
    told.write_and_sign(2).await;
    let line = newest(&told).await;
    let keys = keys_of(&told).await;
    let caller = sender("north");
    let refused =
        async |line: &str, keys: &[KeyEntry]| match witness.take(&caller, line, keys).await {
            Err(JournalError::WrongInput(field)) => field.field,
            other => panic!("{other:?}"),
        };
    assert_eq!(refused(&line, &[]).await, "keys");
    assert_eq!(refused(&line, &keys[..1]).await, "keys", "the signer is missing");
    let mut forged = keys.clone();
    forged[1].previous_signature = forged[1].signature.clone();
    assert_eq!(refused(&line, &forged).await, "keys");
    for wrong in ["", "nonsense", &line.replace("seq=", "seq=9"), &format!("{line} more")] {
        let field = refused(wrong, &keys).await;
        assert!(["checkpoint", "keys"].contains(&field.as_str()), "{wrong}");
    }
    witness.take(&caller, &line, &keys).await.unwrap();
    let nobody = Caller { grant: Grant::Nothing, ..sender("north") };
    let refused = witness.take(&nobody, &line, &keys).await;
    assert!(matches!(refused, Err(JournalError::NotAllowed(_))));
    assert!(witness.journals(&nobody).await.is_err());
}
