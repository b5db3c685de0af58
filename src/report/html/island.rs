//! What a person opens case by case, as JSON beside the page. Everything in it is text to be shown as text.

use std::io;

use serde::Serialize;

use super::merged::Merged;
use super::texts::Texts;
use super::visible;
use crate::case::Place;
use crate::engine::{CaseResult, Flaky, Known, ShownExchange};
use crate::judge::Finding;
use crate::report::run_result::RunResult;

/// Characters of a body or of a difference; the next less where they make the island too large.
const BLOCKS: [usize; 3] = [20_000, 2_000, 200];

/// Bytes from which on an island is too large to be opened with ease.
const LARGE: usize = 16 << 20;

/// The number of a text in [`Island::texts`].
type Text = usize;

/// The data of the page.
#[derive(Debug, Serialize)]
struct Island {
    /// Labels of the targets.
    targets: Vec<String>,
    /// Texts that the rest names by number.
    texts: Vec<String>,
    /// The cases, in the order of the list.
    cases: Vec<Case>,
}

#[derive(Debug, Serialize)]
struct Case {
    name: String,
    operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<Text>,
    generated: bool,
    /// The level, or `contested`.
    standing: String,
    sources: Vec<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contested: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Text>,
    /// By target; `null` where the case was not in the run.
    results: Vec<Option<Told>>,
}

#[derive(Debug, Serialize)]
struct Source {
    level: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<u16>,
    text: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Text>,
}

/// What one target made of a case.
#[derive(Debug, Serialize)]
struct Told {
    outcome: String,
    gates: bool,
    seconds: f64,
    command: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flaky: Option<Retried>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Difference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exchanges: Vec<Exchange>,
}

/// The entry of the baseline.
#[derive(Debug, Serialize)]
struct Listed {
    reason: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Text>,
    /// A link that is none: shown as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Text>,
    place: Text,
}

/// A pass that was not the first try.
#[derive(Debug, Serialize)]
struct Retried {
    passed_at: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Text>,
    findings: Vec<Difference>,
}

#[derive(Debug, Serialize)]
struct Difference {
    check: String,
    gates: bool,
    /// Step and operation.
    at: Text,
    path: Text,
    expected: Text,
    actual: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Text>,
}

#[derive(Debug, Serialize)]
struct Exchange {
    step: Text,
    operation: Text,
    request: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_status: Option<i32>,
    headers: Text,
    response: Text,
}

