use serde_json::json;

use crate::house::{all, fields, house, refusal};

#[tokio::test]
async fn unit_is_never_part_of_itself_now_or_later() {
    let house = house().await;
    let top = house.unit("top", None).await;
    let middle = house.unit("middle", Some(&top)).await;
    let low = house.unit("low", Some(&middle)).await;
    for parent in [&top, &middle, &low] {
        let answer = house.act(&top, "move", json!({"parent_id": parent.id})).await;
        assert_eq!(refusal(&answer), (409, "cycle"), "{}", parent.id);
        assert!(answer.json["detail"].as_str().unwrap().contains("top"));
    }
    // From 2027 on, middle is at the top; then top may move under it, but not before.
    let later = json!({"parent_id": null, "from": "2027-01-01"});
    assert_eq!(house.act(&middle, "move", later).await.status, 200);
    let now = house.act(&top, "move", json!({"parent_id": low.id})).await;
    assert_eq!(refusal(&now), (409, "cycle"));
    let then = json!({"parent_id": low.id, "from": "2027-01-01"});
    assert_eq!(house.act(&top, "move", then).await.status, 200);
    // A plan counts, too: middle cannot stay under top.
    let back = house.act(&middle, "move", json!({"parent_id": top.id, "from": "2027-06-01"})).await;
    assert_eq!(refusal(&back), (409, "cycle"));
}

#[tokio::test]
async fn moved_unit_takes_along_what_is_below_and_keeps_its_past() {
    let house = house().await;
    let (a, b) = (house.unit("a", None).await, house.unit("b", None).await);
    let office = house.unit("office", Some(&a)).await;
    house.unit("desk", Some(&office)).await;
    let answer = house.act(&office, "move", json!({"parent_id": b.id, "from": "2026-05-01"})).await;
    assert_eq!((answer.status.as_u16(), &answer.json["parent_id"]), (200, &json!(b.id)));
    let trees = house.directory.trees().await.unwrap();
    assert_eq!(trees.unit_subtree(&b.id).len(), 3);
    assert_eq!(trees.unit_subtree(&a.id).len(), 1);
    let before = format!("/api/v1/units?parent_id={}&as_of=2026-04-30", a.id);
    assert_eq!(all(&house.client.get(&before).await.json, "code"), ["office"]);
    assert_eq!(house.verbs().await.last().unwrap(), "unit.moved");
}

#[tokio::test]
async fn unit_that_is_still_needed_is_not_closed_and_the_answer_says_by_what() {
    let house = house().await;
    let bureau = house.unit("bureau", None).await;
    let office = house.unit("office", Some(&bureau)).await;
    let post = house.post("chief", &office, true).await;
    let person = house.person("1", "王小明", Some(&office)).await;
    let holding = house.hold(&person, &post, "2024-01-01", None).await;
    let client = house.client.with_header("accept-language", "zh");
    let version = house.version(&office).await;
    let path = format!("{}/close", office.path);
    let zh = client.send("POST", &path, Some("{}".to_owned()), Some(version)).await;
    let said = "“office”暂不能撤销：1 个岗位（chief）、1 个人员（1）仍然有效，请先调整或撤销";
    assert_eq!((zh.status.as_u16(), zh.json["detail"].as_str().unwrap()), (409, said));
    let parent = house.act(&bureau, "close", json!({})).await;
    assert!(parent.json["detail"].as_str().unwrap().contains("1 unit below it (office)"));
    let held = house.act(&post, "close", json!({})).await;
    assert!(held.json["detail"].as_str().unwrap().contains("王小明"), "{}", held.json);
    assert_eq!(house.act(&holding, "end", json!({})).await.status, 200);
    assert_eq!(house.act(&post, "close", json!({})).await.status, 200);
    assert_eq!(house.change(&person, json!({"unit_id": bureau.id})).await.status, 200);
    assert_eq!(house.act(&office, "close", json!({})).await.status, 200);
    assert_eq!(house.verbs().await.last().unwrap(), "unit.closed");
}

#[tokio::test]
async fn merged_units_give_all_they_have_and_link_to_their_successor() {
    let house = house().await;
    let top = house.unit("top", None).await;
    let (a, b) = (house.unit("a", Some(&top)).await, house.unit("b", Some(&top)).await);
    let desk = house.unit("desk", Some(&a)).await;
    let post = house.post("chief", &a, true).await;
    let person = house.person("1", "Ada", Some(&a)).await;
    let holding = house.hold(&person, &post, "2024-01-01", None).await;
    let body = json!({"units": [a.id], "from": "2026-07-01"});
    let answer = house.act(&b, "merge", body).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    for (path, field) in
        [(&desk.path, "parent_id"), (&post.path, "unit_id"), (&person.path, "unit_id")]
    {
        let before = house.client.get(&format!("{path}?as_of=2026-06-30")).await.json;
        let after = house.client.get(&format!("{path}?as_of=2026-07-01")).await.json;
        assert_eq!((&before[field], &after[field]), (&json!(a.id), &json!(b.id)), "{path}");
    }
    let closed = house.client.get(&a.path).await.json;
    assert_eq!(closed["valid_to"], "2026-06-30T16:00:00Z");
    let succession = house.client.get(&format!("{}/succession", a.path)).await.json;
    assert_eq!(all(&succession, "successor_id"), [b.id.as_str()]);
    assert_eq!(all(&succession, "how"), ["merge"]);
    // Who holds the post is not touched.
    assert_eq!(house.version(&holding).await, 1);
    assert!(house.verbs().await.contains(&"unit.merged".to_owned()));
    let into_itself = house.act(&b, "merge", json!({"units": [b.id]})).await;
    assert_eq!(fields(&into_itself.json), ["units"]);
}

