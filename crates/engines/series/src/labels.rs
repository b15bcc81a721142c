//! What names a series: sorted label pairs with their hash.

use crate::SeriesError;
use crate::names::{is_metric_name, quoted, shown};
use std::cell::Cell;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// The label that holds the metric's name.
pub const METRIC_LABEL: &str = "__name__";
/// Most labels of a series, `__name__` included.
pub const LABELS_MAX: usize = 64;
/// Longest metric or label name in bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// Longest label value in bytes.
pub const VALUE_BYTES_MAX: usize = 4096;

/// Sorted, unique label pairs; immutable and cheap to clone.
///
/// Source: Prometheus data model. A label with an empty value is the same as no label.
#[derive(Clone)]
pub struct Labels(Arc<Inner>);

/// All texts in one piece: name, value, name, value; `ends` says where each ends.
struct Inner {
    hash: u64,
    text: Box<str>,
    ends: Box<[u32]>,
}

/// Where label sets are put together: each then takes exactly the memory that it needs, and its
/// bytes are hashed at once.
#[derive(Default)]
struct Room {
    hashed: Vec<u8>,
    text: String,
    ends: Vec<u32>,
}

thread_local! {
    static ROOM: Cell<Room> = Cell::default();
}

impl Labels {
    /// Names a series of `metric` with further `pairs` in any order.
    ///
    /// Any text may be a name, as in Prometheus 3. Empty values are dropped. Errors: names that
    /// are empty or beyond the limits, [`SeriesError::LabelTwice`].
    pub fn new(
        metric: &str,
        pairs: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<Self, SeriesError> {
        if metric.is_empty() {
            return Err(SeriesError::NoMetricName);
        }
        let metric = (METRIC_LABEL.to_owned(), metric.to_owned());
        let others = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self::from_pairs(std::iter::once(metric).chain(others))
    }

    /// Makes a label set that may lack a metric name, as results of calculations do.
    ///
    /// Errors: as [`Labels::new`].
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<Self, SeriesError> {
        let mut kept: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            let (name, value) = (name.into(), value.into());
            check_pair(&name, &value)?;
            if !value.is_empty() {
                kept.push((name, value));
            }
            if kept.len() > LABELS_MAX {
                return Err(SeriesError::TooManyLabels { count: kept.len(), max: LABELS_MAX });
            }
        }
        kept.sort_by(|a, b| a.0.cmp(&b.0));
        if let Some(twice) = kept.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(SeriesError::LabelTwice { name: twice[0].0.clone() });
        }
        Ok(Self::from_sorted(kept.iter().map(|(name, value)| (&**name, &**value))))
    }

    /// As [`Labels::from_pairs`], and quick where the pairs already ascend by name.
    ///
    /// Errors: as [`Labels::new`].
    pub fn from_borrowed(pairs: &[(&str, &str)]) -> Result<Self, SeriesError> {
        let ready = pairs.len() <= LABELS_MAX
            && pairs.is_sorted_by(|a, b| a.0 < b.0)
            && pairs.iter().all(|(_, value)| !value.is_empty());
        if !ready {
            return Self::from_pairs(pairs.iter().copied());
        }
        pairs.iter().try_for_each(|(name, value)| check_pair(name, value))?;
        Ok(Self::from_sorted(pairs.iter().copied()))
    }

    /// The set without any label.
    #[must_use]
    pub fn empty() -> Self {
        Self::from_sorted(std::iter::empty())
    }

    /// Takes pairs that are ascending by name, without doublets and without empty values.
    pub(crate) fn from_sorted<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> Self {
        let mut room = ROOM.take();
        room.hashed.clear();
        room.text.clear();
        room.ends.clear();
        for (name, value) in pairs {
            for part in [name, value] {
                room.hashed.extend_from_slice(part.as_bytes());
                // Stands in no UTF-8 text, so two different sets never give the same bytes.
                room.hashed.push(0xff);
                room.text.push_str(part);
                room.ends.push(u32::try_from(room.text.len()).unwrap_or(u32::MAX));
            }
        }
        let hash = xxh3_64(&room.hashed);
        let made =
            Inner { hash, text: room.text.as_str().into(), ends: room.ends.as_slice().into() };
        ROOM.set(room);
        Self(Arc::new(made))
    }

    /// The metric's name; empty if there is none.
    #[must_use]
    pub fn metric(&self) -> &str {
        self.get(METRIC_LABEL).unwrap_or("")
    }

    /// The value of a label, if the series has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        // A dozen labels at most in practice: walking them is faster than halving.
        self.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// All pairs, ascending by name, `__name__` among them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        let inner = &*self.0;
        let mut start = 0;
        inner.ends.chunks_exact(2).map(move |ends| {
            let (name_end, value_end) = (ends[0] as usize, ends[1] as usize);
            let name = inner.text.get(start..name_end).unwrap_or("");
            let value = inner.text.get(name_end..value_end).unwrap_or("");
            start = value_end;
            (name, value)
        })
    }

    /// How many labels there are, `__name__` included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.ends.len() / 2
    }

    /// Tells whether there is no label at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.ends.is_empty()
    }

    /// The xxh3 hash of all pairs, the same on every machine.
    #[must_use]
    pub fn xxh3(&self) -> u64 {
        self.0.hash
    }

    /// The labels whose names `wanted` accepts.
    #[must_use]
    pub fn keep(&self, wanted: impl Fn(&str) -> bool) -> Self {
        Self::from_sorted(self.iter().filter(|(name, _)| wanted(name)))
    }

    /// Where the set lies in memory: the same for all clones of one, and for nothing else while
    /// one of them is there.
    #[must_use]
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Tells whether nobody but the holder of this value has it.
    #[must_use]
    pub fn is_sole(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// How many bytes the set takes, whoever else has it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        // With the counts of holders.
        size_of::<Inner>() + 16 + self.0.text.len() + size_of_val(&*self.0.ends)
    }
}

