use kernel::Within;
use serde_json::json;

use crate::house::{CAMPAIGNS, house};

#[tokio::test]
async fn each_sees_and_changes_only_what_belongs_to_their_units() {
    let house = house().await;
    house.machine("pc-1", &house.unit).await;
    let own = house.running(house.upgrade()).await;
    let mut body = house.upgrade();
    body["unit_id"] = json!(house.other_unit);
    let other = house.running(body.clone()).await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let all = ["campaign.read", "campaign.work", "campaign.change", "resource.read"];
    let chief = house.client.holding(&all, &within);
    let seen = chief.get(CAMPAIGNS).await;
    assert_eq!(seen.json["items"].as_array().unwrap().len(), 1, "{}", seen.json);
    for path in ["", "/machines", "/export"] {
        assert_eq!(chief.get(&format!("{other}{path}")).await.status, 404, "{path}");
    }
    let say = json!({"machines": [{"resource_id": house.unit, "version": 1}], "state": "done"});
    assert_eq!(chief.post(&format!("{other}/machines"), say.clone()).await.status, 404);
    assert_eq!(house.act(&chief, &format!("{other}/cancel"), 2).await.status, 404);
    assert_eq!(chief.post(CAMPAIGNS, body.clone()).await.status, 403);
    // Nor can one be moved to where one holds nothing.
    let moved = chief.send("PUT", &own, Some(body.to_string()), Some(2)).await;
    assert_eq!(moved.status, 403, "{}", moved.json);
    let reader = house.client.holding(&["campaign.read"], &within);
    assert_eq!(reader.get(&own).await.json["may_work"], false);
    assert_eq!(reader.post(&format!("{own}/machines"), say).await.status, 403);
    assert_eq!(house.act(&reader, &format!("{own}/cancel"), 2).await.status, 403);
    assert_eq!(house.client.as_stranger().get(&own).await.status, 401);
}

#[tokio::test]
async fn machines_are_those_that_who_starts_it_sees() {
    let house = house().await;
    house.machine("pc-1", &house.unit).await;
    let hidden = house.machine("pc-2", &house.other_unit).await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let chief =
        house.client.holding(&["campaign.read", "campaign.change", "resource.read"], &within);
    let id = house.made(CAMPAIGNS, house.upgrade()).await;
    let started = house.act(&chief, &format!("{CAMPAIGNS}/{id}/start"), 1).await;
    assert_eq!(started.json["counts"]["planned"], 1, "{}", started.json);
    let mut body = house.upgrade();
    body["machines"] = json!({"resources": [hidden]});
    let refused = chief.post(CAMPAIGNS, body).await;
    let field = refused.json["fields"][0]["field"].as_str();
    assert_eq!((refused.status.as_u16(), field), (400, Some("machines.resources[0]")));
}

#[tokio::test]
async fn who_answers_for_it_is_somebody_in_sight_or_oneself() {
    let house = house().await;
    house.machine("pc-1", &house.unit).await;
    let he = house.person("somebody", "何静", &house.other_unit).await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let chief =
        house.client.holding(&["campaign.read", "campaign.change", "resource.read"], &within);
    let mut body = house.upgrade();
    body["owner_id"] = json!(he);
    let refused = chief.post(CAMPAIGNS, body.clone()).await;
    assert_eq!(refused.json["fields"][0]["field"], "owner_id", "{}", refused.json);
    assert_eq!(house.client.post(CAMPAIGNS, body).await.status, 201);
    let own = house.person("viewer", "自己", &house.other_unit).await;
    let mut body = house.upgrade();
    body["owner_id"] = json!(own);
    assert_eq!(chief.post(CAMPAIGNS, body).await.status, 201);
}
