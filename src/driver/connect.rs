//! Opens one WebSocket: address, proxy, TCP, TLS, upgrade; each failure becomes a code of the error table and
//! a sentence that says which step failed.

use std::cmp::Reverse;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use parking_lot::Mutex;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::http::Uri;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::tls;
use crate::engine::ConnectTarget;
use crate::model::error::{Refusal, code};

/// How long all steps together may take.
pub(super) const CONNECT: Duration = Duration::from_secs(10);
/// Head start of each address over the next.
const STAGGER: Duration = Duration::from_millis(250);

/// What the host has set about the network; read at every attempt.
#[derive(Debug, Default)]
pub(crate) struct Net {
    settings: Mutex<NetSettings>,
}

/// A SOCKS5 proxy.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Socks {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) password: String,
}

impl std::fmt::Debug for Socks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "socks5://{}:{}", self.host, self.port)
    }
}

#[derive(Debug, Default, Clone)]
pub(crate) struct NetSettings {
    /// `set_config_socks5_proxy_info`.
    pub(crate) socks: Option<Socks>,
    /// `set_config_pac_proxy_info`: user and password for the proxy that the environment names.
    pub(crate) discover: Option<(String, String)>,
    /// `set_ipv6_prior`.
    pub(crate) ipv6_first: bool,
}

impl Net {
    pub(crate) fn change(&self, change: impl FnOnce(&mut NetSettings)) {
        change(&mut self.settings.lock());
    }

    fn settings(&self) -> NetSettings {
        self.settings.lock().clone()
    }
}

/// A byte stream to the server, TLS or not.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// An open WebSocket.
pub(crate) type Socket = WebSocketStream<Box<dyn Io>>;

/// The TLS configuration of the last pin, so that the platform's certificates are read once.
#[derive(Default)]
pub(crate) struct TlsCache(Option<(String, Arc<ClientConfig>)>);

impl TlsCache {
    pub(super) fn get(&mut self, pin: &str) -> Result<Arc<ClientConfig>, Refusal> {
        if let Some((cached, config)) = &self.0
            && cached == pin
        {
            return Ok(config.clone());
        }
        let config = tls::client_config(pin).map_err(|e| Refusal::new(code::NET_AUTH_INVALID, e))?;
        self.0 = Some((pin.to_owned(), config.clone()));
        Ok(config)
    }
}

/// Opens `target`. The refusal carries a code of spec 01 section 3.2.
pub(crate) async fn open(target: &ConnectTarget, net: &Net, tls: &mut TlsCache) -> Result<Socket, Refusal> {
    match timeout(CONNECT, open_steps(target, net, tls)).await {
        Ok(result) => result,
        Err(_) => Err(Refusal::new(
            code::NET_CONN_TIMEOUT,
            "the connection was not made within 10 seconds",
        )),
    }
}

async fn open_steps(target: &ConnectTarget, net: &Net, tls: &mut TlsCache) -> Result<Socket, Refusal> {
    let address = Address::parse(&target.url)?;
    let config = if address.secure {
        Some(tls.get(&target.pin)?)
    } else {
        None
    };
    let stream = stream(&address, config, net).await?;
    let mut config = WebSocketConfig::default();
    config.read_buffer_size = 16 << 10;
    config.write_buffer_size = 0;
    config.max_message_size = Some(timbre_protocol::frame::MAX_PACKET_BYTES);
    config.max_frame_size = Some(timbre_protocol::frame::MAX_PACKET_BYTES);
    let upgrade = tokio_tungstenite::client_async_with_config(target.url.as_str(), stream, Some(config));
    upgrade.await.map(|(socket, _)| socket).map_err(upgrade_refusal)
}

/// A byte stream to `address`: through the proxy where there is one, and through TLS where `tls` is given.
pub(super) async fn stream(
    address: &Address,
    tls: Option<Arc<ClientConfig>>,
    net: &Net,
) -> Result<Box<dyn Io>, Refusal> {
    let settings = net.settings();
    let tcp = match proxy(&settings) {
        Some(proxy) => through(&proxy, address, settings.ipv6_first).await?,
        None => connect(&address.host, address.port, settings.ipv6_first).await?,
    };
    // Small frames must not wait for each other; a socket that cannot promise that still works.
    let _ = tcp.set_nodelay(true);
    Ok(if let Some(config) = tls {
        let name = ServerName::try_from(address.host.clone()).map_err(|_| {
            Refusal::new(
                code::NET_AUTH_INVALID,
                "the host name cannot stand in a certificate",
            )
        })?;
        let stream = TlsConnector::from(config).connect(name, tcp).await.map_err(|e| {
            Refusal::new(
                code::NET_AUTH_INVALID,
                format!("the TLS handshake with the server failed: {e}"),
            )
        })?;
        Box::new(stream)
    } else {
        Box::new(tcp)
    })
}

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) secure: bool,
    /// Name or IP address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, Refusal> {
        let bad = || {
            Refusal::new(
                code::HOST_GETADDRINFO_FAILED,
                "the server address is not ws://host or wss://host",
            )
        };
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let secure = match uri.scheme_str() {
            Some("ws") => false,
            Some("wss") => true,
            _ => return Err(bad()),
        };
        let host = uri.host().filter(|h| !h.is_empty()).ok_or_else(bad)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { secure, host, port })
    }
}

