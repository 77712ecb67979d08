//! A small static web server, for pages whose origin is not the relay's: the demo company, test pages.

use anyhow::{Context, Result};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// What a page answers.
#[derive(Debug, Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers besides length and connection.
    pub headers: Vec<(String, String)>,
    /// Bytes.
    pub body: Vec<u8>,
}

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens and answers GET and HEAD by `page`, which receives the path without query; `None` is a 404.
    pub fn start(
        address: SocketAddr,
        page: impl Fn(&str) -> Option<Response> + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind(address)
            .with_context(|| format!("{address} is taken; stop what listens there and try again"))?;
        let address = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, page) = (Arc::clone(&stop), Arc::new(page));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let page = Arc::clone(&page);
                // A visitor who hangs up is no failure of ours.
                std::thread::spawn(move || drop(answer(stream, &*page)));
            }
        });
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// `http://127.0.0.1:8788`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the accepting thread, so that it sees the flag.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Serves a folder; `/` and `/x/` are their `index.html`. `headers` are added to every answer.
pub fn folder(
    root: PathBuf,
    headers: Vec<(String, String)>,
) -> impl Fn(&str) -> Option<Response> + Send + Sync {
    move |path| {
        let file = resolve(&root, path)?;
        let mut headers = headers.clone();
        headers.push(("content-type".to_owned(), media_type(&file).to_owned()));
        Some(Response { status: 200, headers, body: fs::read(file).ok()? })
    }
}

fn resolve(root: &Path, path: &str) -> Option<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let file = root.join(relative);
    let file = if file.is_dir() { file.join("index.html") } else { file };
    file.is_file().then_some(file)
}

/// The type of the files that this project serves.
pub fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn answer(mut stream: TcpStream, page: &(impl Fn(&str) -> Option<Response> + ?Sized)) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().context("no request")??;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let known = if ["GET", "HEAD"].contains(&method) { page(path) } else { None };
    let response = known.unwrap_or_else(|| Response { status: 404, headers: Vec::new(), body: Vec::new() });
    let mut head = format!("HTTP/1.1 {} -\r\ncontent-length: {}\r\n", response.status, response.body.len());
    for (name, value) in &response.headers {
        head.push_str(&[name, ": ", value, "\r\n"].concat());
    }
    head.push_str("connection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    if method != "HEAD" {
        stream.write_all(&response.body)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn get(server: &Server, path: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn serves_files_with_type_and_headers_and_nothing_outside() {
        let root = std::env::temp_dir().join(format!("einwurf-serve-{}", std::process::id()));
        fs::create_dir_all(root.join("in")).unwrap();
        fs::write(root.join("in/index.html"), "inside").unwrap();
        fs::write(root.join("secret"), "outside").unwrap();
        let headers = vec![("x-test".to_owned(), "1".to_owned())];
        let server =
            Server::start(crate::relay::free_address().unwrap(), folder(root.join("in"), headers)).unwrap();

        let page = get(&server, "/?q=1");
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("inside"), "{page}");
        assert!(page.contains("x-test: 1") && page.contains("text/html"), "{page}");
        assert!(get(&server, "/../secret").starts_with("HTTP/1.1 404"));
        assert!(get(&server, "/none").starts_with("HTTP/1.1 404"));
        drop(server);
        fs::remove_dir_all(root).unwrap();
    }
}
