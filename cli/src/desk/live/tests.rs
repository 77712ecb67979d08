//! Relays and networks of every kind, each a real server on this machine.

use super::*;
use einwurf_protocol::live::CLOSE_REPLACED;
use std::net::TcpListener;
use tungstenite::{
    accept_hdr,
    handshake::server::{Request as Asked, Response},
    protocol::{CloseFrame, frame::coding::CloseCode},
};

const BEAT: Duration = Duration::from_millis(100);
/// None comes within the test.
const NEVER: Duration = Duration::from_mins(10);

type Server = WebSocket<TcpStream>;

/// A relay that lets everybody in, and what it does then.
fn relay(beat: Duration, acts: impl FnOnce(Server) + Send + 'static) -> Live {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        #[expect(clippy::result_large_err, reason = "the library's signature")]
        let greet = |asked: &Asked, mut answer: Response| {
            assert_eq!(asked.uri().path(), path::INBOX_LIVE);
            assert_eq!(asked.headers()["sec-websocket-protocol"], "einwurf.1, a, b, c");
            answer.headers_mut().insert("sec-websocket-protocol", "einwurf.1".parse().unwrap());
            Ok(answer)
        };
        acts(accept_hdr(stream, greet).unwrap());
    });
    Live::connect(&origin, "einwurf.1, a, b, c", beat).ok().unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

#[test]
fn a_connection_that_somebody_cut_without_a_word_is_noticed_at_the_second_beat() {
    let (done, wait) = std::sync::mpsc::channel::<()>();
    // The connection stands, and nothing comes.
    let mut live = relay(BEAT, move |server| drop((wait.recv(), server)));
    let started = Instant::now();
    assert_eq!(live.wait(soon()), Heard::Lost);
    let took = started.elapsed();
    assert!(took >= BEAT * 2 && took < BEAT * 20, "{took:?}");
    drop(done);
}

#[test]
fn an_answer_to_each_sign_of_life_keeps_it_open_and_is_nothing_to_look_at() {
    let mut live = relay(BEAT * 10, |mut server| {
        while let Ok(message) = server.read() {
            assert_eq!(message, Message::text(PING));
            server.send(Message::text(PONG)).unwrap();
        }
    });
    assert_eq!(live.wait(Instant::now() + BEAT * 36), Heard::Silence);
}

#[test]
fn what_is_said_is_heard_at_once_and_what_comes_together_is_one_look() {
    let (says, what) = std::sync::mpsc::channel::<usize>();
    let mut live = relay(NEVER, move |mut server| {
        for count in what {
            for _ in 0..count {
                server.write(Message::text(r#"{"changed":"sheets"}"#)).unwrap();
            }
            server.flush().unwrap();
        }
    });
    says.send(1).unwrap();
    let started = Instant::now();
    assert_eq!(live.wait(soon()), Heard::Change);
    assert!(started.elapsed() < Duration::from_secs(2));
    says.send(500).unwrap();
    assert_eq!(live.wait(soon()), Heard::Change);
    assert_eq!(live.wait(Instant::now() + BEAT), Heard::Silence);
}

#[test]
fn the_end_of_the_session_is_told_from_every_other_end() {
    for (code, expected) in [
        (Some(CLOSE_CREDENTIALS), Heard::Over),
        (Some(CLOSE_REPLACED), Heard::Lost),
        (Some(1_000), Heard::Lost),
        (None, Heard::Lost),
    ] {
        let mut live = relay(NEVER, move |mut server| {
            if let Some(code) = code {
                let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
                server.close(Some(frame)).unwrap();
                // Until the other side has closed it, too.
                while server.read().is_ok() {}
            }
        });
        assert_eq!(live.wait(soon()), expected, "{code:?}");
    }
}

#[test]
fn a_relay_that_says_too_much_or_no_text_is_left() {
    for message in [Message::text("a".repeat(LONGEST + 1)), Message::binary(vec![0])] {
        let mut live = relay(NEVER, move |mut server| {
            server.send(message).unwrap();
            while server.read().is_ok() {}
        });
        assert_eq!(live.wait(soon()), Heard::Lost);
    }
    let mut live = relay(NEVER, |mut server| {
        server.send(Message::text("a".repeat(LONGEST))).unwrap();
        while server.read().is_ok() {}
    });
    assert_eq!(live.wait(soon()), Heard::Change);
}

#[test]
fn whoever_holds_a_handle_ends_the_waiting() {
    let mut live = relay(NEVER, |mut server| while server.read().is_ok() {});
    let handle = live.handle().unwrap();
    std::thread::spawn(move || handle.shutdown(std::net::Shutdown::Both));
    assert_eq!(live.wait(soon()), Heard::Lost);
}

#[test]
fn what_is_no_relay_is_left_and_a_session_that_it_does_not_know_is_over() {
    for (answer, expected) in [
        ("HTTP/1.1 401 -\r\ncontent-length: 0\r\n\r\n", Heard::Over),
        ("HTTP/1.1 200 -\r\ncontent-length: 0\r\n\r\n", Heard::Lost),
        ("", Heard::Lost),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 4_096];
            assert!(stream.read(&mut asked).unwrap() > 0);
            stream.write_all(answer.as_bytes()).unwrap();
        });
        assert_eq!(Live::connect(&origin, "einwurf.1, a, b, c", BEAT).err(), Some(expected), "{answer}");
    }
    // Nobody is there, and what speaks no TLS.
    assert_eq!(Live::connect("http://127.0.0.1:1", "einwurf.1", BEAT).err(), Some(Heard::Lost));
}
