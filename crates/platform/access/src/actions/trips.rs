//! Signing in, or linking one's account, by way of a provider.

use std::sync::Arc;

use kernel::Caller;
use url::Url;
use vault::Revealed;

use super::{
    Access,
    attempts::Counted,
    permit,
    providers::not_found,
    sessions::in_own_session,
    sign_in::{Came, FirstStep},
    vouching::away,
    welcome::unwelcome,
};
use crate::{
    AccessError, VouchingError,
    model::{
        facts::RefusedFor,
        identity::{Trust, Unwelcome, Vouched},
        permission::SIGN_IN_CHANGE,
        provider::{Provider, ProviderId, TRIP},
        secret::Secret,
        user::UserId,
    },
    oidc::{Claims, Client, Errand, Metadata, OidcError},
    store::{identities, providers, providers::Trip, users},
};

/// The most that is kept of what a provider says went wrong.
const SAID_CHARS_MAX: usize = 300;

/// What a browser is sent to a provider with.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Where it goes.
    pub url: Url,
    /// What it keeps in a cookie, so that nobody else can come back in its place.
    pub browser: Secret,
}

/// What a browser comes back with.
#[derive(Clone, Default)]
pub struct Return {
    /// What it was sent with.
    pub state: String,
    /// What proves it, to the provider.
    pub code: Option<String>,
    /// Why there is no code (RFC 6749 4.1.2.1).
    pub error: Option<String>,
    /// Who says so (RFC 9207).
    pub issuer: Option<String>,
}

/// What a trip led to.
#[derive(Debug, Clone)]
pub enum Arrival {
    /// The first step of a sign-in is done.
    In(FirstStep),
    /// The account of who asked is linked.
    Linked,
}

/// A trip that came back whole.
struct Back {
    counted: Counted,
    trip: Trip,
    provider: Provider,
    errand: Errand,
}

impl Access {
    /// Sends a browser to a provider. `browser`: what it has in its cookie from another trip.
    /// `origin`: where its page comes from. For the account of who is signed in when `link`.
    ///
    /// Errors: [`VouchingError::ProviderNotFound`], [`VouchingError::ProviderAway`],
    /// [`VouchingError::NoAddress`], [`VouchingError::WrongAddress`].
    pub async fn depart(
        &self,
        id: ProviderId,
        browser: Option<Secret>,
        origin: Option<&str>,
        link: Option<&Caller>,
    ) -> Result<Departure, AccessError> {
        let user_id = match link {
            Some(caller) => {
                permit(caller, SIGN_IN_CHANGE)?;
                super::sessions::own_session(caller)?;
                Some(super::sessions::own_id(caller)?)
            }
            None => None,
        };
        let provider = providers::by_id(self.inner.db.reader(), id).await?;
        let provider = provider.filter(|provider| provider.settings.enabled);
        let provider = provider.ok_or_else(|| not_found(id))?;
        let redirect_uri = self.way_back_to(origin)?;
        let door = self.door(&provider)?;
        let read = self.metadata(&door, &provider).await;
        let metadata = read.map_err(|error| self.log_away(&provider, &error))?;
        let client = Client::new(&metadata, &provider.settings, None, &redirect_uri);
        let client = client.map_err(|error| self.log_away(&provider, &error))?;
        let ids = self.inner.ids.as_ref();
        let (state, browser) = (Secret::new(ids), browser.unwrap_or_else(|| Secret::new(ids)));
        let now = self.now();
        let trip = Trip {
            provider_id: id,
            provider_version: provider.version,
            browser_hash: browser.hash(),
            user_id,
            redirect_uri,
            created_at: now,
        };
        let mut tx = self.inner.db.begin().await?;
        let before = now.minus(TRIP);
        providers::begin_trip(tx.connection(), &state.hash(), &trip, before).await?;
        tx.commit().await?;
        Ok(Departure { url: client.way_there(&errand(&browser, &state)), browser })
    }

