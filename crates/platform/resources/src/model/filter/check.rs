//! From names to meaning: every field is looked up, every value read as the field's type says.

use std::{collections::BTreeSet, sync::Arc};

use kernel::{Scope, Text, Time, Within};

use super::{
    Check, Filter, Order,
    fault::{FilterFault, nearest},
    schema::{Known, PlaceSet, Schema, Values},
    syntax::{Comparison, Given, Name, Syntax},
    token::Sign,
    value::{self, Pattern},
};
use crate::Direction;

/// Relations are followed at most so far from the resource that is asked for.
const HOPS_MAX: usize = 3;
/// At most so many faults are told at once.
const FAULTS_MAX: usize = 20;

/// The units and regions that a filter names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PlacesNamed {
    pub(crate) units: BTreeSet<String>,
    pub(crate) regions: BTreeSet<String>,
}

/// What `tree` means.
///
/// Errors: everything that is wrong, at most 20 faults.
pub(super) fn checked(
    tree: &Syntax,
    schema: &Schema,
    now: Time,
) -> Result<Filter, Vec<FilterFault>> {
    let mut checker = Checker { schema, now, faults: Vec::new() };
    let filter = checker.filter(tree, 0);
    checker.faults.truncate(FAULTS_MAX);
    if checker.faults.is_empty() { Ok(filter) } else { Err(checker.faults) }
}

/// The units and regions named in `tree`.
pub(super) fn places_named(tree: &Syntax) -> PlacesNamed {
    let mut named = PlacesNamed::default();
    collect_places(tree, &mut named);
    named
}

fn collect_places(tree: &Syntax, named: &mut PlacesNamed) {
    match tree {
        Syntax::Everything | Syntax::Has(_) | Syntax::Bare(_) => {}
        Syntax::All(branches) | Syntax::Any(branches) => {
            branches.iter().for_each(|branch| collect_places(branch, named));
        }
        Syntax::Not(inner) | Syntax::Group(_, inner) => collect_places(inner, named),
        Syntax::Compare(name, _, values) => {
            let list = match name.text.rsplit('.').next() {
                Some("unit") => &mut named.units,
                Some("region") => &mut named.regions,
                _ => return,
            };
            list.extend(values.iter().map(|value| value.text.clone()));
        }
    }
}

struct Checker<'s> {
    schema: &'s Schema,
    now: Time,
    faults: Vec<FilterFault>,
}

