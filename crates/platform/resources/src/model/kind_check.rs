use std::collections::BTreeSet;

use kernel::{FieldFault, Text};

use crate::{
    AttributeDefinition, AttributeType, Kind, Kinds,
    model::{
        input::{is_attribute_name, is_word},
        kind::DEPTH_MAX,
        value,
    },
};

/// A kind defines at most so many attributes of its own.
const ATTRIBUTES_MAX: usize = 150;
/// An enumeration has at most so many values.
const VALUES_MAX: usize = 500;
/// At most so many sets of attributes tell that two are the same.
const RULES_MAX: usize = 10;
/// What identifies besides attributes.
const FIELDS: [&str; 3] = ["name", "unit_id", "region_id"];

/// What is wrong with `kind` (its own part) beside the others, which `kinds` holds as they are.
///
/// `shipped`: the attributes that it was shipped with; they can be extended, not broken.
pub(crate) fn kind_faults(
    kind: &Kind,
    kinds: &Kinds,
    shipped: &[AttributeDefinition],
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if !is_word(&kind.name) {
        let (en, zh) = ("1 to 60 small letters, digits and -", "1 到 60 个小写字母、数字或 -");
        faults.push(FieldFault::new("name", &kind.name, Text::new(en, zh)));
    }
    faults.extend(title_fault("title", &kind.title));
    if !is_word(&kind.icon) {
        let expected = Text::new("the name of an icon", "图标名称");
        faults.push(FieldFault::new("icon", &kind.icon, expected));
    }
    faults.extend(parent_fault(kind, kinds));
    let new = kinds.with(kind);
    if kind.attributes.len() > ATTRIBUTES_MAX {
        let expected = Text::new("at most 150 attributes", "最多 150 个属性");
        faults.push(FieldFault::new("attributes", kind.attributes.len(), expected));
    }
    let mut names = BTreeSet::new();
    for definition in &kind.attributes {
        let field = field(definition, "name");
        if !is_attribute_name(&definition.name) {
            let (en, zh) = ("small letters, digits and _", "小写字母、数字或 _");
            faults.push(FieldFault::new(&field, &definition.name, Text::new(en, zh)));
        } else if !names.insert(definition.name.as_str()) {
            let expected = Text::new("every name once", "名称不可重复");
            faults.push(FieldFault::new(&field, &definition.name, expected));
        }
        faults.extend(definition_faults(definition, &new));
    }
    faults.extend(widened(kind, &new));
    faults.extend(shipped.iter().filter_map(|as_shipped| broken(kind, as_shipped)));
    faults.extend(kind.life_cycle.faults());
    faults.extend(rule_faults(kind, &new));
    faults
}

fn field(definition: &AttributeDefinition, part: &str) -> String {
    let name: String = definition.name.chars().take(60).filter(|c| !c.is_control()).collect();
    format!("attributes.{name}.{part}")
}

fn title_fault(field: &str, title: &Text) -> Option<FieldFault> {
    let fits = |text: &str| {
        (1..=80).contains(&text.trim().chars().count()) && !text.contains(char::is_control)
    };
    let expected = || Text::new("1 to 80 characters in both languages", "中英文各 1 到 80 个字符");
    (!fits(&title.en) || !fits(&title.zh))
        .then(|| FieldFault::new(field, format!("{} / {}", title.en, title.zh), expected()))
}

fn parent_fault(kind: &Kind, kinds: &Kinds) -> Option<FieldFault> {
    let parent = kind.parent.as_deref()?;
    if kinds.own(parent).is_none() {
        return kinds
            .find(parent)
            .err()
            .map(|fault| FieldFault { field: "parent".into(), ..fault });
    }
    if kinds.is_a(parent, &kind.name) || parent == kind.name {
        let expected = Text::new("a kind that is not a case of this one", "不能是自身或其下级类型");
        return Some(FieldFault::new("parent", parent, expected));
    }
    let mut depth = 1;
    let mut at = kinds.own(parent);
    while let Some(above) = at.and_then(|kind| kind.parent.as_deref()) {
        at = kinds.own(above);
        depth += 1;
    }
    let expected = || Text::new("a kind with at most 7 above it", "上级层数不超过 7 的类型");
    (depth > DEPTH_MAX - 1).then(|| FieldFault::new("parent", parent, expected()))
}

/// Notes what is wrong with one part of a definition.
struct Noted<'d> {
    definition: &'d AttributeDefinition,
    faults: Vec<FieldFault>,
}

impl Noted<'_> {
    fn note(&mut self, part: &str, found: impl std::fmt::Display, en: &str, zh: &str) {
        let field = field(self.definition, part);
        self.faults.push(FieldFault::new(field, found, Text::new(en, zh)));
    }
}

fn definition_faults(definition: &AttributeDefinition, kinds: &Kinds) -> Vec<FieldFault> {
    let title = title_fault(&field(definition, "title"), &definition.title);
    let mut noted = Noted { definition, faults: title.into_iter().collect() };
    note_values(&mut noted);
    let referring = definition.r#type == AttributeType::Reference;
    match &definition.refers_to {
        Some(kind) if !referring || kinds.own(kind).is_none() => {
            let (en, zh) = ("a kind, for references only", "已有类型，仅引用类型填写");
            noted.note("refers_to", kind, en, zh);
        }
        _ => {}
    }
    note_bounds(&mut noted);
    if definition.unique && (definition.list || definition.r#type == AttributeType::Text) {
        let (en, zh) = ("single values of one line", "仅单值且非多行文本可设唯一");
        noted.note("unique", true, en, zh);
    }
    if let Some(default) = &definition.default
        && let Err(expected) = value::checked(definition, default)
    {
        let fault = FieldFault::new(field(definition, "default"), default, expected);
        noted.faults.push(fault);
    }
    noted.faults
}

