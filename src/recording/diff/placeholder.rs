//! Placeholders in recorded texts: what stands for a value that varies.

use std::collections::HashMap;
use std::sync::OnceLock;

use fancy_regex::Regex;

/// A part of a recorded text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part<'t> {
    Literal(&'t str),
    /// Kind and what is said of its form, and the number of the value.
    Value {
        kind: &'t str,
        form: &'t str,
        number: Option<&'t str>,
    },
}

/// Where a value was seen first.
type Seen = HashMap<String, (String, String)>;

/// Which values of one recording of a case are which of the other. Numbers mean nothing in themselves: a value of one side is the
/// same as that of the other which stands in the same places.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    forward: Seen,
    backward: Seen,
    asking: bool,
}

/// How two texts differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Difference {
    /// They say something else.
    Text,
    /// They say the same of a value that was the same as one elsewhere on one side, and is not on the other.
    Relation {
        /// Where that one stands.
        elsewhere: String,
        /// It was the same before; else it is now.
        before: bool,
    },
}

/// Kinds of which nothing is concluded: a mock server has one account for everything.
const UNRELATED: [&str; 1] = ["account"];

impl Pairs {
    /// Whether requests are compared from here on. In them any value may stand for any other: where it came from has been compared.
    pub(super) fn asking(&mut self, asking: bool) {
        self.asking = asking;
    }

    /// Compares two texts that stand in the same place.
    pub(super) fn compare(&mut self, before: &str, after: &str, place: &str) -> Option<Difference> {
        let (one, other) = (parts(before), parts(after));
        if one.len() != other.len() || !one.iter().zip(&other).all(|(one, other)| one.is_like(other, self.asking)) {
            return Some(Difference::Text);
        }
        let asking = self.asking;
        let relations = one.iter().zip(&other).filter_map(|(one, other)| self.pair(one, other, place));
        let told = relations.collect::<Vec<_>>().into_iter().next();
        told.filter(|_| !asking)
    }

    fn pair(&mut self, one: &Part<'_>, other: &Part<'_>, place: &str) -> Option<Difference> {
        let (one, other) = (one.identity()?, other.identity()?);
        let forward = self.forward.entry(one.clone()).or_insert_with(|| (other.clone(), place.to_owned())).clone();
        let backward = self.backward.entry(other.clone()).or_insert_with(|| (one.clone(), place.to_owned())).clone();
        if forward.0 != other {
            return Some(Difference::Relation { elsewhere: forward.1, before: true });
        }
        (backward.0 != one).then_some(Difference::Relation { elsewhere: backward.1, before: false })
    }
}

impl Part<'_> {
    fn is_like(&self, other: &Self, asking: bool) -> bool {
        match (self, other) {
            (Self::Literal(one), Self::Literal(other)) => one == other,
            (Self::Value { .. }, Self::Value { .. }) if asking => true,
            (Self::Value { kind, form, .. }, Self::Value { kind: other, form: odd, .. }) => kind == other && form == odd,
            _ => false,
        }
    }

    fn identity(&self) -> Option<String> {
        match self {
            Self::Value { kind, number: Some(number), .. } if !UNRELATED.contains(kind) => Some(format!("{kind}:{number}")),
            _ => None,
        }
    }
}

/// The text with the numbers of its placeholders left out, so that the same in two cases reads the same.
pub(super) fn without_numbers(text: &str) -> String {
    let part = |part: &Part<'_>| match part {
        Part::Literal(text) => (*text).to_owned(),
        Part::Value { kind, form, .. } => format!("[{kind}{form}]"),
    };
    parts(text).iter().map(part).collect()
}

/// Whether a text stands for a number.
pub(in crate::recording) fn is_number(text: &str) -> bool {
    matches!(parts(text).as_slice(), [Part::Value { kind: "time" | "count", form, .. }] if *form != " as text")
}

/// Whether there is a placeholder in a text.
pub(in crate::recording) fn has_placeholder(text: &str) -> bool {
    parts(text).iter().any(|part| matches!(part, Part::Value { .. }))
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut at) = (Vec::new(), 0);
    for found in placeholder().captures_iter(text).filter_map(Result::ok) {
        let (Some(whole), Some(kind)) = (found.get(0), found.get(1)) else { continue };
        if whole.start() > at {
            parts.push(Part::Literal(&text[at..whole.start()]));
        }
        let group = |number| found.get(number).map(|group| group.as_str());
        parts.push(Part::Value { kind: kind.as_str(), number: group(2), form: group(3).unwrap_or_default() });
        at = whole.end();
    }
    if at < text.len() {
        parts.push(Part::Literal(&text[at..]));
    }
    parts
}

/// As `judge` writes them: `[pool:1]`, `[session:2 of another form]`, `[time]`, `[time of another form: 5]`, `[time as text]`.
fn placeholder() -> &'static Regex {
    static FORM: OnceLock<Regex> = OnceLock::new();
    let form = r"\[(?=[a-z-]+:[0-9]|time|count|request-id)([a-z][a-z-]*)(?::([0-9]+))?( of another form(?:: [^\]]*)?| as text)?\]";
    FORM.get_or_init(|| Regex::new(form).expect("a constant"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// The differences of pairs of texts that stand in the places 1, 2, ….
    fn compared(texts: &[(&str, &str)]) -> Vec<Option<Difference>> {
        let mut pairs = Pairs::default();
        texts.iter().enumerate().map(|(at, (before, after))| pairs.compare(before, after, &(at + 1).to_string())).collect()
    }

    fn related(elsewhere: &str, before: bool) -> Option<Difference> {
        Some(Difference::Relation { elsewhere: elsewhere.to_owned(), before })
    }

    #[rstest]
    #[case::other_numbers(&[("[user:1]", "[user:2]"), ("User [user:1] is in [pool:1].", "User [user:2] is in [pool:9].")], vec![None, None])]
    #[case::not_the_same_any_more(&[("[session:1]", "[session:1]"), ("[session:1]", "[session:2]")], vec![None, related("1", true)])]
    #[case::the_same_now(&[("[session:1]", "[session:1]"), ("[session:2]", "[session:1]")], vec![None, related("1", false)])]
    #[case::another_kind(&[("[user:1]", "[sub:1]")], vec![Some(Difference::Text)])]
    #[case::another_form(&[("[session:1]", "[session:1 of another form]")], vec![Some(Difference::Text)])]
    #[case::no_value(&[("[session:1]", "x")], vec![Some(Difference::Text)])]
    #[case::accounts(&[("[account:1] [account:1]", "[account:1] [account:2]")], vec![None])]
    #[case::other_words(&[("User [user:1].", "User [user:1]!")], vec![Some(Difference::Text)])]
    fn numbers_mean_nothing_and_relations_do(#[case] texts: &[(&str, &str)], #[case] expected: Vec<Option<Difference>>) {
        assert_eq!(compared(texts), expected);
    }

    #[rstest]
    #[case("a [pool:12] b [session:3 of another form]", "a [pool] b [session of another form]")]
    #[case("[time] [time as text] [time of another form: 5]", "[time] [time as text] [time of another form: 5]")]
    #[case("[\"SMS_MFA\"] [a-zA-Z]+ [request]", "[\"SMS_MFA\"] [a-zA-Z]+ [request]")]
    fn numbers_can_be_left_out(#[case] text: &str, #[case] without: &str) {
        assert_eq!(without_numbers(text), without);
    }
}
