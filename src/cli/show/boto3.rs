//! Requests as a Python script with boto3.

use serde_json::Value;

use super::Destination;
use super::request::Sent;
use crate::wire::aws_cli::words;

/// The steps as one script. boto3's own validation is off, because the service is what is asked.
pub(super) fn text(sent: &[Sent], to: &Destination) -> String {
    let (endpoint, region) = (literal(&to.endpoint.as_str().into()), literal(&to.region.as_str().into()));
    let head = format!(
        "import boto3\nfrom botocore.config import Config\n\nclient = boto3.client(\n    \"cognito-idp\", endpoint_url={endpoint}, \
         region_name={region}, config=Config(parameter_validation=False)\n)"
    );
    std::iter::once(head).chain(sent.iter().map(one)).collect::<Vec<_>>().join("\n\n")
}

fn one(step: &Sent) -> String {
    let title = format!("# {}: {}", step.label, step.name);
    match &step.http {
        None => format!("{title}, a side door of the target: {}", step.input),
        Some(http) if http.is_document() => format!("{title}, a document below the endpoint; see --as curl"),
        Some(http) if http.odd => format!("{title}: no SDK sends this; see --as curl"),
        Some(_) => format!("{title}\nprint(client.{}(**{}))", words(&step.name, '_'), literal(&step.input)),
    }
}

/// A JSON value as Python writes it.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        // JSON's escapes are Python's, as long as a text is not ASCII-armoured with surrogate pairs; serde_json does not do that.
        Value::Number(_) | Value::String(_) => value.to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), literal(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn writes_python_literals() {
        let value = json!({ "Enabled": true, "Text": "it's \"so\"\n", "Nothing": null, "List": [1, false] });
        assert_eq!(literal(&value), r#"{"Enabled": True, "Text": "it's \"so\"\n", "Nothing": None, "List": [1, False]}"#);
    }
}
