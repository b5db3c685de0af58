//! A network that can fail: a proxy between the program and a server, which decides about every request.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, and its answer comes back.
    Arrives,
    /// It arrives, and the connection breaks in the middle of the answer.
    BreaksHalfWay,
    /// It arrives, and the connection breaks without an answer.
    ArrivesUnanswered,
    /// It arrives, and a server error is what comes back.
    ArrivesUnthanked,
    /// The connection breaks.
    Breaks,
    /// The connection is reset.
    IsReset,
    /// It is not let pass: 429 and the error of the protocol.
    Throttled,
    /// It is not let pass: 503.
    Unavailable,
    /// It arrives, and its answer comes back, after so many milliseconds.
    Delayed(u64),
    /// Nothing comes back, and the connection stays.
    Silence,
}

/// Decides by the number of the request, from 1, and its text.
pub type Decide = dyn Fn(usize, &str) -> Fate + Send + Sync;

/// Starts a proxy before the server at a URL; gives its own URL.
pub fn before(url: &str, decide: impl Fn(usize, &str) -> Fate + Send + Sync + 'static) -> String {
    let server: SocketAddr = url.trim_start_matches("http://").parse().expect("an address");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let own = format!("http://{}", listener.local_addr().expect("bound"));
    let (decide, count): (Arc<Decide>, _) = (Arc::new(decide), Arc::new(AtomicUsize::new(0)));
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (decide, count) = (decide.clone(), count.clone());
            std::thread::spawn(move || drop(serve(client, server, &*decide, &count)));
        }
    });
    own
}

fn serve(mut client: TcpStream, server: SocketAddr, decide: &Decide, count: &AtomicUsize) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server)?;
    while let Some(request) = coming(&mut client)? {
        let fate = decide(count.fetch_add(1, Ordering::Relaxed) + 1, &String::from_utf8_lossy(&request));
        if fate == Fate::IsReset {
            // What is closed before it was read is reset.
            return Ok(());
        }
        client.read_exact(&mut vec![0; request.len()])?;
        match fate {
            Fate::Breaks | Fate::IsReset => return Ok(()),
            Fate::Throttled => {
                client.write_all(answer("429 Too Many Requests", "TooManyRequestsException").as_bytes())?;
                continue;
            }
            Fate::Unavailable => {
                client.write_all(answer("503 Service Unavailable", "ServiceUnavailable").as_bytes())?;
                continue;
            }
            Fate::Silence => {
                // Until the other side gives up.
                let _ = client.read(&mut [0]);
                return Ok(());
            }
            Fate::Delayed(milliseconds) => {
                std::thread::sleep(Duration::from_millis(milliseconds));
                server.write_all(&request)?;
            }
            Fate::Arrives | Fate::BreaksHalfWay | Fate::ArrivesUnanswered | Fate::ArrivesUnthanked => server.write_all(&request)?,
        }
        let Some(came) = message(&mut server)? else { return Ok(()) };
        match fate {
            Fate::BreaksHalfWay => return client.write_all(&came[..came.len() - 1]),
            Fate::ArrivesUnanswered => return Ok(()),
            Fate::ArrivesUnthanked => client.write_all(answer("500 Internal Server Error", "InternalErrorException").as_bytes())?,
            _ => client.write_all(&came)?,
        }
    }
    Ok(())
}

/// An answer of the proxy itself.
fn answer(status: &str, error: &str) -> String {
    let body = format!(r#"{{"__type":"{error}","message":"Not now."}}"#);
    format!("HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// The next message, which is left to be read; or nothing where the connection ends.
fn coming(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut buffer = vec![0; 1 << 18];
    loop {
        let there = stream.peek(&mut buffer)?;
        match whole(&buffer[..there]) {
            _ if there == 0 => return Ok(None),
            Some(length) if there >= length => return Ok(Some(buffer[..length].to_vec())),
            // What is there already would be seen at once, again and again.
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// One message with a length, or nothing where the connection ends.
fn message(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 16_384]);
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&buffer[..read]);
        if whole(&bytes).is_some_and(|length| bytes.len() >= length) {
            return Ok(Some(bytes));
        }
    }
}

/// How long the message is, as soon as its head is there.
fn whole(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    Some(end + length.unwrap_or(0))
}
