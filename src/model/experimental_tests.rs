#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;

fn decode(name: &str, params: Value) -> Result<Operation, i32> {
    let mut request = params;
    request["request_internal_operation"] = format!("internal_operation_{name}").into();
    Operation::decode(&request.to_string())
}

fn refusal(name: &str, params: Value) -> String {
    match decode(name, params.clone()) {
        Ok(Operation::Invalid {
            operation, refusal, ..
        }) => {
            assert_eq!((operation, refusal.code), (name, 6017));
            refusal.desc.into_owned()
        }
        other => panic!("{name} {params}: {other:?}"),
    }
}

/// Every operation with parameters that are in order, and what is to come of them.
fn all() -> Vec<(&'static str, Value, Operation)> {
    use Operation as Op;
    let address = |host: &str, port| ServerAddress {
        host: host.into(),
        port,
    };
    vec![
        (
            "clear_local_history_message",
            json!({"request_clear_local_history_message_conversation_id_param": "c2c_bob",
                "request_clear_local_history_message_begin_timestamp_param": 5}),
            Op::ClearLocalHistoryMessage {
                scope: HistoryScope::One(ConvKey::c2c("bob")),
                begin: 5,
                end: 0,
            },
        ),
        (
            "disable_crash_report",
            json!({"request_disable_crash_report_param": true}),
            Op::DisableCrashReport(true),
        ),
        (
            "disable_http_request",
            json!({"request_disable_http_request_param": 0}),
            Op::DisableHttpRequest(false),
        ),
        (
            "enable_quic_channel",
            json!({"request_enable_quic_channel_param": true}),
            Op::EnableQuicChannel(true),
        ),
        (
            "find_merger_messages",
            json!({"request_find_merger_messages_message_id_param": "m",
                "request_find_merger_messages_merger_message_id_list_param": ["a", "b"]}),
            Op::FindMergerMessages {
                message_id: "m".into(),
                inner_ids: vec!["a".into(), "b".into()],
            },
        ),
        (
            "get_brief_group_member_list",
            json!({"request_get_brief_group_member_list_group_id_param": "g"}),
            Op::GetBriefGroupMemberList { group_id: "g".into() },
        ),
        (
            "get_message_revoker",
            json!({"request_message_revoker_message_id_array": ["m"]}),
            Op::GetMessageRevoker(vec!["m".into()]),
        ),
        ("get_offline_push_state", json!({}), Op::GetOfflinePushState),
        (
            "get_server_config",
            json!({"request_get_server_config_key_param": "k", "request_get_server_config_value_type_param": "2"}),
            Op::GetServerConfig {
                key: "k".into(),
                kind: ConfigKind::Text,
            },
        ),
        (
            "init_local_storage",
            json!({"request_init_local_storage_user_id_param": "u"}),
            Op::InitLocalStorage { user_id: "u".into() },
        ),
        (
            "is_commercial_ability_enabled",
            json!({"request_is_commercial_ability_enabled_param": u64::MAX}),
            Op::IsCommercialAbilityEnabled(u64::MAX),
        ),
        (
            "report_tuicomponent_usage",
            json!({"report_tuicomponent_usage_uicomponent_type_param": 1}),
            Op::ReportTuiComponentUsage,
        ),
        (
            "send_room_custom_data",
            json!({"request_send_room_custom_data_service_command_param": "s",
                "request_send_room_custom_data_request_content_param": "c"}),
            Op::SendRoomCustomData,
        ),
        (
            "send_trtc_custom_data",
            json!({"request_send_trtc_custom_data_param": "x"}),
            Op::SendTrtcCustomData,
        ),
        (
            "set_application_id",
            json!({"request_set_application_id_param": 255}),
            Op::SetApplicationId(255),
        ),
        (
            "set_cos_save_region_for_conversation",
            json!({"request_set_cos_save_region_for_conversation_param":
                {"cos_save_region_for_conversation_param_conversation_id": "c",
                    "cos_save_region_for_conversation_param_cos_save_region": "r"}}),
            Op::SetCosSaveRegionForConversation,
        ),
        (
            "set_custom_login_info",
            json!({"request_set_custom_login_info_user_id_param": "u",
                "request_set_custom_login_info_custom_info_param": "i"}),
            Op::SetCustomLoginInfo {
                user_id: "u".into(),
                info: "i".into(),
            },
        ),
        (
            "set_custom_server_info",
            json!({"request_set_custom_server_info_param": {"server_public_key": "plaintext",
                "longconnection_address_array": [
                    {"server_address_ip": "im.example", "server_address_port": 443},
                    {"server_address_ip": "quic.example", "server_address_port": 1, "server_address_is_quic": true},
                    {"server_address_ip": "::1", "server_address_port": 80, "server_address_is_ipv6": true}],
                "shortconnection_address_array": [{"server_address_ip": "m", "server_address_port": 1}]}}),
            Op::SetCustomServerInfo(CustomServerInfo {
                link: vec![address("im.example", 443), address("::1", 80)],
                media: vec![address("m", 1)],
                public_key: "plaintext".into(),
            }),
        ),
        (
            "set_database_encrypt_info",
            json!({"request_set_database_encrypt_info_param": {"database_encrypt_info_encrypt_type": 4,
                "database_encrypt_info_encrypt_key": "0123456789abcdefABCDEF0123456789"}}),
            Op::SetDatabaseEncryptInfo(DatabaseEncryption {
                kind: 4,
                key: Some(Secret::new("0123456789abcdefABCDEF0123456789")),
            }),
        ),
        ("set_env", json!({"request_set_env_param": 1}), Op::SetEnv(true)),
        (
            "set_ignore_repeat_login",
            json!({"request_set_ignore_repeat_login_param": true}),
            Op::SetIgnoreRepeatLogin(true),
        ),
        (
            "set_ipv6_prior",
            json!({"request_set_ipv6_prior_param": false}),
            Op::SetIpv6Prior(false),
        ),
        (
            "set_log_setting",
            json!({"request_set_log_setting_param": {"log_setting_disable_auto_clean": true,
                "log_setting_max_file_size": 153600}}),
            Op::SetLogSetting {
                disable_auto_clean: true,
                max_file_bytes: Some(153_600),
            },
        ),
        (
            "set_max_retry_count",
            json!({"request_set_max_retry_count_param": 99}),
            Op::SetMaxRetryCount(10),
        ),
        (
            "set_network_info",
            json!({"request_set_network_info_network_type_param": 1, "request_set_network_info_ip_type_param": 2,
                "request_set_network_info_network_id_param": "wifi",
                "request_set_network_info_network_connected_param": false}),
            Op::SetNetworkInfo(NetworkInfo {
                network_type: Some(1),
                ip_type: Some(2),
                network_id: Some("wifi".into()),
                connected: Some(false),
            }),
        ),
        (
            "set_offline_push_state",
            json!({"request_set_offline_push_state_param": 2}),
            Op::SetOfflinePushState(2),
        ),
        (
            "set_packet_request_timeout",
            json!({"request_set_packet_request_timeout_param": -3}),
            Op::SetPacketRequestTimeout(1),
        ),
        (
            "set_sm4_gcm_callback",
            json!({"request_set_sm4_gcm_callback_param": {"sm4_gcm_callback_param_encrypt": 1,
                "sm4_gcm_callback_param_decrypt": 2}}),
            Op::SetSm4GcmCallback,
        ),
        (
            "set_ui_platform",
            json!({"request_set_ui_platform_param": "7"}),
            Op::SetUiPlatform(7),
        ),
        (
            "sso_data",
            json!({"request_sso_data_param": {"sso_data_param_cmd": "c", "sso_data_param_body": "b"}}),
            Op::SsoData,
        ),
        (
            "start_message_long_polling",
            json!({"request_start_message_long_polling_id_param": "g", "request_start_message_long_polling_key_param": "k",
                "request_start_message_long_polling_sequence_param": "1"}),
            Op::StartMessageLongPolling,
        ),
        (
            "stop_message_long_polling",
            json!({"request_stop_message_long_polling_id_param": "g"}),
            Op::StopMessageLongPolling,
        ),
        (
            "tinyid_userid",
            json!({"request_tinyid_userid_param": [1_000_001]}),
            Op::TinyIdToUserId(vec![1_000_001]),
        ),
        ("update_proxy_info", json!({}), Op::UpdateProxyInfo),
        (
            "userid_tinyid",
            json!({"request_userid_tinyid_param": ["u"]}),
            Op::UserIdToTinyId(vec!["u".into()]),
        ),
        (
            "write_log",
            json!({"request_write_log_log_level_param": 5, "request_write_log_log_content_param": "x",
                "request_write_log_line_number_param": 9}),
            Op::WriteLog(LogLine {
                level: 5,
                content: "x".into(),
                file: String::new(),
                function: String::new(),
                line: 9,
            }),
        ),
    ]
}

