//! Filling a template in.

use super::tree::{Node, Operand, Pipeline};
use super::value::Value;
use super::{Context, TEXT_MAX, TemplateError, functions};
use std::cell::Cell;

/// Most parts of a template that are worked on, loops counted.
const STEPS_MAX: usize = 100_000;
/// Most bytes that functions may make.
const MADE_MAX: usize = 16 << 20;
/// How deep values may be nested.
const VALUE_DEPTH_MAX: usize = 10;

fn error(message: impl Into<String>) -> TemplateError {
    TemplateError::new(message)
}

pub(super) fn run(nodes: &[Node], context: &Context<'_>) -> Result<String, TemplateError> {
    let labels = Value::Labels(context.labels.clone());
    let external = Value::Labels(context.external_labels.clone());
    let url = Value::from(context.external_url);
    let fields = vec![
        ("Labels", labels.clone()),
        ("ExternalLabels", external.clone()),
        ("ExternalURL", url.clone()),
        ("Value", context.value.clone()),
    ];
    let root = Value::Record(fields);
    let known = [
        ("", root.clone()),
        ("labels", labels),
        ("externalLabels", external),
        ("externalURL", url),
        ("value", context.value.clone()),
    ];
    let variables = known.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut running =
        Running { context, variables, text: String::new(), steps: 0, made: Cell::new(0) };
    running.list(nodes, &root)?;
    Ok(running.text)
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

struct Running<'c> {
    context: &'c Context<'c>,
    variables: Vec<(String, Value)>,
    text: String,
    steps: usize,
    /// Bytes that functions have made.
    made: Cell<usize>,
}

