//! Line-by-line differences: `-` what was expected, `+` what came.

use similar::{ChangeTag, TextDiff};

/// The lines that differ, with two lines around them.
pub fn lines(expected: &str, actual: &str) -> String {
    let diff = TextDiff::from_lines(expected, actual);
    let groups = diff.grouped_ops(2);
    let changes = groups.iter().flatten().flat_map(|op| diff.iter_changes(op));
    let line = |change: similar::Change<&str>| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        format!("{sign}{}\n", change.value().trim_end_matches('\n'))
    };
    changes.map(line).collect()
}
