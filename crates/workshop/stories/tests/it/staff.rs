//! Who works at the bureau: people of the directory with accounts, rights and addresses.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    asked::{Asked, id_of},
    bureau::Bureau,
};

/// The one that an account begins with, and the one that its owner chooses.
const GIVEN: &str = "First-morning-03";
const PASSWORD: &str = "Quiet-harbour-27";
/// How long a token counts: longer than any story.
const TOKEN_DAYS: u32 = 300;
/// What a desk agent may do beside what operators may.
const AGENT: [&str; 3] = ["ticket.read", "ticket.create", "ticket.work"];
/// What the head of a unit may do beside that.
const HEAD: [&str; 4] = ["ticket.*", "duty.*", "alert.*", "knowledge.*"];

/// What it takes to have a token for one's own programs.
const PROGRAMMER: [&str; 1] = ["token.change"];

/// A person with an account.
#[derive(Debug, Clone)]
pub(crate) struct Colleague {
    pub(crate) account: String,
    pub(crate) person_id: String,
    pub(crate) user_id: String,
    pub(crate) mobile: String,
    pub(crate) mail: String,
    /// What their programs sign in with.
    pub(crate) bearer: String,
}

/// Roles as the manual advises to make them.
pub(crate) async fn make_roles(bureau: &mut Bureau) -> anyhow::Result<()> {
    let programmer = PROGRAMMER.as_slice();
    for (name, permissions) in [("agent", &AGENT[..]), ("head", &HEAD), ("program", programmer)] {
        let title = json!({"en": name, "zh": name});
        let body = json!({"name": name, "title": title, "permissions": permissions});
        bureau.done(Asked::post("/api/v1/roles", body)).await?;
    }
    Ok(())
}

/// A person begins to work in a unit, with a telephone and an account.
pub(crate) async fn join(bureau: &mut Bureau, name: &str, unit_id: &str) -> anyhow::Result<()> {
    let number = bureau.staff.len() + 1;
    let (account, mobile) = (format!("user{number}"), format!("1380000{number:04}"));
    let mail = format!("{account}@bureau.example");
    let language = if name.is_ascii() { "en" } else { "zh" };
    let contacts = json!([{"way": "mobile", "value": mobile}, {"way": "mail", "value": mail}]);
    let person = json!({"number": account, "name": name, "from": "2020-01-01",
        "unit_id": unit_id, "contacts": contacts, "language": language});
    let person_id = id_of(&bureau.done(Asked::post("/api/v1/people", person)).await?)?;
    let user = json!({"name": account, "display_name": name, "password": GIVEN,
        "person_id": person_id});
    let user_id = id_of(&bureau.done(Asked::post("/api/v1/users", user)).await?)?;
    for (role, scope) in [
        ("operator", json!({"kind": "everything"})),
        ("program", json!({"kind": "everything"})),
        ("agent", json!({"kind": "unit", "ids": [unit_id]})),
    ] {
        grant(bureau, &user_id, role, scope).await?;
    }
    let browser = signed_in(bureau, &account, GIVEN).await?;
    let body = json!({"current": GIVEN, "new": PASSWORD});
    let chosen = browser.post("/api/v1/profile/password", body).await;
    ensure!(chosen.status.is_success(), "{} {}", chosen.status, chosen.json);
    let bearer = token_of(bureau, &account).await?;
    let colleague = Colleague { account, person_id, user_id, mobile, mail, bearer };
    bureau.staff.insert(name.to_owned(), colleague);
    Ok(())
}

pub(crate) async fn grant(
    bureau: &mut Bureau,
    user_id: &str,
    role: &str,
    scope: Value,
) -> anyhow::Result<()> {
    let holder = json!({"kind": "user", "id": user_id});
    let body = json!({"holder": holder, "role": role, "scope": scope, "reason": "they work here"});
    bureau.done(Asked::post("/api/v1/grants", body)).await?;
    Ok(())
}

/// The first administrator, by the link that the server prints.
pub(crate) async fn administrator(bureau: &mut Bureau) -> anyhow::Result<String> {
    let token = bureau.house()?.first_run_token().await?.context("there is no user yet")?;
    let body = json!({"name": "root", "password": PASSWORD, "token": token});
    let answer = bureau.stranger().post("/api/v1/first-run", body).await;
    ensure!(answer.status.is_success(), "{} {}", answer.status, answer.json);
    token_of(bureau, "root").await
}

/// Signs in and makes a token, as people do for their programs.
async fn token_of(bureau: &mut Bureau, account: &str) -> anyhow::Result<String> {
    let browser = signed_in(bureau, account, PASSWORD).await?;
    let body = json!({"name": "story", "expires_in_days": TOKEN_DAYS});
    let answer = browser.post("/api/v1/tokens", body).await;
    let token = answer.json["token"].as_str();
    let token = token.with_context(|| format!("{} {}", answer.status, answer.json))?;
    Ok(format!("Bearer {token}"))
}

/// A browser in which somebody has signed in.
async fn signed_in(bureau: &mut Bureau, account: &str, password: &str) -> anyhow::Result<Client> {
    let stranger = bureau.stranger();
    let body = json!({"name": account, "password": password});
    let answer = stranger.post("/api/v1/session", body).await;
    let refused = || format!("{} {}", answer.status, answer.json);
    let csrf_token = answer.json["csrf_token"].as_str().with_context(refused)?;
    let cookie = answer.headers.get("set-cookie").with_context(refused)?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default();
    Ok(stranger
        .with_header("cookie", cookie)
        .with_header("x-csrf-token", csrf_token)
        .with_header("sec-fetch-site", "same-origin"))
}
