//! The policy of a page, made and mended.

use super::*;
use crate::state::site::tests::facts;
use Need::{Icons, Live, Messages, Photos, Wasm, Window};

fn look(file: bool) -> Look {
    Look { file, launcher: "run()".into(), ..Look::default() }
}

fn made(form: &Form) -> Outcome {
    policy(form, &facts(), &look(true)).unwrap()
}

fn mended(present: &str) -> Outcome {
    made(&Form { present: present.into(), ..Form::default() })
}

fn relay() -> String {
    facts().origins[0].clone()
}

#[test]
fn without_a_policy_of_its_own_a_page_gets_exactly_what_is_documented() {
    let relay = relay();
    let socket = relay.replacen("http", "ws", 1);
    let wanted = format!(
        "Content-Security-Policy: default-src 'none'; script-src 'self' {relay} 'wasm-unsafe-eval'; connect-src {relay} {socket}; img-src 'self' data: blob:"
    );
    assert_eq!(made(&Form::default()).text, wanted);
    let inline = policy(&Form::default(), &facts(), &look(false)).unwrap();
    assert_eq!(
        inline.text,
        wanted.replacen("script-src 'self'", &format!("script-src '{}'", hash("run()")), 1)
    );
    let mut both = facts();
    both.origins = vec!["https://a.example".into(), "https://b.example".into()];
    let two = policy(&Form::default(), &both, &look(true)).unwrap();
    assert!(
        two.text.contains("script-src 'self' https://a.example https://b.example 'wasm-unsafe-eval'"),
        "{}",
        two.text
    );
    assert!(
        two.text.contains("connect-src https://a.example wss://a.example https://b.example wss://b.example"),
        "{}",
        two.text
    );
    let window = two.added.iter().find(|one| one.need == Need::Window).unwrap();
    assert_eq!(window.sources, ["https://a.example", "https://b.example"], "told once");
}

#[test]
fn a_page_with_nonces_or_trusted_types_gets_theirs() {
    let strict = made(&Form { nonce: true, ..Form::default() });
    assert!(
        strict.text.contains("script-src 'nonce-NONCE' 'strict-dynamic' 'wasm-unsafe-eval';"),
        "{}",
        strict.text
    );
    assert_eq!(strict.warnings, [Warning::Nonce]);
    let types = made(&Form { types: true, ..Form::default() });
    assert!(
        types.text.ends_with("require-trusted-types-for 'script'; trusted-types einwurf"),
        "{}",
        types.text
    );
    assert_eq!(types.warnings, []);
}

#[test]
fn the_pages_own_policy_comes_back_with_what_it_lacks_and_nothing_else() {
    let relay = relay();
    let outcome = mended(
        "default-src 'self'; script-src 'self' cdn.example; style-src 'unsafe-inline'; report-uri /csp",
    );
    let text = outcome.text.strip_prefix("Content-Security-Policy: ").unwrap();
    assert!(text.starts_with(&format!("default-src 'self'; script-src 'self' cdn.example {relay} 'wasm-unsafe-eval'; style-src 'unsafe-inline'; report-uri /csp; connect-src 'self' {relay}")), "{text}");
    let told: Vec<_> = outcome.added.iter().map(|one| (one.directive, one.need)).collect();
    let wanted = [
        ("script-src", Window),
        ("script-src", Wasm),
        ("connect-src", Messages),
        ("connect-src", Live),
        ("img-src", Icons),
        ("img-src", Photos),
    ];
    assert_eq!(told, wanted);
    // What came out lacks nothing any more.
    let again = mended(text);
    assert_eq!((again.text, again.added), (outcome.text.clone(), vec![]));
}

