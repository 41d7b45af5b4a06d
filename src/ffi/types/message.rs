//! Callback types and enums of the messages.

use std::ffi::{c_char, c_int, c_void};

/// A number of `enum TIMMsgStatus`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMMsgStatus = c_int;

/// A number of `enum TIMMsgPriority`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMMsgPriority = c_int;

/// A number of `enum TIMPlatform`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMPlatform = c_int;

/// A number of `enum TIMElemType`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMElemType = c_int;

/// Messages have arrived: a JSON array of Message objects of one conversation, in its order.
pub type TIMRecvNewMsgCallback =
    Option<unsafe extern "C" fn(json_msg_array: *const c_char, user_data: *const c_void)>;

/// The peer has read messages: a JSON array of MessageReceipt objects.
pub type TIMMsgReadedReceiptCallback =
    Option<unsafe extern "C" fn(json_msg_read_receipt_array: *const c_char, user_data: *const c_void)>;

/// What the headers show of the numbers above.
pub mod enums {
    /// Where a message is in its life.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TIMMsgStatus {
        /// From the send call to its result.
        kTIMMsg_Sending = 1,
        /// Accepted by the server, or received.
        kTIMMsg_SendSucc = 2,
        /// The send ended with an error.
        kTIMMsg_SendFail = 3,
        /// Deleted on this device.
        kTIMMsg_Deleted = 4,
        /// Put into local storage by the app.
        kTIMMsg_LocalImported = 5,
        /// Recalled.
        kTIMMsg_Revoked = 6,
        /// The app cancelled the send.
        kTIMMsg_Cancel = 7,
    }

    /// How early a group message is dropped when a group is flooded.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TIMMsgPriority {
        /// Last.
        kTIMMsgPriority_High = 0,
        /// The default.
        kTIMMsgPriority_Normal = 1,
        /// Early.
        kTIMMsgPriority_Low = 2,
        /// First.
        kTIMMsgPriority_Lowest = 3,
    }

    /// Kind of the device that sent a message.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TIMPlatform {
        /// Another one.
        kTIMPlatform_Other = 0,
        /// Windows.
        kTIMPlatform_Windows = 1,
        /// Android.
        kTIMPlatform_Android = 2,
        /// iPhone or iPad.
        kTIMPlatform_IOS = 3,
        /// Mac.
        kTIMPlatform_Mac = 4,
        /// A simulator.
        kTIMPlatform_Simulator = 5,
    }

    /// Kind of a message element.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TIMElemType {
        /// Text.
        kTIMElem_Text = 0,
        /// An image.
        kTIMElem_Image = 1,
        /// A voice recording.
        kTIMElem_Sound = 2,
        /// Bytes that mean something to the app.
        kTIMElem_Custom = 3,
        /// A file.
        kTIMElem_File = 4,
        /// Notice of a change in a group.
        kTIMElem_GroupTips = 5,
        /// A sticker.
        kTIMElem_Face = 6,
        /// A place.
        kTIMElem_Location = 7,
        /// Notice about a group to those concerned.
        kTIMElem_GroupReport = 8,
        /// A video.
        kTIMElem_Video = 9,
        /// Notice of a change among friends.
        kTIMElem_FriendChange = 10,
        /// Notice of a change of a profile.
        kTIMElem_ProfileChange = 11,
        /// Several messages in one.
        kTIMElem_Merge = 12,
        /// None.
        kTIMElem_Invalid = -1,
    }
}
