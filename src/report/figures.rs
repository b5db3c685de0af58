//! Figures as people read them.

/// A share as people read it: `12.5%`, and `-` for a share of nothing. Only a true nought is `0.0%` and only a true whole `100.0%`.
pub fn percent(share: Option<f64>) -> String {
    match share {
        None => "-".to_owned(),
        Some(share) if share > 0.0 && share < 0.001 => "<0.1%".to_owned(),
        Some(share) if share < 1.0 && share > 0.999 => ">99.9%".to_owned(),
        Some(share) => format!("{:.1}%", share * 100.0),
    }
}

/// `1 case`, `2 cases`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, "-")]
    #[case(Some(0.0), "0.0%")]
    #[case(Some(0.0004), "<0.1%")]
    #[case(Some(0.125), "12.5%")]
    #[case(Some(0.9996), ">99.9%")]
    #[case(Some(1.0), "100.0%")]
    fn never_rounds_a_failure_away(#[case] share: Option<f64>, #[case] text: &str) {
        assert_eq!(percent(share), text);
    }
}
