//! Whatever a visitor writes or sends stays content: nothing of it runs, asks a network, or looks like something else.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{ids::Cid, notice::Register};
use einwurf_tests::{
    browser::{Browser, DESKTOP, PHONE},
    desk::{DO, ITEM, words},
    files::Sealed,
    pace,
    plan::Plan,
    staff::Staff,
    world::Stage,
};
use serde_json::json;

const TEXT: &str = "<script>window.__evil = 1</script><img src=\"https://evil.example/beacon.png\" \
     onerror=\"window.__evil = 2\"> [x](javascript:window.__evil=3) https://evil.example/look \
     \u{202e}txet\u{202c} =HYPERLINK(\"https://evil.example\") \r\nBcc: victim@example.org\r\n\r\n<b>fett</b>";
const WORDS: &str = "\"><script>window.__evil = 4</script><img src=https://evil.example/alt.png>";
const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"window.__evil = 5\">\
     <script>window.__evil = 6</script><image href=\"https://evil.example/svg.png\"/></svg>";
const PAGE: &str = "<!doctype html><script>window.__evil = 7; fetch('https://evil.example/page')</script>";

fn corpus(path: &str) -> Result<Vec<u8>> {
    let file = xtask::paths::root().join("clean/corpus").join(path);
    std::fs::read(&file).with_context(|| file.display().to_string())
}

/// What lies: names, types, contents. The first is a picture under a bad name, and the only one that is shown.
fn files(cid: &Cid) -> Result<Vec<Sealed>> {
    // As any app could, under any name and type.
    let of = |content: &[u8], name: &str, media_type: &str| {
        Sealed::content(cid, content, (name, media_type, WORDS))
    };
    Ok(vec![
        of(&corpus("accepted/png-texts.png")?, "../../rechnung\u{202e}gnp.exe", "image/png")?,
        of(SVG.as_bytes(), "\"><img src=x onerror=alert(1)>.png", "image/png")?,
        of(PAGE.as_bytes(), "bild-1.jpg", "image/jpeg")?,
        of(&corpus("refused/polyglot-gif-and-page.gif")?, "bild-2.gif", "image/gif")?,
        of(&corpus("refused/polyglot-pdf-is-page.pdf")?, "bild-3.jpg", "image/jpeg")?,
        of(&corpus("refused/polyglot-jpeg-comment-is-page.jpg")?, "bild-4.jpg", "image/jpeg")?,
        of(&corpus("accepted/pdf-tagged.pdf")?, "angebot.pdf", "image/svg+xml")?,
    ])
}

/// A conversation full of it, whole at the relay; its files.
fn written(stage: &Stage, staff: &Staff) -> Result<usize> {
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open(TEXT)?;
    let address = staff.newest()?;
    let cid = staff.read(&address)?.cid;
    let files = files(&cid)?;
    visitor.write_with("Anbei.", &files)?;
    files.iter().try_for_each(|file| visitor.put_file(file))?;
    pace::until("both messages in the list", || {
        Ok(staff.list()?.iter().any(|entry| entry.events == 2).then_some(()))
    })?;
    Ok(files.len())
}

/// Nothing ran, and nobody but the relay was asked.
fn quiet(stage: &Stage) -> Result<()> {
    assert_eq!(stage.browser.run("return window.__evil ?? null;", &[])?, json!(null));
    let hosts: Vec<_> = stage.proxy.asked().into_iter().map(|asked| asked.host).collect();
    ensure!(!hosts.iter().any(|host| host.contains("evil")), "{hosts:?}");
    Ok(())
}

/// Every one that claims to be a picture is looked at; one is.
fn look(browser: &Browser, count: usize) -> Result<()> {
    let shows = browser.count(".file-show")?;
    assert_eq!(shows, u64::try_from(count)?);
    let fetching = json!(words(Register::DeFormal, "file_fetching")?);
    for place in 1..=count {
        browser.click_on(&format!(".file:nth-child({place}) .file-show"))?;
        // What comes of it moves those below, which are clicked next.
        browser.until(&format!(
            "((file) => {{ const said = file.querySelector('.file-said').textContent;
                return file.querySelector('iframe') || said && !said.startsWith({fetching}); }})
                (document.querySelector('.file:nth-child({place})'))"
        ))?;
    }
    browser.until(&format!(
        "[...document.querySelectorAll('.file-said')].filter((said) => said.textContent).length === {}
            && document.querySelectorAll('.file-frame iframe').length === 1",
        count - 1
    ))
}

