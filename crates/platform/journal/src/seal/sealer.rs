use std::{path::PathBuf, sync::Arc, time::Duration};

use db::{Db, Tx};
use kernel::{Caller, Clock, Fact, FactSeq, Ids, Permission, Time};
use tokio::sync::{Mutex, MutexGuard};

use super::{
    canon::RawRow,
    chain::{RANGE_ROWS_MAX, Seal, seal_range},
    checkpoint::Checkpoint,
    clock::{Trusted, Verdict},
    facts::{ArchiveReleased, ClockJumped, GapFound, KeyChanged},
    keys::{KeyEntry, KeyRing, SealKey, write_whole},
    store,
};
use crate::{Entry, JournalError, append, query};

/// Changing how the journal is kept: its key, its archive.
pub const JOURNAL_CHANGE: Permission = Permission("journal.change");
/// The newest checkpoint, beside the keys: whoever cuts the records' tail must reach this, too.
pub(crate) const HEAD_FILE: &str = "journal.head";
/// Rows sealed in one transaction at most.
const ROUND_ROWS: usize = 8 * RANGE_ROWS_MAX;
/// Rounds of one call at most.
const ROUNDS_MAX: usize = 64;
/// How often the chain is signed while rows come.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(60);

/// Seals rows in the background: cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    inner: Arc<Inner>,
}

/// What a sealer needs.
#[derive(Debug, Clone)]
pub struct SealerParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where keys come from.
    pub ids: Arc<dyn Ids>,
    /// The folder of the keys, outside of the records.
    pub keys: PathBuf,
}

struct Inner {
    parts: SealerParts,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: Option<Keys>,
    checked: Option<Duration>,
    trusted: Option<Trusted>,
    failure: Option<String>,
}

#[derive(Clone)]
struct Keys {
    ring: KeyRing,
    entry: KeyEntry,
}

impl Keys {
    fn key(&self) -> Result<&SealKey, JournalError> {
        self.ring.get(&self.entry.id).ok_or_else(|| JournalError::KeyMissing {
            id: self.entry.id.clone(),
            folder: "the ring".to_owned(),
        })
    }
}

/// What a call of [`Sealer::seal`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sealed {
    /// Rows sealed.
    pub rows: u64,
    /// Rows still to be sealed.
    pub left: u64,
}

/// When the chain is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    WhenDue,
    Now,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sealer").field("keys", &self.inner.parts.keys).finish_non_exhaustive()
    }
}

impl Sealer {
    /// A sealer; keys are made at the first seal of records that have none.
    #[must_use]
    pub fn new(parts: SealerParts) -> Self {
        Self { inner: Arc::new(Inner { parts, state: Mutex::default() }) }
    }

    /// Seals what is not sealed yet, and signs the chain when a minute has passed.
    ///
    /// Errors: [`JournalError`]; nothing is lost, the next call tries again.
    pub async fn seal(&self) -> Result<Sealed, JournalError> {
        self.seal_and(Sign::WhenDue).await
    }

    /// Seals everything and signs the chain: at the stop, before an archive, when asked.
    ///
    /// Errors: as [`Sealer::seal`].
    pub async fn checkpoint(&self) -> Result<Sealed, JournalError> {
        self.seal_and(Sign::Now).await
    }

    /// Goes over to a new key. The change is a fact with the signatures of both.
    ///
    /// Errors: [`JournalError::NotAllowed`], and as [`Sealer::seal`].
    pub async fn change_key(&self, caller: &Caller) -> Result<KeyEntry, JournalError> {
        permit(caller)?;
        let mut state = self.inner.state.lock().await;
        self.prepare(&mut state).await?;
        self.rounds(&mut state, Sign::Now).await?;
        let (now, parts) = (self.now(), &self.inner.parts);
        let new = SealKey::new(parts.ids.as_ref(), now);
        let Some(keys) = state.keys.as_mut() else { return Err(JournalError::Overtaken) };
        // On disk first: a key in the records that is in no file would stop the sealing for good.
        keys.ring.add(new.clone())?;
        let mut tx = parts.db.begin().await?;
        let entered = store::keys(tx.connection()).await?;
        if entered.last().is_none_or(|last| last.number != keys.entry.number) {
            return Err(JournalError::Overtaken);
        }
        let from = store::last_seal_number(tx.connection()).await? + 1;
        let entry = KeyEntry::signed(&new, Some((&keys.entry, keys.key()?)), from);
        store::insert_key(tx.connection(), &entry).await?;
        let fact = KeyChanged { entry: entry.clone() };
        append(&mut tx, Entry::new(caller, now, &fact)).await?;
        tx.commit().await?;
        keys.entry = entry.clone();
        Ok(entry)
    }

