use kernel::{Permission, PermissionSet, Place, Text};

use super::*;
use crate::model::grant::GrantId;

const NOW: Time = Time::from_seconds(1000);

/// A province with two cities; `hill` lies in `north`.
struct Province;

impl Subtrees for Province {
    fn has_unit(&self, unit: &str) -> bool {
        self.units(unit).is_some()
    }

    fn has_region(&self, _: &str) -> bool {
        false
    }

    fn units(&self, unit: &str) -> Option<BTreeSet<String>> {
        let all: &[&str] = match unit {
            "province" => &["province", "north", "hill", "south"],
            "north" => &["north", "hill"],
            "hill" => &["hill"],
            "south" => &["south"],
            _ => return None,
        };
        Some(all.iter().map(|&id| id.to_owned()).collect())
    }

    fn regions(&self, _: &str) -> Option<BTreeSet<String>> {
        None
    }

    fn answering(&self, _: &BTreeSet<String>) -> BTreeSet<String> {
        BTreeSet::new()
    }
}

fn role(name: &str, permissions: &[&str]) -> (String, Arc<Role>) {
    let role = Role {
        name: name.to_owned(),
        title: Text::same(name),
        description: Text::default(),
        permissions: permissions.iter().map(|&entry| entry.to_owned()).collect(),
        set: PermissionSet::parse(permissions).unwrap(),
        duty: None,
        delegable: true,
        shipped: false,
        version: 1,
        created_at: NOW,
    };
    (name.to_owned(), Arc::new(role))
}

fn grant(number: u128, kind: HolderKind, id: &str, role: &str, scope: GrantScope) -> RoleGrant {
    RoleGrant {
        id: GrantId::from_uuid(uuid::Uuid::from_u128(number)),
        holder: Holder { kind, id: id.to_owned() },
        role: role.to_owned(),
        scope,
        past_of: Vec::new(),
        valid_from: Time::from_seconds(10),
        valid_to: None,
        reason: String::new(),
        origin: Origin::Granted,
        source_id: None,
        delegator_id: None,
        granted_by: "mara".to_owned(),
        granted_at: NOW,
        ended: None,
    }
}

fn unit(id: &str) -> GrantScope {
    GrantScope::Unit(id.to_owned())
}

fn claims(grants: Vec<RoleGrant>, posts: &[HeldPost]) -> Claims {
    let groups = ["desk", "staff"].map(|id| (id.to_owned(), id.to_owned()));
    let graph = GroupGraph::new(groups, [("staff".to_owned(), "desk".to_owned())]);
    let roles = [
        role("reader", &["resource.read"]),
        role("operator", &["resource.*"]),
        role("system", &["setting.change"]),
        role("audit", &["review.change"]),
        role("all", &["*"]),
    ];
    Claims {
        principals: principals("wei", &["desk".to_owned()], posts, &graph),
        grants,
        roles: Arc::new(roles.into_iter().collect()),
        delegators: HashMap::new(),
        separated: false,
        vouched_for: false,
    }
}

const KNOWN: [&str; 2] = ["resource.read", "resource.change"];

fn may(claims: &Claims, permission: &'static str, unit_id: &str) -> bool {
    let lines = lines(claims, &Province, NOW);
    let place = Place { unit_id: Some(unit_id), ..Place::default() };
    held(&lines, &KNOWN, &Province).scope(Permission(permission)).covers(&place)
}

#[test]
fn scopes_of_all_ways_count_together_each_for_its_permissions() {
    let claims = claims(
        vec![
            grant(1, HolderKind::User, "wei", "reader", unit("south")),
            grant(2, HolderKind::Group, "staff", "operator", unit("north")),
            grant(3, HolderKind::Group, "others", "operator", unit("south")),
        ],
        &[],
    );
    for (permission, at, expected) in [
        ("resource.read", "south", true),
        ("resource.change", "south", false),
        ("resource.change", "north", true),
        ("resource.change", "hill", true),
        ("resource.read", "province", false),
        // Not in the catalogue, and still given by the pattern.
        ("resource.merge", "hill", true),
        ("resource.merge", "south", false),
    ] {
        assert_eq!(may(&claims, permission, at), expected, "{permission} at {at}");
    }
    let path = lines(&claims, &Province, NOW)[1].path.clone();
    let names: Vec<String> = path
        .into_iter()
        .map(|step| match step {
            Step::Group { name, .. } | Step::Post { name, .. } | Step::Delegation { name, .. } => {
                name
            }
        })
        .collect();
    assert_eq!(names, ["desk", "staff"]);
}

