//! A way to the API server that can be cut.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Default)]
struct State {
    is_cut: bool,
    open: Vec<TcpStream>,
}

/// Passes connections on to another address; it ends with the test's process.
#[derive(Clone)]
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    pub(super) fn to(server: SocketAddr) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| format!("a port: {e}"))?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let proxy = Self {
            address,
            state: Arc::default(),
        };
        let accepting = proxy.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A connection that can't be passed on is closed, and its client says so.
                let _ = accepting.pass(client, server);
            }
        });
        Ok(proxy)
    }

    fn pass(&self, client: TcpStream, server: SocketAddr) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_cut {
            return Ok(());
        }
        let server = TcpStream::connect(server)?;
        for (from, to) in [(&client, &server), (&server, &client)] {
            let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
            std::thread::spawn(move || {
                // It ends when either side does, and takes the other one along.
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
        state.open.extend([client, server]);
        Ok(())
    }

    /// Cuts all connections and refuses new ones.
    pub(super) fn cut(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_cut = true;
        for stream in state.open.drain(..) {
            // One that has ended already is as good.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Passes connections on again.
    pub(super) fn mend(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_cut = false;
    }
}