    /// Takes what a browser comes back with: once, soon, and from the browser that set out.
    ///
    /// Errors: [`VouchingError::TripOver`], [`AccessError::LockedOut`];
    /// [`VouchingError::ProviderDeclined`], [`VouchingError::ProviderAway`],
    /// [`VouchingError::ProviderDistrusted`]; [`VouchingError::Unwelcome`];
    /// [`VouchingError::IdentityTaken`].
    pub async fn arrive(
        &self,
        caller: &Caller,
        back: &Return,
        browser: Option<&Secret>,
        user_agent: &str,
    ) -> Result<Arrival, AccessError> {
        let came = self.end_trip(caller, back, browser).await?;
        let Back { counted, trip, provider, errand } = came;
        let claims = match self.proof(&provider, &trip, &errand, back).await {
            Ok(claims) => claims,
            Err(error) => return Err(self.refuse(caller, counted, &provider, error).await?),
        };
        let vouched = vouched(&provider, &claims);
        let groups = claims.texts(&provider.settings.groups_claim);
        let entered = match trip.user_id {
            Some(user_id) => self.link_own(caller, user_id, &vouched).await,
            None => match admit(&provider, &claims, &groups) {
                Ok(()) => self.enter(caller, &provider, &vouched, &groups, user_agent).await,
                Err(reason) => Err(unwelcome(reason)),
            },
        };
        if let Err(AccessError::Vouching(VouchingError::Unwelcome { reason })) = &entered {
            let authority = (vouched.authority.as_str(), provider.label.as_str());
            let reason = RefusedFor::Unwelcome(reason.clone());
            self.note_refused(caller, authority, Some(&vouched.subject), reason).await?;
        } else if entered.is_ok() {
            let mut tx = self.inner.db.begin().await?;
            counted.succeed(&mut tx).await?;
            tx.commit().await?;
        }
        entered
    }

    /// Ends a trip. From here on nobody can come back from it again.
    async fn end_trip(
        &self,
        caller: &Caller,
        back: &Return,
        browser: Option<&Secret>,
    ) -> Result<Back, AccessError> {
        let state = Secret::parse(&back.state).ok_or(VouchingError::TripOver)?;
        let browser = browser.ok_or(VouchingError::TripOver)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let trip = providers::end_trip(tx.connection(), &state.hash()).await?;
        let trip = trip.ok_or(VouchingError::TripOver)?;
        // Each trip is one attempt: only those of the source add up.
        let account = format!("trip:{}", state.hash());
        let counted = Counted::admit(&mut tx, caller, now, account).await?;
        let provider = providers::by_id(tx.connection(), trip.provider_id).await?;
        tx.commit().await?;
        let own = trip.user_id.map(|id| id.to_string());
        let same_user = own.is_none() || own == caller.user_id;
        let fresh = now.since(trip.created_at) < TRIP && browser.hash() == trip.browser_hash;
        let same = |provider: &Provider| {
            provider.settings.enabled && provider.version == trip.provider_version
        };
        match provider.filter(same) {
            Some(provider) if fresh && same_user => {
                Ok(Back { counted, trip, provider, errand: errand(browser, &state) })
            }
            _ => Err(VouchingError::TripOver.into()),
        }
    }

