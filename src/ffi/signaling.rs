//! Invitations and what becomes of them.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::process::process;
use super::support::{Text, accept, decoded};
use super::types::common::{TIMCommCallback, c_bool};
use super::types::signaling::{
    TIMSignalingInvitationCancelledCallback, TIMSignalingInvitationModifiedCallback,
    TIMSignalingInvitationTimeoutCallback, TIMSignalingInviteeAcceptedCallback,
    TIMSignalingInviteeRejectedCallback, TIMSignalingReceiveNewInvitationCallback,
};
use crate::driver::Entry;
use crate::engine::Unbuilt;
use crate::model::error::sync;
use crate::model::signaling;

/// Registers the callback for new invitations, in place of the one before; NULL removes it. Set it before
/// `TIMLogin`: invitations that are still open are handed over at login, once. It runs on every device of the
/// invited users and, in a group, of all other members; never on a device of the inviter.
// SIG-01, SIG-02, SIG-19, SIG-29, SIG-30, SIG-31, SIG-33, SIG-34; spec 09 sections 4, 5.7 and 7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetSignalingReceiveNewInvitationCallback(
    cb: TIMSignalingReceiveNewInvitationCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .signaling_receive_new_invitation
        .set(cb, user_data);
}

/// Registers the callback for invitations that their inviter has cancelled, in place of the one before; NULL
/// removes it. It runs on the devices of all invited users, of all members in a group, and on the inviter's
/// other devices.
// SIG-04, SIG-33, SIG-34; spec 09 sections 4 and 5.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetSignalingInvitationCancelledCallback(
    cb: TIMSignalingInvitationCancelledCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .signaling_invitation_cancelled
        .set(cb, user_data);
}

/// Registers the callback for invitations that an invited user has accepted, in place of the one before; NULL
/// removes it. It runs on all devices of the inviter and of the invited users, of all members in a group, but
/// not on the device that accepted. Another device of the user who accepted can stop ringing.
// SIG-05, SIG-33, SIG-34, SIG-38; spec 09 sections 4 and 5.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetSignalingInviteeAcceptedCallback(
    cb: TIMSignalingInviteeAcceptedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .signaling_invitee_accepted
        .set(cb, user_data);
}

/// Registers the callback for invitations that an invited user has rejected, in place of the one before; NULL
/// removes it. It runs on the same devices as the one for accepted invitations.
// SIG-06, SIG-33, SIG-34, SIG-36; spec 09 sections 4 and 5.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetSignalingInviteeRejectedCallback(
    cb: TIMSignalingInviteeRejectedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .signaling_invitee_rejected
        .set(cb, user_data);
}

/// Registers the callback for invitations that were not answered in time, in place of the one before; NULL
/// removes it. It runs on the devices of the inviter and of all invited users, of all members in a group. A
/// device without a connection at the deadline runs it a few seconds later by itself. A user who was away
/// learns at login of one-to-one invitations that timed out in the last 24 hours.
// SIG-08, SIG-26, SIG-27, SIG-28, SIG-32, SIG-33, SIG-34; spec 09 sections 4, 5.7, 6 and 7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetSignalingInvitationTimeoutCallback(
    cb: TIMSignalingInvitationTimeoutCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .signaling_invitation_timeout
        .set(cb, user_data);
}

/// Registers the callback for invitations whose data the inviter has replaced, in place of the one before;
/// NULL removes it. It runs on the devices of all invited users, of all members in a group, and on the
/// inviter's other devices.
// SIG-22, SIG-33, SIG-34; spec 09 sections 4 and 5.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetSignalingInvitationModifiedCallback(
    cb: TIMSignalingInvitationModifiedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .signaling_invitation_modified
        .set(cb, user_data);
}

