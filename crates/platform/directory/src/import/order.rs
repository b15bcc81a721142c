use std::collections::HashMap;

/// In which order the rows of a tree are brought in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// The rows by their places: what is above comes first, as it will be in the end.
    pub(super) rows: Vec<usize>,
    /// Rows that are part of each other, by their places, each part of the next.
    pub(super) cycles: Vec<Vec<usize>>,
}

/// Orders rows of code and code above (empty: what is known stays), whatever their order in the
/// file. `known` says what is above a code according to the directory. A row waits for all rows
/// that will be above it, so that nothing is ever moved below itself on the way.
pub(super) fn ordered<'f>(
    rows: &[(&'f str, &'f str)],
    known: impl Fn(&str) -> Option<&'f str>,
) -> Order {
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (place, (code, _)) in rows.iter().enumerate().filter(|(_, (code, _))| !code.is_empty()) {
        places.entry(code).or_insert(place);
    }
    let above = |code: &str| match places.get(code).map(|place| rows[*place].1) {
        Some(parent) if !parent.is_empty() => Some(parent),
        _ => known(code),
    };
    let mut order = Order::default();
    // Whether a code is done; one that is there and is not is on the way.
    let mut done: HashMap<&str, bool> = HashMap::new();
    for (place, (code, _)) in rows.iter().enumerate() {
        if places.get(code) != Some(&place) {
            // Nothing can name a row without a code, or the second of one code.
            continue;
        }
        let mut way: Vec<&str> = Vec::new();
        let mut next = Some(*code);
        while let Some(code) = next {
            match done.get(code) {
                Some(true) => break,
                Some(false) => {
                    let round = way.iter().skip_while(|on| **on != code);
                    order.cycles.extend(cycle(round, &places, rows));
                    break;
                }
                None => {
                    done.insert(code, false);
                    way.push(code);
                    next = above(code);
                }
            }
        }
        for code in way.into_iter().rev() {
            done.insert(code, true);
            order.rows.extend(places.get(code));
        }
    }
    let left = rows.iter().enumerate().filter(|(place, (code, _))| places.get(code) != Some(place));
    order.rows.extend(left.map(|(place, _)| place));
    order
}

/// The rows of a way round, if all of it stands in the file: what is known of others may be
/// different at the time that counts.
fn cycle<'c>(
    round: impl Iterator<Item = &'c &'c str>,
    places: &HashMap<&str, usize>,
    rows: &[(&str, &str)],
) -> Option<Vec<usize>> {
    let row = |code: &&str| places.get(code).copied().filter(|place| !rows[*place].1.is_empty());
    round.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `A<B`: A is part of B.
    fn check(rows: &[&str], known: &[(&'static str, &'static str)]) -> (String, Vec<Vec<usize>>) {
        let rows: Vec<(&str, &str)> =
            rows.iter().map(|row| row.split_once('<').unwrap_or((row, ""))).collect();
        let rows: Vec<(&'static str, &'static str)> = rows
            .into_iter()
            .map(|(code, parent)| (&*code.to_owned().leak(), &*parent.to_owned().leak()))
            .collect();
        let above = |code: &str| known.iter().find(|known| known.0 == code).map(|known| known.1);
        let order = ordered(&rows, above);
        (order.rows.iter().map(|place| rows[*place].0).collect(), order.cycles)
    }

    #[test]
    fn what_is_above_comes_first_whatever_the_order_of_rows() {
        for rows in [["C<B", "B<A", "A"], ["A", "B<A", "C<B"], ["B<A", "C<B", "A"]] {
            assert_eq!(check(&rows, &[]), ("ABC".to_owned(), vec![]), "{rows:?}");
        }
        // Whoever is known to be between waits for the row that is above it.
        assert_eq!(check(&["X<P", "P<Q", "Y<Z"], &[("Q", "Y"), ("Y", "X")]).0, "YPX");
    }

    #[test]
    fn rows_that_are_part_of_each_other_are_found_once() {
        assert_eq!(check(&["A<B", "B<A", "C<A"], &[]).1, [vec![0, 1]]);
        assert_eq!(check(&["C<A", "A<B", "B<A"], &[]).1, [vec![1, 2]]);
        assert_eq!(check(&["A<A"], &[]).1, [vec![0]]);
        // What the directory says of B may have an end: whoever moves A asks for that.
        assert_eq!(check(&["A<B"], &[("B", "A")]), ("A".to_owned(), vec![]));
    }

    #[test]
    fn second_rows_of_a_code_and_rows_without_one_come_last() {
        assert_eq!(check(&["", "B<A", "A", "A<B"], &[]), ("ABA".to_owned(), vec![]));
    }
}
