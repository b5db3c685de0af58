//! What differs between two versions of the service model.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::constraint::{JsonType, Rule};
use super::{Member, Model, Operation, ShapeKind};

/// Where a member belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// To the request.
    Input,
    /// To the answer.
    Output,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Input => "input",
            Side::Output => "output",
        })
    }
}

/// Names that came and went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Names {
    /// Only in the new model.
    pub added: BTreeSet<String>,
    /// Only in the old model.
    pub removed: BTreeSet<String>,
}

/// A fact about a member that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberChange {
    /// Request or answer.
    pub side: Side,
    /// Path with `member` and `value` for elements: `MFAOptions.member.DeliveryMedium`.
    pub path: String,
    /// Facts of the old model; none when the member is new.
    pub old: Option<String>,
    /// Facts of the new model; none when the member is gone.
    pub new: Option<String>,
}

/// What changed in an operation that both models have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OperationDiff {
    /// Errors that it lists.
    pub errors: Names,
    /// Members, with their constraints. What is inside a new or gone member is not listed again.
    pub members: Vec<MemberChange>,
    /// Whether it is sent unsigned now; none when that is as it was.
    pub unsigned: Option<bool>,
}

impl OperationDiff {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What differs between two models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelDiff {
    /// Source of the old model.
    pub old: String,
    /// Source of the new model.
    pub new: String,
    /// Operations that came and went.
    pub operations: Names,
    /// Error types that came and went.
    pub errors: Names,
    /// Changes by operation that both have; no entry where nothing changed.
    pub changed: BTreeMap<String, OperationDiff>,
}

impl ModelDiff {
    /// Nothing differs but maybe the source.
    pub fn is_empty(&self) -> bool {
        self.operations == Names::default() && self.errors == Names::default() && self.changed.is_empty()
    }

    /// Every operation that came, went or changed.
    pub fn operations_touched(&self) -> BTreeSet<&str> {
        let names = self.operations.added.iter().chain(&self.operations.removed).chain(self.changed.keys());
        names.map(String::as_str).collect()
    }
}

/// Compares two models, by what is seen on the wire: renamed shapes are no difference.
pub fn diff(old: &Model, new: &Model) -> ModelDiff {
    let both = old.operations.iter().filter_map(|(name, before)| Some((name, before, new.operations.get(name)?)));
    let changed =
        both.map(|(name, before, after)| (name.clone(), operation(old, before, new, after))).filter(|(_, changes)| !changes.is_empty());
    ModelDiff {
        old: old.source.clone(),
        new: new.source.clone(),
        operations: names(old.operations.keys(), new.operations.keys()),
        errors: names(old.error_names(), new.error_names()),
        changed: changed.collect(),
    }
}

fn names<T: AsRef<str>>(old: impl Iterator<Item = T>, new: impl Iterator<Item = T>) -> Names {
    let set = |name: T| name.as_ref().to_owned();
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.map(set).collect(), new.map(set).collect());
    Names { added: &new - &old, removed: &old - &new }
}

fn operation(old: &Model, before: &Operation, new: &Model, after: &Operation) -> OperationDiff {
    let mut changes = members(Side::Input, &flat(old, Some(&before.input)), &flat(new, Some(&after.input)));
    changes.extend(members(Side::Output, &flat(old, before.output.as_deref()), &flat(new, after.output.as_deref())));
    OperationDiff {
        errors: names(before.errors.iter(), after.errors.iter()),
        members: changes,
        unsigned: (before.unsigned != after.unsigned).then_some(after.unsigned),
    }
}

type Flat = BTreeMap<String, String>;

fn members(side: Side, old: &Flat, new: &Flat) -> Vec<MemberChange> {
    let paths: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changed = paths.into_iter().filter(|path| old.get(*path) != new.get(*path) && !parent_differs(path, old, new));
    changed.map(|path| MemberChange { side, path: path.clone(), old: old.get(path).cloned(), new: new.get(path).cloned() }).collect()
}

/// The member above came or went as a whole.
fn parent_differs(path: &str, old: &Flat, new: &Flat) -> bool {
    path.rsplit_once('.').is_some_and(|(parent, _)| old.contains_key(parent) != new.contains_key(parent))
}

