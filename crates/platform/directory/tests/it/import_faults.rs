use serde_json::{Value, json};

use crate::{
    house::{House, house},
    import::{Sheet, book, import},
};

/// The faults of a dry run, one a line: cell, what is there, what was expected in Chinese.
async fn faults(house: &House, sheets: &[Sheet<'_>]) -> Vec<String> {
    let dry = import(house, "?dry_run=true", book(sheets)).await;
    assert_eq!(dry.status, 200, "{}", dry.json);
    let said = |fault: &Value, key: &str| fault[key].as_str().unwrap().to_owned();
    let faults = dry.json["faults"].as_array().unwrap();
    assert_eq!(dry.json["faults_total"], faults.len());
    let line = |fault: &Value| {
        let (sheet, cell, found) =
            (said(fault, "sheet"), said(fault, "cell"), said(fault, "found"));
        format!("{sheet}!{cell} {found}: {}", fault["expected"]["zh"].as_str().unwrap())
    };
    faults.iter().map(line).collect()
}

/// The cells that are named.
fn cells(faults: &[String]) -> Vec<&str> {
    faults.iter().map(|fault| fault.split(' ').next().unwrap()).collect()
}

/// A sheet with another name than it should have was left out without a word.
#[tokio::test]
async fn misnamed_sheet_is_named() {
    let house = house().await;
    let units: Sheet<'_> = ("units", &[&["code", "name_zh"], &["A", "甲"]]);
    let staff: Sheet<'_> = ("员工", &[&["number", "name"], &["1", "Ada"]]);
    let empty: Sheet<'_> = ("Sheet2", &[]);
    let found = faults(&house, &[units, staff, empty]).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("员工! 员工: 名为"), "{found:?}");
}

#[tokio::test]
async fn all_wrong_cells_of_a_row_are_named_at_once() {
    let house = house().await;
    house.unit("taken", None).await;
    let found = faults(
        &house,
        &[
            ("regions", &[&["code", "name_zh", "parent_code", "from"], &["3 3", "", "X", "soon"]]),
            (
                "units",
                &[
                    &["code", "name_zh", "parent_code", "region_code", "from"],
                    &["a b", "", "X", "Y", "1500-01-01"],
                ],
            ),
            (
                "sites",
                &[
                    &["code", "name_en", "unit_code", "region_code", "latitude", "longitude"],
                    &["S", "", "X", "Y", "91", "east"],
                    &["T", "t", "", "", "30", ""],
                ],
            ),
            (
                "posts",
                &[&["code", "title_zh", "unit_code", "head", "from"], &["p p", "", "", "so", "x"]],
            ),
            (
                "people",
                &[
                    &["number", "name", "language", "unit_code", "mail", "mobile", "from"],
                    &["1 1", "", "fr", "X", "m", "call me", "soon"],
                    &["2", "Ada", "", "taken", "m", "", "2019-12-31"],
                ],
            ),
            (
                "holdings",
                &[
                    &["person_number", "post_code", "kind", "share_percent", "from", "to"],
                    &["9", "9", "gladly", "101 %", "2026-01-02", "2026-01-01"],
                ],
            ),
        ],
    )
    .await;
    let of = |sheet: &str, cells: &[&str]| -> Vec<String> {
        cells.iter().map(|cell| format!("{sheet}!{cell}")).collect()
    };
    let expected = [
        of("regions", &["A2", "B2", "C2", "D2"]),
        of("units", &["A2", "B2", "C2", "D2", "E2"]),
        of("sites", &["B2", "C2", "D2", "E2", "F2", "F3"]),
        of("posts", &["A2", "B2", "C2", "D2", "E2"]),
        of("people", &["A2", "B2", "C2", "D2", "E2", "F2", "G2", "D3", "E3"]),
        of("holdings", &["A2", "B2", "C2", "D2", "F2"]),
    ]
    .concat();
    assert_eq!(cells(&found), expected, "{found:#?}");
}

#[tokio::test]
async fn rows_that_name_a_wrong_row_are_told_once() {
    let house = house().await;
    let found = faults(
        &house,
        &[
            (
                "units",
                &[
                    &["code", "name_zh", "parent_code", "from"],
                    &["A", "甲", "", "soon"],
                    &["B", "乙", "A", "2020-01-01"],
                    &["C", "丙", "A", "2020-01-01"],
                    &["D", "丁", "B", "2020-01-01"],
                ],
            ),
            (
                "people",
                &[
                    &["number", "name", "unit_code", "mail"],
                    &["1", "Ada", "A", ""],
                    &["2", "Ben", "D", "nonsense"],
                    &["3", "Eve", "D", ""],
                ],
            ),
            ("posts", &[&["code", "title_zh", "unit_code"], &["P", "主任", "C"], &["Q", "", "C"]]),
            ("holdings", &[&["person_number", "post_code"], &["1", "P"], &["2", "Q"]]),
        ],
    )
    .await;
    assert_eq!(
        found,
        [
            "units!D2 soon: 日期（如 2026-03-01）或时间（如 2026-03-01T08:00:00+08:00）",
            "units!C3 A: 有效的单位编码；定义它的“units”第 2 行有误",
            "posts!B3 : 至少一种语言的名称",
            "people!D3 nonsense: 邮箱地址",
            "holdings!A3 2: 有效的人员编码；定义它的“people”第 3 行有误",
            "holdings!B3 Q: 有效的岗位编码；定义它的“posts”第 3 行有误",
        ],
        "{found:#?}"
    );
}

