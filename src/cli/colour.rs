//! Whether to colour: `--color`, the terminal, and NO_COLOR.

use std::io::IsTerminal;

use clap::ValueEnum;
use miette::MietteHandlerOpts;

use crate::report::Paint;

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal that takes colours, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colour {
    /// Colour for what goes to standard output.
    pub fn of_output(self) -> Paint {
        self.decide(std::io::stdout().is_terminal())
    }

    /// Makes error messages follow the same rule on standard error.
    pub(super) fn set_up_messages(self) {
        let terminal = std::io::stderr().is_terminal();
        let colour = self.decide(terminal) == Paint::Colour;
        let hook = move |_: &_| -> Box<dyn miette::ReportHandler> {
            Box::new(MietteHandlerOpts::new().color(colour).unicode(terminal).terminal_links(false).build())
        };
        // Only fails where a hook is set already, and then messages look as that one says.
        let _ = miette::set_hook(Box::new(hook));
    }

    fn decide(self, terminal: bool) -> Paint {
        let variable = |name| std::env::var_os(name).unwrap_or_default();
        let wanted = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && variable("NO_COLOR").is_empty() && variable("TERM") != "dumb",
        };
        if wanted { Paint::Colour } else { Paint::Plain }
    }
}
