use serde::{Deserialize, Deserializer};

/// Tells a field that is null (`Some(None)`) from one that is left out (`None`): a change takes
/// away what is null and leaves what is left out as it was (RFC 7396).
///
/// For `#[serde(default, deserialize_with = "kernel::nullable")]`.
///
/// # Errors
///
/// The value is neither null nor a `T`.
pub fn nullable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_not_left_out() {
        #[derive(Deserialize)]
        struct Change {
            #[serde(default, deserialize_with = "nullable")]
            number: Option<Option<u8>>,
        }
        for (text, expected) in
            [("{}", None), (r#"{"number":null}"#, Some(None)), (r#"{"number":7}"#, Some(Some(7)))]
        {
            let change: Change = serde_json::from_str(text).unwrap();
            assert_eq!(change.number, expected, "{text}");
        }
        assert!(serde_json::from_str::<Change>(r#"{"number":"x"}"#).is_err());
    }
}
