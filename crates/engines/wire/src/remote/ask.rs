//! Remote read as a client has it: what it asks for, and the answer in samples.

use super::{
    HistogramMessage, SampleMessage,
    read::{Comparison, Query},
    write_v1::TimeSeries,
};
use crate::protobuf::{Message, Part, ProtobufFault};

/// A series of an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesRead<'b> {
    /// Its labels.
    pub labels: Vec<(&'b str, &'b str)>,
    /// Its values.
    pub samples: Vec<SampleMessage>,
    /// Its native histograms.
    pub histograms: Vec<HistogramMessage>,
}

/// Writes `ReadRequest` with one query, whose answer is to be samples.
#[must_use]
pub fn request(query: &Query<'_>) -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |one| {
        one.signed(1, query.from_ms).signed(2, query.to_ms);
        for matcher in &query.matchers {
            let comparison = match matcher.comparison {
                Comparison::Equal => 0,
                Comparison::NotEqual => 1,
                Comparison::Regex => 2,
                Comparison::NotRegex => 3,
            };
            one.message(3, |message| {
                message.unsigned(1, comparison).text(2, matcher.name).text(3, matcher.value);
            });
        }
    });
    request.into_bytes()
}

/// Reads `ReadResponse`: the series of all its results.
///
/// Errors: malformed bytes.
pub fn response(bytes: &[u8]) -> Result<Vec<SeriesRead<'_>>, ProtobufFault> {
    let (mut found, mut one) = (Vec::new(), TimeSeries::default());
    for result in Part::whole(bytes).fields() {
        let result = result?;
        if result.number != 1 {
            continue;
        }
        for series in result.part()?.fields() {
            let series = series?;
            if series.number == 1 {
                one.read(series.part()?)?;
                let mut labels = Vec::new();
                one.labels(&mut labels)?;
                let samples = std::mem::take(&mut one.samples);
                let histograms = one.histograms.iter().map(|part| HistogramMessage::read(*part));
                let histograms = histograms.collect::<Result<_, _>>()?;
                found.push(SeriesRead { labels, samples, histograms });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::read::{Form, MatcherMessage, ReadRequest, ReadResponse};

    #[test]
    fn server_and_client_understand_each_other() {
        let comparisons =
            [Comparison::Equal, Comparison::NotEqual, Comparison::Regex, Comparison::NotRegex];
        let matchers = comparisons
            .map(|comparison| MatcherMessage { comparison, name: "job", value: "a|b" })
            .to_vec();
        let query = Query { from_ms: -5, to_ms: 1_000, matchers };
        let bytes = request(&query);
        let read = ReadRequest::read(&bytes).unwrap();
        assert_eq!(read, ReadRequest { queries: vec![query], form: Form::Samples });
        let mut answer = ReadResponse::default();
        let points = [(10, 1.5), (20, f64::INFINITY)];
        let histogram = HistogramMessage { at_ms: 20, sum: 2.5, ..HistogramMessage::default() };
        let histograms = [histogram];
        answer.whole_result([
            (([("__name__", "up")], &points[..]), &[][..]),
            (([("__name__", "x")], &points[..1]), &histograms[..]),
        ]);
        let bytes = answer.into_bytes();
        let found = response(&bytes).unwrap();
        let sample = |(at_ms, value)| SampleMessage { at_ms, value };
        assert_eq!(found[0].labels, [("__name__", "up")]);
        assert_eq!(found[0].samples, points.map(sample));
        assert_eq!((found[1].labels[0].1, found[1].samples.len()), ("x", 1));
        assert_eq!(
            (&found[0].histograms[..], &found[1].histograms[..]),
            (&[][..], &histograms[..])
        );
        for end in 0..bytes.len() {
            // Cut anywhere: an error, or the empty answer of no bytes.
            assert!(response(&bytes[..end]).is_ok_and(|found| found.is_empty()) == (end == 0));
        }
    }
}