/// Every member below a structure, by path, with its facts as text.
fn flat(model: &Model, shape: Option<&str>) -> Flat {
    let mut found = Flat::new();
    if let Some(shape) = shape {
        below(model, shape, "", &mut Vec::new(), &mut found);
    }
    found
}

fn below<'a>(model: &'a Model, shape: &'a str, path: &str, parents: &mut Vec<&'a str>, found: &mut Flat) {
    let Some(kind) = model.shape(shape).filter(|_| !parents.contains(&shape)).map(|shape| &shape.kind) else {
        return;
    };
    parents.push(shape);
    for (name, member) in parts(kind) {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        found.insert(path.clone(), facts(model, &member));
        // The member's own shape outlives this loop: it is in the model, under the name found there.
        if let Some((shape, _)) = model.shapes.get_key_value(&member.shape) {
            below(model, shape, &path, parents, found);
        }
    }
    parents.pop();
}

/// What a shape is made of, as members.
fn parts(kind: &ShapeKind) -> Vec<(&str, Member)> {
    let plain = |shape: &String| Member { shape: shape.clone(), required: false, deprecated: false };
    match kind {
        ShapeKind::Structure { members, .. } => members.iter().map(|(name, member)| (name.as_str(), member.clone())).collect(),
        ShapeKind::List { member, .. } => vec![("member", plain(member))],
        ShapeKind::Map { key, value, .. } => vec![("key", plain(key)), ("value", plain(value))],
        _ => Vec::new(),
    }
}

/// The facts of a member in words: `string, required, sensitive, max_length 128`.
pub(super) fn facts(model: &Model, member: &Member) -> String {
    let Some(shape) = model.shape(&member.shape) else {
        return "unknown".to_owned();
    };
    let mut facts = vec![type_name(&shape.kind).to_owned()];
    let marks = [(member.required, "required"), (shape.sensitive, "sensitive"), (member.deprecated, "deprecated")];
    facts.extend(marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark.to_owned()));
    facts.extend(shape.kind.rules().iter().filter_map(rule));
    facts.join(", ")
}

fn rule(rule: &Rule) -> Option<String> {
    Some(match rule {
        Rule::MinLength(0) | Rule::MinItems(0) | Rule::Required | Rule::Type(_) => return None,
        Rule::MinLength(bound) | Rule::MaxLength(bound) | Rule::MinItems(bound) | Rule::MaxItems(bound) => {
            format!("{} {bound}", rule.name())
        }
        Rule::Min(bound) | Rule::Max(bound) => format!("{} {bound}", rule.name()),
        Rule::Pattern(pattern) => format!("pattern {pattern}"),
        Rule::Enum(values) => format!("one of {}", values.join(" | ")),
    })
}

fn type_name(kind: &ShapeKind) -> &'static str {
    match (kind, JsonType::of(kind)) {
        (ShapeKind::Blob { .. }, _) => "base64",
        (ShapeKind::Timestamp, _) => "timestamp",
        (ShapeKind::Integer { .. }, _) => "integer",
        (ShapeKind::Long { .. }, _) => "long",
        (_, JsonType::String) => "string",
        (_, JsonType::Number) => "number",
        (_, JsonType::Boolean) => "boolean",
        (_, JsonType::Array) => "list",
        (_, JsonType::Object) => "structure",
        (_, JsonType::Map) => "map",
        (_, JsonType::Any) => "any JSON",
    }
}

impl fmt::Display for ModelDiff {
    /// For people: `+` came, `-` went, `~` changed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} -> {}", self.old, self.new)?;
        if self.is_empty() {
            return writeln!(f, "no difference");
        }
        write_names(f, "operations", &self.operations)?;
        write_names(f, "error types", &self.errors)?;
        self.changed.iter().try_for_each(|(name, changes)| write_operation(f, name, changes))?;
        write_listings(f, &self.changed)
    }
}

fn write_names(f: &mut fmt::Formatter<'_>, title: &str, names: &Names) -> fmt::Result {
    if *names == Names::default() {
        return Ok(());
    }
    writeln!(f, "{title}")?;
    names.added.iter().try_for_each(|name| writeln!(f, "  + {name}"))?;
    names.removed.iter().try_for_each(|name| writeln!(f, "  - {name}"))
}

