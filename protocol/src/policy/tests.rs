//! What browsers make of a policy.

use super::*;

fn url(text: &str) -> Address {
    Address::read(text).unwrap()
}

#[test]
fn a_source_covers_what_the_standard_says() {
    let page = url("https://beispiel.example/");
    for (source, address, covers) in [
        ("'self'", "https://beispiel.example/a.js", true),
        ("'self'", "https://www.beispiel.example/a.js", false),
        ("https://relay.example", "https://relay.example/r/a.js", true),
        ("HTTPS://RELAY.EXAMPLE", "https://relay.example/r/a.js", true),
        ("relay.example", "https://relay.example/r/a.js", true),
        ("http://relay.example", "https://relay.example/r/a.js", true),
        ("https://relay.example", "wss://relay.example/v1", false),
        ("wss://relay.example", "wss://relay.example/v1", true),
        ("wss://relay.example", "https://relay.example/v1", false),
        ("ws://relay.example", "wss://relay.example/v1", true),
        ("*.example", "https://relay.example/", true),
        ("*.relay.example", "https://relay.example/", false),
        ("https:", "https://relay.example/", true),
        ("https:", "wss://relay.example/", false),
        ("*", "https://relay.example/", true),
        ("*", "data:,a", false),
        ("data:", "data:,a", true),
        ("https://relay.example:8443", "https://relay.example/", false),
        ("https://relay.example:*", "https://relay.example:8443/", true),
        ("https://relay.example", "https://relay.example:8443/", false),
        ("https://relay.example/r/", "https://relay.example/r/a.js", true),
        ("https://relay.example/r", "https://relay.example/r/a.js", false),
        ("'none'", "https://relay.example/", false),
        ("https://relay.example.evil.example", "https://relay.example/", false),
    ] {
        assert_eq!(matches(source, &url(address), &page), covers, "{source} {address}");
    }
}

#[test]
fn a_script_runs_by_nonce_hash_or_address() {
    let (page, file) = (url("https://beispiel.example/"), url("https://beispiel.example/e.js"));
    let hash = ["sha256-AAAA".to_owned()];
    for (policy, address, nonce, hashes, runs) in [
        ("script-src 'self'", true, None, &[][..], true),
        ("script-src 'self'", false, None, &[][..], false),
        ("default-src 'none'", true, None, &[], false),
        ("img-src 'none'", true, None, &[], true),
        ("script-src-elem 'none'; script-src 'self'", true, None, &[], false),
        ("script-src 'self' 'strict-dynamic'", true, None, &[], false),
        ("script-src 'nonce-abc' 'strict-dynamic'", true, Some("abc"), &[], true),
        ("script-src 'nonce-abc'", false, Some("abd"), &[], false),
        ("script-src 'nonce-abc'", false, Some(""), &[], false),
        ("script-src 'unsafe-inline'", false, None, &[], true),
        ("script-src 'unsafe-inline' 'nonce-abc'", false, None, &[], false),
        ("script-src 'sha256-AAAA'", false, None, &hash, true),
        ("script-src 'sha256-AAAA'", true, None, &hash, true),
        ("script-src 'sha256-AAAB'", true, None, &hash, false),
    ] {
        let read = Policy::read(policy).remove(0);
        let script = Script { address: address.then_some(&file), nonce, hashes };
        assert_eq!(read.runs(&script, &page), runs, "{policy}");
    }
}

#[test]
fn policies_are_split_and_the_first_directive_of_a_name_counts() {
    let read = Policy::read("script-src 'self'; SCRIPT-SRC *;;, img-src data:, ,");
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].get("script-src"), Some(&["'self'".to_owned()][..]));
    assert_eq!(read[1].get("script-src"), None);
}

#[test]
fn a_source_is_added_to_the_directive_that_decides_or_to_a_new_one_that_keeps_what_was_said() {
    let relay = ["https://relay.example".to_owned()];
    for (policy, names, directive) in [
        ("default-src 'none'", &CONNECTIONS[..], Some("connect-src https://relay.example")),
        ("connect-src 'self'", &CONNECTIONS, Some("connect-src 'self' https://relay.example")),
        ("script-src-elem 'self'", &SCRIPT_ELEMENTS, Some("script-src-elem 'self' https://relay.example")),
        ("default-src a.example", &SCRIPT_ELEMENTS, Some("script-src a.example https://relay.example")),
        ("img-src a.example", &SCRIPT_ELEMENTS, None),
    ] {
        let mut read = Policy::read(policy).remove(0);
        let name = read.add(names, &relay);
        assert_eq!(name.map(|name| read.line(name)).as_deref(), directive, "{policy}");
        assert!(
            read.to_string().starts_with(policy) || directive == Some(read.to_string().as_str()),
            "{read}"
        );
    }
}

#[test]
fn what_counts_only_the_first_time_is_told_and_left_out() {
    let read = Policy::read("img-src a; IMG-SRC b; img-src c; script-src d").remove(0);
    assert_eq!(read.repeated(), ["img-src"]);
    assert_eq!(read.to_string(), "img-src a; script-src d");
    assert_eq!(read.without(&["img-src"]).to_string(), "script-src d");
}

#[test]
fn a_header_is_read_to_its_limit_one_below_at_and_one_above() {
    for (length, whole) in [(LENGTH - 1, true), (LENGTH, true), (LENGTH + 1, false)] {
        let text = format!("a {}", "b".repeat(length - 2));
        assert_eq!(Policy::read(&text)[0].to_string() == text, whole, "{length}");
    }
    assert_eq!(Policy::read(&"ä".repeat(LENGTH)).len(), 1);
}
