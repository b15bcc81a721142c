use std::io::{Cursor, Write};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use calamine::{Data, Reader, Xlsx};
use http_body_util::BodyExt;
use resources::{ImportMode, Sheet, Sheets};
use rust_xlsxwriter::{Formula, Workbook};
use serde_json::{Value, json};
use testkit::StandInGate;
use tower::ServiceExt;

use crate::house::{House, fields, house};

/// Sends or fetches a file.
pub(crate) async fn send(
    house: &House,
    method: &str,
    path: &str,
    body: Vec<u8>,
) -> (StatusCode, Vec<u8>) {
    let routes = resources::routes(house.resources.clone()).into_parts().0;
    let ids = std::sync::Arc::new(testkit::SeededIds::new(9));
    let router = testkit::stack(
        std::sync::Arc::new(StandInGate),
        std::sync::Arc::new(house.clock.clone()),
        ids,
        routes,
    );
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-test-caller", "administrator")
        .header("content-type", "application/octet-stream")
        .body(Body::from(body))
        .unwrap();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

pub(crate) async fn import(house: &House, query: &str, file: Vec<u8>) -> (u16, Value) {
    let path = format!("/api/v1/resources/import{query}");
    let (status, body) = send(house, "POST", &path, file).await;
    (status.as_u16(), serde_json::from_slice(&body).unwrap())
}

/// A workbook of these sheets: name and rows.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let page = book.add_worksheet();
        page.set_name(*name).unwrap();
        for (row, cells) in (0_u32..).zip(*rows) {
            for (column, cell) in (0_u16..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
                page.write_string(row, column, *cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

async fn count(house: &House) -> Value {
    house.client.get("/api/v1/resources/count").await.json["count"].clone()
}

#[tokio::test]
async fn workbook_brings_resources_and_relations_and_says_beforehand_what_it_would_do() {
    let house = house().await;
    let db1 = house.make("host", "db1").await;
    let file = workbook(&[
        (
            "主机",
            &[
                &["名称", "memory_bytes", "地址", "标签"],
                &["db1", "8GiB", "10.0.0.1", "核心；生产"],
                &["web1", "4294967296", "", ""],
            ],
        ),
        ("service", &[&["name", "port"], &["nginx", "80"]]),
        (
            "关系",
            &[
                &["关系", "起点类型", "起点", "终点类型", "终点"],
                &["运行于", "服务", "nginx", "主机", "web1"],
            ],
        ),
        ("notes", &[&["anything"]]),
    ]);
    let (status, tried) = import(&house, "?dry_run=true", file.clone()).await;
    assert_eq!(status, 200, "{tried}");
    assert_eq!(
        (&tried["applied"], &tried["created"], &tried["changed"], &tried["related"]),
        (&json!(false), &json!(2), &json!(1), &json!(1)),
        "{tried}"
    );
    assert_eq!(tried["left_alone"], json!(["notes"]));
    assert_eq!(tried["matched"], json!([{"sheet": "主机", "row": 2, "resource": db1}]));
    assert_eq!(count(&house).await, 1);
    let (status, done) = import(&house, "", file.clone()).await;
    assert_eq!((status, &done["applied"]), (200, &json!(true)), "{done}");
    assert_eq!(count(&house).await, 3);
    let db1 = house.client.get(&format!("/api/v1/resources/{db1}")).await.json;
    assert_eq!(
        db1["attributes"],
        json!({"memory_bytes": 8_589_934_592_i64, "address": "10.0.0.1"})
    );
    assert_eq!(db1["tags"], json!(["核心", "生产"]));
    let (_, again) = import(&house, "", file).await;
    assert_eq!(
        (&again["created"], &again["changed"], &again["unchanged"], &again["related"]),
        (&json!(0), &json!(0), &json!(3), &json!(0)),
        "{again}"
    );
}

#[tokio::test]
async fn every_wrong_cell_is_named_and_nothing_is_brought_in() {
    let house = house().await;
    house.make("host", "twin").await;
    house.make("host", "twin").await;
    let file = workbook(&[
        (
            "host",
            &[
                &["name", "colour", "memory_bytes", "address", "id"],
                &["a", "red", "lots", "", ""],
                &["b", "", "", "nowhere", ""],
                &["twin", "", "", "", ""],
                &["c", "", "", "", "5"],
                &["d", "", "", "", ""],
                &["d", "", "", "", ""],
                &["", "", "1", "", ""],
            ],
        ),
        (
            "relations",
            &[
                &["relation", "from_kind", "from", "to_kind", "to"],
                &["runs", "host", "a", "host", "b"],
                &["runs-on", "host", "nobody", "host", "b"],
            ],
        ),
    ]);
    let (status, tried) = import(&house, "?dry_run=true", file.clone()).await;
    assert_eq!(status, 200, "{tried}");
    assert_eq!(
        told(&tried),
        [
            "host!A4",
            "host!A7",
            "host!A8",
            "host!B1",
            "host!C2",
            "host!D3",
            "host!E5",
            "relations!A2",
            "relations!C3"
        ],
        "{tried}"
    );
    let (status, refused) = import(&house, "", file).await;
    assert_eq!((status, fields(&refused).len()), (400, 9));
    assert_eq!(count(&house).await, 2);
}

#[tokio::test]
async fn unknown_column_and_wrong_cell_hide_no_other_fault() {
    let house = house().await;
    // In one row: a column that is not known, a cell that cannot be read, one that is not allowed.
    let csv = "name,colour,memory_bytes,address\na,red,lots,nowhere\nb,,1,elsewhere\n";
    let (status, tried) = import(&house, "?sheet=host&dry_run=true", csv.into()).await;
    assert_eq!(status, 200, "{tried}");
    assert_eq!(told(&tried), ["host!B1", "host!C2", "host!D2", "host!D3"], "{tried}");
    assert_eq!((&tried["created"], &tried["applied"]), (&json!(1), &json!(false)), "{tried}");
    let (status, refused) = import(&house, "?sheet=host", csv.into()).await;
    assert_eq!((status, fields(&refused).len()), (400, 4));
    // Both ends and the word between them; that a row before is wrong is told there alone.
    let file = workbook(&[
        ("host", &[&["name", "memory_bytes"], &["a", "lots"]]),
        (
            "relations",
            &[
                &["relation", "from_kind", "from", "to_kind", "to"],
                &["runs", "hots", "x", "host", ""],
                &["depends-on", "host", "x", "host", "y"],
                &["depends-on", "host", "a", "host", "y"],
            ],
        ),
    ]);
    let (_, tried) = import(&house, "?dry_run=true", file).await;
    assert_eq!(
        told(&tried),
        [
            "host!B2",
            "relations!A2",
            "relations!B2",
            "relations!C3",
            "relations!E2",
            "relations!E3",
            "relations!E4"
        ],
        "{tried}"
    );
    assert_eq!(count(&house).await, 0);
}

/// Where the faults of a report are, sorted.
fn told(report: &Value) -> Vec<String> {
    let faults = report["faults"].as_array().unwrap().iter();
    let place = |fault: &Value| {
        format!("{}!{}", fault["sheet"].as_str().unwrap(), fault["cell"].as_str().unwrap())
    };
    let mut places: Vec<String> = faults.map(place).collect();
    places.sort();
    places
}

#[tokio::test]
async fn csv_of_a_chinese_office_is_read_in_its_encoding() {
    let house = house().await;
    let text = "名称,说明,内存\n核心库,\"生产, 主库\",16GiB\n";
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    let (status, done) = import(&house, "?sheet=host", gbk).await;
    assert_eq!((status, &done["created"]), (200, &json!(1)), "{done}");
    let found = house.client.get("/api/v1/resources").await.json;
    assert_eq!(found["items"][0]["description"], "生产, 主库");
    assert_eq!(import(&house, "", b"name\nx\n".to_vec()).await.0, 400);
    assert_eq!(import(&house, "?sheet=host", vec![0x41, 0xFF, 0x80, 0xFF]).await.0, 400);
}

#[tokio::test]
async fn formulas_merged_cells_and_hidden_sheets_are_read_as_people_see_them() {
    let house = house().await;
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name("host").unwrap();
    for (column, heading) in (0_u16..).zip(["name", "memory_bytes", "contact"]) {
        page.write_string(0, column, heading).unwrap();
    }
    for (row, name) in [(1, "a"), (2, "b")] {
        page.write_string(row, 0, name).unwrap();
        page.write_formula(row, 1, Formula::new("=512*2").set_result("1024")).unwrap();
    }
    page.merge_range(1, 2, 2, 2, "Mara", &rust_xlsxwriter::Format::new()).unwrap();
    let hidden = book.add_worksheet();
    hidden.set_name("disk").unwrap().set_hidden(true);
    hidden.write_string(0, 0, "name").unwrap();
    hidden.write_string(1, 0, "secret").unwrap();
    let (status, done) = import(&house, "", book.save_to_buffer().unwrap()).await;
    assert_eq!(status, 200, "{done}");
    assert_eq!((&done["created"], &done["left_alone"]), (&json!(2), &json!(["disk"])));
    assert_eq!(done["formulas"], json!(["host!B2", "host!B3"]));
    let found = house.client.get("/api/v1/resources").await.json;
    for item in found["items"].as_array().unwrap() {
        assert_eq!(item["attributes"], json!({"memory_bytes": 1024, "contact": "Mara"}));
    }
}

#[tokio::test]
async fn half_a_million_rows_and_bombs_are_refused() {
    let house = house().await;
    let rows = "x\n".repeat(500_000);
    let (status, refused) = import(&house, "?sheet=host", format!("name\n{rows}").into()).await;
    assert_eq!((status, &refused["code"]), (413, &json!("too-many-rows")));
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let block = vec![b' '; 1024 * 1024];
    for _ in 0..300 {
        archive.write_all(&block).unwrap();
    }
    let bomb = archive.finish().unwrap().into_inner();
    assert!(bomb.len() < 1024 * 1024);
    let (status, refused) = import(&house, "", bomb).await;
    assert_eq!((status, &refused["code"]), (413, &json!("too-large")));
    assert_eq!(import(&house, "", b"PK\x03\x04 and nothing".to_vec()).await.0, 400);
    assert_eq!(count(&house).await, 0);
}

#[tokio::test]
async fn export_reads_back_and_computes_nothing() {
    let house = house().await;
    let host = house.make("host", "=1+1").await;
    let change = json!({"attributes": {"memory_bytes": 1024}, "description": "@SUM(A1)"});
    house.client.patch(&format!("/api/v1/resources/{host}"), 1, change).await;
    let service = house.make("service", "nginx").await;
    house.relate("runs-on", &service, &host).await;
    let (status, file) = send(&house, "GET", "/api/v1/resources/export", Vec::new()).await;
    assert_eq!(status, 200);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["host", "service", "relations"]);
    assert!(book.worksheet_formula("host").unwrap().is_empty());
    let sheet = book.worksheet_range("relations").unwrap();
    assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("runs-on".to_owned())));
    let (status, again) = import(&house, "", file).await;
    assert_eq!((status, &again["unchanged"]), (200, &json!(2)), "{again}");
    assert_eq!((&again["changed"], &again["related"]), (&json!(0), &json!(0)), "{again}");
    let path = "/api/v1/resources/export?format=csv&columns=name,runs_on.name,description";
    let (status, file) = send(&house, "GET", path, Vec::new()).await;
    let text = String::from_utf8(file).unwrap();
    assert_eq!(status, 200);
    assert_eq!(
        text,
        "\u{feff}name,runs_on.name,description\r\n'=1+1,,'@SUM(A1)\r\nnginx,'=1+1,\r\n"
    );
    let path = "/api/v1/resources/export?columns=colour";
    let (status, body) = send(&house, "GET", path, Vec::new()).await;
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status.as_u16(), fields(&problem)), (400, vec!["columns.0"]));
}