fn write_operation(f: &mut fmt::Formatter<'_>, name: &str, changes: &OperationDiff) -> fmt::Result {
    if changes.members.is_empty() && changes.unsigned.is_none() {
        return Ok(());
    }
    writeln!(f, "{name}")?;
    if let Some(unsigned) = changes.unsigned {
        writeln!(f, "  ~ sent {}", if unsigned { "unsigned" } else { "signed" })?;
    }
    for MemberChange { side, path, old, new } in &changes.members {
        match (old, new) {
            (None, Some(new)) => writeln!(f, "  + {side} {path}: {new}")?,
            (Some(old), None) => writeln!(f, "  - {side} {path}: {old}")?,
            (Some(old), Some(new)) => writeln!(f, "  ~ {side} {path}: {old} -> {new}")?,
            (None, None) => {}
        }
    }
    Ok(())
}

/// By error rather than by operation: AWS adds an error to a hundred operations at once.
fn write_listings(f: &mut fmt::Formatter<'_>, changed: &BTreeMap<String, OperationDiff>) -> fmt::Result {
    let mut listings: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (operation, OperationDiff { errors, .. }) in changed {
        let signs = [("+", &errors.added), ("-", &errors.removed)];
        for (sign, error) in signs.into_iter().flat_map(|(sign, names)| names.iter().map(move |name| (sign, name))) {
            listings.entry((error, sign)).or_default().push(operation);
        }
    }
    if !listings.is_empty() {
        writeln!(f, "errors that operations list")?;
    }
    listings.iter().try_for_each(|((error, sign), operations)| {
        let plural = if operations.len() == 1 { "" } else { "s" };
        writeln!(f, "  {sign} {error} ({} operation{plural}): {}", operations.len(), operations.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Shape;

    fn changed() -> Model {
        let mut model = Model::embedded().clone();
        model.source = "changed".to_owned();
        model.operations.remove("GetUser");
        let settings = model.operations.get_mut("SetUserSettings").expect("it is in the model");
        settings.errors.retain(|error| error != "ForbiddenException");
        settings.unsigned = false;
        let text = Shape { kind: ShapeKind::String { min: None, max: Some(9), pattern: None, values: Vec::new() }, sensitive: false };
        model.shapes.insert("Text".to_owned(), text);
        let option = model.shapes.get_mut("MFAOptionType").expect("it is in the model");
        let ShapeKind::Structure { members, .. } = &mut option.kind else { panic!("it is a structure") };
        members.insert("Extra".to_owned(), Member { shape: "Text".to_owned(), required: true, deprecated: false });
        members.remove("AttributeName");
        model
    }

    #[test]
    fn a_model_does_not_differ_from_itself() {
        assert!(diff(Model::embedded(), Model::embedded()).is_empty());
    }

    #[test]
    fn changes_are_told_by_operation_and_path() {
        let diff = diff(Model::embedded(), &changed());
        assert_eq!(diff.operations.removed, BTreeSet::from(["GetUser".to_owned()]));
        let settings = &diff.changed["SetUserSettings"];
        assert_eq!(settings.unsigned, Some(false));
        assert_eq!(settings.errors.removed, BTreeSet::from(["ForbiddenException".to_owned()]));
        let paths: Vec<_> = settings.members.iter().map(|change| change.path.as_str()).collect();
        assert_eq!(paths, ["MFAOptions.member.AttributeName", "MFAOptions.member.Extra"]);
        let expected = ["AdminGetUser", "AdminSetUserSettings", "GetUser", "ListUsers", "ListUsersInGroup", "SetUserSettings"];
        assert!(expected.iter().all(|name| diff.operations_touched().contains(name)), "{diff}");
    }

    #[test]
    fn the_text_shows_what_came_went_and_changed() {
        let text = diff(Model::embedded(), &changed()).to_string();
        for line in [
            "botocore 1.44.5 -> changed\n",
            "operations\n  - GetUser\n",
            "  ~ sent signed\n",
            "  + input MFAOptions.member.Extra: string, required, max_length 9\n",
            "  - input MFAOptions.member.AttributeName: string, ",
            "errors that operations list\n  - ForbiddenException (1 operation): SetUserSettings\n",
        ] {
            assert!(text.contains(line), "{line:?} is not in\n{text}");
        }
    }
}
