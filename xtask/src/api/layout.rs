//! Which header shows which source files.

/// One header, by the name that hosts include. Files are named below `src`.
pub(crate) struct Header {
    pub(crate) name: &'static str,
    /// What it is for, in a comment at its top.
    pub(crate) intro: &'static str,
    /// Headers that it includes.
    pub(crate) needs: &'static [&'static str],
    /// Enums.
    pub(crate) enums: &'static [&'static str],
    /// Callback types.
    pub(crate) types: &'static [&'static str],
    /// JSON objects.
    pub(crate) objects: &'static [&'static str],
    /// Functions.
    pub(crate) functions: &'static [&'static str],
}

const NOTHING: Header = Header {
    name: "",
    intro: "",
    needs: &["TIMCloudDef"],
    enums: &[],
    types: &[],
    objects: &[],
    functions: &[],
};

/// Every header that has something of its own, in the order of inclusion.
pub(crate) const HEADERS: &[Header] = &[
    Header {
        name: "TIMCloudComm",
        intro: "What every header needs: the types of C, and where functions come from.",
        needs: &[],
        ..NOTHING
    },
    Header {
        name: "TIMErrorCode",
        intro: "The error table.",
        needs: &["TIMCloudComm"],
        enums: &["model/error/table.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMCloudDef",
        intro: "What every part of the API uses: results, kinds of conversations, the completion callback.",
        needs: &["TIMCloudComm", "TIMErrorCode"],
        enums: &["model/enums/common.rs"],
        types: &["ffi/types/common.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMManager",
        intro: "Start and end, settings, login, users, and the events of the session.",
        enums: &["model/enums/session.rs", "model/enums/users.rs"],
        types: &["ffi/types/manager.rs"],
        objects: &["model/session/objects.rs", "model/users/objects.rs"],
        functions: &["ffi/manager.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMMessageManager",
        intro: "Messages: sending, receiving, reading, searching, and all that is done with them.",
        enums: &["model/enums/messages.rs"],
        types: &["ffi/types/messages.rs"],
        objects: &[
            "model/messages/elements.rs",
            "model/messages/names.rs",
            "model/messages/objects.rs",
        ],
        functions: &["ffi/messages.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMConversationManager",
        intro: "The conversation list, its unread counts, and groups of conversations.",
        enums: &["model/enums/conversations.rs"],
        types: &["ffi/types/conversations.rs"],
        objects: &["model/conversations/objects.rs"],
        functions: &["ffi/conversations.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMGroupManager",
        intro: "Groups: their life, their data, their members.",
        enums: &["model/enums/groups.rs"],
        types: &["ffi/types/groups.rs"],
        objects: &["model/groups/objects.rs"],
        functions: &["ffi/groups.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMCommunityManager",
        intro: "Communities: topics and permission groups.",
        enums: &["model/enums/communities.rs"],
        types: &["ffi/types/communities.rs"],
        objects: &["model/communities/objects.rs"],
        functions: &["ffi/communities.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMFriendshipManager",
        intro: "Friends, blocklist, official accounts, following.",
        enums: &["model/enums/relationships.rs"],
        types: &["ffi/types/relationships.rs"],
        objects: &["model/relationships/objects.rs"],
        functions: &["ffi/relationships.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMSignalingManager",
        intro: "Invitations and what becomes of them.",
        enums: &["model/enums/signaling.rs"],
        types: &["ffi/types/signaling.rs"],
        objects: &["model/signaling/objects.rs"],
        functions: &["ffi/signaling.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMOfflinePushManager",
        intro: "Offline push: the device's token, its state, and what a message says to push services.",
        enums: &["model/enums/push.rs"],
        objects: &["model/push/names.rs", "model/push/objects.rs"],
        functions: &["ffi/push.rs"],
        ..NOTHING
    },
    Header {
        name: "TIMExperimentalAPI",
        intro: "Rarely needed operations behind one function.",
        types: &["ffi/types/experimental.rs"],
        objects: &["model/experimental/names.rs", "model/experimental/objects.rs"],
        functions: &["ffi/experimental.rs"],
        ..NOTHING
    },
    Header {
        name: "TimbreExtensions",
        intro: "What Timbre adds to the API.",
        functions: &["ffi/extensions.rs"],
        ..NOTHING
    },
];
