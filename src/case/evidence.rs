//! Why an expectation is believed.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How strong the evidence is; the strongest sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Someone's recorded answer of the real service.
    AwsVerified,
    /// API reference or developer guide.
    Documented,
    /// The published service model.
    Model,
    /// A sibling service, an emulator, or reasoning. Does not gate unless `--strict`.
    Inferred,
}

impl Level {
    const NAMES: [(&'static str, Self); 4] =
        [("aws-verified", Self::AwsVerified), ("documented", Self::Documented), ("model", Self::Model), ("inferred", Self::Inferred)];
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(_, level)| level == self);
        f.pad(name.map_or("", |(name, _)| name))
    }
}

/// One reason: a level, the year of the observation if known, and where to look it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// How strong it is.
    pub level: Level,
    /// Year of the observation, or of the later one of a span.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// Where to look it up.
    pub source: String,
}

/// Why an evidence scalar could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvidenceError {
    /// The first word is not a level.
    #[error("evidence starts with `{0}`, which is no level; write aws-verified, documented, model or inferred first")]
    Level(String),
    /// Nothing stands between quotes.
    #[error("evidence names no source; write it in double quotes after the level: `documented \"API reference, GetUser\"`")]
    Source,
    /// The year in parentheses is not one.
    #[error("`({0})` is no year; write `(2024)` or leave it out")]
    Year(String),
}

impl FromStr for Source {
    type Err = EvidenceError;

    /// Reads `<level> [(year)] "<source>"`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        let level = Level::NAMES
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, level)| *level)
            .ok_or_else(|| EvidenceError::Level(word.to_owned()))?;
        let (year, rest) = split_year(rest.trim_start())?;
        let source = rest.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match source.map(str::trim) {
            Some(source) if !source.is_empty() => Ok(Self { level, year, source: source.to_owned() }),
            _ => Err(EvidenceError::Source),
        }
    }
}

impl fmt::Display for Source {
    /// As it is written in a case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year.map(|year| format!(" ({year})")).unwrap_or_default();
        write!(f, "{}{year} \"{}\"", self.level, self.source)
    }
}

/// Takes `(2018)` or `(2018-2021)` from the front; the later year counts.
fn split_year(text: &str) -> Result<(Option<u16>, &str), EvidenceError> {
    let Some((inside, rest)) = text.strip_prefix('(').and_then(|text| text.split_once(')')) else {
        return Ok((None, text));
    };
    let last = inside.rsplit(['-', ',']).next().unwrap_or(inside).trim();
    match last.parse::<u16>() {
        Ok(year) if (2014..=2100).contains(&year) => Ok((Some(year), rest)),
        _ => Err(EvidenceError::Year(inside.to_owned())),
    }
}

/// All that is said for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The strongest level among the sources.
    pub level: Level,
    /// The sources, as written.
    pub sources: Vec<Source>,
    /// How sources disagree, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contested: Option<String>,
}

impl Evidence {
    /// Evidence from at least one source.
    pub fn new(sources: Vec<Source>, contested: Option<String>) -> Option<Self> {
        let level = sources.iter().map(|source| source.level).min()?;
        Some(Self { level, sources, contested })
    }

    /// Whether a failed expectation with this evidence turns a run red without `--strict`.
    pub fn gates(&self) -> bool {
        self.level != Level::Inferred && self.contested.is_none()
    }

    /// What a scoreboard says in one word: the level, or `contested`.
    pub fn standing(&self) -> String {
        match self.contested {
            Some(_) => "contested".to_owned(),
            None => self.level.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(r#"documented "API reference, GetUser""#, Level::Documented, None, "API reference, GetUser")]
    #[case(r#"aws-verified (2023) "aws-amplify/amplify-js#11260""#, Level::AwsVerified, Some(2023), "aws-amplify/amplify-js#11260")]
    #[case(r#"aws-verified (2018-2021) "x""#, Level::AwsVerified, Some(2021), "x")]
    fn reads_a_source(#[case] text: &str, #[case] level: Level, #[case] year: Option<u16>, #[case] source: &str) {
        let expected = Source { level, year, source: source.to_owned() };
        assert_eq!(text.parse(), Ok(expected.clone()));
        assert_eq!(expected.to_string().parse(), Ok(expected), "as it is written");
    }

    #[rstest]
    #[case("rumour \"x\"", EvidenceError::Level("rumour".to_owned()))]
    #[case("documented", EvidenceError::Source)]
    #[case("documented \"\"", EvidenceError::Source)]
    #[case("documented (soon) \"x\"", EvidenceError::Year("soon".to_owned()))]
    fn refuses_a_vague_source(#[case] text: &str, #[case] error: EvidenceError) {
        assert_eq!(text.parse::<Source>(), Err(error));
    }

    #[test]
    fn the_strongest_source_sets_the_level() {
        let sources = vec![r#"model "m""#, r#"aws-verified "a""#];
        let sources = sources.into_iter().map(|text| text.parse().expect("valid")).collect();
        let evidence = Evidence::new(sources, None).expect("two sources");
        assert_eq!(evidence.level, Level::AwsVerified);
        assert!(evidence.gates());
    }
}
