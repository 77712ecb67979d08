//! How each engine is started, by its own driver.

use super::{Engine, Look, wire::Launch};
use crate::{folder::Folder, proxy::Proxy};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// The toolbar of the window gives way, so that the window gets as narrow as a phone.
const NARROW: &str = "button, entry, toolbar, toolbutton, toolitem { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; }";

/// Where a browser saves what somebody saves.
pub(super) fn saved(profile: &Folder) -> PathBuf {
    profile.path().join("saved")
}

/// A driver to start and the session to ask it for.
pub(super) struct Start {
    pub(super) launch: Launch,
    pub(super) capabilities: Value,
    /// Where the window is drawn, if it needs a place.
    pub(super) screen: Option<Screen>,
}

/// What it takes to start `engine` with an empty profile; with `bare`, Chromium without what is around the page.
pub(super) fn of(
    engine: Engine,
    bare: bool,
    proxy: Option<&Proxy>,
    look: &Look,
    profile: &Folder,
) -> Result<Start> {
    let (launch, screen, own) = match engine {
        Engine::Chromium => (chromedriver(), None, chromium(bare, proxy, look, profile)),
        Engine::Firefox => (geckodriver(), None, firefox(proxy, look, profile)),
        Engine::WebKit => {
            ensure!(look.first.is_empty(), "WebKit has no place for a script before the page's");
            let screen = Screen::start()?;
            (webkitdriver(look, profile, &screen)?, Some(screen), webkit(proxy))
        }
    };
    let mut capabilities = json!({
        "pageLoadStrategy": "normal",
        "unhandledPromptBehavior": "ignore",
        "timeouts": { "script": 60_000, "pageLoad": 60_000, "implicit": 0 },
    });
    if let (Some(all), Value::Object(own)) = (capabilities.as_object_mut(), own) {
        all.extend(own);
    }
    Ok(Start { launch, capabilities, screen })
}

fn chromedriver() -> Launch {
    Launch::telling(
        program("EINWURF_CHROMEDRIVER", "chromedriver"),
        &["--port=0", "--log-level=SEVERE"],
        "started successfully on port ",
    )
}

fn chromium(bare: bool, proxy: Option<&Proxy>, look: &Look, profile: &Folder) -> Value {
    let mut arguments: Vec<String> = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
    ]
    .map(str::to_owned)
    .into();
    arguments.push(format!("--user-data-dir={}", profile.path().display()));
    arguments.push(format!("--window-size={},{}", look.size.0, look.size.1));
    arguments.push(format!("--lang={}", look.language));
    if bare {
        arguments.push(format!("--accept-lang={}", look.language));
    }
    if let Some(proxy) = proxy {
        arguments.push(format!("--proxy-server={}", proxy.address()));
        arguments.push("--proxy-bypass-list=<-loopback>".to_owned());
    }
    arguments.extend(look.flags.iter().cloned());
    let (name, binary) = if bare {
        ("chrome-headless-shell", program("EINWURF_HEADLESS", "chromium-headless-shell"))
    } else {
        ("chrome", program("EINWURF_CHROMIUM", "chromium"))
    };
    json!({
        "browserName": name,
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "binary": binary,
            "args": arguments,
            "prefs": {
                "intl.accept_languages": look.language,
                "download.default_directory": saved(profile),
                "download.prompt_for_download": false,
            },
        },
    })
}

fn geckodriver() -> Launch {
    Launch::telling(
        program("EINWURF_GECKODRIVER", "geckodriver"),
        &["--port=0", "--websocket-port=0", "--log=info"],
        "Listening on 127.0.0.1:",
    )
}

