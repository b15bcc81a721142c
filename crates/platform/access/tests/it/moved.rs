//! Where a unit or a person is put by a right that was lent, or is held for a time, nobody gets a
//! say over it that outlasts that right.

use access::UserChange;
use kernel::Caller;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    grants::unit,
    lent::{House, LENT, patched, refused_for_a_time_and_lent},
    scene::{everything, id_of, own_id, refusal},
};

const DIRECTOR: [&str; 3] = ["*.read", "directory.*", "grant.delegate"];

/// East has an office; something is granted in the west, and nothing in the void.
struct Units {
    house: House,
    east: String,
    office: String,
    west: String,
    void: String,
}

async fn units() -> (Units, Client, Client) {
    let (house, deng, wei) = House::new(&DIRECTOR).await;
    let directory = house.scene.directory_client();
    let made = async |code: &str, parent: Option<&str>| {
        let body = json!({ "code": code, "name": { "en": code, "zh": code },
            "parent_id": parent });
        id_of(&directory.post("/api/v1/units", body).await)
    };
    let [east, west, void] = [made("E", None).await, made("W", None).await, made("V", None).await];
    let office = made("O", Some(&east)).await;
    id_of(&house.grant(&house.mara, &wei, ("viewer", unit(&west)), None).await);
    (Units { house, east, office, west, void }, deng, wei)
}

impl Units {
    /// Person 71 of the east, whose account has nothing.
    async fn person_with_account(&self) -> String {
        let scene = &self.house.scene;
        let body = json!({ "number": "71", "name": "71", "unit_id": self.east });
        let person = id_of(&scene.directory_client().post("/api/v1/people", body).await);
        let account = scene.add("account", "").await;
        let change = UserChange { person_id: Some(Some(person.clone())), ..UserChange::default() };
        scene.access.change_user(&Caller::console(), account.id, 1, &change).await.unwrap();
        person
    }

    async fn version(&self, path: &str) -> Option<i64> {
        self.house.mara.get(path).await.json["version"].as_i64()
    }

    async fn act(&self, by: &Client, id: &str, verb: &str, body: Value) -> Answer {
        let path = format!("/api/v1/units/{id}");
        let at = self.version(&path).await;
        by.send("POST", &format!("{path}/{verb}"), Some(body.to_string()), at).await
    }

    async fn goes(&self, by: &Client, into: &str) -> Answer {
        self.act(by, &self.office, "move", json!({ "parent_id": into })).await
    }

    async fn call_off(&self, by: &Client, at: &str) -> Answer {
        let version = self.version(&format!("/api/v1/units/{}", self.office)).await;
        let body = json!({ "noun": "unit", "id": self.office, "at": at }).to_string();
        by.send("POST", "/api/v1/directory/coming-changes/cancel", Some(body), version).await
    }
}

async fn import(by: &Client, sheet: &str, rows: &str) -> Answer {
    let path = format!("/api/v1/directory/import?sheet={sheet}");
    by.send("POST", &path, Some(rows.to_owned()), None).await
}

/// Whoever was lent the directory for a day moved a unit to where they had rights for good.
#[tokio::test]
async fn unit_comes_within_what_is_granted_by_a_right_held_for_good() {
    let (all, deng, wei) = units().await;
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        let moved = all.goes(by, &all.west).await;
        assert_eq!(refusal(&moved), expected, "{:?}", moved.json);
        assert_eq!(moved.json["fields"][0]["field"], "parent_id");
        assert_eq!(moved.json["fields"][0]["found"], json!(all.west));
        let said = moved.json["detail"].as_str().unwrap();
        assert!(said.contains("directory.change") && said.contains("granted"), "{said}");
        let merged = all.act(by, &all.west, "merge", json!({ "units": [all.east] })).await;
        assert_eq!(refusal(&merged), expected, "{:?}", merged.json);
        assert_eq!(merged.json["fields"][0]["field"], "units");
        let file = import(by, "units", "code,parent_code\nO,W\n").await;
        assert_eq!(file.json["fields"][0]["field"], "units!B2", "{:?}", file.json);
        // Where nothing is granted it gives nobody anything.
        for into in [&all.void, &all.east] {
            let moved = all.goes(by, into).await;
            assert_eq!(moved.status, 200, "{:?}", moved.json);
        }
    };
    refused_for_a_time_and_lent(&all.house, (&deng, &wei), tries).await;
    assert_eq!(all.goes(&deng, &all.west).await.status, 200);
    // It is the same with what was to leave and stays after all.
    let later = all.house.after(48);
    let away = json!({ "parent_id": all.void, "from": later });
    assert_eq!(all.act(&deng, &all.office, "move", away).await.status, 200);
    let refused = all.call_off(&wei, &later).await;
    assert_eq!(refusal(&refused), LENT, "{:?}", refused.json);
    assert_eq!(all.call_off(&deng, &later).await.status, 204);
}

