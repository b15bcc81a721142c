use kernel::{Text, Time};
use serde::{Deserialize, Serialize};

use crate::model::cause::Certainty;

/// A resource that is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Named {
    /// Its id.
    pub(crate) id: String,
    /// What it is called.
    pub(crate) name: String,
}

/// One step from what failed to what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// The one in need.
    pub(crate) resource: Named,
    /// What it needs.
    pub(crate) needs: Named,
    /// By which kind of relation.
    pub(crate) relation: String,
    /// How many of what it needs still work.
    pub(crate) working: usize,
    /// Of how many.
    pub(crate) of: usize,
}

/// Why one alert follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Story {
    /// The alert.
    pub(crate) alert_id: String,
    /// What it is about.
    pub(crate) resource: Named,
    /// The steps, what failed first.
    pub(crate) steps: Vec<Step>,
}

/// A change near the cause before it failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// Its number in the journal.
    pub(crate) seq: i64,
    /// What happened.
    pub(crate) verb: String,
    /// By whom.
    pub(crate) actor: String,
    /// When.
    pub(crate) at: Time,
    /// On what.
    pub(crate) resource: Named,
    /// Why it may have led to it.
    pub(crate) reason: Text,
}

/// Why something is the cause of an incident, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Verdict {
    /// The cause; none where the alerts are about no resource.
    pub(crate) cause: Option<Named>,
    /// Since when it fails, as far as is known.
    pub(crate) since: Option<Time>,
    /// Open and past alerts in the incident.
    pub(crate) alerts: usize,
    /// Those that follow from the cause.
    pub(crate) follow: usize,
    /// How many seconds the cause came before the first that follows; negative: it was seen later.
    pub(crate) lead_s: Option<i64>,
    /// Why alerts follow, of the first ones.
    pub(crate) stories: Vec<Story>,
    /// Others without whose failure all would be well.
    pub(crate) also: Vec<Named>,
    /// What else it may be, the likeliest first.
    pub(crate) others: Vec<Named>,
    /// What was changed near it before, the likeliest cause first.
    pub(crate) changes: Vec<Change>,
}

/// How often somebody was told that something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TimesTold {
    /// By messages.
    pub(crate) messages: usize,
    /// By chains of escalation that were called.
    pub(crate) calls: usize,
}

impl TimesTold {
    /// Both together.
    pub(crate) const fn times(self) -> usize {
        self.messages + self.calls
    }

    /// What went out, in words.
    fn words(self) -> Text {
        let times = |count: usize| if count == 1 { "" } else { "s" };
        let (messages, calls) = (self.messages, self.calls);
        let (were, s) = (if calls == 1 { "was" } else { "were" }, times(calls));
        let called = Text::new(
            format!("{calls} escalation chain{s} {were} called"),
            format!("启动升级呼叫 {calls} 次"),
        );
        let sent = Text::new(
            format!("{messages} message{} went out", times(messages)),
            format!("发送 {messages} 条消息"),
        );
        match (messages, calls) {
            (_, 0) => sent,
            (0, _) => called,
            _ => Text::new(
                format!("{} and {}", sent.en, called.en),
                format!("{}，{}", sent.zh, called.zh),
            ),
        }
    }
}

/// How much of an incident somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Alerts in it.
    pub(crate) alerts: usize,
    /// Of these, those that only follow.
    pub(crate) follow: usize,
    /// Whether more is in it than they see.
    pub(crate) beyond: bool,
}

/// A sentence of a verdict, and the resources it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) text: Text,
    pub(crate) about: Vec<String>,
}

impl Verdict {
    /// All that is in the incident.
    pub(crate) const fn tally(&self) -> Tally {
        Tally { alerts: self.alerts, follow: self.follow, beyond: false }
    }

