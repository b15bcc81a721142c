use db::Tx;
use kernel::{Caller, FieldFault, Page, PageOf, Permission, Text, Time};

use super::{
    facts::{WitnessBegan, WitnessBegunAnew, WitnessContradicted, WitnessGap},
    judge::{Contradiction, Judgement, is_signed_by, judge},
    store::{self, JOURNALS_MAX, Witnessed, WitnessedJournal},
};
use crate::{
    Checkpoint, Entry, JOURNAL_CHANGE, JOURNAL_READ, JournalError, KeyEntry, Sealer, append,
};

/// Telling this server the checkpoints of another one's journal.
pub const JOURNAL_WITNESS: Permission = Permission("journal.witness");
/// Characters of a reason.
const REASON_CHARS_MAX: usize = 500;

/// Remembers the checkpoints of other servers' journals: cheap to clone.
#[derive(Debug, Clone)]
pub struct Witness {
    sealer: Sealer,
}

/// What is answered to who told a checkpoint: signed, so that it can be shown to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The journal's name here.
    pub journal: String,
    /// The checkpoint's number.
    pub number: i64,
    /// When it came first.
    pub received_at: Time,
    /// Whether it was known already.
    pub known: bool,
    /// What is signed.
    pub statement: String,
    /// The key of this server's journal, and its signature.
    pub signed: (String, String),
}

impl Witness {
    /// A witness in the records of `sealer`, whose key signs its receipts.
    #[must_use]
    pub fn new(sealer: Sealer) -> Self {
        Self { sealer }
    }

    /// Takes a checkpoint that the caller tells of their journal, with the public parts of its
    /// keys.
    ///
    /// Errors: [`JournalError::NotAllowed`]; [`JournalError::WrongInput`] naming `checkpoint` or
    /// `keys`; [`JournalError::Contradicted`], which is kept as proof and is a fact, once.
    pub async fn take(
        &self,
        caller: &Caller,
        line: &str,
        keys: &[KeyEntry],
    ) -> Result<Receipt, JournalError> {
        if !caller.may_everywhere(JOURNAL_WITNESS) {
            return Err(JournalError::NotAllowed(JOURNAL_WITNESS));
        }
        let next = Checkpoint::find(line).filter(|found| found.to_string() == line.trim());
        let next = next.ok_or_else(|| wrong_line(line))?;
        let first = keys.first().ok_or_else(|| wrong_keys("[]"))?;
        if !is_signed_by(keys, &next) {
            return Err(wrong_keys(&next.key_id));
        }
        let now = self.sealer.parts().clock.now();
        let mut tx = self.sealer.parts().db.begin().await?;
        let journal = self.journal(&mut tx, caller, &first.id, keys, now).await?;
        let judgement = self.judge(&mut tx, &journal, keys, &next).await?;
        let received_at = match judgement {
            Judgement::New { skipped } => {
                keep(&mut tx, caller, &journal, (&next, skipped), now).await?;
                if keys.len() > journal.keys.len() {
                    store::set_keys(tx.connection(), &journal.journal, keys).await?;
                }
                tx.commit().await?;
                now
            }
            Judgement::Known => {
                let known = store::numbered(tx.connection(), &journal, next.number).await?;
                known.map_or(now, |known| known.received_at)
            }
            Judgement::Contradicts(kind) => {
                contradict(&mut tx, caller, &journal, (&next, kind), now).await?;
                tx.commit().await?;
                return Err(JournalError::Contradicted { journal: journal.journal, kind });
            }
        };
        self.receipt(&journal.journal, &next, received_at, judgement == Judgement::Known).await
    }

    /// The journals that are witnessed, by sender.
    ///
    /// Errors: [`JournalError::NotAllowed`]; those of the records.
    pub async fn journals(&self, caller: &Caller) -> Result<Vec<WitnessedJournal>, JournalError> {
        if !caller.may_everywhere(JOURNAL_READ) {
            return Err(JournalError::NotAllowed(JOURNAL_READ));
        }
        store::all(&mut *self.sealer.parts().db.reader().acquire().await?).await
    }

