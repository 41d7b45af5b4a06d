//! Do-not-disturb by the clock, and who is pushed.

use timbre_protocol::SetDoNotDisturbRequest;

use super::*;

/// Midnight UTC of some day.
const DAY: i64 = 20_000 * DAY_S;
const EIGHT_HOURS: u32 = 8 * 3600;

fn at(hour: i64, minute: i64, second: i64) -> i64 {
    hour * 3600 + minute * 60 + second
}

fn nightly(zone_offset_s: i32) -> SetDoNotDisturbRequest {
    SetDoNotDisturbRequest {
        opt: 2,
        daily: true,
        start_of_day: 22 * 3600,
        duration_s: EIGHT_HOURS,
        zone_offset_s,
        ..SetDoNotDisturbRequest::default()
    }
}

// RO-19: from 22:00 for 8 hours, in the zone of the device.
#[test]
fn a_daily_window_begins_and_ends_by_local_time_and_crosses_midnight() {
    for zone in [0, 8 * 3600, -9 * 3600 - 1800] {
        let setting = made(&nightly(zone), DAY).unwrap();
        let local = |day: i64, clock: i64| (day * DAY_S + DAY + clock) - i64::from(zone);
        for day in [0, 1, 400] {
            assert!(!in_effect(&setting, local(day, at(21, 59, 59))));
            assert!(in_effect(&setting, local(day, at(22, 0, 0))));
            assert!(in_effect(&setting, local(day, at(23, 59, 59))));
            assert!(in_effect(&setting, local(day + 1, at(0, 0, 0))));
            assert!(in_effect(&setting, local(day + 1, at(5, 59, 59))));
            assert!(!in_effect(&setting, local(day + 1, at(6, 0, 0))));
        }
    }
}

// RO-20: a day or more is for ever, from today's start or from now.
#[test]
fn a_window_of_a_day_is_permanent() {
    let forever = |start_of_day| SetDoNotDisturbRequest {
        start_of_day,
        duration_s: 86_400,
        ..nightly(3600)
    };
    // 13:00 by local time.
    let now = DAY + at(12, 0, 0);
    let later = made(&forever(14 * 3600), now).unwrap();
    assert_eq!(later.start_time_s, DAY + at(13, 0, 0), "14:00 by local time");
    assert!(!in_effect(&later, DAY + at(12, 59, 59)));
    assert!(in_effect(&later, DAY + at(13, 0, 0)));
    assert!(in_effect(&later, DAY + 5000 * DAY_S));
    let passed = made(&forever(9 * 3600), now).unwrap();
    assert_eq!(passed.start_time_s, now);
    assert!(in_effect(&passed, now));
    assert_eq!(passed.start_of_day, 9 * 3600, "told as it was given");
}

// RO-21: once, and over by itself.
#[test]
fn a_single_window_ends_and_one_of_the_past_is_none() {
    let once = |start_time_s, duration_s| SetDoNotDisturbRequest {
        opt: 3,
        start_time_s,
        duration_s,
        ..SetDoNotDisturbRequest::default()
    };
    let now = DAY;
    let setting = made(&once(now + 100, 50), now).unwrap();
    for (second, on) in [(99, false), (100, true), (149, true), (150, false)] {
        assert_eq!(in_effect(&setting, now + second), on, "second {second}");
    }
    assert_eq!(made(&once(0, 50), now).unwrap().start_time_s, now);
    assert_eq!(made(&once(now - 50, 50), now).unwrap(), DoNotDisturb::default());
    assert!(in_effect(&made(&once(now - 50, 51), now).unwrap(), now));
}

// RO-19, RO-21: ended by option 0 and by a duration of 0.
#[test]
fn option_0_and_duration_0_end_it() {
    for request in [
        SetDoNotDisturbRequest { opt: 0, ..nightly(0) },
        SetDoNotDisturbRequest {
            duration_s: 0,
            ..nightly(0)
        },
        SetDoNotDisturbRequest {
            daily: false,
            duration_s: 0,
            ..nightly(0)
        },
    ] {
        let setting = made(&request, DAY).unwrap();
        assert_eq!(setting, DoNotDisturb::default());
        assert!(!in_effect(&setting, DAY + at(23, 0, 0)));
    }
}

#[test]
fn what_is_no_setting_is_refused() {
    let wrong = [
        SetDoNotDisturbRequest { opt: 1, ..nightly(0) },
        SetDoNotDisturbRequest { opt: 4, ..nightly(0) },
        SetDoNotDisturbRequest {
            start_of_day: 86_400,
            ..nightly(0)
        },
        nightly(86_400),
    ];
    for request in wrong {
        assert_eq!(
            made(&request, DAY).unwrap_err().code,
            code::INVALID_PARAMETERS,
            "{request:?}"
        );
    }
}

// RO-01, RO-02, RO-03, RO-16: the column of offline pushes, with and without a mention.
#[test]
fn option_and_setting_decide_about_a_push_together() {
    let none = DoNotDisturb::default();
    let silent = made(&nightly(0), DAY).unwrap();
    let mentions_only = DoNotDisturb { opt: 3, ..silent };
    let (night, day) = (DAY + at(23, 0, 0), DAY + at(12, 0, 0));
    // Option; pushed without a setting, not mentioned and mentioned.
    let options = [
        (0, true, true),
        (1, false, false),
        (2, false, false),
        (3, false, true),
        (4, false, true),
    ];
    for (option, plain, mentioned) in options {
        for (setting, now) in [(&none, night), (&silent, day), (&mentions_only, day)] {
            assert_eq!(push_now(option, setting, false, now), plain, "option {option}");
            assert_eq!(push_now(option, setting, true, now), mentioned, "option {option}");
        }
        assert!(!push_now(option, &silent, false, night));
        assert!(!push_now(option, &silent, true, night));
        assert!(!push_now(option, &mentions_only, false, night));
        assert_eq!(
            push_now(option, &mentions_only, true, night),
            mentioned,
            "option {option}"
        );
    }
}
