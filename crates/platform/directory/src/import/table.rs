use kernel::{FieldFault, Text};

/// The sheets of a workbook that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SheetKind {
    /// Units.
    Units,
    /// Posts.
    Posts,
    /// People.
    People,
    /// Who holds which post.
    Holdings,
}

/// A column of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name in code and in English headings.
    pub(crate) name: &'static str,
    /// Its Chinese heading.
    pub(crate) zh: &'static str,
    /// Whether a row needs it when the thing is new.
    pub(crate) needed: bool,
    /// What belongs into it.
    pub(crate) note: (&'static str, &'static str),
}

/// One sheet, as it was read: text cell by cell.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) kind: SheetKind,
    /// The sheet's name in the file.
    pub(crate) name: String,
    /// Which of [`SheetKind::columns`] stands in which column of the file.
    pub(crate) columns: Vec<Option<usize>>,
    pub(crate) rows: Vec<Row>,
}

/// One row with anything in it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its number in the file, from 1.
    pub(crate) number: u32,
    /// Its cells, by the file's columns.
    pub(crate) cells: Vec<String>,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// The sheet's name in the file.
    pub sheet: String,
    /// The row's number in the file, from 1.
    pub row: u32,
    /// The column's heading; empty when the whole row is meant.
    pub column: String,
    /// The cell as spreadsheets name it: `C5`; empty when the whole row is meant.
    pub cell: String,
    /// What is there.
    pub found: String,
    /// What was expected.
    pub expected: Text,
}

const fn column(
    name: &'static str,
    zh: &'static str,
    needed: bool,
    note: (&'static str, &'static str),
) -> Column {
    Column { name, zh, needed, note }
}

const FROM: Column = column(
    "from",
    "生效日期",
    false,
    ("since when; today when empty: 2026-03-01", "何时生效，空为当前：2026-03-01"),
);

const UNITS: [Column; 8] = [
    column("code", "单位编码", true, ("unique, at most 64 characters", "唯一，不超过 64 个字符")),
    column("name_zh", "单位名称", false, ("one of the two names is needed", "两种名称至少填一种")),
    column("name_en", "英文名称", false, ("one of the two names is needed", "两种名称至少填一种")),
    column("short_name", "简称", false, ("", "")),
    column("kind", "单位类型", false, ("your own words: bureau", "自定：局、处室、科室")),
    column("parent_code", "上级单位编码", false, ("empty: at the top", "空为顶级单位")),
    column("region_code", "行政区划代码", false, ("as in regions", "须为已有区域")),
    FROM,
];

const POSTS: [Column; 7] = [
    column("code", "岗位编码", true, ("unique, at most 64 characters", "唯一，不超过 64 个字符")),
    column(
        "title_zh",
        "岗位名称",
        false,
        ("one of the two titles is needed", "两种名称至少填一种"),
    ),
    column(
        "title_en",
        "英文名称",
        false,
        ("one of the two titles is needed", "两种名称至少填一种"),
    ),
    column("description", "岗位职责", false, ("", "")),
    column("unit_code", "单位编码", true, ("the unit it is in", "所在单位")),
    column("head", "是否负责人", false, ("yes or no", "是、否")),
    FROM,
];

const PEOPLE: [Column; 12] = [
    column("number", "工号", true, ("unique, at most 64 characters", "唯一，不超过 64 个字符")),
    column("name", "姓名", true, ("", "")),
    column("language", "语言", false, ("zh or en", "中文、英文")),
    column("unit_code", "单位编码", false, ("the unit of record", "编制所在单位")),
    column("mail", "邮箱", false, ("", "")),
    column("mobile", "手机", false, ("", "")),
    column("phone", "办公电话", false, ("", "")),
    column("wecom", "企业微信", false, ("", "")),
    column("dingtalk", "钉钉", false, ("", "")),
    column("feishu", "飞书", false, ("", "")),
    column("im", "其他即时通信", false, ("", "")),
    FROM,
];

const HOLDINGS: [Column; 6] = [
    column("person_number", "工号", true, ("", "")),
    column("post_code", "岗位编码", true, ("", "")),
    column("kind", "任职方式", false, ("substantive, acting or part-time", "正式、代理、兼任")),
    column("share_percent", "工作占比", false, ("1 to 100", "1 到 100")),
    FROM,
    column("to", "结束日期", false, ("empty: no end", "空为未结束")),
];

impl SheetKind {
    /// All of them, in the order in which they are imported.
    pub const ALL: [Self; 4] = [Self::Units, Self::Posts, Self::People, Self::Holdings];

    /// Its name in English files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Posts => "posts",
            Self::People => "people",
            Self::Holdings => "holdings",
        }
    }

    /// Its name in Chinese files.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Units => "单位",
            Self::Posts => "岗位",
            Self::People => "人员",
            Self::Holdings => "任职",
        }
    }

    /// The sheet of that name, in either language.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        Self::ALL.into_iter().find(|kind| kind.name() == name || kind.chinese() == name)
    }

    /// Its columns.
    pub(crate) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Units => &UNITS,
            Self::Posts => &POSTS,
            Self::People => &PEOPLE,
            Self::Holdings => &HOLDINGS,
        }
    }
}

