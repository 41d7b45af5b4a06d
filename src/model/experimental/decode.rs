//! From the request object to the operation.

use serde_json::Value;

use super::{
    ConfigKind, CustomServerInfo, DatabaseEncryption, HistoryScope, LogLine, NetworkInfo, Object, Operation,
    Refusal, Secret, ServerAddress, Stage, server_urls, sync,
};
use crate::model::messages::ConvKey;

/// The smallest size of one log file, in bytes.
const MIN_LOG_FILE: u64 = 150 << 10;
/// The longest custom login text, in bytes.
const MAX_LOGIN_INFO: usize = 1024;

/// The operation that `o` asks for.
pub(super) fn operation(o: Object<'_>) -> Result<Operation, i32> {
    let name = o.need_string("request_internal_operation")?;
    let name = name.strip_prefix("internal_operation_").ok_or(sync::JSON)?;
    // Keeps the rows below one line each.
    use Operation as Op;
    let text = |key| o.need_string(key).map(str::to_owned);
    Ok(match name {
        "clear_local_history_message" => clear_history(o)?,
        "disable_crash_report" => {
            Op::DisableCrashReport(o.need_boolean("request_disable_crash_report_param")?)
        }
        "disable_http_request" => {
            Op::DisableHttpRequest(o.need_boolean("request_disable_http_request_param")?)
        }
        "enable_quic_channel" => Op::EnableQuicChannel(o.need_boolean("request_enable_quic_channel_param")?),
        "find_merger_messages" => Op::FindMergerMessages {
            message_id: text("request_find_merger_messages_message_id_param")?,
            inner_ids: o.need_strings("request_find_merger_messages_merger_message_id_list_param")?,
        },
        "get_brief_group_member_list" => Op::GetBriefGroupMemberList {
            group_id: text("request_get_brief_group_member_list_group_id_param")?,
        },
        "get_message_revoker" => hundred(
            o.need_strings("request_message_revoker_message_id_array")?,
            "request_message_revoker_message_id_array",
            Op::GetMessageRevoker,
        ),
        "get_offline_push_state" => Op::GetOfflinePushState,
        "get_server_config" => server_config(o)?,
        "init_local_storage" => Op::InitLocalStorage {
            user_id: text("request_init_local_storage_user_id_param")?,
        },
        "is_commercial_ability_enabled" => {
            let key = "request_is_commercial_ability_enabled_param";
            match u64::try_from(o.need_integer(key)?) {
                Ok(bits) => Op::IsCommercialAbilityEnabled(bits),
                Err(_) => out_of_range("is_commercial_ability_enabled", Stage::Any, key),
            }
        }
        "report_tuicomponent_usage" => Op::ReportTuiComponentUsage,
        "send_room_custom_data" => {
            text("request_send_room_custom_data_service_command_param")?;
            text("request_send_room_custom_data_request_content_param")?;
            Op::SendRoomCustomData
        }
        "send_trtc_custom_data" => {
            text("request_send_trtc_custom_data_param")?;
            Op::SendTrtcCustomData
        }
        "set_application_id" => {
            let key = "request_set_application_id_param";
            match u8::try_from(o.need_integer(key)?) {
                Ok(id) => Op::SetApplicationId(id),
                Err(_) => out_of_range("set_application_id", Stage::Any, key),
            }
        }
        "set_cos_save_region_for_conversation" => {
            let p = o.need_object("request_set_cos_save_region_for_conversation_param")?;
            p.need_string("cos_save_region_for_conversation_param_conversation_id")?;
            p.need_string("cos_save_region_for_conversation_param_cos_save_region")?;
            Op::SetCosSaveRegionForConversation
        }
        "set_custom_login_info" => login_info(o)?,
        "set_custom_server_info" => server_info(o.need_object("request_set_custom_server_info_param")?)?,
        "set_database_encrypt_info" => encryption(o.need_object("request_set_database_encrypt_info_param")?)?,
        "set_env" => Op::SetEnv(o.need_boolean("request_set_env_param")?),
        "set_ignore_repeat_login" => {
            Op::SetIgnoreRepeatLogin(o.need_boolean("request_set_ignore_repeat_login_param")?)
        }
        "set_ipv6_prior" => Op::SetIpv6Prior(o.need_boolean("request_set_ipv6_prior_param")?),
        "set_log_setting" => log_setting(o.need_object("request_set_log_setting_param")?)?,
        "set_max_retry_count" => Op::SetMaxRetryCount(clamped(
            o.need_integer("request_set_max_retry_count_param")?,
            0,
            10,
        )),
        "set_network_info" => Op::SetNetworkInfo(network_info(o)),
        "set_offline_push_state" => {
            let key = "request_set_offline_push_state_param";
            match u32::try_from(o.need_integer(key)?) {
                Ok(state @ 0..=2) => Op::SetOfflinePushState(state),
                _ => out_of_range("set_offline_push_state", Stage::Any, key),
            }
        }
        "set_packet_request_timeout" => Op::SetPacketRequestTimeout(clamped(
            o.need_integer("request_set_packet_request_timeout_param")?,
            1,
            120,
        )),
        "set_sm4_gcm_callback" => {
            let p = o.need_object("request_set_sm4_gcm_callback_param")?;
            p.need_integer("sm4_gcm_callback_param_encrypt")?;
            p.need_integer("sm4_gcm_callback_param_decrypt")?;
            Op::SetSm4GcmCallback
        }
        "set_ui_platform" => {
            let key = "request_set_ui_platform_param";
            match u32::try_from(o.need_integer_or_text(key)?) {
                Ok(number) => Op::SetUiPlatform(number),
                Err(_) => out_of_range("set_ui_platform", Stage::Any, key),
            }
        }
        "sso_data" => {
            let p = o.need_object("request_sso_data_param")?;
            p.need_string("sso_data_param_cmd")?;
            p.need_string("sso_data_param_body")?;
            Op::SsoData
        }
        "start_message_long_polling" => {
            text("request_start_message_long_polling_id_param")?;
            text("request_start_message_long_polling_key_param")?;
            text("request_start_message_long_polling_sequence_param")?;
            Op::StartMessageLongPolling
        }
        "stop_message_long_polling" => {
            text("request_stop_message_long_polling_id_param")?;
            Op::StopMessageLongPolling
        }
        "tinyid_userid" => {
            let key = "request_tinyid_userid_param";
            match o.need_integers(key)?.into_iter().map(u64::try_from).collect() {
                Ok(ids) => hundred(ids, key, Op::TinyIdToUserId),
                Err(_) => out_of_range("tinyid_userid", Stage::LoggedIn, key),
            }
        }
        "update_proxy_info" => Op::UpdateProxyInfo,
        "userid_tinyid" => hundred(
            o.need_strings("request_userid_tinyid_param")?,
            "request_userid_tinyid_param",
            Op::UserIdToTinyId,
        ),
        "write_log" => write_log(o)?,
        _ => return Err(sync::JSON),
    })
}

