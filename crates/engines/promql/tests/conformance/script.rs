//! Scripts: blocks of lines, each block a command.

use crate::command;
use crate::report::Report;
use crate::store::Store;

/// A line with its number, from 1.
#[derive(Clone, Copy)]
pub(crate) struct Line<'s> {
    pub(crate) number: usize,
    pub(crate) text: &'s str,
}

pub(crate) fn run(file: &str, text: &str, report: &mut Report) {
    let mut store = Store::default();
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
        let number = block[0].number;
        if let Err(why) = command::run(&block, &mut store, report) {
            report.broken(number, &format!("{file}: {why}"));
            return;
        }
        block.clear();
    }
}
