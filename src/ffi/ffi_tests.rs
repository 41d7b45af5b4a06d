//! The C functions, called as C calls them, without a server. There is one client in a process, so these tests
//! take turns.
#![allow(clippy::unwrap_used, clippy::undocumented_unsafe_blocks)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use super::conversations::*;
use super::experimental::*;
use super::extensions::*;
use super::manager::*;
use super::messages::*;
use super::types::common::TIMCommCallback;
use super::{fuzz, support};

static TURN: Mutex<()> = Mutex::new(());

/// One test's turn: nothing is initialised when it begins and when it ends.
struct Turn {
    dir: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Turn {
    fn take() -> Self {
        let turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        TIMUninit();
        let dir = std::env::temp_dir().join(format!("timbre-ffi-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let quiet = text(r#"{"set_config_is_log_output_console":false}"#);
        unsafe { TIMSetConfig(quiet.as_ptr(), None, std::ptr::null()) };
        Self { dir, _turn: turn }
    }

    fn init(&self, more: &str) -> c_int {
        init(1, &format!(r#"{{{more}{}}}"#, self.folders()))
    }

    fn folders(&self) -> String {
        let dir = self.dir.display();
        format!(r#""sdk_config_config_file_path":"{dir}","sdk_config_log_file_path":"{dir}""#)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        TIMUninit();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn text(s: &str) -> CString {
    CString::new(s).unwrap()
}

fn init(app_id: u64, config: &str) -> c_int {
    unsafe { TIMInit(app_id, text(config).as_ptr()) }
}

/// What a completion brought: code, desc, json, and the thread it ran on.
type Answer = (i32, String, String, Option<String>);

/// Completions that one channel hears. The sender is lent to C as user data and outlives every callback.
struct Ear {
    sender: Box<Sender<Answer>>,
    answers: Receiver<Answer>,
}

impl Ear {
    fn new() -> Self {
        let (sender, answers) = channel();
        Self {
            sender: Box::new(sender),
            answers,
        }
    }

    fn data(&self) -> *const c_void {
        (&raw const *self.sender).cast()
    }

    fn hear(&self) -> Answer {
        self.answers.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    fn code(&self) -> i32 {
        self.hear().0
    }
}

unsafe extern "C" fn told(code: i32, desc: *const c_char, json: *const c_char, ear: *const c_void) {
    let string = |p| unsafe { CStr::from_ptr(p) }.to_str().unwrap().to_owned();
    let name = thread::current().name().map(str::to_owned);
    let sender = unsafe { &*ear.cast::<Sender<Answer>>() };
    sender.send((code, string(desc), string(json), name)).unwrap();
}

const HELLO: &str = r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"hello"}]}"#;

// CORE-063: every call before TIMInit owes a callback, with the function's empty value.
#[test]
fn before_init_calls_end_with_6013() {
    let _turn = Turn::take();
    let ear = Ear::new();
    let list = text(r#"["a"]"#);
    unsafe {
        assert_eq!(TIMConvGetConvList(Some(told), ear.data()), 0);
        assert_eq!(
            ear.hear(),
            (
                6013,
                "not initialized".into(),
                "[]".into(),
                Some("timbre-callback".into())
            )
        );
        assert_eq!(TIMMsgFindMessages(list.as_ptr(), Some(told), ear.data()), 0);
        assert_eq!(ear.hear().2, "[]");
        assert_eq!(
            TIMLogin(
                text("alice").as_ptr(),
                text("sig").as_ptr(),
                Some(told),
                ear.data()
            ),
            0
        );
        assert_eq!((ear.code(), TIMGetLoginStatus()), (6013, 3));
        assert_eq!(TIMConvGetTotalUnreadMessageCount(Some(told), ear.data()), 0);
        assert_eq!(
            ear.hear().2,
            r#"{"conv_get_total_unread_message_count_result_unread_count":0}"#
        );
        assert_eq!(
            TIMConvGetConvList(None, std::ptr::null()),
            0,
            "a callback may be absent"
        );
    }
}

// MSG-002, MSG-100: the unsent message comes back, and its id stands in the buffer.
#[test]
fn a_send_before_init_gives_its_message_back() {
    let _turn = Turn::take();
    let ear = Ear::new();
    let mut buffer = [0x7f as c_char; 130];
    let result = unsafe {
        TIMMsgSendMessage(
            text("bob").as_ptr(),
            1,
            text(HELLO).as_ptr(),
            buffer.as_mut_ptr(),
            Some(told),
            ear.data(),
        )
    };
    assert_eq!(result, 0);
    let id = unsafe { CStr::from_ptr(buffer.as_ptr()) }
        .to_str()
        .unwrap()
        .to_owned();
    let (code, _, json, _) = ear.hear();
    assert_eq!(code, 6013);
    let message: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&message["message_msg_id"], &message["message_status"]),
        (&id.into(), &3.into())
    );
    assert_eq!(buffer[128..], [0x7f; 2], "nothing is written beyond 128 bytes");
}

// MSG-105, MSG-106: the id comes inside the call, the result afterwards, and a message that is none has no id.
#[test]
fn the_older_forms_of_sending_tell_id_and_result() {
    let _turn = Turn::take();
    let (ear, both) = (Ear::new(), Ear::new());
    let (bob, hello, wrong) = (text("bob"), text(HELLO), text("{}"));
    let (to, json) = (bob.as_ptr(), hello.as_ptr());
    assert_eq!(
        unsafe { TIMMsgSendNewMsg(to, 1, json, Some(told), ear.data()) },
        0
    );
    let (code, _, message, _) = ear.hear();
    assert!(code == 6013 && message.contains("\"hello\""), "{code} {message}");
    let send = |json| unsafe { TIMMsgSendNewMsgEx(to, 1, json, Some(told), Some(told), both.data()) };
    assert_eq!(send(json), 0);
    let here = thread::current().name().map(str::to_owned);
    let (code, desc, id, on) = both.answers.try_recv().expect("the id is told inside the call");
    assert_eq!((code, desc.as_str(), on), (0, "ok", here));
    let id: serde_json::Value = serde_json::from_str(&id).unwrap();
    assert_eq!(
        (&id["message_conv_id"], &id["message_conv_type"]),
        (&"bob".into(), &1.into())
    );
    let (code, _, message, _) = both.hear();
    let message: serde_json::Value = serde_json::from_str(&message).unwrap();
    assert_eq!((code, &message["message_msg_id"]), (6013, &id["message_msg_id"]));
    assert_eq!(send(wrong.as_ptr()), -3);
    let (_, _, id, _) = both.answers.try_recv().expect("the id is told all the same");
    assert!(id.contains("\"message_msg_id\":\"\""), "{id}");
    assert!(both.answers.try_recv().is_err(), "there is no result");
    let nobody =
        unsafe { TIMMsgSendNewMsgEx(std::ptr::null(), 1, json, Some(told), Some(told), both.data()) };
    assert_eq!((nobody, both.answers.try_recv().is_err()), (-4, true));
}

// MSG-210, MSG-215, MSG-220, FM-01, FM-04
#[test]
fn messages_of_this_device_are_saved_imported_deleted_and_found() {
    let turn = Turn::take();
    assert_eq!(turn.init(""), 0);
    let ear = Ear::new();
    let open = text(
        r#"{"request_internal_operation":"internal_operation_init_local_storage","request_init_local_storage_user_id_param":"alice"}"#,
    );
    assert_eq!(
        unsafe { callExperimentalAPI(open.as_ptr(), Some(told), ear.data()) },
        0
    );
    assert_eq!(ear.code(), 0);
    let (bob, hello) = (text("bob"), text(HELLO));
    let to = bob.as_ptr();
    assert_eq!(
        unsafe { TIMMsgSaveMsg(to, 1, hello.as_ptr(), Some(told), ear.data()) },
        0
    );
    let (code, desc, saved, _) = ear.hear();
    assert_eq!((code, desc.as_str()), (0, "OK"));
    let saved: serde_json::Value = serde_json::from_str(&saved).unwrap();
    assert_eq!(saved["message_status"], 5);
    let list = text(&format!("[{HELLO}]"));
    assert_eq!(
        unsafe { TIMMsgImportMsgList(to, 1, list.as_ptr(), Some(told), ear.data()) },
        0
    );
    assert_eq!(ear.hear().2, "");
    let param = text(&serde_json::json!({"msg_delete_param_msg": saved}).to_string());
    assert_eq!(
        unsafe { TIMMsgDelete(to, 1, param.as_ptr(), Some(told), ear.data()) },
        0
    );
    assert_eq!(ear.code(), 0);
    let page = text(r#"{"msg_getmsglist_param_count":9}"#);
    assert_eq!(
        unsafe { TIMMsgGetMsgList(to, 1, page.as_ptr(), Some(told), ear.data()) },
        0
    );
    let left: Vec<serde_json::Value> = serde_json::from_str(&ear.hear().2).unwrap();
    assert_eq!(left.len(), 1);
    let ids = text(&serde_json::json!([saved["message_msg_id"]]).to_string());
    assert_eq!(
        unsafe { TIMMsgFindMessages(ids.as_ptr(), Some(told), ear.data()) },
        0
    );
    let found: Vec<serde_json::Value> = serde_json::from_str(&ear.hear().2).unwrap();
    assert_eq!(found[0]["message_status"], 4);
    // What the server has to do needs a login.
    let message = text(&saved.to_string());
    let empty = |result: c_int| {
        assert_eq!(result, 0);
        let (code, _, json, _) = ear.hear();
        assert_eq!((code, json.as_str()), (6014, ""));
    };
    unsafe {
        empty(TIMMsgRevoke(to, 1, message.as_ptr(), Some(told), ear.data()));
        empty(TIMMsgModifyMessage(message.as_ptr(), Some(told), ear.data()));
        let list = text(&format!("[{saved}]"));
        empty(TIMMsgListDelete(to, 1, list.as_ptr(), Some(told), ear.data()));
        empty(TIMMsgClearHistoryMessage(to, 1, Some(told), ear.data()));
        assert_eq!(TIMMsgBatchSend(text("{}").as_ptr(), Some(told), ear.data()), 0);
    }
    let (code, _, json, _) = ear.hear();
    assert_eq!((code, json.as_str()), (6014, "[]"));
}

// CORE-042, CORE-063
#[test]
fn init_checks_its_arguments_and_may_be_repeated() {
    let turn = Turn::take();
    assert_eq!(init(0, "{}"), -4);
    assert_eq!(init(1, "{bad"), -3);
    assert_eq!(init(1, "[]"), -3);
    assert_eq!(init(1, r#"{"sdk_config_callback_mode":"nonsense"}"#), -4);
    assert_eq!(init(1, r#"{"sdk_config_config_file_path":"/dev/null/x"}"#), -4);
    assert_eq!(turn.init(""), 0);
    assert_eq!(turn.init(""), 0);
    assert_eq!(init(2, "{}"), -4);
    assert!(turn.dir.join("timbre_device").exists());
    assert_eq!((TIMUninit(), TIMUninit()), (0, 0));
}

// CORE-060
#[test]
fn init_and_uninit_fifty_times() {
    let turn = Turn::take();
    for _ in 0..50 {
        assert_eq!(turn.init(""), 0);
        let ear = Ear::new();
        unsafe {
            TIMLogin(
                text("alice").as_ptr(),
                text("sig").as_ptr(),
                Some(told),
                ear.data(),
            );
        }
        assert_eq!(TIMGetLoginStatus(), 2);
        TIMUninit();
        let code = ear.answers.try_recv().map(|a| a.0);
        assert!(
            matches!(code, Ok(7009 | 9508 | 9516 | 7003)),
            "{code:?}: not answered before TIMUninit returned"
        );
        assert_eq!(TIMGetLoginStatus(), 3);
    }
}

#[test]
fn wrong_arguments_are_refused_without_a_callback() {
    let turn = Turn::take();
    assert_eq!(turn.init(""), 0);
    let ear = Ear::new();
    let (cb, data) = (Some(told as _), ear.data());
    let null = std::ptr::null();
    let (bob, hello, bad) = (text("bob"), text(HELLO), text("{bad"));
    let latin: &CStr = c"\xff\xfe";
    let deep = text(&format!("{}{}", "[".repeat(70), "]".repeat(70)));
    let long = text(&format!("\"{}\"", "x".repeat(1 << 20)));
    unsafe {
        let send = |conv: *const c_char, kind, json: *const c_char| {
            TIMMsgSendMessage(conv, kind, json, std::ptr::null_mut(), cb, data)
        };
        assert_eq!(send(null, 1, hello.as_ptr()), -4);
        assert_eq!(send(c"".as_ptr(), 1, hello.as_ptr()), -4);
        assert_eq!(send(bob.as_ptr(), 1, null), -4);
        for kind in [0, 3, -1, c_int::MAX, c_int::MIN] {
            assert_eq!(send(bob.as_ptr(), kind, hello.as_ptr()), -4);
            assert_eq!(TIMMsgReportReaded(null, kind, null, cb, data), -4);
            assert_eq!(timbre_explain(bob.as_ptr(), kind, cb, data), -4);
        }
        for json in [
            bad.as_ptr(),
            latin.as_ptr(),
            deep.as_ptr(),
            c"[]".as_ptr(),
            c"{}".as_ptr(),
            long.as_ptr(),
        ] {
            assert_eq!(send(bob.as_ptr(), 1, json), -3);
        }
        assert_eq!(send(latin.as_ptr(), 1, hello.as_ptr()), -3);
        assert_eq!(TIMLogin(null, c"s".as_ptr(), cb, data), -4);
        assert_eq!(TIMLogin(c"u".as_ptr(), c"".as_ptr(), cb, data), -4);
        assert_eq!(TIMSetConfig(null, cb, data), -4);
        assert_eq!(TIMSetConfig(bad.as_ptr(), cb, data), -3);
        assert_eq!(callExperimentalAPI(null, cb, data), -4);
        assert_eq!(callExperimentalAPI(c"{}".as_ptr(), cb, data), -3);
        for id in [c"foo", c"c2c_", c"group_", c"C2Cbob"] {
            assert_eq!(
                TIMConvCleanConversationUnreadMessageCount(id.as_ptr(), 0, 0, cb, data),
                -5
            );
        }
        assert_eq!(TIMGetLoginUserID(std::ptr::null_mut()), -4);
    }
    TIMUninit();
    assert!(ear.answers.try_recv().is_err());
}

// CORE-104
#[test]
fn nobody_logged_in_has_an_empty_id() {
    let _turn = Turn::take();
    let mut buffer = [0x7f as c_char; 128];
    assert_eq!(unsafe { TIMGetLoginUserID(buffer.as_mut_ptr()) }, 0);
    assert_eq!(buffer[..2], [0, 0x7f]);
}

// CORE-064
#[test]
fn the_version_is_that_of_the_crate() {
    let version = unsafe { CStr::from_ptr(TIMGetSDKVersion()) };
    assert_eq!(version.to_str().unwrap(), crate::SDK_VERSION);
    assert!(TIMGetServerTime() > 1_700_000_000);
}

// CORE-060: the whole life of the library inside one of its callbacks.
#[test]
fn uninit_and_init_inside_a_callback() {
    unsafe extern "C" fn turn_around(_: i32, _: *const c_char, _: *const c_char, ear: *const c_void) {
        unsafe {
            TIMLogin(c"alice".as_ptr(), c"sig".as_ptr(), Some(told), ear);
            TIMUninit();
            // The login's callback is owed and has to wait for this one.
            TIMConvGetConvList(Some(told), ear);
        }
    }
    let turn = Turn::take();
    assert_eq!(turn.init(""), 0);
    let ear = Ear::new();
    unsafe { TIMLogout(Some(turn_around), ear.data()) };
    assert_eq!([ear.code(), ear.code()], [7009, 6013]);
    assert_eq!(turn.init(""), 0);
    unsafe { TIMLogout(Some(told), ear.data()) };
    assert_eq!(ear.code(), 0);
}

// CORE-077
#[test]
fn pump_mode_runs_callbacks_on_the_thread_that_pumps() {
    let turn = Turn::take();
    assert_eq!(timbre_run_callbacks(0), -1);
    assert_eq!(turn.init(r#""sdk_config_callback_mode":"pump","#), 0);
    let ear = Ear::new();
    unsafe { TIMLogout(Some(told), ear.data()) };
    let answer = loop {
        timbre_run_callbacks(0);
        match ear.answers.try_recv() {
            Ok(answer) => break answer,
            Err(_) => thread::yield_now(),
        }
    };
    assert_eq!(
        (answer.0, answer.3),
        (0, thread::current().name().map(str::to_owned))
    );
    unsafe { TIMLogin(c"alice".as_ptr(), c"sig".as_ptr(), Some(told), ear.data()) };
    TIMUninit();
    assert_eq!(
        ear.answers.try_recv().unwrap().3,
        thread::current().name().map(str::to_owned)
    );
    assert_eq!(timbre_run_callbacks(0), -1);
}

// CORE-076, CORE-138: what is set before TIMInit holds after it.
#[test]
fn an_address_given_before_init_is_used() {
    unsafe extern "C" fn status(status: c_int, code: i32, _: *const c_char, ear: *const c_void) {
        let sender = unsafe { &*ear.cast::<Sender<Answer>>() };
        // The last ones may come when the test has heard enough.
        let _ = sender.send((status, code.to_string(), String::new(), None));
    }
    let turn = Turn::take();
    let ear = Ear::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let set = format!(
        r#"{{"request_internal_operation":"internal_operation_set_custom_server_info",
            "request_set_custom_server_info_param":{{"longconnection_address_array":[{{"server_address_ip":"127.0.0.1",
            "server_address_port":{free}}}],"server_public_key":"plaintext"}}}}"#
    );
    assert_eq!(
        unsafe { callExperimentalAPI(text(&set).as_ptr(), Some(told), ear.data()) },
        0
    );
    assert_eq!(ear.code(), 0);
    unsafe { TIMSetNetworkStatusListenerCallback(Some(status), ear.data()) };
    assert_eq!(turn.init(""), 0);
    assert_eq!(ear.code(), 2, "connecting");
    let failed = ear.hear();
    assert_eq!(
        (failed.0, failed.1.as_str()),
        (3, "9511"),
        "refused there: the address was the one given"
    );
    unsafe { TIMSetNetworkStatusListenerCallback(None, std::ptr::null()) };
    TIMUninit();
}

// CORE-047, CORE-048
#[test]
fn the_log_callback_gets_the_lines_of_its_level() {
    unsafe extern "C" fn line(level: c_int, line: *const c_char, ear: *const c_void) {
        let line = unsafe { CStr::from_ptr(line) }.to_str().unwrap().to_owned();
        let sender = unsafe { &*ear.cast::<Sender<Answer>>() };
        let _ = sender.send((level, line, String::new(), None));
    }
    fn write(level: u8, content: &str) {
        let line = format!(
            r#"{{"request_internal_operation":"internal_operation_write_log","request_write_log_log_level_param":{level},
            "request_write_log_log_content_param":"{content}","request_write_log_file_name_param":"",
            "request_write_log_func_name_param":"","request_write_log_line_number_param":0}}"#
        );
        let line = text(&line);
        assert_eq!(
            unsafe { callExperimentalAPI(line.as_ptr(), None, std::ptr::null()) },
            0
        );
    }
    let _turn = Turn::take();
    let ear = Ear::new();
    unsafe { TIMSetLogCallback(Some(line), ear.data()) };
    let config = text(r#"{"set_config_callback_log_level":6}"#);
    unsafe { TIMSetConfig(config.as_ptr(), None, std::ptr::null()) };
    write(5, "too light");
    write(6, "heavy");
    let (level, heard, ..) = ear.hear();
    assert_eq!(level, 6);
    assert!(heard.ends_with("E host heavy"), "{heard}");
    unsafe { TIMSetLogCallback(None, std::ptr::null()) };
    let config = text(r#"{"set_config_callback_log_level":3}"#);
    unsafe { TIMSetConfig(config.as_ptr(), Some(told), ear.data()) };
    assert_eq!(ear.code(), 0);
}

// MSG-113, MSG-132: before there is a core, the list keeps its order; a pointer added again only changes its data.
#[test]
fn receivers_run_in_the_order_of_adding() {
    use crate::driver::EventSink;
    use crate::engine::EventKind;

    static CALLS: Mutex<Vec<(char, usize)>> = Mutex::new(Vec::new());
    unsafe extern "C" fn a(_: *const c_char, data: *const c_void) {
        CALLS.lock().unwrap().push(('a', data as usize));
        // The next one in the list must not be called any more.
        unsafe { TIMRemoveRecvNewMsgCallback(Some(b)) };
    }
    unsafe extern "C" fn b(_: *const c_char, data: *const c_void) {
        CALLS.lock().unwrap().push(('b', data as usize));
    }
    unsafe extern "C" fn c(json: *const c_char, data: *const c_void) {
        assert_eq!(unsafe { CStr::from_ptr(json) }, c"[]");
        CALLS.lock().unwrap().push(('c', data as usize));
    }
    let _turn = Turn::take();
    let registrations = &super::process::process().registrations;
    let messages = EventKind::NewMessages {
        json: "[]".into(),
        row: 1,
    };
    let data = |n: usize| n as *const c_void;
    unsafe {
        TIMAddRecvNewMsgCallback(None, data(9));
        TIMAddRecvNewMsgCallback(Some(a), data(1));
        TIMAddRecvNewMsgCallback(Some(b), data(2));
        TIMAddRecvNewMsgCallback(Some(c), data(3));
        TIMAddRecvNewMsgCallback(Some(a), data(4));
    }
    registrations.event(&messages);
    unsafe {
        TIMRemoveRecvNewMsgCallback(Some(a));
        TIMRemoveRecvNewMsgCallback(Some(b));
    }
    registrations.event(&messages);
    unsafe { TIMRemoveRecvNewMsgCallback(Some(c)) };
    registrations.event(&messages);
    assert_eq!(*CALLS.lock().unwrap(), [('a', 4), ('c', 3), ('c', 3)]);
}

#[test]
fn a_panic_stays_inside() {
    assert_eq!(support::guard("test", -4, || panic!("on purpose")), -4);
    let _turn = Turn::take();
    let ear = Ear::new();
    let result = support::accept(TIMCommCallback::Some(told), support::UserData(ear.data()), || {
        panic!("on purpose")
    });
    assert_eq!((result, ear.code()), (0, 7012));
}

#[test]
fn texts_for_c_end_at_a_nul_and_fit_their_buffer() {
    assert_eq!(support::c_text("a\0b".into()).as_c_str(), c"a");
    let call = support::Call::new();
    let mut bytes = [0x7f as c_char; support::BUFFER_SIZE + 1];
    let buffer = unsafe { support::Buffer::new(bytes.as_mut_ptr(), &call) };
    buffer.write("abc");
    assert_eq!(
        bytes[..5].iter().map(|&b| b as u8).collect::<Vec<_>>(),
        b"abc\0\x7f"
    );
    let buffer = unsafe { support::Buffer::new(bytes.as_mut_ptr(), &call) };
    buffer.write(&"x".repeat(200));
    assert_eq!(
        bytes[126..].iter().map(|&b| b as u8).collect::<Vec<_>>(),
        b"x\0\x7f"
    );
    let nothing = unsafe { support::Buffer::new(std::ptr::null_mut(), &call) };
    assert!(nothing.is_null());
    nothing.write("abc");
}

/// Numbers of the C names that the core uses under its own.
#[test]
fn the_core_s_numbers_are_those_of_the_headers() {
    use crate::engine::status;
    use crate::model::enums::common::TIMResult;
    use crate::model::enums::session::TIMLoginStatus;
    use crate::model::error::sync;

    for (ours, theirs) in [
        (sync::SUCC, TIMResult::TIM_SUCC),
        (sync::JSON, TIMResult::TIM_ERR_JSON),
        (sync::PARAM, TIMResult::TIM_ERR_PARAM),
        (sync::CONV, TIMResult::TIM_ERR_CONV),
    ] {
        assert_eq!(ours, theirs as i32);
    }
    assert_eq!(
        status::LOGGED_IN as i32,
        TIMLoginStatus::kTIMLoginStatus_Logined as i32
    );
    assert_eq!(
        status::LOGGING_OUT as i32,
        TIMLoginStatus::kTIMLoginStatus_Logouting as i32
    );
}

/// Bytes that repeat from run to run, and are none in particular.
struct Bytes(u64);

impl Bytes {
    fn next(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u8
    }

    /// A text argument that is often nearly right.
    fn text(&mut self) -> Vec<u8> {
        const TEXTS: [&[u8]; 12] = [
            b"",
            b"\xff",
            b"{}",
            b"[]",
            b"null",
            b"[\"alice\"]",
            b"{bad",
            b"c2c_bob",
            br#"{"message_elem_array":[]}"#,
            br#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"x"}],"message_msg_id":7}"#,
            br#"[{"message_elem_array":[{"elem_type":12}]}]"#,
            b"\xc3\x28",
        ];
        TEXTS[usize::from(self.next()) % TEXTS.len()].to_vec()
    }
}

/// The inputs of a fuzz target's corpus.
fn kept_by_fuzzing(name: &str) -> Vec<Vec<u8>> {
    let path = format!("{}/fuzz/corpus/{name}.hex", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    text.lines()
        .map(|line| line.as_bytes().chunks(2).map(byte).collect())
        .collect()
}

// CORE-063, ERR-15: whatever the arguments are, a call either is refused at once or calls back, once, with texts.
#[test]
fn every_function_survives_any_arguments() {
    use fuzz::Family;

    let turn = Turn::take();
    let mut bytes = Bytes(0x9e37_79b9_7f4a_7c15);
    for state in ["before init", "without a login"] {
        if state == "without a login" {
            assert_eq!(turn.init(""), 0);
        }
        // The other two families change what later tests rest on.
        for (family, name) in [
            (Family::Communities, "communities"),
            (Family::Conversations, "conversations"),
            (Family::Groups, "groups"),
            (Family::Messages, "messages"),
            (Family::Push, "push"),
            (Family::Relationships, "relationships"),
            (Family::Signaling, "signaling"),
        ] {
            let kept = kept_by_fuzzing(name);
            assert!(kept.len() > 100, "{name}");
            kept.iter().for_each(|data| fuzz::call(family, data));
            for _ in 0..1500 {
                let mut data = vec![bytes.next()];
                for _ in 0..4 {
                    data.extend(bytes.text());
                    data.push(0);
                }
                data.push(bytes.next());
                fuzz::call(family, &data);
            }
        }
    }
}
