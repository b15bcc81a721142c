use kernel::{FieldFault, Language, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Notification, NotificationId, NotifyError, Preference, QuietHours, Turns};

/// Something one was told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub(crate) struct NotificationView {
    id: String,
    message_id: String,
    subject: String,
    text: String,
    /// The page of the UI it is about.
    link: Option<String>,
    /// Whether a desktop notification is in place.
    urgent: bool,
    created_at: String,
    read_at: Option<String>,
}

/// How many are not read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadNotifications)]
pub(crate) struct UnreadView {
    pub(crate) unread: i64,
}

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ReadUpTo)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadUpToBody {
    /// The id of the newest that was seen.
    #[schema(value_type = String)]
    pub(crate) up_to: NotificationId,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationsQuery {
    /// Only those that are not read.
    pub(crate) unread: Option<bool>,
    /// The `next` of the page before.
    pub(crate) after: Option<String>,
    /// 1 to 500; 50 when not given.
    pub(crate) limit: Option<u32>,
}

/// How one wants to be told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationPreference)]
pub(crate) struct PreferenceView {
    /// `en`, `zh`, or null for the directory's.
    language: Option<String>,
    /// Kinds of channel: `in_app`, `mail`, `sms`, `wecom` …
    ways: Vec<String>,
    /// Kinds of channel for what is urgent.
    urgent_ways: Vec<String>,
    /// That the ways go one after another; null: all at once.
    turns: Option<Turns>,
    /// The same of the ways for what is urgent.
    urgent_turns: Option<Turns>,
    /// The time zone in which moments are written; null: that of the quiet hours, else the
    /// organisation's.
    zone: Option<String>,
    quiet: Option<QuietHoursView>,
}

/// How one wants to be told, all of it but what says that it may be left out.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NotificationPreferenceChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreferenceBody {
    /// `en`, `zh`, or null for the directory's.
    language: Option<String>,
    /// Kinds of channel: `in_app`, `mail`, `sms`, `wecom` …
    ways: Vec<String>,
    /// Kinds of channel for what is urgent.
    urgent_ways: Vec<String>,
    /// That the ways go one after another; null: all at once; stays when left out.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<Turns>)]
    turns: Option<Option<Turns>>,
    /// The same of the ways for what is urgent.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<Turns>)]
    urgent_turns: Option<Option<Turns>>,
    /// The time zone in which moments are written: `Asia/Shanghai`; null: that of the quiet hours,
    /// else the organisation's; stays when left out.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    zone: Option<Option<String>>,
    quiet: Option<QuietHoursView>,
}

/// Hours in which only what is urgent is told; may pass midnight.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = QuietHours)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuietHoursView {
    /// `22:00`.
    from: String,
    /// `07:00`.
    to: String,
    /// `Asia/Shanghai`.
    zone: String,
}

impl From<Notification> for NotificationView {
    fn from(one: Notification) -> Self {
        Self {
            id: one.id.to_string(),
            message_id: one.message_id.to_string(),
            subject: one.subject,
            text: one.text,
            link: one.link,
            urgent: one.urgent,
            created_at: one.created_at.to_string(),
            read_at: one.read_at.map(|at| at.to_string()),
        }
    }
}

impl From<Preference> for PreferenceView {
    fn from(preference: Preference) -> Self {
        let language = preference.language.map(|language| match language {
            Language::English => "en".to_owned(),
            Language::Chinese => "zh".to_owned(),
        });
        Self {
            language,
            ways: preference.ways,
            urgent_ways: preference.urgent_ways,
            turns: preference.turns,
            urgent_turns: preference.urgent_turns,
            zone: preference.zone,
            quiet: preference.quiet.map(|quiet| QuietHoursView {
                from: quiet.from,
                to: quiet.to,
                zone: quiet.zone,
            }),
        }
    }
}

impl PreferenceBody {
    /// What it makes of what is preferred now.
    ///
    /// Errors: [`NotifyError::WrongInput`].
    pub(crate) fn read(self, now: Preference) -> Result<Preference, NotifyError> {
        let language = match self.language.as_deref() {
            None => None,
            Some("en") => Some(Language::English),
            Some("zh") => Some(Language::Chinese),
            Some(other) => {
                let expected = Text::new("en or zh", "en 或 zh");
                return Err(FieldFault::new("language", other, expected).into());
            }
        };
        Ok(Preference {
            language,
            ways: self.ways,
            urgent_ways: self.urgent_ways,
            turns: self.turns.unwrap_or(now.turns),
            urgent_turns: self.urgent_turns.unwrap_or(now.urgent_turns),
            zone: self.zone.unwrap_or(now.zone),
            quiet: self.quiet.map(|quiet| QuietHours {
                from: quiet.from,
                to: quiet.to,
                zone: quiet.zone,
            }),
        })
    }
}