#[tokio::test]
async fn export_holds_what_a_list_of_the_same_words_holds() {
    let house = house().await;
    house.make("host", "db1").await;
    house.make("host", "web1").await;
    house.make("service", "db").await;
    for (words, expected) in [
        ("q=DB", "db1,db"),
        ("q=db&kind=host", "db1"),
        ("kind=service", "db"),
        ("retired=true", ""),
    ] {
        let path = format!("/api/v1/resources/export?format=csv&columns=name&sort=id&{words}");
        let (_, file) = send(&house, "GET", &path, Vec::new()).await;
        let text = String::from_utf8(file).unwrap();
        let names: Vec<&str> = text.trim_end().split("\r\n").skip(1).collect();
        assert_eq!(names.join(","), expected, "{words}");
    }
}

/// Many rows at once, through the verbs.
#[tokio::test]
async fn thousand_rows_are_brought_in_with_a_fact_each() {
    let house = house().await;
    let mut rows = vec![(1, vec!["name".to_owned(), "memory_bytes".to_owned()])];
    rows.extend((0..1000_u32).map(|number| (number + 2, vec![format!("h{number}"), "1".into()])));
    let sheets =
        Sheets { sheets: vec![Sheet { name: "host".to_owned(), rows }], ..Sheets::default() };
    let caller = kernel::Caller::system("test");
    let report = house.resources.import(&caller, sheets, ImportMode::Apply).await.unwrap();
    assert_eq!((report.created, report.faults.len()), (1000, 0));
    assert_eq!(count(&house).await, 1000);
}

