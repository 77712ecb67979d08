//! The set-up: five parts from a link to a snippet. Nothing is published before the last step, and a step is left
//! only when its fields are in order.

pub mod answers;
pub mod ask;
pub mod confirm;
pub mod founding;
pub mod snippet;
pub mod strength;

use crate::state::{
    fault::Fault,
    field::FieldFault,
    notice::{
        faults::{Spot, faults},
        findings::FINDINGS,
        preview::{View, findings},
        terms::Promise,
    },
};
use answers::Answers;
use ask::Ask;
use confirm::Confirm;
use einwurf_protocol::{api::visitor::RelayInfo, ids::Thumbprint, lint::Finding, notice::Register};
use zeroize::Zeroizing;

/// One of the screens.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Company and contact ways.
    #[default]
    Company,
    /// What people write about, and on which basis.
    Purpose,
    /// What the notice states besides.
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
    pub const ALL: [Self; 6] =
        [Self::Company, Self::Purpose, Self::Privacy, Self::Account, Self::Keys, Self::Published];

    /// The first screen of each of the five parts.
    pub const PARTS: [Self; 5] =
        [Self::Company, Self::Purpose, Self::Privacy, Self::Account, Self::Published];

    /// The part that it belongs to: account and keys are one.
    #[must_use]
    pub fn part(self) -> Self {
        if self == Self::Keys { Self::Account } else { self }
    }

    /// Of its part, from 1.
    pub fn number(self) -> usize {
        Self::PARTS.iter().position(|part| *part == self.part()).unwrap_or_default() + 1
    }

    fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }

    fn before(self) -> Option<Self> {
        Self::ALL.into_iter().rfind(|step| *step < self)
    }
}

/// What is being made on the screen of the keys, in this order.
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

/// Where the screen of the keys stands.
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
    /// What the preview shows.
    pub view: View,
    /// The screen of the keys.
    pub making: Making,
    /// The site key that was made, for the emergency sheet.
    pub site_key: Option<Thumbprint>,
    /// The last screen.
    pub published: Option<Published>,
    /// What went wrong.
    pub fault: Option<Fault>,
    /// The set-up secret is at hand; without it the link must be opened again.
    pub has_link: bool,
    /// The relay said other things of itself than before: the notice has to be read again.
    pub reread: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            step: Step::default(),
            tried: false,
            answers: Answers::default(),
            password: Zeroizing::default(),
            relay: None,
            view: View::default(),
            making: Making::Idle,
            site_key: None,
            published: None,
            fault: None,
            has_link: false,
            reread: false,
        }
    }
}

impl Setup {
    /// What is not in order on the present screen, in the order of the screen; with a promise that stands there.
    pub fn faults(&self) -> Vec<(Spot, FieldFault)> {
        let asks = Ask::of(self.step).iter();
        let typed = asks.filter_map(|ask| Some((Spot::Field(*ask), self.judge(*ask)?)));
        let here = |spot: &Spot| match spot {
            Spot::Field(_) => false,
            Spot::Promise(Promise::Copies) => self.step == Step::Privacy,
            Spot::Promise(_) | Spot::Boxes | Spot::Age | Spot::Place => self.step == Step::Purpose,
        };
        let chosen = faults(&self.answers, self.relay.as_ref()).into_iter().filter(|(spot, _)| here(spot));
        typed.chain(chosen).collect()
    }

    fn judge(&self, ask: Ask) -> Option<FieldFault> {
        let (value, rule) = (self.value(ask), ask.spec().rule);
        let too_long = || {
            let all = faults(&self.answers, self.relay.as_ref());
            all.into_iter().find(|(spot, _)| *spot == Spot::Field(ask)).map(|(_, fault)| fault)
        };
        rule.check(value).or_else(|| (ask == Ask::Days).then(too_long).flatten())
    }

    /// The fault to show at a place.
    pub fn fault_of(&self, spot: Spot) -> Option<FieldFault> {
        let found = || self.faults().into_iter().find(|(one, _)| *one == spot).map(|(_, fault)| fault);
        self.tried.then(found).flatten()
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

    /// Goes on if the screen is in order; else its faults show, and the id of the first is answered for the focus.
    pub fn go_on(&mut self) -> Result<(), &'static str> {
        let fault = self.faults().first().map(|(spot, _)| spot.id());
        // The notices are whole once the third screen is; nobody shall make keys for words that cannot be published.
        let unfit = || (self.step == Step::Privacy && !self.findings().is_empty()).then_some(FINDINGS);
        if let Some(id) = fault.or_else(unfit) {
            self.tried = true;
            return Err(id);
        }
        // The keys' screen is left by publishing only.
        if self.step < Step::Keys
            && let Some(next) = self.step.next()
        {
            self.enter(next);
        }
        Ok(())
    }

    /// What no notice may say.
    pub fn findings(&self) -> Vec<(Register, Finding)> {
        findings(&self.answers, self.relay.as_ref())
    }

    /// Goes back. What keys were made is dropped: it would not fit changed answers.
    pub fn back(&mut self) {
        if self.step != Step::Published
            && let Some(before) = self.step.before()
        {
            self.making = Making::Idle;
            self.enter(before);
        }
    }

    /// The relay says other things of itself than what was on the screen. Nobody signs what was not shown: the notice is
    /// shown again, on the first screen that is not in order now. Answers where the focus goes.
    pub fn reopen(&mut self, relay: RelayInfo) -> &'static str {
        self.relay = Some(relay);
        self.making = Making::Idle;
        for step in [Step::Company, Step::Purpose, Step::Privacy] {
            self.enter(step);
            if let Some((spot, _)) = self.faults().first() {
                (self.tried, self.reread) = (true, true);
                return spot.id();
            }
        }
        self.reread = true;
        if self.findings().is_empty() { "title" } else { FINDINGS }
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
        (self.tried, self.reread) = (false, false);
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
