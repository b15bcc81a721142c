use std::{collections::BTreeMap, sync::Arc};

use kernel::{FieldFault, Text};
use serde_json::Value;

use crate::outcome::{Check, Protocol};

/// The ways of asking, by name.
#[derive(Debug)]
pub struct Protocols {
    by_name: BTreeMap<&'static str, Box<dyn Protocol>>,
}

impl Protocols {
    /// These protocols; of two with the same name the later one.
    #[must_use]
    pub fn new(protocols: Vec<Box<dyn Protocol>>) -> Self {
        let by_name = protocols.into_iter().map(|protocol| (protocol.name(), protocol)).collect();
        Self { by_name }
    }

    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = &dyn Protocol> {
        self.by_name.values().map(AsRef::as_ref)
    }

    /// Whether the protocol of that name looks into the machine that the server runs on.
    #[must_use]
    pub fn looks_here(&self, protocol: &str) -> bool {
        self.by_name.get(protocol).is_some_and(|known| known.looks_here())
    }

    /// Makes the check that `spec` describes.
    ///
    /// Errors: `protocol` when there is none of that name; the field of the specification that is
    /// wrong, as `spec.port`.
    pub fn parse(&self, protocol: &str, spec: &Value) -> Result<Arc<dyn Check>, FieldFault> {
        let Some(known) = self.by_name.get(protocol) else {
            let names: Vec<_> = self.by_name.keys().copied().collect();
            let expected = Text::new(
                format!("one of {}", names.join(", ")),
                format!("以下之一：{}", names.join("、")),
            );
            return Err(FieldFault::new("protocol", protocol, expected));
        };
        known.parse(spec.clone()).map(Arc::from).map_err(|fault| {
            let field = match fault.field.as_str() {
                "" => "spec".to_owned(),
                inner => format!("spec.{inner}"),
            };
            FieldFault { field, ..fault }
        })
    }
}
