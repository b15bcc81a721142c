//! Passkeys: WebAuthn level 3 as the relying party, without attestation. Pure.

pub(crate) mod ceremony;
mod cose;
pub(crate) mod relying_party;

use std::time::Duration;

use kernel::{FieldFault, Id, Text, Time};

use super::{secret::Secret, user::UserId};

/// How long the answer of an authenticator is waited for.
pub(crate) const CEREMONY: Duration = Duration::from_secs(300);
/// A user has no more passkeys than this.
pub(crate) const PASSKEYS_MAX: u32 = 20;
/// The longest id of a credential (WebAuthn 4, credential ID).
pub(crate) const CREDENTIAL_BYTES_MAX: usize = 1023;
/// The ways to an authenticator that are remembered, for the browser's sake.
const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];
const NAME_CHARS_MAX: usize = 60;

/// The id of a passkey.
pub type PasskeyId = Id<Passkey>;

/// A key pair whose private half some authenticator of the user keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id here.
    pub id: PasskeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// What its user calls it.
    pub name: String,
    /// Its id with the authenticator, in base64url.
    pub credential_id: String,
    /// The public half, as a COSE key in base64url.
    pub public_key: String,
    /// The authenticator's counter of signatures when it was last seen; 0 where it has none.
    pub sign_count: i64,
    /// Ways to the authenticator: `usb`, `internal` …
    pub transports: Vec<String>,
    /// Whether it may be copied between the user's devices.
    pub synced: bool,
    /// When it was added.
    pub created_at: Time,
    /// When it was last signed in with.
    pub last_used_at: Option<Time>,
}

/// What the browser needs to have an authenticator make a key pair.
#[derive(Debug, Clone)]
pub struct PasskeyOffer {
    /// To be signed; good once.
    pub challenge: Secret,
    /// The site for which the key pair is made: a host name.
    pub rp_id: String,
    /// Where the page must come from.
    pub origin: String,
    /// Who.
    pub user_id: UserId,
    /// What they sign in with.
    pub user_name: String,
    /// What others see.
    pub display_name: String,
    /// Credentials that they have already.
    pub known: Vec<Passkey>,
    /// When it is over.
    pub expires_at: Time,
}

/// What the browser needs to have an authenticator sign.
#[derive(Debug, Clone)]
pub struct PasskeyChallenge {
    /// To be signed; good once.
    pub challenge: Secret,
    /// The site whose key pairs count: a host name.
    pub rp_id: String,
    /// Where the page must come from.
    pub origin: String,
    /// The user's credentials at a second step; none when any credential will do.
    pub allowed: Vec<Passkey>,
    /// Whether the authenticator must know its user, by a PIN or a finger.
    pub verification: Verification,
    /// When it is over.
    pub expires_at: Time,
}

/// What an authenticator made for a new passkey.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    /// What its user will call it.
    pub name: String,
    /// The JSON that the browser wrote (`clientDataJSON`).
    pub client_data: Vec<u8>,
    /// The key pair's public half and what goes with it (`attestationObject`, CBOR).
    pub attestation: Vec<u8>,
    /// Ways to the authenticator.
    pub transports: Vec<String>,
}

/// What an authenticator signed.
#[derive(Debug, Clone)]
pub struct PasskeyAnswer {
    /// The credential's id, in base64url.
    pub credential_id: String,
    /// The JSON that the browser wrote (`clientDataJSON`).
    pub client_data: Vec<u8>,
    /// What the authenticator says of itself.
    pub authenticator_data: Vec<u8>,
    /// The signature of both.
    pub signature: Vec<u8>,
    /// Whose it is, as the authenticator was told.
    pub user_handle: Option<Vec<u8>>,
}

/// Whether the authenticator must know its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// It stands alone, in place of a password and a code.
    Required,
    /// It stands beside a password: having it is enough.
    Preferred,
}

/// What a challenge was given for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A new passkey, in the session of that id.
    Add(String),
    /// Signing in without a name.
    SignIn,
    /// The second step of the sign-in with that hash.
    SecondStep(String),
}

