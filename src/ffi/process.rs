//! The one client of the process, and what is there before and after it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, RwLock};

use super::registrations::Registrations;
use super::zone::local_offset;
use crate::driver::{
    CallbackMode, Client, Entry, Owed, StartConfig, World, apply_settings, default_data_dir, default_log_dir,
    early_answer, operate,
};
use crate::engine::{Done, Identity, Now, Op, SendOp, Shared};
use crate::model::error::{Outcome, sync};
use crate::model::experimental::{Operation, Stage};
use crate::model::messages::{ConvKey, MessageDraft};
use crate::model::session::{self, InitConfig, Settings};

/// See the module.
pub(super) struct Process {
    world: Arc<World>,
    pub(super) registrations: Arc<Registrations>,
    client: RwLock<Option<Client>>,
    /// Held while a client starts or ends; never while a callback runs.
    lifecycle: Mutex<()>,
    kept: Mutex<Kept>,
    /// Makes message ids while there is no client.
    identities: Shared,
}

/// What was set, before `TIMInit` or after it: it holds for every client of this process.
#[derive(Default)]
struct Kept {
    /// The engine's part; the driver's is in the world.
    settings: Settings,
    operations: BTreeMap<&'static str, Operation>,
}

/// The process's state, made at the first use.
pub(super) fn process() -> &'static Process {
    static PROCESS: OnceLock<Process> = OnceLock::new();
    PROCESS.get_or_init(|| {
        let registrations = Arc::new(Registrations::new());
        Process {
            world: Arc::new(World::new(true, registrations.clone())),
            registrations,
            client: RwLock::default(),
            lifecycle: Mutex::default(),
            kept: Mutex::default(),
            identities: Shared::new(crate::driver::seed()),
        }
    })
}

impl Process {
    pub(super) fn world(&self) -> &World {
        &self.world
    }

    pub(super) fn client(&self) -> Option<Client> {
        self.client.read().clone()
    }

    /// `TIMInit` with its configuration decoded.
    pub(super) fn init(&self, app_id: u64, config: InitConfig) -> i32 {
        let _lifecycle = self.lifecycle.lock();
        if let Some(client) = self.client() {
            if client.app_id() != app_id {
                return sync::PARAM;
            }
            self.world.log.line(
                4,
                "session",
                "TIMInit: initialised already, this configuration is ignored",
            );
            return sync::SUCC;
        }
        let data_dir = config.data_dir.map_or_else(default_data_dir, PathBuf::from);
        let log_dir = config
            .log_dir
            .map_or_else(|| default_log_dir(&data_dir), PathBuf::from);
        let start = StartConfig {
            app_id,
            data_dir: Some(data_dir),
            log_dir: Some(log_dir),
            log_to_console: true,
            server_urls: config.server_urls,
            platform: config.platform,
            device_type: config.device_type,
            system_version: config.system_version,
            brand: config.brand,
            callback_mode: match config.callback_mode {
                session::CallbackMode::Pump => CallbackMode::Pump,
                // Where the platform has a main loop, its looper takes this arm over.
                session::CallbackMode::Platform | session::CallbackMode::Thread => CallbackMode::Thread,
            },
            local_offset: Some(local_offset),
        };
        let first = self.kept.lock().replay();
        match Client::start_in(
            self.world.clone(),
            false,
            start,
            first,
            self.registrations.clone(),
        ) {
            Ok(client) => {
                *self.client.write() = Some(client);
                sync::SUCC
            }
            Err(error) => {
                self.world.log.line(6, "session", &format!("TIMInit: {error}"));
                sync::PARAM
            }
        }
    }

    /// `TIMUninit`.
    pub(super) fn uninit(&self) {
        let ended = {
            let _lifecycle = self.lifecycle.lock();
            let client = self.client.write().take();
            if let Some(client) = &client {
                client.end();
            }
            client
        };
        if let Some(client) = ended {
            client.finish();
        }
    }