    /// Gives the code to the provider and looks at what it says.
    async fn proof(
        &self,
        provider: &Provider,
        trip: &Trip,
        errand: &Errand,
        back: &Return,
    ) -> Result<Claims, Wrong> {
        let settings = &provider.settings;
        if back.issuer.as_deref().is_some_and(|issuer| issuer != settings.issuer) {
            let said = "somebody else than the provider sent the browser back".to_owned();
            return Err(Wrong::Protocol(OidcError::Distrusted { said }));
        }
        let Some(code) = back.code.as_deref().filter(|code| !code.is_empty()) else {
            return Err(Wrong::Declined(error_code(back.error.as_deref())));
        };
        let door = self.door(provider).map_err(|error| Wrong::Ours(error.into()))?;
        let metadata = self.metadata(&door, provider).await?;
        let secret = self.client_secret(provider).await.map_err(Wrong::Ours)?;
        let client = |metadata: &Arc<Metadata>| {
            let secret = secret.as_ref().map(Revealed::expose);
            Client::new(metadata, settings, secret, &trip.redirect_uri)
        };
        let first = client(&metadata)?;
        let token = first.redeem(&door, code, errand).await?;
        let verified = match first.verify(&token, errand, self.now()) {
            // The provider may have taken another key meanwhile.
            Err(OidcError::UnknownKey) => {
                let fresh = self.fresh_keys(&door, provider, &metadata).await?;
                client(&fresh)?.verify(&token, errand, self.now())
            }
            verified => verified,
        };
        let mut claims = verified?;
        if wants_more(provider, &claims) {
            let subject = claims.subject().to_owned();
            claims.fill(first.more(&door, &token, &subject).await?);
        }
        Ok(claims)
    }

    async fn client_secret(&self, provider: &Provider) -> Result<Option<Revealed>, AccessError> {
        match provider.seal_id {
            Some(seal_id) => Ok(Some(self.vault()?.open(seal_id).await?)),
            None => Ok(None),
        }
    }

    /// Journals why there was no proof, and says what may be told of it.
    async fn refuse(
        &self,
        caller: &Caller,
        counted: Counted,
        provider: &Provider,
        wrong: Wrong,
    ) -> Result<AccessError, AccessError> {
        let label = provider.label.clone();
        let (told, reason, blameless) = match wrong {
            Wrong::Ours(error) => return Ok(error),
            Wrong::Declined(said) => {
                (VouchingError::ProviderDeclined { label, said: said.clone() }, said, true)
            }
            Wrong::Protocol(OidcError::Away { said }) => {
                (VouchingError::ProviderAway { label }, said.en, true)
            }
            Wrong::Protocol(error) => {
                (VouchingError::ProviderDistrusted { label }, error.to_string(), false)
            }
        };
        let name = &provider.label;
        tracing::warn!(provider = %name, "nobody signed in by `{name}`: {reason}");
        if blameless {
            let mut tx = self.inner.db.begin().await?;
            counted.take_back(&mut tx).await?;
            tx.commit().await?;
        }
        let reason = RefusedFor::Provider(reason.chars().take(SAID_CHARS_MAX).collect());
        let authority = (provider.settings.issuer.as_str(), name.as_str());
        self.note_refused(caller, authority, None, reason).await?;
        Ok(told.into())
    }

    /// Lets somebody in: with a session, or to their second factor.
    async fn enter(
        &self,
        caller: &Caller,
        provider: &Provider,
        vouched: &Vouched,
        groups: &[String],
        user_agent: &str,
    ) -> Result<Arrival, AccessError> {
        let trust = Trust {
            creates_users: provider.settings.creates_users,
            links_by_name: provider.settings.links_by_name,
        };
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let user = self.welcome(&mut tx, caller, now, vouched, trust).await?;
        self.follow_groups(&mut tx, caller, now, (provider, groups), &user).await?;
        let (authority, subject) = (&vouched.authority, &vouched.subject);
        let linked = identities::find(tx.connection(), authority, subject).await?;
        let came = Came {
            vouched_by: Some(provider.label.clone()),
            own: linked.is_some_and(|linked| linked.own && !linked.to_renew),
            provider_id: Some(provider.id),
        };
        let step = match self.await_second_step(&mut tx, now, &user, &came).await? {
            Some(second) => FirstStep::SecondFactor(second),
            None => {
                let begun = self.begin_session(&mut tx, caller, now, user, user_agent, came);
                FirstStep::SignedIn(Box::new(begun.await?))
            }
        };
        tx.commit().await?;
        Ok(Arrival::In(step))
    }

