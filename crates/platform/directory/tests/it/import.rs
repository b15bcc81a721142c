use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use http_body_util::BodyExt;
use rust_xlsxwriter::{Format, Formula, Workbook};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::house::{House, all, house};

/// An answer: its status, its body, and that as JSON where it is.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Value,
}

fn router(house: &House) -> Router {
    let time = std::sync::Arc::new(house.clock.clone());
    let ids = std::sync::Arc::new(testkit::SeededIds::new(99));
    let routes = directory::routes(house.directory.clone()).into_parts().0;
    testkit::stack(std::sync::Arc::new(testkit::StandInGate), time, ids, routes)
}

pub(crate) async fn send(
    house: &House,
    method: &str,
    path: &str,
    held: &str,
    body: Vec<u8>,
) -> Answered {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/api/v1/directory/{path}"))
        .header("x-test-caller", "administrator")
        .header(header::ACCEPT_LANGUAGE, "zh")
        .header(header::CONTENT_TYPE, "application/octet-stream");
    if !held.is_empty() {
        request = request.header("x-test-held", held);
    }
    let response = router(house).oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answered { status, bytes, json }
}

pub(crate) async fn import(house: &House, query: &str, body: Vec<u8>) -> Answered {
    send(house, "POST", &format!("import{query}"), "", body).await
}