    /// Lets the archive go on after somebody has looked at the clock.
    ///
    /// Errors: [`JournalError::NotAllowed`], [`JournalError::NotHeld`].
    pub async fn release_archive(&self, caller: &Caller) -> Result<(), JournalError> {
        permit(caller)?;
        let mut state = self.inner.state.lock().await;
        let mut tx = self.inner.parts.db.begin().await?;
        let Some((trusted, _)) = store::hold(tx.connection()).await? else {
            return Err(JournalError::NotHeld);
        };
        self.release(&mut tx, caller, trusted).await?;
        tx.commit().await?;
        state.trusted = Some(Trusted::new(self.now(), self.inner.parts.clock.monotonic()));
        Ok(())
    }

    /// Why the last call failed, if it did.
    pub async fn failure(&self) -> Option<String> {
        self.inner.state.lock().await.failure.clone()
    }

    /// The public key by which checkpoints are checked.
    ///
    /// Errors: the keys cannot be used.
    pub async fn public_key(&self) -> Result<(String, String), JournalError> {
        let mut state = self.inner.state.lock().await;
        let keys = self.prepare(&mut state).await?;
        Ok((keys.entry.id, keys.entry.public_key))
    }

    /// Signs a statement with the key in force: `(key id, signature)`.
    pub(crate) async fn sign(&self, statement: &str) -> Result<(String, String), JournalError> {
        let mut state = self.inner.state.lock().await;
        let keys = self.prepare(&mut state).await?;
        let key = keys.key()?;
        Ok((key.id().to_owned(), key.sign(statement)))
    }

    pub(crate) fn parts(&self) -> &SealerParts {
        &self.inner.parts
    }

    fn now(&self) -> Time {
        self.inner.parts.clock.now()
    }

    async fn seal_and(&self, sign: Sign) -> Result<Sealed, JournalError> {
        let mut state = self.inner.state.lock().await;
        let outcome = match self.prepare(&mut state).await {
            Ok(_) => self.rounds(&mut state, sign).await,
            Err(error) => Err(error),
        };
        state.failure = outcome.as_ref().err().map(ToString::to_string);
        match outcome {
            // The other one has sealed: there is nothing to complain of.
            Err(JournalError::Overtaken) => {
                state.failure = None;
                Ok(Sealed::default())
            }
            other => other,
        }
    }

    /// The keys, made and entered where there are none yet.
    async fn prepare(&self, state: &mut MutexGuard<'_, State>) -> Result<Keys, JournalError> {
        if let Some(keys) = &state.keys {
            return Ok(keys.clone());
        }
        let parts = &self.inner.parts;
        let folder = || parts.keys.display().to_string();
        let entered = store::keys(&mut *parts.db.reader().acquire().await?).await?;
        let ring = KeyRing::open(&parts.keys)?;
        let keys = match (entered.into_iter().next_back(), ring) {
            (Some(entry), Some(ring)) if ring.get(&entry.id).is_some() => Keys { ring, entry },
            (Some(entry), _) => {
                return Err(JournalError::KeyMissing { id: entry.id, folder: folder() });
            }
            (None, ring) => self.enter_first(ring).await?,
        };
        state.keys = Some(keys.clone());
        Ok(keys)
    }

