//! Event callbacks: one slot for each event, a list for received messages.
//!
//! What is called is what is registered at the moment of delivery; the table is not locked meanwhile, so a
//! callback may register and remove. Registrations outlive `TIMUninit`.

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::support::{UserData, c_text};
use super::types::communities::{
    TIMCommunityAddMembersToPermissionGroupCallback, TIMCommunityAddTopicPermissionCallback,
    TIMCommunityChangePermissionGroupInfoCallback, TIMCommunityChangeTopicInfoCallback,
    TIMCommunityCreatePermissionGroupCallback, TIMCommunityCreateTopicCallback,
    TIMCommunityDeletePermissionGroupCallback, TIMCommunityDeleteTopicCallback,
    TIMCommunityDeleteTopicPermissionCallback, TIMCommunityModifyTopicPermissionCallback,
    TIMCommunityReceiveTopicRESTCustomDataCallback, TIMCommunityRemoveMembersFromPermissionGroupCallback,
};
use super::types::conversations::{
    TIMConvConversationGroupCreatedCallback, TIMConvConversationGroupDeletedCallback,
    TIMConvConversationGroupNameChangedCallback, TIMConvConversationsAddedToGroupCallback,
    TIMConvConversationsDeletedFromGroupCallback, TIMConvEventCallback,
    TIMConvTotalUnreadMessageCountChangedByFilterCallback, TIMConvTotalUnreadMessageCountChangedCallback,
};
use super::types::experimental::TIMExperimentalNotifyCallback;
use super::types::groups::{
    TIMGroupAttributeChangedCallback, TIMGroupCounterChangedCallback, TIMGroupTipsEventCallback,
    TIMGroupTopicChangedCallback, TIMGroupTopicCreatedCallback, TIMGroupTopicDeletedCallback,
};
use super::types::manager::{
    TIMKickedOfflineCallback, TIMLogCallback, TIMNetworkStatusListenerCallback, TIMSelfInfoUpdatedCallback,
    TIMUserInfoChangedCallback, TIMUserSigExpiredCallback, TIMUserStatusChangedCallback,
};
use super::types::messages::{
    TIMMsgAllMessageReceiveOptionCallback, TIMMsgElemUploadProgressCallback, TIMMsgExtensionsChangedCallback,
    TIMMsgExtensionsDeletedCallback, TIMMsgGroupPinnedMessageChangedCallback, TIMMsgReactionsChangedCallback,
    TIMMsgReadedReceiptCallback, TIMMsgRevokeCallback, TIMMsgUpdateCallback, TIMRecvNewMsgCallback,
};
use super::types::relationships::{
    TIMFriendAddRequestCallback, TIMFriendApplicationListDeletedCallback,
    TIMFriendApplicationListReadCallback, TIMFriendBlackListAddedCallback, TIMFriendBlackListDeletedCallback,
    TIMFriendGroupCreatedCallback, TIMFriendGroupDeletedCallback, TIMFriendGroupNameChangedCallback,
    TIMFriendsAddedToGroupCallback, TIMFriendsDeletedFromGroupCallback,
    TIMMutualFollowersListChangedCallback, TIMMyFollowersListChangedCallback,
    TIMMyFollowingListChangedCallback, TIMOfficialAccountDeletedCallback,
    TIMOfficialAccountInfoChangedCallback, TIMOfficialAccountSubscribedCallback,
    TIMOfficialAccountUnsubscribedCallback, TIMOnAddFriendCallback, TIMOnDeleteFriendCallback,
    TIMUpdateFriendProfileCallback,
};
use super::types::signaling::{
    TIMSignalingInvitationCancelledCallback, TIMSignalingInvitationModifiedCallback,
    TIMSignalingInvitationTimeoutCallback, TIMSignalingInviteeAcceptedCallback,
    TIMSignalingInviteeRejectedCallback, TIMSignalingReceiveNewInvitationCallback,
};
use crate::driver::EventSink;
use crate::engine::EventKind;

/// One registered callback: `F` is an optional function pointer.
pub(super) struct Slot<F>(Mutex<(F, UserData)>);

impl<F: Copy + Default> Slot<F> {
    fn new() -> Self {
        Self(Mutex::new((F::default(), UserData(std::ptr::null()))))
    }

