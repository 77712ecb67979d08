//! All that the browser sends goes through this proxy: it notes every request with its body, so that "no request" and
//! "nothing in the traffic" can be told, gives names to loopback servers, and can tamper like a hostile network.

mod exchanges;

use anyhow::{Context, Result, bail};
use exchanges::Exchanges;
use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Whom the browser calls by itself, whatever flags say. No page of ours can: none of these is in a CSP or a snippet.
const BROWSERS_OWN: [&str; 4] = ["google.com", "googleapis.com", "gvt1.com", "duckduckgo.com"];

/// A request as it left the browser.
#[derive(Clone, Default)]
pub struct Asked {
    /// Method; `CONNECT` for a live connection, and for anything over TLS, which is answered with 502.
    pub method: String,
    /// Host and port.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// An answer on its way to the browser.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case, without length and transfer coding.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// What happens to a request.
pub enum Verdict {
    /// Goes on.
    Pass,
    /// The connection ends without an answer.
    Cut,
    /// Answered here.
    Answer(Answered),
    /// Goes on, and the answer is changed.
    Change(Box<dyn FnOnce(Answered) -> Answered + Send>),
}

type Rule = Box<dyn Fn(&Asked) -> Verdict + Send + Sync>;

#[derive(Default)]
struct State {
    exchanges: Mutex<Exchanges>,
    changed: Condvar,
    rules: Mutex<Vec<Rule>>,
    names: Mutex<BTreeMap<String, String>>,
    live: AtomicUsize,
    stopped: AtomicBool,
}

/// A running proxy; dropping it stops it.
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} http://{}{} ({} bytes)", self.method, self.host, self.path, self.body.len())
    }
}

impl Asked {
    /// Whether the browser asks for itself and not for a page.
    fn is_browsers_own(&self) -> bool {
        let host = self.host.split(':').next().unwrap_or_default();
        BROWSERS_OWN.iter().any(|own| host.ends_with(own))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Everything of it as bytes, to look for canaries.
    pub fn bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        let head = format!("{} {}{}\n{}", self.method, self.host, self.path, headers.collect::<String>());
        [head.into_bytes(), self.body.clone()].concat()
    }
}

impl Proxy {
    /// Listens on a free loopback port.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let accepting = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if accepting.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let state = Arc::clone(&accepting);
                // A browser that hangs up is no failure of ours.
                std::thread::spawn(move || drop(serve(&state, stream)));
            }
        });
        Ok(Self { address, state })
    }

    /// How many live connections are open.
    pub fn live(&self) -> usize {
        self.state.live.load(Ordering::Relaxed)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Requests for the host `name` (without port) go to `target` (`127.0.0.1:8787`).
    pub fn name(&self, name: &str, target: &str) {
        lock(&self.state.names).insert(name.to_owned(), target.to_owned());
    }

    /// Adds a rule. The first rule with a verdict other than [`Verdict::Pass`] counts.
    pub fn rule(&self, rule: impl Fn(&Asked) -> Verdict + Send + Sync + 'static) {
        lock(&self.state.rules).push(Box::new(rule));
    }

    /// From now on everything passes.
    pub fn clear_rules(&self) {
        lock(&self.state.rules).clear();
    }

    /// Every request of a page so far, in the order of their arrival.
    pub fn asked(&self) -> Vec<Asked> {
        let all = lock(&self.state.exchanges);
        all.known.iter().map(|(asked, _)| asked).filter(|asked| !asked.is_browsers_own()).cloned().collect()
    }

    /// Requests for `host` so far.
    pub fn asked_of(&self, host: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.host == host).collect()
    }

    /// Requests with their answers so far.
    pub fn exchanges(&self) -> Vec<(Asked, Option<Answered>)> {
        lock(&self.state.exchanges).known.clone()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        lock(&self.state.exchanges).forget();
    }

    /// Waits until an answered request fits.
    pub fn wait_for(
        &self,
        what: &str,
        fits: impl Fn(&Asked, &Answered) -> bool,
    ) -> Result<(Asked, Answered)> {
        let end = Instant::now() + crate::pace::PATIENCE;
        let mut exchanges = lock(&self.state.exchanges);
        loop {
            let found = exchanges.known.iter().find_map(|(asked, answered)| {
                answered.as_ref().filter(|answered| fits(asked, answered)).map(|answered| (asked, answered))
            });
            if let Some((asked, answered)) = found {
                return Ok((asked.clone(), answered.clone()));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("no request came: {what}");
            }
            exchanges = self
                .state
                .changed
                .wait_timeout(exchanges, left)
                .map_or_else(|poisoned| poisoned.into_inner().0, |(guard, _)| guard);
        }
    }
}