/// Changes a label set step by step; any UTF-8 text may be a name here, as in PromQL's results.
#[derive(Debug, Clone, Default)]
pub struct LabelsBuilder {
    pairs: Vec<(String, String)>,
}

impl LabelsBuilder {
    /// Starts with what `labels` holds.
    #[must_use]
    pub fn from_labels(labels: &Labels) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self { pairs: labels.iter().map(owned).collect() }
    }

    /// Sets a label; an empty value removes it.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        match self.pairs.binary_search_by(|pair| (*pair.0).cmp(name)) {
            Ok(at) if value.is_empty() => drop(self.pairs.remove(at)),
            Ok(at) => value.clone_into(&mut self.pairs[at].1),
            Err(_) if value.is_empty() => {}
            Err(at) => self.pairs.insert(at, (name.to_owned(), value.to_owned())),
        }
        self
    }

    /// The value of a label; empty if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let at = self.pairs.binary_search_by(|pair| (*pair.0).cmp(name));
        at.map_or("", |at| &self.pairs[at].1)
    }

    /// Keeps the labels whose names `wanted` accepts.
    pub fn keep(&mut self, wanted: impl Fn(&str) -> bool) -> &mut Self {
        self.pairs.retain(|(name, _)| wanted(name));
        self
    }

    /// The label set as it stands.
    #[must_use]
    pub fn build(&self) -> Labels {
        Labels::from_sorted(self.pairs.iter().map(|(name, value)| (&**name, &**value)))
    }
}

fn check_pair(name: &str, value: &str) -> Result<(), SeriesError> {
    if name.len() > NAME_BYTES_MAX {
        return Err(SeriesError::NameTooLong { bytes: name.len(), max: NAME_BYTES_MAX });
    }
    if name.is_empty() {
        return Err(SeriesError::NoLabelName);
    }
    if value.len() > VALUE_BYTES_MAX {
        let (name, bytes) = (name.to_owned(), value.len());
        return Err(SeriesError::ValueTooLong { name, bytes, max: VALUE_BYTES_MAX });
    }
    if name == METRIC_LABEL && value.len() > NAME_BYTES_MAX {
        return Err(SeriesError::NameTooLong { bytes: value.len(), max: NAME_BYTES_MAX });
    }
    Ok(())
}

impl PartialEq for Labels {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.hash == other.0.hash
                && self.0.text == other.0.text
                && self.0.ends == other.0.ends)
    }
}

impl Eq for Labels {}

impl Hash for Labels {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

/// By pairs, as Prometheus sorts.
impl Ord for Labels {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) {
            return Ordering::Equal;
        }
        self.iter().cmp(other.iter())
    }
}

