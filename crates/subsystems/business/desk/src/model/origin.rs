/// What a ticket was opened from: a thing of another part of the house, by the noun that facts
/// call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `incident`, `round`, `campaign`, `call` or `mail`.
    pub(crate) kind: &'static str,
    /// Its id.
    pub(crate) id: String,
}

impl Origin {
    /// What the source of a ticket stands for; none: nothing that has a page of its own.
    #[must_use]
    pub(crate) fn of(source: &str) -> Option<Self> {
        let (noun, rest) = source.split_once(':')?;
        let kind = match noun {
            "incident" => "incident",
            "inspection" => "round",
            "campaign" => "campaign",
            "call" => "call",
            "mail" => "mail",
            _ => return None,
        };
        // What follows a second colon is a part of it: an item of a round, a machine.
        let id = rest.split(':').next().unwrap_or_default();
        (!id.is_empty()).then(|| Self { kind, id: id.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_names_the_thing_and_not_its_part() {
        let of = |source: &str| Origin::of(source).map(|one| format!("{} {}", one.kind, one.id));
        assert_eq!(of("incident:i1").as_deref(), Some("incident i1"));
        assert_eq!(of("inspection:r1:temp").as_deref(), Some("round r1"));
        assert_eq!(of("campaign:c1:m1").as_deref(), Some("campaign c1"));
        assert_eq!((of("parcel:p1"), of("incident:"), of("incident")), (None, None, None));
    }
}
