//! How messages are received: the option for each peer, and do-not-disturb for all conversations (spec 04 section
//! 10). The server keeps both and filters by them; this device has a copy by the log.

use std::collections::{HashSet, VecDeque};

use timbre_protocol::do_not_disturb::Kind;
use timbre_protocol::{
    DoNotDisturb, GetDoNotDisturbRequest, GetReceiveOptionsRequest, ReceiveOption, SetDoNotDisturbRequest,
    SetReceiveOptionReply, SetReceiveOptionRequest, request, response,
};

use super::login::is_network;
use super::requests::Policy;
use super::user::User;
use super::{Done, Engine, EventKind, Op};
use crate::model::enums::common::TIMReceiveMessageOpt as Opt;
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::JsonValue as _;
use crate::model::messages::ConvKey;
use crate::model::messages::objects::{GetC2CRecvMsgOptResult, TIMReceiveMessageOptInfo};
use crate::store::StoreError;

/// Users of one call that reads options.
const READ_BATCH: usize = 100;
const SECOND_MS: u64 = 1000;

/// A call about receive options.
#[derive(Debug)]
pub enum OptionOp {
    /// `TIMMsgSetC2CReceiveMessageOpt`.
    SetC2c {
        /// User ids.
        users: Vec<String>,
        /// What to do with their messages.
        opt: Opt,
    },
    /// `TIMMsgGetC2CReceiveMessageOpt`.
    GetC2c(Vec<String>),
    /// `TIMMsgSetAllReceiveMessageOpt`.
    SetDaily {
        /// What to do meanwhile.
        opt: Opt,
        /// Hour, minute and second by local time.
        start: [i32; 3],
        /// Seconds.
        duration: u32,
    },
    /// `TIMMsgSetAllReceiveMessageOpt2`.
    SetOnce {
        /// What to do meanwhile.
        opt: Opt,
        /// Unix seconds; 0: now.
        start: u32,
        /// Seconds.
        duration: u32,
    },
    /// `TIMMsgGetAllReceiveMessageOpt`.
    GetAll,
}

/// When the setting functions were called last: each may be so often in a second.
#[derive(Debug, Default)]
pub(super) struct Calls {
    c2c: VecDeque<u64>,
    all: VecDeque<u64>,
}

fn allow(calls: &mut VecDeque<u64>, most: u32, now: u64) -> Result<(), Refusal> {
    while calls.front().is_some_and(|at| now - at >= SECOND_MS) {
        calls.pop_front();
    }
    if most > 0 && calls.len() >= most as usize {
        let text = format!("called more than {most} times in a second");
        return Err(Refusal::new(code::FREQUENCY_LIMIT, text));
    }
    calls.push_back(now);
    Ok(())
}

impl Engine {
    pub(super) fn options(&mut self, op: OptionOp, done: Done) {
        let Some((Op::Options(op), done)) = self.needs_login(Op::Options(op), done) else {
            return;
        };
        match op {
            OptionOp::SetC2c { users, opt } => self.set_receive_option(users, opt, done),
            OptionOp::GetC2c(users) => self.get_receive_options(users, done),
            OptionOp::SetDaily { opt, start, duration } => {
                let body = start_of_day(start).map(|start_of_day| SetDoNotDisturbRequest {
                    daily: true,
                    start_of_day,
                    duration_s: duration,
                    ..SetDoNotDisturbRequest::default()
                });
                self.set_do_not_disturb(opt, body, done);
            }
            OptionOp::SetOnce { opt, start, duration } => {
                let body = SetDoNotDisturbRequest {
                    start_time_s: start.into(),
                    duration_s: duration,
                    ..SetDoNotDisturbRequest::default()
                };
                self.set_do_not_disturb(opt, Ok(body), done);
            }
            OptionOp::GetAll => self.get_do_not_disturb(done),
        }
    }