/// Requests that tell what a browser was about.
const LAST: usize = 40;

/// What libtest shows of a test that failed, and of no other: what was asked for last, and how it was answered.
impl Drop for Proxy {
    fn drop(&mut self) {
        if crate::browser::is_test() {
            let exchanges = self.exchanges();
            eprintln!("asked for last, of {}:", exchanges.len());
            for (asked, answered) in exchanges.iter().skip(exchanges.len().saturating_sub(LAST)) {
                let status =
                    answered.as_ref().map_or("no answer".to_owned(), |answered| answered.status.to_string());
                eprintln!("{asked:?}: {status}");
            }
        }
        self.state.stopped.store(true, Ordering::Relaxed);
        // Wakes the accepting thread, so that it sees the flag.
        drop(TcpStream::connect(self.address));
    }
}

/// A test that failed with a lock held has nothing more to protect.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long each request is on its way: nothing, unless `EINWURF_LAG` says so many milliseconds. What a test does not wait
/// for shows in a slow network.
fn lag() -> Duration {
    let given = std::env::var("EINWURF_LAG").ok().and_then(|milliseconds| milliseconds.parse().ok());
    Duration::from_millis(given.unwrap_or_default())
}

fn serve(state: &State, stream: TcpStream) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let Some(asked) = read_request(&mut reader)? else { return Ok(()) };
        std::thread::sleep(lag());
        let number = lock(&state.exchanges).ask(asked.clone());
        if asked.method == "CONNECT"
            && let Some(server) = tunnel(state, &asked)
        {
            state.live.fetch_add(1, Ordering::Relaxed);
            let ended = join(reader, stream, server);
            state.live.fetch_sub(1, Ordering::Relaxed);
            return ended;
        }
        let Some(answered) = judge(state, &asked) else { return Ok(()) };
        // Before the browser has it: what a page shows was answered.
        lock(&state.exchanges).answer(number, answered.clone());
        state.changed.notify_all();
        write_answer(&mut stream, &asked.method, &answered)?;
    }
}

/// The server behind a live connection of this machine, unless a rule is against it.
fn tunnel(state: &State, asked: &Asked) -> Option<TcpStream> {
    let passes = lock(&state.rules).iter().all(|rule| matches!(rule(asked), Verdict::Pass));
    let target = target(state, asked).filter(|_| passes)?;
    TcpStream::connect(target).ok()
}

/// Passes everything on in both directions until either side ends.
fn join(mut from: BufReader<TcpStream>, mut to: TcpStream, server: TcpStream) -> Result<()> {
    to.write_all(b"HTTP/1.1 200 -\r\n\r\n")?;
    // A live connection is silent for long.
    to.set_read_timeout(None)?;
    let (mut down, mut up) = (server.try_clone()?, server);
    let back = std::thread::spawn(move || {
        drop(std::io::copy(&mut down, &mut to));
        drop(to.shutdown(std::net::Shutdown::Both));
    });
    drop(std::io::copy(&mut from, &mut up));
    up.shutdown(std::net::Shutdown::Both)?;
    drop(back.join());
    Ok(())
}

