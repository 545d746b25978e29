//! A port that hands everything on to a server and counts what comes back.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// A forwarder on a free port of loopback, for as long as the process lives.
pub(crate) struct Forward {
    pub(crate) port: u16,
    received: Arc<AtomicU64>,
}

impl Forward {
    /// To `server`, `HOST:PORT`.
    pub(crate) fn to(server: String) -> Result<Self, String> {
        let said = |e: std::io::Error| format!("a free port: {e}");
        let listener = TcpListener::bind("127.0.0.1:0").map_err(said)?;
        let port = listener.local_addr().map_err(said)?.port();
        let received = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&received);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, counter) = (server.clone(), Arc::clone(&counter));
                thread::spawn(move || connect(client, &server, &counter));
            }
        });
        Ok(Self { port, received })
    }

    /// Bytes that the server sent since the last call, as they are on the wire.
    pub(crate) fn take(&self) -> u64 {
        self.received.swap(0, Ordering::SeqCst)
    }
}

/// A side that hangs up ends the other; nobody waits for either.
fn connect(client: TcpStream, server: &str, counter: &Arc<AtomicU64>) -> Option<()> {
    let server = TcpStream::connect(server).ok()?;
    for stream in [&client, &server] {
        stream.set_nodelay(true).ok()?;
    }
    let (from_client, to_server) = (client.try_clone().ok()?, server.try_clone().ok()?);
    thread::spawn(move || copy(from_client, to_server, |_| {}));
    copy(server, client, |count| {
        counter.fetch_add(count as u64, Ordering::SeqCst);
    });
    Some(())
}

fn copy(mut from: TcpStream, mut to: TcpStream, count: impl Fn(usize)) {
    let mut buffer = [0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        count(read);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // The other side learns that no more comes; it may have gone already.
    let _ = to.shutdown(Shutdown::Write);
}
