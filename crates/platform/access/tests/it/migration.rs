use std::sync::Arc;

use access::{Access, AccessSettings, MIGRATIONS};
use kernel::{Caller, Time};
use testkit::{ManualClock, SeededIds};

/// Users as the first version kept them.
const BEFORE: &str = "
    INSERT INTO access_user (
        id, name, name_folded, display_name, searched, role, disabled, language, theme,
        password_hash, version, created_at, last_sign_in_at)
    VALUES ($1, $2, $2, $2, $2, $3, 0, NULL, 'system', 'x', 1, 5, NULL)";

const TOKEN_BEFORE: &str = "
    INSERT INTO access_token (
        id, secret_hash, user_id, name, role, created_at, expires_at)
    VALUES ($1, $2, $3, 'old', $4, 5, 9000000000000000)";

const ADA: &str = "01890a5d-ac96-774b-bcce-b302099a8001";
const VERA: &str = "01890a5d-ac96-774b-bcce-b302099a8002";

#[tokio::test]
async fn role_of_the_first_version_becomes_a_grant_over_everything() {
    let records = testkit::temporary_db(&[journal::MIGRATIONS, &MIGRATIONS[..1]]).await;
    let mut tx = records.db.begin().await.unwrap();
    for (id, name, role) in [(ADA, "ada", "administrator"), (VERA, "vera", "viewer")] {
        let query = sqlx::query(BEFORE).bind(id).bind(name).bind(role);
        query.execute(tx.connection()).await.unwrap();
    }
    for (id, role) in [(ADA, "administrator"), (VERA, "viewer")] {
        let query = sqlx::query(TOKEN_BEFORE).bind(id).bind(role).bind(ADA).bind(role);
        query.execute(tx.connection()).await.unwrap();
    }
    for later in &MIGRATIONS[1..] {
        sqlx::raw_sql(later.sql).execute(tx.connection()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let access = Access::new(
        records.db.clone(),
        Arc::new(ManualClock::at(Time::from_seconds(1_800_000_000))),
        Arc::new(SeededIds::new(7)),
        AccessSettings::default(),
    );
    let console = Caller::console();
    for (id, role, may) in [(ADA, "administrator", true), (VERA, "viewer", false)] {
        let rights = access.rights_of(&console, id.parse().unwrap()).await.unwrap();
        assert_eq!(rights.lines.len(), 1);
        assert_eq!(rights.lines[0].role.name, role);
        assert_eq!(rights.lines[0].grant.origin, access::Origin::Migrated);
        assert_eq!(rights.lines[0].from, Time::from_micros(5));
        let change = rights.permissions.iter().any(|(held, _)| *held == access::USER_CHANGE);
        assert_eq!(change, may, "{role}");
    }
    let page = kernel::Page { after: None, limit: 10 };
    let tokens = access.tokens(&console, &page).await.unwrap().items;
    assert_eq!(tokens[0].limits, None, "an administrator's token gives what its user has");
    let limits = tokens[1].limits.as_ref().unwrap();
    assert_eq!(limits.roles.as_deref(), Some(&["viewer".to_owned()][..]));
}

const PROVIDER_BEFORE: &str = "
    INSERT INTO access_provider (id, label, settings, seal_id, version, created_at, updated_at)
    VALUES ($1, $2, '{}', NULL, 1, 5, 5)";

#[tokio::test]
async fn providers_that_were_called_the_same_are_told_apart() {
    let records = testkit::temporary_db(&[journal::MIGRATIONS, &MIGRATIONS[..6]]).await;
    let mut tx = records.db.begin().await.unwrap();
    for (id, label) in [("1", "SSO"), ("2", "SSO"), ("3", "SSO 2"), ("4", "SSO"), ("5", "AD")] {
        let query = sqlx::query(PROVIDER_BEFORE).bind(id).bind(label);
        query.execute(tx.connection()).await.unwrap();
    }
    sqlx::raw_sql(MIGRATIONS[6].sql).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let labels: Vec<String> =
        sqlx::query_scalar("SELECT label FROM access_provider ORDER BY id LIMIT 9")
            .fetch_all(records.db.reader())
            .await
            .unwrap();
    assert_eq!(labels, ["SSO", "SSO 2", "SSO 2 3", "SSO 3", "AD"]);
    let mut tx = records.db.begin().await.unwrap();
    let twice = sqlx::query(PROVIDER_BEFORE).bind("6").bind("AD");
    let refused = twice.execute(tx.connection()).await.unwrap_err();
    assert!(refused.as_database_error().unwrap().is_unique_violation(), "{refused}");
}

#[tokio::test]
async fn operator_works_on_tickets_and_a_role_of_ones_own_stays_as_it_is() {
    let records = testkit::temporary_db(&[journal::MIGRATIONS, &MIGRATIONS[..12]]).await;
    let mut tx = records.db.begin().await.unwrap();
    let own = "
        INSERT INTO access_role (
            name, title_en, title_zh, description_en, description_zh, permissions, duty, delegable,
            shipped, version, created_at)
        SELECT 'own', 'Own', 'Own', '', '', permissions, duty, delegable, 0, 1, 5
        FROM access_role WHERE name = 'operator'";
    sqlx::raw_sql(own).execute(tx.connection()).await.unwrap();
    sqlx::raw_sql(MIGRATIONS[12].sql).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    for (name, may) in [("operator", true), ("own", false)] {
        let permissions: String =
            sqlx::query_scalar("SELECT permissions FROM access_role WHERE name = $1 LIMIT 1")
                .bind(name)
                .fetch_one(records.db.reader())
                .await
                .unwrap();
        assert_eq!(permissions.contains("\"ticket.work\""), may, "{name}: {permissions}");
        assert_eq!(permissions.contains("\"ticket.create\""), may, "{name}: {permissions}");
    }
}