/// Where a request goes; none if it would leave this machine.
fn target(state: &State, asked: &Asked) -> Option<String> {
    let name = asked.host.split(':').next().unwrap_or_default();
    let target = lock(&state.names).get(name).cloned().unwrap_or_else(|| asked.host.clone());
    target.starts_with("127.0.0.1:").then_some(target)
}

fn judge(state: &State, asked: &Asked) -> Option<Answered> {
    let verdict = {
        let rules = lock(&state.rules);
        rules.iter().map(|rule| rule(asked)).find(|verdict| !matches!(verdict, Verdict::Pass))
    };
    match verdict.unwrap_or(Verdict::Pass) {
        Verdict::Cut => None,
        Verdict::Answer(answered) => Some(answered),
        // A server that is down ends the connection, as it would without a proxy.
        Verdict::Pass => forward(state, asked).ok(),
        Verdict::Change(change) => forward(state, asked).ok().map(change),
    }
}

fn forward(state: &State, asked: &Asked) -> Result<Answered> {
    let Some(target) = target(state, asked).filter(|_| asked.method != "CONNECT") else {
        // Nothing leaves this machine.
        return Ok(Answered { status: 502, ..Answered::default() });
    };
    let mut stream = TcpStream::connect(&target)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let mut head = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", asked.method, asked.path);
    for (name, value) in &asked.headers {
        if !["connection", "proxy-connection", "accept-encoding", "content-length"].contains(&name.as_str()) {
            head.push_str(&[name, ": ", value, "\r\n"].concat());
        }
    }
    let _ = write!(head, "content-length: {}\r\n\r\n", asked.body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(&asked.body)?;
    let mut reader = BufReader::new(stream);
    let first = line(&mut reader)?.context("no answer")?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
    let mut headers = read_headers(&mut reader)?;
    let body = if asked.method == "HEAD" { Vec::new() } else { read_body(&mut reader, &headers, true)? };
    headers
        .retain(|(name, _)| !["content-length", "transfer-encoding", "connection"].contains(&name.as_str()));
    Ok(Answered { status, headers, body })
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Result<Option<Asked>> {
    let Some(first) = line(reader)? else { return Ok(None) };
    let mut words = first.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let rest = target.strip_prefix("http://").unwrap_or(target);
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (host, path) = (host.to_owned(), path.to_owned());
    let headers = read_headers(reader)?;
    let body = read_body(reader, &headers, false)?;
    Ok(Some(Asked { method, host, path, headers, body }))
}

fn line(reader: &mut impl BufRead) -> Result<Option<String>> {
    let mut bytes = Vec::new();
    reader.read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()))
}

fn read_headers(reader: &mut impl BufRead) -> Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    while let Some(line) = line(reader)?.filter(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_lowercase(), value.trim().to_owned()));
        }
    }
    Ok(headers)
}

/// By chunks, by length, or (answers only) to the end of the connection.
fn read_body(reader: &mut impl BufRead, headers: &[(String, String)], to_end: bool) -> Result<Vec<u8>> {
    let header = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let mut body = Vec::new();
    if header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        loop {
            let size = line(reader)?.context("a chunk is missing")?;
            let size = u64::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)?;
            reader.take(size).read_to_end(&mut body)?;
            line(reader)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    match header("content-length").map(str::parse).transpose()? {
        Some(length) => reader.take(length).read_to_end(&mut body)?,
        None if to_end => reader.read_to_end(&mut body)?,
        None => 0,
    };
    Ok(body)
}

fn write_answer(stream: &mut TcpStream, method: &str, answered: &Answered) -> Result<()> {
    let mut head = format!("HTTP/1.1 {} -\r\n", answered.status);
    for (name, value) in &answered.headers {
        head.push_str(&[name, ": ", value, "\r\n"].concat());
    }
    let bodiless = method == "HEAD" || [204, 304].contains(&answered.status);
    if !bodiless {
        // Writing to a string cannot fail.
        let _ = write!(head, "content-length: {}\r\n", answered.body.len());
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    if !bodiless {
        stream.write_all(&answered.body)?;
    }
    Ok(stream.flush()?)
}
