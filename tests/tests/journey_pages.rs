//! Pages of every kind, from the click to a message that arrived; and what a page says of the button's look.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    browser::{DESKTOP, Look, PHONE},
    pace,
    proxy::Verdict,
    widget::{BOX, SEND, TEXT},
    world::{LAUNCHER, Stage, World},
};
use serde_json::{Value, json};
use std::{env, process::Command};

/// A button that a page has a place of its own for.
const PLACED: &str = ":host > button:only-child";

/// The example of the npm package, with what this site's snippet says.
fn example(stage: &Stage) -> Result<Vec<u8>> {
    let npm = xtask::paths::root().join("npm");
    let site = &stage.site;
    let settings = json!({ "site": site.address, "pin": site.pin.to_string(), "relay": site.relay, "name": "Firma", "label": "Schreiben",
        "register": "de-formal", "email": "post@fensterbau.example", "src": "/launcher.js" });
    let made = Command::new(xtask::paths::root().join("node_modules/.bin/esbuild"))
        .args([
            "examples/react/main.tsx",
            "--bundle",
            "--minify",
            "--define:process.env.NODE_ENV=\"development\"",
        ])
        .arg(format!("--define:settings={settings}"))
        .current_dir(npm)
        .output()?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Ok(made.stdout)
}

/// A page of `tests/pages` with its policy and its snippet.
struct Page {
    name: &'static str,
    file: &'static str,
    policy: String,
    snippet: String,
}

fn pages(stage: &Stage) -> Result<Vec<Page>> {
    let relay = stage.world.relay.origin();
    let strict = format!(
        "default-src 'none'; script-src 'nonce-Zm9v' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src {relay}; img-src data:"
    );
    let inline =
        stage.site.inline_snippet(Register::DeFormal)?.replacen("<script ", "<script nonce=\"Zm9v\" ", 1);
    let plain = |name, file| Page {
        name,
        file,
        policy: String::new(),
        snippet: stage.site.snippet_with(Register::DeFormal, "data-cookieconsent=\"ignore\""),
    };
    let types = "require-trusted-types-for 'script'; trusted-types einwurf".to_owned();
    Ok(vec![
        plain("theme", "theme"),
        plain("right-to-left", "right-to-left"),
        plain("banner", "banner"),
        Page { name: "strict-dynamic", file: "plain", policy: strict, snippet: inline },
        Page {
            name: "trusted-types",
            file: "plain",
            policy: types,
            snippet: stage.site.file_snippet(Register::DeFormal),
        },
        plain("react", "react"),
    ])
}

/// What only one of the pages is about.
fn before_the_click(stage: &Stage, page: &str) -> Result<()> {
    let button = stage.browser.find(if page == "react" { PLACED } else { LAUNCHER })?;
    let [left, top, width, height] = stage.browser.rectangle(&button)?;
    if page == "right-to-left" {
        assert!((left - 16.0).abs() < 1.0, "where lines end, and that is on the left: {left}");
    }
    if page == "banner" {
        let banner = stage.browser.rectangle(&stage.browser.find(".banner")?)?;
        assert!(top + height <= banner[1], "the button ends above the notice: {top} + {height}, {banner:?}");
        stage.browser.click_on("#accept")?;
        pace::until("the button where it always is", || {
            let [_, top, ..] = stage.browser.rectangle(&button)?;
            Ok(((top + height - f64::from(DESKTOP.1) + 16.0).abs() < 1.0).then_some(()))
        })?;
    }
    assert!(width >= 44.0 && height >= 44.0, "{page}: {width} × {height}");
    Ok(())
}

