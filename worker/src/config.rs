//! The deployment's bindings, read once. A wrong configuration does not start: every request is answered 503 and the
//! log names the binding.

use crate::{address::AddressKey, mail::Account, vault::Vault};
use einwurf_protocol::{
    api::staff::Security,
    ids::Secret,
    message::is_email,
    settings::{Profile, Team},
};

/// Names a binding that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{binding} {fault}")]
pub struct ConfigError {
    /// The binding.
    pub binding: &'static str,
    /// What is wrong.
    pub fault: &'static str,
}

/// How the relay is deployed.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it runs; decides what visitors are told.
    pub profile: Profile,
    /// Public origin, without a trailing slash.
    pub origin: String,
    /// Who runs it.
    pub host_name: String,
    /// Country where it runs.
    pub country: Team,
    /// Allows creating sites.
    pub operator_token: Secret,
    /// Makes and checks addresses and tickets.
    pub addresses: AddressKey,
    /// Encrypts at rest.
    pub vault: Vault,
    /// The operator's sender of relay mails.
    pub mail: Option<Account>,
    /// Whether plaintext SMTP to loopback is allowed: development and tests.
    pub plaintext_loopback: bool,
    /// How long a mail waits for further messages, in milliseconds.
    pub mail_delay: u64,
}

/// Messages that arrive within half a minute become one mail.
const MAIL_DELAY_MS: u64 = 30_000;

impl Config {
    /// Reads and checks every binding.
    pub fn read(binding: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let read = Reader { binding };
        let storage = read.secret("EINWURF_STORAGE_SECRET")?;
        let address = read.secret("EINWURF_ADDRESS_KEY")?;
        let plaintext_loopback =
            read.optional("EINWURF_MAIL_ALLOW_PLAINTEXT_LOOPBACK").as_deref() == Some("1");
        Ok(Self {
            profile: read.profile()?,
            origin: read.origin()?,
            host_name: read.stated("EINWURF_HOST_NAME")?,
            country: Team { de: read.stated("EINWURF_COUNTRY_DE")?, en: read.stated("EINWURF_COUNTRY_EN")? },
            operator_token: read.secret("EINWURF_OPERATOR_TOKEN")?,
            addresses: AddressKey::new(address.0),
            vault: Vault::new(&storage.0),
            mail: read.mail(plaintext_loopback)?,
            plaintext_loopback,
            mail_delay: read.number("EINWURF_MAIL_DELAY_MS", MAIL_DELAY_MS)?,
        })
    }

    /// Whether objects are created with jurisdiction `eu`.
    pub fn is_cloudflare(&self) -> bool {
        self.profile != Profile::SelfHosted
    }

    /// Whether browsers reach it by https.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// The host of the origin: what the relay calls itself in mails.
    pub fn host(&self) -> &str {
        let (_, host) = self.origin.split_once("://").unwrap_or_default();
        host.split(':').next().unwrap_or_default()
    }
}

struct Reader<F> {
    binding: F,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    fn optional(&self, binding: &str) -> Option<String> {
        (self.binding)(binding).filter(|value| !value.is_empty())
    }

    fn stated(&self, binding: &'static str) -> Result<String, ConfigError> {
        self.optional(binding).ok_or(ConfigError { binding, fault: "is missing" })
    }

    fn secret(&self, binding: &'static str) -> Result<Secret, ConfigError> {
        let fault = "is not 32 bytes in base64url without padding";
        self.stated(binding)?.parse().map_err(|_| ConfigError { binding, fault })
    }

    fn number<N: std::str::FromStr>(&self, binding: &'static str, default: N) -> Result<N, ConfigError> {
        let Some(text) = self.optional(binding) else { return Ok(default) };
        text.parse().map_err(|_| ConfigError { binding, fault: "is not a number in its range" })
    }

    fn profile(&self) -> Result<Profile, ConfigError> {
        let binding = "EINWURF_PROFILE";
        match self.stated(binding)?.as_str() {
            "self-hosted" => Ok(Profile::SelfHosted),
            "cloudflare-own-proxy" => Ok(Profile::CloudflareOwnProxy),
            "cloudflare-direct" => Ok(Profile::CloudflareDirect),
            _ => Err(ConfigError { binding, fault: "is not a deployment profile" }),
        }
    }