/// Why an authenticator's answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyFault {
    /// What the browser wrote does not read.
    ClientData,
    /// The answer is to another sort of question.
    Ceremony,
    /// The page came from elsewhere.
    Origin,
    /// The page was inside another site's page.
    Framed,
    /// The authenticator's data do not read.
    AuthenticatorData,
    /// They are for another site.
    RelyingParty,
    /// Nobody touched the authenticator.
    NotPresent,
    /// The authenticator does not know its user.
    NotVerified,
    /// The key is of a sort that was not asked for.
    Key,
    /// The signature does not fit.
    Signature,
    /// It is another user's.
    User,
    /// The counter went back: there may be a copy of the authenticator.
    Counter,
    /// There is no such passkey here.
    Unknown,
}

impl Purpose {
    /// Its name in the database, and what it belongs to.
    pub(crate) fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Add(session) => ("add", session),
            Self::SignIn => ("sign-in", ""),
            Self::SecondStep(reference) => ("second-step", reference),
        }
    }
}

impl Verification {
    /// Its name in the protocol.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Preferred => "preferred",
        }
    }
}

impl PasskeyFault {
    /// Its name in the journal.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientData => "client_data",
            Self::Ceremony => "ceremony",
            Self::Origin => "origin",
            Self::Framed => "framed",
            Self::AuthenticatorData => "authenticator_data",
            Self::RelyingParty => "relying_party",
            Self::NotPresent => "not_present",
            Self::NotVerified => "not_verified",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::User => "user",
            Self::Counter => "counter",
            Self::Unknown => "unknown",
        }
    }

    /// What is said about it.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::ClientData => Text::new("the browser's data do not read", "浏览器数据无法解析"),
            Self::Ceremony => Text::new("it answers another question", "应答与请求的类型不符"),
            Self::Origin => Text::new(
                "the page does not come from this server's address (`server.url`)",
                "页面地址与服务器网址（server.url）不符",
            ),
            Self::Framed => {
                Text::new("the page is inside another site's page", "页面嵌套在其他网站中")
            }
            Self::AuthenticatorData => {
                Text::new("the authenticator's data do not read", "验证器数据无法解析")
            }
            Self::RelyingParty => Text::new("it is for another site", "该通行密钥属于其他网站"),
            Self::NotPresent => {
                Text::new("nobody touched the authenticator", "验证器未确认用户在场")
            }
            Self::NotVerified => Text::new(
                "the authenticator did not ask for its PIN, finger or face",
                "验证器未核验 PIN、指纹或人脸",
            ),
            Self::Key => Text::new("the key is of a sort that is not taken", "不支持该密钥算法"),
            Self::Signature => Text::new("the signature does not fit", "签名无效"),
            Self::User => Text::new("it is somebody else's", "该通行密钥属于其他用户"),
            Self::Counter => Text::new(
                "its counter went back: there may be a copy of the authenticator; remove it",
                "签名计数回退，验证器可能已被复制，请删除该通行密钥",
            ),
            Self::Unknown => {
                Text::new("it is not known here, or was removed", "该通行密钥未注册或已删除")
            }
        }
    }
}

impl NewPasskey {
    /// What its user calls it, and the ways to it that are known.
    ///
    /// Errors: the [`FieldFault`] of `name`.
    pub(crate) fn checked(&self) -> Result<(String, Vec<String>), FieldFault> {
        let name = self.name.trim();
        let chars = name.chars().count();
        if !(1..=NAME_CHARS_MAX).contains(&chars) || name.chars().any(char::is_control) {
            let expected = Text::new(
                "1 to 60 characters, no control characters",
                "1 到 60 个字符，不含控制字符",
            );
            return Err(FieldFault::new("name", &self.name, expected));
        }
        let known = TRANSPORTS.iter().filter(|one| self.transports.iter().any(|way| way == **one));
        Ok((name.to_owned(), known.map(|&way| way.to_owned()).collect()))
    }
}

/// The algorithms that are taken, best first (IANA COSE).
#[must_use]
pub fn passkey_algorithms() -> &'static [i64] {
    &ceremony::ALGORITHMS
}

/// What an authenticator is told whose key pair it is: no name, nothing of the person.
pub(crate) fn handle_of(user_id: UserId) -> String {
    user_id.to_string()
}