/// Pictures of a page, closed and open, on three sizes, light and dark: for people who look at them.
fn pictures(stage: &Stage, page: &str) -> Result<()> {
    if env::var_os("EINWURF_PICTURES").is_none() {
        return Ok(());
    }
    let button = if page == "react" { PLACED } else { LAUNCHER };
    for (width, height) in [(320, 568), (768, 1024), (1440, 900)] {
        stage.browser.resize((width, height))?;
        for open in [false, true] {
            if open {
                stage.browser.click_with(0, button)?;
                stage.browser.enter(&stage.browser.wait_for("dialog[open] iframe")?)?;
                stage.browser.wait_for(BOX)?;
                stage.browser.leave()?;
            }
            for dark in [false, true] {
                stage.browser.dark(dark)?;
                let look = [if open { "open" } else { "closed" }, if dark { "dark" } else { "light" }];
                stage.browser.picture(&format!("embed-{page}-{width}-{}", look.join("-")))?;
            }
        }
        stage.browser.run("Einwurf.close();", &[])?;
        stage.closed()?;
    }
    stage.browser.dark(false)?;
    stage.browser.resize(DESKTOP)?;
    stage.browser.run("location.reload();", &[])?;
    stage.browser.wait_for(button).map(drop)
}

#[test]
fn pages_of_every_kind_let_a_message_through() -> Result<()> {
    let stage = Stage::quiet("embed-pages")?;
    stage.company.put("/app.js", &[], example(&stage)?);
    for Page { name, file, policy, snippet } in pages(&stage)? {
        stage.browser.leave()?;
        stage.forget_device()?;
        let headers = [("content-security-policy", policy.as_str())];
        stage.company.put_page(file, if policy.is_empty() { &[] } else { &headers }, &snippet)?;
        stage.visit(&format!("/{file}"))?;
        let button = if name == "react" { PLACED } else { LAUNCHER };
        stage.browser.wait_for(button).with_context(|| name.to_owned())?;
        pictures(&stage, name)?;
        before_the_click(&stage, name)?;
        stage.browser.click_with(0, button)?;
        let frame = stage.browser.wait_for("dialog[open] iframe").with_context(|| name.to_owned())?;
        if name == "right-to-left" {
            let [left, ..] = stage.browser.rectangle(&frame)?;
            assert!(left < 32.0, "the window opens at the side of the button: {left}");
        }
        stage.browser.enter(&frame)?;
        if name == "trusted-types" {
            // The module for files is named by a policy, too.
            stage.agree()?;
            let photo = xtask::paths::root().join("clean/corpus/accepted/jpeg-turned-1.jpg");
            stage.browser.choose(&stage.browser.find(".picks .row .pick:last-child input")?, &photo)?;
            stage.browser.wait_for(".picked img")?;
            stage.send(name)?;
            stage.arrived()?;
        } else {
            stage.tell(name).with_context(|| name.to_owned())?;
        }
    }
    stage.browser.leave()?;
    stage.browser.wait_for("#thanks")?;
    // Unmounted and mounted again: one button, and the conversation is still there.
    let swap = "[...document.querySelectorAll('button')].find((one) => one.textContent === 'Seite wechseln').click();";
    stage.browser.run(swap, &[])?;
    stage.browser.until("!('Einwurf' in window) && !document.querySelector('einwurf-button')")?;
    stage.browser.run(swap, &[])?;
    stage.browser.until("typeof window.Einwurf?.open === 'function'")?;
    assert_eq!(stage.browser.count("einwurf-button")?, 1);
    // What React took away is no place to click.
    let connected =
        "for (let at = __shadows.length; at--;) __shadows[at].host.isConnected || __shadows.splice(at, 1);";
    stage.browser.run(connected, &[])?;
    stage.browser.click_with(0, PLACED)?;
    let frame = stage.browser.wait_for("dialog[open] iframe")?;
    stage.browser.enter(&frame)?;
    stage.says("react")?;
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["react"]);
    Ok(())
}

