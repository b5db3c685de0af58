//! A run whose answers try everything: what they say must stay text in every format.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::run_result::{FixtureFailed, RunResult};
use super::{Format, Look, samples};
use crate::engine::{CaseResult, Flaky, Outcome, ShownExchange};
use crate::judge::{Check, Fault};

/// What a hostile target may say. The last one stands for a body of any length.
fn texts() -> Vec<String> {
    let texts = [
        "<script>hostile()</script>",
        "\u{1b}[2J\u{1b}]0;hostile\u{7}\u{9b}31m",
        "\u{202e}elitsoh\u{2066}\u{200b}\u{e0041}",
        "]]></failure></testcase><testcase name=\"hostile\"/>",
        "\0\u{1}\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{85}\u{fffe}\u{ffff}",
        "\u{fffd}\\ud800 \u{10ffff}",
        "\n::error::hostile\n::stop-commands::hostile\r\n::set-output name=a::hostile",
        "##[error]hostile ##vso[task.complete]hostile ##teamcity[hostile]",
        "\nok 99 - hostile # SKIP\nBail out! hostile\n1..0\n  ...\n  ---\n",
        "hostile: [yes\n  - \"'{\t",
        "`` | hostile | ` <!-- </details></code> @hostile [hostile](javascript:hostile()) ![](https://hostile.example)",
        "100%0A::error::hostile",
    ];
    texts.into_iter().map(str::to_owned).chain(["hostile ".repeat(1 << 12)]).collect()
}

