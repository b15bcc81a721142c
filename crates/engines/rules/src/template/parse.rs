//! Tokens to a tree.

use super::TemplateError;
use super::functions;
use super::lex::{self, Piece, Token};
use super::tree::{Node, Operand, Pipeline};

/// How deep blocks and parentheses may be nested.
const NESTING_MAX: usize = 50;

fn error(message: impl Into<String>) -> TemplateError {
    TemplateError::new(message)
}

pub(super) fn nodes(text: &str) -> Result<Vec<Node>, TemplateError> {
    let pieces = lex::pieces(text)?;
    let known = ["", "labels", "externalLabels", "externalURL", "value"];
    let variables = known.into_iter().map(str::to_owned).collect();
    let mut reader = Reader { pieces: &pieces, at: 0, depth: 0, loops: 0, variables };
    let (nodes, end) = reader.list()?;
    match end {
        Close::Text => Ok(nodes),
        Close::Block => Err(error("unexpected {{end}}")),
        Close::Else(_) => Err(error("unexpected {{else}}")),
    }
}

/// What a list of nodes ends with.
enum Close {
    /// The end of the text.
    Text,
    /// `{{end}}`
    Block,
    /// The tokens behind `else`.
    Else(Vec<Token>),
}

struct Reader<'p> {
    pieces: &'p [Piece],
    at: usize,
    depth: usize,
    loops: usize,
    variables: Vec<String>,
}

