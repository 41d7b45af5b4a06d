//! Answers to calls that reach no running engine: before `TIMInit`, and after the end.

use std::sync::Arc;

use timbre_protocol::Platform;

use crate::engine::{Done, Engine, EngineConfig, Input, Now, Op, Output, Shared};
use crate::model::error::{Outcome, code};
use crate::model::experimental::Stage;

use super::log::now_ms;

/// How `op` ends without a client: operations that are allowed at any time as they always end, everything else
/// with 6013 and the result that the same call has when nobody is logged in. An engine that nobody keeps works
/// that out, so that no result is written down twice.
pub(crate) fn answer(op: Op) -> Outcome {
    let at_any_time = match &op {
        Op::Configure(settings) => {
            if let Err(refusal) = settings.check() {
                return refusal.outcome("");
            }
            true
        }
        Op::Experimental(operation) => operation.stage() == Stage::Any,
        _ => false,
    };
    let outcome = of_idle_engine(op);
    if at_any_time {
        return outcome;
    }
    Outcome::fail(code::NOT_INITIALIZED, "not initialized", outcome.json)
}

fn of_idle_engine(op: Op) -> Outcome {
    let config = EngineConfig {
        app_id: 1,
        data_dir: None,
        device_id: [0; 16],
        platform: Platform::Other,
        device_type: String::new(),
        system_version: String::new(),
        brand: 0,
        server_urls: Vec::new(),
        env_server_url: None,
        client_name: String::new(),
        seed: 0,
    };
    let mut engine = Engine::new(config, Arc::new(Shared::new(0)));
    let now = Now {
        mono_ms: 0,
        wall_ms: now_ms(),
    };
    let mut out = Vec::new();
    engine.handle(now, Input::Call(op, Done::ignore()));
    engine.handle(now, Input::Shutdown);
    engine.commit(now, &mut out);
    let mut answer = None;
    for output in out {
        if let Output::Complete(done, outcome) = output {
            answer.get_or_insert_with(|| outcome.clone());
            done.run(outcome);
        }
    }
    answer.unwrap_or_else(super::client::internal_error)
}
