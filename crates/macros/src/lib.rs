//! The attributes by which a piece of Rust becomes a piece of the C API: its functions, its JSON objects, its enums
//! and its error codes. Each is written once, as plain Rust that the header generator can read too.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, ItemEnum, ItemFn, parse_macro_input};

mod entry;
mod errors;
mod number;
mod object;

/// Marks a function of the C API.
///
/// The function is written as C sees it, so that cbindgen can read it: `#[unsafe(no_mangle)] pub extern "C" fn`
/// with plain parameters and a doc comment, which is all that its entry in the headers and in the reference is
/// made from. The attribute adds what every entry point needs and checks what every entry point must be:
///
/// - inside the body each `*const c_char` is a `support::Text`, each `*mut c_char` a `support::Buffer` and each
///   `*const c_void` a `support::UserData`: no entry point touches a raw pointer.
/// - no panic leaves it: the body runs inside `support::guard`, which logs a panic under the function's name
///   and answers the function's fallback: `TIM_ERR_PARAM` for a `TIMResult`, null for a pointer, 0 for a
///   number. (A function with a completion queues it before anything can fail: see `support::accept`.)
/// - it is public, `extern "C"`, not mangled, documented, free of generics, and takes neither Rust enums nor
///   references: compile errors say which.
#[proc_macro_attribute]
pub fn tim_api(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    entry::expand(arguments.into(), function)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

/// Makes a struct a JSON object of the C API: `model::json::JsonObject`, `JsonValue`, and serde's two traits.
///
/// Each field carries a doc comment and `#[key("the_key", kTIMConstant, access)]`, where access is `in` (hosts give
/// it), `out` (hosts get it) or `rw` (both). Behind it may stand:
///
/// - `required`: an object without it, or with another JSON type, is refused with -3.
/// - `or_text`: a number that may also come as a decimal string.
/// - `alias("older_key")`: a second name that is read, never written; of lists under both names
///   it is one.
/// - `bits(TIMSomeFlag)`: for the reference: the number is a sum of this enum's values.
///
/// A field of type `Option` is none when the key is absent and is left out when it is none; any other field has its
/// type's default when the key is absent and is always written.
#[proc_macro_derive(JsonObject, attributes(key))]
pub fn json_object(item: TokenStream) -> TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    object::expand(input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

/// Makes an enum of the C API a value of JSON objects: numbers outside of it are refused with 6017. Its default is
/// the value 0 where there is one, else the first.
#[proc_macro_attribute]
pub fn json_enum(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as ItemEnum);
    number::expand(arguments.into(), item)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

/// Makes the enum of error codes a table. Each code has a doc comment, which is its text, and
/// `#[raised_by(..)]` with any of `core`, `server`, `rest`, or `nobody` for one that is only understood.
#[proc_macro_attribute]
pub fn error_table(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as ItemEnum);
    errors::expand(arguments.into(), item)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}
