//! What the client does: state and rules, and no I/O but the store.
//!
//! [`Engine::handle`] takes one input (a call of the host, an event of the link, a timer, an answer of the
//! reader) and changes the engine's state and its store; what is to be done outside is collected. After every
//! waiting input has been handled, [`Engine::commit`] writes the transaction and only then lets the collected
//! outputs go. From that one rule follow two promises: nothing leaves the core that is not on disk (P6), and
//! after a success callback every query shows its effect (P7).
//!
//! The engine has no clock, no socket, no thread and no randomness of its own: time comes with each input,
//! jitter from a seed. A whole client can therefore be run, stepped, killed (by dropping it) and replayed in
//! one thread of a test.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use timbre_protocol::{Platform, SignOffRequest};

use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::ConvKey;
use crate::store::StoreError;

mod api;
mod apply;
mod batch;
mod batch_send;
mod cache;
mod changes;
mod conversations;
mod delete;
mod experimental;
mod explain;
mod extensions;
mod history;
mod link;
mod local;
mod login;
mod media;
mod merged;
mod messages;
mod modify;
mod options;
mod reactions;
mod recall;
mod receipts;
mod reference;
mod requests;
mod rng;
mod search;
mod search_index;
mod send;
mod shared;
mod sync;
pub mod transfers;
mod translation;
mod unbuilt;
mod user;

pub use api::{
    CleanScope, ConnectTarget, Done, DownloadOp, Event, EventKind, Identity, Input, LinkEvent, Now, Op,
    Output, ReadDone, ReadJob, ReadQuery, ReadRows, SendOp,
};
pub use extensions::{ExtensionAction, ExtensionOp};
pub use options::OptionOp;
pub use reactions::ReactionOp;
pub use receipts::ReceiptOp;
pub use shared::{Shared, status};
pub use translation::LanguageOp;
pub use unbuilt::{Gate, Unbuilt};

use link::Link;
use login::Session;
use media::Media;
use requests::Requests;
use rng::Rng;
use user::User;

/// What an engine is made with.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// The app.
    pub app_id: u64,
    /// Folder of this app's databases, which exists; none: everything stays in memory.
    pub data_dir: Option<PathBuf>,
    /// 16 random bytes, made once per installation.
    pub device_id: [u8; 16],
    /// What the device is.
    pub platform: Platform,
    /// Model, at most 128 bytes.
    pub device_type: String,
    /// At most 64 bytes.
    pub system_version: String,
    /// `sdk_config_brand_type`.
    pub brand: i64,
    /// `sdk_config_server_url`, in order of preference; wins over every other source of an address.
    pub server_urls: Vec<String>,
    /// `TIMBRE_SERVER_URL`, used when no other source names an address.
    pub env_server_url: Option<String>,
    /// Product and version, told to the server.
    pub client_name: String,
    /// Start of the jitter and of request keys.
    pub seed: u64,
}

/// Settings that calls change.
#[derive(Debug, Clone)]
struct Knobs {
    max_retry_count: u32,
    packet_timeout_ms: u64,
    ignore_repeat_login: bool,
    user_define_data: String,
    custom_login_info: Option<(String, String)>,
    ui_platform: u32,
    disable_storage: bool,
}

/// One client.
#[derive(Debug)]
pub struct Engine {
    config: EngineConfig,
    shared: Arc<Shared>,
    now: Now,
    out: Vec<Output>,
    knobs: Knobs,
    rng: Rng,
    link: Link,
    session: Session,
    requests: Requests,
    /// Messages being sent, by their id: their conversation and their request.
    sends: HashMap<String, (ConvKey, u64)>,
    media: Media,
    user: Option<User>,
    /// When messages were deleted in the cloud last.
    deleted_at: Option<u64>,
    /// Of the last job of the reader.
    last_ticket: u64,
    /// Whose database was closed last.
    closed: Option<user::Closed>,
    /// The UserSig that the server called expired last: whose, and its digest.
    expired_sig: Option<(String, u64)>,
    /// Logouts that the server has not been told.
    sign_offs: Vec<SignOffRequest>,
    /// Events that come after the conversation events of the batch.
    tail: Vec<EventKind>,
    /// Calls that set receive options lately.
    option_calls: options::Calls,
    /// Seconds that local time is ahead of UTC.
    zone_offset_s: i32,
    /// What failed in the store during this batch.
    fault: Option<StoreError>,
    shut: bool,
}

