use std::io::Write;

use anyhow::Result;
use series::is_stale;
use wire::openmetrics::{END, write_sample};

use super::{
    NAME, Pairs,
    family::Family,
    typed::{self, Series, Text},
};
use crate::commands::query::seconds;

/// A page of OpenMetrics text.
#[derive(Debug)]
pub(super) struct OpenMetricsPage<W> {
    out: W,
    /// The family that is being written.
    name: String,
    line: String,
}

impl<W: Write> OpenMetricsPage<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, name: String::new(), line: String::new() }
    }

    /// Writes a family whose type asks something of its samples, if they are so: otherwise it is
    /// handed back as no text, and nothing is written. Errors: the system's.
    pub(super) fn typed(&mut self, family: &Family, series: &[Series]) -> Result<Option<u64>> {
        let Some(Text { text, exemplars_left_out }) = typed::text_of(family, series) else {
            return Ok(None);
        };
        if series.iter().any(|one| !one.points.is_empty()) {
            self.out.write_all(text.as_bytes())?;
        }
        Ok(Some(exemplars_left_out))
    }

    /// Writes a sample of a family of one metric; those of a family one after the other.
    ///
    /// Errors: the system's.
    pub(super) fn sample(
        &mut self,
        family: &Family,
        labels: &Pairs,
        point: (i64, f64),
    ) -> Result<()> {
        self.line.clear();
        let name = &family.name;
        if self.name != *name {
            self.line.push_str(&typed::head(family));
            self.name.clone_from(name);
        }
        let others = labels.iter().filter(|(label, _)| label != NAME);
        let others = others.map(|(label, value)| (label.as_str(), value.as_str()));
        write_sample(&mut self.line, name, others, point.1, Some(point.0));
        self.out.write_all(self.line.as_bytes())?;
        Ok(())
    }

    /// Writes the last line. Errors: the system's.
    pub(super) fn end(mut self) -> Result<()> {
        self.out.write_all(END.as_bytes())?;
        self.out.flush()?;
        Ok(())
    }
}

/// A sheet with a line for each sample and a column for each label.
pub(super) struct CsvSheet<W: Write> {
    out: csv::Writer<W>,
    columns: Vec<String>,
}

impl<W: Write> CsvSheet<W> {
    /// Begins with the line of the columns' names. Errors: the system's.
    pub(super) fn new(out: W, columns: Vec<String>) -> Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        let names = columns.iter().map(String::as_str);
        out.write_record(names.chain(["timestamp", "value"]))?;
        Ok(Self { out, columns })
    }

    /// Writes a sample. Errors: the system's.
    pub(super) fn sample(&mut self, labels: &Pairs, (at_ms, value): (i64, f64)) -> Result<()> {
        for column in &self.columns {
            let own = labels.iter().find(|(name, _)| name == column);
            self.out.write_field(own.map_or("", |(_, value)| value.as_str()))?;
        }
        self.out.write_field(seconds(at_ms))?;
        self.out.write_field(if is_stale(value) { "stale".to_owned() } else { number(value) })?;
        self.out.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Writes what is left. Errors: the system's.
    pub(super) fn end(mut self) -> Result<()> {
        self.out.flush()?;
        Ok(())
    }
}

/// The shortest text that reads back as the same number; NaNs are all alike.
fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_finite() && size != 0.0 && !(1e-5..1e21).contains(&size) {
        return format!("{value:e}");
    }
    series::number_plain(value)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use wire::remote::MetricType;

    use super::*;
    use crate::commands::export::family::Said;

    fn family(name: &str, kind: MetricType, help: &str) -> Family {
        let said = Said { kind, help: help.to_owned(), unit: String::new() };
        Family { name: name.to_owned(), said, suffixes: vec![""] }
    }

    fn labels(job: &str) -> Pairs {
        [("__name__", "up"), ("job", job)].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec()
    }

    #[test]
    fn a_page_has_its_metrics_together_and_an_end() {
        let mut text = Vec::new();
        let mut page = OpenMetricsPage::new(&mut text);
        let up = family("up", MetricType::Gauge, "Whether it is up.");
        page.sample(&up, &labels("a\"b"), (1_500, 1.0)).unwrap();
        page.sample(&up, &labels("c"), (2_000, f64::INFINITY)).unwrap();
        page.sample(&family("x", MetricType::Unknown, ""), &Pairs::new(), (2_000, 1e300)).unwrap();
        let named = [("__name__", "my.name"), ("a b", "c")];
        let named = named.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
        let other = family("my.name", MetricType::Unknown, "");
        page.sample(&other, &named, (3_000, 2.0)).unwrap();
        page.end().unwrap();
        expect![[r#"
            # TYPE up gauge
            # HELP up Whether it is up.
            up{job="a\"b"} 1 1.500
            up{job="c"} +Inf 2
            # TYPE x unknown
            x 1e300 2
            # TYPE "my.name" unknown
            {"my.name","a b"="c"} 2 3
            # EOF
        "#]]
        .assert_eq(&String::from_utf8(text).unwrap());
    }

    #[test]
    fn a_sheet_has_a_column_for_each_label() {
        let mut text = Vec::new();
        let columns = ["__name__", "job", "zone"].map(str::to_owned).to_vec();
        let mut sheet = CsvSheet::new(&mut text, columns).unwrap();
        sheet.sample(&labels("a,b"), (1_500, -0.0)).unwrap();
        sheet.sample(&labels("c"), (2_000, series::stale())).unwrap();
        sheet.end().unwrap();
        expect![[r#"
            __name__,job,zone,timestamp,value
            up,"a,b",,1.500,-0
            up,c,,2.000,stale
        "#]]
        .assert_eq(&String::from_utf8(text).unwrap());
    }
}
