//! Reading profiles: the built-in ones and files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use miette::{Diagnostic, NamedSource, SourceSpan};
use serde_json::Value;
use thiserror::Error;
use url::Url;

use super::profile::default_region;
use super::resources::functions;
use super::{Credentials, Door, HttpDoor, Method, Profile};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/targets");

/// Name of the embedded reference server's profile.
const REFERENCE: &str = "reference";

/// A profile could not be had.
#[derive(Debug, Error, Diagnostic)]
pub enum ProfileError {
    /// No such name.
    #[error("find a built-in profile named '{name}'")]
    #[diagnostic(help("{help}"))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The nearest name, and all of them.
        help: String,
    },
    /// The file cannot be read.
    #[error("read the profile {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not a profile.
    #[error("{message}")]
    Refused {
        /// What is wrong.
        message: String,
        /// The file's text.
        #[source_code]
        text: Arc<NamedSource<String>>,
        /// Where it is wrong.
        #[label("here")]
        place: Option<SourceSpan>,
        /// What was probably meant.
        #[help]
        help: Option<String>,
    },
}

impl Profile {
    /// The profile of that built-in name, or of that file: anything with a `/` or ending in `.yaml` is a file.
    pub fn load(name_or_path: &str) -> Result<Self, ProfileError> {
        if name_or_path == REFERENCE {
            return Ok(Self::reference());
        }
        let file = if is_file(name_or_path) { name_or_path.to_owned() } else { format!("targets/{name_or_path}.yaml") };
        Self::parse(&file, &Self::text(name_or_path)?)
    }

    /// The text of the profile of that name or file. The embedded server's has none.
    ///
    /// # Errors
    /// There is no such name, or the file cannot be read.
    pub fn text(name_or_path: &str) -> Result<String, ProfileError> {
        if is_file(name_or_path) {
            let path = PathBuf::from(name_or_path);
            return std::fs::read_to_string(&path).map_err(|source| ProfileError::Read { path, source });
        }
        let entry = BUILT_IN.get_file(format!("{name_or_path}.yaml"));
        entry.and_then(|entry| entry.contents_utf8()).map(str::to_owned).ok_or_else(|| unknown(name_or_path))
    }

    /// The names that [`Profile::load`] knows, in alphabetical order.
    pub fn built_in_names() -> Vec<&'static str> {
        // A dot in the stem makes it another file about that server, such as its baseline.
        let stem = |path: &'static Path| path.to_str()?.strip_suffix(".yaml").filter(|stem| !stem.contains('.'));
        let mut names: Vec<_> = BUILT_IN.files().filter_map(|file| stem(file.path())).chain([REFERENCE]).collect();
        names.sort_unstable();
        names
    }

    /// A server of which nothing is known but where it is: no credentials, no doors, no capabilities. At a host of AWS, the real
    /// service.
    pub fn for_endpoint(endpoint: &Url) -> Self {
        let name = endpoint.host_str().unwrap_or("endpoint");
        Self::bare(name, format!("The server at {}.", endpoint.origin().ascii_serialization())).reached_at(endpoint)
    }

    /// A server of which nothing is known but the command that starts it. It is ready when it answers.
    pub fn for_command(command: Vec<String>) -> Self {
        let program = command.first().map(String::as_str).unwrap_or_default();
        let name = Path::new(program).file_stem().map_or_else(|| program.into(), |stem| stem.to_string_lossy());
        Self::bare(&name, format!("The server that `{program}` starts.")).started_by(command)
    }

    /// The embedded reference server, which the caller starts: every door, beside the API's own paths.
    pub fn reference() -> Self {
        let door = |path: &str| {
            let path = format!("/_reference/{path}");
            Door::Http(HttpDoor { method: Method::Post, path, body: None, answer: None, pattern: None })
        };
        let doors = [("clock", "clock"), ("codes", "codes"), ("access_token", "access-token")];
        Self {
            version: Some(env!("CARGO_PKG_VERSION").into()),
            credentials: Some(Credentials::made_up()),
            doors: doors.map(|(name, path)| (name.to_owned(), door(path))).into(),
            resources: functions(),
            ..Self::bare(REFERENCE, "The embedded reference server: an executable statement of what we claim AWS does.".into())
        }
    }

    pub(super) fn bare(name: &str, about: String) -> Self {
        Self {
            name: name.to_owned(),
            about,
            version: None,
            version_command: None,
            install: None,
            start: None,
            endpoint_url: None,
            live: false,
            names_steps: false,
            resources: BTreeMap::new(),
            credentials: None,
            region: default_region(),
            doors: BTreeMap::new(),
            capabilities: Default::default(),
            lacks: BTreeMap::new(),
            not_implemented: Vec::new(),
        }
    }

    /// A profile from its text; `file` names it in errors.
    ///
    /// # Errors
    /// The text is no profile; the error shows where.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let options = serde_saphyr::options! { strict_booleans: true };
        let profile: Self = serde_saphyr::from_str_with_options(text, options).map_err(|error| refused(file, text, &error))?;
        match profile.fault() {
            None => Ok(profile),
            Some(message) => Err(ProfileError::Refused { message, text: named(file, text), place: None, help: None }),
        }
    }
}

