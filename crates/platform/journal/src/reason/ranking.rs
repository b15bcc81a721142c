use std::time::Duration;

use kernel::{ActorKind, Text, Time};

/// A change that may have led to what broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// When it happened.
    pub at: Time,
    /// What happened.
    pub verb: String,
    /// Who did it.
    pub actor: ActorKind,
    /// Relations between the resource it concerns and the one that broke; 0 for itself.
    pub distance: u32,
}

/// How likely a change is to have led to it, and why we think so.
#[derive(Debug, Clone, PartialEq)]
pub struct Rank {
    /// 0 to 1: the product of the other three.
    pub score: f64,
    /// What such a change weighs.
    pub weight: f64,
    /// 1 on the resource itself, a half one relation away, a third two away.
    pub nearness: f64,
    /// 1 at the moment itself, a half a quarter of the window before.
    pub recency: f64,
    /// The same in a sentence.
    pub reason: Text,
}

/// What sort of change a verb names.
struct Class {
    verbs: &'static [&'static str],
    weight: f64,
    en: &'static str,
    zh: &'static str,
}

/// The first class that has the verb, or its noun with the dot, counts.
const CLASSES: [Class; 8] = [
    Class {
        verbs: &["resource.changed", "resource.retired", "change.", "setting.", "kind."],
        weight: 0.9,
        en: "a change of configuration",
        zh: "配置变更",
    },
    Class {
        verbs: &["relation.removed", "relation.created", "resource.merged"],
        weight: 0.8,
        en: "a change of what hangs together",
        zh: "依赖关系变更",
    },
    Class {
        verbs: &["run.", "runbook.", "job.", "backup.", "restore.", "server.", "secret."],
        weight: 0.7,
        en: "an operation",
        zh: "运维操作",
    },
    Class {
        verbs: &["check.created", "check.changed", "check.deleted", "rule.", "silence."],
        weight: 0.4,
        en: "a change of what is watched",
        zh: "监控配置变更",
    },
    Class {
        verbs: &["resource.created", "service.", "discovery."],
        weight: 0.5,
        en: "something new",
        zh: "新增或新发现",
    },
    Class {
        verbs: &["check.", "alert.", "incident."],
        weight: 0.2,
        en: "a symptom",
        zh: "故障现象",
    },
    Class {
        verbs: &["user.", "session.", "token.", "access.", "journal."],
        weight: 0.1,
        en: "a matter of access or keeping",
        zh: "访问与日志事务",
    },
    Class { verbs: &[""], weight: 0.4, en: "another event", zh: "其他事件" },
];

/// What the server does by itself is more often an effect than a cause.
const BY_ITSELF: f64 = 0.7;
/// The part of the window after which a change counts half as much.
const HALF_LIFE: f64 = 0.25;

/// How likely `candidate` is to have led to what broke at `at`; the window before it is `window`.
#[must_use]
pub fn rank(candidate: &Candidate, at: Time, window: Duration) -> Rank {
    let class = class_of(&candidate.verb);
    let people = !matches!(candidate.actor, ActorKind::System);
    let weight = class.weight * if people { 1.0 } else { BY_ITSELF };
    let nearness = 1.0 / (1.0 + f64::from(candidate.distance));
    let age = at.since(candidate.at);
    let half_life_s = (window.as_secs_f64() * HALF_LIFE).max(1.0);
    let recency = 0.5_f64.powf(age.as_secs_f64() / half_life_s);
    let score = rounded(weight * nearness * recency);
    let (weight, recency) = (rounded(weight), rounded(recency));
    let reason = reason(class, candidate, people, age, weight);
    Rank { score, weight, nearness: rounded(nearness), recency, reason }
}

fn class_of(verb: &str) -> &'static Class {
    let fits = |class: &&Class| {
        class.verbs.iter().any(|known| match known.is_empty() || known.ends_with('.') {
            true => verb.starts_with(known),
            false => verb == *known,
        })
    };
    CLASSES.iter().find(fits).expect("the last class has the empty prefix of every verb")
}

fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

