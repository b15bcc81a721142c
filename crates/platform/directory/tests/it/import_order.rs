use serde_json::{Value, json};

use crate::{
    house::{House, all, house},
    import::{Sheet, book, import, send},
};

async fn apply(house: &House, sheets: &[Sheet<'_>]) -> Value {
    let done = import(house, "", book(sheets)).await;
    assert_eq!((done.status, &done.json["applied"]), (200, &json!(true)), "{}", done.json);
    done.json
}

async fn parent_of(house: &House, code: &str) -> Option<String> {
    let list = house.client.get(&format!("/api/v1/units?code={code}")).await.json;
    let parent = list["items"][0]["parent_id"].as_str()?.to_owned();
    let parent = house.client.get(&format!("/api/v1/units/{parent}")).await.json;
    parent["code"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn whole_organisation_comes_in_by_one_file_whatever_its_order() {
    let house = house().await;
    let file: [Sheet<'_>; 6] = [
        ("任职", &[&["工号", "岗位编码", "生效日期"], &["17", "A01-1", "2021-01-01"]]),
        (
            "人员",
            &[&["工号", "姓名", "单位编码", "生效日期"], &["17", "王小明", "A01", "2020-01-01"]],
        ),
        (
            "岗位",
            &[
                &["岗位编码", "岗位名称", "单位编码", "生效日期"],
                &["A01-1", "主任", "A01", "2020-01-01"],
            ],
        ),
        (
            "地点",
            &[
                &["地点编码", "地点名称", "行政区划代码", "单位编码", "纬度", "经度", "生效日期"],
                &["JF1", "一号机房", "330100", "A01", "30.25", "120.17", "2020-01-01"],
            ],
        ),
        (
            "单位",
            &[
                &["单位编码", "单位名称", "上级单位编码", "行政区划代码", "生效日期"],
                &["A01", "信息中心", "A", "330100", "2020-01-01"],
                &["A", "省财政厅", "", "33", "2020-01-01"],
            ],
        ),
        (
            "区域",
            &[
                &["区划代码", "区域名称", "上级区划代码", "区域类型", "生效日期"],
                &["330100", "杭州市", "33", "市", "2020-01-01"],
                &["33", "浙江省", "", "省", "2020-01-01"],
            ],
        ),
    ];
    let done = apply(&house, &file).await;
    let kinds: Vec<&str> =
        done["sheets"].as_array().unwrap().iter().map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["regions", "units", "sites", "posts", "people", "holdings"]);
    let sites = house.client.get("/api/v1/sites").await.json;
    assert_eq!(
        (&sites["items"][0]["latitude"], &sites["items"][0]["longitude"]),
        (&json!(30.25), &json!(120.17))
    );
    // What goes out comes in again and changes nothing.
    let out = send(&house, "GET", "export", "", Vec::new()).await;
    let again = import(&house, "", out.bytes).await;
    for sheet in again.json["sheets"].as_array().unwrap() {
        assert_eq!((&sheet["created"], &sheet["changed"]), (&json!(0), &json!(0)), "{sheet}");
    }
}

#[tokio::test]
async fn tree_is_rearranged_whatever_the_order_of_rows() {
    let (down, up): (Sheet<'_>, Sheet<'_>) = (
        ("units", &[&["code", "parent_code"], &["B", "C"], &["A", "B"]]),
        ("units", &[&["code", "parent_code"], &["A", "B"], &["B", "C"]]),
    );
    for rows in [down, up] {
        let house = house().await;
        let a = house.unit("A", None).await;
        house.unit("B", Some(&a)).await;
        house.unit("C", None).await;
        apply(&house, &[rows]).await;
        assert_eq!(parent_of(&house, "A").await.as_deref(), Some("B"));
        assert_eq!(parent_of(&house, "B").await.as_deref(), Some("C"));
    }
}

#[tokio::test]
async fn holding_may_stand_before_the_end_of_the_one_it_follows() {
    let house = house().await;
    let unit = house.unit("A", None).await;
    let post = house.post("P", &unit, true).await;
    let ada = house.person("1", "Ada", Some(&unit)).await;
    house.hold(&ada, &post, "2021-01-01", None).await;
    let rows: Sheet<'_> = (
        "holdings",
        &[
            &["person_number", "post_code", "kind", "from", "to"],
            &["1", "P", "acting", "2026-07-01", ""],
            &["1", "P", "", "2021-01-01", "2026-07-01"],
        ],
    );
    apply(&house, &[rows]).await;
    for (day, kind) in [("2026-06-30", "substantive"), ("2026-07-01", "acting")] {
        let list = house.client.get(&format!("/api/v1/holdings?as_of={day}")).await.json;
        assert_eq!(all(&list, "kind"), [kind], "{day}");
    }
}

#[tokio::test]
async fn what_is_planned_is_known_when_the_file_comes_again() {
    let house = house().await;
    let file: [Sheet<'_>; 2] = [
        ("units", &[&["code", "name_zh", "from"], &["A", "甲", "2027-01-01"]]),
        ("people", &[&["number", "name", "unit_code", "from"], &["1", "Ada", "A", "2027-01-01"]]),
    ];
    apply(&house, &file).await;
    let again = apply(&house, &file).await;
    assert_eq!(
        (&again["sheets"][0]["unchanged"], &again["sheets"][1]["unchanged"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn two_sheets_of_one_sort_are_one() {
    let house = house().await;
    let file: [Sheet<'_>; 2] = [
        ("units", &[&["code", "name_zh", "parent_code"], &["B", "乙", "A"]]),
        ("单位", &[&["code", "name_zh"], &["A", "甲"]]),
    ];
    let done = apply(&house, &file).await;
    assert_eq!(
        (&done["sheets"][0]["created"], &done["sheets"][1]["created"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn one_import_of_an_actor_runs_at_a_time_and_what_it_did_can_be_read() {
    let house = house().await;
    assert_eq!(send(&house, "GET", "import", "", Vec::new()).await.status, 204);
    // So many that the first still runs when the second comes.
    let rows: String = (0..2_000).map(|number| format!("{number},name {number}\n")).collect();
    let file = format!("number,name\n{rows}").into_bytes();
    let way = "?sheet=people";
    let (one, other) =
        tokio::join!(import(&house, way, file.clone()), import(&house, way, file.clone()));
    // Which of them comes first is the records' business.
    let (done, second) = if one.status == 200 { (one, other) } else { (other, one) };
    assert_eq!((done.status, second.status), (200, 409), "{} {}", done.json, second.json);
    assert_eq!(second.json["code"], "import-running");
    let run = send(&house, "GET", "import", "", Vec::new()).await.json;
    assert_eq!((&run["state"], &run["dry_run"]), (&json!("ended"), &json!(false)), "{run}");
    assert_eq!((&run["rows_done"], &run["rows_total"]), (&json!(2_000), &json!(2_000)));
    assert_eq!(run["result"]["sheets"][0]["created"], 2_000);
    let refused = import(&house, "", b"PK\x03\x04nonsense".to_vec()).await;
    assert_eq!(refused.status, 400);
    let run = send(&house, "GET", "import", "", Vec::new()).await.json;
    assert_eq!((&run["state"], &run["result"]), (&json!("failed"), &Value::Null), "{run}");
}

#[tokio::test]
async fn files_of_every_office_are_read() {
    let house = house().await;
    let text = "工号;姓名\n17;王小明\n";
    let wide = |to: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        [&mark[..], &text.encode_utf16().flat_map(to).collect::<Vec<u8>>()].concat()
    };
    let first = import(&house, "?sheet=people", text.as_bytes().to_vec()).await;
    assert_eq!(first.json["sheets"][0]["created"], 1, "{}", first.json);
    for bytes in [
        ["\u{feff}", text].concat().into_bytes(),
        wide(u16::to_le_bytes, [0xFF, 0xFE]),
        wide(u16::to_be_bytes, [0xFE, 0xFF]),
        encoding_rs::GB18030.encode(text).0.into_owned(),
    ] {
        let again = import(&house, "?sheet=people", bytes).await;
        assert_eq!(again.json["sheets"][0]["unchanged"], 1, "{}", again.json);
    }
    let many = format!("number,name\n{}", "1,a\n".repeat(500_000));
    let refused = import(&house, "?sheet=people", many.into_bytes()).await;
    assert_eq!((refused.status, &refused.json["code"]), (413, &json!("too-many-rows")));
}

#[tokio::test]
async fn samples_of_the_manual_come_in() {
    let house = house().await;
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/manual/samples");
    for sheet in ["regions", "units", "sites", "posts", "people", "holdings"] {
        let sample = std::fs::read(format!("{samples}/{sheet}.csv")).unwrap();
        let done = import(&house, &format!("?sheet={sheet}"), sample).await;
        assert_eq!((done.status, &done.json["applied"]), (200, &json!(true)), "{}", done.json);
    }
    let query = "export?sheet=holdings&as_of=2020-06-01";
    let out = send(&house, "GET", query, "", Vec::new()).await;
    let text = String::from_utf8(out.bytes).unwrap();
    assert!(text.contains("0001,FIN-IT-2,代理,20,2020-01-01,2021-06-01"), "{text}");
}
