//! Which languages and forms of address there are: written by `cargo xtask languages` from the files in `languages/`,
//! and compared with them by `cargo xtask check`. Change those instead.

#[cfg(feature = "wording")]
use crate::lint::words::{Foreign, Words};
use serde::{Deserialize, Serialize};

/// Language and form of address: one notice, one file of texts each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Register {
    /// Deutsch (Sie).
    #[serde(rename = "de-formal")]
    DeFormal,
    /// Deutsch (Du).
    #[serde(rename = "de-informal")]
    DeInformal,
    /// English.
    #[serde(rename = "en")]
    En,
    /// |Ķîñð|.
    #[cfg(feature = "pseudo")]
    #[serde(rename = "en-xa")]
    EnXa,
    /// |dniK|.
    #[cfg(feature = "pseudo")]
    #[serde(rename = "ar-xb")]
    ArXb,
}

#[allow(clippy::match_same_arms, reason = "an answer for each file")]
impl Register {
    /// All registers.
    pub const ALL: [Self; 3] = [Self::DeFormal, Self::DeInformal, Self::En];
    /// Made of English, for the gallery: never offered, never published.
    #[cfg(feature = "pseudo")]
    pub const PSEUDO: [Self; 2] = [Self::EnXa, Self::ArXb];

    /// The name on the wire and of the file in `languages/`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeFormal => "de-formal",
            Self::DeInformal => "de-informal",
            Self::En => "en",
            #[cfg(feature = "pseudo")]
            Self::EnXa => "en-xa",
            #[cfg(feature = "pseudo")]
            Self::ArXb => "ar-xb",
        }
    }

    /// BCP 47 language tag.
    pub const fn lang(self) -> &'static str {
        match self {
            Self::DeFormal => "de",
            Self::DeInformal => "de",
            Self::En => "en",
            #[cfg(feature = "pseudo")]
            Self::EnXa => "en-XA",
            #[cfg(feature = "pseudo")]
            Self::ArXb => "ar-XB",
        }
    }

    /// BCP 47 tag by which `Intl` writes dates and numbers.
    pub const fn locale(self) -> &'static str {
        match self {
            Self::DeFormal => "de",
            Self::DeInformal => "de",
            Self::En => "en-GB",
            #[cfg(feature = "pseudo")]
            Self::EnXa => "en-GB",
            #[cfg(feature = "pseudo")]
            Self::ArXb => "en-GB",
        }
    }

    /// Direction of the script: `ltr`, `rtl`.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::DeFormal => "ltr",
            Self::DeInformal => "ltr",
            Self::En => "ltr",
            #[cfg(feature = "pseudo")]
            Self::EnXa => "ltr",
            #[cfg(feature = "pseudo")]
            Self::ArXb => "rtl",
        }
    }

    /// Form of address as in consent records: `Sie`, `Du`, `neutral`.
    pub const fn form(self) -> &'static str {
        match self {
            Self::DeFormal => "Sie",
            Self::DeInformal => "Du",
            Self::En => "neutral",
            #[cfg(feature = "pseudo")]
            Self::EnXa => "neutral",
            #[cfg(feature = "pseudo")]
            Self::ArXb => "neutral",
        }
    }

    /// Its own name, the same in every language.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::DeFormal => "Deutsch (Sie)",
            Self::DeInformal => "Deutsch (Du)",
            Self::En => "English",
            #[cfg(feature = "pseudo")]
            Self::EnXa => "[Ķîñð]",
            #[cfg(feature = "pseudo")]
            Self::ArXb => "[dniK]",
        }
    }

    /// What a button says unless the company has words of its own.
    pub const fn label(self) -> &'static str {
        match self {
            Self::DeFormal => "Nachricht schreiben",
            Self::DeInformal => "Nachricht schreiben",
            Self::En => "Write a message",
            #[cfg(feature = "pseudo")]
            Self::EnXa => "⟦Ŵŕîîţéé àà mééššààĝéé⟧",
            #[cfg(feature = "pseudo")]
            Self::ArXb => "\u{200f}\u{202e}Write a message\u{202c}\u{200f}",
        }
    }

    /// What its notices say, with places for a site's facts.
    #[cfg(feature = "wording")]
    pub(crate) const fn wording(self) -> &'static str {
        match self {
            Self::DeFormal => include_str!("../wording/de-formal.json"),
            Self::DeInformal => include_str!("../wording/de-informal.json"),
            Self::En => include_str!("../wording/en.json"),
            #[cfg(feature = "pseudo")]
            Self::EnXa => include_str!("../wording/en.json"),
            #[cfg(feature = "pseudo")]
            Self::ArXb => include_str!("../wording/en.json"),
        }
    }

    /// What the relay's mails say: JSON.
    pub const fn mails(self) -> &'static str {
        match self {
            Self::DeFormal => include_str!("../mails/de-formal.json"),
            Self::DeInformal => include_str!("../mails/de-informal.json"),
            Self::En => include_str!("../mails/en.json"),
            #[cfg(feature = "pseudo")]
            Self::EnXa => include_str!("../mails/en.json"),
            #[cfg(feature = "pseudo")]
            Self::ArXb => include_str!("../mails/en.json"),
        }
    }

    /// What stands on its poster: JSON.
    #[cfg(feature = "wording")]
    pub(crate) const fn poster(self) -> &'static str {
        match self {
            Self::DeFormal => include_str!("../poster/de-formal.json"),
            Self::DeInformal => include_str!("../poster/de-informal.json"),
            Self::En => include_str!("../poster/en.json"),
            #[cfg(feature = "pseudo")]
            Self::EnXa => include_str!("../poster/en.json"),
            #[cfg(feature = "pseudo")]
            Self::ArXb => include_str!("../poster/en.json"),
        }
    }

    /// Words by which its notices are judged.
    #[cfg(feature = "wording")]
    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Self::DeFormal => &DE_FORMAL,
            Self::DeInformal => &DE_INFORMAL,
            Self::En => &EN,
            #[cfg(feature = "pseudo")]
            Self::EnXa => &EN,
            #[cfg(feature = "pseudo")]
            Self::ArXb => &EN,
        }
    }
}

