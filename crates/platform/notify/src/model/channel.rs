use std::str::FromStr;

use kernel::{FieldFault, Id, Text, Time};
use serde_json::{Map, Value};

use super::ChannelSettings;

/// The id of a channel.
pub type ChannelId = Id<Channel>;

/// A way out of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// The bell in the UI, and the browser's desktop notifications.
    InApp,
    /// Mail by SMTP.
    Mail,
    /// Short messages by a gateway that speaks HTTP.
    Sms,
    /// Signed HTTP POST.
    Webhook,
    /// 企业微信 group robot.
    Wecom,
    /// 钉钉 group robot.
    Dingtalk,
    /// 飞书 group robot.
    Feishu,
}

/// A configured way out. Its settings name secrets by id and hold none.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its name, unique in any case.
    pub name: String,
    /// What it is.
    pub kind: ChannelKind,
    /// Its settings, as the kind has them.
    pub settings: Map<String, Value>,
    /// Whether messages go out by it.
    pub enabled: bool,
    /// How many messages go out in a minute at most.
    pub rate_per_minute: u32,
    /// Grows with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed.
    pub updated_at: Time,
}

/// A channel to be made, or what one is to become.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelDraft {
    /// Its name.
    pub name: String,
    /// What it is; never changes.
    pub kind: ChannelKind,
    /// Its settings.
    pub settings: Map<String, Value>,
    /// Whether messages go out by it.
    pub enabled: bool,
    /// How many messages go out in a minute at most; the kind's own limit when `None`.
    pub rate_per_minute: Option<u32>,
}

impl ChannelKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::InApp,
        Self::Mail,
        Self::Sms,
        Self::Webhook,
        Self::Wecom,
        Self::Dingtalk,
        Self::Feishu,
    ];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Webhook => "webhook",
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
            Self::Feishu => "feishu",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::InApp => Text::new("In-app", "站内消息"),
            Self::Mail => Text::new("Mail (SMTP)", "邮件（SMTP）"),
            Self::Sms => Text::new("SMS gateway (HTTP)", "短信网关（HTTP）"),
            Self::Webhook => Text::new("Webhook", "Webhook 回调"),
            Self::Wecom => Text::new("WeCom robot", "企业微信群机器人"),
            Self::Dingtalk => Text::new("DingTalk robot", "钉钉群机器人"),
            Self::Feishu => Text::new("Feishu robot", "飞书群机器人"),
        }
    }

    /// How many messages a minute the far side takes, unless the channel says otherwise.
    ///
    /// Source: 企业微信 and 钉钉 document 20 a minute for a group robot, 飞书 100.
    #[must_use]
    pub const fn rate_per_minute(self) -> u32 {
        match self {
            Self::InApp => Self::RATE_MAX,
            Self::Mail | Self::Webhook => 6_000,
            Self::Sms => 60,
            Self::Wecom | Self::Dingtalk => 20,
            Self::Feishu => 100,
        }
    }

    /// The highest rate a channel may have.
    pub const RATE_MAX: u32 = 60_000;

    /// Whether one address is a group and not a person.
    #[must_use]
    pub const fn is_group(self) -> bool {
        matches!(self, Self::Webhook | Self::Wecom | Self::Dingtalk | Self::Feishu)
    }
}

impl FromStr for ChannelKind {
    type Err = FieldFault;

    fn from_str(name: &str) -> Result<Self, FieldFault> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            let expected = Text::new(format!("one of {names}"), format!("以下之一：{names}"));
            FieldFault::new("kind", name, expected)
        })
    }
}

impl ChannelDraft {
    /// The settings of the draft, checked.
    ///
    /// Errors: every wrong field.
    pub(crate) fn checked(&self) -> Result<ChannelSettings, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let length = self.name.chars().count();
        let plain = self.name.trim() == self.name && !self.name.chars().any(char::is_control);
        if !(1..=100).contains(&length) || !plain {
            let expected = Text::new(
                "1 to 100 characters on one line, without blanks at its ends",
                "1 到 100 个字符，单行，首尾无空格",
            );
            faults.push(FieldFault::new("name", &self.name, expected));
        }
        if let Some(rate) = self.rate_per_minute
            && !(1..=ChannelKind::RATE_MAX).contains(&rate)
        {
            faults.push(FieldFault::new("rate_per_minute", rate, Text::same("1–60000")));
        }
        match ChannelSettings::parse(self.kind, &self.settings) {
            Ok(settings) if faults.is_empty() => Ok(settings),
            Ok(_) => Err(faults),
            Err(wrong) => {
                faults.extend(wrong);
                Err(faults)
            }
        }
    }
}

impl Channel {
    /// What it would be made from.
    pub(crate) fn draft(&self) -> ChannelDraft {
        ChannelDraft {
            name: self.name.clone(),
            kind: self.kind,
            settings: self.settings.clone(),
            enabled: self.enabled,
            rate_per_minute: Some(self.rate_per_minute),
        }
    }
}
