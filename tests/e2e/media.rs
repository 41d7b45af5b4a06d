//! Files in messages, and downloads.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use timbre::driver::StartConfig;
use timbre::engine::transfers::Progress;
use timbre::engine::{DownloadOp, EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::messages::ConvKey;
use timbre::model::session::Settings;
use timbre_protocol::Platform;
use timbre_server::config::MediaUrlMode;

use crate::gate::Gate;
use crate::support::{Device, Folder, Server};

const PATIENCE: Duration = Duration::from_secs(60);

/// A file of so many bytes, no two chunks of which are alike.
fn file(folder: &Folder, name: &str, size: usize) -> PathBuf {
    let path = folder.path().join(name);
    let mut seed = name
        .bytes()
        .fold(7u32, |n, b| n.wrapping_mul(31).wrapping_add(u32::from(b)));
    let bytes: Vec<u8> = (0..size.div_ceil(4))
        .flat_map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_le_bytes()
        })
        .take(size)
        .collect();
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A picture without any single colour.
fn picture(width: u32, height: u32) -> Vec<u8> {
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| [(x * 255 / width) as u8, (y * 255 / height) as u8, 90]))
        .collect()
}

fn png_file(folder: &Folder, name: &str, width: u32, height: u32) -> PathBuf {
    let path = folder.path().join(name);
    let mut encoder = png::Encoder::new(std::fs::File::create(&path).unwrap(), width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&picture(width, height)).unwrap();
    path
}

/// Width and height of a JPEG or PNG.
fn pixels(bytes: &[u8]) -> (u32, u32) {
    if bytes.starts_with(b"\x89PNG") {
        let reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        return (reader.info().width, reader.info().height);
    }
    let mut decoder = zune_jpeg::JpegDecoder::new(zune_core::bytestream::ZCursor::new(bytes));
    decoder.decode_headers().unwrap();
    let info = decoder.info().unwrap();
    (info.width.into(), info.height.into())
}

fn digest(path: &Path) -> Vec<u8> {
    Sha256::digest(std::fs::read(path).unwrap()).to_vec()
}

fn element(element: Value) -> Value {
    json!({"message_elem_array": [element]})
}

fn file_message(path: &Path) -> Value {
    element(json!({"elem_type": 4, "file_elem_file_path": path}))
}

fn ended(outcome: &Receiver<Outcome>) -> Outcome {
    outcome.recv_timeout(PATIENCE).expect("the call is answered")
}

/// Sends and waits; answers the message.
fn sent(device: &Device, peer: &str, json: &Value) -> Value {
    let (_, outcome) = device.send_json(peer, &json.to_string());
    let outcome = ended(&outcome);
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    serde_json::from_str(&outcome.json).unwrap()
}

/// The next message that `device` receives.
fn heard(device: &Device) -> Value {
    let json = device.until("the message", |e| match e {
        EventKind::NewMessages { json, .. } => Some(json.clone()),
        _ => None,
    });
    serde_json::from_str::<Value>(&json).unwrap()[0].clone()
}

/// Upload progress that was told: index, bytes, total.
fn uploads(device: &Device) -> Vec<(u32, u64, u64)> {
    let told = device.told().into_iter();
    told.filter_map(|event| match event {
        EventKind::UploadProgress {
            index, done, total, ..
        } => Some((index, done, total)),
        _ => None,
    })
    .collect()
}

type Told = Receiver<(u64, u64)>;

fn start_download(device: &Device, url: &str, id: &str, path: &Path) -> (Told, Receiver<Outcome>) {
    let (tell, told) = channel();
    let tell = std::sync::Mutex::new(tell);
    let progress = Progress::new(move |outcome| {
        assert_eq!((outcome.code, &*outcome.desc), (0, "downloading"));
        let json: Value = serde_json::from_str(&outcome.json).unwrap();
        let bytes = |key: &str| {
            json[format!("msg_download_elem_result_{key}_size")]
                .as_u64()
                .unwrap()
        };
        let _ = tell.lock().unwrap().send((bytes("current"), bytes("total")));
    });
    let op = DownloadOp {
        url: url.to_owned(),
        id: id.to_owned(),
        path: path.to_owned(),
        progress,
    };
    let (sender, outcome) = channel();
    let done = timbre::engine::Done::new(move |outcome| drop(sender.send(outcome)));
    device.client.call(Op::DownloadElem(Box::new(op)), done);
    (told, outcome)
}

