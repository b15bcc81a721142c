//! Compares answers of two servers.

use std::collections::BTreeMap;

use serde_json::Value;

/// Numbers may be this far apart, of their size.
const TOLERANCE: f64 = 1e-9;
/// And this far where they are nearly nothing.
const TOLERANCE_NEAR_ZERO: f64 = 1e-12;

/// Series by their labels, with what they have at their times.
type Series = BTreeMap<String, Vec<(f64, String)>>;

/// Errors: where they differ, in a sentence.
pub(super) fn compare(question: &str, ours: &Value, theirs: &Value) -> Result<(), String> {
    if ours["status"] != "success" || theirs["status"] != "success" {
        let kinds = [&ours["errorType"], &theirs["errorType"]];
        return match kinds[0] == kinds[1] {
            true => Ok(()),
            false => Err(format!("ours {}; theirs {}", said(ours), said(theirs))),
        };
    }
    let (ours, theirs) = (&ours["data"], &theirs["data"]);
    if ours["resultType"] != theirs["resultType"] {
        return Err(format!("ours is a {}, theirs a {}", ours["resultType"], theirs["resultType"]));
    }
    if question.starts_with("sort") && ours["resultType"] == "vector" {
        let order = |data: &Value| -> Vec<String> {
            let items = data["result"].as_array().into_iter().flatten();
            items.map(|item| sorted(&item["metric"])).collect()
        };
        if order(ours) != order(theirs) {
            return Err("the order differs".to_owned());
        }
    }
    let (ours, theirs) = (series(ours), series(theirs));
    if let Some(labels) = ours.keys().find(|labels| !theirs.contains_key(*labels)) {
        return Err(format!("ours alone has {labels}"));
    }
    for (labels, theirs) in &theirs {
        let Some(ours) = ours.get(labels) else {
            return Err(format!("theirs alone has {labels}"));
        };
        same(ours, theirs).map_err(|why| format!("{labels}: {why}"))?;
    }
    Ok(())
}

/// Both refuse, in the same words. Errors: where they differ, in a sentence.
pub(super) fn compare_errors(ours: &Value, theirs: &Value) -> Result<(), String> {
    let parts = |answer: &Value| [&answer["errorType"], &answer["error"]].map(Value::to_string);
    if theirs["status"] == "error" && parts(ours) == parts(theirs) {
        return Ok(());
    }
    Err(format!("ours {}; theirs {}", said(ours), said(theirs)))
}

fn said(answer: &Value) -> String {
    match answer["error"].as_str() {
        Some(error) => format!("refuses: {} {error}", answer["errorType"]),
        None => "answers".to_owned(),
    }
}

fn series(data: &Value) -> Series {
    let result = &data["result"];
    let point = |pair: &Value| {
        let value = pair[1].as_str().map_or_else(|| pair[1].to_string(), str::to_owned);
        (pair[0].as_f64().unwrap_or(f64::NAN), value)
    };
    match data["resultType"].as_str() {
        Some("vector" | "matrix") => {
            let items = result.as_array().into_iter().flatten();
            let points = |item: &Value| {
                let values = item["values"].as_array().into_iter().flatten();
                let value = item.get("value").into_iter();
                values.chain(value).map(point).collect()
            };
            items.map(|item| (sorted(&item["metric"]), points(item))).collect()
        }
        _ => BTreeMap::from([(String::new(), vec![point(result)])]),
    }
}

fn sorted(metric: &Value) -> String {
    let pairs = metric.as_object().into_iter().flatten();
    let pairs: BTreeMap<&String, &Value> = pairs.collect();
    format!("{pairs:?}")
}

fn same(ours: &[(f64, String)], theirs: &[(f64, String)]) -> Result<(), String> {
    if ours.len() != theirs.len() {
        return Err(format!("ours has {} points, theirs {}", ours.len(), theirs.len()));
    }
    for ((our_time, our_value), (their_time, their_value)) in ours.iter().zip(theirs) {
        if our_time != their_time {
            return Err(format!("ours at {our_time}, theirs at {their_time}"));
        }
        if !near(our_value, their_value) {
            return Err(format!("at {our_time} ours is {our_value}, theirs {their_value}"));
        }
    }
    Ok(())
}

fn near(ours: &str, theirs: &str) -> bool {
    if ours == theirs {
        return true;
    }
    let (Ok(ours), Ok(theirs)) = (ours.parse::<f64>(), theirs.parse::<f64>()) else { return false };
    let size = ours.abs().max(theirs.abs());
    (ours - theirs).abs() <= size * TOLERANCE + TOLERANCE_NEAR_ZERO
}
