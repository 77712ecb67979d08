//! The set-up: five screens from a link to a snippet. Nothing is published before the last step, and a step is left
//! only when its fields are in order.

pub mod answers;
pub mod ask;
pub mod confirm;
pub mod founding;
pub mod preview;
pub mod snippet;
pub mod strength;

use crate::state::{fault::Fault, field::FieldFault};
use answers::Answers;
use ask::Ask;
use confirm::Confirm;
use einwurf_protocol::{api::visitor::RelayInfo, ids::Thumbprint, notice::Register};
use zeroize::Zeroizing;

/// One of the five screens.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Company and contact ways.
    #[default]
    Company,
    /// What the notice states.
    Privacy,
    /// The first member's account.
    Account,
    /// Keys and the recovery code.
    Keys,
    /// The snippet.
    Published,
}

impl Step {
    /// In order.
    pub const ALL: [Self; 5] = [Self::Company, Self::Privacy, Self::Account, Self::Keys, Self::Published];

    /// From 1.
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).unwrap_or_default() + 1
    }

    fn at(number: usize) -> Option<Self> {
        Self::ALL.get(number.checked_sub(1)?).copied()
    }
}

/// What is being made on the fourth screen, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Keys are drawn.
    Keys,
    /// The password is stretched.
    Password,
    /// Notices are rendered and the manifest is signed.
    Signing,
    /// Keys are sealed to the account and the recovery code.
    Sealing,
}

impl Stage {
    /// In order.
    pub const ALL: [Self; 4] = [Self::Keys, Self::Password, Self::Signing, Self::Sealing];
}

/// Where the fourth screen stands.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Making {
    /// Nothing is made yet.
    #[default]
    Idle,
    /// At work.
    At(Stage),
    /// Made, waiting for the code to be written down and asked back.
    Made {
        /// The recovery code in groups.
        code: Zeroizing<String>,
        /// The question.
        confirm: Confirm,
    },
    /// On the way to the relay.
    Publishing {
        /// Kept, should the relay be away.
        code: Zeroizing<String>,
        /// Kept, too.
        confirm: Confirm,
    },
}

/// What the last screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// What the snippet pins.
    pub pin: Thumbprint,
    /// Address of the site.
    pub site: String,
    /// Origin of the relay.
    pub relay: String,
    /// The launcher, of the release that was published; empty if the relay did not give exactly that one.
    pub launcher: String,
    /// Inline, or as a file on the company's own server.
    pub file: bool,
}

/// The set-up's state.
#[derive(Clone)]
pub struct Setup {
    /// The screen.
    pub step: Step,
    /// Faults are shown: somebody tried to go on.
    pub tried: bool,
    /// What was typed, without the password.
    pub answers: Answers,
    /// The password, only in memory.
    pub password: Zeroizing<String>,
    /// What the relay says about itself.
    pub relay: Option<RelayInfo>,
    /// The register that the preview shows.
    pub preview: Register,
    /// The fourth screen.
    pub making: Making,
    /// The site key that was made, for the emergency sheet.
    pub site_key: Option<Thumbprint>,
    /// The fifth screen.
    pub published: Option<Published>,
    /// What went wrong.
    pub fault: Option<Fault>,
    /// The set-up secret is at hand; without it the link must be opened again.
    pub has_link: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            step: Step::default(),
            tried: false,
            answers: Answers::default(),
            password: Zeroizing::default(),
            relay: None,
            preview: Register::DeFormal,
            making: Making::Idle,
            site_key: None,
            published: None,
            fault: None,
            has_link: false,
        }
    }
}

impl Setup {
    /// The fields of the present screen that are not in order, in the order of the screen.
    pub fn faults(&self) -> Vec<(Ask, FieldFault)> {
        let asks = Ask::of(self.step).iter();
        asks.filter_map(|ask| Some((*ask, ask.spec().rule.check(self.value(*ask))?))).collect()
    }

    /// The fault to show at a field.
    pub fn fault_of(&self, ask: Ask) -> Option<FieldFault> {
        let spec = ask.spec();
        self.tried.then(|| spec.rule.check(self.value(ask))).flatten()
    }

    /// What is typed in a field.
    pub fn value(&self, ask: Ask) -> &str {
        if ask == Ask::Password { &self.password } else { self.answers.get(ask) }
    }

    /// Somebody typed.
    pub fn set(&mut self, ask: Ask, text: String) {
        if ask == Ask::Password {
            self.password = Zeroizing::new(text);
        } else {
            self.answers.set(ask, text);
        }
    }

    /// Goes on if the screen is in order; else its faults show, and the first is answered for the focus.
    pub fn go_on(&mut self) -> Result<(), Ask> {
        if let Some((first, _)) = self.faults().first() {
            self.tried = true;
            return Err(*first);
        }
        // The fourth screen is left by publishing only.
        if self.step < Step::Keys
            && let Some(next) = Step::at(self.step.number() + 1)
        {
            self.enter(next);
        }
        Ok(())
    }

    /// Goes back. What was made on the fourth screen is dropped: it would not fit changed answers.
    pub fn back(&mut self) {
        if self.step != Step::Published
            && let Some(before) = Step::at(self.step.number() - 1)
        {
            self.making = Making::Idle;
            self.enter(before);
        }
    }

    /// Takes up answers that were kept in this tab. The password was not kept, so the account is the last screen to
    /// resume at.
    pub fn resume(&mut self, kept: Kept) {
        self.answers = kept.answers;
        self.step = kept.step.min(Step::Account);
    }

    /// What may be kept in this tab: no secret.
    pub fn kept(&self) -> Kept {
        Kept { step: self.step, answers: self.answers.clone() }
    }

    /// The site is published.
    pub fn publish(&mut self, published: Published) {
        self.published = Some(published);
        self.password = Zeroizing::default();
        self.making = Making::Idle;
        self.enter(Step::Published);
    }

    fn enter(&mut self, step: Step) {
        self.step = step;
        self.tried = false;
        self.fault = None;
    }
}

/// What is kept for the tab, so that the set-up can be left and resumed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The screen.
    pub step: Step,
    /// The answers.
    pub answers: Answers,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Setup({:?}, answers and secrets hidden)", self.step)
    }
}

#[cfg(test)]
mod tests;