impl Checker<'_> {
    /// What `tree` means; where something is wrong a fault is kept, and anything is returned.
    fn filter(&mut self, tree: &Syntax, hops: usize) -> Filter {
        match tree {
            Syntax::Everything => Filter::Everything,
            Syntax::All(branches) => {
                Filter::All(branches.iter().map(|branch| self.filter(branch, hops)).collect())
            }
            Syntax::Any(branches) => {
                Filter::Any(branches.iter().map(|branch| self.filter(branch, hops)).collect())
            }
            Syntax::Not(inner) => not(self.filter(inner, hops)),
            Syntax::Group(name, inner) => self.group(name, inner, hops),
            Syntax::Has(name) => self.has(name, hops),
            Syntax::Bare(name) => self.through(name, hops, |checker, known| {
                if known.iter().any(|known| known.values == Values::Flag) {
                    return Filter::Test(known[0].field.clone(), Check::Flag(true));
                }
                let expected = Text::new(
                    "an operator after this field; only true-or-false fields stand alone",
                    "该字段之后应有运算符；只有是/否字段可以单独使用",
                );
                checker.fault(FilterFault::new(name.span.end, "", expected))
            }),
            Syntax::Compare(name, comparison, values) => {
                self.through(name, hops, |checker, known| {
                    checker.compared(name, known, *comparison, values)
                })
            }
        }
    }

    fn fault(&mut self, fault: FilterFault) -> Filter {
        self.faults.push(fault);
        Filter::Everything
    }

    /// `runs_on(…)`: the whole name is relations.
    fn group(&mut self, name: &Name, inner: &Syntax, hops: usize) -> Filter {
        let parts: Vec<&str> = name.text.split('.').collect();
        let Some(hops) = self.hops(name, parts.len(), hops) else { return Filter::Everything };
        let filter = self.filter(inner, hops);
        self.follow(name, &parts, filter)
    }

    /// `has serial`, `has runs_on`, `has runs_on.serial`.
    fn has(&mut self, name: &Name, hops: usize) -> Filter {
        let parts: Vec<&str> = name.text.split('.').collect();
        if parts.last().is_some_and(|last| self.schema.relation(last).is_some()) {
            return match self.hops(name, parts.len(), hops) {
                Some(_) => self.follow(name, &parts, Filter::Everything),
                None => Filter::Everything,
            };
        }
        self.through(name, hops, |_, known| {
            any(known.iter().map(|known| Filter::Test(known.field.clone(), Check::Present)))
        })
    }

    /// A field, perhaps of a resource that relations lead to: `runs_on.part_of.name`.
    fn through(
        &mut self,
        name: &Name,
        hops: usize,
        test: impl FnOnce(&mut Self, &[Known]) -> Filter,
    ) -> Filter {
        let schema = self.schema;
        if let Some(known) = schema.find(&name.text) {
            return test(self, known);
        }
        let mut parts: Vec<&str> = name.text.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        if parts.last() == Some(&"attributes") {
            parts.pop();
        }
        let attribute = name.text.ends_with(&format!("attributes.{last}"));
        let field = if attribute { format!("attributes.{last}") } else { last.to_owned() };
        let Some(known) = schema.find(&field) else {
            let expected = if schema.relation(last).is_some() {
                Text::new(
                    format!("a field of the other resource, such as `{last}.name`"),
                    format!("关系另一端的字段，如 {last}.name"),
                )
            } else {
                Text::new("a field that a kind has", "某个类型具有的字段")
            };
            let at = name.span.end - last.len().min(name.span.len());
            let nearest = schema.nearest(last).filter(|nearest| nearest != last);
            return self.fault(FilterFault::new(at, last, expected).nearest(nearest));
        };
        if self.hops(name, parts.len(), hops).is_none() {
            return Filter::Everything;
        }
        let filter = test(self, known);
        self.follow(name, &parts, filter)
    }

    fn hops(&mut self, name: &Name, more: usize, hops: usize) -> Option<usize> {
        if hops + more <= HOPS_MAX {
            return Some(hops + more);
        }
        let expected = Text::new("at most 3 relations in a row", "最多连续经过 3 层关系");
        self.fault(FilterFault::new(name.span.start, name.text.clone(), expected));
        None
    }

    /// `filter` at the end of these relations.
    fn follow(&mut self, name: &Name, parts: &[&str], filter: Filter) -> Filter {
        let mut filter = filter;
        for part in parts.iter().rev() {
            let Some((relation, direction)) = self.schema.relation(part) else {
                let expected = Text::new("a relation such as `runs_on`", "关系，如 runs_on");
                let fault = FilterFault::new(name.span.start, *part, expected);
                return self.fault(fault.nearest(self.schema.nearest(part)));
            };
            filter = related(relation, direction, filter);
        }
        filter
    }

    fn compared(
        &mut self,
        name: &Name,
        known: &[Known],
        comparison: Comparison,
        values: &[Given],
    ) -> Filter {
        let mut tests = Vec::new();
        for given in values {
            match self.tests(known, comparison, given) {
                Ok(test) => tests.push(test),
                Err(fault) => {
                    let at_name = fault.found.is_empty();
                    let found = if at_name { name.text.clone() } else { fault.found.clone() };
                    self.fault(FilterFault { found, ..fault });
                }
            }
        }
        let filter = any(merged(tests).into_iter());
        match comparison {
            Comparison::NotIn | Comparison::Sign(Sign::Differs | Sign::Unlike) => not(filter),
            _ => filter,
        }
    }

    /// The test for one value: by the first of the types that takes it.
    fn tests(
        &self,
        known: &[Known],
        comparison: Comparison,
        given: &Given,
    ) -> Result<Filter, FilterFault> {
        let mut first = None;
        for known in known {
            match self.check(&known.values, comparison, given) {
                Ok(check) => return Ok(Filter::Test(known.field.clone(), check)),
                Err(fault) => drop(first.get_or_insert(fault)),
            }
        }
        Err(first.unwrap_or_else(|| FilterFault::new(given.span.start, "", Text::default())))
    }

    fn check(
        &self,
        values: &Values,
        comparison: Comparison,
        given: &Given,
    ) -> Result<Check, FilterFault> {
        let at_value = |expected| FilterFault::new(given.span.start, given.text.as_str(), expected);
        let order = order(comparison);
        let equal = order == Some(Order::Equal);
        let like = matches!(comparison, Comparison::Sign(Sign::Like | Sign::Unlike));
        let text = &given.text;
        match values {
            Values::Text | Values::Words(_) | Values::Kind if like => {
                Ok(Check::Like(Pattern::new(text)))
            }
            Values::Text if equal => Ok(Check::OneOf(vec![text.clone()])),
            Values::Words(words) if equal => one_of(words, text).map_err(at_value_with(given)),
            Values::Kind if equal => {
                one_of(self.schema.kinds(), text).map_err(at_value_with(given))
            }
            Values::Kind if comparison == Comparison::Under => {
                let kinds = self.schema.kinds_under(text);
                match kinds.is_empty() {
                    true => one_of(self.schema.kinds(), text).map_err(at_value_with(given)),
                    false => Ok(Check::OneOf(kinds)),
                }
            }
            Values::Unit if equal || comparison == Comparison::Under => {
                place(self.schema.places.units.get(text), equal).ok_or_else(|| {
                    at_value(Text::new("the id, code or name of a unit", "单位的编号、代码或名称"))
                })
            }
            Values::Region if equal || comparison == Comparison::Under => {
                area(self.schema.places.regions.get(text), equal).ok_or_else(|| {
                    at_value(Text::new(
                        "the id, code or name of a region",
                        "区域的编号、代码或名称",
                    ))
                })
            }
            Values::Flag if equal => match text.as_str() {
                "true" | "yes" | "是" => Ok(Check::Flag(true)),
                "false" | "no" | "否" => Ok(Check::Flag(false)),
                _ => Err(at_value(Text::new("true or false", "true 或 false"))),
            },
            Values::Address if equal => {
                let (low, high) = value::network(text).map_err(at_value)?;
                Ok(Check::Between(low, high))
            }
            Values::Number(unit) => match order {
                Some(order) => value::number(text, unit.as_deref())
                    .map(|number| Check::Number(order, number))
                    .map_err(at_value),
                None => Err(no_such_operator(values, given)),
            },
            Values::Time => match order {
                Some(order) => value::time(text, self.now)
                    .map(|time| Check::Time(order, time))
                    .map_err(at_value),
                None => Err(no_such_operator(values, given)),
            },
            _ => Err(no_such_operator(values, given)),
        }
    }
}

