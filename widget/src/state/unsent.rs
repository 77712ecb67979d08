//! What would be lost with the tab: messages that have not arrived, and while the visitor picks a file what stands in the
//! fields, since a phone may load the page again when its camera closes. Before consent there is nothing of it.

use super::{Delivery, Effect, Model, Phase, Tries};
use einwurf_protocol::{
    consent::Consent,
    message::{Draft, Label, Message},
};

/// What is put back when the page was loaded again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsent {
    /// What was agreed to; without it nothing leaves by itself.
    pub consent: Option<Consent>,
    /// In the order in which they leave.
    pub parcels: Vec<Parcel>,
    /// Whether the first is sealed: it is posted as it is.
    pub sealed: bool,
    /// What stands in the fields.
    pub draft: Draft,
    /// What that is about.
    pub topic: Option<Label>,
}

/// A message on its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parcel {
    /// Its words.
    pub draft: Draft,
    /// What it is about.
    pub topic: Option<Label>,
    /// The automatic answer that was on the screen.
    pub told: Option<String>,
    /// It has files, which are nowhere but in the tab.
    pub files: bool,
}

impl Model {
    /// What would be lost now.
    pub fn unsent(&self) -> Option<Unsent> {
        let parcels: Vec<_> = self.on_the_way().map(Parcel::of).collect();
        let fields = self.is_picking().then_some((&self.draft, &self.topic));
        let (draft, topic) = fields.map(|(draft, topic)| (draft.clone(), topic.clone())).unwrap_or_default();
        let consent = self.on_the_way().last().map(|delivery| delivery.message.consent());
        let sealed = match self.first_on_its_way() {
            Some(first) => first.tries.sealed,
            None => self.talk.as_ref().is_some_and(|talk| talk.outbox.is_sealed()),
        };
        let something = !parcels.is_empty() || draft != Draft::default();
        something.then(|| Unsent { consent: consent.cloned(), parcels, sealed, draft, topic })
    }

    /// Another value whenever what would be lost may be another; the same as long as it is nothing.
    pub fn unsent_mark(&self) -> (usize, bool) {
        (self.on_the_way().count(), self.is_picking())
    }

    fn is_picking(&self) -> bool {
        self.files.picking && self.may_attach()
    }

    fn on_the_way(&self) -> impl Iterator<Item = &Delivery> {
        self.first_on_its_way().into_iter().chain(self.talk.iter().flat_map(|talk| &talk.outbox.queue))
    }

    fn first_on_its_way(&self) -> Option<&Delivery> {
        match &self.phase {
            Phase::Sealing(delivery)
            | Phase::Sending(delivery)
            | Phase::Waiting(delivery, _)
            | Phase::Refreshing(delivery) => Some(delivery),
            _ => None,
        }
    }

    /// Messages wait for the first look at the relay, the rest stands in the fields. What cannot leave as it was
    /// written, without its files or without a conversation, stands in the field, too.
    pub(super) fn put_back(&mut self, unsent: Unsent) {
        let Unsent { consent, parcels, sealed, draft, topic } = unsent;
        self.files.again = parcels.iter().any(|parcel| parcel.files) || draft != Draft::default();
        (self.draft, self.topic) = (draft, topic);
        let mut back = Vec::new();
        for (place, parcel) in parcels.into_iter().enumerate() {
            let message = parcel.draft.check().ok().filter(|_| !parcel.files);
            match (message, &consent, &mut self.talk) {
                (Some(message), Some(consent), Some(talk)) => {
                    talk.outbox.queue.push(parcel.on_its_way(consent, message, sealed && place == 0));
                    talk.version += 1;
                }
                _ => back.push(parcel),
            }
        }
        for parcel in back.into_iter().rev() {
            self.put_into_fields(parcel);
        }
    }

    /// Before what stands there already; fields that are empty take what the message had.
    fn put_into_fields(&mut self, parcel: Parcel) {
        let Draft { text, name, email, phone, wish } = parcel.draft;
        self.before_the_draft(&text);
        let fields = &mut self.draft;
        for (field, value) in
            [(&mut fields.name, name), (&mut fields.email, email), (&mut fields.phone, phone)]
        {
            if field.is_empty() {
                *field = value;
            }
        }
        fields.wish = fields.wish.or(wish);
        self.topic = self.topic.take().or(parcel.topic);
    }

    /// The relay has the conversation: what waits leaves now, if what was agreed to is still in force.
    pub(super) fn leave_again(&mut self) -> Vec<Effect> {
        let may = matches!(self.phase, Phase::Talk(Some(_))) && self.may_write();
        let first = self.talk.as_ref().and_then(|talk| talk.outbox.queue.first()).cloned();
        match first {
            Some(first) if may => {
                let (way, effects) =
                    if first.tries.sealed { super::delivery::resume(first) } else { self.seal(first, false) };
                self.set_way(way);
                effects
            }
            Some(_) => {
                self.rescue();
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// The relay has nothing: the message that begins the conversation leaves as it was sealed. If there is none, what
    /// waits stands in the field again.
    pub(super) fn begin_again(&mut self) -> Option<Vec<Effect>> {
        let talk = self.talk.as_mut()?;
        match talk.outbox.queue.as_slice() {
            [first] if first.tries.sealed => {
                let first = talk.outbox.queue.remove(0);
                self.put_into_fields(Parcel::of(&first));
                let (phase, effects) = super::delivery::resume(first);
                self.phase = phase;
                Some(effects)
            }
            _ => {
                self.rescue();
                None
            }
        }
    }
}

impl Parcel {
    fn of(delivery: &Delivery) -> Self {
        let message: &Message = delivery.message.inner();
        let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
        let draft = Draft {
            text: message.text().to_owned(),
            name: text(message.name()),
            email: text(message.email()),
            phone: text(message.phone()),
            wish: message.wish(),
        };
        Self {
            draft,
            topic: delivery.topic.clone(),
            told: delivery.told.clone(),
            files: !delivery.files.is_empty(),
        }
    }

    fn on_its_way(self, consent: &Consent, message: Message, sealed: bool) -> Delivery {
        let tries = Tries { sealed, ..Tries::default() };
        Delivery {
            topic: self.topic,
            told: self.told,
            tries,
            ..Delivery::of(consent.cover(message), Vec::new())
        }
    }
}
