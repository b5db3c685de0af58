//! Nothing secret reaches what is written: the whole suite runs while everything secret that passes is noted, and then all output is searched.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use aho_corasick::AhoCorasick;
use cognito_conformance::reference::{Response, Tamper};
use rstest::rstest;
use serde_json::{Map, Value, json};

use super::engine::Stage;
use super::{ended, program, scratch};

/// Members that carry secrets, listed here by hand so that a gap in the suite's own list is found.
const SECRET: [&str; 25] = [
    "AccessToken",
    "IdToken",
    "RefreshToken",
    "REFRESH_TOKEN",
    "Token",
    "Session",
    "SecretCode",
    "Password",
    "TemporaryPassword",
    "PreviousPassword",
    "ProposedPassword",
    "PASSWORD",
    "NEW_PASSWORD",
    "UserCode",
    "Code",
    "ConfirmationCode",
    "SMS_MFA_CODE",
    "SOFTWARE_TOKEN_MFA_CODE",
    "EMAIL_OTP_CODE",
    "ClientSecret",
    "SecretHash",
    "SECRET_HASH",
    "SECRET_BLOCK",
    "SRP_A",
    "PASSWORD_CLAIM_SIGNATURE",
];

/// What the environment signs with.
const CREDENTIALS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIACANARY4ACCESSKEY"),
    ("AWS_SECRET_ACCESS_KEY", "canary/SecretAccessKey+5f1c7a"),
    ("AWS_SESSION_TOKEN", "canarySessionToken//9b2e4d=="),
];

/// The reference server's doors, but no credentials: those of the environment sign.
const PROFILE: &str = "
name: watched
about: The reference server, watched.
doors:
  codes: { http: { method: POST, path: /_reference/codes } }
  clock: { http: { method: POST, path: /_reference/clock } }
  access_token: { http: { method: POST, path: /_reference/access-token } }
";

/// Notes everything secret that passes.
struct Witness {
    seen: Arc<Mutex<BTreeSet<String>>>,
    tells: bool,
}

impl Tamper for Witness {
    fn after(&self, operation: &str, input: &Value, response: &mut Response) {
        let mut secrets = BTreeSet::new();
        note(input, &mut secrets);
        note(&response.body, &mut secrets);
        if self.tells {
            tell(operation, &secrets, response);
        }
        self.seen.lock().expect("not poisoned").extend(secrets);
    }

    fn keeps_history(&self) -> bool {
        false
    }
}

fn note(value: &Value, secrets: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| match member {
            Value::String(text) if SECRET.contains(&name.as_str()) => drop(secrets.insert(text.clone())),
            other => note(other, secrets),
        }),
        Value::Array(items) => items.iter().for_each(|item| note(item, secrets)),
        _ => {}
    }
}

/// A server that says what it was told: in refusals, in members that nobody asked for, in a header. What it made stays there.
fn tell(operation: &str, secrets: &BTreeSet<String>, response: &mut Response) {
    let all = secrets.iter().cloned().collect::<Vec<_>>().join(" and ");
    if operation.starts_with("Delete") {
        (response.status, response.body) = (400, json!({"__type": "NotAuthorizedException", "message": all}));
    } else if let Value::Object(members) = &mut response.body {
        let said: Map<String, Value> = if members.contains_key("__type") {
            Map::from_iter([("message".to_owned(), json!(format!("Not with {all}.")))])
        } else {
            Map::from_iter([("Told".to_owned(), json!(secrets)), ("UserAttributes".to_owned(), json!(all))])
        };
        members.extend(said);
    }
    // The less likely a place is, the more likely that nobody thought of it.
    if let (true, Some(secret)) = (operation.starts_with("Set") || operation == "AdminGetUser", secrets.first()) {
        response.body["__type"] = json!(secret);
        response.body[secret] = json!({ secret.as_str(): secret });
        response.headers.insert("content-type".to_owned(), secret.clone());
    }
    response.headers.insert("x-amzn-errormessage".to_owned(), all.chars().take(4000).collect());
}

