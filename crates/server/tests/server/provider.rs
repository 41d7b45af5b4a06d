//! A service of somebody else, as small as can be: it takes POSTs, remembers them and answers what the test says.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// What came in.
#[derive(Debug, Clone)]
pub struct Call {
    /// `POST /path HTTP/1.1`
    pub line: String,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Call {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What goes out.
pub enum Answer {
    /// A status and a body.
    Say(u16, String),
    /// Nothing, for as long as the caller waits.
    Silence,
}

pub struct Provider {
    pub url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Provider {
    /// `answer` gets the number of the call, from 0, and the call.
    pub fn start(answer: impl Fn(usize, &Call) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/work?key=1", listener.local_addr().unwrap());
        let calls = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (calls.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (kept.clone(), answer.clone());
                std::thread::spawn(move || serve(stream, &kept, &*answer));
            }
        });
        Self { url, calls }
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, kept: &Mutex<Vec<Call>>, answer: &dyn Fn(usize, &Call) -> Answer) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() || line.is_empty() {
        return;
    }
    let mut headers = HashMap::new();
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).is_err() {
            return;
        }
        match header.trim_end().split_once(':') {
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.trim().to_owned()),
            None => break,
        };
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let call = Call {
        line: line.trim_end().to_owned(),
        headers,
        body,
    };
    let number = {
        let mut kept = kept.lock().unwrap();
        kept.push(call.clone());
        kept.len() - 1
    };
    let mut stream = reader.into_inner();
    match answer(number, &call) {
        Answer::Say(status, text) => {
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n",
                text.len()
            );
            let _ = stream.write_all((head + &text).as_bytes());
        }
        // Ends when the caller hangs up.
        Answer::Silence => drop(stream.read(&mut [0])),
    }
}
