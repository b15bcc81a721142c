//! What a mail says in the words of a ticket's entries.

use ::mail::Letter;
use kernel::Text;
use serde_json::{Value, json};

use super::take::Coming;
use crate::{
    actions::{Occasion, opened::entry},
    model::entry::{Entry, EntryKind},
};

/// Characters of what a mail says that a ticket or an entry holds; all of it is in the file.
const TEXT_CHARS_MAX: usize = 50_000;
/// Addresses in copy that an entry names.
const COPIES_SHOWN: usize = 20;

/// What somebody wrote by mail, with what came with it.
pub(super) fn by_writer(occasion: Occasion<'_>, coming: Coming<'_>, text: &str) -> Entry {
    let Coming { mail, taken, letter, .. } = coming;
    let mut entry = entry(occasion, EntryKind::Commented, text);
    let name = if letter.from.name.is_empty() { &letter.from.address } else { &letter.from.name };
    "mail".clone_into(&mut entry.principal);
    entry.actor_name.clone_from(name);
    entry.public = true;
    let file = |file: &vault::Attachment| {
        let size_bytes = file.content.size_bytes;
        json!({ "id": file.id, "name": file.name, "size_bytes": size_bytes })
    };
    let refused = |(name, why): &(String, Text)| json!({ "name": name, "why": why });
    let copies = letter.to.iter().chain(&letter.cc).map(|party| party.address.clone());
    let copies: Vec<String> = copies
        .filter(|address| !address.eq_ignore_ascii_case(&coming.mailbox.draft.address))
        .take(COPIES_SHOWN)
        .collect();
    entry.detail = json!({ "mail": {
        "id": mail.id, "from": letter.from.address, "copies": copies,
        "raw": taken.raw.as_ref().map(|raw| raw.id),
        "files": taken.files.iter().map(file).collect::<Vec<Value>>(),
        "refused": taken.refused.iter().map(refused).collect::<Vec<Value>>(),
        "protection": letter.protection.map(::mail::Protection::name),
    }});
    entry
}

/// What has to be said about a mail besides what it says.
pub(super) fn remarks(coming: Coming<'_>) -> String {
    let Coming { taken, letter, .. } = coming;
    let mut lines = Vec::new();
    if !taken.files.is_empty() {
        let names: Vec<&str> = taken.files.iter().map(|file| file.name.as_str()).collect();
        lines.push(format!("附件 / files: {}", names.join(", ")));
    }
    for (name, why) in &taken.refused {
        lines.push(format!("未保存 / not kept: {name} ({} / {})", why.zh, why.en));
    }
    if letter.files_left_out > 0 {
        lines.push(format!("另有附件未保存 / more files not kept: {}", letter.files_left_out));
    }
    if letter.parties_left_out > 0 {
        let count = letter.parties_left_out;
        lines.push(format!("另有收件人未记录 / more recipients not recorded: {count}"));
    }
    if let Some(protection) = letter.protection {
        let (zh, en) = match protection.hides() {
            true => ("已加密，未解密", "encrypted, not opened"),
            false => ("已签名，未验证", "signed, not verified"),
        };
        lines.push(format!("{zh} / {en}: {}", protection.name()));
    }
    lines.join("\n")
}

/// What a mail says, as far as a ticket holds it.
pub(super) fn readable(letter: &Letter, text: &str) -> String {
    let hidden = letter.protection.is_some_and(::mail::Protection::hides);
    if text.trim().is_empty() {
        let said = match hidden {
            true => "（邮件已加密，内容见原始邮件文件 / encrypted; see the mail's file）",
            false => "（无正文 / no text）",
        };
        return said.to_owned();
    }
    if text.chars().count() <= TEXT_CHARS_MAX {
        return text.to_owned();
    }
    let more = "\n…（全文见原始邮件文件 / the rest is in the mail's file）";
    let room = TEXT_CHARS_MAX - more.chars().count();
    text.chars().take(room).chain(more.chars()).collect()
}