/// Files that were damaged on their way are refused, or read as far as they make sense.
#[tokio::test]
async fn damaged_workbooks_are_answered() {
    let house = house().await;
    let file = workbook(&[("host", &[&["name", "memory_bytes"], &["a", "1"], &["b", "2"]])]);
    for number in 0..150_usize {
        let mut damaged = file.clone();
        let at = number * 7919 % damaged.len();
        damaged[at] ^= u8::try_from(number % 255).unwrap() + 1;
        if number % 5 == 0 {
            damaged.truncate(at);
        }
        let (status, answer) = import(&house, "?dry_run=true", damaged).await;
        assert!([200, 400, 413].contains(&status), "{number} {status} {answer}");
    }
}

/// An attribute that is called like a column of every resource has its own name written out; the
/// guard against headings that compute must leave it alone.
#[tokio::test]
async fn attribute_columns_come_back_under_their_names() {
    let house = house().await;
    let title = json!({"en": "Rack", "zh": "机柜"});
    let kind = json!({"name": "rack", "icon": "box", "title": title, "attributes": [
        {"name": "tags", "title": {"en": "Labels", "zh": "铭牌"}, "type": "text"},
        {"name": "height", "title": {"en": "Height", "zh": "高度"}, "type": "integer"}]});
    let made = house.client.post("/api/v1/kinds", kind).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let rack = json!({"kind": "rack", "name": "r1", "tags": ["core"],
        "attributes": {"tags": "=1+1", "height": 42}});
    let made = house.client.post("/api/v1/resources", rack).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let (_, whole) = send(&house, "GET", "/api/v1/resources/export", Vec::new()).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(whole.clone())).unwrap();
    let page = book.worksheet_range("rack").unwrap();
    let row = |at: usize| -> Vec<String> {
        page.rows().nth(at).unwrap().iter().map(ToString::to_string).collect()
    };
    let (headings, cells) = (row(0), row(1));
    let cell = |heading: &str| {
        let at = headings.iter().position(|other| other == heading);
        &cells[at.unwrap_or_else(|| panic!("{heading} is not in {headings:?}"))]
    };
    assert_eq!(cell("attributes.tags"), "=1+1");
    assert_eq!(cell("height"), "42");
    assert_eq!(cell("tags"), "core");
    assert!(book.worksheet_formula("rack").unwrap().is_empty(), "no cell computes");
    let path = "/api/v1/resources/export?format=csv&columns=name,attributes.height,attributes.tags";
    let (status, csv) = send(&house, "GET", path, Vec::new()).await;
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(status, 200, "{csv}");
    let csv = csv.trim_start_matches('\u{feff}');
    assert_eq!(csv, "name,attributes.height,attributes.tags\r\nr1,42,'=1+1\r\n");
    // Brought in again it changes nothing: each column was told apart.
    let (status, again) = import(&house, "", whole).await;
    assert_eq!(status, 200, "{again}");
    assert_eq!((&again["unchanged"], &again["changed"]), (&json!(1), &json!(0)), "{again}");
}
