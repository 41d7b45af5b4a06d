//! Calls any function of the C API with arguments made of arbitrary bytes: what the fuzz targets and a test run.
//!
//! The bytes are: one that chooses the function, then its arguments in order. A text goes on to the next NUL and is
//! a NULL pointer when it is the byte 0xff alone; a number is one byte, an index into the numbers that matter. A call
//! that returned 0 must call back, with texts that are UTF-8 and JSON; anything else panics.

use std::ffi::{CStr, CString, c_char, c_void};
use std::sync::Once;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::experimental::callExperimentalAPI;
use super::manager::{TIMInit, TIMSetConfig};
use super::types::common::TIMCommCallback;
use super::types::messages::TIMMsgGroupMessageReadMemberListCallback;
use crate::model::session::InitConfig;

mod calls;

/// The functions of one header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Family {
    Communities,
    Conversations,
    Experimental,
    Groups,
    Messages,
    Push,
    Relationships,
    Session,
    Signaling,
}

/// How long a callback may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Numbers at the edges of what functions accept.
const NUMBERS: [i64; 16] = [
    0,
    1,
    2,
    3,
    4,
    -1,
    24,
    60,
    100,
    200,
    300,
    400,
    86_400,
    i32::MAX as i64,
    i32::MIN as i64,
    i64::MAX,
];

/// Makes one call of `family` out of `data`, in the state that shows most of it.
pub fn run(family: Family, data: &[u8]) {
    match family {
        // These two change what the process does in the world, where it logs and whom it connects to: they are
        // called while there is no client.
        Family::Experimental => {}
        Family::Session => {
            if let Ok(text) = std::str::from_utf8(data) {
                let _ = InitConfig::decode(Some(text));
            }
        }
        _ => with_a_database(),
    }
    call(family, data);
}

/// Makes one call of `family` out of `data`.
pub(super) fn call(family: Family, data: &[u8]) {
    let Some((&which, rest)) = data.split_first() else {
        return;
    };
    let call = match family {
        Family::Communities => calls::communities,
        Family::Conversations => calls::conversations,
        Family::Experimental => calls::experimental,
        Family::Groups => calls::groups,
        Family::Messages => calls::messages,
        Family::Push => calls::push,
        Family::Relationships => calls::relationships,
        Family::Session => calls::session,
        Family::Signaling => calls::signaling,
    };
    let mut arguments = Arguments::new(rest);
    call(usize::from(which), &mut arguments);
    arguments.wait();
}

/// A client without a server, nobody logged in, one user's database open in memory: what reads locally goes all the
/// way down.
fn with_a_database() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let dir = std::env::temp_dir().join(format!("timbre-fuzz-{}", std::process::id()));
        let text = |text: String| CString::new(text).unwrap_or_default();
        let quiet = text(
            r#"{"set_config_log_level":0,"set_config_is_log_output_console":false,"set_config_user_config":{"user_config_is_is_disable_storage":true}}"#.to_owned(),
        );
        let folders = text(format!(
            r#"{{"sdk_config_config_file_path":"{0}","sdk_config_log_file_path":"{0}"}}"#,
            dir.display()
        ));
        let open = text(
            r#"{"request_internal_operation":"internal_operation_init_local_storage","request_init_local_storage_user_id_param":"alice"}"#.to_owned(),
        );
        // SAFETY: texts that live until the calls return, and no callbacks.
        let started = unsafe {
            TIMSetConfig(quiet.as_ptr(), None, std::ptr::null());
            let started = TIMInit(1, folders.as_ptr());
            callExperimentalAPI(open.as_ptr(), None, std::ptr::null());
            started
        };
        assert_eq!(started, 0, "TIMInit");
    });
}

/// The newest call that was called back, and how to wait for one.
static SEEN: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());
/// The newest call.
static LAST: Mutex<usize> = Mutex::new(0);

/// The arguments of one call.
struct Arguments<'a> {
    data: &'a [u8],
    /// What the pointers point to, until the call has ended.
    texts: Vec<CString>,
    buffer: Box<[c_char; super::support::BUFFER_SIZE]>,
    number: usize,
    returned: i64,
    completes: bool,
}

impl<'a> Arguments<'a> {
    fn new(data: &'a [u8]) -> Self {
        let mut last = LAST.lock();
        *last += 1;
        Self {
            data,
            texts: Vec::new(),
            buffer: Box::new([0; super::support::BUFFER_SIZE]),
            number: *last,
            returned: -1,
            completes: false,
        }
    }

    fn text(&mut self) -> *const c_char {
        let end = self.data.iter().position(|&b| b == 0).unwrap_or(self.data.len());
        let (text, rest) = self.data.split_at(end);
        self.data = rest.get(1..).unwrap_or_default();
        if text == [0xff] {
            return std::ptr::null();
        }
        // There is no NUL in it.
        let text = CString::new(text).unwrap_or_default();
        let pointer = text.as_ptr();
        self.texts.push(text);
        pointer
    }

    fn number(&mut self) -> i64 {
        let Some((&byte, rest)) = self.data.split_first() else {
            return 1;
        };
        self.data = rest;
        NUMBERS[usize::from(byte) % NUMBERS.len()]
    }

    fn buffer(&mut self) -> *mut c_char {
        self.buffer.as_mut_ptr()
    }

    fn user_data(&self) -> *const c_void {
        self.number as *const c_void
    }

    fn completion(&mut self) -> TIMCommCallback {
        self.completes = true;
        Some(completed)
    }

    fn members(&mut self) -> TIMMsgGroupMessageReadMemberListCallback {
        self.completes = true;
        Some(listed)
    }

    fn returned(&mut self, value: impl Into<i64>) {
        self.returned = value.into();
    }

    /// Waits for the callback of a call that was accepted.
    fn wait(&self) {
        if self.returned != 0 || !self.completes {
            return;
        }
        let mut seen = SEEN.0.lock();
        while *seen < self.number {
            let late = SEEN.1.wait_for(&mut seen, PATIENCE).timed_out();
            assert!(!late, "an accepted call did not call back");
        }
    }
}

fn seen(user_data: *const c_void) {
    let mut seen = SEEN.0.lock();
    *seen = (*seen).max(user_data as usize);
    SEEN.1.notify_all();
}

unsafe extern "C" fn completed(
    code: i32,
    desc: *const c_char,
    json: *const c_char,
    user_data: *const c_void,
) {
    check(code, desc, json);
    seen(user_data);
}

unsafe extern "C" fn listed(json: *const c_char, _next: u64, _finished: bool, user_data: *const c_void) {
    check(0, c"".as_ptr(), json);
    seen(user_data);
}

/// What every callback is promised.
fn check(code: i32, desc: *const c_char, json: *const c_char) {
    assert!(!desc.is_null() && !json.is_null(), "a callback got NULL");
    // SAFETY: the library's texts, which live until the callback returns.
    let (desc, json) = unsafe { (CStr::from_ptr(desc), CStr::from_ptr(json)) };
    let desc = desc.to_str();
    assert!(desc.is_ok(), "desc is not UTF-8");
    assert!(code == 0 || desc != Ok(""), "code {code} comes without a text");
    let json = json.to_bytes();
    assert!(
        json.is_empty() || serde_json::from_slice::<serde_json::Value>(json).is_ok(),
        "json_params is not JSON: {}",
        String::from_utf8_lossy(json)
    );
}