    /// Registers `cb` in place of what was there; none removes.
    pub(super) fn set(&self, cb: F, user_data: UserData) {
        *self.0.lock() = (cb, user_data);
    }

    fn get(&self) -> (F, UserData) {
        *self.0.lock()
    }
}

macro_rules! slots {
    ($($name:ident: $callback:ident,)*) => {
        /// The events' slots, and the two that are more than a slot.
        pub(super) struct Registrations {
            $(pub(super) $name: Slot<$callback>,)*
            log: Slot<TIMLogCallback>,
            /// The log slot is filled; asked for every line.
            wants_log: AtomicBool,
            /// In the order of adding.
            receivers: Mutex<Vec<Receiver>>,
        }

        impl Registrations {
            pub(super) fn new() -> Self {
                Self {
                    $($name: Slot::new(),)*
                    log: Slot::new(),
                    wants_log: AtomicBool::new(false),
                    receivers: Mutex::default(),
                }
            }
        }
    };
}

slots! {
    // manager
    network_status: TIMNetworkStatusListenerCallback,
    kicked_offline: TIMKickedOfflineCallback,
    user_sig_expired: TIMUserSigExpiredCallback,
    self_info_updated: TIMSelfInfoUpdatedCallback,
    user_status_changed: TIMUserStatusChangedCallback,
    user_info_changed: TIMUserInfoChangedCallback,
    // messages
    msg_elem_upload_progress: TIMMsgElemUploadProgressCallback,
    read_receipt: TIMMsgReadedReceiptCallback,
    msg_revoke: TIMMsgRevokeCallback,
    msg_update: TIMMsgUpdateCallback,
    msg_extensions_changed: TIMMsgExtensionsChangedCallback,
    msg_extensions_deleted: TIMMsgExtensionsDeletedCallback,
    msg_reactions_changed: TIMMsgReactionsChangedCallback,
    msg_all_message_receive_option: TIMMsgAllMessageReceiveOptionCallback,
    msg_group_pinned_message_changed: TIMMsgGroupPinnedMessageChangedCallback,
    // conversations
    conv_event: TIMConvEventCallback,
    total_unread: TIMConvTotalUnreadMessageCountChangedCallback,
    conv_unread_message_count_changed_by_filter: TIMConvTotalUnreadMessageCountChangedByFilterCallback,
    conversation_group_created: TIMConvConversationGroupCreatedCallback,
    conversation_group_deleted: TIMConvConversationGroupDeletedCallback,
    conversation_group_name_changed: TIMConvConversationGroupNameChangedCallback,
    conversations_added_to_group: TIMConvConversationsAddedToGroupCallback,
    conversations_deleted_from_group: TIMConvConversationsDeletedFromGroupCallback,
    // groups
    group_tips_event: TIMGroupTipsEventCallback,
    group_attribute_changed: TIMGroupAttributeChangedCallback,
    group_counter_changed: TIMGroupCounterChangedCallback,
    group_topic_created: TIMGroupTopicCreatedCallback,
    group_topic_deleted: TIMGroupTopicDeletedCallback,
    group_topic_changed: TIMGroupTopicChangedCallback,
    // communities
    community_create_topic: TIMCommunityCreateTopicCallback,
    community_delete_topic: TIMCommunityDeleteTopicCallback,
    community_change_topic_info: TIMCommunityChangeTopicInfoCallback,
    community_receive_topic_rest_custom_data: TIMCommunityReceiveTopicRESTCustomDataCallback,
    community_create_permission_group: TIMCommunityCreatePermissionGroupCallback,
    community_delete_permission_group: TIMCommunityDeletePermissionGroupCallback,
    community_change_permission_group_info: TIMCommunityChangePermissionGroupInfoCallback,
    community_add_members_to_permission_group: TIMCommunityAddMembersToPermissionGroupCallback,
    community_remove_members_from_permission_group: TIMCommunityRemoveMembersFromPermissionGroupCallback,
    community_add_topic_permission: TIMCommunityAddTopicPermissionCallback,
    community_delete_topic_permission: TIMCommunityDeleteTopicPermissionCallback,
    community_modify_topic_permission: TIMCommunityModifyTopicPermissionCallback,
    // relationships
    on_add_friend: TIMOnAddFriendCallback,
    on_delete_friend: TIMOnDeleteFriendCallback,
    update_friend_profile: TIMUpdateFriendProfileCallback,
    friend_add_request: TIMFriendAddRequestCallback,
    friend_application_list_deleted: TIMFriendApplicationListDeletedCallback,
    friend_application_list_read: TIMFriendApplicationListReadCallback,
    friend_black_list_added: TIMFriendBlackListAddedCallback,
    friend_black_list_deleted: TIMFriendBlackListDeletedCallback,
    friend_group_created: TIMFriendGroupCreatedCallback,
    friend_group_deleted: TIMFriendGroupDeletedCallback,
    friend_group_name_changed: TIMFriendGroupNameChangedCallback,
    friends_added_to_group: TIMFriendsAddedToGroupCallback,
    friends_deleted_from_group: TIMFriendsDeletedFromGroupCallback,
    official_account_subscribed: TIMOfficialAccountSubscribedCallback,
    official_account_unsubscribed: TIMOfficialAccountUnsubscribedCallback,
    official_account_deleted: TIMOfficialAccountDeletedCallback,
    official_account_info_changed: TIMOfficialAccountInfoChangedCallback,
    my_following_list_changed: TIMMyFollowingListChangedCallback,
    my_followers_list_changed: TIMMyFollowersListChangedCallback,
    mutual_followers_list_changed: TIMMutualFollowersListChangedCallback,
    // signaling
    signaling_receive_new_invitation: TIMSignalingReceiveNewInvitationCallback,
    signaling_invitation_cancelled: TIMSignalingInvitationCancelledCallback,
    signaling_invitee_accepted: TIMSignalingInviteeAcceptedCallback,
    signaling_invitee_rejected: TIMSignalingInviteeRejectedCallback,
    signaling_invitation_timeout: TIMSignalingInvitationTimeoutCallback,
    signaling_invitation_modified: TIMSignalingInvitationModifiedCallback,
    // experimental
    experimental_notify: TIMExperimentalNotifyCallback,
}

