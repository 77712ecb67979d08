//! The module for files in a real browser: what somebody picks, what of it leaves the tab, and what arrives.

use anyhow::{Context, Result, ensure};
use base64ct::{Base64, Encoding as _};
use einwurf_protocol::{ids::Cid, message::Attachment};
use einwurf_seal::file::FileOpener;
use einwurf_tests::{attach::Workshop, folder::Folder};
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
