//! The module for files in a real browser: what somebody picks, what of it leaves the tab, and what arrives.

use anyhow::{Context, Result, ensure};
use base64ct::{Base64, Encoding as _};
use einwurf_protocol::{ids::Cid, message::Attachment};
use einwurf_seal::file::FileOpener;
use einwurf_tests::{
    attach::Workshop, files::Sealed, folder::Folder, seed::bearer, visitor::Visitor, world::World,
};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const CID: Cid = Cid([7; 32]);

/// Prepares what was picked, seals it and hands everything over.
const SEAL: &str = "
    const { prepare, seal, release } = einwurfAttach;
    const prepared = await prepare(picked(), arguments[0]);
    const { attachment, bytes, parts } = await seal(prepared, { cid: arguments[1] });
    const { preview, name, length, mediaType } = prepared;
    const image = preview && Object.assign(new Image(), { src: preview });
    await image?.decode();
    const shape = image ? [image.naturalWidth, image.naturalHeight] : [];
    release(prepared);
    return { attachment, bytes, shape, name, length, mediaType, file: await base64(new Blob(parts)) };";

fn corpus(folder: &str) -> Result<Vec<PathBuf>> {
    let folder = xtask::paths::root().join("clean/corpus").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    files.sort();
    ensure!(files.len() > 20, "the corpus is there");
    Ok(files)
}

/// What the staff's device makes of it.
fn opened(attachment: &Attachment, file: &[u8]) -> Result<Vec<u8>> {
    let (mut opener, mut out) = (FileOpener::new(&CID, attachment)?, Vec::new());
    opener.update(file, &mut out)?;
    opener.finish()?;
    Ok(out)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn msg_02_msg_06_whatever_is_picked_arrives_without_metadata_under_a_neutral_name() -> Result<()> {
    let workshop = Workshop::open(None)?;
    let folder = Folder::new("attach")?;
    for original in [false, true] {
        for file in corpus("accepted")? {
            let name = stem(&file);
            workshop.pick(&file)?;
            let options = json!({ "original": original, "number": 3, "words": { "picture": "bild" } });
            let sealed = workshop
                .run(SEAL, &[options, json!(CID.to_string())])
                .with_context(|| format!("{name}, original: {original}"))?;
            let attachment: Attachment = serde_json::from_value(sealed["attachment"].clone())?;
            let ciphertext =
                Base64::decode_vec(sealed["file"].as_str().context("a file")?).map_err(anyhow::Error::msg)?;
            assert_eq!(sealed["bytes"].as_u64(), Some(ciphertext.len() as u64));
            let content = opened(&attachment, &ciphertext)?;
            assert_eq!(content.len() as u64, attachment.length, "{name}");
            assert!(!content.windows(6).any(|bytes| bytes.eq_ignore_ascii_case(b"canary")), "{name}");
            let neutral = ["bild-3.", "video-3.", "dokument-3."];
            assert!(neutral.iter().any(|start| attachment.name.starts_with(start)), "{:?}", sealed["name"]);
            if let Some(turn) = name.strip_prefix("jpeg-turned-") {
                // 48 by 32 as it lies; the turns from 5 on stand it up.
                let shape = if turn > "4" { json!([32, 48]) } else { json!([48, 32]) };
                assert_eq!(sealed["shape"], shape, "{name}");
            }
            fs::write(folder.path().join(format!("{name}-{original}-{}", &*attachment.name)), content)?;
        }
    }
    told(folder.path())
}

/// What exiftool finds in all files of a folder.
fn told(folder: &Path) -> Result<()> {
    let output = Command::new("exiftool").args(["-json", "-a", "-G1", "-s"]).arg(folder).output()?;
    let text = String::from_utf8(output.stdout)?;
    let files: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&text)?;
    ensure!(files.len() > 40, "every file is looked at");
    for tags in files {
        for (tag, value) in &tags {
            let telling = ["GPS", "XMP", "IPTC", "Photoshop", "MakerNotes", "IFD1"];
            let group = tag.split(':').next().unwrap_or_default();
            assert!(!telling.iter().any(|name| group.starts_with(name)), "{tag}: {value} in {tags:?}");
            assert!(!value.to_string().contains("anary"), "{tag}: {value}");
        }
    }
    Ok(())
}

