use std::io::Write;

use anyhow::Result;
use series::is_stale;
use wire::openmetrics::{END, Family, write_family, write_sample};

use super::Pairs;
use crate::commands::query::seconds;

const NAME: &str = "__name__";

/// A page of OpenMetrics text.
///
/// Each metric is a family of its own without a type: what a type asks of the samples of a family
/// (their order, the buckets that belong together) does not hold for series over time.
#[derive(Debug)]
pub(super) struct OpenMetricsPage<W> {
    out: W,
    /// The metric that is being written.
    name: String,
    line: String,
}

impl<W: Write> OpenMetricsPage<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, name: String::new(), line: String::new() }
    }

    /// Writes a sample; those of a metric one after the other. Errors: the system's.
    pub(super) fn sample(&mut self, name: &str, labels: &Pairs, point: (i64, f64)) -> Result<()> {
        self.line.clear();
        if self.name != name {
            write_family(&mut self.line, &Family { name, ..Family::default() });
            name.clone_into(&mut self.name);
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

    use super::*;

    fn labels(job: &str) -> Pairs {
        [("__name__", "up"), ("job", job)].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec()
    }

    #[test]
    fn a_page_has_its_metrics_together_and_an_end() {
        let mut text = Vec::new();
        let mut page = OpenMetricsPage::new(&mut text);
        page.sample("up", &labels("a\"b"), (1_500, 1.0)).unwrap();
        page.sample("up", &labels("c"), (2_000, f64::INFINITY)).unwrap();
        page.sample("x", &Pairs::new(), (2_000, 1e300)).unwrap();
        page.end().unwrap();
        expect![[r#"
            # TYPE up unknown
            up{job="a\"b"} 1 1.500
            up{job="c"} +Inf 2
            # TYPE x unknown
            x 1e300 2
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
