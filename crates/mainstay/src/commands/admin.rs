use std::{io::BufRead, sync::Arc};

use access::{GrantScope, Holder, HolderKind, NewGrant, NewToken, NewUser, Password, UserChange};
use anyhow::{Context, bail};
use db::{DataDir, Db, Location};
use kernel::Caller;

use crate::{
    cli::{AdminVerb, SeparationVerb, SettingsArgs},
    clock::{SystemClock, SystemIds},
    house,
};

/// The longest first line of standard input that is read, in bytes.
const LINE_BYTES_MAX: u64 = 4096;

pub(super) fn run(verb: &AdminVerb) -> anyhow::Result<()> {
    let runtime = super::runtime()?;
    match verb {
        AdminVerb::Create { settings, name, role, password_stdin: _ } => {
            let password = password()?;
            runtime.block_on(create(settings, name, role, &password))
        }
        AdminVerb::Token { settings, user, name, days } => {
            runtime.block_on(token(settings, user, name, *days))
        }
        AdminVerb::Grant { settings, user, role, reason } => {
            runtime.block_on(grant(settings, user, role, reason))
        }
        AdminVerb::Separation { verb: SeparationVerb::Off { settings, reason } } => {
            runtime.block_on(separation_off(settings, reason))
        }
        AdminVerb::Password { settings, name, password_stdin: _ } => {
            let password = password()?;
            runtime.block_on(reset(settings, name, &password))
        }
    }
}

async fn create(args: &SettingsArgs, name: &str, role: &str, password: &str) -> anyhow::Result<()> {
    let door = open(args).await?;
    let new = NewUser {
        name: name.to_owned(),
        display_name: None,
        role: Some(role.to_owned()),
        reason: Some("made at the command line of the server".to_owned()),
        person_id: None,
        password: Some(Password::new(password)),
    };
    let user = door.access.create_user(&Caller::console(), &new).await?;
    door.db.close().await;
    println!("created {role} {}", user.name.as_str());
    Ok(())
}

async fn grant(args: &SettingsArgs, user: &str, role: &str, reason: &str) -> anyhow::Result<()> {
    let door = open(args).await?;
    let caller = Caller::console();
    let user = door.access.user_called(&caller, user).await?;
    if user.disabled {
        bail!(
            "{} is disabled: a role would help nobody; make another user (mainstay admin \
             create), or have this one enabled first",
            user.name.as_str()
        );
    }
    let wanted = NewGrant {
        holder: Holder { kind: HolderKind::User, id: user.id.to_string() },
        role: role.to_owned(),
        scope: GrantScope::Everything,
        valid_from: None,
        valid_to: None,
        reason: reason.to_owned(),
    };
    door.access.grant(&caller, &wanted).await?;
    door.db.close().await;
    println!("granted {role} over everything to {}", user.name.as_str());
    Ok(())
}

async fn separation_off(args: &SettingsArgs, reason: &str) -> anyhow::Result<()> {
    let door = open(args).await?;
    door.access.end_separation(&Caller::console(), reason).await?;
    door.db.close().await;
    println!("the three administrators are not separated any more");
    Ok(())
}

async fn token(args: &SettingsArgs, user: &str, name: &str, days: u32) -> anyhow::Result<()> {
    let door = open(args).await?;
    let caller = Caller::console();
    let user = door.access.user_called(&caller, user).await?;
    let new =
        NewToken { user_id: user.id, name: name.to_owned(), limits: None, expires_in_days: days };
    let (_, secret) = door.access.create_token(&caller, &new).await?;
    door.db.close().await;
    println!("token {name} of {}, good for {days} days:", user.name.as_str());
    println!("{secret}");
    Ok(())
}

async fn reset(args: &SettingsArgs, name: &str, password: &str) -> anyhow::Result<()> {
    let door = open(args).await?;
    let caller = Caller::console();
    let user = door.access.user_called(&caller, name).await?;
    let change = UserChange { password: Some(Password::new(password)), ..UserChange::default() };
    door.access.change_user(&caller, user.id, user.version, &change).await?;
    door.db.close().await;
    println!("set a new password for {name} and ended all sessions");
    Ok(())
}

/// The records with their sign-in. Those in the data directory are locked against a running
/// server; PostgreSQL may be used beside one.
struct Door {
    _data: Option<DataDir>,
    db: Db,
    access: access::Access,
}

async fn open(args: &SettingsArgs) -> anyhow::Result<Door> {
    let settings = super::settings(args)?;
    let (data, location) = match settings.database() {
        Some(url) => (None, Location::Postgres(url.clone())),
        None => {
            let data = DataDir::open(&settings.data())?;
            let location = settings.location(&data);
            (Some(data), location)
        }
    };
    let db = Db::open(location, &house::migrations()).await?;
    let clock = Arc::new(SystemClock::new());
    let access = access::Access::new(
        db.clone(),
        clock,
        Arc::new(SystemIds),
        house::access_settings(&settings),
    );
    Ok(Door { _data: data, db, access })
}

/// The first line of standard input, without its line end and otherwise as it is.
fn password() -> anyhow::Result<String> {
    let mut line = Vec::new();
    let stdin = std::io::stdin().lock();
    let mut limited = std::io::Read::take(stdin, LINE_BYTES_MAX);
    limited.read_until(b'\n', &mut line).context("failed to read the password")?;
    while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        line.pop();
    }
    if line.is_empty() {
        bail!("standard input is empty; expected the password on its first line");
    }
    String::from_utf8(line).context("the password on standard input is not UTF-8")
}
