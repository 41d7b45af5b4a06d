#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::model::json::noting;

fn init(value: Value) -> Result<InitConfig, i32> {
    InitConfig::decode(Some(&value.to_string()))
}

fn settings(value: Value) -> Settings {
    Settings::decode(&value.to_string()).unwrap()
}

fn refused(value: Value) -> String {
    let refusal = settings(value.clone()).check().expect_err(&value.to_string());
    assert_eq!(refusal.code, 6017);
    refusal.desc.into_owned()
}

#[test]
fn init_without_a_configuration() {
    for text in [None, Some(""), Some("{}"), Some("null"), Some("\u{feff}{}")] {
        assert_eq!(InitConfig::decode(text), Ok(InitConfig::default()), "{text:?}");
    }
    for text in ["x", "[]", "1", "\"\"", "{"] {
        assert_eq!(InitConfig::decode(Some(text)), Err(sync::JSON), "{text}");
    }
}

#[test]
fn every_key_of_the_init_configuration() {
    // CORE-074, spec 01 section 4.1.
    let config = init(json!({
        "sdk_config_config_file_path": "/data", "sdk_config_log_file_path": "/log",
        "sdk_config_main_thread_id": -5, "sdk_config_main_looper_pointer": 1i64 << 60,
        "sdk_config_device_type": "iPad13,4", "sdk_config_brand_type": 2001, "sdk_config_system_version": "17",
        "sdk_config_server_url": "https://a.example, ws://b:81/x/y ,", "sdk_config_callback_mode": "pump",
        "sdk_config_platform": "iPad", "sdk_config_java_vm": 5, "sdk_config_api_type": 1, "unknown": {},
    }));
    assert_eq!(
        config,
        Ok(InitConfig {
            data_dir: Some("/data".into()),
            log_dir: Some("/log".into()),
            device_type: "iPad13,4".into(),
            brand: 2001,
            system_version: "17".into(),
            server_urls: vec!["wss://a.example/tim/v1".into(), "ws://b:81/x/y".into()],
            callback_mode: CallbackMode::Pump,
            platform: Some(Platform::Ipad),
            main_thread_id: Some(-5),
            main_looper: Some(1 << 60),
        })
    );
}

