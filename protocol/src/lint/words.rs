//! Words by which the notices of one register are judged, as its file in `languages/` has them.

/// A register's words.
pub(crate) struct Words {
    /// Stands for a company's name: one plain word.
    pub(crate) example: &'static str,
    /// Letters of which a run makes a syllable.
    pub(crate) vowels: &'static str,
    /// Reading ease: what there is at first, what each word of a sentence takes away, and each syllable of a word.
    /// Amstad for German, Flesch for English.
    pub(crate) ease: [f64; 3],
    /// What no notice may say: whole words only. "leider" is not in "Kleider" or "leiderfahren".
    pub(crate) whole: &'static [&'static str],
    /// The same: beginnings of words. Promises that nobody can keep, steering (DP-06), blurring (DP-16), bundling (CON-07).
    pub(crate) stems: &'static [&'static str],
    /// Both in one sentence make an acceptance of a document out of a consent (CON-07).
    pub(crate) documents: &'static [&'static str],
    /// See there.
    pub(crate) acceptance: &'static [&'static str],
    /// What belongs to consent and to nothing else (CON-06).
    pub(crate) consent: &'static [&'static str],
    /// What gives away another form of address or another language (CON-08).
    pub(crate) foreign: &'static [Foreign],
}

/// Words that give away another register, where all of the following holds.
pub(crate) struct Foreign {
    /// The words.
    pub(crate) words: &'static [&'static str],
    /// In small or capital letters; then `words` are in small ones.
    pub(crate) any_case: bool,
    /// Only inside a sentence: at the beginning of one every word has a capital letter.
    pub(crate) inside: bool,
    /// Only with one of these after them.
    pub(crate) before: &'static [&'static str],
    /// Not with one of these after them.
    pub(crate) not_before: &'static [&'static str],
}