#[tokio::test]
async fn unit_merged_into_one_below_it_lets_that_one_rise() {
    let house = house().await;
    let top = house.unit("top", None).await;
    let a = house.unit("a", Some(&top)).await;
    let low = house.unit("low", Some(&a)).await;
    let other = house.unit("other", Some(&a)).await;
    let answer = house.act(&low, "merge", json!({"units": [a.id], "from": "2026-06-01"})).await;
    assert_eq!((answer.status.as_u16(), &answer.json["parent_id"]), (200, &json!(top.id)));
    assert_eq!(house.client.get(&other.path).await.json["parent_id"], json!(low.id));
}

#[tokio::test]
async fn split_gives_each_part_what_it_names_and_one_the_rest() {
    let house = house().await;
    let top = house.unit("top", None).await;
    let old = house.unit("old", Some(&top)).await;
    let desk = house.unit("desk", Some(&old)).await;
    let chief = house.post("chief", &old, true).await;
    let clerk = house.post("clerk", &old, false).await;
    let ada = house.person("1", "Ada", Some(&old)).await;
    let part = |code: &str| json!({"code": code, "name": {"en": code, "zh": code}});
    let mut first = part("new1");
    first["posts"] = json!([clerk.id]);
    let behind = house
        .act(&old, "split", json!({"parts": [first, part("new2")], "from": "2026-07-01"}))
        .await;
    assert_eq!(refusal(&behind), (409, "left-behind"));
    let said = behind.json["detail"].as_str().unwrap();
    assert!(said.contains("1 unit below it (desk), 1 post (chief), 1 person (1)"), "{said}");
    let mut second = part("new2");
    second["rest"] = json!(true);
    let body = json!({"parts": [first, second], "from": "2026-07-01"});
    let answer = house.act(&old, "split", body).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let ids: Vec<_> = answer.json["parts"].as_array().unwrap().iter().map(|p| &p["id"]).collect();
    let at = "as_of=2026-07-01";
    let get = async |path: &str| house.client.get(&format!("{path}?{at}")).await.json;
    assert_eq!(&get(&clerk.path).await["unit_id"], ids[0]);
    assert_eq!(&get(&chief.path).await["unit_id"], ids[1]);
    assert_eq!(&get(&ada.path).await["unit_id"], ids[1]);
    assert_eq!(&get(&desk.path).await["parent_id"], ids[1]);
    assert_eq!(answer.json["parts"][0]["parent_id"], json!(top.id));
    let list = house.client.get("/api/v1/units?as_of=2026-07-01").await.json;
    assert_eq!(all(&list, "code"), ["top", "desk", "new1", "new2"]);
}

#[tokio::test]
async fn refused_split_leaves_everything_as_it_was() {
    let house = house().await;
    let old = house.unit("old", None).await;
    let other = house.unit("other", None).await;
    let post = house.post("p", &other, false).await;
    let facts = house.verbs().await;
    let part = json!({"code": "n", "name": {"en": "n", "zh": "n"}, "posts": [post.id]});
    let answer = house.act(&old, "split", json!({"parts": [part]})).await;
    assert_eq!(fields(&answer.json), ["parts[0].posts[0]"]);
    assert_eq!(fields(&house.act(&old, "split", json!({"parts": []})).await.json), ["parts"]);
    assert_eq!(house.verbs().await, facts);
    assert_eq!(all(&house.client.get("/api/v1/units").await.json, "code"), ["old", "other"]);
}

/// Moved or merged, a head came beside the head that was there.
#[tokio::test]
async fn head_that_comes_to_a_unit_with_a_head_is_one_only_if_that_is_said() {
    let house = house().await;
    let [a, b, c, d] = ["a", "b", "c", "d"];
    let [a, b, c, d] = [
        house.unit(a, None).await,
        house.unit(b, None).await,
        house.unit(c, None).await,
        house.unit(d, None).await,
    ];
    let ours = house.post("chief-a", &a, true).await;
    house.post("chief-b", &b, true).await;
    let other = house.post("chief-c", &c, true).await;
    let refused = house.change(&ours, json!({"unit_id": b.id})).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["unit_id"]));
    let said = refused.json["fields"][0]["expected"].as_str().unwrap();
    assert!(said.contains("chief-a") && said.contains("chief-b"), "{said}");
    // From when the one there is no head, too.
    let later = json!({"unit_id": b.id, "from": "2027-01-01"});
    assert_eq!(house.change(&ours, later).await.status, 400);
    for head in [true, false] {
        let moved = house.change(&ours, json!({"unit_id": b.id, "head": head})).await;
        assert_eq!((moved.status.as_u16(), &moved.json["head"]), (200, &json!(head)));
        let back = house.change(&ours, json!({"unit_id": a.id, "head": true})).await;
        assert_eq!(back.status, 200, "{}", back.json);
    }
    let merged = house.act(&b, "merge", json!({"units": [c.id]})).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
    assert_eq!(house.client.get(&other.path).await.json["head"], false);
    // A unit without one gets the head of what is merged into it.
    let merged = house.act(&d, "merge", json!({"units": [a.id]})).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
    assert_eq!(house.client.get(&ours.path).await.json["head"], true);
}
