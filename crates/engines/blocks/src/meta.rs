//! `meta.json`: what a block says of itself.

use serde::Deserialize;

use crate::Fault;

/// What a block says of itself.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Its name.
    pub ulid: String,
    /// The first millisecond.
    pub min_time: i64,
    /// The millisecond behind the last one.
    pub max_time: i64,
    /// How much is in it.
    #[serde(default)]
    pub stats: Statistics,
    /// The version of its files; 1 is the only one.
    pub version: u32,
}

/// How much is in a block.
#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct Statistics {
    /// Samples of all kinds.
    pub num_samples: u64,
    /// Series.
    pub num_series: u64,
    /// Chunks.
    pub num_chunks: u64,
    /// Tombstones.
    pub num_tombstones: u64,
}

impl Meta {
    /// Reads the file. Errors: it is no such JSON, or of another version.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let meta: Self = serde_json::from_slice(bytes).map_err(|error| {
            let before: usize = bytes
                .split_inclusive(|byte| *byte == b'\n')
                .take(error.line().saturating_sub(1))
                .map(<[u8]>::len)
                .sum();
            Fault::new(before + error.column().saturating_sub(1), error.to_string())
        })?;
        if meta.version != 1 {
            let what = format!("the version is {}, expected 1", meta.version);
            return Err(Fault::new(0, what));
        }
        Ok(meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_is_read_and_what_it_lacks_is_named() {
        let meta = br#"{ "ulid": "01X", "minTime": 5, "maxTime": 10, "version": 1,
            "stats": { "numSamples": 3 }, "compaction": { "level": 1 } }"#;
        let read = Meta::read(meta).unwrap();
        assert_eq!((read.min_time, read.max_time, read.stats.num_samples), (5, 10, 3));
        let fault = Meta::read(br#"{ "ulid": "01X" }"#).unwrap_err();
        assert!(fault.what.contains("minTime"), "{fault}");
        let newer = br#"{ "ulid": "", "minTime": 5, "maxTime": 10, "version": 2 }"#;
        assert_eq!(Meta::read(newer).unwrap_err().what, "the version is 2, expected 1");
    }
}