/// All built-in files about servers, by name, with their text.
pub fn built_in_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILT_IN.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

/// The JSON schema of profiles; `targets/schema.json` is this, for editors.
pub fn profile_schema() -> Value {
    schemars::schema_for!(Profile).to_value()
}

fn unknown(name: &str) -> ProfileError {
    let names = Profile::built_in_names();
    let meant = nearest(name, &names).map(|near| format!("Did you mean '{near}'? ")).unwrap_or_default();
    let help = format!("{meant}Built in are {}; a file's name ends in .yaml or has a '/'.", names.join(", "));
    ProfileError::Unknown { name: name.to_owned(), help }
}

/// Anything with a `/` or ending in `.yaml` is a file.
fn is_file(name_or_path: &str) -> bool {
    name_or_path.contains(['/', '\\']) || name_or_path.ends_with(".yaml")
}

fn refused(file: &str, text: &str, error: &serde_saphyr::Error) -> ProfileError {
    let plain = error.without_snippet();
    let span = plain.location().map(|location| location.span());
    let place =
        span.and_then(|span| Some(SourceSpan::from((usize::try_from(span.byte_offset()?).ok()?, usize::try_from(span.byte_len()?).ok()?))));
    ProfileError::Refused { message: plain.to_string(), text: named(file, text), place, help: meant(plain) }
}

fn named(file: &str, text: &str) -> Arc<NamedSource<String>> {
    Arc::new(NamedSource::new(file, text.to_owned()).with_language("yaml"))
}

/// What an unknown member or variant was probably meant to be.
fn meant(error: &serde_saphyr::Error) -> Option<String> {
    match error {
        serde_saphyr::Error::SerdeUnknownField { field: name, expected, .. }
        | serde_saphyr::Error::SerdeUnknownVariant { variant: name, expected, .. } => {
            nearest(name, expected).map(|near| format!("Did you mean '{near}'?"))
        }
        _ => None,
    }
}

