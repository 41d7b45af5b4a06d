//! Groups: their life, their data, their members.

mod data;
mod events;
mod members;
mod profiles;
mod requests;
mod topics;

pub use data::*;
pub use events::*;
pub use members::*;
pub use profiles::*;
pub use requests::*;
pub use topics::*;

use serde_json::Value;

use crate::model::error::Refusal;
use crate::model::json::{JsonValue, Misread, refusing};

/// What is wrong with an argument that is to be a `T`, for the functions that answer even a wrong root type
/// through the callback (spec 06 section 6.1).
fn fault<T: JsonValue>(name: &str, value: &Value) -> Option<Refusal> {
    match refusing(|| T::from_json(value)) {
        (Ok(_), why) => why.map(Refusal::invalid),
        (Err(Misread::Value(why)), _) => Some(Refusal::invalid(format!("{name}: {why}"))),
        (Err(Misread::Type | Misread::Incomplete), _) => Some(Refusal::invalid(format!("{name} is invalid"))),
    }
}
