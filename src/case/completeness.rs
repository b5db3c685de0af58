//! Every documented error of an operation is provoked by a case, or the file says why it cannot be.

use std::collections::BTreeSet;

use super::document::pointer;
use super::plan::{Case, Verdict};
use super::problem::{Page, did_you_mean};
use super::source::CaseFile;
use crate::model::Model;

/// Notes documented errors of which the cases say nothing. A file that has a `cannot_provoke` answers for its operation.
pub fn check(files: &[(&Page<'_>, CaseFile)], cases: &[Case]) {
    for (page, file) in files.iter().filter(|(_, file)| !file.cannot_provoke.is_empty()) {
        let Some(facts) = Model::embedded().operation(&file.operation) else { continue };
        let provoked = provoked(cases, &file.operation);
        for name in facts.errors.iter().filter(|name| !provoked.contains(*name) && !file.cannot_provoke.contains_key(*name)) {
            let help = format!("write a case that expects it, or say under `cannot_provoke` why `{name}` cannot be provoked from outside");
            page.key("/cannot_provoke", format!("no case of `{}` provokes `{name}`", file.operation), Some(help));
        }
        for name in file.cannot_provoke.keys() {
            let at = pointer("/cannot_provoke", name);
            if !facts.errors.contains(name) {
                let help = did_you_mean(name, facts.errors.iter().map(String::as_str));
                page.key(&at, format!("`{}` has no error `{name}`", file.operation), help);
            } else if provoked.contains(name) {
                page.key(&at, format!("a case provokes `{name}`, so it is not true that none can"), None);
            }
        }
    }
}

fn provoked<'a>(cases: &'a [Case], operation: &str) -> BTreeSet<&'a String> {
    let cases = cases.iter().filter(|case| case.operation == operation);
    cases
        .flat_map(Case::own_steps)
        .filter_map(|step| match &step.expect.verdict {
            Verdict::Error(names) => Some(names),
            _ => None,
        })
        .flatten()
        .collect()
}
