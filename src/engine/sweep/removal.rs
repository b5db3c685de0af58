//! Removing a user pool with what stands in the way.

use serde_json::{Map, Value, json};

use super::pools::FoundPool;
use super::{Swept, done};
use crate::wire::Client;

/// UpdateUserPool sets anew what it is not told. The tags must stay, in case that the pool does; the others must fit together.
const CARRIED: [&str; 3] = ["UserPoolTags", "AutoVerifiedAttributes", "UserAttributeUpdateSettings"];

/// Removes pools one by one; one that cannot be removed does not keep the others.
pub async fn remove(client: &Client, pools: &[FoundPool]) -> Swept {
    let mut swept = Swept::default();
    for pool in pools {
        let removed = async {
            for (operation, input) in steps(pool) {
                done(client, operation, &input).await.map_err(|reason| format!("{operation}: {reason}"))?;
            }
            Ok(())
        };
        swept.note(format!("user pool {} ({})", pool.id, pool.name), removed.await);
    }
    swept
}

/// The requests that remove a pool, in the order in which the service takes them.
fn steps(pool: &FoundPool) -> Vec<(&'static str, Value)> {
    let text = |member: &str| pool.description.get(member).and_then(Value::as_str);
    let domains = ["Domain", "CustomDomain"].into_iter().filter_map(text);
    let mut steps: Vec<_> = domains.map(|domain| ("DeleteUserPoolDomain", json!({"UserPoolId": pool.id, "Domain": domain}))).collect();
    if text("DeletionProtection") == Some("ACTIVE") {
        let carried = CARRIED.into_iter().filter_map(|member| Some((member.to_owned(), pool.description.get(member)?.clone())));
        let mut input: Map<_, _> = carried.collect();
        input.insert("UserPoolId".to_owned(), json!(pool.id));
        input.insert("DeletionProtection".to_owned(), json!("INACTIVE"));
        steps.push(("UpdateUserPool", Value::Object(input)));
    }
    steps.push(("DeleteUserPool", json!({"UserPoolId": pool.id})));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_goes_first_and_the_tags_stay() {
        let description = json!({
            "Domain": "ours", "CustomDomain": "ours.example.com", "DeletionProtection": "ACTIVE",
            "UserPoolTags": {"cognito-conformance": "r"}, "AutoVerifiedAttributes": ["email"], "Name": "x",
        });
        let description = description.as_object().cloned().expect("an object");
        let pool = FoundPool { id: "p".into(), name: "x".into(), created: None, run: None, description };
        let expected = [
            ("DeleteUserPoolDomain", json!({"UserPoolId": "p", "Domain": "ours"})),
            ("DeleteUserPoolDomain", json!({"UserPoolId": "p", "Domain": "ours.example.com"})),
            (
                "UpdateUserPool",
                json!({
                    "UserPoolTags": {"cognito-conformance": "r"}, "AutoVerifiedAttributes": ["email"],
                    "UserPoolId": "p", "DeletionProtection": "INACTIVE",
                }),
            ),
            ("DeleteUserPool", json!({"UserPoolId": "p"})),
        ];
        assert_eq!(steps(&pool), expected);
    }
}
