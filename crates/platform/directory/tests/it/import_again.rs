//! What was exported is taken again as it is, also by who holds a part of the house.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    house::{House, Made, house},
    import::send,
};

/// A city in a province, with a bureau that answers for it, and another city. One of the two
/// holders of the bureau's post is of the other city's office.
struct Province {
    house: House,
    city: Made,
    other: Made,
    held: Vec<Made>,
}

async fn province() -> Province {
    let house = house().await;
    let region = async |code: &str, parent: Option<&Made>| {
        let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01",
            "parent_id": parent.map(|region| &region.id)});
        house.make("regions", body).await
    };
    let whole = region("330000", None).await;
    let city = region("330200", Some(&whole)).await;
    let other = region("330100", Some(&whole)).await;
    let unit = async |code: &str, region: &Made, parent: Option<&Made>| {
        let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01",
            "region_id": region.id, "parent_id": parent.map(|unit| &unit.id)});
        house.make("units", body).await
    };
    let top = unit("top", &whole, None).await;
    let bureau = unit("bureau", &city, Some(&top)).await;
    let far = unit("far", &other, Some(&top)).await;
    let site = json!({"code": "s", "name": {"en": "s", "zh": "s"}, "unit_id": bureau.id,
        "from": "2020-01-01"});
    house.make("sites", site).await;
    let post = house.post("desk", &bureau, false).await;
    let mut held = Vec::new();
    for (number, unit) in [("n-1", &bureau), ("n-2", &far)] {
        let person = house.person(number, number, Some(unit)).await;
        let holding = house.hold(&person, &post, "2021-01-01", None).await;
        for (share, from) in [(50, "2026-03-01"), (30, "2027-01-01")] {
            let changed =
                house.change(&holding, json!({"share_percent": share, "from": from})).await;
            assert_eq!(changed.status, 200, "{}", changed.json);
        }
        held.push(holding);
    }
    Province { house, city, other, held }
}

impl Province {
    /// What is held in these regions.
    async fn scope(&self, regions: &[&Made]) -> Value {
        let trees = self.house.directory.trees().await.unwrap();
        let regions: BTreeSet<String> =
            regions.iter().flat_map(|region| trees.region_subtree(&region.id)).collect();
        let answering = trees.units_answering(&regions);
        json!({"units": [], "regions": regions, "answering": answering, "resources": []})
    }

    /// Exports all that is seen and imports it again: nothing is wrong, and nothing changes.
    async fn again(&self, held: &str) {
        let facts = self.house.facts().await.len();
        let out = send(&self.house, "GET", "export", held, Vec::new()).await;
        for query in ["import?dry_run=true", "import"] {
            let again = send(&self.house, "POST", query, held, out.bytes.clone()).await;
            assert_eq!(again.status, 200, "{query}: {}", again.json);
            assert_eq!(again.json["faults"], json!([]), "{query}: {}", again.json);
            for sheet in again.json["sheets"].as_array().unwrap() {
                let done = (&sheet["created"], &sheet["changed"]);
                assert_eq!(done, (&json!(0), &json!(0)), "{query}: {}", again.json);
                assert_ne!(sheet["unchanged"], json!(0), "{query}: {}", again.json);
            }
        }
        assert_eq!(self.house.facts().await.len(), facts + 1, "that it was imported");
        for holding in &self.held {
            let then = format!("{}?as_of=2027-06-01", holding.path);
            let then = self.house.client.get(&then).await.json;
            assert_eq!((&then["share_percent"], &then["valid_to"]), (&json!(30), &Value::Null));
        }
    }
}

/// The region above, the city itself and the holding of somebody unseen were refused.
#[tokio::test]
async fn export_of_a_city_is_imported_again_by_who_exported_it() {
    let all = province().await;
    let city = all.scope(&[&all.city]).await;
    let narrow = json!({"directory.read": city, "directory.change": city}).to_string();
    all.again(&narrow).await;
    // Also what is seen, and is not theirs to change.
    let both = all.scope(&[&all.city, &all.other]).await;
    let wide = json!({"directory.read": both, "directory.change": city}).to_string();
    all.again(&wide).await;
    all.again("").await;
    // What does change something takes the right, as ever.
    for (held, sheet, rows) in [
        (&wide, "units", "code,name_zh\nfar,远\n"),
        (&wide, "regions", "code,name_zh\n330000,省\n"),
        (&wide, "regions", "code,name_zh\n330100,市\n"),
        (&wide, "people", "number,name\nn-2,Eve\n"),
        (&wide, "holdings", "person_number,post_code,from\n,desk,2021-01-01\n"),
        (&narrow, "holdings", "person_number,post_code,from,share_percent\n,desk,2021-01-01,40\n"),
        (&narrow, "holdings", "person_number,post_code,from,to\n,desk,2021-01-01,2026-12-31\n"),
    ] {
        let path = format!("import?dry_run=true&sheet={sheet}");
        let refused = send(&all.house, "POST", &path, held, rows.as_bytes().to_vec()).await;
        assert_eq!(refused.json["faults_total"], 1, "{sheet}: {}", refused.json);
    }
}

/// A row of before was judged by the post that has the code today.
#[tokio::test]
async fn row_of_a_day_is_about_the_post_that_has_the_code_on_that_day() {
    let house = house().await;
    let unit = house.unit("office", None).await;
    let old = house.post("desk", &unit, false).await;
    let closed = house.act(&old, "close", json!({"at": "2026-01-01"})).await;
    assert_eq!(closed.status, 200, "{}", closed.json);
    let new = json!({"code": "desk", "title": {"en": "desk", "zh": "desk"}, "unit_id": unit.id,
        "from": "2026-02-01"});
    let new = house.make("posts", new).await;
    house.person("n-1", "Ada", Some(&unit)).await;
    let csv = "person_number,post_code,from,to\nn-1,desk,2025-03-01,2025-09-01\n\
               n-1,desk,2026-03-01,\n";
    let done = send(&house, "POST", "import?sheet=holdings", "", csv.into()).await;
    assert_eq!(done.json["applied"], true, "{}", done.json);
    for (post, at) in [(&old, "2025-04-01"), (&new, "2026-05-01")] {
        let path = format!("/api/v1/holdings?post_id={}&as_of={at}", post.id);
        let held = house.client.get(&path).await.json;
        assert_eq!(held["items"].as_array().unwrap().len(), 1, "{at}: {held}");
    }
    // It was told as unchanged, and was not as the row says.
    let later = "person_number,post_code,from,to\nn-1,desk,2025-03-01,2025-10-01\n";
    let told = send(&house, "POST", "import?sheet=holdings", "", later.into()).await;
    assert_eq!(told.json["fields"][0]["field"], "holdings!D2", "{}", told.json);
    let expected = told.json["fields"][0]["expected"].as_str().unwrap();
    assert!(expected.contains("2025-09-01"), "{expected}");
}
