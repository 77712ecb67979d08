//! Notifications of this device by Web Push: whether the site has them, what this browser can, and what follows.

use super::admin::Said;
use crate::texts::Pick;
use einwurf_protocol::{
    api::push::{Push, PushSubscription},
    notice::Register,
};

/// Where the service worker lies, and its scope: no page lies below it, so that it controls none.
pub const SCOPE: &str = "/push/";

/// The service worker that speaks a language.
pub fn script(language: Register) -> String {
    format!("{SCOPE}{language}.js")
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Wants this device to tell.
    On,
    /// Wants it to be silent.
    Off,
    /// Stores whether the site allows it.
    Allow,
}

/// What this page and this browser can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Browser {
    /// A company's door opened the inbox, from a server that has no service worker of ours.
    Door,
    /// An iPhone or iPad, where only what lies on the Home Screen can.
    HomeScreen,
    /// It has no Web Push.
    #[default]
    Unable,
    /// Its owner does not want notifications of this page.
    Denied,
    /// It can.
    Able,
}

/// A subscription that this browser has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// For the relay.
    pub subscription: PushSubscription,
    /// The relay's key that it was made for.
    pub key: Vec<u8>,
}

/// Why a browser has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The person gave no permission.
    Dismissed,
    /// The browser or its push service failed.
    Failed,
}

/// What to do about a subscription when the relay was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The site does not allow it any more.
    End,
    /// It is of no use any more: another one.
    Renew,
    /// The relay has to know it.
    Tell,
}

/// What follows for the browser's subscription when a session begins, or one is `resumed` that began before. A session that
/// is new knows of none. One that was told of it and knows it no more was told by the push service that it is gone.
pub fn step(relay: &Push, own: &Own, resumed: bool) -> Step {
    if !relay.allowed {
        Step::End
    } else if own.key != relay.key || (resumed && !relay.subscribed) {
        Step::Renew
    } else {
        Step::Tell
    }
}

/// How it is with this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// The site does not allow it.
    Forbidden,
    /// This browser, or this page, cannot.
    Cannot(Browser),
    /// The push service has ended it.
    Ended,
    /// It is silent.
    Off,
    /// It tells.
    On,
}

impl Device {
    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Forbidden => |t| &t.push_forbidden,
            Self::Cannot(Browser::Door) => |t| &t.push_door,
            Self::Cannot(Browser::HomeScreen) => |t| &t.push_home,
            Self::Cannot(Browser::Denied) => |t| &t.push_denied,
            Self::Cannot(Browser::Unable | Browser::Able) => |t| &t.push_unable,
            Self::Ended => |t| &t.push_ended,
            Self::Off => |t| &t.push_is_off,
            Self::On => |t| &t.push_is_on,
        }
    }

    /// What can be done: the button's words and what it does.
    pub fn act(self) -> Option<(Pick, Deed)> {
        match self {
            Self::Forbidden | Self::Cannot(_) => None,
            Self::Ended | Self::Off => Some((|t| &t.push_on, Deed::On)),
            Self::On => Some((|t| &t.push_off, Deed::Off)),
        }
    }
}

/// Everything behind both cards.
#[derive(Debug, Clone, Default)]
pub struct Notify {
    /// What the relay said; none until it was heard.
    pub relay: Option<Push>,
    /// What this browser can.
    pub browser: Browser,
    /// It has a subscription.
    pub own: bool,
    /// The relay was told of it in this login, so that it knows it unless the push service has ended it.
    pub told: bool,
    /// The box on the screen.
    pub allowed: bool,
    /// What is said about this device.
    pub said: Said,
    /// What is said about the site.
    pub site_said: Said,
}

impl Notify {
    /// The relay was heard and the browser looked at; nothing is said any more.
    pub fn take(&mut self, relay: Push, browser: Browser, own: bool) {
        self.allowed = relay.allowed;
        (self.relay, self.browser, self.own) = (Some(relay), browser, own);
        self.said = Said::Nothing;
    }

