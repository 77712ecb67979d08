//! Webhooks: which servers are told, how they do, and what was delivered.

use crate::{
    state::{
        admin::Said,
        field::{FieldFault, Kind, Rule, Spec},
    },
    texts::Pick,
};
use einwurf_protocol::{
    VERSION,
    api::webhooks::{Deliveries, Delivery, Occasion, Outcome, PutWebhook, Standing, Webhook},
    ids::MessageId,
    limits::WEBHOOKS,
};
use std::fmt;
use zeroize::Zeroizing;

/// Where it is.
pub const ADDRESS: Spec = Spec {
    kind: Kind::Typed("url"),
    ..Spec::new("hook-address", |t| &t.hooks_address, Rule::Https).hint(|t| &t.hooks_address_hint)
};

/// What somebody does on this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Wants a new one.
    New,
    /// Wants to change one.
    Edit(MessageId),
    /// Does not want that any more.
    Drop,
    /// Stores what was typed.
    Save,
    /// Switches one on or off.
    Switch(MessageId, bool),
    /// Tries one.
    Test(MessageId),
    /// Wants another secret for one.
    Renew(MessageId),
    /// Wants the secret in the clipboard.
    CopySecret,
    /// Has put it where it belongs.
    HideSecret,
    /// Wants to remove one, or, said again, does remove it.
    Remove(MessageId),
    /// Keeps it.
    Keep,
    /// Delivers something again.
    Again(u64),
    /// Wants older deliveries.
    More,
    /// Looks again.
    Refresh,
}

/// A webhook that is made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Which.
    pub id: MessageId,
    /// Whether it is there already.
    pub known: bool,
    /// Where it is.
    pub url: String,
    /// What it is told.
    pub types: Vec<Occasion>,
    /// Whether it is told anything.
    pub on: bool,
    /// Faults are shown.
    pub tried: bool,
}

impl Form {
    /// A new one, told of what most programs need.
    pub fn new(id: MessageId) -> Self {
        let types = vec![Occasion::MessageCreated, Occasion::ConsentWithdrawn, Occasion::ConversationErased];
        Self { id, known: false, url: String::new(), types, on: true, tried: false }
    }

    /// To change one.
    pub fn of(webhook: &Webhook) -> Self {
        let Webhook { id, url, types, on, .. } = webhook.clone();
        Self { id, known: true, url, types, on, tried: false }
    }

    /// Ticks or unticks a type; they stay in their order.
    pub fn tell(&mut self, occasion: Occasion, yes: bool) {
        self.types.retain(|one| *one != occasion);
        if yes {
            self.types.push(occasion);
            self.types.sort_unstable();
        }
    }

    /// What is wrong with the address.
    pub fn check(&self) -> Option<FieldFault> {
        ADDRESS.rule.check(&self.url)
    }

    /// What to send, if nothing is wrong.
    pub fn put(&self) -> Option<PutWebhook> {
        let Self { id, types, on, .. } = self.clone();
        let fits = self.check().is_none() && !types.is_empty();
        fits.then(|| PutWebhook { v: VERSION, id, url: self.url.trim().to_owned(), types, on })
    }
}

/// Everything behind the page. A secret lives here only until it was put where it belongs.
#[derive(Clone, Default)]
pub struct Webhooks {
    /// None until they were fetched.
    pub list: Option<Vec<Webhook>>,
    /// The deliveries, newest first.
    pub log: Vec<Delivery>,
    /// Where older ones are asked for.
    pub after: Option<String>,
    /// One that is made or changed.
    pub form: Option<Form>,
    /// A secret that is shown once.
    pub secret: Option<Zeroizing<String>>,
    /// One that somebody wants to remove.
    pub removing: Option<MessageId>,
    /// What is said.
    pub said: Said,
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhooks({:?}, secret hidden)", self.list.as_ref().map(Vec::len))
    }
}

impl Webhooks {
    /// Whether there is room for one more.
    pub fn has_room(&self) -> bool {
        self.list.as_ref().is_some_and(|list| list.len() < WEBHOOKS)
    }

    /// One of them.
    pub fn get(&self, id: MessageId) -> Option<&Webhook> {
        self.list.iter().flatten().find(|webhook| webhook.id == id)
    }

    /// A page of the log: the first one, or what follows it.
    pub fn take(&mut self, page: Deliveries, follows: bool) {
        if !follows {
            self.log.clear();
        }
        self.log.extend(page.deliveries);
        self.after = page.after;
    }
}

/// How a webhook does, in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Nothing was sent yet.
    New,
    /// Somebody switched it off.
    Off,
    /// Its server said that it is gone.
    Gone,
    /// Something waits for it.
    Waiting,
    /// The last try did not work, and nothing waits.
    Failed,
    /// The last try worked.
    Good,
}

impl Health {
    /// Of one.
    pub fn of(webhook: &Webhook) -> Self {
        match webhook {
            Webhook { on: false, gone: Some(_), .. } => Self::Gone,
            Webhook { on: false, .. } => Self::Off,
            Webhook { waiting: 1.., tried: Some(tried), .. } if tried.outcome != Outcome::Delivered => {
                Self::Waiting
            }
            Webhook { tried: None, .. } => Self::New,
            Webhook { tried: Some(tried), .. } if tried.outcome == Outcome::Delivered => Self::Good,
            Webhook { .. } => Self::Failed,
        }
    }

    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::New => |t| &t.hooks_new,
            Self::Off => |t| &t.hooks_off,
            Self::Gone => |t| &t.hooks_gone,
            Self::Waiting => |t| &t.hooks_waiting,
            Self::Failed => |t| &t.hooks_failed,
            Self::Good => |t| &t.hooks_good,
        }
    }

    /// Whether somebody should look at it.
    pub fn is_grave(self) -> bool {
        matches!(self, Self::Gone | Self::Waiting | Self::Failed)
    }
}

