//! From a recipient to the ways that lead there.

use directory::{PersonId, Way};
use jiff::tz::TimeZone;
use kernel::{Language, Text};

use crate::{
    Channel, ChannelId, ChannelKind, Message, NewMessage, Notify, NotifyError, Preference,
    Recipient, Turns, TurnsEnd, model::checked_address, store,
};

/// Whom a message reaches, and how.
pub(super) struct Reached {
    pub(super) name: String,
    pub(super) language: Language,
    /// Where their clock stands.
    pub(super) zone: TimeZone,
    pub(super) preference: Preference,
    /// Channels with the address on each.
    pub(super) ways: Vec<(Channel, String)>,
    /// How they go one after another; all at once when `None`.
    pub(super) turns: Option<Turns>,
    /// Why there is no way, or not each that was wanted.
    pub(super) gaps: Vec<Text>,
}

/// What is known of somebody.
#[derive(Default)]
struct Known {
    name: String,
    language: Option<Language>,
    user_id: Option<String>,
    mail: Option<String>,
    mobile: Option<String>,
}

impl Notify {
    /// The ways by which `message` goes. The recipient is no post: that one is several people.
    pub(super) async fn reach(&self, message: &Message) -> Result<Reached, NotifyError> {
        let channels = store::channels::all(self.inner.db.reader()).await?;
        let asked = &message.asked;
        let (known, preference) = match &asked.recipient {
            Recipient::Person(id) => {
                let user_id = self.inner.accounts.user_of(*id).await;
                let user_id = user_id.map_err(NotifyError::Accounts)?;
                let known = Known { user_id, ..self.person(*id).await? };
                let preference = self.preference_of(Some(*id), known.user_id.as_deref()).await?;
                (known, preference)
            }
            Recipient::User(user_id) => self.user(user_id).await?,
            Recipient::Address { kind, value } => {
                let mut known = Known { name: value.clone(), ..Known::default() };
                match kind {
                    ChannelKind::Mail => known.mail = Some(value.clone()),
                    _ => known.mobile = Some(value.clone()),
                }
                let ways = vec![kind.name().to_owned()];
                let preference =
                    Preference { urgent_ways: ways.clone(), ways, ..Preference::default() };
                (known, preference)
            }
            Recipient::Channel(id) => {
                let name = channels.iter().find(|channel| channel.id == *id);
                let name = name.map_or_else(String::new, |channel| channel.name.clone());
                (Known { name, ..Known::default() }, Preference::default())
            }
            Recipient::Post(_) => (Known::default(), Preference::default()),
        };
        let language = asked.language.or(preference.language).or(known.language);
        let mut reached = Reached {
            name: known.name.clone(),
            language: language.unwrap_or_default(),
            zone: self.zone_of(preference.zone()),
            preference,
            ways: Vec::new(),
            turns: None,
            gaps: Vec::new(),
        };
        let only = match &asked.recipient {
            Recipient::Channel(id) => Some(*id),
            _ => asked.channel,
        };
        reached.go_by(only, channels, (asked, &known));
        Ok(reached)
    }

    /// The zone of that name; else the organisation's, else that of the house. A zone that this
    /// machine does not know is as none.
    pub(super) fn zone_of(&self, named: Option<&str>) -> TimeZone {
        let house = self.settings().zone;
        let known = |zone: &str| TimeZone::get(zone).ok();
        let found = named.and_then(known).or_else(|| house.as_deref().and_then(known));
        found.unwrap_or_else(|| self.inner.directory.zone().clone())
    }

    async fn user(&self, user_id: &str) -> Result<(Known, Preference), NotifyError> {
        let accounts = &self.inner.accounts;
        let person = accounts.person_of(user_id).await.map_err(NotifyError::Accounts)?;
        let name = accounts.name_of(user_id).await.map_err(NotifyError::Accounts)?;
        let mut known = match person {
            Some(id) => self.person(id).await?,
            None => Known::default(),
        };
        known.user_id = Some(user_id.to_owned());
        if known.name.is_empty() {
            known.name = name.unwrap_or_default();
        }
        let preference = self.preference_of(person, Some(user_id)).await?;
        Ok((known, preference))
    }

    async fn person(&self, id: PersonId) -> Result<Known, NotifyError> {
        let Some(person) = self.inner.directory.person(id).await? else {
            return Ok(Known::default());
        };
        let ways = self.inner.directory.contact_ways(id).await?;
        let first = |way: Way| {
            ways.iter().find(|contact| contact.way == way).map(|contact| contact.value.clone())
        };
        Ok(Known {
            name: person.state.name.clone(),
            language: Some(person.state.language),
            user_id: None,
            mail: first(Way::Mail),
            mobile: first(Way::Mobile),
        })
    }

