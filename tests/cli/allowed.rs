//! Nothing goes to the real service unless the user says so, and nothing acts that cannot say in which account.

use std::net::TcpListener;

use cognito_conformance::reference::{Config, Server};
use rstest::rstest;

use super::account::Account;
use super::ended;

const HOST: &str = "https://cognito-idp.eu-west-1.amazonaws.com";

#[rstest]
#[case::host(&["run", "--endpoint-url", HOST], "cognito-idp.eu-west-1.amazonaws.com")]
#[case::host_in_capitals(&["run", "--endpoint-url", "https://COGNITO-IDP.eu-west-1.AmazonAWS.com.:443/"], "cognito-idp.eu-west-1.amazonaws.com.")]
#[case::whatever_it_is_called(&["run", "--endpoint-url", HOST, "--target", "moto"], "cognito-idp.eu-west-1.amazonaws.com")]
#[case::target(&["run", "--target", "aws", "--region", "cn-north-1"], "cognito-idp.cn-north-1.amazonaws.com.cn")]
#[case::profile(&["run", "--profile", "nobody"], "cognito-idp.us-east-1.amazonaws.com")]
#[case::stand_in(&["run", "--target", "./stand-in.yaml"], "127.0.0.1")]
#[case::unsigned(&["run", "--target", "aws", "--no-sign-request"], "cognito-idp.us-east-1.amazonaws.com")]
#[case::doctor(&["targets", "doctor", "aws"], "cognito-idp.us-east-1.amazonaws.com")]
#[case::doctor_of_a_mock(&["targets", "doctor", "moto", "--endpoint-url", HOST], "cognito-idp.eu-west-1.amazonaws.com")]
#[case::sweep(&["sweep", "--endpoint-url", HOST], "cognito-idp.eu-west-1.amazonaws.com")]
fn the_real_service_needs_a_word(#[case] arguments: &[&str], #[case] host: &str) {
    let account = Account::open();
    let ended = ended(account.program().args(arguments));
    ended.must(2, &["--allow-aws"]);
    ended.must_tell(&format!("{host} is the real service"));
    assert_eq!((account.requests(&account.service).len(), account.requests(&account.sts).len()), (0, 0));
}

#[test]
fn with_the_word_it_runs() {
    let (account, runtime) = (Account::open(), tokio::runtime::Runtime::new().expect("a runtime"));
    let server = runtime.block_on(Server::start(Config::default())).expect("starts");
    account.file("stand-in.yaml", &format!("name: stand-in\nabout: It stands for AWS.\nlive: true\nendpoint_url: {}\n", server.url()));
    let mut run = account.program();
    run.args(["run", "GetUserPoolMfaConfig::", "--target", "./stand-in.yaml", "--allow-aws"]);
    let ended = ended(run.env("AWS_ACCESS_KEY_ID", "SOMEBODY").env("AWS_SECRET_ACCESS_KEY", "hush"));
    ended.must(0, &["against the real service", "account   ********9012, as an assumed role"]);
    assert_eq!(account.keys(&account.sts), ["SOMEBODY"]);
}

#[test]
fn a_doctor_asks_it_for_nothing_but_its_cases() {
    let account = Account::open();
    let keys = [("AWS_ACCESS_KEY_ID", "SOMEBODY"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let ended = ended(account.program().args(["targets", "doctor", "./stand-in.yaml", "--allow-aws"]).envs(keys));
    ended.must(0, &["not asked for: some of them would change a live account"]);
    assert_eq!(account.requests(&account.service).len(), 0, "no case needs what the profile has");
}

#[test]
fn its_profile_is_not_begun_anew() {
    let ended = ended(Account::open().program().args(["targets", "init", "--endpoint-url", HOST, "--allow-aws"]));
    ended.must(2, &["targets show aws"]);
    ended.must_tell("is the real service, which is not asked for every operation");
}

#[test]
fn the_environments_endpoint_is_looked_at_too() {
    let account = Account::open();
    let ended = ended(account.program().arg("run").env("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", HOST));
    ended.must(2, &["--allow-aws"]);
}

#[rstest]
#[case(&["run", "--endpoint-url", HOST, "--region", "us-east-1", "--allow-aws"], "the endpoint is in eu-west-1, but --region says us-east-1")]
#[case(&["run", "--target", "aws", "--region", "evil.example/#", "--allow-aws"], "`evil.example/#` is no region")]
#[case(&["run", "--start", "my-server {port}", "--endpoint-url", HOST, "--allow-aws"], "--start starts a server, and --endpoint-url is the real service")]
fn what_contradicts_itself_is_refused(#[case] arguments: &[&str], #[case] said: &str) {
    let ended = ended(Account::open().program().args(arguments));
    ended.must(2, &[]);
    ended.must_tell(said);
}

#[test]
fn an_sts_that_refuses_ends_it() {
    let account = Account::open();
    account.refuse();
    let mut run = account.run();
    let ended = ended(run.env("AWS_ACCESS_KEY_ID", "STRANGER").env("AWS_SECRET_ACCESS_KEY", "hush"));
    ended.must(2, &[]);
    ended.must_tell("InvalidClientTokenId: The token is invalid.");
    assert_eq!(account.requests(&account.service).len(), 0);
}

#[test]
fn an_sts_that_is_not_there_ends_it() {
    let account = Account::open();
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let mut run = account.run();
    run.env("AWS_ACCESS_KEY_ID", "SOMEBODY").env("AWS_SECRET_ACCESS_KEY", "hush").env("AWS_ENDPOINT_URL_STS", format!("http://{free}"));
    ended(&mut run).must(3, &["STS does not"]);
    assert_eq!(account.requests(&account.service).len(), 0);
}

#[test]
fn a_sweep_leaves_the_real_service_alone() {
    let account = Account::open();
    let state = account.home().join("cognito-conformance");
    std::fs::create_dir_all(&state).expect("made");
    let ledger = format!(
        "{{\"run\":{{\"run_id\":\"r1\",\"endpoint\":\"{HOST}/\",\"region\":\"eu-west-1\",\"pid\":4194999}}}}\n\
         {{\"created\":{{\"id\":1,\"removal\":{{\"operation\":\"DeleteUserPool\",\"request\":{{\"UserPoolId\":\"eu-west-1_1\"}}}}}}}}\n"
    );
    let path = state.join("r1.jsonl");
    std::fs::write(&path, ledger).expect("written");
    ended(account.program().arg("sweep")).must(2, &["left 1 of run r1", "--allow-aws removes it"]);
    assert!(path.exists(), "the record stays");
}

#[test]
fn certificates_that_are_none_are_told() {
    let account = Account::open();
    account.file("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let mut run = account.run();
    run.args(["--ca-bundle", "ca.pem"]).env("AWS_ACCESS_KEY_ID", "SOMEBODY").env("AWS_SECRET_ACCESS_KEY", "hush");
    ended(&mut run).must(2, &["certificates in ca.pem"]);
}
