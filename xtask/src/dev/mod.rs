//! `cargo xtask dev`: the whole thing on this machine, for a person to click through.

mod secrets;
mod seed;

use seed::{Link, Stage};

use crate::{
    build, paths,
    relay::{Egress, Relay, Settings},
    say,
    serve::{Server, folder},
};
use anyhow::{Context, Result, bail};
use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

/// Ports stay the same from start to start: the demo site's manifest names its relay.
const RELAY: u16 = 8787;
const COMPANY: u16 = 8788;
const MAIL_PAGE: u16 = 8789;
const MAIL_SMTP: u16 = 8725;

/// Builds, starts everything, prints links, and stops it on Ctrl-C. `--fresh` forgets the demo data first.
pub fn run(args: &[String]) -> Result<()> {
    build::run(&[])?;
    let folder = paths::target().join("dev");
    if args.iter().any(|arg| arg == "--fresh") && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let stop = stop_signal()?;
    let running = Running::start()?;
    say::line("");
    for link in running.links() {
        say::line(&format!("  {:22} {}", link.what, link.url));
    }
    say::line(
        "\nCtrl-C stops everything. The data stays in target/dev; `cargo xtask dev --fresh` begins anew.",
    );
    running.wait(&stop)
}

/// Receives once Ctrl-C was pressed or somebody asked this process to end.
pub(crate) fn stop_signal() -> Result<mpsc::Receiver<()>> {
    let (pressed, stop) = mpsc::channel();
    // The receiver lives as long as the process.
    ctrlc::set_handler(move || pressed.send(()).unwrap_or_default()).context("cannot listen for Ctrl-C")?;
    Ok(stop)
}

/// Everything that `dev` started; dropping it stops it.
struct Running {
    relay: Relay,
    mail: MailCatcher,
    company: Server,
    seeded: Vec<Link>,
}

impl Running {
    fn start() -> Result<Self> {
        for port in [RELAY, COMPANY, MAIL_PAGE, MAIL_SMTP] {
            free(port)?;
        }
        let secrets = secrets::load(&paths::target().join("dev/secrets.json"))?;
        let mail = MailCatcher::start()?;
        let mut settings = Settings::in_folder(&paths::target().join("dev"))?;
        settings.address = loopback(RELAY);
        settings.egress = Egress::private();
        settings.vars = seed::vars(&secrets, MAIL_SMTP, &settings.origin());
        let step = say::step("relay", "workerd with the built relay");
        let relay = Relay::start(settings)?;
        step.done();
        let stage = Stage {
            relay: relay.origin(),
            company: format!("http://localhost:{COMPANY}"),
            operator_token: secrets.operator_token,
            data: paths::target().join("dev"),
        };
        let seeded = seed::seed(&stage)?;
        let company =
            Server::start(loopback(COMPANY), seed::company(&stage.data, folder(paths::demo(), Vec::new())))?;
        Ok(Self { relay, mail, company, seeded })
    }

    fn links(&self) -> Vec<Link> {
        let mut links =
            vec![Link::new("Company page", &self.company.origin().replace("127.0.0.1", "localhost"))];
        links.extend(self.seeded.iter().cloned());
        links.push(Link::new("Mail catcher", &format!("http://127.0.0.1:{MAIL_PAGE}")));
        links.push(Link::new("Relay", &self.relay.origin()));
        links
    }

    /// Until Ctrl-C, or until a part ends by itself.
    fn wait(mut self, stop: &mpsc::Receiver<()>) -> Result<()> {
        while stop.recv_timeout(Duration::from_millis(500)).is_err() {
            // On Ctrl-C the terminal signals all of them; that is an end by request.
            let ended = if self.relay.has_ended() { "the relay" } else { "the mail catcher" };
            if self.relay.has_ended() || self.mail.has_ended() {
                if stop.recv_timeout(Duration::from_millis(500)).is_ok() {
                    break;
                }
                bail!("{ended} ended by itself; see target/dev/*.log");
            }
        }
        say::line("\nStopped.");
        Ok(())
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn free(port: u16) -> Result<()> {
    match TcpListener::bind(loopback(port)) {
        Ok(_) => Ok(()),
        Err(_) => {
            bail!("port {port} is taken; stop what listens there (another `cargo xtask dev`?) and try again")
        }
    }
}

/// A mail server that shows on a web page whatever it gets.
struct MailCatcher(Child);

impl MailCatcher {
    fn start() -> Result<Self> {
        let step = say::step("mail catcher", "shows the relay's mails on a web page");
        fs::create_dir_all(paths::target().join("dev"))?;
        let log = File::create(paths::target().join("dev/mail.log"))?;
        let mut maildev = Command::new(paths::npm_bin("maildev"));
        maildev.args([
            "--ip",
            "127.0.0.1",
            "--smtp",
            &MAIL_SMTP.to_string(),
            "--web",
            &MAIL_PAGE.to_string(),
        ]);
        maildev.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut catcher = Self(maildev.spawn().context("cannot start maildev")?);
        let started = Instant::now();
        // maildev announces nothing that could be awaited, so its two doors are tried.
        while [MAIL_SMTP, MAIL_PAGE].iter().any(|port| TcpStream::connect(loopback(*port)).is_err()) {
            if catcher.has_ended() || started.elapsed() > Duration::from_secs(30) {
                bail!("the mail catcher did not start; see target/dev/mail.log");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        step.done();
        Ok(catcher)
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for MailCatcher {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
