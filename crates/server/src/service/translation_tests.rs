//! What is sent to a service and what is made of its answers, with a service that listens on a socket.

use std::time::{Duration, Instant};

use super::*;
use crate::clock::{ManualClock, SystemEntropy};
use crate::service::providers::{ProviderSettings, signature};

#[allow(unreachable_pub, clippy::unwrap_used)]
#[path = "../../tests/server/provider.rs"]
mod provider;
use provider::{Answer, Provider as Fake};

const NOW_MS: i64 = 1_800_000_000_000;

fn settings(url: &str) -> ProviderSettings {
    ProviderSettings {
        url: url.into(),
        secret: "a secret".into(),
        headers: vec!["Authorization: Bearer x:y".into(), "X-More: 1".into()],
        timeout_ms: 20_000,
        languages: Vec::new(),
        concurrency: 4,
        daily_quota: 0,
    }
}

fn client(settings: ProviderSettings) -> (Provider, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(NOW_MS));
    (
        Provider::new(settings, clock.clone(), Arc::new(SystemEntropy)),
        clock,
    )
}

fn recording() -> Recording {
    Recording {
        url: "http://files/1?signed".into(),
        format: "m4a".into(),
        duration_s: 7,
    }
}

// A recording as the service gets it, and its words as they come back.
#[tokio::test]
async fn a_recording_is_named_to_the_service_and_its_words_come_back() {
    let fake = Fake::start(|_, _| Answer::Say(200, json!({"text": "hello \"there\""}).to_string()));
    let (provider, _) = client(settings(&fake.url));
    let text = recognised(&provider, &recording(), "en-US").await.unwrap();
    assert_eq!(text, "hello \"there\"");
    let call = fake.calls().remove(0);
    assert_eq!(call.line, "POST /work?key=1 HTTP/1.1");
    assert_eq!(
        call.json(),
        json!({"url": "http://files/1?signed", "language": "en-US", "format": "m4a", "duration": 7})
    );
    let header = |name: &str| call.headers[name].clone();
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("x-timbre-signature"), signature("a secret", &call.body));
    assert_eq!(header("x-timbre-timestamp"), "1800000000");
    assert_eq!(header("x-timbre-request-id").len(), 32);
    assert_eq!(header("authorization"), "Bearer x:y");
    assert_eq!(header("x-more"), "1");
}

