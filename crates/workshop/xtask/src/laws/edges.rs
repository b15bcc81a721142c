//! What stands at the edges is short: handlers of routes, and components of pages.

use crate::breach::Breach;
use crate::house::House;
use crate::pattern::pattern;
use crate::rust_text::RustText;
use crate::tree::extension;

const LAW: &str = "edges";
const HANDLER_LINES_MAX: usize = 25;
const COMPONENT_LINES_MAX: usize = 200;
/// How far below its description a handler begins at most.
const ATTRIBUTE_LINES_MAX: usize = 40;

/// Checks the length of every handler that is in the document, and of every React component.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let component = pattern(r"^(?:export )?(?:default )?function ([A-Z]\w*)");
    let mut breaches = Vec::new();
    for (path, text) in house.tree.texts() {
        if extension(path) == "rs" && path.starts_with("crates/") && path.contains("/src/") {
            breaches.extend(handlers(path, &RustText::new(text).code));
        }
        if extension(path) == "tsx" && path.starts_with("web/src/") {
            breaches.extend(too_long(path, text, COMPONENT_LINES_MAX, |_, line| {
                component.captures(line).map(|found| found[1].to_owned())
            }));
        }
    }
    breaches
}

/// A handler is what stands below `#[utoipa::path(…)]`.
fn handlers(path: &str, code: &str) -> Vec<Breach> {
    if !code.contains("#[utoipa::path(") {
        return Vec::new();
    }
    let function = pattern(r"^(?:pub(?:\(\w+\))? )?async fn (\w+)");
    let lines: Vec<&str> = code.lines().collect();
    too_long(path, code, HANDLER_LINES_MAX, |at, line| {
        let name = function.captures(line)?[1].to_owned();
        let above = lines[at.saturating_sub(ATTRIBUTE_LINES_MAX)..at].iter().rev();
        let mut above = above.take_while(|line| **line != "}");
        above.any(|line| line.starts_with("#[utoipa::path(")).then_some(name)
    })
}

/// What begins where `begins` says so and goes on to a brace at the margin.
fn too_long(
    path: &str,
    text: &str,
    most: usize,
    begins: impl Fn(usize, &str) -> Option<String>,
) -> Vec<Breach> {
    let lines: Vec<&str> = text.lines().collect();
    let mut breaches = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = begins(at, line) else { continue };
        let length = lines[at..].iter().take_while(|line| **line != "}").count() + 1;
        if length > most {
            let what = format!("`{name}` has {length} lines, {most} are allowed: hand work inward");
            breaches.push(Breach::new(LAW, path, at + 1, what));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::tree::Tree;

    fn checked(files: &[(&str, &str)]) -> String {
        listed(&check(&House { tree: Tree::of(files), crates: Vec::new() }))
    }

    #[test]
    fn long_handlers_and_components_are_breaches() {
        let handler = format!(
            "#[utoipa::path(get, path = \"/x\",\n    responses())]\npub(crate) async fn get_x() \
             {{\n{}}}\nasync fn inner() {{\n{}}}\n",
            "    x;\n".repeat(24),
            "    x;\n".repeat(60)
        );
        let component = format!("export function Page() {{\n{}}}\n", "  x;\n".repeat(199));
        expect![[r#"
            crates/platform/http/src/api.rs:3: edges: `get_x` has 26 lines, 25 are allowed: hand work inward
            web/src/shell/Page.tsx:1: edges: `Page` has 201 lines, 200 are allowed: hand work inward
        "#]]
        .assert_eq(&checked(&[
            ("crates/platform/http/src/api.rs", &handler),
            ("web/src/shell/Page.tsx", &component),
        ]));
    }

    #[test]
    fn what_is_as_long_as_allowed_is_lawful() {
        let handler =
            format!("#[utoipa::path(get)]\nasync fn get_x() {{\n{}}}\n", "    x;\n".repeat(23));
        let component = format!("function Page() {{\n{}}}\n", "  x;\n".repeat(198));
        let files = [("crates/a/src/api.rs", handler.as_str()), ("web/src/P.tsx", &component)];
        assert_eq!(checked(&files), "");
    }
}