#[derive(Clone, Copy)]
struct Receiver {
    cb: TIMRecvNewMsgCallback,
    user_data: UserData,
}

impl Registrations {
    pub(super) fn set_log(&self, cb: TIMLogCallback, user_data: UserData) {
        self.log.set(cb, user_data);
        self.wants_log.store(cb.is_some(), Ordering::Release);
    }

    /// Adds a receive callback; one that is there already gets the new user data and keeps its place.
    pub(super) fn add_receiver(&self, cb: TIMRecvNewMsgCallback, user_data: UserData) {
        if cb.is_none() {
            return;
        }
        let mut receivers = self.receivers.lock();
        match receivers.iter_mut().find(|r| same(r.cb, cb)) {
            Some(known) => known.user_data = user_data,
            None => receivers.push(Receiver { cb, user_data }),
        }
    }

    pub(super) fn remove_receiver(&self, cb: TIMRecvNewMsgCallback) {
        self.receivers.lock().retain(|r| !same(r.cb, cb));
    }

    fn receive(&self, json: &str) {
        let json = c_text(json.to_owned());
        let called = self.receivers.lock().clone();
        for Receiver { cb, .. } in called {
            // One receiver may have removed the next one, or changed its user data.
            let now = self.receivers.lock().iter().find(|r| same(r.cb, cb)).copied();
            if let Some(Receiver {
                cb: Some(cb),
                user_data,
            }) = now
            {
                // SAFETY: the host's function, called as its type says; the text lives until it returns.
                unsafe { cb(json.as_ptr(), user_data.0) }
            }
        }
    }
}

/// The same function of the host.
fn same(a: TIMRecvNewMsgCallback, b: TIMRecvNewMsgCallback) -> bool {
    a.map(|f| f as usize) == b.map(|f| f as usize)
}

