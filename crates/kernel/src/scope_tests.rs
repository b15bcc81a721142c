use super::*;

fn units(ids: &[&str]) -> Scope {
    let units = ids.iter().map(|&id| id.to_owned()).collect();
    Scope::Within(Arc::new(Within { units, ..Within::default() }))
}

#[test]
fn scope_covers_what_it_lists_and_nothing_else() {
    let scope = units(&["north"]);
    let at = |unit_id| Place { unit_id, ..Place::default() };
    assert!(scope.covers(&at(Some("north"))));
    assert!(!scope.covers(&at(Some("south"))));
    // A thing that belongs nowhere is for those only whose scope is everywhere.
    assert!(!scope.covers(&at(None)));
    assert!(Scope::Everywhere.covers(&at(None)));
    assert!(!Scope::nowhere().covers(&at(Some("north"))));
}

/// Each grant with a bound doubled what was kept of the past: thirty took all the memory.
#[test]
fn many_grants_with_bounds_stay_few_parts() {
    let part = |unit: String| Granted { units: [unit].into(), ..Granted::default() };
    let bounded = |number: usize, bound: &str| {
        units(&[&format!("unit-{number}")]).with_past_within(&[part(bound.to_owned())])
    };
    let below = |number: usize, above: &str| Lineage {
        units: vec![format!("unit-{number}"), above.to_owned()],
        regions: Vec::new(),
    };
    let parts = |scope: &Scope| match scope {
        Scope::Within(within) => within.granted.len(),
        Scope::Everywhere => 0,
    };
    let one = (0..100).map(|number| bounded(number, "city")).reduce(Scope::union).unwrap();
    assert_eq!(parts(&one), 2);
    for number in 0..100 {
        assert!(one.reached(None, &below(number, "city")), "{number}");
        assert!(!one.reached(None, &below(number, "elsewhere")), "{number}");
    }
    let each = |number| bounded(number, &format!("city-{number}"));
    let many = (0..100).map(each).reduce(Scope::union).unwrap();
    assert!((1..=PARTS_MAX).contains(&parts(&many)), "{}", parts(&many));
    assert!(many.reached(None, &below(0, "city-0")));
    for number in 1..100 {
        assert!(!many.reached(None, &below(number, &format!("city-{}", number - 1))));
    }
}

#[test]
fn what_has_a_unit_and_no_region_is_in_the_region_of_its_unit() {
    let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
    let within =
        Within { regions: ids(&["city"]), answering: ids(&["bureau"]), ..Within::default() };
    let city = Scope::Within(Arc::new(within));
    let at = |unit_id, region_id| Place { unit_id, region_id, ..Place::default() };
    for (place, expected) in [
        (at(Some("bureau"), None), true),
        (at(Some("bureau"), Some("city")), true),
        // Its own region says where it is.
        (at(Some("bureau"), Some("other-city")), false),
        (at(Some("other"), None), false),
        (at(None, Some("city")), true),
    ] {
        assert_eq!(city.covers(&place), expected, "{place:?}");
    }
    // A region gives no unit: who holds the unit sees what the unit has.
    assert!(!units(&["bureau"]).covers(&at(None, Some("city"))));
    assert!(!Scope::nowhere().includes(&city) && city.includes(&city));
    assert_eq!(city.intersection(&units(&["bureau"])), Scope::nowhere());
}

/// A unit that came under what was granted once brought its whole past along.
#[test]
fn what_was_elsewhere_then_was_not_reached_then() {
    let ids = |ids: &[&str]| -> BTreeSet<String> { ids.iter().map(|&id| id.into()).collect() };
    let below = |granted: &[&str], units: &[&str]| {
        let granted = vec![Granted { units: ids(granted), ..Granted::default() }];
        Scope::Within(Arc::new(Within { units: ids(units), granted, ..Within::default() }))
    };
    let was = |units: &[&str]| Lineage {
        units: units.iter().map(|&id| id.to_owned()).collect(),
        regions: vec!["south".to_owned()],
    };
    let (here, away) = (was(&["office", "bureau"]), was(&["office", "elsewhere"]));
    let bureau = below(&["bureau"], &["bureau", "office"]);
    assert!(bureau.reached(None, &here) && !bureau.reached(None, &away));
    let office = below(&["office"], &["office"]);
    assert!(office.reached(None, &away), "granted itself");
    assert!(bureau.clone().union(office.clone()).reached(None, &away));
    assert!(!bureau.intersection(&office).reached(None, &away));
    assert!(bureau.intersection(&office).reached(None, &here));
    assert!(units(&["office"]).reached(None, &away), "each that is listed was granted");
    let passed_on = office.clone().with_past_of(&bureau);
    assert!(passed_on.reached(None, &here) && !passed_on.reached(None, &away));
    assert!(office.clone().with_past_of(&Scope::Everywhere).reached(None, &away));
    let one = Within { resources: ids(&["web"]), ..Within::default() };
    let one = Scope::Within(Arc::new(one));
    let both = one.clone().union(bureau.clone());
    let [bounds, wider] = [&bureau, &both].map(|scope| scope.past_within().remove(0));
    assert!(bounds.is_part_of(&wider) && !wider.is_part_of(&bounds));
    for (scope, expected) in [(one.clone(), true), (one.with_past_of(&bureau), false)] {
        assert!(scope.reached(Some("web"), &here));
        assert_eq!(scope.reached(Some("web"), &away), expected);
    }
    assert!(both.reached(Some("web"), &away) && !both.reached(Some("other"), &away));
    assert!(Scope::Everywhere.reached(None, &Lineage::default()));
    assert!(!Scope::nowhere().reached(None, &here));
    let region = Within { regions: ids(&["south"]), ..Within::default() };
    assert!(Scope::Within(Arc::new(region)).reached(None, &away));
    assert!(below(&["bureau"], &[]).is_nowhere());
}

#[test]
fn permission_granted_twice_counts_in_both_scopes() {
    let mut held = Held::default();
    held.add("resource.read", units(&["north"]));
    held.add("resource.read", units(&["south"]));
    assert_eq!(held.scope(Permission("resource.read")), units(&["north", "south"]));
    assert!(held.scope(Permission("resource.change")).is_nowhere());
    held.add("resource.read", Scope::Everywhere);
    assert_eq!(held.scope(Permission("resource.read")), Scope::Everywhere);
}

#[test]
fn listed_permissions_go_before_sets() {
    let set = PermissionSet::parse(&["*.read"]).unwrap();
    let mut held = Held::of(set, units(&["north"]));
    held.add("alert.read", units(&["south"]));
    assert_eq!(held.scope(Permission("resource.read")), units(&["north"]));
    assert_eq!(held.scope(Permission("alert.read")), units(&["south"]));
    assert!(held.scope(Permission("resource.change")).is_nowhere());
}

#[test]
fn narrowing_never_gives_more() {
    let mut held = Held::of(PermissionSet::parse(&["*"]).unwrap(), Scope::Everywhere);
    held.add("alert.read", units(&["north", "south"]));
    held.add("alert.close", Scope::Everywhere);
    let narrowed = held.narrowed(|name| name == "alert.read", &units(&["south", "west"]));
    assert_eq!(narrowed.scope(Permission("alert.read")), units(&["south"]));
    assert!(narrowed.scope(Permission("alert.close")).is_nowhere());
    assert!(narrowed.scope(Permission("unheard.of")).is_nowhere());
    assert!(units(&["north", "south"]).includes(&units(&["south"])));
    assert!(!units(&["south"]).includes(&Scope::Everywhere));
}
