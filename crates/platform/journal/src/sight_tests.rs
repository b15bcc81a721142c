use std::{borrow::Cow, sync::Arc};

use kernel::{Lineage, Within};
use serde_json::json;

use super::*;
use crate::{EarlierPlace, Nowhere, PlacesFuture, ThenFuture, TokensFuture};

struct Told {
    kind: &'static str,
    detail: Value,
    at: i64,
}

impl Seen for Told {
    fn resource_id(&self) -> Option<&str> {
        Some("here")
    }

    fn at_micros(&self) -> i64 {
        self.at
    }

    fn actor_id(&self) -> &str {
        "somebody"
    }

    fn subject_kind(&self) -> &str {
        self.kind
    }

    fn detail(&self) -> Cow<'_, Value> {
        Cow::Borrowed(&self.detail)
    }

    fn states(&self) -> States {
        let state = |name: &str| self.detail.get(name).cloned();
        States { before: state("before"), after: state("after"), at: None }
    }

    fn withhold(&mut self, what: &Withheld) {
        self.detail = match what.before {
            true => json!({ "before": null, "detail": what.detail }),
            false => json!([&what.after[..], &what.detail[..]].concat()),
        };
    }
}

/// A fact about a relation once told whoever saw one end the name of the other.
#[tokio::test]
async fn relation_is_seen_by_those_who_see_both_of_its_ends() {
    let within = Within { resources: ["here".to_owned()].into(), ..Within::default() };
    let sight = Sight {
        scope: Scope::Within(Arc::new(within)),
        user: None,
        own: BTreeSet::new(),
        sign_in: false,
    };
    let to = |to: &str| serde_json::json!({ "from": "here", "to": to });
    let rows = vec![
        Told { kind: "relation", detail: to("elsewhere"), at: 0 },
        Told { kind: "relation", detail: to("here"), at: 0 },
        Told { kind: "resource", detail: Value::Null, at: 0 },
    ];
    let seen = sight.filter(&Nowhere, rows).await.unwrap();
    assert_eq!(seen.iter().map(|row| row.kind).collect::<Vec<_>>(), ["relation", "resource"]);
}

/// A merge ends relations of what the one who merges does not see.
#[tokio::test]
async fn own_relation_is_seen_by_those_who_see_both_of_its_ends() {
    let within = Within { resources: ["here".to_owned()].into(), ..Within::default() };
    let own = BTreeSet::from(["somebody".to_owned()]);
    let sight = Sight { scope: Scope::Within(Arc::new(within)), user: None, own, sign_in: false };
    let told = |kind, to: &str| {
        let detail = serde_json::json!({ "from": "here", "to": to });
        Told { kind, detail, at: 0 }
    };
    // That something unseen has the same serial number.
    let same_as = |left: &str| {
        let detail = serde_json::json!({ "left": left, "right": "here" });
        Told { kind: "reconciliation", detail, at: 0 }
    };
    let rows = vec![
        told("relation", "elsewhere"),
        told("plan", "elsewhere"),
        told("relation", "here"),
        same_as("elsewhere"),
        same_as("here"),
    ];
    let seen = sight.filter(&Nowhere, rows).await.unwrap();
    let seen: Vec<_> = seen.iter().map(|row| row.kind).collect();
    assert_eq!(seen, ["plan", "relation", "reconciliation"]);
}

/// It was in the south until 10, then belonged nowhere until 20, and is in the north since.
struct Moved;

impl Places for Moved {
    fn places_of(&self, _: Vec<String>) -> PlacesFuture<'_> {
        let unit = |unit: &str| Some(unit.to_owned());
        let south = Lineage { units: vec!["south".to_owned()], regions: Vec::new() };
        let earlier = vec![
            EarlierPlace { until: 10, was: south },
            EarlierPlace { until: 20, ..EarlierPlace::default() },
        ];
        let place = PlaceOf { unit_id: unit("north"), region_id: None, earlier };
        Box::pin(std::future::ready(Ok(HashMap::from([("here".to_owned(), place)]))))
    }
}

#[tokio::test]
async fn what_happened_before_a_resource_came_into_the_scope_is_not_in_it() {
    for (units, expected) in [
        (&["north"][..], vec![20, 30]),
        (&["north", "south"], vec![0, 9, 10, 20, 30]),
        (&["south"], vec![]),
    ] {
        let units = units.iter().map(|&unit| unit.to_owned()).collect();
        let scope = Scope::Within(Arc::new(Within { units, ..Within::default() }));
        let sight = Sight { scope, user: None, own: BTreeSet::new(), sign_in: false };
        let told = |at| Told { kind: "resource", detail: Value::Null, at };
        let rows = [0, 9, 10, 19, 20, 30].map(told).into();
        let seen = sight.filter(&Moved, rows).await.unwrap();
        assert_eq!(seen.iter().map(|row| row.at).collect::<Vec<_>>(), expected);
    }
}

