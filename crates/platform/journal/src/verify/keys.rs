use super::{
    VerifyOptions,
    report::{Report, Wrong},
};
use crate::seal::{
    chain::{Digest, Seal},
    keys::{KeyEntry, KeyRing},
};

/// The keys by which a log is verified: those of the file, entered in the records.
#[derive(Debug)]
pub(crate) struct TrustedKeys<'a> {
    ring: &'a KeyRing,
    pub(crate) entries: Vec<KeyEntry>,
}

impl<'a> TrustedKeys<'a> {
    /// Looks whether every key of the records is one of the file, entered rightly, and whether the
    /// one that was pinned is among them.
    pub(crate) fn check(
        ring: &'a KeyRing,
        entries: Vec<KeyEntry>,
        options: &VerifyOptions,
        report: &mut Report,
    ) -> Self {
        let mut before = None;
        for entry in &entries {
            let known = ring.get(&entry.id).is_some_and(|key| key.public() == entry.public_key);
            if !known || !entry.holds(before) {
                swapped(report, entry, "is not the one in the file of keys, or was not signed");
            }
            before = Some(entry);
        }
        if let (Some(pinned), Some(last)) = (&options.public_key, entries.last())
            && !entries.iter().any(|entry| entry.public_key == *pinned)
        {
            swapped(report, last, "is not the public key that was given");
        }
        report.key_id = entries.last().map_or_else(String::new, |entry| entry.id.clone());
        Self { ring, entries }
    }

    /// The chain key of a seal. A key that was not in force there is a finding.
    pub(crate) fn of(&self, seal: &Seal, report: &mut Report) -> Option<Digest> {
        let in_force = self.entries.iter().rev().find(|entry| entry.from_seal <= seal.number);
        if in_force.is_none_or(|entry| entry.id != seal.key_id) {
            let span = (seal.first_seq, seal.last_seq);
            let en = format!("are sealed with the key `{}`, not the one in force", seal.key_id);
            let zh = format!("使用了密钥“{}”封存，而非当时有效的密钥", seal.key_id);
            report.find_rows(Wrong::KeySwapped, span, &en, &zh);
        }
        self.ring.get(&seal.key_id).or_else(|| self.ring.newest()).map(|key| *key.chain())
    }
}

fn swapped(report: &mut Report, entry: &KeyEntry, what: &str) {
    let text = kernel::Text::new(
        format!("key {} ({}) {what}", entry.number, entry.id),
        format!(
            "第 {} 个密钥（{}）与密钥文件不符、未被签名或不是指定的公钥",
            entry.number, entry.id
        ),
    );
    report.find(Wrong::KeySwapped, (0, 0), text);
}
