//! When it is, and how time goes on.

use anyhow::ensure;
use kernel::Clock;
use stories::{PatternFault, Phrasebook, Told};

use super::Book;
use crate::bureau::Bureau;

/// The wordings of the first step of a story, which opens the house.
pub(crate) fn beginning() -> Result<Phrasebook<Option<Bureau>>, PatternFault> {
    let mut book = Phrasebook::default();
    book.add(
        ["it is {at:moment} in {zone:word}", "现在是 {at:moment}，时区 {zone:word}"],
        |bureau, told| {
            Box::pin(async move {
                *bureau = Some(Bureau::open(told.moment("at")?, told.text("zone")?).await?);
                Ok(())
            })
        },
    )?;
    Ok(book)
}

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    book.add(["{span:span} pass[es]", "过了 {span:span}"], |bureau, told| {
        Box::pin(async move { bureau.pass(told.span("span")?).await })
    })?;
    book.add(["it becomes {at:moment}", "到了 {at:moment}"], |bureau, told| {
        Box::pin(becomes(bureau, told))
    })?;
    book.add(["the server is restarted", "服务器重新启动"], |bureau, _| {
        Box::pin(bureau.restart())
    })
}

async fn becomes(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let end = bureau.time(told.moment("at")?)?;
    ensure!(end > bureau.clock.now(), "it is later than that");
    bureau.pass_until(end).await
}
