//! The protocol `WebDriver` (W3C), as much of it as the journeys need.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};
use ureq::Agent;

/// chromedriver with one session; dropping it ends both.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    agent: Agent,
    base: String,
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
    /// Starts `program` on a free port and a session with these capabilities.
    pub(super) fn start(program: &Path, capabilities: &Value) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let port = port(&mut child)?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .proxy(None);
        let mut driver =
            Self { child, agent: config.build().new_agent(), base: format!("http://127.0.0.1:{port}") };
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let session = driver.call("POST", "/session", Some(&body))?;
        let id = session.get("sessionId").and_then(Value::as_str).context("no session id")?;
        driver.base = format!("{}/session/{id}", driver.base);
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
        let text =
            sent.context("chromedriver")?.body_mut().with_config().limit(256 << 20).read_to_string()?;
        let mut answer: Value =
            serde_json::from_str(&text).with_context(|| format!("chromedriver: {text}"))?;
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

/// chromedriver prints the port that it chose.
fn port(child: &mut Child) -> Result<u16> {
    let stdout = child.stdout.take().context("its output is piped")?;
    let (send, ports) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let port = line.strip_suffix('.').and_then(|line| line.rsplit(' ').next()?.parse().ok());
            if let (true, Some(port)) = (line.contains("started successfully"), port) {
                // Nobody waits for a second one.
                send.send(port).unwrap_or_default();
            }
        }
    });
    ports.recv_timeout(crate::pace::PATIENCE).context("chromedriver did not start")
}
