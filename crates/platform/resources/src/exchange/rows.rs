//! What the rows of a file ask for, before the register is asked.

use std::collections::HashMap;

use kernel::{FieldFault, Text};

use super::{
    CellFault, Sheet, Sheets,
    places::PlaceCodes,
    sheet::cell_name,
    values::{clears, value},
};
use crate::{Kind, PlannedResource, RelationKind, ResourceEdit, ResourceId};

/// What a file does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// Resources that come.
    pub created: usize,
    /// Resources that differ afterwards.
    pub changed: usize,
    /// Resources that are as the file says.
    pub unchanged: usize,
    /// Relations that come.
    pub related: usize,
    /// What is wrong; nothing is done when there is any.
    pub faults: Vec<CellFault>,
    /// Sheets that are hidden, or about nothing that is known: left alone.
    pub left_alone: Vec<String>,
    /// Cells that hold a formula: the value of when the file was saved was taken.
    pub formulas: Vec<String>,
    /// The rows that are matched with a resource of the register, and with which; at most 1000.
    pub matched: Vec<(RowPlace, ResourceId)>,
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPlace {
    /// The sheet's name in the file.
    pub sheet: String,
    /// The row's number, from 1.
    pub row: u32,
}

/// What a row asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Intent {
    pub(crate) place: RowPlace,
    /// Where each field stands: the column and its heading.
    pub(crate) columns: HashMap<String, (usize, String)>,
    pub(crate) wish: Wish,
    /// False when a cell of it cannot be read: it is tried without that one, so that all that is
    /// wrong is told at once.
    pub(crate) whole: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wish {
    /// A resource is like this.
    Resource(Box<ResourceWish>),
    /// Two resources hang together.
    Relation { relation: String, from: Who, to: Who },
}

/// What a row says of a resource: as a new one, and as a change of one that is there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ResourceWish {
    pub(crate) id: Option<ResourceId>,
    pub(crate) resource: PlannedResource,
    pub(crate) edit: ResourceEdit,
    /// What stands in the cells of its unit and its region: an id says nothing to whoever wrote a
    /// code.
    pub(crate) places: HashMap<&'static str, String>,
}

/// A resource as a row of relations names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Id(ResourceId),
    Named { kind: String, name: String },
}

/// What was read of all rows.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) intents: Vec<Intent>,
    pub(crate) faults: Vec<CellFault>,
    pub(crate) left_alone: Vec<String>,
}

/// The columns that every resource has, with their headings.
const OWN: [(&str, &[&str]); 7] = [
    ("id", &["id", "编号"]),
    ("name", &["name", "名称"]),
    ("description", &["description", "说明"]),
    ("unit_id", &["unit_code", "unit", "unit_id", "单位", "单位编码"]),
    ("region_id", &["region_code", "region", "region_id", "区域", "行政区划代码"]),
    ("life_cycle", &["life_cycle", "生命周期"]),
    ("tags", &["tags", "标签"]),
];
/// What a sheet of relations is called.
const RELATIONS: [&str; 2] = ["relations", "关系"];
/// The columns of a sheet of relations.
const RELATION: [(&str, &str); 7] = [
    ("relation", "关系"),
    ("from_id", "起点编号"),
    ("from_kind", "起点类型"),
    ("from", "起点"),
    ("to_id", "终点编号"),
    ("to_kind", "终点类型"),
    ("to", "终点"),
];
/// So many faults are told at most.
pub(crate) const FAULTS_MAX: usize = 1000;

/// What the sheets ask for: resources first, then relations.
pub(crate) fn intents(
    sheets: &Sheets,
    kinds: &[Kind],
    relations: &[RelationKind],
    places: &PlaceCodes,
) -> Reading {
    let mut reading = Reading { left_alone: sheets.hidden.clone(), ..Reading::default() };
    let mut last = Vec::new();
    for sheet in &sheets.sheets {
        match kind_called(&sheet.name, kinds) {
            Some(kind) => resource_rows(sheet, kind, places, &mut reading),
            None if RELATIONS.contains(&sheet.name.as_str()) => last.push(sheet),
            None => reading.left_alone.push(sheet.name.clone()),
        }
    }
    for sheet in last {
        relation_rows(sheet, kinds, relations, &mut reading);
    }
    reading.faults.truncate(FAULTS_MAX);
    reading
}

fn kind_called<'k>(name: &str, kinds: &'k [Kind]) -> Option<&'k Kind> {
    let is = |title: &Text| title.en == name || title.zh == name;
    kinds.iter().find(|kind| kind.name == name || is(&kind.title))
}

