use wire::{
    protobuf::ProtobufFault,
    remote::{
        HistogramMessage, MetricType,
        write_v2::{Exemplar, Metadata, Symbols, TimeSeries, series},
    },
};

use super::{
    judge::{Judge, Unfit},
    refusal::WriteRefusal,
    taken::{Run, Taken},
};
use crate::metadata::said_of;

/// What the names of a histogram's or summary's series end in, beyond the family's.
const PARTS: [&str; 3] = ["_bucket", "_sum", "_count"];

/// A request with the hashes of its symbols: texts stand anew in each, under other numbers.
struct Request<'b> {
    symbols: Symbols<'b>,
    hashes: Vec<u64>,
    /// The hashes of a series' labels, one after the other.
    key_bytes: Vec<u8>,
    pairs: Vec<(&'b str, &'b str)>,
    /// What was said of the family of the series before.
    said: Option<Metadata>,
}

/// Reads `io.prometheus.write.v2.Request`. Errors: it is malformed, or too large; series that are
/// wrong by themselves are in what comes back.
pub(super) fn read<'k>(request: &[u8], judge: &mut Judge<'k>) -> Result<Taken<'k>, WriteRefusal> {
    let symbols = Symbols::read(request)?;
    let hashes = symbols.texts().iter().map(|text| judge.part(text)).collect();
    let (key_bytes, pairs) = (Vec::new(), Vec::new());
    let mut request_parts = Request { symbols, hashes, key_bytes, pairs, said: None };
    let (mut taken, mut one) = (Taken::default(), TimeSeries::default());
    for part in series(request) {
        one.read(part?)?;
        match request_parts.labels(&one, judge)? {
            Ok(run) => request_parts.take(&one, run, judge, &mut taken)?,
            Err(unfit) => taken.refused.add(unfit.into_words()),
        }
        Judge::count(taken.len())?;
    }
    Ok(taken)
}

impl<'b> Request<'b> {
    /// Takes what a series brings. Errors: the request is malformed.
    fn take<'k>(
        &mut self,
        one: &TimeSeries<'b>,
        mut run: Run<'k>,
        judge: &Judge<'k>,
        taken: &mut Taken<'k>,
    ) -> Result<(), ProtobufFault> {
        self.tell(one, run.labels().metric(), taken)?;
        for part in &one.histograms {
            match judge.histogram(run.labels(), HistogramMessage::read(*part)?) {
                Ok(sample) => taken.histograms.push(sample),
                Err(why) => taken.refused.add(why),
            }
        }
        for sample in &one.samples {
            match judge.point(run.labels(), *sample) {
                Ok(point) => run.add(point, &mut taken.points),
                Err(why) => taken.refused.add(why),
            }
        }
        for part in &one.exemplars {
            let Exemplar { label_refs, at_ms, value } = Exemplar::read(*part)?;
            self.symbols.pairs(&label_refs, part.at(), &mut self.pairs)?;
            let exemplar = judge.exemplar(&self.pairs, at_ms, value);
            taken.exemplars.extend(exemplar.map(|exemplar| (run.labels().clone(), exemplar)));
        }
        taken.put(run);
        Ok(())
    }

    /// Which series it is, or what is wrong with its labels. Errors: the request is malformed.
    fn labels<'k>(
        &mut self,
        one: &TimeSeries<'b>,
        judge: &mut Judge<'k>,
    ) -> Result<Result<Run<'k>, Unfit>, ProtobufFault> {
        self.key_bytes.clear();
        for number in &one.label_refs {
            let Some(hash) = self.hashes.get(*number as usize) else {
                // It says which one is missing.
                self.symbols.text(*number, one.at())?;
                continue;
            };
            self.key_bytes.extend_from_slice(&hash.to_le_bytes());
        }
        let (key, met) = judge.met(&self.key_bytes);
        if let Some(run) = met {
            return Ok(Ok(run));
        }
        self.symbols.pairs(&one.label_refs, one.at(), &mut self.pairs)?;
        Ok(judge.labels(key, &self.pairs))
    }

    /// Takes what is said of a metric, once for the series of a family that lie side by side.
    /// Errors: the request is malformed.
    fn tell(
        &mut self,
        one: &TimeSeries<'b>,
        metric: &str,
        taken: &mut Taken<'_>,
    ) -> Result<(), ProtobufFault> {
        let Metadata { kind, help_ref, unit_ref } = one.metadata;
        let help = self.symbols.text(help_ref, one.at())?;
        let unit = self.symbols.text(unit_ref, one.at())?;
        if kind == MetricType::Unknown && help.is_empty() && unit.is_empty() {
            return Ok(());
        }
        let metric = family(metric, kind);
        let is_family = taken.metadata.last().is_some_and(|(name, _)| name == metric);
        if self.said.replace(one.metadata) != Some(one.metadata) || !is_family {
            taken.metadata.extend(said_of(metric, kind, help, unit));
        }
        Ok(())
    }
}

/// The family that a series of this metric belongs to.
fn family(metric: &str, kind: MetricType) -> &str {
    match kind {
        MetricType::Histogram | MetricType::GaugeHistogram | MetricType::Summary => {
            PARTS.iter().find_map(|part| metric.strip_suffix(part)).unwrap_or(metric)
        }
        _ => metric,
    }
}
