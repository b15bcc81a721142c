use std::collections::{BTreeMap, HashMap};

use kernel::{Caller, FieldFault, Scope, Text, Time};

use crate::{
    Kind, RESOURCE_READ, Relation, RelationKind, Resource, ResourceId, ResourceName,
    ResourceSearch, Resources, ResourcesError, StagingError,
    exchange::{COLUMNS_OF_ALL, PlaceCodes, SheetTable, cell},
    store::{self, Manner, Near},
};

/// So many resources go into one file.
const RESOURCES_MAX: usize = 20_000;
/// So many are read at once.
const BATCH: u32 = 500;
/// At most so many columns.
const COLUMNS_MAX: usize = 100;

impl Resources {
    /// The resources that match and that the caller sees, as sheets: with `columns` one of these;
    /// without, one for each kind with all its attributes, and one of the relations between them,
    /// as [`Self::import`] reads them.
    ///
    /// Errors: as [`Self::find`]; [`ResourcesError::WrongInput`] naming `columns`;
    /// [`StagingError::TooMany`].
    pub(crate) async fn export(
        &self,
        caller: &Caller,
        search: &ResourceSearch,
        columns: &[String],
    ) -> Result<Vec<SheetTable>, ResourcesError> {
        self.check_columns(columns).await?;
        let found = self.all_found(caller, search).await?;
        let places = self.place_codes(caller).await?;
        if columns.is_empty() {
            return self.tables(caller, &found, &places).await;
        }
        let related = self.related_of(caller, &found, columns).await?;
        let value = |resource: &Resource, column: &String| match column.split_once('.') {
            Some((relation, field)) if relation != "attributes" => {
                let others = related.get(&(resource.id, relation.to_owned()));
                let others = others.map_or(&[][..], Vec::as_slice);
                others
                    .iter()
                    .map(|other| cell(other, field, &places))
                    .collect::<Vec<_>>()
                    .join("; ")
            }
            _ => cell(resource, column, &places),
        };
        let row = |one: &Resource| columns.iter().map(|column| value(one, column)).collect();
        let rows = found.iter().map(row).collect();
        let (name, headings) = ("resources".to_owned(), columns.to_vec());
        Ok(vec![SheetTable { name, headings, rows }])
    }