#[test]
fn msg_03_msg_04_what_is_refused_says_why_and_asks_for_nothing() -> Result<()> {
    let workshop = Workshop::open(None)?;
    // The part for PDF is fetched with the first of them; what counts is what happens afterwards.
    let prepare = "try { await einwurfAttach.prepare(picked(), arguments[0]); return 'accepted'; }
        catch (error) { return String(error); }";
    workshop.pick(&xtask::paths::root().join("clean/corpus/accepted/pdf-tagged.pdf"))?;
    assert_eq!(workshop.text(prepare, &[json!({})])?, "accepted");
    let before = workshop.requests()?;
    for file in corpus("refused")? {
        let name = stem(&file);
        workshop.pick(&file)?;
        let said = workshop.text(prepare, &[json!({})])?;
        assert!(name.starts_with(&format!("{said}-")), "{name}: {said}");
        let decided = workshop.text(prepare, &[json!({ "unclean": true })])?;
        let may = said == "office" || said == "protected";
        assert_eq!(decided == "accepted", may, "{name}: {decided}");
    }
    assert_eq!(workshop.requests()?, before, "nothing was asked for");
    Ok(())
}

#[test]
fn msg_03_a_file_that_changes_while_it_is_read_is_not_sent() -> Result<()> {
    let workshop = Workshop::open(None)?;
    let folder = Folder::new("attach-changing")?;
    let file = folder.path().join("brief.txt");
    fs::write(&file, "x".repeat(700_000))?;
    workshop.pick(&file)?;
    // Sealing begins with what is there and reads on after it was written over.
    let begin = "window.change = undefined;
        const changed = new Promise((resolve) => { window.change = resolve; });
        const real = Blob.prototype.arrayBuffer;
        let count = 0;
        Blob.prototype.arrayBuffer = async function () {
          if (++count === 2) { window.waiting = true; await changed; }
          return real.call(this);
        };
        window.outcome = einwurfAttach.prepare(picked()).then(() => 'accepted', String);";
    workshop.browser.run(begin, &[])?;
    workshop.browser.until("window.waiting")?;
    fs::write(&file, "y".repeat(700_001))?;
    assert_eq!(workshop.text("change(); return await outcome;", &[])?, "changed");
    Ok(())
}

/// A visitor whose next message names a file that the page sealed, and what the page needs to send it.
fn with_file(workshop: &Workshop, visitor: &mut Visitor, relay: &str) -> Result<(Sealed, serde_json::Value)> {
    let seal = "const file = new File(['Zeile aus dem Angebot\\n'.repeat(160_000)], 'Angebot Meier.txt');
        const prepared = await einwurfAttach.prepare(file, { number: 2 });
        window.sealed = await einwurfAttach.seal(prepared, { cid: arguments[0] });
        return [sealed.attachment, sealed.bytes];";
    let said = workshop.run(seal, &[json!(visitor.conversation.cid().to_string())])?;
    let attachment: Attachment = serde_json::from_value(said[0].clone())?;
    assert_eq!(&*attachment.name, "dokument-2.txt");
    // The relay is told a length, the message the rest.
    let bytes = usize::try_from(said[1].as_u64().context("a length")?)?;
    let sealed = Sealed { attachment, ciphertext: vec![0; bytes] };
    visitor.open_with("Mit Anlage", std::slice::from_ref(&sealed))?;
    let headers = json!({
        "einwurf-site": visitor.site.site,
        "einwurf-conversation": visitor.address,
        "authorization": bearer(visitor.conversation.token()),
    });
    let way = json!({ "relay": relay, "path": "/v1/attachment", "headers": headers });
    Ok((sealed, way))
}

