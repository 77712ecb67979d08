//! The harness itself: that it sees, clicks, types and notes what the journeys rely on.

use anyhow::Result;
use einwurf_tests::{
    browser::{Browser, Look},
    company::Company,
    folder::Folder,
    proxy::{Answered, Proxy, Verdict},
    smtp::{Certificates, Smtp},
};

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
fn the_mail_server_starts_with_three_ports() -> Result<()> {
    let folder = Folder::new("smtp")?;
    let smtp = Smtp::start(&Certificates::for_names(&["localhost", "127.0.0.1"])?, &folder)?;
    assert!(smtp.tls != 0 && smtp.starttls != 0 && smtp.plain != 0);
    Ok(())
}
