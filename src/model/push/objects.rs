//! The JSON objects of offline push.

use timbre_macros::JsonObject;

use crate::model::enums::push::{
    TIMAndroidOfflinePushNotifyMode, TIMIOSOfflinePushType, TIMOfflinePushFlag, TIMOfflinePushTokenType,
};

/// By which address this device is pushed to; given to `TIMMsgSetOfflinePushToken`. `{}` removes all tokens.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct OfflinePushToken {
    /// The token, at most 4096 bytes: for Apple its bytes as hexadecimal digits, for others the vendor's text
    /// as it is or as hexadecimal digits. Empty or absent: the token of this type is removed.
    #[key("offline_push_token_token", kTIMOfflinePushTokenToken, in)]
    pub token: Option<String>,
    /// Number of the push certificate on the server. May be 0 or absent when a token is removed, and when the
    /// app has exactly one certificate for the platform; 70402 when the server has none with this number.
    #[key("offline_push_token_business_id", kTIMOfflinePushTokenBusinessID, in)]
    pub business_id: Option<u32>,
    /// The kind of the token; a vendor's token when absent.
    #[key("offline_push_token_type", kTIMOfflinePushTokenType, in)]
    pub kind: Option<TIMOfflinePushTokenType>,
    /// True: the token is one of a push service that gathers others, which is not supported (7013). Older
    /// hosts give it in place of the type.
    #[key("offline_push_token_is_tpns_token", kTimbreOfflinePushTokenIsTPNSToken, in)]
    pub is_tpns_token: Option<bool>,
}

/// How a message is pushed to Apple devices; a part of OfflinePushConfig.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct IOSOfflinePushConfig {
    /// Title on Apple devices; empty: the general title.
    #[key("ios_offline_push_config_title", kTIMIOSOfflinePushConfigTitle, rw)]
    pub title: String,
    /// `kIOSOfflinePushNoSound` for silence; `kIOSOfflinePushDefaultSound` or empty for the system's sound;
    /// else a sound file of the app with its extension.
    #[key("ios_offline_push_config_sound", kTIMIOSOfflinePushConfigSound, rw)]
    pub sound: String,
    /// True: this message does not raise the number on the app icon.
    #[key(
        "ios_offline_push_config_ignore_badge",
        kTIMIOSOfflinePushConfigIgnoreBadge,
        rw
    )]
    pub ignore_badge: bool,
    /// Ordinary or VoIP push.
    #[key("ios_offline_push_config_push_type", kTIMIOSOfflinePushConfigPushType, rw)]
    pub push_type: TIMIOSOfflinePushType,
    /// An https address of a JPEG, GIF or PNG picture of at most 10 MB.
    #[key("ios_offline_push_config_image", kTIMIOSOfflinePushConfigImage, rw)]
    pub image: String,
    /// `passive`, `active` (when empty), `time-sensitive` or `critical`.
    #[key(
        "ios_offline_push_config_interruption_level",
        kTIMIOSOfflinePushConfigInterruptionLevel,
        rw
    )]
    pub interruption_level: String,
    /// True: the push wakes the app in the background.
    #[key(
        "ios_offline_push_config_enable_background_notification",
        kTIMIOSOfflinePushConfigEnableBackgroundNotification,
        rw
    )]
    pub enable_background_notification: bool,
}