impl EventSink for Registrations {
    fn event(&self, kind: &EventKind) {
        // SAFETY, for every call here: the host's function, called as its type says; texts live until it returns.
        match kind {
            EventKind::NetworkStatus { status, code, desc } => {
                if let (Some(cb), UserData(data)) = self.network_status.get() {
                    let desc = c_text(desc.clone());
                    // SAFETY: see above.
                    unsafe { cb(*status, *code, desc.as_ptr(), data) }
                }
            }
            EventKind::KickedOffline => {
                if let (Some(cb), UserData(data)) = self.kicked_offline.get() {
                    // SAFETY: see above.
                    unsafe { cb(data) }
                }
            }
            EventKind::UserSigExpired => {
                if let (Some(cb), UserData(data)) = self.user_sig_expired.get() {
                    // SAFETY: see above.
                    unsafe { cb(data) }
                }
            }
            EventKind::NewMessages { json, .. } => self.receive(json),
            EventKind::MessagesRecalled { json } => {
                if let (Some(cb), UserData(data)) = self.msg_revoke.get() {
                    let json = c_text(json.clone());
                    // SAFETY: see above.
                    unsafe { cb(json.as_ptr(), data) }
                }
            }
            EventKind::MessagesUpdated { json } => {
                if let (Some(cb), UserData(data)) = self.msg_update.get() {
                    let json = c_text(json.clone());
                    // SAFETY: see above.
                    unsafe { cb(json.as_ptr(), data) }
                }
            }
            EventKind::Conversations { event, json } => {
                if let (Some(cb), UserData(data)) = self.conv_event.get() {
                    let json = c_text(json.clone());
                    // SAFETY: see above.
                    unsafe { cb(*event, json.as_ptr(), data) }
                }
            }
            EventKind::TotalUnread(count) => {
                if let (Some(cb), UserData(data)) = self.total_unread.get() {
                    // SAFETY: see above.
                    unsafe { cb(*count, data) }
                }
            }
            EventKind::ReadReceipts { json } => {
                if let (Some(cb), UserData(data)) = self.read_receipt.get() {
                    let json = c_text(json.clone());
                    // SAFETY: see above.
                    unsafe { cb(json.as_ptr(), data) }
                }
            }
            EventKind::UploadProgress {
                json,
                index,
                done,
                total,
            } => {
                if let (Some(cb), UserData(data)) = self.msg_elem_upload_progress.get() {
                    let json = c_text(json.clone());
                    let small = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX);
                    // SAFETY: see above.
                    unsafe { cb(json.as_ptr(), *index, small(*done), small(*total), data) }
                }
            }
            EventKind::AllReceiveOption { json } => {
                if let (Some(cb), UserData(data)) = self.msg_all_message_receive_option.get() {
                    let json = c_text(json.clone());
                    // SAFETY: see above.
                    unsafe { cb(json.as_ptr(), data) }
                }
            }
            EventKind::ExtensionsChanged { msg_id, json } => {
                if let (Some(cb), UserData(data)) = self.msg_extensions_changed.get() {
                    let (msg_id, json) = (c_text(msg_id.clone()), c_text(json.clone()));
                    // SAFETY: see above.
                    unsafe { cb(msg_id.as_ptr(), json.as_ptr(), data) }
                }
            }
            EventKind::ExtensionsDeleted { msg_id, json } => {
                if let (Some(cb), UserData(data)) = self.msg_extensions_deleted.get() {
                    let (msg_id, json) = (c_text(msg_id.clone()), c_text(json.clone()));
                    // SAFETY: see above.
                    unsafe { cb(msg_id.as_ptr(), json.as_ptr(), data) }
                }
            }
            EventKind::ReactionsChanged { json } => {
                if let (Some(cb), UserData(data)) = self.msg_reactions_changed.get() {
                    let json = c_text(json.clone());
                    // SAFETY: see above.
                    unsafe { cb(json.as_ptr(), data) }
                }
            }
            EventKind::Notify { key, data: text } => {
                if let (Some(cb), UserData(data)) = self.experimental_notify.get() {
                    let (key, text) = (c_text((*key).to_owned()), c_text(text.clone()));
                    // SAFETY: see above.
                    unsafe { cb(key.as_ptr(), text.as_ptr(), data) }
                }
            }
        }
    }

    fn wants_log(&self) -> bool {
        self.wants_log.load(Ordering::Acquire)
    }

    fn log(&self, level: u8, line: &str) {
        if let (Some(cb), UserData(data)) = self.log.get() {
            let line = c_text(line.to_owned());
            // SAFETY: the host's function, called as its type says; the text lives until it returns.
            unsafe { cb(level.into(), line.as_ptr(), data) }
        }
    }
}
