//! Documents that every user pool has, for everybody to read.

/// Where they stand, below the id of the pool.
const DOCUMENTS: [&str; 2] = [".well-known/jwks.json", ".well-known/openid-configuration"];

/// The pool whose document a path leads to; none where it leads to anything else.
pub fn pool_of(path: &str) -> Option<String> {
    let (pool, document) = path.strip_prefix('/')?.split_once('/')?;
    let is_id = !pool.is_empty() && pool.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'));
    (is_id && DOCUMENTS.contains(&document)).then(|| pool.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/us-east-1_AbCdEfGhI/.well-known/jwks.json", Some("us-east-1_AbCdEfGhI"))]
    #[case("/us-east-1_AbCdEfGhI/.well-known/openid-configuration", Some("us-east-1_AbCdEfGhI"))]
    #[case("/us-east-1_AbCdEfGhI/.well-known/other", None)]
    #[case("/us-east-1_AbCdEfGhI/x/../.well-known/jwks.json", None)]
    #[case("/../.well-known/jwks.json", None)]
    #[case("//.well-known/jwks.json", None)]
    #[case("/us-east-1_A%2f/.well-known/jwks.json", None)]
    #[case("/", None)]
    fn knows_the_documents_of_a_pool(#[case] path: &str, #[case] pool: Option<&str>) {
        assert_eq!(pool_of(path).as_deref(), pool);
    }
}
