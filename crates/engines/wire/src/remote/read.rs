//! Remote read: what is asked for, and the two forms of the answer.
//!
//! Source: Prometheus, "Remote Read API"; `remote.proto`.

use super::{HistogramMessage, xor};
use crate::{
    crc32c::crc32c,
    protobuf::{Message, Part, ProtobufFault},
};

/// Most queries of a request.
const QUERIES_MAX: usize = 100;
/// Points of a chunk, as Prometheus has it.
const CHUNK_POINTS: usize = 120;
/// A frame is closed when it has grown so large, in bytes.
const FRAME_BYTES: usize = 1 << 20;
/// The number of the encoding of chunks.
const XOR: u64 = 1;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadRequest<'b> {
    /// Each is answered by itself.
    pub queries: Vec<Query<'b>>,
    /// The form of the answer that is wanted.
    pub form: Form,
}

/// The forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// `ReadResponse`, as a whole, packed by snappy.
    #[default]
    Samples,
    /// `ChunkedReadResponse`s in frames, as they come.
    StreamedChunks,
}

/// Which series, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query<'b> {
    /// First millisecond.
    pub from_ms: i64,
    /// Last millisecond.
    pub to_ms: i64,
    /// Conditions that must all hold.
    pub matchers: Vec<MatcherMessage<'b>>,
}

/// A condition on a label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MatcherMessage<'b> {
    /// How they are compared.
    pub comparison: Comparison,
    /// The label.
    pub name: &'b str,
    /// The text or pattern.
    pub value: &'b str,
}

/// How a label is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    #[default]
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

/// A series to be answered: its labels, sorted, and its points, ascending.
pub type Answered<'a, L> = (L, &'a [(i64, f64)]);

impl<'b> ReadRequest<'b> {
    /// Reads `ReadRequest`. Errors: malformed bytes, more than a hundred queries.
    pub fn read(request: &'b [u8]) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in Part::whole(request).fields() {
            let field = field?;
            match field.number {
                1 if read.queries.len() >= QUERIES_MAX => {
                    let what = "more queries than are answered";
                    return Err(ProtobufFault { at: field.at, what });
                }
                1 => read.queries.push(query(field.part()?)?),
                2 => {
                    let mut chunks = false;
                    field.each_unsigned(|form| chunks |= form == 1)?;
                    if chunks {
                        read.form = Form::StreamedChunks;
                    }
                }
                _ => {}
            }
        }
        Ok(read)
    }
}

fn query(part: Part<'_>) -> Result<Query<'_>, ProtobufFault> {
    let mut query = Query::default();
    for field in part.fields() {
        let field = field?;
        match field.number {
            1 => query.from_ms = field.signed()?,
            2 => query.to_ms = field.signed()?,
            3 => query.matchers.push(matcher(field.part()?)?),
            _ => {}
        }
    }
    Ok(query)
}

fn matcher(part: Part<'_>) -> Result<MatcherMessage<'_>, ProtobufFault> {
    let mut matcher = MatcherMessage::default();
    for field in part.fields() {
        let field = field?;
        match field.number {
            1 => {
                matcher.comparison = match field.unsigned()? {
                    0 => Comparison::Equal,
                    1 => Comparison::NotEqual,
                    2 => Comparison::Regex,
                    3 => Comparison::NotRegex,
                    _ => {
                        let what = "a comparison that is not known";
                        return Err(ProtobufFault { at: field.at, what });
                    }
                }
            }
            2 => matcher.name = field.text()?,
            3 => matcher.value = field.text()?,
            _ => {}
        }
    }
    Ok(matcher)
}

/// A `ReadResponse` being written.
#[derive(Debug, Clone, Default)]
pub struct ReadResponse(Message);

impl ReadResponse {
    /// Adds the answer of the next query.
    pub fn result<'a, L>(&mut self, series: impl IntoIterator<Item = Answered<'a, L>>)
    where
        L: IntoIterator<Item = (&'a str, &'a str)>,
    {
        self.whole_result(series.into_iter().map(|series| (series, &[][..])));
    }

    /// The same with the native histograms of each series.
    pub fn whole_result<'a, L>(
        &mut self,
        series: impl IntoIterator<Item = (Answered<'a, L>, &'a [HistogramMessage])>,
    ) where
        L: IntoIterator<Item = (&'a str, &'a str)>,
    {
        self.0.message(1, |result| {
            for ((labels, points), histograms) in series {
                result.message(1, |one| {
                    put_labels(one, labels);
                    put_points(one, points);
                    for histogram in histograms {
                        one.message(4, |message| histogram.write(message));
                    }
                });
            }
        });
    }

    /// The finished bytes, to be packed.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// Writes a series of the query of that number as frames of `ChunkedReadResponse`.
pub fn put_frames<'a, L>(frames: &mut Vec<u8>, query: usize, series: Answered<'a, L>)
where
    L: IntoIterator<Item = (&'a str, &'a str)> + Clone,
{
    let (labels, points) = series;
    let mut chunks = points.chunks(CHUNK_POINTS).peekable();
    while chunks.peek().is_some() {
        let mut response = Message::new();
        response.message(1, |one| {
            put_labels(one, labels.clone());
            while one.len() < FRAME_BYTES {
                let Some(points) = chunks.next() else { break };
                put_chunk(one, points);
            }
        });
        response.signed(2, i64::try_from(query).unwrap_or(i64::MAX));
        put_frame(frames, &response.into_bytes());
    }
}