#[test]
fn msg_06_a_file_goes_up_through_a_killed_relay_and_comes_down_for_whoever_has_its_key() -> Result<()> {
    let mut world = World::quiet("attach")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let workshop = Workshop::open(Some(&world.relay.origin()))?;
    let (sealed, way) = with_file(&workshop, &mut visitor, &world.relay.origin())?;
    let cid = visitor.conversation.cid();

    let down = "const [way, attachment, cid, bytes] = arguments;
        try {
          const blob = await einwurfAttach.download(way, attachment, bytes ?? undefined, { cid });
          return [blob.size, blob.type, (await blob.slice(-8).text())].join(' ');
        } catch (error) { return String(error); }";
    let named = serde_json::to_value(&sealed.attachment)?;
    let fetch = |named: &serde_json::Value, cid: &str, bytes: Option<u64>| {
        workshop.text(down, &[way.clone(), named.clone(), json!(cid), json!(bytes)])
    };
    let bytes = sealed.ciphertext.len() as u64;
    // One part is there, then the connection is gone with the tab's whole upload.
    workshop.run("await einwurfAttach.upload(sealed, arguments[0], { missing: [1] });", &[way.clone()])?;
    let missing = visitor.attachments()?.remove(0).missing;
    assert_eq!(missing, [0, 2, 3]);
    assert_eq!(fetch(&named, &cid.to_string(), Some(bytes))?, "missing");

    // The relay dies before it could take anything, and is back a moment later.
    world.relay.kill()?;
    let rest = "window.outcome = einwurfAttach.upload(sealed, arguments[0], { missing: arguments[1] })
        .then(() => 'stored', String);";
    workshop.browser.run(rest, &[way.clone(), json!(missing)])?;
    workshop.browser.until("asked.filter((address) => address.endsWith('/v1/attachment')).length > 5")?;
    world.relay.restart()?;
    assert_eq!(workshop.text("return await outcome;", &[])?, "stored");
    visitor.reconnect(&world.http());
    assert!(visitor.attachments()?.remove(0).missing.is_empty());

    let whole = format!("{} text/plain ", sealed.attachment.length);
    assert!(fetch(&named, &cid.to_string(), Some(bytes))?.starts_with(&whole));
    assert!(fetch(&named, &cid.to_string(), None)?.starts_with(&whole));
    let changed = |member: &str, value: serde_json::Value| {
        let mut other = named.clone();
        other[member] = value;
        other
    };
    let zeros = json!("A".repeat(43));
    for (other, cid, bytes) in [
        (changed("key", zeros.clone()), cid.to_string(), Some(bytes)),
        (changed("digest", zeros), cid.to_string(), Some(bytes)),
        (changed("length", json!(sealed.attachment.length + 1)), cid.to_string(), Some(bytes)),
        (named.clone(), CID.to_string(), Some(bytes)),
        (named.clone(), cid.to_string(), Some(bytes - 1)),
    ] {
        assert_eq!(fetch(&other, &cid, bytes)?, "broken");
    }
    // A type that the content has not is only a download.
    let pretended = fetch(&changed("media_type", json!("text/html")), &cid.to_string(), Some(bytes))?;
    assert!(pretended.contains("application/octet-stream"), "{pretended}");

    // Staff open what the relay gives them.
    let staff = world.staff(&site)?;
    let address = staff.newest()?;
    let (mut opener, mut content) = (FileOpener::new(&cid, &sealed.attachment)?, Vec::new());
    for part in 0..4 {
        opener.update(&staff.part(&address, sealed.id(), part)?.ok()?.body, &mut content)?;
    }
    opener.finish()?;
    assert_eq!(content, "Zeile aus dem Angebot\n".repeat(160_000).into_bytes());

    visitor.withdraw()?;
    assert_eq!(fetch(&named, &cid.to_string(), Some(bytes))?, "relay:gone");
    Ok(())
}