impl PartialOrd for Labels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Writes `name{a="b"}`, or `{"a name","a label"="b"}` where names are not plain, with `\`, `"` and
/// line feeds escaped.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metric = self.metric();
        let plain = metric.is_empty() || is_metric_name(metric);
        let others = self.iter().filter(|(name, _)| *name != METRIC_LABEL);
        let mut inside: Vec<String> = Vec::new();
        if !plain {
            inside.push(quoted(metric));
        }
        inside.extend(others.map(|(name, value)| format!("{}={}", shown(name), quoted(value))));
        if plain {
            f.write_str(metric)?;
            if inside.is_empty() && !metric.is_empty() {
                return Ok(());
            }
        }
        write!(f, "{{{}}}", inside.join(","))
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn none() -> [(&'static str, &'static str); 0] {
        []
    }

    #[test]
    fn labels_print_sorted_and_escaped() {
        let labels = Labels::new("up", [("zone", "a\"b\\c\nd"), ("job", "é"), ("gone", "")]);
        expect![[r#"up{job="é",zone="a\"b\\c\nd"}"#]].assert_eq(&labels.unwrap().to_string());
        expect!["up"].assert_eq(&Labels::new("up", none()).unwrap().to_string());
        expect!["{}"].assert_eq(&Labels::from_pairs(none()).unwrap().to_string());
        let nameless = Labels::from_pairs([("a", "b")]).unwrap();
        expect![[r#"{a="b"}"#]].assert_eq(&nameless.to_string());
    }

    #[test]
    fn bad_labels_are_refused_with_the_reason() {
        let check = |metric: &str, pairs: &[(&str, &str)], expected: expect_test::Expect| {
            let refused = Labels::new(metric, pairs.iter().copied()).unwrap_err();
            expected.assert_eq(&refused.to_string());
        };
        check("", &[], expect!["read metric name: it is empty"]);
        check("up", &[("", "c")], expect!["read label name: it is empty"]);
        check("up", &[("a", "1"), ("a", "2")], expect!["read labels: a is given twice"]);
        check("up", &[("__name__", "x")], expect!["read labels: __name__ is given twice"]);
        let long = "x".repeat(4097);
        check(
            &long,
            &[],
            expect!["read the value of label __name__: 4097 bytes where at most 4096 are allowed"],
        );
        check(
            "up",
            &[("a", &long)],
            expect!["read the value of label a: 4097 bytes where at most 4096 are allowed"],
        );
        let many: Vec<_> = (0..64).map(|n| (format!("l{n}"), "v")).collect();
        assert!(matches!(Labels::new("up", many), Err(SeriesError::TooManyLabels { .. })));
    }

    #[test]
    fn any_text_may_be_a_name_and_is_quoted_where_it_is_not_plain() {
        let labels = Labels::new("my.metric", [("a", "b"), ("1 é", "\"x\""), ("a:b", "")]).unwrap();
        expect![[r#"{"my.metric","1 é"="\"x\"",a="b"}"#]].assert_eq(&labels.to_string());
        assert_eq!((labels.metric(), labels.get("1 é")), ("my.metric", Some("\"x\"")));
        let read = crate::Selector::parse(&labels.to_string()).unwrap();
        assert!(read.accepts(&labels));
        expect![[r#"{"度量"}"#]].assert_eq(&Labels::new("度量", none()).unwrap().to_string());
        let long = "é".repeat(129);
        assert!(matches!(
            Labels::new("up", [(long.as_str(), "x")]),
            Err(SeriesError::NameTooLong { bytes: 258, max: 256 })
        ));
        assert!(matches!(Labels::new(&long, none()), Err(SeriesError::NameTooLong { .. })));
    }

    #[test]
    fn order_of_the_pairs_does_not_matter() {
        let one = Labels::new("up", [("a", "1"), ("b", "2")]).unwrap();
        let two = Labels::new("up", [("b", "2"), ("a", "1")]).unwrap();
        assert_eq!((&one, one.xxh3()), (&two, two.xxh3()));
        assert_eq!(one.get("b"), Some("2"));
        assert_eq!(one.metric(), "up");
        assert_eq!(one.keep(|name| name == "a").to_string(), "{a=\"1\"}");
    }

    #[test]
    fn borrowed_pairs_are_checked_as_others_are() {
        let ascending = [("__name__", "up"), ("a", "1"), ("b", "2")];
        let labels = Labels::new("up", [("b", "2"), ("a", "1")]).unwrap();
        assert_eq!(Labels::from_borrowed(&ascending).unwrap(), labels);
        let mixed = [("b", "2"), ("gone", ""), ("a", "1"), ("__name__", "up")];
        assert_eq!(Labels::from_borrowed(&mixed).unwrap(), labels);
        for wrong in [("", "x"), ("a", &"x".repeat(4097)[..])] {
            let (borrowed, owned) = (Labels::from_borrowed(&[wrong]), Labels::from_pairs([wrong]));
            assert_eq!(borrowed.unwrap_err().to_string(), owned.unwrap_err().to_string());
        }
        let twice = [("a", "1"), ("a", "2")];
        assert!(matches!(Labels::from_borrowed(&twice), Err(SeriesError::LabelTwice { .. })));
    }
}
