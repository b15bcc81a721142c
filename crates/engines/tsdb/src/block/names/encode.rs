//! The label sets of a block as bytes.

use super::{Label, Names, Shape, Values, same_shape};
use crate::bits::{self, RUN};
use crate::codec::{Cursor, put_text, put_varint};
use crate::{LABELS_MAX, Labels, METRIC_LABEL, VALUE_BYTES_MAX};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

/// Writes label sets that ascend in [`super::order`].
pub(crate) fn encode(series: &[Labels]) -> Vec<u8> {
    let mut tables: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for labels in series {
        for (name, value) in labels.iter() {
            tables.entry(name).or_default().insert(value);
        }
    }
    let mut to = Vec::new();
    put_varint(&mut to, tables.len() as u64);
    let mut numbers: HashMap<&str, (u32, HashMap<&str, u32>)> = HashMap::new();
    for (name, values) in &tables {
        put_text(&mut to, name);
        put_varint(&mut to, values.len() as u64);
        let mut before = "";
        let mut known = HashMap::with_capacity(values.len());
        for value in values {
            let same = before.bytes().zip(value.bytes()).take_while(|(a, b)| a == b).count();
            put_varint(&mut to, same as u64);
            put_varint(&mut to, (value.len() - same) as u64);
            to.extend_from_slice(&value.as_bytes()[same..]);
            before = value;
            known.insert(*value, known.len() as u32);
        }
        numbers.insert(name, (numbers.len() as u32, known));
    }
    let shapes = || series.chunk_by(same_shape);
    put_varint(&mut to, shapes().count() as u64);
    for shape in shapes() {
        put_varint(&mut to, shape.len() as u64);
        put_varint(&mut to, shape[0].len() as u64);
        for (at, (name, _)) in shape[0].iter().enumerate() {
            let (number, known) = &numbers[name];
            put_varint(&mut to, u64::from(*number));
            let value = |labels: &Labels| labels.iter().nth(at).map_or(0, |pair| known[pair.1]);
            put_column(&mut to, &shape.iter().map(value).collect::<Vec<u32>>());
        }
    }
    to
}

fn put_column(to: &mut Vec<u8>, values: &[u32]) {
    let least = values.iter().min().copied().unwrap_or(0);
    let above: Vec<u64> = values.iter().map(|value| u64::from(value - least)).collect();
    let width = bits::width_of(above.iter().fold(0, |all, number| all | number));
    put_varint(to, u64::from(least));
    to.push(width as u8);
    for run in above.chunks(RUN) {
        bits::pack(run, width, to);
    }
}

/// Reads label sets; `None` if they make no sense, or are of more than `series_max` series.
pub(crate) fn decode(bytes: &[u8], series_max: usize) -> Option<Names> {
    let mut cursor = Cursor::new(bytes);
    let mut labels: Vec<Label> = Vec::new();
    for _ in 0..cursor.count(2)? {
        let label = take_label(&mut cursor)?;
        if labels.last().is_some_and(|last| last.name >= label.name) {
            return None;
        }
        labels.push(label);
    }
    let mut shapes: Vec<Shape> = Vec::new();
    let mut series = 0u32;
    for _ in 0..cursor.count(2)? {
        let count = cursor.varint_u32().filter(|count| *count > 0)?;
        // Where all have the same values they take no bytes, so that these bound nothing.
        let end = series.checked_add(count).filter(|end| *end as usize <= series_max)?;
        let mut columns: Vec<(u32, Values)> = Vec::new();
        for _ in 0..cursor.count(3)? {
            let number = cursor.varint_u32()?;
            let label = labels.get(number as usize)?;
            let ascends = columns.last().is_none_or(|last| last.0 < number);
            if !ascends || columns.len() >= LABELS_MAX {
                return None;
            }
            columns.push((number, take_column(&mut cursor, count as usize, label.count())?));
        }
        shapes.push(Shape { first: series, count, columns });
        series = end;
    }
    let known = (0..series).map(|_| OnceLock::new()).collect();
    cursor.is_empty().then_some(Names { labels, shapes, series: series as usize, known })
}

fn take_label(cursor: &mut Cursor<'_>) -> Option<Label> {
    let name = cursor.text()?;
    let (mut texts, mut ends) = (Vec::new(), Vec::new());
    let mut before = 0;
    for _ in 0..cursor.count(2)? {
        let same = usize::try_from(cursor.varint()?).ok()?;
        let length = cursor.count(1)?;
        let rest = cursor.take(length)?;
        let start = texts.len();
        if same > start - before || same + length > VALUE_BYTES_MAX {
            return None;
        }
        texts.extend_from_within(before..before + same);
        texts.extend_from_slice(rest);
        if !ends.is_empty() && texts[before..start] >= texts[start..] {
            return None;
        }
        std::str::from_utf8(&texts[start..]).ok()?;
        ends.push(u32::try_from(texts.len()).ok()?);
        before = start;
    }
    // Every value can stand beside its name, so that label sets can be made later.
    let label = Label { name: name.into(), texts: String::from_utf8(texts).ok()?, ends };
    let fits = |value: &str| Labels::from_pairs([(name, value)]).is_ok_and(|l| l.len() == 1);
    let mut values = (0..label.count() as u32).map(|number| label.value(number));
    let sound = if name == METRIC_LABEL {
        values.all(fits)
    } else {
        fits("x") && values.all(|value| (1..=VALUE_BYTES_MAX).contains(&value.len()))
    };
    sound.then_some(label)
}