/// The island of these results, as JSON that can stand in HTML.
///
/// # Errors
/// Never, for results that runs brought.
pub(super) fn json(results: &[RunResult], labels: &[String], cases: &[Merged<'_>]) -> io::Result<String> {
    let mut text = String::new();
    for block in BLOCKS {
        text = inert(&serde_json::to_string(&island(results, labels, cases, block))?);
        if text.len() <= LARGE {
            break;
        }
    }
    Ok(text)
}

/// The same JSON without a character that ends or opens anything in HTML.
fn inert(json: &str) -> String {
    let escaped = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    escaped.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn island(results: &[RunResult], labels: &[String], cases: &[Merged<'_>], block: usize) -> Island {
    let mut writer = Writer { results, block, texts: Texts::default() };
    let cases = cases.iter().map(|merged| writer.case(merged)).collect();
    Island { targets: labels.to_vec(), texts: writer.texts.into_list(), cases }
}

struct Writer<'a> {
    results: &'a [RunResult],
    /// Characters of a body.
    block: usize,
    texts: Texts,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) -> Text {
        self.texts.number(visible::line(text))
    }

    fn maybe(&mut self, text: Option<&str>) -> Option<Text> {
        text.map(|text| self.line(text))
    }

    /// A link that may be followed: to the web, not to a script or a file.
    fn link(&mut self, text: &str) -> Option<Text> {
        let link = url::Url::parse(text).ok().filter(|link| matches!(link.scheme(), "http" | "https"))?;
        Some(self.texts.number(link.into()))
    }

    fn case(&mut self, merged: &Merged<'_>) -> Case {
        let case = merged.case;
        // The folder is the one of the run that the case is taken from.
        let folder = merged.results.iter().position(Option::is_some).map_or("cases", |at| &self.results[at].cases_folder);
        Case {
            name: visible::line(&case.name),
            operation: visible::line(&case.operation),
            about: self.maybe(case.about.as_deref()),
            generated: case.generated,
            standing: case.evidence.standing(),
            sources: case.evidence.sources.iter().map(|source| self.source(source)).collect(),
            contested: self.maybe(case.evidence.contested.as_deref()),
            place: case.place.as_ref().map(|place| self.place(folder, place)),
            results: merged.results.iter().enumerate().map(|(at, told)| told.map(|told| self.told(at, told))).collect(),
        }
    }

    fn source(&mut self, source: &crate::case::Source) -> Source {
        let crate::case::Source { level, year, source } = source;
        Source { level: level.to_string(), year: *year, text: self.line(source), link: self.link(source) }
    }

    fn place(&mut self, folder: &str, place: &Place) -> Text {
        self.line(&format!("{folder}/{place}"))
    }

    fn told(&mut self, at: usize, told: &CaseResult) -> Told {
        let run = &self.results[at];
        Told {
            outcome: told.outcome.to_string(),
            gates: told.gates,
            seconds: told.time.as_secs_f64(),
            command: self.line(&run.reproduce(&told.name)),
            reason: self.maybe(told.reason.as_deref()),
            cause: self.maybe(told.cause.as_deref().filter(|cause| Some(*cause) != told.reason.as_deref())),
            known: told.known.as_ref().map(|known| self.known(known)),
            flaky: told.flaky.as_ref().map(|flaky| self.flaky(run, flaky)),
            findings: self.findings(run, &told.findings),
            exchanges: told.exchanges.iter().map(|exchange| self.exchange(exchange)).collect(),
        }
    }

    fn known(&mut self, known: &Known) -> Listed {
        let link = known.link.as_deref().and_then(|link| self.link(link));
        Listed {
            reason: self.line(&known.reason),
            link,
            note: self.maybe(known.link.as_deref().filter(|_| link.is_none())),
            expires: self.maybe(known.expires.as_deref()),
            place: self.line(&format!("{}:{}", known.file, known.line)),
        }
    }

    fn flaky(&mut self, run: &RunResult, flaky: &Flaky) -> Retried {
        let Flaky { passed_at, findings, reason } = flaky;
        Retried { passed_at: *passed_at, reason: self.maybe(reason.as_deref()), findings: self.findings(run, findings) }
    }

    fn findings(&mut self, run: &RunResult, findings: &[Finding]) -> Vec<Difference> {
        findings.iter().map(|finding| self.finding(run, finding)).collect()
    }

    fn finding(&mut self, run: &RunResult, finding: &Finding) -> Difference {
        let Finding { check, step, operation, path, fault, place } = finding;
        Difference {
            check: check.to_string(),
            gates: run.strict || check.gates(),
            at: self.line(&format!("{step}, {operation}")),
            path: self.line(path),
            expected: self.line(&fault.expected()),
            actual: self.line(&fault.actual()),
            diff: fault.diff().map(|diff| self.texts.number(visible::block(diff.trim_end(), self.block))),
            place: place.as_ref().map(|place| self.place(&run.cases_folder, place)),
        }
    }

    fn exchange(&mut self, exchange: &ShownExchange) -> Exchange {
        let headers = exchange.headers.iter().map(|(name, value)| visible::line(&format!("{name}: {value}")));
        let headers = headers.collect::<Vec<_>>().join("\n");
        Exchange {
            step: self.line(&exchange.step),
            operation: self.line(&exchange.operation),
            request: self.texts.number(visible::body(&exchange.request, self.block)),
            status: exchange.status,
            exit_status: exchange.exit_status,
            headers: self.texts.number(visible::block(&headers, self.block)),
            response: self.texts.number(visible::body(&exchange.response, self.block)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{merged::merge, targets::labels};
    use super::*;
    use crate::report::samples;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn text_of(results: &[RunResult]) -> String {
        json(results, &labels(results, &[]), &merge(results)).expect("JSON")
    }

    fn island(results: &[RunResult]) -> Value {
        serde_json::from_str(&text_of(results)).expect("JSON")
    }

    fn exchange(status: u16, response: Value) -> ShownExchange {
        let operation = "GetUser".to_owned();
        ShownExchange {
            step: "request".to_owned(),
            operation,
            request: json!({ "AccessToken": "x" }),
            status: Some(status),
            exit_status: None,
            headers: Vec::new(),
            response,
        }
    }

    /// The text that a member names by its number.
    fn text<'a>(island: &'a Value, number: &Value) -> &'a str {
        let number = number.as_u64().and_then(|number| usize::try_from(number).ok()).expect("the number of a text");
        island["texts"][number].as_str().expect("a text")
    }

    #[test]
    fn a_case_has_its_claim_evidence_findings_and_command() {
        let island = island(&[samples::result()]);
        let cases = island["cases"].as_array().expect("cases");
        let case = cases.iter().find(|case| case["name"] == "SetUserSettings::turns_sms_on").expect("is there");
        let told = &case["results"][0];
        assert_eq!(text(&island, &case["about"]), "SMS, turned on, shows in GetUser.");
        assert_eq!((&case["sources"][0]["level"], &case["sources"][0]["year"]), (&json!("aws-verified"), &json!(2023)));
        assert_eq!(text(&island, &told["command"]), "cognito-conformance run --exact SetUserSettings::turns_sms_on --target moto");
        assert_eq!(text(&island, &told["findings"][0]["at"]), "then 1, GetUser");
        assert_eq!(text(&island, &told["findings"][0]["path"]), "$.MFAOptions");
        assert_eq!(text(&island, &told["findings"][0]["diff"]), "-[{\"DeliveryMedium\":\"SMS\"}]\n+nothing");
        assert_eq!(text(&island, &told["findings"][0]["place"]), "cases/mfa/set_user_settings.yaml:21:9");
    }

    #[test]
    fn what_targets_share_is_there_once() {
        let mut result = samples::result();
        for case in &mut result.cases {
            case.exchanges = vec![exchange(200, json!({ "long": "y".repeat(900) }))];
        }
        let one = text_of(std::slice::from_ref(&result)).len();
        let four = text_of(&vec![result; 4]).len();
        assert!(four < 3 * one, "{one} and {four} bytes");
    }

    #[test]
    fn many_long_answers_are_cut_shorter() {
        let mut result = samples::result();
        let long = |at: usize| exchange(200, format!("{at} {}", "<".repeat(19_000)).into());
        result.cases[0].exchanges = (0..400).map(long).collect();
        let text = text_of(&[result]);
        assert!(text.len() <= LARGE && text.contains("17002 more characters"), "{} bytes", text.len());
    }

    #[test]
    fn nothing_in_it_ends_or_opens_anything_in_html() {
        let mut result = samples::result();
        let hostile = "</script><!--<script>&amp;\u{2028}\u{2029}";
        result.cases[0].exchanges = vec![exchange(200, json!({ hostile: hostile }))];
        let text = text_of(&[result]);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{text}");
        let island: Value = serde_json::from_str(&text).expect("JSON");
        assert!(
            island["texts"]
                .as_array()
                .is_some_and(|texts| texts.iter().any(|text| text.as_str().is_some_and(|text| text.contains("</script>"))))
        );
    }

    #[rstest]
    #[case("https://example.org/x", true)]
    #[case("javascript:alert(1)", false)]
    #[case("data:text/html,<script>", false)]
    #[case("aws/aws-sdk-js#4186", false)]
    fn only_the_web_is_linked(#[case] link: &str, #[case] linked: bool) {
        let mut result = samples::result();
        let file = "known.yaml".to_owned();
        result.cases[0].known = Some(Known { reason: "r".to_owned(), link: Some(link.to_owned()), expires: None, file, line: 3 });
        let island = island(&[result]);
        let cases = island["cases"].as_array().expect("cases");
        let known = cases.iter().map(|case| &case["results"][0]["known"]).find(|known| !known.is_null()).expect("is there");
        assert_eq!(known["link"].is_number(), linked);
        assert_eq!(known["note"].is_number(), !linked);
    }
}