/// Checks that a sheet of that name is about something.
///
/// Errors: a fault naming `sheet`, with what it can be about.
pub(crate) fn check_sheet(name: &str, kinds: &[Kind]) -> Result<(), FieldFault> {
    if RELATIONS.contains(&name) || kind_called(name, kinds).is_some() {
        return Ok(());
    }
    let mut known: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    known.push("relations");
    let expected = Text::new(
        format!("one of {}", known.join(", ")),
        format!("以下之一：{}", known.join("、")),
    );
    Err(FieldFault::new("sheet", name, expected))
}

/// The headings of a sheet, looked up: for each column its field.
fn headings(
    sheet: &Sheet,
    known: impl Fn(&str) -> Option<String>,
    reading: &mut Reading,
) -> HashMap<String, (usize, String)> {
    let mut columns = HashMap::new();
    let Some((row, cells)) = sheet.rows.first() else { return columns };
    for (at, heading) in cells.iter().enumerate() {
        let heading = heading.trim();
        if heading.is_empty() {
            continue;
        }
        let expected = match known(heading) {
            Some(field) if !columns.contains_key(&field) => {
                columns.insert(field, (at, heading.to_owned()));
                continue;
            }
            Some(_) => Text::new("each column once", "每列只出现一次"),
            None => Text::new("the name of a column", "已知的列名"),
        };
        reading.faults.push(CellFault {
            sheet: sheet.name.clone(),
            row: *row,
            column: heading.to_owned(),
            cell: cell_name(at, *row),
            found: heading.to_owned(),
            expected,
        });
    }
    columns
}

fn resource_rows(sheet: &Sheet, kind: &Kind, places: &PlaceCodes, reading: &mut Reading) {
    let known = |heading: &str| {
        let own = OWN.iter().find(|(_, headings)| headings.contains(&heading));
        let attribute = kind
            .attributes
            .iter()
            .find(|one| one.name == heading || one.title.en == heading || one.title.zh == heading);
        match (own, attribute) {
            (Some((name, _)), _) => Some((*name).to_owned()),
            (None, Some(attribute)) => Some(format!("attributes.{}", attribute.name)),
            (None, None) => heading
                .strip_prefix("attributes.")
                .filter(|name| kind.attribute(name).is_some())
                .map(|name| format!("attributes.{name}")),
        }
    };
    let columns = headings(sheet, known, reading);
    for (row, cells) in sheet.rows.iter().skip(1) {
        let place = RowPlace { sheet: sheet.name.clone(), row: *row };
        let row = Row { place, cells, columns: &columns };
        let before = reading.faults.len();
        let wish = row.resource(kind, places, &mut reading.faults);
        let whole = reading.faults.len() == before;
        let (place, columns) = (row.place, columns.clone());
        reading.intents.extend(wish.map(|wish| Intent { place, columns, wish, whole }));
    }
}

fn relation_rows(sheet: &Sheet, kinds: &[Kind], relations: &[RelationKind], reading: &mut Reading) {
    let known = |heading: &str| {
        let found = RELATION.iter().find(|(name, zh)| *name == heading || *zh == heading);
        found.map(|(name, _)| (*name).to_owned())
    };
    let columns = headings(sheet, known, reading);
    for (row, cells) in sheet.rows.iter().skip(1) {
        let place = RowPlace { sheet: sheet.name.clone(), row: *row };
        let row = Row { place, cells, columns: &columns };
        let is = |kind: &&RelationKind, text: &str| {
            kind.name == text || kind.forward.en == text || kind.forward.zh == text
        };
        let named = row.cell("relation");
        let kind = relations.iter().find(|kind| is(kind, named));
        if kind.is_none() {
            let names: Vec<&str> = relations.iter().map(|kind| kind.name.as_str()).collect();
            let expected = Text::same(names.join(", "));
            reading.faults.push(row.fault("relation", named, expected));
        }
        let from = row.who(["from_id", "from_kind", "from"], kinds, &mut reading.faults);
        let to = row.who(["to_id", "to_kind", "to"], kinds, &mut reading.faults);
        if let (Some(kind), Some(from), Some(to)) = (kind, from, to) {
            let wish = Wish::Relation { relation: kind.name.clone(), from, to };
            let (place, columns) = (row.place, columns.clone());
            reading.intents.push(Intent { place, columns, wish, whole: true });
        }
    }
}

struct Row<'r> {
    place: RowPlace,
    cells: &'r [String],
    columns: &'r HashMap<String, (usize, String)>,
}