#[tokio::test]
async fn who_holds_both_ends_for_good_moves_a_unit_and_what_lies_sealed_is_granted_too() {
    let (all, _, wei) = units().await;
    let mara = &all.house.mara;
    all.house.scene.add("part", "").await;
    let part = all.house.scene.signed_in("part").await;
    for end in [&all.east, &all.west] {
        id_of(&all.house.grant(mara, &part, ("giver", unit(end)), None).await);
    }
    for end in [&all.west, &all.east] {
        let moved = all.goes(&part, end).await;
        assert_eq!(moved.status, 200, "{:?}", moved.json);
    }
    let ends = json!({ "holder": { "kind": "user", "id": own_id(&wei).await }, "role": "giver",
        "scope": everything(), "valid_to": all.house.after(24), "reason": "x" });
    id_of(&mara.post("/api/v1/grants", ends).await);
    assert_eq!(all.goes(&wei, &all.void).await.status, 200);
    assert_eq!(all.goes(mara, &all.east).await.status, 200);
    let seal = json!({ "user_id": own_id(&wei).await, "role": "viewer",
        "scope": unit(&all.void), "hours_max": 1, "reason": "fire" });
    id_of(&mara.post("/api/v1/emergencies", seal).await);
    let refused = all.goes(&wei, &all.void).await;
    assert_eq!(refusal(&refused), (403, "outlasts-own-right"), "{:?}", refused.json);
}

/// In a region what is granted over it reaches a unit as in a unit above it.
#[tokio::test]
async fn unit_answers_for_a_region_that_is_granted_by_a_right_held_for_good() {
    let (all, deng, wei) = units().await;
    let directory = all.house.scene.directory_client();
    let region = async |code: &str, parent: Option<&str>| {
        let body = json!({ "code": code, "name": { "en": code, "zh": code },
            "parent_id": parent });
        id_of(&directory.post("/api/v1/regions", body).await)
    };
    let (north, south) = (region("3701", None).await, region("3702", None).await);
    let below = region("370201", Some(&south)).await;
    let scope = json!({ "kind": "region", "ids": [north] });
    id_of(&all.house.grant(&all.house.mara, &wei, ("viewer", scope), None).await);
    let office = format!("/api/v1/units/{}", all.office);
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        let answers = patched(&all.house, by, &office, json!({ "region_id": north })).await;
        assert_eq!(refusal(&answers), expected, "{:?}", answers.json);
        assert_eq!(answers.json["fields"][0]["field"], "region_id");
        let path = format!("/api/v1/regions/{below}");
        let within = patched(&all.house, by, &path, json!({ "parent_id": north })).await;
        assert_eq!(refusal(&within), expected, "{:?}", within.json);
        assert_eq!(within.json["fields"][0]["field"], "parent_id");
        for region in [json!(south), json!(null)] {
            let answers = patched(&all.house, by, &office, json!({ "region_id": region })).await;
            assert_eq!(answers.status, 200, "{:?}", answers.json);
        }
    };
    refused_for_a_time_and_lent(&all.house, (&deng, &wei), tries).await;
    let answers = patched(&all.house, &deng, &office, json!({ "region_id": north })).await;
    assert_eq!(answers.status, 200, "{:?}", answers.json);
    // Who holds for good a unit that answers for a region puts another there.
    all.house.scene.add("part", "").await;
    let part = all.house.scene.signed_in("part").await;
    for end in [&all.east, &all.void] {
        id_of(&all.house.grant(&all.house.mara, &part, ("giver", unit(end)), None).await);
    }
    let path = format!("/api/v1/units/{}", all.void);
    let answers = patched(&all.house, &part, &path, json!({ "region_id": north })).await;
    assert_eq!(answers.status, 200, "{:?}", answers.json);
}

/// Put into a unit of theirs for good, the person's number was theirs to change.
#[tokio::test]
async fn person_with_an_account_is_put_into_a_unit_of_ones_own_by_a_right_held_for_good() {
    let (all, deng, wei) = units().await;
    let mara = &all.house.mara;
    let person = all.person_with_account().await;
    id_of(&all.house.grant(mara, &wei, ("giver", unit(&all.west)), None).await);
    let source = id_of(&all.house.grant(mara, &deng, ("giver", everything()), None).await);
    let lend = json!({ "user_id": own_id(&wei).await, "reason": "leave",
        "valid_to": all.house.after(24) });
    id_of(&deng.post(&format!("/api/v1/grants/{source}/delegate"), lend).await);
    let person = format!("/api/v1/people/{person}");
    let put = async |by: &Client, unit: &str| {
        patched(&all.house, by, &person, json!({ "unit_id": unit })).await
    };
    let refused = put(&wei, &all.west).await;
    assert_eq!(refusal(&refused), LENT, "{:?}", refused.json);
    let file = import(&wei, "people", "number,name,unit_code\n71,71,W\n").await;
    assert_ne!(file.json["applied"], true, "{:?}", file.json);
    for unit in [&all.void, &all.east] {
        assert_eq!(put(&wei, unit).await.status, 200, "nobody gains by it");
    }
    assert_eq!(put(&deng, &all.west).await.status, 200);
}