    /// How it is with this device, once that is known.
    pub fn device(&self) -> Option<Device> {
        let relay = self.relay.as_ref()?;
        Some(match self.browser {
            _ if !relay.allowed => Device::Forbidden,
            Browser::Able if !self.own => Device::Off,
            Browser::Able if self.told && !relay.subscribed => Device::Ended,
            Browser::Able => Device::On,
            other => Device::Cannot(other),
        })
    }

    /// Somebody ticked or unticked the box.
    pub fn tick(&mut self, allowed: bool) {
        self.allowed = allowed;
        self.site_said = Said::Nothing;
    }

    /// Whether something is under way.
    pub fn is_busy(&self) -> bool {
        self.said.is_busy() || self.site_said.is_busy()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::api::push::PushKeys;

    fn relay(allowed: bool, subscribed: bool) -> Push {
        Push { allowed, key: vec![4; 65], subscribed }
    }

    fn own(key: u8) -> Own {
        let keys = PushKeys { p256dh: vec![4; 65], auth: vec![1; 16] };
        let subscription = PushSubscription { endpoint: "https://push.example/x".into(), keys };
        Own { subscription, key: vec![key; 65] }
    }

    #[test]
    fn a_session_that_begins_tells_the_relay_and_a_site_that_changed_its_mind_ends_it() {
        assert_eq!(step(&relay(true, false), &own(4), false), Step::Tell);
        assert_eq!(step(&relay(true, true), &own(4), false), Step::Tell);
        assert_eq!(step(&relay(true, true), &own(4), true), Step::Tell);
        for resumed in [false, true] {
            assert_eq!(step(&relay(false, false), &own(4), resumed), Step::End);
            assert_eq!(step(&relay(false, false), &own(5), resumed), Step::End);
        }
    }

    #[test]
    fn another_key_and_a_push_service_that_ended_it_take_another_subscription() {
        for resumed in [false, true] {
            assert_eq!(step(&relay(true, true), &own(5), resumed), Step::Renew);
        }
        assert_eq!(step(&relay(true, false), &own(4), true), Step::Renew);
    }

    #[test]
    fn what_cannot_be_has_no_button() {
        let device = |relay: Push, browser, own, told| {
            let mut notify = Notify { told, ..Notify::default() };
            notify.take(relay, browser, own);
            notify.device()
        };
        assert_eq!(Notify::default().device(), None);
        let all = [Browser::Door, Browser::HomeScreen, Browser::Unable, Browser::Denied, Browser::Able];
        for browser in all {
            assert_eq!(device(relay(false, false), browser, true, true), Some(Device::Forbidden));
        }
        for browser in [Browser::Door, Browser::HomeScreen, Browser::Unable, Browser::Denied] {
            let found = device(relay(true, true), browser, true, true);
            assert_eq!(found, Some(Device::Cannot(browser)));
            assert!(found.is_some_and(|device| device.act().is_none()));
        }
        for (subscribed, own, told, wanted) in [
            (false, false, true, Device::Off),
            // Another device of the same session, or a browser that has lost it.
            (true, false, true, Device::Off),
            (true, true, true, Device::On),
            // The relay is being told just now.
            (false, true, false, Device::On),
            (false, true, true, Device::Ended),
        ] {
            assert_eq!(device(relay(true, subscribed), Browser::Able, own, told), Some(wanted));
        }
        assert_eq!(Device::On.act().map(|(_, deed)| deed), Some(Deed::Off));
        assert_eq!(Device::Ended.act().map(|(_, deed)| deed), Some(Deed::On));
    }

    #[test]
    fn every_register_has_a_script_below_the_scope() {
        for register in Register::ALL {
            let script = script(register);
            assert!(script.starts_with(SCOPE) && !script[SCOPE.len()..].contains('/'), "{script}");
        }
        assert_eq!(script(Register::DeFormal), "/push/de-formal.js");
    }

    #[test]
    fn debug_shows_no_endpoint() {
        assert!(!format!("{:?}", own(4)).contains("push.example"));
    }
}
