//! Debian's own mail server: Postfix takes mail by submission with TLS and SASL and delivers it into Maildirs, Dovecot checks
//! passwords and hands the mail out over IMAP. Both run in a folder of their own, on free ports, and know nothing of the
//! machine's configuration.

use crate::{
    pace,
    smtp::{self, Certificates},
};
use anyhow::{Context, Result, ensure};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    net::{Ipv4Addr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use xtask::test::NOT_RUN;

/// The account that Debian has for mail.
const OWNER: &str = "8";
/// Everybody's domain.
const DOMAIN: &str = "fensterbau.example";

/// A running Postfix with its Dovecot; dropping it stops both.
#[derive(Debug)]
pub struct Postfix {
    folder: PathBuf,
    answers: BTreeMap<String, String>,
    /// Port of implicit TLS.
    pub tls: u16,
    /// Port of STARTTLS.
    pub starttls: u16,
    imap: u16,
}

impl Postfix {
    /// Starts both and waits until they listen. Mailboxes: `names` at `fensterbau.example`.
    pub fn start(certificates: &Certificates, names: &[&str]) -> Result<Self> {
        xtask::setup::mail_server()?;
        // Unix sockets have short names, and Postfix does not like what others may write to above its queue.
        let place = PathBuf::from(format!("/run/einwurf-mail-{}-{}", std::process::id(), free()?));
        fs::create_dir(&place)?;
        let server =
            Self { folder: place, answers: BTreeMap::new(), tls: free()?, starttls: free()?, imap: free()? };
        server.configure(certificates, names)?;
        run(Command::new("/usr/sbin/dovecot").arg("-c").arg(server.path("dovecot.conf")))?;
        server.postfix("start")?;
        for port in [server.tls, server.starttls, server.imap] {
            pace::until("the mail server to listen", || {
                Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok())
            })?;
        }
        Ok(server)
    }

    /// From now on it answers this to a recipient; none: takes the mail.
    pub fn answer(&mut self, recipient: &str, answer: Option<&str>) -> Result<()> {
        match answer {
            Some(answer) => self.answers.insert(recipient.to_owned(), answer.to_owned()),
            None => self.answers.remove(recipient),
        };
        self.write_answers()
    }

    /// From now on it takes so many recipients of one mail.
    pub fn recipients(&self, most: u32) -> Result<()> {
        let limit = format!("smtpd_recipient_limit = {most}");
        run(Command::new("/usr/sbin/postconf").arg("-c").arg(self.path("etc")).args(["-e", &limit]))
    }

    /// The mails of a mailbox, over IMAP.
    pub fn mails(&self, name: &str) -> Result<Vec<String>> {
        let mut imap = Command::new("python3");
        imap.arg(xtask::paths::root().join("tests/imap.py")).arg(self.imap.to_string());
        imap.arg(self.path("ca.pem")).arg(format!("{name}@{DOMAIN}"));
        let mut imap = imap.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        imap.stdin.take().context("piped")?.write_all(smtp::PASSWORD.as_bytes())?;
        let output = imap.wait_with_output()?;
        ensure!(output.status.success(), "IMAP failed");
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn put(&self, name: &str, text: &str) -> Result<()> {
        fs::write(self.path(name), text).with_context(|| format!("cannot write {name}"))
    }

    fn postfix(&self, order: &str) -> Result<()> {
        run(Command::new("/usr/sbin/postfix").arg("-c").arg(self.path("etc")).arg(order))
    }

    fn write_answers(&self) -> Result<()> {
        let lines = self.answers.iter().map(|(recipient, answer)| format!("{recipient} {answer}\n"));
        self.put("answers", &lines.collect::<String>())
    }

    fn configure(&self, certificates: &Certificates, names: &[&str]) -> Result<()> {
        for folder in ["etc", "queue", "data", "mail", "run", "state"] {
            fs::create_dir(self.path(folder))?;
        }
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o755))?;
        run(Command::new("chown").arg("postfix").arg(self.path("data")))?;
        run(Command::new("chown").arg(OWNER).arg(self.path("mail")))?;
        certificates.put_into(&self.folder)?;
        self.write_answers()?;
        let password = hex::encode(smtp::PASSWORD);
        let users = names.iter().map(|name| format!("{name}@{DOMAIN}")).chain([smtp::USER.to_owned()]);
        let users: Vec<_> = users.map(|user| format!("{user}:{{PLAIN.HEX}}{password}\n")).collect();
        self.put("users", &users.concat())?;
        let boxes: Vec<_> = names.iter().map(|name| format!("{name}@{DOMAIN} {name}@{DOMAIN}/\n")).collect();
        self.put("boxes", &boxes.concat())?;
        let at = self.folder.display().to_string();
        let fill = |text: &str| {
            let text = text.replace("AT", &at).replace("OWNER", OWNER).replace("DOMAIN", DOMAIN);
            let text = text.replace("PORT_TLS", &self.tls.to_string());
            let text = text.replace("PORT_STARTTLS", &self.starttls.to_string());
            text.replace("PORT_IMAP", &self.imap.to_string())
        };
        self.put("etc/main.cf", &fill(MAIN))?;
        self.put("etc/master.cf", &fill(MASTER))?;
        self.put("dovecot.conf", &fill(DOVECOT))
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for log in ["postfix.log", "dovecot.log"] {
                eprintln!("{log}:\n{}", fs::read_to_string(self.path(log)).unwrap_or_default());
            }
        }
        // They may have ended already.
        drop(self.postfix("abort"));
        drop(run(Command::new("/usr/bin/doveadm").arg("-c").arg(self.path("dovecot.conf")).arg("stop")));
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Whether this machine lets tests start it. If not, the runner is told that a test was not run (`xtask/src/test/pool.rs`).
pub fn can_start() -> Result<bool> {
    let root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !root {
        // Not by a macro, whose output tests that pass keep to themselves; and in one piece, since others write beside it.
        let why = format!("{NOT_RUN}Postfix is started by root only; run it as root or in a container\n");
        std::io::stderr().write_all(why.as_bytes())?;
    }
    Ok(root)
}

