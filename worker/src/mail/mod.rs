//! Relay mails: content-free, by SMTP submission. Composing, the dialogue and the queue's rules know no socket and no
//! clock; `crate::durable` connects them.

pub mod compose;
pub mod dialogue;
pub mod duty;
pub mod place;
pub mod queue;
pub mod reply;
pub mod target;
pub mod wishes;
pub mod wording;

use crate::fault::Fault;
use einwurf_protocol::{
    api::staff::{Security, Sender},
    limits::MAIL_RECIPIENTS,
    message::is_email,
};
use serde::{Deserialize, Serialize};

/// An SMTP submission account (RFC 6409) with its password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// Account name; empty: no AUTH.
    pub user: String,
    /// Password.
    pub password: String,
    /// Address of the sender.
    pub from: String,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({}:{}, credentials hidden)", self.host, self.port)
    }
}

impl Account {
    /// The site's own sender. Without a password in the request the stored one stays, but only for the server, the way and
    /// the account that it was given for: 400. Otherwise whoever names another server would be told it.
    pub fn of(sender: Sender, stored: Option<&Self>) -> Result<Self, Fault> {
        let Sender { host, port, security, user, password, from } = sender;
        let same =
            |old: &&Self| (&old.host, old.port, old.security, &old.user) == (&host, port, security, &user);
        let password = match password {
            Some(password) => password,
            // There is none to keep, and none is needed: no AUTH.
            None if user.is_empty() => String::new(),
            None => {
                let kept = stored.filter(same).map(|old| old.password.clone());
                kept.ok_or_else(|| {
                    Fault::malformed("sender.password", "needed for another server or account")
                })?
            }
        };
        Ok(Self { host, port, security, user, password, from })
    }

    /// What staff see: no password.
    pub fn shown(&self) -> Sender {
        let Self { host, port, security, user, from, .. } = self.clone();
        Sender { host, port, security, user, password: None, from }
    }

    /// Whether mail may go this way: plaintext only to loopback and only where the operator allows it.
    pub fn is_allowed(&self, plaintext_loopback: bool) -> bool {
        self.security != Security::Plaintext || (plaintext_loopback && is_loopback(&self.host))
    }

