//! Texts that speak of a number.

use super::fill;
use einwurf_protocol::notice::Register;

/// Which form of its texts a register takes for a number (CLDR), `one`, `other`: only the browser knows all languages.
pub type Rule = fn(Register, u64) -> String;

/// A text that speaks of a number, in the forms of its language.
pub struct Plural {
    pub(super) forms: Vec<(String, String)>,
    pub(super) register: Register,
    pub(super) rule: Rule,
}

impl Default for Plural {
    fn default() -> Self {
        Self { forms: Vec::new(), register: Register::En, rule: |_, _| String::new() }
    }
}

impl Plural {
    /// For a number, which stands at `{n}`.
    pub fn of<N: TryInto<u64> + ToString>(&self, number: N) -> String {
        let shown = number.to_string();
        let form = (self.rule)(self.register, number.try_into().unwrap_or(u64::MAX));
        let find = |wanted: &str| self.forms.iter().find(|(form, _)| form == wanted);
        let text = find(&form).or_else(|| find("other")).map_or("", |(_, text)| text);
        fill(text, &[("n", &shown)])
    }
}
