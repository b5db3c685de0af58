//! The results that are compared, and the names that they go by.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use super::family::Family;
use crate::engine::Tally;
use crate::report::{RunResult, untrusted};

/// A result and the file that it was read from.
#[derive(Debug, Clone)]
pub struct Input {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// The result.
    pub result: RunResult,
}

/// One result of a comparison, without its cases.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Column {
    /// The name that it goes by: target and version, and the file where these are not enough.
    pub label: String,
    /// The file, as the user named it.
    pub file: String,
    /// Name of the target.
    pub target: String,
    /// Version of the target, where its profile pins one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_version: Option<String>,
    /// Results of one family have one voice on suspects: the target's name, or the first name of its `--family`.
    pub family: String,
    /// Version of the suite that ran.
    pub suite_version: String,
    /// Where the model's facts came from.
    pub model: String,
    /// When the run began, in UTC.
    pub started: String,
    /// Whether `--strict` was on.
    pub strict: bool,
    /// The part of the cases that ran, as `1/4`; left out for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// The run was interrupted.
    pub interrupted: bool,
    /// All cases of the result.
    pub total: Tally,
}

pub(super) fn columns(inputs: &[Input], families: &[Family]) -> Vec<Column> {
    inputs.iter().zip(labels(inputs)).map(|(input, label)| column(input, label, families)).collect()
}

fn column(Input { file, result }: &Input, label: String, families: &[Family]) -> Column {
    let family = families.iter().find(|family| family.has(&result.target));
    Column {
        label,
        file: file.display().to_string(),
        target: result.target.clone(),
        target_version: result.target_version.clone(),
        family: family.map_or_else(|| result.target.clone(), |family| family.name().to_owned()),
        suite_version: result.suite_version.clone(),
        model: result.model.clone(),
        started: result.started.clone(),
        strict: result.strict,
        shard: result.shard.map(|shard| shard.to_string()),
        interrupted: result.summary.interrupted,
        total: result.summary.total.clone(),
    }
}

/// Target and version; where that is the same for two, with the file's name; where that is too, with its path; and with its
/// position where one file was given twice.
fn labels(inputs: &[Input]) -> Vec<String> {
    let more: [fn(usize, &Input) -> String; 3] = [
        |_, input| input.file.file_stem().unwrap_or_default().display().to_string(),
        |_, input| input.file.display().to_string(),
        |at, input| format!("{}, #{}", input.file.display(), at + 1),
    ];
    more.iter().fold(inputs.iter().map(name).collect(), |labels: Vec<String>, more| {
        let is_shared = |label: &String| labels.iter().filter(|other| *other == label).count() > 1;
        let told = labels.iter().zip(inputs).enumerate().map(|(at, (label, input))| match is_shared(label) {
            true => format!("{} ({})", name(input), untrusted::line(&more(at, input))),
            false => label.clone(),
        });
        told.collect()
    })
}

fn name(Input { result, .. }: &Input) -> String {
    let version = result.target_version.iter().map(String::as_str);
    untrusted::line(&std::iter::once(result.target.as_str()).chain(version).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::samples::input;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::names(&[("moto", "5.2.5", "a.json"), ("localemu", "1.3.2", "b.json")], &["moto 5.2.5", "localemu 1.3.2"])]
    #[case::versions(&[("moto", "5.2.1", "a.json"), ("moto", "5.2.5", "b.json")], &["moto 5.2.1", "moto 5.2.5"])]
    #[case::files(&[("moto", "5.2.5", "x/a.json"), ("moto", "5.2.5", "b.json")], &["moto 5.2.5 (a)", "moto 5.2.5 (b)"])]
    #[case::paths(&[("moto", "5.2.5", "x/a.json"), ("moto", "5.2.5", "y/a.json")], &["moto 5.2.5 (x/a.json)", "moto 5.2.5 (y/a.json)"])]
    #[case::twice(&[("moto", "5.2.5", "a.json"), ("moto", "5.2.5", "a.json")], &["moto 5.2.5 (a.json, #1)", "moto 5.2.5 (a.json, #2)"])]
    #[case::hostile(&[("mo\u{1b}to", "5", "a.json")], &["mo\\u{1b}to 5"])]
    fn each_result_has_a_name_of_its_own(#[case] inputs: &[(&str, &str, &str)], #[case] expected: &[&str]) {
        let inputs: Vec<Input> = inputs
            .iter()
            .map(|(target, version, file)| {
                let mut input = input(target, vec![]);
                input.file = file.into();
                input.result.target_version = Some((*version).to_owned());
                input
            })
            .collect();
        assert_eq!(labels(&inputs), expected);
    }
}
