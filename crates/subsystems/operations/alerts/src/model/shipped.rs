use kernel::Text;

use super::{
    condition::{
        CheckStateCondition, Condition, Derive, Operator, ProblemState, ThresholdCondition,
    },
    rule::RuleDraft,
    severity::Severity,
    shipped_machine::MACHINE,
    shipped_storage::STORAGE,
};

/// A rule that comes with the product: known by its key, which is never renamed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shipped {
    /// Its key.
    pub(crate) key: &'static str,
    /// Its name: English, 中文.
    pub(crate) name: [&'static str; 2],
    /// What it means and what to do: English, 中文.
    pub(crate) summary: [&'static str; 2],
    /// How bad it is.
    pub(crate) severity: Severity,
    /// When it holds.
    pub(crate) condition: ShippedCondition,
}

/// When a shipped rule holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ShippedCondition {
    /// A check is certainly in any state that is a problem.
    AnyProblem,
    /// A value is beyond a limit.
    Threshold {
        /// Which series.
        selector: &'static str,
        /// What is read of them, and over how many seconds.
        derive: (Derive, u32),
        /// The limit.
        limit: (Operator, f64),
        /// The limit behind which the alert closes.
        clear: f64,
        /// How long it must hold, in seconds.
        for_s: u32,
    },
}

/// Rules about checks.
const CHECKS: [Shipped; 3] = [
    Shipped {
        key: "check-problem",
        name: ["Check has a problem", "检查发现问题"],
        summary: [
            "A check failed as often as it was told to try. The check's own summary says what it \
             found; its page has the figures.",
            "检查已按设定的次数重试仍未通过。检查的摘要说明了原因，检查页面有各项数值。",
        ],
        severity: Severity::Critical,
        condition: ShippedCondition::AnyProblem,
    },
    Shipped {
        key: "certificate-expiring",
        name: ["Certificate expires within 14 days", "证书将在 14 天内到期"],
        summary: [
            "Renew the certificate and install it on the service. Browsers and clients refuse an \
             expired one.",
            "请续签证书并部署到该服务。证书过期后浏览器和客户端会拒绝连接。",
        ],
        severity: Severity::Warning,
        condition: CERTIFICATE_14,
    },
    Shipped {
        key: "certificate-expiring-now",
        name: ["Certificate expires within 3 days", "证书将在 3 天内到期"],
        summary: [
            "Renew the certificate today: the service will be refused when it has expired.",
            "请今天就续签证书，过期后该服务将无法访问。",
        ],
        severity: Severity::Critical,
        condition: CERTIFICATE_3,
    },
];

const CERTIFICATE_DAYS: &str = "mainstay_check_figure{label=\"certificate_days\"}";

// Certificates are looked at as rarely as once an hour: the window holds two such points.
const CERTIFICATE_14: ShippedCondition = ShippedCondition::Threshold {
    selector: CERTIFICATE_DAYS,
    derive: (Derive::Last, 7200),
    limit: (Operator::Below, 14.0),
    clear: 14.0,
    for_s: 0,
};

const CERTIFICATE_3: ShippedCondition = ShippedCondition::Threshold {
    selector: CERTIFICATE_DAYS,
    derive: (Derive::Last, 7200),
    limit: (Operator::Below, 3.0),
    clear: 3.0,
    for_s: 0,
};

/// All rules that come with the product.
pub(crate) fn all() -> impl Iterator<Item = &'static Shipped> {
    CHECKS.iter().chain(&STORAGE).chain(&MACHINE)
}

impl Shipped {
    /// The rule as it is on a new installation.
    pub(crate) fn content(&self) -> RuleDraft {
        let [name_en, name_zh] = self.name;
        let [summary_en, summary_zh] = self.summary;
        RuleDraft {
            name: Text::new(name_en, name_zh),
            summary: Text::new(summary_en, summary_zh),
            severity: self.severity,
            condition: self.condition.whole(),
            enabled: true,
        }
    }
}

impl ShippedCondition {
    fn whole(self) -> Condition {
        match self {
            Self::AnyProblem => Condition::CheckState(CheckStateCondition {
                states: ProblemState::ALL.to_vec(),
                protocols: Vec::new(),
            }),
            Self::Threshold { selector, derive, limit, clear, for_s } => {
                Condition::Threshold(ThresholdCondition {
                    selector: selector.to_owned(),
                    derive: derive.0,
                    window_s: derive.1,
                    operator: limit.0,
                    threshold: limit.1,
                    clear_threshold: (clear.to_bits() != limit.1.to_bits()).then_some(clear),
                    for_s,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_shipped_rule_is_valid_and_has_its_own_key_and_name() {
        let mut seen = BTreeSet::new();
        for shipped in all() {
            let content = shipped.content();
            assert_eq!(content.faults(), [], "{}", shipped.key);
            assert!(!content.summary.en.is_empty() && !content.summary.zh.is_empty());
            assert!(seen.insert(shipped.key) && seen.insert(shipped.name[0]), "{}", shipped.key);
        }
    }
}