    /// The verdict in words: what would have been told and what was, and why; as far as whoever
    /// reads it sees of the incident.
    ///
    /// `told`: how often somebody was told that something is wrong.
    pub(crate) fn sentences(
        &self,
        certainty: Certainty,
        (seen, told): (Tally, TimesTold),
    ) -> Vec<Sentence> {
        let mut found = vec![told_of(seen, told)];
        if seen.beyond {
            let text = Text::new(
                "More is in this incident than you may see.",
                "该故障还涉及您权限范围之外的告警。",
            );
            found.push(Sentence { text, about: Vec::new() });
        }
        found.extend(self.why(certainty, seen.follow));
        if !self.also.is_empty() {
            let names: Vec<&str> = self.also.iter().map(|one| one.name.as_str()).collect();
            let text = Text::new(
                format!("One of a group would do: {} had failed, too.", names.join(", ")),
                format!("冗余组内的其他成员此前也已故障：{}。", names.join("、")),
            );
            let about = self.also.iter().map(|one| one.id.clone()).collect();
            found.push(Sentence { text, about });
        }
        found
    }

    fn why(&self, certainty: Certainty, follow: usize) -> Option<Sentence> {
        let cause = self.cause.as_ref()?;
        let name = &cause.name;
        let text = match certainty {
            Certainty::Corrected => Text::new(
                format!("{name} is the cause: a person said so."),
                format!("根因为 {name}（人工指定）。"),
            ),
            Certainty::Suspected => Text::new(
                format!(
                    "{name} is the likely cause: it has no alert of its own, but {follow} alerts \
                     on what depends on it began at once."
                ),
                format!(
                    "{name} 很可能是根因：其自身没有告警，但依赖它的资源同时产生了 {follow} 条告警。"
                ),
            ),
            Certainty::Observed if follow == 0 => Text::new(
                format!("Nothing that {name} depends on is known to have failed."),
                format!("{name} 所依赖的资源均未发现故障。"),
            ),
            Certainty::Observed => {
                let (en, zh) = self.lead();
                Text::new(
                    format!("{follow} of them depend on {name}, which failed {en}."),
                    format!("其中 {follow} 条所涉资源依赖 {name}，后者{zh}。"),
                )
            }
        };
        Some(Sentence { text, about: vec![cause.id.clone()] })
    }

    fn lead(&self) -> (String, String) {
        match self.lead_s {
            Some(0) | None => ("at the same time".to_owned(), "同时发生故障".to_owned()),
            Some(lead) if lead > 0 => {
                (format!("{lead} s before the first of them"), format!("早 {lead} 秒发生故障"))
            }
            Some(late) => (
                format!("and was noticed {} s after the first of them", -late),
                format!("的故障在其首条告警 {} 秒后被发现", -late),
            ),
        }
    }
}

fn told_of(seen: Tally, told: TimesTold) -> Sentence {
    let (count, words) = (seen.alerts, told.words());
    let alerts = if count == 1 { "alert" } else { "alerts" };
    let text = Text::new(
        format!("{count} {alerts} would each have told somebody; {}.", words.en),
        format!("若逐条通知需发送 {count} 次，实际{}。", words.zh),
    );
    Sentence { text, about: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdict_says_what_would_have_been_told_and_why() {
        let cause = Named { id: "1".to_owned(), name: "core-sw-2".to_owned() };
        let verdict = Verdict {
            cause: Some(cause),
            alerts: 214,
            follow: 213,
            lead_s: Some(40),
            ..Verdict::default()
        };
        let said = |certainty| {
            let told = TimesTold { messages: 1, calls: 0 };
            let sentences = verdict.sentences(certainty, (verdict.tally(), told));
            sentences.into_iter().map(|one| one.text.en).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            said(Certainty::Observed),
            "214 alerts would each have told somebody; 1 message went out. 213 of them depend on \
             core-sw-2, which failed 40 s before the first of them."
        );
        assert!(said(Certainty::Suspected).contains("core-sw-2 is the likely cause"));
        assert!(said(Certainty::Corrected).ends_with("a person said so."));
    }

    #[test]
    fn calls_of_chains_are_not_called_messages() {
        for (messages, calls, en, zh) in [
            (0, 0, "0 messages went out", "发送 0 条消息"),
            (2, 0, "2 messages went out", "发送 2 条消息"),
            (0, 1, "1 escalation chain was called", "启动升级呼叫 1 次"),
            (0, 2, "2 escalation chains were called", "启动升级呼叫 2 次"),
            (
                1,
                2,
                "1 message went out and 2 escalation chains were called",
                "发送 1 条消息，启动升级呼叫 2 次",
            ),
        ] {
            assert_eq!(TimesTold { messages, calls }.words(), Text::new(en, zh));
        }
    }
}
