use super::print;
use crate::{
    cli::{ConfigArgs, Output},
    config::KEYS,
};

/// Prints every setting with its value and where that came from.
pub(super) fn run(args: &ConfigArgs) -> anyhow::Result<()> {
    let settings = super::settings(&args.settings)?;
    let described = settings.all().iter().zip(KEYS);
    match args.output.output {
        Output::Json => {
            let items: Vec<_> = described
                .map(|(setting, key)| {
                    serde_json::json!({
                        "key": setting.key, "value": setting.value,
                        "source": setting.source.name(), "origin": setting.origin,
                        "description": { "en": key.en, "zh": key.zh },
                    })
                })
                .collect();
            print::json(&items)
        }
        Output::Table => {
            let rows = described.map(|(setting, key)| {
                let source = match setting.origin.as_str() {
                    "" => setting.source.name().to_owned(),
                    origin => format!("{} ({origin})", setting.source.name()),
                };
                [setting.key.to_owned(), setting.value.clone(), source, key.en.to_owned()]
            });
            print::table(["key", "value", "source", "meaning"], rows);
            Ok(())
        }
    }
}