    async fn enter_first(&self, ring: Option<KeyRing>) -> Result<Keys, JournalError> {
        let parts = &self.inner.parts;
        let ring = match ring {
            Some(ring) => ring,
            None => KeyRing::create(&parts.keys, SealKey::new(parts.ids.as_ref(), self.now()))?,
        };
        let newest = ring.newest().ok_or(JournalError::Overtaken)?;
        let entry = KeyEntry::signed(newest, None, 1);
        let mut tx = parts.db.begin().await?;
        if !store::keys(tx.connection()).await?.is_empty() {
            return Err(JournalError::Overtaken);
        }
        store::insert_key(tx.connection(), &entry).await?;
        tx.commit().await?;
        Ok(Keys { ring, entry })
    }

    async fn rounds(
        &self,
        state: &mut MutexGuard<'_, State>,
        sign: Sign,
    ) -> Result<Sealed, JournalError> {
        self.look_at_clock(state).await?;
        let mut rows = 0;
        for _ in 0..ROUNDS_MAX {
            let sealed = self.round(state).await?;
            rows += sealed as u64;
            if sealed < ROUND_ROWS {
                break;
            }
        }
        self.sign_chain(state, sign).await?;
        let db = &self.inner.parts.db;
        let last = store::last_seal(db).await?.map_or(0, |seal| seal.last_seq);
        let FactSeq(newest) = query::latest(db).await?;
        Ok(Sealed { rows, left: u64::try_from(newest - last).unwrap_or(0) })
    }

    /// Seals up to [`ROUND_ROWS`] rows. They are read and hashed before the transaction, so that
    /// no change waits for it.
    async fn round(&self, state: &MutexGuard<'_, State>) -> Result<usize, JournalError> {
        let Some(keys) = state.keys.clone() else { return Ok(0) };
        let parts = &self.inner.parts;
        let last = store::last_seal(&parts.db).await?;
        let after = match &last {
            Some(seal) => seal.last_seq,
            None => 0,
        };
        let limit = i64::try_from(ROUND_ROWS).unwrap_or(i64::MAX);
        let mut reader = parts.db.reader().acquire().await?;
        let rows = store::rows_after(&mut reader, after, limit).await?;
        drop(reader);
        let count = rows.len();
        if count == 0 {
            return Ok(0);
        }
        let now = self.now();
        let (seals, gaps) = seal_all(&keys, last.as_ref(), &rows, now)?;
        let mut tx = parts.db.begin().await?;
        let expected = last.map_or(0, |seal| seal.number);
        if store::last_seal_number(tx.connection()).await? != expected {
            return Err(JournalError::Overtaken);
        }
        for seal in &seals {
            store::insert_seal(tx.connection(), seal).await?;
        }
        for gap in &gaps {
            let caller = Caller::system("journal");
            append(&mut tx, Entry::new(&caller, now, gap)).await?;
            let (first, last) = (gap.first_seq, gap.last_seq);
            tracing::error!(first, last, "rows {first} to {last} of the journal are missing");
        }
        tx.commit().await?;
        Ok(count)
    }

    async fn sign_chain(
        &self,
        state: &mut MutexGuard<'_, State>,
        sign: Sign,
    ) -> Result<(), JournalError> {
        let parts = &self.inner.parts;
        let monotonic = parts.clock.monotonic();
        let due = state.checked.is_none_or(|at| monotonic >= at + CHECKPOINT_INTERVAL);
        if !due && sign == Sign::WhenDue {
            return Ok(());
        }
        let Some(keys) = state.keys.clone() else { return Ok(()) };
        let Some(seal) = store::last_seal(&parts.db).await? else { return Ok(()) };
        let mut tx = parts.db.begin().await?;
        let last = store::last_checkpoint(tx.connection()).await?;
        if last.as_ref().is_some_and(|last| last.seal >= seal.number) {
            return Ok(());
        }
        let checkpoint = Checkpoint {
            number: last.map_or(1, |last| last.number + 1),
            seal: seal.number,
            seq: seal.last_seq,
            value: seal.value,
            at: self.now().micros(),
            key_id: String::new(),
            signature: String::new(),
        };
        let checkpoint = checkpoint.signed(keys.key()?);
        store::insert_checkpoint(tx.connection(), &checkpoint).await?;
        tx.commit().await?;
        state.checked = Some(monotonic);
        write_whole(&parts.keys, HEAD_FILE, &format!("{checkpoint}\n"))
    }

