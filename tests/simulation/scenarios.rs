//! Scenarios written by hand, in the same world as the seeds but with nothing left to chance that matters.
//!
//! What a device holds of a conversation is asserted as one line, its *shape*: the texts in their order, as
//! `a1 b1 d1` (a: alice's phone, d: alice's desktop, b: bob's phone); `|` where the user has read up to; `a2!`
//! for a message that failed, `a2~` for one that is being sent; `[hole]` where sequences are missing.

use prost::Message as _;
use timbre::engine::{CleanScope, Op};
use timbre::model::messages::{ConvKey, HistoryParam, Status};
use timbre::store::Reader;
use timbre::store::messages::{PageQuery, PageStart};

use crate::answers::Asked;
use crate::chance::Plan;
use crate::device::KillPoint;
use crate::files::Folder;
use crate::wire;
use crate::world::{Event, World};

const ALICE_PHONE: usize = 0;
const ALICE_DESKTOP: usize = 1;
const BOB: usize = 2;

/// A world in which everybody is logged in and nothing goes wrong by itself.
struct Stage {
    world: World,
    _folder: Folder,
}

impl Stage {
    fn open() -> Self {
        let folder = Folder::new();
        let mut world = World::new(1, |_| Plan::calm(), folder.path(), true);
        world.run_until(2_000);
        Self {
            world,
            _folder: folder,
        }
    }

    fn pass(&mut self, ms: u64) {
        let until = self.world.now + ms;
        self.world.run_until(until);
        self.must_hold();
    }

    /// Sends so many texts, a moment apart.
    fn say(&mut self, device: usize, to: &str, times: usize) {
        for _ in 0..times {
            self.world.app_send(device, to, 0);
            self.pass(200);
        }
    }

    fn look(&mut self, device: usize, conv: &str, count: u32) {
        let param = HistoryParam {
            count,
            cloud: true,
            ..HistoryParam::default()
        };
        let op = Op::GetHistory {
            conv: ConvKey::c2c(conv),
            param: Box::new(param),
        };
        self.world.call(device, op, Asked::Look);
    }

    fn kill(&mut self, device: usize) {
        self.world.kill_device(device, KillPoint::Idle, Vec::new());
    }

    fn start(&mut self, device: usize) {
        self.world.boot_device(device);
    }

    /// How many different messages the app was given.
    fn given(&self, device: usize) -> usize {
        self.world.book.throws[device].seen.len()
    }

    /// The promises are kept so far.
    fn must_hold(&self) {
        if let Some(failure) = &self.world.failure {
            let lines: Vec<&str> = self.world.trace.lines().collect();
            panic!("{}\n{failure}", lines.join("\n"));
        }
    }

    /// Nothing more happens, and all promises are kept.
    fn close(mut self) {
        self.world.come_to_rest();
        self.must_hold();
        self.world.abandon();
    }

    fn shape(&self, device: usize, conv: &str) -> String {
        let reader = Reader::open(&self.world.devices[device].database()).unwrap();
        let list = reader.list().unwrap();
        let Some(entry) = list.iter().find(|c| c.key.id == conv) else {
            return String::new();
        };
        let query = PageQuery {
            conv_row: entry.row,
            start: PageStart::End,
            newer: true,
            limit: 10_000,
            min_time_ms: None,
            max_time_ms: None,
            types: Vec::new(),
        };
        let mut words = Vec::new();
        let mut last = 0;
        for message in reader.page(&query).unwrap() {
            if message.conv_seq > last + 1 {
                words.push("[hole]".to_owned());
            }
            let mark = match message.status {
                Status::Sent => "",
                Status::Sending => "~",
                _ => "!",
            };
            words.push(format!("{}{mark}", wire::text_of(&message.body.encode_to_vec())));
            last = last.max(message.conv_seq);
            if entry.read_seq > 0 && message.conv_seq == entry.read_seq {
                words.push("|".to_owned());
            }
        }
        if entry.last_seq > last {
            words.push("[hole]".to_owned());
        }
        words.join(" ")
    }
}

#[track_caller]
fn assert_shape(stage: &Stage, device: usize, conv: &str, expected: &str) {
    let name = stage.world.devices[device].name;
    assert_eq!(stage.shape(device, conv), expected, "{name} with {conv}");
}

// P2, P4, P5
#[test]
fn a_device_that_was_cut_off_ends_like_the_one_that_stayed() {
    let mut stage = Stage::open();
    stage.say(ALICE_PHONE, "bob", 1);
    stage.say(BOB, "alice", 1);
    stage.world.partition(ALICE_DESKTOP, 60_000, true, true);
    stage.say(BOB, "alice", 2);
    stage.world.app_send(ALICE_DESKTOP, "bob", 0);
    stage.pass(200);
    assert_shape(&stage, ALICE_PHONE, "bob", "a1 b1 b2 b3");
    assert_shape(&stage, ALICE_DESKTOP, "bob", "a1 b1 d1~");
    stage.pass(120_000);
    // The desktop gave up after 15 seconds without a link, or was heard after all; either way it is one of both.
    let desktop = stage.shape(ALICE_DESKTOP, "bob");
    assert!(
        ["a1 b1 b2 b3 d1!", "a1 b1 b2 b3 d1"].contains(&desktop.as_str()),
        "{desktop}"
    );
    stage.close();
}

