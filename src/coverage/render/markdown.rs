//! Markdown.

use super::{names, words};
use crate::coverage::{Claim, Coverage, Figures, OperationCoverage, Part, Strength};

/// The coverage as Markdown: a table of operations, and one of answers for each.
pub(in crate::coverage) fn render(coverage: &Coverage) -> String {
    let figures = &coverage.figures;
    let (claimed, silent): (Vec<_>, Vec<_>) = coverage.operations.iter().partition(|operation| operation.is_claimed());
    let mut text = format!(
        "# What is claimed\n\n{} of {} operations of {}; {} of {} documented errors claimed: {}.\n\n",
        figures.operations_claimed,
        figures.operations,
        coverage.model,
        figures.errors_claimed(),
        figures.errors,
        figures.words(),
    );
    text.push_str(&overview(&claimed));
    if !silent.is_empty() {
        let names: Vec<_> = silent.iter().map(|operation| operation.operation.as_str()).collect();
        text.push_str(&format!(
            "\n{} operations of which nothing is claimed, since no case is written for them yet: {}.\n",
            names.len(),
            names.join(", ")
        ));
    }
    claimed.iter().for_each(|operation| text.push_str(&answers(operation)));
    text
}

fn overview(operations: &[&OperationCoverage]) -> String {
    let levels: Vec<_> = Strength::ALL.iter().map(|strength| strength.name()).collect();
    let mut text = format!("| operation | cases | success | {} | cannot be provoked | not claimed |\n", levels.join(" | "));
    text.push_str(&format!("| --- | ---: | --- |{}\n", " ---: |".repeat(levels.len() + 2)));
    for operation in operations {
        let figures = Figures::of(std::slice::from_ref(*operation));
        let success = match &operation.success.claim {
            Claim::Claimed { strength, .. } => strength.name(),
            _ => "-",
        };
        let counts: Vec<_> = figures.claimed.values().map(usize::to_string).collect();
        let (name, cases) = (&operation.operation, operation.written + operation.generated);
        let (never, silent) = (figures.cannot_be_provoked, figures.unclaimed);
        text.push_str(&format!("| {name} | {cases} | {success} | {} | {never} | {silent} |\n", counts.join(" | ")));
    }
    text
}

fn answers(operation: &OperationCoverage) -> String {
    let mut text = format!("\n## {}\n\n| answer | claim | cases |\n| --- | --- | --- |\n", operation.operation);
    let parts = std::iter::once(&operation.success).chain(&operation.errors).chain(&operation.beyond_the_model);
    parts.for_each(|part| text.push_str(&answer(part)));
    text
}

fn answer(part: &Part) -> String {
    let cases = match &part.claim {
        Claim::Claimed { cases, .. } => format!("`{}`", names(cases)),
        _ => String::new(),
    };
    format!("| {} | {} | {cases} |\n", part.name, words(&part.claim).replace('|', "\\|"))
}
