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
    slice::from_ref,
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
        let may = match said.as_str() {
            "protected" if name.ends_with("locked") => "unknown",
            "office" | "protected" => "accepted",
            said => said,
        };
        assert_eq!(decided, may, "{name}");
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
    let (attachment, bytes): (Attachment, usize) = serde_json::from_value(said)?;
    assert_eq!(&*attachment.name, "dokument-2.txt");
    // The relay is told a length, the message the rest.
    let sealed = Sealed { attachment, ciphertext: vec![0; bytes] };
    visitor.open_with("Mit Anlage", from_ref(&sealed))?;
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
    workshop.run("await einwurfAttach.upload(sealed, arguments[0], { missing: [1] });", from_ref(&way))?;
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

/// Draws a picture with red on its left and blue on its right, noisy so that it is large, and tells how it lies and where
/// it was taken, as a camera does.
const CAMERA: &str = "
    window.picture = async (type, width, height, noisy, hole) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      const data = context.createImageData(width, height);
      for (let at = 0; at < data.data.length; at += 4) {
        const right = (at / 4) % width >= width / 2;
        const noise = noisy ? Math.random() * 90 : 0;
        data.data.set([right ? noise : 255 - noise, noise, right ? 255 - noise : noise, hole && at < 4000 ? 0 : 255], at);
      }
      context.putImageData(data, 0, 0);
      return new Promise((resolve) => canvas.toBlob(resolve, type, 0.98));
    };
    window.camera = async (blob) => {
      const tiff = [...'Exif\\0\\0MM\\0*\\0\\0\\0\\x08\\0\\x01\\x01\\x12\\0\\x03\\0\\0\\0\\x01\\0\\x06\\0\\0\\0\\0\\0\\0GPS canary 52.5 N'];
      const bytes = tiff.map((letter) => letter.charCodeAt(0));
      const head = [0xff, 0xd8, 0xff, 0xe1, 0, bytes.length + 2, ...bytes];
      return new File([new Uint8Array(head), blob.slice(2)], 'IMG_20240506_Canary.jpg');
    };
    window.look = async (blob, x, y) => {
      const bitmap = await createImageBitmap(blob);
      const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const at = [Math.floor(x * bitmap.width), Math.floor(y * bitmap.height)];
      const [red, green, blue, alpha] = context.getImageData(...at, 1, 1).data;
      return { width: bitmap.width, height: bitmap.height, red, green, blue, alpha };
    };";

#[test]
fn msg_02_a_large_picture_goes_out_small_upright_and_without_its_place() -> Result<()> {
    let workshop = Workshop::open(None)?;
    workshop.browser.run(CAMERA, &[])?;
    let script = "const file = await camera(await picture('image/jpeg', 3000, 2000, true));
        const small = await einwurfAttach.prepare(file, {});
        const text = new TextDecoder('latin1').decode(await small.blob.arrayBuffer());
        return [file.size, small.length, small.name, /canary/i.test(text),
          await look(small.blob, 0.5, 0.1), await look(small.blob, 0.5, 0.9)];";
    let said = workshop.run(script, &[])?;
    let [before, after, name, canary, top, bottom] = said.as_array().context("a list")?.as_slice() else {
        anyhow::bail!("{said}")
    };
    assert!(before.as_u64() > Some(1_000_000), "{said}");
    assert!(after.as_u64() <= Some(500_000), "{said}");
    assert_eq!((name, canary), (&json!("bild-1.jpg"), &json!(false)));
    // Turned to the right: what was left is on top.
    assert_eq!((&top["width"], &top["height"]), (&json!(1365), &json!(2048)));
    assert!(top["red"].as_u64() > Some(150) && top["blue"].as_u64() < Some(110), "{top}");
    assert!(bottom["blue"].as_u64() > Some(150) && bottom["red"].as_u64() < Some(110), "{bottom}");

    // The same where the browser's quick way does not know about directions.
    let script = "const file = await camera(await picture('image/jpeg', 3000, 2000, true));
        const real = window.createImageBitmap;
        window.createImageBitmap = () => Promise.reject(new TypeError('from-image'));
        const small = await einwurfAttach.prepare(file, {}).finally(() => { window.createImageBitmap = real; });
        const top = await look(small.blob, 0.5, 0.1);
        return [top.height, top.red > 150 && top.blue < 110];";
    assert_eq!(workshop.run(script, &[])?, json!([2048, true]));

    // As it is, by choice: the same pixels, still without the place.
    let script = "const file = await camera(await picture('image/jpeg', 2100, 1000, true));
        const same = await einwurfAttach.prepare(file, { original: true });
        const text = new TextDecoder('latin1').decode(await same.blob.arrayBuffer());
        return [/canary/i.test(text), (await look(same.blob, 0.5, 0.1)).height, same.length > 500000];";
    assert_eq!(workshop.run(script, &[])?, json!([false, 2100, true]));
    Ok(())
}

#[test]
fn a_screen_shot_stays_what_it_is_and_a_large_one_becomes_a_photo_on_white() -> Result<()> {
    let workshop = Workshop::open(None)?;
    workshop.browser.run(CAMERA, &[])?;
    for (noisy, kind, alpha) in [(false, "png", 0), (true, "jpg", 255)] {
        let script = "const blob = await picture('image/png', 2500, 1200, arguments[0], true);
            const small = await einwurfAttach.prepare(blob, {});
            return [small.kind, small.length <= 500000, await look(small.blob, 0.1, 0)];";
        let said = workshop.run(script, &[json!(noisy)])?;
        assert_eq!((&said[0], &said[1]), (&json!(kind), &json!(true)), "{said}");
        assert_eq!(said[2]["width"], 2048);
        if noisy {
            assert_eq!(said[2]["alpha"], alpha, "{said}");
        }
    }
    Ok(())
}

#[test]
fn a11_06_a_picture_is_marked_with_an_arrow_and_the_first_one_stays() -> Result<()> {
    let workshop = Workshop::open(None)?;
    workshop.browser.run(CAMERA, &[])?;
    let script = "const file = await camera(await picture('image/jpeg', 1200, 800, false));
        const first = await einwurfAttach.prepare(file, { number: 4 });
        const arrows = [{ x1: 0.2, y1: 0.9, x2: 0.5, y2: 0.9 }];
        const marked = await einwurfAttach.mark(first, arrows);
        const spot = [await look(first.blob, 0.3, 0.9), await look(marked.blob, 0.3, 0.9)];
        einwurfAttach.release(first);
        einwurfAttach.release(marked);
        return [first.markable, marked.name, ...spot];";
    let said = workshop.run(script, &[])?;
    assert_eq!((&said[0], &said[1]), (&json!(true), &json!("bild-4.jpg")), "{said}");
    // Blue before, red in the line of the arrow.
    assert!(said[2]["blue"].as_u64() > Some(200), "{said}");
    assert!(said[3]["red"].as_u64() > Some(180) && said[3]["blue"].as_u64() < Some(80), "{said}");
    // What no browser can draw cannot be marked.
    workshop.pick(&xtask::paths::root().join("clean/corpus/accepted/gif-moving.gif"))?;
    let script = "const gif = await einwurfAttach.prepare(picked(), {});
        return await einwurfAttach.mark(gif, []).catch(String);";
    assert_eq!(workshop.text(script, &[])?, "failed");
    Ok(())
}
