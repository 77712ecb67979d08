//! Legal facts and contact ways of a published site: what is in force, what is typed, and what may be published of it.
//! What visitors read today is known from the signed manifest, whatever the relay says of the facts.

use super::{
    compare::{Change, compare},
    faults::{Spot, faults},
    preview::{View, findings},
};
use crate::state::{
    field::FieldFault,
    setup::{
        answers::Answers,
        ask::Ask,
        founding::{self, Written},
    },
};
use einwurf_protocol::{
    api::visitor::RelayInfo,
    ids::Digest,
    lint::Finding,
    manifest::{Display, NoticeRef},
    notice::{self, Notice, Register},
    settings::LegalFacts,
};

/// Fields of the contact ways.
pub const SHOWN: [Ask; 3] = [Ask::Phone, Ask::Email, Ask::Hours];

/// What is in force, as the relay administers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The relay's word on the facts; [`Self::is_as_signed`] compares it with what was signed.
    pub facts: LegalFacts,
    /// From the manifest.
    pub display: Display,
    /// From the manifest.
    pub notices: Vec<NoticeRef>,
}

impl InForce {
    /// Whether the facts that the relay names make exactly the notices that were signed. If not, a newer app words them
    /// differently, or the relay names others than the company has published. Costs the rendering of every notice.
    pub fn is_as_signed(&self) -> bool {
        Written::of(self.facts.clone()).is_ok_and(|written| {
            let references = written.references();
            references.len() == self.notices.len() && references.iter().all(|one| self.notices.contains(one))
        })
    }
}

/// Everything behind both pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Editing {
    /// What is typed.
    pub answers: Answers,
    /// What is in force; none until it was fetched.
    pub in_force: Option<InForce>,
    /// What the relay says of itself now.
    pub relay: Option<RelayInfo>,
    /// The notices in force with their digests, each checked.
    documents: Vec<(Digest, Notice)>,
    /// They could not be fetched.
    pub away: bool,
    /// Faults are shown.
    pub tried: bool,
    /// What the preview shows.
    pub view: View,
    /// What can be published again.
    former: Option<LegalFacts>,
}

impl Editing {
    /// Nothing is known but what the relay says of itself.
    pub fn beside(relay: RelayInfo) -> Self {
        Self { relay: Some(relay), ..Self::default() }
    }

    /// Takes up what is in force. The form shows it unless somebody has typed something else.
    pub fn take(&mut self, in_force: InForce) {
        if self.in_force.as_ref() == Some(&in_force) {
            return;
        }
        let now = Answers::of(&in_force.facts, &in_force.display);
        let typed = self.in_force.as_ref().map(|before| Answers::of(&before.facts, &before.display));
        if typed.is_none_or(|before| self.answers == before) {
            self.answers = now;
            self.tried = false;
        }
        self.documents.retain(|(digest, _)| in_force.notices.iter().any(|named| named.digest == *digest));
        self.in_force = Some(in_force);
    }

    /// Takes what the relay gave for a notice in force. Anything but that document is as good as none.
    pub fn hold(&mut self, digest: Digest, document: Option<&str>) {
        match document.map(|document| notice::read(document.as_bytes(), &digest)) {
            Some(Ok(notice)) => {
                self.documents.retain(|(other, _)| *other != digest);
                self.documents.push((digest, notice));
            }
            _ => self.away = true,
        }
    }

    /// Notices in force that are not at hand yet.
    pub fn lacking(&self) -> Vec<Digest> {
        let named = self.in_force.iter().flat_map(|in_force| &in_force.notices).map(|named| named.digest);
        named.filter(|digest| !self.documents.iter().any(|(held, _)| held == digest)).collect()
    }

    /// Whether all that visitors read today is at hand.
    pub fn is_complete(&self) -> bool {
        self.in_force.is_some() && self.lacking().is_empty()
    }

    /// What would be published.
    pub fn facts(&self) -> Option<LegalFacts> {
        self.relay.as_ref().map(|relay| founding::facts(&self.answers, relay))
    }

    /// The same for the contact ways; the name is a legal fact, and the look has a form of its own.
    pub fn display(&self) -> Option<Display> {
        let Display { name, accent, theme, .. } = self.in_force.as_ref()?.display.clone();
        Some(Display { name, accent, theme, ..founding::display(&self.answers) })
    }

