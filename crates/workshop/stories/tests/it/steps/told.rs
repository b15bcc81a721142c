//! What reached people. Each message is looked at once: what nobody has asked for is found by
//! `nobody else is told anything`.

use anyhow::{anyhow, ensure};
use stories::{PatternFault, Told};

use super::{Book, people::way_of};
use crate::{bureau::Bureau, far_side::Received};

/// What messages say that tell of something wrong, and of its end.
const BEGINNINGS: [&str; 2] = ["critical", "严重"];
const ENDINGS: [&str; 4] = ["It is over since", "恢复，开始于", "[over]", "【已结束】"];

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    let paged = ["{who:name} is paged by {way:word}", "{who:name}收到{way:word}告警"];
    book.add(paged, |b, told| Box::pin(async move { arrived(b, &told, &BEGINNINGS) }))?;
    let over =
        ["{who:name} is told by {way:word} that it is over", "{who:name}收到{way:word}恢复通知"];
    book.add(over, |b, told| Box::pin(async move { arrived(b, &told, &ENDINGS) }))?;
    let said = [
        "{who:name} is told by {way:word} of {what:text}",
        "{who:name}收到{way:word}，内容有{what:text}",
    ];
    book.add(said, |b, told| {
        Box::pin(async move {
            let what = told.text("what")?.to_owned();
            arrived(b, &told, &[&what])
        })
    })?;
    let group = ["the group is told by chat of {what:text}", "群机器人发出消息，内容有{what:text}"];
    book.add(group, |b, told| Box::pin(async move { take(b, "chat", "", &[told.text("what")?]) }))?;
    book.add(["what was told is put aside", "不理会此前的通知"], |b, _| {
        Box::pin(async move {
            while b.holes.take(|_| true).is_some() {}
            Ok(())
        })
    })?;
    let nobody = ["nobody [else ]is told anything", "没有通知[其他]人"];
    book.add(nobody, |b, _| Box::pin(async move { nobody_else(b) }))
}

/// Takes a message for somebody that has one of the words.
fn arrived(bureau: &Bureau, told: &Told, words: &[&str]) -> anyhow::Result<()> {
    let (who, way) = (bureau.colleague(told.text("who")?)?, way_of(told.text("way")?)?);
    let to = if way == "mail" { &who.mail } else { &who.mobile };
    take(bureau, way, to, words)
}

fn take(bureau: &Bureau, way: &str, to: &str, words: &[&str]) -> anyhow::Result<()> {
    let wanted = |received: &Received| {
        let has = |word: &&str| received.text.contains(word);
        received.way == way && received.to == to && words.iter().any(has)
    };
    let found = bureau.holes.take(wanted);
    let rest =
        || anyhow!("no {way} to {to} with {words:?} arrived, but {:#?}", bureau.holes.rest());
    found.map(drop).ok_or_else(rest)
}

fn nobody_else(bureau: &Bureau) -> anyhow::Result<()> {
    let rest = bureau.holes.rest();
    ensure!(rest.is_empty(), "people were told: {rest:#?}");
    Ok(())
}
