use serde::{Deserialize, Serialize};

use crate::{Grant, Permission, Place, Scope};

/// What sort of actor did a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A person, signed in.
    Person,
    /// A program, by an API token.
    Token,
    /// The server: a job, a reaction, a discovery.
    System,
    /// The command line of the machine that holds the data directory.
    Console,
    /// Somebody who has not signed in.
    Stranger,
}

impl ActorKind {
    /// Its name in the journal.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Token => "token",
            Self::System => "system",
            Self::Console => "console",
            Self::Stranger => "stranger",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Person, Self::Token, Self::System, Self::Console, Self::Stranger]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Whoever did a thing, as the journal remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The sort of actor.
    pub kind: ActorKind,
    /// The id of the user, token or job; empty for strangers.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

impl Actor {
    /// The server acting by itself through `part`, such as `discovery`.
    #[must_use]
    pub fn system(part: &str) -> Self {
        Self { kind: ActorKind::System, id: part.to_owned(), name: part.to_owned() }
    }

    /// A person at the machine's own command line.
    #[must_use]
    pub fn console() -> Self {
        Self { kind: ActorKind::Console, id: String::new(), name: "console".to_owned() }
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn stranger() -> Self {
        Self { kind: ActorKind::Stranger, id: String::new(), name: String::new() }
    }
}

/// Who asks, what they may do, and from where: made once for a request and passed to the verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who asks.
    pub actor: Actor,
    /// What they may do.
    pub grant: Grant,
    /// The user on whose behalf they act; `None` for the system and strangers.
    pub user_id: Option<String>,
    /// The session, when signed in by a browser.
    pub session_id: Option<String>,
    /// The request's id, for the journal and the log.
    pub request_id: String,
    /// The address they came from; empty for the system.
    pub source: String,
}

impl Caller {
    /// The server itself, acting through `part`.
    #[must_use]
    pub fn system(part: &str) -> Self {
        Self::of(Actor::system(part), Grant::Everything)
    }

    /// The machine's own command line.
    #[must_use]
    pub fn console() -> Self {
        Self::of(Actor::console(), Grant::Everything)
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn stranger() -> Self {
        Self::of(Actor::stranger(), Grant::Nothing)
    }

    /// Whether they hold `permission` anywhere at all: what a route asks.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        !self.grant.scope(permission).is_nowhere()
    }

    /// Where they hold `permission`: what a list is limited to.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        self.grant.scope(permission)
    }

    /// Whether they hold `permission` over a thing at `place`: what a verb asks.
    #[must_use]
    pub fn may_at(&self, permission: Permission, place: &Place<'_>) -> bool {
        self.grant.scope(permission).covers(place)
    }

    /// Whether they hold `permission` over everything: what belongs nowhere asks for this.
    #[must_use]
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.grant.scope(permission) == Scope::Everywhere
    }

    /// Who answers for what they do: the user, whichever way they came in; without one whatever
    /// acts. Where one must not decide about their own doing, this is what is kept of the doing.
    #[must_use]
    pub fn principal(&self) -> &str {
        self.user_id.as_deref().unwrap_or(&self.actor.id)
    }

    /// Whether what is kept of who did something means them. Older records may name the token
    /// that was used.
    #[must_use]
    pub fn is(&self, principal: &str) -> bool {
        !principal.is_empty() && [self.principal(), &self.actor.id].contains(&principal)
    }

    fn of(actor: Actor, grant: Grant) -> Self {
        Self {
            actor,
            grant,
            user_id: None,
            session_id: None,
            request_id: String::new(),
            source: String::new(),
        }
    }
}
