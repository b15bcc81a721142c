//! `parsers/`: good and bad files, and large ones of Prometheus' scraper.

use std::{fs, path::Path};

use serde_json::Value;
use wire::openmetrics::{Checks, END, Family, Reader, Sample, write_family, write_sample};

use crate::{Report, entries, name_of};

pub(crate) fn run(folder: &Path, report: &mut Report) {
    for case in entries(&folder.join("parsers")).iter().filter(|path| path.is_dir()) {
        report.case(&name_of(case), holds(case));
    }
    for file in entries(&folder.join("text/large")) {
        let name = name_of(&file);
        if name.ends_with(".om.txt") {
            report.case(&name, tolerated(&fs::read(&file).unwrap()));
        }
    }
}

fn holds(case: &Path) -> Result<(), String> {
    let told = fs::read_to_string(case.join("test.json")).map_err(|error| error.to_string())?;
    let told: Value = serde_json::from_str(&told).map_err(|error| error.to_string())?;
    let good = told["shouldParse"].as_bool().ok_or("test.json does not say shouldParse")?;
    let file = told["file"].as_str().unwrap_or("metrics");
    let file = fs::read(case.join(file)).map_err(|error| error.to_string())?;
    match (good, written_again(&file, Checks::Strict)) {
        (true, Err(why)) => Err(why),
        (false, Ok(_)) => Err("it was read".to_owned()),
        (true, Ok(())) => written_again(&file, Checks::Tolerant),
        // Whatever is thought of it, it ends.
        (false, Err(_)) => {
            let _ = written_again(&file, Checks::Tolerant);
            Ok(())
        }
    }
}

/// A scraper takes it; read strictly it is refused, since a histogram's sum is below zero.
fn tolerated(file: &[u8]) -> Result<(), String> {
    if read(file, Checks::Strict).is_ok() {
        return Err("the strict reader takes it".to_owned());
    }
    written_again(file, Checks::Tolerant)
}

/// Reads a file, writes its samples, and reads those: they are the same.
fn written_again(file: &[u8], checks: Checks) -> Result<(), String> {
    let first = read(file, checks)?;
    let mut text = String::new();
    let mut name = None;
    for (family, sample) in &first {
        if name != Some(&family.name) {
            write_family(&mut text, family);
            name = Some(&family.name);
        }
        let labels = sample.labels.iter().map(|(name, value)| (&**name, &**value));
        write_sample(&mut text, &sample.name, labels, sample.value, sample.at_ms());
    }
    text.push_str(END);
    let second = read(text.as_bytes(), checks)?;
    let told = |samples: &[(Family<'_>, Sample<'_>)]| -> Vec<String> {
        let one = |(family, sample): &(Family<'_>, Sample<'_>)| {
            let (name, labels, at_ms) = (&sample.name, &sample.labels, sample.at_ms());
            format!("{family:?} {name} {labels:?} {:x} {at_ms:?}", sample.value.to_bits())
        };
        samples.iter().map(one).collect()
    };
    let (first, second) = (told(&first), told(&second));
    let differs = first.iter().zip(&second).find(|(first, second)| first != second);
    match differs {
        Some((first, second)) => Err(format!("read {first}, written and read again {second}")),
        None if first.len() != second.len() => {
            Err(format!("{} samples, written and read again {}", first.len(), second.len()))
        }
        None => Ok(()),
    }
}

fn read(file: &[u8], checks: Checks) -> Result<Vec<(Family<'_>, Sample<'_>)>, String> {
    let mut reader = Reader::new(file, checks).map_err(|fault| fault.to_string())?;
    let mut samples = Vec::new();
    while let Some(sample) = reader.next_sample().map_err(|fault| fault.to_string())? {
        samples.push((reader.family().unwrap().clone(), sample));
    }
    Ok(samples)
}
