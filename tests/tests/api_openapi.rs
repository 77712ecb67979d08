//! The document of the API, and whether the relay answers as it says: to whatever schemathesis makes of it, with the
//! credentials of a real member and a real visitor.

use anyhow::{Context, Result, bail};
use einwurf_protocol::{
    api::{header, path},
    ids::MessageId,
    notice::Register,
};
use einwurf_tests::{files::Sealed, random, staff::Staff, visitor::Visitor, world::World};
use serde_json::{Value, json};
use std::{env, fs, process::Command};

/// So many cases for each operation beside those at every limit; a longer run says more.
const EXAMPLES: &str = "6";
/// What stands instead.
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
    let notice = visitor.manifest.notice(Register::DeFormal).context("a notice")?.to_string();
    Ok(json!({
        "origin": world.relay.origin(),
        "token": visitor.conversation.token().to_string(),
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
        path::INBOX_SHEETS: { "v": 1, "base": 0, "inbox_key": visitor.manifest.inbox_key.id, "sealed": "AAAA" },
        path::INBOX_RIGHTS: {
            "v": 1, "id": MessageId([7; 16]), "right": "access", "received": staff.session.expires.minus(50_000),
        },
    }))
}
