//! Everything that a journey needs, started together and stopped together.

use crate::{
    browser::{Browser, Look},
    company::Company,
    folder::Folder,
    http::Http,
    plan::Plan,
    proxy::Proxy,
    relay::{MailWay, Options, Relay},
    seed::{self, Site},
    smtp::{Certificates, Smtp},
    staff::Staff,
    visitor::{Address, Visitor},
};
use anyhow::{Context, Result};
use einwurf_protocol::notice::Register;

/// A relay, and a mail server if it has one.
#[derive(Debug)]
pub struct World {
    /// The relay.
    pub relay: Relay,
    /// The mail server.
    pub smtp: Option<Smtp>,
    /// The private CA of the mail server.
    pub certificates: Option<Certificates>,
    // Last, so that it is removed after what writes into it has ended.
    folder: Folder,
}

impl World {
    /// A relay without mail.
    pub fn quiet(name: &str) -> Result<Self> {
        Self::start(name, &Options::default())
    }

    /// A relay that sends mail over implicit TLS.
    pub fn with_mail(name: &str) -> Result<Self> {
        Self::start(name, &Options { mail: MailWay::Tls, ..Options::default() })
    }

    /// A relay, and a mail server unless mail is off.
    pub fn start(name: &str, options: &Options) -> Result<Self> {
        Self::start_named(name, options, &["localhost", "127.0.0.1"])
    }

    /// The same, the mail server's certificate being for these names.
    pub fn start_named(name: &str, options: &Options, names: &[&str]) -> Result<Self> {
        let folder = Folder::new(name)?;
        if options.mail == MailWay::Off {
            let relay = Relay::start(&folder, options, None)?;
            return Ok(Self { relay, smtp: None, certificates: None, folder });
        }
        let certificates = Certificates::for_names(names)?;
        let smtp = Smtp::start(&certificates, &folder)?;
        let relay = Relay::start(&folder, options, Some((&smtp, &certificates)))?;
        Ok(Self { relay, smtp: Some(smtp), certificates: Some(certificates), folder })
    }

    /// Time passes, for this test and its relay, which starts again with it.
    pub fn advance(&mut self, seconds: u64) -> Result<()> {
        self.relay.restart_ahead(crate::clock::advance(seconds))
    }

    /// The mail server.
    pub fn smtp(&mut self) -> Result<&mut Smtp> {
        self.smtp.as_mut().context("this world has no mail")
    }

    /// A client of the relay.
    pub fn http(&self) -> Http {
        self.relay.http()
    }

    /// A site of the usual plan.
    pub fn site(&self) -> Result<Site> {
        self.site_of(Plan::default())
    }

    /// A site.
    pub fn site_of(&self, plan: Plan) -> Result<Site> {
        seed::site(&self.http(), self.relay.operator_token(), plan)
    }

    /// A visitor of `site` who has agreed.
    pub fn visitor(&self, site: &Site) -> Result<Visitor> {
        Visitor::agree(&self.http(), &Address::from(site), Register::DeFormal)
    }

    /// The site's admin, logged in.
    pub fn staff(&self, site: &Site) -> Result<Staff> {
        Staff::login(&self.http(), site)
    }

    /// Folder of this run.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }
}

/// A world with a site, a company page and a browser whose traffic is recorded.
pub struct Stage {
    /// The browser. First, so that it ends before what it talks to.
    pub browser: Browser,
    /// Between the browser and everything else.
    pub proxy: Proxy,
    /// The company's web server.
    pub company: Company,
    /// The site.
    pub site: Site,
    /// Relay and mail server.
    pub world: World,
}

impl Stage {
    /// Without mail, on a desktop, in light mode.
    pub fn quiet(name: &str) -> Result<Self> {
        Self::start(World::quiet(name)?, &Look::default())
    }

    /// With a site of the usual plan; the page is at `/plain` with the launcher as a file.
    pub fn start(world: World, look: &Look) -> Result<Self> {
        Self::of(world, Plan::default(), look)
    }

    /// The same with a site of another plan.
    pub fn of(world: World, plan: Plan, look: &Look) -> Result<Self> {
        let site = world.site_of(plan)?;
        let company = Company::start()?;
        let proxy = Proxy::start()?;
        proxy.name("firma.example", &company.host());
        let browser = Browser::start(Some(&proxy), look)?;
        company.suit(browser.engine())?;
        let stage = Self { browser, proxy, company, site, world };
        stage.page(Register::DeFormal)?;
        Ok(stage)
    }

    /// Goes on with another site on the same relay, in the same browser.
    pub fn found(&mut self, plan: Plan) -> Result<()> {
        self.site = self.world.site_of(plan)?;
        self.page(Register::DeFormal)
    }

    /// Puts the page with the snippet of `register` at `/plain`.
    pub fn page(&self, register: Register) -> Result<()> {
        self.company.put_page("plain", &[], &self.site.file_snippet(register))
    }

    /// Opens a page of the company by its path.
    pub fn visit(&self, path: &str) -> Result<()> {
        self.browser.go(&format!("{}{path}", self.company.origin()))
    }

    /// Clicks the launcher's button.
    pub fn click_launcher(&self) -> Result<()> {
        self.browser.leave()?;
        self.browser.click_on(LAUNCHER)
    }

    /// Clicks the launcher's button and enters the widget's frame once its consent screen is there.
    pub fn open_widget(&self) -> Result<()> {
        self.click_launcher()?;
        self.browser.wait_for(FRAME)?;
        let frame = self.browser.wait_for("dialog[open] iframe")?;
        self.browser.enter(&frame)
    }

    /// Waits until the ordinary contact ways show, with phone and e-mail of the snippet.
    pub fn ways_show(&self) -> Result<()> {
        self.browser.leave()?;
        self.browser.wait_for("dialog[open] p[role=alert]")?;
        self.browser.wait_for(&format!("dialog[open] a[href='mailto:{}']", seed::EMAIL))?;
        self.browser.wait_for("dialog[open] a[href^='tel:']")?;
        self.browser.until("!window.__shadows.some((root) => root.querySelector('iframe'))")
    }

    /// Waits until the panel is closed and what was clicked has the focus back, which a later task gives it.
    pub fn closed(&self) -> Result<()> {
        self.browser.leave()?;
        let open = "[document, ...window.__shadows]
            .some((root) => root.querySelector('dialog[open], [aria-expanded=true]'))";
        self.browser.until(&format!("!{open}"))
    }
}

/// The launcher's button.
pub const LAUNCHER: &str = "dialog + button";
/// The widget's frame.
pub const FRAME: &str = "dialog iframe";
