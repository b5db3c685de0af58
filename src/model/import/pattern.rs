//! One spelling for patterns, whichever form they come from.
//!
//! The service matches the whole string and prints its patterns bare. botocore mostly publishes them bare as well; the
//! Smithy form has anchors, and leaves an anchor out where the pattern begins or ends with `.*`.

/// The bare pattern of a botocore pattern: without the anchors, where it has both.
pub fn bare(pattern: &str) -> String {
    pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).filter(|inner| !inner.ends_with('\\')).unwrap_or(pattern).to_owned()
}

/// The bare pattern of a Smithy pattern, which is searched for rather than matched: `.*` stands for an absent anchor.
pub fn bare_of_search(pattern: &str) -> String {
    let (start, rest) = pattern.strip_prefix('^').map_or((".*", pattern), |rest| ("", rest));
    let end_anchor = rest.strip_suffix('$').filter(|inner| !inner.ends_with('\\'));
    let (inner, end) = end_anchor.map_or((rest, ".*"), |inner| (inner, ""));
    format!("{start}{inner}{end}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("[0-9]+", "[0-9]+")]
    #[case("^[0-9]+$", "[0-9]+")]
    #[case(r"^a\$", r"^a\$")]
    fn botocore_patterns_lose_their_anchors(#[case] published: &str, #[case] expected: &str) {
        assert_eq!(bare(published), expected);
    }

    #[rstest]
    #[case("^[0-9]+$", "[0-9]+")]
    #[case("^(?s)", "(?s).*")]
    #[case(r"\{####\}", r".*\{####\}.*")]
    fn smithy_patterns_get_back_what_the_anchors_replaced(#[case] published: &str, #[case] expected: &str) {
        assert_eq!(bare_of_search(published), expected);
    }
}