/// Downloads and answers how it ended; what it told on the way is in order, and ends with everything.
fn download(device: &Device, url: &str, id: &str, path: &Path) -> Outcome {
    let (told, outcome) = start_download(device, url, id, path);
    let outcome = ended(&outcome);
    let told: Vec<(u64, u64)> = told.try_iter().collect();
    assert!(told.windows(2).all(|w| w[0].0 <= w[1].0), "{told:?}");
    if outcome.code == 0 {
        let last = told.last().expect("the last byte is told");
        assert_eq!(last.0, last.1);
    }
    outcome
}

fn fetched(device: &Device, url: &Value, folder: &Folder) -> Vec<u8> {
    let path = folder.path().join("fetched");
    let outcome = download(device, url.as_str().unwrap(), "", &path);
    assert_eq!(outcome, Outcome::ok(""));
    std::fs::read(path).unwrap()
}

/// A logged-in phone behind a wire.
fn behind(server: &Server, gate: &Gate, user: &str) -> Device {
    let device = Device::run_config(
        user,
        StartConfig {
            app_id: server.app_id,
            data_dir: None,
            server_urls: vec![gate.url(&server.url)],
            platform: Some(Platform::Android),
            ..StartConfig::default()
        },
    );
    device.login(server);
    device
}

// MSG-027, MSG-029, MSG-070, MSG-116, MSG-117, MSG-118, MSG-119, MSG-125, MSG-065
#[test]
fn an_image_arrives_in_three_sizes() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let folder = Folder::new();
    let path = png_file(&folder, "a.png", 1500, 900);
    alice.told();
    let message = sent(
        &alice,
        "bob",
        &element(json!({"elem_type": 1, "image_elem_orig_path": path})),
    );
    let size = std::fs::metadata(&path).unwrap().len();
    let told = uploads(&alice);
    assert_eq!((told[0], *told.last().unwrap()), ((0, 0, size), (0, size, size)));
    let got = heard(&bob);
    let (mine, its) = (&message["message_elem_array"][0], &got["message_elem_array"][0]);
    assert_eq!(mine["image_elem_orig_path"], path.to_str().unwrap());
    assert_eq!(its["image_elem_orig_path"], "");
    assert_eq!(its["image_elem_format"], 3);
    for (name, width, height) in [("orig", 1500, 900), ("large", 1200, 720), ("thumb", 330, 198)] {
        let key = |end: &str| format!("image_elem_{name}_{end}");
        assert_eq!(its[key("pic_width")], width);
        assert_eq!(its[key("pic_height")], height);
        assert_eq!(its[key("id")], mine[key("id")]);
        let bytes = fetched(&bob, &its[key("url")], &folder);
        assert_eq!(its[key("pic_size")], bytes.len());
        assert_eq!(pixels(&bytes), (width, height), "{name}");
        if name == "orig" {
            assert_eq!(bytes, std::fs::read(&path).unwrap());
        }
    }
    let ids = ["orig", "large", "thumb"].map(|n| its[format!("image_elem_{n}_id")].clone());
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
}

