//! The devices of users: offered by a sign-in, confirmed with a verifier, remembered, forgotten.
//!
//! A pool tracks devices where its DeviceConfiguration has a member. A sign-in then either names a device (DEVICE_KEY) or is
//! offered a new one (NewDeviceMetadata), and the tokens belong to that device.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    error::ServiceError,
    input::Input,
    pool::{Family, Pool},
    session::Challenge,
    srp::Known,
    token::{LETTERS, random_text},
};

/// A device that its user confirmed. No `Debug`: it holds what a password is checked against.
#[derive(Clone)]
pub struct Device {
    /// `us-east-1_` and a UUID.
    pub key: String,
    /// DeviceName, when given.
    pub name: Option<String>,
    /// What its password is checked against.
    pub secret: Known,
    /// `remembered`, or else `not_remembered`.
    pub remembered: bool,
    /// Seconds since 1970 by the pool's clock.
    pub created: f64,
    /// As `created`.
    pub modified: f64,
    /// As `created`, in whole seconds.
    pub authenticated: f64,
}

/// A device key that a sign-in was given, and that may be confirmed.
#[derive(Clone)]
struct Offer {
    group_key: String,
    /// Not where a challenge of the sign-in was answered in an alias of the user's name.
    good: bool,
}

/// All that is known of one user's devices.
#[derive(Clone, Default)]
pub struct Devices {
    offers: BTreeMap<String, Offer>,
    confirmed: BTreeMap<String, Device>,
    /// Device key by `origin_jti`.
    sign_ins: BTreeMap<String, String>,
}

impl Devices {
    /// The device of a sign-in.
    pub fn of_sign_in(&self, origin_jti: &str) -> Option<&str> {
        self.sign_ins.get(origin_jti).map(String::as_str)
    }

    /// A confirmed device.
    pub fn find(&self, key: &str) -> Result<&Device, ServiceError> {
        self.confirmed.get(key).ok_or_else(no_device)
    }

    /// A confirmed device, to be changed.
    pub fn find_mut(&mut self, key: &str) -> Result<&mut Device, ServiceError> {
        self.confirmed.get_mut(key).ok_or_else(no_device)
    }

    /// Confirmed devices, oldest first.
    pub fn all(&self) -> Vec<&Device> {
        let mut all: Vec<_> = self.confirmed.values().collect();
        all.sort_by(|one, other| one.created.total_cmp(&other.created).then_with(|| one.key.cmp(&other.key)));
        all
    }

    /// The group key of a device that may be confirmed: one that a sign-in was offered. The offer is void where a challenge of
    /// that sign-in was answered in an alias of the user's name (aws-amplify/amplify-js#4047).
    pub fn check_offer(&self, key: &str) -> Result<String, ServiceError> {
        if self.confirmed.contains_key(key) {
            return Err(ServiceError::new("DeviceKeyExistsException", "Device already exists."));
        }
        let offer = self.offers.get(key).filter(|offer| offer.good);
        offer.map(|offer| offer.group_key.clone()).ok_or_else(|| ServiceError::invalid("Invalid device key given."))
    }

    /// Adds a device whose offer was checked.
    pub fn confirm(&mut self, device: Device) {
        self.offers.remove(&device.key);
        self.confirmed.insert(device.key.clone(), device);
    }

    /// Forgets a device. Its key is of no use any more, nor are the refresh tokens of its sign-ins.
    pub fn forget(&mut self, key: &str) -> Result<(), ServiceError> {
        self.confirmed.remove(key).map(|_| ()).ok_or_else(no_device)
    }
}

/// A well-formed key of no device of the user.
pub fn no_device() -> ServiceError {
    ServiceError::new("ResourceNotFoundException", "Device does not exist.")
}

/// What a sign-in has said so far of the device it comes from.
#[derive(Clone, Default)]
pub struct Presented {
    /// DEVICE_KEY.
    key: Option<String>,
    /// The key came with this very step: it must be that of a device. One that came earlier is overlooked where it is not.
    now: bool,
    /// A challenge was answered in an alias of the user's name.
    alias: bool,
}

impl Presented {
    /// At the first step.
    pub fn first(parameters: Option<Input>) -> Self {
        Self::default().then(parameters)
    }

    /// At a later step.
    pub fn then(self, responses: Option<Input>) -> Self {
        let sent = responses.and_then(|responses| responses.text("DEVICE_KEY")).filter(|key| !key.is_empty());
        match sent {
            Some(key) => Self { key: Some(key.to_owned()), now: true, ..self },
            None => Self { now: false, ..self },
        }
    }

    /// Notes by what name a challenge was answered.
    pub fn answered_as(&mut self, name: &str, user: &str) {
        self.alias |= name != user;
    }
}

impl Pool {
    /// Whether the pool tracks devices.
    pub fn tracks_devices(&self) -> bool {
        let configuration = self.description.get("DeviceConfiguration").and_then(Value::as_object);
        configuration.is_some_and(|members| !members.is_empty())
    }

    /// One of the two settings of DeviceConfiguration.
    pub fn device_setting(&self, name: &str) -> bool {
        self.at("DeviceConfiguration", &format!("/{name}")) == Some(&json!(true))
    }

