//! Recalling, modifying, deleting, clearing, saving, importing, forwarding and batch-sending messages.

use serde_json::{Value, json};
use timbre::engine::{CleanScope, EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::messages::{
    ConvKey, decode_history_param, decode_local_custom, decode_message, decode_named, decode_saved,
};

use crate::support::{Device, text_of};

mod delete;
mod local;
mod modify;
mod recall;
mod searches;
mod send;

fn id_of(message: &Value) -> String {
    message["message_msg_id"].as_str().unwrap().to_owned()
}

fn recall(device: &Device, peer: &str, message: &Value) -> Outcome {
    device.call(Op::Recall {
        conv: ConvKey::c2c(peer),
        message: Box::new(decode_local_custom(&message.to_string()).unwrap()),
    })
}

fn modify(device: &Device, message: &Value) -> Outcome {
    device.call(modify_op(message))
}

fn modify_op(message: &Value) -> Op {
    let given = message.to_string();
    Op::Modify {
        draft: Box::new(decode_message(&given).unwrap()),
        given,
    }
}

fn with_text(message: &Value, text: &str) -> Value {
    let mut changed = message.clone();
    changed["message_elem_array"] = json!([{"elem_type": 0, "text_elem_content": text}]);
    changed
}

fn push_element(message: &mut Value, element: Value) {
    message["message_elem_array"]
        .as_array_mut()
        .unwrap()
        .push(element);
}

fn delete(device: &Device, peer: &str, message: &Value, cloud: bool) -> Outcome {
    device.call(Op::Delete {
        conv: ConvKey::c2c(peer),
        message: Box::new(decode_named(message)),
        cloud,
    })
}

/// Deletes in the cloud; waits for the interval between two deletions when there was one just now.
fn delete_list(device: &Device, peer: &str, messages: &[&Value]) -> Outcome {
    loop {
        let outcome = device.call(Op::DeleteList {
            conv: ConvKey::c2c(peer),
            messages: messages.iter().map(|m| decode_named(m)).collect(),
        });
        if outcome.code != 7008 {
            return outcome;
        }
        // Only time makes it possible.
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn clear(device: &Device, peer: &str) -> Outcome {
    device.call(Op::ClearHistory(ConvKey::c2c(peer)))
}

fn save(device: &Device, peer: &str, message: &Value) -> Outcome {
    device.call(Op::Save {
        conv: ConvKey::c2c(peer),
        draft: Box::new(decode_message(&message.to_string()).unwrap()),
    })
}

fn import(device: &Device, peer: &str, messages: &[Value]) -> Outcome {
    device.call(Op::Import {
        conv: ConvKey::c2c(peer),
        drafts: messages.iter().map(|m| decode_saved(m).unwrap()).collect(),
    })
}

fn find(device: &Device, id: &str) -> Option<Value> {
    let outcome = device.call(Op::FindMessages {
        ids: vec![id.to_owned()],
    });
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    let found: Vec<Value> = serde_json::from_str(&outcome.json).unwrap();
    found.into_iter().next()
}

fn status(device: &Device, message: &Value) -> Option<i64> {
    find(device, &id_of(message)).map(|m| m["message_status"].as_i64().unwrap())
}

fn page(device: &Device, peer: &str, count: u32, cloud: bool) -> Vec<Value> {
    let param = json!({
        "msg_getmsglist_param_count": count,
        "msg_getmsglist_param_is_ramble": cloud,
    });
    device.history(peer, decode_history_param(&param.to_string()).unwrap())
}

/// Texts of the newest messages, newest first.
fn texts(device: &Device, peer: &str, cloud: bool) -> Vec<String> {
    page(device, peer, 100, cloud).iter().map(text_of).collect()
}

fn recalled(device: &Device) -> Vec<Value> {
    device.until("the recall", |e| match e {
        EventKind::MessagesRecalled { json } => Some(serde_json::from_str(json).unwrap()),
        _ => None,
    })
}

fn updated(device: &Device) -> Vec<Value> {
    device.until("the modification", |e| match e {
        EventKind::MessagesUpdated { json } => Some(serde_json::from_str(json).unwrap()),
        _ => None,
    })
}

fn message_in(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.json).unwrap()
}

/// Everything that the server has done for this user so far has arrived: a change of its own has come back.
fn settle(device: &Device) {
    let note = device.say(&device.user, "settled");
    assert_eq!(status(device, &note), Some(2));
    let outcome = device.call(Op::CleanUnread {
        scope: CleanScope::One(ConvKey::c2c(&device.user)),
        timestamp: 0,
        sequence: 0,
    });
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
}