/// The nearest candidate, where one is near enough to be a slip of the pen.
fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let near = candidates.iter().map(|candidate| (strsim::damerau_levenshtein(name, candidate), *candidate));
    near.min().filter(|(distance, _)| *distance <= 1 + name.len() / 4).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const MINIMAL: &str = "name: mine\nabout: Mine.\n";

    fn profiles() -> impl Iterator<Item = &'static include_dir::File<'static>> {
        let names = Profile::built_in_names();
        BUILT_IN.files().filter(move |file| names.iter().any(|name| file.path().to_str() == Some(&format!("{name}.yaml"))))
    }

    fn refusal(text: &str) -> (String, Option<String>, Option<usize>) {
        match Profile::parse("mine.yaml", text).expect_err("must be refused") {
            ProfileError::Refused { message, help, place, .. } => (message, help, place.map(|place| place.offset())),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn every_built_in_profile_loads_under_its_own_name() {
        let names = Profile::built_in_names();
        let servers = [
            "aws",
            "awsim",
            "cognito-local",
            "cognitox",
            "fakecloud",
            "localemu",
            "ministack",
            "ministack-auth",
            "moto",
            "reference",
            "replay",
        ];
        assert_eq!(names, [servers.as_slice(), &["winterbaume"]].concat());
        for name in names {
            assert_eq!(Profile::load(name).expect(name).name, name);
        }
    }

    #[test]
    fn every_profile_names_its_schema_in_the_first_line_and_pins_a_version() {
        for file in profiles() {
            let text = file.contents_utf8().expect("UTF-8");
            assert!(text.starts_with("# yaml-language-server: $schema=schema.json\n"), "{}", file.path().display());
            let profile = Profile::parse("", text).expect("loads");
            // Nobody installs the real service, or a recording.
            assert_eq!(profile.live || profile.names_steps, profile.version.is_none());
            assert!(profile.install.zip(profile.version).is_none_or(|(install, version)| install.contains(&version)));
        }
    }

    #[test]
    fn built_in_profiles_satisfy_the_committed_schema() {
        let validator = jsonschema::validator_for(&profile_schema()).expect("a schema");
        for file in profiles() {
            let value: Value = serde_saphyr::from_str(file.contents_utf8().expect("UTF-8")).expect("YAML");
            let faults: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{}: {faults:?}", file.path().display());
        }
    }

    /// `UPDATE_SCHEMA=1 cargo test target::load` writes it anew.
    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/targets/schema.json");
        let current = format!("{}\n", serde_json::to_string_pretty(&profile_schema()).expect("JSON"));
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &current).expect("write the schema");
        }
        assert!(std::fs::read_to_string(path).expect("the schema") == current, "run UPDATE_SCHEMA=1 cargo test target::load");
    }

    #[rstest]
    #[case("mto", Some("Did you mean 'moto'?"))]
    #[case("cognito_local", Some("Did you mean 'cognito-local'?"))]
    #[case("dynamodb", None)]
    fn an_unknown_name_is_refused_with_the_nearest(#[case] name: &str, #[case] meant: Option<&str>) {
        let ProfileError::Unknown { help, .. } = Profile::load(name).expect_err("unknown") else { panic!("another error") };
        assert_eq!(help.split(" Built in").next().filter(|text| text.starts_with("Did")), meant);
        assert!(help.contains("ministack-auth, moto, reference"), "{help}");
    }

    #[test]
    fn a_path_is_a_file() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("mine.yaml");
        std::fs::write(&path, MINIMAL).expect("write");
        assert_eq!(Profile::load(path.to_str().expect("UTF-8")).expect("loads").name, "mine");
        assert!(matches!(Profile::load("./moto"), Err(ProfileError::Read { .. })));
        assert!(matches!(Profile::load("moto.yaml"), Err(ProfileError::Read { .. })));
    }

    #[rstest]
    #[case::unknown_member("versoin: 1", "versoin", Some("Did you mean 'version'?"))]
    #[case::unknown_door("doors: { codes: { htp: { path: /x } } }", "htp", Some("Did you mean 'http'?"))]
    #[case::unknown_method("doors: { codes: { http: { method: Post, path: /x } } }", "Post", None)]
    #[case::pointer("doors: { codes: { http: { path: /x, answer: { Code: a.b } } } }", "write '/a/b'", None)]
    #[case::pattern("not_implemented: [{ body: '(' }]", "not a regular expression", None)]
    #[case::search("doors: { codes: { log: { file: x, pattern: '(?<Code>' } } }", "not a regular expression", None)]
    #[case::no_group("doors: { codes: { log: { file: x, pattern: '(\\d+) for {Username}' } } }", "names no group", None)]
    #[case::file("start: { command: ['{port}'], files: { ../x: y }, ready: { path: / } }", "without '..'", None)]
    #[case::absolute_file("start: { command: ['{port}'], files: { /x: y }, ready: { path: / } }", "inside the work directory", None)]
    fn a_wrong_profile_is_refused_where_it_is_wrong(#[case] wrong: &str, #[case] message: &str, #[case] help: Option<&str>) {
        let (actual, actual_help, offset) = refusal(&format!("{MINIMAL}{wrong}\n"));
        assert!(actual.contains(message), "{actual}");
        assert!(help.is_none_or(|help| actual_help.as_deref() == Some(help)), "{actual_help:?}");
        assert!(offset.is_some_and(|offset| offset >= MINIMAL.len()), "{offset:?}: {actual}");
    }

    #[rstest]
    #[case("lacks: { codes: none }\ndoors: { codes: { fixed: { Code: a } } }", "`lacks` names 'codes'")]
    #[case("not_implemented: [{}]", "is empty")]
    #[case("start: { command: [], ready: { path: / } }", "name the program")]
    #[case("start: { command: [x], ready: { path: / } }", "{port}")]
    #[case("start: { command: [x, '{port}'], ready: { path: health } }", "start.ready.path")]
    #[case("start: { command: [x, '{port}'], ready: { path: /, timeout_seconds: 18446744073709551615 } }", "more than a day")]
    #[case("doors: { codes: { http: { path: codes } } }", "doors.codes.http.path")]
    #[case("doors: { codes: { http: { path: /, answer: { Code: /a }, pattern: '(?<Code>.)' } } }", "both `answer` and `pattern`")]
    #[case("doors: { codes: { log: { pattern: '(?<Code>.)' } } }", "name the log with `file`")]
    #[case("doors: { codes: { log: { file: '{workdir}/x', pattern: '(?<Code>.)' } } }", "name the log with `file`")]
    #[case("doors: { codes: { log: { file: x, pattern: '(?<Code>.)', timeout_seconds: 90000 } } }", "more than a day")]
    #[case("doors: { codes: { command: { run: [] } } }", "name the program")]
    fn a_profile_that_cannot_work_is_refused(#[case] wrong: &str, #[case] message: &str) {
        let (actual, _, _) = refusal(&format!("{MINIMAL}{wrong}\n"));
        assert!(actual.contains(message), "{actual}");
    }

    #[rstest]
    #[case("moto", "codes", false)]
    #[case("cognito-local", "codes", true)]
    #[case("cognito-local", "clock", false)]
    #[case("cognitox", "codes", true)]
    #[case("reference", "access_token", true)]
    #[case("reference", "telepathy", false)]
    fn capabilities(#[case] profile: &str, #[case] capability: &str, #[case] has: bool) {
        let lacks = Profile::load(profile).expect("loads").lacks(capability);
        assert_eq!(lacks.is_none(), has, "{lacks:?}");
    }

    #[rstest]
    #[case(500, r#"{"message":"Unsupported x-amz-target header \"Foo\""}"#, true)]
    #[case(400, r#"{"message":"Unsupported x-amz-target header \"Foo\""}"#, false)]
    #[case(500, r#"{"message":"Unsupported feature: SMS_MFA"}"#, false)]
    fn not_implemented_fits_whole(#[case] status: u16, #[case] body: &str, #[case] expected: bool) {
        let profile = Profile::load("cognito-local").expect("loads");
        assert_eq!(profile.says_not_implemented(status, Some("CognitoLocal#Unsupported"), body), expected);
    }

    #[test]
    fn the_bare_profile_prints_no_password_of_the_url() {
        let endpoint = Url::parse("http://me:hush@localhost:5000/x").expect("a URL");
        let profile = Profile::for_endpoint(&endpoint);
        assert_eq!(profile.name, "localhost");
        assert!(!format!("{profile:?}").contains("hush"));
        assert!(profile.lacks("codes").is_some());
    }

    #[test]
    fn debug_output_hides_what_may_be_secret() {
        let text = "credentials: { access_key_id: AKID, secret_access_key: hush }\n\
                    doors: { codes: { fixed: { Code: hush } }, clock: { http: { path: /c, body: { Key: hush } } } }\n\
                    start: { command: ['{port}'], env: { KEY: hush }, ready: { path: / } }\n";
        let profile = Profile::parse("mine.yaml", &format!("{MINIMAL}{text}")).expect("loads");
        let debug = format!("{profile:?}");
        assert!(debug.contains("AKID") && !debug.contains("hush"), "{debug}");
    }
}
