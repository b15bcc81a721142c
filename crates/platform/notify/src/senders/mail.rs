use std::{
    error::Error as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use kernel::Time;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MessageBuilder, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        self, PoolConfig,
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
    },
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::{Blame, Ground, Receipt, Secrets, SendFault, absolute, reach};
use crate::{
    Author, MailHead,
    model::{Claimed, MailSettings, MailTls, clean_id, one_line},
};

/// Connections kept to one server: as many as messages are on their way at once, and fewer than
/// mail servers grant one client.
const CONNECTIONS: u32 = 8;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Mail by SMTP.
pub(crate) struct MailSender {
    settings: MailSettings,
    secrets: Secrets,
    ground: Arc<Ground>,
    /// Made at the first mail, when the server's name is resolved.
    transport: Mutex<Option<Transport>>,
}

impl MailSender {
    pub(super) fn new(settings: MailSettings, secrets: Secrets, ground: Arc<Ground>) -> Self {
        Self { settings, secrets, ground, transport: Mutex::default() }
    }

    pub(super) async fn send(&self, claimed: &Claimed, now: Time) -> Result<Receipt, SendFault> {
        let mail = self.mail(claimed, now)?;
        let transport = self.transport().await?;
        match transport.send(mail).await {
            Ok(response) => {
                let said: Vec<&str> = response.message().collect();
                Ok(Receipt::new(response.code().to_string(), &said.join(" ")))
            }
            Err(error) => {
                let fault = fault_of(&error);
                if fault.blame == Blame::Channel {
                    // The name may lead elsewhere next time.
                    *self.transport.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                Err(fault)
            }
        }
    }

    /// The connections to the address that the guard allowed.
    async fn transport(&self) -> Result<Transport, SendFault> {
        let made = self.transport.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(transport) = made {
            return Ok(transport);
        }
        let MailSettings { host, port, .. } = &self.settings;
        let addresses = reach::resolve(&self.ground.guard, host, *port).await?;
        // Tried once here, so that a server with two addresses is reached by the one that answers.
        let address = reach::connect(&addresses).await?.peer_addr();
        let address = address.map_err(|error| SendFault::channel(&error.to_string()))?;
        let mut builder = Transport::builder_dangerous(address.ip().to_string())
            .port(*port)
            .timeout(Some(self.ground.timeout))
            .hello_name(self.hello())
            .pool_config(
                PoolConfig::new().max_size(CONNECTIONS).idle_timeout(Duration::from_secs(20)),
            )
            .tls(self.tls()?);
        if let (Some(user), Some(password)) =
            (&self.settings.user, self.secrets.get("password_secret"))
        {
            let password = password.expose().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        let transport = builder.build();
        *self.transport.lock().unwrap_or_else(PoisonError::into_inner) = Some(transport.clone());
        Ok(transport)
    }

    /// The certificate must be the named host's, although the connection goes to an address.
    fn tls(&self) -> Result<Tls, SendFault> {
        if self.settings.tls == MailTls::None {
            return Ok(Tls::None);
        }
        let host = self.settings.host.trim_start_matches('[').trim_end_matches(']');
        let mut builder = TlsParameters::builder(host.to_owned());
        builder = builder.certificate_store(CertificateStore::Default);
        let pem = self.settings.ca_pem.as_deref().unwrap_or_default();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate
                .map_err(|error| error.to_string())
                .and_then(|der| Certificate::from_der(der.to_vec()).map_err(|e| e.to_string()))
                .map_err(|said| SendFault::channel(&format!("ca_pem: {said}")))?;
            builder = builder.add_root_certificate(certificate);
        }
        let parameters =
            builder.build_rustls().map_err(|error| SendFault::channel(&format!("TLS: {error}")))?;
        Ok(match self.settings.tls {
            MailTls::Tls => Tls::Wrapper(parameters),
            _ => Tls::Required(parameters),
        })
    }

    fn message_id(&self, claimed: &Claimed) -> String {
        let own = claimed.mail.as_ref().map(|head| clean_id(&head.message_id));
        let domain = self.domain().unwrap_or("mainstay.invalid");
        own.unwrap_or_else(|| format!("{}@{domain}", claimed.delivery.id))
    }

    fn hello(&self) -> ClientId {
        let domain = self.settings.hello.clone().or_else(|| Some(self.domain()?.to_owned()));
        ClientId::Domain(domain.unwrap_or_else(|| "localhost".to_owned()))
    }

    fn domain(&self) -> Option<&str> {
        let (_, domain) = self.settings.from.rsplit_once('@')?;
        Some(domain.trim_end_matches('>'))
    }

    fn mail(&self, claimed: &Claimed, now: Time) -> Result<Message, SendFault> {
        let delivery = &claimed.delivery;
        let wrong = |said: String| SendFault::message(&said);
        let from: Mailbox = self
            .settings
            .from
            .parse()
            .map_err(|error| SendFault::channel(&format!("from: {error}")))?;
        let address: Address =
            delivery.address.parse().map_err(|error| wrong(format!("address: {error}")))?;
        let name = Some(one_line(&claimed.recipient_name))
            .filter(|name| !name.is_empty() && *name != delivery.address);
        let head = claimed.mail.as_ref();
        let author = head.map_or(Author::Server, |head| head.author);
        let micros = u64::try_from(now.micros()).unwrap_or(0);
        let mut builder = Message::builder()
            .from(from)
            .to(Mailbox::new(name, address))
            .subject(delivery.subject.clone())
            .date(UNIX_EPOCH + Duration::from_micros(micros))
            // The same for every attempt: who gets it twice can tell.
            .message_id(Some(format!("<{}>", self.message_id(claimed))))
            .raw_header(raw("Auto-Submitted", author.auto_submitted()))
            .raw_header(raw("X-Mainstay-Message", &delivery.message_id.to_string()));
        if delivery.urgent {
            builder = builder.raw_header(raw("X-Priority", "1"));
        }
        let reply_to = head.and_then(|head| head.reply_to.as_ref());
        let reply_to = reply_to.or(self.settings.reply_to.as_ref());
        if let Some(reply_to) = reply_to.and_then(|to| to.parse().ok()) {
            builder = builder.reply_to(reply_to);
        }
        if let Some(head) = head {
            builder = threaded(builder, head);
        }
        let link = absolute(&self.ground, claimed.link.as_deref());
        let text = match &link {
            Some(link) => format!("{}\n\n{link}\n", delivery.text.trim_end()),
            None => delivery.text.clone(),
        };
        let built = if delivery.html.trim().is_empty() {
            builder.singlepart(SinglePart::plain(text))
        } else {
            builder.multipart(
                MultiPart::alternative().singlepart(SinglePart::plain(text)).singlepart(
                    SinglePart::builder()
                        .header(ContentType::TEXT_HTML)
                        .body(linked(&delivery.html, link.as_deref())),
                ),
            )
        };
        built.map_err(|error| wrong(error.to_string()))
    }
}

/// Says which mails it answers (RFC 5322 3.6.4).
fn threaded(mut builder: MessageBuilder, head: &MailHead) -> MessageBuilder {
    if let Some(answered) = &head.in_reply_to {
        builder = builder.in_reply_to(format!("<{}>", clean_id(answered)));
    }
    if !head.references.is_empty() {
        let all = head.references.iter().map(|id| format!("<{}>", clean_id(id)));
        builder = builder.references(all.collect::<Vec<_>>().join(" "));
    }
    builder
}

/// The HTML with its link below; a base address is ours and needs no escaping but that of quotes.
fn linked(html: &str, link: Option<&str>) -> String {
    let Some(link) = link else { return html.to_owned() };
    let link = link.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!("{html}\n<p><a href=\"{link}\">{link}</a></p>\n")
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Whose fault an error is: a reply's class says (RFC 5321 4.2.1); without one it is the channel's.
fn fault_of(error: &smtp::Error) -> SendFault {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        source = inner.source();
    }
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    let blame = match code.as_str() {
        // Not authenticated, refused at the door, or going down: all mails would be.
        "421" | "454" | "530" | "534" | "535" | "538" => Blame::Channel,
        _ if error.is_permanent() => Blame::Message,
        _ if error.is_transient() => Blame::Busy(None),
        _ => Blame::Channel,
    };
    SendFault::new(blame, code, &said)
}
