//! All laws, in the order in which they are explained in README.md.

mod edges;
mod facts;
mod hygiene;
mod levels;
mod links;
mod migrations;
mod names;
mod punctuation;
mod pure;
mod rooms;
mod size;
mod spine;
mod sql;
mod words;

use crate::breach::Breach;
use crate::house::House;

/// Every breach of every law, in order of path and line.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let laws: [fn(&House) -> Vec<Breach>; 14] = [
        levels::check,
        size::check,
        edges::check,
        names::check,
        rooms::check,
        pure::check,
        spine::check,
        migrations::check,
        sql::check,
        hygiene::check,
        links::check,
        words::check,
        facts::check,
        punctuation::check,
    ];
    let mut breaches: Vec<Breach> = laws.iter().flat_map(|law| law(house)).collect();
    breaches.sort();
    breaches
}
