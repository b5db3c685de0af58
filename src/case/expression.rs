//! `$path.to.value` and `$call(args)` in YAML values, evaluated by minijinja.
//!
//! Only finding where an expression begins and ends in a text is done here.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use minijinja::{Environment, Expression, UndefinedBehavior};
use serde_json::{Map, Value};
use thiserror::Error;

use super::functions;

/// Values by name that expressions can reach.
pub type Scope = Map<String, Value>;

/// A text that should be an expression and is none, or one that could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpressionError {
    /// It does not parse.
    #[error("`${expression}` is no expression: {reason}")]
    Syntax {
        /// The text after the dollar.
        expression: String,
        /// Why.
        reason: String,
    },
    /// It could not be evaluated.
    #[error("`${expression}` cannot be evaluated: {reason}")]
    Evaluation {
        /// The text after the dollar.
        expression: String,
        /// Why.
        reason: String,
    },
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::empty();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        functions::register(&mut environment);
        environment
    })
}

/// One compiled expression.
#[derive(Clone)]
pub struct Formula {
    text: String,
    compiled: Arc<Expression<'static, 'static>>,
}

impl fmt::Debug for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.text)
    }
}

impl Formula {
    fn compile(text: &str) -> Result<Self, ExpressionError> {
        let compiled = environment().compile_expression_owned(text.to_owned());
        let compiled = compiled.map_err(|error| ExpressionError::Syntax { expression: text.to_owned(), reason: reason(&error) })?;
        Ok(Self { text: text.to_owned(), compiled: Arc::new(compiled) })
    }

    fn is_path(&self) -> bool {
        self.text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.')
    }

    fn evaluate(&self, scope: &minijinja::Value) -> Result<Value, ExpressionError> {
        let failed = |reason: String| ExpressionError::Evaluation { expression: self.text.clone(), reason };
        let value = self.compiled.eval(scope.clone()).map_err(|error| failed(reason(&error)))?;
        if value.is_undefined() {
            return Err(failed("there is no such value".to_owned()));
        }
        serde_json::to_value(&value).map_err(|error| failed(error.to_string()))
    }
}

fn reason(error: &minijinja::Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_owned)
}

/// A JSON value with expressions in it, compiled.
#[derive(Debug, Clone)]
pub enum Template {
    /// No expression inside.
    Literal(Value),
    /// One whole expression; keeps its JSON type.
    Formula(Formula),
    /// Text with expressions inside.
    Text(Vec<Part>),
    /// An array.
    Array(Vec<Template>),
    /// An object.
    Object(Vec<(String, Template)>),
}

/// A part of a text.
#[derive(Debug, Clone)]
pub enum Part {
    /// As it stands.
    Literal(String),
    /// To be evaluated.
    Formula(Formula),
}

impl Template {
    /// Compiles every string of `value`. Errors come with a JSON pointer below `value`.
    pub fn compile(value: &Value) -> Result<Self, (String, ExpressionError)> {
        Self::compile_at(value, String::new())
    }

