use std::time::Duration;

use http_kit::TextView;
use kernel::{FieldFault, Language, PageRequest, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Attempt, ChannelId, Dedupe, Delivery, Message, MessageFilter, MessageState, NewMessage,
    NotifyError, Recipient, Turns, WayOrder,
};

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    id: String,
    /// The message to a post that it was made from.
    parent_id: Option<String>,
    template: String,
    urgent: bool,
    recipient: RecipientView,
    /// As it was rendered; empty before.
    subject: String,
    link: Option<String>,
    /// `new`, `queued`, `sent`, `failed`, `suppressed` (the same was said already, or somebody
    /// acknowledged before it went out) or `expanded` (became one for each who holds the post).
    state: &'static str,
    /// Why it failed or was suppressed, or which ways were wanted and are not there.
    reason: TextView,
    /// How often the same was asked for within the window after it.
    repeats: i64,
    /// The number of the fact that led to it.
    cause: Option<i64>,
    /// How its ways go one after another; null: all at once, or not prepared yet.
    turns: Option<Turns>,
    /// When somebody acknowledged, so that no further way is gone.
    acknowledged_at: Option<String>,
    created_at: String,
    finished_at: Option<String>,
}

/// To whom.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recipient)]
pub(crate) struct RecipientView {
    /// `person`, `user`, `post`, `channel`, `mail` or `sms`.
    kind: &'static str,
    /// The id, or the address.
    id: String,
    name: String,
}

/// A message with everything that was done to deliver it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageDetail)]
pub(crate) struct MessageDetailView {
    message: MessageView,
    deliveries: Vec<DeliveryView>,
}

/// One way by which a message goes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    id: String,
    channel_id: String,
    channel_kind: &'static str,
    channel_name: String,
    /// Empty for a group.
    address: String,
    /// `en` or `zh`.
    #[schema(value_type = String)]
    language: Language,
    subject: String,
    text: String,
    /// `waiting` (for its turn), `queued`, `sending`, `sent`, `failed` or `spared` (not needed).
    state: &'static str,
    /// Which one it is of the ways that go one after another, from 1; 0 beside them.
    position: i64,
    /// When it is tried next, or its turn comes at the latest; null when it is done.
    due_at: Option<String>,
    finished_at: Option<String>,
    attempts: Vec<AttemptView>,
}

/// One try to deliver.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryAttempt)]
pub(crate) struct AttemptView {
    number: i64,
    started_at: String,
    finished_at: Option<String>,
    /// `running`, `accepted`, `deferred`, `refused` or `unknown` (the server ended in the middle).
    outcome: &'static str,
    /// The far side's code.
    code: String,
    /// The far side's words, or what went wrong on the way.
    said: String,
}

/// A message to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewMessage)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageBody {
    /// The name of a template, such as `message.plain`.
    template: String,
    /// What the template is given.
    #[schema(value_type = Object)]
    parameters: Map<String, Value>,
    recipient: RecipientBody,
    /// By this channel only.
    #[schema(value_type = Option<String>)]
    channel_id: Option<ChannelId>,
    /// Passes quiet hours and goes before others.
    urgent: Option<bool>,
    /// A page of the UI: `/alerts/…`.
    link: Option<String>,
    /// By these ways one after another; as the recipient prefers when not given.
    order: Option<WayOrder>,
    /// `en` or `zh`; the recipient's own when not given.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    dedupe: Option<DedupeBody>,
}

/// To whom.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RecipientRef)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecipientBody {
    /// `person`, `user`, `post`, `channel`, `mail` or `sms`.
    kind: String,
    /// The id, or the address.
    id: String,
}

/// Not the same again to the same recipient within a while.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Dedupe)]
#[serde(deny_unknown_fields)]
pub(crate) struct DedupeBody {
    key: String,
    /// 1 to 604,800.
    window_s: u64,
}

/// A message that was taken in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SentMessage)]
pub(crate) struct SentView {
    /// Ask `/api/v1/messages/{id}` what became of it.
    pub(crate) id: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessagesQuery {
    /// `new`, `queued`, `sent`, `failed`, `suppressed` or `expanded`.
    state: Option<String>,
    /// The id or address of a recipient.
    recipient: Option<String>,
    /// The name of a template.
    template: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

impl MessagesQuery {
    pub(crate) fn read(self) -> Result<(MessageFilter, PageRequest), NotifyError> {
        let state = match self.state {
            None => None,
            Some(name) => match MessageState::from_name(&name) {
                Some(state) => Some(state),
                None => {
                    let names = MessageState::names();
                    let zh = format!("以下之一：{names}");
                    let expected = Text::new(format!("one of {names}"), zh);
                    return Err(FieldFault::new("state", name, expected).into());
                }
            },
        };
        let filter = MessageFilter { state, recipient: self.recipient, template: self.template };
        Ok((filter, PageRequest { after: self.after, limit: self.limit }))
    }
}

impl MessageBody {
    pub(crate) fn read(self) -> Result<NewMessage, NotifyError> {
        let recipient = Recipient::from_parts(&self.recipient.kind, &self.recipient.id)?;
        Ok(NewMessage {
            channel: self.channel_id,
            urgent: self.urgent.unwrap_or(false),
            link: self.link,
            order: self.order,
            language: self.language,
            dedupe: self.dedupe.map(|dedupe| Dedupe {
                key: dedupe.key,
                window: Duration::from_secs(dedupe.window_s),
            }),
            ..NewMessage::new(&self.template, recipient, self.parameters)
        })
    }
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        let (kind, id) = message.asked.recipient.parts();
        Self {
            id: message.id.to_string(),
            parent_id: message.parent_id.map(|id| id.to_string()),
            template: message.asked.template,
            urgent: message.asked.urgent,
            recipient: RecipientView { kind, id, name: message.recipient_name },
            subject: message.subject,
            link: message.asked.link,
            state: message.state.name(),
            reason: message.reason.into(),
            repeats: message.repeats,
            cause: message.asked.cause.0.map(|seq| seq.0),
            turns: message.turns,
            acknowledged_at: message.acknowledged_at.map(|at| at.to_string()),
            created_at: message.created_at.to_string(),
            finished_at: message.finished_at.map(|at| at.to_string()),
        }
    }
}

impl From<(Message, Vec<(Delivery, Vec<Attempt>)>)> for MessageDetailView {
    fn from((message, deliveries): (Message, Vec<(Delivery, Vec<Attempt>)>)) -> Self {
        let deliveries = deliveries.into_iter().map(DeliveryView::from).collect();
        Self { message: message.into(), deliveries }
    }
}

impl From<(Delivery, Vec<Attempt>)> for DeliveryView {
    fn from((delivery, attempts): (Delivery, Vec<Attempt>)) -> Self {
        let done = delivery.finished_at.is_some();
        Self {
            id: delivery.id.to_string(),
            channel_id: delivery.channel_id.to_string(),
            channel_kind: delivery.channel_kind.name(),
            channel_name: delivery.channel_name,
            address: delivery.address,
            language: delivery.language,
            subject: delivery.subject,
            text: delivery.text,
            state: delivery.state.name(),
            position: delivery.position,
            due_at: (!done).then(|| delivery.due_at.to_string()),
            finished_at: delivery.finished_at.map(|at| at.to_string()),
            attempts: attempts.into_iter().map(AttemptView::from).collect(),
        }
    }
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            started_at: attempt.started_at.to_string(),
            finished_at: attempt.finished_at.map(|at| at.to_string()),
            outcome: attempt.outcome.name(),
            code: attempt.code,
            said: attempt.said,
        }
    }
}
