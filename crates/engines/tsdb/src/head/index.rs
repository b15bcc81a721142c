//! From labels to the series of the head that have them.

use crate::{Labels, MatchOp, Matcher, Selector};
use std::collections::{BTreeMap, HashMap};

/// Ascending numbers of series by label name and value.
#[derive(Default)]
pub(crate) struct LabelIndex {
    names: BTreeMap<Box<str>, HashMap<Box<str>, Vec<u32>>>,
}

impl LabelIndex {
    pub(crate) fn add(&mut self, series: u32, labels: &Labels) {
        for (name, value) in labels.iter() {
            let values = match self.names.get_mut(name) {
                Some(values) => values,
                None => self.names.entry(name.into()).or_default(),
            };
            match values.get_mut(value) {
                Some(list) => match list.last() {
                    Some(last) if *last >= series => {
                        if let Err(at) = list.binary_search(&series) {
                            list.insert(at, series);
                        }
                    }
                    _ => list.push(series),
                },
                None => {
                    values.insert(value.into(), vec![series]);
                }
            }
        }
    }

    /// Takes series out, which must be in.
    pub(crate) fn remove<'l>(&mut self, gone: impl Iterator<Item = (u32, &'l Labels)>) {
        let mut touched: HashMap<(&str, &str), Vec<u32>> = HashMap::new();
        for (series, labels) in gone {
            for pair in labels.iter() {
                touched.entry(pair).or_default().push(series);
            }
        }
        for ((name, value), mut series) in touched {
            series.sort_unstable();
            let Some(values) = self.names.get_mut(name) else { continue };
            let Some(list) = values.get_mut(value) else { continue };
            list.retain(|one| series.binary_search(one).is_err());
            if list.is_empty() {
                values.remove(value);
            }
            if values.is_empty() {
                self.names.remove(name);
            }
        }
    }

    /// The names of labels that any series has, ascending.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(|name| &**name)
    }

    /// Tells whether any series has the label.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Values of a label and how many series have each, in no order.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = (&str, usize)> {
        let values = self.names.get(name).into_iter().flatten();
        values.map(|(value, list)| (&**value, list.len()))
    }

    /// The series that fulfil the selector, ascending.
    pub(crate) fn matching<'l>(
        &self,
        selector: &Selector,
        labels_of: impl Fn(u32) -> &'l Labels,
    ) -> Vec<u32> {
        let (mut wanting, sparing): (Vec<&Matcher>, Vec<&Matcher>) =
            selector.matchers().iter().partition(|matcher| !matcher.accepts(""));
        // What lists its values first, the shortest in front.
        wanting.sort_by_cached_key(|matcher| match self.listed(matcher) {
            Some(lists) => (0, lists.map(<[u32]>::len).sum()),
            None => (1, 0),
        });
        let mut found: Option<Vec<u32>> = None;
        for matcher in wanting {
            found = Some(match found {
                None => self.accepted(matcher),
                Some(found) if found.is_empty() => return found,
                Some(found) => self.narrowed(found, matcher, &labels_of),
            });
        }
        let mut found = found.unwrap_or_default();
        for matcher in sparing {
            found.retain(|s| matcher.accepts(labels_of(*s).get(matcher.name()).unwrap_or("")));
        }
        found
    }

    fn list(&self, name: &str, value: &str) -> &[u32] {
        let values = self.names.get(name);
        values.and_then(|values| values.get(value)).map_or(&[], Vec::as_slice)
    }

    /// The series of each value, if the matcher lists those that it accepts.
    fn listed<'i>(&'i self, matcher: &'i Matcher) -> Option<impl Iterator<Item = &'i [u32]>> {
        let (one, texts) = match matcher.op() {
            MatchOp::Equal => (Some(matcher.value()), &[][..]),
            MatchOp::Regex => (None, matcher.texts()?),
            MatchOp::NotEqual | MatchOp::NotRegex => return None,
        };
        let values = one.into_iter().chain(texts.iter().map(|text| &**text));
        Some(values.map(|value| self.list(matcher.name(), value)))
    }

    /// All series whose value the matcher accepts.
    fn accepted(&self, matcher: &Matcher) -> Vec<u32> {
        let mut found: Vec<u32> = match self.listed(matcher) {
            Some(lists) => lists.flatten().copied().collect(),
            None => {
                let values = self.names.get(matcher.name()).into_iter().flatten();
                let accepted = values.filter(|(value, _)| matcher.accepts(value));
                accepted.flat_map(|(_, list)| list).copied().collect()
            }
        };
        // Sorted runs one behind the other: what the stable sort is quick with.
        found.sort();
        found
    }

    fn narrowed<'l>(
        &self,
        mut found: Vec<u32>,
        matcher: &Matcher,
        labels_of: &impl Fn(u32) -> &'l Labels,
    ) -> Vec<u32> {
        if matcher.op() == MatchOp::Equal {
            let list = self.list(matcher.name(), matcher.value());
            let mut at = 0;
            found.retain(|series| {
                while list.get(at).is_some_and(|other| other < series) {
                    at += 1;
                }
                list.get(at) == Some(series)
            });
            return found;
        }
        // Each value is compared once, however many series have it.
        let mut known: HashMap<&str, bool> = HashMap::new();
        found.retain(|series| {
            let value = labels_of(*series).get(matcher.name()).unwrap_or("");
            *known.entry(value).or_insert_with(|| matcher.accepts(value))
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_found_by_every_kind_of_matcher() {
        let all: Vec<Labels> = [("up", "a", "x"), ("up", "b", "y"), ("down", "a", "y")]
            .into_iter()
            .map(|(metric, host, zone)| Labels::new(metric, [("host", host), ("zone", zone)]))
            .chain([Labels::new("up", [("host", "c")])])
            .map(Result::unwrap)
            .collect();
        let mut index = LabelIndex::default();
        for (series, labels) in all.iter().enumerate() {
            index.add(series as u32, labels);
        }
        let find = |index: &LabelIndex, text: &str| {
            let selector = Selector::parse(text).unwrap();
            index.matching(&selector, |series| &all[series as usize])
        };
        let table: [(&str, &[u32]); 13] = [
            ("up", &[0, 1, 3]),
            ("up{zone=\"y\"}", &[1]),
            ("{host=~\"a|b\"}", &[0, 1, 2]),
            ("{host=~\"b|b|(c|d|)|a\",zone=\"y\"}", &[1, 2]),
            ("up{host=~\"c|a|gone\"}", &[0, 3]),
            ("up{zone=~\"x|\"}", &[0, 3]),
            ("up{host!~\"a|c\"}", &[1]),
            ("{zone!=\"\"}", &[0, 1, 2]),
            ("up{zone=\"\"}", &[3]),
            ("up{zone!=\"x\"}", &[1, 3]),
            ("{host=~\"a|b\",zone=~\"y|z\"}", &[1, 2]),
            ("{__name__=~\".+\",host!~\"a\"}", &[1, 3]),
            ("gone", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(find(&index, text), expected, "{text}");
        }
        index.remove([(0, &all[0]), (3, &all[3])].into_iter());
        assert_eq!(find(&index, "up"), [1]);
        index.add(0, &all[0]);
        assert_eq!(find(&index, "up"), [0, 1]);
        assert_eq!(index.names().collect::<Vec<_>>(), ["__name__", "host", "zone"]);
        assert_eq!(index.values("zone").map(|value| value.1).sum::<usize>(), 3);
    }
}