    /// Links the caller's own account.
    async fn link_own(
        &self,
        caller: &Caller,
        user_id: UserId,
        vouched: &Vouched,
    ) -> Result<Arrival, AccessError> {
        let mut tx = self.inner.db.begin().await?;
        let (authority, subject) = (&vouched.authority, &vouched.subject);
        let known = identities::find(tx.connection(), authority, subject).await?;
        match known {
            Some(known) if known.user_id == user_id && !known.to_renew => {
                return Ok(Arrival::Linked);
            }
            Some(known) if known.user_id == user_id => {
                identities::remove(tx.connection(), user_id, authority, subject).await?;
            }
            Some(_) => {
                let label = vouched.authority_label.clone();
                return Err(VouchingError::IdentityTaken { label }.into());
            }
            None => {}
        }
        let user = users::by_id(tx.connection(), user_id).await?;
        let user = user.filter(|user| !user.disabled).ok_or(AccessError::NotAPerson)?;
        // Whom another's word lets in says nothing of their own.
        let own = in_own_session(&mut tx, caller).await?
            && !self.is_vouched_for(tx.connection(), &user).await?;
        self.link(&mut tx, caller, self.now(), (&user, own), vouched).await?;
        tx.commit().await?;
        Ok(Arrival::Linked)
    }

    pub(super) fn log_away(&self, provider: &Provider, error: &OidcError) -> VouchingError {
        let name = &provider.label;
        tracing::warn!(provider = %name, "`{name}` cannot be used: {error}");
        away(provider)
    }
}

/// Why there is no proof.
enum Wrong {
    /// The provider sent the browser back without a code.
    Declined(String),
    /// What it says, or that it says nothing.
    Protocol(OidcError),
    /// Something here: the vault, the records.
    Ours(AccessError),
}

impl From<OidcError> for Wrong {
    fn from(error: OidcError) -> Self {
        Self::Protocol(error)
    }
}

/// What only this browser can know of this trip: nothing of it needs to be kept.
fn errand(browser: &Secret, state: &Secret) -> Errand {
    Errand {
        state: state.text(),
        nonce: browser.bound_to(state, "mainstay nonce v1"),
        verifier: browser.bound_to(state, "mainstay pkce v1"),
    }
}

/// Whether what matters here is not in the token, as with providers that keep it small.
fn wants_more(provider: &Provider, claims: &Claims) -> bool {
    let settings = &provider.settings;
    let groups_matter = !settings.groups.is_empty() || !settings.memberships.is_empty();
    claims.name(&settings.name_claim).is_none()
        || (groups_matter && claims.texts(&settings.groups_claim).is_empty())
        || (!settings.mail_domains.is_empty() && claims.verified_mail().is_none())
}

/// Whether the provider's people of that sort are let in.
fn admit(provider: &Provider, claims: &Claims, groups: &[String]) -> Result<(), Unwelcome> {
    let settings = &provider.settings;
    let domain = claims.verified_mail().and_then(|mail| mail.rsplit_once('@'));
    let in_domain = |(_, domain): (&str, &str)| {
        settings.mail_domains.iter().any(|one| one.eq_ignore_ascii_case(domain))
    };
    if !settings.mail_domains.is_empty() && !domain.is_some_and(in_domain) {
        return Err(Unwelcome::MailDomain);
    }
    if !settings.groups.is_empty() && !settings.groups.iter().any(|one| groups.contains(one)) {
        return Err(Unwelcome::Group);
    }
    Ok(())
}

fn vouched(provider: &Provider, claims: &Claims) -> Vouched {
    let settings = &provider.settings;
    Vouched {
        authority: settings.issuer.clone(),
        authority_label: provider.label.clone(),
        subject: claims.subject().to_owned(),
        name: claims.name(&settings.name_claim).map(str::to_owned),
        display_name: claims.text("name").map(str::to_owned),
        person_id: None,
    }
}

/// The error code that a browser came back with, if it can be one (RFC 6749 appendix A.7).
fn error_code(error: Option<&str>) -> String {
    let code: String = error.unwrap_or("no code").chars().take(100).collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-. ".contains(c);
    if code.chars().all(plain) { code } else { "an error that cannot be shown".to_owned() }
}
