//! What is asked: every function over several selectors, and a list written by hand.

/// One a line; `BASE+n` is the moment n seconds after the first sample.
const WRITTEN: &str = include_str!("questions.txt");

/// Queries that are refused.
const MISTAKES: &str = include_str!("mistakes.txt");

/// Queries that are refused.
pub(super) fn mistakes() -> impl Iterator<Item = &'static str> {
    let lines = MISTAKES.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// All questions. `base_s`: when the samples begin.
pub(super) fn all(base_s: i64) -> Vec<String> {
    let mut all = over_time();
    all.extend(of_numbers());
    all.extend(aggregations());
    all.extend(operations());
    all.extend(calendar());
    let written = WRITTEN.lines().map(str::trim);
    let written = written.filter(|line| !line.is_empty() && !line.starts_with('#'));
    all.extend(written.map(|line| placed(line, base_s)));
    all
}

/// The line with its moments.
fn placed(line: &str, base_s: i64) -> String {
    let mut parts = line.split("BASE+");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let after: i64 = part[..end].parse().unwrap();
        text.push_str(&format!("{}.5{}", base_s + after, &part[end..]));
    }
    text
}

fn over_time() -> Vec<String> {
    const FUNCTIONS: [&str; 17] = [
        "rate",
        "increase",
        "delta",
        "irate",
        "idelta",
        "changes",
        "resets",
        "deriv",
        "sum_over_time",
        "avg_over_time",
        "count_over_time",
        "min_over_time",
        "max_over_time",
        "last_over_time",
        "present_over_time",
        "stddev_over_time",
        "stdvar_over_time",
    ];
    const SELECTORS: [&str; 3] = ["requests_total", "temperature_celsius{room!=\"odd\"}", "sparse"];
    let mut all = Vec::new();
    for selector in SELECTORS {
        for range in ["2m", "23m"] {
            all.extend(FUNCTIONS.map(|function| format!("{function}({selector}[{range}])")));
            for quantile in ["0.1", "0.5", "0.99", "1.5", "-1"] {
                all.push(format!("quantile_over_time({quantile}, {selector}[{range}])"));
            }
            all.push(format!("predict_linear({selector}[{range}], 600)"));
        }
    }
    all
}

fn of_numbers() -> Vec<String> {
    const FUNCTIONS: [&str; 25] = [
        "abs",
        "ceil",
        "floor",
        "exp",
        "ln",
        "log2",
        "log10",
        "sqrt",
        "round",
        "sgn",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "deg",
        "rad",
        "timestamp",
    ];
    let mut all: Vec<String> =
        FUNCTIONS.map(|function| format!("{function}(temperature_celsius)")).into();
    for text in [
        "round(temperature_celsius, 0.3)",
        "round(-temperature_celsius, 5)",
        "clamp(temperature_celsius, 0, 4)",
        "clamp(temperature_celsius, 4, 0)",
        "clamp_min(temperature_celsius, 3)",
        "clamp_max(temperature_celsius, 3)",
    ] {
        all.push(text.to_owned());
    }
    all
}

fn aggregations() -> Vec<String> {
    const PLAIN: [&str; 8] = ["sum", "avg", "min", "max", "count", "stddev", "stdvar", "group"];
    const WITH: [&str; 5] = [
        "topk%(2, ",
        "bottomk%(2, ",
        "quantile%(0.3, ",
        "quantile%(2, ",
        "count_values%(\"value\", ",
    ];
    let mut all = Vec::new();
    for grouping in ["", " by (job, code)", " without (instance)", " by (nothing)"] {
        for aggregator in PLAIN {
            all.push(format!("{aggregator}{grouping} (requests_total)"));
        }
        for aggregator in WITH {
            let head = aggregator.replace('%', grouping);
            all.push(format!("{head}requests_total)"));
        }
    }
    all.extend(PLAIN.map(|aggregator| format!("{aggregator} by (room) (temperature_celsius)")));
    all
}

fn operations() -> Vec<String> {
    const ARITHMETIC: [&str; 7] = ["+", "-", "*", "/", "%", "^", "atan2"];
    const COMPARISONS: [&str; 6] = ["==", "!=", ">", "<", ">=", "<="];
    let mut all = Vec::new();
    for operator in ARITHMETIC {
        all.push(format!("used_bytes {operator} limit_bytes"));
        all.push(format!("temperature_celsius {operator} 2"));
        all.push(format!("-3.5 {operator} temperature_celsius"));
    }
    for operator in COMPARISONS {
        all.push(format!("used_bytes {operator} limit_bytes"));
        all.push(format!("used_bytes {operator} bool limit_bytes"));
        all.push(format!("up {operator} 1"));
        all.push(format!("1 {operator} bool up"));
    }
    for operator in ["and", "or", "unless"] {
        all.push(format!("up {operator} (used_bytes > limit_bytes)"));
        all.push(format!("up {operator} on (job) build_info{{version=\"1.1\"}}"));
        all.push(format!("up {operator} ignoring (instance) build_info"));
    }
    all
}

fn calendar() -> Vec<String> {
    const FUNCTIONS: [&str; 8] = [
        "minute",
        "hour",
        "day_of_week",
        "day_of_month",
        "day_of_year",
        "days_in_month",
        "month",
        "year",
    ];
    let both = FUNCTIONS
        .map(|function| [format!("{function}()"), format!("{function}(requests_total * 70000)")]);
    both.concat()
}
