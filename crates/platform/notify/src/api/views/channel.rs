use http_kit::TextView;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    Channel, ChannelDraft, ChannelKind, NotifyError,
    actions::ChannelStanding,
    model::{Field, FieldShape, fields_of},
};

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub(crate) struct ChannelView {
    id: String,
    name: String,
    /// `in_app`, `mail`, `sms`, `webhook`, `wecom`, `dingtalk` or `feishu`.
    kind: &'static str,
    /// As the kind has them; secrets are named by id.
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    enabled: bool,
    rate_per_minute: u32,
    /// Whether it failed so often in a row that it is left alone for a while.
    left_alone: bool,
    /// Deliveries that wait for it.
    waiting: i64,
    version: i64,
    created_at: String,
    updated_at: String,
}

/// A channel to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewChannel)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelBody {
    /// Unique in any case.
    name: String,
    /// `mail`, `sms`, `webhook`, `wecom`, `dingtalk` or `feishu`.
    kind: String,
    /// As the kind has them: see `/api/v1/channel-kinds`.
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// True when not given.
    enabled: Option<bool>,
    /// What the far side takes, when not given.
    rate_per_minute: Option<u32>,
}

/// A change of a channel; what is not given stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ChannelChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelChangeBody {
    name: Option<String>,
    /// All of them.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
    enabled: Option<bool>,
    rate_per_minute: Option<u32>,
}

/// A test of a channel.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ChannelTest)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelTestBody {
    /// To whom, for mail and SMS.
    pub(crate) address: Option<String>,
}

/// A kind of channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelKind)]
pub(crate) struct ChannelKindView {
    name: &'static str,
    title: TextView,
    /// Whether one address is a group and not a person.
    group: bool,
    rate_per_minute: u32,
    fields: Vec<ChannelFieldView>,
}

/// A setting of a kind of channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelField)]
pub(crate) struct ChannelFieldView {
    name: &'static str,
    title: TextView,
    /// `text`, `long_text`, `number`, `choice`, `secret`, `texts`, `secrets` or `object`.
    shape: &'static str,
    /// For `choice`: which.
    choices: Vec<&'static str>,
    required: bool,
}

impl ChannelView {
    pub(crate) fn of(channel: Channel, standing: ChannelStanding) -> Self {
        Self {
            id: channel.id.to_string(),
            name: channel.name,
            kind: channel.kind.name(),
            settings: channel.settings,
            enabled: channel.enabled,
            rate_per_minute: channel.rate_per_minute,
            left_alone: standing.left_alone,
            waiting: standing.waiting,
            version: channel.version,
            created_at: channel.created_at.to_string(),
            updated_at: channel.updated_at.to_string(),
        }
    }
}

impl ChannelBody {
    pub(crate) fn read(self) -> Result<ChannelDraft, NotifyError> {
        Ok(ChannelDraft {
            kind: self.kind.parse()?,
            name: self.name,
            settings: self.settings,
            enabled: self.enabled.unwrap_or(true),
            rate_per_minute: self.rate_per_minute,
        })
    }
}

impl ChannelChangeBody {
    pub(crate) fn applied_to(self, draft: ChannelDraft) -> ChannelDraft {
        ChannelDraft {
            name: self.name.unwrap_or(draft.name),
            kind: draft.kind,
            settings: self.settings.unwrap_or(draft.settings),
            enabled: self.enabled.unwrap_or(draft.enabled),
            rate_per_minute: self.rate_per_minute.or(draft.rate_per_minute),
        }
    }
}

impl From<ChannelKind> for ChannelKindView {
    fn from(kind: ChannelKind) -> Self {
        Self {
            name: kind.name(),
            title: kind.title().into(),
            group: kind.is_group(),
            rate_per_minute: kind.rate_per_minute(),
            fields: fields_of(kind).into_iter().map(ChannelFieldView::from).collect(),
        }
    }
}

impl From<Field> for ChannelFieldView {
    fn from(field: Field) -> Self {
        let (shape, choices) = match field.shape {
            FieldShape::Text => ("text", &[][..]),
            FieldShape::LongText => ("long_text", &[][..]),
            FieldShape::Number => ("number", &[][..]),
            FieldShape::Choice(choices) => ("choice", choices),
            FieldShape::Secret => ("secret", &[][..]),
            FieldShape::Texts => ("texts", &[][..]),
            FieldShape::Secrets => ("secrets", &[][..]),
            FieldShape::Object => ("object", &[][..]),
        };
        Self {
            name: field.name,
            title: field.title.into(),
            shape,
            choices: choices.to_vec(),
            required: field.required,
        }
    }
}
