//! Rendering notices: reviewed wording and a site's legal facts become one document per register.
//! Contact ways stay placeholders, since they may change without fresh consent.

mod words;

use crate::{
    limits::{COPIES_DAYS, QUEUE_DAYS},
    notice::{AgeChoice, Fact, Link, Mode, Notice, Purpose, Register, Statement, TYP, Withdrawal},
    settings::{LegalFacts, Missing, Profile, Sector, Team},
};
use words::{Bases, Way, Wording};

#[cfg(test)]
pub(crate) mod tests;

/// Why a notice could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Mandatory facts are missing (PRE-07); the form names them.
    #[error("mandatory facts are missing: {0:?}")]
    Missing(Vec<Missing>),
    /// The wording file is broken: a fault of this build, caught by its tests.
    #[error("the wording of {0} is malformed")]
    Wording(Register),
}

/// The notice document of `register` for a site with these facts: its exact bytes.
pub fn render(register: Register, facts: &LegalFacts) -> Result<Vec<u8>, RenderError> {
    let missing = facts.missing();
    if !missing.is_empty() {
        return Err(RenderError::Missing(missing));
    }
    let wording = Wording::of(register).ok_or(RenderError::Wording(register))?;
    serde_json::to_vec(&Filler::new(register, &wording, facts).notice())
        .map_err(|_| RenderError::Wording(register))
}

struct Filler<'a> {
    register: Register,
    wording: &'a Wording,
    way: &'a Way,
    facts: &'a LegalFacts,
    /// What stands for each placeholder. Those whose text has placeholders itself come first.
    words: Vec<(&'static str, String)>,
}

impl<'a> Filler<'a> {
    fn new(register: Register, wording: &'a Wording, facts: &'a LegalFacts) -> Self {
        let way = match facts.mode {
            Mode::Consent => &wording.consent,
            Mode::Request => &wording.request,
        };
        let transfer = match facts.profile {
            Profile::SelfHosted => &wording.transfer.self_hosted,
            Profile::CloudflareOwnProxy => &wording.transfer.cloudflare_own_proxy,
            Profile::CloudflareDirect => &wording.transfer.cloudflare_direct,
        };
        let phrase = |team: &Team| team.of(register).to_owned();
        let words = vec![
            ("{withdraw_heading}", way.withdraw.heading.clone()),
            ("{withdraw}", way.withdraw.text.clone()),
            ("{voluntary}", way.voluntary.clone()),
            ("{rights}", way.rights.clone()),
            ("{basis}", basis(way, &wording.bases, facts)),
            ("{proof}", way.proof.clone()),
            ("{withdraw_label}", way.withdrawal.label.clone()),
            ("{transfer}", transfer.clone()),
            ("{company}", facts.company.clone()),
            ("{address}", facts.address.clone()),
            ("{team}", phrase(&facts.team)),
            ("{days}", facts.days.to_string()),
            ("{copies_days}", COPIES_DAYS.to_string()),
            ("{queue_days}", QUEUE_DAYS.to_string()),
            ("{age}", facts.children.map(|age| age.to_string()).unwrap_or_default()),
            ("{authority}", facts.authority.clone()),
            ("{dpo}", facts.dpo.clone()),
            ("{host_name}", facts.host_name.clone()),
            ("{country}", phrase(&facts.country)),
        ];
        Self { register, wording, way, facts, words }
    }

    fn notice(&self) -> Notice {
        let Self { wording, way, facts, .. } = self;
        let link = |label: &str, url: &str| Link { label: label.to_owned(), url: url.to_owned() };
        Notice {
            typ: TYP.to_owned(),
            register: self.register,
            mode: facts.mode,
            profile: facts.profile,
            company: facts.company.clone(),
            days: facts.days,
            title: self.fill(&way.title),
            lead: self.fill(&way.lead),
            summary: way.summary.iter().map(|line| self.fill(line)).collect(),
            facts: self.fill_all(&wording.facts),
            details_label: wording.details_label.clone(),
            details: self.fill_all(&wording.details),
            links: vec![
                link(&wording.privacy_label, &facts.privacy_url),
                link(&wording.imprint_label, &facts.imprint_url),
            ],
            statements: self.statements(),
            age: facts.children.map(|age| self.age(age)),
            accept: way.accept.clone(),
            decline: way.decline.clone(),
            withdrawal: self.withdrawal(),
        }
    }

    /// In one order, whatever is offered: what writing needs comes first.
    fn statements(&self) -> Vec<Statement> {
        let Self { wording: Wording { boxes, .. }, facts, .. } = self;
        let health = facts.sector == Sector::Health;
        let special = if health { &boxes.special_health } else { &boxes.special };
        let offered = |purpose| facts.offers.contains(&purpose);
        [
            (Purpose::Answer, &boxes.answer, facts.mode == Mode::Consent, true),
            (Purpose::Special, special, offered(Purpose::Special), health),
            (Purpose::Remember, &boxes.remember, offered(Purpose::Remember), false),
            (Purpose::Notify, &boxes.notify, offered(Purpose::Notify), false),
            (Purpose::Context, &boxes.context, offered(Purpose::Context), false),
        ]
        .into_iter()
        .filter(|(_, _, shown, _)| *shown)
        .map(|(purpose, text, _, required)| Statement { purpose, text: self.fill(text), required })
        .collect()
    }

    fn age(&self, age: u8) -> AgeChoice {
        let words = &self.wording.age;
        AgeChoice {
            age,
            question: self.fill(&words.question),
            old_enough: self.fill(&words.old_enough),
            parents: self.fill(&words.parents),
            not_asked: self.fill(&words.not_asked),
        }
    }

    fn withdrawal(&self) -> Withdrawal {
        let words = &self.way.withdrawal;
        Withdrawal {
            label: words.label.clone(),
            ask: self.with_residual(self.fill(&words.ask)),
            yes: words.yes.clone(),
            no: words.no.clone(),
            done: self.with_residual(self.fill(&words.done)),
            pending: words.pending.clone(),
        }
    }

    fn fill_all(&self, facts: &[Fact]) -> Vec<Fact> {
        facts.iter().map(|fact| self.fact(fact)).collect()
    }

    fn fact(&self, fact: &Fact) -> Fact {
        let text = self.fill(&fact.text);
        let text = match fact.field.as_str() {
            "retention" | "storage" => self.with_residual(text),
            "processors" => self.with_cloudflare(text, &self.wording.cloudflare.processor),
            _ => text,
        };
        Fact { field: fact.field.clone(), heading: self.fill(&fact.heading), text }
    }

    /// A provider that keeps a backup says so wherever deletion is spoken of (RET-02, RGT-04).
    fn with_residual(&self, text: String) -> String {
        self.with_cloudflare(text, &self.wording.cloudflare.residual)
    }

    fn with_cloudflare(&self, text: String, more: &str) -> String {
        if self.facts.profile == Profile::SelfHosted { text } else { [&text, " ", more].concat() }
    }

    fn fill(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (name, words)| text.replace(name, words))
    }
}

/// The mode's own basis, then that of every purpose which is offered.
fn basis(way: &Way, bases: &Bases, facts: &LegalFacts) -> String {
    let further = [
        (Purpose::Special, &bases.special),
        (Purpose::Remember, &bases.remember),
        (Purpose::Notify, &bases.notify),
        (Purpose::Context, &bases.context),
    ];
    let offered = further.into_iter().filter(|(purpose, _)| facts.offers.contains(purpose));
    offered.fold(way.basis.clone(), |basis, (_, more)| [&basis, " ", more].concat())
}