#[test]
fn everybody_looks_after_themselves() {
    let held = held(&[], &KNOWN, &Province);
    assert_eq!(held.scope(Permission("profile.change")), Scope::Everywhere);
    assert!(held.scope(Permission("resource.read")).is_nowhere());
}

#[test]
fn post_gives_while_it_is_held() {
    let post = |from, to: Option<i64>| HeldPost {
        id: "head".to_owned(),
        name: "Head".to_owned(),
        from: Time::from_seconds(from),
        to: to.map(Time::from_seconds),
    };
    let given = || vec![grant(1, HolderKind::Post, "head", "reader", unit("south"))];
    for (from, to, holds, changes_at) in [
        (900, None, true, None),
        (900, Some(1100), true, Some(1100)),
        (1001, Some(1100), false, Some(1001)),
        (900, Some(1000), false, None),
    ] {
        let claims = claims(given(), &[post(from, to)]);
        assert_eq!(may(&claims, "resource.read", "south"), holds, "{from} to {to:?}");
        let lines = lines(&claims, &Province, NOW);
        assert_eq!(next_change(&lines, NOW), changes_at.map(Time::from_seconds));
    }
}

#[test]
fn what_does_not_count_says_why() {
    let standing = |grants: Vec<RoleGrant>, change: &dyn Fn(&mut Claims)| {
        let mut claims = claims(grants, &[]);
        change(&mut claims);
        lines(&claims, &Province, NOW)[0].standing
    };
    let given = |role: &str, scope| grant(1, HolderKind::User, "wei", role, scope);
    let nothing = |_: &mut Claims| {};
    assert_eq!(
        standing(vec![given("reader", unit("closed"))], &nothing),
        LineStanding::ScopeGone,
        "a unit that is no more covers nothing"
    );
    let later = RoleGrant {
        valid_from: Time::from_seconds(2000),
        ..given("reader", GrantScope::Everything)
    };
    assert_eq!(standing(vec![later], &nothing), LineStanding::NotYet);
    let all = given("all", GrantScope::Everything);
    assert_eq!(standing(vec![all], &|claims| claims.separated = true), LineStanding::Separated);
    let passed_on = RoleGrant { origin: Origin::Delegated, ..given("reader", unit("hill")) };
    assert_eq!(standing(vec![passed_on.clone()], &nothing), LineStanding::SourceGone);
    let by = |still_holds| Delegator { still_holds, ..mara(None) };
    for (still_holds, expected) in
        [(true, LineStanding::Effective), (false, LineStanding::SourceGone)]
    {
        let id = passed_on.id.to_string();
        let found = standing(vec![passed_on.clone()], &|claims| {
            claims.delegators.insert(id.clone(), by(still_holds));
        });
        assert_eq!(found, expected);
    }
}

/// Who passed something on, from a grant with that scope.
fn mara(scope: Option<GrantScope>) -> Delegator {
    Delegator {
        id: "m".to_owned(),
        name: "mara".to_owned(),
        still_holds: true,
        source: scope.map(|scope| PassedOn { scope, past_of: Vec::new() }),
    }
}

/// Who holds a region saw nothing of the past of a unit that had just come; to whom they passed
/// that unit on saw all of it.
#[test]
fn what_was_passed_on_shows_no_more_of_the_past_than_its_giver_sees() {
    let passed_on = RoleGrant {
        origin: Origin::Delegated,
        ..grant(1, HolderKind::User, "wei", "reader", unit("hill"))
    };
    let mut claims = claims(vec![passed_on.clone()], &[]);
    claims.delegators.insert(passed_on.id.to_string(), mara(Some(unit("north"))));
    let lines = lines(&claims, &Province, NOW);
    let scope = held(&lines, &KNOWN, &Province).scope(Permission("resource.read"));
    let was = |units: [&str; 2]| kernel::Lineage {
        units: units.map(str::to_owned).into(),
        regions: Vec::new(),
    };
    assert!(scope.covers(&Place { unit_id: Some("hill"), ..Place::default() }));
    assert!(scope.reached(None, &was(["hill", "north"])));
    assert!(!scope.reached(None, &was(["hill", "south"])));
}

