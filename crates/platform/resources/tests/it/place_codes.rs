//! Files name units and regions by their codes, as the directory's own do.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use kernel::Within;
use serde_json::{Value, json};

use crate::{
    exchange::{import, send},
    house::{House, province},
};

const BOTH: [&str; 2] = ["resource.read", "resource.change"];

async fn resource(house: &House, name: &str) -> Value {
    let found = house.client.get(&format!("/api/v1/resources?q={name}")).await.json;
    found["items"][0].clone()
}

fn faults(report: &Value) -> Vec<[&str; 3]> {
    let faults = report["faults"].as_array().unwrap().iter();
    faults
        .map(|fault| ["cell", "column", "found"].map(|key| fault[key].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn units_and_regions_are_named_by_code_or_by_id() {
    let (house, units, regions) = province().await;
    let csv = format!(
        "name,unit_code,区域\nweb-a,FIN-NB,FIN-HZ\nweb-b,{},{}\nweb-c,,\n",
        units[1], regions[0]
    );
    let (status, done) = import(&house, "?sheet=host", csv.into()).await;
    assert_eq!((status, &done["created"]), (200, &json!(3)), "{done}");
    let (a, b) = (resource(&house, "web-a").await, resource(&house, "web-b").await);
    assert_eq!((&a["unit_id"], &a["region_id"]), (&json!(units[0]), &json!(regions[1])));
    assert_eq!((&b["unit_id"], &b["region_id"]), (&json!(units[1]), &json!(regions[0])));
    for heading in ["unit", "unit_id", "单位"] {
        let csv = format!("name,{heading}\nweb-c,FIN-HZ\n");
        let (status, done) = import(&house, "?sheet=host", csv.into()).await;
        assert_eq!(status, 200, "{heading}: {done}");
        assert_eq!(resource(&house, "web-c").await["unit_id"], json!(units[1]), "{heading}");
    }
    let (_, done) = import(&house, "?sheet=host", "name,unit\nweb-c,(none)\n".into()).await;
    assert_eq!(done["changed"], 1);
    assert_eq!(resource(&house, "web-c").await["unit_id"], Value::Null);
}

#[tokio::test]
async fn exported_codes_come_back_unchanged() {
    let (house, units, _) = province().await;
    for (name, unit) in [("web-a", Some(&units[0])), ("web-b", None)] {
        let new = json!({"kind": "host", "name": name, "unit_id": unit});
        assert_eq!(house.client.post("/api/v1/resources", new).await.status, 201);
    }
    let (_, csv) = send(&house, "GET", "/api/v1/resources/export?format=csv", Vec::new()).await;
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains(",unit_code,region_code,") && csv.contains(",FIN-NB,"), "{csv}");
    assert!(!csv.contains(&units[0]), "{csv}");
    let path = "/api/v1/resources/export?format=csv&columns=name,unit,unit_id";
    let (_, csv) = send(&house, "GET", path, Vec::new()).await;
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains(&format!("web-a,FIN-NB,{}", units[0])), "{csv}");
    let (_, book) = send(&house, "GET", "/api/v1/resources/export", Vec::new()).await;
    let mut sheets: Xlsx<_> = Xlsx::new(Cursor::new(book.clone())).unwrap();
    let page = sheets.worksheet_range("host").unwrap();
    let headings: Vec<String> =
        page.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(headings[3..5], ["unit_code", "region_code"]);
    let (status, again) = import(&house, "", book).await;
    assert_eq!((status, &again["unchanged"], &again["changed"]), (200, &json!(2), &json!(0)));
}

#[tokio::test]
async fn code_outside_of_the_scope_is_as_unknown_as_one_that_there_is_not() {
    let (house, units, _) = province().await;
    let within = Within { units: [units[0].clone()].into(), ..Within::default() };
    let scoped = house.client.holding(&BOTH, &within);
    let tried = async |code: &str| {
        let csv = format!("name,unit_code\nweb-a,{code}\n");
        let path = "/api/v1/resources/import?sheet=host&dry_run=true";
        scoped.send("POST", path, Some(csv), None).await.json
    };
    assert_eq!(faults(&tried("FIN-NB").await), [] as [[&str; 3]; 0]);
    let (hidden, absent) = (tried("FIN-HZ").await, tried("FIN-XX").await);
    assert_eq!(faults(&hidden), [["B2", "unit_code", "FIN-HZ"]]);
    assert_eq!(faults(&absent), [["B2", "unit_code", "FIN-XX"]]);
    assert_eq!(hidden["faults"][0]["expected"], absent["faults"][0]["expected"]);
    // An id is refused as everywhere.
    let refused = tried(&units[1]).await;
    assert_eq!(refused["faults"][0]["expected"]["en"], "a unit within your scope");
}
