use kernel::Caller;
use vault::{SealId, SecretText, Vault, VaultError};

use crate::scene::Scene;

async fn seal(vault: &Vault, scene: &Scene, value: &str) -> SealId {
    let mut tx = scene.records.db.begin().await.unwrap();
    let id = vault.seal(&mut tx, &SecretText::new(value.to_owned())).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn sealed_value_opens_until_it_is_discarded_and_lies_nowhere_in_the_clear() {
    let scene = Scene::new().await;
    let id = seal(&scene.vault, &scene, "canary-of-a-second-factor").await;
    assert_eq!(scene.vault.open(id).await.unwrap().expose(), "canary-of-a-second-factor");
    let other = scene.reopened(50);
    assert_eq!(other.open(id).await.unwrap().expose(), "canary-of-a-second-factor");
    let mut tx = scene.records.db.begin().await.unwrap();
    scene.vault.discard(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(scene.vault.open(id).await, Err(VaultError::SealNotFound { .. })));
    seal(&scene.vault, &scene, "canary-of-another").await;
    assert!(!scene.records.everything_kept().await.contains("canary-of-a"));
}

#[tokio::test]
async fn rotation_moves_seals_before_it_forgets_the_old_key() {
    let scene = Scene::new().await;
    let (one, two) =
        (seal(&scene.vault, &scene, "one").await, seal(&scene.vault, &scene, "two").await);
    scene.vault.rotate_key(&Caller::console()).await.unwrap();
    assert_eq!(scene.vault.standing().await.unwrap().keys[1].secrets, 2);
    let moved = scene.vault.rewrap().await.unwrap();
    assert_eq!((moved.done, moved.left), (2, 0));
    assert_eq!(scene.vault.standing().await.unwrap().keys.len(), 1);
    assert_eq!(scene.vault.open(one).await.unwrap().expose(), "one");
    assert_eq!(scene.reopened(50).open(two).await.unwrap().expose(), "two");
}

#[tokio::test]
async fn locked_vault_and_swapped_seals_give_nothing() {
    let scene = Scene::new().await;
    let one = seal(&scene.vault, &scene, "one").await;
    let two = seal(&scene.vault, &scene, "two").await;
    let swap = "
        UPDATE vault_seal
        SET wrapped_key = (SELECT wrapped_key FROM vault_seal WHERE id = $1),
            sealed_value = (SELECT sealed_value FROM vault_seal WHERE id = $1)
        WHERE id = $2";
    let mut tx = scene.records.db.begin().await.unwrap();
    let query = sqlx::query(swap).bind(one.to_string()).bind(two.to_string());
    query.execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(scene.vault.open(two).await, Err(VaultError::Tampered { .. })));
    std::fs::remove_file(scene.key_file()).unwrap();
    let locked = scene.reopened(50);
    assert!(matches!(locked.open(one).await, Err(VaultError::Locked { .. })));
    let mut tx = scene.records.db.begin().await.unwrap();
    let refused = locked.seal(&mut tx, &SecretText::new("three".to_owned())).await;
    assert!(matches!(refused, Err(VaultError::Locked { .. })));
}
