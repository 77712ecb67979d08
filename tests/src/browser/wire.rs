//! The protocol `WebDriver` (W3C), as much of it as the journeys need.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};
use ureq::Agent;

/// A driver with one session; dropping it ends both.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    agent: Agent,
    base: String,
    /// Where the session is spoken to by `WebDriver BiDi`, if the driver can.
    pub(super) socket: Option<String>,
}

/// How a driver is started.
#[derive(Debug)]
pub(super) struct Launch {
    program: PathBuf,
    arguments: Vec<String>,
    /// Variables besides those of this process.
    pub(super) environment: Vec<(String, String)>,
    /// What stands before the port in the line that tells it; nothing if it has to be told its port and tells nothing.
    port_after: Option<&'static str>,
}

impl Launch {
    /// A driver that chooses its port and tells it.
    pub(super) fn telling(program: PathBuf, arguments: &[&str], port_after: &'static str) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { program, arguments, environment: Vec::new(), port_after: Some(port_after) }
    }

    /// A driver that has to be told its port and then says nothing.
    pub(super) fn silent(program: PathBuf) -> Self {
        Self { program, arguments: Vec::new(), environment: Vec::new(), port_after: None }
    }

    fn name(&self) -> String {
        self.program.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn spawn(&self, more: Option<String>) -> Result<Child> {
        Command::new(&self.program)
            .args(self.arguments.iter().cloned().chain(more))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))
    }
}

/// A problem that the driver reports, such as `stale element reference`.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {message}")]
pub struct DriverError {
    /// The code of the W3C's table.
    pub code: String,
    /// For people.
    pub message: String,
}

impl Driver {
    /// Starts a driver on a free port and a session with these capabilities.
    pub(super) fn start(launch: &Launch, capabilities: &Value) -> Result<Self> {
        let (child, port) = started(launch)?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .proxy(None);
        let base = format!("http://127.0.0.1:{port}");
        let mut driver = Self { child, agent: config.build().new_agent(), base, socket: None };
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let session = driver.call("POST", "/session", Some(&body))?;
        let id = session.get("sessionId").and_then(Value::as_str).context("no session id")?;
        driver.base = format!("{}/session/{id}", driver.base);
        let socket = session.pointer("/capabilities/webSocketUrl").and_then(Value::as_str);
        driver.socket = socket.map(str::to_owned);
        Ok(driver)
    }

    /// One command; answers its `value`.
    pub(super) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        let sent = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(serde_json::to_vec(body)?)?)
            }
            None => self.agent.run(request.body(())?),
        };
        let text = sent.context("the driver")?.body_mut().with_config().limit(256 << 20).read_to_string()?;
        let mut answer: Value = serde_json::from_str(&text).with_context(|| format!("the driver: {text}"))?;
        let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
        match value.get("error").and_then(Value::as_str) {
            None => Ok(value),
            Some(code) => {
                let message = value.get("message").and_then(Value::as_str).unwrap_or_default();
                let message = message.split("\nStacktrace").next().unwrap_or_default().to_owned();
                bail!(DriverError { code: code.to_owned(), message })
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends the browser. If the driver is gone, so is the browser.
        drop(self.call("DELETE", "", None));
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// How often a driver may get a port that somebody else has.
const TRIES: usize = 8;

/// A driver and its port. chromedriver takes a port that is free on `::1`, and ends when a socket on `127.0.0.1` has the
/// same one; then it chooses again.
fn started(launch: &Launch) -> Result<(Child, u16)> {
    let mut last = String::new();
    for _ in 0..TRIES {
        let found = match launch.port_after {
            Some(before) => told(launch, before)?,
            None => chosen(launch)?,
        };
        match found {
            Ok(started) => return Ok(started),
            Err(said) => last = said,
        }
    }
    bail!("{} did not start in {TRIES} tries; the last one: {last}", launch.name())
}

/// What came of one try; what the driver said if it ended.
type Try = Result<std::result::Result<(Child, u16), String>>;

fn told(launch: &Launch, before: &str) -> Try {
    let mut child = launch.spawn(None)?;
    let lines = lines(&mut child)?;
    let mut said = String::new();
    loop {
        match lines.recv_timeout(crate::pace::PATIENCE) {
            Ok(line) => match port(&line, before) {
                Some(port) => return Ok(Ok((child, port))),
                None => said = line,
            },
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                child.kill()?;
                break;
            }
        }
    }
    Ok(Err(format!("{}: {said}", child.wait()?)))
}

fn chosen(launch: &Launch) -> Try {
    let address = xtask::relay::free_address()?;
    let mut child = launch.spawn(Some(format!("--port={}", address.port())))?;
    lines(&mut child)?;
    crate::pace::until(&launch.name(), || {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(Err(status.to_string())));
        }
        Ok(TcpStream::connect(address).is_ok().then_some(Ok(())))
    })
    .map(|came| came.map(|()| (child, address.port())))
}

/// What `child` prints, until nobody reads it or it ends.
fn lines(child: &mut Child) -> Result<mpsc::Receiver<String>> {
    let stdout = child.stdout.take().context("its output is piped")?;
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // Read on, so that its pipe never fills, even if nobody listens.
            send.send(line).unwrap_or_default();
        }
    });
    Ok(lines)
}

/// The port in a line such as "was started successfully on port 52093."
fn port(line: &str, before: &str) -> Option<u16> {
    let (_, port) = line.split_once(before)?;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;
    use std::{fs, os::unix::fs::PermissionsExt as _};

    /// A program that finds its port taken `taken` times and then gets 52093.
    fn unlucky(folder: &Folder, taken: usize) -> Result<Launch> {
        let [program, count] = ["driver", "count"].map(|name| folder.path().join(name));
        fs::write(
            &program,
            format!(
                "#!/bin/sh\necho x >>{0}\n\
                 if [ $(wc -l <{0}) -le {taken} ]; then echo 'IPv4 port not available. Exiting...'; exit 1; fi\n\
                 echo 'ChromeDriver was started successfully on port 52093.'\n",
                count.display()
            ),
        )?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        Ok(Launch::telling(program, &[], "started successfully on port "))
    }

    #[test]
    fn a_port_that_somebody_has_is_chosen_again() -> Result<()> {
        let folder = Folder::new("unlucky")?;
        let (mut child, port) = started(&unlucky(&folder, TRIES - 1)?)?;
        child.wait()?;
        assert_eq!(port, 52093);
        Ok(())
    }

    #[test]
    fn a_driver_that_never_starts_is_quoted() -> Result<()> {
        let folder = Folder::new("hopeless")?;
        let error = started(&unlucky(&folder, TRIES)?).expect_err("it never got a port").to_string();
        assert!(error.contains("IPv4 port not available"), "{error}");
        Ok(())
    }
}
