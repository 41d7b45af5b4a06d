//! Events reach the callback of their slot, with its user data, as its type says.
#![allow(clippy::unwrap_used, clippy::undocumented_unsafe_blocks)]

use std::ffi::{CStr, c_char, c_void};
use std::sync::Mutex;

use super::*;

type Heard = Mutex<Vec<String>>;

unsafe extern "C" fn one(json: *const c_char, heard: *const c_void) {
    let heard = unsafe { &*heard.cast::<Heard>() };
    let json = unsafe { CStr::from_ptr(json) }.to_str().unwrap();
    heard.lock().unwrap().push(json.to_owned());
}

unsafe extern "C" fn two(id: *const c_char, json: *const c_char, heard: *const c_void) {
    let (id, json) = unsafe { (CStr::from_ptr(id), CStr::from_ptr(json)) };
    let heard = unsafe { &*heard.cast::<Heard>() };
    let both = format!("{} {}", id.to_str().unwrap(), json.to_str().unwrap());
    heard.lock().unwrap().push(both);
}

// RR-09, EX-14, EX-15, RX-05, RO-23
#[test]
fn what_is_attached_to_messages_is_told_to_its_callbacks() {
    let heard = Heard::default();
    let data = || UserData((&raw const heard).cast());
    let table = Registrations::new();
    let (msg_id, json) = (|| "m".to_owned(), |n: u8| format!("[{n}]"));
    let events = [
        EventKind::ReadReceipts { json: json(1) },
        EventKind::ExtensionsChanged {
            msg_id: msg_id(),
            json: json(2),
        },
        EventKind::ExtensionsDeleted {
            msg_id: msg_id(),
            json: json(3),
        },
        EventKind::ReactionsChanged { json: json(4) },
        EventKind::AllReceiveOption { json: json(5) },
    ];
    let tell = || {
        events.iter().for_each(|event| table.event(event));
        std::mem::take(&mut *heard.lock().unwrap())
    };
    assert_eq!(tell(), Vec::<String>::new(), "nobody listens");
    table.read_receipt.set(Some(one), data());
    table.msg_extensions_changed.set(Some(two), data());
    table.msg_extensions_deleted.set(Some(two), data());
    table.msg_reactions_changed.set(Some(one), data());
    table.msg_all_message_receive_option.set(Some(one), data());
    assert_eq!(tell(), ["[1]", "m [2]", "m [3]", "[4]", "[5]"]);
    table.msg_extensions_deleted.set(None, data());
    assert_eq!(tell(), ["[1]", "m [2]", "[4]", "[5]"]);
}
