//! How messages are received: receive options, do-not-disturb, and whether a message is to be pushed now.

use timbre_protocol::do_not_disturb::Kind;
use timbre_protocol::{
    DoNotDisturb, GetDoNotDisturbReply, GetReceiveOptionsReply, GetReceiveOptionsRequest,
    SetDoNotDisturbReply, SetDoNotDisturbRequest, SetReceiveOptionReply, SetReceiveOptionRequest,
    UserOutcome,
};

use super::rates::Rate;
use super::{Service, storage_refused, valid_user_id};
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::storage::{SetDoNotDisturb, SetReceiveOption, StorageError};

/// Seconds of a day.
const DAY_S: i64 = 86_400;
/// Users of one call that reads options.
const READ_BATCH: usize = 100;
/// `TIMReceiveMessageOpt`.
const RECEIVE: u32 = 0;
const NOT_NOTIFY: u32 = 2;
const NOT_NOTIFY_EXCEPT_AT: u32 = 3;
const NOT_RECEIVE_EXCEPT_AT: u32 = 4;
/// No place on earth is further from UTC than 14 hours; what a device says beyond a day is nonsense.
const MAX_ZONE_S: i32 = 86_399;

impl Service {
    /// Sets the receive option for the messages of some users.
    pub(super) async fn set_receive_option(
        &self,
        session: &Mailbox,
        req: SetReceiveOptionRequest,
    ) -> Result<SetReceiveOptionReply, Refused> {
        let most = self.config.recvopt_batch as usize;
        if req.user_ids.is_empty() || req.user_ids.len() > most {
            return wrong(format!(
                "{} users in one call, 1 to {most} are allowed",
                req.user_ids.len()
            ));
        }
        let Some(opt) = u8::try_from(req.opt).ok().filter(|opt| *opt <= 2) else {
            return wrong(format!(
                "opt is {}, one-to-one conversations have 0, 1 and 2",
                req.opt
            ));
        };
        self.rates
            .take(session.account, Rate::Options, self.clock.now_ms())?;
        let possible = |id: &String| valid_user_id(id, false) && *id != session.user_id;
        let peers: Vec<String> = req.user_ids.iter().filter(|id| possible(id)).cloned().collect();
        let op = SetReceiveOption {
            app_id: session.app_id,
            account: session.account,
            peers,
            opt,
        };
        let done = self.storage.set_receive_option(op).await.map_err(internal)?;
        let mut known = done.known.into_iter();
        let users = req
            .user_ids
            .into_iter()
            .map(|user_id| {
                let (code, text) = if user_id == session.user_id {
                    (code::INVALID_IDENTIFIER, "this is the caller's own user id")
                } else if !possible(&user_id) {
                    (code::INVALID_IDENTIFIER, "this is not a user id")
                } else if known.next() == Some(true) {
                    (0, "")
                } else {
                    (code::MESSAGE_ACCOUNT_NOT_FOUND, "there is no such user")
                };
                UserOutcome {
                    user_id,
                    code,
                    text: text.into(),
                }
            })
            .collect();
        Ok(SetReceiveOptionReply {
            users,
            log_seq: done.log_seq,
        })
    }

    /// Reads receive options.
    pub(super) async fn get_receive_options(
        &self,
        session: &Mailbox,
        req: GetReceiveOptionsRequest,
    ) -> Result<GetReceiveOptionsReply, Refused> {
        if req.user_ids.is_empty() || req.user_ids.len() > READ_BATCH {
            return wrong(format!(
                "{} users in one call, 1 to {READ_BATCH} are allowed",
                req.user_ids.len()
            ));
        }
        let (app_id, account) = (session.app_id, session.account);
        let opts = self.storage.receive_options(app_id, account, req.user_ids).await;
        let opts = opts.map_err(internal)?.into_iter().map(u32::from).collect();
        Ok(GetReceiveOptionsReply { opts })
    }

    /// Sets do-not-disturb for all conversations.
    pub(super) async fn set_do_not_disturb(
        &self,
        session: &Mailbox,
        req: SetDoNotDisturbRequest,
    ) -> Result<SetDoNotDisturbReply, Refused> {
        let setting = made(&req, self.clock.now_s())?;
        self.rates
            .take(session.account, Rate::Options, self.clock.now_ms())?;
        let op = SetDoNotDisturb {
            account: session.account,
            device: session.device.clone(),
            setting,
        };
        let log_seq = self.storage.set_do_not_disturb(op).await.map_err(internal)?;
        Ok(SetDoNotDisturbReply { log_seq })
    }