/// What a keyboard on the screen does: less of the page is seen, and its layout stays. No emulation shows one.
const KEYBOARD: &str = "
    const { get } = Object.getOwnPropertyDescriptor(VisualViewport.prototype, 'height');
    Object.defineProperty(VisualViewport.prototype, 'height', { get() { return get.call(this) - (window.__keyboard ?? 0); } });
    Object.defineProperty(VisualViewport.prototype, 'offsetTop', { get() { return window.__panned ?? 0; } });";

fn keyboard(stage: &Stage, height: u32, panned: u32) -> Result<Value> {
    stage.browser.leave()?;
    let shows = "[window.__keyboard, window.__panned] = arguments; visualViewport.dispatchEvent(new Event('resize'));";
    stage.browser.run(shows, &[json!(height), json!(panned)])?;
    place(stage, "dialog[open]")
}

/// Left, top, width and height.
fn place(stage: &Stage, selector: &str) -> Result<Value> {
    Ok(json!(stage.browser.rectangle(&stage.browser.wait_for(selector)?)?))
}

/// Whether a part of the frame lies in what is seen of it.
fn seen(stage: &Stage, selector: &str) -> Result<bool> {
    let [_, top, _, height] = stage.browser.rectangle(&stage.browser.find(selector)?)?;
    let tall = stage.browser.run("return innerHeight;", &[])?;
    Ok(top >= 0.0 && tall.as_f64().is_some_and(|tall| top + height.min(44.0) <= tall))
}

#[test]
fn on_a_small_phone_the_window_is_a_full_sheet_that_ends_above_the_keyboard() -> Result<()> {
    let look = Look { size: PHONE, first: KEYBOARD.to_owned(), ..Look::default() };
    let stage = Stage::start(World::quiet("embed-phone")?, &look)?;
    let page = format!(
        "<!doctype html><meta name=viewport content=width=device-width><link rel=icon href=data:,><h1>Fenster</h1>
         <einwurf-chat>Hier schreiben</einwurf-chat> <einwurf-chat></einwurf-chat>{}",
        stage.site.file_snippet(Register::DeFormal)
    );
    stage.company.put("/placed", &[], page);
    stage.visit("/placed")?;
    stage.browser.wait_for(PLACED)?;
    let words = "return [...document.querySelectorAll('einwurf-chat')].map((one) => one.innerText)
        .concat(getComputedStyle(window.__shadows.map((root) => root.querySelector('dialog + button')).find(Boolean)).visibility);";
    assert_eq!(stage.browser.run(words, &[])?, json!(["Hier schreiben", "", "hidden"]));
    stage.browser.picture("embed-placed")?;
    stage.browser.click_with(0, PLACED)?;
    let frame = stage.browser.wait_for("dialog:modal iframe")?;
    assert_eq!(place(&stage, "dialog:modal iframe")?, json!([0.0, 0.0, 320.0, 640.0]));
    stage.browser.enter(&frame)?;
    stage.agree()?;
    assert_eq!(keyboard(&stage, 290, 0)?, json!([0.0, 0.0, 320.0, 350.0]));
    stage.browser.picture("embed-keyboard")?;
    stage.browser.enter(&frame)?;
    stage.browser.until("innerHeight === 350")?;
    stage.browser.until("document.activeElement?.id === 'text'")?;
    assert!(seen(&stage, TEXT)? && seen(&stage, SEND)?, "field and button are seen");
    // Browsers that move the page to the field: the sheet goes along.
    assert_eq!(keyboard(&stage, 290, 120)?, json!([0.0, 120.0, 320.0, 350.0]));
    assert_eq!(keyboard(&stage, 0, 0)?, json!([0.0, 0.0, 320.0, 640.0]));
    stage.browser.enter(&frame)?;
    stage.send("vom Telefon")?;
    stage.arrived()?;
    stage.browser.leave()?;
    stage.browser.run("Einwurf.close();", &[])?;
    stage.closed()?;
    stage.browser.until("document.activeElement === document.querySelector('einwurf-chat')")?;
    // Without a place on the page the floating one is back.
    stage.browser.run("for (const one of document.querySelectorAll('einwurf-chat')) one.remove();", &[])?;
    // On a tablet it stands above the keyboard, too, and on a phone on its side it fills the screen.
    stage.browser.resize((768, 1024))?;
    stage.browser.click_on(LAUNCHER)?;
    stage.browser.wait_for("dialog[open]:not(:modal) iframe")?;
    let [left, top, width, height] = [768.0 - 416.0, 16.0, 400.0, 624.0 - 32.0];
    assert_eq!(
        keyboard(&stage, 400, 0)?,
        json!([left, top, width, height]),
        "with its margins in what is seen"
    );
    keyboard(&stage, 0, 0)?;
    stage.browser.resize((844, 390))?;
    assert_eq!(keyboard(&stage, 0, 0)?, json!([0.0, 0.0, 844.0, 390.0]));
    // A desktop enlarged to 400 %.
    stage.browser.run("Einwurf.close();", &[])?;
    stage.closed()?;
    stage.browser.resize((320, 225))?;
    stage.browser.click_on(LAUNCHER)?;
    assert_eq!(place(&stage, "dialog:modal")?, json!([0.0, 0.0, 320.0, 225.0]));
    stage.browser.picture("embed-enlarged")
}

