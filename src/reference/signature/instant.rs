//! When a request says that it was signed, and whether that is near enough.
//!
//! The texts are recorded from many services. Five minutes is what others of the same protocol say (Kinesis:
//! aws/aws-sdk-go#2194 (2018), Rekognition: m0ngr31/kanzi#270 (2018)); what cognito-idp says is not recorded. STS says
//! fifteen (aws/aws-cli#6676, 2022).

use axum::http::{HeaderMap, header::DATE};
use time::{
    Duration, OffsetDateTime, PrimitiveDateTime,
    format_description::{StaticFormatDescription, well_known::Rfc2822},
    macros::format_description,
};

use super::flaw::Flaw;

/// The header that says when; `Date` counts where it is absent.
pub const X_AMZ_DATE: &str = "x-amz-date";

const BASIC: StaticFormatDescription = format_description!("[year][month][day]T[hour][minute][second]Z");

/// The time of signing.
///
/// # Errors
/// It is not a time.
pub fn read(headers: &HeaderMap) -> Result<OffsetDateTime, Flaw> {
    let text = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let wrong = |text: &str| {
        let see = "See http://en.wikipedia.org/wiki/ISO_8601";
        Flaw::Incomplete(format!("Date must be in ISO-8601 'basic format'. Got '{text}'. {see}"))
    };
    match (text(X_AMZ_DATE), text(DATE.as_str())) {
        (Some(own), _) => basic(&own).ok_or_else(|| wrong(&own)),
        // botocore writes `Date` as mail does.
        (None, Some(date)) => basic(&date).or_else(|| OffsetDateTime::parse(&date, &Rfc2822).ok()).ok_or_else(|| wrong(&date)),
        (None, None) => Err(wrong("")),
    }
}

fn basic(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, BASIC).ok().map(PrimitiveDateTime::assume_utc)
}

/// Checks that a signature is of now, within some minutes.
///
/// # Errors
/// It is older or newer.
pub fn check(signed: OffsetDateTime, now: OffsetDateTime, minutes: i64) -> Result<(), Flaw> {
    let patience = Duration::minutes(minutes);
    let (earliest, latest) = (now.saturating_sub(patience), now.saturating_add(patience));
    let (is, ours) = (written(signed), written(now));
    if signed < earliest {
        return Err(Flaw::Invalid(format!("Signature expired: {is} is now earlier than {} ({ours} - {minutes} min.)", written(earliest))));
    }
    if signed > latest {
        return Err(Flaw::Invalid(format!(
            "Signature not yet current: {is} is still later than {} ({ours} + {minutes} min.)",
            written(latest)
        )));
    }
    Ok(())
}

/// A time as signatures have it: `20260102T030405Z`.
fn written(time: OffsetDateTime) -> String {
    let time = time.to_offset(time::UtcOffset::UTC);
    let (hour, minute, second) = time.to_hms();
    format!("{}T{hour:02}{minute:02}{second:02}Z", day(time))
}

/// The day of a time as credentials have it: `20260102`.
pub fn day(time: OffsetDateTime) -> String {
    let (year, month, day) = time.to_offset(time::UtcOffset::UTC).to_calendar_date();
    format!("{year:04}{:02}{day:02}", u8::from(month))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);

    #[rstest]
    #[case::own("x-amz-date", "20260102T030405Z")]
    #[case::date("date", "20260102T030405Z")]
    #[case::as_in_mail("date", "Fri, 02 Jan 2026 03:04:05 -0000")]
    #[case::as_in_http("date", "Fri, 02 Jan 2026 03:04:05 GMT")]
    fn reads_times(#[case] name: &'static str, #[case] value: &'static str) {
        let headers = HeaderMap::from_iter([(name.parse().expect("a name"), value.parse().expect("a value"))]);
        assert_eq!(read(&headers), Ok(NOW));
    }

    #[rstest]
    #[case("x-amz-date", "2026-01-02T03:04:05Z")]
    #[case("x-amz-date", "20260102T030405.123Z")]
    #[case("x-amz-date", "20261302T030405Z")]
    #[case("x-amz-date", "Fri, 02 Jan 2026 03:04:05 GMT")]
    #[case("x-amz-date", "")]
    #[case("date", "soon")]
    fn refuses_what_is_no_time(#[case] name: &'static str, #[case] value: &'static str) {
        let headers = HeaderMap::from_iter([(name.parse().expect("a name"), value.parse().expect("a value"))]);
        let text = format!("Date must be in ISO-8601 'basic format'. Got '{value}'. See http://en.wikipedia.org/wiki/ISO_8601");
        assert_eq!(read(&headers), Err(Flaw::Incomplete(text)));
    }

    #[rstest]
    #[case::on_the_edge(datetime!(2026-01-02 02:59:05 UTC), None)]
    #[case::on_the_other(datetime!(2026-01-02 03:09:05 UTC), None)]
    #[case::old(
        datetime!(2026-01-02 02:59:04 UTC),
        Some("Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)")
    )]
    #[case::new(
        datetime!(2026-01-02 03:09:06 UTC),
        Some("Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)")
    )]
    #[case::first(datetime!(-9999-01-01 00:00:00 UTC), Some("Signature expired: -99990101T000000Z"))]
    #[case::last(datetime!(9999-12-31 23:59:59 UTC), Some("Signature not yet current: 99991231T235959Z"))]
    fn allows_five_minutes(#[case] signed: OffsetDateTime, #[case] text: Option<&str>) {
        match (check(signed, NOW, 5), text) {
            (Ok(()), None) => {}
            (Err(Flaw::Invalid(message)), Some(text)) => assert!(message.starts_with(text), "{message}"),
            (other, _) => panic!("{other:?}"),
        }
    }
}