// MSG-077
#[test]
fn an_image_of_a_level_is_made_smaller_before_it_leaves() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let folder = Folder::new();
    let path = png_file(&folder, "a.png", 2400, 1600);
    for (level, width, height) in [(1, 1080, 720), (2, 1620, 1080)] {
        alice.told();
        let json = json!({"elem_type": 1, "image_elem_orig_path": path, "image_elem_level": level});
        let message = sent(&alice, "bob", &element(json));
        let its = heard(&bob)["message_elem_array"][0].clone();
        assert_eq!(its["image_elem_format"], 1, "a JPEG");
        assert_eq!(its["image_elem_level"], level);
        let bytes = fetched(&bob, &its["image_elem_orig_url"], &folder);
        assert_eq!(pixels(&bytes), (width, height));
        assert_eq!(its["image_elem_orig_pic_width"], width);
        let told = uploads(&alice);
        let all = bytes.len() as u64;
        assert_eq!(
            told.last(),
            Some(&(0, all, all)),
            "the total is what was made of it"
        );
        assert_eq!(
            message["message_elem_array"][0]["image_elem_orig_path"],
            path.to_str().unwrap()
        );
    }
    let gif = folder.path().join("a.gif");
    std::fs::write(
        &gif,
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
    )
    .unwrap();
    let json = json!({"elem_type": 1, "image_elem_orig_path": gif, "image_elem_level": 1});
    sent(&alice, "bob", &element(json));
    let its = heard(&bob)["message_elem_array"][0].clone();
    assert_eq!(its["image_elem_format"], 2);
    assert_eq!(
        fetched(&bob, &its["image_elem_orig_url"], &folder),
        std::fs::read(&gif).unwrap()
    );
}

// MSG-027, MSG-030, MSG-031, MSG-033, MSG-071, MSG-072, MSG-073, MSG-120, MSG-121, MSG-122, MSG-123, MSG-124, MSG-136, MSG-102
#[test]
fn sounds_videos_and_files_arrive_as_they_were() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let folder = Folder::new();
    let (sound, video) = (file(&folder, "a.m4a", 70_000), file(&folder, "a.mp4", 2_500_000));
    let (still, report) = (
        png_file(&folder, "a.png", 320, 240),
        file(&folder, "report.pdf", 1),
    );
    alice.told();
    let json = json!({"message_elem_array": [
        {"elem_type": 0, "text_elem_content": "look"},
        {"elem_type": 2, "sound_elem_file_path": sound, "sound_elem_file_time": 7, "sound_elem_file_size": 7},
        {"elem_type": 9, "video_elem_video_path": video, "video_elem_video_duration": 30,
         "video_elem_image_path": still},
        {"elem_type": 4, "file_elem_file_path": report},
        {"elem_type": 7, "location_elem_desc": "here", "location_elem_longitude": 1.5,
         "location_elem_latitude": 2.5},
    ]});
    sent(&alice, "bob", &json);
    let stills = std::fs::metadata(&still).unwrap().len();
    let told = uploads(&alice);
    for (index, total) in [(1, 70_000), (2, 2_500_000 + stills), (3, 1)] {
        let of: Vec<u64> = told.iter().filter(|t| t.0 == index).map(|t| t.1).collect();
        assert_eq!((of[0], of[of.len() - 1]), (0, total), "{told:?}");
        assert!(of.windows(2).all(|w| w[0] < w[1]), "{told:?}");
        assert!(told.iter().all(|t| t.0 != index || t.2 == total));
    }
    let got = heard(&bob);
    let elements = got["message_elem_array"].as_array().unwrap();
    assert_eq!(elements.len(), 5);
    assert_eq!(elements[1]["sound_elem_file_size"], 70_000);
    assert_eq!(elements[1]["sound_elem_file_time"], 7);
    assert_eq!(elements[2]["video_elem_video_type"], "mp4");
    assert_eq!(elements[2]["video_elem_image_width"], 320);
    assert_eq!(elements[2]["video_elem_image_height"], 240);
    assert_eq!(elements[2]["video_elem_image_size"], stills);
    assert_eq!(elements[3]["file_elem_file_name"], "report.pdf");
    assert_eq!(elements[4]["location_elem_desc"], "here");
    assert_eq!(elements[4]["location_elem_latitude"], 2.5);
    for (url, path) in [
        (&elements[1]["sound_elem_url"], &sound),
        (&elements[2]["video_elem_video_url"], &video),
        (&elements[2]["video_elem_image_url"], &still),
        (&elements[3]["file_elem_url"], &report),
    ] {
        assert_eq!(fetched(&bob, url, &folder), std::fs::read(path).unwrap(), "{url}");
    }
    // By its id alone, as bob's other device may have kept it.
    let id = elements[3]["file_elem_file_id"].as_str().unwrap();
    let path = folder.path().join("by/id");
    assert_eq!(download(&bob, "", id, &path), Outcome::ok(""));
    assert_eq!(digest(&path), digest(&report));
}

