//! An account on this machine: a server that counts as live, an STS, and shared configuration files, so that nothing is asked of AWS.

use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use tokio::runtime::Runtime;
use wiremock::matchers::{any, body_string_contains};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{program, scratch};

/// The account that the STS here knows.
pub const ACCOUNT: &str = "123456789012";

/// Things outside, which the server here never looks at; the account is the one of AWS's examples.
pub const RESOURCES: &str = "resources:
  sms_role_arn: arn:aws:iam::123456789012:role/x
  sms_external_id: x
  ses_identity_arn: arn:aws:ses:us-east-1:123456789012:identity/x@example.com
";

/// A server, an STS, and a home.
pub struct Account {
    runtime: Runtime,
    pub service: MockServer,
    pub sts: MockServer,
    home: tempfile::TempDir,
}

impl Account {
    /// A service that refuses everything at once, and an STS that knows everybody.
    pub fn open() -> Self {
        Self::with_service(Duration::ZERO)
    }

    /// The same with a service that takes its time for each refusal.
    pub fn with_service(delay: Duration) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let refusal = serde_json::json!({"__type": "InvalidParameterException", "message": "no"});
        let refusal = ResponseTemplate::new(400).set_body_json(refusal).set_delay(delay);
        let (service, sts) = runtime.block_on(async {
            let (service, sts) = (MockServer::start().await, MockServer::start().await);
            Mock::given(any()).respond_with(refusal).mount(&service).await;
            for (action, result) in answers() {
                let body = format!(
                    "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>{result}</{action}Result></{action}Response>"
                );
                let answer = ResponseTemplate::new(200).set_body_raw(body, "text/xml");
                Mock::given(body_string_contains(format!("Action={action}&"))).respond_with(answer).mount(&sts).await;
            }
            (service, sts)
        });
        let account = Self { runtime, service, sts, home: scratch() };
        account.file(
            "stand-in.yaml",
            &format!("name: stand-in\nabout: It stands for AWS.\nlive: true\nendpoint_url: {}\n{RESOURCES}", account.service.uri()),
        );
        account
    }

    /// Writes a file into the home.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The program with nothing of this machine's environment, and with the files `config` and `credentials` of the home.
    pub fn program(&self) -> Command {
        let mut command = program(self.home());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.env("HOME", self.home()).env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_ENDPOINT_URL_STS", self.sts.uri());
        command.env("AWS_CONFIG_FILE", self.home().join("config")).env("AWS_SHARED_CREDENTIALS_FILE", self.home().join("credentials"));
        command.timeout(Duration::from_secs(60)).current_dir(self.home());
        command
    }

    /// A run of few cases against the server as the real service.
    pub fn run(&self) -> Command {
        let mut command = self.program();
        command.args(["run", "SetUserSettings::", "--jobs", "1", "--target", "./stand-in.yaml", "--allow-aws"]);
        command
    }

    /// The service answers otherwise from now on.
    pub fn serve(&self, mock: Mock) {
        self.runtime.block_on(async {
            self.service.reset().await;
            mock.mount(&self.service).await;
        });
    }

    /// What a server was sent.
    pub fn requests(&self, server: &MockServer) -> Vec<Request> {
        self.runtime.block_on(server.received_requests()).expect("they are kept")
    }

    /// The access key ids that the requests to a server are signed with, each once, in order; `-` where one is not signed.
    pub fn keys(&self, server: &MockServer) -> Vec<String> {
        let mut keys: Vec<String> = self.requests(server).iter().map(key).collect();
        keys.dedup();
        keys
    }

    /// STS refuses everybody from now on.
    pub fn refuse(&self) {
        let error =
            "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The token is invalid.</Message></Error></ErrorResponse>";
        self.runtime.block_on(async {
            self.sts.reset().await;
            Mock::given(any()).respond_with(ResponseTemplate::new(403).set_body_raw(error, "text/xml")).mount(&self.sts).await;
        });
    }
}

fn key(request: &Request) -> String {
    let authorization = request.headers.get("authorization").and_then(|value| value.to_str().ok());
    let credential = authorization.and_then(|text| text.split("Credential=").nth(1));
    credential.and_then(|text| text.split('/').next()).unwrap_or("-").to_owned()
}

fn answers() -> [(&'static str, String); 3] {
    let keys = |id: &str| {
        format!(
            "<Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>hush</SecretAccessKey><SessionToken>hush-token</SessionToken>\
             <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        )
    };
    let caller = format!("<Arn>arn:aws:sts::{ACCOUNT}:assumed-role/nightly/s</Arn><UserId>AROA:s</UserId><Account>{ACCOUNT}</Account>");
    [("GetCallerIdentity", caller), ("AssumeRole", keys("ASSUMED")), ("AssumeRoleWithWebIdentity", keys("FEDERATED"))]
}
