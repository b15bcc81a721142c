//! Messages being written.

/// A message being written, field after field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// An empty message.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The finished bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How many bytes there are so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Tells whether nothing has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(0x80 | (value & 0x7f) as u8);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn tag(&mut self, number: u32, kind: u64) {
        self.varint(u64::from(number) << 3 | kind);
    }

    /// Writes a whole number.
    pub fn unsigned(&mut self, number: u32, value: u64) -> &mut Self {
        self.tag(number, 0);
        self.varint(value);
        self
    }

    /// Writes an `int64`.
    pub fn signed(&mut self, number: u32, value: i64) -> &mut Self {
        self.unsigned(number, value.cast_unsigned())
    }

    /// Writes a `sint64`.
    pub fn zigzag(&mut self, number: u32, value: i64) -> &mut Self {
        self.unsigned(number, zigzag(value))
    }

    /// Writes a `fixed64`.
    pub fn fixed64(&mut self, number: u32, value: u64) -> &mut Self {
        self.tag(number, 1);
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Writes a `double`.
    pub fn double(&mut self, number: u32, value: f64) -> &mut Self {
        self.fixed64(number, value.to_bits())
    }

    /// Writes bytes, or a message that is finished.
    pub fn bytes(&mut self, number: u32, value: &[u8]) -> &mut Self {
        self.tag(number, 2);
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value);
        self
    }

    /// Writes a text.
    pub fn text(&mut self, number: u32, value: &str) -> &mut Self {
        self.bytes(number, value.as_bytes())
    }

    /// Writes a message inside this one.
    pub fn message(&mut self, number: u32, fill: impl FnOnce(&mut Self)) -> &mut Self {
        let mut inside = Self::new();
        fill(&mut inside);
        self.bytes(number, &inside.bytes)
    }

    /// Writes whole numbers one after the other.
    pub fn packed(&mut self, number: u32, values: impl IntoIterator<Item = u64>) -> &mut Self {
        let mut inside = Self::new();
        for value in values {
            inside.varint(value);
        }
        self.bytes(number, &inside.bytes)
    }

    /// Writes `double`s one after the other.
    pub fn doubles(&mut self, number: u32, values: &[f64]) -> &mut Self {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.bytes(number, &bytes)
    }
}

/// The bits of a `sint64`.
#[must_use]
pub(crate) fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}