fn note_values(noted: &mut Noted<'_>) {
    let definition = noted.definition;
    let enumerated = definition.r#type == AttributeType::Enumeration;
    if enumerated == definition.values.is_empty() || definition.values.len() > VALUES_MAX {
        let (en, zh) = ("1 to 500 values, for enumerations only", "仅枚举类型填写，1 到 500 个值");
        noted.note("values", definition.values.len(), en, zh);
    }
    let mut seen = BTreeSet::new();
    for known in &definition.values {
        let length = known.value.chars().count();
        if !(1..=100).contains(&length) || !seen.insert(known.value.as_str()) {
            let (en, zh) = ("1 to 100 characters, each once", "1 到 100 个字符，不可重复");
            noted.note("values", &known.value, en, zh);
        }
    }
}

fn note_bounds(noted: &mut Noted<'_>) {
    let definition = noted.definition;
    let textual = definition.r#type.is_textual();
    if let Some(pattern) = &definition.pattern
        && (!textual || pattern.len() > 500 || value::compiled(pattern).is_err())
    {
        let (en, zh) = ("a regular expression, for text only", "正则表达式，仅文本类型填写");
        noted.note("pattern", pattern, en, zh);
    }
    let bounded = definition.r#type.is_numeric() || textual;
    let (min, max) = (definition.min, definition.max);
    if (min.is_some() || max.is_some()) && !bounded {
        let (en, zh) = ("bounds for numbers and text only", "仅数字和文本可设上下限");
        noted.note("min", "", en, zh);
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        noted.note("min", min, "not more than max", "不大于最大值");
    }
}

/// Attributes that a parent defines may be narrowed, not widened.
fn widened(kind: &Kind, kinds: &Kinds) -> Vec<FieldFault> {
    let Some(parent) = kind.parent.as_deref().and_then(|parent| kinds.find(parent).ok()) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for own in &kind.attributes {
        let Some(above) = parent.attribute(&own.name) else { continue };
        let narrower_type = own.r#type == above.r#type
            || (above.r#type == AttributeType::Number && own.r#type == AttributeType::Integer);
        let within = |part: &str, holds: bool| {
            let expected = Text::new(
                format!("not wider than in {}", parent.name),
                format!("不得宽于上级类型 {} 的定义", parent.name),
            );
            (!holds).then(|| FieldFault::new(field(own, part), own.r#type.name(), expected))
        };
        let known = |value| above.values.contains(value);
        let led = |above: &str| own.refers_to.as_deref().is_some_and(|own| kinds.is_a(own, above));
        faults.extend(within("type", narrower_type && own.list == above.list));
        faults.extend(within("values", own.values.iter().all(known)));
        faults.extend(within("required", own.required || !above.required));
        faults.extend(within("unique", own.unique || !above.unique));
        faults.extend(within("refers_to", above.refers_to.as_deref().is_none_or(led)));
        let low = above.min.is_none_or(|above| own.min.is_some_and(|own| own >= above));
        let high = above.max.is_none_or(|above| own.max.is_some_and(|own| own <= above));
        faults.extend(within("min", low));
        faults.extend(within("max", high));
    }
    faults
}

/// What a change breaks of an attribute that was shipped.
fn broken(kind: &Kind, shipped: &AttributeDefinition) -> Option<FieldFault> {
    let expected = Text::new(
        "as shipped: shipped attributes can be extended and retired, not removed or narrowed",
        "与内置定义一致：内置属性可以扩展或停用，不能删除或收窄",
    );
    let fault = |part: &str| Some(FieldFault::new(field(shipped, part), &kind.name, expected));
    let Some(own) = kind.attributes.iter().find(|own| own.name == shipped.name) else {
        return fault("name");
    };
    if own.r#type != shipped.r#type || own.list != shipped.list {
        return fault("type");
    }
    if own.unit != shipped.unit {
        return fault("unit");
    }
    let kept =
        |known: &crate::EnumerationValue| own.values.iter().any(|value| value.value == known.value);
    if !shipped.values.iter().all(kept) {
        return fault("values");
    }
    None
}

fn rule_faults(kind: &Kind, kinds: &Kinds) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let Ok(whole) = kinds.find(&kind.name) else { return faults };
    let known = |name: &str| FIELDS.contains(&name) || whole.attribute(name).is_some();
    let fault = |field: &str, found: &str| {
        let expected = Text::new("one of the kind's attributes", "该类型的属性之一");
        FieldFault::new(field, found, expected)
    };
    if kind.identification.len() > RULES_MAX {
        let expected = Text::new("at most 10 rules", "最多 10 条规则");
        faults.push(FieldFault::new("identification", kind.identification.len(), expected));
    }
    for rule in &kind.identification {
        if rule.is_empty() || rule.len() > 5 {
            let expected = Text::new("1 to 5 attributes a rule", "每条规则 1 到 5 个属性");
            faults.push(FieldFault::new("identification", rule.join("+"), expected));
        }
        let unknown = rule.iter().filter(|name| !known(name));
        faults.extend(unknown.map(|name| fault("identification", name)));
    }
    let unknown = kind.authority.attributes.keys().filter(|name| !known(name));
    faults.extend(unknown.map(|name| fault("authority", name)));
    faults
}

#[cfg(test)]
#[path = "kind_check_tests.rs"]
mod tests;
