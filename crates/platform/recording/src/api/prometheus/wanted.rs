use std::sync::Arc;

use kernel::{Fault, Text};
use rules::Rule;
use tsdb::Selector;
use url::form_urlencoded;

use crate::live::GroupStatus;

/// Most parameters of a request.
const PARAMS_MAX: usize = 1_000;

/// Which groups and rules are asked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    kind: Option<Kind>,
    names: Vec<String>,
    groups: Vec<String>,
    files: Vec<String>,
    selectors: Vec<Selector>,
    pub(super) excludes_alerts: bool,
    limit: usize,
    token: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Alert,
    Record,
}

fn wrong(parameter: &str, found: &str, expected: Text) -> Fault {
    Fault::invalid(parameter, found, expected)
}

impl Wanted {
    pub(super) fn read(query: &str) -> Result<Self, Fault> {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).take(PARAMS_MAX) {
            let value = value.into_owned();
            match &*name {
                "type" => {
                    wanted.kind = match value.as_str() {
                        "" => None,
                        "alert" => Some(Kind::Alert),
                        "record" => Some(Kind::Record),
                        _ => return Err(wrong("type", &value, Text::same("alert, record"))),
                    };
                }
                "rule_name[]" => wanted.names.push(value),
                "rule_group[]" => wanted.groups.push(value),
                "file[]" => wanted.files.push(value),
                "match[]" => {
                    let selector = Selector::parse(&value).map_err(|error| {
                        let said = error.to_string();
                        wrong("match[]", &value, Text::same(said))
                    })?;
                    wanted.selectors.push(selector);
                }
                "exclude_alerts" => {
                    wanted.excludes_alerts = match value.as_str() {
                        "true" | "1" => true,
                        "false" | "0" | "" => false,
                        _ => return Err(wrong(&name, &value, Text::same("true, false"))),
                    };
                }
                "group_limit" => {
                    let limit = value.parse().ok().filter(|limit: &usize| *limit > 0);
                    let expected = Text::new("a number from 1 on", "不小于 1 的数");
                    wanted.limit = limit.ok_or_else(|| wrong(&name, &value, expected))?;
                }
                "group_next_token" => wanted.token = value,
                _ => {}
            }
        }
        if wanted.limit == 0 && !wanted.token.is_empty() {
            let expected = Text::new("group_limit beside it", "同时给出 group_limit");
            return Err(wrong("group_next_token", &wanted.token, expected));
        }
        Ok(wanted)
    }

    /// The groups of the page asked for, and where the next one begins.
    pub(super) fn page(
        &self,
        statuses: Vec<Arc<GroupStatus>>,
    ) -> Result<(Vec<Arc<GroupStatus>>, Option<String>), Fault> {
        let named = |list: &[String], name: &String| list.is_empty() || list.contains(name);
        let mut groups: Vec<_> = statuses
            .into_iter()
            .filter(|group| named(&self.groups, &group.name) && named(&self.files, &group.file))
            // A group of which no rule is wanted is not shown.
            .filter(|group| {
                !self.chooses() || group.rules.iter().any(|rule| self.takes(&rule.rule))
            })
            .collect();
        if self.limit == 0 {
            return Ok((groups, None));
        }
        if !self.token.is_empty() {
            let at = groups.iter().position(|group| token(group) == self.token);
            let expected = Text::new("the token of the page before", "上一页给出的 token");
            let at = at.ok_or_else(|| wrong("group_next_token", &self.token, expected))?;
            groups.drain(..at);
        }
        let next = groups.get(self.limit).map(|group| token(group));
        groups.truncate(self.limit);
        Ok((groups, next))
    }

    /// Whether a rule is asked for.
    pub(super) fn takes(&self, rule: &Rule) -> bool {
        let kind = if rule.is_recording() { Kind::Record } else { Kind::Alert };
        let matches = |selector: &Selector| {
            let label = |name: &str| rule.labels.get(name).map_or("", String::as_str);
            selector.matchers().iter().all(|matcher| matcher.accepts(label(matcher.name())))
        };
        self.kind.is_none_or(|wanted| wanted == kind)
            && (self.names.is_empty() || self.names.contains(&rule.name))
            && (self.selectors.is_empty() || self.selectors.iter().any(matches))
    }

    /// Whether only some rules are asked for.
    fn chooses(&self) -> bool {
        self.kind.is_some() || !self.names.is_empty() || !self.selectors.is_empty()
    }
}

/// Where a page begins: the file and the name of its first group, so that it stays what it is
/// while groups come and go.
fn token(group: &GroupStatus) -> String {
    let text = format!("{};{}", group.file, group.name);
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}
