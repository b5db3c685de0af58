//! `show`: a case for people, or as something to send by hand.
//!
//! - `request`: a step as it would be sent, with a placeholder for what only a run can know
//! - `expectation`: what must come back, in the words of the case format
//! - `human`, `json`: the case; `curl`, `aws_cli`, `boto3`: its requests

mod aws_cli;
mod boto3;
mod curl;
mod expectation;
mod human;
mod json;
mod request;

use std::io::Write;

use clap::{Args, ValueEnum};

use self::request::Sent;
use super::endpoint::{Against, Endpoint, environment};
use super::{Failure, Global, serve};
use crate::case::{Case, Suite};
use crate::exit;

/// Arguments of `show`.
#[derive(Debug, Args)]
pub struct Show {
    /// Name of the case, as `list` has it
    #[arg(value_name = "CASE")]
    pub name: String,
    /// Print the requests in this form, to send them by hand
    #[arg(long = "as", value_name = "FORM", value_enum)]
    pub form: Option<Form>,
    /// Endpoint in what is printed; else that of the environment, or of `serve`
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Region in what is printed; else AWS_REGION, AWS_DEFAULT_REGION or us-east-1
    #[arg(long)]
    pub region: Option<String>,
}

/// Forms of a case's requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Command lines of curl.
    Curl,
    /// Command lines of the AWS CLI.
    AwsCli,
    /// A Python script with boto3.
    Boto3,
    /// The whole case as one JSON object.
    Json,
}

/// Where the requests that are shown would go.
#[derive(Debug, Clone)]
struct Destination {
    endpoint: String,
    region: String,
}

impl Show {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let suite = global.sources.load()?;
        let case = find(&suite, &self.name)?;
        let to = self.destination()?;
        let text = text(case, self.form, &to, &global.sources.shown());
        writeln!(out, "{}", text.trim_end())?;
        Ok(exit::CONFORMS)
    }

    fn destination(&self) -> Result<Destination, Failure> {
        let endpoint = Endpoint { endpoint_url: self.endpoint_url.clone(), region: self.region.clone(), ..Endpoint::default() };
        let url = match endpoint.against(&environment)? {
            Against::Running { url, .. } => url.as_str().trim_end_matches('/').to_owned(),
            Against::Embedded | Against::Configured | Against::Target { .. } | Against::Started { .. } => {
                format!("http://127.0.0.1:{}", serve::PORT)
            }
        };
        Ok(Destination { endpoint: url, region: endpoint.region(&environment).unwrap_or_else(|| "us-east-1".to_owned()) })
    }
}

fn text(case: &Case, form: Option<Form>, to: &Destination, cases: &str) -> String {
    let sent: Vec<Sent> = case.steps.iter().map(Sent::of).collect();
    match form {
        None => human::text(case, &sent, cases),
        Some(Form::Curl) => curl::text(&sent, to),
        Some(Form::AwsCli) => aws_cli::text(&sent, to),
        Some(Form::Boto3) => boto3::text(&sent, to),
        Some(Form::Json) => json::text(case, &sent),
    }
}

fn find<'a>(suite: &'a Suite, name: &str) -> Result<&'a Case, Failure> {
    suite.case(name).ok_or_else(|| {
        let near = crate::model::closest(name, suite.cases().iter().map(|case| case.name.as_str()));
        let help = near.map_or_else(|| "`cognito-conformance list` shows all names".to_owned(), |near| format!("did you mean `{near}`?"));
        Failure::argument(format!("there is no case `{name}`"), help)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite() -> Suite {
        Suite::embedded().expect("the embedded cases load")
    }

    #[test]
    fn every_case_can_be_shown_in_every_form() {
        let to = Destination { endpoint: "http://127.0.0.1:9239".to_owned(), region: "us-east-1".to_owned() };
        for case in suite().cases() {
            assert!(text(case, None, &to, "cases").starts_with(&case.name), "{}", case.name);
            let json = text(case, Some(Form::Json), &to, "cases");
            let json: serde_json::Value = serde_json::from_str(&json).expect("one JSON object");
            assert_eq!(json["steps"].as_array().map(Vec::len), Some(case.steps.len()), "{}", case.name);
            for form in [Form::Curl, Form::AwsCli, Form::Boto3] {
                let titles = text(case, Some(form), &to, "cases").lines().filter(|line| line.starts_with("# ")).count();
                assert_eq!(titles, case.steps.len(), "{} as {form:?}", case.name);
            }
        }
    }

    #[test]
    fn a_wrong_name_brings_the_right_one_to_mind() {
        let error = find(&suite(), "SetUserSettings::turn_sms_on").expect_err("no such case");
        let Failure::Argument { help, .. } = error else { panic!("{error}") };
        assert_eq!(help.as_deref(), Some("did you mean `SetUserSettings::turns_sms_on`?"));
    }
}
