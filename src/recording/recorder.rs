//! Recording: the exchanges of a run, gathered while it goes on and written when it has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use url::Url;

use super::about::{About, Figures, Gap, Host, Kept, SCHEMA_VERSION, Selected, State};
use super::error::RecordingError;
use super::folder;
use crate::case::Suite;
use crate::engine::{CaseResult, Event, Outcome, Reporter, RunStarted, Summary, transcript};
use crate::exit;
use crate::judge::{Recorded, Snapshots};
use crate::report::timestamp::rfc3339;

/// What is recorded, as far as the run's events do not tell it.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Name of the target.
    pub target: String,
    /// Where it answers.
    pub endpoint: Url,
    /// It is the real service, or stands for it.
    pub live: bool,
    /// Region that is signed for.
    pub region: String,
}

/// Gathers the exchanges of a run, and writes them into a folder in the end. A run that is killed leaves the folder as it was.
#[derive(Debug)]
pub struct Recorder {
    directory: PathBuf,
    selection: Selected,
    cases: Vec<String>,
    /// The recording that the folder holds already, and the file of each of its cases.
    before: Option<About>,
    files: BTreeMap<String, PathBuf>,
    setting: Option<Setting>,
    started: Option<(RunStarted, String)>,
    observed: BTreeMap<String, (String, String)>,
    missed: BTreeMap<String, String>,
    unsupported: BTreeSet<String>,
    summary: Option<Summary>,
}

/// What a recording came to.
#[derive(Debug)]
pub struct Written {
    /// What stands in the folder now.
    pub about: About,
    /// The run in figures.
    pub summary: Summary,
    /// Cases that the suite does not have any more, whose files were removed.
    pub removed: Vec<String>,
}

impl Recorder {
    /// A recorder of these cases into a folder, which is made where it is not there. That it can be written is made sure of now,
    /// before anything is asked of a target.
    ///
    /// # Errors
    /// The folder holds something else than a recording, or a damaged one; or it cannot be written.
    pub fn open(directory: &Path, selection: Selected, cases: Vec<String>) -> Result<Self, RecordingError> {
        let before = About::read(directory)?;
        if before.is_none() && !is_empty(directory)? {
            return Err(RecordingError::Foreign { directory: directory.to_owned() });
        }
        let failed = |reason| RecordingError::File { path: directory.to_owned(), reason };
        std::fs::create_dir_all(directory).map_err(failed)?;
        tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
        Ok(Self {
            files: folder::paths(directory)?,
            directory: directory.to_owned(),
            selection,
            cases,
            before,
            setting: None,
            started: None,
            observed: BTreeMap::new(),
            missed: BTreeMap::new(),
            unsupported: BTreeSet::new(),
            summary: None,
        })
    }

    /// Says what is recorded, once that is known.
    ///
    /// # Errors
    /// The folder holds a recording of something else: the two would be mixed.
    pub fn begin(&mut self, setting: Setting) -> Result<(), RecordingError> {
        if let Some(before) = &self.before {
            let named = |target: &str, region: &str, live: bool| format!("{target} in {region}{}", if live { " (live)" } else { "" });
            let held = named(&before.target, &before.region, before.live);
            let new = named(&setting.target, &setting.region, setting.live);
            if held != new {
                return Err(RecordingError::Other { directory: self.directory.clone(), held, new });
            }
        }
        self.setting = Some(setting);
        Ok(())
    }