    /// Refuses where devices are not tracked.
    // Contested: InvalidUserPoolConfigurationException (an iOS log, 2025) and InvalidParameterException (a live suite, 2026).
    pub fn demand_devices(&self) -> Result<(), ServiceError> {
        let text = "Device tracking not currently enabled for this pool.";
        self.tracks_devices().then_some(()).ok_or_else(|| ServiceError::invalid(text))
    }

    /// What the sign-in of a session has said of its device.
    pub fn presented_in(&self, session: Option<&str>) -> Presented {
        session.and_then(|session| self.sessions.get(session)).map(|session| session.presented.clone()).unwrap_or_default()
    }

    /// Refuses a proof that names a device which the user has not. It is looked at before the proof, which stays good: apps send
    /// it once more without the device (amazon-archives/amazon-cognito-identity-js#206).
    pub fn check_presented(&self, sub: Option<&str>) -> Result<(), ServiceError> {
        sub.map_or(Ok(()), |sub| self.presented_device(sub).map(|_| ()))
    }

    /// The challenge of the remembered device that a sign-in names.
    pub fn device_challenge(&self, sub: &str) -> Result<Option<Challenge>, ServiceError> {
        let device = self.presented_device(sub)?.filter(|device| device.remembered);
        Ok(device.map(|device| Challenge::DeviceSrp(device.key.clone())))
    }

    fn presented_device(&self, sub: &str) -> Result<Option<&Device>, ServiceError> {
        let Some(key) = self.presented.key.as_ref().filter(|_| self.tracks_devices()) else { return Ok(None) };
        match self.user(sub)?.devices.find(key) {
            Err(unknown) if self.presented.now => Err(unknown),
            found => Ok(found.ok()),
        }
    }

    /// Ties a sign-in to its device. Gives NewDeviceMetadata where it named none.
    pub fn settle_device(&mut self, sub: &str, origin_jti: &str) -> Result<Option<Value>, ServiceError> {
        if !self.tracks_devices() {
            return Ok(None);
        }
        if let Some(key) = self.presented_device(sub)?.map(|device| device.key.clone()) {
            let authenticated = self.now().floor();
            let devices = &mut self.user_mut(sub)?.devices;
            devices.find_mut(&key)?.authenticated = authenticated;
            devices.sign_ins.insert(origin_jti.to_owned(), key);
            return Ok(None);
        }
        let region = self.id.split('_').next().unwrap_or_default();
        let key = format!("{region}_{}", Uuid::new_v4());
        let offer = Offer { group_key: format!("-{}", random_text(LETTERS, 8)), good: !self.presented.alias };
        let metadata = json!({ "DeviceKey": key, "DeviceGroupKey": offer.group_key });
        let devices = &mut self.user_mut(sub)?.devices;
        devices.offers.insert(key.clone(), offer);
        devices.sign_ins.insert(origin_jti.to_owned(), key);
        Ok(Some(metadata))
    }

    /// Refuses a refresh token on another device than its own, or on one that was never confirmed or is forgotten.
    pub fn check_device(&self, family: &Family, key: Option<&str>) -> Result<(), ServiceError> {
        let devices = &self.user(&family.sub)?.devices;
        let own = devices.of_sign_in(&family.origin_jti).filter(|_| self.tracks_devices());
        let fits = own.is_none_or(|own| key == Some(own) && devices.find(own).is_ok());
        fits.then_some(()).ok_or_else(|| ServiceError::not_authorized("Invalid Refresh Token"))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn device(key: &str) -> Device {
        let secret = Known { scope: "-a".into(), name: key.into(), salt: "1".into(), verifier: "2".into() };
        Device { key: key.into(), name: None, secret, remembered: true, created: 0.0, modified: 0.0, authenticated: 0.0 }
    }

    #[rstest]
    #[case::offered("good", None)]
    #[case::offered_to_an_alias("void", Some("InvalidParameterException"))]
    #[case::never_offered("other", Some("InvalidParameterException"))]
    #[case::confirmed_before("known", Some("DeviceKeyExistsException"))]
    fn tells_what_may_be_confirmed(#[case] key: &str, #[case] refusal: Option<&str>) {
        let mut devices = Devices::default();
        for (key, good) in [("good", true), ("void", false)] {
            devices.offers.insert(key.into(), Offer { group_key: "-a".into(), good });
        }
        devices.confirm(device("known"));
        assert_eq!(devices.check_offer(key).err().map(|error| error.kind), refusal);
    }

    #[test]
    fn what_is_forgotten_is_gone() {
        let mut devices = Devices::default();
        devices.confirm(device("known"));
        assert_eq!(devices.forget("known"), Ok(()));
        assert_eq!(devices.forget("known"), Err(no_device()));
        assert!(devices.all().is_empty());
    }

    #[test]
    fn a_later_step_keeps_the_key_of_an_earlier_one() {
        let sent = json!({ "DEVICE_KEY": "k" });
        let first = Presented::first(Some(Input(&sent)));
        assert!(first.now);
        let later = first.then(None);
        assert_eq!((later.key.as_deref(), later.now), (Some("k"), false));
    }
}
