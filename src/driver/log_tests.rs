#![allow(clippy::unwrap_used)]

use super::*;

/// A fresh folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("timbre-log-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.0)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn dates_are_those_of_the_calendar() {
    assert_eq!(utc(0), "1970-01-01T00:00:00.000Z");
    assert_eq!(utc(951_782_400_000), "2000-02-29T00:00:00.000Z");
    assert_eq!(utc(1_735_689_599_999), "2024-12-31T23:59:59.999Z");
    assert_eq!(utc(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
}

// CORE-043, CORE-046
#[test]
fn lines_below_the_level_stay_out_and_the_early_ones_come_in() {
    let folder = Folder::new("levels");
    let log = Log::new(false);
    log.line(4, "host", "before there is a file");
    log.open(&folder.0);
    log.set_file_level(5);
    log.line(4, "a", "too light");
    log.line(5, "a", "heavy\nenough");
    log.set_file_level(0);
    log.line(7, "a", "nothing is wanted");
    log.close();
    let text = fs::read_to_string(folder.0.join(&folder.files()[0])).unwrap();
    let lines: Vec<&str> = text.lines().map(|l| l.split_once("Z ").unwrap().1).collect();
    assert_eq!(lines, ["I host before there is a file", "W a heavy enough"]);
    assert!(folder.files()[0].starts_with("imsdk_20"), "{:?}", folder.files());
}

#[test]
fn only_the_last_early_lines_are_kept() {
    let folder = Folder::new("early");
    let log = Log::new(false);
    for n in 0..EARLY_LINES + 3 {
        log.line(4, "host", &format!("line {n}"));
    }
    log.open(&folder.0);
    log.close();
    let text = fs::read_to_string(folder.0.join(&folder.files()[0])).unwrap();
    assert_eq!(text.lines().count(), EARLY_LINES);
    assert!(text.lines().next().unwrap().ends_with("line 3"));
}

// CORE-044
#[test]
fn files_of_more_than_seven_days_ago_are_removed() {
    let folder = Folder::new("clean");
    let day = |n: i64| civil(n);
    let now = 20_000 * 86_400_000;
    let name = |n: i64| {
        let (y, m, d) = day(n);
        format!("imsdk_{y:04}{m:02}{d:02}.log")
    };
    for file in [
        name(20_000),
        name(19_993),
        name(19_992),
        "imsdk_2001.log".into(),
        "other.txt".into(),
    ] {
        fs::write(folder.0.join(file), "").unwrap();
    }
    remove_old(&folder.0, now);
    let mut left = vec![
        name(20_000),
        name(19_993),
        "imsdk_2001.log".into(),
        "other.txt".into(),
    ];
    left.sort();
    assert_eq!(folder.files(), left);
}

// CORE-149
#[test]
fn a_full_file_is_moved_aside() {
    let folder = Folder::new("roll");
    let log = Log::new(false);
    log.set_files(false, Some(1));
    log.open(&folder.0);
    let text = "x".repeat(1000);
    for _ in 0..MIN_FILE_BYTES / 1000 + 10 {
        log.line(4, "a", &text);
    }
    log.close();
    let files = folder.files();
    assert_eq!(files.len(), 2, "{files:?}");
    for file in &files {
        assert!(fs::metadata(folder.0.join(file)).unwrap().len() <= MIN_FILE_BYTES);
    }
}
