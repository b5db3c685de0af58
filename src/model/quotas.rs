//! How fast the service may be asked: categories of operations with their default quotas, as published.
//!
//! From "Quotas in Amazon Cognito" of the developer guide (2026). A quota holds for all requests of an account in a region
//! together, whoever sends them. The answer to a challenge stands in two categories, since it counts for one or the other
//! depending on the challenge.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Operations that share a quota.
#[derive(Debug, PartialEq, Eq)]
pub struct Category {
    /// Its published name: `UserAuthentication`.
    pub name: &'static str,
    /// Requests per second, in an account and a region that never asked for more.
    pub per_second: u32,
    /// Requests per second of any one of its operations to any one user pool, where there is such a limit.
    pub per_pool: Option<u32>,
    /// Its operations. One category has none: it counts what comes in at the hosted endpoints.
    pub operations: &'static [&'static str],
}

impl Category {
    const fn new(name: &'static str, per_second: u32, operations: &'static [&'static str]) -> Self {
        Self { name, per_second, per_pool: None, operations }
    }

    const fn also_per_pool(self) -> Self {
        Self { per_pool: Some(5), ..self }
    }

    /// The categories that a request for this operation counts for: the published ones; for an operation of which none is published,
    /// [`UNPUBLISHED`].
    pub fn of(operation: &str) -> Vec<&'static Self> {
        let published: Vec<_> = PUBLISHED.iter().filter(|category| category.operations.contains(&operation)).collect();
        if published.is_empty() { vec![&UNPUBLISHED] } else { published }
    }
}

/// Operations of which no quota is published. The rate is not Amazon's: it is as low as the lowest that many published operations have.
pub static UNPUBLISHED: Category = Category::new(
    "none published",
    5,
    &[
        "AddUserPoolClientSecret",
        "AdminListUserSessions",
        "AdminRevokeUserSession",
        "CompleteWebAuthnRegistration",
        "CreateTerms",
        "CreateUserPoolReplica",
        "DeleteTerms",
        "DeleteUserPoolClientSecret",
        "DeleteUserPoolReplica",
        "DeleteWebAuthnCredential",
        "DescribeTerms",
        "DescribeTermsByClient",
        "GetDerivedToken",
        "GetLogDeliveryConfiguration",
        "GetUserAuthFactors",
        "GetUserPoolClientSessionConfiguration",
        "GetUserPoolSessionConfiguration",
        "ListTerms",
        "ListUserPoolClientSecrets",
        "ListUserPoolReplicas",
        "ListUserSessions",
        "ListWebAuthnCredentials",
        "RevokeUserSession",
        "SetLogDeliveryConfiguration",
        "SetUserPoolClientSessionConfiguration",
        "SetUserPoolSessionConfiguration",
        "StartWebAuthnRegistration",
        "UpdateTerms",
        "UpdateUserPoolReplica",
    ],
);

