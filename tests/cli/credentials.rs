//! Whose credentials a request is signed with: the standard chain's for the real service, never for a mock.

use std::time::Duration;

use rstest::rstest;

use super::account::{ACCOUNT, Account};
use super::ended;

const CREDENTIALS: &str = "\
[default]
aws_access_key_id = DEFAULT
aws_secret_access_key = hush
[other]
aws_access_key_id = OTHER
aws_secret_access_key = hush
";

/// `{home}` becomes the home's path, `{service}` the server's address.
const CONFIG: &str = "\
[default]
region = eu-west-3
[profile other]
region = eu-central-1
[profile program]
credential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"PROGRAM\", \"SecretAccessKey\": \"hush\"}'
[profile role]
role_arn = arn:aws:iam::123456789012:role/nightly
source_profile = other
[profile web]
role_arn = arn:aws:iam::123456789012:role/nightly
web_identity_token_file = {home}/token
[profile local]
aws_access_key_id = LOCAL
aws_secret_access_key = hush
endpoint_url = {service}
[profile by-service]
aws_access_key_id = BYSERVICE
aws_secret_access_key = hush
endpoint_url = http://127.0.0.1:1
services = here
[services here]
cognito_identity_provider =
  endpoint_url = {service}
[profile sso]
sso_session = company
sso_account_id = 123456789012
sso_role_name = nightly
[sso-session company]
sso_region = eu-west-1
sso_start_url = https://127.0.0.1:1/start
[profile broken]
credential_process = echo hush-of-the-program >&2; exit 7
[profile garbled]
credential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"GARBLED\", \"SecretAccessKey\": \"hush-of-the-program\", \"Expiration\": \"soon\"}'
";

fn account() -> Account {
    let account = Account::open();
    account.file("credentials", CREDENTIALS);
    account.file("token", "hush.hush.hush");
    let config = CONFIG.replace("{home}", &account.home().display().to_string()).replace("{service}", &account.service.uri());
    account.file("config", &config);
    account
}

const ENVIRONMENT: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "ENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", "hush")];
const PROFILE: &[(&str, &str)] = &[("AWS_PROFILE", "other")];
const WEB: &[(&str, &str)] = &[("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/nightly"), ("AWS_ROLE_SESSION_NAME", "s")];

#[rstest]
#[case::shared_files(&[], &[], "DEFAULT")]
#[case::environment(&ENVIRONMENT, &[], "ENVIRONMENT")]
#[case::profile_of_the_environment(PROFILE, &[], "OTHER")]
#[case::keys_of_the_environment_before_its_profile(&[ENVIRONMENT[0], ENVIRONMENT[1], PROFILE[0]], &[], "ENVIRONMENT")]
#[case::a_profile_that_is_asked_for_before_all_else(&ENVIRONMENT, &["--profile", "other"], "OTHER")]
#[case::program(&[], &["--profile", "program"], "PROGRAM")]
#[case::role(&[], &["--profile", "role"], "ASSUMED")]
#[case::web_identity(&[], &["--profile", "web"], "FEDERATED")]
fn the_real_service_is_sent_the_chains(#[case] environment: &[(&str, &str)], #[case] flags: &[&str], #[case] key: &str) {
    let account = account();
    let ended = ended(account.run().args(flags).envs(environment.iter().copied()));
    assert_eq!(account.keys(&account.service), [key], "{}", ended.stderr);
    assert_eq!(account.keys(&account.sts).last().map(String::as_str), Some(key), "STS was asked about another");
    assert!(ended.stderr.contains("account   ********9012, as an assumed role"), "{}", ended.stderr);
    assert!(!format!("{}{}", ended.stdout, ended.stderr).contains("hush"), "a secret is shown");
}

#[test]
fn a_web_identity_of_the_environment() {
    let account = account();
    account.file("credentials", "");
    account.file("config", "");
    let token = account.home().join("token");
    ended(account.run().envs(WEB.iter().copied()).env("AWS_WEB_IDENTITY_TOKEN_FILE", token));
    assert_eq!(account.keys(&account.service), ["FEDERATED"]);
}

