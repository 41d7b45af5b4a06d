//! What every C function needs: its texts checked, its completion wrapped, no panic let through.

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use super::process::process;
use super::types::common::TIMCommCallback;
use super::types::messages::TIMMsgGroupMessageReadMemberListCallback;
use crate::driver::{Entry, internal_error};
use crate::engine::transfers::Progress;
use crate::engine::{Done, Op, Unbuilt};
use crate::model::error::{Outcome, sync};
use crate::model::json::{self, Checked, JsonObject, JsonValue, noting};

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

/// One call of a C function: what its pointers point to is borrowed from it, so that nothing outlives the call.
pub(super) struct Call(());

impl Call {
    /// Begins at the entry point.
    pub(super) fn new() -> Self {
        Self(())
    }
}

/// A text argument: NULL, or the bytes up to its NUL.
#[derive(Clone, Copy)]
pub(super) struct Text<'a>(Option<&'a [u8]>);

impl<'a> Text<'a> {
    /// Looks at `pointer`.
    ///
    /// # Safety
    /// `pointer` is NULL or points to a NUL-terminated text that stays as it is for as long as `_call` stands.
    pub(super) unsafe fn new(pointer: *const c_char, _call: &'a Call) -> Self {
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

    /// A required text as UTF-8: -4 for NULL and `""`, -3 for anything that is not UTF-8.
    pub(super) fn string(self) -> Result<&'a str, i32> {
        self.given()?.text()
    }

    /// A required text that is a JSON object: -4 for NULL and `""`, -3 for anything else that is none.
    pub(super) fn object<T: JsonObject>(self) -> Result<Checked<T>, i32> {
        json::decode(self.string()?, json::LIMIT)
    }

    /// A required text that is a JSON array of one type: -4 for NULL and `""`, -3 for anything else that is none.
    pub(super) fn list<T: JsonValue>(self) -> Result<Checked<Vec<T>>, i32> {
        json::decode_list(self.string()?, json::LIMIT)
    }

    /// A required text that is JSON of any kind: -4 for NULL and `""`, -3 for what is no JSON.
    pub(super) fn json(self) -> Result<Value, i32> {
        json::parse(self.string()?, json::LIMIT)
    }

    /// An optional text that is JSON of any kind: NULL, `""` and the JSON text `null` are none, -3 for what is no
    /// JSON.
    pub(super) fn optional_json(self) -> Result<Option<Value>, i32> {
        let Some(text) = self.optional()? else {
            return Ok(None);
        };
        Ok(Some(json::parse(text, json::LIMIT)?).filter(|value| !value.is_null()))
    }

    /// A text that has to be there and may be empty: -4 for NULL, -3 for anything that is not UTF-8.
    pub(super) fn not_null(self) -> Result<&'a str, i32> {
        Given(self.0.ok_or(sync::PARAM)?).text()
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
    cb: impl CompletionCallback,
    user_data: UserData,
    decode: impl FnOnce() -> Result<Op, i32>,
) -> c_int {
    // Both are asked once; what they would answer a second time does not matter.
    let (mut decode, mut cb) = (Some(decode), Some(cb));
    accept_any(
        &mut || decode.take().map_or(Err(sync::JSON), |decode| decode()),
        &mut || cb.take().map_or_else(Done::ignore, |cb| cb.completion(user_data)),
    )
}

/// [`accept`], in one copy instead of one for each function of the C API.
#[inline(never)]
fn accept_any(decode: &mut dyn FnMut() -> Result<Op, i32>, completion: &mut dyn FnMut() -> Done) -> c_int {
    match decoded_any(decode, completion) {
        Ok((op, done)) => {
            process().call(op, done);
            sync::SUCC
        }
        Err(code) => code,
    }
}

/// Accepts or refuses a call without a callback whose area is not built: a warning in the log is all that can be
/// said of it.
pub(super) fn unbuilt_now(function: Unbuilt, decode: impl FnOnce() -> Result<(), i32>) -> c_int {
    let (checked, notes) = noting(decode);
    log_notes(function.name(), &notes);
    match checked {
        Ok(()) => {
            let log = &process().world().log;
            log.line(5, "ffi", &format!("not supported: {}", function.name()));
            sync::SUCC
        }
        Err(code) => code,
    }
}

/// Ends a call at once, whatever its return value says: the callback runs with `outcome`, and not inside the call.
pub(super) fn call_back(cb: impl CompletionCallback, user_data: UserData, outcome: Outcome) {
    let entry = Entry::Complete(cb.completion(user_data), outcome);
    process().world().dispatcher.push(entry);
}