    fn compile_at(value: &Value, pointer: String) -> Result<Self, (String, ExpressionError)> {
        let below = |part: &str| super::document::pointer(&pointer, part);
        match value {
            Value::String(text) => Self::text(text).map_err(|error| (pointer, error)),
            Value::Array(items) => {
                let items = items.iter().enumerate().map(|(index, item)| Self::compile_at(item, below(&index.to_string())));
                items.collect::<Result<_, _>>().map(Self::Array)
            }
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| Ok((name.clone(), Self::compile_at(value, below(name))?)));
                members.collect::<Result<_, _>>().map(Self::Object)
            }
            other => Ok(Self::Literal(other.clone())),
        }
    }

    fn text(text: &str) -> Result<Self, ExpressionError> {
        let mut parts = parts(text)?;
        Ok(match parts.as_slice() {
            [] => Self::Literal(Value::String(String::new())),
            [Part::Literal(literal)] => Self::Literal(Value::String(literal.clone())),
            [Part::Formula(_)] => match parts.remove(0) {
                Part::Formula(formula) => Self::Formula(formula),
                Part::Literal(literal) => Self::Literal(Value::String(literal)),
            },
            _ => Self::Text(parts),
        })
    }

    /// The value with every expression evaluated.
    pub fn evaluate(&self, scope: &Scope) -> Result<Value, ExpressionError> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            // The scope is converted once, however many expressions there are.
            _ => self.evaluate_in(&minijinja::Value::from(minijinja::value::Serde(scope))),
        }
    }

    fn evaluate_in(&self, scope: &minijinja::Value) -> Result<Value, ExpressionError> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Formula(formula) => formula.evaluate(scope),
            Self::Text(parts) => parts.iter().map(|part| part.evaluate(scope)).collect::<Result<String, _>>().map(Value::String),
            Self::Array(items) => items.iter().map(|item| item.evaluate_in(scope)).collect(),
            Self::Object(members) => {
                let members = members.iter().map(|(name, member)| Ok((name.clone(), member.evaluate_in(scope)?)));
                members.collect::<Result<Map<_, _>, _>>().map(Value::Object)
            }
        }
    }

    /// First parts of the paths that it reads: `user` of `$user.access_token`.
    pub fn roots(&self) -> BTreeSet<String> {
        let mut roots = BTreeSet::new();
        self.each_formula(&mut |formula| roots.extend(formula.compiled.undeclared_variables(false)));
        roots.retain(|root| !functions::is_function(root));
        roots
    }

    /// Second parts of the paths that begin so: `sms_role_arn` of `$target.sms_role_arn`.
    pub fn members_of(&self, root: &str) -> BTreeSet<String> {
        let mut members = BTreeSet::new();
        self.each_formula(&mut |formula| {
            let paths = formula.compiled.undeclared_variables(true);
            let below = paths.iter().filter_map(|path| path.strip_prefix(root)?.strip_prefix('.')?.split('.').next());
            members.extend(below.map(str::to_owned));
        });
        members
    }

    /// Whether an expression calls a function.
    pub fn calls(&self, function: &str) -> bool {
        let mut found = false;
        self.each_formula(&mut |formula| found |= formula.text.contains(&format!("{function}(")));
        found
    }

    /// Whether it reckons something: an expression calls a function.
    pub fn reckons(&self) -> bool {
        let mut found = false;
        self.each_formula(&mut |formula| found |= formula.text.contains('('));
        found
    }

    /// The path that it reads, where it is one path and nothing else: `user.access_token`.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Formula(formula) if formula.is_path() => Some(&formula.text),
            _ => None,
        }
    }

    /// The value with each expression left as it was written, `$user.access_token`.
    pub fn written(&self) -> Value {
        match self {
            Self::Literal(value) => value.clone(),
            Self::Formula(formula) => Value::String(format!("{formula:?}")),
            Self::Text(parts) => Value::String(parts.iter().map(Part::written).collect()),
            Self::Array(items) => items.iter().map(Self::written).collect(),
            Self::Object(members) => Value::Object(members.iter().map(|(name, member)| (name.clone(), member.written())).collect()),
        }
    }

    fn each_formula(&self, visit: &mut impl FnMut(&Formula)) {
        match self {
            Self::Literal(_) => {}
            Self::Formula(formula) => visit(formula),
            Self::Text(parts) => parts.iter().for_each(|part| {
                if let Part::Formula(formula) = part {
                    visit(formula);
                }
            }),
            Self::Array(items) => items.iter().for_each(|item| item.each_formula(visit)),
            Self::Object(members) => members.iter().for_each(|(_, member)| member.each_formula(visit)),
        }
    }
}

impl Part {
    fn evaluate(&self, scope: &minijinja::Value) -> Result<String, ExpressionError> {
        match self {
            Self::Literal(text) => Ok(text.clone()),
            Self::Formula(formula) => formula.evaluate(scope).map(|value| match value {
                Value::String(text) => text,
                other => other.to_string(),
            }),
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Formula(formula) => format!("{formula:?}"),
        }
    }
}