/// The operation when the list has 1 to 100 items, else its refusal.
fn hundred<T>(list: Vec<T>, key: &str, make: impl FnOnce(Vec<T>) -> Operation) -> Operation {
    let fits = (1..=100).contains(&list.len());
    let operation = make(list);
    if fits {
        return operation;
    }
    invalid(
        operation.name(),
        operation.stage(),
        format!("{key} does not have 1 to 100 items"),
    )
}

fn clear_history(o: Object<'_>) -> Result<Operation, i32> {
    const NAME: &str = "clear_local_history_message";
    let key = "request_clear_local_history_message_conversation_id_param";
    let id = o.need_string(key)?;
    let scope = match id {
        "" => HistoryScope::All,
        "c2c" => HistoryScope::AllC2c,
        "group" => HistoryScope::AllGroups,
        _ => match ConvKey::from_unique_id(id) {
            Some(conv) => HistoryScope::One(conv),
            None => {
                return Ok(invalid(
                    NAME,
                    Stage::LoggedIn,
                    format!("{key} is not a conversation id"),
                ));
            }
        },
    };
    let mut times = [0; 2];
    for (time, key) in times.iter_mut().zip([
        "request_clear_local_history_message_begin_timestamp_param",
        "request_clear_local_history_message_end_timestamp_param",
    ]) {
        // Ignoring a wrong bound would delete more than was asked for.
        let Some(given) = o.value(key).map(|_| o.need_integer(key)).transpose()? else {
            continue;
        };
        match u64::try_from(given) {
            Ok(seconds) => *time = seconds,
            Err(_) => return Ok(out_of_range(NAME, Stage::LoggedIn, key)),
        }
    }
    Ok(Operation::ClearLocalHistoryMessage {
        scope,
        begin: times[0],
        end: times[1],
    })
}

fn server_config(o: Object<'_>) -> Result<Operation, i32> {
    let key = o.need_string("request_get_server_config_key_param")?.to_owned();
    let kind = match o.need_integer_or_text("request_get_server_config_value_type_param")? {
        1 => ConfigKind::Number,
        2 => ConfigKind::Text,
        _ => {
            return Ok(invalid(
                "get_server_config",
                Stage::LoggedIn,
                "invalid value type",
            ));
        }
    };
    Ok(Operation::GetServerConfig { key, kind })
}

fn login_info(o: Object<'_>) -> Result<Operation, i32> {
    let user_id = o
        .need_string("request_set_custom_login_info_user_id_param")?
        .to_owned();
    let key = "request_set_custom_login_info_custom_info_param";
    let info = o.string(key).unwrap_or_default().to_owned();
    if info.len() > MAX_LOGIN_INFO {
        return Ok(invalid(
            "set_custom_login_info",
            Stage::Any,
            format!("{key} is longer than 1024 bytes"),
        ));
    }
    Ok(Operation::SetCustomLoginInfo { user_id, info })
}