// P2, P3
#[test]
fn a_message_that_history_brought_first_is_thrown_all_the_same() {
    let mut stage = Stage::open();
    stage.kill(BOB);
    stage.say(ALICE_PHONE, "bob", 2);
    stage.say(ALICE_DESKTOP, "bob", 1);
    stage.start(BOB);
    // Asked before the login is through: the page comes before the log.
    stage.world.app_login(BOB);
    stage.pass(20);
    stage.look(BOB, "alice", 2);
    stage.pass(3_000);
    assert_shape(&stage, BOB, "alice", "a1 a2 d1");
    assert_eq!(stage.given(BOB), 3);
    stage.close();
}

// P2, P5, MSG-134
#[test]
fn a_device_that_saw_an_empty_account_gets_what_it_missed() {
    let mut stage = Stage::open();
    stage.kill(ALICE_DESKTOP);
    stage.say(BOB, "alice", 3);
    let one = CleanScope::One(ConvKey::c2c("bob"));
    let read = Op::CleanUnread {
        scope: one,
        timestamp: 0,
        sequence: 0,
    };
    stage.world.call(ALICE_PHONE, read, Asked::Look);
    stage.pass(500);
    stage.say(BOB, "alice", 1);
    stage.start(ALICE_DESKTOP);
    stage.pass(3_000);
    assert_shape(&stage, ALICE_PHONE, "bob", "b1 b2 b3 | b4");
    assert_shape(&stage, ALICE_DESKTOP, "bob", "b1 b2 b3 | b4");
    assert_eq!(stage.given(ALICE_DESKTOP), 4);
    stage.close();
}

// P5
#[test]
fn a_new_installation_has_holes_that_history_fills() {
    let mut stage = Stage::open();
    stage.say(BOB, "alice", 3);
    let one = CleanScope::One(ConvKey::c2c("bob"));
    let read = Op::CleanUnread {
        scope: one,
        timestamp: 0,
        sequence: 0,
    };
    stage.world.call(ALICE_DESKTOP, read, Asked::Look);
    stage.pass(500);
    stage.world.reinstall(ALICE_PHONE);
    stage.say(BOB, "alice", 2);
    stage.start(ALICE_PHONE);
    stage.pass(3_000);
    assert_shape(&stage, ALICE_PHONE, "bob", "[hole] b4 b5");
    assert_eq!(stage.given(ALICE_PHONE), 2);
    stage.look(ALICE_PHONE, "bob", 20);
    stage.pass(1_000);
    assert_shape(&stage, ALICE_PHONE, "bob", "b1 b2 b3 | b4 b5");
    assert_eq!(stage.given(ALICE_PHONE), 2);
    stage.close();
}

// P2: with bytes that stall nothing is at rest, and a pull that nobody answers fills no hole
#[test]
fn the_end_waits_for_bytes_that_still_stall() {
    let mut stage = Stage::open();
    stage.say(ALICE_PHONE, "bob", 3);
    let read = Op::CleanUnread {
        scope: CleanScope::One(ConvKey::c2c("alice")),
        timestamp: 0,
        sequence: 0,
    };
    stage.world.call(BOB, read, Asked::Look);
    stage.pass(500);
    stage.world.reinstall(BOB);
    stage.start(BOB);
    stage.pass(3_000);
    assert_shape(&stage, BOB, "alice", "[hole] a3 |");
    stage.world.partition(BOB, 30_000, true, false);
    stage.say(ALICE_PHONE, "bob", 1);
    // What acknowledges it stalls.
    stage.pass(1_000);
    assert_eq!(stage.given(BOB), 1);
    stage.close();
}

// P2, P3, P4: past its window the server stops pushing, and the device pulls
#[test]
fn a_slow_reader_gets_everything_that_the_window_did_not_hold() {
    let mut stage = Stage::open();
    stage.world.partition(BOB, 8_000, false, true);
    for _ in 0..600 {
        stage.world.app_send(ALICE_PHONE, "bob", 0);
    }
    stage.pass(20_000);
    assert_eq!(stage.given(BOB), 600);
    let told = stage
        .world
        .trace
        .lines()
        .any(|l| l.contains("bob.phone") && l.contains("[]") && l.contains("push"));
    assert!(told, "the server was to say that the log has grown");
    stage.close();
}

// P3
#[test]
fn a_logout_inside_the_receive_callback_throws_nothing_twice() {
    let mut stage = Stage::open();
    stage.say(BOB, "alice", 1);
    stage.world.logout_in_callback = Some(ALICE_PHONE);
    stage.say(BOB, "alice", 2);
    stage.pass(15_000);
    assert!(
        stage.world.logout_in_callback.is_none(),
        "the callback was to log out"
    );
    let phone = stage.world.devices[ALICE_PHONE].process.as_ref();
    assert!(phone.is_some_and(|p| p.logged_in), "logged in again");
    assert_eq!(stage.given(ALICE_PHONE), 3);
    assert_shape(&stage, ALICE_PHONE, "bob", "b1 b2 b3");
    stage.close();
}

// P1, P6
#[test]
fn a_server_that_dies_before_its_commit_has_acknowledged_nothing() {
    for ms in 0..40 {
        let mut stage = Stage::open();
        stage.world.app_send(ALICE_PHONE, "bob", 0);
        stage.pass(ms);
        stage.world.kill_server();
        stage.world.after(500, Event::ServerBoot);
        stage.pass(60_000);
        assert_shape(&stage, BOB, "alice", "a1");
        assert_eq!(stage.given(BOB), 1);
        stage.close();
    }
}