#[rstest]
#[case::shared_file(&[], &[], "eu-west-3")]
#[case::profile(&[], &["--profile", "other"], "eu-central-1")]
#[case::environment(&[("AWS_DEFAULT_REGION", "ap-south-1")], &["--profile", "other"], "ap-south-1")]
#[case::flag(&[("AWS_REGION", "ap-south-1")], &["--region", "sa-east-1"], "sa-east-1")]
fn the_region_is_the_configured_one(#[case] environment: &[(&str, &str)], #[case] flags: &[&str], #[case] region: &str) {
    let account = account();
    let ended = ended(account.run().args(flags).envs(environment.iter().copied()));
    assert!(ended.stderr.contains(&format!("region    {region}\n")), "{}", ended.stderr);
    let request = account.requests(&account.service).pop().expect("a request");
    let authorization = request.headers.get("authorization").and_then(|value| value.to_str().ok()).expect("signed");
    assert!(authorization.contains(&format!("/{region}/cognito-idp/aws4_request")), "{authorization}");
}

#[test]
fn a_stand_in_may_have_its_own() {
    let account = account();
    let url = account.service.uri();
    let keys = "{ access_key_id: OWN, secret_access_key: hush }";
    account.file("stand-in.yaml", &format!("name: own\nabout: Own.\nlive: true\nendpoint_url: {url}\ncredentials: {keys}\n"));
    ended(account.run().envs(ENVIRONMENT));
    assert_eq!((account.keys(&account.service), account.keys(&account.sts)), (vec!["OWN".to_owned()], vec!["OWN".to_owned()]));
}

#[test]
fn what_is_not_signed_is_nobodys() {
    let account = account();
    let ended = ended(account.run().arg("--no-sign-request"));
    assert_eq!((account.keys(&account.service), account.keys(&account.sts)), (vec!["-".to_owned()], vec![]));
    assert!(ended.stderr.contains("no request is signed"), "{}", ended.stderr);
}

#[rstest]
#[case::nobodys(&[], &[], "testing")]
#[case::profile_of_the_environment(PROFILE, &[], "testing")]
#[case::target(&ENVIRONMENT, &["--target", "moto"], "testing")]
#[case::asked_for(&[], &["--target", "moto", "--profile", "other"], "OTHER")]
fn a_mock_is_sent_the_chains_only_where_it_is_asked_for(#[case] environment: &[(&str, &str)], #[case] flags: &[&str], #[case] key: &str) {
    let account = account();
    let mut run = account.program();
    run.args(["run", "SetUserSettings::", "--endpoint-url", &account.service.uri()]).args(flags);
    let ended = ended(run.envs(environment.iter().copied()));
    assert_eq!((account.keys(&account.service), account.requests(&account.sts).len()), (vec![key.to_owned()], 0));
    assert!(!ended.stderr.contains("account"), "{}", ended.stderr);
}

#[rstest]
#[case("local", "LOCAL")]
#[case("by-service", "BYSERVICE")]
fn a_profile_leads_to_the_endpoint_that_it_configures(#[case] profile: &str, #[case] key: &str) {
    let account = account();
    ended(account.program().args(["run", "SetUserSettings::", "--profile", profile]));
    assert_eq!((account.keys(&account.service), account.requests(&account.sts).len()), (vec![key.to_owned()], 0));
}

#[test]
fn a_configured_endpoint_can_be_ignored() {
    let account = account();
    let mut run = account.program();
    run.args(["run", "SetUserSettings::", "--profile", "local"]).env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    ended(&mut run).must(2, &["cognito-idp.us-east-1.amazonaws.com", "--allow-aws"]);
}

#[test]
fn a_plain_run_stays_at_home() {
    let account = account();
    account.file("config", &format!("[default]\nregion = eu-west-1\nendpoint_url = {}\n", account.service.uri()));
    ended(account.program().args(["run", "SetUserSettings::turns_sms_on"]).env("AWS_PROFILE", "default")).must(0, &["reference"]);
    assert_eq!((account.requests(&account.service).len(), account.requests(&account.sts).len()), (0, 0));
}