fn reason(class: &Class, of: &Candidate, people: bool, age: Duration, weight: f64) -> Text {
    let (who_en, who_zh) = match people {
        true => ("by a person or program", "由人员或程序执行"),
        false => ("by the server itself", "由系统自动产生"),
    };
    let (where_en, where_zh) = match of.distance {
        0 => ("on the resource itself".to_owned(), "就在该资源上".to_owned()),
        1 => ("on a direct neighbour".to_owned(), "在直接关联的资源上".to_owned()),
        far => (format!("{far} relations away"), format!("相隔 {far} 层关系")),
    };
    let (ago_en, ago_zh) = ago(age);
    Text::new(
        format!("{} ({weight}) {who_en}, {where_en}, {ago_en} before", class.en),
        format!("{}（{weight}），{who_zh}，{where_zh}，早于故障{ago_zh}", class.zh),
    )
}

fn ago(age: Duration) -> (String, String) {
    match age.as_secs() {
        s @ 0..=119 => (format!("{s} s"), format!(" {s} 秒")),
        s @ 120..=7_199 => (format!("{} min", s / 60), format!(" {} 分钟", s / 60)),
        s @ 7_200..=172_799 => (format!("{} h", s / 3_600), format!(" {} 小时", s / 3_600)),
        s => (format!("{} days", s / 86_400), format!(" {} 天", s / 86_400)),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const BROKE: Time = Time::from_seconds(1_800_000_000);

    fn candidate(verb: &str, actor: ActorKind, distance: u32, minutes: u64) -> Candidate {
        let at = BROKE.minus(Duration::from_secs(60 * minutes));
        Candidate { at, verb: verb.to_owned(), actor, distance }
    }

    #[test]
    fn order_of_an_ordinary_evening() {
        use ActorKind::{Person, System, Token};
        let mut candidates = [
            candidate("resource.changed", Person, 0, 4),
            candidate("resource.changed", Person, 0, 55),
            candidate("resource.changed", System, 0, 4),
            candidate("resource.changed", Token, 1, 4),
            candidate("relation.removed", Person, 1, 2),
            candidate("check.state_changed", System, 0, 1),
            candidate("user.signed_in", Person, 0, 5),
            candidate("runbook.started", Person, 2, 10),
            candidate("lamp.lit", Person, 0, 30),
        ]
        .map(|candidate| (rank(&candidate, BROKE, HOUR), candidate.verb));
        candidates.sort_by(|a, b| b.0.score.total_cmp(&a.0.score));
        let table: Vec<String> = candidates
            .iter()
            .map(|(rank, verb)| format!("{:.3} {verb}: {}", rank.score, rank.reason.en))
            .collect();
        expect![[r#"
            0.748 resource.changed: a change of configuration (0.9) by a person or program, on the resource itself, 4 min before
            0.524 resource.changed: a change of configuration (0.63) by the server itself, on the resource itself, 4 min before
            0.374 resource.changed: a change of configuration (0.9) by a person or program, on a direct neighbour, 4 min before
            0.365 relation.removed: a change of what hangs together (0.8) by a person or program, on a direct neighbour, 2 min before
            0.147 runbook.started: an operation (0.7) by a person or program, 2 relations away, 10 min before
            0.134 check.state_changed: a symptom (0.14) by the server itself, on the resource itself, 60 s before
            0.100 lamp.lit: another event (0.4) by a person or program, on the resource itself, 30 min before
            0.079 user.signed_in: a matter of access or keeping (0.1) by a person or program, on the resource itself, 5 min before
            0.071 resource.changed: a change of configuration (0.9) by a person or program, on the resource itself, 55 min before"#]]
        .assert_eq(&table.join("\n"));
    }

    #[test]
    fn reason_is_worded_in_chinese_too() {
        let rank = rank(&candidate("relation.removed", ActorKind::Person, 1, 180), BROKE, HOUR);
        let said = "依赖关系变更（0.8），由人员或程序执行，在直接关联的资源上，早于故障 3 小时";
        assert_eq!(rank.reason.zh, said);
    }

    proptest! {
        #[test]
        fn closer_and_later_never_rank_lower(
            verb in "[a-z]{1,8}\\.[a-z]{1,8}", distance in 0_u32..6, minutes in 0_u64..600,
        ) {
            let score = |distance, minutes| {
                rank(&candidate(&verb, ActorKind::Person, distance, minutes), BROKE, HOUR).score
            };
            prop_assert!((0.0..=1.0).contains(&score(distance, minutes)));
            prop_assert!(score(distance, minutes) >= score(distance + 1, minutes));
            prop_assert!(score(distance, minutes) >= score(distance, minutes + 1));
        }
    }
}
