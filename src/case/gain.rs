//! Evidence that cases gain, written into their file where the old evidence stands. Comments and layout stay.

use std::collections::{BTreeMap, BTreeSet};

use fancy_regex::Regex;
use serde_json::Value;

use super::document::{Document, pointer};
use super::evidence::{Level, Source};
use super::source::{CaseFile, OneOrMany};

/// A case file after its cases gained evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gained {
    /// The text of the file.
    pub text: String,
    /// Cases whose evidence is another one now.
    pub written: BTreeSet<String>,
    /// Cases whose evidence is as it was, each with the reason.
    pub left: BTreeMap<String, String>,
}

/// Why evidence is not written.
const BY_HAND: &str = "its evidence is not written on lines of its own; add it by hand";
const NEW_ENOUGH: &str = "it has evidence that is as new";

/// The file's text with this evidence, by name of the case. A case that is `aws-verified` already gets a newer year and nothing else.
/// Rows of a table that share their evidence gain it together, or not at all.
pub fn gain(file: &str, text: &str, gained: &BTreeMap<String, Source>) -> Gained {
    let mut done = Gained { text: text.to_owned(), written: BTreeSet::new(), left: BTreeMap::new() };
    for Slot { places, cases } in slots(file, text) {
        let wanted: Vec<&String> = cases.iter().filter(|case| gained.contains_key(*case)).collect();
        let Some(source) = wanted.iter().filter_map(|case| gained.get(*case)).min_by_key(|source| source.year) else { continue };
        let others: Vec<&String> = cases.iter().filter(|case| !gained.contains_key(*case)).collect();
        let edited = match others.first() {
            Some(other) => Err(format!("it shares its evidence with {other}, which gains none; give it evidence of its own")),
            None => edit(file, &done.text, &places, source),
        };
        match edited {
            Ok(text) => {
                done.text = text;
                done.written.extend(wanted.into_iter().cloned());
            }
            Err(why) => done.left.extend(wanted.into_iter().map(|case| (case.clone(), why.clone()))),
        }
    }
    done
}

/// One piece of evidence, and the cases that it is of.
#[derive(Debug, Default)]
struct Slot {
    /// Where it stands, and then where an alias of it stands, as JSON pointers.
    places: Vec<String>,
    cases: Vec<String>,
}

/// All evidence of a file. What is written once, for a table or with an anchor, is one piece.
fn slots(file: &str, text: &str) -> Vec<Slot> {
    let Ok(document) = Document::parse(file, text) else { return Vec::new() };
    let Ok(read) = serde_json::from_value::<CaseFile>(document.value()) else { return Vec::new() };
    let mut slots: BTreeMap<String, Slot> = BTreeMap::new();
    for (at, case) in places(&read) {
        let head = Region::of(&document, &at).map(|region| region.value().to_owned()).unwrap_or_default();
        let shared = head.strip_prefix(['&', '*']).and_then(|anchor| anchor.split_whitespace().next()).map(|anchor| format!("&{anchor}"));
        let slot = slots.entry(shared.unwrap_or_else(|| at.clone())).or_default();
        if !slot.places.contains(&at) {
            slot.places.push(at);
        }
        slot.cases.push(case);
    }
    slots.into_values().collect()
}

/// The evidence of each case, as a JSON pointer, in the order of the file.
fn places(file: &CaseFile) -> Vec<(String, String)> {
    let mut places = Vec::new();
    for (index, case) in file.cases.iter().enumerate() {
        let at = pointer("/cases", &index.to_string());
        let (own, name) = (pointer(&at, "evidence"), format!("{}::{}", file.operation, case.name));
        if case.each.is_empty() {
            places.push((own.clone(), name.clone()));
        }
        for (index, row) in case.each.iter().enumerate() {
            let of_the_row = pointer(&pointer(&pointer(&at, "each"), &index.to_string()), "evidence");
            let here = if row.evidence.is_some() { of_the_row } else { own.clone() };
            places.push((here, format!("{name}::{}", row.name)));
        }
    }
    places
}

/// The text with one piece of evidence more, or newer. What comes out is read again: nothing else may have changed.
fn edit(file: &str, text: &str, places: &[String], source: &Source) -> Result<String, String> {
    let by_hand = || BY_HAND.to_owned();
    let document = Document::parse(file, text).map_err(|error| error.to_string())?;
    let mut value = document.value();
    let at = places.first().ok_or_else(by_hand)?;
    let written = value.pointer(at).cloned().and_then(|evidence| serde_json::from_value::<OneOrMany<String>>(evidence).ok());
    let written = written.ok_or_else(by_hand)?;
    let mut texts = written.to_vec();
    let region = Region::of(&document, at).ok_or_else(by_hand)?;
    let edited = match newest(&texts) {
        Some((index, year)) if year < source.year => {
            let nth = texts[..index].iter().filter(|text| is_verified(text)).count();
            let whole = renewed(&region.text, source, nth).ok_or_else(by_hand)?;
            texts[index] = renewed(&texts[index], source, 0).ok_or_else(by_hand)?;
            whole
        }
        Some(_) => return Err(NEW_ENOUGH.to_owned()),
        None => {
            texts.push(source.to_string());
            region.with(source).ok_or_else(by_hand)?
        }
    };
    let evidence = match (written, texts.as_slice()) {
        (OneOrMany::One(_), [one]) => Value::from(one.as_str()),
        _ => Value::from(texts),
    };
    for at in places {
        *value.pointer_mut(at).ok_or_else(by_hand)? = evidence.clone();
    }
    let edited = format!("{}{edited}{}", &text[..region.start], &text[region.start + region.text.len()..]);
    let is_right = Document::parse(file, &edited).is_ok_and(|document| document.value() == value);
    if is_right { Ok(edited) } else { Err(by_hand()) }
}

