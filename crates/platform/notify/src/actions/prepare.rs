//! The first stages: the same said already? → whom, how, in which language → render → not now?

use kernel::{Id, Text, Time};

use super::{finish, resolve::Reached, turns};
use crate::{
    ChannelKind, Delivery, DeliveryState, Message, MessageState, NewMessage, Notify, NotifyError,
    Recipient, Turns,
    model::{Turn, laid_out, told_in},
    render::{self, Rendered},
    store,
};

/// Messages prepared in one round.
const BATCH: u32 = 100;
/// People one post may become.
const HOLDERS_MAX: usize = 200;

/// What becomes of a message.
enum Plan {
    Deliver(Box<(Reached, Rendered)>),
    Expand(Vec<Message>),
    Fail { name: String, reason: Text },
}

impl Notify {
    /// Prepares a batch of new messages. Returns how many.
    pub(super) async fn prepare(&self) -> Result<u64, NotifyError> {
        let _turn = self.inner.preparing.lock().await;
        let batch = store::messages::new(self.inner.db.reader(), BATCH).await?;
        if batch.is_empty() {
            return Ok(0);
        }
        // Everything that takes long comes before the change.
        let mut planned = Vec::with_capacity(batch.len());
        for message in batch {
            let plan = self.plan(&message).await?;
            planned.push((message, plan));
        }
        let (now, count) = (self.now(), planned.len() as u64);
        let mut tx = self.inner.db.begin().await?;
        for (message, plan) in planned {
            if let Some(first) = store::messages::said_before(&mut tx, &message).await? {
                let reason = Text::new(
                    format!("the same was said by message {first}"),
                    format!("与消息 {first} 重复"),
                );
                let state = MessageState::Suppressed;
                let message = Message { state, reason, finished_at: Some(now), ..message };
                if store::messages::prepared(&mut tx, &message).await? {
                    store::messages::repeated(&mut tx, first).await?;
                }
                continue;
            }
            self.carry_out(&mut tx, message, plan, now).await?;
        }
        tx.commit().await?;
        Ok(count)
    }

    async fn plan(&self, message: &Message) -> Result<Plan, NotifyError> {
        if let Recipient::Post(post) = &message.asked.recipient {
            return self.expand(message, *post).await;
        }
        let template = store::templates::load(self.inner.db.reader(), &message.asked.template);
        let Some(template) = template.await? else {
            let reason = Text::new("the template is gone", "模板已不存在");
            return Ok(Plan::Fail { name: String::new(), reason });
        };
        let reached = self.reach(message).await?;
        if reached.ways.is_empty() {
            let reason = reached.gaps_told();
            return Ok(Plan::Fail { name: reached.name, reason });
        }
        let wording = render::wording_in(&template.wordings, reached.language);
        let parameters = told_in(&message.asked.parameters, &reached.zone, reached.language);
        match render::render(wording, &parameters) {
            Ok(rendered) => Ok(Plan::Deliver(Box::new((reached, rendered)))),
            Err(wrong) => {
                let (name, part, line) = (&template.name, &wrong.part, wrong.line);
                let Text { en, zh } = wrong.said;
                let reason = Text::new(
                    format!("template `{name}`, {part}, line {line}: {en}"),
                    format!("模板“{name}” {part} 第 {line} 行：{zh}"),
                );
                Ok(Plan::Fail { name: reached.name, reason })
            }
        }
    }

    /// A message to a post becomes one to each who holds it now.
    async fn expand(
        &self,
        message: &Message,
        post: directory::PostId,
    ) -> Result<Plan, NotifyError> {
        let now = self.now();
        let name = self.inner.directory.post_at(post, now).await?;
        let name = name.map_or_else(String::new, |post| post.state.title.zh.clone());
        let mut people = Vec::new();
        for holding in self.inner.directory.holders(post, now).await? {
            if !people.contains(&holding.state.person) && people.len() < HOLDERS_MAX {
                people.push(holding.state.person);
            }
        }
        if people.is_empty() {
            let reason = Text::new("nobody holds the post now", "该岗位目前无人任职");
            return Ok(Plan::Fail { name, reason });
        }
        let children = people.into_iter().map(|person| Message {
            id: Id::new(self.inner.ids.as_ref(), self.inner.clock.as_ref()),
            parent_id: Some(message.id),
            asked: NewMessage {
                recipient: Recipient::Person(person),
                dedupe: None,
                ..message.asked.clone()
            },
            ..message.clone()
        });
        Ok(Plan::Expand(children.collect()))
    }

