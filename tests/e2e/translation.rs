//! Texts in another language, and recordings as text.

use serde_json::{Value, json};
use timbre::engine::{EventKind, LanguageOp, Op};
use timbre::model::error::Outcome;
use timbre_protocol::Platform;
use timbre_server::config::Config;

use crate::support::{Device, Folder, Server};

#[allow(dead_code)]
#[path = "../../crates/server/tests/server/provider.rs"]
mod provider;
use provider::{Answer, Provider};

/// A service that turns every text into capitals.
fn shouting() -> Provider {
    Provider::start(|_, call| {
        let texts = call.json()["texts"].clone();
        let texts = texts.as_array().unwrap().iter();
        let texts: Vec<_> = texts.map(|text| text.as_str().unwrap().to_uppercase()).collect();
        Answer::Say(200, json!({ "texts": texts }).to_string())
    })
}

fn translate(device: &Device, texts: &[&str], source: &str, target: &str) -> Outcome {
    device.call(Op::Languages(LanguageOp::Translate {
        texts: texts.iter().map(|text| (*text).to_owned()).collect(),
        source: source.to_owned(),
        target: target.to_owned(),
    }))
}

fn pairs(outcome: &Outcome) -> Vec<(String, String)> {
    assert_eq!((outcome.code, &*outcome.desc), (0, ""));
    let list: Vec<Value> = serde_json::from_str(&outcome.json).unwrap();
    list.iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            (
                text("msg_translate_text_source_text"),
                text("msg_translate_text_target_text"),
            )
        })
        .collect()
}

