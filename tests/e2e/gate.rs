//! A wire between a device and its server that a test can hold, cut, and count; it speaks SOCKS5 to those who do.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// Nothing is held or cut after so many bytes.
const NEVER: u64 = u64::MAX;

struct Wire {
    /// A connection is held once so many bytes have gone to the server on it.
    hold_after: u64,
    /// A connection is cut once so many bytes have come from the server on it.
    cut_after: u64,
    /// Bytes that have gone to the server.
    up: u64,
    /// Connections that are held.
    held: usize,
    /// Connections that were cut.
    cut: usize,
    /// Connections that were asked for in SOCKS5.
    socks: usize,
    sockets: Vec<TcpStream>,
}

/// See the module.
pub struct Gate {
    address: SocketAddr,
    shared: Arc<(Mutex<Wire>, Condvar)>,
}

impl Gate {
    /// A wire to `server`, which has the form `ws://host:port/path`.
    pub fn to(server: &str) -> Self {
        let place = server.split('/').nth(2).unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let wire = Wire {
            hold_after: NEVER,
            cut_after: NEVER,
            up: 0,
            held: 0,
            cut: 0,
            socks: 0,
            sockets: Vec::new(),
        };
        let shared = Arc::new((Mutex::new(wire), Condvar::new()));
        let state = shared.clone();
        // It ends with the process.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (place, state) = (place.clone(), state.clone());
                thread::spawn(move || connect(client, &place, &state));
            }
        });
        Self { address, shared }
    }

    /// `server` as seen through this wire.
    pub fn url(&self, server: &str) -> String {
        let place = server.split('/').nth(2).unwrap();
        server.replacen(place, &self.address.to_string(), 1)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn hold_after(&self, bytes: u64) {
        self.shared.0.lock().unwrap().hold_after = bytes;
    }

    pub fn cut_after(&self, bytes: u64) {
        self.shared.0.lock().unwrap().cut_after = bytes;
    }

    /// Waits until so many connections are held.
    pub fn until_held(&self, count: usize) {
        let wire = self.shared.0.lock().unwrap();
        drop(self.shared.1.wait_while(wire, |w| w.held < count).unwrap());
    }

    /// Lets everything go again.
    pub fn release(&self) {
        let mut wire = self.shared.0.lock().unwrap();
        wire.hold_after = NEVER;
        wire.cut_after = NEVER;
        self.shared.1.notify_all();
    }

    /// Ends every connection.
    pub fn cut(&self) {
        let mut wire = self.shared.0.lock().unwrap();
        for socket in wire.sockets.drain(..) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// Bytes that have gone to the server.
    pub fn up(&self) -> u64 {
        self.shared.0.lock().unwrap().up
    }

    /// Connections that were cut by [`cut_after`](Self::cut_after).
    pub fn cuts(&self) -> usize {
        self.shared.0.lock().unwrap().cut
    }

    /// Connections that were asked for in SOCKS5.
    pub fn socks(&self) -> usize {
        self.shared.0.lock().unwrap().socks
    }
}

type State = Arc<(Mutex<Wire>, Condvar)>;

fn connect(mut client: TcpStream, place: &str, state: &State) -> Option<()> {
    let mut first = [0];
    if client.peek(&mut first).ok()? == 1 && first == [5] {
        socks5(&mut client)?;
        state.0.lock().unwrap().socks += 1;
    }
    let server = TcpStream::connect(place).ok()?;
    {
        let mut wire = state.0.lock().unwrap();
        wire.sockets.push(client.try_clone().ok()?);
        wire.sockets.push(server.try_clone().ok()?);
    }
    let (from, to, shared) = (server.try_clone().ok()?, client.try_clone().ok()?, state.clone());
    thread::spawn(move || pump(from, to, &shared, false));
    pump(client, server, state, true);
    Some(())
}

/// Answers as a proxy that asks for no password; wherever it is to connect to, the server is there.
fn socks5(client: &mut TcpStream) -> Option<()> {
    let mut head = [0; 2];
    client.read_exact(&mut head).ok()?;
    let mut methods = vec![0; usize::from(head[1])];
    client.read_exact(&mut methods).ok()?;
    client.write_all(&[5, 0]).ok()?;
    let mut request = [0; 5];
    client.read_exact(&mut request).ok()?;
    let left = match request[3] {
        1 => 3,
        4 => 15,
        _ => usize::from(request[4]),
    };
    let mut place = vec![0; left + 2];
    client.read_exact(&mut place).ok()?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()
}

fn pump(mut from: TcpStream, mut to: TcpStream, state: &State, up: bool) {
    let mut buffer = vec![0; 64 << 10];
    let mut passed = 0;
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let mut wire = state.0.lock().unwrap();
        let mut part = read;
        let mut cut = false;
        if up {
            if passed > wire.hold_after {
                wire.held += 1;
                state.1.notify_all();
                wire = state.1.wait_while(wire, |w| passed > w.hold_after).unwrap();
                wire.held -= 1;
            }
            wire.up += read as u64;
        } else if passed + read as u64 > wire.cut_after {
            part = (wire.cut_after.saturating_sub(passed)) as usize;
            wire.cut += 1;
            cut = true;
        }
        drop(wire);
        passed += part as u64;
        if to.write_all(&buffer[..part]).is_err() || cut {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