#[rstest]
#[case::none_at_all("", "", &[], &["there are no credentials", "AWS_ACCESS_KEY_ID of the environment", "profile `default` of", "--profile NAME"])]
#[case::a_profile_without(CREDENTIALS, "[profile bare]\nregion = eu-west-1\n", &["--profile", "bare"], &["there are no credentials", "profile `bare`"])]
#[case::no_such_profile(CREDENTIALS, "", &["--profile", "nobody"], &["profile `nobody`", "not defined"])]
#[case::nobody_logged_in(CREDENTIALS, CONFIG, &["--profile", "sso"], &["profile `sso`", "aws sso login"])]
#[case::program_that_fails(CREDENTIALS, CONFIG, &["--profile", "broken"], &["profile `broken`", "7"])]
#[case::program_that_talks_nonsense(CREDENTIALS, CONFIG, &["--profile", "garbled"], &["profile `garbled`"])]
fn without_credentials_nothing_is_sent(#[case] credentials: &str, #[case] config: &str, #[case] flags: &[&str], #[case] said: &[&str]) {
    let account = Account::open();
    account.file("credentials", credentials);
    account.file("config", config);
    let ended = ended(account.run().args(flags));
    ended.must(2, &[]);
    said.iter().for_each(|words| ended.must_tell(words));
    assert_eq!((account.requests(&account.service).len(), account.requests(&account.sts).len()), (0, 0));
    assert!(!ended.stderr.contains("AccessKeyId") && !ended.stderr.contains("GARBLED"), "{}", ended.stderr);
}

#[test]
fn credentials_that_expire_are_renewed_while_it_runs() {
    let account = Account::with_service(Duration::from_secs(2));
    let counter = account.file("counter", "");
    // The first keys live three to four seconds, which is two requests; all others for long.
    let script = format!(
        "echo >> {0}; n=$(wc -l < {0}); t=2099-01-01T00:00:00Z\n\
         [ $n -gt 1 ] || t=$(date -u -d '+4 seconds' +%FT%TZ || date -u -v+4S +%FT%TZ)\n\
         printf '{{\"Version\":1,\"AccessKeyId\":\"NUMBER%d\",\"SecretAccessKey\":\"hush\",\"SessionToken\":\"hush\",\"Expiration\":\"%s\"}}' $n $t",
        counter.display()
    );
    let script = account.file("keys.sh", &script);
    account.file("config", &format!("[default]\ncredential_process = sh {}\n", script.display()));
    let ended = ended(&mut account.run());
    assert_eq!(account.keys(&account.service), ["NUMBER1", "NUMBER2"], "{}", ended.stdout);
    assert_eq!(std::fs::read_to_string(counter).expect("a file").lines().count(), 2, "it is not asked for each request");
}

#[test]
fn no_account_stands_in_what_is_written() {
    let account = account();
    let ended = ended(
        account
            .run()
            .args(["--report", "run.json", "--as", "html=run.html", "--junit", "run.xml"])
            .envs(ENVIRONMENT)
            .env("RUST_LOG", "trace"),
    );
    assert!(ended.stderr.contains("********9012") && ended.stderr.contains("TRACE"), "{}", ended.stderr);
    for secret in [ACCOUNT, "ENVIRONMENT"] {
        assert!(!ended.stderr.contains(secret), "{secret} stands in\n{}", ended.stderr);
    }
    for file in ["run.json", "run.html", "run.xml"] {
        let text = std::fs::read_to_string(account.home().join(file)).expect("a report");
        assert!(!text.contains(ACCOUNT) && !text.contains("9012") && !text.contains("ENVIRONMENT"), "{file} names the account");
    }
    let report = std::fs::read_to_string(account.home().join("run.json")).expect("a report");
    assert!(report.contains("stand-in") && report.contains("127.0.0.1"), "{report}");
    assert!(ended.stdout.contains("--target ./stand-in.yaml --allow-aws"), "what shows it again lacks the word:\n{}", ended.stdout);
}
