//! Requests through the installed AWS CLI, in place of our own client: what a user's tool shows is judged.
//!
//! - `names`, `shorthand`, `arguments`: a request as a command line
//! - `process`: one call of the tool
//! - `said`: what it printed and how it ended, as an answer

mod arguments;
mod names;
mod process;
mod said;
mod shorthand;

use std::io::{self, Write};
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fancy_regex::Regex;
use serde_json::{Map, Value};
use tempfile::TempDir;
use thiserror::Error;
use tokio::process::Command;
use tokio::sync::Semaphore;

use self::said::Asked;
use super::{ClientOptions, Request, Response, TransportError};
use crate::model::{Model, ShapeKind};
pub use arguments::{Arguments, Sensitive};
pub use names::words;

/// The program, as it is looked up on PATH.
const PROGRAM: &str = "aws";

/// The tool's own time before it sends anything, on a machine that does much else.
const START: Duration = Duration::from_secs(30);

/// Settings that change what it shows or how often it asks. What the user has set is not read.
const SETTINGS: &str = "[default]
output = json
cli_timestamp_format = wire
cli_binary_format = base64
cli_pager =
cli_history = disabled
cli_follow_urlparam = false
max_attempts = 1
retry_mode = standard
";

/// Variables of a proxy: what answers must be the endpoint.
const PROXIES: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/// The installed AWS CLI, set up to send to one endpoint.
#[derive(Debug)]
pub struct AwsCli {
    version: Version,
    options: ClientOptions,
    /// Private: the settings, and the input of each request while it is under way.
    home: TempDir,
    slots: Semaphore,
    sent: AtomicU64,
}

/// The tool cannot be used.
#[derive(Debug, Error)]
pub enum AwsCliError {
    /// It is not installed.
    #[error("there is no `{PROGRAM}` on PATH")]
    Missing,
    /// It does not say what it is.
    #[error("`{PROGRAM} --version` does not say which AWS CLI it is: {0}")]
    Unknown(String),
    /// Its private directory cannot be made.
    #[error("cannot set up the AWS CLI: {0}")]
    SetUp(#[source] io::Error),
}

/// A request of which nothing came back.
#[derive(Debug, Error)]
pub enum NotSent {
    /// The tool does not send such a request.
    #[error("the AWS CLI does not send it: {0}")]
    Refused(String),
    /// It was not answered.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// Version of the tool.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    text: String,
    major: u32,
}

impl Version {
    /// Reads `aws-cli/2.9.19 Python/3.11.2 …`.
    fn read(text: &str) -> Option<Self> {
        static NAMED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"aws-cli/((\d+)\.[0-9.]+)").expect("a test reads versions"));
        let found = NAMED.captures(text).ok()??;
        Some(Self { text: found.get(1)?.as_str().to_owned(), major: found.get(2)?.as_str().parse().ok()? })
    }

    /// Exit status for a request that the service refuses.
    fn refusal(&self) -> i32 {
        if self.major >= 2 { 254 } else { 255 }
    }
}

