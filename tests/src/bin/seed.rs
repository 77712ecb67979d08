//! The demo's content for `cargo xtask dev`: a site with an account, and the company's pages with their snippet.
//!
//! Reads `EINWURF_RELAY`, `EINWURF_COMPANY` (the origin of the company's pages), `EINWURF_OPERATOR_TOKEN` and
//! `EINWURF_DATA`; writes `$EINWURF_DATA/demo/*.html`, the company's door among them, and prints one
//! `what<tab>address` a line. A later run finds the site that an earlier one made, unless the release has changed: its
//! manifest names the hashes of the files that may run.

use anyhow::{Context, Result};
use einwurf_protocol::{manifest::Code, notice::Register};
use einwurf_tests::{
    colleague, demo,
    http::Http,
    plan::Plan,
    seed::{self, Site},
};
use serde::{Deserialize, Serialize};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Where pages want the snippet.
const MARK: &str = "<!-- snippet -->";
const REGISTERS: [(&str, Register); 3] =
    [("de-formal", Register::DeFormal), ("de-informal", Register::DeInformal), ("en", Register::En)];

/// What later runs need to know of the site.
#[derive(Serialize, Deserialize)]
struct Seeded {
    release: Code,
    relay: String,
    address: String,
    pin: String,
    account: String,
    password: String,
    /// Snippets by register.
    snippets: Vec<String>,
}

fn main() -> Result<()> {
    let variable = |name: &str| env::var(name).with_context(|| format!("{name} is not set"));
    let (relay, token) = (variable("EINWURF_RELAY")?, variable("EINWURF_OPERATOR_TOKEN")?);
    let data = PathBuf::from(variable("EINWURF_DATA")?);
    let file = data.join("demo-site.json");
    let seeded = match known(&file, &relay)? {
        Some(seeded) => seeded,
        None => make(&file, &relay, &token)?,
    };
    pages(&data.join("demo"), &seeded)?;
    fs::write(data.join("demo/door.html"), door(&seeded)?)?;
    let company = variable("EINWURF_COMPANY")?;
    let mut out = std::io::stdout();
    writeln!(out, "Inbox\t{}/inbox#site={}", seeded.relay, seeded.address)?;
    writeln!(out, "Company's door\t{company}/door.html")?;
    writeln!(out, "  inbox through it\t{company}/door.html#inbox")?;
    writeln!(out, "  account\t{}", seeded.account)?;
    writeln!(out, "  password\t{}", seeded.password)?;
    writeln!(out, "  Anna's account\t{}", colleague::ANNA)?;
    writeln!(out, "  Anna's password\t{}", colleague::PASSWORD)?;
    Ok(())
}

/// The page that pins the demo site, as its staff would upload it.
fn door(seeded: &Seeded) -> Result<String> {
    xtask::door::fill(&xtask::door::Door {
        site: &seeded.address,
        pins: &seeded.pin,
        relays: &seeded.relay,
        name: seed::COMPANY,
        phone: seed::PHONE,
        email: seed::EMAIL,
        register: Register::DeFormal.as_str(),
        label: Register::DeFormal.label(),
    })
}

/// The site of an earlier run, if it is of this release and this relay.
fn known(file: &Path, relay: &str) -> Result<Option<Seeded>> {
    let Ok(text) = fs::read(file) else { return Ok(None) };
    let release = seed::release()?;
    let seeded = serde_json::from_slice::<Seeded>(&text).ok();
    Ok(seeded.filter(|seeded| seeded.release == release && seeded.relay == relay))
}

fn make(file: &Path, relay: &str, token: &str) -> Result<Seeded> {
    let http = Http::new(relay);
    let site = seed::site(&http, token, Plan::default())?;
    demo::fill(&http, &site)?;
    let snippets = REGISTERS.iter().map(|(_, register)| snippet(&site, *register)).collect::<Result<_>>()?;
    let seeded = Seeded {
        release: seed::release()?,
        relay: relay.to_owned(),
        address: site.address.clone(),
        pin: site.pin.to_string(),
        account: site.plan.account.clone(),
        password: site.plan.password.clone(),
        snippets,
    };
    fs::write(file, serde_json::to_vec(&seeded)?)?;
    Ok(seeded)
}

fn snippet(site: &Site, register: Register) -> Result<String> {
    site.inline_snippet(register)
}

/// The demo's pages with the snippet in its place; a page in English or in Du names its register in `data-register` of
/// its `html` element.
fn pages(folder: &Path, seeded: &Seeded) -> Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(xtask::paths::demo()).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let named = |name: &str| text.contains(&format!("data-register=\"{name}\""));
        let index = REGISTERS.iter().position(|(name, _)| named(name)).unwrap_or_default();
        let snippet = seeded.snippets.get(index).context("one snippet for each register")?;
        fs::write(folder.join(entry.file_name()), text.replace(MARK, snippet))?;
    }
    Ok(())
}