    /// The first field that is no host name, address or credential: what could be smuggled into the dialogue.
    pub fn malformed(&self) -> Option<&'static str> {
        let plain = |text: &str| text.len() <= 255 && !text.chars().any(char::is_control);
        let host = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
        [
            ("sender.host", !self.host.is_empty() && self.host.len() <= 253 && self.host.bytes().all(host)),
            ("sender.port", self.port != 0),
            ("sender.user", plain(&self.user)),
            ("sender.password", plain(&self.password)),
            ("sender.from", is_email(&self.from)),
        ]
        .into_iter()
        .find_map(|(field, sound)| (!sound).then_some(field))
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether these are 1 to 20 e-mail addresses.
pub fn are_recipients(recipients: &[String]) -> bool {
    (1..=MAIL_RECIPIENTS).contains(&recipients.len())
        && recipients.iter().all(|recipient| is_email(recipient))
}

/// Where a mail leads: to the company's own door, which holds the pin itself; without one to the relay's page, which is
/// told it. Everything that names the site stands in the fragment, which reaches no server and no log.
pub fn link(door: Option<&str>, origin: &str, site: &str, pin: &str) -> String {
    match door {
        Some(door) => format!("{door}#inbox&site={site}"),
        None => format!("{origin}/inbox#site={site}&pin={pin}"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn account(security: Security) -> Account {
        Account {
            host: "mail.example".into(),
            port: 465,
            security,
            user: "büro".into(),
            password: "geheim".into(),
            from: "relay@fensterbau.example".into(),
        }
    }

    #[test]
    fn plaintext_goes_to_loopback_only_and_only_when_allowed() {
        for (host, allowed) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("localhost", true),
            ("localhost.example", false),
            ("127.0.0.1.example", false),
            ("10.0.0.1", false),
        ] {
            let account = Account { host: host.into(), ..account(Security::Plaintext) };
            assert_eq!(account.is_allowed(true), allowed, "{host}");
            assert!(!account.is_allowed(false), "{host}");
        }
        assert!(account(Security::Starttls).is_allowed(false));
    }

    #[test]
    fn the_password_stays_when_none_is_sent_and_is_never_shown() {
        let stored = account(Security::Tls);
        assert_eq!(stored.shown().password, None);
        assert_eq!(Account::of(stored.shown(), Some(&stored)).unwrap(), stored);
        let fresh = Sender { password: Some("neu".into()), ..stored.shown() };
        assert_eq!(Account::of(fresh, Some(&stored)).unwrap().password, "neu");
        assert_eq!(format!("{stored:?}"), "Account(mail.example:465, credentials hidden)");
    }

    #[test]
    fn a_password_is_kept_for_its_own_server_way_and_account_only() {
        let stored = account(Security::Tls);
        let with = |change: fn(&mut Sender)| {
            let mut sender = stored.shown();
            change(&mut sender);
            Account::of(sender, Some(&stored)).map(|account| account.password)
        };
        assert_eq!(with(|s| s.from = "other@fensterbau.example".into()).unwrap(), "geheim");
        for elsewhere in [
            (|s| s.host = "evil.example".into()) as fn(&mut Sender),
            |s| s.port = 466,
            |s| s.security = Security::Starttls,
            |s| s.user = "other".into(),
        ] {
            assert_eq!(with(elsewhere).unwrap_err().problem().field.as_deref(), Some("sender.password"));
        }
        assert_eq!(with(|s| s.user.clear()).unwrap(), "", "no AUTH needs no password, and gets none");
        let first = Account::of(stored.shown(), None).unwrap_err().problem().field;
        assert_eq!(first.as_deref(), Some("sender.password"));
    }

    #[test]
    fn line_breaks_in_any_field_are_named() {
        let with = |change: fn(&mut Account)| {
            let mut account = account(Security::Tls);
            change(&mut account);
            account.malformed()
        };
        assert_eq!(with(|_| ()), None);
        assert_eq!(with(|a| a.host = "mail.example\r\nDATA".into()), Some("sender.host"));
        assert_eq!(with(|a| a.host.clear()), Some("sender.host"));
        assert_eq!(with(|a| a.port = 0), Some("sender.port"));
        assert_eq!(with(|a| a.user.push('\n')), Some("sender.user"));
        assert_eq!(with(|a| a.password.push('\r')), Some("sender.password"));
        assert_eq!(with(|a| a.from.push_str("\r\nBcc: x@y.example")), Some("sender.from"));
    }

    #[test]
    fn the_link_leads_to_the_door_if_there_is_one_and_names_the_site_in_the_fragment_only() {
        let door = link(Some("https://kern.example/postfach/"), "https://relay.example", "SITE", "PIN");
        assert_eq!(door, "https://kern.example/postfach/#inbox&site=SITE");
        let relay = link(None, "https://relay.example", "SITE", "PIN");
        assert_eq!(relay, "https://relay.example/inbox#site=SITE&pin=PIN");
        for link in [door, relay] {
            let (address, _) = link.split_once('#').unwrap();
            assert!(!address.contains("SITE") && !address.contains("PIN"), "{link}");
        }
    }

    #[test]
    fn recipients_are_one_to_twenty_addresses() {
        let addresses = |count| vec!["office@fensterbau.example".to_owned(); count];
        for (count, sound) in [(0, false), (1, true), (20, true), (21, false)] {
            assert_eq!(are_recipients(&addresses(count)), sound, "{count}");
        }
        assert!(!are_recipients(&["a@b.example\r\nRCPT TO:<c@d.example>".to_owned()]));
        // Quotes would be allowed by RFC 5321, and UTF-8 by RFC 6531: nobody has them, and both are refused clearly.
        for odd in [
            "\"a b\"@c.example",
            "\"a\"@c.example",
            "a\"b@c.example",
            "büro@c.example",
            "a@bücher.example",
            "a@[127.0.0.1]",
        ] {
            assert!(!are_recipients(&[odd.to_owned()]), "{odd}");
            let from = Account { from: odd.to_owned(), ..account(Security::Tls) };
            assert_eq!(from.malformed(), Some("sender.from"), "{odd}");
        }
        assert!(are_recipients(&["o'neil+einwurf@xn--bcher-kva.example".to_owned()]));
    }
}
