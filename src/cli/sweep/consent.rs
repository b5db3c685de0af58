//! Asking a person before anything is removed from a live target.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::cli::Failure;

/// Whether `count` things may be removed. Where nobody sits at the terminal, `--yes` must have said so.
///
/// # Errors
/// Nobody can be asked, or the terminal is gone.
pub(super) fn agreed(count: usize, yes: bool) -> Result<bool, Failure> {
    if yes {
        return Ok(true);
    }
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        let help = "say `--yes` if it may be, or `--dry-run` to look only".to_owned();
        return Err(Failure::argument("this is a live target, and nobody is here to be asked: nothing was removed", help));
    }
    Ok(asked(count, &mut io::stdin().lock(), &mut io::stderr())?)
}

/// Anything but a plain yes is a no.
fn asked(count: usize, from: &mut dyn BufRead, to: &mut dyn Write) -> io::Result<bool> {
    write!(to, "remove {count} from a live target? [y/N] ")?;
    to.flush()?;
    let mut answer = String::new();
    from.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("y\n", true)]
    #[case(" Yes \n", true)]
    #[case("\n", false)]
    #[case("no\n", false)]
    #[case("yesterday\n", false)]
    #[case("", false)]
    fn only_a_yes_is_one(#[case] answer: &str, #[case] expected: bool) {
        let mut question = Vec::new();
        assert_eq!(asked(3, &mut answer.as_bytes(), &mut question).expect("asked"), expected);
        assert_eq!(String::from_utf8_lossy(&question), "remove 3 from a live target? [y/N] ");
    }
}