#[test]
fn empty_paths_and_wrong_types_are_absent() {
    let (config, notes) = noting(|| {
        init(
            json!({"sdk_config_config_file_path": "", "sdk_config_log_file_path": null, "sdk_config_brand_type": "x",
            "sdk_config_callback_mode": 3}),
        )
    });
    assert_eq!(config, Ok(InitConfig::default()));
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[test]
fn unknown_enum_texts_are_parameter_errors() {
    for (key, text) in [
        ("sdk_config_callback_mode", "main"),
        ("sdk_config_callback_mode", ""),
        ("sdk_config_callback_mode", "Pump"),
        ("sdk_config_platform", "ios"),
        ("sdk_config_platform", ""),
        ("sdk_config_server_url", "ftp://a"),
    ] {
        assert_eq!(init(json!({ key: text })), Err(sync::PARAM), "{key} {text}");
    }
    for (text, platform) in [
        ("Windows", Platform::Windows),
        ("Mac", Platform::Mac),
        ("Linux", Platform::Linux),
        ("Android", Platform::Android),
        ("iPhone", Platform::Iphone),
        ("iPad", Platform::Ipad),
        ("Web", Platform::Web),
    ] {
        assert_eq!(
            init(json!({"sdk_config_platform": text})).unwrap().platform,
            Some(platform)
        );
    }
    for (text, mode) in [
        ("platform", CallbackMode::Platform),
        ("thread", CallbackMode::Thread),
        ("pump", CallbackMode::Pump),
    ] {
        assert_eq!(
            init(json!({"sdk_config_callback_mode": text}))
                .unwrap()
                .callback_mode,
            mode
        );
    }
}

#[test]
fn long_texts_are_cut_between_characters() {
    let (config, notes) = noting(|| {
        init(json!({"sdk_config_device_type": "é".repeat(65), "sdk_config_system_version": "a日".repeat(20)}))
            .unwrap()
    });
    assert_eq!(config.device_type, "é".repeat(64));
    assert_eq!(config.system_version, "a日".repeat(16));
    assert_eq!(notes.len(), 2);
}

#[test]
fn server_addresses() {
    for (given, expected) in [
        ("wss://im.example", "wss://im.example/tim/v1"),
        ("WSS://im.example/", "wss://im.example/tim/v1"),
        ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/tim/v1"),
        ("https://im.example:443/a", "wss://im.example:443/a"),
        ("im.example", "wss://im.example/tim/v1"),
        ("ws://[::1]:9/", "ws://[::1]:9/tim/v1"),
        ("ws://[fe80::1]", "ws://[fe80::1]/tim/v1"),
    ] {
        assert_eq!(server_urls(given), Ok(vec![expected.to_owned()]));
    }
    assert_eq!(server_urls(" , ,"), Ok(vec![]));
    assert_eq!(server_urls("a,b").unwrap().len(), 2);
    for bad in [
        "ftp://a",
        "://a",
        "ws://",
        "ws:///x",
        "ws://a:0",
        "ws://a:65536",
        "ws://a:x",
        "ws://a:",
        "ws://::1",
        "ws://[x]",
        "ws://[::1",
        "ws://u@h",
        "ws://a b",
        "ws://a/?q",
        "ws://a/#f",
        "ws://ä",
        "a,ftp://b",
    ] {
        let refusal = server_urls(bad).expect_err(bad);
        assert_eq!(refusal.code, 6017);
        assert!(refusal.desc.starts_with("server address "), "{}", refusal.desc);
    }
}

#[test]
fn settings_that_are_no_object() {
    for text in ["", "x", "[]", "null", "1"] {
        assert_eq!(Settings::decode(text).unwrap_err(), sync::JSON, "{text}");
    }
}

#[test]
fn an_empty_object_sets_nothing() {
    // Observed: {} gives {}.
    let s = settings(json!({}));
    assert_eq!(
        s,
        Settings {
            echo: "{}".into(),
            ..Settings::default()
        }
    );
    assert_eq!(s.check(), Ok(()));
    assert_eq!(
        settings(json!({"set_config_log_level": 4})).echo,
        r#"{"set_config_log_level":4}"#
    );
}

#[test]
fn every_key_of_the_settings() {
    // CORE-074, spec 01 section 4.5.
    let given = json!({
        "set_config_callback_log_level": 0,
        "set_config_http_proxy_info": {"http_proxy_info_ip": "http://proxy.example/", "http_proxy_info_password": "pw",
            "http_proxy_info_port": 8080, "http_proxy_info_username": "u"},
        "set_config_is_log_output_console": false,
        "set_config_is_only_local_dns_source": true,
        "set_config_log_level": 7,
        "set_config_pac_proxy_info": {"pac_proxy_info_password": "pw2", "pac_proxy_info_username": "u2"},
        "set_config_socks5_proxy_info": {"socks5_proxy_info_ip": "::1", "socks5_proxy_info_port": 1},
        "set_config_user_config": {
            "user_config_group_getinfo_option":
                {"group_get_info_option_custom_array": ["a"], "group_get_info_option_info_flag": 1},
            "user_config_group_member_getinfo_option":
                {"group_member_get_info_option_info_flag": 2, "group_member_get_info_option_role_flag": 3},
            "user_config_is_ignore_grouptips_unread": true,
            "user_config_is_is_disable_storage": true,
            "user_config_is_read_receipt": true,
            "user_config_is_sync_report": false,
        },
        "set_config_user_define_data": "x".repeat(64),
    });
    let s = settings(given.clone());
    assert_eq!(s.check(), Ok(()));
    assert_eq!(
        (s.log_level, s.callback_log_level, s.log_to_console),
        (Some(7), Some(0), Some(false))
    );
    assert_eq!((s.only_local_dns, s.disable_storage), (Some(true), Some(true)));
    assert_eq!(s.user_define_data, Some("x".repeat(64)));
    let credentials = |user: &str, password: &str| ProxyCredentials {
        user: user.into(),
        password: Secret::new(password),
    };
    let http = Proxy {
        host: "proxy.example".into(),
        port: 8080,
        credentials: credentials("u", "pw"),
    };
    assert_eq!(s.http_proxy, Some(ProxyChange::Use(http)));
    let socks = Proxy {
        host: "::1".into(),
        port: 1,
        credentials: ProxyCredentials::default(),
    };
    assert_eq!(s.socks5_proxy, Some(ProxyChange::Use(socks)));
    assert_eq!(s.pac_proxy, Some(credentials("u2", "pw2")));
    // The echo is what was passed.
    assert_eq!(serde_json::from_str::<Value>(&s.echo).unwrap(), given);
}

#[test]
fn the_echo_has_known_keys_only() {
    let s = settings(
        json!({"x": 1, "set_config_log_level": "4", "set_config_is_log_output_console": 1,
        "set_config_user_config": {"y": 2}, "set_config_http_proxy_info": null}),
    );
    assert_eq!(
        s.echo,
        r#"{"set_config_is_log_output_console":true,"set_config_user_config":{}}"#
    );
}

#[test]
fn a_proxy_is_cancelled_by_an_empty_host_and_port_0() {
    for empty in [
        json!({"http_proxy_info_ip": "", "http_proxy_info_port": 0}),
        json!({"http_proxy_info_ip": ""}),
        json!({"http_proxy_info_ip": "http://", "http_proxy_info_port": 0}),
    ] {
        let s = settings(json!({"set_config_http_proxy_info": empty}));
        assert_eq!(
            (s.http_proxy.clone(), s.check()),
            (Some(ProxyChange::Cancel), Ok(()))
        );
    }
}

#[test]
fn settings_that_are_not_allowed() {
    let proxy = |host: Value, port: Value| json!({"set_config_socks5_proxy_info": {"socks5_proxy_info_ip": host, "socks5_proxy_info_port": port}});
    let cases = [
        (json!({"set_config_log_level": 8}), "set_config_log_level"),
        (json!({"set_config_log_level": -1}), "set_config_log_level"),
        (
            json!({"set_config_callback_log_level": 256}),
            "set_config_callback_log_level",
        ),
        (
            json!({"set_config_user_define_data": "x".repeat(65)}),
            "set_config_user_define_data",
        ),
        (proxy(json!("h"), json!(0)), "socks5_proxy_info_port"),
        (proxy(json!("h"), json!(65536)), "socks5_proxy_info_port"),
        (proxy(json!("h"), json!(-1)), "socks5_proxy_info_port"),
        (proxy(json!("h"), json!(null)), "socks5_proxy_info_port"),
        (proxy(json!(""), json!(1)), "socks5_proxy_info_ip"),
        (proxy(json!("a b"), json!(1)), "socks5_proxy_info_ip"),
        (proxy(json!("ftp://h"), json!(1)), "socks5_proxy_info_ip"),
        (proxy(json!("u@h"), json!(1)), "socks5_proxy_info_ip"),
        (proxy(json!("h\r\nX: y"), json!(1)), "socks5_proxy_info_ip"),
    ];
    for (value, key) in cases {
        let desc = refused(value);
        assert!(desc.starts_with(key), "{desc}");
    }
    for broken in [
        json!({}),
        json!({"http_proxy_info_ip": 1}),
        json!({"http_proxy_info_ip": "h", "http_proxy_info_port": "x"}),
    ] {
        let text = json!({"set_config_http_proxy_info": broken}).to_string();
        assert_eq!(Settings::decode(&text).unwrap_err(), sync::JSON, "{text}");
    }
}

#[test]
fn passwords_do_not_show() {
    let s = settings(json!({"set_config_http_proxy_info":
        {"http_proxy_info_ip": "h", "http_proxy_info_port": 1, "http_proxy_info_password": "hunter2"}}));
    assert!(s.echo.contains("hunter2"));
    assert!(!format!("{s:?}").contains("hunter2"));
    assert!(!format!("{:?}", Some(&s.http_proxy)).contains("hunter2"));
    assert_eq!(format!("{:?}", Secret::default()), "\"\"");
}
