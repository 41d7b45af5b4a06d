//! The objects of requests to join and of invitations.

use timbre_macros::JsonObject;

use crate::model::enums::groups::{
    TIMGroupPendencyHandle, TIMGroupPendencyHandleResult, TIMGroupPendencyType,
};

/// Which page of requests. `TIMGroupGetPendencyList` takes it; every key may be absent.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupPendencyOption {
    /// Position of the page: 0 or absent for the newest requests, then the one that came with the page
    /// before.
    #[key(
        "group_pendency_option_start_time",
        kTIMGroupPendencyOptionStartTime,
        in,
        or_text
    )]
    pub start_time: Option<u64>,
    /// Requests per page, a wish only; 0 or absent: 50.
    #[key(
        "group_pendency_option_max_limited",
        kTIMGroupPendencyOptionMaxLimited,
        in,
        or_text
    )]
    pub max_limited: Option<u32>,
}

/// A request to join a group, or an invitation somebody has to decide on. `TIMGroupGetPendencyList` gives it;
/// `TIMGroupHandlePendency` takes it back unchanged. It is found by key and authentication; when both are
/// empty, by group, users and type, and by time when that is not 0.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupPendency {
    /// Id of the group or private topic.
    #[key("group_pendency_group_id", kTIMGroupPendencyGroupId, rw)]
    pub group_id: String,
    /// User id of who asks: the applicant or the inviter. (The key is spelled so.)
    #[key("group_pendency_form_identifier", kTIMGroupPendencyFromIdentifier, rw)]
    pub from_identifier: String,
    /// Nickname of who asks.
    #[key("group_pendency_from_nick_name", kTIMGroupPendencyFromNickName, out)]
    pub from_nick_name: String,
    /// Picture of who asks.
    #[key("group_pendency_from_face_url", kTIMGroupPendencyFromFaceUrl, out)]
    pub from_face_url: String,
    /// User id of the invited; empty for a request to join.
    #[key("group_pendency_to_identifier", kTIMGroupPendencyToIdentifier, rw)]
    pub to_identifier: String,
    /// Unix milliseconds of the request.
    #[key("group_pendency_add_time", kTIMGroupPendencyAddTime, out, or_text)]
    pub add_time: u64,
    /// Kind of request, and who decides.
    #[key("group_pendency_pendency_type", kTIMGroupPendencyPendencyType, out)]
    pub pendency_type: TIMGroupPendencyType,
    /// Whether it was decided, and by whom.
    #[key("group_pendency_handled", kTIMGroupPendencyHandled, out)]
    pub handled: TIMGroupPendencyHandle,
    /// The decision; means nothing while nobody has decided.
    #[key("group_pendency_handle_result", kTIMGroupPendencyHandleResult, out)]
    pub handle_result: TIMGroupPendencyHandleResult,
    /// Text of the applicant or inviter.
    #[key("group_pendency_apply_invite_msg", kTIMGroupPendencyApplyInviteMsg, out)]
    pub apply_invite_msg: String,
    /// Custom data of who asks.
    #[key(
        "group_pendency_form_user_defined_data",
        kTIMGroupPendencyFromUserDefinedData,
        out
    )]
    pub from_user_defined_data: String,
    /// Text of who decided.
    #[key("group_pendency_approval_msg", kTIMGroupPendencyApprovalMsg, out)]
    pub approval_msg: String,
    /// Custom data of who decided.
    #[key(
        "group_pendency_to_user_defined_data",
        kTIMGroupPendencyToUserDefinedData,
        out
    )]
    pub to_user_defined_data: String,
    /// Made by the server; give it back as it is.
    #[key("group_pendency_key", kTIMGroupPendencyKey, out)]
    pub key: String,
    /// Made by the server; give it back as it is.
    #[key("group_pendency_authentication", kTIMGroupPendencyAuthentication, out)]
    pub authentication: String,
    /// User id of the local user.
    #[key("group_pendency_self_identifier", kTIMGroupPendencySelfIdentifier, out)]
    pub self_identifier: String,
}

/// A page of requests, from `TIMGroupGetPendencyList`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupPendencyResult {
    /// Position of the next page; 0: this was the last.
    #[key(
        "group_pendency_result_next_start_time",
        kTIMGroupPendencyResultNextStartTime,
        out
    )]
    pub next_start_time: u64,
    /// Unix milliseconds up to which requests are marked as read, by `TIMGroupReportPendencyReaded`.
    #[key(
        "group_pendency_result_read_time_seq",
        kTIMGroupPendencyResultReadTimeSeq,
        out
    )]
    pub read_time_seq: u64,
    /// Requests that are newer than that and not decided.
    #[key("group_pendency_result_unread_num", kTIMGroupPendencyResultUnReadNum, out)]
    pub unread_num: u32,
    /// Requests, newest first.
    #[key(
        "group_pendency_result_pendency_array",
        kTIMGroupPendencyResultPendencyArray,
        out
    )]
    pub pendency_array: Vec<GroupPendency>,
}

/// A decision on a request. `TIMGroupHandlePendency` takes it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupHandlePendencyParam {
    /// True: accept; false: refuse. Default false.
    #[key(
        "group_handle_pendency_param_is_accept",
        kTIMGroupHandlePendencyParamIsAccept,
        in
    )]
    pub is_accept: Option<bool>,
    /// Text for the applicant or inviter, at most 300 bytes; default empty.
    #[key(
        "group_handle_pendency_param_handle_msg",
        kTIMGroupHandlePendencyParamHandleMsg,
        in
    )]
    pub handle_msg: Option<String>,
    /// The request.
    #[key(
        "group_handle_pendency_param_pendency",
        kTIMGroupHandlePendencyParamPendency,
        in,
        required
    )]
    pub pendency: GroupPendency,
}