#[test]
fn every_operation_is_known() {
    // Spec 01 section 7.
    let all = all();
    assert_eq!(all.len(), 36);
    for (name, params, expected) in all {
        assert_eq!(decode(name, params), Ok(expected.clone()), "{name}");
        assert_eq!(expected.name(), name);
    }
}

#[test]
fn what_names_no_operation_is_refused_at_once() {
    for text in [
        "",
        "x",
        "[]",
        "null",
        "{}",
        r#"{"request_internal_operation":null}"#,
        r#"{"request_internal_operation":5}"#,
        r#"{"request_internal_operation":"internal_operation_"}"#,
        r#"{"request_internal_operation":"set_env"}"#,
        r#"{"request_internal_operation":"internal_operation_fly"}"#,
    ] {
        assert_eq!(Operation::decode(text), Err(sync::JSON), "{text}");
    }
}

#[test]
fn required_parameters_are_required() {
    for (name, params, _) in all() {
        let needs_nothing = [
            "get_offline_push_state",
            "report_tuicomponent_usage",
            "set_network_info",
            "update_proxy_info",
        ];
        let expected = if needs_nothing.contains(&name) {
            None
        } else {
            Some(sync::JSON)
        };
        assert_eq!(
            decode(name, json!({})).err(),
            expected,
            "{name} without parameters"
        );
        for key in params.as_object().unwrap().keys() {
            // A list of lists is no parameter's type.
            let mut wrong = params.clone();
            wrong[key] = json!([[]]);
            let optional = needs_nothing.contains(&name)
                || [
                    "request_set_custom_login_info_custom_info_param",
                    "request_write_log_line_number_param",
                ]
                .contains(&&key[..]);
            assert_eq!(decode(name, wrong).is_ok(), optional, "{name}: {key}");
        }
    }
}