pub(crate) type Sheet<'s> = (&'s str, &'s [&'s [&'s str]]);

pub(crate) fn book(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let page = book.add_worksheet();
        page.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells) {
                page.write_string(row, column, *cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

const ORGANISATION: [Sheet<'static>; 4] = [
    (
        "单位",
        &[
            &["单位编码*", "单位名称", "上级单位编码", "单位类型", "生效日期"],
            &["A01", "信息中心", "A", "处室", "2020/1/1"],
            &["A", "市财政局", "", "局", "2020年1月1日"],
        ],
    ),
    (
        "岗位",
        &[
            &["岗位编码", "岗位名称", "单位编码", "是否负责人", "生效日期"],
            &["A01-1", "主任", "A01", "是", "2020-01-01"],
        ],
    ),
    (
        "人员",
        &[
            &["花名册"],
            &["工号", "姓名", "单位编码", "手机", "邮箱", "生效日期"],
            &["0017", "王小明", "A01", "13800000000", "wxm@example.gov.cn", "2020-01-01"],
            &[],
            &["0018", "李娜", "A", "", "", "2020-01-01"],
        ],
    ),
    (
        "任职",
        &[
            &["工号", "岗位编码", "任职方式", "工作占比", "生效日期", "结束日期"],
            &["0017", "A01-1", "正式", "80%", "2021-01-01", ""],
            &["0018", "A01-1", "代理", "20", "2020-01-01", "2021-01-01"],
        ],
    ),
];

#[tokio::test]
async fn organisation_comes_in_by_one_workbook_and_again_changes_nothing() {
    let house = house().await;
    let file = book(&ORGANISATION);
    let dry = import(&house, "?dry_run=true", file.clone()).await;
    assert_eq!((dry.status, &dry.json["faults"]), (200, &json!([])), "{}", dry.json);
    assert_eq!(
        (&dry.json["applied"], &dry.json["sheets"][2]["created"]),
        (&json!(false), &json!(2))
    );
    assert!(house.verbs().await.is_empty());
    let done = import(&house, "", file.clone()).await;
    assert_eq!((done.status, &done.json["applied"]), (200, &json!(true)), "{}", done.json);
    let list = house.client.get("/api/v1/holdings?head=true&as_of=2020-06-01").await.json;
    assert_eq!(all(&list, "kind"), ["acting"]);
    let facts = house.verbs().await.len();
    let again = import(&house, "", file).await;
    let unchanged: Vec<_> =
        again.json["sheets"].as_array().unwrap().iter().map(|s| s["unchanged"].clone()).collect();
    assert_eq!(unchanged, [json!(2), json!(1), json!(2), json!(2)], "{}", again.json);
    assert_eq!(house.verbs().await.len(), facts + 1);
}

#[tokio::test]
async fn every_wrong_cell_is_named_and_nothing_is_done() {
    let house = house().await;
    let file = book(&[
        (
            "units",
            &[
                &["code", "name_zh", "parent_code", "from"],
                &["A", "甲", "", ""],
                &["B", "", "A", ""],
                &["C", "丙", "Z", ""],
                &["A", "丁", "", ""],
                &["E", "戊", "F", "soon"],
                &["F", "己", "E", ""],
            ],
        ),
        (
            "people",
            &[
                &["number", "name", "unit_code", "mail", "language"],
                &["1", "Ada", "A", "nonsense", ""],
                &["2", "", "A", "", ""],
                &["3", "Ben", "Q", "", ""],
                &["4", "Eve", "A", "", "fr"],
            ],
        ),
    ]);
    let dry = import(&house, "?dry_run=true", file.clone()).await;
    let faults = dry.json["faults"].as_array().unwrap();
    let cells: Vec<String> = faults
        .iter()
        .map(|f| format!("{}!{}", f["sheet"].as_str().unwrap(), f["cell"].as_str().unwrap()))
        .collect();
    assert_eq!(
        cells,
        [
            "units!B3",
            "units!C4",
            "units!A5",
            "units!C6",
            "units!D6",
            "people!D2",
            "people!B3",
            "people!C4",
            "people!E5"
        ],
        "{}",
        dry.json
    );
    assert_eq!((&faults[1]["found"], &faults[1]["row"]), (&json!("Z"), &json!(4)));
    assert!(faults[1]["expected"]["zh"].as_str().unwrap().contains("单位编码"));
    let refused = import(&house, "", file).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json["fields"][0]["field"], "units!B3");
    assert!(house.verbs().await.is_empty());
}

#[tokio::test]
async fn formulas_merged_cells_and_numbers_are_read_as_people_see_them() {
    let house = house().await;
    house.unit("A", None).await;
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name("people").unwrap();
    for (column, heading) in (0..).zip(["number", "name", "unit_code"]) {
        page.write_string(0, column, heading).unwrap();
    }
    page.write_number(1, 0, 17.0).unwrap();
    page.write_number(2, 0, 18.0).unwrap();
    page.write_formula(1, 1, Formula::new("=\"A\"&\"da\"").set_result("Ada")).unwrap();
    page.write_string(2, 1, "Ben").unwrap();
    page.merge_range(1, 2, 2, 2, "A", &Format::new()).unwrap();
    let file = workbook.save_to_buffer().unwrap();
    let done = import(&house, "", file).await;
    assert_eq!(done.json["formulas"], json!(["people!B2"]), "{}", done.json);
    let people = house.client.get("/api/v1/people").await.json;
    assert_eq!(all(&people, "number"), ["17", "18"]);
    assert_eq!(all(&people, "name"), ["Ada", "Ben"]);
    assert_eq!(people["items"][0]["unit_id"], people["items"][1]["unit_id"]);
}

#[tokio::test]
async fn csv_of_chinese_offices_is_read_and_comes_back_unchanged() {
    let house = house().await;
    let text = "工号,姓名,手机\n'=1+1,王小明,'+86 138 0000 0000\n";
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    let done = import(&house, "?sheet=%E4%BA%BA%E5%91%98", gbk).await;
    assert_eq!(done.json["applied"], true, "{}", done.json);
    let out = send(&house, "GET", "export?sheet=people", "", Vec::new()).await;
    let text = String::from_utf8(out.bytes).unwrap();
    assert!(text.starts_with("\u{feff}工号,姓名,"));
    assert!(text.contains("'=1+1,王小明,") && text.contains("'+86 138 0000 0000"), "{text}");
    let again = import(&house, "?sheet=people", text.into_bytes()).await;
    assert_eq!(again.json["sheets"][0]["unchanged"], 1, "{}", again.json);
}

#[tokio::test]
async fn exported_workbook_is_taken_again() {
    let house = house().await;
    import(&house, "", book(&ORGANISATION)).await;
    let out = send(&house, "GET", "export", "", Vec::new()).await;
    assert_eq!(&out.bytes[..4], b"PK\x03\x04");
    let again = import(&house, "?dry_run=true", out.bytes).await;
    assert_eq!(again.json["faults"], json!([]), "{}", again.json);
    let template = send(&house, "GET", "template", "", Vec::new()).await;
    let empty = import(&house, "?dry_run=true", template.bytes).await;
    assert_eq!((empty.status, &empty.json["faults"]), (200, &json!([])), "{}", empty.json);
}

#[tokio::test]
async fn import_and_export_stay_within_the_scope() {
    let house = house().await;
    let (ours, theirs) = (house.unit("ours", None).await, house.unit("theirs", None).await);
    house.person("1", "Ada", Some(&ours)).await;
    house.person("2", "Ben", Some(&theirs)).await;
    let scope = json!({"units": [ours.id], "regions": [], "resources": []});
    let held = json!({"directory.read": scope, "directory.change": scope}).to_string();
    let out = send(&house, "GET", "export?sheet=people", &held, Vec::new()).await;
    let text = String::from_utf8(out.bytes).unwrap();
    assert!(text.contains("Ada") && !text.contains("Ben"), "{text}");
    let file = book(&[(
        "people",
        &[&["number", "name", "unit_code"], &["2", "Eve", ""], &["3", "Eve", "theirs"]],
    )]);
    let refused = send(&house, "POST", "import?dry_run=true", &held, file).await;
    assert_eq!(refused.json["faults_total"], 2, "{}", refused.json);
    let units = book(&[
        ("units", &[&["code", "name_zh", "parent_code"], &["new", "新", "ours"]]),
        ("people", &[&["number", "name", "unit_code"], &["4", "Eve", "new"]]),
    ]);
    let done = send(&house, "POST", "import", &held, units).await;
    assert_eq!(done.json["applied"], true, "{}", done.json);
}

/// Once a row told whether what it names is there and out of reach, or not there at all.
#[tokio::test]
async fn what_is_not_seen_is_as_unknown_to_a_file_as_what_is_not_there() {
    let house = house().await;
    let (ours, theirs) = (house.unit("ours", None).await, house.unit("theirs", None).await);
    let post = house.post("ours-1", &ours, false).await;
    house.post("theirs-1", &theirs, false).await;
    house.person("1", "Ada", Some(&ours)).await;
    house.person("2", "Ben", Some(&theirs)).await;
    let scope = json!({"units": [ours.id], "regions": [], "resources": []});
    let held = json!({"directory.read": scope, "directory.change": scope}).to_string();
    let said = async |sheet: &str, head: &[&str], row: &[&str]| {
        let file = book(&[(sheet, &[head, row])]);
        let answer = send(&house, "POST", "import?dry_run=true", &held, file).await;
        answer.json["faults"].to_string()
    };
    for (sheet, head, row) in [
        ("units", &["code", "name_zh", "parent_code"][..], &["new", "新", "theirs"][..]),
        ("posts", &["code", "title_zh", "unit_code"], &["new", "新", "theirs"]),
        ("people", &["number", "name", "unit_code"], &["9", "Eve", "theirs"]),
        ("sites", &["code", "name_zh", "unit_code"], &["new", "新", "theirs"]),
        ("holdings", &["person_number", "post_code"], &["1", "theirs-1"]),
    ] {
        let absent: Vec<String> =
            row.iter().map(|cell| cell.replace("theirs", "nowhere")).collect();
        let absent: Vec<&str> = absent.iter().map(String::as_str).collect();
        let unseen = said(sheet, head, row).await;
        assert_eq!(unseen.replace("theirs", "nowhere"), said(sheet, head, &absent).await);
        assert!(unseen.contains("theirs"), "{sheet}: {unseen}");
    }
    // A code is one thing's: that somebody has it is told as when the thing is made by hand.
    let body = json!({"code": "theirs", "name": {"en": "x", "zh": "x"}, "parent_id": ours.id});
    let client = house.client.with_header("accept-language", "zh");
    let hand = client.post("/api/v1/units", body).await.json;
    let unit = said("units", &["code", "name_zh", "parent_code"], &["theirs", "新", "ours"]).await;
    let expected = hand["fields"][0]["expected"].as_str().unwrap();
    assert!(unit.contains(expected), "{unit} {expected}");
    assert_eq!(house.version(&post).await, 1);
}

/// Once whoever could import made units, and put people into them, in any region.
#[tokio::test]
async fn import_gives_no_unit_to_a_region_outside_the_scope() {
    let house = house().await;
    let region = async |code: &str| {
        let name = json!({"en": code, "zh": code});
        house.make("regions", json!({"code": code, "name": name, "from": "2020-01-01"})).await
    };
    let (here, _) = (region("330000").await, region("340000").await);
    let ours = json!({"code": "ours", "name": {"en": "ours", "zh": "ours"}, "region_id": here.id,
        "from": "2020-01-01"});
    let ours = house.make("units", ours).await;
    let scope = json!({"units": [ours.id], "regions": [here.id], "resources": []});
    let held = json!({"directory.read": scope, "directory.change": scope}).to_string();
    let file = |code: &str, region: &str| {
        let head: &[&str] = &["code", "name_zh", "parent_code", "region_code"];
        book(&[("units", &[head, &[code, "科", "ours", region]])])
    };
    for (code, region) in [("new", "340000"), ("ours", "340000")] {
        let refused = send(&house, "POST", "import", &held, file(code, region)).await;
        assert_ne!(refused.json["applied"], true, "{}", refused.json);
    }
    assert_eq!(house.directory.trees().await.unwrap().unit_subtree(&ours.id).len(), 1);
    let done = send(&house, "POST", "import", &held, file("new", "330000")).await;
    assert_eq!(done.json["applied"], true, "{}", done.json);
}

#[tokio::test]
async fn export_names_nothing_that_lies_outside_the_scope() {
    let house = house().await;
    let region = json!({"code": "330000", "name": {"en": "R", "zh": "区"}, "from": "2020-01-01"});
    let region = house.make("regions", region).await;
    let top = house.unit("top", None).await;
    let (ours, theirs) =
        (house.unit("ours", Some(&top)).await, house.unit("theirs", Some(&top)).await);
    house.unit("below", Some(&ours)).await;
    let site = json!({"code": "s", "name": {"en": "s", "zh": "s"}, "unit_id": theirs.id,
        "region_id": region.id, "from": "2020-01-01"});
    house.make("sites", site).await;
    let post = house.post("desk", &ours, false).await;
    for (number, unit) in [("n-1", &ours), ("n-2", &theirs)] {
        let person = house.person(number, number, Some(unit)).await;
        house.hold(&person, &post, "2021-01-01", None).await;
    }
    let below = house.directory.trees().await.unwrap().unit_subtree(&ours.id);
    let scope = json!({"units": below, "regions": [region.id], "resources": []});
    let held = json!({"directory.read": scope}).to_string();
    let mut all = String::new();
    for sheet in ["units", "sites", "posts", "people", "holdings"] {
        let out = send(&house, "GET", &format!("export?sheet={sheet}"), &held, Vec::new()).await;
        all.push_str(&String::from_utf8(out.bytes).unwrap());
    }
    let rows: Vec<&str> = all.lines().filter(|line| line.contains("2020-01-01")).collect();
    assert!(rows[0].starts_with("ours,ours,ours,,,,,"), "{all}");
    assert!(rows[1].starts_with("below,below,below,,,ours,,"), "{all}");
    assert!(all.contains("s,s,s,,,330000,"), "the site is in the region, its unit is not: {all}");
    for outside in ["top", "theirs", "n-2"] {
        assert!(!all.contains(outside), "{outside}: {all}");
    }
    assert!(all.contains("n-1,desk,"), "{all}");
    let whole = send(&house, "GET", "export?sheet=units", "", Vec::new()).await;
    assert!(String::from_utf8(whole.bytes).unwrap().contains("ours,ours,ours,,,top,,"));
}

#[tokio::test]
async fn files_that_are_none_or_too_large_are_refused_with_the_reason() {
    let house = house().await;
    let mut many = Workbook::new();
    let page = many.add_worksheet();
    page.set_name("people").unwrap();
    page.write_string(0, 0, "number").unwrap();
    page.write_string(499_999, 1, "x").unwrap();
    let many = many.save_to_buffer().unwrap();
    let other = book(&[("Sheet1", &[&["a"]])]);
    for (query, file, status, code) in [
        ("", b"PK\x03\x04nonsense".to_vec(), 400, "invalid"),
        ("", b"number,name\n".to_vec(), 400, "invalid"),
        ("?sheet=dogs", b"number,name\n".to_vec(), 400, "invalid"),
        ("?sheet=people", vec![0x41, 0xFF, 0x80, 0xFF], 400, "invalid"),
        ("", other, 400, "invalid"),
        ("", many, 413, "too-many-rows"),
    ] {
        let answer = import(&house, query, file).await;
        assert_eq!((answer.status, answer.json["code"].as_str().unwrap()), (status, code));
    }
    assert!(house.verbs().await.is_empty());
}
