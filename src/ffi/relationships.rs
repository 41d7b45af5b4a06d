//! Friends, friend requests, blocklist, friend groups, official accounts, following.
//!
//! Functions of this area are of two kinds: most tell of a fault in the shape of their JSON through the
//! callback, once the state allows the call, and some answer it at once with -4. Text that is no JSON is -3
//! in all of them (spec 08 section 2.1).

use super::support::Text;
use crate::model::error::{Refusal, sync};
use crate::model::json::{Checked, JsonObject};

mod blocklist;
mod events;
mod following;
mod friend_groups;
mod friends;
mod official_accounts;
mod requests;

pub use blocklist::*;
pub use events::*;
pub use following::*;
pub use friend_groups::*;
pub use friends::*;
pub use official_accounts::*;
pub use requests::*;

/// A required object of the first kind: 6017 for JSON of another form.
fn object<T: JsonObject + Default>(text: Text<'_>, name: &str) -> Result<Checked<T>, i32> {
    text.json()?;
    Ok(text
        .object()
        .unwrap_or_else(|_| misshapen(format!("{name} is not an object"))))
}

/// A required array of texts of the first kind: 6017 for JSON of another form.
fn texts(text: Text<'_>, name: &str) -> Result<Checked<Vec<String>>, i32> {
    text.json()?;
    Ok(text
        .list()
        .unwrap_or_else(|_| misshapen(format!("{name} is not an array of strings"))))
}

/// A required array of texts of the second kind: -4 for JSON of another form.
fn required_texts(text: Text<'_>) -> Result<Vec<String>, i32> {
    text.json()?;
    let list = text.list().map_err(|_| sync::PARAM)?;
    Ok(list.value)
}

/// What stands for an argument of another form than it should have.
fn misshapen<T: Default>(why: String) -> Checked<T> {
    Checked {
        value: T::default(),
        refusal: Some(Refusal::invalid(why)),
    }
}