#[test]
fn a_policy_is_found_in_whatever_somebody_took_it_from() {
    let one = "default-src 'self'; img-src *";
    for text in [
        one.to_owned(),
        format!("  {one}\n"),
        format!("Content-Security-Policy: {one}"),
        format!("content-security-policy:\n  {}", one.replace("; ", ";\n  ")),
        format!("add_header Content-Security-Policy \"{one}\" always;"),
        format!("Header set Content-Security-Policy \"{one}\""),
        format!("Header set \"Content-Security-Policy\" \"{one}\""),
        format!("header Content-Security-Policy \"{one}\""),
        format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{one}\">"),
    ] {
        let (read, reports) = present(&text).unwrap();
        assert_eq!(read.iter().map(ToString::to_string).collect::<Vec<_>>(), [one], "{text}");
        assert!(!reports);
    }
    let two = format!("Content-Security-Policy: {one}\nContent-Security-Policy: script-src 'self'");
    let (read, _) = present(&two).unwrap();
    assert_eq!(read.iter().map(ToString::to_string).collect::<Vec<_>>(), [one, "script-src 'self'"]);
    let (read, reports) = present(&format!("Content-Security-Policy-Report-Only: {one}")).unwrap();
    assert_eq!((read[0].to_string().as_str(), reports), (one, true));
}

#[test]
fn what_is_no_policy_is_refused_with_the_reason() {
    for (text, fault) in [
        ("Guten Tag", Fault::Nothing),
        ("scrip-src 'self'", Fault::Nothing),
        (";;;", Fault::Nothing),
        ("script-src ‘self’", Fault::Letter('‘')),
        ("script-src 'self'; x \\", Fault::Letter('\\')),
        ("script-src 'self'\u{0}", Fault::Letter('\u{0}')),
        ("script-src 'self' </style><script>", Fault::Letter('<')),
    ] {
        assert_eq!(
            policy(&Form { present: text.into(), ..Form::default() }, &facts(), &look(true)),
            Err(fault),
            "{text}"
        );
    }
    let long = |length: usize| format!("img-src {}", "a".repeat(length - 8));
    for (length, fits) in [(LENGTH - 1, true), (LENGTH, true), (LENGTH + 1, false)] {
        assert_eq!(present(&long(length)).is_ok(), fits, "{length}");
    }
    let none = Look { file: false, ..Look::default() };
    assert_eq!(policy(&Form::default(), &facts(), &none), Err(Fault::Launcher));
}

#[test]
fn what_browsers_pass_over_is_told() {
    let outcome = mended("img-src *; IMG-SRC a.example; scrip-src 'self'");
    assert_eq!(
        (outcome.repeated, outcome.unknown),
        (vec!["img-src".to_owned()], vec!["scrip-src".to_owned()])
    );
    let strict = mended("script-src 'sha256-AAAA' 'strict-dynamic'");
    assert_eq!(strict.warnings, [Warning::LacksNonce]);
    let named = mended("script-src 'nonce-{{csp}}' 'strict-dynamic'");
    assert!(named.warnings == [Warning::Nonce] && named.text.contains("'nonce-{{csp}}'"), "{named:?}");
    assert_eq!(mended("sandbox allow-forms, sandbox").warnings, [Warning::Sandbox]);
    let reports = mended("Content-Security-Policy-Report-Only: default-src 'self'");
    assert!(
        reports.warnings == [Warning::Reports]
            && reports.text.starts_with("Content-Security-Policy-Report-Only: ")
    );
}

#[test]
fn it_is_written_as_each_server_reads_it() {
    let text = |place| made(&Form { place, ..Form::default() }).text;
    assert!(text(Place::Nginx).starts_with("add_header Content-Security-Policy \"default-src 'none';"));
    assert!(text(Place::Nginx).ends_with("blob:\" always;"));
    assert!(text(Place::Apache).starts_with("Header always set Content-Security-Policy \"default-src"));
    assert!(text(Place::Caddy).starts_with("header Content-Security-Policy \"default-src"));
    let present = "default-src 'self'; frame-ancestors 'none'; sandbox allow-scripts, img-src 'self'";
    let form = Form { place: Place::Meta, present: present.into(), ..Form::default() };
    let meta = made(&form);
    assert_eq!(meta.left_out, ["frame-ancestors", "sandbox"]);
    assert!(!meta.text.contains("ancestors") && meta.text.lines().count() == 2, "{}", meta.text);
    assert!(
        meta.text
            .lines()
            .all(|line| line.starts_with("<meta http-equiv=\"Content-Security-Policy\" content=\"")
                && line.ends_with("\">"))
    );
    let joined = made(&Form { place: Place::Header, ..form });
    assert!(
        joined.left_out.is_empty() && joined.text.contains(", img-src 'self' data: blob:"),
        "{}",
        joined.text
    );
}
