use super::*;
use crate::vault::What;
use std::collections::BTreeMap;

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
const OLD: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

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
        ("EINWURF_MAIL_FROM", "a@b.example\r\nBcc: c@d.example"),
        ("EINWURF_MAIL_DELAY_MS", "-1"),
        ("EINWURF_STORAGE_SECRET_OLD", "AQ"),
        ("EINWURF_STORAGE_SECRET_OLD", KEY),
        ("EINWURF_ORIGIN_ALSO", "relay.example"),
        ("EINWURF_ORIGIN_ALSO", "https://relay.example/"),
        ("EINWURF_ORIGIN_ALSO", "http://127.0.0.1:8787"),
        ("EINWURF_OPERATOR_MAIL", "operator"),
        ("EINWURF_OPERATOR_MAIL", "a@b.example\r\nBcc: c@d.example"),
    ] {
        let mut wrong = bindings();
        wrong.insert(name, value);
        let read = read(&wrong);
        assert_eq!(read.unwrap_err().binding, name, "{value}");
    }
}

#[test]
fn a_second_origin_an_old_secret_and_the_operators_address_are_optional() {
    let config = config();
    assert_eq!(config.origins().collect::<Vec<_>>(), ["http://127.0.0.1:8787"]);
    assert_eq!((config.origin_also, config.operator_mail), (None, None));
    let mut with = bindings();
    with.insert("EINWURF_ORIGIN_ALSO", "https://relay.example");
    with.insert("EINWURF_OPERATOR_MAIL", "operator@relay.example");
    with.insert("EINWURF_STORAGE_SECRET_OLD", OLD);
    let with = read(&with).unwrap();
    assert_eq!(with.origins().collect::<Vec<_>>(), ["http://127.0.0.1:8787", "https://relay.example"]);
    assert_eq!(with.operator_mail.as_deref(), Some("operator@relay.example"));
    let mut empty = bindings();
    for name in ["EINWURF_ORIGIN_ALSO", "EINWURF_OPERATOR_MAIL", "EINWURF_STORAGE_SECRET_OLD"] {
        empty.insert(name, "");
    }
    assert!(read(&empty).is_ok());
}

#[test]
fn what_was_stored_before_the_secret_was_replaced_opens_only_with_the_old_one_beside_it() {
    let before = config().vault.close(What::Mail, b"owner", b"secret", [9; 24]).unwrap();
    let mut replaced = bindings();
    replaced.insert("EINWURF_STORAGE_SECRET", OLD);
    let too_early = read(&replaced).unwrap().vault;
    assert!(too_early.open(What::Mail, b"owner", &before).is_err());
    replaced.insert("EINWURF_STORAGE_SECRET_OLD", KEY);
    let vault = read(&replaced).unwrap().vault;
    assert_eq!(vault.open(What::Mail, b"owner", &before).unwrap(), b"secret");
    assert_eq!(vault.is_present(&before), Ok(false));
}

#[test]
fn mail_is_secured_unless_said_otherwise() {
    let mut unsaid = bindings();
    unsaid.remove("EINWURF_MAIL_SECURITY");
    assert_eq!(read(&unsaid).unwrap().mail.unwrap().security, Security::Tls);
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

#[test]
fn met_05_pushes_go_to_the_services_of_browsers_unless_the_operator_names_others() {
    let usual = config();
    for host in ["fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"] {
        assert!(usual.push.allows(host), "{host}");
    }
    assert!(!usual.push.allows("push.example.com") && usual.webhooks.allows("push.example.com"));
    let mut with = bindings();
    with.insert("EINWURF_PUSH_HOSTS", "push.example.com");
    let own = read(&with).unwrap();
    assert!(own.push.allows("push.example.com") && !own.push.allows("fcm.googleapis.com"));
    with.insert("EINWURF_PUSH_HOSTS", "https://push.example.com");
    assert_eq!(read(&with).unwrap_err().binding, "EINWURF_PUSH_HOSTS");
}

#[test]
fn a_push_service_can_ask_the_operator() {
    let read_with = |contact| {
        let mut with = bindings();
        with.insert("EINWURF_PUSH_CONTACT", contact);
        read(&with).map(|config| config.push_contact).map_err(|error| error.binding)
    };
    assert_eq!(read_with("").as_deref(), Ok("http://127.0.0.1:8787"), "the relay itself");
    for contact in ["mailto:admin@relay.example", "https://relay.example/contact"] {
        assert_eq!(read_with(contact).as_deref(), Ok(contact));
    }
    for contact in [
        "admin@relay.example",
        "mailto:",
        "http://relay.example",
        "https://a.example/\"",
        "mailto:a\"@b.example",
    ] {
        assert_eq!(read_with(contact), Err("EINWURF_PUSH_CONTACT"), "{contact}");
    }
}
