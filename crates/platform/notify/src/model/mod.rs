//! Channels, templates, messages and their rules: pure.

mod breaker;
mod channel;
mod delivery;
mod form;
mod mail_head;
mod markdown;
mod message;
mod moments;
mod notification;
mod preference;
mod rate;
mod retry;
mod settings;
mod shipped;
mod signature;
mod template;
mod turns;

pub(crate) use breaker::{Breaker, Pass};
pub use channel::{Channel, ChannelDraft, ChannelId, ChannelKind};
pub use delivery::{Attempt, Delivery, DeliveryId, DeliveryState, Outcome};
pub(crate) use delivery::{Claimed, one_line};
pub(crate) use form::{Field, FieldShape, fields_of};
pub(crate) use mail_head::clean_id;
pub use mail_head::{Author, MailHead};
pub(crate) use markdown::{cut, robot_markdown};
pub(crate) use message::checked_address;
pub use message::{Dedupe, Message, MessageFilter, MessageId, MessageState, NewMessage, Recipient};
pub(crate) use moments::told_in;
pub use notification::{Notification, NotificationId};
pub use preference::{Preference, QuietHours};
pub(crate) use rate::Window;
pub(crate) use retry::next_try;
pub(crate) use settings::{
    ChannelSettings, MailSettings, MailTls, RobotSettings, SmsSettings, Success, WebhookSettings,
};
pub(crate) use shipped::SHIPPED;
pub(crate) use signature::{dingtalk_sign, feishu_sign, webhook_signature};
pub(crate) use template::check_name;
pub use template::{ShippedTemplate, Template, TemplateDraft, Wording, Wordings};
pub use turns::{NextBecause, Turns, TurnsEnd, WayOrder};
pub(crate) use turns::{Turn, TurnsStep, laid_out, turns_step};
