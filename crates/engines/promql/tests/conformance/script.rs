//! Scripts: blocks of lines, each block a command.

use super::command::{self, Ask};
use super::report::Report;
use super::store::Store;

/// A line with its number, from 1.
#[derive(Clone, Copy)]
pub(crate) struct Line<'s> {
    pub(crate) number: usize,
    pub(crate) text: &'s str,
}

pub(crate) fn run(file: &str, text: &str, report: &mut Report, ask: &mut dyn Ask) {
    let mut store = Store::default();
    ask.changed();
    report.begin(file);
    if let Err((number, why)) = commands(text, &mut store, report, ask) {
        report.broken(number, &why);
    }
    report.end();
}

/// Errors: the line of a command that makes no sense, and why.
fn commands(
    text: &str,
    store: &mut Store,
    report: &mut Report,
    ask: &mut dyn Ask,
) -> Result<(), (usize, String)> {
    let mut block: Vec<Line<'_>> = Vec::new();
    let lines =
        (1..).zip(text.split('\n')).map(|(number, text)| Line { number, text: text.trim() });
    let end = Line { number: 0, text: "" };
    for line in lines.chain([end]) {
        let clears = block.is_empty() && line.text.eq_ignore_ascii_case("clear");
        if !clears && !line.text.is_empty() && !line.text.starts_with('#') {
            block.push(line);
            continue;
        }
        // `clear` needs no empty line behind it.
        if clears {
            block.push(line);
        }
        if block.is_empty() {
            continue;
        }
        let run = command::run(&block, store, report, ask);
        run.map_err(|why| (block[0].number, why))?;
        block.clear();
    }
    Ok(())
}
