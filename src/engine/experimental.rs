//! `callExperimentalAPI` and the settings of `TIMSetConfig` that concern the engine (spec 01 sections 4.5, 7).

use super::{Done, Engine, Op};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::experimental::{Operation, Stage};
use crate::model::session::Settings;

impl Engine {
    /// Log settings, log lines and proxies are the driver's; it has dealt with them before the engine answers.
    pub(super) fn experimental(&mut self, operation: Operation, done: Done) {
        let Some((operation, done)) = self.stage_reached(operation, done) else {
            return;
        };
        match operation {
            Operation::Invalid { refusal, .. } => return self.refuse(done, refusal, ""),
            Operation::SetCustomServerInfo(info) => {
                let pin = info.pin().to_owned();
                self.set_custom_servers(info.link_urls(), pin);
            }
            Operation::SetIgnoreRepeatLogin(on) => self.knobs.ignore_repeat_login = on,
            Operation::SetMaxRetryCount(count) => self.knobs.max_retry_count = count,
            Operation::SetPacketRequestTimeout(seconds) => {
                self.knobs.packet_timeout_ms = u64::from(seconds) * 1000;
            }
            Operation::SetUiPlatform(number) => self.knobs.ui_platform = number,
            Operation::SetCustomLoginInfo { user_id, info } => {
                self.knobs.custom_login_info = Some((user_id, info)).filter(|(_, info)| !info.is_empty());
            }
            Operation::GetMessageRevoker(ids) => return self.message_revokers(&ids, done),
            Operation::ClearLocalHistoryMessage { scope, begin, end } => {
                return self.clear_local_history(&scope, begin, end, done);
            }
            Operation::InitLocalStorage { user_id } => return self.init_local_storage(&user_id, done),
            Operation::SetEnv(on) => {
                let json = format!(
                    "{{\"response_internal_operation\":\"internal_operation_set_env\",\"response_set_env_res\":{on}}}"
                );
                return self.complete(done, Outcome::done(json));
            }
            Operation::IsCommercialAbilityEnabled(_) => {
                return self.complete(
                    done,
                    Outcome::done("{\"commercial_ability_result_enabled\":true}"),
                );
            }
            Operation::EnableQuicChannel(false)
            | Operation::DisableCrashReport(_)
            | Operation::ReportTuiComponentUsage
            | Operation::SetApplicationId(_)
            | Operation::SetLogSetting { .. }
            | Operation::WriteLog(_) => {}
            Operation::UpdateProxyInfo => {
                self.drop_link(code::NET_DISCONNECT, "the proxies changed");
                self.connect_now();
            }
            Operation::SetNetworkInfo(info) => {
                if info.connected != Some(false) {
                    self.connect_now();
                }
            }
            refused => {
                let text = format!("not supported: {}", refused.name());
                return self.complete(done, Outcome::fail(code::NOT_SUPPORTED, text, ""));
            }
        }
        self.complete(done, Outcome::done(""));
    }

    fn stage_reached(&mut self, operation: Operation, done: Done) -> Option<(Operation, Done)> {
        match operation.stage() {
            Stage::Any | Stage::Initialized => Some((operation, done)),
            Stage::Database if self.user.is_none() => {
                let json = operation.empty();
                self.complete(
                    done,
                    Outcome::fail(code::NOT_LOGGED_IN, "not init database", json),
                );
                None
            }
            Stage::Database => Some((operation, done)),
            Stage::LoggedIn => match self.needs_login(Op::Experimental(Box::new(operation)), done)? {
                (Op::Experimental(operation), done) => Some((*operation, done)),
                (_, done) => {
                    self.refuse(
                        done,
                        Refusal::new(code::INTERNAL_ERROR, "another call came back"),
                        "",
                    );
                    None
                }
            },
        }
    }

    /// Opens a user's database without a login: conversation list and history work offline.
    fn init_local_storage(&mut self, user_id: &str, done: Done) {
        if let Err(refusal) = super::login::check_user_id(user_id) {
            return self.refuse(done, refusal, "");
        }
        match self.session_user() {
            Some(user) if user == user_id => return self.complete(done, Outcome::done("")),
            Some(_) => {
                let text = "another user is logged in";
                return self.complete(done, Outcome::fail(code::INVALID_OPERATION, text, ""));
            }
            None => {}
        }
        match self.open_user(user_id) {
            Ok(()) => self.complete(done, Outcome::done("")),
            Err(error) => self.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
        }
    }

    /// `TIMSetConfig`: the driver has checked the values and applied what is its own.
    pub(super) fn configure(&mut self, settings: Settings, done: Done) {
        if settings.disable_storage.is_some() && self.session_user().is_some() {
            let text = "user_config_is_is_disable_storage cannot change while somebody is logged in";
            return self.complete(done, Outcome::fail(code::INVALID_OPERATION, text, ""));
        }
        if let Some(disable) = settings.disable_storage
            && disable != self.knobs.disable_storage
        {
            self.knobs.disable_storage = disable;
            // What is open was opened under the other setting.
            self.close_user();
        }
        if let Some(data) = settings.user_define_data {
            self.knobs.user_define_data = data;
        }
        self.complete(done, Outcome::done(settings.echo));
    }
}

impl Operation {
    /// What `json_params` holds when the operation fails.
    pub(super) fn empty(&self) -> &'static str {
        match self {
            Self::GetMessageRevoker(_)
            | Self::FindMergerMessages { .. }
            | Self::GetBriefGroupMemberList { .. } => "[]",
            _ => "",
        }
    }
}
