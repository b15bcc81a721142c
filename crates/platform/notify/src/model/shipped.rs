use super::ShippedTemplate;

/// The templates that come with messages themselves; subsystems bring their own.
pub(crate) const SHIPPED: [ShippedTemplate; 2] = [
    ShippedTemplate {
        name: "notify.test",
        title: ("Test of a channel", "通知渠道测试"),
        en: (
            "Test message from Mainstay",
            "This is a test of the channel “{{ channel }}”, sent by {{ sender }} at {{ at }}.\n\
             If you can read it, the channel works.\n",
            "<p>This is a test of the channel <b>{{ channel }}</b>, sent by {{ sender }} at \
             {{ at }}.</p><p>If you can read it, the channel works.</p>\n",
        ),
        zh: (
            "砥柱测试消息",
            "这是对通知渠道“{{ channel }}”的测试，由 {{ sender }} 于 {{ at }} 发送。\n\
             能看到这条消息，说明通知渠道可用。\n",
            "<p>这是对通知渠道 <b>{{ channel }}</b> 的测试，由 {{ sender }} 于 {{ at }} 发送。</p>\
             <p>能看到这条消息，说明通知渠道可用。</p>\n",
        ),
        sample: r#"{"channel": "mail", "sender": "Ada", "at": "2026-01-31T08:00:00Z"}"#,
    },
    ShippedTemplate {
        name: "message.plain",
        title: ("Plain message", "普通消息"),
        en: ("{{ subject }}", "{{ text }}\n", ""),
        zh: ("{{ subject }}", "{{ text }}\n", ""),
        sample: r#"{"subject": "Maintenance tonight", "text": "From 22:00 to 23:00."}"#,
    },
];
