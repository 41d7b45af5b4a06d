//! Texts in another language, and recordings as text.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use crate::engine::{LanguageOp, Op};
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::sync;

/// Translates texts, through the service that the server is set up with. Nothing is stored.
///
/// - `json_source_text_array`: an array of 1 to 20 texts of at most 2000 characters; `[]` is -4.
/// - `source_language`: language of the texts, for example `en`; `auto` or an empty text: found out. NULL is
///   -4.
/// - `target_language`: language to translate into. NULL and an empty text are -4.
/// - `cb`: gets an array of MessageTranslateTextResult objects in the order given, nothing on failure. 7013
///   when the server has no translation service, 6017 for too many or too long texts and for languages that
///   the service refuses, 6010 when it does not answer. May be NULL.
///
/// Returns 0, -3 or -4.
// TV-01 to TV-04, TV-06; spec 04 section 14.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgTranslateText(
    json_source_text_array: *const c_char,
    source_language: *const c_char,
    target_language: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_source_text_array.given()?;
        target_language.given()?;
        let source = source_language.not_null()?.to_owned();
        let target = target_language.string()?.to_owned();
        let texts = json_source_text_array.list::<String>()?.value;
        if texts.is_empty() {
            return Err(sync::PARAM);
        }
        Ok(Op::Languages(LanguageOp::Translate {
            texts,
            source,
            target,
        }))
    })
}

/// Turns a recording into text, through the service that the server is set up with. Nothing is stored.
///
/// - `url`: the `sound_elem_url` of a message; an address outside the server is answered with 6017.
/// - `language`: what is spoken, for example `en-US`; an empty text leaves it to the service. NULL is -4.
/// - `cb`: gets the text as it is, not as JSON; nothing on failure. 7013 when the server has no such service,
///   6017 when the recording is longer than 60 seconds, 6010 when it is not stored any more or the service
///   does not answer. May be NULL.
///
/// Returns 0, -3 or -4.
// TV-05, TV-06; spec 04 section 14.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgConvertVoiceToText(
    url: *const c_char,
    language: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        url.given()?;
        let language = language.not_null()?.to_owned();
        let url = url.string()?.to_owned();
        Ok(Op::Languages(LanguageOp::VoiceToText { url, language }))
    })
}