impl AwsCli {
    /// The installed tool, to send as `options` say.
    ///
    /// # Errors
    /// There is none, or it is no AWS CLI.
    pub async fn find(options: ClientOptions) -> Result<Self, AwsCliError> {
        let home = private_directory().map_err(AwsCliError::SetUp)?;
        for (name, text) in [("config", SETTINGS), ("credentials", "")] {
            std::fs::write(home.path().join(name), text).map_err(AwsCliError::SetUp)?;
        }
        let mut command = command(home.path());
        command.arg("--version");
        let said = process::run(command, START).await.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => AwsCliError::Missing,
            _ => AwsCliError::Unknown(error.to_string()),
        })?;
        let said = said.ok_or_else(|| AwsCliError::Unknown(format!("it did not end within {START:?}")))?;
        // Early versions tell it on standard error.
        let told = format!("{} {}", String::from_utf8_lossy(&said.stdout), said.stderr);
        let version = Version::read(&told).ok_or_else(|| AwsCliError::Unknown(said::short(&told)))?;
        let slots = Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get));
        Ok(Self { version, options, home, slots, sent: AtomicU64::new(0) })
    }

    /// What it is: `aws-cli 2.9.19`.
    pub fn name(&self) -> String {
        format!("aws-cli {}", self.version.text)
    }

    /// How many requests it was asked to send.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends one request and reads what the tool shows of the answer.
    ///
    /// # Errors
    /// The tool does not send it, or nothing came back.
    pub async fn send(&self, request: &Request) -> Result<Response, NotSent> {
        let input = self.input(request).map_err(|why| NotSent::Refused(why.to_owned()))?;
        let broken = |what: &str, error: io::Error| TransportError::Broken(format!("{what} the AWS CLI: {error}"));
        let arguments = Arguments::of(&request.operation, &input, Sensitive::InJson);
        // As many at once as there are processors: each is busy for most of its time.
        let _slot = self.slots.acquire().await.map_err(|error| TransportError::Broken(error.to_string()))?;
        let file = arguments.input.map(|input| self.private(&input)).transpose().map_err(|error| broken("prepare", error))?;
        let mut command = command(self.home.path());
        self.surround(&mut command).await?;
        command.args(&arguments.words);
        if let Some(file) = &file {
            command.arg("--cli-input-json").arg(format!("file://{}", file.path().display()));
        }
        command.args(self.flags(request));
        self.sent.fetch_add(1, Ordering::Relaxed);
        let said = process::run(command, self.options.timeout + START).await.map_err(|error| broken("run", error))?;
        let asked = Asked { endpoint: &self.options.endpoint, timeout: self.options.timeout, refusal: self.version.refusal() };
        said.ok_or(TransportError::Timeout(self.options.timeout + START))?.answer(asked)
    }

    /// The input of a request that the tool could send; else why it could not.
    fn input(&self, request: &Request) -> Result<Map<String, Value>, &'static str> {
        if request.path.is_some() {
            return Err("no command gets a document");
        }
        let plain = Request::new(&request.operation, &Value::Null, request.sign);
        if request.method != plain.method || request.target != plain.target || request.content_type != plain.content_type {
            return Err("no tool sends such headers");
        }
        // Blanks, order and repeated members are the tool's own affair.
        let input = serde_json::from_slice::<Value>(&request.body).ok().filter(|input| input.to_string().as_bytes() == request.body);
        let Some(Value::Object(input)) = input else { return Err("no tool sends such a body") };
        let model = Model::embedded();
        let Some(operation) = model.operation(&request.operation) else { return Err("the service has no such operation") };
        if request.sign && operation.unsigned {
            return Err("it never signs this operation");
        }
        let is_blob = |shape: &crate::model::Shape| matches!(shape.kind, ShapeKind::Blob { .. });
        let input = Value::Object(input);
        if self.version.major < 2 && arguments::holds(model, &operation.input, &input, &is_blob) {
            return Err("version 1 encodes bytes of its own accord");
        }
        Ok(input.as_object().cloned().unwrap_or_default())
    }

    /// The input in a file that only this user can read, gone when it is dropped.
    fn private(&self, input: &Value) -> io::Result<tempfile::NamedTempFile> {
        let mut file = tempfile::Builder::new().suffix(".json").tempfile_in(self.home.path())?;
        file.write_all(input.to_string().as_bytes())?;
        Ok(file)
    }

    /// What must not be read in a list of processes.
    async fn surround(&self, command: &mut Command) -> Result<(), TransportError> {
        if let Some(credentials) = &self.options.credentials {
            let keys = credentials.keys().await?;
            command.env("AWS_ACCESS_KEY_ID", keys.access_key_id());
            command.env("AWS_SECRET_ACCESS_KEY", keys.secret_access_key());
            if let Some(token) = keys.session_token() {
                command.env("AWS_SESSION_TOKEN", token);
            }
        }
        if let Some(bundle) = &self.options.ca_bundle {
            command.env("AWS_CA_BUNDLE", bundle);
        }
        Ok(())
    }

    /// Options of the tool itself. The endpoint is one, since early versions would overlook it in the environment, and send to the service itself.
    fn flags(&self, request: &Request) -> Vec<String> {
        let seconds = self.options.timeout.as_secs_f64().ceil().to_string();
        let endpoint = self.options.endpoint.as_str();
        let valued = [("--endpoint-url", endpoint), ("--region", &self.options.region)]
            .into_iter()
            .chain([("--cli-read-timeout", seconds.as_str()), ("--cli-connect-timeout", seconds.as_str())]);
        let is_unsigned = self.options.credentials.is_none() || (!request.sign && is_usually_signed(&request.operation));
        let unsigned = is_unsigned.then_some("--no-sign-request");
        let unverified = (!self.options.verify_tls).then_some("--no-verify-ssl");
        // One command, one request.
        let bare = [Some("--no-paginate"), unsigned, unverified].into_iter().flatten();
        valued.flat_map(|(name, value)| [name, value]).chain(bare).map(str::to_owned).collect()
    }
}