    /// The checkpoints that are known of a journal, since it last began anew, by number.
    ///
    /// Errors: [`JournalError::NotAllowed`], [`JournalError::NotWitnessed`],
    /// [`JournalError::WrongInput`] naming `after`.
    pub async fn checkpoints(
        &self,
        caller: &Caller,
        journal: &str,
        page: &Page,
    ) -> Result<PageOf<Witnessed>, JournalError> {
        if !caller.may_everywhere(JOURNAL_READ) {
            return Err(JournalError::NotAllowed(JOURNAL_READ));
        }
        let after = page.after.as_deref().unwrap_or("0");
        let number: i64 = after.parse().map_err(|_| {
            let expected = Text::new("the number of a checkpoint", "检查点编号");
            JournalError::WrongInput(FieldFault::new("after", after, expected))
        })?;
        let mut reader = self.sealer.parts().db.reader().acquire().await?;
        let found = store::one(&mut reader, journal).await?;
        let journal = found.ok_or_else(|| not_witnessed(journal))?;
        let items = store::after(&mut reader, &journal, number, i64::from(page.limit) + 1).await?;
        Ok(PageOf::from_fetched(items, page.limit, |one| one.checkpoint.number.to_string()))
    }

    /// Lets a journal begin anew, as after its server was restored from a backup: its next
    /// checkpoint is taken whatever it says. What is known stays.
    ///
    /// Errors: [`JournalError::NotAllowed`], [`JournalError::NotWitnessed`],
    /// [`JournalError::WrongInput`] naming `reason`.
    pub async fn begin_anew(
        &self,
        caller: &Caller,
        journal: &str,
        reason: &str,
    ) -> Result<(), JournalError> {
        if !caller.may_everywhere(JOURNAL_CHANGE) {
            return Err(JournalError::NotAllowed(JOURNAL_CHANGE));
        }
        let reason = reason.trim();
        if !(1..=REASON_CHARS_MAX).contains(&reason.chars().count()) {
            let expected = Text::new("1 to 500 characters", "1 到 500 个字符");
            return Err(JournalError::WrongInput(FieldFault::new("reason", reason, expected)));
        }
        let mut tx = self.sealer.parts().db.begin().await?;
        store::lock(tx.connection(), journal).await?;
        let found = store::one(tx.connection(), journal).await?;
        let found = found.ok_or_else(|| not_witnessed(journal))?;
        store::begin_anew(tx.connection(), journal).await?;
        let fact = WitnessBegunAnew { journal, sender: &found.sender, reason };
        let now = self.sealer.parts().clock.now();
        append(&mut tx, Entry::new(caller, now, &fact)).await?;
        Ok(tx.commit().await?)
    }

    /// The journal whose first key that is, locked; it begins here when nobody told of it before.
    async fn journal(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        journal: &str,
        keys: &[KeyEntry],
        now: Time,
    ) -> Result<WitnessedJournal, JournalError> {
        if store::count(tx.connection()).await? < JOURNALS_MAX
            && store::insert(tx.connection(), journal, caller, keys, now).await?
        {
            let others =
                store::others_of(tx.connection(), store::sender_id(caller), journal).await?;
            let sender = caller.actor.name.as_str();
            if !others.is_empty() {
                tracing::error!("`{sender}` tells of another journal than before: {journal}");
            }
            let fact = WitnessBegan { journal, sender, others };
            append(tx, Entry::new(caller, now, &fact)).await?;
        }
        store::lock(tx.connection(), journal).await?;
        let found = store::one(tx.connection(), journal).await?;
        found.ok_or_else(|| {
            let expected = Text::new(
                format!("a journal that is known: there are {JOURNALS_MAX} already"),
                format!("已见证的日志：数量已达上限 {JOURNALS_MAX}"),
            );
            JournalError::WrongInput(FieldFault::new("keys", journal, expected))
        })
    }

