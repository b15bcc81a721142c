mod chinese;
mod fault;
mod vouching;

use db::DbError;
use directory::DirectoryError;
use kernel::{Fault, FieldFault, Permission, Text, Time};
use vault::VaultError;

pub use self::vouching::VouchingError;

use crate::model::{
    grant::HolderKind, passkey::PasskeyFault, role::Duty, separation::DutyConflict,
};

/// Why a verb of signing in was refused.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The directory did not answer.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The vault is locked, or a seal in it does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The register did not tell where resources belong.
    #[error(transparent)]
    Places(#[from] Fault),
    /// Something about those who vouch for users.
    #[error(transparent)]
    Vouching(#[from] VouchingError),
    /// Not the code that the app shows, or one that was used; which of them is not told.
    #[error("the code is wrong or was used already")]
    WrongCode,
    /// The second step came too late, or something changed since the first one.
    #[error("this sign-in is over; begin again with your password")]
    SignInOver,
    /// There can be no passkeys under the server's address.
    #[error("{}", reason.en)]
    NoPasskeys {
        /// Why.
        reason: Text,
    },
    /// The answer came too late, or to a challenge that was used or never given.
    #[error("this passkey request is over or was used; begin again")]
    PasskeyOver,
    /// The authenticator's answer is not taken.
    #[error("the passkey was not accepted: {}", .0.text().en)]
    PasskeyRefused(PasskeyFault),
    /// The authenticator's key is here already.
    #[error("this passkey was added already")]
    PasskeyTaken,
    /// No such passkey of this user.
    #[error("no passkey `{id}`")]
    PasskeyNotFound {
        /// Its id.
        id: String,
    },
    /// The last second factor of somebody who must have one.
    #[error("a second factor is required of you: set up another one before you remove this one")]
    SecondFactorRequired,
    /// There is a second factor already.
    #[error("you have a second factor already; remove it first")]
    TotpEnrolled,
    /// No secret waits for its first code.
    #[error("no second factor is being set up, or its time is over; begin again")]
    TotpNotBegun,
    /// There is no second factor.
    #[error("`{name}` has no second factor")]
    TotpNotEnrolled {
        /// The user.
        name: String,
    },
    /// One's own is removed with the password.
    #[error("remove your own second factor in your profile, with your password")]
    OwnSecondFactor,
    /// Fields of the input are wrong.
    #[error("{}", Fault::invalid_fields(.0.clone()).text.en)]
    Invalid(Vec<FieldFault>),
    /// The caller lacks the permission.
    #[error("you lack the permission `{0}`")]
    Forbidden(Permission),
    /// No such user, or a wrong password, or a disabled one: which of them is not told.
    #[error("name or password is wrong")]
    WrongCredentials,
    /// Too many failures of this account or from this source.
    #[error("too many failed sign-ins; try again in {retry_after_s} s")]
    LockedOut {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// Too many passwords are being checked.
    #[error("too many people sign in at once; try again in a few seconds")]
    Busy,
    /// The first administrator exists.
    #[error("the first administrator exists already; sign in instead")]
    FirstRunDone,
    /// Not the link that this start printed.
    #[error("the first-run link is not valid; take the one that the server printed last")]
    FirstRunTokenWrong,
    /// Somebody has that name.
    #[error("a user called `{name}` exists already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Nobody could administer any more.
    #[error("`{name}` is the last enabled administrator; make another one first")]
    LastAdministrator {
        /// The administrator.
        name: String,
    },
    /// Nobody would have one of the duties any more, while the administrators are separated.
    #[error(
        "the administrators are separated, and nobody but `{name}` keeps {}: everywhere, in full \
         and without an end, enabled and with a password here; give it to another one first",
        duty.title().en
    )]
    LastOfDuty {
        /// Who is touched.
        name: String,
        /// The duty.
        duty: Duty,
    },
    /// No such user.
    #[error("no user `{key}`")]
    UserNotFound {
        /// The id or name that was asked for.
        key: String,
    },
    /// No such session of this user.
    #[error("no session `{id}`")]
    SessionNotFound {
        /// Its id.
        id: String,
    },
    /// No such token.
    #[error("no token `{id}`")]
    TokenNotFound {
        /// Its id.
        id: String,
    },
    /// Somebody changed it in between.
    #[error("it was changed in the meantime; load it again and repeat your change")]
    Stale,
    /// Only who signed in by a browser can do that.
    #[error("this needs somebody who signed in by name and password")]
    NotAPerson,
    /// The user has as many tokens as allowed.
    #[error("the user has {limit} live tokens, which is the limit; revoke one first")]
    TooManyTokens {
        /// The limit.
        limit: i64,
    },
    /// A token that we did not make.
    #[error("the API token is not known here")]
    TokenUnknown,
    /// A token whose time is over.
    #[error("the API token has expired; make a new one")]
    TokenExpired,
    /// A token that was taken back.
    #[error("the API token was revoked")]
    TokenRevoked,
    /// A change that did not come from our own pages.
    #[error("the request does not come from this site's own pages; reload the page and try again")]
    Csrf,
    /// A password could not be hashed or compared.
    #[error("a password could not be hashed: {inside}")]
    Hashing {
        /// What the hasher said.
        inside: String,
    },
    /// The caller holds the permission, but not that far.
    #[error("your permission `{0}` does not reach so far")]
    OutOfScope(Permission),
    /// Another user is that person.
    #[error("the user `{name}` is that person already; no person has two users")]
    PersonTaken {
        /// The other user.
        name: String,
    },
    /// No such role.
    #[error("no role `{name}`")]
    RoleNotFound {
        /// Its name.
        name: String,
    },
    /// There is a role of that name.
    #[error("a role called `{name}` exists already")]
    RoleTaken {
        /// Its name.
        name: String,
    },
    /// Roles that came with the product never change.
    #[error(
        "`{name}` came with the product and cannot be changed; make a role of your own like it"
    )]
    RoleShipped {
        /// Its name.
        name: String,
    },
    /// A role that is or was granted stays.
    #[error("`{name}` is or was granted {grants} times; end the grants and leave the role be")]
    RoleInUse {
        /// Its name.
        name: String,
        /// How often.
        grants: i64,
    },
    /// No such group.
    #[error("no group `{id}`")]
    GroupNotFound {
        /// Its id.
        id: String,
    },
    /// There is a group of that name.
    #[error("a group called `{name}` exists already")]
    GroupTaken {
        /// Its name.
        name: String,
    },
    /// A group would be a member of itself.
    #[error("a group would be a member of itself: {}", circle.join(" in "))]
    GroupCircle {
        /// The names around the circle.
        circle: Vec<String>,
    },
    /// There are as many as there can be.
    #[error("there are {limit} already, which is the limit; remove some first")]
    TooMany {
        /// The limit.
        limit: u32,
    },
    /// Nobody there to be granted something.
    #[error("no {} `{id}`", kind.name())]
    HolderNotFound {
        /// What was looked for.
        kind: HolderKind,
        /// Its id.
        id: String,
    },
    /// No such grant, or not for this caller.
    #[error("no grant `{id}`")]
    GrantNotFound {
        /// Its id.
        id: String,
    },
    /// The holder has that already.
    #[error(
        "{holder} has `{role}` over this already, from {} {}: grant {id}",
        from.to_second(),
        to.map_or_else(|| "without an end".to_owned(), |to| format!("until {}", to.to_second()))
    )]
    AlreadyGranted {
        /// The id of the grant that is there.
        id: String,
        /// Who has it.
        holder: String,
        /// Its role.
        role: String,
        /// Since when it counts.
        from: Time,
        /// Until when.
        to: Option<Time>,
    },
    /// While the administrators are separated nobody grants themselves anything.
    #[error("the administrators are separated: somebody else must grant you that")]
    OwnGrant,
    /// While the administrators are separated nobody can sign in as another of them.
    #[error(
        "the administrators are separated: only {name} sets their own password, or the console: \
         mainstay admin password"
    )]
    OthersDuty {
        /// Whose password it is.
        name: String,
    },
    /// While the administrators are separated nobody says that what an account has is somebody
    /// else's.
    #[error(
        "the administrators are separated, and {name} has rights: whoever signs in as that person \
         would have them; make an account for the person instead"
    )]
    OthersPerson {
        /// Whose account it is.
        name: String,
    },
    /// While the administrators are separated nobody says who is found as a person who has rights.
    #[error(
        "the administrators are separated, and the person has rights: whoever is found by that \
         number would have them; let a source tell it, or have the rights ended first"
    )]
    FoundAnew,
    /// A token does not change what it is limited to.
    #[error("this token is limited to the role `{role}`, and does not change it")]
    OwnLimit {
        /// The role.
        role: String,
    },
    /// Something would last longer than the right by which it is given.
    #[error("{}", fault::outlasts(right, *limit, *until).en)]
    OutlastsOwn {
        /// The permission by which it is given.
        right: String,
        /// Until when the caller holds it there.
        limit: Time,
        /// The field that says until when they wanted to give it, and what it says; none where
        /// nothing says so, and what is given has no end.
        until: Option<(&'static str, Option<Time>)>,
    },
    /// What was lent is not given away.
    #[error(
        "you hold `{right}` here only because it was passed on to you or by an emergency: nothing \
         is granted or passed on out of that"
    )]
    LentRight {
        /// The permission or the role.
        right: String,
    },
    /// What may not be passed on.
    #[error("`{role}` cannot be passed on")]
    NotDelegable {
        /// The role.
        role: String,
    },
    /// Two of the three duties would meet in one hand.
    #[error("{}", .0.text().en)]
    DutiesExclude(Box<DutyConflict>),
    /// A role that unites duties, while they are separated.
    #[error("the administrators are separated: `{role}` unites their duties")]
    AllPowerful {
        /// The role.
        role: String,
    },
    /// They are separated already.
    #[error("the administrators are separated already")]
    AlreadySeparated,
    /// Not all three duties are held by somebody.
    #[error(
        "nobody holds {} everywhere, in full and without an end who has a password here and is \
         linked by nobody else; grant it first, each duty to another person",
        duties(missing).en
    )]
    DutiesVacant {
        /// Those that nobody holds.
        missing: Vec<Duty>,
    },
    /// Only from the command line of the machine itself.
    #[error("this can only be done on the server itself: mainstay admin separation off")]
    OnlyAtTheConsole,
    /// No such sealed right, or not for this caller.
    #[error("no sealed right or emergency `{id}`")]
    EmergencyNotFound {
        /// Its id.
        id: String,
    },
    /// The seal is broken and its time not over.
    #[error("this emergency goes on; it cannot begin twice")]
    EmergencyGoesOn,
    /// Who took a role of one duty in an emergency takes none of another before somebody else has
    /// looked at it.
    #[error("{}", fault::second_duty(role, *duty, *from).en)]
    SecondDuty {
        /// The role that they took before.
        role: String,
        /// Its duty.
        duty: Duty,
        /// From when on they may, if nothing else is lacking.
        from: Option<Time>,
    },
    /// No such review, or not for this caller.
    #[error("no review `{id}`")]
    ReviewNotFound {
        /// Its id.
        id: String,
    },
    /// No such line, or not for this caller.
    #[error("no line `{id}` under review")]
    ReviewItemNotFound {
        /// Its id.
        id: String,
    },
    /// Nobody reviews themselves.
    #[error("nobody reviews their own rights; somebody else must look at this")]
    OwnReview,
    /// It was decided before.
    #[error("this was decided already")]
    AlreadyDecided,
    /// The review was closed.
    #[error("the review is closed")]
    ReviewOver,
    /// What comes with a post goes with the post.
    #[error("this comes with a post: end the holding in the directory, or the grant to the post")]
    HeldByPost,
    /// More lines than one review can have.
    #[error("the review would have over {limit} lines; make several of it")]
    ReviewTooWide {
        /// The limit.
        limit: usize,
    },
}

/// The names of duties, as people list them.
fn duties(duties: &[Duty]) -> Text {
    let titles: Vec<Text> = duties.iter().map(|duty| duty.title()).collect();
    Text::list(&titles)
}

impl From<sqlx::Error> for AccessError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}