impl Engine {
    /// A client that nobody is logged in to. It starts connecting at its first [`Input::Tick`].
    pub fn new(config: EngineConfig, shared: Arc<Shared>) -> Self {
        Self {
            rng: Rng::new(config.seed),
            link: Link::new(&config),
            config,
            shared,
            now: Now::default(),
            out: Vec::new(),
            knobs: Knobs {
                max_retry_count: 2,
                packet_timeout_ms: 15_000,
                ignore_repeat_login: false,
                user_define_data: String::new(),
                custom_login_info: None,
                ui_platform: 0,
                disable_storage: false,
            },
            session: Session::Out,
            requests: Requests::default(),
            sends: HashMap::new(),
            media: Media::default(),
            user: None,
            deleted_at: None,
            last_ticket: 0,
            closed: None,
            expired_sig: None,
            sign_offs: Vec::new(),
            tail: Vec::new(),
            option_calls: options::Calls::default(),
            zone_offset_s: 0,
            fault: None,
            shut: false,
        }
    }

    /// Handles one input. Its outputs come out of the next [`Engine::commit`].
    pub fn handle(&mut self, now: Now, input: Input) {
        self.now = now;
        if self.shut {
            if let Input::Call(op, done) = input {
                self.complete(
                    done,
                    Outcome::fail(code::NOT_INITIALIZED, "not initialized", op.empty()),
                );
            }
            return;
        }
        match input {
            Input::Call(op, done) => self.call(op, done),
            Input::Link(event) => self.on_link(event),
            Input::Tick => {}
            Input::Thrown { generation, row } => self.on_thrown(generation, row),
            Input::Transfer { id, event } => self.on_transfer(id, event),
            Input::Read(answer) => self.on_read(answer),
            Input::Zone(offset_s) => {
                // Nothing is due because of it, least of all before what the client was started with.
                self.zone_offset_s = offset_s;
                return;
            }
            Input::Shutdown => self.shutdown(),
        }
        self.on_time();
    }

    /// Writes what the inputs since the last commit changed, then appends their outputs to `out`. When the
    /// database cannot be written nothing has happened: completions end with 7010 or 6022, events are not
    /// told, and the state is read from disk again.
    pub fn commit(&mut self, now: Now, out: &mut Vec<Output>) {
        self.now = now;
        let result = self.finish_batch();
        match result {
            Ok(()) => out.append(&mut self.out),
            Err(error) => self.undo_batch(&error, out),
        }
    }