#[test]
fn the_signature_is_the_hmac_of_the_body() {
    // RFC 4231, test case 2.
    assert_eq!(
        signature("Jefe", b"what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let fake = Fake::start(|_, _| Answer::Say(200, json!({"text": ""}).to_string()));
    let (provider, _) = client(ProviderSettings {
        secret: String::new(),
        ..settings(&fake.url)
    });
    assert_eq!(
        recognised(&provider, &recording(), "").await.unwrap(),
        "",
        "silence is no text"
    );
    assert!(!fake.calls()[0].headers.contains_key("x-timbre-signature"));
}

// TV-06: a service that fails is asked once more, one that refuses is not.
#[tokio::test]
async fn failures_are_tried_again_once_and_refusals_are_passed_on() {
    // Status and body of the answers in turn; the code in the end, how often it was asked, words of the text.
    let long = "x".repeat(600);
    let cases = [
        (vec![(503, ""), (200, r#"{"text":"late"}"#)], 0, 2, ""),
        (vec![(500, ""), (502, "")], code::HTTP_FAILED, 2, "502"),
        (
            vec![(400, r#"{"error":"no such language"}"#)],
            code::INVALID_PARAMETERS,
            1,
            "no such language",
        ),
        (vec![(404, "<html>")], code::INVALID_PARAMETERS, 1, "404"),
        (vec![(302, "{}")], code::PARSE_FAILED, 1, "302"),
        (vec![(200, "<html>")], code::PARSE_FAILED, 1, "no JSON"),
        (vec![(200, r#"{"txt":"x"}"#)], code::PARSE_FAILED, 1, "no text"),
        (vec![(200, r#"{"text":7}"#)], code::PARSE_FAILED, 1, "no text"),
        (vec![(204, "")], code::PARSE_FAILED, 1, "no JSON"),
    ];
    for (answers, expected, asked, words) in cases {
        let name = format!("{answers:?}");
        let fake = Fake::start(move |number, _| {
            let (status, body) = answers[number];
            Answer::Say(status, body.to_owned())
        });
        let (provider, _) = client(settings(&fake.url));
        match recognised(&provider, &recording(), "en").await {
            Ok(text) => assert_eq!((expected, text.as_str()), (0, "late"), "{name}"),
            Err(refused) => {
                assert_eq!(refused.code, expected, "{name}: {refused}");
                assert!(refused.text.contains(words), "{name}: {refused}");
            }
        }
        let calls = fake.calls();
        assert_eq!(calls.len(), asked, "{name}");
        let id = &calls[0].headers["x-timbre-request-id"];
        assert!(
            calls
                .iter()
                .all(|call| call.headers["x-timbre-request-id"] == *id),
            "{name}"
        );
    }
    let fake = Fake::start(move |_, _| Answer::Say(422, json!({ "error": long }).to_string()));
    let (provider, _) = client(settings(&fake.url));
    let refused = recognised(&provider, &recording(), "en").await.unwrap_err();
    assert_eq!(refused.text.len(), 500, "a service's words are cut");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read_to_its_end() {
    let fake = Fake::start(|_, _| Answer::Say(200, json!({"text": "x".repeat(2 << 20)}).to_string()));
    let (provider, _) = client(settings(&fake.url));
    let refused = recognised(&provider, &recording(), "en").await.unwrap_err();
    assert_eq!(refused.code, code::PARSE_FAILED);
}

// TV-06: one that does not answer is given up after two times its time.
#[tokio::test]
async fn silence_ends_after_two_attempts() {
    let fake = Fake::start(|_, _| Answer::Silence);
    let (provider, _) = client(ProviderSettings {
        timeout_ms: 200,
        ..settings(&fake.url)
    });
    let begin = Instant::now();
    let refused = recognised(&provider, &recording(), "en").await.unwrap_err();
    assert_eq!(refused.code, code::HTTP_FAILED);
    assert!(
        begin.elapsed() >= Duration::from_millis(400),
        "each attempt has its time"
    );
    assert_eq!(fake.calls().len(), 2);
    // Nobody listens there at all.
    let (provider, _) = client(settings("http://127.0.0.1:1/"));
    let refused = recognised(&provider, &recording(), "en").await.unwrap_err();
    assert_eq!(refused.code, code::HTTP_FAILED);
    assert!(
        !refused.text.contains("127.0.0.1"),
        "an address may hold a key: {refused}"
    );
}

#[tokio::test]
async fn only_so_many_calls_run_at_a_time() {
    let fake = Fake::start(|_, _| Answer::Silence);
    let (provider, _) = client(ProviderSettings {
        timeout_ms: 150,
        concurrency: 1,
        ..settings(&fake.url)
    });
    let (first, second) = (recording(), recording());
    let both = tokio::join!(
        recognised(&provider, &first, "en"),
        recognised(&provider, &second, "en")
    );
    assert_eq!(both.0.unwrap_err().code, code::HTTP_FAILED);
    let refused = both.1.unwrap_err();
    assert_eq!(refused.code, code::HTTP_FAILED);
    assert!(refused.text.contains("too much"), "{refused}");
    assert_eq!(fake.calls().len(), 2, "the second one was never asked for");
}

// TV-06: so many calls of one user and day.
#[test]
fn the_daily_quota_is_each_users_own_and_begins_anew_at_midnight() {
    let (provider, clock) = client(ProviderSettings {
        daily_quota: 2,
        ..settings("http://127.0.0.1:1/")
    });
    for account in [1, 2] {
        assert!(provider.count(account).is_ok());
        assert!(provider.count(account).is_ok());
        let refused = provider.count(account).unwrap_err();
        assert_eq!(refused.code, code::FREQ_LIMIT);
        assert!(refused.text.contains("daily quota"), "{refused}");
    }
    clock.advance(86_400_000);
    assert!(provider.count(1).is_ok());
}

// TV-02, TV-03
#[test]
fn languages_are_any_or_those_of_the_list() {
    let (any, _) = client(settings("http://127.0.0.1:1/"));
    assert!(any.check_language("xx-YY").is_ok());
    let (few, _) = client(ProviderSettings {
        languages: vec!["en".into(), "zh-TW".into()],
        ..settings("http://127.0.0.1:1/")
    });
    assert!(few.check_language("EN").is_ok() && few.check_language("zh-tw").is_ok());
    assert_eq!(
        few.check_language("zh").unwrap_err().code,
        code::INVALID_PARAMETERS
    );
}

#[test]
fn translations_must_be_as_many_as_the_texts() {
    let texts = ["a", "b"];
    let read = |answer: Value| translations(&answer, &texts, "de");
    assert_eq!(read(json!({"texts": ["x", "y"]})).unwrap(), ["x", "y"]);
    let detected = json!({"texts": ["x", "y"], "detected": ["en", "DE"]});
    assert_eq!(
        read(detected).unwrap(),
        ["x", "b"],
        "what is German already stays as it is"
    );
    for wrong in [
        json!({"texts": ["x"]}),
        json!({"texts": ["x", "y", "z"]}),
        json!({"texts": ["x", 1]}),
        json!({"texts": "xy"}),
        json!(["x", "y"]),
    ] {
        assert_eq!(
            read(wrong.clone()).unwrap_err().code,
            code::PARSE_FAILED,
            "{wrong}"
        );
    }
}