#[rstest]
#[case::as_it_is(false)]
#[case::by_a_server_that_repeats_them(true)]
fn nothing_secret_is_written(#[case] tells: bool) {
    let (seen, folder) = (Arc::default(), scratch());
    let stage = Stage::set(Witness { seen: Arc::clone(&seen), tells });
    let output = written(&stage.url(), folder.path());
    let secrets = seen.lock().expect("not poisoned");
    assert!(secrets.len() > 100, "only {} secrets passed: the suite did not run", secrets.len());
    let mut leaks = leaks(&secrets, &output);
    leaks.sort();
    leaks.dedup();
    assert!(leaks.is_empty(), "{} leaks of {} secrets, such as\n{}", leaks.len(), secrets.len(), leaks[..leaks.len().min(12)].join("\n"));
}

/// Runs everything in every form; gives all that was written, by name.
fn written(url: &str, folder: &Path) -> Vec<(String, String)> {
    let (profile, forms) = (folder.join("watched.yaml"), folder.join("written"));
    fs::write(&profile, PROFILE).expect("writable");
    fs::create_dir(&forms).expect("writable");
    let mut run = program(&forms.join("state"));
    run.args(["run", "--endpoint-url", url, "--format", "jsonl", "--target"]).arg(&profile);
    for format in ["human", "json", "junit", "github", "markdown", "tap", "badge", "html"] {
        run.arg("--as").arg(format!("{format}={}", forms.join(format).display()));
    }
    run.arg("--snapshots").arg(forms.join("snapshots")).env("INSTA_UPDATE", "always").env("RUST_LOG", "trace").envs(CREDENTIALS);
    let ended = ended(&mut run);
    assert!(matches!(ended.code, Some(0 | 1 | 3)), "{:?}: {}", ended.code, ended.stderr);
    let mut output = vec![("standard output".to_owned(), ended.stdout), ("standard error".to_owned(), ended.stderr)];
    files(&forms, &mut output);
    assert!(output.len() > 12, "only {} files were written", output.len());
    output
}

fn files(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, into),
            path => into.push((path.display().to_string(), String::from_utf8_lossy(&fs::read(&path).expect("readable")).into_owned())),
        }
    }
}

/// Every place at which a secret stands, or a part of a long one.
fn leaks(secrets: &BTreeSet<String>, output: &[(String, String)]) -> Vec<String> {
    let mut own = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"), &mut own);
    // What a case file says for everyone to read is no secret, and neither is `1` or a thousand times the letter a.
    let is_plain = |secret: &str| secret.len() < 6 || secret.chars().collect::<BTreeSet<_>>().len() < 4;
    let is_said = |secret: &&String| is_plain(secret) || own.iter().any(|(_, text)| text.contains(secret.as_str()));
    let real: Vec<_> = secrets.iter().filter(|secret| !is_said(secret)).map(String::as_str).collect();
    let patterns: BTreeSet<_> = real.into_iter().chain(CREDENTIALS.map(|(_, value)| value)).flat_map(parts).collect();
    // A part may be plain where the whole is not: a password that is only long.
    let patterns: BTreeSet<_> = patterns.into_iter().filter(|part| !is_plain(part)).collect();
    let patterns: Vec<_> = patterns.into_iter().collect();
    let search = AhoCorasick::new(&patterns).expect("a search");
    let found = |(name, text): &(String, String)| {
        let hits: Vec<_> = search.find_iter(text).filter(|hit| stands_alone(text, hit.start(), hit.end())).collect();
        hits.into_iter().map(|hit| format!("{name}: …{}…", around(text, hit.start(), hit.end()))).collect::<Vec<_>>()
    };
    output.iter().flat_map(found).collect()
}

/// Reports cut long texts, so that parts of a long secret count as well. How a token begins is the same for all.
fn parts(secret: &str) -> Vec<String> {
    match secret.char_indices().map(|(at, _)| at).collect::<Vec<_>>() {
        ends if ends.len() < 48 => vec![secret.to_owned()],
        ends => [ends.len() / 3, ends.len() / 2, ends.len() - 17].map(|at| secret[ends[at]..ends[at + 16]].to_owned()).into(),
    }
}

/// A code of six digits is found in many a number.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let is_number = text[start..end].bytes().all(|byte| byte.is_ascii_digit());
    let joins = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric() || character == '.');
    !is_number || !(joins(text[..start].chars().next_back()) || joins(text[end..].chars().next()))
}

fn around(text: &str, start: usize, end: usize) -> String {
    let from = text[..start].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
    let to = text[end..].char_indices().nth(20).map_or(text.len(), |(at, _)| end + at);
    text[from..to].replace('\n', "\\n")
}