    /// Whether there are other facts to publish.
    pub fn is_changed(&self) -> bool {
        self.facts().zip(self.in_force.as_ref()).is_some_and(|(facts, in_force)| facts != in_force.facts)
    }

    /// Whether there are other contact ways to publish.
    pub fn is_redisplayed(&self) -> bool {
        self.display().zip(self.in_force.as_ref()).is_some_and(|(shown, in_force)| shown != in_force.display)
    }

    /// Whether the relay itself is run by somebody else, or elsewhere, than visitors are told (LOC-03).
    pub fn is_elsewhere(&self) -> bool {
        let both = self.relay.as_ref().zip(self.in_force.as_ref());
        both.is_some_and(|(relay, in_force)| !is_place(relay, &in_force.facts))
    }

    /// What is not in order: legal facts first, then contact ways.
    pub fn faults(&self) -> Vec<(Spot, FieldFault)> {
        let judge = |ask: Ask| Some((Spot::Field(ask), ask.spec().rule.check(self.answers.get(ask))?));
        let shown = SHOWN.into_iter().filter_map(judge);
        faults(&self.answers, self.relay.as_ref()).into_iter().chain(shown).collect()
    }

    /// The first place that keeps legal facts from being published.
    pub fn first_fault(&self) -> Option<Spot> {
        faults(&self.answers, self.relay.as_ref()).first().map(|(spot, _)| *spot)
    }

    /// The first place that keeps contact ways from being published.
    pub fn first_shown_fault(&self) -> Option<Spot> {
        let of_display = |spot: &Spot| matches!(spot, Spot::Field(ask) if SHOWN.contains(ask));
        self.faults().into_iter().map(|(spot, _)| spot).find(of_display)
    }

    /// The fault to show at a place.
    pub fn fault_of(&self, spot: Spot) -> Option<FieldFault> {
        let found = || self.faults().into_iter().find(|(one, _)| *one == spot).map(|(_, fault)| fault);
        self.tried.then(found).flatten()
    }

    /// What no notice may say.
    pub fn findings(&self) -> Vec<(Register, Finding)> {
        findings(&self.answers, self.relay.as_ref())
    }

    /// What visitors will read anew in a register; none while today's notice or today's answers cannot be compared.
    pub fn changes(&self, register: Register) -> Option<Vec<Change>> {
        let facts = self.facts().filter(|facts| facts.missing().is_empty())?;
        let (_, before) = self.documents.iter().find(|(_, notice)| notice.register == register)?;
        let after = einwurf_protocol::wording::render(register, &facts).ok()?;
        Some(compare(before, &notice::parse(&after).ok()?))
    }

    /// Whether visitors will read anything anew in any register.
    pub fn is_reworded(&self) -> bool {
        Register::ALL.iter().any(|register| self.changes(*register).is_some_and(|found| !found.is_empty()))
    }

    /// Whether there is something to publish: other facts, or other words for the same ones.
    pub fn is_to_publish(&self) -> bool {
        self.is_changed() || self.is_reworded()
    }

    /// The facts were published; those before can be published again if they are what was signed before.
    pub fn published(&mut self) {
        let former = self.in_force.as_ref().filter(|in_force| in_force.is_as_signed());
        self.former = former.map(|in_force| in_force.facts.clone());
        self.tried = false;
    }

    /// What was published before, unless it is in force again or names another place than the relay's.
    pub fn former(&self) -> Option<&LegalFacts> {
        let now = self.in_force.as_ref().map(|in_force| &in_force.facts);
        let here = |facts: &LegalFacts| self.relay.as_ref().is_none_or(|relay| is_place(relay, facts));
        self.former.as_ref().filter(|former| now != Some(*former) && here(former))
    }

    /// The former facts were published again.
    pub fn undone(&mut self) {
        self.former = None;
    }

    /// Shows what is in force again.
    pub fn drop_typed(&mut self) {
        if let Some(InForce { facts, display, .. }) = &self.in_force {
            self.answers = Answers::of(facts, display);
        }
        self.tried = false;
    }
}

fn is_place(relay: &RelayInfo, facts: &LegalFacts) -> bool {
    (relay.profile, &relay.host_name, &relay.country) == (facts.profile, &facts.host_name, &facts.country)
}

#[cfg(test)]
mod tests;
