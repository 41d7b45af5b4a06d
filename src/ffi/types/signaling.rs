//! The callback types of invitations.

use std::ffi::{c_char, c_void};

/// A new invitation. `invite_id` is its id, `inviter` who invites, `group_id` the group or an empty text
/// between two users, `json_invitee_list` an array of the ids of all invited users, `data` the inviter's
/// text, which may be empty. In a group it runs for members who are not invited too: look for the own id in
/// the list.
pub type TIMSignalingReceiveNewInvitationCallback = Option<
    unsafe extern "C" fn(
        invite_id: *const c_char,
        inviter: *const c_char,
        group_id: *const c_char,
        json_invitee_list: *const c_char,
        data: *const c_char,
        user_data: *const c_void,
    ),
>;

/// The inviter has cancelled an invitation for everyone who had not answered. `invite_id` is the invitation's
/// id, `inviter` who had invited, `data` the text of the cancellation, which may be empty.
pub type TIMSignalingInvitationCancelledCallback = Option<
    unsafe extern "C" fn(
        invite_id: *const c_char,
        inviter: *const c_char,
        data: *const c_char,
        user_data: *const c_void,
    ),
>;

/// A user has accepted an invitation. `invite_id` is the invitation's id, `invitee` the user who accepted,
/// `data` the text of the answer, which may be empty.
pub type TIMSignalingInviteeAcceptedCallback = Option<
    unsafe extern "C" fn(
        invite_id: *const c_char,
        invitee: *const c_char,
        data: *const c_char,
        user_data: *const c_void,
    ),
>;

/// A user has rejected an invitation. `invite_id` is the invitation's id, `invitee` the user who rejected,
/// `data` the text of the answer, which may be empty.
pub type TIMSignalingInviteeRejectedCallback = Option<
    unsafe extern "C" fn(
        invite_id: *const c_char,
        invitee: *const c_char,
        data: *const c_char,
        user_data: *const c_void,
    ),
>;

/// An invitation was not answered in time, and has ended. `invite_id` is its id, `json_invitee_list` an array
/// of the ids of all users who did not answer.
pub type TIMSignalingInvitationTimeoutCallback = Option<
    unsafe extern "C" fn(
        invite_id: *const c_char,
        json_invitee_list: *const c_char,
        user_data: *const c_void,
    ),
>;

/// The inviter has replaced the data of an invitation. `invite_id` is the invitation's id, `data` the new
/// text, which may be empty.
pub type TIMSignalingInvitationModifiedCallback =
    Option<unsafe extern "C" fn(invite_id: *const c_char, data: *const c_char, user_data: *const c_void)>;
