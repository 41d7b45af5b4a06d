#![allow(clippy::unwrap_used)]

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

fn target(url: String, pin: &str) -> ConnectTarget {
    ConnectTarget {
        link: 1,
        url,
        pin: pin.to_owned(),
    }
}

async fn code_of(url: String) -> i32 {
    match open(&target(url, ""), &Net::default(), &mut TlsCache::default()).await {
        Ok(_) => 0,
        Err(refusal) => refusal.code,
    }
}

/// Listens and treats every connection with `serve`.
async fn server<F, Fut>(serve: F) -> u16
where
    F: Fn(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

async fn upgrade(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
    while socket.next().await.is_some() {}
}

// CORE-052
#[tokio::test]
async fn failures_have_their_codes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = listener.local_addr().unwrap().port();
    drop(listener);
    assert_eq!(
        code_of(format!("ws://127.0.0.1:{free}/tim/v1")).await,
        code::NET_CONN_REFUSE
    );
    assert_eq!(
        code_of("ws://no-such-host.invalid/tim/v1".into()).await,
        code::HOST_GETADDRINFO_FAILED
    );
    assert_eq!(
        code_of("http://127.0.0.1/".into()).await,
        code::HOST_GETADDRINFO_FAILED
    );
    let web = server(|mut stream| async move {
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        let _ = stream
            .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            .await;
    })
    .await;
    assert_eq!(
        code_of(format!("ws://127.0.0.1:{web}/nowhere")).await,
        code::NET_AUTH_INVALID
    );
    assert_eq!(
        code_of(format!("wss://127.0.0.1:{web}/tim/v1")).await,
        code::NET_AUTH_INVALID
    );
    let open = server(upgrade).await;
    assert_eq!(code_of(format!("ws://127.0.0.1:{open}/tim/v1")).await, 0);
}

// CORE-138
#[tokio::test]
async fn a_pin_accepts_its_key_and_no_other() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let port = server(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                upgrade(stream).await;
            }
        }
    })
    .await;
    let attempt = async |pin: &str| {
        let target = target(format!("wss://127.0.0.1:{port}/tim/v1"), pin);
        match open(&target, &Net::default(), &mut TlsCache::default()).await {
            Ok(_) => 0,
            Err(refusal) => refusal.code,
        }
    };
    use base64::Engine as _;
    use sha2::Digest as _;
    let digest = |der: &[u8]| {
        let digest = sha2::Sha256::digest(der);
        format!(
            "sha256/{}",
            base64::engine::general_purpose::STANDARD.encode(digest)
        )
    };
    use rcgen::PublicKeyData as _;
    assert_eq!(attempt(&made.cert.pem()).await, 0);
    assert_eq!(attempt(&made.signing_key.public_key_pem()).await, 0);
    assert_eq!(
        attempt(&digest(&made.signing_key.subject_public_key_info())).await,
        0
    );
    assert_eq!(
        attempt(&digest(&other.signing_key.subject_public_key_info())).await,
        code::NET_AUTH_INVALID
    );
    assert_eq!(attempt(&other.cert.pem()).await, code::NET_AUTH_INVALID);
    assert_eq!(
        attempt("").await,
        code::NET_AUTH_INVALID,
        "self-signed, and no pin says that it is good"
    );
    assert_eq!(attempt("nonsense").await, code::NET_AUTH_INVALID);
}

// CORE-067
#[tokio::test]
async fn a_socks5_proxy_is_gone_through_with_its_password() {
    let open_port = server(upgrade).await;
    let proxy = server(move |mut stream| async move {
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting[..2]).await.unwrap();
        let mut methods = vec![0; usize::from(greeting[1])];
        stream.read_exact(&mut methods).await.unwrap();
        assert!(methods.contains(&2));
        stream.write_all(&[5, 2]).await.unwrap();
        let mut login = vec![0; 3 + 4 + 6];
        stream.read_exact(&mut login).await.unwrap();
        assert_eq!(login, b"\x01\x04user\x06secret");
        stream.write_all(&[1, 0]).await.unwrap();
        let mut request = [0; 5];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(request[..4], [5, 1, 0, 3], "the name is left to the proxy");
        let mut name = vec![0; usize::from(request[4]) + 2];
        stream.read_exact(&mut name).await.unwrap();
        assert_eq!(&name[..name.len() - 2], b"chat.invalid");
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
        let mut server = TcpStream::connect(("127.0.0.1", open_port)).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
    })
    .await;
    let net = Net::default();
    net.change(|settings| {
        settings.socks = Some(Socks {
            host: "127.0.0.1".into(),
            port: proxy,
            user: "user".into(),
            password: "secret".into(),
        });
    });
    let target = target("ws://chat.invalid:80/tim/v1".into(), "");
    open(&target, &net, &mut TlsCache::default()).await.unwrap();
}

// CORE-068
#[test]
fn proxies_of_the_environment_are_read() {
    let read = |url, user| discovered(url, user, "p").map(|s| (s.host, s.port, s.user, s.password));
    let of = |h: &str, p, u: &str, w: &str| Some((h.to_owned(), p, u.to_owned(), w.to_owned()));
    assert_eq!(read("socks5://h:1081", "u"), of("h", 1081, "u", "p"));
    assert_eq!(read("socks5h://a:b@[::1]:9/", ""), of("::1", 9, "a", "b"));
    assert_eq!(read("socks5://h", "u"), of("h", 1080, "u", "p"));
    assert_eq!(read("http://h:80", "u"), None);
    assert_eq!(read("socks5://h:x", "u"), None);
}

#[test]
fn a_password_is_not_shown() {
    let socks = Socks {
        host: "h".into(),
        port: 1,
        user: "u".into(),
        password: "secret".into(),
    };
    assert!(!format!("{socks:?}").contains("secret"));
}