fn server_info(p: Object<'_>) -> Result<Operation, i32> {
    let bad = |why: String| invalid("set_custom_server_info", Stage::Any, why);
    let public_key = p.need_string("server_public_key")?.to_owned();
    let link = match addresses(p.need_array("longconnection_address_array")?)? {
        Ok(link) if link.is_empty() => {
            return Ok(bad(
                "longconnection_address_array has no usable address".to_owned()
            ));
        }
        Ok(link) => link,
        Err(why) => return Ok(bad(why)),
    };
    let media = match p.array("shortconnection_address_array") {
        None => Vec::new(),
        Some(list) => match addresses(list)? {
            Ok(media) => media,
            Err(why) => return Ok(bad(why)),
        },
    };
    Ok(Operation::SetCustomServerInfo(CustomServerInfo {
        link,
        media,
        public_key,
    }))
}

/// The addresses that are not for QUIC. Outer error: -3; inner: what is wrong with a value.
fn addresses(list: &[Value]) -> Result<Result<Vec<ServerAddress>, String>, i32> {
    let mut result = Vec::with_capacity(list.len());
    for item in list {
        let item = Object::from_value(item).ok_or(sync::JSON)?;
        let host = item.need_string("server_address_ip")?.to_owned();
        let port = item.need_integer("server_address_port")?;
        if item.boolean("server_address_is_quic") == Some(true) {
            continue;
        }
        let Some(port) = u16::try_from(port).ok().filter(|&p| p > 0) else {
            return Ok(Err(
                "server_address_port is not a number from 1 to 65535".to_owned()
            ));
        };
        let address = ServerAddress { host, port };
        if address.host.contains([',', '/']) || server_urls(&address.url("wss")).is_err() {
            return Ok(Err(
                "server_address_ip is neither a name nor an address".to_owned()
            ));
        }
        result.push(address);
    }
    Ok(Ok(result))
}

fn encryption(p: Object<'_>) -> Result<Operation, i32> {
    let bad = |why: &'static str| Ok(invalid("set_database_encrypt_info", Stage::Any, why));
    let Ok(kind @ 0..=4) = u8::try_from(p.need_integer("database_encrypt_info_encrypt_type")?) else {
        return bad("database_encrypt_info_encrypt_type is not a number from 0 to 4");
    };
    let key = p
        .string("database_encrypt_info_encrypt_key")
        .filter(|k| !k.is_empty());
    if key.is_some_and(|k| k.len() != 32 || !k.bytes().all(|b| b.is_ascii_hexdigit())) {
        return bad("database_encrypt_info_encrypt_key is not made of 32 hexadecimal digits");
    }
    Ok(Operation::SetDatabaseEncryptInfo(DatabaseEncryption {
        kind,
        key: key.map(Secret::new),
    }))
}

fn log_setting(p: Object<'_>) -> Result<Operation, i32> {
    let disable_auto_clean = p.need_boolean("log_setting_disable_auto_clean")?;
    let max_file_bytes = match p.integer("log_setting_max_file_size") {
        None => None,
        Some(size) => match u64::try_from(size) {
            Ok(size) if size >= MIN_LOG_FILE => Some(size),
            _ => {
                let why = "log_setting_max_file_size is less than 153600 bytes";
                return Ok(invalid("set_log_setting", Stage::Any, why));
            }
        },
    };
    Ok(Operation::SetLogSetting {
        disable_auto_clean,
        max_file_bytes,
    })
}

fn network_info(o: Object<'_>) -> NetworkInfo {
    let number = |key| o.integer(key).and_then(|n| i32::try_from(n).ok());
    NetworkInfo {
        network_type: number("request_set_network_info_network_type_param"),
        ip_type: number("request_set_network_info_ip_type_param"),
        network_id: o
            .string("request_set_network_info_network_id_param")
            .map(str::to_owned),
        connected: o.boolean("request_set_network_info_network_connected_param"),
    }
}

fn write_log(o: Object<'_>) -> Result<Operation, i32> {
    let key = "request_write_log_log_level_param";
    let Ok(level @ 0..=7) = u8::try_from(o.need_integer(key)?) else {
        return Ok(out_of_range("write_log", Stage::Any, key));
    };
    let owned = |key| o.string(key).unwrap_or_default().to_owned();
    Ok(Operation::WriteLog(LogLine {
        level,
        content: o.need_string("request_write_log_log_content_param")?.to_owned(),
        file: owned("request_write_log_file_name_param"),
        function: owned("request_write_log_func_name_param"),
        line: o
            .integer("request_write_log_line_number_param")
            .and_then(|n| i64::try_from(n).ok())
            .unwrap_or(0),
    }))
}

fn clamped(n: i128, low: u32, high: u32) -> u32 {
    // The clamp makes the conversion exact.
    n.clamp(i128::from(low), i128::from(high)) as u32
}

fn out_of_range(operation: &'static str, stage: Stage, key: &str) -> Operation {
    invalid(operation, stage, format!("{key} is out of range"))
}

fn invalid(
    operation: &'static str,
    stage: Stage,
    why: impl Into<std::borrow::Cow<'static, str>>,
) -> Operation {
    Operation::Invalid {
        operation,
        stage,
        refusal: Refusal::invalid(why),
    }
}
