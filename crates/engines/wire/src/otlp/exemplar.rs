use super::Attribute;
use crate::protobuf::{Part, ProtobufFault};

/// One observation that a point counts, with where it came from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exemplar<'b> {
    /// What of it the point's own attributes do not say.
    pub attributes: Vec<Attribute<'b>>,
    /// When, in nanoseconds since 1970.
    pub at_ns: u64,
    /// What was observed.
    pub value: f64,
    /// The trace in which it was; empty where there is none.
    pub trace_id: &'b [u8],
    /// The span in it.
    pub span_id: &'b [u8],
}

impl<'b> Exemplar<'b> {
    /// Reads `Exemplar`. Errors: malformed bytes.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in part.fields() {
            let field = field?;
            match field.number {
                2 => read.at_ns = field.fixed64()?,
                3 => read.value = field.double()?,
                4 => read.span_id = field.part()?.bytes(),
                5 => read.trace_id = field.part()?.bytes(),
                #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
                6 => read.value = field.fixed64()?.cast_signed() as f64,
                7 => read.attributes.push(Attribute::read(field.part()?)?),
                _ => {}
            }
        }
        Ok(read)
    }
}
