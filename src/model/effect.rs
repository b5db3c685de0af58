//! What asking twice does: nothing, where an operation only reads.

/// Operations that are named like reads, but send a message, use something up, or give out a token.
const EFFECTIVE: [&str; 4] = ["GetClientToken", "GetDerivedToken", "GetTokensFromRefreshToken", "GetUserAttributeVerificationCode"];

/// What the names of reads begin with.
const READS: [&str; 5] = ["AdminGet", "AdminList", "Describe", "Get", "List"];

/// Whether an operation only reads, so that it may be asked as often as one likes.
pub fn only_reads(operation: &str) -> bool {
    READS.iter().any(|read| operation.starts_with(read)) && !EFFECTIVE.contains(&operation)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::model::Model;

    #[rstest]
    #[case("GetUser", true)]
    #[case("AdminListDevices", true)]
    #[case("DescribeUserPool", true)]
    #[case("AdminCreateUser", false)]
    #[case("GetTokensFromRefreshToken", false)]
    #[case("GetUserAttributeVerificationCode", false)]
    #[case("ConformanceProbeOperation", false)]
    fn tells_reads(#[case] operation: &str, #[case] reads: bool) {
        assert_eq!(only_reads(operation), reads);
    }

    #[test]
    fn the_exceptions_are_operations_of_the_model() {
        assert!(EFFECTIVE.iter().all(|operation| Model::embedded().operation(operation).is_some()));
    }
}