fn free() -> Result<u16> {
    Ok(xtask::relay::free_address()?.port())
}

/// What stays in the background keeps its outputs open, so nobody waits for their end. Both servers have logs.
fn run(command: &mut Command) -> Result<()> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = quiet.status().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

/// Files of a server with its private CA.
impl Certificates {
    fn put_into(&self, folder: &Path) -> Result<()> {
        let (certificate, key) = self.put_in(folder)?;
        fs::write(folder.join("ca.pem"), &self.ca)?;
        fs::rename(certificate, folder.join("certificate.pem"))?;
        fs::rename(key, folder.join("key.pem"))?;
        Ok(())
    }
}

const MAIN: &str = "\
compatibility_level = 3.6
queue_directory = AT/queue
data_directory = AT/data
mail_owner = postfix
setgid_group = postdrop
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = AT/postfix.log
maillog_file_prefixes = AT
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = mail.DOMAIN
mydestination =
mynetworks =
alias_maps =
virtual_mailbox_domains = DOMAIN
virtual_mailbox_base = AT/mail
virtual_mailbox_maps = texthash:AT/boxes
virtual_uid_maps = static:OWNER
virtual_gid_maps = static:OWNER
virtual_minimum_uid = 1
smtpd_tls_chain_files = AT/key.pem, AT/certificate.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = AT/auth
smtpd_sasl_auth_enable = yes
smtpd_tls_auth_only = yes
smtpd_client_restrictions =
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access texthash:AT/answers, permit_sasl_authenticated, reject
";

/// Each connection has a server of its own, which reads the answers when it begins. A `reload` would say nothing of when it is
/// done, and until then whoever waits for the next connection answers as before.
const MASTER: &str = "\
127.0.0.1:PORT_STARTTLS inet n - n - - smtpd -o max_use=1 -o smtpd_tls_security_level=encrypt
127.0.0.1:PORT_TLS inet n - n - - smtpd -o max_use=1 -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
";

const DOVECOT: &str = "\
base_dir = AT/run
state_dir = AT/state
log_path = AT/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <AT/certificate.pem
ssl_key = <AT/key.pem
auth_mechanisms = plain login
first_valid_uid = 1
mail_location = maildir:AT/mail/%u
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = PORT_IMAP
    ssl = yes
  }
}
service auth {
  unix_listener AT/auth {
    mode = 0666
  }
}
passdb {
  driver = passwd-file
  args = username_format=%u AT/users
}
userdb {
  driver = static
  args = uid=OWNER gid=OWNER home=AT/mail/%u
}
";