pub(super) fn put_labels<'a>(
    one: &mut Message,
    labels: impl IntoIterator<Item = (&'a str, &'a str)>,
) {
    for (name, value) in labels {
        one.message(1, |label| {
            label.text(1, name).text(2, value);
        });
    }
}

pub(super) fn put_points(one: &mut Message, points: &[(i64, f64)]) {
    for (at_ms, value) in points {
        one.message(2, |sample| {
            sample.double(1, *value).signed(2, *at_ms);
        });
    }
}

fn put_chunk(one: &mut Message, points: &[(i64, f64)]) {
    let (Some((first_ms, _)), Some((last_ms, _))) = (points.first(), points.last()) else { return };
    one.message(2, |chunk| {
        chunk.signed(1, *first_ms).signed(2, *last_ms).unsigned(3, XOR);
        chunk.bytes(4, &xor::encode(points));
    });
}

/// Its length, its CRC-32C, itself.
fn put_frame(frames: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = bytes.len();
    while length >= 0x80 {
        frames.push(0x80 | (length & 0x7f) as u8);
        length >>= 7;
    }
    frames.push(length as u8);
    frames.extend_from_slice(&crc32c(bytes).to_be_bytes());
    frames.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_and_unknown_comparisons_are_refused() {
        let request = |comparison| {
            let mut request = Message::new();
            request.message(1, |query| {
                query.signed(1, -5).signed(2, 10).message(3, |matcher| {
                    matcher.unsigned(1, comparison).text(2, "job").text(3, "a|b");
                });
            });
            request.packed(2, [0, 1]);
            request.into_bytes()
        };
        let bytes = request(2);
        let read = ReadRequest::read(&bytes).unwrap();
        let matcher = MatcherMessage { comparison: Comparison::Regex, name: "job", value: "a|b" };
        let query = Query { from_ms: -5, to_ms: 10, matchers: vec![matcher] };
        assert_eq!(read, ReadRequest { queries: vec![query], form: Form::StreamedChunks });
        assert!(ReadRequest::read(&request(4)).is_err());
        let many = [0x0a, 0x00].repeat(101);
        assert_eq!(ReadRequest::read(&many).unwrap_err().what, "more queries than are answered");
    }

    #[test]
    fn frames_hold_chunks_of_at_most_120_points() {
        let points: Vec<(i64, f64)> = (0..250).map(|at| (at * 15_000, 1.5)).collect();
        let mut frames = Vec::new();
        put_frames(&mut frames, 3, ([("__name__", "up")], &points));
        let length = usize::from(frames[0] & 0x7f) | usize::from(frames[1]) << 7;
        let frame = &frames[6..];
        assert_eq!(frame.len(), length);
        assert_eq!(frames[2..6], crc32c(frame).to_be_bytes());
        let fields: Vec<_> = Part::whole(frame).fields().map(Result::unwrap).collect();
        assert_eq!(fields[1].signed(), Ok(3));
        let chunks = fields[0].part().unwrap().fields().map(Result::unwrap);
        assert_eq!(chunks.filter(|field| field.number == 2).count(), 3);
    }
}