/// Of the floating button: computed style, and what is hit in its middle.
fn looks(stage: &Stage) -> Result<Value> {
    let script = "const button = window.__shadows.map((root) => root.querySelector('dialog + button')).find(Boolean);
        const { left, top, width, height } = button.getBoundingClientRect(); const style = getComputedStyle(button);
        return { accent: style.backgroundColor, ink: style.color, radius: style.borderRadius, font: style.fontFamily,
          icon: getComputedStyle(button, '::before').content, left, below: innerHeight - top - height, display: style.display,
          still: style.transitionDuration + style.animationName,
          hit: document.elementFromPoint(left + width / 2, top + height / 2)?.localName ?? null };";
    stage.browser.run(script, &[])
}

fn shows(stage: &Stage, style: &str, more: &str) -> Result<Value> {
    let page = format!(
        "<!doctype html><meta name=viewport content=width=device-width><title>x</title><link rel=icon href=data:,>
         <style>{style}</style><h1>Fenster</h1>{}",
        stage.site.snippet_with(Register::DeFormal, more)
    );
    stage.company.put("/look", &[], page);
    stage.visit("/look")?;
    stage.browser.wait_for(LAUNCHER)?;
    looks(stage)
}

#[test]
fn a_page_says_how_the_button_looks_and_where_it_lies_and_nothing_else_of_it() -> Result<()> {
    let stage = Stage::quiet("embed-look")?;
    let own = shows(&stage, "", "")?;
    assert_eq!(
        [&own["accent"], &own["radius"], &own["below"]],
        [&json!("rgb(15, 92, 92)"), &json!("28px"), &json!(16)]
    );
    assert_eq!(own["still"], json!("0snone"), "nothing moves");
    // In the snippet: whatever would hide it or lead out of the rule counts for nothing.
    let hostile = "data-look=\"--einwurf-accent:#8a1c1c;--einwurf-radius:8px;--einwurf-bottom:40px;--einwurf-inset:0 auto;
        --einwurf-font:Georgia,serif;--einwurf-icon:none;display:none!important;all:unset!important;opacity:0!important;
        visibility:hidden!important;pointer-events:none!important;position:static!important;clip-path:inset(50%)!important;
        background:url(/stolen)} button{display:none!important} :host{transform:scale(0)!important\"";
    let look = shows(&stage, "", hostile)?;
    let expected = json!({ "accent": "rgb(138, 28, 28)", "ink": "rgb(255, 255, 255)", "radius": "8px", "font": "Georgia, serif",
        "icon": "none", "left": 16, "below": 56, "display": "flex", "still": "0snone", "hit": "einwurf-button" });
    assert_eq!(look, expected);
    // In the page's styles, dark or light; what it says of the element itself comes before the snippet.
    let style = ":root { --einwurf-ink: #ff0; } einwurf-button { --einwurf-radius: 3px; }
        @media (prefers-color-scheme: dark) { :root { --einwurf-ink: #0f0; } }
        button { background: red !important; border-radius: 0 !important; }";
    let look = shows(&stage, style, "data-look=\"--einwurf-radius:8px\"")?;
    assert_eq!(
        [&look["ink"], &look["radius"], &look["accent"]],
        [&json!("rgb(255, 255, 0)"), &json!("3px"), &json!("rgb(15, 92, 92)")]
    );
    stage.browser.dark(true)?;
    assert_eq!(looks(&stage)?["ink"], json!("rgb(0, 255, 0)"));
    forced(&stage)?;
    stage.browser.cdp("Emulation.setEmulatedMedia", &json!({ "media": "print" }))?;
    assert_eq!(looks(&stage)?["display"], json!("none"), "not printed");
    stage.browser.cdp("Emulation.setEmulatedMedia", &json!({ "media": "" }))?;
    Ok(())
}

/// Forced colours: button and window keep their edges and their words.
fn forced(stage: &Stage) -> Result<()> {
    let features = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    stage.browser.cdp("Emulation.setEmulatedMedia", &features)?;
    stage.click_launcher()?;
    stage.browser.wait_for("dialog[open] iframe")?;
    let script = "const differ = (style, ...names) => { const [ground, ...others] = names.map((name) => style[name]);
          return others.every((other) => other !== ground) && style.borderStyle === 'solid'; };
        return [matchMedia('(forced-colors: active)').matches,
          ...arguments[0].map((selector) => window.__shadows.map((root) => root.querySelector(selector)).find(Boolean))
            .map((one) => differ(getComputedStyle(one), 'backgroundColor', 'color', 'borderTopColor'))];";
    let kept = stage.browser.run(script, &[json!([LAUNCHER, "dialog"])])?;
    assert_eq!(kept, json!([true, true, true]));
    stage.browser.picture("embed-forced")?;
    stage.browser.run("Einwurf.close();", &[]).map(drop)
}

#[test]
fn where_the_window_cannot_open_a_link_leads_to_the_companys_door() -> Result<()> {
    let stage = Stage::quiet("embed-door")?;
    let policy = "default-src 'none'; script-src 'self'; img-src data:";
    let door = "https://firma.example/schreiben.html";
    let others = ["http://firma.example/", "javascript:alert(1)", "//firma.example/", ""];
    for address in [&[door][..], &others[..]].concat() {
        let page = stage.site.snippet_with(Register::DeFormal, &format!("data-door=\"{address}\""));
        stage.company.put_page("plain", &[("content-security-policy", policy)], &page)?;
        stage.visit("/plain")?;
        stage.click_launcher()?;
        stage.ways_show()?;
        let Some(link) = stage.browser.try_find("dialog a[target=_blank]")? else {
            assert_ne!(address, door);
            continue;
        };
        let said = stage.browser.of(&link, "return [arguments[0].href, arguments[0].innerText];")?;
        assert_eq!(said, json!([door, "Nachricht schreiben"]), "{address}");
        stage.browser.picture("embed-ways")?;
    }
    // The same for a relay that is away, where the page allows it.
    let relay = stage.world.relay.host();
    stage.proxy.rule(move |asked| if asked.host == relay { Verdict::Cut } else { Verdict::Pass });
    stage.company.put_page(
        "plain",
        &[],
        &stage.site.snippet_with(Register::DeFormal, &format!("data-door=\"{door}\"")),
    )?;
    stage.visit("/plain")?;
    stage.click_launcher()?;
    stage.ways_show()?;
    stage.browser.find(&format!("dialog a[href='{door}']")).map(drop)
}
