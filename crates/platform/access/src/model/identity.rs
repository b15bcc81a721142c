use kernel::Time;

use super::user::{User, UserId, UserName};

/// That a user is somebody there: at a provider or in a directory of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The issuer of a provider; of a directory `ldap:` and the id of its source.
    pub authority: String,
    /// Who they are there, for good.
    pub subject: String,
    /// The user here.
    pub user_id: UserId,
    /// What they were called there when they last came.
    pub name: String,
    /// Since when it is known.
    pub linked_at: Time,
    /// When they last signed in by it.
    pub last_used_at: Option<Time>,
    /// Whether the user linked it themselves, with a password of their own here.
    pub own: bool,
    /// Whether somebody has led the authority elsewhere since, or set the user's password: then
    /// it is to be linked anew before one of the separated administrators comes in by it.
    pub to_renew: bool,
}

/// What an authority says of somebody who has proved there who they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Vouched {
    /// As [`Identity::authority`].
    pub(crate) authority: String,
    /// What people call the authority.
    pub(crate) authority_label: String,
    /// Who they are there.
    pub(crate) subject: String,
    /// What they sign in with there, if it said.
    pub(crate) name: Option<String>,
    /// What others see of them, if it said.
    pub(crate) display_name: Option<String>,
    /// The person of our directory whom the authority's directory is the source of.
    pub(crate) person_id: Option<String>,
}

/// What may follow from what an authority says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trust {
    /// Whether people whom nobody knows here get an account.
    pub(crate) creates_users: bool,
    /// Whether whoever has a user's name there is that user here.
    pub(crate) links_by_name: bool,
}

/// The users whom somebody vouched for may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Candidates<'u> {
    /// Linked to who they are there.
    pub(crate) linked: Option<&'u User>,
    /// The user of the same person of the directory.
    pub(crate) of_person: Option<&'u User>,
    /// The user with the same name.
    pub(crate) named: Option<&'u User>,
    /// Those of them who are somebody else there.
    pub(crate) others_there: &'u [UserId],
}

/// Who somebody is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Welcome {
    /// A user who is linked.
    Known(UserId),
    /// A user who is to be linked.
    Linked(UserId),
    /// A user who is to be made, with this name.
    New(UserName),
}

/// Why somebody who has proved who they are is not let in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unwelcome {
    /// Nobody knows them here.
    NoAccount,
    /// Their account is kept out.
    Disabled,
    /// Their mail address is in no domain that is let in, or nobody has verified it.
    MailDomain,
    /// They are in no group that is let in.
    Group,
    /// The authority does not say what they are called.
    NameMissing,
    /// What they are called there can be nobody's name here.
    NameUnusable,
    /// Somebody else has their name here.
    NameTaken,
    /// They would become one of the three administrators, who are separated.
    Administrator,
    /// The account has a password here, and the administrators are separated: its owner links it.
    HasPassword,
    /// Their account is somebody else's there; while the administrators are separated, anywhere.
    LinkedElsewhere,
    /// The account has rights, and the administrators are separated: no name leads to them.
    HasRights,
}

/// Decides who somebody is here.
///
/// Who is linked is who they are, whatever they are called. Else the same person of the directory;
/// else the same name, where an administrator said that it counts; else somebody new. Nobody is two
/// people there: whoever bears the name of somebody who is linked already is not them.
///
/// Errors: [`Unwelcome`].
pub(crate) fn decide(
    vouched: &Vouched,
    trust: Trust,
    candidates: Candidates<'_>,
) -> Result<Welcome, Unwelcome> {
    let open = |user: &User| if user.disabled { Err(Unwelcome::Disabled) } else { Ok(user.id) };
    if let Some(user) = candidates.linked {
        return open(user).map(Welcome::Known);
    }
    let named = candidates.named.filter(|_| trust.links_by_name);
    if let Some(user) = candidates.of_person.or(named) {
        let id = open(user)?;
        let free = !candidates.others_there.contains(&id);
        return free.then_some(Welcome::Linked(id)).ok_or(Unwelcome::LinkedElsewhere);
    }
    if !trust.creates_users {
        return Err(Unwelcome::NoAccount);
    }
    if candidates.named.is_some() {
        return Err(Unwelcome::NameTaken);
    }
    let name = vouched.name.as_deref().ok_or(Unwelcome::NameMissing)?;
    UserName::parse(name).map(Welcome::New).map_err(|_| Unwelcome::NameUnusable)
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;
    use crate::model::user::Theme;

    fn user(digit: u8, disabled: bool) -> User {
        let id = format!("01890a5d-ac96-774b-bcce-b302099a805{digit}");
        User {
            id: Id::from_uuid(id.parse().unwrap()),
            name: UserName::parse("wei").unwrap(),
            display_name: "Wei".to_owned(),
            person_id: None,
            disabled,
            language: None,
            theme: Theme::System,
            version: 1,
            created_at: Time::from_seconds(0),
            last_sign_in_at: None,
        }
    }

    #[test]
    fn link_goes_before_person_before_name_before_new() {
        let (linked, person, named, gone) =
            (user(1, false), user(2, false), user(3, false), user(4, true));
        let others = [named.id];
        let all = Candidates {
            linked: Some(&linked),
            of_person: Some(&person),
            named: Some(&named),
            others_there: &others,
        };
        let unlinked = Candidates { linked: None, ..all };
        let only_named = Candidates { named: Some(&named), ..Candidates::default() };
        let taken = Candidates { others_there: &others, ..only_named };
        let nobody = Candidates::default();
        let closed = Candidates { linked: Some(&gone), ..all };
        let closed_person = Candidates { of_person: Some(&gone), ..unlinked };
        let trust = |creates_users, links_by_name| Trust { creates_users, links_by_name };
        let new = Welcome::New(UserName::parse("wei").unwrap());
        for (candidates, trust, expected) in [
            (all, trust(false, false), Ok(Welcome::Known(linked.id))),
            (unlinked, trust(false, false), Ok(Welcome::Linked(person.id))),
            (only_named, trust(false, true), Ok(Welcome::Linked(named.id))),
            (taken, trust(true, true), Err(Unwelcome::LinkedElsewhere)),
            (taken, trust(true, false), Err(Unwelcome::NameTaken)),
            (only_named, trust(false, false), Err(Unwelcome::NoAccount)),
            (only_named, trust(true, false), Err(Unwelcome::NameTaken)),
            (nobody, trust(true, false), Ok(new)),
            (nobody, trust(false, true), Err(Unwelcome::NoAccount)),
            (closed, trust(true, true), Err(Unwelcome::Disabled)),
            (closed_person, trust(true, true), Err(Unwelcome::Disabled)),
        ] {
            let vouched = Vouched { name: Some("wei".to_owned()), ..Vouched::default() };
            assert_eq!(decide(&vouched, trust, candidates), expected, "{candidates:?} {trust:?}");
        }
    }

    #[test]
    fn nobody_is_made_without_a_name_that_can_be_one() {
        let trust = Trust { creates_users: true, links_by_name: false };
        for (name, expected) in [
            (None, Unwelcome::NameMissing),
            (Some("a"), Unwelcome::NameUnusable),
            (Some("王 小明"), Unwelcome::NameUnusable),
            (Some("../etc"), Unwelcome::NameUnusable),
        ] {
            let vouched = Vouched { name: name.map(str::to_owned), ..Vouched::default() };
            assert_eq!(decide(&vouched, trust, Candidates::default()), Err(expected), "{name:?}");
        }
    }
}
