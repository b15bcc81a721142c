use super::*;

const KNOWN: [&str; 9] = [
    "resource.read",
    "resource.change",
    "user.read",
    "grant.change",
    "review.change",
    "journal.change",
    "journal.export",
    "setting.change",
    "job.change",
];

fn wanted(permissions: &[&str]) -> NewRole {
    NewRole {
        name: "county-desk".to_owned(),
        title: Text::new("County desk", "县级运维"),
        description: Text::default(),
        permissions: permissions.iter().map(|&entry| entry.to_owned()).collect(),
        duty: None,
        delegable: false,
    }
}

fn role(permissions: &[&str]) -> Role {
    wanted(permissions).checked(&KNOWN, 1, Time::default()).unwrap()
}

#[test]
fn unknown_permission_is_refused_with_the_nearest_one() {
    for (entry, said) in [
        ("resource.raed", "resource.read"),
        ("resourse.*", "resource"),
        ("-user.raed", "user.read"),
        ("zzzz.qqqq", "GET /api/v1/permissions"),
        ("Resource.read", "noun.verb"),
    ] {
        let refusal = wanted(&["resource.read", entry]).checked(&KNOWN, 1, Time::default());
        let AccessError::Invalid(wrong) = refusal.unwrap_err() else { panic!("not invalid") };
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].field, "permissions[1]", "{entry}");
        assert!(wrong[0].expected.en.contains(said), "{entry}: {:?}", wrong[0]);
    }
}

#[test]
fn every_wrong_field_of_a_role_is_named() {
    let wanted = NewRole {
        name: "County Desk".to_owned(),
        title: Text::new("", "县\u{7}"),
        description: Text::new("x".repeat(501), ""),
        ..wanted(&[])
    };
    let refusal = wanted.checked(&KNOWN, 1, Time::default()).unwrap_err();
    let AccessError::Invalid(wrong) = refusal else { panic!("not invalid") };
    let fields: Vec<&str> = wrong.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "title.en", "title.zh", "description.en"]);
}

#[test]
fn duties_follow_from_what_a_role_holds_whatever_it_says() {
    use Duty::{Audit, Security, System};
    for (permissions, said, duties) in [
        (&["*"][..], None, vec![System, Security, Audit]),
        (&["*.read"], None, vec![]),
        (&["*.read"], Some(Audit), vec![Audit]),
        (&["review.change"], None, vec![Audit]),
        (
            &["*.change", "-setting.change", "-job.change", "-review.change", "-journal.change"],
            None,
            vec![Security],
        ),
        (&["user.read", "journal.change"], None, vec![Audit]),
        (&["grant.change", "journal.export"], None, vec![Security, Audit]),
        (&["*", "-setting.change", "-review.change"], None, vec![System, Security, Audit]),
        (&["job.*"], None, vec![System]),
        (&["setting.change"], Some(Audit), vec![System, Audit]),
        (&["resource.*"], None, vec![]),
    ] {
        let role = Role { duty: said, ..role(permissions) };
        assert_eq!(role.duties().into_iter().collect::<Vec<_>>(), duties, "{permissions:?}");
        assert_eq!(role.is_all_powerful_over(Extent::Part), duties.len() > 1);
    }
}

#[test]
fn what_rules_the_whole_house_makes_the_system_administrator_over_all_of_it_alone() {
    use Duty::{Security, System};
    for (permissions, in_a_part, in_the_house) in [
        (&["directory.change"][..], vec![], vec![System]),
        (&["secret.*"], vec![], vec![System]),
        (&["grant.change", "directory.*"], vec![Security], vec![System, Security]),
        (&["user.provision"], vec![Security], vec![Security]),
        (&["*.read", "resource.*", "discovery.*", "job.run"], vec![], vec![]),
    ] {
        let set = PermissionSet::parse(permissions).unwrap();
        let role = Role { set, ..role(&[]) };
        for (extent, duties) in [(Extent::Part, in_a_part), (Extent::House, in_the_house)] {
            let found: Vec<Duty> = role.duties_over(extent).into_iter().collect();
            assert_eq!(found, duties, "{permissions:?} {extent:?}");
        }
    }
}