/// Invites one user. An invitation carries no media: what it means stands in `data`. It ends when it is
/// accepted, rejected, cancelled or timed out. Success means that the server has taken it, not that it has
/// arrived.
///
/// - `invitee`: the user's id; one's own id ends with 6017.
/// - `data`: any text for the invited user, up to the size of a message (12 KB); empty for none.
/// - `online_user_only`: true reaches only devices that are connected now and leaves no message in the
///   history, neither of the invitation nor of its answers.
/// - `json_offline_push_info`: an OfflinePushConfig object for devices of the invited user that are not
///   connected; NULL, an empty text and `{}` push a standard text. Of no use with `online_user_only`.
/// - `timeout`: seconds until the invitation times out, at most 86400 (6017 beyond); 0: never.
/// - `invite_id_buffer`: NULL, or room for 128 bytes; holds the id of the invitation when this returns 0 and
///   a user is logged in, else an empty text. An invitation that failed is unknown under its id.
/// - `cb`: gets an empty text; 6017, 7003 (malformed user id), 8001 or 80002 (too large), 20003, 20007, 20009
///   to 20012 (the user does not exist or may not be written to), -10113 (too many open invitations). May be
///   NULL.
///
/// Returns 0, -3 or -4; -4 also for a negative `timeout` and for NULL as `data`.
// SIG-01, SIG-08, SIG-09, SIG-10, SIG-11, SIG-14, SIG-16, SIG-17, SIG-24, PUSH-068; spec 09 section 5.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSignalingInvite(
    invitee: *const c_char,
    data: *const c_char,
    online_user_only: c_bool,
    json_offline_push_info: *const c_char,
    timeout: c_int,
    invite_id_buffer: *mut c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    invite_id_buffer.write("");
    accept(cb, user_data, || {
        let _ = online_user_only;
        id_and_data(invitee, data)?;
        // An invitation never fails for a value of its push configuration.
        let push = json_offline_push_info.optional_json()?;
        if push.is_some_and(|push| !push.is_object()) {
            return Err(sync::JSON);
        }
        not_negative(timeout)?;
        Ok(Unbuilt::TIMSignalingInvite.op())
    })
}

/// Invites members of a group. All other members get the events too and see by the list of invited users that
/// they are not meant. There is no offline push. In a group without a history only members who are online now
/// get anything.
///
/// - `group_id`: the group's id, or that of a topic.
/// - `json_invitee_array`: an array of 1 to 200 user ids. Users who are not members, and one's own id, are
///   dropped; the call fails when nobody is left.
/// - `data`, `online_user_only`, `timeout`, `invite_id_buffer`: as in `TIMSignalingInvite`.
/// - `cb`: gets an empty text; 6017, 8001 or 80002 (too large), 10004 (nobody left to invite), 10007 (not a
///   member), 10010 (no such group), 10017 (muted), 10023 (too many messages), -10113 (too many open
///   invitations). May be NULL.
///
/// Returns 0, -3 or -4; -4 also for an empty array, for a negative `timeout` and for NULL as `data`.
// SIG-02, SIG-08, SIG-09, SIG-10, SIG-11, SIG-15, SIG-16, SIG-17, SIG-18, SIG-19, SIG-24, SIG-38, SIG-39,
// SIG-40, SIG-41; spec 09 section 5.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSignalingInviteInGroup(
    group_id: *const c_char,
    json_invitee_array: *const c_char,
    data: *const c_char,
    online_user_only: c_bool,
    timeout: c_int,
    invite_id_buffer: *mut c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    invite_id_buffer.write("");
    accept(cb, user_data, || {
        let _ = online_user_only;
        json_invitee_array.given()?;
        id_and_data(group_id, data)?;
        let invitees = json_invitee_array.list::<String>()?;
        not_negative(timeout)?;
        if invitees.value.is_empty() {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMSignalingInviteInGroup.checked(invitees.refusal))
    })
}

/// Cancels an invitation for everyone who has not answered yet. Only the inviter may, on any of the own
/// devices, while somebody's answer is missing.
///
/// - `invite_id`: the invitation's id.
/// - `data`: any text for the others; empty for none.
/// - `cb`: gets an empty text; 8010 for an invitation that is unknown or has ended, 8011 when somebody else
///   has invited. May be NULL.
///
/// Returns 0, -3 (not UTF-8) or -4; -4 also for NULL as `data`.
// SIG-04, SIG-10, SIG-21; spec 09 section 5.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSignalingCancel(
    invite_id: *const c_char,
    data: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        id_and_data(invite_id, data)?;
        Ok(Unbuilt::TIMSignalingCancel.op())
    })
}

