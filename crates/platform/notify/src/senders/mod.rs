//! How each kind of channel says a message to the far side, and what it takes for an answer.

mod http;
mod mail;
mod reach;
mod robots;
mod sms;
mod webhook;

use std::{fmt, sync::Arc, time::Duration};

use http_kit::guard::OutboundGuard;
use kernel::{Clock, Time};
use vault::Revealed;

pub(crate) use self::http::HttpClient;
use self::{mail::MailSender, robots::RobotSender, sms::SmsSender, webhook::WebhookSender};
use crate::{
    Channel,
    model::{ChannelSettings, Claimed, one_line},
};

/// What the far side said when it took a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) code: String,
    pub(crate) said: String,
}

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SendFault {
    pub(crate) blame: Blame,
    pub(crate) code: String,
    pub(crate) said: String,
}

/// Whose fault it is, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    /// The channel's: it cannot be reached or does not let us in. Tried again; too many in a row
    /// and the channel is left alone.
    Channel,
    /// Nobody's: not now. Tried again, not before the far side wants it.
    Busy(Option<Duration>),
    /// The message's or its address's: it will not be better next time.
    Message,
}

/// What every sender needs.
pub(crate) struct Ground {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) guard: Arc<OutboundGuard>,
    pub(crate) roots: Arc<rustls::RootCertStore>,
    /// The address of the UI, for links; links are left out without it.
    pub(crate) base_url: Option<String>,
    /// How long a far side may take for everything together.
    pub(crate) timeout: Duration,
}

/// A channel with its secrets, ready to send.
pub(crate) enum Sender {
    InApp,
    Mail(Box<MailSender>),
    Sms(Box<SmsSender>),
    Webhook(Box<WebhookSender>),
    Robot(Box<RobotSender>),
}

/// The secrets of a channel by the names of their fields.
pub(crate) struct Secrets(pub(crate) Vec<(String, Revealed)>);

impl Secrets {
    fn get(&self, name: &str) -> Option<&Revealed> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::InApp => "InApp",
            Self::Mail(_) => "Mail",
            Self::Sms(_) => "Sms",
            Self::Webhook(_) => "Webhook",
            Self::Robot(_) => "Robot",
        })
    }
}

impl SendFault {
    fn new(blame: Blame, code: impl Into<String>, said: &str) -> Self {
        Self { blame, code: code.into(), said: one_line(said) }
    }

    /// The channel's fault.
    pub(crate) fn channel(said: &str) -> Self {
        Self::new(Blame::Channel, "", said)
    }

    /// The message's fault.
    fn message(said: &str) -> Self {
        Self::new(Blame::Message, "", said)
    }
}

impl Receipt {
    fn new(code: impl Into<String>, said: &str) -> Self {
        Self { code: code.into(), said: one_line(said) }
    }
}

impl Sender {
    /// Opens a channel.
    ///
    /// Errors: the channel's fault, such as a certificate that cannot be used.
    pub(crate) fn open(
        channel: &Channel,
        settings: ChannelSettings,
        secrets: Secrets,
        ground: &Arc<Ground>,
    ) -> Result<Self, SendFault> {
        let ground = Arc::clone(ground);
        Ok(match settings {
            ChannelSettings::InApp => Self::InApp,
            ChannelSettings::Mail(mail) => {
                Self::Mail(Box::new(MailSender::new(mail, secrets, ground)))
            }
            ChannelSettings::Sms(sms) => Self::Sms(Box::new(SmsSender::new(sms, secrets, ground)?)),
            ChannelSettings::Webhook(webhook) => {
                Self::Webhook(Box::new(WebhookSender::new(&webhook, &secrets, ground)?))
            }
            ChannelSettings::Robot(robot) => {
                Self::Robot(Box::new(RobotSender::new(channel.kind, robot, secrets, ground)?))
            }
        })
    }

    /// Says one message.
    ///
    /// Errors: [`SendFault`]; also when the far side takes longer than `timeout`.
    pub(crate) async fn send(
        &self,
        claimed: &Claimed,
        now: Time,
        timeout: Duration,
    ) -> Result<Receipt, SendFault> {
        let sending = async {
            match self {
                // The notification is written with the receipt, in one transaction.
                Self::InApp => Ok(Receipt::new("", "")),
                Self::Mail(mail) => mail.send(claimed, now).await,
                Self::Sms(sms) => sms.send(claimed).await,
                Self::Webhook(webhook) => webhook.send(claimed, now).await,
                Self::Robot(robot) => robot.send(claimed, now).await,
            }
        };
        match tokio::time::timeout(timeout, sending).await {
            Ok(result) => result,
            Err(_) => {
                let said = format!("no answer within {} s", timeout.as_secs_f64());
                Err(SendFault::channel(&said))
            }
        }
    }
}

/// The link of a message as an address that works outside of the UI.
fn absolute(ground: &Ground, link: Option<&str>) -> Option<String> {
    let base = ground.base_url.as_deref()?.trim_end_matches('/');
    Some(format!("{base}{}", link?))
}