impl Running<'_> {
    fn list(&mut self, nodes: &[Node], dot: &Value) -> Result<Flow, TemplateError> {
        let known = self.variables.len();
        let mut flow = Flow::On;
        for node in nodes {
            self.goes_on(1)?;
            flow = self.node(node, dot)?;
            if flow != Flow::On {
                break;
            }
        }
        self.variables.truncate(known);
        Ok(flow)
    }

    /// Counts what is to be done next, if it is not too much.
    fn goes_on(&mut self, steps: usize) -> Result<(), TemplateError> {
        self.steps = self.steps.saturating_add(steps);
        let too_much = self.steps > STEPS_MAX || self.made.get() > MADE_MAX;
        if too_much || self.text.len() > TEXT_MAX {
            return Err(error("the text or the work for it is too long"));
        }
        Ok(())
    }

    fn node(&mut self, node: &Node, dot: &Value) -> Result<Flow, TemplateError> {
        match node {
            Node::Text(text) => self.text.push_str(text),
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.text.push_str(&value.shown());
                }
            }
            Node::If(branches) => {
                let known = self.variables.len();
                for (condition, body) in branches {
                    let holds = match condition {
                        None => true,
                        Some(condition) => self.pipeline(condition, dot)?.is_true(),
                    };
                    if holds {
                        let flow = self.list(body, dot)?;
                        self.variables.truncate(known);
                        return Ok(flow);
                    }
                }
                self.variables.truncate(known);
            }
            Node::With(pipeline, body, otherwise) => {
                let known = self.variables.len();
                let value = self.pipeline(pipeline, dot)?;
                let flow = match value.is_true() {
                    true => self.list(body, &value)?,
                    false => self.list(otherwise, dot)?,
                };
                self.variables.truncate(known);
                return Ok(flow);
            }
            Node::Range(pipeline, body, otherwise) => {
                return self.range(pipeline, body, otherwise, dot);
            }
        }
        Ok(Flow::On)
    }

    fn range(
        &mut self,
        pipeline: &Pipeline,
        body: &[Node],
        otherwise: &[Node],
        dot: &Value,
    ) -> Result<Flow, TemplateError> {
        let known = self.variables.len();
        let items = items(self.commands(&pipeline.commands, dot)?)?;
        if items.is_empty() {
            return self.list(otherwise, dot);
        }
        self.goes_on(items.len())?;
        for (key, item) in items {
            let values = match pipeline.variables.len() {
                2 => vec![key, item.clone()],
                _ => vec![item.clone()],
            };
            for (name, value) in pipeline.variables.iter().zip(values) {
                self.keep(name, value, pipeline.assigns);
            }
            let flow = self.list(body, &item)?;
            if !pipeline.assigns {
                self.variables.truncate(known);
            }
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn keep(&mut self, name: &str, value: Value, assigns: bool) {
        if assigns && let Some(known) = self.variables.iter_mut().rev().find(|v| v.0 == name) {
            known.1 = value;
        } else {
            self.variables.push((name.to_owned(), value));
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value, TemplateError> {
        let value = self.commands(&pipeline.commands, dot)?;
        for name in &pipeline.variables {
            self.keep(name, value.clone(), pipeline.assigns);
        }
        Ok(value)
    }

    fn commands(&self, commands: &[Vec<Operand>], dot: &Value) -> Result<Value, TemplateError> {
        let mut before: Option<Value> = None;
        for command in commands {
            let Some((first, arguments)) = command.split_first() else { continue };
            let Operand::Function(name) = first else {
                before = Some(self.operand(first, dot)?);
                continue;
            };
            let mut values = Vec::with_capacity(arguments.len() + 1);
            for argument in arguments {
                values.push(self.operand(argument, dot)?);
            }
            values.extend(before.take());
            before = Some(self.called(name, values)?);
        }
        Ok(before.unwrap_or(Value::Nil))
    }

    /// What a function yields: a loop that doubles a text or nests values comes to an end.
    fn called(&self, name: &str, values: Vec<Value>) -> Result<Value, TemplateError> {
        let value = functions::call(name, values, self.context)?;
        // What a query finds is bounded by the engine; it is no deeper than a sample.
        let most = if name == "query" { usize::MAX } else { TEXT_MAX };
        let size = value.size(VALUE_DEPTH_MAX).filter(|size| *size <= most);
        let size = size.ok_or_else(|| error(format!("what {name} yields is too long")))?;
        self.made.set(self.made.get().saturating_add(size));
        Ok(value)
    }

    fn operand(&self, operand: &Operand, dot: &Value) -> Result<Value, TemplateError> {
        Ok(match operand {
            Operand::Dot => dot.clone(),
            Operand::Nil => Value::Nil,
            Operand::Bool(truth) => Value::Bool(*truth),
            Operand::Int(number) => Value::Int(*number),
            Operand::Float(number) => Value::Float(*number),
            Operand::Text(text) => Value::Text(text.clone()),
            Operand::Variable(name) => {
                let known = self.variables.iter().rev().find(|variable| variable.0 == *name);
                known.map_or(Value::Nil, |variable| variable.1.clone())
            }
            Operand::Function(name) => self.called(name, Vec::new())?,
            Operand::Pipe(pipeline) => self.commands(&pipeline.commands, dot)?,
            Operand::Field(of, name) => field(&self.operand(of, dot)?, name)?,
        })
    }
}

fn field(of: &Value, name: &str) -> Result<Value, TemplateError> {
    match of {
        Value::Labels(labels) => Ok(Value::Text(labels.get(name).cloned().unwrap_or_default())),
        Value::Map(map) => Ok(map.get(name).cloned().unwrap_or(Value::Nil)),
        Value::Record(fields) => {
            let known = fields.iter().find(|field| field.0 == name);
            let known = known.ok_or_else(|| error(format!("can't evaluate field {name}")))?;
            Ok(known.1.clone())
        }
        other => Err(error(format!("can't evaluate field {name} in type {}", other.kind()))),
    }
}

fn items(value: Value) -> Result<Vec<(Value, Value)>, TemplateError> {
    Ok(match value {
        Value::Nil => Vec::new(),
        Value::List(items) => (0..).map(Value::Int).zip(items).collect(),
        Value::Labels(labels) => labels
            .into_iter()
            .map(|(name, value)| (Value::Text(name), Value::Text(value)))
            .collect(),
        Value::Map(map) => {
            map.into_iter().map(|(name, value)| (Value::Text(name), value)).collect()
        }
        Value::Int(count) => {
            (0..count.min(1 << 16)).map(|n| (Value::Int(n), Value::Int(n))).collect()
        }
        other => return Err(error(format!("range can't iterate over {}", other.shown()))),
    })
}
