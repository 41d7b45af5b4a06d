//! What every C function needs: its texts checked, its completion wrapped, no panic let through.

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::process::process;
use super::types::cloud_def::TIMCommCallback;
use crate::driver::{Entry, internal_error};
use crate::engine::{Done, Op};
use crate::model::error::{Outcome, sync};
use crate::model::json::noting;

thread_local! {
    /// The C function that runs on this thread, for the log.
    static CURRENT: Cell<&'static str> = const { Cell::new("") };
}

/// What a host wants to have back with a callback. Never read, never freed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct UserData(pub(super) *const c_void);

// SAFETY: it is carried as a number and handed back to the host, which knows what it means on which thread.
unsafe impl Send for UserData {}
// SAFETY: as above; nothing is ever read through it.
unsafe impl Sync for UserData {}

/// Runs the body of an entry point. A panic is logged and answered with `fallback`.
pub(super) fn guard<T>(name: &'static str, fallback: T, body: impl FnOnce() -> T) -> T {
    let outer = CURRENT.replace(name);
    let result = catch_unwind(AssertUnwindSafe(body));
    CURRENT.set(outer);
    result.unwrap_or_else(|_| {
        log_panic(name);
        fallback
    })
}

fn log_panic(name: &str) {
    // Not even the log may take the host down.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        process()
            .world()
            .log
            .line(6, "ffi", &format!("{name}: a bug stopped the call"));
    }));
}

/// A text argument: NULL, or the bytes up to its NUL.
#[derive(Clone, Copy)]
pub(super) struct Text<'a>(Option<&'a [u8]>);

impl<'a> Text<'a> {
    /// Looks at `pointer`.
    ///
    /// # Safety
    /// `pointer` is NULL or points to a NUL-terminated text that stays as it is for `'a`: until the C function
    /// that got it returns.
    pub(super) unsafe fn new(pointer: *const c_char) -> Self {
        if pointer.is_null() {
            return Self(None);
        }
        // SAFETY: not NULL, and terminated by the promise above.
        Self(Some(unsafe { CStr::from_ptr(pointer) }.to_bytes()))
    }

    /// The bytes of a required text; NULL and `""` are -4.
    pub(super) fn given(self) -> Result<Given<'a>, i32> {
        self.0
            .filter(|bytes| !bytes.is_empty())
            .map(Given)
            .ok_or(sync::PARAM)
    }

    /// An optional text: NULL and `""` are none, anything that is not UTF-8 is -3.
    pub(super) fn optional(self) -> Result<Option<&'a str>, i32> {
        self.0
            .filter(|bytes| !bytes.is_empty())
            .map(|bytes| Given(bytes).text())
            .transpose()
    }
}

/// A text that is there.
#[derive(Clone, Copy)]
pub(super) struct Given<'a>(&'a [u8]);

impl<'a> Given<'a> {
    /// As UTF-8; -3 when it is not.
    pub(super) fn text(self) -> Result<&'a str, i32> {
        std::str::from_utf8(self.0).map_err(|_| sync::JSON)
    }
}

/// Accepts or refuses an asynchronous call. `decode` checks the arguments: its error is returned at once and the
/// callback does not run; its operation is queued, and the callback runs exactly once whatever happens then.
pub(super) fn accept(
    cb: TIMCommCallback,
    user_data: *const c_void,
    decode: impl FnOnce() -> Result<Op, i32>,
) -> c_int {
    match decoded(cb, user_data, decode) {
        Ok((op, done)) => {
            process().call(op, done);
            sync::SUCC
        }
        Err(code) => code,
    }
}

/// Decodes a call and wraps its callback. An error is to be returned at once: a refusal, after which the
/// callback does not run, or `TIM_SUCC` for a bug in the decoding, which the callback reports.
pub(super) fn decoded<T>(
    cb: TIMCommCallback,
    user_data: *const c_void,
    decode: impl FnOnce() -> Result<T, i32>,
) -> Result<(T, Done), i32> {
    let Ok((result, notes)) = catch_unwind(AssertUnwindSafe(|| noting(decode))) else {
        log_panic(CURRENT.get());
        process()
            .world()
            .dispatcher
            .push(Entry::Complete(completion(cb, user_data), internal_error()));
        return Err(sync::SUCC);
    };
    let log = &process().world().log;
    for note in notes {
        log.line(5, "ffi", &format!("{}: {note}", CURRENT.get()));
    }
    Ok((result?, completion(cb, user_data)))
}

/// The completion that calls `cb`.
fn completion(cb: TIMCommCallback, user_data: *const c_void) -> Done {
    let Some(cb) = cb else { return Done::ignore() };
    let user_data = UserData(user_data);
    Done::new(move |outcome: Outcome| {
        // The whole of it goes along, not just the pointer in it, which may not change threads.
        let UserData(user_data) = { user_data };
        let desc = c_text(outcome.desc.into_owned());
        let json = c_text(outcome.json);
        // SAFETY: the host's function, called as its type says; the texts live until it returns.
        unsafe { cb(outcome.code, desc.as_ptr(), json.as_ptr(), user_data) }
    })
}

/// A text for C. Nothing that the core makes holds a NUL; if one ever does, the text ends there.
pub(super) fn c_text(text: String) -> CString {
    CString::new(text).unwrap_or_else(|error| {
        let end = error.nul_position();
        let mut bytes = error.into_vec();
        bytes.truncate(end);
        CString::new(bytes).unwrap_or_default()
    })
}

/// Writes `text` and a NUL into a buffer of `size` bytes; what does not fit is cut. NULL is left alone.
///
/// # Safety
/// `buffer` is NULL or has room for `size` bytes, at least one.
pub(super) unsafe fn write_text(buffer: *mut c_char, size: usize, text: &str) {
    if buffer.is_null() {
        return;
    }
    let length = text.len().min(size.saturating_sub(1));
    // SAFETY: `length + 1 <= size` bytes are written, which the promise above gives room for.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), buffer, length);
        *buffer.add(length) = 0;
    }
}
