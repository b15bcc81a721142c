//! Who takes a resource along to where they keep more than the right they take it by. Who keeps
//! what is access' to say: here somebody says so for it.

use std::sync::Arc;

use db::Tx;
use directory::{
    AnyFuture, Carried, CarriedFuture, Giving, GivingFuture, Part, PermitFuture, PersonId,
    PostGrants, PostId, Taken,
};
use kernel::{Caller, Fault, Lineage, Permission, Time};
use serde_json::json;

use crate::house::organised;

/// Whoever asks was lent what they hold, and keeps what else they hold over this unit.
#[derive(Debug)]
struct Keeps(String);

impl PostGrants for Keeps {
    fn carried<'a>(&'a self, _: &'a mut Tx, _: PostId) -> CarriedFuture<'a> {
        Box::pin(async { Ok(Carried::Nothing) })
    }

    fn giving<'a>(
        &'a self,
        _: &'a mut Tx,
        _: &'a Caller,
        _: (PersonId, PostId),
        _: Option<Time>,
    ) -> GivingFuture<'a> {
        Box::pin(async { Ok(Giving::Permitted) })
    }

    fn has_account<'a>(&'a self, _: &'a mut Tx, _: PersonId) -> AnyFuture<'a> {
        Box::pin(async { Ok(false) })
    }

    fn permit_found_as<'a>(
        &'a self,
        _: &'a mut Tx,
        _: &'a Caller,
        _: PersonId,
    ) -> PermitFuture<'a> {
        Box::pin(async { Ok(()) })
    }

    fn any_counts_in<'a>(&'a self, _: &'a mut Tx, _: &'a Lineage) -> AnyFuture<'a> {
        Box::pin(async { Ok(false) })
    }

    fn permit_for_good<'a>(&'a self, _: &'a Caller, _: Permission, _: Part) -> PermitFuture<'a> {
        Box::pin(async { Ok(()) })
    }

    fn permit_taking<'a>(
        &'a self,
        _: &'a Caller,
        right: Permission,
        taken: &'a Taken,
    ) -> PermitFuture<'a> {
        Box::pin(async move {
            match taken.anew.units.contains(&self.0) {
                true => Err(Fault::out_of_scope(right)),
                false => Ok(()),
            }
        })
    }
}

#[tokio::test]
async fn resource_is_taken_to_where_one_keeps_more_by_no_right_that_was_lent() {
    let (house, directory, [ningbo, hangzhou], [near, _]) = organised().await;
    directory.learn_post_grants(Arc::new(Keeps(hangzhou.clone())));
    let id = house.make("host", "web1").await;
    let path = format!("/api/v1/resources/{id}");
    let put = async |at: i64, body: serde_json::Value| house.client.patch(&path, at, body).await;
    assert_eq!(put(1, json!({ "unit_id": ningbo })).await.status, 200);
    let refused = put(2, json!({ "unit_id": hangzhou })).await;
    assert_eq!(refused.status, 403, "{}", refused.json);
    assert_eq!(refused.json["fields"][0]["field"], "unit_id");
    assert_eq!(refused.json["fields"][0]["found"], json!(hangzhou));
    let said = refused.json["fields"][0]["expected"].as_str().unwrap();
    assert!(said.contains("what else you hold"), "{said}");
    let later = json!({ "unit_id": hangzhou, "effective_at": "2024-01-01T00:00:00Z" });
    assert_eq!(put(2, later).await.status, 403);
    // What is not anew above it gives them nothing; what is made there was never elsewhere.
    assert_eq!(put(2, json!({ "region_id": near })).await.status, 200);
    let new = json!({ "kind": "host", "name": "web2", "unit_id": hangzhou });
    let made = house.client.post("/api/v1/resources", new).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let kept = made.json["id"].as_str().unwrap();
    // Made one, the two are where one of them was.
    let path = format!("/api/v1/resources/{kept}/merge");
    let gone = json!({ "gone": id }).to_string();
    let merged = house.client.send("POST", &path, Some(gone), Some(1)).await;
    assert_eq!(merged.status, 403, "{}", merged.json);
}