/// Accepts an invitation. Only an invited user may, once, before the deadline. In a group the answers of the
/// other invited users stay open.
///
/// - `invite_id`: the invitation's id.
/// - `data`: any text for the others; empty for none.
/// - `cb`: gets an empty text; 8010 for an invitation that is unknown, was answered, cancelled or has timed
///   out, 8011 when the user is not invited, 10007 when the user has left the group. May be NULL.
///
/// Returns 0, -3 (not UTF-8) or -4; -4 also for NULL as `data`.
// SIG-03, SIG-05, SIG-10, SIG-20, SIG-45; spec 09 section 5.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSignalingAccept(
    invite_id: *const c_char,
    data: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        id_and_data(invite_id, data)?;
        Ok(Unbuilt::TIMSignalingAccept.op())
    })
}

/// Rejects an invitation. Only an invited user may, once, before the deadline. In a group the answers of the
/// other invited users stay open.
///
/// - `invite_id`: the invitation's id.
/// - `data`: any text for the others, such as the reason; empty for none.
/// - `cb`: gets an empty text; 8010, 8011 and 10007 as in `TIMSignalingAccept`. May be NULL.
///
/// Returns 0, -3 (not UTF-8) or -4; -4 also for NULL as `data`.
// SIG-03, SIG-06, SIG-10, SIG-20, SIG-36, SIG-45; spec 09 section 5.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSignalingReject(
    invite_id: *const c_char,
    data: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        id_and_data(invite_id, data)?;
        Ok(Unbuilt::TIMSignalingReject.op())
    })
}

/// Reads the invitation, or what became of one, out of a message. Every invitation that is not for online
/// users only, each answer, cancellation and timeout stands in the history as a custom message. It looks at
/// the given object only and works before `TIMInit` and without a login.
///
/// - `json_msg`: a Message object as callbacks and the history give it.
/// - `json_signaling_info_cb`: gets a SignalingInfo object; 6017 and an empty text when the message is no
///   such message. May be NULL.
///
/// Returns 0, -3 (no JSON) or -4.
// SIG-13, SIG-48; spec 09 section 5.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetSignalingInfo(
    json_msg: *const c_char,
    json_signaling_info_cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    let call = decoded(json_signaling_info_cb, user_data, || {
        Ok(signaling::answer(&json_msg.json()?))
    });
    match call {
        Ok((outcome, done)) => {
            process().world().dispatcher.push(Entry::Complete(done, outcome));
            sync::SUCC
        }
        Err(code) => code,
    }
}

/// Replaces the data of an invitation that has not ended, in its message too. Only the inviter may. The
/// deadline stays as it is. Giving the data that it has succeeds, and nobody is told.
///
/// - `invite_id`: the invitation's id.
/// - `data`: the new text; may be empty.
/// - `cb`: gets an empty text; 7014 for an invitation for online users only, 8010 for one that is unknown or
///   has ended, 8011 when somebody else has invited. May be NULL.
///
/// Returns 0, -3 (not UTF-8) or -4; -4 also for NULL as `data`.
// SIG-22; spec 09 section 5.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSignalingModifyInvitation(
    invite_id: *const c_char,
    data: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        id_and_data(invite_id, data)?;
        Ok(Unbuilt::TIMSignalingModifyInvitation.op())
    })
}

/// An id, which is required, and the app's own text, which may be empty.
fn id_and_data<'a>(id: Text<'a>, data: Text<'a>) -> Result<(&'a str, &'a str), i32> {
    let id = id.given()?;
    let data = data.not_null()?;
    Ok((id.text()?, data))
}

fn not_negative(timeout: c_int) -> Result<u32, i32> {
    u32::try_from(timeout).map_err(|_| sync::PARAM)
}