#[test]
fn msg_04_hostile_content_neither_runs_nor_asks_and_looks_like_nothing_else() -> Result<()> {
    let stage = Stage::watched("hostile", Plan::default())?;
    let staff = stage.world.staff(&stage.site)?;
    let count = written(&stage, &staff)?;
    stage.log_in(&stage.inbox_link())?;
    let browser = &stage.browser;
    browser.open_newest()?;
    browser.until(&format!("document.querySelectorAll('.file-save').length === {count}"))?;
    let text = browser.run("return document.querySelector(arguments[0]).textContent;", &[json!(ITEM)])?;
    ensure!(text.as_str().is_some_and(|text| text.contains("<script>window.__evil = 1</script>")), "{text}");
    assert_eq!(browser.count(".thread script, .item img")?, 0, "text became markup");
    let links = browser.run(
        "return [...document.querySelectorAll('.thread a')].map((a) => [a.href, a.textContent, a.target, a.rel]);",
        &[],
    )?;
    let links: Vec<[String; 4]> = serde_json::from_value(links)?;
    ensure!(!links.is_empty(), "an address that stands there in full can be followed");
    for [href, text, target, rel] in links {
        if href.starts_with("mailto:") {
            assert_eq!(href, format!("mailto:{text}"));
        } else {
            ensure!(
                href.starts_with("https://evil.example") && text.contains("evil.example"),
                "{href} {text}"
            );
            assert_eq!((target.as_str(), rel.as_str()), ("_blank", "noopener noreferrer nofollow"));
        }
    }
    let names = browser.run(
        "return [...document.querySelectorAll('.file-name bdi')].map((name) => name.textContent);",
        &[],
    )?;
    let names: Vec<String> = serde_json::from_value(names)?;
    assert_eq!(names.first().map(String::as_str), Some("rechnunggnp.exe"), "{names:?}");
    ensure!(names.iter().all(|name| !name.contains(['\u{202e}', '/'])), "{names:?}");

    look(browser, count)?;
    let frame = browser.find(".file:first-child iframe")?;
    let rules = "return [arguments[0].getAttribute('sandbox'), arguments[0].srcdoc];";
    let rules: (String, String) = serde_json::from_value(browser.of(&frame, rules)?)?;
    assert_eq!(rules.0, "", "the frame may do something");
    ensure!(
        rules.1.contains("default-src 'none'; img-src data:") && !rules.1.contains("<script"),
        "{}",
        rules.1
    );
    for (size, dark) in [(PHONE, true), (DESKTOP, false)] {
        browser.resize(size)?;
        browser.dark(dark)?;
        browser.picture(&format!("inbox-hostile-{}", size.0))?;
    }
    quiet(&stage)?;
    assert_eq!(browser.violations()?, []);

    // Saved: as a file under a name of its own type, never opened here.
    browser.run("document.querySelectorAll('.file-save').forEach((button) => button.click());", &[])?;
    browser.until(&format!(
        "[...document.querySelectorAll('.file-said')].filter((said) => said.textContent.startsWith('Gespeichert')).length === {count}"
    ))?;
    quiet(&stage)?;

    // The same taken out, for people and as a mail.
    stage.task("export")?;
    browser.click_on(DO)?;
    browser.wait_for("#rights-good p")?;
    let saved = stage.files()?;
    let page = saved.iter().rfind(|text| text.starts_with("<!")).context("no page")?;
    ensure!(!page.contains("<script>window.__evil") && page.contains("data:image/png;base64,"), "{page}");
    browser.click_on("[aria-labelledby=export-own] .buttons:last-child button")?;
    browser.until("window.__files.at(-1).type === 'message/rfc822'")?;
    let saved = stage.files()?;
    let mail = saved.last().context("no mail")?;
    let (head, body) = mail.split_once("\r\n\r\n").context("no head")?;
    ensure!(!head.contains("Bcc") && !body.contains("Bcc:") && !body.contains("text/html"), "{mail}");
    assert_eq!(body.matches("Content-Disposition: attachment").count(), count);
    quiet(&stage)
}
