//! A server that answers as the test says and keeps what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query, decoded.
    pub(crate) target: String,
    /// By lowercase name; of several of one name all.
    pub(crate) headers: BTreeMap<String, Vec<String>>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values = self.headers.get(name)?;
        values.first().map(String::as_str)
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }
}

/// What the server does about a request.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Sends only so many bytes of the body and closes the connection.
    pub(crate) cut_after: Option<usize>,
    /// Waits before the first byte.
    pub(crate) delay: Duration,
    /// Instead of the body: what is sent piece by piece.
    pub(crate) steps: Option<Vec<Step>>,
}

/// A part of an answer that is sent as it comes.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Send(String),
    Bytes(Vec<u8>),
    Wait(Duration),
    /// Ends the answer as HTTP ends it; without it the connection is cut at the end.
    End,
}

impl Reply {
    pub(crate) fn json(value: &Value) -> Self {
        Self::new(200, value.to_string())
    }

    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Date".to_owned(), DATE.to_owned())],
            body: body.into(),
            cut_after: None,
            delay: Duration::ZERO,
            steps: None,
        }
    }

    pub(crate) fn steps(steps: Vec<Step>) -> Self {
        let mut reply = Self::new(200, "");
        reply.steps = Some(steps);
        reply
    }

    pub(crate) fn status(code: u16, reason: &str, message: &str) -> Self {
        let body = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure",
            "reason": reason, "message": message, "code": code});
        Self::new(code, body.to_string())
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The clock of every mock server.
pub(crate) const DATE: &str = "Sun, 01 Nov 2026 12:00:00 GMT";

type Handler = dyn Fn(&Received) -> Reply + Send + Sync;

/// A stream of bytes, with TLS or without.
pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

type Accept = dyn Fn(TcpStream) -> Option<Box<dyn Stream>> + Send + Sync;

/// The server; it ends with the test's process.
pub(crate) struct Mock {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Mock {
    pub(crate) fn start(handler: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(|stream| Some(Box::new(stream)), handler)
    }

    pub(crate) fn start_with(
        accept: impl Fn(TcpStream) -> Option<Box<dyn Stream>> + Send + Sync + 'static,
        handler: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (accept, handler): (Arc<Accept>, Arc<Handler>) = (Arc::new(accept), Arc::new(handler));
        let seen = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (accept, handler, seen) =
                    (Arc::clone(&accept), Arc::clone(&handler), Arc::clone(&seen));
                std::thread::spawn(move || {
                    if let Some(stream) = accept(stream) {
                        // A client that goes away ends its connection only.
                        let _ = serve(stream, &*handler, &seen);
                    }
                });
            }
        });
        Self { address, received }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far, in the order of path and query.
    pub(crate) fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = self.received().into_iter().map(|r| r.target).collect();
        targets.sort();
        targets
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

fn serve(
    stream: Box<dyn Stream>,
    handler: &Handler,
    seen: &Mutex<Vec<Received>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    if !stream
        .fill_buf()?
        .first()
        .is_none_or(u8::is_ascii_alphabetic)
    {
        // What a server does with something that isn't HTTP.
        return stream
            .get_mut()
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    }
    while let Some(received) = read_request(&mut stream)? {
        seen.lock().unwrap().push(received.clone());
        let reply = handler(&received);
        std::thread::sleep(reply.delay);
        let mut head = format!("HTTP/1.1 {} X\r\n", reply.status);
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(steps) = reply.steps {
            head.push_str("Transfer-Encoding: chunked\r\n\r\n");
            stream.get_mut().write_all(head.as_bytes())?;
            if !send_steps(stream.get_mut(), steps)? {
                return Ok(());
            }
            continue;
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", reply.body.len()));
        let out = stream.get_mut();
        out.write_all(head.as_bytes())?;
        if let Some(bytes) = reply.cut_after {
            out.write_all(&reply.body[..bytes])?;
            return out.flush();
        }
        out.write_all(&reply.body)?;
        out.flush()?;
    }
    Ok(())
}

/// Whether the answer has an end.
fn send_steps(out: &mut impl Write, steps: Vec<Step>) -> std::io::Result<bool> {
    for step in steps {
        match step {
            Step::Send(text) => write!(out, "{:x}\r\n{text}\r\n", text.len())?,
            Step::Bytes(bytes) => {
                write!(out, "{:x}\r\n", bytes.len())?;
                out.write_all(&bytes)?;
                out.write_all(b"\r\n")?;
            }
            Step::Wait(time) => std::thread::sleep(time),
            Step::End => {
                out.write_all(b"0\r\n\r\n")?;
                out.flush()?;
                return Ok(true);
            }
        }
        out.flush()?;
    }
    Ok(false)
}

fn read_request(stream: &mut impl BufRead) -> std::io::Result<Option<Received>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = decode(words.next().unwrap_or_default());
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let values = headers.entry(name.to_lowercase()).or_default();
        values.push(value.trim().to_owned());
    }
    Ok(Some(Received {
        method,
        target,
        headers,
    }))
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}