fn take_column(cursor: &mut Cursor<'_>, count: usize, values_max: usize) -> Option<Values> {
    let (least, width) = (cursor.varint_u32()?, u32::from(cursor.byte()?));
    if least as usize >= values_max || width > 32 {
        return None;
    }
    if width == 0 {
        return Some(Values::Same(least));
    }
    // A number takes at least a bit, so that nobody allocates for what is not there.
    if count.div_ceil(8) > cursor.rest().len() {
        return None;
    }
    let mut values = Vec::with_capacity(count);
    let mut above = [0; RUN];
    for start in (0..count).step_by(RUN) {
        let run = RUN.min(count - start);
        let bytes = cursor.take(bits::packed_bytes(run, width))?;
        bits::unpack(bytes, width, run, &mut above)?;
        for above in &above[..run] {
            let value = u64::from(least) + above;
            values.push(u32::try_from(value).ok().filter(|v| (*v as usize) < values_max)?);
        }
    }
    // Rows are in order: the first column that is not the same everywhere rises.
    let rises = values.is_sorted();
    Some(if rises { Values::Rising(values.into()) } else { Values::Each(values.into()) })
}

#[cfg(test)]
mod tests {
    use super::super::order;
    use super::*;
    use crate::Selector;
    use proptest::prelude::*;

    fn sample() -> Vec<Labels> {
        let mut all = Vec::new();
        for host in 0..300 {
            for mode in ["idle", "user"] {
                let pairs = [("host", format!("host-{host:03}")), ("mode", mode.to_owned())];
                all.push(Labels::new("cpu", pairs).unwrap());
            }
            all.push(Labels::new("up", [("host", format!("host-{host:03}"))]).unwrap());
        }
        all.push(Labels::new("up", [("Z", "é")]).unwrap());
        all.push(Labels::from_pairs([("nameless", "x")]).unwrap());
        all.sort_by(order);
        all
    }

    #[test]
    fn label_sets_come_back_are_small_and_found() {
        let all = sample();
        let bytes = encode(&all);
        assert!(bytes.len() < all.len() * 6, "{} bytes for {}", bytes.len(), all.len());
        let names = decode(&bytes, all.len()).unwrap();
        for (at, labels) in all.iter().enumerate() {
            assert_eq!(&names.labels(at as u32, |labels| labels), labels);
        }
        for text in [
            "up",
            "cpu{mode=\"idle\"}",
            "{host=~\"host-00.\"}",
            "{host!=\"\",mode!=\"user\"}",
            "cpu{host!~\".*[1-9]\"}",
            "{nameless=\"x\"}",
            "up{Z=~\".+\"}",
            "up{host=\"\"}",
            "cpu{host=\"gone\"}",
            "{__name__=~\"cpu|up\",mode=\"\"}",
            "cpu{mode=~\"idle|user\"}",
            "cpu{host=~\"host-00(1|2|7)|gone\",mode!~\"user\"}",
            "cpu{host!~\"host-001|host-2(0|1)0\"}",
            "up{host=~\"gone|host-010|\"}",
            "{host=~\"gone|host-010\",mode=~\"\"}",
            "up{host!~\"gone|none\"}",
            "cpu{host=\"host-007\"}",
            "{mode=\"user\",host=\"host-299\"}",
            "{host=\"host-000\",__name__=\"up\"}",
            "{host=\"host-150\",mode=\"\"}",
            "up{host=\"host-150\",mode=\"user\"}",
        ] {
            let selector = Selector::parse(text).unwrap();
            let wanted: Vec<u32> =
                (0..all.len() as u32).filter(|n| selector.accepts(&all[*n as usize])).collect();
            assert_eq!(names.matching(&selector), wanted, "{text}");
        }
        for cut in 0..bytes.len() {
            assert!(decode(&bytes[..cut], all.len()).is_none());
        }
    }

    #[test]
    fn values_that_grow_are_read_no_further_than_the_longest() {
        let mut bytes = Vec::new();
        put_text(&mut bytes, "host");
        put_varint(&mut bytes, 6_000);
        for same in 0..6_000 {
            put_varint(&mut bytes, same);
            bytes.extend_from_slice(&[1, b'a']);
        }
        let mut cursor = Cursor::new(&bytes);
        assert!(take_label(&mut cursor).is_none());
        assert!(cursor.rest().len() > 4 * 1_500, "{}", cursor.rest().len());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index, byte: u8,
        ) {
            let _ = decode(&bytes, 100);
            let mut changed = encode(&sample()[..40]);
            let at = at.index(changed.len());
            changed[at] = byte;
            if let Some(names) = decode(&changed, 100) {
                for series in 0..names.len().min(50) {
                    names.labels(series as u32, |labels| labels);
                }
            }
        }
    }
}
