//! Texts of the message functions that are no keys.
#![allow(non_upper_case_globals)]

/// Stands for everybody among the users whom a group message mentions.
/// `__kImSDK_MesssageAtALL__`, with a third s, is read too.
pub const kImSDK_MessageAtALL: &str = "__kImSDK_MessageAtALL__";
