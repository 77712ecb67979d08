//! The harness itself: that it sees, clicks, types and notes what the journeys rely on.

use anyhow::{Context, Result, ensure};
use einwurf_tests::{
    browser::{Browser, Engine, Look},
    company::Company,
    folder::Folder,
    proxy::{Answered, Proxy, Verdict},
    smtp::{Certificates, Smtp},
};
use std::sync::{Mutex, mpsc};

const PAGE: &str = r#"<!doctype html><html lang="de"><title>Probe</title><div id="host"></div><script>
const root = document.querySelector('#host').attachShadow({ mode: 'closed' });
const button = document.createElement('button');
button.textContent = 'Auf';
button.onclick = () => {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts allow-forms');
  frame.style = 'position:fixed;right:20px;bottom:20px;width:300px;height:400px';
  frame.srcdoc = `<!doctype html><html lang="de"><title>Rahmen</title><body><div style="height:600px"></div>
    <label>Text <input id="text"></label><button id="send">Los</button><output></output>
    <script>document.querySelector('#send').onclick = (event) => {
      document.querySelector('output').textContent = event.isTrusted + ' ' + document.querySelector('#text').value;
      fetch('/posted', { method: 'POST', body: document.querySelector('#text').value, mode: 'no-cors' }).catch(() => {});
    };<\/script>`;
  root.append(frame);
};
root.append(button);
</script></html>"#;

#[test]
fn enters_closed_shadow_roots_and_sandboxed_frames_with_real_input() -> Result<()> {
    let company = Company::start()?;
    company.put("/probe", &[], PAGE);
    let proxy = Proxy::start()?;
    proxy.name("firma.example", &company.host());
    let browser = Browser::start(Some(&proxy), &Look::default())?;
    browser.go("http://firma.example/probe")?;
    browser.click_on("button")?;
    let frame = browser.wait_for("iframe")?;
    browser.enter(&frame)?;
    browser.type_into("#text", "Grüße")?;
    browser.click_on("#send")?;
    browser.until("document.querySelector('output').textContent === 'true Grüße'")?;
    assert_eq!(browser.violations()?, []);
    browser.leave()?;
    proxy.wait_for("what was posted", |asked, _| asked.path == "/posted")?;
    let paths: Vec<_> = proxy.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/probe", "/posted"]);
    Ok(())
}

#[test]
fn the_proxy_notes_changes_and_cuts() -> Result<()> {
    let company = Company::start()?;
    company.put("/a", &[("access-control-allow-origin", "*")], "eins");
    let proxy = Proxy::start()?;
    let browser = Browser::start(Some(&proxy), &Look::default())?;
    let page = format!("{}/a", company.origin());
    browser.go(&page)?;
    proxy.rule(|asked| match asked.path.as_str() {
        "/cut" => Verdict::Cut,
        "/a" => Verdict::Change(Box::new(|answered| Answered { body: b"zwei".to_vec(), ..answered })),
        _ => Verdict::Pass,
    });
    let fetch = "return await fetch(arguments[0]).then((answer) => answer.text(), () => 'cut');";
    assert_eq!(browser.run_async(fetch, &["/a".into()])?, "zwei");
    assert_eq!(browser.run_async(fetch, &["/cut".into()])?, "cut");
    proxy.clear_rules();
    assert_eq!(browser.run_async(fetch, &["/a".into()])?, "eins");
    let (asked, answered) = proxy.wait_for("the page", |asked, _| asked.path == "/a")?;
    assert_eq!((asked.method.as_str(), answered.status), ("GET", 200));
    Ok(())
}

#[test]
fn an_answer_that_comes_late_is_of_its_own_request_whatever_was_forgotten_meanwhile() -> Result<()> {
    let company = Company::start()?;
    for path in ["/page", "/slow", "/fast"] {
        company.put(path, &[], path);
    }
    let proxy = Proxy::start()?;
    let browser = Browser::start(Some(&proxy), &Look::default())?;
    browser.go(&format!("{}/page", company.origin()))?;
    proxy.forget();
    let (let_go, held) = mpsc::channel::<()>();
    let held = Mutex::new(Some(held));
    proxy.rule(move |asked| {
        let held = held.lock().ok().and_then(|mut held| held.take().filter(|_| asked.path == "/slow"));
        held.map_or(Verdict::Pass, |held| {
            Verdict::Change(Box::new(move |answered| {
                // The test is over, or lets it go.
                held.recv().unwrap_or_default();
                answered
            }))
        })
    });
    browser.run("window.slow = fetch('/slow').then((answer) => answer.text());", &[])?;
    einwurf_tests::pace::until("the slow one", || Ok((proxy.asked().len() == 1).then_some(())))?;
    proxy.forget();
    let fast = "return await fetch('/fast').then((answer) => answer.text());";
    assert_eq!(browser.run_async(fast, &[])?, "/fast");
    let_go.send(())?;
    assert_eq!(browser.run_async("return await slow;", &[])?, "/slow");
    let known = proxy.exchanges();
    let [(asked, answered)] = known.as_slice() else { anyhow::bail!("{known:?}") };
    let answered = answered.as_ref().context("no answer")?;
    assert_eq!((asked.path.as_bytes(), answered.body.as_slice()), (&b"/fast"[..], &b"/fast"[..]));
    Ok(())
}

/// Loads itself again and again, and says each time that it is there.
const AGAIN: &str = "<!doctype html><title>noch nicht</title><link rel=icon href=data:,><h1></h1><script>
const turn = Number(sessionStorage.turn ?? 0);
sessionStorage.turn = turn + 1;
console.error(`turn ${turn}`);
if (turn < 3) setTimeout(() => location.reload(), 150); else document.title = 'da';
</script>";

#[test]
fn waiting_outlives_a_page_that_is_loaded_again_in_every_engine() -> Result<()> {
    let company = Company::start()?;
    company.put("/again", &[], AGAIN);
    for engine in Engine::ALL {
        let browser = Browser::start(None, &Look { engine: Some(engine), ..Look::default() })?;
        browser.go(&format!("{}/again", company.origin()))?;
        browser.until("document.title === 'da'").context(engine.name())?;
        // `WebKit`'s driver does not tell what a page writes.
        if engine != Engine::WebKit {
            einwurf_tests::pace::until("the console", || {
                Ok(browser.console()?.iter().any(|line| line.contains("turn 3")).then_some(()))
            })
            .context(engine.name())?;
        }
        // What is drawn anew between two commands is asked as it is then.
        let title = browser.find("h1")?;
        browser.run("document.querySelector('h1').outerHTML = '<h1>neu</h1>';", &[])?;
        ensure!(browser.text(&title)? == "neu", "{}", engine.name());
    }
    Ok(())
}

#[test]
fn the_mail_server_starts_with_three_ports() -> Result<()> {
    let folder = Folder::new("smtp")?;
    let smtp = Smtp::start(&Certificates::for_names(&["localhost", "127.0.0.1"])?, &folder)?;
    assert!(smtp.tls != 0 && smtp.starttls != 0 && smtp.plain != 0);
    Ok(())
}
