//! Enums of users: status, gender, policy for friend requests.

use timbre_macros::json_enum;

/// Whether a user can be reached. It belongs to the user, not to one of the user's devices.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMUserStatusType {
    /// Not known.
    kTIMUserStatusType_Unkown = 0,
    /// At least one device is connected and logged in, in front or in the background.
    kTIMUserStatusType_Online = 1,
    /// No device is connected, and at least one that did not log out may still get offline pushes.
    kTIMUserStatusType_Offline = 2,
    /// Never logged in, logged out, or away for so long that no device gets offline pushes any more.
    kTIMUserStatusType_UnLogined = 3,
}

/// Gender in a profile.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGenderType {
    /// Not given. In a search: any.
    kTIMGenderType_Unknown = 0,
    /// Male.
    kTIMGenderType_Male = 1,
    /// Female.
    kTIMGenderType_Female = 2,
}

/// What happens to a request to become a user's friend.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMProfileAddPermission {
    /// Not known, in a profile that is only known in part. Cannot be set.
    kTIMProfileAddPermission_Unknown = 0,
    /// The request is granted at once.
    kTIMProfileAddPermission_AllowAny = 1,
    /// The user is asked.
    kTIMProfileAddPermission_NeedConfirm = 2,
    /// The request is refused at once.
    kTIMProfileAddPermission_DenyAny = 3,
}

/// What has changed, in a ProfileChangeElem object.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMProfileChangeType {
    /// Nothing.
    kTIMProfileChange_None = 0,
    /// The profile.
    kTIMProfileChange_Profile = 1,
}
