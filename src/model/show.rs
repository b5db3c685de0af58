//! An operation as text for people.

use std::fmt::Write as _;

use super::diff::facts;
use super::{Member, Model, ShapeKind};

/// Where the tree of members stands while it is written.
struct Tree<'a> {
    model: &'a Model,
    text: String,
    parents: Vec<&'a str>,
}

impl Model {
    /// An operation as plain text: whether it is signed, its members as a tree with their constraints, its output and its
    /// errors. None for an unknown operation; [`Model::suggest_operation`] may know what was meant.
    pub fn describe(&self, operation: &str) -> Option<String> {
        let facts = self.operation(operation)?;
        let signed = if facts.unsigned { "sent unsigned" } else { "signed with AWS credentials (SigV4)" };
        let mut tree = Tree { model: self, text: format!("{operation}: {signed}\n"), parents: Vec::new() };
        tree.text.push_str("\nInput\n");
        tree.section(Some(&facts.input));
        tree.text.push_str("\nOutput\n");
        tree.section(facts.output.as_deref());
        tree.text.push_str("\nErrors\n");
        facts.errors.iter().for_each(|error| tree.line(1, error));
        Some(tree.text)
    }
}

impl<'a> Tree<'a> {
    fn section(&mut self, shape: Option<&'a str>) {
        match shape.filter(|shape| self.model.members(shape).is_some_and(|members| !members.is_empty())) {
            Some(shape) => self.below(shape, 1),
            None => self.line(1, if shape.is_some() { "no members" } else { "none" }),
        }
    }

    fn below(&mut self, shape: &'a str, depth: usize) {
        let Some(kind) = self.model.shape(shape).map(|shape| &shape.kind) else {
            return;
        };
        if self.parents.contains(&shape) {
            return self.line(depth, &format!("({shape} again)"));
        }
        self.parents.push(shape);
        match kind {
            ShapeKind::Structure { members, .. } => {
                members.iter().for_each(|(name, member)| self.part(name, &member.shape, member, depth));
            }
            ShapeKind::List { member, .. } => self.plain("[]", member, depth),
            ShapeKind::Map { key, value, .. } => {
                self.plain("{key}", key, depth);
                self.plain("{value}", value, depth);
            }
            _ => {}
        }
        self.parents.pop();
    }

    fn plain(&mut self, name: &str, shape: &'a str, depth: usize) {
        self.part(name, shape, &Member { shape: shape.to_owned(), required: false, deprecated: false }, depth);
    }

    fn part(&mut self, name: &str, shape: &'a str, member: &Member, depth: usize) {
        self.line(depth, &format!("{name}: {}", facts(self.model, member)));
        self.below(shape, depth + 1);
    }

    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{:width$}{line}", "", width = depth * 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_reads_as_a_tree() {
        let text = Model::embedded().describe("SetUserSettings").expect("it is in the model");
        let expected = r"SetUserSettings: sent unsigned

Input
  AccessToken: string, required, sensitive, pattern [A-Za-z0-9-_=.]+
  MFAOptions: list, required
    []: structure
      AttributeName: string, max_length 32, min_length 1, pattern [\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+
      DeliveryMedium: string, one of EMAIL | SMS

Output
  no members

Errors
  ForbiddenException
";
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn an_operation_without_output_says_so() {
        let text = Model::embedded().describe("AdminDeleteUser").expect("it is in the model");
        assert!(text.contains("signed with AWS") && text.contains("\nOutput\n  none\n"), "{text}");
        assert_eq!(Model::embedded().describe("Nothing"), None);
    }
}
