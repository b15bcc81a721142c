//! What stories may say, in both languages, and what it does. One file for each part of the house.

mod duty;
mod incidents;
mod knowledge;
mod moments;
mod people;
mod rosters;
mod tickets;
mod told;

use stories::{PatternFault, Phrasebook};

use crate::bureau::Bureau;

pub(crate) use moments::beginning;

type Book = Phrasebook<Bureau>;

/// All wordings.
pub(crate) fn book() -> Result<Book, PatternFault> {
    let mut book = Book::default();
    moments::add(&mut book)?;
    people::add(&mut book)?;
    incidents::add(&mut book)?;
    rosters::add(&mut book)?;
    duty::add(&mut book)?;
    told::add(&mut book)?;
    tickets::add(&mut book)?;
    knowledge::add(&mut book)?;
    Ok(book)
}