    /// Writes what was gathered; `None` where the run never began. While files are written, the recording is marked as unfinished.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn finish(mut self, suite: &Suite) -> Result<Option<Written>, RecordingError> {
        let (Some(setting), Some((run, recorded)), Some(summary)) = (self.setting.take(), self.started.take(), self.summary.take()) else {
            return Ok(None);
        };
        let state = match exit::of(&summary.with_all_listed(), None) {
            exit::CONFORMS => State::Complete,
            exit::INTERRUPTED => State::Interrupted,
            _ => State::Short,
        };
        for case in self.cases.iter().filter(|case| !self.observed.contains_key(*case)) {
            self.missed.entry(case.clone()).or_insert_with(|| "not run: the run was interrupted".to_owned());
        }
        let removed = self.gone(suite);
        let about = About {
            schema_version: SCHEMA_VERSION,
            state,
            target: setting.target,
            target_version: run.target_version,
            host: Host::of(&setting.endpoint),
            live: setting.live,
            region: setting.region,
            recorded,
            suite_version: run.suite_version,
            model: run.model,
            figures: Figures::default(),
            not_observed: gaps(&self.missed),
            unsupported: self.unsupported(),
            kept: self.kept(&removed),
            selection: self.selection.clone(),
        };
        let count = |gaps: &[Gap]| gaps.iter().map(|gap| gap.cases.len()).sum();
        let figures = Figures {
            selected: run.selected,
            recorded: self.observed.len(),
            not_observed: count(&about.not_observed),
            kept: about.kept.iter().map(|kept| kept.cases.len()).sum(),
        };
        let about = About { figures, ..about };
        // Of the two, the older one: nothing in the folder is older than it says.
        About { state: State::Unfinished, ..self.before.clone().unwrap_or_else(|| about.clone()) }.write(&self.directory)?;
        self.write_files(&removed)?;
        about.write(&self.directory)?;
        Ok(Some(Written { about, summary, removed }))
    }

    fn write_files(&self, removed: &[String]) -> Result<(), RecordingError> {
        let snapshots = Snapshots::new(self.directory.clone());
        for (case, (operation, exchanges)) in &self.observed {
            let path = snapshots.path(operation, case);
            Recorded { case: case.clone(), exchanges: exchanges.clone() }.write(&path).map_err(RecordingError::Write)?;
            if let Some(other) = self.files.get(case).filter(|other| **other != path) {
                remove(other)?;
            }
        }
        removed.iter().filter_map(|case| self.files.get(case)).try_for_each(|path| remove(path))
    }

    /// Recorded cases that the suite does not have any more. In a part of the suite, nobody can say.
    fn gone(&self, suite: &Suite) -> Vec<String> {
        let recorded = self.files.keys().filter(|case| self.selection.is_all() && suite.case(case).is_none());
        recorded.cloned().collect()
    }

    /// Recorded cases that were not observed this time, by the recording that they are from.
    fn kept(&self, removed: &[String]) -> Vec<Kept> {
        let Some(before) = &self.before else { return Vec::new() };
        let mut kept: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for case in self.files.keys().filter(|case| !self.observed.contains_key(*case) && !removed.contains(case)) {
            kept.entry(before.origin_of(case)).or_default().push(case.clone());
        }
        let kept = kept.into_iter();
        kept.map(|((recorded, suite), cases)| Kept { recorded: recorded.to_owned(), suite_version: suite.to_owned(), cases }).collect()
    }

    /// Operations that are not there, by this recording and, where it did not look, by the one before.
    fn unsupported(&self) -> BTreeSet<String> {
        let looked: BTreeSet<&String> = self.observed.values().map(|(operation, _)| operation).collect();
        let before = self.before.iter().flat_map(|before| &before.unsupported).filter(|operation| !looked.contains(operation));
        self.unsupported.iter().chain(before).cloned().collect()
    }

    fn take(&mut self, result: &CaseResult) {
        if result.outcome == Outcome::Unsupported {
            self.unsupported.insert(result.operation.clone());
        }
        // Of an operation that is not there, the answer was seen all the same. Of what was blocked, the answer that counts was not.
        let is_observed = result.outcome.is_judged() || result.outcome == Outcome::Unsupported;
        if is_observed && !result.exchanges.is_empty() {
            self.observed.insert(result.name.clone(), (result.operation.clone(), transcript::of(&result.exchanges)));
        } else {
            let why = result.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            self.missed.insert(result.name.clone(), format!("{}{why}", result.outcome));
        }
    }
}

impl Reporter for Recorder {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        match event {
            Event::RunStarted(run) => self.started = Some((run.clone(), rfc3339(SystemTime::now()))),
            Event::CaseFinished(result) => self.take(result),
            Event::RunFinished(summary) => self.summary = Some(summary.clone()),
            _ => {}
        }
        Ok(())
    }
}

fn is_empty(directory: &Path) -> Result<bool, RecordingError> {
    match std::fs::read_dir(directory) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(reason) => Err(RecordingError::File { path: directory.to_owned(), reason }),
    }
}

/// Removes a file, and its folder with the last one.
fn remove(path: &Path) -> Result<(), RecordingError> {
    std::fs::remove_file(path).map_err(|reason| RecordingError::File { path: path.to_owned(), reason })?;
    // One that is not empty stays.
    let _ = path.parent().map(std::fs::remove_dir);
    Ok(())
}