impl Row<'_> {
    /// The text of a field; empty where there is no such column.
    fn cell(&self, field: &str) -> &str {
        let at = self.columns.get(field).map(|(at, _)| *at);
        at.and_then(|at| self.cells.get(at)).map_or("", |cell| cell.trim())
    }

    fn given(&self, field: &str) -> Option<String> {
        let cell = self.cell(field);
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    fn fault(&self, field: &str, found: &str, expected: Text) -> CellFault {
        fault(&self.place, self.columns, field, found, expected)
    }

    /// What the row asks for, as far as its cells can be read; none when it does not say of which
    /// resource.
    fn resource(
        &self,
        kind: &Kind,
        places: &PlaceCodes,
        faults: &mut Vec<CellFault>,
    ) -> Option<Wish> {
        let before = faults.len();
        let id = self.id("id", faults);
        let name = self.given("name");
        if id.is_none() && name.is_none() {
            faults.push(self.fault("name", "", Text::new("a name or an id", "名称或编号")));
        }
        let told = faults.len() == before;
        let mut resource = PlannedResource {
            kind: kind.name.clone(),
            name: name.clone().unwrap_or_default(),
            ..PlannedResource::default()
        };
        let mut edit = ResourceEdit { name, ..ResourceEdit::default() };
        for field in self.columns.keys() {
            let cell = self.cell(field);
            let Some(definition) =
                field.strip_prefix("attributes.").and_then(|name| kind.attribute(name))
            else {
                continue;
            };
            if cell.is_empty() {
                continue;
            }
            match value(definition, cell) {
                Ok(value) => {
                    if !value.is_null() {
                        resource.attributes.insert(definition.name.clone(), value.clone());
                    }
                    edit.attributes.insert(definition.name.clone(), value);
                }
                Err(expected) => faults.push(self.fault(field, cell, expected)),
            }
        }
        let cleared = |cell: String| if clears(&cell) { None } else { Some(cell) };
        edit.description = self.given("description").map(|cell| cleared(cell).unwrap_or_default());
        edit.unit_id = self.place("unit_id", |cell| places.unit(cell), faults);
        edit.region_id = self.place("region_id", |cell| places.region(cell), faults);
        edit.life_cycle = self.given("life_cycle");
        let tags = self.given("tags").map(|cell| {
            let tags = cell.split([';', '；', '\n']).map(str::trim);
            tags.filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
        });
        resource.description = edit.description.clone().unwrap_or_default();
        resource.unit_id = edit.unit_id.clone().flatten();
        resource.region_id = edit.region_id.clone().flatten();
        resource.life_cycle.clone_from(&edit.life_cycle);
        resource.tags = tags.clone().unwrap_or_default();
        edit.tags_added = tags.unwrap_or_default();
        let written = ["unit_id", "region_id"].map(|field| (field, self.cell(field).to_owned()));
        let wish = ResourceWish { id, resource, edit, places: HashMap::from(written) };
        told.then(|| Wish::Resource(Box::new(wish)))
    }

    /// The place that a cell means: none where it says nothing, or what nobody knows.
    fn place(
        &self,
        field: &str,
        meant: impl Fn(&str) -> Result<String, Text>,
        faults: &mut Vec<CellFault>,
    ) -> Option<Option<String>> {
        let cell = self.cell(field);
        if cell.is_empty() {
            return None;
        }
        if clears(cell) {
            return Some(None);
        }
        let place = meant(cell).map_err(|expected| faults.push(self.fault(field, cell, expected)));
        place.ok().map(Some)
    }

    fn who(
        &self,
        [id, kind, name]: [&str; 3],
        kinds: &[Kind],
        faults: &mut Vec<CellFault>,
    ) -> Option<Who> {
        if !self.cell(id).is_empty() {
            return self.id(id, faults).map(Who::Id);
        }
        let (text, named) = (self.cell(kind), self.cell(name));
        let is = |kind: &&Kind| kind.name == text || kind.title.en == text || kind.title.zh == text;
        let Some(found) = kinds.iter().find(is) else {
            faults.push(self.fault(kind, text, Text::new("the name of a kind", "资源类型名称")));
            return None;
        };
        if named.is_empty() {
            faults.push(self.fault(name, "", Text::new("a name or an id", "名称或编号")));
            return None;
        }
        Some(Who::Named { kind: found.name.clone(), name: named.to_owned() })
    }

    fn id(&self, field: &str, faults: &mut Vec<CellFault>) -> Option<ResourceId> {
        let cell = self.cell(field);
        if cell.is_empty() {
            return None;
        }
        match cell.parse() {
            Ok(id) => Some(id),
            Err(_) => {
                faults.push(self.fault(field, cell, Text::new("an id", "编号")));
                None
            }
        }
    }
}

/// A fault of that field of that row.
pub(crate) fn fault(
    place: &RowPlace,
    columns: &HashMap<String, (usize, String)>,
    field: &str,
    found: &str,
    expected: Text,
) -> CellFault {
    let column = columns.get(field);
    CellFault {
        sheet: place.sheet.clone(),
        row: place.row,
        column: column.map(|(_, heading)| heading.clone()).unwrap_or_default(),
        cell: column.map(|(at, _)| cell_name(*at, place.row)).unwrap_or_default(),
        found: found.to_owned(),
        expected,
    }
}