/// Several equalities of one field are one check.
fn merged(tests: Vec<Filter>) -> Vec<Filter> {
    let mut merged: Vec<Filter> = Vec::new();
    for test in tests {
        match (merged.last_mut(), test) {
            (
                Some(Filter::Test(field, Check::OneOf(texts))),
                Filter::Test(other, Check::OneOf(more)),
            ) if *field == other => texts.extend(more),
            (
                Some(Filter::Test(field, Check::LiesIn(area))),
                Filter::Test(other, Check::LiesIn(more)),
            ) if *field == other => *area = area.clone().union(more),
            (_, test) => merged.push(test),
        }
    }
    merged
}

fn related(relation: &str, direction: Direction, filter: Filter) -> Filter {
    Filter::Related { relation: relation.to_owned(), direction, filter: Box::new(filter) }
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn any(filters: impl Iterator<Item = Filter>) -> Filter {
    let mut filters: Vec<Filter> = filters.collect();
    match filters.len() {
        1 => filters.remove(0),
        _ => Filter::Any(filters),
    }
}

fn order(comparison: Comparison) -> Option<Order> {
    Some(match comparison {
        Comparison::Sign(Sign::Equal | Sign::Differs) | Comparison::In | Comparison::NotIn => {
            Order::Equal
        }
        Comparison::Sign(Sign::Less) => Order::Less,
        Comparison::Sign(Sign::LessOrEqual) => Order::LessOrEqual,
        Comparison::Sign(Sign::Greater) => Order::Greater,
        Comparison::Sign(Sign::GreaterOrEqual) => Order::GreaterOrEqual,
        Comparison::Sign(Sign::Like | Sign::Unlike) | Comparison::Under => return None,
    })
}

fn place(found: Option<&PlaceSet>, exactly: bool) -> Option<Check> {
    let found = found?;
    Some(Check::OneOf(if exactly { found.exactly.clone() } else { found.below.clone() }))
}

/// Where something is that is in a region: by that itself, or by its unit.
fn area(found: Option<&PlaceSet>, exactly: bool) -> Option<Check> {
    let found = found?;
    let (regions, answering) = match exactly {
        true => (&found.exactly, &found.answering),
        false => (&found.below, &found.answering_below),
    };
    let ids = |ids: &[String]| ids.iter().cloned().collect();
    let (regions, answering) = (ids(regions), ids(answering));
    let within = Within { regions, answering, ..Within::default() };
    Some(Check::LiesIn(Scope::Within(Arc::new(within))))
}

fn at_value_with(given: &Given) -> impl FnOnce((Text, Option<String>)) -> FilterFault {
    let (at, found) = (given.span.start, given.text.clone());
    move |(expected, nearest)| FilterFault::new(at, found, expected).nearest(nearest)
}

/// One of the words, by its value or by its title.
fn one_of(words: &[(String, Text)], text: &str) -> Result<Check, (Text, Option<String>)> {
    let is = |(word, title): &&(String, Text)| {
        word == text || (!text.is_empty() && (title.en == *text || title.zh == *text))
    };
    if let Some((word, _)) = words.iter().find(is) {
        return Ok(Check::OneOf(vec![word.clone()]));
    }
    let names: Vec<&str> = words.iter().take(30).map(|(word, _)| word.as_str()).collect();
    let expected = Text::new(
        format!("one of {}", names.join(", ")),
        format!("以下之一：{}", names.join("、")),
    );
    Err((expected, nearest(text, words.iter().map(|(word, _)| word.as_str()))))
}

/// The operators that a field of these values takes.
pub(super) fn operators(values: &Values) -> &'static [&'static str] {
    match values {
        Values::Text | Values::Words(_) => &["=", "!=", "~", "!~", "in", "not in"],
        Values::Kind => &["=", "!=", "~", "!~", "in", "not in", "under"],
        Values::Number(_) | Values::Time => &["=", "!=", "<", "<=", ">", ">=", "in", "not in"],
        Values::Flag | Values::Address => &["=", "!=", "in", "not in"],
        Values::Unit | Values::Region => &["=", "!=", "in", "not in", "under"],
    }
}

/// The fault names the field, not the value.
fn no_such_operator(values: &Values, given: &Given) -> FilterFault {
    let operators = operators(values).join(" ");
    let expected = Text::new(
        format!("one of the operators that this field takes: {operators}"),
        format!("该字段支持的运算符：{operators}"),
    );
    FilterFault::new(given.span.start, "", expected)
}
