//! Finding things in the model, and guessing what a mistyped name meant.

use std::collections::BTreeMap;

use super::{ImportError, Member, Model, Operation, Shape, ShapeKind};

impl Model {
    /// The operation of that name, in AWS's spelling.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }

    /// The shape of that name.
    pub fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }

    /// Members of a structure; none when the shape is absent or not a structure.
    pub fn members(&self, shape: &str) -> Option<&BTreeMap<String, Member>> {
        match &self.shape(shape)?.kind {
            ShapeKind::Structure { members, .. } => Some(members),
            _ => None,
        }
    }

    /// Members of an operation's input.
    pub fn input_members(&self, operation: &str) -> Option<&BTreeMap<String, Member>> {
        self.members(&self.operation(operation)?.input)
    }

    /// Members of an operation's output; none when it has no output at all.
    pub fn output_members(&self, operation: &str) -> Option<&BTreeMap<String, Member>> {
        self.members(self.operation(operation)?.output.as_deref()?)
    }

    /// Names of all error types, sorted.
    pub fn error_names(&self) -> impl Iterator<Item = &str> {
        let is_error = |shape: &Shape| matches!(shape.kind, ShapeKind::Structure { error: true, .. });
        self.shapes.iter().filter(move |(_, shape)| is_error(shape)).map(|(name, _)| name.as_str())
    }

    /// The operation that a mistyped name most likely meant.
    pub fn suggest_operation(&self, name: &str) -> Option<&str> {
        closest(name, self.operations.keys().map(String::as_str))
    }

    /// The member of a structure that a mistyped name most likely meant.
    pub fn suggest_member(&self, shape: &str, name: &str) -> Option<&str> {
        closest(name, self.members(shape)?.keys().map(String::as_str))
    }

    /// The error type that a mistyped name most likely meant.
    pub fn suggest_error(&self, name: &str) -> Option<&str> {
        closest(name, self.error_names())
    }

    /// The model itself, when every shape that it names is there.
    pub(super) fn closed(self) -> Result<Model, ImportError> {
        let missing = self.references().find(|(_, to)| !self.shapes.contains_key(*to));
        match missing.map(|(from, to)| (from.to_owned(), to.to_owned())) {
            Some((from, to)) => Err(ImportError::UnknownShape { from, to }),
            None => Ok(self),
        }
    }

    fn references(&self) -> impl Iterator<Item = (&str, &str)> {
        let of_operations = self.operations.iter().flat_map(|(name, operation)| {
            let shapes = operation.errors.iter().chain(&operation.output).chain([&operation.input]);
            shapes.map(move |shape| (name.as_str(), shape.as_str()))
        });
        let of_shapes = self.shapes.iter().flat_map(|(name, shape)| shape.kind.references().into_iter().map(move |to| (name.as_str(), to)));
        of_operations.chain(of_shapes)
    }
}

impl ShapeKind {
    /// Names of the shapes that this one is made of.
    pub(super) fn references(&self) -> Vec<&str> {
        match self {
            ShapeKind::Structure { members, .. } => members.values().map(|member| member.shape.as_str()).collect(),
            ShapeKind::List { member, .. } => vec![member],
            ShapeKind::Map { key, value, .. } => vec![key, value],
            _ => Vec::new(),
        }
    }
}

/// The candidate nearest to `name`, upper and lower case alike, when it is near enough to be meant: at most a third of
/// the letters differ.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = (wanted.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("SetUserSetings", Some("SetUserSettings"))]
    #[case("getuser", Some("GetUser"))]
    #[case("Frobnicate", None)]
    fn a_mistyped_operation_is_guessed(#[case] typed: &str, #[case] meant: Option<&str>) {
        assert_eq!(Model::embedded().suggest_operation(typed), meant);
    }

    #[test]
    fn mistyped_members_and_errors_are_guessed() {
        let model = Model::embedded();
        assert_eq!(model.suggest_member("MFAOptionType", "DeliveryMedum"), Some("DeliveryMedium"));
        assert_eq!(model.suggest_error("NotAuthorisedException"), Some("NotAuthorizedException"));
    }

    #[test]
    fn members_are_found_by_operation() {
        let model = Model::embedded();
        assert!(model.input_members("SetUserSettings").expect("it has an input")["MFAOptions"].required);
        assert!(model.output_members("SetUserSettings").expect("it has an output").is_empty());
        assert_eq!(model.output_members("DeleteUser"), None);
        assert_eq!(model.input_members("Nothing"), None);
    }
}