/// A file and the end of a plan change a number as a hand does.
#[tokio::test]
async fn number_of_who_has_an_account_changes_by_no_file_and_no_cancelled_plan() {
    let (all, deng, wei) = units().await;
    let mara = &all.house.mara;
    let person = all.person_with_account().await;
    let (path, later) = (format!("/api/v1/people/{person}"), all.house.after(48));
    let plan = async || {
        let body = json!({ "number": "75", "from": later });
        let planned = patched(&all.house, mara, &path, body).await;
        assert_eq!(planned.status, 200, "{:?}", planned.json);
    };
    plan().await;
    let call_off = async |by: &Client| {
        let body = json!({ "noun": "person", "id": person, "at": later }).to_string();
        let at = all.version(&path).await;
        by.send("POST", "/api/v1/directory/coming-changes/cancel", Some(body), at).await
    };
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        let refused = call_off(by).await;
        assert_eq!(refusal(&refused), expected, "{:?}", refused.json);
        // The row is found by the number that is to come, and says that it is so now.
        let file = import(by, "people", "number,name\n75,71\n").await;
        assert_ne!(file.json["applied"], true, "{:?}", file.json);
        assert!(file.json.to_string().contains("directory.change"), "{:?}", file.json);
        let file = import(by, "people", &format!("number,name\n75,{}\n", expected.1)).await;
        assert_ne!(file.json["applied"], true, "{:?}", file.json);
        assert_eq!(mara.get(&path).await.json["number"], "71");
    };
    refused_for_a_time_and_lent(&all.house, (&deng, &wei), tries).await;
    assert_eq!(call_off(&deng).await.status, 204);
    plan().await;
    let file = import(&deng, "people", "number,name\n75,71\n").await;
    assert_eq!(file.json["applied"], true, "{:?}", file.json);
    assert_eq!(mara.get(&path).await.json["number"], "75");
}

/// Whoever was lent the directory for a day took along what they kept.
#[tokio::test]
async fn what_is_taken_to_where_one_keeps_more_is_taken_by_a_right_held_for_good() {
    let (all, deng, wei) = units().await;
    id_of(&all.house.grant(&all.house.mara, &deng, ("viewer", unit(&all.west)), None).await);
    let directory = all.house.scene.directory_client();
    let called = json!({ "en": "P", "zh": "P" });
    let things = [
        ("posts", json!({ "code": "P", "title": called, "unit_id": all.east })),
        ("people", json!({ "number": "72", "name": "72", "unit_id": all.east })),
        ("sites", json!({ "code": "P", "name": called, "unit_id": all.east })),
    ];
    let mut paths = Vec::new();
    for (noun, body) in things {
        let path = format!("/api/v1/{noun}");
        paths.push(format!("{path}/{}", id_of(&directory.post(&path, body).await)));
    }
    let put = async |by: &Client, path: &str, unit: &str| {
        patched(&all.house, by, path, json!({ "unit_id": unit })).await
    };
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        for path in &paths {
            let refused = put(by, path, &all.west).await;
            assert_eq!(refusal(&refused), expected, "{path}: {:?}", refused.json);
            assert_eq!(refused.json["fields"][0]["field"], "unit_id", "{path}");
            // Elsewhere they keep nothing of it.
            for unit in [&all.void, &all.east] {
                let moved = put(by, path, unit).await;
                assert_eq!(moved.status, 200, "{path}: {:?}", moved.json);
            }
        }
        for (sheet, rows) in [
            ("posts", "code,title_zh,unit_code\nP,P,W\n"),
            ("people", "number,name,unit_code\n72,72,W\n"),
            ("sites", "code,name_zh,unit_code\nP,P,W\n"),
        ] {
            let file = import(by, sheet, rows).await;
            let field = format!("{sheet}!C2");
            assert_eq!(file.json["fields"][0]["field"], json!(field), "{:?}", file.json);
        }
    };
    refused_for_a_time_and_lent(&all.house, (&deng, &wei), tries).await;
    // What was to leave and stays after all, stays within what they keep.
    let later = all.house.after(48);
    for (noun, path) in [("post", &paths[0]), ("person", &paths[1]), ("site", &paths[2])] {
        assert_eq!(put(&deng, path, &all.west).await.status, 200, "{path}");
        let away = json!({ "unit_id": all.void, "from": later });
        assert_eq!(patched(&all.house, &deng, path, away).await.status, 200, "{path}");
        let id = path.rsplit('/').next().unwrap();
        let call_off = async |by: &Client| {
            let body = json!({ "noun": noun, "id": id, "at": later }).to_string();
            let at = all.version(path).await;
            by.send("POST", "/api/v1/directory/coming-changes/cancel", Some(body), at).await
        };
        let refused = call_off(&wei).await;
        assert_eq!(refusal(&refused), LENT, "{path}: {:?}", refused.json);
        assert_eq!(call_off(&deng).await.status, 204, "{path}");
    }
}
