//! What a template is read into.

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Text as it is.
    Text(String),
    /// A value that is written, or kept in a variable.
    Action(Pipeline),
    /// `{{if}}` with its branches; a branch without a condition is `{{else}}`.
    If(Vec<(Option<Pipeline>, Vec<Node>)>),
    /// `{{with}}`: the dot is the value, if there is one.
    With(Pipeline, Vec<Node>, Vec<Node>),
    /// `{{range}}`: once for every item.
    Range(Pipeline, Vec<Node>, Vec<Node>),
    /// `{{break}}`
    Break,
    /// `{{continue}}`
    Continue,
}

/// Commands, each given the value of the one before as its last argument.
#[derive(Debug, Clone, Default)]
pub(super) struct Pipeline {
    /// Variables that get the value; with two, `range` gives the key to the first.
    pub(super) variables: Vec<String>,
    /// `=` was written, not `:=`.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Vec<Operand>>,
}

/// A part of a command.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Dot,
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Variable(String),
    Function(String),
    Pipe(Pipeline),
    /// `.a.b` behind another operand.
    Field(Box<Operand>, String),
}