// MSG-032, MSG-073, MSG-122
#[test]
fn a_file_of_100_mb_goes_through_and_a_larger_one_does_not() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let folder = Folder::new();
    let path = file(&folder, "large", 100 << 20);
    alice.told();
    sent(&alice, "bob", &file_message(&path));
    let told = uploads(&alice);
    assert!(told.len() > 2, "progress is told on the way: {told:?}");
    let url = heard(&bob)["message_elem_array"][0]["file_elem_url"].clone();
    let copy = folder.path().join("copy");
    assert_eq!(download(&bob, url.as_str().unwrap(), "", &copy), Outcome::ok(""));
    assert_eq!(digest(&copy), digest(&path));
    let large = std::fs::File::options().write(true).open(&path).unwrap();
    large.set_len((100 << 20) + 1).unwrap();
    let (_, outcome) = alice.send_json("bob", &file_message(&path).to_string());
    assert_eq!(ended(&outcome).code, 7005);
}

// MSG-065, MSG-107
#[test]
fn a_message_whose_file_is_missing_fails_and_can_be_sent_again() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let folder = Folder::new();
    let path = folder.path().join("late");
    let (id, outcome) = alice.send_json("bob", &file_message(&path).to_string());
    let outcome = ended(&outcome);
    assert_eq!(outcome.code, 7006);
    let failed: Value = serde_json::from_str(&outcome.json).unwrap();
    assert_eq!(failed["message_status"], 3);
    std::fs::write(&path, "now").unwrap();
    let again = sent(&alice, "bob", &failed);
    assert_eq!(again["message_msg_id"], id);
    assert_eq!(heard(&bob)["message_msg_id"], id);
    let text = folder.path().join("a.png");
    std::fs::write(&text, "not a picture").unwrap();
    let json = element(json!({"elem_type": 1, "image_elem_orig_path": text}));
    let (_, outcome) = alice.send_json("bob", &json.to_string());
    assert_eq!(ended(&outcome).code, 6031);
}

// MSG-069, P2
#[test]
fn an_upload_goes_on_after_the_server_was_restarted() {
    let mut server = Server::start();
    let gate = Gate::to(&server.url);
    let alice = behind(&server, &gate, "alice");
    let bob = server.phone("bob");
    let folder = Folder::new();
    let size = 24 << 20;
    let path = file(&folder, "large", size);
    gate.hold_after(3 << 20);
    let (_, outcome) = alice.send_json("bob", &file_message(&path).to_string());
    gate.until_held(4);
    assert_eq!(outcome.try_recv(), Err(TryRecvError::Empty));
    gate.cut();
    server.stop();
    gate.release();
    server.restart();
    alice.network_is_back();
    let outcome = ended(&outcome);
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    // What was there was not carried again: less than all of it once more.
    assert!(gate.up() < size as u64 + (8 << 20), "{} bytes", gate.up());
    bob.network_is_back();
    let url = heard(&bob)["message_elem_array"][0]["file_elem_url"].clone();
    let copy = folder.path().join("copy");
    assert_eq!(download(&bob, url.as_str().unwrap(), "", &copy), Outcome::ok(""));
    assert_eq!(digest(&copy), digest(&path));
}

// MSG-069, MSG-120
#[test]
fn a_file_that_the_server_has_is_not_carried_again() {
    let server = Server::start();
    let gate = Gate::to(&server.url);
    let alice = behind(&server, &gate, "alice");
    let (_bob, carol) = (server.phone("bob"), server.phone("carol"));
    let folder = Folder::new();
    let path = file(&folder, "a", 3_000_000);
    let first = sent(&alice, "bob", &file_message(&path));
    let before = gate.up();
    alice.told();
    let second = sent(&alice, "carol", &file_message(&path));
    assert!(gate.up() - before < 20_000);
    assert_eq!(uploads(&alice), [(0, 3_000_000, 3_000_000)]);
    assert_ne!(first["message_msg_id"], second["message_msg_id"]);
    let url = heard(&carol)["message_elem_array"][0]["file_elem_url"].clone();
    assert_eq!(fetched(&carol, &url, &folder), std::fs::read(&path).unwrap());
}