/// A directory that only this user can look into, gone when it is dropped.
fn private_directory() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("cognito-conformance-aws-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

fn is_usually_signed(operation: &str) -> bool {
    Model::embedded().operation(operation).is_some_and(|facts| !facts.unsigned)
}

/// The tool with nothing of the user's settings.
fn command(home: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    for name in PROXIES {
        command.env_remove(name);
    }
    command.env("AWS_CONFIG_FILE", home.join("config"));
    command.env("AWS_SHARED_CREDENTIALS_FILE", home.join("credentials"));
    let settings = [
        ("AWS_PAGER", ""),
        ("AWS_MAX_ATTEMPTS", "1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CLI_AUTO_PROMPT", "off"),
        ("AWS_CLI_FILE_ENCODING", "UTF-8"),
        ("AWS_CLI_OUTPUT_ENCODING", "UTF-8"),
        ("PYTHONUTF8", "1"),
        ("PYTHONIOENCODING", "utf-8"),
    ];
    command.envs(settings);
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("aws-cli/1.45.11 Python/3.11.7 Linux/6.1 botocore/1.43.11", Some(("1.45.11", 255)))]
    #[case("aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64.debian.12 prompt/off", Some(("2.9.19", 254)))]
    #[case("GNU aws 1.0", None)]
    fn versions_end_differently(#[case] told: &str, #[case] expected: Option<(&str, i32)>) {
        let version = Version::read(told);
        assert_eq!(version.as_ref().map(|version| (version.text.as_str(), version.refusal())), expected);
    }

    fn tool(major: u32, credentials: bool) -> AwsCli {
        AwsCli {
            version: Version { text: format!("{major}.0"), major },
            options: ClientOptions {
                endpoint: "http://127.0.0.1:9/".parse().expect("a URL"),
                region: "eu-west-1".to_owned(),
                credentials: credentials.then(crate::wire::Credentials::made_up),
                timeout: Duration::from_millis(1500),
                verify_tls: true,
                ca_bundle: None,
            },
            home: private_directory().expect("a directory"),
            slots: Semaphore::new(1),
            sent: AtomicU64::new(0),
        }
    }

    #[rstest]
    #[case::plain(|_: &mut Request| {}, None)]
    #[case::method(|request: &mut Request| request.method = "GET".to_owned(), Some("no tool sends such headers"))]
    #[case::target(|request: &mut Request| request.target = None, Some("no tool sends such headers"))]
    #[case::content_type(|request: &mut Request| request.content_type = Some("text/plain".to_owned()), Some("no tool sends such headers"))]
    #[case::body(|request: &mut Request| request.body = b"{".to_vec(), Some("no tool sends such a body"))]
    #[case::blanks(|request: &mut Request| request.body = b"{ }".to_vec(), Some("no tool sends such a body"))]
    #[case::list(|request: &mut Request| request.body = b"[]".to_vec(), Some("no tool sends such a body"))]
    #[case::signed(|request: &mut Request| request.sign = true, Some("it never signs this operation"))]
    fn odd_requests_are_not_sent(#[case] change: fn(&mut Request), #[case] expected: Option<&str>) {
        let mut request = Request::new("GetUser", &json!({ "AccessToken": "t" }), false);
        change(&mut request);
        assert_eq!(tool(2, true).input(&request).err(), expected);
    }

    #[rstest]
    #[case(1, Some("version 1 encodes bytes of its own accord"))]
    #[case(2, None)]
    fn bytes_would_be_encoded_twice(#[case] major: u32, #[case] expected: Option<&str>) {
        let request = Request::new("SetUICustomization", &json!({ "UserPoolId": "us-east-1_a", "ImageFile": "AAAA" }), true);
        assert_eq!(tool(major, true).input(&request).err(), expected);
    }

    #[rstest]
    #[case::signed("ListUserPools", true, true, false)]
    #[case::left_unsigned("ListUserPools", false, true, true)]
    #[case::never_signed("GetUser", false, true, false)]
    #[case::no_credentials("GetUser", false, false, true)]
    fn asks_for_no_signature_where_there_is_to_be_none(
        #[case] operation: &str,
        #[case] sign: bool,
        #[case] credentials: bool,
        #[case] unsigned: bool,
    ) {
        let flags = tool(2, credentials).flags(&Request::new(operation, &json!({}), sign));
        assert_eq!(flags.contains(&"--no-sign-request".to_owned()), unsigned, "{flags:?}");
        assert!(flags.join(" ").starts_with("--endpoint-url http://127.0.0.1:9/ --region eu-west-1 --cli-read-timeout 2 "), "{flags:?}");
    }

    #[test]
    #[cfg(unix)]
    fn the_input_is_for_this_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let tool = tool(2, true);
        let file = tool.private(&json!({ "AccessToken": "t" })).expect("a file");
        let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(file.path()), mode(tool.home.path())), (0o600, 0o700));
        let path = file.path().to_owned();
        drop(file);
        assert!(!path.exists());
    }
}
