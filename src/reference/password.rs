//! The pool's password policy.

use serde_json::Value;

use super::pool::Pool;

/// A setting of the policy, the characters it wants, and what is said when there are none.
type Rule = (&'static str, fn(char) -> bool, &'static str);

impl Pool {
    /// Why a password breaks the policy: one reason only, length first. `None` when it does not.
    pub fn password_fault(&self, password: &str) -> Option<&'static str> {
        let policy = self.at("Policies", "/PasswordPolicy");
        let rule = |name: &str| policy.and_then(|policy| policy.get(name));
        let wants = |name: &str| rule(name).and_then(Value::as_bool).unwrap_or_default();
        let lacks = |class: fn(char) -> bool| !password.chars().any(class);
        let shortest = rule("MinimumLength").and_then(Value::as_u64).unwrap_or(8);
        if (password.chars().count() as u64) < shortest {
            return Some("Password not long enough");
        }
        let classes: [Rule; 4] = [
            ("RequireUppercase", |c| c.is_ascii_uppercase(), "Password must have uppercase characters"),
            ("RequireLowercase", |c| c.is_ascii_lowercase(), "Password must have lowercase characters"),
            ("RequireNumbers", |c| c.is_ascii_digit(), "Password must have numeric characters"),
            ("RequireSymbols", |c| c.is_ascii_punctuation() || c == ' ', "Password must have symbol characters"),
        ];
        classes.into_iter().find(|(name, class, _)| wants(name) && lacks(*class)).map(|(_, _, reason)| reason)
    }
}
