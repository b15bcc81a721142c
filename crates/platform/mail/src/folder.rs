//! A folder of a mailbox, read by IMAP (RFC 3501): what is in it, one mail at a time, and where
//! mails go that are done with. Nothing is marked as read by reading it.

use std::{collections::HashSet, fmt, future::Future, sync::Arc, time::Duration};

use async_imap::{Client, Session, error::Error};
use futures_util::{Stream, TryStreamExt};
use http_kit::{guard::OutboundGuard, outgoing};
use rustls::RootCertStore;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{MailAccount, MailFault, MailTls, fault::one_line, folder_name::encoded};

/// A step other than taking a mail, which may be long.
const STEP: Duration = Duration::from_secs(30);

/// What bytes go over.
trait Line: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Line for T {}

/// Opens mailboxes. Cheap to clone.
#[derive(Clone)]
pub struct MailReader {
    guard: Arc<OutboundGuard>,
    roots: Arc<RootCertStore>,
}

impl fmt::Debug for MailReader {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("MailReader").field("guard", &self.guard).finish_non_exhaustive()
    }
}

/// A folder that is open, until it is closed or dropped.
pub struct OpenFolder {
    session: Session<Box<dyn Line>>,
    /// Numbers of mails hold as long as this stays the same.
    pub uid_validity: u32,
    /// The number that the next mail gets, where the server says it.
    pub uid_next: Option<u32>,
    /// How many mails are in it.
    pub count: u32,
    moves: bool,
}

impl fmt::Debug for OpenFolder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("OpenFolder").field("count", &self.count).finish_non_exhaustive()
    }
}

/// What came of taking a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The whole of it.
    Whole(Vec<u8>),
    /// It is larger than it may be: only its head.
    HeadOnly {
        /// The head.
        head: Vec<u8>,
        /// How large the mail is.
        size_bytes: u64,
    },
    /// It is not there any more.
    Gone,
}

impl MailReader {
    /// What reads mailboxes at addresses that `guard` allows, trusting the system's certificates.
    #[must_use]
    pub fn new(guard: Arc<OutboundGuard>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self { guard, roots: Arc::new(roots) }
    }

    /// Connects, signs in and opens the folder.
    ///
    /// Errors: [`MailFault`], which says at which step.
    pub async fn open(
        &self,
        account: &MailAccount,
        password: &str,
    ) -> Result<OpenFolder, MailFault> {
        let line = within("connect", STEP, self.connect(account)).await?;
        let client = Client::new(line);
        let signing_in = async {
            let signed = client.login(&account.user, password).await;
            signed.map_err(|(error, _)| match error {
                Error::No(said) | Error::Bad(said) => {
                    MailFault::Refused { user: account.user.clone(), said: one_line(&said) }
                }
                error => MailFault::of("sign in", &error),
            })
        };
        let mut session = within("sign in", STEP, signing_in).await?;
        let asking = async { session.capabilities().await.map_err(|e| MailFault::of("ask", &e)) };
        let can = within("ask what the server can do", STEP, asking).await?;
        let moves = can.has_str("MOVE");
        if can.has_str("ID") {
            // Some servers let nobody read who has not said what they are (RFC 2971).
            let said = session.id([("name", Some("mainstay"))]);
            let said = async { said.await.map_err(|e| MailFault::of("say who we are", &e)) };
            within("say who we are", STEP, said).await?;
        }
        let doing = format!("open the folder {}", account.folder);
        let selecting = async {
            let name = encoded(&account.folder);
            session.select(name).await.map_err(|error| MailFault::of(&doing, &error))
        };
        let found = within(&doing, STEP, selecting).await?;
        let Some(uid_validity) = found.uid_validity else {
            let said = "the server gives mails no lasting numbers (UIDVALIDITY)".to_owned();
            return Err(MailFault::Denied { doing, said });
        };
        Ok(OpenFolder {
            session,
            uid_validity,
            uid_next: found.uid_next,
            count: found.exists,
            moves,
        })
    }

