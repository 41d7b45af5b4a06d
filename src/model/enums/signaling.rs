//! The enums of invitations.

use timbre_macros::json_enum;

/// What a signaling message says of its invitation.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMSignalingActionType {
    /// Nothing known; no message has it.
    TIMSignalingActionType_Unknown = 0,
    /// The inviter invites.
    TIMSignalingActionType_Invite = 1,
    /// The inviter cancels for all who have not answered.
    TIMSignalingActionType_CancelInvite = 2,
    /// An invited user accepts.
    TIMSignalingActionType_AcceptInvite = 3,
    /// An invited user rejects.
    TIMSignalingActionType_RejectInvite = 4,
    /// Invited users did not answer in time.
    TIMSignalingActionType_InviteTimeout = 5,
}
