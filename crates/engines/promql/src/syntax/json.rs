//! A tree as JSON, as `parse_query` answers it.

use super::ast::{At, Expr, Kind, Matching, Selector, Shift, ValueType};
use super::functions::Function;
use serde_json::{Value, json};
use series::number_general;

impl Expr {
    /// The tree as Prometheus's `parse_query` shows it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Number(value, _) => {
                json!({ "type": "numberLiteral", "val": number_general(*value) })
            }
            Kind::String(text) => json!({ "type": "stringLiteral", "val": text }),
            Kind::Vector(selector) => selector_json("vectorSelector", selector, None),
            Kind::Matrix(selector, range) => {
                selector_json("matrixSelector", selector, Some(range.ms))
            }
            Kind::Subquery(subquery) => {
                let mut value = json!({
                    "type": "subquery",
                    "expr": subquery.expr.to_json(),
                    "range": subquery.range.ms,
                    "step": subquery.step.as_ref().map_or(0, |step| step.ms),
                });
                put_shift(&mut value, &subquery.shift);
                value
            }
            Kind::Call(function, args) => json!({
                "type": "call",
                "func": function_json(function),
                "args": args.iter().map(Self::to_json).collect::<Vec<_>>(),
            }),
            Kind::Aggregate(aggregate) => json!({
                "type": "aggregation",
                "op": aggregate.op.name(),
                "expr": aggregate.expr.to_json(),
                "param": aggregate.param.as_ref().map(Self::to_json),
                "grouping": aggregate.grouping,
                "without": aggregate.without,
            }),
            Kind::Binary(binary) => {
                let vectors = [&binary.lhs, &binary.rhs]
                    .iter()
                    .all(|side| side.value_type() == ValueType::Vector);
                json!({
                    "type": "binaryExpr",
                    "op": binary.op.symbol(),
                    "lhs": binary.lhs.to_json(),
                    "rhs": binary.rhs.to_json(),
                    "matching": vectors.then(|| matching_json(&binary.matching)),
                    "bool": binary.returns_bool,
                })
            }
            Kind::Unary(minus, inner) => json!({
                "type": "unaryExpr",
                "op": if *minus { "-" } else { "+" },
                "expr": inner.to_json(),
            }),
            Kind::Paren(inner) => json!({ "type": "parenExpr", "expr": inner.to_json() }),
        }
    }
}

fn selector_json(kind: &str, selector: &Selector, range: Option<i64>) -> Value {
    let matchers: Vec<Value> = selector
        .matchers
        .iter()
        .map(|matcher| {
            json!({
                "name": matcher.name(),
                "value": matcher.value(),
                "type": matcher.op().symbol(),
            })
        })
        .collect();
    let mut value = json!({ "type": kind, "name": selector.name, "matchers": matchers });
    if let Some(range) = range {
        value["range"] = json!(range);
    }
    put_shift(&mut value, &selector.shift);
    value
}

fn put_shift(value: &mut Value, shift: &Shift) {
    value["offset"] = json!(shift.offset_ms);
    value["timestamp"] = match shift.at {
        Some(At::Ms(ms)) => json!(ms),
        _ => Value::Null,
    };
    value["startOrEnd"] = match shift.at {
        Some(At::Start) => json!("start"),
        Some(At::End) => json!("end"),
        _ => Value::Null,
    };
}

fn matching_json(matching: &Matching) -> Value {
    json!({
        "card": matching.cardinality.name(),
        "labels": matching.labels,
        "on": matching.on,
        "include": matching.include,
        "fillValues": { "lhs": matching.fill_left, "rhs": matching.fill_right },
    })
}

fn function_json(function: &Function) -> Value {
    let types: Vec<&str> = function.args.iter().map(|kind| kind.name()).collect();
    json!({
        "name": function.name,
        "argTypes": types,
        "variadic": function.variadic,
        "returnType": function.returns.name(),
    })
}
