//! What may not stand in a notice, and how hard it may be to read (CON-06 to CON-08, DP-06, DP-16). The wording of this
//! crate passes; a site's own words are checked in the preview, since they stand in the same sentences.
//! The company's name is what it is: no rule looks into it.

mod passages;
mod phrases;
mod reading;
mod registers;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use crate::{
    limits::FIRST_LAYER_WORDS,
    notice::{Mode, Notice},
    settings::Profile,
};
use passages::{Kind, Passage, passages};

/// Words by which the first layer may be longer where a provider keeps a backup, since that must be said too.
const RESIDUAL_WORDS: u32 = 16;
/// Reading ease that a text has at least: "plain" on both scales.
const EASE: f64 = 60.0;

/// What a notice breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path of the text, as `title`, `facts.purpose`, `statements.special`, `withdrawal.ask`; and `facts`, `details`,
    /// `withdrawal` where they are judged as a whole.
    pub field: String,
    /// What it breaks.
    pub rule: Rule,
    /// The words at fault, or the number that was measured.
    pub said: String,
}

/// What a notice has to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A phrase that promises too much, steers, blurs, or bundles consent with something else.
    Forbidden,
    /// Another form of address or another language than the register's.
    Mixed,
    /// A word of consent in request mode.
    ConsentWord,
    /// A first layer of more than [`FIRST_LAYER_WORDS`].
    TooLong,
    /// Harder to read than plain language: Amstad below 60 in German, Flesch below 60 in English.
    Hard,
    /// A placeholder that may not stay open, or half a one.
    Open,
}

/// Everything that a notice breaks, in the order of its texts.
pub fn lint(notice: &Notice) -> Vec<Finding> {
    let passages = passages(notice);
    let each = passages.iter().flat_map(|passage| check(passage, notice));
    let whole = [
        ("facts", Kind::is_first_layer as fn(Kind) -> bool),
        ("details", Kind::is_detail),
        ("withdrawal", Kind::is_withdrawal),
    ];
    each.chain(too_long(notice, &passages))
        .chain(whole.into_iter().filter_map(|(part, belongs)| hard(notice, part, belongs, &passages)))
        .collect()
}

fn check(passage: &Passage, notice: &Notice) -> Vec<Finding> {
    let Passage { field, text, kind } = passage;
    let found = |rule| move |said: String| Finding { field: field.clone(), rule, said };
    let mut findings: Vec<Finding> =
        phrases::forbidden(text).into_iter().map(found(Rule::Forbidden)).collect();
    findings.extend(registers::mixed(notice.register, text).into_iter().map(found(Rule::Mixed)));
    if notice.mode == Mode::Request && !kind.is_consent() {
        findings.extend(phrases::of_consent(text).into_iter().map(found(Rule::ConsentWord)));
    }
    findings.extend(left_open(text, kind.open()).map(found(Rule::Open)));
    findings
}

/// The first brace that no open placeholder explains, and what follows up to its end.
fn left_open(text: &str, open: &[&str]) -> Option<String> {
    let closed = open.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
    let rest = closed.get(closed.find(['{', '}'])?..)?;
    rest.split_inclusive('}').next().map(str::to_owned)
}

/// The sentence on place and transfer is long or short by law, not by choice, and is left out.
fn too_long(notice: &Notice, passages: &[Passage]) -> Option<Finding> {
    let counted = passages.iter().filter(|passage| passage.kind == Kind::FirstLayer);
    let words: u32 = counted.map(|passage| reading::words(&passage.text)).sum();
    let residual = if notice.profile == Profile::SelfHosted { 0 } else { RESIDUAL_WORDS };
    let finding = || Finding { field: "facts".into(), rule: Rule::TooLong, said: words.to_string() };
    (words > FIRST_LAYER_WORDS + residual).then(finding)
}

fn hard(notice: &Notice, part: &str, belongs: fn(Kind) -> bool, passages: &[Passage]) -> Option<Finding> {
    let texts = passages.iter().filter(|passage| belongs(passage.kind)).map(|passage| passage.text.as_str());
    let ease = reading::ease(notice.register, &texts.collect::<Vec<_>>().join(" "))?;
    let finding = || Finding { field: part.to_owned(), rule: Rule::Hard, said: format!("{ease:.1}") };
    (ease < EASE).then(finding)
}
