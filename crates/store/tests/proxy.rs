//! A network between a store and its PostgreSQL server, in which connections may go dead.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// Passes on what comes to its port. Ends with the test process.
pub struct Proxy {
    port: u16,
    cuts: Arc<AtomicU32>,
}

impl Proxy {
    /// A proxy of the server on port `to` of this machine.
    pub fn start(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let cuts = Arc::new(AtomicU32::new(0));
        let current = Arc::clone(&cuts);
        thread::spawn(move || {
            for near in listener.incoming() {
                let near = near.expect("a connection");
                // As when nobody listens there.
                let Ok(far) = TcpStream::connect(("127.0.0.1", to)) else {
                    continue;
                };
                let made_at = current.load(Ordering::SeqCst);
                let copy = |stream: &TcpStream| stream.try_clone().expect("a handle");
                for (from, to) in [(copy(&near), copy(&far)), (far, near)] {
                    let cuts = Arc::clone(&current);
                    thread::spawn(move || {
                        pass_on(from, to, || cuts.load(Ordering::SeqCst) == made_at);
                    });
                }
            }
        });
        Self { port, cuts }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Lets every open connection go dead: nothing comes through, and neither end is told. New
    /// connections work.
    pub fn cut(&self) {
        self.cuts.fetch_add(1, Ordering::SeqCst);
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, is_alive: impl Fn() -> bool) {
    let mut buffer = [0; 8192];
    loop {
        match from.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(_) if !is_alive() => {}
            Ok(length) => {
                if to.write_all(&buffer[..length]).is_err() {
                    break;
                }
            }
        }
    }
    if is_alive() {
        // An error means that it is closed already.
        let _ = to.shutdown(Shutdown::Both);
    } else {
        // Dropping the sockets would close them.
        std::mem::forget((from, to));
    }
}