impl Table {
    /// A table whose first row is `headings`, in either language.
    ///
    /// Errors: headings that are unknown, double or missing.
    pub(crate) fn headed(
        kind: SheetKind,
        name: &str,
        row: u32,
        headings: &[String],
    ) -> Result<Self, Vec<CellFault>> {
        let known = kind.columns();
        let mut faults = Vec::new();
        let mut columns: Vec<Option<usize>> = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            let heading = heading.trim().trim_end_matches('*').trim();
            if heading.is_empty() {
                columns.push(None);
                continue;
            }
            let folded = heading.to_lowercase().replace(' ', "_");
            let found = known.iter().position(|c| c.name == folded || c.zh == heading);
            let expected = match found {
                None => Some(expected_headings(kind)),
                Some(_) if columns.contains(&found) => {
                    Some(Text::new("each heading once", "每个列标题只出现一次"))
                }
                Some(_) => None,
            };
            faults.extend(expected.map(|expected| CellFault {
                sheet: name.to_owned(),
                row,
                column: heading.to_owned(),
                cell: cell_name(at, row),
                found: heading.to_owned(),
                expected,
            }));
            columns.push(found);
        }
        for (at, column) in known.iter().enumerate() {
            if column.needed && !columns.contains(&Some(at)) {
                faults.push(CellFault {
                    sheet: name.to_owned(),
                    row,
                    column: String::new(),
                    cell: String::new(),
                    found: String::new(),
                    expected: Text::new(
                        format!("a column `{}`", column.name),
                        format!("“{}”列", column.zh),
                    ),
                });
            }
        }
        if faults.is_empty() {
            Ok(Self { kind, name: name.to_owned(), columns, rows: Vec::new() })
        } else {
            Err(faults)
        }
    }

    /// What stands in a row's column; empty when the file has no such column.
    pub(crate) fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        let at = self.place(column);
        at.and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim())
    }

    /// A fault in a row's column, named by what a [`FieldFault`] names.
    pub(crate) fn fault(&self, row: u32, fault: &FieldFault) -> CellFault {
        let known = self.kind.columns();
        let column = column_of(self.kind, &fault.field);
        let at = self.place(column);
        let heading = known.iter().find(|c| c.name == column);
        CellFault {
            sheet: self.name.clone(),
            row,
            column: heading.map_or_else(|| fault.field.clone(), |c| format!("{} {}", c.name, c.zh)),
            cell: at.map_or_else(String::new, |at| cell_name(at, row)),
            found: fault.found.clone(),
            expected: fault.expected.clone(),
        }
    }

    fn place(&self, column: &str) -> Option<usize> {
        let known = self.kind.columns();
        self.columns.iter().position(|at| at.is_some_and(|at| known[at].name == column))
    }
}

impl CellFault {
    /// The same as a field of the whole file: `people!C5`.
    pub(crate) fn as_field(&self) -> FieldFault {
        let place = if self.cell.is_empty() { self.row.to_string() } else { self.cell.clone() };
        FieldFault::new(format!("{}!{place}", self.sheet), &self.found, self.expected.clone())
    }
}

/// The column in which a field of a thing stands.
fn column_of(kind: SheetKind, field: &str) -> &str {
    match (kind, field) {
        (_, "name.en") => "name_en",
        (SheetKind::Units, "name" | "name.zh") => "name_zh",
        (SheetKind::Posts, "title" | "title.zh") => "title_zh",
        (_, "title.en") => "title_en",
        (_, "parent_id") => "parent_code",
        (_, "region_id") => "region_code",
        (_, "unit_id") => "unit_code",
        (_, "person_id") => "person_number",
        (_, "post_id") => "post_code",
        (_, other) => other,
    }
}

fn expected_headings(kind: SheetKind) -> Text {
    let known = kind.columns();
    let en: Vec<&str> = known.iter().map(|column| column.name).collect();
    let zh: Vec<&str> = known.iter().map(|column| column.zh).collect();
    Text::new(format!("one of {}", en.join(", ")), format!("以下之一：{}", zh.join("、")))
}

/// `C5` for the third column and row 5.
pub(crate) fn cell_name(column: usize, row: u32) -> String {
    let mut letters = String::new();
    let mut left = column + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    format!("{letters}{row}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(0, "A5"), (25, "Z5"), (26, "AA5"), (701, "ZZ5"), (702, "AAA5")] {
            assert_eq!(cell_name(column, 5), name);
        }
    }

    #[test]
    fn headings_are_read_in_either_language_and_any_order() {
        let headings = ["姓名*", "Number", "", "unit code"].map(str::to_owned);
        let table = Table::headed(SheetKind::People, "人员", 1, &headings).unwrap();
        assert_eq!(table.columns, [Some(1), Some(0), None, Some(3)]);
        let row = Row { number: 2, cells: vec!["王小明".to_owned(), " 17 ".to_owned()] };
        assert_eq!((table.cell(&row, "number"), table.cell(&row, "mail")), ("17", ""));
    }

    #[test]
    fn unknown_double_and_missing_headings_are_named() {
        let headings = ["name", "colour", "姓名"].map(str::to_owned);
        let faults = Table::headed(SheetKind::People, "p", 1, &headings).unwrap_err();
        let cells: Vec<&str> = faults.iter().map(|fault| fault.cell.as_str()).collect();
        assert_eq!(cells, ["B1", "C1", ""]);
        assert_eq!(faults[2].expected.zh, "“工号”列");
        assert_eq!(faults[0].as_field().field, "p!B1");
    }
}