    /// What somebody prefers: as a user, as a person, or what everybody does.
    async fn preference_of(
        &self,
        person: Option<PersonId>,
        user_id: Option<&str>,
    ) -> Result<Preference, NotifyError> {
        let reader = self.inner.db.reader();
        let owners =
            [user_id.map(|id| format!("user:{id}")), person.map(|id| format!("person:{id}"))];
        for owner in owners.into_iter().flatten() {
            if let Some(preference) = store::preferences::load(reader, &owner).await? {
                return Ok(preference);
            }
        }
        Ok(Preference::default())
    }
}

impl Reached {
    /// Finds the ways: by one channel only, else by the first of each kind that is wanted.
    fn go_by(
        &mut self,
        only: Option<ChannelId>,
        channels: Vec<Channel>,
        (asked, known): (&NewMessage, &Known),
    ) {
        match only {
            Some(id) => match channels.into_iter().find(|channel| channel.id == id) {
                Some(channel) => self.add(channel, known),
                None => self.gaps.push(Text::new("the channel is gone", "通知渠道已不存在")),
            },
            None => {
                let (kinds, turns) = wanted(asked, &self.preference);
                self.turns = turns;
                for kind in kinds {
                    let first = channels.iter().find(|one| one.kind == kind && one.enabled);
                    match first {
                        Some(channel) => self.add(channel.clone(), known),
                        None => self.gaps.push(no_channel(kind)),
                    }
                }
            }
        }
    }

    /// Adds a channel where the recipient has an address that fits it.
    fn add(&mut self, channel: Channel, known: &Known) {
        if !channel.enabled {
            let name = &channel.name;
            let text = Text::new(
                format!("the channel `{name}` is disabled"),
                format!("通知渠道“{name}”已停用"),
            );
            self.gaps.push(text);
            return;
        }
        let address = match channel.kind {
            ChannelKind::InApp => known
                .user_id
                .clone()
                .ok_or_else(|| Text::new("they cannot sign in", "该人员没有登录账号")),
            ChannelKind::Mail => known
                .mail
                .clone()
                .ok_or_else(|| Text::new("they have no mail address", "该人员没有邮箱地址")),
            ChannelKind::Sms => known
                .mobile
                .clone()
                .ok_or_else(|| Text::new("they have no mobile number", "该人员没有手机号码")),
            // A group: the mobile number is who is mentioned in it.
            _ => Ok(known.mobile.clone().unwrap_or_default()),
        };
        let checked = address.and_then(|address| {
            let fits = if channel.kind.is_group() {
                Ok(address)
            } else {
                checked_address(channel.kind, &address)
            };
            fits.map_err(|fault| {
                let Text { en, zh } = fault.expected;
                Text::new(format!("their address is not {en}"), format!("联系方式不是有效的{zh}"))
            })
        });
        match checked {
            Ok(address) => self.ways.push((channel, address)),
            Err(gap) => self.gaps.push(gap),
        }
    }

    /// The gaps in one sentence.
    pub(super) fn gaps_told(&self) -> Text {
        let join = |pick: fn(&Text) -> &str, comma: &str| {
            self.gaps.iter().map(pick).collect::<Vec<_>>().join(comma)
        };
        Text::new(join(|gap| &gap.en, "; "), join(|gap| &gap.zh, ";"))
    }
}

/// By which kinds of channel a message goes, and how one after another: as it was asked for, else
/// as they prefer. An address has one way only; where there is nothing to acknowledge, it is
/// enough that a way was taken.
fn wanted(asked: &NewMessage, preference: &Preference) -> (Vec<ChannelKind>, Option<Turns>) {
    let own = preference.kinds(asked.urgent);
    if matches!(asked.recipient, Recipient::Address { .. }) {
        return (own, None);
    }
    let (kinds, turns) = match &asked.order {
        Some(order) if order.ways.is_empty() => (own, Some(order.turns())),
        Some(order) => {
            let named = order.ways.iter().filter_map(|way| way.parse().ok());
            (named.collect(), Some(order.turns()))
        }
        None => (own, preference.turns(asked.urgent)),
    };
    let until = |turns: Turns| match &asked.about {
        Some(_) => turns,
        None => Turns { until: TurnsEnd::Taken, ..turns },
    };
    (kinds, turns.map(until))
}

fn no_channel(kind: ChannelKind) -> Text {
    let title = kind.title();
    Text::new(
        format!("there is no enabled channel: {}", title.en),
        format!("没有可用的通知渠道：{}", title.zh),
    )
}
