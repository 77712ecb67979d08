//! A real SMTP submission server (npm `smtp-server`, `tests/js/smtp.mjs`) with implicit TLS, STARTTLS and AUTH, whose
//! certificate comes from a private CA made for the run.

use crate::{folder::Folder, node::Node, pace::PATIENCE};
use anyhow::{Context, Result, bail};
use einwurf_protocol::api::staff::{Security, Sender};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc::RecvTimeoutError},
    time::{Duration, Instant},
};

/// The account that the server knows. The password holds what needs care in JSON, base64 and quoting.
pub const USER: &str = "post@example.org";
/// The password of [`USER`].
pub const PASSWORD: &str = "geheim:\"\\ü";

/// A company's own sender at a server of this account.
pub fn sender(port: u16, security: Security) -> Sender {
    Sender {
        host: "localhost".to_owned(),
        port,
        security,
        user: USER.to_owned(),
        password: Some(PASSWORD.to_owned()),
        from: USER.to_owned(),
    }
}

/// A private CA and a server certificate for `localhost` and 127.0.0.1.
pub struct Certificates {
    /// The CA's certificate, PEM.
    pub ca: String,
    issuer: CertifiedIssuer<'static, KeyPair>,
    certificate: String,
    key: String,
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

impl Certificates {
    /// For the names that the relay will check.
    pub fn for_names(names: &[&str]) -> Result<Self> {
        let mut ca = CertificateParams::new(Vec::new())?;
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.distinguished_name.push(DnType::CommonName, "Einwurf test CA");
        let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate()?)?;
        let (certificate, key) = signed(&ca, names, |_| ())?;
        Ok(Self { ca: ca.pem(), issuer: ca, certificate, key })
    }

    /// Files with certificate and key.
    pub fn put(&self, folder: &Folder) -> Result<(std::path::PathBuf, std::path::PathBuf)> {
        self.put_in(folder.path())
    }

    /// The same in any folder.
    pub fn put_in(&self, folder: &Path) -> Result<(std::path::PathBuf, std::path::PathBuf)> {
        let (certificate, key) = (folder.join("receiver-certificate.pem"), folder.join("receiver-key.pem"));
        fs::write(&certificate, &self.certificate)?;
        fs::write(&key, &self.key)?;
        Ok((certificate, key))
    }

    /// Another certificate by the same CA whose time was over long ago: certificate and key, PEM.
    pub fn expired(&self, names: &[&str]) -> Result<(String, String)> {
        signed(&self.issuer, names, |params| params.not_after = date_time_ymd(2020, 1, 1))
    }

    /// Another certificate by the same CA for other names: certificate and key, PEM.
    pub fn also_for(&self, names: &[&str]) -> Result<(String, String)> {
        signed(&self.issuer, names, |_| ())
    }

    /// The server's certificate and its key, PEM.
    pub fn pair(&self) -> (String, String) {
        (self.certificate.clone(), self.key.clone())
    }
}

fn signed(
    ca: &CertifiedIssuer<'static, KeyPair>,
    names: &[&str],
    change: impl FnOnce(&mut CertificateParams),
) -> Result<(String, String)> {
    let key = KeyPair::generate()?;
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    change(&mut params);
    Ok((params.signed_by(&key, ca)?.pem(), key.serialize_pem()))
}

/// A mail as the server took it.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    /// `tls`, `starttls` or `plain`.
    pub port: String,
    /// Whether it came over TLS.
    pub secure: bool,
    /// The account that sent it.
    pub user: Option<String>,
    /// Name that the relay said in EHLO.
    pub helo: String,
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The message, one character per byte.
    pub raw: String,
    /// When it had been taken, by this process's clock.
    #[serde(skip)]
    pub at: Option<Instant>,
}

/// Headers that every mail of the relay may have.
const HEADERS: [&str; 9] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
];

impl Mail {
    /// There is no header but those of every mail and `more`.
    ///
    /// # Panics
    ///
    /// If it has another one.
    pub fn has_only_headers_of_the_relay(&self, more: &[&str]) {
        for (name, value) in self.headers() {
            let name = name.as_str();
            assert!(HEADERS.contains(&name) || more.contains(&name), "{name}: {value}");
        }
    }