/// Decodes a call and wraps its callback. An error is to be returned at once: a refusal, after which the
/// callback does not run, or `TIM_SUCC` for a bug in the decoding, which the callback reports.
pub(super) fn decoded<T>(
    cb: impl CompletionCallback,
    user_data: UserData,
    decode: impl FnOnce() -> Result<T, i32>,
) -> Result<(T, Done), i32> {
    decoded_any(decode, || cb.completion(user_data))
}

fn decoded_any<T>(
    decode: impl FnOnce() -> Result<T, i32>,
    completion: impl FnOnce() -> Done,
) -> Result<(T, Done), i32> {
    let Ok((result, notes)) = catch_unwind(AssertUnwindSafe(|| noting(decode))) else {
        log_panic(CURRENT.get());
        let entry = Entry::Complete(completion(), internal_error());
        process().world().dispatcher.push(entry);
        return Err(sync::SUCC);
    };
    if !notes.is_empty() {
        log_notes(CURRENT.get(), &notes);
    }
    Ok((result?, completion()))
}

/// What was ignored in the arguments of a function.
fn log_notes(function: &str, notes: &[String]) {
    let log = &process().world().log;
    for note in notes {
        log.line(5, "ffi", &format!("{function}: {note}"));
    }
}

/// A type of callback that ends a call.
pub(super) trait CompletionCallback {
    /// The completion that calls it with `user_data`.
    fn completion(self, user_data: UserData) -> Done;
}

impl CompletionCallback for TIMCommCallback {
    fn completion(self, user_data: UserData) -> Done {
        let Some(cb) = self else { return Done::ignore() };
        Done::new(move |outcome: Outcome| {
            // The whole of it goes along, not just the pointer in it, which may not change threads.
            let UserData(user_data) = { user_data };
            let desc = c_text(outcome.desc.into_owned());
            let json = c_text(outcome.json);
            // SAFETY: the host's function, called as its type says; the texts live until it returns.
            unsafe { cb(outcome.code, desc.as_ptr(), json.as_ptr(), user_data) }
        })
    }
}

/// The same callback for an operation that tells how far it is before it ends.
pub(super) fn progress(cb: TIMCommCallback, user_data: UserData) -> Progress {
    let Some(cb) = cb else {
        return Progress::ignore();
    };
    Progress::new(move |outcome: Outcome| {
        // The whole of it goes along, not just the pointer in it, which may not change threads.
        let UserData(user_data) = { user_data };
        let desc = c_text(outcome.desc.into_owned());
        let json = c_text(outcome.json);
        // SAFETY: the host's function, called as its type says; the texts live until it returns.
        unsafe { cb(outcome.code, desc.as_ptr(), json.as_ptr(), user_data) }
    })
}

impl CompletionCallback for TIMMsgGroupMessageReadMemberListCallback {
    /// This callback has no room for a code (spec 04 section 5.6): a failure is an empty last page and a line of
    /// log.
    fn completion(self, user_data: UserData) -> Done {
        let Some(cb) = self else { return Done::ignore() };
        Done::new(move |outcome: Outcome| {
            let UserData(user_data) = { user_data };
            if outcome.code != 0 {
                let text = format!(
                    "TIMMsgGetGroupMessageReadMemberList: {} ({})",
                    outcome.desc, outcome.code
                );
                process().world().log.line(5, "ffi", &text);
            }
            let json = c_text(outcome.json);
            // SAFETY: the host's function, called as its type says; the text lives until it returns.
            unsafe { cb(json.as_ptr(), 0, true, user_data) }
        })
    }
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

/// Bytes of every buffer that a function of the C API fills with a text.
pub(super) const BUFFER_SIZE: usize = 128;

/// An argument that takes a text of at most [`BUFFER_SIZE`] bytes, its NUL included; or NULL.
#[derive(Clone, Copy)]
pub(super) struct Buffer<'a>(Option<&'a [Cell<u8>; BUFFER_SIZE]>);

impl<'a> Buffer<'a> {
    /// Takes `pointer`.
    ///
    /// # Safety
    /// `pointer` is NULL or points to [`BUFFER_SIZE`] bytes that nobody else uses for as long as `_call` stands.
    pub(super) unsafe fn new(pointer: *mut c_char, _call: &'a Call) -> Self {
        // SAFETY: NULL or room for the array by the promise above; bytes have no alignment and no bad values, and
        // cells let nothing be assumed of what stands in them.
        Self(unsafe { pointer.cast::<[Cell<u8>; BUFFER_SIZE]>().as_ref() })
    }

    /// True for NULL.
    pub(super) fn is_null(self) -> bool {
        self.0.is_none()
    }

    /// Writes `text` and a NUL; what does not fit is cut, and NULL is left alone.
    pub(super) fn write(self, text: &str) {
        let Some(buffer) = self.0 else { return };
        let bytes = text.bytes().take(BUFFER_SIZE - 1).chain([0]);
        buffer.iter().zip(bytes).for_each(|(cell, byte)| cell.set(byte));
    }
}