#[cfg(feature = "wording")]
const DE_FORMAL: Words = Words {
    example: "Beispiel",
    vowels: "aeiouyäöü",
    ease: [180.0, 1.0, 58.5],
    whole: &["schade", "leider", "agb", "newsletter"],
    stems: &["privacy shield", "100 %", "100%", "hundertprozentig", "vollkommen sicher", "absolut sicher", "kann niemand", "kann keiner", "kannst niemand", "kannst keiner", "dsgvo-konform", "anonym", "nur so können wir", "vertrauen sie uns", "vertrau uns", "ggf.", "gegebenenfalls", "unter umständen", "nutzungsbedingungen", "allgemeine geschäftsbedingungen"],
    documents: &["datenschutzerklärung", "datenschutzhinweis", "datenschutzbestimmung"],
    acceptance: &["gelesen", "akzeptier", "zustimm", "zugestimmt", "stimme", "einverstanden", "anerkenn"],
    consent: &["willig", "einwillig", "eingewillig", "zustimm", "zugestimm", "einverstanden", "widerruf"],
    foreign: &[
        Foreign { words: &["du", "dir", "dich", "dein", "deine", "deinem", "deinen", "deiner", "deines", "euch", "euer", "eure", "eurem"], any_case: true, inside: false, before: &[], not_before: &[] },
        Foreign { words: &["ihr"], any_case: true, inside: false, before: &["dürft", "könnt", "habt", "seid", "müsst", "wollt"], not_before: &[] },
        Foreign { words: &["the", "you", "your", "we", "our", "and", "with"], any_case: false, inside: false, before: &[], not_before: &[] },
    ],
};

#[cfg(feature = "wording")]
const DE_INFORMAL: Words = Words {
    example: "Beispiel",
    vowels: "aeiouyäöü",
    ease: [180.0, 1.0, 58.5],
    whole: &["schade", "leider", "agb", "newsletter"],
    stems: &["privacy shield", "100 %", "100%", "hundertprozentig", "vollkommen sicher", "absolut sicher", "kann niemand", "kann keiner", "kannst niemand", "kannst keiner", "dsgvo-konform", "anonym", "nur so können wir", "vertrauen sie uns", "vertrau uns", "ggf.", "gegebenenfalls", "unter umständen", "nutzungsbedingungen", "allgemeine geschäftsbedingungen"],
    documents: &["datenschutzerklärung", "datenschutzhinweis", "datenschutzbestimmung"],
    acceptance: &["gelesen", "akzeptier", "zustimm", "zugestimmt", "stimme", "einverstanden", "anerkenn"],
    consent: &["willig", "einwillig", "eingewillig", "zustimm", "zugestimm", "einverstanden", "widerruf"],
    foreign: &[
        Foreign { words: &["Ihnen", "Ihre", "Ihrem", "Ihren", "Ihrer", "Ihres"], any_case: false, inside: false, before: &[], not_before: &[] },
        Foreign { words: &["Sie"], any_case: false, inside: true, before: &[], not_before: &[] },
        Foreign { words: &["Sie"], any_case: false, inside: false, before: &["haben", "können", "müssen", "dürfen", "möchten", "wollen", "sollten", "erreichen", "schreiben"], not_before: &[] },
        Foreign { words: &["Ihr"], any_case: false, inside: false, before: &[], not_before: &["dürft", "könnt", "habt", "seid", "müsst", "wollt"] },
        Foreign { words: &["the", "you", "your", "we", "our", "and", "with"], any_case: false, inside: false, before: &[], not_before: &[] },
    ],
};

#[cfg(feature = "wording")]
const EN: Words = Words {
    example: "Example",
    vowels: "aeiouyäöü",
    ease: [206.835, 1.015, 84.6],
    whole: &["newsletter"],
    stems: &["privacy shield", "100 %", "100%", "completely secure", "absolutely secure", "nobody can", "no one can", "gdpr-compliant", "gdpr compliant", "anonym", "trust us", "unfortunately", "improve your experience", "and partners", "terms and conditions"],
    documents: &["privacy policy", "privacy notice"],
    acceptance: &["have read", "accept", "agree"],
    consent: &["consent", "agree", "withdraw", "withdrew"],
    foreign: &[
        Foreign { words: &["das", "wir", "nicht", "ist", "wird", "unser", "deine", "dein", "Ihre", "Sie"], any_case: false, inside: false, before: &[], not_before: &[] },
    ],
};
