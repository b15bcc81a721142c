use std::{
    fmt,
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
};

use crate::{Pattern, PatternFault, Said, Told};

/// What a step does.
pub type Step<'w> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'w>>;

/// Does what a step says in the world `W`.
pub type Act<W> = for<'w> fn(&'w mut W, Told) -> Step<'w>;

/// Every wording that stories may use, in both languages, and what it does.
pub struct Phrasebook<W> {
    phrases: Vec<(Pattern, Act<W>)>,
}

/// A step that nothing is worded like, or more than one thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: `{text}` {what}", path.display())]
pub struct UnknownStep {
    /// The file.
    pub path: PathBuf,
    /// Its line.
    pub line: usize,
    /// What is said there.
    pub text: String,
    what: String,
}

impl<W> fmt::Debug for Phrasebook<W> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self.phrases.iter().map(|(pattern, _)| pattern.source());
        out.debug_list().entries(sources).finish()
    }
}

impl<W> Default for Phrasebook<W> {
    fn default() -> Self {
        Self { phrases: Vec::new() }
    }
}

impl<W> Phrasebook<W> {
    /// Takes in a step by its wordings, English and Chinese.
    ///
    /// Errors: a wording that cannot be read.
    pub fn add(&mut self, wordings: [&str; 2], act: Act<W>) -> Result<(), PatternFault> {
        for wording in wordings {
            self.phrases.push((Pattern::new(wording)?, act));
        }
        Ok(())
    }

    /// What a step of the file `path` does, and what it says.
    ///
    /// Errors: [`UnknownStep`], with the wording that is nearest, or those that both fit.
    pub fn find(&self, path: &Path, said: &Said) -> Result<(Act<W>, Told), UnknownStep> {
        let unknown = |what: String| UnknownStep {
            path: path.to_owned(),
            line: said.line,
            text: said.text.clone(),
            what,
        };
        let fits = self.phrases.iter().filter_map(|(pattern, act)| {
            pattern.matches(&said.text).map(|holes| (pattern, *act, holes))
        });
        let mut fits: Vec<_> = fits.collect();
        if let [(one, ..), (other, ..), ..] = fits.as_slice() {
            let (one, other) = (one.source(), other.source());
            return Err(unknown(format!("fits two wordings: `{one}` and `{other}`")));
        }
        match fits.pop() {
            Some((_, act, holes)) => Ok((act, Told { holes, table: said.table.clone() })),
            None => Err(unknown(match self.nearest(&said.text) {
                Some(nearest) => format!("is no step; the nearest is `{nearest}`"),
                None => "is no step: there are none".to_owned(),
            })),
        }
    }

    fn nearest(&self, text: &str) -> Option<&str> {
        let likeness = |pattern: &Pattern| strsim::sorensen_dice(pattern.source(), text);
        let sources = self.phrases.iter().map(|(pattern, _)| pattern);
        let nearest = sources.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
        nearest.map(Pattern::source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(world: &mut usize, told: Told) -> Step<'_> {
        Box::pin(async move {
            *world += told.count("n")?;
            Ok(())
        })
    }

    fn book() -> Phrasebook<usize> {
        let mut book = Phrasebook::default();
        let add = ["{n:count} incident[s] (is|are) open", "有{n:count}起故障"];
        book.add(add, count).expect("the wordings are right");
        book.add(["{n:span} pass", "过了{n:span}"], count).expect("the wordings are right");
        book
    }

    fn find(text: &str) -> Result<(Act<usize>, Told), UnknownStep> {
        let said = Said { line: 7, text: text.to_owned(), table: Vec::new() };
        book().find(Path::new("x.story"), &said)
    }

    #[test]
    fn step_is_found_in_both_languages() {
        for text in ["2 incidents are open", "有2起故障"] {
            assert_eq!(find(text).expect("it is known").1.count("n").expect("a number"), 2);
        }
    }

    #[test]
    fn unknown_step_names_file_line_and_the_nearest() {
        let unknown =
            find("2 incidents were opened").map(|_| ()).expect_err("nothing is worded so");
        let expected = "x.story:7: `2 incidents were opened` is no step; the nearest is \
                        `{n:count} incident[s] (is|are) open`";
        assert_eq!(unknown.to_string(), expected);
    }
}