    async fn judge(
        &self,
        tx: &mut Tx,
        journal: &WitnessedJournal,
        keys: &[KeyEntry],
        next: &Checkpoint,
    ) -> Result<Judgement, JournalError> {
        let same = store::numbered(tx.connection(), journal, next.number).await?;
        let same = same.map(|same| same.checkpoint);
        // A repeated one may come from before a key was added.
        if same.as_ref() == Some(next) {
            return Ok(Judgement::Known);
        }
        if !keys.starts_with(&journal.keys) {
            return Ok(Judgement::Contradicts(Contradiction::KeysSwapped));
        }
        Ok(judge(journal.newest.as_ref(), same.as_ref(), next))
    }

    async fn receipt(
        &self,
        journal: &str,
        next: &Checkpoint,
        received_at: Time,
        known: bool,
    ) -> Result<Receipt, JournalError> {
        let Checkpoint { number, seq, value, .. } = next;
        let statement = format!(
            "mainstay-journal-receipt v=1 journal={journal} number={number} seq={seq} \
             value={value} received={}",
            received_at.micros()
        );
        let signed = self.sealer.sign(&statement).await?;
        let (journal, number) = (journal.to_owned(), *number);
        Ok(Receipt { journal, number, received_at, known, statement, signed })
    }
}

async fn keep(
    tx: &mut Tx,
    caller: &Caller,
    journal: &WitnessedJournal,
    (next, skipped): (&Checkpoint, i64),
    now: Time,
) -> Result<(), JournalError> {
    store::insert_checkpoint(tx.connection(), journal, (next, skipped), caller, now).await?;
    if skipped > 0 {
        let (sender, number) = (journal.sender.as_str(), next.number);
        tracing::warn!("the journal of `{sender}` left out {skipped} checkpoints before {number}");
        let fact = WitnessGap { journal: &journal.journal, sender, skipped, number };
        append(tx, Entry::new(caller, now, &fact)).await?;
    }
    Ok(())
}

async fn contradict(
    tx: &mut Tx,
    caller: &Caller,
    journal: &WitnessedJournal,
    (next, kind): (&Checkpoint, Contradiction),
    now: Time,
) -> Result<(), JournalError> {
    let refused = (next, kind.name());
    // Said once: who is refused tries again.
    if !store::keep_contradiction(tx.connection(), journal, refused, caller, now).await? {
        return Ok(());
    }
    let (name, sender) = (journal.journal.as_str(), journal.sender.as_str());
    tracing::error!("the journal {name} of `{sender}` contradicts itself: {}", kind.name());
    let fact = WitnessContradicted {
        journal: name,
        sender,
        kind: kind.name(),
        checkpoint: next.to_string(),
        known: journal.newest.as_ref().map(ToString::to_string),
    };
    append(tx, Entry::new(caller, now, &fact)).await?;
    Ok(())
}

fn wrong_line(line: &str) -> JournalError {
    let found: String = line.chars().take(200).collect();
    let expected = Text::new(
        "one line `mainstay-journal-checkpoint v=1 …` (docs/formats/journal-seal.md)",
        "一行 mainstay-journal-checkpoint v=1 …（见 docs/formats/journal-seal.md）",
    );
    JournalError::WrongInput(FieldFault::new("checkpoint", found, expected))
}

fn wrong_keys(found: &str) -> JournalError {
    let expected = Text::new(
        "the public parts of all keys of the journal, each signed by the one before, one of which \
         signed the checkpoint",
        "该日志的全部公钥条目：每个都由上一个密钥签名，且其中之一签署了该检查点",
    );
    JournalError::WrongInput(FieldFault::new("keys", found, expected))
}

fn not_witnessed(journal: &str) -> JournalError {
    JournalError::NotWitnessed { journal: journal.chars().take(100).collect() }
}
