//! Photos and files in the widget: what a visitor picks, what leaves the tab and when, and what both sides get to see.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::path,
    codec::to_base64,
    ids::{Cid, Digest},
    message::Attachment,
    notice::Register,
};
use einwurf_seal::{
    Thread,
    file::{FileOpener, FileSealer},
};
use einwurf_tests::{
    browser::{Look, PHONE},
    files::Sealed,
    folder::Folder,
    pace,
    proxy::{Asked, Verdict},
    random,
    staff::Staff,
    talk::{enter, file, files},
    watch,
    widget::{CLOSE, DATA, SEE, SEND, TEXT, Words},
    world::{Stage, World},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The field for files; on the screen its label stands for it.
const FILES: &str = ".picks .row .pick:last-child input";
/// One that was picked.
const PICKED: &str = ".picked li";

fn corpus(name: &str) -> PathBuf {
    xtask::paths::root().join("clean/corpus").join(name)
}

/// Picks all of them at once.
fn pick(stage: &Stage, files: &[PathBuf]) -> Result<()> {
    let field = stage.browser.wait_for(FILES)?;
    let paths: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    stage.browser.choose(&field, Path::new(&paths.join("\n")))
}

/// What the list says of each.
fn list(stage: &Stage) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(arguments[0])].map((item) => item.innerText);";
    Ok(serde_json::from_value(stage.browser.run(script, &[json!(PICKED)])?)?)
}

/// Waits until so many are ready.
fn ready(stage: &Stage, count: usize) -> Result<()> {
    stage.browser.until(&format!(
        "[...document.querySelectorAll('{PICKED}')].filter((item) => item.innerText.includes('wird mitgeschickt')) \
         .length === {count}"
    ))
}

/// Lets files fall on the page, or pastes them with a text beside; whether the page took the event for itself.
fn give(stage: &Stage, event: &str, names: &[&str], text: Option<&str>) -> Result<bool> {
    let read = |name: &&str| Ok(json!([to_base64(&fs::read(corpus(name))?), name.rsplit('/').next()]));
    let files: Vec<_> = names.iter().map(read).collect::<Result<_>>()?;
    let script = "
        const [type, files, text] = arguments;
        const data = new DataTransfer();
        for (const [base64, name] of files)
          data.items.add(new File([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], name));
        if (text) data.setData('text/plain', text);
        const event = { bubbles: true, cancelable: true };
        const made = type === 'paste' ? new ClipboardEvent(type, { ...event, clipboardData: data })
          : new DragEvent(type, { ...event, dataTransfer: data });
        return !document.querySelector('#text').dispatchEvent(made);";
    let taken = stage.browser.run(script, &[json!(event), json!(files), json!(text)])?;
    taken.as_bool().context("no answer")
}

/// Two pictures fall on the page at once; one is pasted and taken out again.
fn dropped_and_pasted(stage: &Stage) -> Result<()> {
    let pictures = ["accepted/jpeg-camera.jpg", "accepted/png-texts.png"];
    ensure!(give(stage, "dragover", &pictures, None)?, "the browser would show the file instead");
    ensure!(give(stage, "drop", &pictures, None)?, "the browser shows the file instead");
    ready(stage, 2)?;
    ensure!(!give(stage, "paste", &pictures[1..], Some("Brief"))?, "an office program's picture of a text");
    ensure!(!give(stage, "drop", &[], Some("Text"))?, "a text that is dropped is text");
    ensure!(give(stage, "paste", &pictures[1..], None)?, "a pasted picture");
    ready(stage, 3)?;
    stage.browser.click_on(".picked li:last-child .remove")?;
    ready(stage, 2)
}

fn is_part(asked: &Asked) -> bool {
    asked.method == "PUT" && asked.path == path::ATTACHMENT
}

fn parts(stage: &Stage) -> Vec<String> {
    let asked = stage.proxy.asked_of(&stage.world.relay.host());
    let parts = asked.iter().filter(|asked| is_part(asked));
    parts.filter_map(|asked| asked.header("einwurf-part").map(str::to_owned)).collect()
}

/// The content of a file as a member's device opens it.
fn opened(staff: &Staff, address: &str, cid: &Cid, attachment: &Attachment) -> Result<Vec<u8>> {
    let states = staff.attachments(address)?;
    let state = states.iter().find(|state| state.id == attachment.id).context("declared")?;
    ensure!(state.missing.is_empty(), "parts are missing: {state:?}");
    let (mut opener, mut out) = (FileOpener::new(cid, attachment)?, Vec::new());
    for part in 0..u32::try_from(state.bytes.div_ceil(1_048_576))? {
        opener.update(&staff.part(address, attachment.id, part)?.ok()?.body, &mut out)?;
    }
    opener.finish()?;
    Ok(out)
}

