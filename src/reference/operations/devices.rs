//! ConfirmDevice, UpdateDeviceStatus, ForgetDevice, GetDevice, ListDevices, and the same as an administrator.
//!
//! The user's forms know remembered devices only, an administrator sees all that are confirmed
//! (aws-amplify/aws-sdk-android, AWSMobileClientTest: testRememberDevice).

use serde_json::{Value, json};

use super::{
    super::{
        devices::{Device, no_device},
        error::{Answer, ServiceError},
        pool::Pool,
        srp::Known,
        user::User,
    },
    Call, Find, Operation,
    paging::LIMIT_AND_PAGINATION_TOKEN,
};
use crate::identity::srp::from_base64;

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    Some(match name {
        "ConfirmDevice" => Operation::Pool(Find::Token, confirm_device),
        "UpdateDeviceStatus" => Operation::Pool(Find::Token, update_status),
        "ForgetDevice" => Operation::Pool(Find::Token, forget),
        "GetDevice" => Operation::Pool(Find::Token, get_device),
        "ListDevices" => Operation::Pool(Find::Token, list_devices),
        "AdminUpdateDeviceStatus" => Operation::Pool(Find::Pool, update_status),
        "AdminForgetDevice" => Operation::Pool(Find::Pool, forget),
        "AdminGetDevice" => Operation::Pool(Find::Pool, admin_get_device),
        "AdminListDevices" => Operation::Pool(Find::Pool, admin_list_devices),
        _ => return None,
    })
}

/// Sub of the one who signed in with the access token, or whom an administrator names.
fn owner(call: &Call) -> Result<String, ServiceError> {
    let sub = if call.claims.is_some() { call.signed_in()? } else { call.named_user()? };
    call.pool.demand_devices()?;
    Ok(sub)
}

/// ConfirmDevice: the device is remembered at once, unless the pool leaves that to the user.
fn confirm_device(call: &mut Call) -> Answer {
    let sub = owner(call)?;
    let key = call.input.required("DeviceKey");
    let group_key = call.pool.user(&sub)?.devices.check_offer(key)?;
    let secret = secret(call, group_key, key.to_owned())?;
    let ask = call.pool.device_setting("DeviceOnlyRememberedOnUserPrompt");
    let now = call.pool.now();
    call.pool.user_mut(&sub)?.devices.confirm(Device {
        key: key.to_owned(),
        name: call.input.text("DeviceName").map(str::to_owned),
        secret,
        remembered: !ask,
        created: now,
        modified: now,
        authenticated: now.floor(),
    });
    Ok(json!({ "UserConfirmationNecessary": ask }))
}

fn secret(call: &Call, scope: String, name: String) -> Result<Known, ServiceError> {
    let config = call.input.object("DeviceSecretVerifierConfig");
    let number = |name: &str| {
        let text = config.and_then(|config| config.text(name)).filter(|text| !text.is_empty());
        text.and_then(|text| from_base64(text).ok()).ok_or_else(|| ServiceError::invalid(format!("Invalid {name} given.")))
    };
    Ok(Known { scope, name, salt: number("Salt")?, verifier: number("PasswordVerifier")? })
}

/// UpdateDeviceStatus and AdminUpdateDeviceStatus. Without a status nothing changes.
fn update_status(call: &mut Call) -> Answer {
    let sub = owner(call)?;
    let status = call.input.text("DeviceRememberedStatus");
    let now = call.pool.now();
    let device = call.pool.user_mut(&sub)?.devices.find_mut(call.input.required("DeviceKey"))?;
    if let Some(status) = status {
        device.remembered = status == "remembered";
        device.modified = now;
    }
    Ok(json!({}))
}

/// ForgetDevice and AdminForgetDevice.
fn forget(call: &mut Call) -> Answer {
    let sub = owner(call)?;
    let key = call.input.required("DeviceKey");
    call.pool.user_mut(&sub)?.devices.forget(key)?;
    Ok(json!({}))
}

/// GetDevice.
fn get_device(call: &mut Call) -> Answer {
    let sub = owner(call)?;
    let device = call.pool.user(&sub)?.devices.find(call.input.required("DeviceKey"))?;
    if !device.remembered {
        return Err(no_device());
    }
    Ok(json!({ "Device": document(device, attributes(device)) }))
}

/// AdminGetDevice.
fn admin_get_device(call: &mut Call) -> Answer {
    let sub = owner(call)?;
    let user = call.pool.user(&sub)?;
    let device = user.devices.find(call.input.required("DeviceKey"))?;
    Ok(json!({ "Device": document(device, all_attributes(call.pool, user, device)) }))
}

/// ListDevices.
fn list_devices(call: &mut Call) -> Answer {
    let sub = owner(call)?;
    let devices = call.pool.user(&sub)?.devices.all();
    let shown = devices.into_iter().filter(|device| device.remembered).map(|device| document(device, attributes(device)));
    LIMIT_AND_PAGINATION_TOKEN.page(call.input, "Devices", shown)
}

/// AdminListDevices.
fn admin_list_devices(call: &mut Call) -> Answer {
    let sub = owner(call)?;
    let user = call.pool.user(&sub)?;
    let devices = user.devices.all().into_iter();
    let shown = devices.map(|device| document(device, all_attributes(call.pool, user, device)));
    LIMIT_AND_PAGINATION_TOKEN.page(call.input, "Devices", shown)
}

type Attributes = Vec<(&'static str, String)>;

fn document(device: &Device, attributes: Attributes) -> Value {
    let attributes: Vec<_> = attributes.into_iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
    json!({
        "DeviceKey": device.key,
        "DeviceAttributes": attributes,
        "DeviceCreateDate": device.created,
        "DeviceLastModifiedDate": device.modified,
        "DeviceLastAuthenticatedDate": device.authenticated,
    })
}

fn attributes(device: &Device) -> Attributes {
    let name = device.name.iter().map(|name| ("device_name", name.clone()));
    // The server listens on this address only.
    let address = ("last_ip_used", "127.0.0.1".to_owned());
    [("device_status", "valid".to_owned())].into_iter().chain(name).chain([address]).collect()
}

fn all_attributes(pool: &Pool, user: &User, device: &Device) -> Attributes {
    let arn = pool.description.get("Arn").and_then(Value::as_str).unwrap_or_default();
    let place = arn.split(":userpool/").next().unwrap_or_default();
    let owner = format!("{}.{}", user.username, pool.id);
    let status = if device.remembered { "remembered" } else { "not_remembered" };
    let mut attributes = attributes(device);
    attributes.extend([
        ("dev:device_arn", format!("{place}:owner/{owner}/device/{}", device.key)),
        ("dev:device_owner", owner),
        ("dev:device_remembered_status", status.to_owned()),
        ("dev:device_sdk", "aws-sdk".to_owned()),
    ]);
    attributes
}