fn firefox(proxy: Option<&Proxy>, look: &Look, profile: &Folder) -> Value {
    let mut preferences = json!({
        "intl.accept_languages": look.language,
        "layout.css.prefers-color-scheme.content-override": u8::from(!look.dark),
        "browser.download.folderList": 2,
        "browser.download.dir": saved(profile),
        // It would ask the network who it is, and where.
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
    });
    if let (Some(proxy), Some(all)) = (proxy, preferences.as_object_mut()) {
        let (host, port) = (proxy.address().ip().to_string(), proxy.address().port());
        for (name, value) in [
            ("network.proxy.type", json!(1)),
            ("network.proxy.http", json!(host)),
            ("network.proxy.http_port", json!(port)),
            ("network.proxy.ssl", json!(host)),
            ("network.proxy.ssl_port", json!(port)),
            ("network.proxy.no_proxies_on", json!("")),
            // What is on this machine goes through it as well.
            ("network.proxy.allow_hijacking_localhost", json!(true)),
        ] {
            all.insert(name.to_owned(), value);
        }
    }
    json!({
        "browserName": "firefox",
        "webSocketUrl": true,
        "moz:firefoxOptions": {
            "binary": program("EINWURF_FIREFOX", "firefox-esr"),
            "args": ["-headless", "-profile", profile.path()],
            "prefs": preferences,
        },
    })
}

fn webkitdriver(look: &Look, profile: &Folder, screen: &Screen) -> Result<Launch> {
    let settings = profile.path().join("gtk-3.0");
    fs::create_dir_all(&settings)?;
    fs::write(settings.join("gtk.css"), NARROW)?;
    let folder = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", saved(profile).display());
    fs::write(profile.path().join("user-dirs.dirs"), folder)?;
    fs::create_dir_all(saved(profile))?;
    let home = profile.path().display().to_string();
    let theme = if look.dark { "Adwaita:dark" } else { "Adwaita" };
    let mut launch = Launch::silent(program("EINWURF_WEBKITDRIVER", "WebKitWebDriver"));
    for (name, value) in [
        ("DISPLAY", screen.display.as_str()),
        ("GDK_BACKEND", "x11"),
        ("GTK_THEME", theme),
        ("LANGUAGE", &look.language.replace('-', "_")),
        ("XDG_CONFIG_HOME", &home),
        ("XDG_DATA_HOME", &home),
        ("XDG_CACHE_HOME", &home),
        // As root no sandbox around its processes; without a graphics card pictures by the processor.
        ("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1"),
        ("LIBGL_ALWAYS_SOFTWARE", "1"),
        // Neither settings nor a bus of this machine's user.
        ("GSETTINGS_BACKEND", "memory"),
        ("NO_AT_BRIDGE", "1"),
    ] {
        launch.environment.push((name.to_owned(), value.to_owned()));
    }
    Ok(launch)
}

fn webkit(proxy: Option<&Proxy>) -> Value {
    let mut own = json!({ "browserName": "MiniBrowser" });
    if let (Some(proxy), Some(all)) = (proxy, own.as_object_mut()) {
        let address = proxy.address().to_string();
        let proxy = json!({ "proxyType": "manual", "httpProxy": address, "sslProxy": address });
        all.insert("proxy".to_owned(), proxy);
    }
    own
}

/// A screen that nobody sees; dropping it ends it.
#[derive(Debug)]
pub(super) struct Screen {
    child: Child,
    display: String,
}

impl Screen {
    /// Starts one under a number that nobody else has.
    fn start() -> Result<Self> {
        let program = program("EINWURF_XVFB", "Xvfb");
        // Larger than a desktop's viewport by what the window draws around it.
        let arguments = ["-displayfd", "1", "-screen", "0", "1400x1100x24", "-nolisten", "tcp"];
        let mut child = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut number = String::new();
        BufReader::new(child.stdout.take().context("its output is piped")?).read_line(&mut number)?;
        ensure!(!number.trim().is_empty(), "Xvfb ended: {}", child.wait()?);
        Ok(Self { child, display: format!(":{}", number.trim()) })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What `cargo xtask test` names, else what lies in `PATH` or was installed by it.
fn program(variable: &str, name: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = || env::split_paths(&path).chain([xtask::paths::tools().join("bin")]);
    let found = || folders().map(|folder| folder.join(name)).find(|file| file.is_file());
    env::var_os(variable).map(PathBuf::from).or_else(found).unwrap_or_else(|| PathBuf::from(name))
}