/// How a message is pushed to Android devices; a part of OfflinePushConfig. Most keys concern one vendor.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct AndroidOfflinePushConfig {
    /// Title on Android devices; empty: the general title.
    #[key("android_offline_push_config_title", kTIMAndroidOfflinePushConfigTitle, rw)]
    pub title: String,
    /// Name of a raw sound resource of the app, without extension; empty: the system's sound.
    #[key("android_offline_push_config_sound", kTIMAndroidOfflinePushConfigSound, rw)]
    pub sound: String,
    /// What a tap on the notification does.
    #[key(
        "android_offline_push_config_notify_mode",
        kTIMAndroidOfflinePushConfigNotifyMode,
        rw
    )]
    pub notify_mode: TIMAndroidOfflinePushNotifyMode,
    /// Category for vivo devices; takes the place of the classification.
    #[key(
        "android_offline_push_config_vivo_category",
        kTIMAndroidOfflinePushConfigVIVOCategory,
        rw
    )]
    pub vivo_category: String,
    /// Channel for OPPO devices, which need one from Android 8 on.
    #[key(
        "android_offline_push_config_oppo_channel_id",
        kTIMAndroidOfflinePushConfigOPPOChannelID,
        rw
    )]
    pub oppo_channel_id: String,
    /// Channel for Xiaomi devices.
    #[key(
        "android_offline_push_config_xiaomi_channel_id",
        kTIMAndroidOfflinePushConfigXiaoMiChannelID,
        rw
    )]
    pub xiaomi_channel_id: String,
    /// Channel for devices with Google's push service; from Android 8 on the sound depends on it.
    #[key(
        "android_offline_push_config_fcm_channel_id",
        kTIMAndroidOfflinePushConfigFCMChannelID,
        rw
    )]
    pub fcm_channel_id: String,
    /// Category for Huawei devices.
    #[key(
        "android_offline_push_config_huawei_category",
        kTIMAndroidOfflinePushConfigHuaWeiCategory,
        rw
    )]
    pub huawei_category: String,
    /// Category for OPPO devices; empty: none.
    #[key(
        "android_offline_push_config_oppo_category",
        kTIMAndroidOfflinePushConfigOPPOCategory,
        rw
    )]
    pub oppo_category: String,
    /// For OPPO devices: 1 notification bar; 2 bar and lock screen, also when absent; 16 bar, lock screen,
    /// banner, vibration and sound, which needs a category.
    #[key(
        "android_offline_push_config_oppo_notify_level",
        kTIMAndroidOfflinePushConfigOPPONotifyLevel,
        rw
    )]
    pub oppo_notify_level: u32,
    /// For Honor devices: `NORMAL` or `LOW`. The numbers 1 and 0 are read as these two.
    #[key(
        "android_offline_push_config_honor_importance",
        kTIMAndroidOfflinePushConfigHonorImportance,
        rw
    )]
    pub honor_importance: String,
    /// For Meizu devices: 0 a public message, 1 a private one.
    #[key(
        "android_offline_push_config_meizu_notify_type",
        kTIMAndroidOfflinePushConfigMeizuNotifyType,
        rw
    )]
    pub meizu_notify_type: u32,
    /// An https address of a picture of less than 512 KB for Huawei devices.
    #[key(
        "android_offline_push_config_huawei_image",
        kTIMAndroidOfflinePushConfigHuaWeiImage,
        rw
    )]
    pub huawei_image: String,
    /// An https address of a picture of less than 100 KB for Honor devices.
    #[key(
        "android_offline_push_config_honor_image",
        kTIMAndroidOfflinePushConfigHonorImage,
        rw
    )]
    pub honor_image: String,
    /// An https address of a picture of less than 1 MB for devices with Google's push service.
    #[key(
        "android_offline_push_config_fcm_image",
        kTIMAndroidOfflinePushConfigFCMImage,
        rw
    )]
    pub fcm_image: String,
    /// For vivo devices: 0 an operational message, 1 a system message, also when absent. Of no effect with a
    /// category.
    #[key(
        "android_offline_push_config_vivo_classification",
        kTIMAndroidOfflinePushConfigVIVOClassification,
        rw
    )]
    pub vivo_classification: Option<u32>,
}

/// How a message is pushed to Harmony devices; a part of OfflinePushConfig.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct HarmonyOfflinePushConfig {
    /// Title on Harmony devices; empty: the general title.
    #[key("harmony_offline_push_config_title", kTIMHarmonyOfflinePushConfigTitle, rw)]
    pub title: String,
    /// An https address of a picture.
    #[key("harmony_offline_push_config_image", kTIMHarmonyOfflinePushConfigImage, rw)]
    pub image: String,
    /// Category of the message.
    #[key(
        "harmony_offline_push_config_category",
        kTIMHarmonyOfflinePushConfigCategory,
        rw
    )]
    pub category: String,
    /// 1: this message does not raise the number on the app icon; 0, the default: it does. A boolean is read
    /// too.
    #[key(
        "harmony_offline_push_config_ignore_badge",
        kTIMHarmonyOfflinePushConfigIgnoreBadge,
        rw
    )]
    pub ignore_badge: u32,
}

/// How a message is pushed to devices that are not connected or in the background. A Message carries it, and
/// those who get the message can read it; `TIMSignalingInvite` takes it too. Nothing fails because of a value
/// in it: one that cannot be used is left out.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct OfflinePushConfig {
    /// Title of the notification; empty: the sender's name as the recipient knows it, for a group message the
    /// group's name.
    #[key("offline_push_config_title", kTIMOfflinePushConfigTitle, rw)]
    pub title: String,
    /// Text of the notification; empty: made from the message. A message with nothing but custom elements is
    /// only pushed when it has this text or a custom element has a description.
    #[key("offline_push_config_desc", kTIMOfflinePushConfigDesc, rw)]
    pub desc: String,
    /// A text that the app gets when the notification is tapped, at most 2048 bytes, best JSON and not more
    /// than 1024 bytes.
    #[key("offline_push_config_ext", kTIMOfflinePushConfigExt, rw)]
    pub ext: String,
    /// Whether the message is pushed at all.
    #[key("offline_push_config_flag", kTIMOfflinePushConfigFlag, rw)]
    pub flag: TIMOfflinePushFlag,
    /// For Apple devices.
    #[key("offline_push_config_ios_config", kTIMOfflinePushConfigIOSConfig, rw)]
    pub ios_config: IOSOfflinePushConfig,
    /// For Android devices.
    #[key("offline_push_config_android_config", kTIMOfflinePushConfigAndroidConfig, rw)]
    pub android_config: AndroidOfflinePushConfig,
    /// For Harmony devices.
    #[key("offline_push_config_harmony_config", kTIMOfflinePushConfigHarmonyConfig, rw)]
    pub harmony_config: HarmonyOfflinePushConfig,
}
