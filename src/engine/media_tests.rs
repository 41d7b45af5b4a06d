//! Files, downloads and merged messages: the test plays the driver's transfers too.

use serde_json::{Value, json};
use timbre_protocol::element::Kind as Element;
use timbre_protocol::{
    CheckSendReply, CommitUploadReply, Media, MediaFile, MediaUrlReply, MergedElement, MergedList, Picture,
    Response, SendFate, SendRequest, UploadReply,
};

use super::transfers::{Failure, Prepared, Progress, Source, Target, TransferEvent, TransferJob, Work};
use super::*;
use crate::model::error::Refusal;
use crate::model::messages::{BatchParam, MessageDraft, decode_local_custom};

type Ends = Arc<Mutex<Vec<Outcome>>>;

fn ready() -> Rig {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    rig
}

fn file_json(path: &str) -> Value {
    json!({"message_elem_array": [{"elem_type": 4, "file_elem_file_path": path}]})
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("timbre-engine-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn is_failed(rig: &Rig, id: &Identity) -> bool {
    rig.shared.is_failed_send(&id.msg_id)
}

impl Rig {
    fn done(&self) -> (Ends, Done) {
        let ends = Ends::default();
        let kept = ends.clone();
        let done = Done::new(move |outcome| kept.lock().expect("no panic").push(outcome));
        (ends, done)
    }

    fn run(&mut self, op: Op) -> Ends {
        let (ends, done) = self.done();
        self.input(Input::Call(op, done));
        ends
    }

    fn send_json(&mut self, json: &Value) -> (Identity, Ends) {
        let identity = self.shared.new_identity(self.now);
        self.send_as(json, identity, false)
    }

    fn send_as(&mut self, json: &Value, identity: Identity, resend: bool) -> (Identity, Ends) {
        let draft = decode_message(&json.to_string()).expect("a message");
        let op = SendOp {
            conv: ConvKey::c2c("bob"),
            draft,
            identity: identity.clone(),
            resend,
        };
        let ends = self.run(Op::Send(Box::new(op)));
        (identity, ends)
    }

    fn job(&mut self) -> TransferJob {
        assert_eq!(self.jobs.len(), 1, "one job is waiting: {:?}", self.jobs);
        self.jobs.remove(0)
    }

    fn tell(&mut self, id: u64, event: TransferEvent) {
        self.input(Input::Transfer { id, event });
    }

    /// The next job looks at a file, which has `size` bytes.
    fn prepared(&mut self, size: u64) -> Source {
        let job = self.job();
        let Work::Prepare(prepare) = job.work else {
            panic!("{job:?}");
        };
        self.tell(
            job.id,
            TransferEvent::Prepared(Prepared {
                source: prepare.source.clone(),
                size,
                sha256: [7; 32],
                width: 30,
                height: 20,
            }),
        );
        prepare.source
    }

    fn slot(&mut self, have: &[u32]) {
        assert!(
            matches!(self.bodies()[..], [request::Body::Upload(_)]),
            "{:?}",
            self.requests
        );
        self.answer(response::Body::Upload(UploadReply {
            upload_id: "slot".to_owned(),
            path: "/upload/secret".to_owned(),
            chunk_bytes: 1 << 20,
            parallel: 4,
            have: have.to_vec(),
            ..UploadReply::default()
        }));
    }

    fn put(&mut self) -> u64 {
        let job = self.job();
        assert!(matches!(job.work, Work::Put(_)), "{job:?}");
        job.id
    }

    fn commit(&mut self, file: MediaFile) {
        assert!(
            matches!(self.bodies()[..], [request::Body::CommitUpload(_)]),
            "{:?}",
            self.requests
        );
        self.answer(response::Body::CommitUpload(CommitUploadReply {
            file: Some(file),
        }));
    }

    fn refuse_request(&mut self, code: i32) {
        let request = self.requests.remove(0);
        self.packet(Kind::Response(Response {
            id: request.id,
            code,
            text: "no".to_owned(),
            body: None,
        }));
    }

    /// The message that leaves, which is then acknowledged.
    fn sent(&mut self) -> (SendRequest, Body) {
        let request = match self.bodies()[..] {
            [request::Body::Send(send)] => send.clone(),
            _ => panic!("{:?}", self.requests),
        };
        self.answer(response::Body::Send(SendReply {
            conv_seq: 1,
            server_time_ms: self.now.wall_ms,
            log_seq: 0,
        }));
        let body = Body::decode(request.body.clone()).expect("a body");
        (request, body)
    }

    fn row(&mut self, id: &Identity) -> Value {
        let ends = self.run(Op::FindMessages {
            ids: vec![id.msg_id.clone()],
        });
        let list: Value = serde_json::from_str(&one(&ends).json).expect("JSON");
        list[0].clone()
    }

    fn progress(&mut self) -> Vec<(u32, u64, u64)> {
        let mut told = Vec::new();
        for event in std::mem::take(&mut self.events) {
            if let EventKind::UploadProgress {
                json,
                index,
                done,
                total,
            } = event
            {
                let message: Value = serde_json::from_str(&json).expect("JSON");
                assert_eq!(message["message_status"], 1);
                told.push((index, done, total));
            }
        }
        told
    }

    fn failed_upload(&mut self, event: TransferEvent) {
        let id = self.job().id;
        self.tell(id, event);
    }
}

fn one(ends: &Ends) -> Outcome {
    let mut ends = ends.lock().expect("no panic");
    assert_eq!(ends.len(), 1, "it ends exactly once: {ends:?}");
    ends.remove(0)
}

fn open(ends: &Ends) -> bool {
    ends.lock().expect("no panic").is_empty()
}

fn media(id: &str) -> MediaFile {
    MediaFile {
        file: Some(Media {
            id: id.to_owned(),
            url: format!("http://a/{id}"),
            size: 0,
        }),
        ..MediaFile::default()
    }
}

fn refused(code: i32) -> TransferEvent {
    TransferEvent::Failed(Failure::Refused(Refusal::new(code, "no")))
}

// MSG-065, MSG-069, MSG-073, MSG-125, MSG-102
#[test]
fn a_file_reaches_the_server_before_its_message_does() {
    let mut rig = ready();
    let (id, ends) = rig.send_json(&file_json("/home/alice/report.pdf"));
    assert_eq!(
        rig.row(&id)["message_status"],
        1,
        "the row is there from the call on"
    );
    assert_eq!(
        rig.prepared(3_000_000),
        Source::File("/home/alice/report.pdf".into())
    );
    match rig.bodies()[..] {
        [request::Body::Upload(upload)] => {
            assert_eq!(
                (upload.size, &upload.sha256[..], &*upload.name),
                (3_000_000, &[7; 32][..], "report.pdf")
            );
            assert_eq!(upload.conversation.as_ref().map(|c| &*c.id), Some("bob"));
        }
        _ => panic!("{:?}", rig.requests),
    }
    rig.slot(&[1]);
    let job = rig.job();
    match &job.work {
        Work::Put(put) => {
            assert_eq!(
                (&*put.path, &put.have[..], put.size),
                ("/upload/secret", &[1][..], 3_000_000)
            );
            assert_eq!(put.server.url, "ws://a/tim/v1");
        }
        other => panic!("{other:?}"),
    }
    for (ms, done) in [
        (10, 500),
        (100, 1_000_000),
        (50, 1_500_000),
        (100, 900),
        (100, 3_000_000),
    ] {
        rig.advance(ms);
        rig.tell(job.id, TransferEvent::Progress { done, total: 0 });
    }
    // A text is not held back by the file.
    rig.send("text");
    let (_, body) = rig.sent();
    assert!(matches!(body.elements[0].kind, Some(Element::Text(_))));
    assert!(open(&ends));
    rig.tell(job.id, TransferEvent::Finished(Bytes::new()));
    rig.commit(media("f1"));
    let told = rig.progress();
    assert_eq!(
        told,
        [
            (0, 0, 3_000_000),
            (0, 1_000_000, 3_000_000),
            (0, 2_999_999, 3_000_000),
            (0, 3_000_000, 3_000_000)
        ]
    );
    let row = rig.row(&id);
    assert_eq!(
        row["message_elem_array"][0]["file_elem_file_id"], "f1",
        "kept before it is sent"
    );
    let (request, body) = rig.sent();
    assert_eq!(request.random, id.rand);
    match &body.elements[0].kind {
        Some(Element::File(file)) => {
            assert_eq!((&*file.path, &*file.name), ("", "report.pdf"));
            assert_eq!(
                file.file.as_ref().map(|f| (&*f.id, f.size)),
                Some(("f1", 3_000_000))
            );
        }
        other => panic!("{other:?}"),
    }
    let outcome = one(&ends);
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    let message: Value = serde_json::from_str(&outcome.json).expect("JSON");
    assert_eq!(message["message_status"], 2);
    let element = &message["message_elem_array"][0];
    assert_eq!(element["file_elem_file_path"], "/home/alice/report.pdf");
    assert_eq!(element["file_elem_url"], "http://a/f1");
    assert_eq!(element["file_elem_file_size"], 3_000_000);
}

// MSG-029, MSG-070, MSG-116, MSG-117, MSG-069
#[test]
fn an_image_gets_three_renditions_and_an_instant_upload_is_told_once() {
    let mut rig = ready();
    let json = json!({"message_elem_array": [
        {"elem_type": 1, "image_elem_orig_path": "/p/a.png", "image_elem_level": 2},
    ]});
    let (_, ends) = rig.send_json(&json);
    let job = rig.jobs[0].id;
    match &rig.jobs[0].work {
        Work::Prepare(prepare) => {
            assert_eq!((prepare.level, prepare.picture, prepare.max), (2, true, 28 << 20))
        }
        other => panic!("{other:?}"),
    }
    rig.jobs.clear();
    rig.tell(
        job,
        TransferEvent::Prepared(Prepared {
            source: Source::Bytes(Bytes::from_static(b"jpeg")),
            size: 4,
            sha256: [1; 32],
            width: 1620,
            height: 1080,
        }),
    );
    match rig.bodies()[..] {
        [request::Body::Upload(upload)] => assert_eq!((upload.size, &*upload.name), (4, "a.jpg")),
        _ => panic!("{:?}", rig.requests),
    }
    let picture = |id: &str, width| {
        Some(Picture {
            id: id.to_owned(),
            url: format!("http://a/{id}"),
            size: 4,
            width,
            height: width,
        })
    };
    rig.answer(response::Body::Upload(UploadReply {
        file: Some(MediaFile {
            format: 1,
            original: picture("o", 0),
            large: picture("l", 720),
            thumb: picture("t", 198),
            ..media("o")
        }),
        ..UploadReply::default()
    }));
    assert!(rig.jobs.is_empty(), "nothing is carried");
    assert_eq!(rig.progress(), [(0, 4, 4)]);
    rig.sent();
    let outcome = one(&ends);
    let message: Value = serde_json::from_str(&outcome.json).expect("JSON");
    let element = &message["message_elem_array"][0];
    assert_eq!(element["image_elem_format"], 1);
    assert_eq!(element["image_elem_orig_id"], "o");
    assert_eq!(
        element["image_elem_orig_pic_width"], 1620,
        "from the header where the server does not say"
    );
    assert_eq!(element["image_elem_orig_pic_height"], 1080);
    assert_eq!(element["image_elem_large_pic_width"], 720);
    assert_eq!(element["image_elem_thumb_url"], "http://a/t");
}

// MSG-030, MSG-072, MSG-120
#[test]
fn a_video_and_its_picture_are_one_total() {
    let mut rig = ready();
    let json = json!({"message_elem_array": [
        {"elem_type": 0, "text_elem_content": "look"},
        {"elem_type": 9, "video_elem_video_path": "/v/a.mp4", "video_elem_video_duration": 12,
         "video_elem_image_path": "/v/a.png", "video_elem_image_width": 0, "video_elem_image_height": 99},
    ]});
    let (_, ends) = rig.send_json(&json);
    assert_eq!(rig.prepared(900), Source::File("/v/a.mp4".into()));
    assert_eq!(rig.prepared(100), Source::File("/v/a.png".into()));
    rig.slot(&[]);
    let put = rig.put();
    rig.tell(put, TransferEvent::Finished(Bytes::new()));
    rig.commit(media("video"));
    rig.slot(&[]);
    let put = rig.put();
    rig.advance(100);
    rig.tell(put, TransferEvent::Progress { done: 50, total: 0 });
    rig.tell(put, TransferEvent::Finished(Bytes::new()));
    rig.commit(media("picture"));
    assert_eq!(rig.progress(), [(1, 0, 1000), (1, 950, 1000), (1, 1000, 1000)]);
    rig.sent();
    let message: Value = serde_json::from_str(&one(&ends).json).expect("JSON");
    let element = &message["message_elem_array"][1];
    assert_eq!(element["video_elem_video_id"], "video");
    assert_eq!(element["video_elem_image_id"], "picture");
    assert_eq!(element["video_elem_image_size"], 100);
    assert_eq!(
        element["video_elem_image_width"], 30,
        "0 is filled from the header"
    );
    assert_eq!(element["video_elem_image_height"], 99, "what was given stays");
    assert_eq!(element["video_elem_video_type"], "mp4");
}

// MSG-068, MSG-188, MSG-136
#[test]
fn what_is_on_a_server_already_is_sent_without_an_upload() {
    let mut rig = ready();
    let json = json!({"message_is_forward_message": true, "message_elem_array": [
        {"elem_type": 0, "text_elem_content": "x"},
        {"elem_type": 2, "sound_elem_file_id": "s", "sound_elem_file_path": "/old", "sound_elem_file_size": 5},
        {"elem_type": 4, "file_elem_url": "https://app/own", "file_elem_file_name": "n"},
        {"elem_type": 9, "video_elem_video_id": "v", "video_elem_image_id": "i"},
        {"elem_type": 1, "image_elem_orig_id": "o"},
        {"elem_type": 7, "location_elem_longitude": 1.0, "location_elem_latitude": 2.0},
    ]});
    let (_, ends) = rig.send_json(&json);
    assert!(rig.jobs.is_empty());
    let (_, body) = rig.sent();
    assert_eq!(body.media_ids(), ["s", "v", "i", "o"]);
    assert_eq!(one(&ends).code, 0);
    assert_eq!(rig.progress(), []);
}

// MSG-065, MSG-069
#[test]
fn each_failure_of_an_upload_has_its_code_and_leaves_a_failed_row() {
    type Fail = fn(&mut Rig);
    fn to_slot(rig: &mut Rig) {
        rig.prepared(10);
    }
    fn to_put(rig: &mut Rig) {
        rig.prepared(10);
        rig.slot(&[]);
    }
    fn to_commit(rig: &mut Rig) {
        to_put(rig);
        let put = rig.put();
        rig.tell(put, TransferEvent::Finished(Bytes::new()));
    }
    fn again_and_again(rig: &mut Rig, failure: fn() -> Failure) {
        rig.prepared(10);
        for round in 0..4 {
            assert!(rig.took().is_empty(), "round {round}");
            rig.slot(&[]);
            let put = rig.put();
            rig.tell(put, TransferEvent::Failed(failure()));
        }
    }
    let cases: [(&str, i32, Fail); 19] = [
        ("missing", 7006, |r| r.failed_upload(refused(7006))),
        ("too large", 7005, |r| r.failed_upload(refused(7005))),
        ("not to be opened", 7007, |r| r.failed_upload(refused(7007))),
        ("no image", 6031, |r| r.failed_upload(refused(6031))),
        ("unreadable", 114_004, |r| r.failed_upload(refused(114_004))),
        ("slot refused", 6006, |r| {
            to_slot(r);
            r.refuse_request(20_003);
        }),
        ("slot too large", 114_002, |r| {
            to_slot(r);
            r.refuse_request(114_002);
        }),
        ("slot nonsense", 6006, |r| {
            to_slot(r);
            r.answer(response::Body::Upload(UploadReply {
                upload_id: "x".to_owned(),
                path: "http://evil/".to_owned(),
                chunk_bytes: 1,
                ..UploadReply::default()
            }));
        }),
        ("slot huge chunks", 6006, |r| {
            to_slot(r);
            r.answer(response::Body::Upload(UploadReply {
                upload_id: "x".to_owned(),
                path: "/x".to_owned(),
                chunk_bytes: u32::MAX,
                ..UploadReply::default()
            }));
        }),
        ("no connection", 6007, |r| {
            again_and_again(r, || Failure::Unreachable(String::new()))
        }),
        ("breaks", 6008, |r| {
            again_and_again(r, || Failure::Broken("broken".to_owned()))
        }),
        ("slot gone for good", 6008, |r| {
            again_and_again(r, || Failure::Http {
                status: 404,
                code: 0,
                text: String::new(),
            });
        }),
        ("a server in trouble", 6008, |r| {
            again_and_again(r, || Failure::Http {
                status: 503,
                code: -10_114,
                text: "no".to_owned(),
            });
        }),
        ("no image, says the server", 6031, |r| {
            to_commit(r);
            r.refuse_request(6031);
        }),
        ("forbidden", 6008, |r| {
            to_put(r);
            let put = r.put();
            let failure = Failure::Http {
                status: 403,
                code: 0,
                text: "no".to_owned(),
            };
            r.tell(put, TransferEvent::Failed(failure));
        }),
        ("damaged chunk", 115_068, |r| {
            to_put(r);
            let put = r.put();
            let failure = Failure::Http {
                status: 400,
                code: 115_068,
                text: "no".to_owned(),
            };
            r.tell(put, TransferEvent::Failed(failure));
        }),
        ("too slow", 114_005, |r| {
            to_put(r);
            r.failed_upload(refused(114_005));
        }),
        ("damaged file", 115_066, |r| {
            to_commit(r);
            r.refuse_request(115_066);
        }),
        ("commit refused", 6008, |r| {
            to_commit(r);
            r.refuse_request(-10_114);
        }),
    ];
    for (name, code, fail) in cases {
        let mut rig = ready();
        let (id, ends) = rig.send_json(&file_json("/f"));
        fail(&mut rig);
        let outcome = one(&ends);
        assert_eq!(outcome.code, code, "{name}: {}", outcome.desc);
        assert!(!outcome.desc.is_empty(), "{name}");
        let message: Value = serde_json::from_str(&outcome.json).expect("JSON");
        assert_eq!(message["message_status"], 3, "{name}");
        assert_eq!(rig.row(&id)["message_status"], 3, "{name}");
        assert!(is_failed(&rig, &id), "{name}: it can be sent again");
        assert!(rig.requests.is_empty(), "{name}: {:?}", rig.requests);
    }
}

// MSG-069
#[test]
fn a_broken_upload_goes_on_with_what_is_there() {
    let mut rig = ready();
    let (_, ends) = rig.send_json(&file_json("/f"));
    rig.prepared(20 << 20);
    // More breaks than are borne without progress.
    for have in 1..8 {
        let there: Vec<u32> = (0..have).collect();
        rig.slot(&there);
        let job = rig.job();
        match job.work {
            Work::Put(put) => assert_eq!(put.have, there),
            other => panic!("{other:?}"),
        }
        rig.tell(job.id, TransferEvent::Failed(Failure::Broken(String::new())));
    }
    rig.slot(&[0]);
    let put = rig.put();
    rig.tell(put, TransferEvent::Finished(Bytes::new()));
    // The answer to the first commit was lost: the slot is not known any more, the file is.
    rig.refuse_request(114_000);
    rig.answer(response::Body::Upload(UploadReply {
        file: Some(media("f")),
        ..UploadReply::default()
    }));
    rig.sent();
    assert_eq!(one(&ends).code, 0);
}

// MSG-069
#[test]
fn an_upload_waits_for_the_next_link_and_no_longer_than_a_write() {
    let mut rig = ready();
    let (id, ends) = rig.send_json(&file_json("/f"));
    rig.prepared(10);
    rig.slot(&[]);
    let put = rig.put();
    let link = rig.link;
    rig.input(Input::Link(LinkEvent::Closed {
        link,
        code: 9508,
        text: "lost".to_owned(),
    }));
    rig.tell(put, TransferEvent::Failed(Failure::Broken(String::new())));
    assert!(rig.requests.is_empty() && open(&ends));
    rig.pass(15_001);
    let outcome = one(&ends);
    assert_eq!(outcome.code, 9508);
    assert_eq!(rig.row(&id)["message_status"], 3);
}

// MSG-103
#[test]
fn a_cancel_ends_an_upload_at_every_step() {
    for step in 0..4 {
        let mut rig = ready();
        let (id, ends) = rig.send_json(&file_json("/f"));
        let mut job = rig.jobs[0].id;
        if step > 0 {
            rig.prepared(10);
        }
        if step > 1 {
            rig.slot(&[]);
            job = rig.put();
        }
        if step > 2 {
            rig.tell(job, TransferEvent::Finished(Bytes::new()));
        }
        let cancel = |rig: &mut Rig| {
            rig.run(Op::CancelSend {
                conv: ConvKey::c2c("bob"),
                msg_id: id.msg_id.clone(),
            })
        };
        let ended = cancel(&mut rig);
        assert_eq!(one(&ends).code, 8021, "step {step}");
        let outcome = one(&ended);
        assert_eq!(outcome.code, 0, "step {step}: {}", outcome.desc);
        let message: Value = serde_json::from_str(&outcome.json).expect("JSON");
        assert_eq!(message["message_status"], 7);
        assert_eq!(rig.row(&id)["message_status"], 7);
        let with_driver = step == 0 || step == 2;
        assert_eq!(
            rig.cancelled,
            if with_driver { vec![job] } else { vec![] },
            "step {step}"
        );
        // What was on its way already changes nothing.
        rig.tell(job, TransferEvent::Finished(Bytes::new()));
        for request in std::mem::take(&mut rig.requests) {
            rig.packet(frame::reply(
                request.id,
                Some(response::Body::Upload(UploadReply {
                    file: Some(media("late")),
                    ..UploadReply::default()
                })),
            ));
        }
        assert!(rig.requests.is_empty() && rig.jobs.len() <= 1);
        let again = cancel(&mut rig);
        assert_eq!(one(&again).code, 8020, "step {step}");
    }
}

// MSG-065
#[test]
fn a_logout_ends_uploads_and_downloads() {
    let folder = folder("logout");
    let mut rig = Rig::in_folder(&["ws://a/tim/v1"], Some(folder.clone()));
    rig.alice();
    let (id, send) = rig.send_json(&file_json("/f"));
    let download = rig.run(download("http://x/f", "", "/to").0);
    rig.call("logout", Op::Logout);
    assert_eq!(one(&send).code, 6014);
    assert_eq!(one(&download).code, 6014);
    assert_eq!(rig.cancelled.len(), 2);
    let logout = rig.requests.remove(0);
    assert!(matches!(logout.body, Some(request::Body::Logout(_))));
    rig.packet(frame::reply(logout.id, None));
    assert_eq!(rig.took(), [("logout".to_owned(), 0)]);
    rig.login("again", "alice");
    assert_eq!(rig.row(&id)["message_status"], 3);
    rig.input(Input::Shutdown);
    let _ = std::fs::remove_dir_all(folder);
}

// P6, MSG-011
#[test]
fn an_upload_that_was_interrupted_ends_as_failed_at_the_next_login() {
    let folder = folder("interrupted");
    let mut rig = Rig::in_folder(&["ws://a/tim/v1"], Some(folder.clone()));
    rig.alice();
    let (id, ends) = rig.send_json(&file_json("/f"));
    rig.prepared(10);
    rig.slot(&[]);
    rig.input(Input::Shutdown);
    let outcome = one(&ends);
    assert_eq!(outcome.code, 7009);
    let message: Value = serde_json::from_str(&outcome.json).expect("JSON");
    assert_eq!(message["message_status"], 3);

    let mut rig = Rig::in_folder(&["ws://a/tim/v1"], Some(folder.clone()));
    rig.open();
    rig.login("login", "alice");
    assert_eq!(rig.row(&id)["message_status"], 1, "the row has kept its status");
    rig.answer(response::Body::Login(LoginReply {
        tiny_id: 1_000_001,
        server_time_ms: rig.now.wall_ms,
        epoch: 5,
        ..LoginReply::default()
    }));
    let at = rig
        .requests
        .iter()
        .position(
            |r| matches!(&r.body, Some(request::Body::CheckSend(check)) if check.keys[0].random == id.rand),
        )
        .expect("its fate is asked for");
    let request = rig.requests.remove(at);
    let fates = vec![SendFate::default()];
    rig.packet(frame::reply(
        request.id,
        Some(response::Body::CheckSend(CheckSendReply { fates })),
    ));
    let row = rig.row(&id);
    assert_eq!(row["message_status"], 3);
    assert_eq!(row["message_elem_array"][0]["file_elem_file_path"], "/f");
    assert!(is_failed(&rig, &id));
    rig.input(Input::Shutdown);
    let _ = std::fs::remove_dir_all(folder);
}

// MSG-104
#[test]
fn a_file_for_many_is_uploaded_once() {
    let mut rig = ready();
    let draft = decode_message(&file_json("/f").to_string()).expect("a message");
    let receivers: Vec<String> = (0..50).map(|n| format!("user{n}")).collect();
    rig.engine.user.as_mut().expect("alice").limits.batch_max = 500;
    let ends = rig.run(Op::BatchSend(BatchParam {
        receivers,
        message: Some(Box::new(draft)),
    }));
    rig.prepared(10);
    rig.slot(&[]);
    let put = rig.put();
    rig.tell(put, TransferEvent::Finished(Bytes::new()));
    rig.commit(media("f"));
    assert!(rig.jobs.is_empty());
    for request in std::mem::take(&mut rig.requests) {
        match &request.body {
            Some(request::Body::Send(send)) => {
                let body = Body::decode(send.body.clone()).expect("a body");
                assert_eq!(body.media_ids(), ["f"]);
            }
            other => panic!("{other:?}"),
        }
        rig.packet(frame::reply(
            request.id,
            Some(response::Body::Send(SendReply {
                conv_seq: 1,
                server_time_ms: rig.now.wall_ms,
                log_seq: 0,
            })),
        ));
    }
    let outcome = one(&ends);
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    let list: Vec<Value> = serde_json::from_str(&outcome.json).expect("JSON");
    assert_eq!(list.len(), 50);
}

// MSG-069, MSG-104
#[test]
fn the_same_file_is_not_carried_twice_at_once() {
    let mut rig = ready();
    let (_, first) = rig.send_json(&file_json("/f"));
    rig.prepared(10);
    rig.slot(&[]);
    let put = rig.put();
    let (_, second) = rig.send_json(&file_json("/g"));
    rig.prepared(10);
    assert!(rig.requests.is_empty() && rig.jobs.is_empty(), "it waits");
    // The first one fails, and the second takes its place.
    rig.tell(put, refused(114_004));
    assert_eq!(one(&first).code, 114_004);
    rig.slot(&[0]);
    let put = rig.put();
    rig.tell(put, TransferEvent::Finished(Bytes::new()));
    rig.commit(media("f"));
    rig.sent();
    assert_eq!(one(&second).code, 0);
}

// MSG-107
#[test]
fn a_message_that_is_sent_again_uploads_only_what_is_missing() {
    let mut rig = ready();
    let json = json!({"message_elem_array": [
        {"elem_type": 4, "file_elem_file_path": "/one"},
        {"elem_type": 4, "file_elem_file_path": "/two"},
    ]});
    let (id, ends) = rig.send_json(&json);
    rig.prepared(10);
    rig.answer(response::Body::Upload(UploadReply {
        file: Some(media("one")),
        ..UploadReply::default()
    }));
    rig.failed_upload(refused(7006));
    assert_eq!(one(&ends).code, 7006);
    // The app passes in what it had made, without ids.
    let mut again = json;
    again["message_msg_id"] = id.msg_id.clone().into();
    let (_, ends) = rig.send_as(&again, id.clone(), true);
    assert!(!is_failed(&rig, &id));
    let (_, second) = rig.send_as(&again, id.clone(), true);
    assert_eq!(one(&second).code, 6015, "it is being sent right now");
    assert_eq!(rig.prepared(20), Source::File("/two".into()));
    rig.answer(response::Body::Upload(UploadReply {
        file: Some(media("two")),
        ..UploadReply::default()
    }));
    let (request, body) = rig.sent();
    assert_eq!((request.random, request.client_time), (id.rand, id.client_time));
    assert_eq!(body.media_ids(), ["one", "two"]);
    assert_eq!(one(&ends).code, 0);
}

// MSG-188
#[test]
fn what_has_not_been_sent_is_not_forwarded() {
    let mut rig = ready();
    let (id, ends) = rig.send_json(&file_json("/f"));
    rig.failed_upload(refused(7006));
    assert_eq!(one(&ends).code, 7006);
    let mut forward = file_json("/f");
    forward["message_msg_id"] = id.msg_id.clone().into();
    forward["message_is_forward_message"] = true.into();
    let (_, ends) = rig.send_json(&forward);
    assert_eq!(one(&ends).code, 6017);
    let draft = decode_message(&forward.to_string()).expect("a message");
    let op = SendOp {
        conv: ConvKey::c2c("carol"),
        draft,
        identity: id,
        resend: true,
    };
    let ends = rig.run(Op::Send(Box::new(op)));
    assert_eq!(one(&ends).code, 6017);
}

// MSG-032
#[test]
fn ids_and_addresses_count_towards_the_size_of_a_message() {
    let mut rig = ready();
    let json = json!({"message_elem_array": [
        {"elem_type": 0, "text_elem_content": "x".repeat(12_270)},
        {"elem_type": 4, "file_elem_file_path": "/f", "file_elem_file_name": "f"},
    ]});
    let (id, ends) = rig.send_json(&json);
    rig.prepared(10);
    rig.answer(response::Body::Upload(UploadReply {
        file: Some(media("an-id-that-is-long-enough")),
        ..UploadReply::default()
    }));
    assert_eq!(one(&ends).code, 8001);
    assert_eq!(rig.row(&id)["message_status"], 3);
}

fn download(url: &str, id: &str, path: &str) -> (Op, Ends) {
    let told = Ends::default();
    let kept = told.clone();
    let op = DownloadOp {
        url: url.to_owned(),
        id: id.to_owned(),
        path: path.into(),
        progress: Progress::new(move |outcome| kept.lock().expect("no panic").push(outcome)),
    };
    (Op::DownloadElem(Box::new(op)), told)
}

// MSG-118, MSG-135, MSG-119
#[test]
fn calls_for_the_same_file_and_place_share_one_download() {
    let mut rig = ready();
    let (op, first) = download("http://x/f", "", "/to/a");
    let first_end = rig.run(op);
    let (op, second) = download("http://x/f", "", "/to/a");
    let second_end = rig.run(op);
    let job = rig.job();
    let (op, _) = download("http://x/f", "", "/to/b");
    let other_end = rig.run(op);
    let other = rig.job();
    match job.work {
        Work::Get(get) => {
            assert_eq!(
                (&*get.url, get.target),
                ("http://x/f", Target::File("/to/a".into()))
            );
        }
        other => panic!("{other:?}"),
    }
    rig.tell(
        job.id,
        TransferEvent::Progress {
            done: 50_000,
            total: 300_000,
        },
    );
    for told in [first, second] {
        let told = one(&told);
        assert_eq!((told.code, &*told.desc), (0, "downloading"));
        assert_eq!(
            told.json,
            r#"{"msg_download_elem_result_current_size":50000,"msg_download_elem_result_total_size":300000}"#
        );
    }
    rig.tell(job.id, TransferEvent::Finished(Bytes::new()));
    for ended in [first_end, second_end] {
        assert_eq!(one(&ended), Outcome::ok(""));
    }
    assert!(open(&other_end));
    rig.tell(other.id, TransferEvent::Finished(Bytes::new()));
    assert_eq!(one(&other_end), Outcome::ok(""));
    let (op, _) = download("http://x/f", "", "/to/a");
    rig.run(op);
    let id = rig.job().id;
    rig.tell(id, TransferEvent::Finished(Bytes::new()));
}

// MSG-118
#[test]
fn each_failure_of_a_download_has_its_code() {
    let mut rig = ready();
    let ends = rig.run(download("", "", "/to").0);
    let outcome = one(&ends);
    assert_eq!(
        (outcome.code, &*outcome.desc, &*outcome.json),
        (6017, "url or path is empty", "")
    );
    for bad in ["ftp://x/f", "x", "http:///", "file:///etc/passwd", "http://a b/"] {
        let ends = rig.run(download(bad, "id", "/to").0);
        assert_eq!(one(&ends).code, 6010, "{bad}");
    }
    let http = |status| Failure::Http {
        status,
        code: 0,
        text: String::new(),
    };
    for (failure, code) in [
        (Failure::Refused(Refusal::new(6022, "no")), 6022),
        (Failure::Broken("broken".to_owned()), 6009),
        (Failure::Unreachable("nobody".to_owned()), 6009),
        (http(500), 6009),
        (http(404), 6009),
    ] {
        let ends = rig.run(download("http://x/f", "", "/to").0);
        rig.failed_upload(TransferEvent::Failed(failure.clone()));
        let outcome = one(&ends);
        assert_eq!(outcome.code, code, "{failure:?}");
        if let Failure::Http { status, .. } = failure {
            assert!(outcome.desc.contains(&status.to_string()), "{}", outcome.desc);
        }
    }
    let link = rig.link;
    rig.input(Input::Link(LinkEvent::Closed {
        link,
        code: 9508,
        text: "lost".to_owned(),
    }));
    let ends = rig.run(download("http://x/f", "", "/to").0);
    rig.failed_upload(TransferEvent::Failed(Failure::Unreachable("nobody".to_owned())));
    assert_eq!(one(&ends).code, 9508);
    let ends = rig.run(download("", "id", "/to").0);
    rig.pass(5_001);
    assert_eq!(one(&ends).code, 9508);

    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    let ends = rig.run(download("http://x/f", "", "/to").0);
    let outcome = one(&ends);
    assert_eq!((outcome.code, &*outcome.desc), (6014, "not login"));
}

// MSG-118, MSG-122
#[test]
fn a_refused_address_is_asked_for_anew_once() {
    let refuse = |rig: &mut Rig, status| {
        rig.failed_upload(TransferEvent::Failed(Failure::Http {
            status,
            code: 0,
            text: String::new(),
        }));
    };
    let fresh = |rig: &mut Rig| {
        match rig.bodies()[..] {
            [request::Body::MediaUrl(asked)] => assert_eq!(asked.id, "id"),
            _ => panic!("{:?}", rig.requests),
        }
        rig.answer(response::Body::MediaUrl(MediaUrlReply {
            url: "http://x/new".to_owned(),
        }));
    };
    let mut rig = ready();
    for status in [401, 403, 404, 410] {
        let ends = rig.run(download("http://x/old", "id", "/to").0);
        refuse(&mut rig, status);
        fresh(&mut rig);
        match &rig.jobs[0].work {
            Work::Get(get) => assert_eq!(get.url, "http://x/new"),
            other => panic!("{other:?}"),
        }
        refuse(&mut rig, status);
        assert_eq!(one(&ends).code, 6009);
        assert!(rig.requests.is_empty());
    }
    let ends = rig.run(download("", "id", "/to").0);
    fresh(&mut rig);
    let id = rig.job().id;
    rig.tell(id, TransferEvent::Finished(Bytes::new()));
    assert_eq!(one(&ends).code, 0);
    let ends = rig.run(download("http://x/old", "id", "/to").0);
    refuse(&mut rig, 403);
    rig.refuse_request(114_001);
    let outcome = one(&ends);
    assert_eq!(outcome.code, 6009);
    assert!(
        outcome.desc.contains("403") && outcome.desc.contains("114001"),
        "{}",
        outcome.desc
    );
}

/// A merged message of these messages.
fn merge(messages: &[Value]) -> Value {
    json!({"message_elem_array": [{
        "elem_type": 12,
        "merge_elem_title": "a talk",
        "merge_elem_abstract_array": ["x"],
        "merge_elem_compatible_text": "old",
        "merge_elem_message_array": messages,
    }]})
}

fn merged_of(body: &Body) -> &MergedElement {
    match &body.elements[0].kind {
        Some(Element::Merged(merged)) => merged,
        other => panic!("{other:?}"),
    }
}

impl Rig {
    fn say(&mut self, text: &str) -> Value {
        let json = json!({"message_elem_array": [{"elem_type": 0, "text_elem_content": text}]});
        let (_, ends) = self.send_json(&json);
        self.sent();
        serde_json::from_str(&one(&ends).json).expect("JSON")
    }

    fn unfold(&mut self, message: &Value) -> Ends {
        let draft = decode_message(&message.to_string()).expect("a message");
        self.run(Op::DownloadMerged(Box::new(draft)))
    }
}

fn texts(outcome: &Outcome) -> Vec<String> {
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    let list: Vec<Value> = serde_json::from_str(&outcome.json).expect("JSON");
    list.iter()
        .map(|m| {
            assert_eq!(m["message_status"], 2);
            m["message_elem_array"][0]["text_elem_content"]
                .as_str()
                .unwrap_or("")
                .to_owned()
        })
        .collect()
}

// MSG-180, MSG-184, MSG-185, MSG-182
#[test]
fn what_is_merged_is_what_was_sent_whatever_the_host_says() {
    let mut rig = ready();
    let mut said = rig.say("the truth");
    said["message_elem_array"][0]["text_elem_content"] = "a lie".into();
    said["message_sender"] = "mallory".into();
    let mut foreign = said.clone();
    foreign["message_msg_id"] = "9-9-9".into();
    foreign["message_elem_array"][0]["text_elem_content"] = "from elsewhere".into();
    let (_, ends) = rig.send_json(&merge(&[said, foreign]));
    assert!(rig.jobs.is_empty(), "a short list travels in its message");
    let (_, body) = rig.sent();
    let merged = merged_of(&body);
    assert!(merged.own_list.is_empty() && !merged.list.is_empty());
    assert_eq!((merged.depth, merged.count), (1, 2));
    let message: Value = serde_json::from_str(&one(&ends).json).expect("JSON");
    let own = message["message_elem_array"][0]["merge_elem_message_array"].as_array();
    assert_eq!(
        own.map(Vec::len),
        Some(2),
        "the sender has the list in the result"
    );
    let unfolded = rig.unfold(&message);
    let outcome = one(&unfolded);
    assert_eq!(&*outcome.desc, "");
    assert_eq!(texts(&outcome), ["the truth", "from elsewhere"]);
    let list: Value = serde_json::from_str(&outcome.json).expect("JSON");
    assert_eq!(list[0]["message_sender"], "alice");
    assert_eq!(list[0]["message_is_from_self"], true);
    assert_eq!(list[0]["message_conv_id"], "bob");
    assert_eq!(list[1]["message_sender"], "mallory");

    let (id, ends) = rig.send_json(&file_json("/f"));
    rig.failed_upload(refused(7006));
    let failed = one(&ends);
    let mut failed: Value = serde_json::from_str(&failed.json).expect("JSON");
    failed["message_status"] = 2.into();
    let first = rig.say("first");
    let (refused_id, ends) = rig.send_json(&merge(&[first, failed]));
    let outcome = one(&ends);
    assert_eq!(outcome.code, 6017);
    assert!(
        outcome.desc.contains("merge_elem_message_array[1]"),
        "{}",
        outcome.desc
    );
    assert_eq!(rig.row(&refused_id), Value::Null, "nothing was stored");
    assert_ne!(rig.row(&id), Value::Null);
}

// MSG-185, MSG-034
#[test]
fn a_long_list_is_a_file_of_its_own_and_is_kept_when_it_was_fetched() {
    let mut rig = ready();
    let said: Vec<Value> = (0..20)
        .map(|n| rig.say(&format!("{n}{}", "x".repeat(1000))))
        .collect();
    let (_, ends) = rig.send_json(&merge(&said));
    let Source::Bytes(list) = rig.prepared(20_000) else {
        panic!("the list is in memory");
    };
    assert_eq!(MergedList::decode(list.clone()).map(|l| l.items.len()), Ok(20));
    match rig.bodies()[..] {
        [request::Body::Upload(upload)] => assert_eq!(upload.kind, 5),
        _ => panic!("{:?}", rig.requests),
    }
    rig.slot(&[]);
    let put = rig.put();
    rig.tell(put, TransferEvent::Finished(Bytes::new()));
    rig.commit(media("list"));
    assert_eq!(rig.progress(), [], "a list is no file of the host");
    let (_, body) = rig.sent();
    let merged = merged_of(&body);
    assert!(merged.list.is_empty() && merged.own_list.is_empty());
    assert_eq!(merged.file.as_ref().map(|f| &*f.id), Some("list"));
    let message: Value = serde_json::from_str(&one(&ends).json).expect("JSON");
    let key = message["message_elem_array"][0]["merge_elem_relay_pb_key"].clone();
    assert_eq!(key, message["message_elem_array"][0]["merge_elem_relay_json_key"]);

    // As a receiver sees it.
    let received = json!({"message_elem_array": [{
        "elem_type": 12, "merge_elem_compatible_text": "old", "merge_elem_relay_pb_key": key,
    }]});
    let first = rig.unfold(&received);
    let second = rig.unfold(&received);
    match rig.bodies()[..] {
        [request::Body::MediaUrl(asked)] => assert_eq!(asked.id, "list"),
        _ => panic!("{:?}", rig.requests),
    }
    rig.answer(response::Body::MediaUrl(MediaUrlReply {
        url: "http://x/list".to_owned(),
    }));
    let job = rig.job();
    assert!(
        matches!(&job.work, Work::Get(get) if matches!(get.target, Target::Memory(max) if max >= 16 << 20)),
        "{job:?}"
    );
    rig.tell(job.id, TransferEvent::Finished(list));
    assert_eq!(texts(&one(&first)).len(), 20);
    assert_eq!(texts(&one(&second)).len(), 20);
    let link = rig.link;
    rig.input(Input::Link(LinkEvent::Closed {
        link,
        code: 9508,
        text: "lost".to_owned(),
    }));
    let offline = rig.unfold(&received);
    assert_eq!(texts(&one(&offline)).len(), 20, "it is kept on this device");
    assert_eq!(rig.thrown(), [""; 0], "and in no history");
}

// MSG-184, MSG-186
#[test]
fn each_failure_of_opening_a_merged_message_has_its_code() {
    let mut rig = ready();
    let text = json!({"message_elem_array": [{"elem_type": 0, "text_elem_content": "x"}]});
    let outcome = one(&rig.unfold(&text));
    assert_eq!(
        (outcome.code, &*outcome.desc, &*outcome.json),
        (6017, "no relay element exist", "[]")
    );
    let deep = json!({"message_elem_array": [{"elem_type": 12, "merge_elem_layer_over_limit": true}]});
    let outcome = one(&rig.unfold(&deep));
    assert_eq!((outcome.code, &*outcome.json), (8005, "[]"));
    let named = |id: &str| json!({"message_elem_array": [{"elem_type": 12, "merge_elem_relay_pb_key": format!("{id}/9/1/1")}]});
    let ends = rig.unfold(&named("gone"));
    rig.refuse_request(114_000);
    let outcome = one(&ends);
    assert_eq!((outcome.code, &*outcome.json), (6009, "[]"));
    let ends = rig.unfold(&named("rubbish"));
    rig.answer(response::Body::MediaUrl(MediaUrlReply {
        url: "http://x/list".to_owned(),
    }));
    let id = rig.job().id;
    rig.tell(id, TransferEvent::Finished(Bytes::from_static(b"\xff\xff")));
    assert_eq!(one(&ends).code, 6009);
    let link = rig.link;
    rig.input(Input::Link(LinkEvent::Closed {
        link,
        code: 9508,
        text: "lost".to_owned(),
    }));
    let ends = rig.unfold(&named("offline"));
    rig.pass(5_001);
    let outcome = one(&ends);
    assert_eq!((outcome.code, &*outcome.json), (9508, "[]"));
    let mut out = Rig::new(&["ws://a/tim/v1"]);
    let outcome = one(&out.unfold(&text));
    assert_eq!((outcome.code, &*outcome.json), (6014, "[]"));
}

// MSG-185
#[test]
fn a_message_that_is_only_named_is_opened_from_this_device() {
    let mut rig = ready();
    let said = rig.say("inside");
    let (id, ends) = rig.send_json(&merge(&[said]));
    rig.sent();
    assert_eq!(one(&ends).code, 0);
    let named = json!({"message_elem_array": [], "message_msg_id": id.msg_id}).to_string();
    let draft: MessageDraft = decode_local_custom(&named).expect("a message");
    let ends = rig.run(Op::DownloadMerged(Box::new(draft)));
    assert_eq!(texts(&one(&ends)), ["inside"]);
}
