//! A live run touches nothing that it did not make: a hostile folder of cases is refused request by request, before anything is sent.

use std::path::Path;
use std::sync::{Arc, Mutex};

use cognito_conformance::reference::{Config, Server};
use cognito_conformance::wire::{Client, Request};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::account::Account;
use super::engine::client;
use super::{ended, proxy};

/// An account that is in use already: a pool with an app client and a user who is signed in.
struct InUse {
    runtime: Runtime,
    server: Server,
    client: Client,
    pool: String,
    app: String,
    token: String,
}

const PASSWORD: &str = "Aa1!somebodys-own";

impl InUse {
    fn set() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let server = runtime.block_on(Server::start(Config::default())).expect("the server starts");
        let client = client(&server.url());
        let mut stage = Self { runtime, server, client, pool: String::new(), app: String::new(), token: String::new() };
        let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).expect("a text").to_owned();
        // Its name begins as ours do: the name alone proves nothing.
        let pool = stage.ask("CreateUserPool", &json!({"PoolName": "cognito-conformance-but-in-production"}));
        stage.pool = text(&pool, "/UserPool/Id");
        let app = json!({"UserPoolId": stage.pool, "ClientName": "production", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]});
        stage.app = text(&stage.ask("CreateUserPoolClient", &app), "/UserPoolClient/ClientId");
        stage.ask("AdminCreateUser", &json!({"UserPoolId": stage.pool, "Username": "somebody", "MessageAction": "SUPPRESS"}));
        let password = json!({"UserPoolId": stage.pool, "Username": "somebody", "Password": PASSWORD, "Permanent": true});
        stage.ask("AdminSetUserPassword", &password);
        stage.token = text(&stage.sign_in(), "/AuthenticationResult/AccessToken");
        stage
    }

    fn ask(&self, operation: &str, input: &Value) -> Value {
        let answer = self.runtime.block_on(self.client.send(&Request::new(operation, input, true))).expect("an answer");
        assert!(answer.is_success(), "{operation}: {:?}", answer.error());
        answer.json().expect("JSON").clone()
    }

    fn sign_in(&self) -> Value {
        let parameters = json!({"USERNAME": "somebody", "PASSWORD": PASSWORD});
        self.ask("InitiateAuth", &json!({"ClientId": self.app, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}))
    }

    /// All that can be read of what was there before, byte for byte. That the password and the token still work is asked too.
    fn state(&self) -> String {
        let pool = json!({"UserPoolId": self.pool});
        let user = json!({"UserPoolId": self.pool, "Username": "somebody"});
        let reads = [
            self.ask("ListUserPools", &json!({"MaxResults": 60})),
            self.ask("DescribeUserPool", &pool),
            self.ask("GetUserPoolMfaConfig", &pool),
            self.ask("ListUsers", &pool),
            self.ask("AdminGetUser", &user),
            self.ask("GetUser", &json!({"AccessToken": self.token})),
        ];
        self.sign_in();
        reads.map(|read| read.to_string()).join("\n")
    }

    /// A folder of cases that mean harm in every way that we can think of.
    fn hostile_cases(&self, folder: &Path) {
        let Self { pool, app, token, .. } = self;
        let escaped = pool.replacen('u', "\\u0075", 1);
        let case = |name: &str, rest: &str| format!("  - name: {name}\n    evidence: documented \"none\"\n{rest}");
        let request = |name: &str, request: &str| case(name, &format!("    request: {request}\n"));
        let wire = |name: &str, body: &str| case(name, &format!("    request: {{}}\n    wire: {{ body: '{body}' }}\n"));
        let files = [
            (
                "DeleteUserPool",
                vec![
                    request("by_its_id", &format!("{{ UserPoolId: {pool} }}")),
                    request("by_its_id_with_a_blank", &format!("{{ UserPoolId: \" {pool}\" }}")),
                    wire("by_a_member_that_stands_twice", &format!("{{\"UserPoolId\":\"{pool}\",\"UserPoolId\":\"x_1\"}}")),
                    wire("by_escapes", &format!("{{\"UserPoolId\":\"{escaped}\"}}")),
                    case("in_a_removal", "    given: trap\n    request: { UserPoolId: $trap.id }\n"),
                ],
            ),
            (
                "GetUserPoolMfaConfig",
                vec![case(
                    "under_another_name",
                    &format!(
                        "    request: {{ UserPoolId: {pool} }}\n    wire: {{ target: AWSCognitoIdentityProviderService.DeleteUserPool }}\n"
                    ),
                )],
            ),
            ("UpdateUserPool", vec![request("its_settings", &format!("{{ UserPoolId: {pool}, DeletionProtection: ACTIVE }}"))]),
            ("SetUserPoolMfaConfig", vec![request("its_factors", &format!("{{ UserPoolId: {pool}, MfaConfiguration: \"OFF\" }}"))]),
            ("AdminDeleteUser", vec![request("its_user", &format!("{{ UserPoolId: {pool}, Username: somebody }}"))]),
            ("AdminSetUserPassword", vec![request("its_password", &format!("{{ UserPoolId: {pool}, Username: somebody, Password: x }}"))]),
            ("CreateUserPoolClient", vec![request("a_client_in_it", &format!("{{ UserPoolId: {pool}, ClientName: x }}"))]),
            ("SignUp", vec![request("by_its_client", &format!("{{ ClientId: {app}, Username: intruder, Password: \"Aa1!12345\" }}"))]),
            (
                "InitiateAuth",
                vec![request(
                    "by_its_client",
                    &format!(
                        "{{ ClientId: {app}, AuthFlow: USER_PASSWORD_AUTH, AuthParameters: {{ USERNAME: somebody, PASSWORD: \"{PASSWORD}\" }} }}"
                    ),
                )],
            ),
            ("GlobalSignOut", vec![request("by_its_users_token", &format!("{{ AccessToken: {token} }}"))]),
            ("DeleteUser", vec![request("by_its_users_token", &format!("{{ AccessToken: {token} }}"))]),
            (
                "TagResource",
                vec![request(
                    "by_its_arn",
                    &format!("{{ ResourceArn: \"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}\", Tags: {{ a: b }} }}"),
                )],
            ),
            ("CreateUserPool", vec![request("that_no_sweep_would_find", "{ PoolName: anonymous }")]),
            ("UpdateProvisionedLimit", vec![request("of_the_account", "{ RequestedLimitValue: 999 }")]),
        ];
        std::fs::create_dir_all(folder.join("fixtures")).expect("made");
        for (operation, cases) in files {
            std::fs::write(
                folder.join(format!("{operation}.yaml")),
                format!("operation: {operation}\nabout: Harm.\ncases:\n{}", cases.concat()),
            )
            .expect("written");
        }
        let trap = format!(
            "fixtures:\n  trap:\n    about: A pool whose removal removes another one too.\n    save: {{ name: $unique(\"pool\") }}\n    \
             create:\n      - call: CreateUserPool\n        request: {{ PoolName: $trap.name }}\n        save: {{ id: UserPool.Id }}\n    \
             destroy:\n      - call: DeleteUserPool\n        request: {{ UserPoolId: {pool} }}\n      - call: DeleteUserPool\n        \
             request: {{ UserPoolId: $trap.id }}\n"
        );
        std::fs::write(folder.join("fixtures/trap.yaml"), trap).expect("written");
    }
}

