use notify::ShippedTemplate;

/// The templates of what people are told.
pub const TEMPLATES: [ShippedTemplate; 3] = [
    ShippedTemplate {
        name: "incident.open",
        title: ("An incident is open", "故障通知"),
        en: (
            "[{{ severity.en }}] {{ title.en }}{% if occasion == 'worse' %} (worse){% elif \
             occasion == 'repeated' %} (nobody cares for it yet){% elif occasion == 'left' %} (alerts are \
             left){% endif %}",
            "{{ title.en }}\nSeverity: {{ severity.en }}\nSince: {{ opened_at }}\n\n{{ verdict.en \
             }}\n",
            "",
        ),
        zh: (
            "【{{ severity.zh }}】{{ title.zh }}{% if occasion == 'worse' %}（级别上升）{% elif \
             occasion == 'repeated' %}（尚未确认）{% elif occasion == 'left' %}（仍有告警未恢复）\
             {% endif %}",
            "{{ title.zh }}\n级别：{{ severity.zh }}\n开始时间：{{ opened_at }}\n\n{{ verdict.zh }}\n",
            "",
        ),
        sample: r#"{"title": {"en": "core-sw-2: ping is critical", "zh": "core-sw-2：ping：严重"},
            "severity": {"en": "critical", "zh": "严重"}, "occasion": "opened",
            "opened_at": "2026-01-31T08:00:00Z",
            "verdict": {"en": "213 of them depend on core-sw-2.", "zh": "其中 213 条依赖 core-sw-2。"}}"#,
    },
    ShippedTemplate {
        name: "incident.resolved",
        title: ("An incident is over", "故障恢复通知"),
        en: (
            "[resolved] {{ title.en }}",
            "{{ title.en }}\nIt is over since {{ closed_at }}; it began at {{ opened_at }}.\n",
            "",
        ),
        zh: (
            "【已恢复】{{ title.zh }}",
            "{{ title.zh }}\n已于 {{ closed_at }} 恢复，开始于 {{ opened_at }}。\n",
            "",
        ),
        sample: r#"{"title": {"en": "core-sw-2: ping is critical", "zh": "core-sw-2：ping：严重"},
            "severity": {"en": "critical", "zh": "严重"}, "occasion": "resolved",
            "opened_at": "2026-01-31T08:00:00Z", "closed_at": "2026-01-31T09:00:00Z",
            "verdict": {"en": "", "zh": ""}}"#,
    },
    ShippedTemplate {
        name: "heartbeat",
        title: ("The heartbeat: notifications arrive", "心跳：通知可以送达"),
        en: (
            "Heartbeat of {{ at }}",
            "Everything that leads from a sample to this message works.\nThe next one comes within \
             {{ interval_s }} s.\n",
            "",
        ),
        zh: (
            "心跳 {{ at }}",
            "从采样到发出本消息的全部环节工作正常。\n下一条将在 {{ interval_s }} 秒内发出。\n",
            "",
        ),
        sample: r#"{"at": "2026-01-31T08:00:00Z", "interval_s": 3600}"#,
    },
];
