//! The JSON object of invitations.

use timbre_macros::JsonObject;

use crate::model::enums::signaling::TIMSignalingActionType;

/// What a message says of an invitation; `TIMGetSignalingInfo` gives it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct SignalingInfo {
    /// The invitation's id, the same in all messages of one invitation.
    #[key("signaling_info_invite_id", kTIMSignalingInfoInviteID, out)]
    pub invite_id: String,
    /// The group; empty between two users.
    #[key("signaling_info_group_id", kTIMSignalingInfoGroupID, out)]
    pub group_id: String,
    /// Who invited, whatever the action.
    #[key("signaling_info_inviter", kTIMSignalingInfoInviter, out)]
    pub inviter: String,
    /// User ids. Invite: all invited users. Cancel: those who had not answered. Accept and reject: the one
    /// who answered. Timeout: those who did not answer.
    #[key("signaling_info_invitee_list", kTIMSignalingInfoInviteeList, out)]
    pub invitee_list: Vec<String>,
    /// The app's text of this action, for a timeout that of the invitation; may be empty.
    #[key("signaling_info_data", kTIMSignalingInfoData, out)]
    pub data: String,
    /// What happened.
    #[key("signaling_info_action_type", kTIMSignalingInfoActionType, out)]
    pub action_type: TIMSignalingActionType,
    /// Seconds that the invitation was given at its start; 0: it does not time out.
    #[key("signaling_info_timeout", kTIMSignalingInfoTimeout, out)]
    pub timeout: i32,
}