    fn origin(&self) -> Result<String, ConfigError> {
        let binding = "EINWURF_ORIGIN";
        let origin = self.stated(binding)?;
        let host =
            origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(ConfigError { binding, fault: "is not an origin such as https://relay.example" });
        }
        Ok(origin)
    }

    fn mail(&self, plaintext: bool) -> Result<Option<Account>, ConfigError> {
        let Some(host) = self.optional("EINWURF_MAIL_HOST") else { return Ok(None) };
        let account = Account {
            host,
            port: self.number("EINWURF_MAIL_PORT", 465)?,
            security: self.security()?,
            user: self.optional("EINWURF_MAIL_USER").unwrap_or_default(),
            password: self.optional("EINWURF_MAIL_PASSWORD").unwrap_or_default(),
            from: self.stated("EINWURF_MAIL_FROM")?,
        };
        if !is_email(&account.from) {
            return Err(ConfigError { binding: "EINWURF_MAIL_FROM", fault: "is not an e-mail address" });
        }
        if !account.is_allowed(plaintext) {
            return Err(ConfigError {
                binding: "EINWURF_MAIL_SECURITY",
                fault: "is not allowed for this host",
            });
        }
        Ok(Some(account))
    }

    fn security(&self) -> Result<Security, ConfigError> {
        let binding = "EINWURF_MAIL_SECURITY";
        match self.optional(binding).as_deref() {
            None | Some("tls") => Ok(Security::Tls),
            Some("starttls") => Ok(Security::Starttls),
            Some("plaintext") => Ok(Security::Plaintext),
            Some(_) => Err(ConfigError { binding, fault: "is none of tls, starttls, plaintext" }),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

    fn bindings() -> BTreeMap<&'static str, &'static str> {
        [
            ("EINWURF_PROFILE", "self-hosted"),
            ("EINWURF_ORIGIN", "http://127.0.0.1:8787"),
            ("EINWURF_HOST_NAME", "Beispiel GmbH"),
            ("EINWURF_COUNTRY_DE", "Deutschland"),
            ("EINWURF_COUNTRY_EN", "Germany"),
            ("EINWURF_OPERATOR_TOKEN", KEY),
            ("EINWURF_ADDRESS_KEY", KEY),
            ("EINWURF_STORAGE_SECRET", KEY),
            ("EINWURF_MAIL_HOST", "127.0.0.1"),
            ("EINWURF_MAIL_PORT", "2525"),
            ("EINWURF_MAIL_SECURITY", "plaintext"),
            ("EINWURF_MAIL_FROM", "relay@relay.example"),
            ("EINWURF_MAIL_ALLOW_PLAINTEXT_LOOPBACK", "1"),
            ("EINWURF_MAIL_DELAY_MS", "0"),
        ]
        .into()
    }

    fn read(bindings: &BTreeMap<&str, &str>) -> Result<Config, ConfigError> {
        Config::read(|name| bindings.get(name).map(|value| (*value).to_owned()))
    }

    pub(crate) fn config() -> Config {
        read(&bindings()).unwrap()
    }

    #[test]
    fn a_complete_configuration_is_read() {
        let config = config();
        assert_eq!(config.profile, Profile::SelfHosted);
        assert_eq!((config.host(), config.is_https(), config.mail_delay), ("127.0.0.1", false, 0));
        assert_eq!(config.mail.unwrap().port, 2525);
    }

    #[test]
    fn each_missing_binding_is_named() {
        for name in [
            "EINWURF_PROFILE",
            "EINWURF_ORIGIN",
            "EINWURF_HOST_NAME",
            "EINWURF_COUNTRY_DE",
            "EINWURF_COUNTRY_EN",
            "EINWURF_OPERATOR_TOKEN",
            "EINWURF_ADDRESS_KEY",
            "EINWURF_STORAGE_SECRET",
            "EINWURF_MAIL_FROM",
        ] {
            let mut without = bindings();
            without.remove(name);
            assert_eq!(read(&without).unwrap_err().binding, name);
            without.insert(name, "");
            assert_eq!(read(&without).unwrap_err().binding, name);
        }
    }

    #[test]
    fn each_malformed_binding_is_named() {
        for (name, value) in [
            ("EINWURF_PROFILE", "cloudflare"),
            ("EINWURF_ORIGIN", "relay.example"),
            ("EINWURF_ORIGIN", "https://relay.example/"),
            ("EINWURF_ORIGIN", "https://"),
            ("EINWURF_OPERATOR_TOKEN", "short"),
            ("EINWURF_ADDRESS_KEY", "AQ=="),
            ("EINWURF_STORAGE_SECRET", "AQ"),
            ("EINWURF_MAIL_PORT", "99999"),
            ("EINWURF_MAIL_SECURITY", "none"),
            ("EINWURF_MAIL_SECURITY", ""),
            ("EINWURF_MAIL_FROM", "a@b.example\r\nBcc: c@d.example"),
            ("EINWURF_MAIL_DELAY_MS", "-1"),
        ] {
            let mut wrong = bindings();
            wrong.insert(name, value);
            let read = read(&wrong);
            match (name, value) {
                ("EINWURF_MAIL_SECURITY", "") => {
                    assert_eq!(read.unwrap().mail.unwrap().security, Security::Tls)
                }
                _ => assert_eq!(read.unwrap_err().binding, name, "{value}"),
            }
        }
    }

    #[test]
    fn plaintext_mail_needs_loopback_and_permission() {
        let mut wrong = bindings();
        wrong.insert("EINWURF_MAIL_HOST", "mail.example");
        assert_eq!(read(&wrong).unwrap_err().binding, "EINWURF_MAIL_SECURITY");
        let mut wrong = bindings();
        wrong.remove("EINWURF_MAIL_ALLOW_PLAINTEXT_LOOPBACK");
        assert_eq!(read(&wrong).unwrap_err().binding, "EINWURF_MAIL_SECURITY");
    }

    #[test]
    fn no_mail_host_means_no_mail() {
        let mut without = bindings();
        without.remove("EINWURF_MAIL_HOST");
        assert!(read(&without).unwrap().mail.is_none());
    }

    #[test]
    fn debug_shows_no_secret() {
        let text = format!("{:?}", config());
        assert!(!text.contains("AQEB") || text.contains("operator_token: Secret"), "{text}");
    }
}