#[tokio::test]
async fn change_of_something_that_is_there_breaks_nobody_who_names_it() {
    let house = house().await;
    house.unit("A", None).await;
    let found = faults(
        &house,
        &[
            ("units", &[&["code", "kind", "from"], &["A", "局", "2019-01-01"]]),
            ("people", &[&["number", "name", "unit_code"], &["1", "Ada", "A"]]),
        ],
    )
    .await;
    assert_eq!(found, ["units!C2 2019-01-01: 不早于 2020-01-01（该单位自此存在）"]);
}

#[tokio::test]
async fn cycles_are_told_once_and_name_their_way() {
    let house = house().await;
    let found = faults(
        &house,
        &[
            ("区域", &[&["区划代码", "区域名称", "上级区划代码"], &["33", "浙江", "33"]]),
            (
                "单位",
                &[
                    &["单位编码", "单位名称", "上级单位编码"],
                    &["D", "丁", "A"],
                    &["A", "甲", "B"],
                    &["B", "乙", "C"],
                    &["C", "丙", "A"],
                ],
            ),
        ],
    )
    .await;
    assert_eq!(
        found,
        [
            "区域!C2 33: 不属于其下级的上级区域：33 → 33 形成循环（第 2 行）",
            "单位!C3 B: 不属于其下级的上级单位：A → B → C → A 形成循环（第 3、4、5 行）",
        ],
        "{found:#?}"
    );
}

#[tokio::test]
async fn cycle_with_what_is_there_names_its_way() {
    let house = house().await;
    let top = house.unit("top", None).await;
    let middle = house.unit("middle", Some(&top)).await;
    house.unit("low", Some(&middle)).await;
    let units: Sheet<'_> = ("units", &[&["code", "parent_code"], &["top", "low"]]);
    let found = faults(&house, &[units]).await;
    let told = "“top”不能归到“low”之下：会形成循环（top → low → middle → top）";
    assert_eq!(found, [format!("units!B2 low: {told}")]);
}

#[tokio::test]
async fn what_is_found_is_what_was_written() {
    let house = house().await;
    let found = faults(
        &house,
        &[
            ("units", &[&["code", "name_zh", "from"], &["A", "甲", "2026-03-01"]]),
            ("people", &[&["number", "name", "unit_code", "from"], &["1", "Ada", "A", "2020/1/1"]]),
        ],
    )
    .await;
    assert_eq!(found, ["people!C2 A: 自 2020-01-01 起一直存在的单位；“甲”自 2026-03-01 起存在"]);
}

#[tokio::test]
async fn second_row_of_a_code_names_the_first() {
    let house = house().await;
    let found = faults(
        &house,
        &[(
            "people",
            &[&["number", "name"], &["1", "Ada"], &["1", ""], &["", "Eve"], &["", "Eve"]],
        )],
    )
    .await;
    assert_eq!(
        found,
        [
            "people!A3 1: 在文件中只出现一次；“people”第 2 行已有",
            "people!A4 : 1 到 64 个字符，不含空白",
            "people!A5 : 1 到 64 个字符，不含空白",
        ]
    );
}

#[tokio::test]
async fn first_faults_of_many_are_named_and_all_are_counted() {
    let house = house().await;
    let rows = 6000;
    let csv = format!("number,name,mail\n{}", "x,,x\n".repeat(rows));
    let dry = import(&house, "?dry_run=true&sheet=people", csv.into_bytes()).await;
    // The first has no name and no address; the others have the number of the first, besides.
    assert_eq!(dry.json["faults_total"], json!(rows * 3 - 1));
    let faults = dry.json["faults"].as_array().unwrap();
    assert_eq!((faults.len(), &faults[4999]["row"]), (5000, &json!(1668)));
}

#[tokio::test]
async fn unknown_column_hides_no_fault_of_the_cells_beside_it() {
    let house = house().await;
    let rows: &[&[&str]] = &[&["number", "name", "colour", "mail"], &["1", "Ada", "red", "x"]];
    let found = faults(&house, &[("people", rows)]).await;
    let cells: Vec<&str> = found.iter().filter_map(|fault| fault.split(' ').next()).collect();
    assert_eq!(cells, ["people!C1", "people!D2"], "{found:?}");
}
