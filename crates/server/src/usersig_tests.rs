#![allow(clippy::unwrap_used)]

use super::*;

const KEY: &str = "5f0e4c1b9a7d3826e1c4b0a9f8d7e6c5b4a39281706f5e4d3c2b1a0918273645";
const APP: u64 = 1_400_001_234;
const MADE: i64 = 1_735_689_600;
/// Vector A as two published packages write it.
const A: [&str; 2] = [
    "eJw1ycEKgkAQgOF3mXPIrNm6LnTpZCpeNrK8aTvGZNmiElH07oHW8f-*N*wy4z2oBw2*h7CYmi11Izc8cXXlE-3GYNvKObagRYCIKPxlMJ*RbwRahMuVVJFEnJWejnsCLTFQfxv4DBrCUmyyuExklFJskuqS7pUy3TG3xrdd3bq6L*5N-joU2zV8vqgvMM8_",
    "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkEnMyk1NhUsUp2YkFBZkpQAlDEwMgMDQyNoHKpVYUZBalAmXMDEwsDAygoiWZuSAxQ3NjUzMLSzO4eHFmOsh08yhDJx*PKC8zS*9Uj2CvxCzvMAuL4LxIv5Rgo5S8pOyCpKLw-DS-qohwT1ulWgAYFDIv",
];
const B: &str = "eJw1zM0KgkAYheF7*baFfKNm00CLCpHCMMoWrSKdMSd1HPzJJLr3QGt5nhfOG0L-ZDxFBQxMA2E6bMmFamQiB47K6IrkV2qe3bSWHBixERGJadljaWQhgJG5NXPowkEcVby0rAQw6th-amtRRW0CDLiXNxe1y--f8g4Mgoc618Uk3cZh0Of8SL2V0ptsv*7MIg166frxwe07NyvpEj5f4uE5ng__";

fn app(keys: &[&str]) -> App {
    App {
        id: APP,
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        disabled: false,
    }
}

fn code(app: &App, user: &str, text: &str, now: i64) -> i32 {
    verify(app, user, text, now, 0)
        .err()
        .map_or(0, |refused| refused.code)
}

// CORE-093: vector A of both packages, and every expected code.
#[test]
fn vector_a() {
    for text in A {
        let good = app(&[KEY]);
        for (now, expected) in [
            (MADE, 0),
            (1_736_294_399, 0),
            (1_736_294_400, 70001),
            (MADE - 1000, 0),
        ] {
            assert_eq!(code(&good, "alice", text, now), expected, "at {now}");
        }
        assert_eq!(code(&good, "bob_01", text, MADE), 70013);
        assert_eq!(
            code(
                &App {
                    id: APP + 1,
                    ..good.clone()
                },
                "alice",
                text,
                MADE
            ),
            70014
        );
        assert_eq!(code(&app(&["another"]), "alice", text, MADE), 70009);
        assert_eq!(
            code(&app(&["another", KEY]), "alice", text, MADE),
            0,
            "either of two keys"
        );
        assert_eq!(code(&app(&[]), "alice", text, MADE), 70016);
        assert_eq!(code(&good, "alice", &text[..text.len() - 8], MADE), 70003);
        assert_eq!(code(&good, "alice", "", MADE), 70002);
        let verified = verify(&good, "alice", text, MADE, 0).unwrap();
        assert_eq!(
            verified,
            Verified {
                made_at: MADE,
                expires_at: MADE + 604_800
            }
        );
        assert!(
            check_revoked(verified.made_at, MADE).is_ok(),
            "in the second of the kick"
        );
        assert_eq!(check_revoked(verified.made_at, MADE + 1).unwrap_err().code, 70052);
    }
}

#[test]
fn vector_b_covers_its_userbuf() {
    assert_eq!(code(&app(&[KEY]), "bob_01", B, MADE), 0);
    let parsed = parse(B).unwrap();
    assert_eq!(parsed.userbuf.as_deref(), Some("dGltYnJl"));
    assert_eq!(parsed.sig, "OjnUsm+hIcTOyldR8GAnpCkMBw2mhOyiELcPEywEko8=");
    let mine = sign(APP, KEY, "bob_01", MADE, 86_400, Some(b"timbre"));
    assert_eq!(parse(&mine).unwrap(), parsed);
}

#[test]
fn what_is_signed_here_verifies_here_until_it_expires() {
    let text = sign(APP, KEY, "al ice~", MADE, 60, None);
    assert!(!text.contains(['+', '/', '=']));
    assert_eq!(code(&app(&[KEY]), "al ice~", &text, MADE + 59), 0);
    assert_eq!(code(&app(&[KEY]), "al ice~", &text, MADE + 60), 70001);
}

#[test]
fn times_out_of_range_and_a_cap() {
    let good = app(&[KEY]);
    let at = |time, expire| sign(APP, KEY, "alice", time, expire, None);
    for (time, expire) in [(-1, 60), (MADE, -1), (i64::MAX, 1)] {
        assert_eq!(
            code(&good, "alice", &at(time, expire), MADE),
            70005,
            "{time} {expire}"
        );
    }
    assert_eq!(code(&good, "alice", &at(MADE, 0), MADE), 70001);
    let text = at(MADE, 1000);
    assert_eq!(
        verify(&good, "alice", &text, MADE, 100).unwrap().expires_at,
        MADE + 100
    );
    assert_eq!(
        verify(&good, "alice", &text, MADE, 5000).unwrap().expires_at,
        MADE + 1000
    );
    assert_eq!(
        verify(&good, "alice", &text, MADE + 100, 100).unwrap_err().code,
        70001
    );
}
