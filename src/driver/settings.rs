//! The settings that concern the driver and not the engine: log, proxies, address family.

use std::sync::Arc;

use super::client::World;
use super::connect::Socks;
use super::dispatch::Entry;
use crate::engine::{Done, Op};
use crate::model::error::Outcome;
use crate::model::experimental::{LogLine, Operation};
use crate::model::session::{ProxyChange, Settings};

/// Applies what of a call is the driver's; what is left goes to the engine.
pub(crate) fn take(world: &Arc<World>, op: Op, done: Done) -> Option<(Op, Done)> {
    match op {
        Op::Configure(settings) => {
            if let Err(refusal) = settings.check() {
                world.dispatcher.push(Entry::Complete(done, refusal.outcome("")));
                return None;
            }
            // All or nothing: what the engine refuses changes nothing here either.
            let (kept, surroundings) = (settings.clone(), world.clone());
            let done = Done::new(move |outcome: Outcome| {
                if outcome.code == 0 {
                    apply(&surroundings, &kept);
                }
                done.run(outcome);
            });
            Some((Op::Configure(settings), done))
        }
        Op::Experimental(operation) if operate(world, &operation) => {
            world.dispatcher.push(Entry::Complete(done, Outcome::done("")));
            None
        }
        op => Some((op, done)),
    }
}

/// Applies the driver's part of settings that have been checked.
pub(crate) fn apply(world: &World, settings: &Settings) {
    if let Some(level) = settings.log_level {
        world.log.set_file_level(level);
    }
    if let Some(level) = settings.callback_log_level {
        world.log.set_callback_level(level);
    }
    if let Some(on) = settings.log_to_console {
        world.log.set_console(on);
    }
    world.net.change(|net| {
        match &settings.socks5_proxy {
            Some(ProxyChange::Cancel) => net.socks = None,
            Some(ProxyChange::Use(proxy)) => {
                net.socks = Some(Socks {
                    host: proxy.host.clone(),
                    port: proxy.port,
                    user: proxy.credentials.user.clone(),
                    password: proxy.credentials.password.reveal().to_owned(),
                });
            }
            None => {}
        }
        if let Some(credentials) = &settings.pac_proxy {
            net.discover = Some((credentials.user.clone(), credentials.password.reveal().to_owned()));
        }
    });
}

/// Carries out an operation that is the driver's alone; false for all others.
pub(crate) fn operate(world: &World, operation: &Operation) -> bool {
    match operation {
        Operation::SetIpv6Prior(first) => world.net.change(|net| net.ipv6_first = *first),
        Operation::SetLogSetting {
            disable_auto_clean,
            max_file_bytes,
        } => {
            world.log.set_files(*disable_auto_clean, *max_file_bytes);
        }
        Operation::WriteLog(line) => write(world, line),
        _ => return false,
    }
    true
}

fn write(world: &World, line: &LogLine) {
    let LogLine {
        level,
        content,
        file,
        function,
        line,
    } = line;
    let text = match (file.is_empty(), function.is_empty()) {
        (true, true) => content.clone(),
        (false, true) => format!("{content} ({file}:{line})"),
        (_, false) => format!("{content} ({file}:{line} {function})"),
    };
    world.log.line(*level, "host", &text);
}
