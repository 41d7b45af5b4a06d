//! The binary: command line, configuration, signals, restarts, TLS.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use timbre_protocol::frame::Kind;
use timbre_protocol::{HistoryRequest, LoginRequest, request, version};
use timbre_server::storage::App;
use timbre_server::usersig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::*;

fn command(folder: &Folder) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_timbre-server"));
    command.current_dir(&folder.0).args(["--log-level", "warn"]);
    command
}

fn output(command: &mut Command) -> (Output, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output, out, err)
}

pub struct Process {
    child: Child,
    pub address: String,
    url: String,
    pub created: Option<App>,
}

impl Process {
    // Dropping a Process waits for its child; a test that fails before there is one ends with it.
    #[allow(clippy::zombie_processes)]
    pub fn start(folder: &Folder, args: &[&str]) -> Self {
        let mut child = command(folder)
            .args(["--listen", "127.0.0.1:0", "--set", "limits.logins_per_min=0"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let mut created = None;
        loop {
            let line = lines.next().expect("the server ended before it listened");
            if let Some(rest) = line.strip_prefix("created app ") {
                let (id, key) = rest.split_once(" with secret key ").unwrap();
                created = Some(App {
                    id: id.parse().unwrap(),
                    keys: vec![key.into()],
                    disabled: false,
                });
            }
            if let Some(url) = line.strip_prefix("listening on ") {
                let address = url
                    .split("://")
                    .nth(1)
                    .unwrap()
                    .trim_end_matches("/tim/v1")
                    .to_owned();
                return Self {
                    child,
                    address,
                    url: url.into(),
                    created,
                };
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// The most memory that it has ever had, in bytes.
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
    }

    pub async fn user(&self, app: &App, user: &str) -> Client {
        let mut client = Client::connect(&self.address).await;
        client.send(Kind::Hello(version::hello("test"))).await;
        assert!(matches!(client.next().await, Some(Kind::Welcome(_))));
        client.log_in(login(app, user)).await.unwrap();
        client
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn login(app: &App, user: &str) -> LoginRequest {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64;
    LoginRequest {
        app_id: app.id,
        user_id: user.into(),
        user_sig: usersig::sign(app.id, &app.keys[0], user, now, 3600, None),
        device_id: vec![7; 16].into(),
        platform: timbre_protocol::Platform::Linux as i32,
        ..LoginRequest::default()
    }
}

// CORE-5.1: no configuration is needed.
#[tokio::test]
async fn without_configuration_it_makes_its_folder_and_an_app() {
    let folder = Folder::new();
    let server = Process::start(&folder, &[]);
    let app = server.created.clone().unwrap();
    assert_eq!((app.id, app.keys[0].len()), (1_400_000_001, 64));
    assert!(app.keys[0].bytes().all(|b| b.is_ascii_hexdigit()));
    assert!(
        server.url.starts_with("ws://127.0.0.1:") && server.url.ends_with("/tim/v1"),
        "{}",
        server.url
    );
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(folder.0.join("timbre-server-data"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    let mut alice = server.user(&app, "alice").await;
    alice.say("alice", "note").await;
}

// P1: what was answered survives SIGKILL; DESIGN 8.
#[tokio::test]
async fn everything_that_was_answered_survives_a_kill() {
    let folder = Folder::new();
    let server = Process::start(&folder, &[]);
    let app = server.created.clone().unwrap();
    let mut alice = server.user(&app, "alice").await;
    let _bob = server.user(&app, "bob").await;
    for n in 0..20 {
        alice.say("bob", &n.to_string()).await;
    }
    server.signal("-KILL");
    assert_eq!(alice.next().await, None);
    drop(server);

    let server = Process::start(&folder, &[]);
    assert!(server.created.is_none(), "the app is kept");
    let mut bob = server.user(&app, "bob").await;
    let expected = (0..20)
        .map(|n| format!("{}:{n}", n + 1))
        .collect::<Vec<_>>()
        .join(" ");
    assert_eq!(shape(&bob.pull(0).await.entries), expected);
    let mut alice = server.user(&app, "alice").await;
    let repeated = alice.text("bob", "0");
    assert_eq!(
        alice.send_message(repeated).await.unwrap().conv_seq,
        1,
        "keys are kept"
    );
    assert_eq!(
        alice.say("bob", "next").await.conv_seq,
        2,
        "the second key of this client is known too"
    );
    let ask = HistoryRequest {
        conversation: Some(timbre_protocol::Conversation::c2c("bob")),
        count: 100,
        ..Default::default()
    };
    assert_eq!(alice.history(ask).await.messages.len(), 20);
}

#[tokio::test]
async fn sigterm_says_goodbye_and_leaves_one_tidy_file() {
    let folder = Folder::new();
    let mut server = Process::start(&folder, &[]);
    let app = server.created.clone().unwrap();
    let mut alice = server.user(&app, "alice").await;
    let sends: Vec<_> = (0..50).map(|n| alice.text("alice", &n.to_string())).collect();
    for send in sends {
        alice.start(request::Body::Send(send)).await;
    }
    alice.answer(51).await;
    server.signal("-TERM");
    assert_eq!(alice.refusal().await.code, -10114);
    assert!(server.child.wait().unwrap().success());
    let mut files: Vec<_> = std::fs::read_dir(folder.0.join("timbre-server-data"))
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    files.sort();
    assert_eq!(
        files,
        ["timbre.db", "timbre.lock"],
        "the write-ahead log was copied back"
    );
    let server = Process::start(&folder, &[]);
    assert_eq!(server.user(&app, "alice").await.pull(0).await.head, 50);
}

// P1, P3: killed in the middle of a burst; what was answered is there, and sending all again loses nothing and
// doubles nothing.
#[tokio::test]
async fn a_burst_cut_by_a_kill_is_whole_after_sending_it_again() {
    let folder = Folder::new();
    let server = Process::start(&folder, &["--set", "limits.client_rps=0"]);
    let app = server.created.clone().unwrap();
    let mut alice = server.user(&app, "alice").await;
    let sends: Vec<_> = (0..600).map(|n| alice.text("alice", &n.to_string())).collect();
    for send in &sends {
        alice.start(request::Body::Send(send.clone())).await;
    }
    let mut answered = Vec::new();
    while let Some(kind) = alice.next().await {
        let Kind::Response(answer) = kind else { continue };
        let Some(timbre_protocol::response::Body::Send(reply)) = answer.body else {
            panic!("{answer:?}")
        };
        answered.push((answer.id as usize - 2, reply));
        if answered.len() == 5 {
            server.signal("-KILL");
        }
    }
    drop(server);

    let server = Process::start(&folder, &["--set", "limits.client_rps=0"]);
    let mut alice = server.user(&app, "alice").await;
    let mut replies = Vec::new();
    for send in sends {
        replies.push(alice.send_message(send).await.unwrap());
    }
    for (at, reply) in answered {
        assert_eq!(replies[at], reply, "message {at} was answered before the kill");
    }
    let mut texts: Vec<_> = Vec::new();
    while texts.len() < 600 {
        let page = alice.pull(texts.len() as u64).await;
        assert!(!page.entries.is_empty(), "{} of 600", texts.len());
        texts.extend(page.entries.iter().map(short));
    }
    let expected: Vec<_> = (0..600).map(|n| format!("{}:{n}", n + 1)).collect();
    assert_eq!(texts, expected);
}

#[test]
fn a_data_folder_serves_one_server() {
    let folder = Folder::new();
    let server = Process::start(&folder, &[]);
    let (result, _, error) = output(command(&folder).args(["--listen", "127.0.0.1:0"]));
    assert!(
        !result.status.success() && error.contains("in use by another server"),
        "{error}"
    );
    let (result, _, error) = output(command(&folder).args(["usersig", "--user", "alice"]));
    assert!(
        result.status.success(),
        "signing works beside a running server: {error}"
    );
    drop(server);
}

#[test]
fn the_usersig_command_prints_a_usersig_that_verifies() {
    let folder = Folder::new();
    let (result, sig, error) =
        output(command(&folder).args(["usersig", "--user", "alice", "--expire", "60"]));
    assert!(result.status.success(), "{error}");
    let (_, apps, _) = output(command(&folder).args(["app", "--keys"]));
    let words: Vec<_> = apps.split_whitespace().collect();
    let app = App {
        id: words[0].parse().unwrap(),
        keys: vec![words[2].into()],
        disabled: false,
    };
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64;
    let verified = usersig::verify(&app, "alice", sig.trim(), now, 0).unwrap();
    assert_eq!(verified.expires_at, verified.made_at + 60);
    let (result, _, error) = output(command(&folder).args(["usersig", "--user", "alice", "--app", "5"]));
    assert!(!result.status.success() && error.contains("no app 5"), "{error}");
    let (_, apps, _) = output(command(&folder).arg("app"));
    assert!(!apps.contains(&app.keys[0]), "keys are shown only when asked for");
}

#[test]
fn settings_that_are_wrong_are_named() {
    let folder = Folder::new();
    let file = folder.0.join("timbre.toml");
    let cases: &[(&str, &[&str])] = &[
        ("colour = 1", &["unknown setting `colour`", "timbre.toml"]),
        (
            "[limits]\nclient_rsp = 1",
            &["unknown setting `limits.client_rsp`"],
        ),
        (
            "heartbeat_interval_s = 5",
            &["`heartbeat_interval_s`", "from 10 to 600"],
        ),
        (
            "heartbeat_interval_s = 300",
            &["`heartbeat_timeout_s`", "at least twice"],
        ),
        (
            "multi_terminal = 'all'",
            &["`multi_terminal`", "single, dual, triple or multi"],
        ),
        ("auto_register = 'maybe'", &["`auto_register`", "true or false"]),
        ("listen = '0.0.0.0:0'", &["`listen`", "loopback"]),
        ("[tls]\ncert = 'a.pem'", &["`tls.key`"]),
        ("[tls]\ncert = 'a.pem'\nkey = 'b.pem'", &["a.pem"]),
        ("= what", &["timbre.toml"]),
    ];
    for (text, expected) in cases {
        std::fs::write(&file, text).unwrap();
        let mut command = command(&folder);
        command.args(["--config", "timbre.toml"]);
        if !text.starts_with("listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        let (result, out, error) = output(&mut command);
        assert!(!result.status.success() && out.is_empty(), "{text}");
        assert!(
            expected.iter().all(|part| error.contains(part)),
            "{text}: {error}"
        );
    }
    let (result, _, error) = output(command(&folder).env("TIMBRE_LIMITS__CLIENT_RPS", "many"));
    assert!(
        !result.status.success() && error.contains("`limits.client_rps`"),
        "{error}"
    );
}

#[test]
fn later_sources_win() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("timbre.toml"), "[apps]\nfirst_id = 11").unwrap();
    let apps = |command: &mut Command| output(command.args(["--config", "timbre.toml", "app"])).1;
    let run = |name: &str, env: bool, flag: bool| {
        let mut command = command(&folder);
        command.args(["--data", name]);
        if env {
            command.env("TIMBRE_APPS__FIRST_ID", "22");
        }
        if flag {
            command.args(["--set", "apps.first_id=33"]);
        }
        apps(&mut command)
    };
    assert!(run("a", false, false).starts_with("11 "));
    assert!(run("b", true, false).starts_with("22 "));
    assert!(run("c", true, true).starts_with("33 "));
}

// DESIGN 7: TLS by rustls.
#[tokio::test]
async fn with_a_certificate_it_speaks_tls_only() {
    let folder = Arc::new(Folder::new());
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let (cert, key) = (folder.0.join("cert.pem"), folder.0.join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let args = [
        "--tls-cert",
        cert.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
    ];
    let server = Process::start(&folder, &args);
    assert!(server.url.starts_with("wss://"));

    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let stream = TcpStream::connect(&server.address).await.unwrap();
    let stream = connector
        .connect("localhost".try_into().unwrap(), stream)
        .await
        .unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async("wss://localhost/tim/v1", stream)
        .await
        .unwrap();
    use futures_util::{SinkExt as _, StreamExt as _};
    use timbre_protocol::frame;
    use tokio_tungstenite::tungstenite::Message;
    let hello = frame::encode(&frame::single(Kind::Hello(version::hello("test"))));
    socket.send(Message::Binary(hello)).await.unwrap();
    let Some(Ok(Message::Binary(bytes))) = socket.next().await else {
        panic!("no answer")
    };
    assert!(matches!(
        frame::decode(bytes).unwrap().frames[0].kind,
        Some(Kind::Welcome(_))
    ));

    let mut plain = TcpStream::connect(&server.address).await.unwrap();
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    // An alert or a reset: no HTTP in any case.
    let _ = tokio::time::timeout(PATIENCE, plain.read_to_end(&mut answer))
        .await
        .unwrap();
    assert!(
        !answer.starts_with(b"HTTP"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}