fn is_verified(text: &str) -> bool {
    text.parse::<Source>().is_ok_and(|source| source.level == Level::AwsVerified)
}

/// The newest source of the real service, by position, and its year.
fn newest(texts: &[String]) -> Option<(usize, Option<u16>)> {
    let sources = texts.iter().enumerate().filter_map(|(index, text)| Some((index, text.parse::<Source>().ok()?)));
    let verified = sources.filter(|(_, source)| source.level == Level::AwsVerified).map(|(index, source)| (index, source.year));
    // Of several that are as new, the first.
    verified.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// The text with the year of its nth source of the real service reaching to the new one: `(2021)` becomes `(2021-2026)`, since that is
/// what was seen.
fn renewed(text: &str, source: &Source, nth: usize) -> Option<String> {
    let year = source.year?;
    let verified = Regex::new(r#"aws-verified(?:\s*\(([0-9]{4})[^)]*\))?(?=\s*\\?")"#).ok()?;
    let found = verified.captures_iter(text).filter_map(Result::ok).nth(nth)?;
    let whole = found.get(0)?;
    let years = found.get(1).map_or_else(|| year.to_string(), |first| format!("{}-{year}", first.as_str()));
    Some(format!("{}aws-verified ({years}){}", &text[..whole.start()], &text[whole.end()..]))
}

/// `evidence:` with all that belongs to it, whole lines.
struct Region {
    start: usize,
    text: String,
    indent: usize,
}

impl Region {
    /// Where the evidence stands; `None` where its key does not begin a line.
    fn of(document: &Document, at: &str) -> Option<Self> {
        let lines: Vec<&str> = document.text.split_inclusive('\n').collect();
        let first = (document.key_span(at).line as usize).checked_sub(1)?;
        let indent = indent(lines.get(first)?);
        lines[first].trim_start().starts_with("evidence:").then_some(())?;
        let belongs = |line: &&str| line.trim().is_empty() || self::indent(line) > indent;
        let count = lines[first + 1..].iter().take_while(|line| belongs(line)).count();
        // Empty lines at the end, and comments before what comes next, are not of it.
        let is_margin = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let margin = lines[first + 1..=first + count].iter().rev().take_while(|line| is_margin(line)).count();
        let start = lines[..first].iter().map(|line| line.len()).sum();
        Some(Self { start, text: lines[first..=first + count - margin].concat(), indent })
    }

    /// What stands on the first line behind the name.
    fn value(&self) -> &str {
        let head = self.text.lines().next().unwrap_or_default();
        head.split_once("evidence:").map_or("", |(_, value)| value.trim())
    }

    /// The evidence with one source more: an item of a list, which it becomes where it is none.
    fn with(&self, source: &Source) -> Option<String> {
        let (head, rest) = self.text.split_once('\n').unwrap_or((&self.text, ""));
        let item = |indent: usize, text: &str| format!("{:indent$}- {text}\n", "");
        let (anchor, value) = match self.value().strip_prefix('&').map(|anchor| anchor.split_once(' ').unwrap_or((anchor, ""))) {
            Some((anchor, value)) => (format!(" &{anchor}"), value.trim()),
            None => (String::new(), self.value()),
        };
        if value.is_empty() || value.starts_with('#') {
            let inside = rest.lines().find(|line| line.trim_start().starts_with("- ")).map(indent)?;
            let rest = if rest.ends_with('\n') { rest.to_owned() } else { format!("{rest}\n") };
            return Some(format!("{head}\n{rest}{}", item(inside, &source.to_string())));
        }
        let name = format!("{:indent$}evidence:{anchor}", "", indent = self.indent);
        if let Some(items) = value.strip_prefix('[').and_then(|value| value.strip_suffix(']')) {
            return Some(format!("{name} [{items}, '{source}']\n{rest}"));
        }
        let deeper: String = rest.split_inclusive('\n').map(|line| format!("    {line}")).collect();
        let inside = self.indent + 2;
        Some(format!("{name}\n{}{deeper}{}", item(inside, value), item(inside, &source.to_string())))
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const NEW: &str = r#"aws-verified (2026) "recorded in eu-west-1, suite 0.1.0""#;

    fn file(evidence: &str) -> String {
        format!(
            "# a comment\noperation: GetUser\nabout: x\ncases:\n  - name: a # another\n    expect: {{}}\n{evidence}\n    # of b\n  - name: b\n    evidence: model \"m\"\n"
        )
    }

    fn gained(text: &str, cases: &[&str]) -> Gained {
        let source: Source = NEW.parse().expect("evidence");
        gain("x.yaml", text, &cases.iter().map(|case| ((*case).to_owned(), source.clone())).collect())
    }

    #[rstest]
    #[case::one("    evidence: documented \"x\" # why\n", "    evidence:\n      - documented \"x\" # why\n      - NEW\n")]
    #[case::quoted("    evidence: 'documented \"x: y\"'\n", "    evidence:\n      - 'documented \"x: y\"'\n      - NEW\n")]
    #[case::anchored("    evidence: &k model \"x\"\n", "    evidence: &k\n      - model \"x\"\n      - NEW\n")]
    #[case::folded(
        "    evidence: >-\n      inferred \"x,\n      y\"\n\n",
        "    evidence:\n      - >-\n          inferred \"x,\n          y\"\n      - NEW\n\n"
    )]
    #[case::list("    evidence:\n      # first\n      - model \"x\"\n", "    evidence:\n      # first\n      - model \"x\"\n      - NEW\n")]
    #[case::flow("    evidence: [model \"x\"]\n", "    evidence: [model \"x\", 'NEW']\n")]
    #[case::year("    evidence: aws-verified (2021) \"x\"\n", "    evidence: aws-verified (2021-2026) \"x\"\n")]
    #[case::span("    evidence: 'aws-verified (2018-2021) \"x\"'\n", "    evidence: 'aws-verified (2018-2026) \"x\"'\n")]
    #[case::no_year("    evidence: aws-verified \"x\"\n", "    evidence: aws-verified (2026) \"x\"\n")]
    #[case::newest_of_two(
        "    evidence:\n      - aws-verified \"x\"\n      - aws-verified (2020) \"y\"\n",
        "    evidence:\n      - aws-verified \"x\"\n      - aws-verified (2020-2026) \"y\"\n"
    )]
    fn is_written_where_the_old_evidence_stands(#[case] before: &str, #[case] after: &str) {
        let done = gained(&file(before), &["GetUser::a"]);
        assert_eq!(done.left, BTreeMap::new());
        assert_eq!(done.text, file(&after.replace("NEW", NEW)));
        assert_eq!(done.written, BTreeSet::from(["GetUser::a".to_owned()]));
    }

    #[rstest]
    #[case::as_new("    evidence: aws-verified (2026) \"x\"\n", NEW_ENOUGH)]
    #[case::newer("    evidence: aws-verified (2027) \"x\"\n", NEW_ENOUGH)]
    #[case::flow_over_lines("    evidence: [\n      model \"x\" ]\n", BY_HAND)]
    fn is_left_alone_where_it_cannot_be_written(#[case] evidence: &str, #[case] why: &str) {
        let done = gained(&file(evidence), &["GetUser::a"]);
        assert_eq!(done.left.get("GetUser::a").map(String::as_str), Some(why));
        assert_eq!(done.text, file(evidence));
    }

    const TABLE: &str = "operation: GetUser\nabout: x\ncases:\n  - name: t\n    each:\n      - { name: one }\n      - { name: two }\n      - name: three\n        evidence: &e model \"r\"\n      - name: four\n        evidence: *e\n    evidence: model \"m\"\n";

    #[test]
    fn rows_that_share_evidence_gain_it_together_or_not_at_all() {
        let done = gained(TABLE, &["GetUser::t::one"]);
        assert!(done.left["GetUser::t::one"].contains("shares its evidence with GetUser::t::two"), "{done:?}");
        let done = gained(TABLE, &["GetUser::t::one", "GetUser::t::two"]);
        assert_eq!(
            done.text,
            TABLE.replace("    evidence: model \"m\"\n", &format!("    evidence:\n      - model \"m\"\n      - {NEW}\n"))
        );
        assert_eq!(done.written.len(), 2);
    }

    #[rstest]
    #[case::one("&e model \"r\"\n", "&e\n          - model \"r\"\n          - NEW\n")]
    #[case::list("&e\n          - model \"r\"\n", "&e\n          - model \"r\"\n          - NEW\n")]
    #[case::year("&e aws-verified \"r\"\n", "&e aws-verified (2026) \"r\"\n")]
    fn aliases_share_what_they_stand_for(#[case] before: &str, #[case] after: &str) {
        let table = |evidence: &str| TABLE.replace("&e model \"r\"\n", evidence);
        let done = gained(&table(before), &["GetUser::t::three", "GetUser::t::four"]);
        assert_eq!(done.text, table(&after.replace("NEW", NEW)));
        assert_eq!(done.written.len(), 2);
        let done = gained(&table(before), &["GetUser::t::four"]);
        assert_eq!((done.text, done.left.len()), (table(before), 1));
    }
}
