//! Accepts connections: counts them per address, does TLS where it is configured.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::http::{self, Incomer};
use super::session::{HANDSHAKE_MS, Session};
use super::socket;
use crate::error::code;
use crate::service::Service;

/// Connections beyond the limit of their address that are told so; more are just closed.
const REFUSED_AT_ONCE: usize = 64;

/// Reads a certificate chain and its key, both PEM.
pub fn tls(certificate: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    let bad = |path: &Path, error: &dyn std::fmt::Display| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| bad(certificate, &error))?;
    if chain.is_empty() {
        return Err(bad(certificate, &"no certificate in it"));
    }
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| bad(key, &error))?;
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key_der)
        .map_err(|error| bad(certificate, &error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Connections per address.
#[derive(Default)]
struct Addresses(Mutex<HashMap<IpAddr, usize>>);

/// One connection of an address, until it is dropped.
struct Counted {
    addresses: Arc<Addresses>,
    address: IpAddr,
    /// How many there are with this one.
    number: usize,
}

impl Addresses {
    fn count(self: &Arc<Self>, address: IpAddr) -> Counted {
        let mut counts = self.0.lock();
        let count = counts.entry(address).or_default();
        *count += 1;
        Counted {
            addresses: self.clone(),
            address,
            number: *count,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.addresses.0.lock();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// Accepts connections until `drain` is set. Each holds a clone of `alive` for as long as it lives.
pub async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    service: Arc<Service>,
    mut drain: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) {
    let addresses = Arc::new(Addresses::default());
    let signal = drain.clone();
    let mut draining = std::pin::pin!(drain.wait_for(|on| *on));
    loop {
        let accepted = tokio::select! {
            _ = &mut draining => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: others have to close first.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let counted = addresses.count(peer.ip());
        let limit = service.config().conns_per_ip as usize;
        if limit > 0 && counted.number > limit + REFUSED_AT_ONCE {
            continue;
        }
        // Frames are small and each is waited for.
        let _ = stream.set_nodelay(true);
        let refused = limit > 0 && counted.number > limit;
        let connection = Connection {
            service: service.clone(),
            peer,
            refused,
            drain: signal.clone(),
        };
        let (tls, alive) = (tls.clone(), alive.clone());
        match tls {
            None => tokio::spawn(async move {
                connection.serve(stream, false).await;
                drop((counted, alive));
            }),
            Some(tls) => tokio::spawn(async move {
                connection.serve_tls(tls, stream).await;
                drop((counted, alive));
            }),
        };
    }
}

struct Connection {
    service: Arc<Service>,
    peer: SocketAddr,
    refused: bool,
    drain: watch::Receiver<bool>,
}

impl Connection {
    async fn serve_tls(self, tls: TlsAcceptor, stream: TcpStream) {
        let handshake = Box::pin(tls.accept(stream));
        let timeout = Duration::from_millis(HANDSHAKE_MS.unsigned_abs());
        match tokio::time::timeout(timeout, handshake).await {
            Ok(Ok(stream)) => self.serve(stream, true).await,
            Ok(Err(error)) => tracing::debug!(peer = %self.peer, %error, "TLS handshake failed"),
            Err(_) => tracing::debug!(peer = %self.peer, "TLS handshake timed out"),
        }
    }

    async fn serve<S>(self, stream: S, secure: bool)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = self.service.clone();
        let incomer = Incomer {
            secure,
            refused: self.refused,
            drain: self.drain.clone(),
        };
        http::serve(stream, service, incomer, move |websocket, origin| async move {
            let address = self.peer.ip();
            let session = match self.refused {
                true => Session::refused(
                    self.service.clone(),
                    address,
                    code::CONNECT_LIMIT,
                    "too many connections from this address",
                ),
                false => Session::new(self.service.clone(), address).to_origin(origin),
            };
            socket::serve(websocket, session, &self.service, self.drain).await;
        })
        .await;
    }
}