    /// A connection over which nothing is said in the clear that must not be.
    async fn connect(&self, account: &MailAccount) -> Result<Box<dyn Line>, MailFault> {
        let (host, port) = (account.host.as_str(), account.port);
        let plain = outgoing::connect(&outgoing::resolve(&self.guard, host, port).await?).await?;
        if account.tls == MailTls::None {
            return Ok(Box::new(greeted(plain).await?.into_inner()));
        }
        let roots = outgoing::trusted(&self.roots, &account.ca_pem)?;
        let tls = outgoing::connector(roots)?;
        if account.tls == MailTls::Tls {
            let line = outgoing::secure(&tls, host, plain).await?;
            return Ok(Box::new(greeted(line).await?.into_inner()));
        }
        let mut client = greeted(plain).await?;
        let asked = client.run_command_and_check_ok("STARTTLS", None).await;
        asked.map_err(|error| MailFault::of("STARTTLS", &error))?;
        // What came after the answer and before TLS is dropped with the client: nobody trusts it.
        let line = outgoing::secure(&tls, host, client.into_inner()).await?;
        Ok(Box::new(line))
    }
}

/// A connection after the server's greeting.
async fn greeted<T: Line>(line: T) -> Result<Client<T>, MailFault> {
    let doing = "read the greeting".to_owned();
    let mut client = Client::new(line);
    match client.read_response().await {
        Ok(Some(_)) => Ok(client),
        Ok(None) => {
            let said = "the server closed the connection".to_owned();
            Err(MailFault::Broken { doing, said })
        }
        Err(error) => {
            let said = one_line(&error.to_string());
            Err(MailFault::Broken { doing, said })
        }
    }
}

impl OpenFolder {
    /// The numbers of mails that nobody has read, ascending.
    ///
    /// Errors: [`MailFault`].
    pub async fn unread(&mut self) -> Result<Vec<u32>, MailFault> {
        self.search("UNSEEN").await
    }

    /// The numbers of mails above `uid`, ascending.
    ///
    /// Errors: [`MailFault`].
    pub async fn above(&mut self, uid: u32) -> Result<Vec<u32>, MailFault> {
        let from = uid.saturating_add(1);
        let mut found = self.search(&format!("UID {from}:*")).await?;
        // `n:*` is never empty: it has the last mail even where that is below n.
        found.retain(|one| *one > uid);
        Ok(found)
    }

    /// The numbers of mails that arrived on that day (`29-Nov-2026`) or later, ascending.
    ///
    /// Errors: [`MailFault`].
    pub async fn since(&mut self, day: &str) -> Result<Vec<u32>, MailFault> {
        self.search(&format!("SINCE {day}")).await
    }