/// What a type is called.
pub fn occasion(occasion: Occasion) -> Pick {
    match occasion {
        Occasion::MessageCreated => |t| &t.hooks_message,
        Occasion::MessageAnswered => |t| &t.hooks_answer,
        Occasion::ConsentGiven => |t| &t.hooks_consent,
        Occasion::ConsentWithdrawn => |t| &t.hooks_withdrawal,
        Occasion::ConversationErased => |t| &t.hooks_erasure,
        Occasion::TestPing => |t| &t.hooks_ping,
    }
}

/// How a try ended; `{status}` is the HTTP status.
pub fn outcome(outcome: Outcome) -> Pick {
    match outcome {
        Outcome::Delivered => |t| &t.hooks_taken,
        Outcome::Redirect => |t| &t.hooks_redirect,
        Outcome::Refused => |t| &t.hooks_refused,
        Outcome::Failing => |t| &t.hooks_failing,
        Outcome::Gone => |t| &t.hooks_went,
        Outcome::TimedOut => |t| &t.hooks_silent,
        Outcome::Unreachable => |t| &t.hooks_unreachable,
    }
}

/// Whether a delivery can be asked for again: a test is made anew instead.
pub fn can_repeat(delivery: &Delivery) -> bool {
    delivery.occasion != Occasion::TestPing
        && (delivery.standing != Standing::Waiting || delivery.attempts > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::NOW;
    use einwurf_protocol::api::webhooks::Tried;

    fn webhook(outcome: Option<Outcome>) -> Webhook {
        Webhook {
            id: MessageId([1; 16]),
            url: "https://hooks.example.com/".into(),
            types: Occasion::CHOICE.to_vec(),
            on: true,
            former_until: None,
            gone: None,
            waiting: 0,
            next: None,
            tried: outcome.map(|outcome| Tried { at: NOW, outcome, status: None }),
        }
    }

    #[test]
    fn what_needs_a_look_says_so() {
        let failed = webhook(Some(Outcome::Failing));
        for (webhook, health) in [
            (webhook(None), Health::New),
            (webhook(Some(Outcome::Delivered)), Health::Good),
            (failed.clone(), Health::Failed),
            (Webhook { waiting: 1, ..failed.clone() }, Health::Waiting),
            (Webhook { waiting: 1, ..webhook(Some(Outcome::Delivered)) }, Health::Good),
            (Webhook { on: false, ..failed.clone() }, Health::Off),
            (Webhook { on: false, gone: Some(NOW), ..failed }, Health::Gone),
        ] {
            assert_eq!(Health::of(&webhook), health);
        }
    }

    #[test]
    fn an_address_and_one_type_are_needed() {
        let mut form = Form::new(MessageId([1; 16]));
        assert_eq!(form.check(), Some(FieldFault::Empty));
        form.url = "http://hooks.example.com".into();
        assert_eq!((form.check(), form.put()), (Some(FieldFault::Url), None));
        form.url = "https://".into();
        assert_eq!(form.put(), None);
        // Whether it may point there, the relay says.
        form.url = "https://tickets:8443/in".into();
        assert!(form.put().is_some());
        form.url = " https://hooks.example.com/ ".into();
        let put = form.put().unwrap();
        assert_eq!((put.url.as_str(), put.types.len(), put.on), ("https://hooks.example.com/", 3, true));
        for occasion in Occasion::CHOICE {
            form.tell(occasion, false);
        }
        assert_eq!(form.put(), None);
        form.tell(Occasion::ConversationErased, true);
        form.tell(Occasion::MessageCreated, true);
        form.tell(Occasion::MessageCreated, true);
        let put = form.put().unwrap();
        assert_eq!(
            put.types,
            [Occasion::MessageCreated, Occasion::ConversationErased],
            "each once, in order"
        );
    }

    #[test]
    fn there_is_room_for_five() {
        let with = |count: usize| Webhooks { list: Some(vec![webhook(None); count]), ..Webhooks::default() };
        assert!(with(0).has_room() && with(WEBHOOKS - 1).has_room());
        assert!(!with(WEBHOOKS).has_room() && !Webhooks::default().has_room());
    }

    #[test]
    fn older_pages_follow_the_first_one_and_a_fresh_look_begins_anew() {
        let delivery = |n| Delivery {
            n,
            webhook: MessageId([1; 16]),
            occasion: Occasion::MessageCreated,
            conversation: None,
            at: NOW,
            standing: Standing::Delivered,
            attempts: 1,
            tried: None,
            next: None,
        };
        let page = |n, after: Option<&str>| Deliveries {
            deliveries: vec![delivery(n)],
            after: after.map(Into::into),
        };
        let mut webhooks = Webhooks::default();
        webhooks.take(page(2, Some("2")), false);
        webhooks.take(page(1, None), true);
        assert_eq!((webhooks.log.len(), webhooks.after.clone()), (2, None));
        webhooks.take(page(3, Some("3")), false);
        assert_eq!(webhooks.log.len(), 1);
        assert!(can_repeat(&delivery(1)));
        assert!(!can_repeat(&Delivery { occasion: Occasion::TestPing, ..delivery(1) }));
    }

    #[test]
    fn debug_shows_no_secret() {
        let webhooks = Webhooks { secret: Some(Zeroizing::new("whsec_x".to_owned())), ..Webhooks::default() };
        assert!(!format!("{webhooks:?}").contains("whsec"));
    }
}
