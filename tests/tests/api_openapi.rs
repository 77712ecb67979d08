//! The document of the API, and whether the relay answers as it says: to whatever schemathesis makes of it, with the
//! credentials of a real member and a real visitor; and by the table of its routes, what HTTP itself leaves open.

use anyhow::{Context, Result, bail};
use einwurf_protocol::{
    api::{header, path},
    codec::to_base64url,
    ids::{Digest, MessageId},
    limits::{PART_BYTES, PUBLICATION_BODY_BYTES, STAFF_BODY_BYTES, TEAM_SHEET_BYTES},
    notice::Register,
    openapi::{Body, Needs, operations},
    problem::Code,
    roster::Capability,
};
use einwurf_seal::InvitationSecret;
use einwurf_tests::{
    files::Sealed, push::Browser, random, seed, staff::Staff, visitor::Visitor, world::World,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, env, fs, process::Command};

/// So many cases for each operation beside those at every limit; a longer run says more.
const EXAMPLES: &str = "4";
/// So many operations do what they are asked at least once; the others need more than one request.
const REACHED: usize = 40;
/// Where the asker says how it was answered.
const ANSWERED: &str = "answered.json";
/// What stands instead of [`EXAMPLES`].
const MORE: &str = "EINWURF_EXAMPLES";

#[test]
fn the_relay_serves_its_document() -> Result<()> {
    let world = World::quiet("openapi-document")?;
    let http = world.http();
    let answer = http.get(path::OPENAPI, &[])?;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let served: Value = answer.json()?;
    assert_eq!(served["openapi"], "3.1.0");
    assert!(served["paths"][path::EVENTS]["post"].is_object());
    let packed = http.get(path::OPENAPI, &[("accept-encoding", "br")])?;
    assert_eq!(packed.header("content-encoding"), Some("br"));
    assert_eq!(xtask::packed::unpack(&packed.body)?, answer.body);
    assert_eq!(http.send("HEAD", path::OPENAPI, &[], None)?.body, b"");
    let refused = http.post_empty(path::OPENAPI, &[])?;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    // It lies below the API: nothing else leads to the file.
    for beside in ["/openapi.json", "/v1/openapi.json.br", "/v1/openapi", "/v1/"] {
        assert_eq!(http.get(beside, &[])?.status, 404, "{beside}");
    }
    Ok(())
}

