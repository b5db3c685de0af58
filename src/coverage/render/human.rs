//! The terminal.

use super::{names, words};
use crate::coverage::{Claim, Coverage, Figures, OperationCoverage, Part, Strength};
use crate::report::{Look, Style};

/// The coverage as text; with `details` a line for each answer.
pub(in crate::coverage) fn render(coverage: &Coverage, details: bool, look: &Look) -> String {
    let (claimed, silent): (Vec<_>, Vec<_>) = coverage.operations.iter().partition(|operation| operation.is_claimed());
    let width = claimed.iter().map(|operation| operation.operation.len()).max().unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for operation in &claimed {
        match details {
            true => lines.extend(answers(operation, look)),
            false => lines.push(line(operation, width, look)),
        }
    }
    if !silent.is_empty() && !look.quiet {
        lines.extend(not_yet(&silent, look));
    }
    lines.push(String::new());
    lines.push(total(&coverage.figures, look));
    lines.join("\n") + "\n"
}

fn line(operation: &OperationCoverage, width: usize, look: &Look) -> String {
    let figures = Figures::of(std::slice::from_ref(operation));
    let success = match &operation.success.claim {
        Claim::Claimed { strength, .. } => look.paint.apply(&format!("{strength:<12}"), style(*strength)),
        _ => look.paint.apply(&format!("{:<12}", "-"), Style::Faint),
    };
    let cases = operation.written + operation.generated;
    format!("{:<width$}  {cases:>4} cases  success {success}  {:>2} errors: {}", operation.operation, figures.errors, figures.words())
}

fn answers(operation: &OperationCoverage, look: &Look) -> Vec<String> {
    let title = format!("{}: {} written cases, {} generated", operation.operation, operation.written, operation.generated);
    let mut lines = vec![String::new(), look.paint.apply(&title, Style::Title)];
    let all = || std::iter::once(&operation.success).chain(&operation.errors).chain(&operation.beyond_the_model);
    let width = all().map(|part| part.name.len()).max().unwrap_or_default();
    let known = std::iter::once(&operation.success).chain(&operation.errors);
    lines.extend(known.map(|part| answer(part, width, look)));
    if !operation.beyond_the_model.is_empty() {
        lines.push(look.paint.apply("  beyond the model's list", Style::Faint));
        lines.extend(operation.beyond_the_model.iter().map(|part| answer(part, width, look)));
    }
    lines
}

fn answer(part: &Part, width: usize, look: &Look) -> String {
    let (style, names) = match &part.claim {
        Claim::Claimed { strength, cases } => (self::style(*strength), format!(": {}", names(cases))),
        Claim::CannotBeProvoked { .. } => (Style::Faint, String::new()),
        Claim::Unclaimed { .. } => (Style::Warning, String::new()),
    };
    format!("  {:<width$}  {}{}", part.name, look.paint.apply(&words(&part.claim), style), look.paint.apply(&names, Style::Faint))
}

fn style(strength: Strength) -> Style {
    match strength {
        Strength::AwsVerified | Strength::Documented | Strength::Model => Style::Good,
        Strength::Inferred | Strength::Contested => Style::Warning,
    }
}

fn not_yet(operations: &[&OperationCoverage], look: &Look) -> Vec<String> {
    let title = format!("{} operations of which nothing is claimed: no case is written for them yet", operations.len());
    let names = operations.iter().map(|operation| format!("  {}", operation.operation));
    [String::new(), look.paint.apply(&title, Style::Title)].into_iter().chain(names).collect()
}

fn total(figures: &Figures, look: &Look) -> String {
    let Figures { operations, operations_claimed, errors, .. } = figures;
    let title =
        format!("{operations_claimed} of {operations} operations; {} of {errors} documented errors claimed", figures.errors_claimed());
    format!("{}: {}", look.paint.apply(&title, Style::Title), figures.words())
}
