use super::*;

const PERSON: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

fn mara() -> User {
    User {
        id: UserId::from_uuid("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()),
        name: UserName::parse("Mara").unwrap(),
        display_name: "Mara Lind".to_owned(),
        person_id: None,
        disabled: false,
        language: None,
        theme: Theme::System,
        version: 3,
        created_at: Time::from_seconds(0),
        last_sign_in_at: None,
    }
}

#[test]
fn names_are_of_any_script_but_plain() {
    let long = "a".repeat(65);
    for (text, good) in [
        ("mara", true),
        ("张三丰", true),
        ("Ольга.К", true),
        ("m@example.org", true),
        ("ab", false),
        (&long[..64], true),
        (long.as_str(), false),
        ("a b c", false),
        (".hidden", false),
        ("mara\n", false),
        ("mar\u{202e}a", false),
        ("mára", true),
        ("ma\u{301}ra", false),
        ("<script>", false),
        ("", false),
        // The last two begin with a letter of another script that looks the same.
        ("console", false),
        ("System", false),
        ("alerts.night", false),
        ("consoles", true),
        ("sec", true),
        ("王sec-1", true),
        ("\u{455}ec", false),
        ("\u{43e}lga", false),
    ] {
        assert_eq!(UserName::parse(text).is_ok(), good, "{text:?}");
    }
}

#[test]
fn names_differ_in_more_than_case() {
    let folded = |text| UserName::parse(text).unwrap().folded();
    assert_eq!(folded("MARA"), folded("mara"));
    assert_eq!(folded("ОЛЬГА"), folded("ольга"));
    assert_ne!(folded("mara"), folded("mara1"));
}

#[test]
fn change_decides_what_ends_with_it() {
    let change = |person_id: Option<&str>, disabled, password: Option<&str>| UserChange {
        person_id: person_id.map(|id| Some(id.to_owned())),
        disabled,
        password: password.map(Password::new),
        display_name: None,
    };
    for (change, end, tokens_end, version) in [
        (change(None, None, None), None, false, 3),
        (change(None, Some(false), None), None, false, 3),
        (change(Some(PERSON), None, None), None, false, 4),
        (change(None, Some(true), None), Some(EndReason::UserDisabled), true, 4),
        (change(None, None, Some("Tern-river-88")), Some(EndReason::PasswordChanged), false, 4),
    ] {
        let decision = decide_change(&mara(), &change).unwrap();
        assert_eq!(
            (decision.sessions_end, decision.tokens_end, decision.user.version),
            (end, tokens_end, version),
            "{change:?}"
        );
    }
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let wanted = NewUser {
        name: "x".to_owned(),
        display_name: Some("\u{7}".to_owned()),
        role: None,
        reason: None,
        person_id: None,
        password: Some(Password::new("short")),
    };
    let AccessError::Invalid(wrong) = wanted.checked().unwrap_err() else { panic!("not invalid") };
    let named: Vec<&str> = wrong.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(named, ["name", "display_name", "password"]);
}

#[test]
fn profile_change_names_what_differs() {
    let change = ProfileChange {
        display_name: Some(" Mara Lind ".to_owned()),
        language: Some(Some(Language::Chinese)),
        theme: Some(Theme::Dark),
    };
    let decision = decide_profile(&mara(), &change).unwrap();
    assert_eq!(decision.changed, ["language", "theme"]);
    assert_eq!(decision.user.version, 4);
}

#[test]
fn person_is_named_by_a_uuid() {
    let change = UserChange { person_id: Some(Some("Mara".to_owned())), ..UserChange::default() };
    let AccessError::Invalid(wrong) = decide_change(&mara(), &change).unwrap_err() else {
        panic!("not invalid")
    };
    assert_eq!(wrong[0].field, "person_id");
}
