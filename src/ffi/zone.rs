//! The time zone of the device, which the standard library does not know.

/// Seconds that local time is ahead of UTC at a Unix second; 0 where the system cannot say.
pub(super) fn local_offset(unix_s: i64) -> i32 {
    // Where it has 32 bits, the last moment that fits stands for all later ones.
    #[allow(clippy::unnecessary_fallible_conversions, clippy::useless_conversion)]
    let time = libc::time_t::try_from(unix_s).unwrap_or(libc::time_t::MAX);
    // SAFETY: plain numbers and a pointer; all bits zero are a value of each.
    let mut local: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both point to values that live here; the function writes the second one.
    #[cfg(not(windows))]
    let known = unsafe { !libc::localtime_r(&raw const time, &raw mut local).is_null() };
    // SAFETY: as above.
    #[cfg(windows)]
    let known = unsafe { libc::localtime_s(&raw mut local, &raw const time) == 0 };
    if !known {
        return 0;
    }
    let seconds = days_since_epoch(i64::from(local.tm_year) + 1900, local.tm_yday.into()) * 86_400
        + i64::from(local.tm_hour) * 3600
        + i64::from(local.tm_min) * 60
        + i64::from(local.tm_sec);
    i32::try_from(seconds - unix_s).unwrap_or(0)
}

/// Days from 1970-01-01 to the day `yday` (0: the first) of `year`.
fn days_since_epoch(year: i64, yday: i64) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    // 719,162 days from the year 1 to 1970.
    before * 365 + leap_days - 719_162 + yday
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(days_since_epoch(1970, 0), 0);
        assert_eq!(days_since_epoch(1971, 0), 365);
        assert_eq!(days_since_epoch(1973, 0), 1096, "1972 had a day more");
        assert_eq!(days_since_epoch(2000, 59), 11_016, "the 29th of February");
        assert_eq!(days_since_epoch(2100, 0), 47_482);
    }

    #[test]
    fn the_offset_is_that_of_a_place_on_earth() {
        let offset = local_offset(1_700_000_000);
        assert!((-14 * 3600..=14 * 3600).contains(&offset), "{offset}");
        assert_eq!(offset % 60, 0, "{offset}");
    }
}