/// Who holds a region granted themselves a unit that had just come, and saw all of its past.
#[test]
fn what_was_granted_shows_no_more_of_the_past_than_its_giver_sees() {
    let north = kernel::Granted { units: ["north".to_owned()].into(), ..Default::default() };
    let bounded = |scope| RoleGrant {
        past_of: vec![north.clone()],
        ..grant(1, HolderKind::User, "wei", "reader", scope)
    };
    let web = || GrantScope::Resources(vec!["web".to_owned()]);
    let was = |above: &str| kernel::Lineage {
        units: vec!["hill".to_owned(), above.to_owned()],
        regions: Vec::new(),
    };
    for (scope, resource) in [(unit("hill"), None), (web(), Some("web"))] {
        let lines = lines(&claims(vec![bounded(scope)], &[]), &Province, NOW);
        let scope = held(&lines, &KNOWN, &Province).scope(Permission("resource.read"));
        assert!(scope.reached(resource, &was("north")) && !scope.reached(resource, &was("south")));
    }
    // And by whom they pass it on to.
    let passed_on = RoleGrant {
        origin: Origin::Delegated,
        ..grant(1, HolderKind::User, "wei", "reader", unit("hill"))
    };
    let mut claims = claims(vec![passed_on.clone()], &[]);
    let source = PassedOn { scope: unit("hill"), past_of: vec![north] };
    let by = Delegator { source: Some(source), ..mara(None) };
    claims.delegators.insert(passed_on.id.to_string(), by);
    let scope = held(&lines(&claims, &Province, NOW), &KNOWN, &Province);
    let scope = scope.scope(Permission("resource.read"));
    assert!(scope.reached(None, &was("north")) && !scope.reached(None, &was("south")));
}

/// A unit that had left the part of who granted it, or passed it on, stayed with whom they gave it
/// to.
#[test]
fn what_was_given_counts_while_it_is_within_the_part_of_its_giver() {
    let north = kernel::Granted { units: ["north".to_owned()].into(), ..Default::default() };
    let given = |scope| RoleGrant {
        past_of: vec![north.clone()],
        ..grant(1, HolderKind::User, "wei", "reader", scope)
    };
    let passed_on = |scope| RoleGrant {
        origin: Origin::Delegated,
        ..grant(1, HolderKind::User, "wei", "reader", scope)
    };
    for (name, standing) in [("hill", LineStanding::Effective), ("south", LineStanding::ScopeGone)]
    {
        let mut delegated = claims(vec![passed_on(unit(name))], &[]);
        let id = delegated.grants[0].id.to_string();
        delegated.delegators.insert(id, mara(Some(unit("north"))));
        for claims in [claims(vec![given(unit(name))], &[]), delegated] {
            let lines = lines(&claims, &Province, NOW);
            assert_eq!(lines[0].standing, standing, "{name}");
            let scope = held(&lines, &KNOWN, &Province).scope(Permission("resource.read"));
            let place = Place { unit_id: Some(name), ..Place::default() };
            assert_eq!(scope.covers(&place), standing == LineStanding::Effective, "{name}");
        }
    }
    // What is below it and has left is not given, either.
    let lines = lines(&claims(vec![given(unit("province"))], &[]), &Province, NOW);
    let scope = held(&lines, &KNOWN, &Province).scope(Permission("resource.read"));
    let covers = |unit| scope.covers(&Place { unit_id: Some(unit), ..Place::default() });
    assert!(covers("hill") && !covers("south"));
}

#[test]
fn two_duties_in_one_hand_give_neither_and_the_post_yields_first() {
    let post = HeldPost { id: "head".to_owned(), name: String::new(), from: NOW, to: None };
    let system = grant(1, HolderKind::User, "wei", "system", GrantScope::Everything);
    let audit = |kind, id: &str| grant(2, kind, id, "audit", GrantScope::Everything);
    let standings = |grants| {
        let lines = lines(&claims(grants, std::slice::from_ref(&post)), &Province, NOW);
        lines.iter().map(|line| line.standing).collect::<Vec<_>>()
    };
    assert_eq!(
        standings(vec![system.clone(), audit(HolderKind::Post, "head")]),
        [LineStanding::Effective, LineStanding::Conflicting]
    );
    assert_eq!(
        standings(vec![system, audit(HolderKind::Group, "staff")]),
        [LineStanding::Conflicting, LineStanding::Conflicting]
    );
}
