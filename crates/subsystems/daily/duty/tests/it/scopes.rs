use kernel::Within;
use serde_json::json;

use crate::house::house;

#[tokio::test]
async fn each_sees_and_changes_only_what_belongs_to_their_units() {
    let house = house().await;
    let own = house.roster(house.daily(&["zhang", "li"])).await;
    let mut other = house.daily(&["wang"]);
    (other["unit_id"], other["name"]) = (json!(house.other_unit), json!("网络值班"));
    let other = house.roster(other).await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    // Nobody in particular: what people see as themselves does not count here.
    house.tie("administrator", "zhao");
    let chief = house.client.holding(&["duty.read", "duty.change"], &within);
    let names = |answer: &testkit::Answer| -> Vec<String> {
        let items = answer.json["items"].as_array().unwrap();
        items.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&chief.get("/api/v1/duty/rosters").await), std::slice::from_ref(&own));
    let on = chief.get("/api/v1/duty/on-duty?at=2026-09-21T12:00:00Z").await;
    assert_eq!(on.json["items"].as_array().unwrap().len(), 1);
    for path in ["", "/spans", "/fairness", "/overrides", "/versions"] {
        let path = format!("/api/v1/duty/rosters/{other}{path}");
        assert_eq!(chief.get(&path).await.status, 404, "{path}");
    }
    let path = format!("/api/v1/duty/rosters/{other}");
    let body = house.daily(&["wang"]);
    let put = chief.send("PUT", &path, Some(body.to_string()), Some(1)).await;
    assert_eq!(put.status, 404);
    // Nor can a roster be moved to where one holds nothing.
    let mut moved = house.daily(&["zhang"]);
    moved["unit_id"] = json!(house.other_unit);
    let path = format!("/api/v1/duty/rosters/{own}");
    let put = chief.send("PUT", &path, Some(moved.to_string()), Some(1)).await;
    assert_eq!(put.status, 404, "{}", put.json);
    let reader = house.client.holding(&["duty.read"], &within);
    assert_eq!(reader.delete(&path, Some(1)).await.status, 403);
    let stranger = house.client.as_stranger();
    assert_eq!(stranger.get(&path).await.status, 401);
}