#[test]
fn whatever_it_is_asked_the_relay_answers_as_its_document_says() -> Result<()> {
    let world = World::quiet("openapi-asked")?;
    let scene = world.folder().path().join("scene.json");
    fs::write(&scene, serde_json::to_vec(&stage(&world)?)?)?;
    let examples = env::var(MORE).unwrap_or_else(|_| EXAMPLES.to_owned());
    let here = xtask::paths::root().join("tests/openapi");
    let mut asking = Command::new(xtask::setup::schemathesis()?);
    asking.arg("--config-file").arg(here.join("schemathesis.toml"));
    asking.args(["run", "--no-color", "--max-examples", &examples]);
    asking.arg("--url").arg(world.relay.origin());
    asking.arg(format!("{}{}", world.relay.origin(), path::OPENAPI));
    asking.current_dir(world.folder().path());
    asking.env("PYTHONPATH", &here).env("SCHEMATHESIS_HOOKS", "hooks").env("EINWURF_SCENE", &scene);
    let said = asking.output().context("schemathesis")?;
    if !said.status.success() {
        bail!("{}\n{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    }
    let answered: BTreeMap<String, BTreeMap<u16, u32>> =
        serde_json::from_slice(&fs::read(world.folder().path().join(ANSWERED))?)?;
    let done = |statuses: &BTreeMap<u16, u32>| statuses.keys().any(|status| (200..300).contains(status));
    let (reached, refused): (Vec<_>, Vec<_>) = answered.iter().partition(|(_, statuses)| done(statuses));
    assert!(reached.len() >= REACHED, "only {} operations did anything; not: {refused:?}", reached.len());
    // The document itself is what it asks by.
    let unasked: Vec<_> = operations()
        .filter(|one| one.path != path::OPENAPI)
        .filter(|one| !answered.contains_key(&format!("{} {}", one.method, one.path)))
        .map(|one| one.path)
        .collect();
    assert!(unasked.is_empty(), "not asked: {unasked:?}");
    Ok(())
}

/// What the asker shows instead of what it draws: addresses, credentials, sound bodies to change.
fn stage(world: &World) -> Result<Value> {
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    let file = Sealed::of(200)?;
    visitor.open_with("Guten Tag", std::slice::from_ref(&file))?;
    visitor.put_file(&file)?;
    staff.count(1)?;
    let mut other = world.visitor(&site)?;
    other.open("Guten Tag")?;
    staff.count(2)?;
    let fresh = seed::create(&world.http(), world.relay.operator_token())?;
    let link = staff.invite("Mona Muster", &[Capability::Read], None)?;
    let notice = visitor.manifest.notice(Register::DeFormal).context("a notice")?.to_string();
    Ok(json!({
        "origin": world.relay.origin(),
        "answered": world.folder().path().join(ANSWERED),
        "bearers": {
            "token": visitor.conversation.token().to_string(),
            "operator": world.relay.operator_token(),
            "setup": fresh.new.setup.to_string(),
            "invitation": InvitationSecret::from_secret(&link.secret).token().to_string(),
        },
        // Another site, which waits for its set-up.
        "fresh": fresh.new.site,
        "session": staff.session.session.to_string(),
        "device": hex::encode(staff.device.secret()),
        // Of the other conversation, so that this one stays.
        "erased": other.address,
        "headers": {
            header::SITE: site.address,
            header::CONVERSATION: visitor.address,
            header::TICKET: other.ticket()?.ticket,
            header::NOTICE: notice,
            header::ATTACHMENT: file.id().to_string(),
            header::PART: "0",
            header::AFTER: "0",
        },
        "bodies": bodies(&visitor, &staff)?,
        "part": to_base64url(file.parts().next().context("a part")?.1),
    }))
}

/// Bodies that the relay would take, were it not for one change.
fn bodies(visitor: &Visitor, staff: &Staff) -> Result<Value> {
    let envelope = visitor.seal_as("Guten Tag", MessageId(random::bytes()))?;
    let recovery = json!({ "v": 1, "registration": "AAAA", "wrapped": staff.session.wrapped });
    Ok(json!({
        path::CONVERSATIONS: visitor.opening(envelope.clone()),
        path::EVENTS: { "v": 1, "event": envelope },
        path::INBOX_ACTS: { "v": 1, "event": envelope, "certificate": staff.session.certificate },
        path::INBOX_ANSWERS: { "v": 1, "event": envelope, "certificate": staff.session.certificate },
        path::INBOX_PASSWORD: recovery,
        path::INBOX_SHEETS: { "v": 1, "base": 0, "inbox_key": visitor.manifest.inbox_key.id, "sealed": to_base64url(&[7; 600]) },
        path::INBOX_EXPORTED: { "v": 1 },
        path::INBOX_STATUS: { "v": 1, "status": null },
        path::INBOX_MAIL: { "recipients": ["post@fensterbau.example"], "register": "en", "sender": null },
        path::INBOX_INVITATIONS: {
            "v": 1, "id": MessageId([8; 16]), "token": Digest([8; 32]), "name": "Mona Muster", "may": ["read"],
        },
        path::INBOX_WEBHOOKS: {
            "v": 1, "id": MessageId([9; 16]), "url": "https://fensterbau.example/", "types": ["message.created"],
            "on": true,
        },
        path::PUSH: { "allowed": true },
        path::PUSH_SUBSCRIPTION: Browser::at("https://fcm.googleapis.com/x").subscription(),
        path::INBOX_RIGHTS: {
            "v": 1, "id": MessageId([7; 16]), "right": "access", "received": staff.session.expires.minus(50_000),
        },
    }))
}

/// Methods of every path, as `Allow` names them.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut allowed: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for operation in operations() {
        allowed.entry(operation.path).or_default().push(operation.method);
    }
    for methods in allowed.values_mut() {
        methods.sort_unstable();
        if methods.contains(&"GET") {
            methods.insert(1, "HEAD");
        }
        methods.push("OPTIONS");
    }
    allowed
}