impl Reader<'_> {
    fn list(&mut self) -> Result<(Vec<Node>, Close), TemplateError> {
        self.depth += 1;
        if self.depth > NESTING_MAX {
            return Err(error(format!("blocks are nested deeper than {NESTING_MAX} levels")));
        }
        let known = self.variables.len();
        let mut nodes = Vec::new();
        let end = loop {
            let Some(piece) = self.pieces.get(self.at) else { break Close::Text };
            self.at += 1;
            let tokens = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text.clone()));
                    continue;
                }
                Piece::Action(tokens) => tokens,
            };
            let (first, rest) = match tokens.split_first() {
                Some((Token::Word(word), rest)) => (word.as_str(), rest),
                Some(_) => ("", &tokens[..]),
                None => return Err(error("missing value for command")),
            };
            match first {
                "end" => break Close::Block,
                "else" => break Close::Else(rest.to_vec()),
                "if" => nodes.push(self.branches(rest)?),
                "with" => nodes.push(self.with(rest)?),
                "range" => nodes.push(self.range(rest)?),
                "break" | "continue" if self.loops == 0 => {
                    return Err(error(format!("{{{{{first}}}}} outside {{{{range}}}}")));
                }
                "break" => nodes.push(Node::Break),
                "continue" => nodes.push(Node::Continue),
                "define" | "template" | "block" => {
                    return Err(error(format!("{{{{{first}}}}} cannot be used here")));
                }
                _ => nodes.push(Node::Action(self.pipeline(tokens)?)),
            }
        };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok((nodes, end))
    }

    /// Everything up to `{{end}}`, with what follows `{{else}}`.
    fn block(&mut self, what: &str) -> Result<(Vec<Node>, Vec<Node>), TemplateError> {
        let (body, end) = self.list()?;
        match end {
            Close::Block => Ok((body, Vec::new())),
            Close::Text => Err(error(format!("unexpected EOF in {{{{{what}}}}}"))),
            Close::Else(rest) if rest.is_empty() => {
                let (otherwise, end) = self.list()?;
                match end {
                    Close::Block => Ok((body, otherwise)),
                    _ => Err(error(format!("expected end of {{{{{what}}}}}"))),
                }
            }
            Close::Else(_) => Err(error(format!("unexpected words behind else of {{{{{what}}}}}"))),
        }
    }

    fn branches(&mut self, condition: &[Token]) -> Result<Node, TemplateError> {
        let known = self.variables.len();
        let mut branches = Vec::new();
        let mut condition = Some(self.pipeline(condition)?);
        loop {
            let (body, end) = self.list()?;
            let last = condition.is_none();
            branches.push((condition.take(), body));
            match end {
                Close::Block => break,
                Close::Else(rest) if !last && rest.is_empty() => {}
                Close::Else(rest) if !last && rest.first() == Some(&Token::Word("if".into())) => {
                    condition = Some(self.pipeline(&rest[1..])?);
                }
                Close::Else(_) => return Err(error("unexpected {{else}}")),
                Close::Text => return Err(error("unexpected EOF in {{if}}")),
            }
        }
        self.variables.truncate(known);
        Ok(Node::If(branches))
    }

    fn with(&mut self, tokens: &[Token]) -> Result<Node, TemplateError> {
        let known = self.variables.len();
        let pipeline = self.pipeline(tokens)?;
        let (body, otherwise) = self.block("with")?;
        self.variables.truncate(known);
        Ok(Node::With(pipeline, body, otherwise))
    }

    fn range(&mut self, tokens: &[Token]) -> Result<Node, TemplateError> {
        let known = self.variables.len();
        let pipeline = self.pipeline(tokens)?;
        self.loops += 1;
        let (body, otherwise) = self.block("range")?;
        self.loops -= 1;
        self.variables.truncate(known);
        Ok(Node::Range(pipeline, body, otherwise))
    }

    fn pipeline(&mut self, tokens: &[Token]) -> Result<Pipeline, TemplateError> {
        let mut pipeline = Pipeline::default();
        let mut rest = tokens;
        match tokens {
            [Token::Variable(one), Token::Sign(sign @ (":=" | "=")), after @ ..] => {
                (pipeline.variables, rest) = (vec![one.clone()], after);
                pipeline.assigns = *sign == "=";
            }
            [
                Token::Variable(key),
                Token::Sign(","),
                Token::Variable(item),
                Token::Sign(sign @ (":=" | "=")),
                after @ ..,
            ] => {
                (pipeline.variables, rest) = (vec![key.clone(), item.clone()], after);
                pipeline.assigns = *sign == "=";
            }
            _ => {}
        }
        let mut at = 0;
        pipeline.commands = self.commands(rest, &mut at)?;
        if at < rest.len() {
            return Err(error("unexpected \")\" in command"));
        }
        if !pipeline.assigns {
            self.variables.extend(pipeline.variables.iter().cloned());
        } else if let Some(name) = pipeline.variables.iter().find(|v| !self.variables.contains(v)) {
            return Err(error(format!("undefined variable \"${name}\"")));
        }
        Ok(pipeline)
    }

    /// Commands up to the end or a closing parenthesis.
    fn commands(
        &mut self,
        t: &[Token],
        at: &mut usize,
    ) -> Result<Vec<Vec<Operand>>, TemplateError> {
        let (mut commands, mut command) = (Vec::new(), Vec::new());
        loop {
            match t.get(*at) {
                None | Some(Token::Sign(")")) => break,
                Some(Token::Sign("|")) => {
                    *at += 1;
                    commands.push(self.finished(std::mem::take(&mut command), commands.len())?);
                }
                Some(_) => command.push(self.operand(t, at)?),
            }
        }
        commands.push(self.finished(command, commands.len())?);
        Ok(commands)
    }

    fn finished(&self, command: Vec<Operand>, place: usize) -> Result<Vec<Operand>, TemplateError> {
        let Some(first) = command.first() else { return Err(error("missing value for command")) };
        let callable = matches!(first, Operand::Function(_));
        if place > 0 && !callable {
            return Err(error("non executable command in pipeline"));
        }
        if command.len() > 1 && !callable {
            return Err(error("can't give argument to non-function"));
        }
        Ok(command)
    }

    fn operand(&mut self, t: &[Token], at: &mut usize) -> Result<Operand, TemplateError> {
        let token = t.get(*at).cloned();
        *at += 1;
        let mut operand = match token {
            Some(Token::Dot) => Operand::Dot,
            Some(Token::Field(name, _)) => Operand::Field(Box::new(Operand::Dot), name),
            Some(Token::Variable(name)) => {
                if !self.variables.contains(&name) {
                    return Err(error(format!("undefined variable \"${name}\"")));
                }
                Operand::Variable(name)
            }
            Some(Token::Word(word)) => match word.as_str() {
                "true" => Operand::Bool(true),
                "false" => Operand::Bool(false),
                "nil" => Operand::Nil,
                _ if functions::is_known(&word) => Operand::Function(word),
                _ => return Err(error(format!("function {word:?} not defined"))),
            },
            Some(Token::Int(number)) => Operand::Int(number),
            Some(Token::Float(number)) => Operand::Float(number),
            Some(Token::Text(text)) => Operand::Text(text),
            Some(Token::Sign("(")) => {
                self.depth += 1;
                if self.depth > NESTING_MAX {
                    return Err(error(format!("nested deeper than {NESTING_MAX} levels")));
                }
                let commands = self.commands(t, at)?;
                self.depth -= 1;
                if t.get(*at) != Some(&Token::Sign(")")) {
                    return Err(error("unclosed left paren"));
                }
                *at += 1;
                Operand::Pipe(Pipeline { commands, ..Pipeline::default() })
            }
            Some(Token::Sign(sign)) => {
                return Err(error(format!("unexpected {sign:?} in command")));
            }
            None => return Err(error("missing value for command")),
        };
        let mut fields = 0;
        while let Some(Token::Field(name, true)) = t.get(*at) {
            fields += 1;
            if fields > NESTING_MAX {
                return Err(error(format!("more than {NESTING_MAX} fields behind one another")));
            }
            operand = Operand::Field(Box::new(operand), name.clone());
            *at += 1;
        }
        Ok(operand)
    }
}
