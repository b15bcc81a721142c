use kernel::Text;

use crate::{
    KeyEntry,
    seal::{checkpoint::Checkpoint, keys::is_signed},
};

/// How a checkpoint contradicts what the journal said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contradiction {
    /// It says something else of the same rows.
    Fork,
    /// It is older than what is known, and was never told: the journal was set back.
    RolledBack,
    /// Its keys are not those that the journal had.
    KeysSwapped,
}

impl Contradiction {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::RolledBack => "rolled_back",
            Self::KeysSwapped => "keys_swapped",
        }
    }

    /// The sentence for people.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Fork => Text::new(
                "it says something else of the same rows than before: the log was written anew",
                "对相同的记录给出了与之前不同的内容：日志被重写",
            ),
            Self::RolledBack => Text::new(
                "it is older than what this witness knows and was never told: the journal was set \
                 back",
                "比见证方已知的检查点更旧且从未上报过：日志被回退",
            ),
            Self::KeysSwapped => Text::new(
                "its keys are not those that this witness knows, or one was not signed by the one \
                 before",
                "其密钥与见证方已知的密钥不符，或新密钥未经上一个密钥签名",
            ),
        }
    }
}

/// What a checkpoint is, beside what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It goes on from what is known; so many numbers before it were never told.
    New { skipped: i64 },
    /// It is known.
    Known,
    /// It contradicts what is known.
    Contradicts(Contradiction),
}

/// Judges `next` beside the newest checkpoint that is known and the one of the same number.
///
/// What was written anew *and* lies behind the newest known checkpoint cannot be seen from here:
/// the chain's values are keyed. Comparing with the log itself (`mainstay verify --witness`) sees
/// it.
pub(super) fn judge(
    newest: Option<&Checkpoint>,
    same: Option<&Checkpoint>,
    next: &Checkpoint,
) -> Judgement {
    use Contradiction::{Fork, RolledBack};
    if let Some(same) = same {
        return if same == next { Judgement::Known } else { Judgement::Contradicts(Fork) };
    }
    let Some(newest) = newest else { return Judgement::New { skipped: 0 } };
    let back = next.number < newest.number || next.seal < newest.seal || next.seq < newest.seq;
    if back {
        return Judgement::Contradicts(RolledBack);
    }
    let same_seal = next.seal == newest.seal;
    let fits = if same_seal {
        (next.seq, &next.value) == (newest.seq, &newest.value)
    } else {
        next.seq > newest.seq
    };
    if fits {
        Judgement::New { skipped: next.number - newest.number - 1 }
    } else {
        Judgement::Contradicts(Fork)
    }
}

/// Whether each key follows the one before, and `next` is signed by one of them.
pub(super) fn is_signed_by(keys: &[KeyEntry], next: &Checkpoint) -> bool {
    let mut before = None;
    let follow = keys.iter().all(|key| {
        let holds = key.holds(before);
        before = Some(key);
        holds
    });
    let signer = keys.iter().find(|key| key.id == next.key_id);
    let signed = |key: &KeyEntry| is_signed(&key.public_key, &next.statement(), &next.signature);
    follow && signer.is_some_and(signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(number: i64, seal: i64, seq: i64, value: &str) -> Checkpoint {
        Checkpoint {
            number,
            seal,
            seq,
            value: value.repeat(32),
            at: 0,
            key_id: "k".into(),
            signature: "s".into(),
        }
    }

    #[test]
    fn later_checkpoints_go_on_and_others_contradict() {
        let newest = checkpoint(5, 10, 100, "ab");
        let beside = |next: Checkpoint| judge(Some(&newest), None, &next);
        let contradicts = Judgement::Contradicts;
        assert_eq!(judge(None, None, &newest), Judgement::New { skipped: 0 });
        assert_eq!(beside(checkpoint(6, 11, 120, "cd")), Judgement::New { skipped: 0 });
        assert_eq!(beside(checkpoint(9, 11, 120, "cd")), Judgement::New { skipped: 3 });
        assert_eq!(beside(checkpoint(6, 10, 100, "ab")), Judgement::New { skipped: 0 });
        assert_eq!(beside(checkpoint(6, 10, 100, "cd")), contradicts(Contradiction::Fork));
        assert_eq!(beside(checkpoint(6, 11, 100, "cd")), contradicts(Contradiction::Fork));
        assert_eq!(beside(checkpoint(4, 9, 90, "cd")), contradicts(Contradiction::RolledBack));
        assert_eq!(beside(checkpoint(6, 9, 120, "cd")), contradicts(Contradiction::RolledBack));
        assert_eq!(beside(checkpoint(6, 11, 90, "cd")), contradicts(Contradiction::RolledBack));
        let same = |next: Checkpoint| judge(Some(&newest), Some(&newest), &next);
        assert_eq!(same(newest.clone()), Judgement::Known);
        assert_eq!(same(checkpoint(5, 10, 101, "ab")), contradicts(Contradiction::Fork));
    }
}