/// Resolves and connects; several addresses race, each with a head start over the next.
async fn connect(host: &str, port: u16, ipv6_first: bool) -> Result<TcpStream, Refusal> {
    let mut addresses: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
        .await
        .map_err(|e| {
            Refusal::new(
                code::HOST_GETADDRINFO_FAILED,
                format!("the name {host} is not resolved: {e}"),
            )
        })?
        .collect();
    if ipv6_first {
        addresses.sort_by_key(|a| Reverse(a.is_ipv6()));
    }
    let mut attempts: FuturesUnordered<_> = (0u32..)
        .zip(addresses)
        .map(|(turn, address)| async move {
            sleep(STAGGER * turn).await;
            TcpStream::connect(address).await
        })
        .collect();
    let mut failure = None;
    while let Some(attempt) = attempts.next().await {
        match attempt {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = Some(error),
        }
    }
    Err(match failure {
        Some(error) => tcp_refusal(&error, host, port),
        None => Refusal::new(
            code::HOST_GETADDRINFO_FAILED,
            format!("the name {host} has no address"),
        ),
    })
}

fn tcp_refusal(error: &io::Error, host: &str, port: u16) -> Refusal {
    let code = match error.kind() {
        ErrorKind::TimedOut => code::NET_CONN_TIMEOUT,
        ErrorKind::ConnectionRefused => code::NET_CONN_REFUSE,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => {
            code::NET_UNREACH
        }
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => code::NET_RESET,
        _ => code::NET_DISCONNECT,
    };
    Refusal::new(code, format!("no connection to {host}:{port}: {error}"))
}

fn upgrade_refusal(error: WsError) -> Refusal {
    match error {
        WsError::Http(response) => Refusal::new(
            code::NET_AUTH_INVALID,
            format!(
                "the server did not open a WebSocket: HTTP status {}",
                response.status()
            ),
        ),
        WsError::Io(error) if error.kind() == ErrorKind::ConnectionReset => Refusal::new(
            code::NET_RESET,
            format!("the connection was reset in the WebSocket handshake: {error}"),
        ),
        other => Refusal::new(
            code::NET_AUTH_INVALID,
            format!("the WebSocket handshake failed: {other}"),
        ),
    }
}

/// The proxy to go through: the one that was set, else with discovery the one that the environment names.
fn proxy(settings: &NetSettings) -> Option<Socks> {
    if settings.socks.is_some() {
        return settings.socks.clone();
    }
    let (user, password) = settings.discover.as_ref()?;
    ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find_map(|url| discovered(&url, user, password))
}

/// Reads `socks5://[user:password@]host:port`; other kinds of proxies are not spoken here.
fn discovered(url: &str, user: &str, password: &str) -> Option<Socks> {
    let rest = url
        .strip_prefix("socks5://")
        .or_else(|| url.strip_prefix("socks5h://"))?;
    let rest = rest.trim_end_matches('/');
    let (login, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (host, port) = place.rsplit_once(':').unwrap_or((place, "1080"));
    let (own_user, own_password) = login.split_once(':').unwrap_or((login, ""));
    let own = user.is_empty();
    Some(Socks {
        host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
        port: port.parse().ok()?,
        user: if own { own_user } else { user }.to_owned(),
        password: if own { own_password } else { password }.to_owned(),
    })
}

/// Connects to `address` through `proxy`, which also resolves the name.
async fn through(proxy: &Socks, address: &Address, ipv6_first: bool) -> Result<TcpStream, Refusal> {
    use tokio_socks::Error;
    use tokio_socks::tcp::Socks5Stream;

    let socket = connect(&proxy.host, proxy.port, ipv6_first).await?;
    let place = (address.host.as_str(), address.port);
    let result = if proxy.user.is_empty() {
        Socks5Stream::connect_with_socket(socket, place).await
    } else {
        Socks5Stream::connect_with_password_and_socket(socket, place, &proxy.user, &proxy.password).await
    };
    result.map(Socks5Stream::into_inner).map_err(|error| {
        let code = match &error {
            Error::HostUnreachable | Error::NetworkUnreachable => code::NET_UNREACH,
            Error::ConnectionRefused => code::NET_CONN_REFUSE,
            Error::Io(e) if e.kind() == ErrorKind::ConnectionReset => code::NET_RESET,
            _ => code::NET_DISCONNECT,
        };
        Refusal::new(code, format!("the proxy did not connect: {error}"))
    })
}

#[cfg(test)]
#[path = "connect_tests.rs"]
mod tests;
