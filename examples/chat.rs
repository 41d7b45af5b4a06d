//! A chat in a terminal, on the Rust side of the core.
//!
//! ```text
//! cargo run --profile server --package timbre-server     # one terminal: the server
//! cargo run --example chat -- --user alice               # another one
//! cargo run --example chat -- --user bob                 # and another one
//! ```
//!
//! Then `bob: hello` sends, `/list` shows the conversations, `/history bob` the last messages, `/read bob` marks
//! them as read, `/quit` ends. What arrives is printed as it comes.

use std::error::Error;
use std::io::{BufRead, stdin};
use std::process::Command;
use std::sync::Arc;

use serde_json::Value;
use timbre::driver::{Client, EventSink, StartConfig};
use timbre::engine::{CleanScope, Done, EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::messages::{ConvKey, decode_history_param, decode_message};
use timbre::model::session::server_urls;

const USAGE: &str = "usage: chat --user NAME [--server ws://127.0.0.1:8787/tim/v1] [--app ID] [--sig USERSIG | --data SERVER_DATA_FOLDER]";

struct Args {
    user: String,
    server: String,
    app: u64,
    sig: Option<String>,
    data: Option<String>,
}

impl Args {
    fn parse() -> Result<Self, Box<dyn Error>> {
        let mut args = Self {
            user: String::new(),
            server: "ws://127.0.0.1:8787/tim/v1".into(),
            app: 1_400_000_001,
            sig: None,
            data: None,
        };
        let mut given = std::env::args().skip(1);
        while let Some(name) = given.next() {
            let value = given.next().ok_or(USAGE)?;
            match name.as_str() {
                "--user" => args.user = value,
                "--server" => args.server = value,
                "--app" => args.app = value.parse()?,
                "--sig" => args.sig = Some(value),
                "--data" => args.data = Some(value),
                _ => return Err(USAGE.into()),
            }
        }
        if args.user.is_empty() {
            Err(USAGE.into())
        } else {
            Ok(args)
        }
    }

    /// The UserSig that was given, or one made with the keys in the server's data folder. Outside of examples
    /// only an app's own server makes them.
    fn user_sig(&self) -> Result<String, Box<dyn Error>> {
        if let Some(sig) = &self.sig {
            return Ok(sig.clone());
        }
        let mut server = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        server.args([
            "run",
            "--quiet",
            "--profile",
            "server",
            "--package",
            "timbre-server",
            "--",
        ]);
        if let Some(data) = &self.data {
            server.args(["--data", data]);
        }
        let app = self.app.to_string();
        let output = server
            .args(["usersig", "--user", &self.user, "--app", &app])
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }
}

/// Prints what happens.
struct Screen;

impl EventSink for Screen {
    fn event(&self, kind: &EventKind) {
        match kind {
            EventKind::NewMessages { json, .. } => print_messages(json),
            EventKind::ReadReceipts { .. } => println!("(read)"),
            EventKind::NetworkStatus { status: 0, .. } => println!("(connected)"),
            EventKind::NetworkStatus {
                status: 1 | 3, desc, ..
            } => println!("(no connection: {desc})"),
            EventKind::KickedOffline => println!("(logged in elsewhere)"),
            EventKind::UserSigExpired => println!("(the UserSig has expired)"),
            _ => {}
        }
    }
}

fn print_messages(json: &str) {
    for message in array(json) {
        let text = message["message_elem_array"][0]["text_elem_content"]
            .as_str()
            .unwrap_or("[no text]");
        println!("{}: {text}", message["message_sender"].as_str().unwrap_or("?"));
    }
}

fn print_conversations(json: &str) {
    for conversation in array(json) {
        let last = &conversation["conv_last_msg"]["message_elem_array"][0]["text_elem_content"];
        println!(
            "{}  {} unread  {}",
            conversation["conv_id"].as_str().unwrap_or("?"),
            conversation["conv_unread_num"],
            last.as_str().unwrap_or(""),
        );
    }
}

fn array(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap_or_default()
}

/// A completion that shows a failure, or what was asked for.
fn show(print: fn(&str)) -> Done {
    Done::new(move |outcome: Outcome| match outcome.code {
        0 => print(&outcome.json),
        code => println!("({}, {code})", outcome.desc),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse()?;
    let sig = args.user_sig()?;
    let client = Client::start(
        StartConfig {
            app_id: args.app,
            data_dir: Some(format!("timbre_data/chat_{}", args.user).into()),
            server_urls: server_urls(&args.server)?,
            ..StartConfig::default()
        },
        Arc::new(Screen),
    )?;
    client.login(
        &args.user,
        sig,
        show(|_| println!("(logged in; /list /history NAME /read NAME /quit, NAME: text)")),
    );
    for line in stdin().lock().lines() {
        let line = line?;
        let (command, peer) = line.split_once(' ').unwrap_or((&line, ""));
        match command {
            "/quit" => break,
            "/list" => client.call(Op::GetConvList, show(print_conversations)),
            "/history" => {
                let param = decode_history_param(
                    r#"{"msg_getmsglist_param_count":20,"msg_getmsglist_param_is_ramble":true}"#,
                );
                let param = Box::new(param.map_err(|code| format!("history parameters: {code}"))?);
                let newest_last = |json: &str| {
                    let oldest_first: Vec<Value> = array(json).into_iter().rev().collect();
                    print_messages(&Value::from(oldest_first).to_string());
                };
                client.call(
                    Op::GetHistory {
                        conv: ConvKey::c2c(peer),
                        param,
                    },
                    show(newest_last),
                );
            }
            "/read" => {
                let scope = CleanScope::One(ConvKey::c2c(peer));
                client.call(
                    Op::CleanUnread {
                        scope,
                        timestamp: 0,
                        sequence: 0,
                    },
                    show(|_| ()),
                );
            }
            _ => match line.split_once(": ") {
                Some((peer, text)) => {
                    let message = serde_json::json!({
                        "message_elem_array": [{"elem_type": 0, "text_elem_content": text}]
                    });
                    let draft =
                        decode_message(&message.to_string()).map_err(|code| format!("message: {code}"))?;
                    client.send_message(ConvKey::c2c(peer), draft, show(|_| ()));
                }
                None => println!("(NAME: text, or /list /history NAME /read NAME /quit)"),
            },
        }
    }
    client.shutdown();
    Ok(())
}
