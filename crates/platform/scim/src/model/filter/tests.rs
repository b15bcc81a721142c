use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::schema::{ENTERPRISE, ResourceType};

const USER: ResourceType = ResourceType::User;

fn resource() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": "Ab1",
        "userName": "bjensen",
        "name": { "familyName": "O'Malley", "givenName": "Barbara" },
        "title": "Vice President",
        "active": true,
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@example.org", "type": "home" },
        ],
        ENTERPRISE: { "department": "Tours", "manager": { "value": "M1" } },
        "meta": { "lastModified": "2011-05-13T04:42:34Z", "resourceType": "User" },
    })
}

fn holds(text: &str) -> bool {
    let filter = parse_filter(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    check(&filter, USER).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    matches(&filter, &resource(), USER)
}

/// The examples of RFC 7644 3.4.2.2, and what Entra ID and Okta ask.
#[test]
fn filters_are_understood_as_the_protocol_has_them() {
    for (text, expected) in [
        (r#"userName eq "bjensen""#, true),
        (r#"USERNAME Eq "BJENSEN""#, true),
        (r#"name.familyName co "O'Malley""#, true),
        (r#"userName sw "J""#, false),
        (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b""#, true),
        ("title pr", true),
        ("nickName pr", false),
        (r#"meta.lastModified gt "2011-05-13T04:42:34Z""#, false),
        (r#"meta.lastModified ge "2011-05-13T06:42:34+02:00""#, true),
        (r#"meta.lastModified lt "2012-05-13T04:42:34Z""#, true),
        (r#"title pr and userType eq "Employee""#, false),
        (r#"title pr or userType eq "Intern""#, true),
        (r#"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#, true),
        (r#"userType ne "Employee" and (emails co "example.com" or emails.value co "x")"#, true),
        (r#"userType ne "Employee" and not (emails co "example.com")"#, false),
        (r#"emails[type eq "work" and value co "@example.com"]"#, true),
        (r#"emails[type eq "work" and value co "@example.org"]"#, false),
        (r#"emails[type eq "home"] or ims[type eq "xmpp" and value co "@foo.com"]"#, true),
        (r#"emails[type eq "work"].value eq "bjensen@example.com""#, true),
        (r#"emails[not (type eq "work")]"#, true),
        ("active eq true", true),
        (r#"active eq "True""#, true),
        ("active eq false", false),
        ("nickName eq null", true),
        ("title ne null", true),
        (r#"externalId eq "ab1""#, false),
        (r#"externalId eq "Ab1""#, true),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "tours""#,
            true,
        ),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "M1""#,
            true,
        ),
        (r#"userName eq "a" or userName eq "bjensen" and title pr"#, true),
        (r#"(userName eq "bjensen" or title pr) and nickName pr"#, false),
        ("not(nickName pr)", true),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn filters_that_cannot_be_read_say_where() {
    for (text, at) in [
        ("", 0),
        ("userName", 8),
        ("userName eq", 11),
        (r#"userName eq "a"#, 12),
        ("userName eq bjensen", 12),
        (r#"userName eq ["a"]"#, 12),
        (r#"userName is "a""#, 9),
        (r#"(userName eq "a""#, 16),
        (r#"emails[type eq "work""#, 21),
        (r#"emails[ims[type eq "a"]]"#, 10),
        (r#"userName eq "a" title pr"#, 16),
        ("姓名 eq \"a\"", 0),
    ] {
        let error = parse_filter(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error:?}");
    }
    let deep = format!("{}userName pr{}", "(".repeat(40), ")".repeat(40));
    assert!(parse_filter(&deep).is_err());
    assert!(parse_filter(&format!("userName eq \"{}\"", "x".repeat(10_000))).is_err());
}

#[test]
fn filters_that_make_no_sense_are_refused() {
    for text in [
        r#"shoeSize eq "44""#,
        r#"emails.shoe eq "44""#,
        r#"emails[shoe eq "44"]"#,
        "userName eq 5",
        "userName gt true",
        "active gt true",
        r#"active eq "perhaps""#,
        r#"name eq "Barbara""#,
        r#"meta.created gt "yesterday""#,
        r#"meta.created co "2011-05-13T04:42:34Z""#,
        r#"urn:x:User:userName eq "a""#,
        "addresses pr",
    ] {
        let filter = parse_filter(text).unwrap();
        assert!(check(&filter, USER).is_err(), "{text}");
    }
}

#[test]
fn what_must_be_equal_is_found_at_the_top() {
    let needs = |text: &str| {
        let filter = parse_filter(text).unwrap();
        let needs = filter.needs_equal();
        needs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>()
    };
    assert_eq!(needs(r#"userName eq "a" and title pr"#), ["username=a"]);
    assert_eq!(needs(r#"id eq "1" and members eq "2""#), ["id=1", "members=2"]);
    assert!(needs(r#"userName eq "a" or title pr"#).is_empty());
    assert!(needs(r#"not (userName eq "a")"#).is_empty());
}

#[test]
fn paths_of_changes_are_read() {
    for (text, attribute, filtered, sub) in [
        ("active", "active", false, None),
        ("name.familyName", "name.familyName", false, None),
        (r#"emails[type eq "work"].value"#, "emails", true, Some("value")),
        (r#"members[value eq "2819c223"]"#, "members", true, None),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            false,
            None,
        ),
    ] {
        let path = parse_path(text).unwrap();
        assert_eq!(path.attribute.to_string(), attribute);
        assert_eq!((path.elements.is_some(), path.sub.as_deref()), (filtered, sub), "{text}");
    }
    for text in ["", "1a", "emails[", "emails[type eq]", "emails[type eq \"a\"]x", "a b"] {
        assert!(parse_path(text).is_err(), "{text}");
    }
}

fn path() -> impl Strategy<Value = AttributePath> {
    let of = |name: &str, sub: Option<&str>| AttributePath {
        schema: None,
        name: name.to_owned(),
        sub: sub.map(str::to_owned),
    };
    prop_oneof![
        Just(of("userName", None)),
        Just(of("title", None)),
        Just(of("nickName", None)),
        Just(of("name", Some("familyName"))),
        Just(of("emails", Some("type"))),
        Just(AttributePath { schema: Some(ENTERPRISE.to_owned()), ..of("department", None) }),
    ]
}

fn comparison() -> impl Strategy<Value = Comparison> {
    prop::sample::select(Comparison::ALL.to_vec())
}

fn texts() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec!["bjensen", "Tours", "work", "b", "", "O'Malley", "a\"\\b 砥"])
            .prop_map(Value::from),
        "[a-z]{0,3}".prop_map(Value::from),
    ]
}

fn filters() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        path().prop_map(Filter::Present),
        (path(), comparison(), texts()).prop_map(|(p, c, v)| Filter::Compare(p, c, v)),
        (comparison(), texts()).prop_map(|(c, v)| {
            let inner = Filter::Compare(AttributePath::plain("type"), c, v);
            Filter::Within(AttributePath::plain("emails"), Box::new(inner))
        }),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Filter::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Filter::Or(Box::new(a), Box::new(b))),
            inner.prop_map(|a| Filter::Not(Box::new(a))),
        ]
    })
}

/// The same question answered without the schema: over the flat list of what a path's text can
/// lead to, in the plainest way.
fn naive(filter: &Filter) -> bool {
    let at = |path: &AttributePath| -> Vec<&'static str> {
        match (path.name.as_str(), path.sub.as_deref()) {
            ("userName", None) => vec!["bjensen"],
            ("title", None) => vec!["vice president"],
            ("name", Some("familyName")) => vec!["o'malley"],
            ("emails", Some("type")) => vec!["work", "home"],
            ("department", None) => vec!["tours"],
            _ => vec![],
        }
    };
    let is = |found: &str, how: Comparison, wanted: &str| match how {
        Comparison::Equal | Comparison::NotEqual => found == wanted,
        Comparison::Contains => found.contains(wanted),
        Comparison::StartsWith => found.starts_with(wanted),
        Comparison::EndsWith => found.ends_with(wanted),
        Comparison::Greater => found > wanted,
        Comparison::AtLeast => found >= wanted,
        Comparison::Less => found < wanted,
        Comparison::AtMost => found <= wanted,
    };
    let any = |found: &[&str], how: Comparison, wanted: &Value| {
        let wanted = wanted.as_str().unwrap_or_default().to_lowercase();
        found.iter().any(|one| is(one, how, &wanted)) == (how != Comparison::NotEqual)
    };
    match filter {
        Filter::Present(path) => !at(path).is_empty(),
        Filter::Compare(path, how, wanted) => any(&at(path), *how, wanted),
        Filter::Within(_, inner) => match inner.as_ref() {
            Filter::Compare(_, how, wanted) => {
                any(&["work"], *how, wanted) || any(&["home"], *how, wanted)
            }
            _ => false,
        },
        Filter::And(left, right) => naive(left) && naive(right),
        Filter::Or(left, right) => naive(left) || naive(right),
        Filter::Not(inner) => !naive(inner),
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_as_the_same(filter in filters()) {
        let text = filter.to_string();
        let read = parse_filter(&text);
        prop_assert_eq!(read.as_ref(), Ok(&filter), "{}", text);
    }

    #[test]
    fn what_is_asked_is_answered_as_the_plainest_way_does(filter in filters()) {
        prop_assert!(check(&filter, USER).is_ok(), "{}", filter);
        prop_assert_eq!(matches(&filter, &resource(), USER), naive(&filter), "{}", filter);
    }

    #[test]
    fn no_text_makes_the_reader_fail(text in "\\PC{0,60}") {
        // What it says does not matter; that it says something does.
        let _ = (parse_filter(&text), parse_path(&text));
    }
}