    /// Holds the archive when the clock jumped forwards, and lets it go when it went back.
    async fn look_at_clock(&self, state: &mut MutexGuard<'_, State>) -> Result<(), JournalError> {
        let parts = &self.inner.parts;
        let (now, monotonic) = (self.now(), parts.clock.monotonic());
        let hold = store::hold(&mut *parts.db.reader().acquire().await?).await?;
        let trusted = match (state.trusted, hold) {
            (Some(trusted), _) => trusted,
            (None, Some((trusted, _))) => Trusted::new(Time::from_micros(trusted), monotonic),
            (None, None) => {
                let last = store::last_seal(&parts.db).await?;
                let at = last.map_or(now, |seal| Time::from_micros(seal.sealed_at));
                Trusted::new(at, monotonic)
            }
        };
        let expected = trusted.expected(monotonic);
        let caller = Caller::system("journal");
        state.trusted = Some(match (trusted.look(now, monotonic), hold) {
            (Verdict::Jumped, None) => {
                let mut tx = parts.db.begin().await?;
                store::insert_hold(tx.connection(), expected.micros(), now.micros()).await?;
                let fact = ClockJumped { expected, found: now };
                append(&mut tx, Entry::new(&caller, now, &fact)).await?;
                tx.commit().await?;
                tracing::error!("the clock jumped from {expected} to {now}: nothing is archived");
                trusted
            }
            (Verdict::Jumped, Some(_)) => trusted,
            (Verdict::Plausible, Some((trusted, _))) => {
                let mut tx = parts.db.begin().await?;
                self.release(&mut tx, &caller, trusted).await?;
                tx.commit().await?;
                Trusted::new(now, monotonic)
            }
            (Verdict::Plausible, None) => Trusted::new(now, monotonic),
        });
        Ok(())
    }

    async fn release(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        trusted: i64,
    ) -> Result<(), JournalError> {
        store::delete_hold(tx.connection()).await?;
        let fact = ArchiveReleased { expected: Time::from_micros(trusted) };
        note(tx, caller, self.now(), &fact).await
    }
}

async fn note<F: Fact>(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    fact: &F,
) -> Result<(), JournalError> {
    append(tx, Entry::new(caller, now, fact)).await?;
    Ok(())
}

/// Errors: [`JournalError::NotAllowed`].
pub(crate) fn permit(caller: &Caller) -> Result<(), JournalError> {
    if caller.may_everywhere(JOURNAL_CHANGE) {
        Ok(())
    } else {
        Err(JournalError::NotAllowed(JOURNAL_CHANGE))
    }
}

/// The seals over `rows`, each over consecutive ones, and the gaps between them.
fn seal_all(
    keys: &Keys,
    last: Option<&Seal>,
    rows: &[RawRow],
    now: Time,
) -> Result<(Vec<Seal>, Vec<GapFound>), JournalError> {
    let key = keys.key()?;
    let mut number = last.map_or(0, |seal| seal.number);
    let mut next = last.map_or(1, |seal| seal.last_seq + 1);
    let mut before = last.map_or_else(String::new, |seal| seal.value.clone());
    let (mut seals, mut gaps) = (Vec::new(), Vec::new());
    for range in rows.chunk_by(|a, b| a.seq + 1 == b.seq) {
        let first = range.first().map_or(next, |row| row.seq);
        if first > next {
            gaps.push(GapFound { first_seq: next, last_seq: first - 1 });
        }
        for part in range.chunks(RANGE_ROWS_MAX) {
            number += 1;
            let key = (key.id(), key.chain());
            let seal = seal_range(key, &before, number, part, now.micros());
            before.clone_from(&seal.value);
            next = seal.last_seq + 1;
            seals.push(seal);
        }
    }
    Ok((seals, gaps))
}