#[test]
fn every_path_says_which_methods_it_knows() -> Result<()> {
    let world = World::quiet("methods")?;
    let http = world.http();
    for (path, methods) in allowed() {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if methods.contains(&method) {
                continue;
            }
            let refused = http.send(method, path, &[], None)?;
            assert_eq!(refused.code()?, Some(Code::MethodNotAllowed), "{method} {path}");
            assert_eq!(refused.header("allow"), Some(methods.join(", ").as_str()), "{method} {path}");
        }
        let preflight = http.send("OPTIONS", path, &[], None)?;
        assert_eq!((preflight.status, preflight.body.len()), (204, 0), "{path}");
        if methods.contains(&"GET") {
            let (head, get) = (http.send("HEAD", path, &[], None)?, http.get(path, &[])?);
            assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
            assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        }
    }
    Ok(())
}

#[test]
fn whatever_needs_a_credential_is_refused_without_and_with_every_wrong_one() -> Result<()> {
    let world = World::quiet("credentials")?;
    let (http, site) = (world.http(), world.site()?);
    let long = "Bearer ".to_owned() + &"A".repeat(8_000);
    for operation in operations() {
        if matches!(operation.needs, Needs::Nothing | Needs::Connection) {
            continue;
        }
        for wrong in [None, Some("Bearer "), Some("Basic AAAA"), Some("Bearer ä"), Some(long.as_str())] {
            let mut headers = vec![(header::SITE, site.address.as_str())];
            headers.extend(wrong.map(|wrong| (header::AUTHORIZATION, wrong)));
            // As it is: no client would send all of them.
            let status = http.insist(operation.method, operation.path, &headers, b"{}")?;
            assert_eq!(status, 401, "{} {} with {wrong:?}", operation.method, operation.path);
        }
    }
    Ok(())
}

#[test]
fn a_path_that_is_not_exactly_one_of_the_api_leads_nowhere() -> Result<()> {
    let world = World::quiet("paths")?;
    let (http, site) = (world.http(), world.site()?);
    let headers = [(header::SITE, site.address.as_str())];
    for (path, status) in [
        ("/v1/manifest", 200),
        ("/v1/manifest?site=1", 200),
        ("/v1/../v1/manifest", 404),
        ("/v1/x/%2e%2e/manifest", 404),
        ("//v1/manifest", 404),
        ("/v1//manifest", 404),
        ("/v1/manifest/", 404),
        ("/v1/manifest/..", 404),
        ("/v1/manifest;x=1", 404),
        ("/v1/manifest%00", 404),
        ("/v1/manifest%2f", 404),
        ("/v1%2fmanifest", 404),
        ("/%76%31/manifest", 404),
        ("/v1/%6danifest", 404),
        ("/V1/manifest", 404),
        ("/v1\\manifest", 404),
        ("/v1/%2e%2e/%2e%2e/etc/passwd", 404),
        ("/..%2f..%2fetc/passwd", 404),
        ("/r/../v1/inbox", 404),
    ] {
        assert_eq!(http.insist("GET", path, &headers, b"")?, status, "{path}");
    }
    Ok(())
}

#[test]
fn headers_of_any_length_and_of_any_bytes_break_nothing() -> Result<()> {
    let world = World::quiet("headers")?;
    let (http, site) = (world.http(), world.site()?);
    let staff = world.staff(&site)?;
    let token = staff.session.session.to_string();
    let session = seed::bearer(&token);
    let long = "A".repeat(16_000);
    let names = [
        header::SITE,
        header::CONVERSATION,
        header::TICKET,
        header::NOTICE,
        header::ATTACHMENT,
        header::PART,
        header::AFTER,
        header::CODE,
        header::WORK,
        header::AUTHORIZATION,
        header::POSSESSION,
    ];
    for operation in operations().filter(|operation| operation.path != path::SITES) {
        for value in [long.as_str(), "ä€", "\u{1F4E8}", ",", "AAAA, AAAA", "-1", "18446744073709551616"] {
            let all: Vec<_> = names.iter().map(|name| (*name, value)).collect();
            let status = http.insist(operation.method, operation.path, &all, b"")?;
            assert!(status < 500, "{status} for {} {} with {value}", operation.method, operation.path);
            // One of them beside good credentials.
            if !operation.needs.is_session() || operation.method != "GET" {
                continue;
            }
            let url = format!("{}{}", world.relay.origin(), operation.path);
            for name in [header::CONVERSATION, header::ATTACHMENT, header::PART, header::AFTER, header::CODE]
            {
                let (proven, proof) = staff.device.proof("GET", &url, Some(&token));
                let good = [
                    (header::SITE, site.address.as_str()),
                    (header::AUTHORIZATION, &session),
                    (proven, &proof),
                ];
                let status =
                    http.insist("GET", operation.path, &[&good[..], &[(name, value)]].concat(), b"")?;
                assert!(status < 500, "{status} for {name} of {} with {value}", operation.path);
            }
        }
    }
    assert_eq!(staff.list()?, []);
    Ok(())
}