fn same(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

fn with_translation(url: &str, change: impl FnOnce(&mut Config)) -> Server {
    let url = url.to_owned();
    Server::with(|config| {
        config.translation_provider = true;
        config.translation_url = url;
        config.translation_secret = "s".into();
        config.translate_rate = 0;
        change(config);
    })
}

// TV-06: without a service both functions are not there, and the server is not even asked.
#[test]
fn without_a_service_the_missing_setting_is_named() {
    let mut server = Server::start();
    let alice = server.phone("alice");
    let voice = || {
        alice.call(Op::Languages(LanguageOp::VoiceToText {
            url: "http://elsewhere/sound".into(),
            language: String::new(),
        }))
    };
    for online in [true, false] {
        if !online {
            server.stop();
        }
        let outcome = translate(&alice, &["hello"], "auto", "de");
        assert_eq!((outcome.code, outcome.json.as_str()), (7013, ""));
        assert!(outcome.desc.contains("translation.provider"), "{}", outcome.desc);
        let outcome = voice();
        assert_eq!((outcome.code, outcome.json.as_str()), (7013, ""));
        assert!(outcome.desc.contains("voice.provider"), "{}", outcome.desc);
    }
}

// TV-01, TV-02, TV-03, TV-04: in the order given, each text with its translation, twice is twice.
#[test]
fn texts_come_back_with_their_translations_in_order() {
    let provider = shouting();
    let server = with_translation(&provider.url, |_| ());
    let alice = server.phone("alice");
    let outcome = translate(&alice, &["hello", "a \"b\"", "hello", "ünï 字"], "", "de");
    assert_eq!(
        pairs(&outcome),
        same(&[
            ("hello", "HELLO"),
            ("a \"b\"", "A \"B\""),
            ("hello", "HELLO"),
            ("ünï 字", "ÜNÏ 字")
        ])
    );
    let call = provider.calls().remove(0);
    assert_eq!(
        call.json(),
        json!({"texts": ["hello", "a \"b\"", "hello", "ünï 字"], "source": "auto", "target": "de"})
    );
    assert!(call.headers.contains_key("x-timbre-signature"));
    translate(&alice, &["x"], "zh-TW", "pt-BR");
    let call = provider.calls().remove(1).json();
    assert_eq!(
        (&call["source"], &call["target"]),
        (&"zh-TW".into(), &"pt-BR".into())
    );
    // From a language into itself nobody is asked.
    assert_eq!(pairs(&translate(&alice, &["x"], "de", "de")), same(&[("x", "x")]));
    assert_eq!(provider.calls().len(), 2);
}

// TV-01: too many and too long texts.
#[test]
fn too_many_and_too_long_texts_are_refused() {
    let provider = shouting();
    let server = with_translation(&provider.url, |_| ());
    let alice = server.phone("alice");
    let (longest, too_long) = ("字".repeat(2000), "字".repeat(2001));
    for texts in [&["x"; 21][..], &["x", ""], &[too_long.as_str()]] {
        let outcome = translate(&alice, texts, "auto", "de");
        assert_eq!(
            (outcome.code, outcome.json.as_str()),
            (6017, ""),
            "{}",
            outcome.desc
        );
    }
    assert!(provider.calls().is_empty());
    assert_eq!(
        pairs(&translate(&alice, &[longest.as_str(); 20], "auto", "de")).len(),
        20
    );
}

// TV-03, TV-06: what the service says no to, and what it does not say at all.
#[test]
fn refusals_and_failures_of_the_service_have_their_codes() {
    let provider = Provider::start(|_, call| match call.json()["target"].as_str().unwrap() {
        "tlh" => Answer::Say(400, json!({"error": "no Klingon"}).to_string()),
        "short" => Answer::Say(200, json!({"texts": []}).to_string()),
        _ => Answer::Say(500, String::new()),
    });
    let server = with_translation(&provider.url, |config| {
        config.translation_languages = ["tlh", "short", "broken"].map(str::to_owned).to_vec();
    });
    let alice = server.phone("alice");
    let end = |target: &str| {
        let outcome = translate(&alice, &["x"], "auto", target);
        assert_eq!(outcome.json, "");
        (outcome.code, outcome.desc.into_owned())
    };
    assert_eq!(end("tlh"), (6017, "no Klingon".to_owned()));
    assert_eq!(end("short").0, 6001);
    assert_eq!(end("broken").0, 6010);
    assert_eq!(provider.calls().len(), 4, "a failure was tried again once");
    assert_eq!(end("en").0, 6017, "not in the list of languages");
    assert_eq!(provider.calls().len(), 4);
}

// TV-01, TV-06: how often a user may ask, in a second and in a day; what was translated before costs nothing.
#[test]
fn translations_are_limited_and_can_be_remembered() {
    let provider = shouting();
    let server = with_translation(&provider.url, |config| {
        config.translation_daily_quota = 2;
        config.translate_cache_ttl_secs = 600;
    });
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    assert_eq!(pairs(&translate(&alice, &["a", "b"], "auto", "de")).len(), 2);
    let outcome = translate(&alice, &["b", "c", "a"], "auto", "de");
    assert_eq!(pairs(&outcome), same(&[("b", "B"), ("c", "C"), ("a", "A")]));
    assert_eq!(
        provider.calls().remove(1).json()["texts"],
        json!(["c"]),
        "the others are known"
    );
    assert_eq!(translate(&alice, &["a"], "auto", "de").code, 0);
    let outcome = translate(&alice, &["a"], "auto", "fr");
    assert_eq!(outcome.code, -10113);
    assert!(outcome.desc.contains("daily quota"), "{}", outcome.desc);
    assert_eq!(
        translate(&bob, &["a"], "auto", "fr").code,
        0,
        "bob has a quota of his own"
    );

    let provider = shouting();
    let server = with_translation(&provider.url, |config| config.translate_rate = 1);
    let alice = server.phone("alice");
    let begin = std::time::Instant::now();
    let codes = [0; 3].map(|_| translate(&alice, &["a"], "auto", "de").code);
    if begin.elapsed() < std::time::Duration::from_secs(1) {
        assert_eq!(codes, [0, -10113, -10113]);
    }
}

// TV-06: the server fetches nothing from elsewhere.
#[test]
fn a_recording_must_be_on_this_server() {
    let provider = Provider::start(|_, _| Answer::Say(200, json!({"text": "never"}).to_string()));
    let url = provider.url.clone();
    let server = Server::with(|config| {
        config.voice_provider = true;
        config.voice_url = url;
        config.voice_rate = 0;
    });
    let alice = server.phone("alice");
    for url in [
        "http://127.0.0.1:1/sound.m4a",
        "file:///etc/passwd",
        &provider.url,
        "sound",
    ] {
        let outcome = alice.call(Op::Languages(LanguageOp::VoiceToText {
            url: url.to_owned(),
            language: "en-US".to_owned(),
        }));
        assert_eq!((outcome.code, outcome.json.as_str()), (6017, ""), "{url}");
    }
    assert!(provider.calls().is_empty());
}

// TV-05: the service is told where the sender's file is, and how long it lasts; who may not read it learns nothing.
#[test]
fn a_recording_is_turned_into_text_for_who_may_hear_it() {
    let provider = Provider::start(|_, _| Answer::Say(200, json!({"text": "hello \u{4f60}"}).to_string()));
    let url = provider.url.clone();
    let server = Server::with(|config| {
        config.voice_provider = true;
        config.voice_url = url;
        config.voice_rate = 0;
    });
    let (alice, bob, carol) = (server.phone("alice"), server.phone("bob"), server.phone("carol"));
    let folder = Folder::new();
    let send = |name: &str, seconds: u32| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("not really a recording: {name}")).unwrap();
        let message = json!({"message_elem_array": [{
            "elem_type": 2, "sound_elem_file_path": path, "sound_elem_file_time": seconds,
        }]});
        let outcome = alice.send_json("bob", &message.to_string()).1.recv().unwrap();
        assert_eq!(outcome.code, 0, "{}", outcome.desc);
        let got = bob.until("the recording", |event| match event {
            EventKind::NewMessages { json, .. } => Some(json.clone()),
            _ => None,
        });
        let got: Value = serde_json::from_str(&got).unwrap();
        got[0]["message_elem_array"][0]["sound_elem_url"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let hear = |device: &Device, url: &str| {
        device.call(Op::Languages(LanguageOp::VoiceToText {
            url: url.to_owned(),
            language: "en-US".to_owned(),
        }))
    };
    let short = send("words.M4A", 7);
    let outcome = hear(&bob, &short);
    assert_eq!(
        (outcome.code, outcome.json.as_str()),
        (0, "hello \u{4f60}"),
        "{}",
        outcome.desc
    );
    let call = provider.calls().remove(0).json();
    assert_eq!((&call["format"], &call["duration"]), (&json!("m4a"), &json!(7)));
    assert_eq!(
        call["url"].as_str(),
        Some(short.as_str()),
        "in public mode the address is the file's"
    );
    assert_eq!(hear(&carol, &short).code, 114_001);
    let long = send("speech.m4a", 61);
    let outcome = hear(&bob, &long);
    assert_eq!(outcome.code, 6017);
    assert!(outcome.desc.contains("61 seconds"), "{}", outcome.desc);
    let gone = format!("{short}x");
    assert_eq!(hear(&bob, &gone).code, 6010);
    assert_eq!(provider.calls().len(), 1, "nothing else was worth a call");
}

#[test]
fn nobody_logged_in_is_the_first_thing_said() {
    let server = Server::start();
    let alice = server.device("alice", Platform::Linux);
    let outcome = translate(&alice, &["x"; 30], "auto", "de");
    assert_eq!(
        (outcome.code, &*outcome.desc, outcome.json.as_str()),
        (6014, "not login", "")
    );
}
