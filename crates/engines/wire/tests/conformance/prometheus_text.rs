//! `text/`: good and bad files of the Prometheus text format 0.0.4, and large ones.

use std::{collections::HashSet, fs, path::Path};

use wire::openmetrics::{Checks, TextReader};

use crate::{Report, entries, name_of};

/// The bad files that the scraper takes, as the folder's README has it.
const SCRAPED: [&str; 4] = [
    "from_test_parse_error_0",
    "from_test_parse_error_2",
    "from_test_parse_error_12",
    "from_test_parse_error_14",
];
/// Families and samples of large files.
const LARGE: [(&str, (usize, usize)); 1] = [("prometheus-self.txt", (37, 248))];

pub(crate) fn run(folder: &Path, report: &mut Report) {
    let text = folder.join("text");
    for path in entries(&text.join("good")) {
        let file = fs::read(&path).unwrap();
        let read = counts(&file, Checks::Strict).and_then(|_| counts(&file, Checks::Tolerant));
        report.case(&name_of(&path), read.map(|_| ()));
    }
    for path in entries(&text.join("bad")) {
        let (file, name) = (fs::read(&path).unwrap(), name_of(&path));
        let strict = counts(&file, Checks::Strict);
        let tolerant = counts(&file, Checks::Tolerant);
        let result = match (strict, tolerant) {
            (Ok(_), _) => Err("the checker takes it".to_owned()),
            (_, Err(why)) if SCRAPED.contains(&&*name) => Err(format!("the scraper: {why}")),
            _ => Ok(()),
        };
        report.case(&name, result);
    }
    for path in entries(&text.join("large")) {
        let (file, name) = (fs::read(&path).unwrap(), name_of(&path));
        if name.ends_with(".om.txt") {
            continue;
        }
        let expected = LARGE.iter().find(|(large, _)| *large == name).map(|(_, counts)| *counts);
        let result = counts(&file, Checks::Strict).and_then(|found| match expected {
            Some(expected) if expected != found => Err(format!("{found:?}, expected {expected:?}")),
            _ => Ok(()),
        });
        report.case(&name, result);
    }
}

/// How many families have samples, and how many samples there are.
fn counts(file: &[u8], checks: Checks) -> Result<(usize, usize), String> {
    let mut reader = TextReader::new(file, checks).map_err(|fault| fault.to_string())?;
    let (mut families, mut samples) = (HashSet::new(), 0);
    while reader.next_sample().map_err(|fault| fault.to_string())?.is_some() {
        families.insert(reader.family().unwrap().name.clone().into_owned());
        samples += 1;
    }
    Ok((families.len(), samples))
}