    /// Headers in order, unfolded, names in lower case.
    pub fn headers(&self) -> Vec<(String, String)> {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let pairs = unfolded.split("\r\n").filter_map(|line| line.split_once(':'));
        pairs.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Everything behind the headers, transfer coding undone as far as it is quoted-printable or base64.
    pub fn body(&self) -> String {
        let (_, body) = self.raw.split_once("\r\n\r\n").unwrap_or_default();
        match self.header("content-transfer-encoding").unwrap_or_default().to_lowercase().as_str() {
            "quoted-printable" => quoted_printable(body),
            "base64" => base64(body),
            _ => String::from_utf8(body.chars().filter_map(|c| u8::try_from(c).ok()).collect())
                .unwrap_or_default(),
        }
    }

    /// The first link in the body.
    pub fn link(&self) -> Option<String> {
        let body = self.body();
        let start = body.find("http")?;
        body.get(start..)?.split_whitespace().next().map(str::to_owned)
    }
}

fn quoted_printable(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        let (byte, left) = match code.filter(|_| *first == b'=') {
            Some(byte) => (byte, after.get(2..).unwrap_or_default()),
            None => (*first, after),
        };
        bytes.push(byte);
        rest = left;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn base64(text: &str) -> String {
    use base64ct::{Base64, Encoding};
    let joined: String = text.split_whitespace().collect();
    String::from_utf8(Base64::decode_vec(&joined).unwrap_or_default()).unwrap_or_default()
}

/// How the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Takes everything.
    Accept,
    /// 451 to every recipient.
    Greylist,
    /// 550 to every recipient.
    Reject,
    /// 554 after the message.
    RefuseData,
    /// 451 after the message.
    RefuseLater,
    /// Never answers to a recipient.
    Stall,
    /// Hangs up at a recipient.
    Drop,
}

/// What the server reports.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// Ready.
    Listening {
        /// Implicit TLS.
        tls: u16,
        /// STARTTLS.
        starttls: u16,
        /// Neither.
        plain: u16,
    },
    /// A client connected (for implicit TLS: after the handshake).
    Connect {
        /// Which port.
        port: String,
    },
    /// A client logged in, or tried to.
    Auth {
        /// `PLAIN` or `LOGIN`.
        method: String,
        /// Whether over TLS.
        secure: bool,
        /// Whether the password was right.
        known: bool,
    },
    /// A recipient was named.
    Recipient {
        /// How it was answered.
        mode: String,
    },
    /// A mail was taken.
    Mail(Mail),
    /// A connection failed, for instance in the TLS handshake.
    Error {
        /// Node's code.
        code: String,
        /// Node's message.
        message: String,
    },
    /// A mail was refused after its data.
    Refused(Mail),
    /// An order was followed.
    Ordered,
}

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Smtp {
    node: Node<Event>,
    taken: Arc<Mutex<Vec<Mail>>>,
    /// Port of implicit TLS.
    pub tls: u16,
    /// Port of STARTTLS.
    pub starttls: u16,
    /// Port without TLS.
    pub plain: u16,
}

impl Smtp {
    /// Starts the server and waits until it listens.
    pub fn start(certificates: &Certificates, folder: &Folder) -> Result<Self> {
        let put = |name: &str, text: &str| -> Result<_> {
            let file = folder.path().join(name);
            fs::write(&file, text)?;
            Ok(file)
        };
        let certificate = put("smtp-certificate.pem", &certificates.certificate)?;
        let key = put("smtp-key.pem", &certificates.key)?;
        let taken: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let kept = Arc::clone(&taken);
        let node = Node::start("smtp.mjs", &[&certificate, &key], move |event| {
            if let Event::Mail(mail) = event {
                mail.at = Some(Instant::now());
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
            }
        })?;
        let mut smtp = Self { node, taken, tls: 0, starttls: 0, plain: 0 };
        smtp.wait_for("the mail server to listen", |event| match event {
            Event::Listening { tls, starttls, plain } => Some((*tls, *starttls, *plain)),
            _ => None,
        })
        .map(|(tls, starttls, plain)| (smtp.tls, smtp.starttls, smtp.plain) = (tls, starttls, plain))?;
        Ok(smtp)
    }

    /// Changes how the server answers, and waits until it does.
    pub fn mode(&mut self, mode: Mode) -> Result<()> {
        let name = match mode {
            Mode::Accept => "accept",
            Mode::Greylist => "greylist",
            Mode::Reject => "reject",
            Mode::RefuseData => "refuse-data",
            Mode::RefuseLater => "refuse-later",
            Mode::Stall => "stall",
            Mode::Drop => "drop",
        };
        self.order(&json!({ "mode": name }))
    }

    /// Offers only these ways of AUTH.
    pub fn offer(&mut self, methods: &[&str]) -> Result<()> {
        self.order(&json!({ "offer": methods }))
    }

    fn order(&mut self, order: &Value) -> Result<()> {
        self.node.order(order)?;
        self.wait_for("the mail server to follow", |event| matches!(event, Event::Ordered).then_some(()))
    }

    /// The next mail that is taken.
    pub fn mail(&self) -> Result<Mail> {
        self.wait_for("a mail", |event| if let Event::Mail(mail) = event { Some(mail.clone()) } else { None })
    }

    /// Every mail that was taken so far, whoever looked at it.
    pub fn taken(&self) -> Vec<Mail> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Mails that were taken and not looked at yet.
    pub fn mails(&self) -> Vec<Mail> {
        let mail = |event| if let Event::Mail(mail) = event { Some(mail) } else { None };
        self.node.events.try_iter().filter_map(mail).collect()
    }

    /// Goes through the events until one answers. Events before it are gone.
    pub fn wait_for<T>(&self, what: &str, choose: impl Fn(&Event) -> Option<T>) -> Result<T> {
        self.wait_within(PATIENCE, choose)?.with_context(|| format!("waited in vain for {what}"))
    }

    /// The same with a limit; `None` when time is up.
    pub fn wait_within<T>(&self, limit: Duration, choose: impl Fn(&Event) -> Option<T>) -> Result<Option<T>> {
        let end = Instant::now() + limit;
        loop {
            match self.node.events.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(event) => {
                    if let Some(answer) = choose(&event) {
                        return Ok(Some(answer));
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => bail!("the mail server ended"),
            }
        }
    }
}