/// Seals a file as a member's device does.
fn sealed(thread: &Thread, content: &[u8], description: &str) -> Result<Sealed> {
    let mut ciphertext = Vec::new();
    let length = u64::try_from(content.len())?;
    let mut sealer = FileSealer::begin(&thread.cid, length, &mut ciphertext, &mut random::system())?;
    sealer.update(content, &mut ciphertext)?;
    let file = sealer.finish(&mut ciphertext)?;
    let like = Sealed::around(Vec::new())?.attachment;
    let attachment = Attachment {
        id: file.id,
        key: file.key.to_vec(),
        length,
        digest: file.digest,
        description: Some(description.to_owned()),
        ..like
    };
    Ok(Sealed { attachment, ciphertext })
}

fn pictures(stage: &Stage, name: &str) -> Result<()> {
    for (at, size) in [("", (1_280, 900)), ("-320", (320, 568))] {
        stage.browser.resize(size)?;
        for dark in [false, true] {
            stage.browser.dark(dark)?;
            let shade = if dark { "-dark" } else { "" };
            stage.browser.picture(&format!("photos-{name}{at}{shade}"))?;
        }
    }
    stage.browser.dark(false)?;
    stage.browser.resize((1_280, 900))
}

#[test]
fn msg_02_a11_06_photos_arrive_clean_described_and_under_neutral_names() -> Result<()> {
    let stage = Stage::start(World::quiet("photos")?, &watch::look())?;
    let words = Words::of(Register::DeFormal)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.browser.type_into(TEXT, "So sieht es aus.")?;
    let before = stage.relay_requests();
    ensure!(
        !before.iter().any(|asked| asked.contains("attach")),
        "loaded before a file was picked: {before:?}"
    );
    dropped_and_pasted(&stage)?;
    pick(&stage, &[corpus("accepted/pdf-tagged.pdf")])?;
    ready(&stage, 3)?;
    ensure!(stage.relay_posts().is_empty(), "something left before it was sent: {:?}", stage.relay_posts());
    stage.browser.click_on(".picked li:first-child summary")?;
    stage.browser.type_into("#describe-1", "Der Rahmen steht ab.")?;
    pictures(&stage, "picked")?;
    mark(&stage, &words)?;
    stage.browser.click_on(SEND)?;
    stage.arrived()?;
    stage.says(&words.start("bar_done")?)?;

    let staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    let thread = staff.read(&address)?;
    let payload = thread.entries[0].payload.as_ref().context("a payload")?;
    let names: Vec<_> = payload.attachments.iter().map(|file| file.name.to_string()).collect();
    assert_eq!(names, ["bild-1.jpg", "bild-2.png", "datei-1.pdf"]);
    assert_eq!(payload.attachments[0].description.as_deref(), Some("Der Rahmen steht ab."));
    let folder = Folder::new("photos")?;
    for attachment in &payload.attachments {
        let content = opened(&staff, &address, &thread.cid, attachment)?;
        ensure!(
            !content.windows(6).any(|bytes| bytes.eq_ignore_ascii_case(b"canary")),
            "{}",
            &*attachment.name
        );
        fs::write(folder.path().join(&*attachment.name), content)?;
    }
    says_nothing(folder.path())?;
    received(&stage, &staff, &address, &thread)
}

/// An arrow, by the keyboard alone.
fn mark(stage: &Stage, words: &Words) -> Result<()> {
    stage.browser.click_on(".picked li:first-child details .pair button")?;
    let slider = stage.browser.wait_for(".picked input[type=range]")?;
    stage.browser.of(&slider, "arguments[0].focus();")?;
    stage.browser.press("\u{e014}")?;
    let at = stage.browser.of(&slider, "return arguments[0].value;")?;
    assert_eq!(at, json!("51"), "an arrow key moves it");
    stage.browser.picture("photos-arrow")?;
    stage.browser.click_on(".picked .pair button.main")?;
    stage.says(&words.start("file_unmark")?)?;
    ready(stage, 3)
}

/// exiftool finds nothing about device, place or person.
fn says_nothing(folder: &Path) -> Result<()> {
    let output = Command::new("exiftool").args(["-json", "-a", "-G1", "-s"]).arg(folder).output()?;
    let files: Vec<serde_json::Map<String, Value>> = serde_json::from_slice(&output.stdout)?;
    ensure!(files.len() == 3, "every file is looked at");
    for tags in files {
        for tag in tags.keys() {
            let telling =
                ["GPS", "XMP", "IPTC", "Photoshop", "MakerNotes", "IFD1", "PDF:Author", "PDF:Producer"];
            ensure!(!telling.iter().any(|start| tag.starts_with(start)), "{tag} in {tags:?}");
        }
    }
    Ok(())
}

