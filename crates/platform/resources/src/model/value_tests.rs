use serde_json::{Value, json};

use super::*;

fn of(name: &str) -> AttributeDefinition {
    let values = ["up", "down"]
        .map(|value| EnumerationValue { value: value.to_owned(), title: Text::new(value, value) });
    AttributeDefinition {
        name: name.to_owned(),
        r#type: AttributeType::from_name(name).unwrap(),
        values: values.to_vec(),
        ..AttributeDefinition::default()
    }
}

use crate::EnumerationValue;

#[test]
fn every_type_takes_its_values_and_no_others() {
    let long = "x".repeat(LINE_CHARS_MAX + 1);
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (name, good, bad) in [
        ("string", json!(["x", "", "两行\n文字"]), json!([1, true, {}, [], "\u{0}", long])),
        ("text", json!(["x".repeat(5000)]), json!([1, "x".repeat(20_000)])),
        ("number", json!([1, -1.5, 0]), json!(["1", false])),
        ("integer", json!([1, -1, u64::MAX]), json!([1.5, "1", 1e300])),
        ("boolean", json!([true, false]), json!([0, 1, "true"])),
        ("time", json!(["2026-01-31T08:00:00Z"]), json!(["2026-01-31", "soon", 5])),
        ("date", json!(["2026-01-31"]), json!(["2026-02-30", "20260131", "31.1.2026", 5])),
        ("ip", json!(["127.0.0.1", "::1"]), json!(["localhost", "1.2.3", "1.2.3.4:80"])),
        ("cidr", json!(["10.0.0.0/8", "fd00::/8"]), json!(["10.0.0.0", "10.0.0.0/33"])),
        ("mac", json!(["00:1a:2b:3c:4d:5e"]), json!(["00:1a:2b:3c:4d", "zz:1a:2b:3c:4d:5e"])),
        ("url", json!(["https://a.example/x"]), json!(["a.example", "mailto:a@b", "https://"])),
        ("enumeration", json!(["up"]), json!(["sideways", 1])),
        ("reference", json!([id]), json!(["5", 5])),
    ] {
        for value in good.as_array().unwrap() {
            assert_eq!(checked(&of(name), value).as_ref(), Ok(value), "{name}");
        }
        for value in bad.as_array().unwrap() {
            assert!(checked(&of(name), value).is_err(), "{name} {value}");
        }
    }
}

#[test]
fn addresses_have_one_spelling() {
    for (name, given, kept) in [
        ("ip", "2001:DB8:0:0::1", "2001:db8::1"),
        ("cidr", "10.1.2.3/8", "10.0.0.0/8"),
        ("mac", "00-1A-2B-3C-4D-5E", "00:1a:2b:3c:4d:5e"),
        ("mac", "001a.2b3c.4d5e", "00:1a:2b:3c:4d:5e"),
    ] {
        assert_eq!(checked(&of(name), &json!(given)), Ok(json!(kept)));
    }
}

#[test]
fn bounds_patterns_and_lists_are_kept() {
    let percent = AttributeDefinition { min: Some(0.0), max: Some(100.0), ..of("number") };
    assert!(checked(&percent, &json!(100)).is_ok());
    let expected = checked(&percent, &json!(101)).unwrap_err();
    assert_eq!(expected.en, "a number, at least 0, at most 100");
    let plate = AttributeDefinition { pattern: Some("[A-Z]{2}\\d+".to_owned()), ..of("string") };
    assert!(checked(&plate, &json!("AB12")).is_ok());
    assert!(checked(&plate, &json!("xAB12")).is_err(), "the whole text matches");
    let short = AttributeDefinition { max: Some(2.0), ..of("string") };
    assert!(checked(&short, &json!("字字")).is_ok());
    assert!(checked(&short, &json!("字字字")).is_err());
    let many = AttributeDefinition { list: true, ..of("ip") };
    assert_eq!(checked(&many, &json!(["::0001"])), Ok(json!(["::1"])));
    let too_many: Value = vec!["::1"; LIST_MAX + 1].into();
    for wrong in [json!("::1"), json!(["x"]), too_many] {
        assert!(checked(&many, &wrong).unwrap_err().en.starts_with("a list"));
    }
}
