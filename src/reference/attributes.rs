//! The pool's schema, and checking attributes against it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    attribute_value::{fault, is_email, is_phone},
    error::ServiceError,
    input::Input,
    pool::Pool,
    user::User,
};

const TEXT: [&str; 16] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "gender",
    "zoneinfo",
    "locale",
    "phone_number",
    "address",
    "birthdate",
];

/// SchemaAttributes of a new pool: the 20 standard ones, changed and extended by CreateUserPool's Schema.
pub fn schema(requested: &[Value]) -> Result<Value, ServiceError> {
    let mut schema = standard();
    for attribute in requested.iter().map(Input) {
        if !change_standard(&mut schema, attribute) {
            add(&mut schema, attribute)?;
        }
    }
    Ok(Value::Array(schema))
}

fn standard() -> Vec<Value> {
    let sub = entry("sub", "String", false, true, Some(("StringAttributeConstraints", length("1", "2048"))));
    let text = TEXT.map(|name| {
        let bounds = if name == "birthdate" { length("10", "10") } else { length("0", "2048") };
        entry(name, "String", true, false, Some(("StringAttributeConstraints", bounds)))
    });
    let flags = ["email_verified", "phone_number_verified"].map(|name| entry(name, "Boolean", true, false, None));
    let number = Some(("NumberAttributeConstraints", json!({ "MinValue": "0" })));
    let updated = entry("updated_at", "Number", true, false, number);
    std::iter::once(sub).chain(text).chain(flags).chain([updated]).collect()
}

fn length(min: &str, max: &str) -> Value {
    json!({ "MinLength": min, "MaxLength": max })
}

fn entry(name: &str, kind: &str, mutable: bool, required: bool, constraints: Option<(&str, Value)>) -> Value {
    let mut entry = json!({
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": false,
        "Mutable": mutable,
        "Required": required,
    });
    if let Some((member, bounds)) = constraints {
        entry[member] = bounds;
    }
    entry
}

/// Whether it is one of the standard attributes, which only CreateUserPool may change.
fn change_standard(schema: &mut [Value], requested: Input) -> bool {
    let name = requested.required("Name");
    let Some(known) = schema.iter_mut().find(|entry| entry["Name"] == name) else { return false };
    for member in ["Mutable", "Required", "StringAttributeConstraints", "NumberAttributeConstraints"] {
        if let Some(value) = requested.get(member) {
            known[member] = value.clone();
        }
    }
    true
}

/// Adds a custom attribute.
pub fn add(schema: &mut Vec<Value>, requested: Input) -> Result<(), ServiceError> {
    let name = requested.required("Name");
    if requested.flag("Required") {
        return Err(ServiceError::invalid("Required custom attributes are not supported currently."));
    }
    let developer = requested.flag("DeveloperOnlyAttribute");
    let prefix = if developer { "dev:custom" } else { "custom" };
    let kind = requested.text("AttributeDataType").unwrap_or("String");
    let mutable = requested.get("Mutable").is_none_or(|mutable| mutable == true);
    let name = format!("{prefix}:{name}");
    if schema.iter().any(|entry| entry["Name"] == name.as_str()) {
        return Err(ServiceError::invalid(format!("{name}: Existing attribute already has name {name}.")));
    }
    let mut custom = entry(&name, kind, mutable, false, None);
    custom["DeveloperOnlyAttribute"] = json!(developer);
    for member in ["StringAttributeConstraints", "NumberAttributeConstraints"] {
        if let Some(bounds) = requested.get(member) {
            custom[member] = bounds.clone();
        } else if member.starts_with(kind) {
            custom[member] = json!({});
        }
    }
    schema.push(custom);
    Ok(())
}

impl Pool {
    fn schema_entry(&self, name: &str) -> Option<&Value> {
        self.description.get("SchemaAttributes")?.as_array()?.iter().find(|entry| entry["Name"] == name)
    }

    /// Whether the pool has such an attribute.
    pub fn knows_attribute(&self, name: &str) -> bool {
        self.schema_entry(name).is_some()
    }

    /// Whether every user must have that attribute: the schema says so, or one signs in by it.
    pub fn requires(&self, name: &str) -> bool {
        let required = self.schema_entry(name).is_some_and(|entry| entry["Required"] == true);
        required || self.setting("UsernameAttributes").contains(&name)
    }

    /// Attributes of the request for a new user, checked against the schema; the required ones must be there when
    /// the user makes the account.
    pub fn new_attributes(&self, list: &[Value], complete: bool) -> Result<BTreeMap<String, String>, ServiceError> {
        let mut attributes = BTreeMap::new();
        for item in list.iter().map(Input) {
            let (name, value) = self.named_value(item)?;
            let Some(entry) = self.schema_entry(name) else {
                return Err(nonconforming(&format!("Type for attribute {{{name}}} could not be determined")));
            };
            check_format(name, value)?;
            if let Some(fault) = fault(entry, value) {
                return Err(nonconforming(&format!("{name}: {fault}\n")));
            }
            attributes.insert(name.to_owned(), value.to_owned());
        }
        let missing = self.missing_required(&attributes);
        if complete && !missing.is_empty() {
            let lines: Vec<_> = missing.iter().map(|name| format!("{name}: The attribute is required\n")).collect();
            return Err(nonconforming(&lines.concat()));
        }
        Ok(attributes)
    }