/// Splits a text into what stands for itself and what is to be evaluated.
fn parts(text: &str) -> Result<Vec<Part>, ExpressionError> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        literal.push_str(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            literal.push('$');
            rest = after;
        } else if rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            let end = expression_end(rest).ok_or_else(|| unclosed(rest))?;
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Formula(Formula::compile(&rest[..end])?));
            rest = &rest[end..];
        } else {
            literal.push('$');
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

fn unclosed(rest: &str) -> ExpressionError {
    ExpressionError::Syntax { expression: rest.to_owned(), reason: "a parenthesis or quote is not closed".to_owned() }
}

/// Where a path or call that begins at the start of `text` ends; `None` when a parenthesis stays open.
fn expression_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_name = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let name_end = |mut at: usize| {
        while is_name(at) {
            at += 1;
        }
        at
    };
    let mut at = name_end(0);
    loop {
        match bytes.get(at) {
            Some(b'.') if is_name(at + 1) => at = name_end(at + 1),
            Some(b'[' | b'(') => at += closed(&text[at..])?,
            _ => return Some(at),
        }
    }
}

/// Length of a bracketed text, from its opening bracket to the closing one; quotes are respected.
fn closed(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0usize, None);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn evaluate(value: Value) -> Result<Value, ExpressionError> {
        let scope = json!({"user": {"name": "ann", "n": 3, "tags": ["a", "b"]}, "run_id": "r1", "case_time": 59});
        let Value::Object(scope) = scope else { unreachable!() };
        Template::compile(&value).map_err(|(_, error)| error)?.evaluate(&scope)
    }

    #[rstest]
    #[case(json!("plain"), json!("plain"))]
    #[case(json!("$user.name"), json!("ann"))]
    #[case(json!("$user.n"), json!(3))]
    #[case(json!("$user.tags"), json!(["a", "b"]))]
    #[case(json!("$user.tags[1]"), json!("b"))]
    #[case(json!("hello $user.name."), json!("hello ann."))]
    #[case(json!("$$user.name costs 5$"), json!("$user.name costs 5$"))]
    #[case(json!("$repeat(\"a)\", 2)!"), json!("a)a)!"))]
    #[case(json!("$repeat(\"a\", 2)0"), json!("aa0"))]
    #[case(json!({"a": ["$user.n", {"b": "$user.name"}]}), json!({"a": [3, {"b": "ann"}]}))]
    #[case(json!(""), json!(""))]
    fn evaluates(#[case] written: Value, #[case] expected: Value) {
        assert_eq!(evaluate(written), Ok(expected));
    }

    #[rstest]
    #[case("$user.nothing")]
    #[case("$nobody")]
    #[case("$no_such_function(1)")]
    #[case("$repeat(\"a\", 2")]
    fn refuses(#[case] written: &str) {
        assert!(evaluate(json!(written)).is_err());
    }

    #[test]
    fn names_the_roots_it_reads() {
        let template = Template::compile(&json!({"a": "$user.name", "b": "x$totp(user.secret, 1)", "c": "$session"})).expect("compiles");
        assert_eq!(template.roots(), BTreeSet::from(["user".to_owned(), "session".to_owned()]));
    }

    #[test]
    fn names_the_members_that_it_reads_of_a_root() {
        let written =
            json!({"a": "$target.role", "b": ["x $target.identity.part", "$repeat(target.text, 2)", "$targets.other", "$user.role"]});
        let template = Template::compile(&written).expect("compiles");
        assert_eq!(template.members_of("target"), BTreeSet::from(["role", "identity", "text"].map(str::to_owned)));
    }

    #[test]
    fn prints_back_what_was_written() {
        let written = json!({"a": "$user.name", "b": "x$repeat(\"a\", 3)"});
        assert_eq!(Template::compile(&written).expect("compiles").written(), written);
    }
}
