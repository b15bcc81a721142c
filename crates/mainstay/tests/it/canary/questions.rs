use serde_json::Value;

use super::world::{City, World};

/// Every series.
const SERIES: &str = "%7B__name__%3D~%22.%2B%22%7D";
/// Facts of the journal have numbers instead of ids.
const FACTS: u32 = 200;

/// What there is of a city that a parameter of that name may mean; empty: anything.
const MEANT: [(&str, &[&str]); 10] = [
    ("unit_id", &["unit", "office"]),
    ("region_id", &["region", "county"]),
    ("parent_id", &["region", "unit"]),
    ("resource_id", &["system", "host"]),
    ("person_id", &["person"]),
    ("owner_id", &["person"]),
    ("requester_id", &["person"]),
    ("post_id", &["post"]),
    ("roster_id", &["roster"]),
    ("inspection_id", &["inspection"]),
];

/// Everything that a GET route is asked: with each id in its path, else with each value of each
/// parameter; always with what it must be given.
pub(super) fn questions(path: &str, operation: &Value, world: &World) -> Vec<String> {
    let parameters: Vec<&Value> =
        operation["parameters"].as_array().into_iter().flatten().collect();
    let of_query = || parameters.iter().copied().filter(|one| one["in"] == "query");
    let mut bases = vec![String::new()];
    for parameter in of_query().filter(|one| one["required"] == true) {
        let name = parameter["name"].as_str().unwrap();
        let values = values(parameter, world);
        assert!(!values.is_empty(), "{path}: give the parameter `{name}` a value to be asked with");
        let with =
            |value: &String| bases.iter().map(|base| format!("{base}&{name}={value}")).collect();
        bases = values.iter().flat_map(|value| -> Vec<String> { with(value) }).collect();
    }
    if of_query().any(|one| one["name"] == "limit") {
        bases.iter_mut().for_each(|base| base.push_str("&limit=500"));
    }
    let paths = paths(path, world);
    let mut queries = bases.clone();
    if paths.len() == 1 {
        for parameter in of_query().filter(|one| one["required"] != true) {
            let name = parameter["name"].as_str().unwrap();
            let values = values(parameter, world);
            queries.extend(values.iter().map(|value| format!("{}&{name}={value}", bases[0])));
        }
    } else if of_query().any(|one| one["name"] == "format") {
        queries.iter_mut().for_each(|query| query.push_str("&format=csv"));
    }
    let asked = paths.iter().flat_map(|path| {
        queries.iter().map(move |query| match query.strip_prefix('&') {
            Some(query) => format!("{path}?{query}"),
            None => path.clone(),
        })
    });
    asked.collect()
}

/// The path with each id of its kind in the place of its parameters; with every id that there is
/// where the kind has no list.
fn paths(path: &str, world: &World) -> Vec<String> {
    let filled = |id: &str| -> String {
        let parts = path.split('/').map(|part| if part.starts_with('{') { id } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    if !path.contains('{') {
        return vec![path.to_owned()];
    }
    if path.contains("{seq}") {
        return (1..=FACTS).map(|seq| filled(&seq.to_string())).collect();
    }
    let kind = path.split("/{").next().unwrap_or_default();
    let known = world.listed(kind);
    let all = if known.is_empty() { ids(&[&world.other, &world.own]) } else { known };
    all.iter().map(|id| filled(id)).collect()
}

fn ids(cities: &[&City]) -> Vec<String> {
    let all = cities.iter().flat_map(|city| city.ids.iter().map(|(_, id)| id.clone()));
    all.collect()
}

/// What a parameter is asked with; nothing when it only narrows what is asked without it.
fn values(parameter: &Value, world: &World) -> Vec<String> {
    let name = parameter["name"].as_str().unwrap();
    let required = parameter["required"] == true;
    let mark = world.other.mark.as_str();
    let some = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    if parameter["schema"]["type"] == "boolean" {
        return some(&["true", "false"]);
    }
    match name {
        "q" => some(&[mark, &world.own.mark]),
        "tag" => vec![format!("{mark}tag")],
        "number" => vec![format!("{mark}number")],
        "code" => vec![format!("{mark}unit"), format!("{mark}region")],
        "text" => vec![format!("name%20%3D%20%22{mark}")],
        "filter" => vec![format!("name%20contains%20%22{mark}%22")],
        "columns" => some(&["name,description,unit,region,tags"]),
        "format" => some(&["csv"]),
        "sheet" => some(&["regions", "units", "sites", "posts", "people", "holdings"]),
        "by" => some(&["type", "unit", "region", "channel"]),
        "permission" => some(&["resource.read"]),
        "selector" | "match[]" => some(&[SERIES]),
        "query" if required => some(&[SERIES]),
        "kind" if required => some(&["resource", "ticket"]),
        "from" | "opened_from" => some(&["2020-01-01T00:00:00Z"]),
        "to" | "opened_to" | "at" | "as_of" => some(&["2040-01-01T00:00:00Z"]),
        "start" => some(&["1700000000"]),
        "end" => some(&["2000000000"]),
        "step" => some(&["1000000"]),
        "verb" => some(&["resource.", "ticket.", "alert."]),
        "query" | "under" | "actor" | "recipient" | "id" => meant(name, required, world),
        name if name.ends_with("_id") => meant(name, required, world),
        _ => Vec::new(),
    }
}

/// The ids of the other city that a parameter of that name may mean.
fn meant(name: &str, required: bool, world: &World) -> Vec<String> {
    if required {
        return ids(&[&world.other, &world.own]);
    }
    let meant = MEANT.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, all)| all);
    let all = world.other.ids.iter();
    let all = all.filter(|(known, _)| meant.is_empty() || meant.contains(&known.as_str()));
    all.map(|(_, id)| id.clone()).collect()
}