    /// The monotonic millisecond at which the engine wants an [`Input::Tick`] at the latest.
    pub fn next_deadline(&self) -> Option<u64> {
        if self.shut {
            return None;
        }
        [
            self.link.deadline(),
            self.requests.deadline(),
            self.session.deadline(),
            self.user.as_ref().and_then(|u| u.sync.deadline()),
            self.user.as_ref().and_then(|u| u.index.deadline),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn call(&mut self, op: Op, done: Done) {
        match op {
            Op::Login { user_id, user_sig } => self.login(user_id, user_sig, done),
            Op::Logout => self.logout(done),
            Op::Configure(settings) => self.configure(*settings, done),
            Op::Experimental(operation) => self.experimental(*operation, done),
            Op::Send(op) => self.send(*op, done),
            Op::GetHistory { conv, param } => self.get_history(conv, *param, done),
            Op::FindMessages { ids } => self.find_messages(&ids, done),
            Op::FindByLocators { conv, locators } => self.find_by_locators(&conv, locators, done),
            Op::CancelSend { conv, msg_id } => self.cancel_send(conv, msg_id, done),
            Op::DownloadElem(op) => self.download_elem(*op, done),
            Op::DownloadMerged(draft) => self.download_merged(draft, done),
            Op::BatchSend(param) => self.batch_send(param, done),
            Op::Recall { conv, message } => self.recall(conv, *message, done),
            Op::Modify { draft, given } => self.modify(*draft, given, done),
            Op::Delete { conv, message, cloud } => self.delete(conv, *message, cloud, done),
            Op::DeleteList { conv, messages } => self.delete_list(conv, messages, done),
            Op::ClearHistory(conv) => self.clear_history(conv, done),
            Op::Save { conv, draft } => self.save_message(&conv, &draft, done),
            Op::Import { conv, drafts } => self.import_messages(&conv, &drafts, done),
            Op::SetLocalCustomData(draft) => self.set_local_custom_data(&draft, done),
            Op::GetConvList => self.get_conv_list(done),
            Op::GetConvInfo(keys) => self.get_conv_info(&keys, done),
            Op::GetTotalUnread => self.get_total_unread(done),
            Op::CleanUnread {
                scope,
                timestamp,
                sequence,
            } => {
                self.clean_unread(scope, timestamp, sequence, done);
            }
            Op::ReportRead { scope, message } => self.report_read(scope, message.map(|m| *m), done),
            Op::Receipts(op) => self.receipts(op, done),
            Op::Options(op) => self.options(op, done),
            Op::Extensions(op) => self.extensions(op, done),
            Op::Reactions(op) => self.reactions(op, done),
            Op::Languages(op) => self.languages(op, done),
            Op::SearchLocal(param) => self.search_local(&param, done),
            Op::SearchCloud(param) => self.search_cloud(param, done),
            Op::Explain(key) => self.explain(&key, done),
            Op::Unbuilt(function, refusal) => self.unbuilt(function, refusal, done),
        }
    }

    /// What is due by now.
    fn on_time(&mut self) {
        self.wake_uploads();
        self.link_on_time();
        self.requests_on_time();
        self.session_on_time();
        self.sync_on_time();
    }

    fn finish_batch(&mut self) -> Result<(), StoreError> {
        self.flush_throws()?;
        self.flush_conversations()?;
        self.flush_requests();
        self.flush_ack();
        self.tend_search_index()?;
        match &mut self.user {
            Some(user) => user.store.commit().map(|_| ()),
            None => Ok(()),
        }
    }

    fn undo_batch(&mut self, error: &StoreError, out: &mut Vec<Output>) {
        self.log(6, "store", format!("the batch was undone: {error}"));
        self.tail.clear();
        for output in std::mem::take(&mut self.out) {
            match output {
                Output::Complete(done, outcome) => {
                    let outcome = if outcome.code == 0 {
                        Outcome::fail(error.code(), error.to_string(), outcome.json)
                    } else {
                        outcome
                    };
                    out.push(Output::Complete(done, outcome));
                }
                // Transfers go on: what waits for them would otherwise wait for ever.
                Output::Event(Event { generation: 0, .. })
                | Output::Transfer(_)
                | Output::CancelTransfer(_)
                | Output::Log { .. }
                | Output::Connect(_)
                | Output::Disconnect { .. } => out.push(output),
                Output::Event(_) | Output::Progress(..) | Output::Transmit { .. } | Output::Read(_) => {}
            }
        }
        self.reload_user(error);
        self.drop_link(code::NET_DISCONNECT, "the local database failed");
        out.append(&mut self.out);
    }

    fn shutdown(&mut self) {
        self.shut = true;
        self.fail_requests(false, code::INTERRUPT, "interrupted by uninit");
        self.end_waiting(code::INTERRUPT, "interrupted by uninit");
        self.end_session_calls(code::INTERRUPT, "interrupted by uninit");
        self.close_link();
        self.session = Session::Out;
        self.shared.set_status(status::LOGGED_OUT);
        self.shared.next_generation();
        if let Err(error) = self.finish_batch() {
            self.log(6, "store", format!("closing: {error}"));
        }
        if let Some(user) = self.user.take() {
            user.store.close();
        }
    }

    // ---- small tools for all modules ----

    fn complete(&mut self, done: Done, outcome: Outcome) {
        self.out.push(Output::Complete(done, outcome));
    }

    fn refuse(&mut self, done: Done, refusal: Refusal, empty: impl Into<String>) {
        self.complete(done, refusal.outcome(empty));
    }

    /// An event of the current login.
    fn event(&mut self, kind: EventKind) {
        let generation = self.shared.generation();
        self.out.push(Output::Event(Event { generation, kind }));
    }

    /// An event that comes after the conversation events of this batch.
    fn event_after_conversations(&mut self, kind: EventKind) {
        self.tail.push(kind);
    }

    /// An event that belongs to no login.
    fn event_for_all(&mut self, kind: EventKind) {
        self.out.push(Output::Event(Event { generation: 0, kind }));
    }

    fn log(&mut self, level: u8, area: &'static str, text: String) {
        self.out.push(Output::Log { level, area, text });
    }

    fn server_ms(&self) -> i64 {
        self.shared.server_ms(self.now.wall_ms)
    }
}

impl Op {
    /// What `json_params` holds when the operation fails.
    fn empty(&self) -> &'static str {
        match self {
            Self::GetHistory { .. }
            | Self::FindMessages { .. }
            | Self::FindByLocators { .. }
            | Self::DownloadMerged(_)
            | Self::BatchSend(_)
            | Self::GetConvList
            | Self::GetConvInfo(_) => "[]",
            Self::CancelSend { .. } => "{}",
            Self::SearchLocal(_) | Self::SearchCloud(_) => search::NOTHING,
            Self::GetTotalUnread => "{\"conv_get_total_unread_message_count_result_unread_count\":0}",
            Self::Experimental(operation) => operation.empty(),
            Self::Receipts(op) => op.empty(),
            Self::Unbuilt(function, _) => function.empty(),
            _ => "",
        }
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
