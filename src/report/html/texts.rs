//! Texts that many cases share, kept once.

use std::collections::HashMap;

/// A list of distinct texts. Others name them by their number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    numbers: HashMap<String, usize>,
}

impl Texts {
    /// The number of a text, from 0.
    pub(super) fn number(&mut self, text: String) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(text).or_insert(next)
    }

    /// The texts by number.
    pub(super) fn into_list(self) -> Vec<String> {
        let mut texts: Vec<_> = self.numbers.into_iter().collect();
        texts.sort_unstable_by_key(|(_, number)| *number);
        texts.into_iter().map(|(text, _)| text).collect()
    }
}

#[test]
fn equal_texts_have_one_number() {
    let mut texts = Texts::default();
    let numbers = ["a", "b", "a"].map(|text| texts.number(text.to_owned()));
    assert_eq!(numbers, [0, 1, 0]);
    assert_eq!(texts.into_list(), ["a", "b"]);
}