fn gaps(missed: &BTreeMap<String, String>) -> Vec<Gap> {
    let reasons: BTreeSet<&String> = missed.values().collect();
    let cases = |reason: &String| missed.iter().filter(|(_, why)| *why == reason).map(|(case, _)| case.clone()).collect();
    reasons.into_iter().map(|reason| Gap { reason: reason.clone(), cases: cases(reason) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{ShownExchange, Tally, sample_result};
    use crate::recording::Recording;
    use crate::recording::samples::exchange;
    use rstest::rstest;
    use serde_json::json;

    fn result(name: &str, outcome: Outcome, exchanges: Vec<ShownExchange>) -> CaseResult {
        CaseResult { exchanges, reason: Some("why".to_owned()), ..sample_result(name, outcome) }
    }

    fn answered() -> Vec<ShownExchange> {
        vec![exchange("request", json!({}), 400, json!({"message": "no"}))]
    }

    /// Records these results of three cases that were selected.
    fn record(directory: &Path, results: &[CaseResult], summary: Summary) -> Written {
        let suite = Suite::embedded().expect("the suite loads");
        let names = ["GetUser::a", "GetUser::b", "GetUser::c"].map(str::to_owned).to_vec();
        let selection = Selected { filters: vec!["GetUser::".to_owned()], ..Selected::default() };
        let mut recorder = Recorder::open(directory, selection, names).expect("a folder");
        let endpoint = Url::parse("http://127.0.0.1:1").expect("a URL");
        let setting = Setting { target: "mock".to_owned(), endpoint, live: false, region: "us-east-1".to_owned() };
        recorder.begin(setting).expect("the same target");
        let started = RunStarted { selected: 3, ..RunStarted::new("mock".to_owned(), "http://127.0.0.1:1".to_owned()) };
        recorder.event(&Event::RunStarted(started)).expect("taken");
        results.iter().for_each(|result| recorder.event(&Event::CaseFinished(Box::new(result.clone()))).expect("taken"));
        recorder.event(&Event::RunFinished(summary)).expect("taken");
        recorder.finish(&suite).expect("written").expect("begun")
    }

    fn finished(outcomes: &[(Outcome, usize)]) -> Summary {
        Summary { total: Tally { outcomes: outcomes.iter().copied().collect(), gating: 1, flaky: 0 }, ..Summary::default() }
    }

    #[rstest]
    #[case::judged_wrong(Outcome::Fail, true)]
    #[case::not_there(Outcome::Unsupported, true)]
    #[case::held_up(Outcome::Blocked, false)]
    #[case::cut_off(Outcome::Indeterminate, false)]
    fn what_was_answered_is_recorded_and_nobody_judges(#[case] outcome: Outcome, #[case] recorded: bool) {
        let directory = tempfile::tempdir().expect("a directory");
        let results = [result("GetUser::a", outcome, answered()), result("GetUser::b", Outcome::Pass, answered())];
        let written = record(directory.path(), &results, finished(&[(Outcome::Fail, 3)]));
        assert_eq!(written.about.state, State::Complete, "a failed case is no fault of the recording");
        assert_eq!(written.about.gap_of("GetUser::a"), (!recorded).then(|| format!("{outcome}: why")).as_deref());
        assert_eq!(Recording::read(directory.path()).expect("a recording").cases.contains_key("GetUser::a"), recorded);
    }

    #[test]
    fn an_interrupted_recording_names_what_it_never_began_and_keeps_what_was_there() {
        let directory = tempfile::tempdir().expect("a directory");
        let all = ["GetUser::a", "GetUser::b", "GetUser::c"].map(|name| result(name, Outcome::Pass, answered()));
        let first = record(directory.path(), &all, finished(&[(Outcome::Pass, 3)]));
        let interrupted = Summary { interrupted: true, ..finished(&[(Outcome::Pass, 1)]) };
        let written = record(directory.path(), &all[..1], interrupted);
        let about = Recording::read(directory.path()).expect("a recording").about;
        assert_eq!((about.state, &about), (State::Interrupted, &written.about));
        assert_eq!(about.gap_of("GetUser::c"), Some("not run: the run was interrupted"));
        assert_eq!((about.figures.recorded, about.figures.not_observed, about.figures.kept), (1, 2, 2));
        assert_eq!(about.origin_of("GetUser::c").0, first.about.recorded);
    }
}