    /// Errors: a fault for each column that is no field, or leads over more than one relation.
    async fn check_columns(&self, columns: &[String]) -> Result<(), ResourcesError> {
        // Of the fields alone: no unit and no region is named.
        let schema = self.schema(&mut *self.reader().await?, &Scope::Everywhere, "").await?;
        let fits = |column: &String| {
            let hops = column.strip_prefix("attributes.").unwrap_or(column).matches('.').count();
            hops <= 1 && (schema.knows(column) || PLAIN_COLUMNS.contains(&column.as_str()))
        };
        let expected = || {
            Text::new(
                "a field, or one of a resource that one relation leads to",
                "字段，或经一层关系到达的资源字段",
            )
        };
        let unknown = columns.iter().enumerate().filter(|(_, column)| !fits(column));
        let mut faults: Vec<FieldFault> = unknown
            .take(20)
            .map(|(at, column)| FieldFault::new(format!("columns.{at}"), column, expected()))
            .collect();
        if columns.len() > COLUMNS_MAX {
            let expected = Text::new("at most 100 columns", "不超过 100 列");
            faults.push(FieldFault::new("columns", columns.len(), expected));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    async fn all_found(
        &self,
        caller: &Caller,
        search: &ResourceSearch,
    ) -> Result<Vec<Resource>, ResourcesError> {
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.find(caller, search, after.as_deref(), BATCH).await?;
            found.extend(page.items);
            if found.len() > RESOURCES_MAX {
                return Err(StagingError::TooMany { most: RESOURCES_MAX }.into());
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(found),
            }
        }
    }

    /// A sheet for each kind, and one of relations.
    async fn tables(
        &self,
        caller: &Caller,
        found: &[Resource],
        places: &PlaceCodes,
    ) -> Result<Vec<SheetTable>, ResourcesError> {
        let mut by_kind: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
        for resource in found {
            by_kind.entry(&resource.kind).or_default().push(resource);
        }
        let kinds = self.kinds().await?;
        let mut tables: Vec<SheetTable> = kinds
            .iter()
            .filter_map(|kind| Some(kind_table(kind, by_kind.get(kind.name.as_str())?, places)))
            .collect();
        let ids: Vec<ResourceId> = found.iter().map(|one| one.id).collect();
        let (relations, names) = self.relations_among(caller, &ids, Near::Source, None).await?;
        let row = |relation: &Relation| -> Option<Vec<String>> {
            let (from, to) = (names.get(&relation.from)?, names.get(&relation.to)?);
            let end =
                |name: &ResourceName| [name.id.to_string(), name.kind.clone(), name.name.clone()];
            Some([vec![relation.kind.clone()], end(from).to_vec(), end(to).to_vec()].concat())
        };
        let rows = relations.iter().filter_map(row).collect();
        let headings = ["relation", "from_id", "from_kind", "from", "to_id", "to_kind", "to"];
        let headings = headings.map(str::to_owned).to_vec();
        tables.push(SheetTable { name: "relations".to_owned(), headings, rows });
        Ok(tables)
    }

    /// What columns over relations show: by resource and relation, those at the other end.
    async fn related_of(
        &self,
        caller: &Caller,
        found: &[Resource],
        columns: &[String],
    ) -> Result<HashMap<(ResourceId, String), Vec<Resource>>, ResourcesError> {
        let ids: Vec<ResourceId> = found.iter().map(|one| one.id).collect();
        let mut related: HashMap<(ResourceId, String), Vec<Resource>> = HashMap::new();
        let kinds = self.relation_kinds().await?;
        for column in columns.iter().filter_map(|column| column.split_once('.')) {
            let (word, plain) = (column.0, column.0.strip_prefix("by_").unwrap_or(column.0));
            let is = |kind: &&RelationKind, word: &str| kind.name.replace('-', "_") == word;
            let forward = kinds.iter().find(|kind| is(kind, word));
            let (kind, near) = match (forward, kinds.iter().find(|kind| is(kind, plain))) {
                (Some(kind), _) => (kind, Near::Source),
                (None, Some(kind)) => (kind, Near::Target),
                (None, None) => continue,
            };
            if related.keys().any(|(_, known)| known == word) {
                continue;
            }
            let (relations, names) =
                self.relations_among(caller, &ids, near, Some(&kind.name)).await?;
            let others: Vec<ResourceId> = names.keys().copied().collect();
            let others: HashMap<ResourceId, Resource> =
                self.get_many(&others).await?.into_iter().map(|one| (one.id, one)).collect();
            for relation in relations {
                let (here, there) = match near {
                    Near::Source => (relation.from, relation.to),
                    Near::Target => (relation.to, relation.from),
                };
                if let Some(other) = others.get(&there).filter(|_| names.contains_key(&there)) {
                    related.entry((here, word.to_owned())).or_default().push(other.clone());
                }
            }
        }
        Ok(related)
    }

    /// The relations of these resources to those that the caller sees, with the names of all ends.
    async fn relations_among(
        &self,
        caller: &Caller,
        ids: &[ResourceId],
        near: Near,
        kind: Option<&str>,
    ) -> Result<(Vec<Relation>, HashMap<ResourceId, ResourceName>), ResourcesError> {
        let all = self.relation_kinds().await?;
        let kinds: Vec<&str> = match kind {
            Some(kind) => vec![kind],
            None => all.iter().map(|kind| kind.name.as_str()).collect(),
        };
        let mut reader = self.reader().await?;
        let relations = store::relations_near(&mut reader, near, ids, &kinds, None).await?;
        let mut ends: Vec<ResourceId> =
            relations.iter().flat_map(|relation| [relation.from, relation.to]).collect();
        ends.sort_unstable();
        ends.dedup();
        let scope = caller.scope(RESOURCE_READ);
        let manner = Manner { dialect: self.dialect(), scope: &scope };
        // Those out of use are told, too: a relation is not gone with them.
        let ever = Time::from_micros(i64::MIN);
        let names = store::names_in_use(&mut reader, manner, &ends, ever).await?;
        Ok((relations, names))
    }
}

/// Columns that are no fields of filters, because a filter asks for a unit by its tree.
const PLAIN_COLUMNS: [&str; 5] = ["tags", "unit_id", "region_id", "unit_code", "region_code"];

fn kind_table(kind: &Kind, resources: &[&Resource], places: &PlaceCodes) -> SheetTable {
    let own = ["id", "name", "description", "unit_code", "region_code", "life_cycle", "tags"];
    let taken = |name: &str| {
        let words = [&own[..], &PLAIN_COLUMNS, &COLUMNS_OF_ALL];
        words.iter().any(|words| words.contains(&name))
    };
    let attributes = kind.attributes.iter().map(|one| match taken(&one.name) {
        true => format!("attributes.{}", one.name),
        false => one.name.clone(),
    });
    let headings: Vec<String> =
        own.iter().map(|name| (*name).to_owned()).chain(attributes).collect();
    let row = |one: &&Resource| headings.iter().map(|heading| cell(one, heading, places)).collect();
    let rows = resources.iter().map(row).collect();
    SheetTable { name: kind.name.clone(), rows, headings }
}
