//! "Is everything running?": one line, good or with the one thing to do.

use crate::texts::Pick;
use einwurf_protocol::{
    api::staff::{Health, MailCause, MailHealth, WebhookHealth},
    time::Timestamp,
};

/// The end of the stock is announced this long before.
const ANNOUNCE_SECONDS: u64 = 60 * 86_400;
/// A mail may wait this long for a busy mail server before staff hear of it. A server that lets nobody in is told at once.
const PATIENCE_SECONDS: u64 = 900;

/// Which one thing needs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Nothing.
    None,
    /// The stock has run out: visitors see the ordinary contact ways.
    Expired,
    /// A mail failed for good.
    MailFailed,
    /// New messages are sealed to keys that this login did not bring.
    NewKeys,
    /// No sender is configured.
    MailOff,
    /// Mails wait for a long time.
    MailWaits,
    /// Mails wait since the mail server cannot be reached.
    MailServer,
    /// Mails wait since the mail server does not let the relay in.
    MailAccount,
    /// Webhooks fail.
    Webhooks,
    /// The stock ends soon.
    EndsSoon,
}

/// Mails that wait for the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// How many.
    pub mails: u32,
    /// Since when.
    pub since: Timestamp,
    /// When it is tried next.
    pub next: Timestamp,
}

/// What there is to say of a mail server that does not take mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'a> {
    /// Its own words.
    Words(&'a str),
    /// Its certificate may be of another name.
    Certificate,
}

/// The line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What needs care.
    pub care: Care,
    /// What the mail server answered.
    pub reason: Option<String>,
    /// What waits for it.
    pub waits: Option<Waits>,
    /// Webhooks that fail.
    pub webhooks: Option<WebhookHealth>,
    /// Who did not get a mail.
    pub refused: Vec<String>,
    /// When the last mail went out.
    pub mailed: Option<Timestamp>,
    /// When the newest message was stored.
    pub newest: Option<Timestamp>,
    /// Until when the stock lasts.
    pub until: Timestamp,
}

impl Verdict {
    /// The most urgent thing, or none. `holds`: this login opens what is written now.
    pub fn of(health: &Health, holds: bool, now: Timestamp) -> Self {
        let (mail, reason) = match &health.mail {
            MailHealth::Failed { reason, .. } => (Care::MailFailed, Some(reason.clone())),
            MailHealth::Off => (Care::MailOff, None),
            MailHealth::Waiting { cause: MailCause::Server, reason, .. } => {
                (Care::MailServer, Some(reason.clone()))
            }
            MailHealth::Waiting { cause: MailCause::Account, reason, .. } => {
                (Care::MailAccount, Some(reason.clone()))
            }
            MailHealth::Waiting { since, reason, .. } if now > since.plus(PATIENCE_SECONDS) => {
                (Care::MailWaits, Some(reason.clone()))
            }
            MailHealth::Waiting { .. } | MailHealth::Idle { .. } => (Care::None, None),
        };
        let waits = match health.mail {
            MailHealth::Waiting { mails, since, next, .. } => Some(Waits { mails, since, next }),
            _ => None,
        };
        let refused = match &health.mail {
            MailHealth::Failed { recipients, .. } => recipients.clone(),
            _ => Vec::new(),
        };
        let mailed = match health.mail {
            MailHealth::Idle { sent } => sent,
            _ => None,
        };
        // A server that is restarted is back soon.
        let webhooks = health.webhooks.filter(|failing| now > failing.since.plus(PATIENCE_SECONDS));
        let ends_soon = now.plus(ANNOUNCE_SECONDS) > health.stock_until;
        let care = match mail {
            _ if now > health.stock_until => Care::Expired,
            _ if !holds => Care::NewKeys,
            Care::None if webhooks.is_some() => Care::Webhooks,
            Care::None if ends_soon => Care::EndsSoon,
            mail => mail,
        };
        let told = care == mail && mail != Care::None;
        let (reason, waits) = (reason.filter(|_| told), waits.filter(|_| told));
        let refused = if told { refused } else { Vec::new() };
        let webhooks = webhooks.filter(|_| care == Care::Webhooks);
        let (newest, until) = (health.newest, health.stock_until);
        Self { care, reason, waits, webhooks, refused, mailed, newest, until }
    }

    /// Its sentence.
    pub fn sentence(&self) -> Pick {
        match self.care {
            Care::None => |t| &t.health_good,
            Care::Expired => |t| &t.health_expired,
            Care::NewKeys => |t| &t.health_new_keys,
            Care::MailFailed => |t| &t.health_mail_failed,
            Care::MailOff => |t| &t.health_mail_off,
            Care::MailWaits => |t| &t.health_mail_waits,
            Care::MailServer => |t| &t.health_mail_server,
            Care::MailAccount => |t| &t.health_mail_account,
            Care::Webhooks => |t| &t.hooks_title,
            Care::EndsSoon => |t| &t.health_ends_soon,
        }
    }

