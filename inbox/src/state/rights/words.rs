//! What the visitor reads of an act, in the register of the conversation. The sentences address nobody, so that they
//! fit Sie and Du alike.

use crate::{state::dates::Dates, texts::fill};
use einwurf_protocol::message::{Act, Basis, Draft, Message, Reason};

/// Why a restriction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifting<'a> {
    /// Its reason is gone.
    Over,
    /// After an objection the company goes on, for reasons of which it tells.
    GoOn(&'a str),
    /// An objection is followed: all of it is erased.
    Agree,
}

/// What an act is told with.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// Texts and dates of the visitor's language.
    pub dates: Dates<'a>,
    /// Who keeps what was handed over.
    pub company: &'a str,
    /// Why a restriction ends.
    pub lifting: Lifting<'a>,
}

impl Telling<'_> {
    /// The sentence.
    pub fn sentence(&self, act: &Act) -> String {
        let Dates { texts: t, .. } = self.dates;
        match act {
            Act::Handover { basis, until, .. } => {
                let text = match basis {
                    Basis::Contract => &t.told_handover_contract,
                    Basis::Law => &t.told_handover_law,
                };
                fill(text, &[("company", self.company), ("day", &self.dates.day(*until))])
            }
            Act::Hold { reason, until } => {
                let text = match reason {
                    Reason::Claim => &t.told_hold_claim,
                    Reason::Authority => &t.told_hold_authority,
                };
                fill(text, &[("day", &self.dates.day(*until))])
            }
            Act::Release => t.told_release.clone(),
            Act::Restrict => t.told_restrict.clone(),
            Act::Lift => match self.lifting {
                Lifting::GoOn(reasons) => fill(&t.told_go_on, &[("reasons", reasons)]),
                Lifting::Agree => t.told_agree.clone(),
                Lifting::Over => t.told_lift.clone(),
            },
            Act::Erase { parts } => t.told_erase.of(parts.len()),
            Act::Ask => t.told_ask.clone(),
        }
    }
}

/// As a message; none if it is longer than one may be.
pub fn message(sentence: &str) -> Option<Message> {
    Draft { text: sentence.to_owned(), ..Draft::default() }.check().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        testing::NOW,
        texts::tests::{de, texts},
    };
    use einwurf_protocol::notice::Register;

    #[test]
    fn rgt_06_every_act_is_told_in_a_whole_sentence_that_addresses_nobody() {
        let until = NOW.plus(9 * 86_400);
        let hold = |reason| Act::Hold { reason, until };
        let handover = |basis| Act::Handover { parts: vec![0], basis, until };
        let acts = [
            handover(Basis::Contract),
            handover(Basis::Law),
            hold(Reason::Claim),
            hold(Reason::Authority),
            Act::Release,
            Act::Restrict,
            Act::Lift,
            Act::Erase { parts: vec![1] },
            Act::Erase { parts: vec![1, 2] },
            Act::Ask,
        ];
        for register in Register::ALL {
            let texts = &texts(register);
            let dates = Dates { texts, offset: |_| 120 };
            let telling = |lifting| Telling { dates, company: "Beispiel {n} GmbH", lifting };
            let mut told: Vec<_> = acts.iter().map(|act| telling(Lifting::Over).sentence(act)).collect();
            told.push(telling(Lifting::Agree).sentence(&Act::Lift));
            told.push(telling(Lifting::GoOn("{day} ist der Termin")).sentence(&Act::Lift));
            for sentence in &told {
                let words: Vec<_> = sentence.split(|c: char| !c.is_alphanumeric()).collect();
                let addressed = ["Sie", "Ihre", "Ihr", "Ihnen", "du", "dein", "deine", "dich", "dir"];
                assert!(!addressed.iter().any(|word| words.contains(word)), "{sentence}");
                assert!(message(sentence).is_some() && sentence.len() < 600, "{sentence}");
            }
            assert!(told[0].contains("Beispiel {n} GmbH") && told[0].contains("2026"), "{}", told[0]);
            assert!(
                told.last().unwrap().contains("{day} ist der Termin"),
                "reasons are never read for placeholders"
            );
            let distinct: std::collections::BTreeSet<_> = told.iter().collect();
            assert_eq!(distinct.len(), told.len());
        }
    }

    #[test]
    fn rgt_06_reasons_at_their_limit_still_make_a_message() {
        let de = de();
        let reasons = "x".repeat(super::super::REASONS_BYTES);
        let dates = Dates { texts: &de, offset: |_| 0 };
        let telling = Telling { dates, company: "", lifting: Lifting::GoOn(&reasons) };
        assert!(message(&telling.sentence(&Act::Lift)).is_some());
    }
}