/// What somebody did by an API token was not theirs once they looked from a browser.
#[tokio::test]
async fn own_doing_is_the_users_by_whatever_credential() {
    struct Tokens;
    impl Places for Tokens {
        fn places_of(&self, _: Vec<String>) -> PlacesFuture<'_> {
            Box::pin(std::future::ready(Ok(HashMap::new())))
        }

        fn tokens_of<'a>(&'a self, user_id: &'a str) -> TokensFuture<'a> {
            let tokens = if user_id == "ada" { vec!["somebody".to_owned()] } else { vec![] };
            Box::pin(std::future::ready(Ok(tokens)))
        }
    }
    for (user, expected) in [(Some("ada"), 1), (Some("ben"), 0), (None, 0)] {
        let user = user.map(str::to_owned);
        let (scope, own) = (Scope::nowhere(), BTreeSet::new());
        let sight = Sight { scope, user, own, sign_in: false };
        let rows = vec![Told { kind: "plan", detail: Value::Null, at: 0 }];
        assert_eq!(sight.filter(&Tokens, rows).await.unwrap().len(), expected);
    }
}

/// The destination of a move was told to whoever held the resource, long before it came.
#[tokio::test]
async fn fact_tells_of_no_place_that_is_not_seen() {
    let units = ["north", "east"].map(str::to_owned).into();
    let scope = Scope::Within(Arc::new(Within { units, ..Within::default() }));
    let sight = Sight { scope, user: None, own: BTreeSet::new(), sign_in: false };
    let told = |fields: &[&str], before: &str, after: &str, effective_at: Option<&str>| {
        let place = |unit: &str| json!({ "unit_id": unit, "region_id": null });
        let detail = json!({ "fields": fields, "effective_at": effective_at,
            "before": place(before), "after": place(after) });
        Told { kind: "resource", detail, at: 30 }
    };
    let ahead = Some("2030-01-01T00:00:00Z");
    for (row, expected) in [
        (told(&["unit_id"], "north", "south", ahead), Some(json!(["unit_id"]))),
        (told(&["unit_id"], "north", "east", ahead), None),
        (told(&["name"], "north", "north", ahead), None),
        (told(&["name"], "north", "north", None), None),
    ] {
        let whole = row.detail.clone();
        let seen = sight.filter(&Moved, vec![row]).await.unwrap();
        assert_eq!(seen[0].detail, expected.unwrap_or(whole));
    }
    for row in [
        told(&["unit_id"], "south", "north", ahead),
        told(&["unit_id"], "south", "north", None),
        told(&["name"], "south", "south", Some("2001-01-01T00:00:00Z")),
    ] {
        assert_eq!(sight.filter(&Moved, vec![row]).await.unwrap().len(), 0);
    }
}

/// It is in the north, and its unit is in the south from 50 on.
struct Leaves;

impl Places for Leaves {
    fn places_of(&self, ids: Vec<String>) -> PlacesFuture<'_> {
        let place = |id: String| {
            let unit = if id == "here" { "north" } else { "south" };
            (id, PlaceOf { unit_id: Some(unit.to_owned()), ..PlaceOf::default() })
        };
        Box::pin(std::future::ready(Ok(ids.into_iter().map(place).collect())))
    }

    fn places_then(&self, moments: Vec<PlaceAt>) -> ThenFuture<'_> {
        let then = |moment: PlaceAt| {
            let above = if moment.at < 50 { "north" } else { "south" };
            let units = vec![moment.unit_id.clone().unwrap_or_default(), above.to_owned()];
            (moment, Lineage { units, regions: Vec::new() })
        };
        Box::pin(std::future::ready(Ok(moments.into_iter().map(then).collect())))
    }
}

fn northerner() -> Sight {
    let units: BTreeSet<String> = ["north", "office"].map(str::to_owned).into();
    let north = kernel::Granted { units: ["north".to_owned()].into(), ..Default::default() };
    let within = Within { units, granted: vec![north], ..Within::default() };
    let scope = Scope::Within(Arc::new(within));
    Sight { scope, user: None, own: BTreeSet::new(), sign_in: false }
}

/// What was planned for after its unit had left was told with all its fields.
#[tokio::test]
async fn what_is_told_for_when_the_unit_has_left_is_not_shown() {
    let told = |at: &str| {
        let place = json!({ "unit_id": "office", "region_id": null });
        let detail = json!({ "fields": ["name"], "effective_at": at, "before": place,
            "after": place });
        Told { kind: "resource", detail, at: 0 }
    };
    let rows = vec![told("1970-01-01T00:00:00.000049Z"), told("1970-01-01T00:00:00.000050Z")];
    let seen = northerner().filter(&Leaves, rows).await.unwrap();
    let seen: Vec<_> = seen.iter().map(|row| row.detail["effective_at"].clone()).collect();
    assert_eq!(seen, ["1970-01-01T00:00:00.000049Z"]);
}

/// Whoever saw the resource that was kept was told all of the one that was merged into it.
#[tokio::test]
async fn merged_resource_that_is_not_seen_is_not_told() {
    let merged = |gone: &str, before: &str| {
        let detail = json!({ "gone": gone, "gone_name": "secret", "before": { "id": before } });
        Told { kind: "resource", detail, at: 0 }
    };
    let rows = vec![merged("far", "far"), merged("far", "here"), merged("here", "here")];
    let seen = northerner().filter(&Leaves, rows).await.unwrap();
    let seen: Vec<_> = seen.into_iter().map(|row| row.detail).collect();
    assert_eq!(seen[0], json!({ "before": null, "detail": ["gone_name"] }));
    assert_eq!(seen[1], json!(["gone_name"]));
    assert_eq!(seen[2]["gone_name"], "secret");
}