    async fn carry_out(
        &self,
        tx: &mut db::Tx,
        message: Message,
        plan: Plan,
        now: Time,
    ) -> Result<(), NotifyError> {
        match plan {
            Plan::Fail { name, reason } => {
                let message = Message {
                    state: MessageState::Failed,
                    reason,
                    recipient_name: name,
                    finished_at: Some(now),
                    ..message
                };
                if store::messages::prepared(tx, &message).await? {
                    finish::tell_failed(tx, &message, now).await?;
                }
            }
            Plan::Expand(children) => {
                let state = MessageState::Expanded;
                let message = Message { state, finished_at: Some(now), ..message };
                if store::messages::prepared(tx, &message).await? {
                    // Somebody may have acknowledged since the message was read.
                    let newest = store::messages::load(tx.connection(), message.id).await?;
                    let acknowledged_at = newest.and_then(|newest| newest.acknowledged_at);
                    for child in children {
                        let child = Message { acknowledged_at, ..child };
                        store::messages::insert(tx, &child).await?;
                    }
                }
            }
            Plan::Deliver(planned) => {
                let (reached, rendered) = *planned;
                let message = Message {
                    state: MessageState::Queued,
                    reason: reached.gaps_told(),
                    recipient_name: reached.name.clone(),
                    subject: rendered.subject.clone(),
                    turns: reached.turns,
                    ..message
                };
                if store::messages::prepared(tx, &message).await? {
                    self.put_in_queue(tx, &message, &reached, &rendered, now).await?;
                    if message.turns.is_some() {
                        // Somebody may have acknowledged already.
                        turns::follow(tx, message.id, now).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn put_in_queue(
        &self,
        tx: &mut db::Tx,
        message: &Message,
        reached: &Reached,
        rendered: &Rendered,
        now: Time,
    ) -> Result<(), NotifyError> {
        let quiet = reached.preference.quiet.as_ref().filter(|_| !message.asked.urgent);
        let until = quiet.and_then(|quiet| quiet.end_of_quiet(now));
        // The bell disturbs nobody; a group is no one's bed.
        let held = |kind: ChannelKind| {
            let waits = !kind.is_group() && kind != ChannelKind::InApp;
            until.filter(|_| waits).unwrap_or(now)
        };
        let kinds: Vec<ChannelKind> = reached.ways.iter().map(|(way, _)| way.kind).collect();
        let placed = placed(&kinds, reached.turns, held);
        for ((channel, address), place) in reached.ways.iter().zip(placed) {
            let delivery = Delivery {
                id: Id::new(self.inner.ids.as_ref(), self.inner.clock.as_ref()),
                message_id: message.id,
                channel_id: channel.id,
                channel_kind: channel.kind,
                channel_name: channel.name.clone(),
                address: address.clone(),
                language: reached.language,
                subject: rendered.subject.clone(),
                text: rendered.text.clone(),
                html: if channel.kind == ChannelKind::Mail {
                    rendered.html.clone()
                } else {
                    String::new()
                },
                urgent: message.asked.urgent,
                position: place.position,
                state: place.state,
                attempts: 0,
                due_at: place.due_at,
                not_before: place.not_before,
                created_at: now,
                finished_at: None,
            };
            store::deliveries::insert(tx, &delivery).await?;
        }
        Ok(())
    }
}

/// When each way goes: all at once, or one after another with the app beside them.
///
/// `held`: until when quiet hours hold back what goes by a kind of channel.
fn placed(
    kinds: &[ChannelKind],
    turns: Option<Turns>,
    held: impl Fn(ChannelKind) -> Time,
) -> Vec<Turn> {
    let at_once = |kind: ChannelKind| Turn {
        position: 0,
        state: DeliveryState::Queued,
        due_at: held(kind),
        not_before: held(kind),
    };
    let mut placed: Vec<Turn> = kinds.iter().map(|kind| at_once(*kind)).collect();
    let Some(turns) = turns else { return placed };
    let in_turn = kinds.iter().zip(&mut placed).filter(|(kind, _)| **kind != ChannelKind::InApp);
    let mut in_turn: Vec<&mut Turn> = in_turn.map(|(_, place)| place).collect();
    let Some((first, later)) = in_turn.split_first_mut() else { return placed };
    first.position = 1;
    let waits: Vec<Time> = later.iter().map(|place| place.not_before).collect();
    let due = laid_out(first.due_at, turns.wait(), &waits);
    for ((position, place), due_at) in (2..).zip(later).zip(due) {
        (place.position, place.state, place.due_at) = (position, DeliveryState::Waiting, due_at);
    }
    placed
}
