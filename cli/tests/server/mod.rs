//! A server for one test: answers what the test says, to the byte, and remembers who asked for what.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Output},
    sync::{Arc, Mutex},
};

/// What a path is answered with; the whole response, or nothing until the client goes.
pub(crate) type Handler = dyn Fn(&str, &mut TcpStream) + Send + Sync;

pub(crate) struct Server {
    pub(crate) origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// The thread ends with the test program.
    pub(crate) fn start(handler: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (heads, handler): (_, Arc<Handler>) = (Arc::clone(&asked), Arc::new(handler));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heads, handler) = (Arc::clone(&heads), Arc::clone(&handler));
                std::thread::spawn(move || serve(stream, &heads, handler.as_ref()));
            }
        });
        Self { origin, asked }
    }

    /// Heads of all requests, in order.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Paths of all requests, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.heads().iter().filter_map(|head| head.split(' ').nth(1)).map(str::to_owned).collect()
    }

    /// Runs `einwurf doctor` over a page of this server.
    pub(crate) fn doctor(&self, path: &str, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_einwurf"));
        command.args(["doctor", &format!("{}{path}", self.origin)]).args(more);
        // No proxy of the machine may come between.
        for name in
            ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "LC_ALL"]
        {
            command.env_remove(name);
        }
        command.env("LANG", "C").output().unwrap()
    }

    /// The rules that were broken with their sources' paths, from the JSON.
    pub(crate) fn found(&self, path: &str, more: &[&str]) -> Vec<(String, String)> {
        let report = self.report(path, more);
        let findings = report["findings"].as_array().unwrap().iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        findings.map(|it| (text(&it["rule"]), text(&it["source"]).replace(&self.origin, ""))).collect()
    }

    pub(crate) fn report(&self, path: &str, more: &[&str]) -> serde_json::Value {
        let output = self.doctor(path, &[more, &["--json"]].concat());
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn serve(mut stream: TcpStream, heads: &Mutex<Vec<String>>, handler: &Handler) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    heads.lock().unwrap().push(head);
    handler(&path, &mut stream);
}

/// A response, closed behind it.
pub(crate) fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

/// A page without anything else.
pub(crate) fn page(stream: &mut TcpStream, body: &str) {
    answer(stream, "200 OK", "content-type: text/html; charset=utf-8\r\n", body.as_bytes());
}

pub(crate) fn not_found(stream: &mut TcpStream) {
    answer(stream, "404 Not Found", "content-type: text/plain\r\n", b"");
}