#[test]
fn values_that_are_not_allowed_are_refused_through_the_callback() {
    let many: Vec<String> = (0..101).map(|i| i.to_string()).collect();
    let server = |host: &str, port: i64| {
        json!({"request_set_custom_server_info_param": {"server_public_key": "", "longconnection_address_array":
            [{"server_address_ip": host, "server_address_port": port}]}})
    };
    let encrypt = |kind: i64, key: &str| {
        json!({"request_set_database_encrypt_info_param":
            {"database_encrypt_info_encrypt_type": kind, "database_encrypt_info_encrypt_key": key}})
    };
    let clear = |id: &str| json!({"request_clear_local_history_message_conversation_id_param": id});
    let cases = [
        ("userid_tinyid", json!({"request_userid_tinyid_param": []})),
        ("userid_tinyid", json!({"request_userid_tinyid_param": many})),
        ("tinyid_userid", json!({"request_tinyid_userid_param": [-1]})),
        (
            "get_message_revoker",
            json!({"request_message_revoker_message_id_array": []}),
        ),
        (
            "set_offline_push_state",
            json!({"request_set_offline_push_state_param": 3}),
        ),
        (
            "set_application_id",
            json!({"request_set_application_id_param": 256}),
        ),
        ("set_ui_platform", json!({"request_set_ui_platform_param": -1})),
        (
            "is_commercial_ability_enabled",
            json!({"request_is_commercial_ability_enabled_param": -1}),
        ),
        (
            "write_log",
            json!({"request_write_log_log_level_param": 8, "request_write_log_log_content_param": "x"}),
        ),
        (
            "set_log_setting",
            json!({"request_set_log_setting_param":
            {"log_setting_disable_auto_clean": true, "log_setting_max_file_size": 153_599}}),
        ),
        ("set_custom_server_info", server("a", 0)),
        ("set_custom_server_info", server("a", 65536)),
        ("set_custom_server_info", server("", 1)),
        ("set_custom_server_info", server("a b", 1)),
        ("set_custom_server_info", server("a/x", 1)),
        ("set_custom_server_info", server("a,b", 1)),
        (
            "set_custom_server_info",
            json!({"request_set_custom_server_info_param": {"server_public_key": "", "longconnection_address_array": []}}),
        ),
        ("set_database_encrypt_info", encrypt(5, "")),
        ("set_database_encrypt_info", encrypt(-1, "")),
        ("set_database_encrypt_info", encrypt(4, "xyz")),
        ("set_database_encrypt_info", encrypt(4, &"g".repeat(32))),
        ("clear_local_history_message", clear("bob")),
        ("clear_local_history_message", clear("c2c_")),
        (
            "clear_local_history_message",
            json!({"request_clear_local_history_message_conversation_id_param": "",
            "request_clear_local_history_message_end_timestamp_param": -1}),
        ),
        (
            "set_custom_login_info",
            json!({"request_set_custom_login_info_user_id_param": "u",
            "request_set_custom_login_info_custom_info_param": "x".repeat(1025)}),
        ),
    ];
    for (name, params) in cases {
        assert!(!refusal(name, params).is_empty());
    }
    let kind =
        json!({"request_get_server_config_key_param": "k", "request_get_server_config_value_type_param": 3});
    assert_eq!(refusal("get_server_config", kind), "invalid value type");
}

