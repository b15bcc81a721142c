use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};

use crate::model::input::is_word;

/// A kind of relation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RelationKind {
    /// Its name: `runs-on`.
    pub name: String,
    /// How it reads from its source: "runs on".
    pub forward: Text,
    /// How it reads from its target: "runs".
    pub backward: Text,
    /// The kinds that its sources are of, special cases included; empty: any.
    pub source_kinds: Vec<String>,
    /// The kinds that its targets are of.
    pub target_kinds: Vec<String>,
    /// How many targets a source has.
    pub targets: Cardinality,
    /// How many sources a target has.
    pub sources: Cardinality,
    /// Whether following it never leads back.
    pub acyclic: bool,
    /// What becomes of the source when the target is retired.
    pub on_retirement: OnRetirement,
    /// Which way a failure goes along it.
    pub failure: FailureDirection,
    /// How much of it counts, in percent, where a relation says nothing else.
    pub weight: i64,
    /// Whether a source that belongs nowhere belongs where its target does.
    pub gives_place: bool,
    /// Whether it came with Mainstay.
    pub shipped: bool,
    /// Whether no new relations of it are made.
    pub retired: bool,
    /// Grows by one with every change.
    pub version: i64,
}

/// How many there are at an end of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Cardinality {
    /// Any number.
    #[default]
    #[serde(rename = "n")]
    Many,
    /// At most one.
    #[serde(rename = "0..1")]
    Optional,
    /// One: the last one is replaced, not removed.
    #[serde(rename = "1")]
    One,
}

/// What becomes of a relation and its source when its target is retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnRetirement {
    /// Nothing: the relation stays.
    #[default]
    Nothing,
    /// The target cannot be retired while the relation is there.
    Refuse,
    /// The relation ends.
    End,
    /// The source is retired, too.
    Retire,
}

/// Which way a failure goes along a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureDirection {
    /// When the target fails, the source does.
    #[default]
    ToSource,
    /// When the source fails, the target does.
    ToTarget,
    /// Both ways.
    Both,
    /// It does not.
    None,
}

impl Cardinality {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Many => "n",
            Self::Optional => "0..1",
            Self::One => "1",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Many, Self::Optional, Self::One].into_iter().find(|known| known.name() == name)
    }
}

impl OnRetirement {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Refuse => "refuse",
            Self::End => "end",
            Self::Retire => "retire",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Nothing, Self::Refuse, Self::End, Self::Retire];
        all.into_iter().find(|known| known.name() == name)
    }
}

impl FailureDirection {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToSource => "to-source",
            Self::ToTarget => "to-target",
            Self::Both => "both",
            Self::None => "none",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::ToSource, Self::ToTarget, Self::Both, Self::None];
        all.into_iter().find(|known| known.name() == name)
    }
}

impl RelationKind {
    /// What is wrong with it, given the names of the kinds there are.
    pub(crate) fn faults(&self, kinds: &[&str]) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, found: &str, en: &str, zh: &str| {
            faults.push(FieldFault::new(field, found, Text::new(en, zh)));
        };
        if !is_word(&self.name) {
            let (en, zh) = ("1 to 60 small letters, digits and -", "1 到 60 个小写字母、数字或 -");
            fault("name", &self.name, en, zh);
        }
        for (field, text) in [("forward", &self.forward), ("backward", &self.backward)] {
            let fits = |text: &str| (1..=80).contains(&text.trim().chars().count());
            if !fits(&text.en) || !fits(&text.zh) {
                let (en, zh) = ("a wording in both languages", "中英文表述均需填写");
                fault(field, &text.en, en, zh);
            }
        }
        for (field, named) in
            [("source_kinds", &self.source_kinds), ("target_kinds", &self.target_kinds)]
        {
            for name in named.iter().filter(|name| !kinds.contains(&name.as_str())) {
                fault(field, name, &kinds.join(", "), &kinds.join(", "));
            }
        }
        if !(0..=100).contains(&self.weight) {
            fault("weight", &self.weight.to_string(), "0 to 100", "0 到 100");
        }
        faults
    }

    /// What a change from `self` to `next` would break of what came with Mainstay.
    pub(crate) fn broken_by(&self, next: &Self) -> Vec<FieldFault> {
        if !self.shipped {
            return Vec::new();
        }
        let expected = || Text::new("as shipped", "与内置定义一致");
        let mut faults = Vec::new();
        if self.acyclic && !next.acyclic {
            faults.push(FieldFault::new("acyclic", next.acyclic, expected()));
        }
        if self.targets != next.targets {
            faults.push(FieldFault::new("targets", next.targets.name(), expected()));
        }
        if self.sources != next.sources {
            faults.push(FieldFault::new("sources", next.sources.name(), expected()));
        }
        faults
    }
}
