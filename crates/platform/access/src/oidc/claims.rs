use serde_json::{Map, Value};

/// The longest name, address or group that is taken from a provider.
const TEXT_CHARS_MAX: usize = 500;
/// Of so many groups of somebody it is looked which matter.
const GROUPS_MAX: usize = 1000;

/// What a provider says of somebody, its signature checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) fn new(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// Who it is there, for good.
    pub(crate) fn subject(&self) -> &str {
        self.0.get("sub").and_then(Value::as_str).unwrap_or_default()
    }

    /// Adds what is not there yet.
    pub(crate) fn fill(&mut self, more: Map<String, Value>) {
        for (name, value) in more {
            self.0.entry(name).or_insert(value);
        }
    }

    /// The text of a claim, if it has one.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name)?.as_str()?.trim();
        let sound = !text.is_empty()
            && text.chars().count() <= TEXT_CHARS_MAX
            && !text.contains(char::is_control);
        sound.then_some(text)
    }

    /// The texts of a claim: a list, or one alone.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Value::Array(all)) => {
                let texts = all.iter().take(GROUPS_MAX).filter_map(Value::as_str);
                texts.map(str::to_owned).collect()
            }
            Some(Value::String(one)) => vec![one.clone()],
            _ => Vec::new(),
        }
    }

    /// The mail address, if the provider has verified that it is theirs.
    pub(crate) fn verified_mail(&self) -> Option<&str> {
        // Some providers write booleans as texts.
        let verified = match self.0.get("email_verified") {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        self.text("email").filter(|_| verified)
    }

    /// What they sign in with there. A mail address counts only where it was verified.
    pub(crate) fn name(&self, claim: &str) -> Option<&str> {
        if claim == "email" { self.verified_mail() } else { self.text(claim) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(map) => Claims::new(map),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn texts_are_taken_for_what_they_are() {
        let all = claims(json!({
            "sub": "s", "name": " Wei ", "empty": " ", "number": 7, "long": "x".repeat(501),
            "odd": "a\u{1b}b", "groups": ["ops", 7, "dba"], "role": "one",
        }));
        assert_eq!((all.subject(), all.text("name")), ("s", Some("Wei")));
        for name in ["empty", "number", "long", "odd", "missing"] {
            assert_eq!(all.text(name), None, "{name}");
        }
        assert_eq!(all.texts("groups"), ["ops", "dba"]);
        assert_eq!(all.texts("role"), ["one"]);
        assert!(all.texts("missing").is_empty());
    }

    #[test]
    fn mail_address_counts_only_where_it_was_verified() {
        for (verified, expected) in [
            (json!(true), Some("wei@example.org")),
            (json!("true"), Some("wei@example.org")),
            (json!(false), None),
            (json!("yes"), None),
            (Value::Null, None),
        ] {
            let all = claims(json!({ "email": "wei@example.org", "email_verified": verified }));
            assert_eq!(all.verified_mail(), expected);
            assert_eq!(all.name("email"), expected);
        }
    }

    #[test]
    fn signed_claims_go_before_others() {
        let mut all = claims(json!({ "sub": "s", "name": "signed" }));
        all.fill(Map::from_iter([
            ("name".to_owned(), json!("other")),
            ("upn".to_owned(), json!("wei")),
        ]));
        assert_eq!((all.text("name"), all.text("upn")), (Some("signed"), Some("wei")));
    }
}
