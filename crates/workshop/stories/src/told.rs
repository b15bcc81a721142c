use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, anyhow, bail};
use jiff::civil::{Date, DateTime, Time};

/// What a step says: what stands in the holes of its wording, and its table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub(crate) holes: BTreeMap<String, String>,
    /// The rows of the table below the step, the headings first.
    pub table: Vec<Vec<String>>,
}

impl Told {
    /// What stands in a hole, without quotation marks.
    ///
    /// Errors (here and below): the wording has no such hole; what stands there makes no sense.
    pub fn text(&self, hole: &str) -> anyhow::Result<&str> {
        let text = self.holes.get(hole);
        let text = text.ok_or_else(|| anyhow!("the wording has no hole `{hole}`"))?;
        Ok(text.trim_matches(['"', '“', '”', '「', '」']))
    }

    /// Several names.
    pub fn names(&self, hole: &str) -> anyhow::Result<Vec<String>> {
        let text = self.text(hole)?.replace(" and ", ", ").replace(['和', '、'], ", ");
        Ok(text.split(", ").map(str::to_owned).collect())
    }

    /// How many.
    pub fn count(&self, hole: &str) -> anyhow::Result<usize> {
        match self.text(hole)? {
            "no" | "没有" => Ok(0),
            digits => digits.parse().with_context(|| format!("`{digits}` is too many")),
        }
    }

    /// How long.
    pub fn span(&self, hole: &str) -> anyhow::Result<Duration> {
        let text = self.text(hole)?;
        let at = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
        let number: u64 = text[..at].parse().with_context(|| format!("`{text}` is too long"))?;
        let seconds = match text[at..].trim_start().trim_end_matches('s') {
            "second" | "秒" => 1,
            "minute" | "分钟" => 60,
            "hour" | "小时" => 3_600,
            "day" | "天" => 86_400,
            unit => bail!("`{unit}` is no unit of time"),
        };
        Ok(Duration::from_secs(number * seconds))
    }

    /// A moment on the wall clock.
    pub fn moment(&self, hole: &str) -> anyhow::Result<DateTime> {
        let text = self.text(hole)?;
        text.parse().with_context(|| format!("`{text}` is no moment"))
    }

    /// A day.
    pub fn date(&self, hole: &str) -> anyhow::Result<Date> {
        let text = self.text(hole)?;
        text.parse().with_context(|| format!("`{text}` is no day"))
    }

    /// A time of day.
    pub fn time(&self, hole: &str) -> anyhow::Result<Time> {
        let text = self.text(hole)?;
        text.parse().with_context(|| format!("`{text}` is no time of day"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Told {
        let holes = BTreeMap::from([("x".to_owned(), text.to_owned())]);
        Told { holes, table: Vec::new() }
    }

    #[test]
    fn what_is_told_is_understood_in_both_languages() {
        for (text, seconds) in
            [("90 seconds", 90), ("1 minute", 60), ("2小时", 7_200), ("3 天", 259_200)]
        {
            let span = told(text).span("x").expect("it is a span");
            assert_eq!(span.as_secs(), seconds, "{text}");
        }
        let names = told("Li Na, 王芳 and Bo").names("x").expect("they are names");
        assert_eq!(names, ["Li Na", "王芳", "Bo"]);
        assert_eq!(told("李娜、王芳和张伟").names("x").expect("they are names").len(), 3);
        assert_eq!(told("“好”").text("x").expect("it is there"), "好");
        assert_eq!(told("no").count("x").expect("it is a number"), 0);
        assert!(told("2026-13-01 03:00").moment("x").is_err());
        assert!(told("x").text("y").is_err());
    }
}