#[test]
fn a_body_is_read_to_the_limit_of_its_class_and_not_beyond() -> Result<()> {
    let world = World::quiet("classes")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let session = seed::bearer(staff.session.session);
    for (method, path, limit) in [
        ("POST", path::INBOX_MARK, 16_384),
        ("PUT", path::INBOX_MAIL, 16_384),
        ("PUT", path::INBOX_SHEETS, 2 * TEAM_SHEET_BYTES),
        ("PUT", path::INBOX_PUBLICATION, PUBLICATION_BODY_BYTES),
        ("PUT", path::INBOX_ATTACHMENT, PART_BYTES),
        ("POST", path::SETUP, STAFF_BODY_BYTES),
    ] {
        for (length, large) in [(limit - 1, false), (limit, false), (limit + 1, true)] {
            let url = format!("{}{path}", world.relay.origin());
            let token = staff.session.session.to_string();
            let (name, proof) = staff.device.proof(method, &url, Some(&token));
            let headers =
                [(header::SITE, site.address.as_str()), (header::AUTHORIZATION, &session), (name, &proof)];
            let mut body = b"{}".to_vec();
            body.resize(length, b' ');
            let status = world.http().insist(method, path, &headers, &body)?;
            assert_eq!(status == 413, large, "{status} for {length} at {path}");
            assert!((400..500).contains(&status), "{status} for {length} at {path}");
        }
    }
    Ok(())
}

#[test]
fn json_that_is_deep_double_or_not_text_is_malformed_wherever_it_comes() -> Result<()> {
    let world = World::quiet("json")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let deep = "[".repeat(15_000);
    let deeper = r#"{"v":"#.repeat(3_000);
    let deepest = format!(r#"{{"v":1,"event":{}{}}}"#, "[".repeat(4_000), "]".repeat(4_000));
    let bodies: [&[u8]; 12] = [
        deep.as_bytes(),
        deeper.as_bytes(),
        deepest.as_bytes(),
        br#"{"v":1,"v":1}"#,
        br#"{"id":"AAAAAAAAAAAAAAAAAAAAAA","id":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
        b"{\"v\":\"\xff\xfe\"}",
        b"\xef\xbb\xbf{\"v\":1}",
        b"{\"v\":\"\xed\xa0\x80\"}",
        br#"{"v":"\ud800"}"#,
        br#"{"v":1e999}"#,
        b"{\"v\":1}\0",
        b"\0\0\0\0",
    ];
    for operation in operations().filter(|operation| operation.needs.is_session()) {
        if !matches!(operation.body, Body::Json(_)) {
            continue;
        }
        for body in bodies {
            let refused = staff.call(operation.method, operation.path, &[], Some(body))?;
            let problem = refused.problem()?;
            let shown = String::from_utf8_lossy(&body[..body.len().min(30)]);
            assert_eq!(problem.code, Code::Malformed, "{} {}: {shown}", operation.method, operation.path);
        }
    }
    Ok(())
}

/// What a body is, it says itself: the header beside it decides nothing.
#[test]
fn a_body_is_json_whatever_it_is_called() -> Result<()> {
    let world = World::quiet("content-type")?;
    let staff = world.staff(&world.site()?)?;
    for name in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ] {
        let wish = br#"{"arrives":{"how":"never"}}"#;
        let headers = [("content-type", name)];
        assert_eq!(staff.call("PUT", path::INBOX_MAIL_WISH, &headers, Some(wish))?.status, 204, "{name}");
        let form = staff.call("PUT", path::INBOX_MAIL_WISH, &headers, Some(b"arrives=never"))?;
        assert_eq!(form.code()?, Some(Code::Malformed), "{name}");
    }
    Ok(())
}