const STAND_IN: &str = "name: stand-in\nabout: It stands for AWS.\nlive: true\ncredentials: { access_key_id: a, secret_access_key: b }\n";

#[test]
fn nothing_that_was_there_before_is_touched() {
    let (account, stage) = (Account::open(), InUse::set());
    account.file("stand-in.yaml", STAND_IN);
    stage.hostile_cases(&account.home().join("cases"));
    let before = stage.state();
    let sent = Arc::new(Mutex::new(Vec::<String>::new()));
    let seen = sent.clone();
    let url = proxy::before(&stage.server.url(), move |_, request| {
        seen.lock().expect("not poisoned").push(request.to_owned());
        proxy::Fate::Arrives
    });
    let live = ["--endpoint-url", &url, "--target", "./stand-in.yaml", "--allow-aws"];
    let run = ended(account.program().args(["run", "--cases", "cases", "--report", "run.json"]).args(live));
    run.must(3, &[]);
    let report: Value = serde_json::from_slice(&std::fs::read(account.home().join("run.json")).expect("a report")).expect("JSON");
    let cases = report["cases"].as_array().expect("cases");
    let written: Vec<_> = cases.iter().filter(|case| !case["name"].as_str().is_some_and(|name| name.ends_with("response_shape"))).collect();
    assert_eq!(written.len(), 18);
    for case in written {
        assert_eq!(case["outcome"], "blocked", "{case}");
        assert!(case["reason"].as_str().is_some_and(|reason| reason.contains("not sent: ")), "{case}");
    }

    let sweep = ["sweep", "--older-than", "0s", "--yes"];
    ended(account.program().args(sweep).args(live)).must(0, &["nothing was left behind"]);
    assert_eq!(stage.state(), before);

    let sent = sent.lock().expect("not poisoned");
    assert!(sent.iter().any(|request| request.contains(".CreateUserPool\r\n")), "the trap was built, so that its removal was at stake");
    let naming: Vec<_> = [&stage.pool, &stage.app, &stage.token, "somebody", "anonymous"]
        .into_iter()
        .flat_map(|name| sent.iter().filter(move |request| request.contains(name)))
        .filter(|request| !request.contains("AWSCognitoIdentityProviderService.DescribeUserPool\r\n"))
        .collect();
    assert_eq!(naming, [] as [&String; 0], "only the question whether the pool is there may name it");
}
