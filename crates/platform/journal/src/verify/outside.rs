use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
};

use super::report::{Report, Wrong};
use crate::{
    JournalError,
    seal::{checkpoint::Checkpoint, keys::KeyEntry, keys::is_signed, sealer::HEAD_FILE},
};

/// Bytes of one line of an anchor's file at most; what is longer is none of ours.
const LINE_BYTES_MAX: u64 = 64 * 1024;
/// Checkpoints remembered at most: with one a minute, the newest of more than seven years.
const ANCHORS_MAX: usize = 4_000_000;

/// What places outside remember, by the number of the seal.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    anchors: BTreeMap<i64, Checkpoint>,
    /// The same of a witness: where the two differ, one of them contradicts the log.
    witnessed: BTreeMap<i64, Checkpoint>,
    head: Option<Checkpoint>,
    has_head: bool,
    anchored_seq: i64,
    /// The highest number of a checkpoint that somebody remembers and that fits the log.
    newest_number: i64,
}

impl Outside {
    /// The mark beside the keys and, where one is given, the file of an anchor: any text in which
    /// lines hold checkpoints, such as the file of a syslog server.
    pub(crate) fn read(
        keys: &Path,
        anchors: Option<&Path>,
        witnessed: &[Checkpoint],
    ) -> Result<Self, JournalError> {
        let head = fs::read_to_string(keys.join(HEAD_FILE)).ok();
        let head = head.as_deref().and_then(Checkpoint::find);
        let witnessed = witnessed.iter().map(|one| (one.seal, one.clone())).collect();
        let mut outside = Self { has_head: head.is_some(), head, witnessed, ..Self::default() };
        let Some(path) = anchors else { return Ok(outside) };
        let unreadable = |said: std::io::Error| JournalError::Unverifiable {
            said: format!("the anchors {}: {said}", path.display()),
        };
        let mut file = BufReader::new(fs::File::open(path).map_err(unreadable)?);
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut limited = std::io::Read::take(&mut file, LINE_BYTES_MAX);
            if limited.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
                return Ok(outside);
            }
            if let Some(checkpoint) = Checkpoint::find(&String::from_utf8_lossy(&line)) {
                outside.anchors.insert(checkpoint.seal, checkpoint);
                if outside.anchors.len() > ANCHORS_MAX {
                    outside.anchors.pop_first();
                }
            }
        }
    }

    /// Compares a seal of the log with what is remembered of it.
    pub(crate) fn compare(
        &mut self,
        (number, last_seq, value): (i64, i64, &str),
        keys: &[KeyEntry],
        report: &mut Report,
    ) {
        let remembered = [self.anchors.remove(&number), self.witnessed.remove(&number)];
        for anchor in remembered.into_iter().flatten() {
            if anchor.value == value && anchor.seq == last_seq {
                self.anchored_seq = self.anchored_seq.max(last_seq);
                self.newest_number = self.newest_number.max(anchor.number);
            } else {
                contradict(&anchor, keys, report);
            }
        }
        match self.head.take_if(|head| head.seal == number) {
            Some(head) if head.value != value => contradict(&head, keys, report),
            Some(head) => self.newest_number = self.newest_number.max(head.number),
            None => {}
        }
    }

    /// What is remembered of seals that are not there any more, or were never.
    pub(crate) fn finish(&mut self, sealed: (i64, i64), keys: &[KeyEntry], report: &mut Report) {
        let (last_number, last_seq) = sealed;
        let newest = |known: &BTreeMap<i64, Checkpoint>| {
            known.last_key_value().map(|(_, anchor)| anchor.clone())
        };
        let known = [newest(&self.anchors), newest(&self.witnessed), self.head.take()];
        for outside in known.into_iter().flatten() {
            if outside.seal <= last_number {
                continue;
            }
            if !signed_by_one_of(&outside, keys) {
                forged(&outside, report);
                continue;
            }
            let en = "are gone: the end of the log was cut off (a checkpoint outside knows them)";
            let span = (last_seq + 1, outside.seq.max(last_seq + 1));
            report.find_rows(Wrong::Cut, span, en, "缺失：日志尾部被截断（外部检查点有记录）");
        }
    }

    pub(crate) fn newest_number(&self) -> i64 {
        self.newest_number
    }

    pub(crate) fn anchored_seq(&self) -> i64 {
        self.anchored_seq
    }

    /// Whether there was a mark beside the keys.
    pub(crate) fn has_head(&self) -> bool {
        self.has_head
    }
}

fn contradict(anchor: &Checkpoint, keys: &[KeyEntry], report: &mut Report) {
    if !signed_by_one_of(anchor, keys) {
        return forged(anchor, report);
    }
    let en = "and before are not those that a checkpoint outside knows: the log was written anew";
    let zh = "及之前的内容与外部检查点不符：日志被重写";
    report.find_rows(Wrong::Rewritten, (anchor.seq, anchor.seq), en, zh);
}

fn forged(anchor: &Checkpoint, report: &mut Report) {
    let en = "is named by a checkpoint outside that the journal's keys did not sign: forged, or \
              the keys were swapped";
    let zh = "的外部检查点不是由日志密钥签名：检查点被伪造或密钥被替换";
    report.find_row(Wrong::AnchorForged, anchor.seq, en, zh);
}

/// Whether one of the journal's keys signed it.
pub(crate) fn signed_by_one_of(checkpoint: &Checkpoint, keys: &[KeyEntry]) -> bool {
    keys.iter().any(|key| {
        key.id == checkpoint.key_id
            && is_signed(&key.public_key, &checkpoint.statement(), &checkpoint.signature)
    })
}