    /// Attributes of the request for an existing user.
    pub fn changed_attributes(&self, list: &[Value]) -> Result<BTreeMap<String, String>, ServiceError> {
        let mut attributes = BTreeMap::new();
        for item in list.iter().map(Input) {
            let (name, value) = self.named_value(item)?;
            let entry = self
                .schema_entry(name)
                .ok_or_else(|| ServiceError::invalid(format!("user.{name}: Attribute does not exist in the schema.\n")))?;
            if entry["Mutable"] == false {
                return Err(ServiceError::invalid(format!("user.{name}: Attribute cannot be updated.\n")));
            }
            check_format(name, value)?;
            // An empty value removes, whatever the shortest is.
            if let Some(fault) = fault(entry, value).filter(|_| !value.is_empty()) {
                return Err(ServiceError::invalid(format!("user.{name}: {fault}\n")));
            }
            attributes.insert(name.to_owned(), value.to_owned());
        }
        Ok(attributes)
    }

    /// Refuses the removal of an attribute that must be there, cannot be changed, or is not known.
    pub fn check_removable(&self, name: &str) -> Result<(), ServiceError> {
        let refuse = |text: &str| Err(ServiceError::invalid(format!("Invalid user attributes: {text}")));
        match self.schema_entry(name) {
            None => refuse(&format!("user.{name}: Attribute does not exist in the schema.\n")),
            Some(entry) if entry["Required"] == true => refuse(&format!("{name}: Required attribute cannot be deleted.")),
            Some(entry) if entry["Mutable"] == false => refuse(&format!("user.{name}: Attribute cannot be updated.\n")),
            Some(_) => Ok(()),
        }
    }

    fn named_value<'a>(&self, item: Input<'a>) -> Result<(&'a str, &'a str), ServiceError> {
        let name = item.required("Name");
        if name == "sub" {
            return Err(ServiceError::invalid("Cannot modify the non-mutable attribute sub"));
        }
        let missing = || ServiceError::invalid(format!("Attribute value for {name} must not be null"));
        Ok((name, item.text("Value").ok_or_else(missing)?))
    }

    /// Names of required attributes that are absent, without sub.
    pub fn missing_required(&self, attributes: &BTreeMap<String, String>) -> Vec<String> {
        let schema = self.description.get("SchemaAttributes").and_then(Value::as_array);
        let required = schema.into_iter().flatten().filter(|entry| entry["Required"] == true);
        let names = required.filter_map(|entry| entry["Name"].as_str());
        names.filter(|name| *name != "sub" && !attributes.contains_key(*name)).map(str::to_owned).collect()
    }

    /// Refuses an alias that another user has verified already, or a sign-in name that is taken.
    pub fn check_taken(&self, attributes: &BTreeMap<String, String>, but: &str) -> Result<(), &'static str> {
        let taken = |name: &&str| {
            let signs_in = self.setting("UsernameAttributes").contains(name);
            let any = signs_in || (*name == "preferred_username" && self.setting("AliasAttributes").contains(name));
            attributes.get(*name).is_some_and(|value| self.holders(name, value, but).any(|user| any || user.verified(name)))
        };
        let name = ["email", "phone_number", "preferred_username"].into_iter().find(taken);
        name.map_or(Ok(()), Err)
    }

    /// Takes verified aliases away from those who had them.
    pub fn release_aliases(&mut self, attributes: &BTreeMap<String, String>, but: &str) {
        let subs = |(name, value): (&String, &String)| {
            let holders = self.holders(name, value, but).filter(|user| user.verified(name));
            holders.map(|user| (user.sub.clone(), format!("{name}_verified"))).collect::<Vec<_>>()
        };
        let lost: Vec<_> = attributes.iter().flat_map(subs).collect();
        for (sub, flag) in lost {
            if let Some(user) = self.users.get_mut(&sub) {
                user.attributes.insert(flag, "false".into());
            }
        }
    }

    /// The other users who have this value of an attribute that users can be called by.
    fn holders<'a>(&'a self, name: &'a str, value: &str, but: &'a str) -> impl Iterator<Item = &'a User> {
        let names = self.setting("UsernameAttributes").contains(&name) || self.setting("AliasAttributes").contains(&name);
        let value = self.folded(value);
        let holds = move |user: &&User| names && user.sub != but && user.attribute(name).is_some_and(|other| self.folded(other) == value);
        self.users.values().filter(holds)
    }
}

/// The text of a taken alias, in whatever error type the operation has for it.
pub fn taken_text(name: &str) -> String {
    format!("An account with the given {name} already exists.")
}

fn nonconforming(reason: &str) -> ServiceError {
    ServiceError::invalid(format!("Attributes did not conform to the schema: {reason}"))
}

fn check_format(name: &str, value: &str) -> Result<(), ServiceError> {
    match name {
        "email" if !value.is_empty() && !is_email(value) => Err(ServiceError::invalid("Invalid email address format.")),
        "phone_number" if !value.is_empty() && !is_phone(value) => Err(ServiceError::invalid("Invalid phone number format.")),
        _ => Ok(()),
    }
}