// MSG-104, MSG-069
#[test]
fn one_file_goes_to_many_and_is_carried_once() {
    let server = Server::start();
    let gate = Gate::to(&server.url);
    let alice = behind(&server, &gate, "alice");
    let (bob, carol) = (server.phone("bob"), server.phone("carol"));
    let folder = Folder::new();
    let path = file(&folder, "a", 2_000_000);
    let before = gate.up();
    let (first, first_end) = alice.send_json("bob", &file_message(&path).to_string());
    let (second, second_end) = alice.send_json("carol", &file_message(&path).to_string());
    assert_eq!((ended(&first_end).code, ended(&second_end).code), (0, 0));
    assert!(gate.up() - before < 3_000_000, "{}", gate.up() - before);
    for (device, id) in [(&bob, first), (&carol, second)] {
        let got = heard(device);
        assert_eq!(got["message_msg_id"], id);
        let url = &got["message_elem_array"][0]["file_elem_url"];
        assert_eq!(fetched(device, url, &folder), std::fs::read(&path).unwrap());
    }
}

// MSG-103, MSG-107
#[test]
fn an_upload_is_cancelled() {
    let server = Server::start();
    let gate = Gate::to(&server.url);
    let alice = behind(&server, &gate, "alice");
    let bob = server.phone("bob");
    let folder = Folder::new();
    let path = file(&folder, "a", 8 << 20);
    gate.hold_after(1 << 20);
    let (id, outcome) = alice.send_json("bob", &file_message(&path).to_string());
    gate.until_held(1);
    let cancel = |id: &str| {
        alice.call(Op::CancelSend {
            conv: ConvKey::c2c("bob"),
            msg_id: id.to_owned(),
        })
    };
    let cancelled = cancel(&id);
    assert_eq!(cancelled.code, 0, "{}", cancelled.desc);
    assert_eq!(ended(&outcome).code, 8021);
    let message: Value = serde_json::from_str(&cancelled.json).unwrap();
    assert_eq!(message["message_status"], 7);
    assert_eq!(cancel(&id).code, 8020);
    gate.release();
    alice.say("bob", "only this");
    assert_eq!(bob.hears(1), ["only this"]);
    // What was cancelled can be sent again, as itself.
    let again = sent(&alice, "bob", &message);
    assert_eq!(again["message_msg_id"], id);
    assert_eq!(heard(&bob)["message_msg_id"], id);
}

// MSG-069
#[test]
fn uploads_run_beside_each_other_and_hold_nothing_back() {
    let server = Server::start();
    let gate = Gate::to(&server.url);
    let alice = behind(&server, &gate, "alice");
    let bob = server.phone("bob");
    let folder = Folder::new();
    let (one, two) = (file(&folder, "one", 3 << 20), file(&folder, "two", 3 << 20));
    gate.hold_after(256 << 10);
    let (first, first_end) = alice.send_json("bob", &file_message(&one).to_string());
    let (second, second_end) = alice.send_json("bob", &file_message(&two).to_string());
    gate.until_held(2);
    alice.say("bob", "meanwhile");
    assert_eq!(bob.hears(1), ["meanwhile"]);
    gate.release();
    assert_eq!(ended(&first_end).code, 0);
    assert_eq!(ended(&second_end).code, 0);
    let mut ids = Vec::new();
    while ids.len() < 2 {
        let batch = bob.until("both files", |e| match e {
            EventKind::NewMessages { json, .. } => Some(json.clone()),
            _ => None,
        });
        let batch: Vec<Value> = serde_json::from_str(&batch).unwrap();
        ids.extend(
            batch
                .iter()
                .map(|m| m["message_msg_id"].as_str().unwrap().to_owned()),
        );
    }
    ids.sort();
    let mut wanted = [first, second];
    wanted.sort();
    assert_eq!(ids, wanted);
}

