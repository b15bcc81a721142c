use http_kit::{PageView, Problem};
use kernel::{Grant, Language, Owed, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{oversight_views::ActivationView, rights_views::TokenLimitsView};
use crate::{
    Access, Secret, SignedIn, Standing,
    actions::Powers,
    model::{
        session::Session,
        token::Token,
        user::{Theme, User},
    },
};

/// A page of users.
pub(super) type UserPage = PageView<UserView>;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// The `next` of the page before.
    pub(super) after: Option<String>,
    /// 1 to 500; 50 when not given.
    pub(super) limit: Option<u32>,
}

/// A language of the UI.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = Language)]
pub(super) enum LanguageView {
    /// English.
    #[serde(rename = "en")]
    English,
    /// 简体中文。
    #[serde(rename = "zh")]
    Chinese,
}

/// The colours of the UI.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Theme)]
pub(super) enum ThemeView {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the operating system has it.
    System,
}

/// Somebody who may sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserView {
    id: String,
    /// What they sign in with.
    name: String,
    /// What others see.
    display_name: String,
    /// The person of the directory.
    person_id: Option<String>,
    /// The roles granted to them directly that count now.
    roles: Vec<String>,
    /// Whether they are kept out.
    disabled: bool,
    /// The language they chose; null: the browser's.
    language: Option<LanguageView>,
    theme: ThemeView,
    /// The ETag of the user.
    version: i64,
    created_at: String,
    last_sign_in_at: Option<String>,
}

/// Who is signed in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionView {
    user: UserView,
    /// The roles held, by all ways.
    roles: Vec<String>,
    /// The permissions held, for showing what can be done.
    permissions: Vec<String>,
    /// Those of them that count everywhere.
    permissions_everywhere: Vec<String>,
    /// Emergencies of this user that go on: to be shown where nobody overlooks them.
    emergencies: Vec<ActivationView>,
    /// Whether the three administrators are separated.
    separated: bool,
    /// What must be done before anything else: `password` (choose one of one's own) or
    /// `second_factor` (set one up). Everything else is answered with 403 until then.
    owed: Option<&'static str>,
    /// To be sent as `X-CSRF-Token` with every change; empty for API tokens, which need none.
    csrf_token: String,
    /// When it ends at the latest.
    expires_at: String,
    /// When it ends if nothing more is heard.
    idle_expires_at: String,
    /// Null for API tokens.
    session_id: Option<String>,
}

/// One of one's own sessions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionEntry)]
pub(super) struct SessionEntryView {
    id: String,
    created_at: String,
    last_seen_at: String,
    expires_at: String,
    /// The address it was begun from.
    source: String,
    user_agent: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// A program's right to act for a user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub(super) struct TokenView {
    id: String,
    name: String,
    /// What it is limited to; null: all that its user may do.
    limits: Option<TokenLimitsView>,
    user_id: String,
    user_name: String,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
    revoked_at: Option<String>,
}

/// A token that was just made, with its text, which is never shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewToken)]
pub(super) struct NewTokenView {
    #[serde(flatten)]
    pub(super) entry: TokenView,
    /// What the program sends as `Authorization: Bearer …`.
    pub(super) token: String,
}

impl SessionView {
    /// The view of a session that just began.
    pub(super) async fn begun(access: &Access, signed_in: &SignedIn) -> Result<Self, Problem> {
        let powers = access.powers(&signed_in.user).await?;
        let grant = powers.grant.clone();
        let mut view = Self::bare(access, &signed_in.user, &grant, powers);
        view.put_session(access, &signed_in.session, &signed_in.secret);
        Ok(view)
    }

    /// The view of what the caller is known by; `secret` is that of their cookie.
    pub(super) async fn of(
        access: &Access,
        grant: &Grant,
        standing: &Standing,
        secret: Option<&Secret>,
    ) -> Result<Self, Problem> {
        let powers = access.powers(&standing.user).await?;
        let mut view = Self::bare(access, &standing.user, grant, powers);
        if let (Some(session), Some(secret)) = (&standing.session, secret) {
            view.put_session(access, session, secret);
        } else if let Some(token) = &standing.token {
            view.expires_at = token.expires_at.to_string();
            view.idle_expires_at.clone_from(&view.expires_at);
        }
        Ok(view)
    }

    fn bare(access: &Access, user: &User, grant: &Grant, powers: Powers) -> Self {
        let held = access.permissions_of(grant);
        let everywhere = held.iter().filter(|one| grant.scope(**one) == Scope::Everywhere);
        Self {
            user: UserView::new(user, powers.roles.clone()),
            roles: powers.roles,
            permissions_everywhere: everywhere.map(ToString::to_string).collect(),
            permissions: held.iter().map(ToString::to_string).collect(),
            emergencies: powers.emergencies.into_iter().map(ActivationView::from).collect(),
            separated: powers.separated,
            owed: grant.owed().map(Owed::name),
            csrf_token: String::new(),
            expires_at: String::new(),
            idle_expires_at: String::new(),
            session_id: None,
        }
    }

    fn put_session(&mut self, access: &Access, session: &Session, secret: &Secret) {
        let limits = access.session_limits();
        self.csrf_token = secret.csrf_token();
        self.expires_at = limits.expires_at(session).to_string();
        self.idle_expires_at = limits.idle_expires_at(session).to_string();
        self.session_id = Some(session.id.to_string());
    }
}

impl SessionEntryView {
    /// The view of a session; `current` is the id of the one that asks.
    pub(super) fn of(access: &Access, session: &Session, current: Option<&str>) -> Self {
        let id = session.id.to_string();
        Self {
            current: current == Some(id.as_str()),
            id,
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            expires_at: access.session_limits().expires_at(session).to_string(),
            source: session.source.clone(),
            user_agent: session.user_agent.clone(),
        }
    }
}

impl UserView {
    /// The view of a user with the roles granted to them.
    pub(super) fn new(user: &User, roles: Vec<String>) -> Self {
        Self {
            id: user.id.to_string(),
            name: user.name.as_str().to_owned(),
            display_name: user.display_name.clone(),
            person_id: user.person_id.clone(),
            roles,
            disabled: user.disabled,
            language: user.language.map(Into::into),
            theme: user.theme.into(),
            version: user.version,
            created_at: user.created_at.to_string(),
            last_sign_in_at: user.last_sign_in_at.map(|at| at.to_string()),
        }
    }
}

impl From<Token> for TokenView {
    fn from(token: Token) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            limits: token.limits.map(TokenLimitsView::from),
            user_id: token.user_id.to_string(),
            user_name: token.user_name,
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
            last_used_at: token.last_used_at.map(|at| at.to_string()),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
        }
    }
}

impl From<Language> for LanguageView {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::Chinese => Self::Chinese,
        }
    }
}

impl From<LanguageView> for Language {
    fn from(language: LanguageView) -> Self {
        match language {
            LanguageView::English => Self::English,
            LanguageView::Chinese => Self::Chinese,
        }
    }
}

impl From<Theme> for ThemeView {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::Light => Self::Light,
            Theme::Dark => Self::Dark,
            Theme::System => Self::System,
        }
    }
}

impl From<ThemeView> for Theme {
    fn from(theme: ThemeView) -> Self {
        match theme {
            ThemeView::Light => Self::Light,
            ThemeView::Dark => Self::Dark,
            ThemeView::System => Self::System,
        }
    }
}