/// A member sends a picture and something that is not what it was sealed as (MSG-06).
fn received(stage: &Stage, staff: &Staff, address: &str, thread: &Thread) -> Result<()> {
    let content = fs::read(corpus("accepted/jpeg-turned-1.jpg"))?;
    let good = sealed(thread, &content, "Das Fenster nach der Reparatur")?;
    let mut forged = sealed(thread, &content, "Noch eins")?;
    forged.attachment.digest = Digest([7; 32]);
    staff.answer_with(address, "So sieht es jetzt aus.", &[good.clone(), forged.clone()])?;
    staff.put_file(address, &good)?;
    staff.put_file(address, &forged)?;
    stage.says("So sieht es jetzt aus.")?;
    let button = |at: u32| format!(".theirs .attached li:nth-child({at}) button");
    let gets = || stage.relay_requests().iter().filter(|asked| *asked == "GET /v1/attachment").count();
    stage.browser.wait_for(&button(1))?;
    assert_eq!(gets(), 0, "nothing is fetched before somebody asks for it");
    stage.browser.click_on(&button(1))?;
    let picture = ".theirs .attached li:nth-child(1) img[src^='blob:']";
    stage.browser.until(&format!("document.querySelector(\"{picture}\")?.naturalWidth > 0"))?;
    let alt = stage.browser.of(&stage.browser.find(picture)?, "return arguments[0].alt;")?;
    assert_eq!(alt, json!("Das Fenster nach der Reparatur"));
    // The focus follows in a task of its own.
    stage.browser.focuses(".theirs .attached li:nth-child(1) a[download]")?;
    stage.browser.click_on(&button(2))?;
    stage.says("ist nicht mehr so, wie sie versiegelt wurde")?;
    ensure!(stage.browser.count(".theirs .attached li:nth-child(2) img")? == 0, "a forged picture is shown");
    assert_eq!(stage.browser.violations()?, []);
    pictures(stage, "received")?;
    // RGT-05: my data names every file, and each can be taken along.
    stage.browser.click_on(DATA)?;
    let papers = files(&stage.browser)?;
    let page = file(&papers, ".html")?;
    for words in ["bild-2.png (image/png", "datei-1.pdf (application/pdf", "Das Fenster nach der Reparatur"] {
        ensure!(page.contains(words), "no {words} in my data");
    }
    let key = einwurf_protocol::codec::to_base64url(&good.attachment.key);
    ensure!(papers.values().all(|text| !text.contains(&key)), "what opens a file stands in my data");
    stage.browser.click_on(".fact .attached li:nth-child(3) button")?;
    stage.browser.wait_for(".fact .attached a[download='datei-1.pdf']").map(drop)
}

#[test]
fn msg_03_msg_04_what_cannot_go_says_why_and_asks_for_nothing() -> Result<()> {
    let stage = Stage::start(World::quiet("photos-refused")?, &Look { size: PHONE, ..Look::default() })?;
    let words = Words::of(Register::DeFormal)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.browser.type_into(TEXT, "Anbei")?;
    stage.provided()?;
    // The part for PDF comes with the first of them: what counts is what happens afterwards.
    pick(&stage, &[corpus("accepted/pdf-tagged.pdf")])?;
    ready(&stage, 1)?;
    stage.browser.click_on(".picked .remove")?;
    let before = stage.relay_requests().len();
    let refused = [
        ("refused/broken-cut-off-jpeg-camera.jpg", "file_broken"),
        ("refused/empty-nothing.jpg", "file_empty"),
        ("refused/polyglot-jpeg-and-archive.jpg", "file_polyglot"),
        ("refused/unknown-drawing.svg", "file_unknown"),
        ("refused/protected-password.pdf", "file_protected"),
        ("refused/office-letter.docx", "file_office"),
    ];
    pick(&stage, &refused.map(|(name, _)| corpus(name)))?;
    stage
        .browser
        .until(&format!("document.querySelectorAll('{PICKED} .fault').length === {}", refused.len()))?;
    for ((name, key), said) in refused.iter().zip(list(&stage)?) {
        let sentence = words.start(key)?;
        ensure!(said.contains(&sentence), "{name}: {said}");
    }
    stage.browser.click_on(SEND)?;
    stage.says(&words.start("files_refused")?)?;
    stage.browser.focuses("#files-fault")?;
    assert_eq!(stage.relay_requests().len(), before, "{:?}", stage.relay_requests());
    assert_eq!(stage.draft()?, "Anbei");
    assert_eq!(stage.browser.violations()?, []);
    stage.browser.picture("photos-refused")?;
    for _ in 1..refused.len() {
        stage.browser.click_on(".picked li:first-child .remove")?;
    }
    // The office file goes as it is once somebody says so.
    stage.browser.click_on(".picked li button.quiet")?;
    ready(&stage, 1)?;
    stage.browser.click_on(SEND)?;
    stage.says(&words.start("bar_done")?)?;
    let staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    let thread = staff.read(&address)?;
    let attachment = &thread.entries[0].payload.as_ref().context("a payload")?.attachments[0];
    let content = opened(&staff, &address, &thread.cid, attachment)?;
    assert!(content == fs::read(corpus("refused/office-letter.docx"))?, "as it is");
    assert_eq!(&*attachment.name, "datei-1.docx");
    Ok(())
}