/// Cases that end in every way, with the text wherever a target's text may stand.
fn cases(text: &str, number: usize) -> Vec<CaseResult> {
    let owned = || Some(text.to_owned());
    let faults = [
        Fault::RefusedWrongly { actual: owned(), message: owned() },
        Fault::WrongValue { expected: text.to_owned(), actual: Some(json!({ text: text })), diff: Some(format!("-1\n+{text}\n {text}")) },
        Fault::WrongShape { expected: "a string".to_owned(), actual: json!([text]) },
        Fault::NotJson { found: text.to_owned() },
        Fault::WrongMessage { expected: text.to_owned(), actual: owned() },
        Fault::SnapshotDiffers { diff: text.to_owned() },
    ];
    let findings: Vec<_> = faults.into_iter().map(|fault| samples::finding(Check::Body, "request", &format!("$.{text}"), fault)).collect();
    let exchange = ShownExchange {
        step: "request".to_owned(),
        operation: "GetUser".to_owned(),
        request: json!({ "a": text }),
        status: Some(500),
        exit_status: None,
        headers: vec![("x-hostile".to_owned(), text.to_owned())],
        response: Value::from(text),
    };
    let flaky = Flaky { passed_at: 2, findings: findings.clone(), reason: owned() };
    let ends = Outcome::ALL.into_iter().map(|outcome| CaseResult {
        findings: findings.clone(),
        reason: owned(),
        cause: owned(),
        exchanges: vec![exchange.clone()],
        flaky: (outcome == Outcome::Pass).then(|| flaky.clone()),
        known: samples::named("GetUser::signed_out").known.filter(|_| outcome != Outcome::Fail),
        ..samples::case(&format!("GetUser::hostile_{number}_{outcome}"), outcome, r#"documented "x""#)
    });
    ends.collect()
}

fn result() -> RunResult {
    let mut result = samples::result();
    for (number, text) in texts().into_iter().enumerate() {
        result.cases.extend(cases(&text, number));
        result.fixtures_failed.push(FixtureFailed { fixture: "user".to_owned(), cause: text.clone() });
        result.left_behind.push(text);
    }
    result.summary = Default::default();
    result.cases.iter().for_each(|case| result.summary.add(case));
    result
}

/// Characters that paint, ring, hide or turn round; of the control characters only the line break is ours.
fn is_harmful(character: char) -> bool {
    let hides =
        matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}');
    hides || (character.is_control() && character != '\n') || matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[test]
fn hostile_answers_stay_text_in_every_format() {
    let result = result();
    for format in Format::value_variants() {
        let text = format.render(&result, &Look::default()).expect("renders");
        is_valid(*format, &text);
        let harmful = text.lines().find(|line| line.contains(is_harmful));
        assert!(harmful.is_none(), "{format}: {}", harmful.unwrap_or_default().escape_debug());
        // A page is never printed on a build's log, and holds whole bodies.
        if *format == Format::Html {
            continue;
        }
        assert!(!text.contains("##["), "{format} gives orders to a build agent");
        assert!(!text.contains("##vso[") && !text.contains("##teamcity["), "{format} gives orders to a build agent");
        if *format != Format::Json {
            assert!(text.len() < 1_500_000, "{format} has {} bytes", text.len());
        }
    }
}

fn is_valid(format: Format, text: &str) {
    match format {
        // Text for a terminal, where a tag is a tag.
        Format::Human => {}
        Format::Json => assert_eq!(serde_json::from_str::<RunResult>(text).expect("JSON").cases.len(), result().cases.len()),
        Format::Badge => assert!(serde_json::from_str::<Value>(text).is_ok_and(|badge| badge["schemaVersion"] == 1)),
        Format::Junit => is_junit(text),
        Format::Github => is_commands(text),
        Format::Markdown => is_markdown(text),
        Format::Tap => is_tap(text),
        Format::Html => assert!(!text.contains("<script>hostile"), "a script of the target"),
    }
}

fn is_junit(text: &str) {
    let report = quick_junit::Report::deserialize_from_str(text).expect("XML");
    assert_eq!(report.tests, result().cases.len());
    assert!(!text.contains("<script") && !text.contains("]]>") && !text.contains("[[ATTACHMENT"), "markup of the target");
    assert!(report.test_suites.iter().all(|suite| suite.test_cases.iter().all(|case| case.name.as_str() != "hostile")));
}

/// Each line is one of our commands, and nothing of what a target says is a command or a property.
fn is_commands(text: &str) {
    for line in text.lines() {
        let ours =
            ["::error ", "::warning ", "::notice "].into_iter().find_map(|start| line.strip_prefix(start)).expect("a command of ours");
        let (properties, _) = ours.split_once("::").expect("properties end");
        let names: Vec<_> = properties.split(',').map(|property| property.split('=').next().unwrap_or_default()).collect();
        assert!(names.iter().all(|name| ["file", "line", "col", "title"].contains(name)), "{line}");
    }
}

/// All HTML is ours, and there is no link but those of the baseline.
fn is_markdown(text: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let mut in_block = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Html(html) | Event::InlineHtml(html) => {
                let tags = html.split('<').skip(1).map(|piece| piece.split(['>', ' ']).next().unwrap_or_default());
                let known = ["details", "/details", "summary", "/summary", "code", "/code"];
                assert!(tags.clone().all(|tag| known.contains(&tag)), "{html}");
            }
            Event::Start(Tag::Link { dest_url, .. }) => assert_eq!(dest_url.as_ref(), "https://example.com/1"),
            Event::Start(Tag::Image { dest_url, .. }) => panic!("an image: {dest_url}"),
            Event::Text(text) => assert!(in_block || !text.contains("@hostile"), "a mention: {text}"),
            _ => {}
        }
    }
}

/// Every line is a test point, a comment, or within a block of YAML; the points are numbered through.
fn is_tap(text: &str) {
    let mut lines = text.lines();
    let mut points = 0;
    assert_eq!((lines.next(), lines.next()), (Some("TAP version 14"), Some(format!("1..{}", result().cases.len()).as_str())));
    while let Some(line) = lines.next() {
        if line == "  ---" {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "  ...").collect();
            assert!(block.iter().all(|line| line.starts_with("  ")), "{block:?}");
            let block: Value = serde_saphyr::from_str(&block.join("\n")).expect("YAML");
            assert!(block["outcome"].is_string(), "{block}");
        } else if !line.starts_with("# ") && !line.starts_with("Bail out! Too little was observed: ") {
            points += 1;
            let (_, point) = line.split_once("ok ").expect("a test point");
            assert!(point.starts_with(&format!("{points} - ")), "{line}");
        }
    }
    assert_eq!(points, result().cases.len());
}
