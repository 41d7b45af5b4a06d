//! The preview of a conversation, where the order of its messages changes.

use timbre_protocol::{CheckSendReply, SendFate};

use super::*;

fn preview(rig: &mut Rig) -> String {
    let user = rig.engine.user.as_mut().expect("a user");
    let conv = user.conversation(&ConvKey::c2c("bob")).expect("no failure");
    conv.and_then(|c| c.last.as_ref())
        .map(|m| m.msg_id.clone())
        .unwrap_or_default()
}

impl Rig {
    /// Every receive callback that is due has run, so that none is owed at the next login.
    fn note_thrown(&mut self) {
        let rows: Vec<i64> = self
            .events
            .iter()
            .filter_map(|event| match event {
                EventKind::NewMessages { row, .. } => Some(*row),
                _ => None,
            })
            .collect();
        let generation = self.shared.generation();
        for row in rows {
            self.input(Input::Thrown { generation, row });
        }
    }
}

// P5, P6
#[test]
fn a_send_of_an_earlier_run_that_moves_back_is_the_preview_no_longer() {
    let folder = std::env::temp_dir().join(format!("timbre-engine-preview-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut rig = Rig::in_folder(&["ws://a/tim/v1"], Some(folder.clone()));
    rig.alice();
    // The first attempt of the send arrived as number 1, and this device does not know.
    let arrived_ms = rig.now.wall_ms;
    let answer = LogEntry {
        seq: 1,
        ..rig.entry(2, "answer")
    };
    rig.push(&[answer], 1);
    rig.note_thrown();
    let answer = preview(&mut rig);
    rig.pass(1_000);
    let sent = rig.send("send").msg_id;
    assert_eq!(preview(&mut rig), sent, "by this device's clock it is the newest");
    let mono_ms = rig.now.mono_ms;
    rig.input(Input::Shutdown);

    let mut rig = Rig::in_folder(&["ws://a/tim/v1"], Some(folder.clone()));
    rig.advance(mono_ms);
    rig.open();
    rig.login("login", "alice");
    rig.answer(response::Body::Login(LoginReply {
        tiny_id: 1_000_001,
        server_time_ms: rig.now.wall_ms,
        epoch: 5,
        head: 1,
        ..LoginReply::default()
    }));
    assert!(matches!(rig.bodies()[..], [request::Body::CheckSend(_)]));
    let fates = vec![SendFate {
        stored: true,
        conv_seq: 1,
        server_time_ms: arrived_ms,
    }];
    rig.answer(response::Body::CheckSend(CheckSendReply { fates }));
    assert_eq!(preview(&mut rig), answer);
    rig.input(Input::Shutdown);
    let _ = std::fs::remove_dir_all(folder);
}