    /// What the mail server answered, in its own words, or that it may not be the right one. What the relay itself says of
    /// a server that is away, the sentence says in words of people.
    pub fn said(&self) -> Option<Said<'_>> {
        let reason = self.reason.as_deref()?;
        if reason.starts_with(|first: char| first.is_ascii_digit()) {
            return Some(Said::Words(reason));
        }
        reason.contains("certificate").then_some(Said::Certificate)
    }

    /// Whether the mail settings are where it is mended.
    pub fn is_about_mail(&self) -> bool {
        self.care == Care::MailOff || self.care == Care::MailFailed || self.is_waiting()
    }

    /// Whether another try may help.
    pub fn is_waiting(&self) -> bool {
        matches!(self.care, Care::MailWaits | Care::MailServer | Care::MailAccount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;
    use einwurf_protocol::ids::Digest;

    fn health(mail: MailHealth, days_left: u64) -> Health {
        let stock_until = NOW.plus(days_left * 86_400);
        Health { mail, stock_until, inbox_key: Digest([0; 32]), newest: Some(NOW), webhooks: None }
    }

    fn failed() -> MailHealth {
        MailHealth::Failed { at: NOW, reason: "550 no".into(), recipients: vec!["a@b.example".into()] }
    }

    fn waiting(cause: MailCause, ago: u64) -> MailHealth {
        MailHealth::Waiting {
            mails: 3,
            since: NOW.minus(ago),
            next: NOW.plus(60),
            cause,
            reason: "451 later".into(),
        }
    }

    #[test]
    fn the_words_of_a_server_are_told_and_those_of_the_relay_are_said_in_words_of_people() {
        let said = |reason: &str| {
            let at = NOW;
            let mail = MailHealth::Failed { at, reason: reason.into(), recipients: Vec::new() };
            let verdict = Verdict::of(&health(mail, 90), true, NOW);
            verdict.said().map(|said| match said {
                Said::Words(words) => words.to_owned(),
                Said::Certificate => "certificate".to_owned(),
            })
        };
        assert_eq!(said("550 no certificate").as_deref(), Some("550 no certificate"));
        assert_eq!(
            said("the mail server cannot be reached, or its certificate is not valid for its name")
                .as_deref(),
            Some("certificate")
        );
        assert_eq!(said("the mail server does not answer"), None);
        assert_eq!(said(""), None);
    }

    #[test]
    fn a_server_that_lets_nobody_in_is_told_at_once_with_what_waits() {
        for (cause, care) in [(MailCause::Server, Care::MailServer), (MailCause::Account, Care::MailAccount)]
        {
            let verdict = Verdict::of(&health(waiting(cause, 1), 90), true, NOW);
            let waits = Waits { mails: 3, since: NOW.minus(1), next: NOW.plus(60) };
            assert_eq!((verdict.care, verdict.waits), (care, Some(waits)));
            assert!(verdict.is_waiting() && verdict.is_about_mail());
        }
        let calm = Verdict::of(&health(waiting(MailCause::Mails, 1), 90), true, NOW);
        assert_eq!((calm.care, calm.waits), (Care::None, None));
    }

    #[test]
    fn who_did_not_get_a_mail_is_named() {
        assert_eq!(Verdict::of(&health(failed(), 90), true, NOW).refused, ["a@b.example"]);
        assert!(
            Verdict::of(&health(failed(), 90), false, NOW).refused.is_empty(),
            "while another thing is told"
        );
    }

    #[test]
    fn the_one_thing_to_do_is_the_most_urgent() {
        let idle = || MailHealth::Idle { sent: Some(NOW) };
        let waiting = |ago| waiting(MailCause::Mails, ago);
        for (health, care) in [
            (health(idle(), 61), Care::None),
            (health(idle(), 60), Care::None),
            (health(idle(), 59), Care::EndsSoon),
            (health(failed(), 30), Care::MailFailed),
            (health(failed(), 10), Care::MailFailed),
            (health(MailHealth::Off, 30), Care::MailOff),
            (health(waiting(60), 90), Care::None),
            (health(waiting(901), 30), Care::MailWaits),
        ] {
            assert_eq!(Verdict::of(&health, true, NOW).care, care, "{health:?}");
        }
        let later = NOW.plus(31 * 86_400);
        assert_eq!(Verdict::of(&health(failed(), 30), false, later).care, Care::Expired);
    }

    #[test]
    fn webhooks_that_fail_for_a_quarter_of_an_hour_are_told_after_what_is_more_urgent() {
        let failing = |mail, days_left, ago| {
            let webhooks = Some(WebhookHealth { failing: 2, since: NOW.minus(ago) });
            Verdict::of(&Health { webhooks, ..health(mail, days_left) }, true, NOW)
        };
        let idle = || MailHealth::Idle { sent: Some(NOW) };
        for (mail, days_left, ago, care) in [
            (idle(), 90, 899, Care::None),
            (idle(), 90, 900, Care::None),
            (idle(), 90, 901, Care::Webhooks),
            (idle(), 30, 901, Care::Webhooks),
            (idle(), 30, 900, Care::EndsSoon),
            (failed(), 90, 901, Care::MailFailed),
            (MailHealth::Off, 90, 901, Care::MailOff),
        ] {
            let verdict = failing(mail, days_left, ago);
            assert_eq!((verdict.care, verdict.webhooks.is_some()), (care, care == Care::Webhooks), "{ago}");
        }
    }

    #[test]
    fn a_login_from_before_a_change_of_keys_is_told_to_log_in_again() {
        let failed = health(failed(), 90);
        let verdict = Verdict::of(&failed, false, NOW);
        assert_eq!((verdict.care, verdict.reason), (Care::NewKeys, None));
        assert_eq!(Verdict::of(&failed, true, NOW).care, Care::MailFailed);
    }

    #[test]
    fn the_mail_servers_words_are_shown_only_with_the_mail_line() {
        let failed = failed();
        assert_eq!(Verdict::of(&health(failed.clone(), 30), true, NOW).reason.as_deref(), Some("550 no"));
        assert_eq!(Verdict::of(&health(failed, 0), true, NOW.plus(5)).reason, None);
    }
}