    /// Queues a call; without a client it is answered from here.
    pub(super) fn call(&'static self, op: Op, done: Done) {
        let Some(client) = self.client() else {
            return self.answer(op, done);
        };
        let Some(setting) = Setting::of(&op) else {
            return client.call(op, done);
        };
        let done = Done::new(move |outcome: Outcome| {
            if outcome.code == 0 {
                self.kept.lock().keep(setting);
            }
            done.run(outcome);
        });
        client.call(op, done);
    }

    /// `TIMLogin`.
    pub(super) fn login(&self, user_id: String, user_sig: String, done: Done) {
        match self.client() {
            Some(client) => client.login(user_id, user_sig, done),
            None => self.answer(Op::Login { user_id, user_sig }, done),
        }
    }

    /// `TIMMsgSendMessage`; answers the message's id.
    pub(super) fn send(&self, conv: ConvKey, draft: MessageDraft, done: Done) -> String {
        if let Some(client) = self.client() {
            return client.send_message(conv, draft, done);
        }
        let now = Now {
            mono_ms: 0,
            wall_ms: crate::driver::wall_ms(),
        };
        let identity: Identity = self.identities.new_identity(now);
        let msg_id = identity.msg_id.clone();
        self.answer(
            Op::Send(Box::new(SendOp {
                conv,
                draft,
                identity,
                resend: false,
            })),
            done,
        );
        msg_id
    }

    /// Answers a call that no client is there for.
    fn answer(&self, op: Op, done: Done) {
        let done = Owed::guard(done, &self.world.dispatcher);
        let setting = Setting::of(&op);
        let outcome = match op {
            // The driver's own; it always succeeds.
            Op::Experimental(operation) if operate(&self.world, &operation) => Outcome::done(""),
            op => {
                if let Op::Configure(settings) = &op
                    && settings.check().is_ok()
                {
                    apply_settings(&self.world, settings);
                }
                early_answer(op)
            }
        };
        // At once, not when the callback runs: `TIMInit` may follow at once too.
        if let Some(setting) = setting.filter(|_| outcome.code == 0) {
            self.kept.lock().keep(setting);
        }
        self.world.dispatcher.push(Entry::Complete(done, outcome));
    }
}

/// A call whose effect outlives the client.
enum Setting {
    Settings(Box<Settings>),
    Operation(Box<Operation>),
}

impl Setting {
    fn of(op: &Op) -> Option<Self> {
        match op {
            Op::Configure(settings) => Some(Self::Settings(settings.clone())),
            Op::Experimental(operation) if is_setting(operation) => Some(Self::Operation(operation.clone())),
            _ => None,
        }
    }
}

impl Kept {
    fn keep(&mut self, setting: Setting) {
        match setting {
            Setting::Settings(new) => {
                let kept = &mut self.settings;
                kept.disable_storage = new.disable_storage.or(kept.disable_storage);
                if new.user_define_data.is_some() {
                    kept.user_define_data = new.user_define_data;
                }
            }
            Setting::Operation(operation) => {
                self.operations.insert(operation.name(), *operation);
            }
        }
    }

    /// What a new client has to be told first. The server's address leads: the engine connects as soon as it
    /// knows one.
    fn replay(&self) -> Vec<Op> {
        let mut operations: Vec<&Operation> = self.operations.values().collect();
        operations.sort_by_key(|o| !matches!(o, Operation::SetCustomServerInfo(_)));
        let operations = operations
            .into_iter()
            .map(|o| Op::Experimental(Box::new(o.clone())));
        operations
            .chain([Op::Configure(Box::new(self.settings.clone()))])
            .collect()
    }
}

/// An operation that changes how clients behave from then on.
fn is_setting(operation: &Operation) -> bool {
    operation.stage() == Stage::Any
        && match operation {
            Operation::GetOfflinePushState
            | Operation::Invalid { .. }
            | Operation::IsCommercialAbilityEnabled(_)
            | Operation::ReportTuiComponentUsage
            | Operation::SetNetworkInfo(_)
            | Operation::UpdateProxyInfo
            | Operation::WriteLog(_) => false,
            other => other.name().starts_with("set_") || other.name().starts_with("disable_"),
        }
}