/// The published categories.
pub static PUBLISHED: [Category; 18] = [
    Category::new(
        "UserAuthentication",
        120,
        &["InitiateAuth", "RespondToAuthChallenge", "AdminInitiateAuth", "AdminRespondToAuthChallenge", "GetTokensFromRefreshToken"],
    ),
    Category::new("UserCreation", 50, &["SignUp", "ConfirmSignUp", "AdminCreateUser", "AdminConfirmSignUp"]),
    Category::new("UserFederation", 25, &[]),
    Category::new(
        "UserAccountRecovery",
        30,
        &[
            "ChangePassword",
            "ConfirmForgotPassword",
            "ForgotPassword",
            "AdminResetUserPassword",
            "AdminSetUserPassword",
            // Where the challenge is NEW_PASSWORD_REQUIRED.
            "RespondToAuthChallenge",
            "AdminRespondToAuthChallenge",
        ],
    ),
    Category::new("UserRead", 120, &["AdminGetUser", "AdminGetUserAuthFactors", "GetUser"]),
    Category::new(
        "UserUpdate",
        25,
        &[
            "AdminAddUserToGroup",
            "AdminDeleteUserAttributes",
            "AdminUpdateUserAttributes",
            "AdminDeleteUser",
            "AdminDisableUser",
            "AdminEnableUser",
            "AdminLinkProviderForUser",
            "AdminDisableProviderForUser",
            "VerifyUserAttribute",
            "DeleteUser",
            "DeleteUserAttributes",
            "UpdateUserAttributes",
            "AdminUserGlobalSignOut",
            "GlobalSignOut",
            "AdminRemoveUserFromGroup",
        ],
    ),
    Category::new("UserToken", 120, &["RevokeToken"]),
    Category::new(
        "UserResourceRead",
        50,
        &[
            "AdminGetDevice",
            "AdminListGroupsForUser",
            "AdminListDevices",
            "GetDevice",
            "ListDevices",
            "GetUserAttributeVerificationCode",
            "ResendConfirmationCode",
            "AdminListUserAuthEvents",
        ],
    ),
    Category::new(
        "UserResourceUpdate",
        25,
        &[
            "AdminForgetDevice",
            "AdminUpdateAuthEventFeedback",
            "AdminSetUserMFAPreference",
            "AdminDeleteSoftwareToken",
            "AdminSetUserSettings",
            "AdminUpdateDeviceStatus",
            "UpdateDeviceStatus",
            "UpdateAuthEventFeedback",
            "ConfirmDevice",
            "SetUserMFAPreference",
            "SetUserSettings",
            "VerifySoftwareToken",
            "AssociateSoftwareToken",
            "ForgetDevice",
        ],
    ),
    Category::new("UserList", 30, &["ListUsers", "ListUsersInGroup"]),
    Category::new("UserPoolRead", 15, &["DescribeUserPool", "ListUserPools"]),
    Category::new("UserPoolUpdate", 15, &["CreateUserPool", "UpdateUserPool", "DeleteUserPool"]),
    Category::new(
        "UserPoolResourceRead",
        20,
        &[
            "DescribeIdentityProvider",
            "DescribeResourceServer",
            "DescribeUserImportJob",
            "DescribeUserPoolDomain",
            "GetCSVHeader",
            "GetGroup",
            "GetSigningCertificate",
            "GetIdentityProviderByIdentifier",
            "GetUserPoolMfaConfig",
            "ListGroups",
            "ListIdentityProviders",
            "ListResourceServers",
            "ListTagsForResource",
            "ListUserImportJobs",
            "DescribeRiskConfiguration",
            "GetUICustomization",
            "DescribeManagedLoginBranding",
            "DescribeManagedLoginBrandingByClient",
        ],
    )
    .also_per_pool(),
    Category::new(
        "UserPoolResourceUpdate",
        15,
        &[
            "AddCustomAttributes",
            "CreateGroup",
            "CreateIdentityProvider",
            "CreateResourceServer",
            "CreateUserImportJob",
            "CreateUserPoolDomain",
            "DeleteGroup",
            "DeleteIdentityProvider",
            "DeleteResourceServer",
            "DeleteUserPoolDomain",
            "SetUserPoolMfaConfig",
            "StartUserImportJob",
            "StopUserImportJob",
            "UpdateGroup",
            "UpdateIdentityProvider",
            "UpdateResourceServer",
            "UpdateUserPoolDomain",
            "SetRiskConfiguration",
            "SetUICustomization",
            "TagResource",
            "UntagResource",
            "CreateManagedLoginBranding",
            "UpdateManagedLoginBranding",
            "DeleteManagedLoginBranding",
        ],
    )
    .also_per_pool(),
    Category::new("UserPoolClientRead", 15, &["DescribeUserPoolClient", "ListUserPoolClients"]).also_per_pool(),
    Category::new("UserPoolClientUpdate", 15, &["CreateUserPoolClient", "DeleteUserPoolClient", "UpdateUserPoolClient"]).also_per_pool(),
    Category::new("ClientAuthentication", 150, &["GetClientToken"]),
    Category::new("LimitManagement", 1, &["GetProvisionedLimit", "UpdateProvisionedLimit"]),
];

/// Share of each quota that is used at most, in percent: from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaShare(u8);

/// A text that is no such share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a whole number from 1 to 100")]
pub struct QuotaShareError;

impl QuotaShare {
    /// Half: the other half is for what else the account does.
    pub const HALF: Self = Self(50);

    /// That share of a number.
    pub fn of(self, number: u32) -> f64 {
        f64::from(number) * f64::from(self.0) / 100.0
    }
}

impl FromStr for QuotaShare {
    type Err = QuotaShareError;

    fn from_str(text: &str) -> Result<Self, QuotaShareError> {
        let percent = text.strip_suffix('%').unwrap_or(text).parse().map_err(|_| QuotaShareError)?;
        if (1..=100).contains(&percent) { Ok(Self(percent)) } else { Err(QuotaShareError) }
    }
}

impl fmt::Display for QuotaShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstest::rstest;

    use super::*;
    use crate::model::Model;

    #[test]
    fn every_operation_has_a_category_or_none_is_published() {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for operation in PUBLISHED.iter().chain([&UNPUBLISHED]).flat_map(|category| category.operations) {
            *places.entry(operation).or_default() += 1;
        }
        let model: Vec<_> = Model::embedded().operations.keys().map(String::as_str).collect();
        assert_eq!(places.keys().copied().collect::<Vec<_>>(), model, "all of the model's operations, and no other");
        let twice: Vec<_> = places.into_iter().filter(|(_, number)| *number > 1).map(|(operation, _)| operation).collect();
        assert_eq!(twice, ["AdminRespondToAuthChallenge", "RespondToAuthChallenge"], "only these depend on the request");
    }

    #[rstest]
    #[case("CreateUserPool", &[("UserPoolUpdate", 15)])]
    #[case("RespondToAuthChallenge", &[("UserAuthentication", 120), ("UserAccountRecovery", 30)])]
    #[case("ListTerms", &[("none published", 5)])]
    #[case("ConformanceProbeOperation", &[("none published", 5)])]
    fn a_request_counts_for_its_categories(#[case] operation: &str, #[case] categories: &[(&str, u32)]) {
        let found: Vec<_> = Category::of(operation).iter().map(|category| (category.name, category.per_second)).collect();
        assert_eq!(found, categories);
    }

    #[rstest]
    #[case("50", Some(7.5))]
    #[case("100%", Some(15.0))]
    #[case("0", None)]
    #[case("101", None)]
    #[case("2.5", None)]
    fn a_share_is_a_percentage(#[case] text: &str, #[case] of_fifteen: Option<f64>) {
        assert_eq!(text.parse::<QuotaShare>().ok().map(|share| share.of(15)), of_fifteen);
    }
}