    fn set_receive_option(&mut self, mut users: Vec<String>, opt: Opt, done: Done) {
        let mut seen = HashSet::new();
        users.retain(|user| seen.insert(user.clone()));
        if let Err(refusal) = self.check_receive_option(&users, opt) {
            return self.refuse(done, refusal, "");
        }
        let body = SetReceiveOptionRequest {
            user_ids: users,
            opt: opt as u32,
        };
        self.request(
            request::Body::SetReceiveOption(body),
            Policy::Write,
            move |engine, result| match result {
                Ok(Some(response::Body::SetReceiveOption(reply))) => match verdict(&reply) {
                    None => engine.complete_at(reply.log_seq, done, Outcome::done("")),
                    Some(refusal) => engine.refuse(done, refusal, ""),
                },
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    fn check_receive_option(&mut self, users: &[String], opt: Opt) -> Result<(), Refusal> {
        let Some(user) = &self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        if !matches!(
            opt,
            Opt::kTIMRecvMsgOpt_Receive | Opt::kTIMRecvMsgOpt_Not_Receive | Opt::kTIMRecvMsgOpt_Not_Notify
        ) {
            return Err(Refusal::invalid(
                "opt: nobody is mentioned in a one-to-one conversation; 0, 1 and 2 are allowed",
            ));
        }
        let most = user.limits.recvopt_batch;
        if users.len() > most as usize {
            let text = format!(
                "json_identifier_array has {} users, the limit is {most}",
                users.len()
            );
            return Err(Refusal::invalid(text));
        }
        self.room_for_request()?;
        let rate = user.limits.recvopt_rate;
        allow(&mut self.option_calls.c2c, rate, self.now.mono_ms)
    }

    fn get_receive_options(&mut self, users: Vec<String>, done: Done) {
        if users.len() > READ_BATCH {
            let text = format!(
                "json_identifier_array has {} users, the limit is {READ_BATCH}",
                users.len()
            );
            return self.refuse(done, Refusal::invalid(text), "");
        }
        if let Err(refusal) = self.room_for_request() {
            return self.refuse(done, refusal, "");
        }
        let body = GetReceiveOptionsRequest {
            user_ids: users.clone(),
        };
        self.request(
            request::Body::GetReceiveOptions(body),
            Policy::Read,
            move |engine, result| match result {
                Ok(Some(response::Body::GetReceiveOptions(reply))) => {
                    let json = option_list(&users, &reply.opts);
                    engine.complete(done, Outcome::done(json));
                }
                Err(refusal) if is_network(refusal.code) => engine.answer_options_from_here(&users, done),
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    fn answer_options_from_here(&mut self, users: &[String], done: Done) {
        let Some(user) = &mut self.user else {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not login", ""));
        };
        let mut opts = Vec::new();
        for id in users {
            match user.conversation(&ConvKey::c2c(id)) {
                Ok(conv) => opts.push(conv.map_or(0, |c| u32::from(c.recv_opt))),
                Err(error) => return self.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
            }
        }
        self.complete(done, Outcome::done(option_list(users, &opts)));
    }

    fn set_do_not_disturb(&mut self, opt: Opt, body: Result<SetDoNotDisturbRequest, Refusal>, done: Done) {
        let checked = body.and_then(|body| {
            if matches!(
                opt,
                Opt::kTIMRecvMsgOpt_Not_Receive | Opt::kTIMRecvMsgOpt_Not_Receive_Except_At
            ) {
                return Err(Refusal::invalid(
                    "opt: 0, 2 and 3 are allowed for all conversations",
                ));
            }
            self.room_for_request()?;
            let rate = self.user.as_ref().map_or(0, |u| u.limits.recvopt_rate);
            allow(&mut self.option_calls.all, rate, self.now.mono_ms)?;
            Ok(SetDoNotDisturbRequest {
                opt: opt as u32,
                zone_offset_s: self.zone_offset_s,
                ..body
            })
        });
        let body = match checked {
            Ok(body) => body,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        self.request(
            request::Body::SetDoNotDisturb(body),
            Policy::Write,
            move |engine, result| match result {
                Ok(Some(response::Body::SetDoNotDisturb(reply))) => {
                    engine.complete_at(reply.log_seq, done, Outcome::done(""));
                }
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    fn get_do_not_disturb(&mut self, done: Done) {
        if let Err(refusal) = self.room_for_request() {
            return self.refuse(done, refusal, "");
        }
        self.request(
            request::Body::GetDoNotDisturb(GetDoNotDisturbRequest {}),
            Policy::Read,
            move |engine, result| match result {
                Ok(Some(response::Body::GetDoNotDisturb(reply))) => {
                    let json = engine.setting_json(&reply.setting.unwrap_or_default());
                    engine.complete(done, Outcome::done(json));
                }
                Err(refusal) if is_network(refusal.code) => {
                    let kept = engine.user.as_ref().map(|u| u.store.do_not_disturb());
                    match kept {
                        Some(Ok(Some(setting))) => {
                            let json = engine.setting_json(&setting);
                            engine.complete(done, Outcome::done(json));
                        }
                        Some(Err(error)) => {
                            engine.refuse(done, Refusal::new(error.code(), error.to_string()), "");
                        }
                        // Never heard of.
                        Some(Ok(None)) | None => engine.refuse(done, refusal, ""),
                    }
                }
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    /// The setting as hosts read it; nothing is told of one whose time is over.
    fn setting_json(&self, setting: &DoNotDisturb) -> String {
        let mut json = String::new();
        shown(setting, self.server_ms().div_euclid(1000)).push_json(&mut json);
        json
    }

    /// Do-not-disturb was changed, on whichever device.
    pub(super) fn apply_do_not_disturb(&mut self, setting: &DoNotDisturb) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        user.store.set_do_not_disturb(setting)?;
        let json = self.setting_json(setting);
        self.event(EventKind::AllReceiveOption { json });
        Ok(())
    }

    /// The options of a snapshot.
    pub(super) fn apply_snapshot_options(
        &mut self,
        options: &[ReceiveOption],
        setting: &DoNotDisturb,
    ) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        user.apply_all_options(options)?;
        let kept = user.store.do_not_disturb()?;
        if kept.as_ref() == Some(setting) {
            return Ok(());
        }
        if kept.is_some() {
            // It was changed while this device was away.
            return self.apply_do_not_disturb(setting);
        }
        user.store.set_do_not_disturb(setting)
    }
}

impl User {
    /// The option for a peer's messages was changed, on whichever device.
    pub(super) fn apply_receive_option(&mut self, option: &ReceiveOption) -> Result<(), StoreError> {
        let conv = self.change(&ConvKey::c2c(&option.peer))?;
        conv.recv_opt = u8::try_from(option.opt).unwrap_or(0);
        Ok(())
    }

    fn apply_all_options(&mut self, options: &[ReceiveOption]) -> Result<(), StoreError> {
        let set: HashSet<&str> = options.iter().map(|o| o.peer.as_str()).collect();
        for peer in self.store.peers_with_option()? {
            if !set.contains(peer.as_str()) {
                self.change(&ConvKey::c2c(peer))?.recv_opt = 0;
            }
        }
        options
            .iter()
            .try_for_each(|option| self.apply_receive_option(option))
    }
}

/// Seconds since midnight.
fn start_of_day([hour, minute, second]: [i32; 3]) -> Result<u32, Refusal> {
    let within = |name: &str, value: i32, most: u32| match u32::try_from(value) {
        Ok(value) if value <= most => Ok(value),
        _ => Err(Refusal::invalid(format!(
            "{name} is {value}, 0 to {most} are allowed"
        ))),
    };
    let hour = within("start_hour", hour, 23)?;
    let minute = within("start_minute", minute, 59)?;
    Ok(hour * 3600 + minute * 60 + within("start_second", second, 59)?)
}

/// None when it succeeded for one user at least, else why it failed for the first.
fn verdict(reply: &SetReceiveOptionReply) -> Option<Refusal> {
    if reply.users.iter().any(|user| user.code == 0) {
        return None;
    }
    let first = reply.users.first()?;
    Some(Refusal::new(
        first.code,
        format!("{}: {}", first.user_id, first.text),
    ))
}

fn option_list(users: &[String], opts: &[u32]) -> String {
    let list: Vec<_> = users
        .iter()
        .enumerate()
        .map(|(at, user)| GetC2CRecvMsgOptResult {
            identifier: user.clone(),
            opt: option(opts.get(at).copied().unwrap_or(0)),
        })
        .collect();
    let mut json = String::new();
    list.push_json(&mut json);
    json
}

fn option(number: u32) -> Opt {
    i32::try_from(number)
        .ok()
        .and_then(Opt::from_number)
        .unwrap_or(Opt::kTIMRecvMsgOpt_Receive)
}

fn shown(setting: &DoNotDisturb, now_s: i64) -> TIMReceiveMessageOptInfo {
    let mut info = TIMReceiveMessageOptInfo::default();
    let over = match setting.kind() {
        Kind::None => true,
        Kind::Daily | Kind::Permanent => {
            info.start_hour = setting.start_of_day / 3600;
            info.start_minute = setting.start_of_day / 60 % 60;
            info.start_second = setting.start_of_day % 60;
            false
        }
        Kind::Once => {
            info.start_time_stamp = u32::try_from(setting.start_time_s).unwrap_or(0);
            setting.start_time_s.saturating_add(setting.duration_s.into()) <= now_s
        }
    };
    if over {
        return TIMReceiveMessageOptInfo::default();
    }
    info.duration = setting.duration_s;
    info.level = option(setting.opt);
    info
}