    async fn search(&mut self, query: &str) -> Result<Vec<u32>, MailFault> {
        let session = &mut self.session;
        let searching =
            async { session.uid_search(query).await.map_err(|e| MailFault::of("search", &e)) };
        let found: HashSet<u32> = within("search", STEP, searching).await?;
        let mut found: Vec<u32> = found.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    /// Takes a mail; of one that is larger than `bytes_max` only its head.
    ///
    /// Errors: [`MailFault`].
    pub async fn take(&mut self, uid: u32, bytes_max: u64) -> Result<Fetched, MailFault> {
        let size = self.part(uid, "(UID RFC822.SIZE)", STEP).await?;
        let Some((size, _)) = size else { return Ok(Fetched::Gone) };
        let size_bytes = u64::from(size.unwrap_or(0));
        if size_bytes > bytes_max {
            let head = self.part(uid, "(UID BODY.PEEK[HEADER])", STEP).await?;
            let head = head.map(|(_, bytes)| bytes).unwrap_or_default();
            return Ok(Fetched::HeadOnly { head, size_bytes });
        }
        // A line of 512 kbit/s is slow, and no reason to give up.
        let patience = STEP + Duration::from_secs(size_bytes / (64 * 1024));
        let whole = self.part(uid, "(UID BODY.PEEK[])", patience).await?;
        Ok(whole.map_or(Fetched::Gone, |(_, bytes)| Fetched::Whole(bytes)))
    }

    /// The size and the bytes of what is asked for; none: the mail is gone.
    async fn part(
        &mut self,
        uid: u32,
        what: &str,
        patience: Duration,
    ) -> Result<Option<(Option<u32>, Vec<u8>)>, MailFault> {
        let doing = format!("take mail {uid}");
        let session = &mut self.session;
        let taking = async {
            let found = session.uid_fetch(uid.to_string(), what).await?;
            let mut part = None;
            let mut found = std::pin::pin!(found);
            while let Some(one) = found.try_next().await? {
                // The server may tell of other mails in between.
                if one.uid == Some(uid) {
                    let bytes = one.body().or_else(|| one.header()).unwrap_or_default().to_vec();
                    part = Some((one.size, bytes));
                }
            }
            Ok(part)
        };
        within(&doing, patience, async { taking.await.map_err(|e| MailFault::of(&doing, &e)) })
            .await
    }

    /// Marks a mail as read.
    ///
    /// Errors: [`MailFault`].
    pub async fn mark_read(&mut self, uid: u32) -> Result<(), MailFault> {
        self.flag(uid, "+FLAGS (\\Seen)").await
    }

    async fn flag(&mut self, uid: u32, flags: &str) -> Result<(), MailFault> {
        let doing = format!("mark mail {uid}");
        let session = &mut self.session;
        let marking = async {
            let marked = session.uid_store(uid.to_string(), flags).await;
            drained(marked.map_err(|e| MailFault::of(&doing, &e))?, &doing).await
        };
        within(&doing, STEP, marking).await
    }

    /// Moves a mail to another folder, which is made where it is not there.
    ///
    /// Errors: [`MailFault`].
    pub async fn move_to(&mut self, uid: u32, folder: &str) -> Result<(), MailFault> {
        let name = encoded(folder);
        match self.moved(uid, &name).await {
            Err(MailFault::Denied { .. }) => {
                let doing = format!("make the folder {folder}");
                let session = &mut self.session;
                let making = async {
                    session.create(&name).await.map_err(|error| MailFault::of(&doing, &error))
                };
                // One that is there already cannot be made: then the move says what is wrong.
                let made = within(&doing, STEP, making).await;
                match (self.moved(uid, &name).await, made) {
                    (Err(MailFault::Denied { .. }), Err(fault)) => Err(fault),
                    (moved, _) => moved,
                }
            }
            moved => moved,
        }
    }

    async fn moved(&mut self, uid: u32, name: &str) -> Result<(), MailFault> {
        let doing = format!("move mail {uid}");
        let session = &mut self.session;
        if self.moves {
            let moving = async {
                let moved = session.uid_mv(uid.to_string(), name).await;
                moved.map_err(|error| MailFault::of(&doing, &error))
            };
            return within(&doing, STEP, moving).await;
        }
        let copying = async {
            let copied = session.uid_copy(uid.to_string(), name).await;
            copied.map_err(|error| MailFault::of(&doing, &error))
        };
        within(&doing, STEP, copying).await?;
        self.flag(uid, "+FLAGS (\\Seen \\Deleted)").await?;
        let session = &mut self.session;
        let removing = async {
            let gone = session.expunge().await;
            drained(gone.map_err(|e| MailFault::of(&doing, &e))?, &doing).await
        };
        within(&doing, STEP, removing).await
    }

    /// Says goodbye; the server may have gone before.
    pub async fn close(mut self) {
        let leaving = async { self.session.logout().await };
        let _gone = tokio::time::timeout(STEP, leaving).await;
    }
}

async fn drained<T>(
    answers: impl Stream<Item = Result<T, Error>>,
    doing: &str,
) -> Result<(), MailFault> {
    let mut answers = std::pin::pin!(answers);
    while let Some(_one) = answers.try_next().await.map_err(|error| MailFault::of(doing, &error))? {
    }
    Ok(())
}

async fn within<T>(
    doing: &str,
    patience: Duration,
    step: impl Future<Output = Result<T, MailFault>>,
) -> Result<T, MailFault> {
    match tokio::time::timeout(patience, step).await {
        Ok(done) => done,
        Err(_) => Err(MailFault::Slow { doing: doing.to_owned(), seconds: patience.as_secs() }),
    }
}