    /// Reads it.
    pub(super) async fn get_do_not_disturb(
        &self,
        session: &Mailbox,
    ) -> Result<GetDoNotDisturbReply, Refused> {
        let setting = self.storage.do_not_disturb(session.account).await;
        Ok(GetDoNotDisturbReply {
            setting: Some(setting.map_err(internal)?),
        })
    }
}

fn wrong<T>(text: String) -> Result<T, Refused> {
    Err(Refused::new(code::INVALID_PARAMETERS, text))
}

#[allow(clippy::needless_pass_by_value)] // as map_err calls it
fn internal(error: StorageError) -> Refused {
    storage_refused(&error, code::CONVERSATION_INTERNAL)
}

/// The setting that a request makes at the Unix second `now_s`; the default one is none.
pub fn made(req: &SetDoNotDisturbRequest, now_s: i64) -> Result<DoNotDisturb, Refused> {
    if !matches!(req.opt, RECEIVE | NOT_NOTIFY | NOT_NOTIFY_EXCEPT_AT) {
        return wrong(format!("opt is {}, 0, 2 and 3 are allowed", req.opt));
    }
    if req.zone_offset_s.abs() > MAX_ZONE_S {
        return wrong(format!(
            "zone_offset_s is {}, more than a day from UTC",
            req.zone_offset_s
        ));
    }
    if i64::from(req.start_of_day) >= DAY_S {
        return wrong(format!(
            "start_of_day is {}, a day has {DAY_S} seconds",
            req.start_of_day
        ));
    }
    if req.opt == RECEIVE || req.duration_s == 0 {
        return Ok(DoNotDisturb::default());
    }
    let (zone, duration) = (i64::from(req.zone_offset_s), i64::from(req.duration_s));
    let mut setting = DoNotDisturb {
        kind: Kind::Once as i32,
        opt: req.opt,
        duration_s: req.duration_s,
        zone_offset_s: req.zone_offset_s,
        ..DoNotDisturb::default()
    };
    if !req.daily {
        setting.start_time_s = if req.start_time_s == 0 {
            now_s
        } else {
            req.start_time_s
        };
        // A span that lies in the past is none.
        let over = setting.start_time_s.saturating_add(duration) <= now_s;
        return Ok(if over { DoNotDisturb::default() } else { setting });
    }
    setting.start_of_day = req.start_of_day;
    setting.kind = Kind::Daily as i32;
    if duration >= DAY_S {
        let midnight = (now_s + zone).div_euclid(DAY_S) * DAY_S - zone;
        setting.kind = Kind::Permanent as i32;
        setting.start_time_s = (midnight + i64::from(req.start_of_day)).max(now_s);
    }
    Ok(setting)
}

/// Whether a message is to be pushed to devices that are away: `option` is that of the conversation, `setting`
/// the user's do-not-disturb, `mentioned` says that the message mentions the user or everybody. Both have to
/// agree.
pub fn push_now(option: u32, setting: &DoNotDisturb, mentioned: bool, now_s: i64) -> bool {
    let option_agrees = match option {
        RECEIVE => true,
        NOT_NOTIFY_EXCEPT_AT | NOT_RECEIVE_EXCEPT_AT => mentioned,
        _ => false,
    };
    option_agrees && (!in_effect(setting, now_s) || (setting.opt == NOT_NOTIFY_EXCEPT_AT && mentioned))
}

/// Whether do-not-disturb is in effect at the Unix second `now_s`.
pub fn in_effect(setting: &DoNotDisturb, now_s: i64) -> bool {
    let duration = i64::from(setting.duration_s);
    match setting.kind() {
        Kind::None => false,
        Kind::Daily => {
            let local = now_s.saturating_add(i64::from(setting.zone_offset_s));
            (local - i64::from(setting.start_of_day)).rem_euclid(DAY_S) < duration
        }
        Kind::Permanent => now_s >= setting.start_time_s,
        Kind::Once => now_s >= setting.start_time_s && now_s < setting.start_time_s.saturating_add(duration),
    }
}

#[cfg(test)]
#[path = "options_tests.rs"]
mod tests;