// MSG-118, MSG-135
#[test]
fn a_broken_download_goes_on() {
    let server = Server::start();
    let gate = Gate::to(&server.url);
    let alice = server.phone("alice");
    let bob = behind(&server, &gate, "bob");
    let folder = Folder::new();
    let path = file(&folder, "a", 5_000_000);
    sent(&alice, "bob", &file_message(&path));
    let url = heard(&bob)["message_elem_array"][0]["file_elem_url"].clone();
    gate.cut_after(2_000_000);
    let copy = folder.path().join("copy");
    assert_eq!(download(&bob, url.as_str().unwrap(), "", &copy), Outcome::ok(""));
    assert_eq!(gate.cuts(), 2, "it was broken twice");
    assert_eq!(digest(&copy), digest(&path));
}

// MSG-118, MSG-135
#[test]
fn a_download_that_fails_says_why_and_leaves_nothing() {
    let server = Server::with(|config| config.media_url_mode = MediaUrlMode::Signed);
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let mallory = server.phone("mallory");
    let folder = Folder::new();
    let path = file(&folder, "a", 100);
    sent(&alice, "bob", &file_message(&path));
    let its = heard(&bob)["message_elem_array"][0].clone();
    let (url, id) = (
        its["file_elem_url"].as_str().unwrap(),
        its["file_elem_file_id"].as_str().unwrap(),
    );
    let to = Folder::new();
    let copy = to.path().join("copy");
    // An address that is not good any more.
    let (stale, _) = url.split_once('?').unwrap();
    let outcome = download(&bob, stale, "", &copy);
    assert_eq!(outcome.code, 6009);
    assert!(outcome.desc.contains("403"), "{}", outcome.desc);
    let outcome = download(&mallory, stale, id, &copy);
    assert_eq!(outcome.code, 6009, "no participant of the conversation");
    let (base, _) = stale.rsplit_once('/').unwrap();
    let outcome = download(&bob, &format!("{base}/nothing"), "", &copy);
    assert_eq!(outcome.code, 6009);
    assert!(outcome.desc.contains("40"), "{}", outcome.desc);
    assert_eq!(download(&bob, "gopher://x/y", id, &copy).code, 6010);
    assert_eq!(download(&bob, "", "", &copy).code, 6017);
    assert_eq!(download(&bob, url, "", to.path()).code, 6022);
    assert_eq!(std::fs::read_dir(to.path()).unwrap().count(), 0);
    // A fresh one is asked for where the id is known.
    assert_eq!(download(&bob, stale, id, &copy), Outcome::ok(""));
    assert_eq!(digest(&copy), digest(&path));
    let out = server.device("carol", Platform::Linux);
    let outcome = download(&out, url, "", &copy);
    assert_eq!((outcome.code, &*outcome.desc), (6014, "not login"));
}

// MSG-118
#[test]
fn without_a_network_there_is_no_download() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let folder = Folder::new();
    let path = file(&folder, "a", 100);
    sent(&alice, "bob", &file_message(&path));
    let url = heard(&bob)["message_elem_array"][0]["file_elem_url"].clone();
    server.stop();
    bob.until("the end of the link", |e| {
        matches!(e, EventKind::NetworkStatus { status: 1 | 3, .. }).then_some(())
    });
    let copy = folder.path().join("copy");
    assert_eq!(download(&bob, url.as_str().unwrap(), "", &copy).code, 9508);
    assert!(!copy.exists());
}

