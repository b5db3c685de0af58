//! `targets doctor`: is a server installed, does it start, and does it have what its profile says?

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use crate::case::Suite;
use crate::cli::access::Access;
use crate::cli::endpoint::{Endpoint, environment};
use crate::cli::live::{Announcement, Reached};
use crate::cli::opened::{Opened, ledgers, servers};
use crate::cli::signal::asked_to_stop;
use crate::cli::{Failure, Global};
use crate::engine::survey::survey;
use crate::engine::{self, CaseResult, Config, Event, Outcome, Reporter};
use crate::exit;
use crate::report::{Paint, Style, untrusted};
use crate::target::Profile;
use crate::wire::{Client, ClientOptions};

/// Longest time for one request: some servers take their time for the first pool.
const PATIENCE: Duration = Duration::from_secs(30);

/// Arguments of `targets doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// A name of `targets list`, or a profile file
    #[arg(value_name = "NAME|FILE")]
    pub target: String,
    /// Examine the server that runs there, instead of starting one
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Whose credentials, and whether the real service may be used.
    #[command(flatten)]
    pub access: Access,
}

/// What was found out about one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// As the profile says.
    Good,
    /// To know; nothing is wrong.
    Note,
    /// Not as the profile says.
    Wrong,
}

/// One line of the findings.
#[derive(Debug)]
struct Finding {
    verdict: Verdict,
    about: String,
    text: String,
}

fn finding(verdict: Verdict, about: impl Into<String>, text: impl Into<String>) -> Finding {
    Finding { verdict, about: about.into(), text: text.into() }
}

impl Doctor {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let profile = Profile::load(&self.target)?;
        let suite = Arc::new(global.sources.load()?);
        let runtime = tokio::runtime::Runtime::new().map_err(|reason| Failure::Start { what: "start the doctor".to_owned(), reason })?;
        let findings = runtime.block_on(async {
            tokio::select! {
                findings = self.examine(&profile, suite) => findings.map(Some),
                stopped = asked_to_stop() => stopped.map(|()| None).map_err(Failure::from),
            }
        })?;
        let Some(findings) = findings else { return Ok(exit::INTERRUPTED) };
        tell(&profile, &findings, global.color.of_output(), out)?;
        Ok(if findings.iter().any(|finding| finding.verdict == Verdict::Wrong) { exit::FAILED } else { exit::CONFORMS })
    }

    async fn examine(&self, profile: &Profile, suite: Arc<Suite>) -> Result<Vec<Finding>, Failure> {
        let (endpoint_url, target, access) = (self.endpoint_url.clone(), Some(self.target.clone()), self.access.clone());
        let endpoint = Endpoint { endpoint_url, target, access, ..Endpoint::default() };
        let mut findings = if self.endpoint_url.is_none() { installed(profile) } else { Vec::new() };
        let asked = Instant::now();
        let opened = Opened::open(&endpoint, &endpoint.against(&|_| None)?, &servers()).await?;
        findings.extend(version(profile, opened.profile.version.as_deref()));
        findings.push(finding(Verdict::Good, "starts", format!("ready after {:.1} s", asked.elapsed().as_secs_f64())));
        let examined = examine_running(&endpoint, &opened, suite).await;
        opened.close().await;
        findings.extend(examined?);
        Ok(findings)
    }
}

/// Another version than the profile was written for is worth knowing; where the program does not tell, so is that.
fn version(profile: &Profile, found: Option<&str>) -> Option<Finding> {
    let pinned = profile.version.as_deref()?;
    Some(match found {
        Some(found) if found == pinned => finding(Verdict::Good, "version", found),
        Some(found) => finding(Verdict::Note, "version", format!("{found}; the profile was written for {pinned}")),
        None => finding(Verdict::Note, "version", format!("not told; the profile was written for {pinned}")),
    })
}

/// Where the program is that the profile starts.
fn installed(profile: &Profile) -> Vec<Finding> {
    let Some(program) = profile.start.as_ref().and_then(|start| start.command.first()) else { return Vec::new() };
    let found = located(program);
    let text = found.as_ref().map_or_else(
        || format!("{program} is not on PATH; install it with: {}", profile.install.as_deref().unwrap_or("its own instructions")),
        |path| path.display().to_string(),
    );
    vec![finding(if found.is_some() { Verdict::Good } else { Verdict::Wrong }, "installed", text)]
}

fn located(program: &str) -> Option<PathBuf> {
    if program.contains(std::path::is_separator) {
        return Some(PathBuf::from(program)).filter(|path| path.is_file());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| Path::is_file(path))
}

async fn examine_running(endpoint: &Endpoint, opened: &Opened, suite: Arc<Suite>) -> Result<Vec<Finding>, Failure> {
    let Reached { client, announcement } = endpoint.reach(opened, PATIENCE, &environment).await?;
    announcement.iter().for_each(Announcement::tell);
    let mut findings = operations(client.clone(), &opened.profile).await?;
    let config = Config::new(opened.profile.clone(), client, ledgers());
    findings.extend(capabilities(suite, config).await?);
    Ok(findings)
}