#[test]
fn an_upload_outlives_a_relay_that_dies_and_a_stop_and_what_a_reload_lost_says_so() -> Result<()> {
    let mut stage = Stage::quiet("photos-upload")?;
    let words = Words::of(Register::DeFormal)?;
    let folder = Folder::new("photos-upload")?;
    let long = folder.path().join("long.txt");
    fs::write(&long, "Eine Zeile aus einem langen Brief.\n".repeat(90_000))?;
    let part_two = |asked: &Asked| is_part(asked) && asked.header("einwurf-part") == Some("2");
    stage.proxy.rule(move |asked| if part_two(asked) { Verdict::Cut } else { Verdict::Pass });
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    pick(&stage, std::slice::from_ref(&long))?;
    ready(&stage, 1)?;
    stage.browser.click_on(SEND)?;
    // The text is there, though a part of the file does not get through.
    stage.arrived()?;
    stage.says("Ihr Text ist angekommen. Datei 1 von 1")?;
    pace::until("a part that is cut", || Ok(stage.proxy.asked().iter().any(part_two).then_some(())))?;
    stage.browser.leave()?;
    // Leaving would lose it. The keeper is told of it after all that it was told before.
    stage.browser.until("!dispatchEvent(new Event('beforeunload', { cancelable: true }))")?;
    enter(&stage.browser)?;
    pictures(&stage, "sending")?;
    stage.world.relay.kill()?;
    stage.proxy.clear_rules();
    stage.world.relay.restart()?;
    stage.says(&words.start("bar_done")?)?;
    let sent = parts(&stage);
    assert_eq!(
        sent.iter().filter(|part| *part == "0").count(),
        1,
        "what is stored is not sent again: {sent:?}"
    );
    let staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    let thread = staff.read(&address)?;
    let payload = thread.entries[0].payload.as_ref().context("a payload")?;
    assert_eq!(payload.message.text(), "1 Datei");
    let content = opened(&staff, &address, &thread.cid, &payload.attachments[0])?;
    assert_eq!(content.len() as u64, payload.attachments[0].length);

    // Stopped, and sent again.
    stage.proxy.rule(move |asked| if is_part(asked) { Verdict::Cut } else { Verdict::Pass });
    stage.browser.click_on(SEE)?;
    pick(&stage, &[corpus("accepted/jpeg-camera.jpg")])?;
    ready(&stage, 1)?;
    stage.browser.click_on(SEND)?;
    stage.says("Foto 1 von 1")?;
    stage.browser.click_on(".bar .pair button:nth-of-type(1)")?;
    stage.says(&words.start("bar_failed")?)?;
    stage.browser.picture("photos-failed")?;
    stage.proxy.clear_rules();
    stage.browser.click_on(".bar .pair button:nth-of-type(2)")?;
    stage.says(&words.start("bar_done")?)?;

    // The tab is loaded again before the last file is there: both sides are told.
    stage.proxy.rule(move |asked| if is_part(asked) { Verdict::Cut } else { Verdict::Pass });
    pick(&stage, &[corpus("accepted/jpeg-camera.jpg")])?;
    ready(&stage, 1)?;
    stage.browser.click_on(SEND)?;
    stage.says("Foto 1 von 1")?;
    stage.browser.click_on(CLOSE)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.says("bild-1.jpg ist noch nicht ganz angekommen.")?;
    stage.says(&words.start("attached_again")?)?;
    stage.browser.picture("photos-lost")?;
    let missing = staff.attachments(&address)?.iter().filter(|state| !state.missing.is_empty()).count();
    assert_eq!(missing, 1);
    Ok(())
}