// MSG-069, MSG-118
#[test]
fn files_go_through_the_proxy() {
    let server = Server::start();
    let gate = Gate::to(&server.url);
    let folder = Folder::new();
    // Nobody can resolve this name but the proxy.
    let place = server.url.split('/').nth(2).unwrap();
    let hidden = server.url.replacen(place, "server.invalid:80", 1);
    let alice = Device::run_config(
        "alice",
        StartConfig {
            app_id: server.app_id,
            server_urls: vec![hidden],
            ..StartConfig::default()
        },
    );
    let settings = json!({"set_config_socks5_proxy_info": {
        "socks5_proxy_info_ip": "127.0.0.1", "socks5_proxy_info_port": gate.port(),
    }});
    let settings = Settings::decode(&settings.to_string()).unwrap();
    assert_eq!(alice.call(Op::Configure(Box::new(settings))).code, 0);
    alice.network_is_back();
    alice.login(&server);
    let _bob = server.phone("bob");
    let before = gate.socks();
    let path = file(&folder, "a", 2_000_000);
    let message = sent(&alice, "bob", &file_message(&path));
    let url = &message["message_elem_array"][0]["file_elem_url"];
    assert!(url.as_str().unwrap().contains("server.invalid"), "{url}");
    assert!(gate.socks() > before);
    assert_eq!(fetched(&alice, url, &folder), std::fs::read(&path).unwrap());
}

// MSG-069, MSG-065
#[test]
fn a_logout_and_an_end_give_an_upload_up() {
    let server = Server::start();
    let gate = Gate::to(&server.url);
    let alice = behind(&server, &gate, "alice");
    let folder = Folder::new();
    let path = file(&folder, "a", 8 << 20);
    gate.hold_after(256 << 10);
    let (_, outcome) = alice.send_json("bob", &file_message(&path).to_string());
    gate.until_held(1);
    assert_eq!(alice.call(Op::Logout).code, 0);
    assert_eq!(ended(&outcome).code, 6014);
    gate.release();
    alice.login(&server);
    gate.hold_after(256 << 10);
    let other = file(&folder, "b", 8 << 20);
    let (_, outcome) = alice.send_json("bob", &file_message(&other).to_string());
    gate.until_held(1);
    alice.client.shutdown();
    assert_eq!(outcome.try_recv().map(|o| o.code), Ok(7009));
}

// MSG-069, MSG-136
#[test]
fn a_file_of_others_is_not_sent_and_one_of_the_app_is() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let mallory = server.phone("mallory");
    let folder = Folder::new();
    let path = file(&folder, "a", 100);
    let message = sent(&alice, "bob", &file_message(&path));
    let id = message["message_elem_array"][0]["file_elem_file_id"].clone();
    let named = |id: &Value| {
        let json = element(json!({"elem_type": 4, "file_elem_file_id": id, "file_elem_file_name": "a"}));
        let (_, outcome) = mallory.send_json("bob", &json.to_string());
        ended(&outcome).code
    };
    assert_eq!(named(&id), 114_001);
    assert_eq!(named(&"nothing".into()), 114_000);
    heard(&bob);
    let own =
        json!({"elem_type": 4, "file_elem_url": "https://app.example/a.pdf", "file_elem_file_name": "a.pdf"});
    sent(&mallory, "bob", &element(own));
    let its = heard(&bob)["message_elem_array"][0].clone();
    assert_eq!(its["file_elem_url"], "https://app.example/a.pdf");
    assert_eq!(its["file_elem_file_id"], "");
}

// MSG-027, MSG-188
#[test]
fn a_forwarded_file_is_not_uploaded_again() {
    let server = Server::start();
    let (alice, bob, carol) = (server.phone("alice"), server.phone("bob"), server.phone("carol"));
    let folder = Folder::new();
    let path = file(&folder, "a", 50_000);
    sent(&alice, "bob", &file_message(&path));
    std::fs::remove_file(&path).unwrap();
    let mut got = heard(&bob);
    got["message_is_forward_message"] = true.into();
    bob.told();
    let forwarded = sent(&bob, "carol", &got);
    assert_eq!(uploads(&bob), []);
    assert_ne!(forwarded["message_msg_id"], got["message_msg_id"]);
    assert_eq!(forwarded["message_sender"], "bob");
    let its = heard(&carol)["message_elem_array"][0].clone();
    assert_eq!(
        its["file_elem_file_id"],
        got["message_elem_array"][0]["file_elem_file_id"]
    );
    assert_eq!(fetched(&carol, &its["file_elem_url"], &folder).len(), 50_000);
}