#[test]
fn scopes_of_clearing() {
    let scope = |id: &str| match decode(
        "clear_local_history_message",
        json!({"request_clear_local_history_message_conversation_id_param": id}),
    ) {
        Ok(Operation::ClearLocalHistoryMessage {
            scope,
            begin: 0,
            end: 0,
        }) => scope,
        other => panic!("{other:?}"),
    };
    assert_eq!(scope(""), HistoryScope::All);
    assert_eq!(scope("c2c"), HistoryScope::AllC2c);
    assert_eq!(scope("group"), HistoryScope::AllGroups);
    assert!(matches!(scope("group_g"), HistoryScope::One(conv) if conv.id == "g"));
}

#[test]
fn server_addresses_become_urls() {
    let info = |key: &str| CustomServerInfo {
        link: vec![
            ServerAddress {
                host: "a".into(),
                port: 1,
            },
            ServerAddress {
                host: "::1".into(),
                port: 2,
            },
        ],
        media: vec![],
        public_key: key.into(),
    };
    assert_eq!(info("").link_urls(), ["wss://a:1/tim/v1", "wss://[::1]:2/tim/v1"]);
    assert_eq!(
        info("plaintext").link_urls(),
        ["ws://a:1/tim/v1", "ws://[::1]:2/tim/v1"]
    );
    assert_eq!(
        (info("plaintext").pin(), info("sha256/x").pin()),
        ("", "sha256/x")
    );
}

#[test]
fn stages() {
    for (name, params, operation) in all() {
        let expected = match name {
            "clear_local_history_message"
            | "find_merger_messages"
            | "get_brief_group_member_list"
            | "get_server_config"
            | "tinyid_userid"
            | "userid_tinyid" => Stage::LoggedIn,
            "get_message_revoker" => Stage::Database,
            "init_local_storage" => Stage::Initialized,
            _ => Stage::Any,
        };
        assert_eq!(operation.stage(), expected, "{name} {params}");
    }
    let bad = decode("tinyid_userid", json!({"request_tinyid_userid_param": [-1]})).unwrap();
    assert_eq!(
        bad.stage(),
        Stage::LoggedIn,
        "the state is checked before the value"
    );
}

#[test]
fn the_database_key_does_not_show() {
    let key = "00112233445566778899aabbccddeeff";
    let operation = decode(
        "set_database_encrypt_info",
        json!({"request_set_database_encrypt_info_param":
        {"database_encrypt_info_encrypt_type": 4, "database_encrypt_info_encrypt_key": key}}),
    )
    .unwrap();
    assert!(!format!("{operation:?}").contains(key));
}