/// What is implemented. A survey asks for every operation, changes of an account's quotas among them; so a live target is not surveyed.
async fn operations(client: ClientOptions, profile: &Profile) -> Result<Vec<Finding>, Failure> {
    if profile.live {
        return Ok(vec![finding(Verdict::Note, "operations", "not asked for: some of them would change a live account")]);
    }
    let survey = survey(&Client::new(client)?, profile).await.map_err(|error| Failure::NotObserved(error.to_string()))?;
    let mut findings = vec![finding(Verdict::Note, "operations", survey.to_string())];
    if survey.not_implemented.is_none() && profile.not_implemented.is_empty() {
        let text = "a made-up operation succeeds, so that a missing one cannot be told";
        findings.push(finding(Verdict::Wrong, "not_implemented", text));
    }
    Ok(findings)
}

/// Every capability that some case needs: runs those cases where the profile says that it is there.
async fn capabilities(suite: Arc<Suite>, config: Config) -> Result<Vec<Finding>, Failure> {
    let needed: std::collections::BTreeSet<String> = suite.cases().iter().flat_map(|case| case.needs.clone()).collect();
    let (had, lacking): (Vec<_>, Vec<_>) = needed.into_iter().partition(|capability| config.profile.lacks(capability).is_none());
    let mut findings: Vec<_> =
        lacking.iter().filter_map(|name| Some(finding(Verdict::Note, name, format!("lacking: {}", config.profile.lacks(name)?)))).collect();
    let is_chosen = |needs: &std::collections::BTreeSet<String>| had.iter().any(|capability| needs.contains(capability));
    let chosen: Vec<String> = suite.cases().iter().filter(|case| is_chosen(&case.needs)).map(|case| case.name.clone()).collect();
    let mut results = Results::default();
    if !chosen.is_empty() {
        engine::run(suite.clone(), &chosen, config, &mut results, std::future::pending()).await?;
    }
    for capability in had {
        let needs = |result: &&CaseResult| suite.case(&result.name).is_some_and(|case| case.needs.contains(&capability));
        let results: Vec<_> = results.0.iter().filter(needs).collect();
        findings.push(judged(&capability, &results));
    }
    Ok(findings)
}

/// A capability works where cases that need it come to be judged, and some of them pass. What keeps them all from being judged may
/// be something else; only a side door that does not open speaks against the profile.
fn judged(capability: &str, results: &[&CaseResult]) -> Finding {
    let count = |wanted: Outcome| results.iter().filter(|result| result.outcome == wanted).count();
    let (passed, failed) = (count(Outcome::Pass), count(Outcome::Fail));
    if passed > 0 {
        let text = format!("works: of {} cases that need it {passed} passed, {failed} failed", results.len());
        return finding(Verdict::Good, capability, text);
    }
    if failed > 0 {
        return finding(Verdict::Wrong, capability, format!("all {failed} cases that need it fail; see `run --exact NAME` of one of them"));
    }
    let closed = |result: &&&CaseResult| result.reason.as_deref().is_some_and(|reason| reason.contains("side door"));
    let (verdict, result) = match results.iter().find(closed) {
        Some(result) => (Verdict::Wrong, Some(result)),
        None => (Verdict::Note, results.first()),
    };
    let why = result.map(|result| {
        format!("; {} is {}: {}", result.name, result.outcome, untrusted::line(result.reason.as_deref().unwrap_or_default()))
    });
    finding(verdict, capability, format!("no case that needs it could be judged{}", why.unwrap_or_default()))
}

/// Keeps the results of a run.
#[derive(Default)]
struct Results(Vec<CaseResult>);

impl Reporter for Results {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        if let Event::CaseFinished(result) = event {
            self.0.push(result.as_ref().clone());
        }
        Ok(())
    }
}

fn tell(profile: &Profile, findings: &[Finding], paint: Paint, out: &mut dyn Write) -> std::io::Result<()> {
    let version = profile.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    writeln!(out, "{}", paint.apply(&format!("{}{version}", profile.name), Style::Title))?;
    let width = findings.iter().map(|finding| finding.about.len()).max().unwrap_or(0);
    for Finding { verdict, about, text } in findings {
        let (word, style) = match verdict {
            Verdict::Good => ("ok", Style::Good),
            Verdict::Note => ("note", Style::Faint),
            Verdict::Wrong => ("wrong", Style::Bad),
        };
        writeln!(out, "  {}  {about:width$}  {text}", paint.apply(&format!("{word:5}"), style))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_on_path_or_where_it_is_named() {
        assert!(located("sh").is_some_and(|path| path.is_absolute()));
        assert_eq!(located("no-such-program-of-ours"), None);
        assert_eq!(located("./no/such/program"), None);
    }
}
